/* test_keep.c - how long what a provider publishes is kept. */
#include "../test.h"

#include <platform/oidc.h>

static void it_is_kept_from_five_minutes_to_a_day(void **state)
{
	(void)state;
	assert_int_equal(oidc_keep_seconds(NULL), 300);
	assert_int_equal(oidc_keep_seconds(""), 300);
	assert_int_equal(oidc_keep_seconds("max-age=10"), 300);
	assert_int_equal(oidc_keep_seconds("public, max-age=20000, "
					   "must-revalidate"), 20000);
	assert_int_equal(oidc_keep_seconds("max-age=99999999999999999999"),
			 86400);
	assert_int_equal(oidc_keep_seconds("s-max-age=900"), 300);
	assert_int_equal(oidc_keep_seconds("max-age=-5"), 300);
	assert_int_equal(oidc_keep_seconds("no-store, max-age=9000"), 300);
	assert_int_equal(oidc_keep_seconds("no-cache"), 300);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_kept_from_five_minutes_to_a_day),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
