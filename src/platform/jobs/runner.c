/* runner.c - looks for work once a second or when woken, and starts it. */
#include "runner.h"

#include <stdio.h>
#include <stdlib.h>

#include <platform/clock.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/log.h>
#include <platform/loop.h>
#include <queries.h>

#define POLL_MS 1000
/* Long enough for the transaction that wrote the event to commit. */
#define SOON_MS 20
#define RELAY_BATCH 200 /* as in events_relay */

static struct {
	struct job_list list;
	bool is_started, is_draining;
	unsigned running; /* jobs */
	bool has_periodic_fiber, is_registered;
	bool is_looking, must_look_again, will_look_soon;
	struct loop_timer *timer;
	bool is_counting; /* shows the counts that all workers share */
	struct uuid id;	  /* of this worker */
	char due[1024];
} runner;

static async void attempt_begin(void *argument)
{
	attempt_run(argument);
}

/* The next in its queue may be free now. */
static void attempt_end(void *argument)
{
	struct attempt *attempt = argument;

	work_finish(&attempt->work);
	free(attempt);
	runner.running--;
	jobs_wake();
}

/* No fiber is left: back into the queue, it was not the job's fault. */
static async void give_back(struct work *w, const struct attempt *attempt)
{
	(void)db_query(w, &q_job_again,
		       params(p_int(attempt->id), p_int(attempt->number),
			      p_text("No fiber was free."), p_int(SECOND)),
		       NULL);
}

static async void attempt_start(struct work *w, const struct rows *rows,
				int row)
{
	struct attempt *attempt = calloc(1, sizeof(*attempt));

	if (attempt == NULL)
		abort();
	attempt->id = row_int(rows, row, 0);
	attempt->kind = job_list_find(&runner.list, row_text(rows, row, 1));
	attempt->payload = arena_text(&attempt->work.arena,
				      row_text(rows, row, 2));
	attempt->number = row_int(rows, row, 3);
	attempt->age = row_int(rows, row, 4);
	snprintf(attempt->work.id, sizeof(attempt->work.id), "job-%lld",
		 (long long)attempt->id);
	runner.running++;
	if (!fiber_start(attempt_begin, attempt_end, attempt)) {
		give_back(w, attempt);
		work_finish(&attempt->work);
		free(attempt);
		runner.running--;
	}
}

static async bool claim(struct work *w)
{
	const struct job_list *list = &runner.list;
	unsigned free_places = JOBS_AT_ONCE - runner.running;
	struct rows rows;

	if (runner.running >= JOBS_AT_ONCE || runner.is_draining)
		return true;
	if (!db_query(w, &q_jobs_claim,
		      params(p_texts(&w->arena, list->kind_names,
				     list->kind_count),
			     p_ints(&w->arena, list->leases, list->kind_count),
			     p_int(free_places)),
		      &rows))
		return false;
	for (int i = 0; i < rows.count; i++)
		attempt_start(w, &rows, i);
	return true;
}

static async bool relay(struct work *w)
{
	const struct job_list *list = &runner.list;
	struct rows rows;

	if (!db_query(w, &q_events_relay,
		      params(p_texts(&w->arena, list->topics,
				     list->subscription_count),
			     p_texts(&w->arena, list->topic_jobs,
				     list->subscription_count),
			     p_int(JOBS_AT_ONCE - runner.running)),
		      &rows))
		return false;
	if (row_int(&rows, 0, 0) == RELAY_BATCH)
		runner.must_look_again = true;
	return true;
}

static async bool put_back_lost(struct work *w)
{
	struct rows rows;

	if (!db_query(w, &q_jobs_lost, params(p_int(JOB_LOSSES_MAX)), &rows))
		return false;
	for (int i = 0; i < rows.count; i++)
		log_line(LOG_ERROR_LINE, "the worker of a job has gone", "job",
			 row_text(&rows, i, 0), "kind", row_text(&rows, i, 1),
			 "state", row_text(&rows, i, 2), NULL);
	return true;
}

static async void periodics_begin(void *argument)
{
	(void)argument;
	periodics_run(&runner.list, runner.due, &runner.id);
}

static void periodics_end(void *argument)
{
	(void)argument;
	runner.has_periodic_fiber = false;
}

static void start_periodics(const char *due)
{
	if (due == NULL || runner.has_periodic_fiber || runner.is_draining)
		return;
	snprintf(runner.due, sizeof(runner.due), "%s", due);
	runner.has_periodic_fiber = true;
	if (!fiber_start(periodics_begin, periodics_end, NULL))
		runner.has_periodic_fiber = false;
}

static async bool register_periodics(struct work *w)
{
	const struct job_list *list = &runner.list;

	if (!runner.is_registered)
		runner.is_registered =
			db_query(w, &q_periodics_add,
				 params(p_texts(&w->arena, list->periodic_names,
						list->periodic_count)),
				 NULL);
	return runner.is_registered;
}

static void note_counting(bool is_counting)
{
	if (runner.is_counting && !is_counting)
		periodics_forget_counts();
	runner.is_counting = is_counting;
}

/* One statement when there is nothing to do. */
static async bool look_once(struct work *w)
{
	const struct job_list *list = &runner.list;
	struct rows rows;
	bool has_events;
	bool has_jobs;

	if (!register_periodics(w) || !periodics_keep(w, &runner.id) ||
	    !db_query(w, &q_jobs_look,
		      params(p_texts(&w->arena, list->kind_names,
				     list->kind_count),
			     p_uuid(&runner.id)),
		      &rows))
		return false;
	note_counting(row_bool(&rows, 0, 4));
	has_events = row_bool(&rows, 0, 0);
	has_jobs = row_bool(&rows, 0, 1) || has_events || row_bool(&rows, 0, 2);
	start_periodics(row_text(&rows, 0, 3));
	return (!row_bool(&rows, 0, 2) || put_back_lost(w)) &&
	       (!has_events || relay(w)) &&
	       (!has_jobs || claim(w));
}

static async void look(void *argument)
{
	(void)argument;
	do {
		struct work w = {.fiber = fiber_current()};

		runner.must_look_again = false;
		w.deadline = clock_monotonic() + 5 * SECOND;
		(void)look_once(&w); /* the next poll asks again */
		work_finish(&w);
	} while (runner.must_look_again && !runner.is_draining);
}

static void looked(void *argument)
{
	(void)argument;
	runner.is_looking = false;
}

void jobs_wake(void)
{
	if (!runner.is_started || runner.is_draining)
		return;
	if (runner.is_looking) {
		runner.must_look_again = true;
		return;
	}
	runner.is_looking = true;
	if (!fiber_start(look, looked, NULL))
		runner.is_looking = false;
}

static void wake_now(void *argument)
{
	(void)argument;
	runner.will_look_soon = false;
	jobs_wake();
}

void jobs_wake_soon(void)
{
	if (!runner.is_started || runner.will_look_soon)
		return;
	runner.will_look_soon = true;
	loop_after(SOON_MS, wake_now, NULL);
}

static void poll_now(void *argument)
{
	(void)argument;
	if (!runner.is_looking)
		jobs_wake();
}

static void on_notice(const char *payload)
{
	(void)payload;
	jobs_wake();
}

static void on_listening(void)
{
	/* The poll does without. */
}

bool jobs_start(const struct job_tables *tables)
{
	if (!job_list_make(&runner.list, tables))
		return false;
	runner.is_draining = false;
	runner.is_registered = false;
	if (runner.is_started)
		return true;
	runner.is_started = true;
	runner.id = uuid_make();
	runner.timer = loop_every(POLL_MS, poll_now, NULL);
	db_listen("shopd_jobs", on_notice, on_listening, on_listening);
	return true;
}

bool jobs_drain(void)
{
	runner.is_draining = true;
	return runner.running == 0 && !runner.is_looking &&
	       !runner.has_periodic_fiber;
}
