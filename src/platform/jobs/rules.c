/* rules.c - when a job is tried again, and the tables it is found in. */
#include "runner.h"

#include <string.h>

#include <platform/clock.h>
#include <platform/log.h>

#define DELAY_MAX (600 * SECOND)

int64_t backoff_delay(int64_t tries, uint32_t random)
{
	int64_t most = DELAY_MAX;

	if (tries < 10)
		most = SECOND << (tries > 0 ? tries : 0);
	/* most < 2^30: the product stays below 2^62 */
	return (int64_t)(((uint64_t)most * random) >> 32);
}

bool job_is_spent(const struct job_kind *kind, int64_t tries, int64_t age)
{
	bool has_age = kind->age_max_seconds > 0;
	int64_t tries_max = kind->attempts_max;

	if (tries_max == 0 && !has_age)
		tries_max = JOB_TRIES;
	return (tries_max > 0 && tries >= tries_max) ||
	       (has_age && age >= kind->age_max_seconds);
}

const struct job_kind *job_list_find(const struct job_list *list,
				     const char *name)
{
	for (size_t i = 0; i < list->kind_count; i++)
		if (strcmp(list->kind_names[i], name) == 0)
			return list->kinds[i];
	return NULL;
}

static bool complain(const char *what, const char *name)
{
	log_line(LOG_ERROR_LINE, what, "name", name, NULL);
	return false;
}

static bool add_kind(struct job_list *list, const struct job_kind *kind)
{
	if (list->kind_count == JOB_KINDS_MAX)
		return complain("too many kinds of jobs", kind->name);
	if (job_list_find(list, kind->name) != NULL)
		return complain("two kinds of jobs have one name", kind->name);
	list->kinds[list->kind_count] = kind;
	list->kind_names[list->kind_count] = kind->name;
	list->leases[list->kind_count++] =
		kind->timeout_ms + JOB_LEASE_GRACE_MS;
	return true;
}

static bool add_subscription(struct job_list *list,
			     const struct subscription *subscription)
{
	if (list->subscription_count == JOB_KINDS_MAX)
		return complain("too many subscriptions", subscription->topic);
	if (job_list_find(list, subscription->job) == NULL)
		return complain("a subscription to an unknown job",
				subscription->job);
	list->topics[list->subscription_count] = subscription->topic;
	list->topic_jobs[list->subscription_count++] = subscription->job;
	return true;
}

static bool add_periodic(struct job_list *list, const struct periodic *periodic)
{
	for (size_t i = 0; i < list->periodic_count; i++)
		if (strcmp(list->periodic_names[i], periodic->name) == 0)
			return complain("two periodics have one name",
					periodic->name);
	if (list->periodic_count == JOB_KINDS_MAX)
		return complain("too many periodics", periodic->name);
	list->periodics[list->periodic_count] = periodic;
	list->periodic_names[list->periodic_count++] = periodic->name;
	return true;
}

static bool add_periodics(struct job_list *list, const struct periodic *table)
{
	bool is_good = true;

	for (; table != NULL && table->name != NULL; table++)
		is_good = add_periodic(list, table) && is_good;
	return is_good;
}

bool job_list_make(struct job_list *list, const struct job_tables *tables)
{
	const struct subscription *const *all = tables->subscriptions;
	bool is_good = true;

	memset(list, 0, sizeof(*list));
	for (size_t i = 0; tables->kinds && tables->kinds[i]; i++)
		for (const struct job_kind *k = tables->kinds[i]; k->name; k++)
			is_good = add_kind(list, k) && is_good;
	for (size_t i = 0; all != NULL && all[i] != NULL; i++)
		for (const struct subscription *s = all[i]; s->topic; s++)
			is_good = add_subscription(list, s) && is_good;
	for (size_t i = 0; tables->periodics && tables->periodics[i]; i++)
		is_good = add_periodics(list, tables->periodics[i]) && is_good;
	return add_periodics(list, jobs_periodics) && is_good;
}
