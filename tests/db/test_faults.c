/* test_faults.c - the database killed, frozen, slow, full: what a caller sees,
 * and how soon it is over. */
#include "lab.h"

#include <signal.h>

static int64_t ms_since(int64_t start)
{
	return (clock_monotonic() - start) / MILLISECOND;
}

static void slow_statement_story(struct work *w)
{
	int64_t start = clock_monotonic();

	assert_false(db_query(w, lab_sql("SELECT pg_sleep(10)", QUERY_ONE),
			      no_params, NULL));
	lab_assert_unavailable(w);
	assert_in_range(ms_since(start), 1500, 2500);
	forgive(w);
	assert_int_equal(lab_int(w, "SELECT 1"), 1);
	assert_true(lab_longest_stall() < 50);
}

static void a_statement_too_slow_is_503_in_time(void **state)
{
	(void)state;
	lab(slow_statement_story);
}

static void deadline_story(struct work *w)
{
	int64_t start = clock_monotonic();

	w->deadline = start + 300 * MILLISECOND;
	assert_false(db_query(w, lab_sql("SELECT pg_sleep(10)", QUERY_ONE),
			      no_params, NULL));
	lab_assert_unavailable(w);
	assert_in_range(ms_since(start), 300, 500);
	forgive(w);
	w->deadline = 0;
	assert_int_equal(lab_int(w, "SELECT 1"), 1);
}

static void no_wait_outlives_the_deadline_of_its_work(void **state)
{
	(void)state;
	lab(deadline_story);
}

static void sleep_slowly(struct work *w, void *argument)
{
	(void)argument;
	assert_true(db_query(w, lab_slow("SELECT pg_sleep(1)"), no_params,
			     NULL));
}

static void lanes_story(struct work *w)
{
	int64_t start;

	lab_await_ready();
	for (int i = 0; i < 3; i++)
		lab_spawn(sleep_slowly, NULL);
	start = clock_monotonic();
	for (int i = 0; i < 50; i++)
		lab_int(w, "SELECT 1");
	assert_true(ms_since(start) < 500);
	lab_join();
}

static void slow_statements_do_not_hold_quick_ones(void **state)
{
	(void)state;
	lab(lanes_story);
}

static unsigned served, rejected;

static void hold(struct work *w, void *argument)
{
	int64_t start = clock_monotonic();

	(void)argument;
	if (db_query(w, lab_slow("SELECT pg_sleep(0.2)"), no_params, NULL)) {
		served++;
		return;
	}
	lab_assert_unavailable(w);
	assert_true(ms_since(start) < 50);
	rejected++;
}

static void queue_story(struct work *w)
{
	struct db_stats stats;

	(void)w;
	lab_await_ready();
	fiber_sleep(100 * MILLISECOND);
	served = rejected = 0;
	for (int i = 0; i < 30; i++)
		lab_spawn(hold, NULL);
	lab_join();
	db_stats(&stats);
	assert_int_equal(stats.rejected, rejected);
	assert_int_equal(served, 5); /* one on its way, four that waited */
	assert_int_equal(rejected, 25);
}

static void past_the_queue_the_answer_is_503_at_once(void **state)
{
	(void)state;
	assert_true(config_set("database_queue", "4"));
	lab(queue_story);
	assert_true(config_set("database_queue", "256"));
}

static bool is_watched;

static void read_all_the_time(struct work *w, void *argument)
{
	unsigned *good = argument;

	while (is_watched) {
		if (db_query(w, lab_sql("SELECT 1", QUERY_ONE), no_params, NULL))
			++*good;
		else
			lab_assert_unavailable(w);
		forgive(w);
		fiber_sleep(MILLISECOND);
	}
}

#define TERMINATE                                                        \
	"SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity " \
	"WHERE application_name = 'shopd'"

static void terminate_story(struct work *w)
{
	static unsigned good[10];
	struct db_stats before;
	struct db_stats after;

	lab_await_ready();
	db_stats(&before);
	is_watched = true;
	for (int i = 0; i < 10; i++) {
		good[i] = 0;
		lab_spawn(read_all_the_time, &good[i]);
	}
	for (int i = 0; i < 3; i++) {
		fiber_sleep(300 * MILLISECOND);
		assert_true(db_query(w, lab_slow(TERMINATE), no_params, NULL));
	}
	fiber_sleep(300 * MILLISECOND);
	is_watched = false;
	lab_join();
	db_stats(&after);
	assert_true(after.reconnects >= before.reconnects + 6);
	for (int i = 0; i < 10; i++)
		assert_true(good[i] > 50);
	assert_int_equal(lab_int(w, "SELECT 1"), 1);
	assert_true(lab_longest_stall() < 50);
}

static void terminated_backends_are_replaced(void **state)
{
	(void)state;
	lab(terminate_story);
}

static bool write_then_lose_the_connection(struct work *w, void *argument)
{
	int *tries = argument;

	if (!db_query(w, lab_sql("INSERT INTO mark VALUES (1)", QUERY_EXEC),
		      no_params, NULL))
		return false;
	if (++*tries == 1) {
		struct work other = {.id = "other"};
		bool is_good = db_query(&other, lab_slow(TERMINATE), no_params,
					NULL);

		work_finish(&other);
		assert_true(is_good);
	}
	return db_query(w, lab_sql("INSERT INTO mark VALUES (2)", QUERY_EXEC),
			no_params, NULL);
}

static void lost_midway_story(struct work *w)
{
	int tries = 0;

	lab_do(w, "DROP TABLE IF EXISTS mark");
	lab_do(w, "CREATE TABLE mark (a int)");
	assert_true(db_transact(w, write_then_lose_the_connection, &tries));
	assert_int_equal(tries, 2);
	assert_int_equal(lab_int(w, "SELECT count(*) FROM mark"), 2);
}

static void a_transaction_lost_before_commit_runs_again(void **state)
{
	(void)state;
	lab(lost_midway_story);
}

/* What is asked between the kill and the return ends in time, either way. */
static void kill_story(struct work *w)
{
	static unsigned good[4];
	int64_t back;

	lab_await_ready();
	is_watched = true;
	for (int i = 0; i < 4; i++)
		lab_spawn(read_all_the_time, &good[i]);
	fiber_sleep(100 * MILLISECOND);
	lab_kill_server();
	for (int i = 0; i < 200 && db_is_ready(); i++)
		fiber_sleep(10 * MILLISECOND);
	assert_false(db_is_ready());
	fiber_sleep(300 * MILLISECOND);
	lab_pgctl("-w start");
	back = clock_monotonic();
	lab_await_ready();
	assert_true(ms_since(back) < 4000);
	assert_int_equal(lab_int(w, "SELECT 1"), 1);
	is_watched = false;
	lab_join();
	assert_true(lab_longest_stall() < 100); /* system() is ours */
}

static void a_killed_server_is_found_again(void **state)
{
	(void)state;
	lab(kill_story);
}

static unsigned frozen_answers;

static void ask_frozen(struct work *w, void *argument)
{
	int64_t start = clock_monotonic();
	const char *sql = argument;

	assert_false(db_query(w, lab_sql(sql, QUERY_MANY), no_params, NULL));
	lab_assert_unavailable(w);
	assert_true(ms_since(start) < 2500);
	frozen_answers++;
}

static void frozen_story(struct work *w)
{
	static char read[] = "SELECT 1";
	static char write[] = "CREATE TABLE IF NOT EXISTS never ()";
	int64_t back;

	lab_await_ready();
	fiber_sleep(100 * MILLISECOND);
	lab_signal_all(SIGSTOP);
	lab_longest_stall();
	frozen_answers = 0;
	for (int i = 0; i < 40; i++) {
		lab_spawn(ask_frozen, i % 2 == 0 ? read : write);
		fiber_sleep(100 * MILLISECOND);
	}
	lab_join();
	assert_int_equal(frozen_answers, 40);
	assert_true(lab_longest_stall() < 50);
	lab_signal_all(SIGCONT);
	back = clock_monotonic();
	while (!db_query(w, lab_sql("SELECT 1", QUERY_ONE), no_params, NULL)) {
		lab_assert_unavailable(w);
		forgive(w);
		fiber_sleep(10 * MILLISECOND);
		assert_true(ms_since(back) < 2000);
	}
	assert_true(ms_since(back) < 2000);
}

static void a_frozen_server_is_503_in_time_and_no_stall(void **state)
{
	(void)state;
	lab(frozen_story);
}

static bool lock_and_fail(struct work *w, void *argument)
{
	(void)argument;
	return db_query(w, lab_sql("LOCK TABLE mark", QUERY_EXEC), no_params,
			NULL);
}

static bool lock_and_wait(struct work *w, void *argument)
{
	int64_t start = clock_monotonic();
	struct work other = {.id = "other"};

	(void)argument;
	if (!lock_and_fail(w, NULL))
		return false;
	assert_false(db_transact(&other, lock_and_fail, NULL));
	lab_assert_unavailable(&other);
	assert_in_range(ms_since(start), 1400, 2000);
	work_finish(&other);
	return true;
}

static void lock_story(struct work *w)
{
	lab_do(w, "CREATE TABLE IF NOT EXISTS mark (a int)");
	assert_true(db_transact(w, lock_and_wait, NULL));
	assert_int_equal(lab_int(w, "SELECT count(*) FROM pg_stat_activity "
				    "WHERE state LIKE 'idle in transaction%'"),
			 0);
}

static void a_lock_not_given_is_503_and_leaves_no_transaction(void **state)
{
	(void)state;
	lab(lock_story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_statement_too_slow_is_503_in_time),
		cmocka_unit_test(no_wait_outlives_the_deadline_of_its_work),
		cmocka_unit_test(slow_statements_do_not_hold_quick_ones),
		cmocka_unit_test(past_the_queue_the_answer_is_503_at_once),
		cmocka_unit_test(terminated_backends_are_replaced),
		cmocka_unit_test(a_transaction_lost_before_commit_runs_again),
		cmocka_unit_test(
			a_lock_not_given_is_503_and_leaves_no_transaction),
		cmocka_unit_test(a_killed_server_is_found_again),
		cmocka_unit_test(a_frozen_server_is_503_in_time_and_no_stall),
	};

	if (!config_load(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
