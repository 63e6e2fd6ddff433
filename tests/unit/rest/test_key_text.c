/* test_key_text.c - API keys as they are written. */
#include "../test.h"

#include <stdlib.h>
#include <string.h>

#include <platform/auth.h>
#include <rest/access.h>
#include <rest/keys.h>

static int start(void **state)
{
	(void)state;
	return auth_parent_start() ? 0 : -1;
}

static void make(bool is_live, char text[KEY_TEXT_LENGTH + 1])
{
	struct key_parts parts = {.is_live = is_live};

	key_id_make(parts.public_id);
	key_make(&parts, text);
}

static void what_is_made_is_read(void **state)
{
	char text[KEY_TEXT_LENGTH + 1];
	struct key_parts parts;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		make(i % 2 == 0, text);
		assert_int_equal(strlen(text), KEY_TEXT_LENGTH);
		assert_true(key_read(text, &parts));
		assert_int_equal(parts.is_live, i % 2 == 0);
		assert_memory_equal(parts.public_id, text + 8, KEY_ID_LENGTH);
	}
}

/* The check value of CRC-32, and a key that a scanner's author may use. */
static void the_checksum_is_what_the_page_says(void **state)
{
	struct key_parts parts;

	(void)state;
	assert_true(key_read("sk_test_000000000000_"
			     "0000000000000000000000000000000000000000000"
			     "13SCzt", &parts));
}

static void every_other_character_at_every_place_is_noticed(void **state)
{
	char text[KEY_TEXT_LENGTH + 1];
	struct key_parts parts;

	(void)state;
	make(false, text);
	for (int i = 0; i < KEY_TEXT_LENGTH; i++) {
		char right = text[i];

		for (int c = 1; c < 256; c++) {
			text[i] = (char)c;
			assert_int_equal(key_read(text, &parts),
					 text[i] == right);
		}
		text[i] = '\0';
		assert_false(key_read(text, &parts));
		text[i] = right;
	}
}

static void no_two_are_alike(void **state)
{
	char one[KEY_TEXT_LENGTH + 1];
	char other[KEY_TEXT_LENGTH + 1];
	struct key_parts parts;

	(void)state;
	make(false, one);
	assert_true(key_read(one, &parts));
	key_make(&parts, other);
	assert_memory_equal(one, other, 20);
	assert_string_not_equal(one + 20, other + 20);
}

static void every_digit_comes_as_often(void **state)
{
	unsigned counts[128] = {0};
	char text[KEY_TEXT_LENGTH + 1];

	(void)state;
	for (int i = 0; i < 4000; i++) {
		make(false, text);
		for (int k = 21; k < 64; k++)
			counts[(unsigned char)text[k] & 127]++;
	}
	for (int c = 0; c < 128; c++) /* 2774 of each, 53 a deviation */
		assert_true(counts[c] == 0 || abs((int)counts[c] - 2774) < 400);
}

static void networks_and_rates_are_told_from_nonsense(void **state)
{
	static const char *const networks[] = {
		"10.0.0.0/8", "192.0.2.1", "0.0.0.0/0", "::/0", "2001:db8::/32",
		"::1", "10.0.0.1/32", "::ffff:10.0.0.1"};
	static const char *const no_networks[] = {
		"", "/8", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/ 8",
		"10.0.0.0/08", "10.0.0/8", "10.0.0.0/8/8", "::/129", "x", "10.0.0.0/8 ",
		"fe80::1%eth0", "10.0.0.0,10.0.0.1"};
	static const char *const rates[] = {"1/second", "1000000/day", "60/minute",
					    "7/hour"};
	static const char *const no_rates[] = {"", "0/day", "01/day", "1", "1/", "1/d",
					       "1/days", "1000001/day", "-1/day",
					       " 1/day", "1 /day", "1/Day"};

	(void)state;
	for (size_t i = 0; i < sizeof(networks) / sizeof(*networks); i++)
		assert_true(network_is_sound(networks[i]));
	for (size_t i = 0; i < sizeof(no_networks) / sizeof(*no_networks); i++)
		assert_false(network_is_sound(no_networks[i]));
	for (size_t i = 0; i < sizeof(rates) / sizeof(*rates); i++)
		assert_true(rate_is_sound(rates[i]));
	for (size_t i = 0; i < sizeof(no_rates) / sizeof(*no_rates); i++)
		assert_false(rate_is_sound(no_rates[i]));
}

static void unknown_scopes_give_nothing(void **state)
{
	(void)state;
	assert_int_equal(scopes_parse("catalog.read,no.such,stock.read,"),
			 1u << PERMISSION_CATALOG_READ |
				 1u << PERMISSION_STOCK_READ);
	assert_int_equal(scopes_parse("all"), 0);
	assert_int_equal(scopes_parse(""), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_made_is_read),
		cmocka_unit_test(the_checksum_is_what_the_page_says),
		cmocka_unit_test(every_other_character_at_every_place_is_noticed),
		cmocka_unit_test(no_two_are_alike),
		cmocka_unit_test(every_digit_comes_as_often),
		cmocka_unit_test(networks_and_rates_are_told_from_nonsense),
		cmocka_unit_test(unknown_scopes_give_nothing),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
