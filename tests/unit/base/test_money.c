/* test_money.c - amounts, their text, tax and shares. */
#include "../test.h"

#include <stdlib.h>

#include <platform/money.h>

static const struct currency *eur, *jpy, *kwd;

static void an_amount_is_written_with_the_digits_of_its_currency(void **state)
{
	char text[MONEY_TEXT_SIZE];

	(void)state;
	money_format(1999, eur, text);
	assert_string_equal(text, "19.99");
	money_format(5, eur, text);
	assert_string_equal(text, "0.05");
	money_format(0, eur, text);
	assert_string_equal(text, "0.00");
	money_format(-50, eur, text);
	assert_string_equal(text, "-0.50");
	money_format(1999, jpy, text);
	assert_string_equal(text, "1999");
	money_format(1999, kwd, text);
	assert_string_equal(text, "1.999");
	money_format(MONEY_MAX, eur, text);
	assert_string_equal(text, "90071992547409.91");
}

static void a_decimal_is_read_as_drf_reads_it(void **state)
{
	static const struct {
		const char *text;
		enum money_fault fault;
		int64_t amount;
	} cases[] = {
		{"10.1", MONEY_OK, 1010},
		{" 2.5 ", MONEY_OK, 250},
		{"1e2", MONEY_OK, 10000},
		{"-0.01", MONEY_OK, -1},
		{"1.5e1", MONEY_OK, 1500},
		{"00012", MONEY_OK, 1200},
		{".5", MONEY_OK, 50},
		{"5.", MONEY_OK, 500},
		{"", MONEY_NOT_A_NUMBER, 0},
		{".", MONEY_NOT_A_NUMBER, 0},
		{"abc", MONEY_NOT_A_NUMBER, 0},
		{"NaN", MONEY_NOT_A_NUMBER, 0},
		{"Infinity", MONEY_NOT_A_NUMBER, 0},
		{"1 2", MONEY_NOT_A_NUMBER, 0},
		{"1e", MONEY_NOT_A_NUMBER, 0},
		{"0x10", MONEY_NOT_A_NUMBER, 0},
		{"1.234", MONEY_TOO_MANY_PLACES, 0},
		{"99999999999999999", MONEY_TOO_MANY_DIGITS, 0},
		{"1e30", MONEY_TOO_MANY_DIGITS, 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t amount = 0;

		assert_int_equal(money_parse(cases[i].text, eur, &amount),
				 cases[i].fault);
		assert_int_equal(amount, cases[i].amount);
	}
}

static void a_sum_past_the_limit_is_refused_and_changes_nothing(void **state)
{
	int64_t sum = MONEY_MAX;

	(void)state;
	assert_false(money_add(&sum, 1));
	assert_false(money_multiply(&sum, 2));
	assert_int_equal(sum, MONEY_MAX);
	sum = INT64_C(1) << 40;
	assert_false(money_multiply(&sum, INT64_C(1) << 40));
	assert_int_equal(sum, INT64_C(1) << 40);
}

static void a_half_is_rounded_as_the_mode_says(void **state)
{
	int64_t result;

	(void)state;
	assert_true(money_ratio(5, 1, 2, ROUND_HALF_UP, &result));
	assert_int_equal(result, 3);
	assert_true(money_ratio(5, 1, 2, ROUND_HALF_EVEN, &result));
	assert_int_equal(result, 2);
	assert_true(money_ratio(7, 1, 2, ROUND_HALF_EVEN, &result));
	assert_int_equal(result, 4);
	assert_true(money_ratio(5, 1, 2, ROUND_HALF_DOWN, &result));
	assert_int_equal(result, 2);
	assert_true(money_ratio(-5, 1, 2, ROUND_HALF_UP, &result));
	assert_int_equal(result, -3);
}

static void tax_inside_a_price_never_moves_the_price(void **state)
{
	(void)state;
	for (int64_t gross = 0; gross < 5000; gross++) {
		int64_t inside;
		int64_t onto;

		assert_true(tax_inclusive(gross, 190000, ROUND_HALF_UP, &inside));
		assert_in_range(inside, 0, gross);
		assert_true(tax_exclusive(gross - inside, 190000,
					  ROUND_HALF_UP, &onto));
		assert_in_range(gross - inside + onto + 1, gross, gross + 2);
	}
}

static int find_currencies(void **state)
{
	(void)state;
	eur = currency_find("EUR");
	jpy = currency_find("JPY");
	kwd = currency_find("KWD");
	return eur == NULL || jpy == NULL || kwd == NULL ||
	       currency_find("EURO") != NULL || currency_find("eur") != NULL ||
	       currency_find("AED") == NULL || currency_find("ZMW") == NULL;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_amount_is_written_with_the_digits_of_its_currency),
		cmocka_unit_test(a_decimal_is_read_as_drf_reads_it),
		cmocka_unit_test(a_sum_past_the_limit_is_refused_and_changes_nothing),
		cmocka_unit_test(a_half_is_rounded_as_the_mode_says),
		cmocka_unit_test(tax_inside_a_price_never_moves_the_price),
	};

	return cmocka_run_group_tests(tests, find_currencies, NULL);
}
