/* test_factor.c - recovery codes and the app's URI. */
#include "../test.h"

#include <string.h>

#include "../../../src/domain/factors/factors.h"

static struct arena arena;

static void a_recovery_code_is_four_groups_of_six(void **state)
{
	const char *code = recovery_code_make(&arena);

	(void)state;
	assert_int_equal(strlen(code), 27);
	for (size_t i = 0; i < 27; i++)
		if (i % 7 == 6)
			assert_int_equal(code[i], '-');
		else
			assert_non_null(strchr("abcdefghijklmnopqrstuvwxyz"
					       "234567", code[i]));
	assert_string_not_equal(code, recovery_code_make(&arena));
}

static void a_code_may_be_typed_in_any_case_with_any_gaps(void **state)
{
	const char *hash = recovery_code_hash(&arena, "abcdef-ghijkl-mnopqr");

	(void)state;
	assert_int_equal(strlen(hash), 64);
	assert_string_equal(recovery_code_hash(&arena, "ABCDEFGHIJKLMNOPQR"),
			    hash);
	assert_string_equal(recovery_code_hash(&arena,
					       " abc def gh-ij-kl mnopqr "),
			    hash);
	assert_string_not_equal(recovery_code_hash(&arena,
						   "abcdef-ghijkl-mnopq"),
				hash);
	assert_string_equal(code_plain(&arena, "123 456"), "123456");
}

static void the_uri_escapes_what_is_in_names(void **state)
{
	(void)state;
	assert_string_equal(
		totp_uri(&arena, "Caf\xc3\xa9 & Co", "ada+1@example.com",
			 "MZXW6"),
		"otpauth://totp/Caf%C3%A9%20%26%20Co:ada%2B1%40example.com"
		"?secret=MZXW6&issuer=Caf%C3%A9%20%26%20Co&algorithm=SHA1"
		"&digits=6&period=30");
}

static int finish(void **state)
{
	(void)state;
	arena_finish(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_recovery_code_is_four_groups_of_six),
		cmocka_unit_test(a_code_may_be_typed_in_any_case_with_any_gaps),
		cmocka_unit_test(the_uri_escapes_what_is_in_names),
	};

	return cmocka_run_group_tests(tests, NULL, finish);
}
