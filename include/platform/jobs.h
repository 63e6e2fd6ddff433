/* platform/jobs.h - work that outlives a request, and the events that cause
 * it (outbox). Table job and outbox; providers section 10. */
#ifndef PLATFORM_JOBS_H
#define PLATFORM_JOBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/uuid.h>
#include <platform/work.h>

struct json_t;

enum job_verdict {
	JOB_DONE,
	JOB_FORGET, /* done, and what it was told is not kept */
	JOB_RETRY, /* later, full jitter */
	JOB_DEAD   /* no use in trying again: the dead shelf */
};

/* A static const of the room that does it. */
struct job_kind {
	const char *name; /* "mail.send" */
	async enum job_verdict (*run)(struct work *w,
				      const struct json_t *payload);
	int attempts_max; /* then the dead shelf; 0: by age */
	int64_t age_max_seconds;
	int64_t timeout_ms; /* deadline of one attempt */
};

/* An event of that topic becomes a job of that kind, with the event as
 * payload: {"event_id","topic","aggregate_id","at","data":{...}}. */
struct subscription {
	const char *topic; /* "order.placed" */
	const char *job;
};

/* Done by one worker, once every so often; its row in the table periodic says
 * when. At least a second; one run has a minute. */
struct periodic {
	const char *name;
	int64_t every_ms;
	async bool (*run)(struct work *w);
};

/*
 * Written to the outbox in the open transaction (a bug without one); becomes
 * jobs after commit, at least once, in order for each aggregate.
 */
async bool event_emit(struct work *w, const char *topic, const char *aggregate,
		      const struct uuid *aggregate_id, const char *json_data);
/*
 * A job of its own. queue_key: jobs of one key run one after the other, in
 * order; NULL for none. unique_key: if an unfinished job has it, nothing is
 * added; NULL for none. delay in microseconds. Joins the open transaction.
 */
async bool job_add(struct work *w, const char *kind, const char *json_payload,
		   const char *queue_key, const char *unique_key,
		   int64_t delay);

struct job_tables {
	const struct job_kind *const *kinds; /* NULL ended arrays */
	const struct subscription *const *subscriptions;
	const struct periodic *const *periodics;
};
/* In each worker. Each array ends with an entry whose name/topic is NULL. */
bool jobs_start(const struct job_tables *tables);
/* Stops claiming; true when no job is running here. */
bool jobs_drain(void);
/* Looks for work now rather than at the next poll. */
void jobs_wake(void);

#endif
