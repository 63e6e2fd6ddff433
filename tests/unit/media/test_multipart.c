/* test_multipart.c - forms as browsers send them, and as nobody should. */
#include "../test.h"

#include <stdlib.h>
#include <string.h>

#include "../../../src/domain/media/multipart.h"

#define TYPE "multipart/form-data; boundary=XX"
#define FILE_HEAD                                                          \
	"Content-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n" \
	"Content-Type: image/png\r\n\r\n"

/* On the heap's very end. True when all parts were read up to the end. */
static bool read_all(const char *type, const char *body, size_t length,
		     struct multipart_part *parts, size_t *count)
{
	char *copy = malloc(length > 0 ? length : 1);
	struct multipart form;
	bool is_over;

	memcpy(copy, body, length);
	*count = 0;
	is_over = multipart_begin(&form, type, copy, length);
	while (is_over && *count < 8 && multipart_next(&form, &parts[*count])) {
		parts[*count].bytes = body + (parts[*count].bytes - copy);
		(*count)++;
	}
	is_over = is_over && form.is_over;
	free(copy);
	return is_over;
}

static bool is_read(const char *type, const char *body)
{
	struct multipart_part parts[8];
	size_t count;

	return read_all(type, body, strlen(body), parts, &count);
}

static void parts_are_read_with_name_type_and_bytes(void **state)
{
	static const char body[] =
		"--XX\r\n" FILE_HEAD "\x89PNG\r\n--X\r\n\0\r\n"
		"--XX\r\nContent-Disposition: form-data; name=alt\r\n\r\n"
		"A cup\r\n--XX--\r\n";
	struct multipart_part parts[8];
	size_t count;

	(void)state;
	assert_true(read_all(TYPE, body, sizeof(body) - 1, parts, &count));
	assert_int_equal(count, 2);
	assert_true(parts[0].is_file);
	assert_string_equal(parts[0].name, "file");
	assert_string_equal(parts[0].type, "image/png");
	assert_int_equal(parts[0].length, 12);
	assert_memory_equal(parts[0].bytes, "\x89PNG\r\n--X\r\n\0", 12);
	assert_false(parts[1].is_file);
	assert_string_equal(parts[1].name, "alt");
	assert_int_equal(parts[1].length, 5);
}

static void an_empty_part_is_one(void **state)
{
	static const char body[] = "--XX\r\n" FILE_HEAD "\r\n--XX--";
	struct multipart_part parts[8];
	size_t count;

	(void)state;
	assert_true(read_all(TYPE, body, sizeof(body) - 1, parts, &count));
	assert_int_equal(count, 1);
	assert_int_equal(parts[0].length, 0);
}

static void a_quoted_boundary_is_one(void **state)
{
	(void)state;
	assert_true(is_read("Multipart/Form-Data; charset=utf-8; "
			    "boundary=\"a b\"", "--a b\r\n") == false);
	assert_true(is_read("multipart/form-data;boundary=\"XX\"",
			    "--XX\r\n" FILE_HEAD "x\r\n--XX--"));
}

static void what_is_malformed_is_no_form(void **state)
{
	static const char *const bodies[] = {
		"", "--XX", "--XX\r\n", "--XX\r\n\r\nx\r\n--XX--",
		"preamble\r\n--XX\r\n" FILE_HEAD "x\r\n--XX--",
		"--XX\r\n" FILE_HEAD "x\r\n--XX",
		"--XX\r\n" FILE_HEAD "x\r\n--XY--",
		"--XX\r\n" FILE_HEAD "x\n--XX--",
		"--XX\n" FILE_HEAD "x\r\n--XX--",
		"--XX\r\n" FILE_HEAD "x\r\n--XX--trailing",
		"--XX\r\nContent-Disposition: attachment; name=a\r\n\r\nx\r\n--XX--",
		"--XX\r\nContent-Disposition: form-data\r\n\r\nx\r\n--XX--",
		"--XX\r\nContent-Disposition: form-data; filename=a\r\n\r\nx\r\n--XX--",
		"--XX\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nx\r\n--XX--",
		"--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--XX--",
		"--XX\r\n" "Content-Transfer-Encoding: base64\r\n" FILE_HEAD "x\r\n--XX--",
		"--XX\r\n" "No colon\r\n" FILE_HEAD "x\r\n--XX--",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		if (is_read(TYPE, bodies[i]))
			fail_msg("it was read: %s", bodies[i]);
	assert_true(is_read(TYPE, "--XX\r\n" FILE_HEAD "x\r\n--XX--"));
}

static void a_boundary_is_what_the_rfc_allows(void **state)
{
	static const char *const types[] = {
		"multipart/form-data", "multipart/form-data; boundary=",
		"multipart/mixed; boundary=XX",
		"multipart/form-data; boundary=XX; boundary=XX",
		"multipart/form-data; boundary=\"X\\X\"",
		"multipart/form-data boundary=XX", "multipart/form-data; XX",
		"multipart/form-data; boundary="
		"0123456789012345678901234567890123456789012345678901234567890"
		"1234567890",
		"", "/", "multipart",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (is_read(types[i], "--XX\r\n" FILE_HEAD "x\r\n--XX--"))
			fail_msg("it was read: %s", types[i]);
}

static void a_head_has_an_end(void **state)
{
	char body[4096] = "--XX\r\n";

	(void)state;
	for (int i = 0; i < 9; i++)
		strcat(body, "X-A: b\r\n");
	strcat(body, FILE_HEAD "x\r\n--XX--");
	assert_false(is_read(TYPE, body));
	strcpy(body, "--XX\r\nX-A: ");
	memset(body + 11, 'a', 1024);
	strcpy(body + 11 + 1024, "\r\n" FILE_HEAD "x\r\n--XX--");
	assert_false(is_read(TYPE, body));
}

static void utf8_is_told_from_other_bytes(void **state)
{
	static const char *const good[] = {"", "a", "\xc3\xa9", "\xe2\x82\xac",
					   "\xf0\x9f\x98\x80", "\xf4\x8f\xbf\xbf"};
	static const char *const bad[] = {
		"\xff", "\x80", "\xc3", "\xc0\xaf", "\xe0\x80\xaf",
		"\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf0\x9f\x98", "a\xc3(",
		"\xf8\x88\x80\x80\x80"};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(text_is_utf8(good[i], strlen(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(text_is_utf8(bad[i], strlen(bad[i])));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parts_are_read_with_name_type_and_bytes),
		cmocka_unit_test(an_empty_part_is_one),
		cmocka_unit_test(a_quoted_boundary_is_one),
		cmocka_unit_test(what_is_malformed_is_no_form),
		cmocka_unit_test(a_boundary_is_what_the_rfc_allows),
		cmocka_unit_test(a_head_has_an_end),
		cmocka_unit_test(utf8_is_told_from_other_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
