/* runner.h - what the parts of the job runner know of each other. */
#ifndef PLATFORM_JOBS_RUNNER_H
#define PLATFORM_JOBS_RUNNER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/jobs.h>

enum {
	JOBS_AT_ONCE = 8,    /* a worker: they share its database connections */
	JOB_LOSSES_MAX = 5,  /* workers that a job may take down */
	JOB_TRIES = 10,	     /* of a kind that tells no limit */
	JOB_LEASE_GRACE_MS = 30000, /* past its deadline, to store it */
	JOB_KINDS_MAX = 128
};

/* One run of a claimed job; owned by the fiber that runs it. */
struct attempt {
	struct work work;
	const struct job_kind *kind;
	int64_t id;
	int64_t number; /* of this run, from 1 */
	int64_t age;	/* seconds since the job was made */
	const char *payload;
};

/* The tables of all rooms, flattened by jobs_start. */
struct job_list {
	size_t kind_count;
	const struct job_kind *kinds[JOB_KINDS_MAX];
	const char *kind_names[JOB_KINDS_MAX];
	int64_t leases[JOB_KINDS_MAX]; /* milliseconds */
	size_t subscription_count;
	const char *topics[JOB_KINDS_MAX];
	const char *topic_jobs[JOB_KINDS_MAX];
	size_t periodic_count;
	const struct periodic *periodics[JOB_KINDS_MAX];
	const char *periodic_names[JOB_KINDS_MAX];
};
/* False with a sentence on the log: too many, a name twice, a subscription to
 * a job that does not exist. */
bool job_list_make(struct job_list *list, const struct job_tables *tables);
const struct job_kind *job_list_find(const struct job_list *list,
				     const char *name);

/* How long to wait after try number `tries`: full jitter, that is anything
 * from 0 to 1 s * 2^tries, at most 10 minutes. Microseconds. */
int64_t backoff_delay(int64_t tries, uint32_t random);
/* Whether that try was the last. */
bool job_is_spent(const struct job_kind *kind, int64_t tries, int64_t age);

/* Runs it and stores the verdict; on a fiber of its own. */
async void attempt_run(struct attempt *attempt);
/* Those named in due, ",a,b,", one after the other; on a fiber of its own. */
async void periodics_run(const struct job_list *list, const char *due,
			 const struct uuid *worker);
/* Prolongs the lease of the one that runs here; called at each look. */
async bool periodics_keep(struct work *w, const struct uuid *worker);
/* This worker no longer shows the counts that all share. */
void periodics_forget_counts(void);
/* Our own: counts for the metrics, and the broom. */
extern const struct periodic jobs_periodics[];

/* Looks soon: the transaction that is open now will be over by then. */
void jobs_wake_soon(void);

#endif
