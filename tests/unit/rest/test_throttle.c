/* test_throttle.c - how many, how soon again, and that workers share it. */
#include "../test.h"

#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <platform/auth.h>
#include <platform/clock.h>

#include "../../../src/rest/dispatch.h"
#include "../../../src/rest/throttle.h"

static int start(void **state)
{
	(void)state;
	return throttle_start() ? 0 : -1;
}

/* A name that no other test has used. */
static const char *fresh(void)
{
	static char name[24];
	static int number;

	snprintf(name, sizeof(name), "a10.0.0.%d", ++number);
	return name;
}

static void rates_are_read_as_drf_reads_them(void **state)
{
	static const char *const bad[] = {"", "10", "/s", "0/s", "-1/s",
					  "x/s", "10/x", "10 / s", "1e3/s",
					  "99999999999/s"};
	struct rate rate;

	(void)state;
	assert_true(rate_parse("100/minute", &rate));
	assert_int_equal(rate.count, 100);
	assert_int_equal(rate.period, 60 * SECOND);
	assert_true(rate_parse("5/s", &rate));
	assert_int_equal(rate.period, SECOND);
	assert_true(rate_parse("7/hour", &rate));
	assert_int_equal(rate.period, 3600 * SECOND);
	assert_true(rate_parse("7/day", &rate));
	assert_int_equal(rate.period, 86400 * SECOND);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(rate_parse(bad[i], &rate));
}

static void just_so_many_are_granted_at_once(void **state)
{
	static const struct rate rate = {10, 60 * SECOND};
	const char *name = fresh();
	struct allowance allowance;

	(void)state;
	for (int i = 0; i < 10; i++) {
		throttle_take(name, &rate, 1000 * SECOND, &allowance);
		assert_true(allowance.is_granted);
		assert_int_equal(allowance.limit, 10);
		assert_int_equal(allowance.left, 9 - i);
	}
	throttle_take(name, &rate, 1000 * SECOND, &allowance);
	assert_false(allowance.is_granted);
	assert_int_equal(allowance.left, 0);
	assert_int_equal(allowance.wait, 6 * SECOND);
	assert_int_equal(allowance.reset, 60 * SECOND);
}

static void what_is_promised_as_wait_is_kept(void **state)
{
	static const struct rate rate = {3, 3 * SECOND};
	const char *name = fresh();
	struct allowance allowance;
	int64_t now = 500 * SECOND;

	(void)state;
	for (int i = 0; i < 4; i++)
		throttle_take(name, &rate, now, &allowance);
	assert_false(allowance.is_granted);
	now += allowance.wait;
	throttle_take(name, &rate, now - 1, &allowance);
	assert_false(allowance.is_granted);
	throttle_take(name, &rate, now, &allowance);
	assert_true(allowance.is_granted);
	now += allowance.reset;
	throttle_take(name, &rate, now, &allowance);
	assert_int_equal(allowance.left, 2);
}

static void a_refused_request_costs_nothing(void **state)
{
	static const struct rate rate = {1, 10 * SECOND};
	const char *name = fresh();
	struct allowance allowance;

	(void)state;
	throttle_take(name, &rate, 100 * SECOND, &allowance);
	for (int i = 0; i < 50; i++)
		throttle_take(name, &rate, 105 * SECOND, &allowance);
	assert_int_equal(allowance.wait, 5 * SECOND);
	throttle_take(name, &rate, 110 * SECOND, &allowance);
	assert_true(allowance.is_granted);
}

static void names_do_not_share_a_bucket(void **state)
{
	static const struct rate rate = {1, 86400 * SECOND};
	struct allowance allowance;
	char name[32];

	(void)state;
	/* Far fewer than slots: nobody is pushed out. */
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "u%d", i);
		throttle_take(name, &rate, SECOND, &allowance);
		assert_true(allowance.is_granted);
	}
	for (int i = 0; i < 500; i++) {
		snprintf(name, sizeof(name), "u%d", i);
		throttle_take(name, &rate, 2 * SECOND, &allowance);
		assert_false(allowance.is_granted);
	}
}

static void a_flood_of_names_does_not_stop_the_rest(void **state)
{
	static const struct rate rate = {2, SECOND};
	struct allowance allowance;
	char name[32];

	(void)state;
	for (int i = 0; i < 200000; i++) {
		snprintf(name, sizeof(name), "x%d", i);
		throttle_take(name, &rate, 10 * SECOND, &allowance);
		assert_true(allowance.is_granted);
	}
	throttle_take(fresh(), &rate, 10 * SECOND, &allowance);
	assert_true(allowance.is_granted);
}

static void workers_share_one_bucket(void **state)
{
	static const struct rate rate = {1000, 86400 * SECOND};
	const char *name = fresh();
	struct allowance allowance;
	int granted = 0;
	int status;

	(void)state;
	for (int worker = 0; worker < 4; worker++) {
		if (fork() != 0)
			continue;
		for (int i = 0; i < 200; i++)
			throttle_take(name, &rate, SECOND, &allowance);
		_exit(0);
	}
	while (wait(&status) > 0)
		assert_int_equal(status, 0);
	for (;; granted++) {
		throttle_take(name, &rate, SECOND, &allowance);
		if (!allowance.is_granted)
			break;
	}
	assert_int_equal(granted, 200);
}

/* ---- several workers ---- */

enum { WORKERS = 2, ROUNDS = 8000, RATE = 5 };

struct shared {
	atomic_int arrived;
	atomic_int granted[ROUNDS];
};

/* Each round asks for a name that nobody has asked for, all at once. */
static void take_as_worker(struct shared *shared)
{
	const struct rate rate = {RATE, 86400 * SECOND};
	struct allowance allowance;
	char name[40];

	for (int round = 0; round < ROUNDS; round++) {
		snprintf(name, sizeof(name), "round %d", round);
		atomic_fetch_add(&shared->arrived, 1);
		for (int spins = 0; atomic_load(&shared->arrived) <
				    (round + 1) * WORKERS; spins++)
			if (spins > 1000)
				sched_yield();
		for (int i = 0; i < RATE; i++) {
			throttle_take(name, &rate, 1000000 * SECOND,
				      &allowance);
			if (allowance.is_granted)
				atomic_fetch_add(&shared->granted[round], 1);
		}
	}
}

static void workers_that_begin_a_bucket_at_once_share_it(void **state)
{
	struct shared *shared = mmap(NULL, sizeof(*shared),
				     PROT_READ | PROT_WRITE,
				     MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	pid_t workers[WORKERS];

	(void)state;
	assert_true(shared != MAP_FAILED);
	assert_true(throttle_start());
	for (int i = 0; i < WORKERS; i++) {
		workers[i] = fork();
		assert_true(workers[i] >= 0);
		if (workers[i] == 0) {
			take_as_worker(shared);
			_exit(0);
		}
	}
	for (int i = 0; i < WORKERS; i++)
		assert_int_equal(waitpid(workers[i], NULL, 0), workers[i]);
	for (int round = 0; round < ROUNDS; round++)
		assert_int_equal(atomic_load(&shared->granted[round]), RATE);
	munmap(shared, sizeof(*shared));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_are_read_as_drf_reads_them),
		cmocka_unit_test(just_so_many_are_granted_at_once),
		cmocka_unit_test(what_is_promised_as_wait_is_kept),
		cmocka_unit_test(a_refused_request_costs_nothing),
		cmocka_unit_test(names_do_not_share_a_bucket),
		cmocka_unit_test(a_flood_of_names_does_not_stop_the_rest),
		cmocka_unit_test(workers_share_one_bucket),
		cmocka_unit_test(
			workers_that_begin_a_bucket_at_once_share_it),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
