/* test_media.c - pictures as staff upload them, give them words, and hang
 * them into products. */
#include "upload.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ADMIN "/api/v1/admin/products/"

static void a_picture_gets_its_renditions(void **state)
{
	static const int widths[] = {160, 480, 960, 1920};
	struct answer *media = a_ready_picture(2400, 1200, "A slope");

	(void)state;
	assert_string_equal(text_at(media, "content_type"), "image/jpeg");
	assert_int_equal(int_at(media, "width"), 2400);
	assert_int_equal(json_array_size(node_at(media, "renditions")), 8);
	for (int i = 0; i < 8; i++) {
		const char *at = fmt("renditions.%d", i);
		struct answer *file = ask(200, "GET",
					  text_at(media, fmt("%s.url", at)),
					  &nobody, NULL);
		int width;
		int height;

		assert_true(measure(file->body, file->length, &width, &height));
		assert_int_equal(width, widths[i / 2]);
		assert_int_equal(height, widths[i / 2] / 2);
		assert_int_equal(int_at(media, fmt("%s.width", at)), width);
		assert_string_equal(header_of(file, "Content-Type"),
				    i % 2 ? "image/jpeg" : "image/webp");
	}
}

static void a_small_picture_is_never_enlarged(void **state)
{
	struct answer *media = a_ready_picture(200, 300, "");

	(void)state;
	assert_int_equal(json_array_size(node_at(media, "renditions")), 4);
	assert_int_equal(int_at(media, "renditions.0.width"), 160);
	assert_int_equal(int_at(media, "renditions.2.width"), 200);
	assert_int_equal(int_at(media, "renditions.2.height"), 300);
}

static void every_format_is_taken(void **state)
{
	static const char *const formats[][2] = {{".png", "image/png"},
						 {".webp", "image/webp"},
						 {".gif", "image/gif"},
						 {".jpg[interlace]", "image/jpeg"}};

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		struct picture picture = a_picture(formats[i][0], 170, 90);
		struct answer *media = settled(upload(201, formats[i][1],
						      picture));

		assert_string_equal(text_at(media, "state"), "ready");
		assert_string_equal(text_at(media, "content_type"),
				    formats[i][1]);
	}
	assert_string_equal(text_at(settled(upload(201, "image/png",
						   a_see_through(50, 50))),
				    "state"), "ready");
	assert_string_equal(text_at(settled(upload(201, "image/gif",
						   an_animation(".gif", 5))),
				    "state"), "ready");
}

static void the_same_bytes_are_the_same_picture(void **state)
{
	struct picture picture = a_picture(".png", 33, 44);
	struct answer *first = upload(201, "image/png", picture);
	struct answer *second = upload_form(200, "image/png", picture, "Words");

	(void)state;
	assert_string_equal(text_at(first, "id"), text_at(second, "id"));
	assert_string_equal(text_at(second, "alt"), "Words");
	second = upload_form(200, "application/octet-stream", picture, "Other");
	assert_string_equal(text_at(second, "alt"), "Words");
	assert_string_equal(text_at(settled(first), "state"), "ready");
}

static void a_photo_stands_upright_and_tells_nothing(void **state)
{
	struct picture photo = a_photo(300, 200, "my secret garden");
	struct answer *media = settled(upload(201, "image/jpeg", photo));

	(void)state;
	assert_true(contains(photo.bytes, photo.length, "my secret garden"));
	assert_int_equal(int_at(media, "width"), 200);
	assert_int_equal(int_at(media, "height"), 300);
	for (int i = 0; i < 4; i++) {
		struct answer *file = ask(
			200, "GET", text_at(media, fmt("renditions.%d.url", i)),
			&nobody, NULL);
		int width;
		int height;

		assert_true(measure(file->body, file->length, &width, &height));
		assert_true(height > width);
		assert_false(contains(file->body, file->length, "garden"));
		assert_false(contains(file->body, file->length, "Exif"));
		assert_false(contains(file->body, file->length, "EXIF"));
		assert_false(contains(file->body, file->length, "ICCP"));
		assert_false(contains(file->body, file->length, "http://ns.adobe"));
	}
}

static void a_text_is_given_with_the_version_seen(void **state)
{
	struct answer *media = a_ready_picture(20, 20, "");
	const char *path = fmt(MEDIA "%s/", text_at(media, "id"));
	const struct caller blind = by_staff();
	const struct caller seen = staff_with(media);

	(void)state;
	ask(428, "PATCH", path, &blind, "{\"alt\":\"A dot\"}");
	media = ask(200, "PATCH", path, &seen, "{\"alt\":\" A dot \"}");
	assert_string_equal(text_at(media, "alt"), "A dot");
	ask(412, "PATCH", path, &seen, "{\"alt\":\"Another\"}");
	media = ask(200, "GET", MEDIA "?alt__icontains=a%20DOT", &blind, NULL);
	assert_int_equal(int_at(media, "count"), 1);
}

/* A draft of that SKU. */
static struct answer *a_product(const char *status)
{
	const struct caller caller = by_staff();
	const char *sku = fmt("PIC-%d-%ld", (int)getpid(), random());

	return askf(201, "POST", ADMIN, &caller,
		    "{\"name\":\"Thing %s\",\"sku\":\"%s\",\"price\":\"3.00\","
		    "\"status\":\"%s\",\"category\":\"pens\"}",
		    sku, sku, status);
}

static struct answer *hang(int status, const char *product, const char *body)
{
	const char *path = fmt(ADMIN "%s/media/", product);
	const struct caller caller = by_staff();
	const struct caller seen = staff_with(ask(200, "GET", path, &caller, NULL));

	return ask(status, "PUT", path, &seen, body);
}

static void a_product_shows_its_pictures_in_order(void **state)
{
	const char *first = text_at(a_ready_picture(700, 100, "One"), "id");
	const char *second = text_at(a_ready_picture(100, 200, "Two"), "id");
	struct answer *product = a_product("published");
	const char *id = text_at(product, "id");
	struct answer *items;

	(void)state;
	items = hang(200, id, fmt("{\"items\":[{\"media\":\"%s\"},{\"media\":\"%s\"}]}",
				  second, first));
	assert_string_equal(text_at(items, "items.0.media"), second);
	assert_string_equal(text_at(items, "items.1.alt"), "One");
	assert_string_equal(sql("SELECT string_agg(m ->> 'alt', ',') FROM "
				"jsonb_array_elements(media_json('%s')) AS m", id),
			    "Two,One");
	assert_string_equal(sql("SELECT image = media_first_url('%s') FROM card "
				"WHERE product_id = '%s'", id, id), "t");
	hang(200, id, fmt("{\"items\":[{\"media\":\"%s\"}]}", first));
	assert_string_equal(sql("SELECT r ->> 'width' FROM media m, "
				"jsonb_array_elements(renditions) AS r WHERE m.id = '%s' "
				"AND media_url(r ->> 'key') = media_first_url('%s')",
				first, id), "480");
	hang(200, id, "{\"items\":[]}");
	assert_string_equal(sql("SELECT media_json('%s')", id), "[]");
}

static void what_cannot_be_hung_is_told_by_its_place(void **state)
{
	const char *media = text_at(a_ready_picture(10, 10, "Ten"), "id");
	const char *id = text_at(a_product("draft"), "id");
	const char *other = text_at(a_product("draft"), "variant");
	struct answer *answer;

	(void)state;
	answer = hang(400, id, fmt("{\"items\":[{\"media\":\"%s\"},{\"media\":\"%s\"}]}",
				   media, media));
	assert_non_null(node_at(answer, "items.1.media"));
	answer = hang(400, id, fmt("{\"items\":[{\"media\":\"%s\"},{\"media\":\"%s\"}]}",
				   media, "01a20430-3e93-744d-b2a0-9daec6967bd3"));
	assert_non_null(node_at(answer, "items.1.media"));
	answer = hang(400, id, fmt("{\"items\":[{\"media\":\"%s\",\"variant\":\"%s\"}]}",
				   media, other));
	assert_non_null(node_at(answer, "items.0.variant"));
	answer = hang(200, id, fmt("{\"items\":[{\"media\":\"%s\",\"variant\":null}]}",
				   media));
	assert_true(json_is_null(node_at(answer, "items.0.variant")));
}

static void a_list_shows_the_pictures_that_a_page_shows(void **state)
{
	struct answer *media = a_ready_picture(11, 13, "Eleven");
	struct answer *made = a_product("published");
	const char *id = text_at(made, "id");
	const char *sku = text_at(made, "sku");
	const json_t *shown;

	(void)state;
	hang(200, id, fmt("{\"items\":[{\"media\":\"%s\"}]}",
			  text_at(media, "id")));
	shown = node_at(ask(200, "GET", fmt("/api/v1/products/%s/", id),
			    &nobody, NULL), "media");
	assert_int_equal(json_array_size(shown), 1);
	for (int i = 0; i < 2; i++) {
		struct answer *list = ask(
			200, "GET", fmt("/api/v1/products/?expand=media&%s=%s",
					i == 0 ? "sku" : "sku__startswith", sku),
			&nobody, NULL);

		assert_true(json_equal(node_at(list, "results.0.media"), shown));
	}
	assert_true(json_equal(
		node_at(ask(200, "GET",
			    "/api/v1/products/?expand=media&page_size=1",
			    &nobody, NULL), "results.0.media"), shown));
}

static void a_published_picture_has_its_text(void **state)
{
	struct answer *mute = a_ready_picture(12, 12, NULL);
	const char *media = text_at(mute, "id");
	const char *id = text_at(a_product("published"), "id");
	const char *body = fmt("{\"items\":[{\"media\":\"%s\"}]}", media);
	struct answer *answer;
	struct caller seen;

	(void)state;
	answer = hang(409, id, body);
	assert_string_equal(text_at(answer, "code"), "media_alt_required");
	seen = staff_with(mute);
	answer = ask(200, "PATCH", fmt(MEDIA "%s/", media), &seen, "{\"alt\":\"Twelve\"}");
	hang(200, id, body);
	seen = staff_with(answer);
	answer = ask(409, "PATCH", fmt(MEDIA "%s/", media), &seen, "{\"alt\":\"\"}");
	assert_string_equal(text_at(answer, "code"), "media_alt_required");
	assert_string_equal(sql("SELECT media_lacking_alt('%s')", id), "f");
}

static void a_picture_goes_when_no_product_shows_it(void **state)
{
	struct answer *media = a_ready_picture(14, 14, "Gone");
	const char *path = fmt(MEDIA "%s/", text_at(media, "id"));
	const char *id = text_at(a_product("draft"), "id");
	const struct caller seen = staff_with(media);
	const struct timespec rest = {0, 50000000};
	struct answer *answer;
	int status = 200;

	(void)state;
	hang(200, id, fmt("{\"items\":[{\"media\":\"%s\"}]}", text_at(media, "id")));
	answer = ask(409, "DELETE", path, &seen, NULL);
	assert_string_equal(text_at(answer, "code"), "media_in_use");
	hang(200, id, "{\"items\":[]}");
	ask(200, "GET", url_of(media), &nobody, NULL);
	ask(204, "DELETE", path, &seen, NULL);
	ask(404, "GET", path, &seen, NULL);
	for (int i = 0; i < 200 && status != 404; i++) {
		status = ask(0, "GET", url_of(media), &nobody, NULL)->status;
		nanosleep(&rest, NULL);
	}
	assert_int_equal(status, 404);
}

static void a_deleted_product_keeps_no_picture(void **state)
{
	struct answer *media = a_ready_picture(15, 15, "Kept by nobody");
	const char *path = fmt(MEDIA "%s/", text_at(media, "id"));
	struct answer *product = a_product("draft");
	const char *id = text_at(product, "id");
	const struct caller seen = staff_with(media);
	struct caller edit;

	(void)state;
	product = hang(200, id, fmt("{\"items\":[{\"media\":\"%s\"}]}",
				    text_at(media, "id")));
	edit = staff_with(product);
	ask(204, "DELETE", fmt("/api/v1/admin/products/%s/", id), &edit, NULL);
	assert_int_equal(int_at(ask(200, "GET", path, &seen, NULL),
				"product_count"), 0);
	ask(204, "DELETE", path, &seen, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_picture_gets_its_renditions),
		cmocka_unit_test(a_small_picture_is_never_enlarged),
		cmocka_unit_test(every_format_is_taken),
		cmocka_unit_test(the_same_bytes_are_the_same_picture),
		cmocka_unit_test(a_photo_stands_upright_and_tells_nothing),
		cmocka_unit_test(a_text_is_given_with_the_version_seen),
		cmocka_unit_test(a_product_shows_its_pictures_in_order),
		cmocka_unit_test(what_cannot_be_hung_is_told_by_its_place),
		cmocka_unit_test(a_list_shows_the_pictures_that_a_page_shows),
		cmocka_unit_test(a_published_picture_has_its_text),
		cmocka_unit_test(a_picture_goes_when_no_product_shows_it),
		cmocka_unit_test(a_deleted_product_keeps_no_picture),
	};

	srandom((unsigned)getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
