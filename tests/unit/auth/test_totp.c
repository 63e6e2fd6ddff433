/* test_totp.c - one-time codes by the vectors of their RFCs. */
#include "../test.h"

#include <string.h>

#include <platform/auth.h>

static const uint8_t secret[] = "12345678901234567890";

/* RFC 6238 appendix B, SHA-1. */
static void the_vectors_of_rfc_6238_hold(void **state)
{
	static const struct {
		int64_t time;
		const char *code;
	} rows[] = {
		{59, "94287082"},	  {1111111109, "07081804"},
		{1111111111, "14050471"}, {1234567890, "89005924"},
		{2000000000, "69279037"}, {INT64_C(20000000000), "65353130"},
	};
	char code[10];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		totp_code(secret, TOTP_SECRET_SIZE,
			  rows[i].time / TOTP_STEP_SECONDS, 8, code);
		assert_string_equal(code, rows[i].code);
	}
}

/* RFC 4226 appendix D. */
static void the_vectors_of_rfc_4226_hold(void **state)
{
	static const char *const codes[] = {
		"755224", "287082", "359152", "969429", "338314",
		"254676", "287922", "162583", "399871", "520489"};
	char code[10];

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		totp_code(secret, TOTP_SECRET_SIZE, (int64_t)i, 6, code);
		assert_string_equal(code, codes[i]);
	}
}

static void one_step_of_drift_is_taken_and_no_second(void **state)
{
	char code[TOTP_DIGITS + 1];
	int64_t now = 1000 * TOTP_STEP_SECONDS + 7;
	int64_t step;

	(void)state;
	for (int64_t at = 990; at <= 1010; at++) {
		bool is_near = at >= 999 && at <= 1001;

		totp_code(secret, TOTP_SECRET_SIZE, at, TOTP_DIGITS, code);
		step = 0;
		assert_int_equal(totp_match(secret, code, now, 0, &step),
				 is_near);
		assert_int_equal(step, is_near ? at : 0);
	}
}

static void a_used_step_and_what_was_before_it_are_over(void **state)
{
	char code[TOTP_DIGITS + 1];
	int64_t now = 1000 * TOTP_STEP_SECONDS;
	int64_t step;

	(void)state;
	totp_code(secret, TOTP_SECRET_SIZE, 1000, TOTP_DIGITS, code);
	assert_true(totp_match(secret, code, now, 999, &step));
	assert_false(totp_match(secret, code, now, 1000, &step));
	assert_false(totp_match(secret, code, now, 1001, &step));
}

static void a_code_of_another_length_or_letter_is_wrong(void **state)
{
	static const char *const codes[] = {"",	      "5",	 "28708",
					    "2870820", "28708x", "287O82"};
	char code[TOTP_DIGITS + 1];
	int64_t step;

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(*codes); i++)
		assert_false(totp_match(secret, codes[i], 59, 0, &step));
	totp_code(secret, TOTP_SECRET_SIZE, 1, TOTP_DIGITS, code);
	for (size_t i = 0; i < TOTP_DIGITS; i++) {
		char was = code[i];

		code[i] = was == '9' ? '0' : (char)(was + 1);
		assert_false(totp_match(secret, code, 59, 0, &step));
		code[i] = was;
	}
	assert_true(totp_match(secret, code, 59, 0, &step));
}

/* RFC 4648 section 10, without padding, and one of two bytes. */
static void base32_is_that_of_rfc_4648(void **state)
{
	static const char *const rows[][2] = {
		{"", ""},	      {"f", "MY"},
		{"of", "N5TA"},	      {"foo", "MZXW6"},
		{"foob", "MZXW6YQ"},  {"fooba", "MZXW6YTB"},
		{"foobar", "MZXW6YTBOI"}};
	char text[32];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		base32_encode(rows[i][0], strlen(rows[i][0]), text);
		assert_string_equal(text, rows[i][1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_vectors_of_rfc_6238_hold),
		cmocka_unit_test(the_vectors_of_rfc_4226_hold),
		cmocka_unit_test(one_step_of_drift_is_taken_and_no_second),
		cmocka_unit_test(a_used_step_and_what_was_before_it_are_over),
		cmocka_unit_test(a_code_of_another_length_or_letter_is_wrong),
		cmocka_unit_test(base32_is_that_of_rfc_4648),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
