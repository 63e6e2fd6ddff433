/* test_job_rules.c - when a job is tried again, and which tables are sound. */
#include "../test.h"

#include <platform/clock.h>
#include <platform/log.h>

#include "../../../src/platform/jobs/runner.h"

static void delays_grow_from_two_seconds_to_ten_minutes(void **state)
{
	(void)state;
	assert_int_equal(backoff_delay(1, 0), 0);
	assert_in_range(backoff_delay(1, UINT32_MAX), 2 * SECOND - 1000,
			2 * SECOND);
	assert_in_range(backoff_delay(9, UINT32_MAX), 512 * SECOND - 1000,
			512 * SECOND);
	assert_in_range(backoff_delay(10, UINT32_MAX), 600 * SECOND - 1000,
			600 * SECOND);
	assert_in_range(backoff_delay(INT64_MAX, UINT32_MAX),
			600 * SECOND - 1000, 600 * SECOND);
	assert_in_range(backoff_delay(1, UINT32_C(1) << 31), SECOND - 1000,
			SECOND + 1000);
}

static void a_kind_without_limits_has_ten_tries(void **state)
{
	static const struct job_kind kind = {.name = "x"};

	(void)state;
	assert_false(job_is_spent(&kind, 9, INT64_MAX));
	assert_true(job_is_spent(&kind, 10, 0));
}

static void a_kind_limited_by_age_is_not_limited_by_tries(void **state)
{
	static const struct job_kind kind = {.name = "x",
					     .age_max_seconds = 100};

	(void)state;
	assert_false(job_is_spent(&kind, 1000, 99));
	assert_true(job_is_spent(&kind, 1, 100));
}

static const struct job_kind kinds[] = {{.name = "a"}, {.name = "b"}, {0}};
static const struct job_kind kinds_again[] = {{.name = "b"}, {0}};
static const struct subscription good[] = {{"t", "a"}, {0}};
static const struct subscription bad[] = {{"t", "c"}, {0}};
static struct job_list list;

static void a_subscription_to_no_job_is_found_at_start(void **state)
{
	const struct job_kind *const all[] = {kinds, NULL};
	const struct subscription *const goods[] = {good, NULL};
	const struct subscription *const bads[] = {bad, NULL};

	(void)state;
	assert_true(job_list_make(&list, &(struct job_tables){all, goods, NULL}));
	assert_int_equal(list.kind_count, 2);
	assert_ptr_equal(job_list_find(&list, "b"), &kinds[1]);
	assert_null(job_list_find(&list, "c"));
	assert_false(job_list_make(&list, &(struct job_tables){all, bads, NULL}));
}

static void two_kinds_of_one_name_are_found_at_start(void **state)
{
	const struct job_kind *const all[] = {kinds, kinds_again, NULL};

	(void)state;
	assert_false(job_list_make(&list, &(struct job_tables){all, NULL, NULL}));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(delays_grow_from_two_seconds_to_ten_minutes),
		cmocka_unit_test(a_kind_without_limits_has_ten_tries),
		cmocka_unit_test(a_kind_limited_by_age_is_not_limited_by_tries),
		cmocka_unit_test(a_subscription_to_no_job_is_found_at_start),
		cmocka_unit_test(two_kinds_of_one_name_are_found_at_start),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
