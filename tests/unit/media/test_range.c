/* test_range.c - ranges of bytes, and the names of files. */
#include "../test.h"

#include <string.h>

#include <platform/storage.h>

#include "../../../src/domain/media/range.h"

static void expect_part(const char *header, size_t size, size_t first,
			size_t last)
{
	size_t from;
	size_t to;

	assert_int_equal(range_read(header, size, &from, &to), RANGE_PART);
	assert_int_equal(from, first);
	assert_int_equal(to, last);
}

static void a_range_is_a_part(void **state)
{
	(void)state;
	expect_part("bytes=0-0", 100, 0, 0);
	expect_part("bytes=10-19", 100, 10, 19);
	expect_part("bytes=90-", 100, 90, 99);
	expect_part("bytes=90-1000", 100, 90, 99);
	expect_part("bytes=-10", 100, 90, 99);
	expect_part("bytes=-1000", 100, 0, 99);
	expect_part("BYTES= 1-2", 100, 1, 2);
	expect_part("bytes=0-99999999999999999999999999", 100, 0, 99);
}

static void what_lies_beyond_is_told(void **state)
{
	size_t first;
	size_t last;

	(void)state;
	assert_int_equal(range_read("bytes=100-", 100, &first, &last),
			 RANGE_BEYOND);
	assert_int_equal(range_read("bytes=-0", 100, &first, &last),
			 RANGE_BEYOND);
	assert_int_equal(range_read("bytes=-5", 0, &first, &last),
			 RANGE_BEYOND);
	assert_int_equal(range_read("bytes=99999999999999999999999-", 100,
				    &first, &last), RANGE_BEYOND);
}

static void what_is_no_single_range_is_all(void **state)
{
	static const char *const others[] = {
		"bytes=", "bytes=-", "bytes=5-4", "bytes=0-1,3-4", "lines=1-2",
		"bytes=a-b", "bytes=1-2x", "bytes 1-2", "", "bytes=--1"};
	size_t first;
	size_t last;

	(void)state;
	assert_int_equal(range_read(NULL, 100, &first, &last), RANGE_WHOLE);
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		assert_int_equal(range_read(others[i], 100, &first, &last),
				 RANGE_WHOLE);
}

static void a_name_is_made_of_owner_and_content(void **state)
{
	const struct uuid owner = {{1, 2, 3, 0xff}};
	const uint8_t hash[32] = {0xab, 0xcd};
	char name[STORAGE_NAME_SIZE];
	struct uuid found;

	(void)state;
	storage_name(&owner, hash, "webp", name);
	assert_string_equal(name, "010203ff000000000000000000000000-"
				  "abcd000000000000.webp");
	found = storage_name_owner(name);
	assert_true(uuid_equal(&owner, &found));
}

static void no_other_name_is_sound(void **state)
{
	static const char *const names[] = {
		"", ".", "..", "../../../../etc/passwd", "/etc/passwd",
		"010203FF000000000000000000000000-abcd000000000000.webp",
		"010203ff000000000000000000000000-abcd000000000000.WEBP",
		"010203ff000000000000000000000000-abcd000000000000",
		"010203ff000000000000000000000000-abcd000000000000.",
		"010203ff000000000000000000000000-abcd000000000000.jpg.exe",
		"010203ff000000000000000000000000-abcd000000000000.j/g",
		"010203ff000000000000000000000000-abcd000000000000.jp",
		"010203ff000000000000000000000000-abcd000000000000.jpegs",
		"010203ff00000000000000000000000-abcd0000000000000.jpg",
		"010203ff0000000000000000000000000-abcd000000000000.jpg",
		"010203ff000000000000000000000000/abcd000000000000.jpg",
		" 010203ff000000000000000000000000-abcd000000000000.jpg",
		"CON", "nul.jpg", "\xef\xbc\x8e\xef\xbc\x8e/",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		assert_false(storage_name_is_sound(names[i]));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_range_is_a_part),
		cmocka_unit_test(what_lies_beyond_is_told),
		cmocka_unit_test(what_is_no_single_range_is_all),
		cmocka_unit_test(a_name_is_made_of_owner_and_content),
		cmocka_unit_test(no_other_name_is_sound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
