/* attempt.c - one run of one job, and what becomes of the job after it. */
#include "runner.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/clock.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/json.h>
#include <platform/log.h>
#include <platform/metrics.h>
#include <queries.h>

/* Times that a verdict is offered to a database that is away; after that the
 * lease ends, and the job runs again. */
#define SETTLE_TRIES 5

static const char *const verdict_names[] = {
	[JOB_DONE] = "done",
	[JOB_FORGET] = "done",
	[JOB_RETRY] = "retry",
	[JOB_DEAD] = "dead",
};

static void count(const struct attempt *a, enum job_verdict verdict,
		  int64_t started)
{
	char labels[160];

	snprintf(labels, sizeof(labels), "kind=\"%s\"", a->kind->name);
	metric_observe(metric_get(METRIC_HISTOGRAM, "shopd_job_seconds", labels,
				  "Time of one run of a job."),
		       clock_monotonic() - started);
	snprintf(labels, sizeof(labels), "kind=\"%s\",verdict=\"%s\"",
		 a->kind->name, verdict_names[verdict]);
	metric_add(metric_get(METRIC_COUNTER, "shopd_job_runs_total", labels,
			      "Runs of jobs by how they ended."),
		   1);
}

/* The reason in words, for staff and the log. */
static const char *reason(struct work *w)
{
	const struct fault *fault = &w->fault;

	if (fault->kind == NULL)
		return "The job gave no reason.";
	return arena_format(&w->arena, "%s: %s", fault->kind->code,
			    fault->detail[0] ? fault->detail
					     : fault->kind->detail);
}

static void tell(const struct attempt *a, enum job_verdict verdict,
		 const char *why)
{
	char number[24];

	snprintf(number, sizeof(number), "%lld", (long long)a->number);
	if (verdict == JOB_DEAD)
		log_line(LOG_ERROR_LINE, "job is dead", "job", a->work.id,
			 "kind", a->kind->name, "try", number, "reason", why,
			 NULL);
	else if (verdict == JOB_RETRY)
		log_line(LOG_WARNING_LINE, "job failed", "job", a->work.id,
			 "kind", a->kind->name, "try", number, "reason", why,
			 NULL);
}

/* A peer that says when it wants to be asked again is obeyed. */
static int64_t delay_of(const struct attempt *a)
{
	int64_t asked = a->work.fault.retry_after * SECOND;
	uint32_t random;
	int64_t delay;

	random_bytes(&random, sizeof(random));
	delay = backoff_delay(a->number, random);
	return asked > delay ? asked : delay;
}

static async bool store(struct attempt *a, enum job_verdict verdict,
			const char *why, int64_t delay)
{
	struct work *w = &a->work;
	struct param id = p_int(a->id);
	struct param number = p_int(a->number);

	switch (verdict) {
	case JOB_DONE:
	case JOB_FORGET:
		return db_query(w, &q_job_done,
				params(id, number,
				       p_bool(verdict == JOB_FORGET)),
				NULL);
	case JOB_RETRY:
		return db_query(w, &q_job_again,
				params(id, number, p_text(why), p_int(delay)),
				NULL);
	case JOB_DEAD:
	default:
		return db_query(w, &q_job_dead,
				params(id, number, p_text(why)), NULL);
	}
}

static async void settle(struct attempt *a, enum job_verdict verdict)
{
	struct work *w = &a->work;
	const char *why = reason(w);
	int64_t delay = delay_of(a);

	assert(w->transaction == NULL);
	if (verdict == JOB_RETRY && job_is_spent(a->kind, a->number, a->age))
		verdict = JOB_DEAD;
	tell(a, verdict, why);
	for (int i = 0; i < SETTLE_TRIES; i++) {
		forgive(w);
		w->deadline = clock_monotonic() + 4 * SECOND;
		if (store(a, verdict, why, delay))
			return;
		fiber_sleep(SECOND);
	}
	log_line(LOG_ERROR_LINE, "the verdict on a job could not be stored",
		 "job", w->id, "kind", a->kind->name, NULL);
}

async void attempt_run(struct attempt *a)
{
	struct work *w = &a->work;
	int64_t started = clock_monotonic();
	const struct json_t *payload;
	enum job_verdict verdict = JOB_DEAD;

	w->fiber = fiber_current();
	w->deadline = started + a->kind->timeout_ms * MILLISECOND;
	payload = json_read_quietly(&w->arena, a->payload, strlen(a->payload));
	if (payload != NULL)
		verdict = a->kind->run(w, payload);
	else
		refuse(w, &fault_internal, "The payload cannot be read.");
	count(a, verdict, started);
	settle(a, verdict);
}
