/* test_cbor.c - the CBOR that is let in, and above all that which is not. */
#include "../test.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "../../../src/platform/auth/cbor.h"

/* In a table; and in a call. */
#define LISTED(text) {(const uint8_t *)(text), sizeof(text) - 1}
#define OCTETS(text) ((struct octets)LISTED(text))

static bool reads(struct octets octets)
{
	struct cbor_item item;
	size_t used = 0;

	return cbor_read(octets, &item, &used) && used == octets.length;
}

static void members_are_found_by_their_keys(void **state)
{
	/* {"fmt": "none", 1: -7, -1: h'0102', "x": [true, null]} */
	struct octets text = OCTETS("\xa4\x63" "fmt\x64none\x01\x26\x20\x42\x01"
				    "\x02\x61x\x82\xf5\xf6");
	struct cbor_item map;
	struct cbor_item item;
	size_t used;

	(void)state;
	assert_true(cbor_read(text, &map, &used));
	assert_int_equal(used, text.length);
	assert_int_equal(map.kind, CBOR_MAP);
	assert_int_equal(map.number, 4);
	assert_true(cbor_member_of(&map, "\x63" "fmt", CBOR_TEXT, &item));
	assert_memory_equal(item.octets.bytes, "none", 4);
	assert_int_equal(item.octets.length, 4);
	assert_true(cbor_member_of(&map, "\x01", CBOR_NEGATIVE, &item));
	assert_int_equal(item.number, 6);
	assert_true(cbor_member_of(&map, "\x20", CBOR_BYTES, &item));
	assert_int_equal(item.octets.length, 2);
	assert_true(cbor_member_of(&map, "\x61x", CBOR_LIST, &item));
	assert_int_equal(item.number, 2);
	assert_false(cbor_member(&map, "\x02", &item));
	assert_false(cbor_member_of(&map, "\x01", CBOR_UNSIGNED, &item));
}

static void what_stands_behind_an_item_is_told_by_its_length(void **state)
{
	struct cbor_item item;
	size_t used;

	(void)state;
	assert_true(cbor_read(OCTETS("\xa1\x01\x02" "rest"), &item, &used));
	assert_int_equal(used, 3);
}

static void every_number_has_one_form(void **state)
{
	static const struct {
		struct octets octets;
		bool is_read;
	} forms[] = {
		{LISTED("\x17"), true},
		{LISTED("\x18\x18"), true},
		{LISTED("\x18\x17"), false},
		{LISTED("\x19\x01\x00"), true},
		{LISTED("\x19\x00\xff"), false},
		{LISTED("\x1a\x00\x01\x00\x00"), true},
		{LISTED("\x1a\x00\x00\xff\xff"), false},
		{LISTED("\x1b\x00\x00\x00\x01\x00\x00\x00\x00"), true},
		{LISTED("\x1b\x00\x00\x00\x00\xff\xff\xff\xff"), false},
		{LISTED("\x1b\xff\xff\xff\xff\xff\xff\xff\xff"), true},
		{LISTED("\x58\x01z"), false}, /* a string of one byte */
		{LISTED("\x1c"), false},      /* reserved */
		{LISTED("\x1d"), false},
		{LISTED("\x1e"), false},
		{LISTED("\x1f"), false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++)
		assert_int_equal(reads(forms[i].octets), forms[i].is_read);
}

static void indefinite_lengths_tags_and_floats_are_refused(void **state)
{
	static const struct octets refused[] = {
		LISTED("\x5f\x41z\xff"),
		LISTED("\x7f\x61z\xff"),
		LISTED("\x9f\x01\xff"),
		LISTED("\xbf\x01\x02\xff"),
		LISTED("\xa1\x01\x9f\xff"),
		LISTED("\xc0\x60"), /* a tag */
		LISTED("\xd8\x18\x41\x00"),
		LISTED("\xf9\x00\x00"), /* half, single, double */
		LISTED("\xfa\x00\x00\x00\x00"),
		LISTED("\xfb\x00\x00\x00\x00\x00\x00\x00\x00"),
		LISTED("\xf7"), /* undefined */
		LISTED("\xe0"),
		LISTED("\xf8\xff"),
		LISTED("\xff"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_false(reads(refused[i]));
	assert_true(reads(OCTETS("\x83\xf4\xf5\xf6")));
}

static void a_length_beyond_the_end_is_refused(void **state)
{
	static const struct octets refused[] = {
		LISTED(""),
		LISTED("\x18"),
		LISTED("\x19\x01"),
		LISTED("\x42z"),
		LISTED("\x5b\xff\xff\xff\xff\xff\xff\xff\xff" "z"),
		LISTED("\x7a\xff\xff\xff\xff" "z"),
		LISTED("\x82\x01"),
		LISTED("\x9b\xff\xff\xff\xff\xff\xff\xff\xff\x01"),
		LISTED("\x9a\x10\x00\x00\x00\x01"),
		LISTED("\xa1\x01"),
		LISTED("\xbb\xff\xff\xff\xff\xff\xff\xff\xff\x01\x02"),
		LISTED("\xba\x10\x00\x00\x00\x01\x02"),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		assert_false(reads(refused[i]));
}

static void no_key_comes_twice(void **state)
{
	(void)state;
	assert_true(reads(OCTETS("\xa2\x01\x02\x20\x02")));
	assert_false(reads(OCTETS("\xa2\x01\x02\x01\x02")));
	assert_false(reads(OCTETS("\xa3\x61z\x02\x01\x02\x61z\x03")));
	/* nor deeper down */
	assert_false(reads(OCTETS("\xa1\x01\xa2\x02\x03\x02\x03")));
	/* a list is no key */
	assert_false(reads(OCTETS("\xa1\x80\x01")));
	assert_false(reads(OCTETS("\xa1\xa0\x01")));
}

static void deep_nesting_is_refused_however_deep(void **state)
{
	static uint8_t deep[100000];

	(void)state;
	for (size_t depth = 1; depth < 20; depth++) {
		memset(deep, 0x81, depth);
		deep[depth] = 1;
		assert_int_equal(reads((struct octets){deep, depth + 1}),
				 depth <= 4);
	}
	memset(deep, 0x81, sizeof(deep));
	assert_false(reads((struct octets){deep, sizeof(deep)}));
	for (size_t i = 0; i + 1 < sizeof(deep); i += 2)
		memcpy(deep + i, "\xa1\x01", 2);
	assert_false(reads((struct octets){deep, sizeof(deep)}));
}

static void a_map_of_many_pairs_is_refused(void **state)
{
	uint8_t map[256] = {0xb8, 0};

	(void)state;
	for (unsigned count = 24; count < 60; count++) {
		size_t length = 2;

		map[1] = (uint8_t)count;
		for (unsigned i = 0; i < count; i++) {
			if (i >= 24)
				map[length++] = 0x18;
			map[length++] = (uint8_t)i;
			map[length++] = 1;
		}
		assert_int_equal(reads((struct octets){map, length}),
				 count <= 32);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_are_found_by_their_keys),
		cmocka_unit_test(what_stands_behind_an_item_is_told_by_its_length),
		cmocka_unit_test(every_number_has_one_form),
		cmocka_unit_test(indefinite_lengths_tags_and_floats_are_refused),
		cmocka_unit_test(a_length_beyond_the_end_is_refused),
		cmocka_unit_test(no_key_comes_twice),
		cmocka_unit_test(deep_nesting_is_refused_however_deep),
		cmocka_unit_test(a_map_of_many_pairs_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
