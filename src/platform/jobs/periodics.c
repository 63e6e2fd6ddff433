/* periodics.c - what is done every so often, by one worker at a time. */
#include "runner.h"

#include <string.h>

#include <platform/clock.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/log.h>
#include <platform/metrics.h>
#include <queries.h>

/* A row of its own tells when each is due; taking it is one conditional
 * UPDATE, so that a period has one run however many workers there are. The
 * lease is short, and prolonged while the run lasts: another goes on soon
 * after a worker has gone. */
#define PERIODIC_TIMEOUT_MS 60000
#define PERIODIC_LEASE_MS 10000
#define PERIODIC_KEEP_EVERY (3 * SECOND)

static struct {
	const char *name; /* NULL: none */
	int64_t kept; /* since when the lease runs */
} running;

static async bool claim(struct work *w, const struct periodic *periodic,
			const struct uuid *worker)
{
	struct rows rows;

	return db_query(w, &q_periodic_claim,
			params(p_text(periodic->name),
			       p_int(periodic->every_ms),
			       p_int(PERIODIC_LEASE_MS),
			       p_uuid(worker)),
			&rows) &&
	       rows.count == 1;
}

static async void run_one(const struct periodic *periodic,
			  const struct uuid *worker)
{
	struct work w = {.fiber = fiber_current()};

	w.deadline = clock_monotonic() + PERIODIC_TIMEOUT_MS * MILLISECOND;
	if (claim(&w, periodic, worker)) {
		running.name = periodic->name;
		running.kept = clock_monotonic();
		if (!periodic->run(&w))
			log_line(LOG_WARNING_LINE, "periodic failed", "name",
				 periodic->name, "reason",
				 w.fault.kind ? w.fault.kind->code : "", NULL);
		running.name = NULL;
		forgive(&w);
		w.deadline = clock_monotonic() + 4 * SECOND;
		(void)db_query(&w, &q_periodic_end,
			       params(p_text(periodic->name), p_uuid(worker)),
			       NULL);
	}
	work_finish(&w);
}

async bool periodics_keep(struct work *w, const struct uuid *worker)
{
	if (running.name == NULL ||
	    clock_monotonic() - running.kept < PERIODIC_KEEP_EVERY)
		return true;
	running.kept = clock_monotonic();
	return db_query(w, &q_periodic_keep,
			params(p_text(running.name), p_int(PERIODIC_LEASE_MS),
			       p_uuid(worker)),
			NULL);
}

static bool is_named(const char *due, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = due; (at = strstr(at, name)) != NULL; at++)
		if (at > due && at[-1] == ',' && at[length] == ',')
			return true;
	return false;
}

async void periodics_run(const struct job_list *list, const char *due,
			 const struct uuid *worker)
{
	for (size_t i = 0; i < list->periodic_count; i++)
		if (is_named(due, list->periodic_names[i]))
			run_one(list->periodics[i], worker);
}

static void show(const char *name, const char *labels, const char *help,
		 int64_t value)
{
	metric_set(metric_get(METRIC_GAUGE, name, labels, help), value);
}

static void show_counts(const int64_t counts[4])
{
	static const char help[] = "Unfinished jobs by state.";

	show("shopd_jobs", "state=\"queued\"", help, counts[0]);
	show("shopd_jobs", "state=\"running\"", help, counts[1]);
	show("shopd_jobs", "state=\"dead\"", help, counts[2]);
	show("shopd_outbox_age_seconds", "",
	     "Age of the oldest event that no job was made of yet.", counts[3]);
}

void periodics_forget_counts(void)
{
	show_counts((const int64_t[4]){0});
}

static async bool count_jobs(struct work *w)
{
	struct rows rows;
	int64_t counts[4];

	if (!db_query(w, &q_jobs_count, no_params, &rows))
		return false;
	for (int i = 0; i < 4; i++)
		counts[i] = row_int(&rows, 0, i);
	show_counts(counts);
	return true;
}

static async bool sweep(struct work *w)
{
	return db_query(w, &q_jobs_sweep, no_params, NULL) &&
	       db_query(w, &q_outbox_sweep, no_params, NULL);
}

const struct periodic jobs_periodics[] = {
	{"jobs.count", 15000, count_jobs},
	{"jobs.sweep", 10000, sweep},
	{0},
};
