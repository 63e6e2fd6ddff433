/* test_media_files.c - renditions as browsers and caches fetch them. */
#include "upload.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *a_url(void)
{
	static const char *url;

	if (url == NULL)
		url = url_of(a_ready_picture(500, 400, "To be fetched"));
	return url;
}

static struct answer *get(int status, const char *header)
{
	const struct caller caller = {.header = header};

	return ask(status, "GET", a_url(), &caller, NULL);
}

static void a_file_is_for_ever_and_nothing_but_a_picture(void **state)
{
	struct answer *file = get(200, NULL);

	(void)state;
	assert_string_equal(header_of(file, "Cache-Control"),
			    "public, max-age=31536000, immutable");
	assert_string_equal(header_of(file, "X-Content-Type-Options"), "nosniff");
	assert_string_equal(header_of(file, "Content-Type"), "image/webp");
	assert_string_equal(header_of(file, "Content-Disposition"), "inline");
	assert_string_equal(header_of(file, "Content-Security-Policy"),
			    "default-src 'none'; sandbox");
	assert_string_equal(header_of(file, "Accept-Ranges"), "bytes");
	assert_string_equal(header_of(file, "X-Statements"), "0");
}

static void a_head_is_a_get_without_its_body(void **state)
{
	struct answer *file = get(200, NULL);
	struct answer *head = ask(200, "HEAD", a_url(), &nobody, NULL);

	(void)state;
	assert_int_equal(head->length, 0);
	assert_string_equal(header_of(head, "Content-Length"),
			    fmt("%zu", file->length));
	assert_string_equal(header_of(head, "ETag"), header_of(file, "ETag"));
}

static void what_is_known_is_not_sent_again(void **state)
{
	const char *tag = header_of(get(200, NULL), "ETag");
	struct answer *answer = get(304, fmt("If-None-Match: %s", tag));

	(void)state;
	assert_int_equal(answer->length, 0);
	assert_string_equal(header_of(answer, "ETag"), tag);
	assert_string_equal(header_of(answer, "Cache-Control"),
			    "public, max-age=31536000, immutable");
	get(304, fmt("If-None-Match: \"x\", W/%s", tag));
	get(304, "If-None-Match: *");
	get(200, "If-None-Match: \"other\"");
	assert_int_not_equal(*tag, 'W');
}

static void a_range_is_a_part_of_the_file(void **state)
{
	struct answer *file = get(200, NULL);
	struct answer *part = get(206, "Range: bytes=8-11");

	(void)state;
	assert_int_equal(part->length, 4);
	assert_memory_equal(part->body, "WEBP", 4);
	assert_string_equal(header_of(part, "Content-Range"),
			    fmt("bytes 8-11/%zu", file->length));
	assert_string_equal(header_of(part, "ETag"), header_of(file, "ETag"));
	part = get(206, "Range: bytes=-3");
	assert_memory_equal(part->body, file->body + file->length - 3, 3);
	part = get(206, fmt("Range: bytes=%zu-", file->length - 1));
	assert_int_equal(part->length, 1);
	part = get(416, fmt("Range: bytes=%zu-", file->length));
	assert_string_equal(header_of(part, "Content-Range"),
			    fmt("bytes */%zu", file->length));
	assert_int_equal(get(200, "Range: bytes=0-1,4-5")->length, file->length);
	assert_int_equal(get(200, "Range: bytes=5-1")->length, file->length);
}

static void a_range_of_another_version_is_the_whole(void **state)
{
	struct answer *file = get(200, NULL);
	struct answer *answer;

	(void)state;
	answer = get(206, fmt("If-Range: %s\r\nRange: bytes=0-0",
			      header_of(file, "ETag")));
	assert_int_equal(answer->length, 1);
	get(200, "If-Range: \"other\"\r\nRange: bytes=0-0");
	get(200, fmt("If-Range: W/%s\r\nRange: bytes=0-0",
		     header_of(file, "ETag")));
	get(200, "If-Range: Sun, 22 Nov 2026 19:56:05 GMT\r\nRange: bytes=0-0");
}

static void no_other_name_opens_anything(void **state)
{
	static const char *const names[] = {
		"..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/etc/passwd",
		"../../etc/passwd", "..%252f..%252fetc%252fpasswd",
		"%2fetc%2fpasswd", "/etc/passwd", "..%5c..%5cwindows",
		"%00", "a%00.jpg", "CON", "aux.jpg", ".", "..", "%c0%ae%c0%ae",
		"\xef\xbc\x8e\xef\xbc\x8e", "private", "public/00",
		"00000000000000000000000000000000-0000000000000000.jpg",
		"00000000000000000000000000000000-0000000000000000.html",
	};
	char longest[3900];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct answer *answer = ask(0, "GET", fmt("/media/%s", names[i]),
					    &nobody, NULL);

		if (answer->status != 404 && answer->status != 400)
			fail_msg("%s answered %d", names[i], answer->status);
		assert_false(contains(answer->body, answer->length, "root:"));
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	ask(404, "GET", fmt("/media/%s", longest), &nobody, NULL);
}

static void an_original_is_nobodys_to_fetch(void **state)
{
	const char *key = sql("SELECT storage_key FROM media WHERE state = 'ready' "
			      "AND content_type = 'image/jpeg' LIMIT 1");

	(void)state;
	(void)a_url();
	ask(404, "GET", fmt("/media/%s", key), &nobody, NULL);
}

static void only_get_and_head_are_for_files(void **state)
{
	(void)state;
	ask(405, "PUT", a_url(), &nobody, "{}");
	ask(405, "DELETE", a_url(), &nobody, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_is_for_ever_and_nothing_but_a_picture),
		cmocka_unit_test(a_head_is_a_get_without_its_body),
		cmocka_unit_test(what_is_known_is_not_sent_again),
		cmocka_unit_test(a_range_is_a_part_of_the_file),
		cmocka_unit_test(a_range_of_another_version_is_the_whole),
		cmocka_unit_test(no_other_name_opens_anything),
		cmocka_unit_test(an_original_is_nobodys_to_fetch),
		cmocka_unit_test(only_get_and_head_are_for_files),
	};

	srandom((unsigned)getpid());
	return cmocka_run_group_tests(tests, NULL, NULL);
}
