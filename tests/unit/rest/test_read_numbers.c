/* test_read_numbers.c - numbers, money, booleans, ids and times as DRF. */
#include "thing.h"

static void an_integer_may_be_a_text_or_whole(void **state)
{
	static const char *const bad[] = {
		"\"\"", "\"abc\"", "1.5", "\"1.5\"", "true", "[]", "{}",
		"\"1e2\"", "\"0x10\"", "\"1 2\"", "\"--1\"", "\"1__0\"",
		"\"_1\"", "\"1_\"", "\"7\\u0000\"", "\"1.0.0\"", NULL};
	static const char *const seven[] = {"7",     "\"7\"",	   "7.0",
					    "\"7.0\"", "\" 7 \"", "\"+7\"",
					    "\"7.\"", "\"007\"",  "0.7e1",
					    "\"0_7\"", NULL};

	(void)state;
	all_say("stock", bad, "[\"A valid integer is required.\"]");
	for (const char *const *value = seven; *value != NULL; value++) {
		good("stock", *value);
		assert_int_equal(thing.stock, 7);
	}
}

static void an_integer_stays_in_its_bounds(void **state)
{
	char digits[1010] = "\"";

	(void)state;
	says("stock", "0",
	     "[\"Ensure this value is greater than or equal to 1.\"]");
	says("stock", "100",
	     "[\"Ensure this value is less than or equal to 99.\"]");
	says("stock", "\"99999999999999999999999999\"",
	     "[\"Ensure this value is less than or equal to 99.\"]");
	says("stock", "\"-99999999999999999999999999\"",
	     "[\"Ensure this value is greater than or equal to 1.\"]");
	good("delta", "-9007199254740991");
	assert_int_equal(thing.delta, -INT64_C(9007199254740991));
	says("delta", "\"9007199254740992\"",
	     "[\"Ensure this value is less than or equal to "
	     "9007199254740991.\"]");
	memset(digits + 1, '1', 1001);
	memcpy(digits + 1002, "\"", 2);
	says("stock", digits, "[\"String value too large.\"]");
	says("price", digits, "[\"String value too large.\"]");
}

static void booleans_have_many_spellings(void **state)
{
	static const char *const yes[] = {
		"true", "1", "1.0", "\"t\"", "\"Y\"", "\"YES\"", "\"True\"",
		"\"on\"", "\"1\"", NULL};
	static const char *const no[] = {
		"false", "0", "0.0", "\"F\"", "\"n\"", "\"No\"", "\"FALSE\"",
		"\"off\"", "\"0\"", NULL};
	static const char *const bad[] = {"2",	  "\"banana\"", "[]", "{}",
					  "\"\"", "\"1.0\"",	"\"null\"",
					  "-1",	  "\" true\"",	NULL};

	(void)state;
	for (const char *const *value = yes; *value != NULL; value++) {
		good("is_active", *value);
		assert_true(thing.is_active);
	}
	for (const char *const *value = no; *value != NULL; value++) {
		good("is_active", *value);
		assert_false(thing.is_active);
		assert_true(was_given(&req, struct thing, is_active));
	}
	all_say("is_active", bad, "[\"Must be a valid boolean.\"]");
}

static void money_is_a_decimal_in_any_form(void **state)
{
	static const struct {
		const char *value;
		int64_t amount;
	} pairs[] = {
		{"\"19.99\"", 1999}, {"19.99", 1999},	{"10.1", 1010},
		{"\" 2.5 \"", 250},  {"\"1e2\"", 10000}, {"1.10", 110},
		{"7", 700},	     {"0", 0},		{"\"-0\"", 0},
		{"\"+.5\"", 50},     {"\"5.\"", 500},	{"0.07", 7},
		{"\"9999999999999.99\"", INT64_C(999999999999999)},
		{"1e3", 100000},     {"\"0001.10\"", 110},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		good("price", pairs[i].value);
		assert_int_equal(thing.price, pairs[i].amount);
	}
}

static void money_is_judged_in_drfs_order(void **state)
{
	static const char *const bad[] = {
		"\"abc\"", "\"\"", "\"NaN\"", "\"Infinity\"", "\"-inf\"",
		"true", "[]", "{}", "\"1,5\"", "\"1.2.3\"", "\"$5\"", "\".\"",
		"\"1e\"", "\"0x1\"", "\"1\\u0000\"", NULL};

	(void)state;
	all_say("price", bad, "[\"A valid number is required.\"]");
	says("price", "\"1234567890123.4567\"",
	     "[\"Ensure that there are no more than 15 digits in total.\"]");
	says("price", "1.999",
	     "[\"Ensure that there are no more than 2 decimal places.\"]");
	says("price", "\"12345678901234\"",
	     "[\"Ensure that there are no more than 13 digits before the "
	     "decimal point.\"]");
	says("price", "\"1e999999999999\"",
	     "[\"Ensure that there are no more than 15 digits in total.\"]");
	says("price", "\"1e-9\"",
	     "[\"Ensure that there are no more than 2 decimal places.\"]");
	says("price", "-0.01",
	     "[\"Ensure this value is greater than or equal to 0.\"]");
	says("cost", "0",
	     "[\"Ensure this value is greater than or equal to 0.01.\"]");
	says("cost", "\"100.01\"",
	     "[\"Ensure this value is less than or equal to 100.00.\"]");
}

static void money_is_read_in_the_currency_beside_it(void **state)
{
	(void)state;
	taken("{\"price\":\"1999\",\"currency\":\"JPY\"}");
	assert_int_equal(thing.price, 1999);
	taken("{\"price\":\"1.999\",\"currency\":\"KWD\"}");
	assert_int_equal(thing.price, 1999);
	answers(METHOD_PATCH, "{\"price\":\"19.9\",\"currency\":\"JPY\"}",
		"{\"price\":[\"Ensure that there are no more than 0 decimal "
		"places.\"]}");
	taken("{\"price\":\"19.99\",\"currency\":\"???\"}");
	assert_int_equal(thing.price, 1999);
}

static void an_id_is_read_as_python_reads_one(void **state)
{
	static const char *const good_ones[] = {
		"\"01234567-89ab-cdef-0123-456789abcdef\"",
		"\"0123456789ABCDEF0123456789abcdef\"",
		"\"{01234567-89ab-cdef-0123-456789abcdef}\"",
		"\"urn:uuid:01234567-89ab-cdef-0123-456789abcdef\"", NULL};
	static const char *const bad[] = {
		"\"\"", "\"x\"", "\"0123456789abcdef0123456789abcde\"",
		"\"0123456789abcdef0123456789abcdefa\"", "-1", "1.5", "[]",
		"\"g1234567-89ab-cdef-0123-456789abcdef\"",
		"\"01234567-89ab-cdef-0123-456789abcdef\\u0000\"", NULL};

	(void)state;
	for (const char *const *value = good_ones; *value != NULL; value++) {
		good("id", *value);
		assert_int_equal(thing.id.bytes[0], 0x01);
		assert_int_equal(thing.id.bytes[15], 0xEF);
	}
	good("id", "258");
	assert_int_equal(thing.id.bytes[14], 1);
	assert_int_equal(thing.id.bytes[15], 2);
	all_say("id", bad, "[\"Must be a valid UUID.\"]");
}

static void a_time_is_iso_8601(void **state)
{
	static const char *const bad[] = {
		"\"\"", "\"yesterday\"", "5", "true", "[]", "\"2026-02-30\"",
		"\"2026-01-01T25:00\"",
		"\"2026-01-01T00:00:00Z\\u0000\"", NULL};

	(void)state;
	good("at", "\"2026-11-22T13:48:59.927737+02:00\"");
	assert_int_equal(thing.at, INT64_C(1795348139927737));
	good("at", "\"2026-11-22\"");
	all_say("at", bad,
		"[\"Datetime has wrong format. Use one of these formats "
		"instead: YYYY-MM-DDThh:mm[:ss[.uuuuuu]]"
		"[+HH:MM|-HH:MM|Z].\"]");
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_integer_may_be_a_text_or_whole),
		T(an_integer_stays_in_its_bounds),
		T(booleans_have_many_spellings),
		T(money_is_a_decimal_in_any_form),
		T(money_is_judged_in_drfs_order),
		T(money_is_read_in_the_currency_beside_it),
		T(an_id_is_read_as_python_reads_one),
		T(a_time_is_iso_8601),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
