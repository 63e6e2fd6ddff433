/* test_jobs.c - events and jobs on a real PostgreSQL, with several workers
 * that are killed. Each scenario runs in processes of its own. */
#include "../unit/test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/jobs.h>
#include <platform/json.h>
#include <platform/metrics.h>

enum { WORKERS_MAX = 4 };
static pid_t workers[WORKERS_MAX];
static int worker_count;

/* The first column of the first row, as a number; -1 on a fault. */
static async int64_t ask(struct work *w, const char *text)
{
	struct rows rows;

	w->deadline = clock_monotonic() + 5 * SECOND;
	if (!db_query(w, db_assembled("test", text, QUERY_MANY, false),
		      no_params, &rows)) {
		fprintf(stderr, "%s: %s\n", text,
			w->fault.detail[0] ? w->fault.detail
					   : w->fault.kind->code);
		forgive(w);
		return -1;
	}
	return rows.count > 0 ? row_int(&rows, 0, 0) : 0;
}

static async bool run_sql(struct work *w, const char *text)
{
	return ask(w, text) >= 0;
}

static async bool expect(struct work *w, int64_t value, const char *text)
{
	int64_t got = ask(w, text);

	if (got != value)
		fprintf(stderr, "%s\n\tis %lld, not %lld\n", text,
			(long long)got, (long long)value);
	return got == value;
}

/* Until the statement says so, 15 s at the most. */
static async bool wait_for(struct work *w, int64_t value, const char *text)
{
	for (int i = 0; i < 300; i++) {
		if (ask(w, text) == value)
			return true;
		fiber_sleep(50 * MILLISECOND);
	}
	return expect(w, value, text);
}

/* ---- the jobs ---- */

static async bool note(struct work *w, const struct json_t *payload,
		       const char *what)
{
	return run_sql(w, arena_format(&w->arena,
				       "INSERT INTO test_log (queue, step, what) "
				       "VALUES ('%s', %lld, '%s') RETURNING 1",
				       json_text_at(payload, "aggregate_id", ""),
				       (long long)json_int_at(payload, "data.step", 0),
				       what));
}

static async enum job_verdict step_run(struct work *w,
				       const struct json_t *payload)
{
	bool is_noted = note(w, payload, "begin");

	fiber_sleep(5 * MILLISECOND);
	return is_noted && note(w, payload, "end") ? JOB_DONE : JOB_RETRY;
}

/* Its first run never ends. */
static async enum job_verdict stuck_run(struct work *w,
					const struct json_t *payload)
{
	if (!note(w, payload, "stuck"))
		return JOB_RETRY;
	if (ask(w, "SELECT count(*) FROM test_log WHERE what = 'stuck'") == 1)
		fiber_sleep(60 * SECOND);
	return JOB_DONE;
}

static async enum job_verdict failing_run(struct work *w,
					  const struct json_t *payload)
{
	(void)payload;
	refuse(w, &fault_unavailable, "it rains");
	return JOB_RETRY;
}

static async enum job_verdict hopeless_run(struct work *w,
					   const struct json_t *payload)
{
	(void)w;
	(void)payload;
	return JOB_DEAD;
}

static async bool beat(struct work *w)
{
	return run_sql(w, "INSERT INTO test_log (what) VALUES ('beat') RETURNING 1");
}

/* Once a 'please' is there: its first run never ends. */
static async bool hold(struct work *w)
{
	if (ask(w, "SELECT count(*) FROM test_log WHERE what = 'please'") == 0)
		return true;
	if (!run_sql(w, "INSERT INTO test_log (what) VALUES ('hold') RETURNING 1"))
		return false;
	if (ask(w, "SELECT count(*) FROM test_log WHERE what = 'hold'") == 1)
		fiber_sleep(120 * SECOND);
	return true;
}

static const struct job_kind kinds[] = {
	{"t.step", step_run, 0, 0, 10000},
	{"t.stuck", stuck_run, 0, 0, 90000},
	{"t.failing", failing_run, 2, 0, 10000},
	{"t.hopeless", hopeless_run, 0, 0, 10000},
	{0},
};
static const struct subscription subscriptions[] = {
	{"test.step", "t.step"}, {"test.dead", "t.hopeless"},
	{"test.dead_then", "t.step"}, {0}};
static const struct periodic periodics[] = {{"test.beat", 1000, beat},
					     {"test.hold", 1000, hold},
					     {0}};
static const struct job_kind *const all_kinds[] = {kinds, NULL};
static const struct subscription *const all_subscriptions[] = {subscriptions,
							       NULL};
static const struct periodic *const all_periodics[] = {periodics, NULL};
static const struct job_tables tables = {all_kinds, all_subscriptions,
					 all_periodics};

/* ---- processes ---- */

static async bool worker_main(struct work *w, void *argument)
{
	(void)w;
	(void)argument;
	if (!jobs_start(&tables))
		return false;
	for (;;)
		fiber_sleep(SECOND);
}

static void worker_start(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		command_run(worker_main, NULL);
		_exit(1);
	}
	workers[worker_count++] = pid;
}

static void workers_kill(void)
{
	while (worker_count > 0) {
		kill(workers[--worker_count], SIGKILL);
		waitpid(workers[worker_count], NULL, 0);
	}
}

typedef bool scenario(struct work *w, void *argument);

static void play(scenario *body)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(command_run(body, NULL) ? 0 : 1);
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static async bool clean(struct work *w, void *argument)
{
	(void)argument;
	return run_sql(w, "CREATE TABLE IF NOT EXISTS test_log (id bigserial,"
			  " queue text, step bigint, what text,"
			  " at timestamptz DEFAULT clock_timestamp())") &&
	       run_sql(w, "TRUNCATE test_log, job, outbox, periodic");
}

static int begin_test(void **state)
{
	(void)state;
	play(clean);
	return 0;
}

static int end_test(void **state)
{
	(void)state;
	workers_kill();
	return 0;
}

/* ---- the scenarios ---- */

struct emission {
	const char *topic;
	struct uuid aggregate;
	int step;
	bool fails;
	int64_t lingers;
};

static async bool emit_step(struct work *w, void *argument)
{
	const struct emission *e = argument;
	const char *data = arena_format(&w->arena, "{\"step\":%d}", e->step);

	if (!event_emit(w, e->topic, "test", &e->aggregate, data))
		return false;
	if (e->lingers > 0)
		fiber_sleep(e->lingers);
	return !e->fails;
}

static async bool emit(struct work *w, struct emission e)
{
	w->deadline = clock_monotonic() + 10 * SECOND;
	return db_transact(w, emit_step, &e);
}

static async bool ninety_events(struct work *w, void *argument)
{
	struct uuid aggregates[3] = {uuid_make(), uuid_make(), uuid_make()};

	(void)argument;
	for (int i = 0; i < 90; i++)
		if (!emit(w, (struct emission){.topic = "test.step",
					       .aggregate = aggregates[i % 3],
					       .step = i}))
			return false;
	return wait_for(w, 90, "SELECT count(*) FROM job WHERE state = 'done'") &&
	       expect(w, 180, "SELECT count(*) FROM test_log "
			      "WHERE what IN ('begin', 'end')") &&
	       /* begin and end of each step stand together, in order */
	       expect(w, 0,
		      "SELECT count(*) FROM (SELECT step, what, "
		      "lag(step) OVER q AS before, lag(what) OVER q AS earlier "
		      "FROM test_log WHERE what IN ('begin', 'end') "
		      "WINDOW q AS (PARTITION BY queue ORDER BY id)) AS s "
		      "WHERE before > step OR what = earlier "
		      "OR (what = 'end' AND before <> step)") &&
	       expect(w, 0, "SELECT count(*) FROM outbox "
			    "WHERE dispatched_at IS NULL");
}

static void events_of_an_aggregate_run_in_order_whoever_takes_them(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		worker_start();
	play(ninety_events);
}

static async bool many_events(struct work *w, void *argument)
{
	(void)argument;
	return run_sql(w, "INSERT INTO outbox (event_id, topic, aggregate,"
			  " aggregate_id, data) SELECT gen_random_uuid(),"
			  " 'test.step', 'test', gen_random_uuid(), '{}'"
			  " FROM generate_series(1, 500)");
}

static async bool five_hundred_once(struct work *w, void *argument)
{
	(void)argument;
	return wait_for(w, 500, "SELECT count(*) FROM job WHERE state = 'done'") &&
	       expect(w, 500, "SELECT count(*) FROM job") &&
	       expect(w, 500, "SELECT count(DISTINCT unique_key) FROM job") &&
	       expect(w, 1, "SELECT max(attempts) FROM job");
}

static void several_relays_at_once_double_nothing(void **state)
{
	(void)state;
	play(many_events);
	for (int i = 0; i < WORKERS_MAX; i++)
		worker_start();
	play(five_hundred_once);
}

static void late_emit(void *argument)
{
	struct work w = {.fiber = fiber_current()};
	bool *is_done = argument;

	*is_done = emit(&w, (struct emission){.topic = "test.step",
					      .aggregate = uuid_make(),
					      .lingers = 2 * SECOND});
	work_finish(&w);
}

static async bool a_late_commit(struct work *w, void *argument)
{
	static bool is_done;

	(void)argument;
	if (!fiber_start(late_emit, NULL, &is_done))
		return false;
	fiber_sleep(300 * MILLISECOND); /* it has its id, and has not committed */
	return emit(w, (struct emission){.topic = "test.step",
					 .aggregate = uuid_make()}) &&
	       wait_for(w, 1, "SELECT count(*) FROM job WHERE state = 'done'") &&
	       !is_done &&
	       wait_for(w, 2, "SELECT count(*) FROM job WHERE state = 'done'");
}

static void an_event_that_commits_after_a_later_one_is_not_lost(void **state)
{
	(void)state;
	worker_start();
	play(a_late_commit);
}

static async bool a_rollback(struct work *w, void *argument)
{
	(void)argument;
	(void)emit(w, (struct emission){.topic = "test.step",
					.aggregate = uuid_make(),
					.fails = true});
	forgive(w);
	return expect(w, 0, "SELECT count(*) FROM outbox");
}

static void an_event_of_a_transaction_that_failed_never_was(void **state)
{
	(void)state;
	play(a_rollback);
}

static async bool add_stuck(struct work *w, void *argument)
{
	(void)argument;
	return job_add(w, "t.stuck", "{}", NULL, NULL, 0) &&
	       wait_for(w, 1, "SELECT count(*) FROM test_log WHERE what = 'stuck'");
}

static async bool stuck_again(struct work *w, void *argument)
{
	(void)argument;
	fiber_sleep(1500 * MILLISECOND);
	return expect(w, 1, "SELECT count(*) FROM test_log WHERE what = 'stuck'") &&
	       run_sql(w, "UPDATE job SET lease_until = now() RETURNING 1") &&
	       wait_for(w, 1, "SELECT count(*) FROM job WHERE state = 'done' "
			      "AND attempts = 2 AND losses = 1");
}

static void a_job_whose_worker_was_killed_runs_again_when_its_lease_ends(void **state)
{
	(void)state;
	worker_start();
	play(add_stuck);
	workers_kill();
	worker_start();
	play(stuck_again);
}

static async bool killer(struct work *w, void *argument)
{
	(void)argument;
	return run_sql(w, "INSERT INTO job (kind, payload, state, losses,"
			  " attempts, lease_until) VALUES ('t.step', '{}',"
			  " 'running', 4, 5, now() - interval '1 second')") &&
	       wait_for(w, 1, "SELECT count(*) FROM job WHERE state = 'dead'");
}

static void a_job_that_kills_its_workers_is_put_aside(void **state)
{
	(void)state;
	worker_start();
	play(killer);
}

static async bool twice_the_same(struct work *w, void *argument)
{
	(void)argument;
	return job_add(w, "t.step", "{}", NULL, "same", 0) &&
	       job_add(w, "t.step", "{}", NULL, "same", 0) &&
	       expect(w, 1, "SELECT count(*) FROM job") &&
	       run_sql(w, "UPDATE job SET state = 'done', finished_at = now() "
			  "RETURNING 1") &&
	       job_add(w, "t.step", "{}", NULL, "same", 0) &&
	       expect(w, 2, "SELECT count(*) FROM job");
}

static void an_unfinished_job_of_a_key_keeps_others_out(void **state)
{
	(void)state;
	play(twice_the_same);
}

static async bool two_tries(struct work *w, void *argument)
{
	(void)argument;
	return job_add(w, "t.failing", "{}", NULL, NULL, 0) &&
	       wait_for(w, 1, "SELECT count(*) FROM job WHERE state = 'dead' "
			      "AND attempts = 2 "
			      "AND last_error = 'unavailable: it rains'");
}

static void a_job_that_fails_too_often_is_dead_and_says_why(void **state)
{
	(void)state;
	worker_start();
	play(two_tries);
}

static async bool dead_then_alive(struct work *w, void *argument)
{
	struct uuid aggregate = uuid_make();

	(void)argument;
	return emit(w, (struct emission){.topic = "test.dead",
					 .aggregate = aggregate}) &&
	       emit(w, (struct emission){.topic = "test.dead_then",
					 .aggregate = aggregate}) &&
	       wait_for(w, 1, "SELECT count(*) FROM job WHERE state = 'done'") &&
	       expect(w, 1, "SELECT count(*) FROM job WHERE state = 'dead'");
}

static void a_dead_job_does_not_hold_up_its_queue(void **state)
{
	(void)state;
	worker_start();
	play(dead_then_alive);
}

static async bool beats(struct work *w, void *argument)
{
	(void)argument;
	fiber_sleep(4500 * MILLISECOND);
	return expect(w, 1,
		      "SELECT (count(*) BETWEEN 2 AND 6 AND coalesce(bool_and("
		      "gap >= interval '0.9 s'), false))::int FROM (SELECT "
		      "at - lag(at) OVER (ORDER BY id) AS gap FROM test_log "
		      "WHERE what = 'beat') AS g");
}

static void a_periodic_runs_once_a_period_with_several_workers(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++)
		worker_start();
	play(beats);
}

static async bool hold_begins(struct work *w, void *argument)
{
	(void)argument;
	return run_sql(w, "INSERT INTO test_log (what) VALUES ('please') RETURNING 1") &&
	       wait_for(w, 1, "SELECT count(*) FROM test_log WHERE what = 'hold'");
}

static async bool hold_stays(struct work *w, void *argument)
{
	(void)argument;
	fiber_sleep(13 * SECOND);
	return expect(w, 1, "SELECT count(*) FROM test_log WHERE what = 'hold'");
}

static async bool hold_goes_on(struct work *w, void *argument)
{
	(void)argument;
	return wait_for(w, 1, "SELECT (count(*) >= 2)::int FROM test_log "
			      "WHERE what = 'hold'");
}

static void a_periodic_is_taken_over_soon_after_its_worker_has_gone(void **state)
{
	(void)state;
	worker_start();
	play(hold_begins);
	worker_start();
	play(hold_stays);
	kill(workers[0], SIGKILL);
	play(hold_goes_on);
}

static int begin(void **state)
{
	(void)state;
	metrics_start();
	if (!config_load(NULL))
		return -1;
	return db_migrate(config->database_url) ? 0 : -1;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, begin_test, end_test)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(events_of_an_aggregate_run_in_order_whoever_takes_them),
		TEST(several_relays_at_once_double_nothing),
		TEST(an_event_that_commits_after_a_later_one_is_not_lost),
		TEST(an_event_of_a_transaction_that_failed_never_was),
		TEST(a_job_whose_worker_was_killed_runs_again_when_its_lease_ends),
		TEST(a_job_that_kills_its_workers_is_put_aside),
		TEST(an_unfinished_job_of_a_key_keeps_others_out),
		TEST(a_job_that_fails_too_often_is_dead_and_says_why),
		TEST(a_dead_job_does_not_hold_up_its_queue),
		TEST(a_periodic_runs_once_a_period_with_several_workers),
		TEST(a_periodic_is_taken_over_soon_after_its_worker_has_gone),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
