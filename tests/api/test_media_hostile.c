/* test_media_hostile.c - what is no picture, what lies about itself, and what
 * would be too much (reliability S20). */
#include "upload.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void refused(const char *code, const char *type, struct picture picture)
{
	struct answer *answer = upload(400, type, picture);

	if (strcmp(text_at(answer, "code"), code) != 0)
		fail_msg("%s instead of %s", text_at(answer, "code"), code);
	answer = upload_form(400, type, picture, "alt");
	assert_string_equal(text_at(answer, "code"), code);
}

static struct picture text(const char *words)
{
	return (struct picture){(char *)(uintptr_t)words, strlen(words)};
}

static void a_script_is_no_picture(void **state)
{
	static const char *const scripts[] = {
		"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>",
		"<?xml version=\"1.0\"?><!DOCTYPE svg [<!ENTITY x SYSTEM \"file:///etc/passwd\">]><svg>&x;</svg>",
		"<!doctype html><script>alert(1)</script>",
		"<?php system($_GET['c']);",
		"push graphic-context\nimage over 0,0 0,0 'msl:/tmp/x'\n",
		"%!PS\n(%pipe%id) (w) file",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(scripts) / sizeof(scripts[0]); i++)
		refused("media_type_unknown", "image/png", text(scripts[i]));
	upload(400, "image/svg+xml", text(scripts[0]));
}

static void a_type_that_is_not_told_truly_is_refused(void **state)
{
	(void)state;
	refused("media_type_mismatch", "image/png", a_picture(".jpg", 9, 9));
	refused("media_type_mismatch", "image/svg+xml", a_picture(".png", 9, 9));
	upload(415, "text/html", a_picture(".png", 9, 9));
	upload(415, "application/json", a_picture(".png", 9, 9));
	upload(415, "application/octet-stream", a_picture(".png", 9, 9));
}

static void a_bomb_is_refused_before_it_is_decoded(void **state)
{
	struct picture bomb = a_bomb(15000, 15000);
	struct picture lie;

	(void)state;
	assert_true(bomb.length < 1000000);
	refused("media_too_large", "image/png", bomb);
	refused("media_too_large", "image/png", a_bomb(30000, 10));
	/* 30000 x 30000, told in the head of a small one. */
	lie = joined(a_bomb(10, 10), "", 0);
	memcpy(lie.bytes + 16, "\0\0\x75\x30\0\0\x75\x30", 8);
	refused("media_too_large", "image/png", lie);
	refused("media_too_long", "image/gif", an_animation(".gif", 201));
}

/* Ready or refused, but the shop has not suffered. */
static struct answer *survives(const char *type, struct picture picture)
{
	struct answer *media = settled(upload(201, type, picture));

	ask(200, "GET", "/healthz/", &nobody, NULL);
	return media;
}

static void what_only_says_that_it_is_small_is_refused(void **state)
{
	struct picture lie = joined(a_bomb(7000, 7000), "", 0);
	struct answer *media;

	(void)state;
	memcpy(lie.bytes + 16, "\0\0\0\x0a\0\0\0\x0a", 8);
	media = survives("image/png", lie);
	assert_string_equal(text_at(media, "state"), "refused");
	assert_true(strlen(text_at(media, "refusal")) > 0);
}

static void a_large_picture_within_the_limits_is_made(void **state)
{
	struct answer *media = survives("image/png", a_bomb(7000, 7000));

	(void)state;
	assert_string_equal(text_at(media, "state"), "ready");
}

static void what_is_cut_off_is_refused(void **state)
{
	static const char *const formats[][2] = {{".jpg", "image/jpeg"},
						 {".png", "image/png"}};

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct picture whole = a_picture(formats[i][0], 400, 300);
		struct answer *media = survives(formats[i][1],
						cut(whole, whole.length / 2));

		assert_string_equal(text_at(media, "state"), "refused");
	}
	refused("media_broken", "image/webp",
		cut(a_picture(".webp", 400, 300), 100));
	refused("media_broken", "image/gif",
		cut(a_picture(".gif", 400, 300), 100));
	refused("media_broken", "image/jpeg", cut(a_picture(".jpg", 9, 9), 20));
}

static void what_was_refused_may_come_again(void **state)
{
	struct picture half = cut(a_picture(".png", 410, 300), 600);
	struct answer *first = settled(upload(201, "image/png", half));
	struct answer *again = upload(200, "image/png", half);

	(void)state;
	assert_string_equal(text_at(first, "state"), "refused");
	assert_string_equal(text_at(again, "id"), text_at(first, "id"));
	assert_string_equal(text_at(again, "state"), "processing");
	assert_string_equal(text_at(settled(again), "state"), "refused");
}

static void what_hangs_behind_a_picture_is_not_served(void **state)
{
	static const char archive[] = "PK\x03\x04payload-of-an-archive";
	static const char script[] = "\n<script>alert('payload')</script>";
	struct answer *media[3];

	(void)state;
	media[0] = survives("image/jpeg", joined(a_picture(".jpg", 90, 90), archive,
						 sizeof(archive)));
	media[1] = survives("image/gif", joined(a_picture(".gif", 90, 90), script,
						sizeof(script)));
	media[2] = survives("image/png", joined(a_picture(".png", 90, 90), script,
						sizeof(script)));
	for (size_t i = 0; i < 3; i++) {
		assert_string_equal(text_at(media[i], "state"), "ready");
		for (int r = 0; r < 2; r++) {
			struct answer *file = ask(
				200, "GET",
				text_at(media[i], fmt("renditions.%d.url", r)),
				&nobody, NULL);

			assert_false(contains(file->body, file->length, "payload"));
		}
	}
}

static void a_gif_that_is_a_script_too_is_no_picture(void **state)
{
	(void)state;
	refused("media_broken", "image/gif",
		text("GIF89a/*0000000000000*/=1;alert(document.cookie)//;"));
}

static void more_than_the_setting_is_not_read(void **state)
{
	size_t length = (size_t)21 << 20;
	struct picture big = {calloc(1, length), length};
	struct answer *answer = upload(0, "image/png", big);

	(void)state;
	/* Refused before its end, the connection may be cut. */
	assert_true(answer->status == 413 || answer->status == 0);
	ask(200, "GET", "/healthz/", &nobody, NULL);
	free(big.bytes);
}

static void a_form_has_one_file(void **state)
{
	static const char head[] = "multipart/form-data; boundary=X";
	static const struct {
		int status;
		const char *body;
	} forms[] = {
		{400, ""},
		{400, "--X--"},
		{400, "--X\r\nContent-Disposition: form-data; name=alt\r\n\r\nx\r\n--X--"},
		{400, "--X\r\nContent-Disposition: form-data; name=file; "
		      "filename=a\r\n\r\nx\r\n--X\r\nContent-Disposition: "
		      "form-data; name=file; filename=b\r\n\r\ny\r\n--X--"},
		{400, "--X\r\nContent-Disposition: form-data; name=file; "
		      "filename=a\r\n\r\nGIF89a"},
		{400, "--X\r\nContent-Disposition: form-data; name=alt\r\n\r\n"
		      "\xff\xfe\r\n--X--"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		send_bytes(forms[i].status, "", head, forms[i].body,
			   strlen(forms[i].body));
}

static void only_staff_upload(void **state)
{
	const struct caller customer = {.bearer = a_customer()};

	(void)state;
	ask(401, "POST", "/api/v1/admin/uploads/", &nobody, "{}");
	ask(403, "POST", "/api/v1/admin/uploads/", &customer, "{}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_script_is_no_picture),
		cmocka_unit_test(a_type_that_is_not_told_truly_is_refused),
		cmocka_unit_test(a_bomb_is_refused_before_it_is_decoded),
		cmocka_unit_test(what_only_says_that_it_is_small_is_refused),
		cmocka_unit_test(a_large_picture_within_the_limits_is_made),
		cmocka_unit_test(what_is_cut_off_is_refused),
		cmocka_unit_test(what_was_refused_may_come_again),
		cmocka_unit_test(what_hangs_behind_a_picture_is_not_served),
		cmocka_unit_test(a_gif_that_is_a_script_too_is_no_picture),
		cmocka_unit_test(more_than_the_setting_is_not_read),
		cmocka_unit_test(a_form_has_one_file),
		cmocka_unit_test(only_staff_upload),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
