/* events.c - events and jobs are written down, with what causes them. */
#include <platform/jobs.h>

#include <assert.h>

#include <platform/db.h>
#include <queries.h>

#include "runner.h"

async bool event_emit(struct work *w, const char *topic, const char *aggregate,
		      const struct uuid *aggregate_id, const char *json_data)
{
	struct uuid id = uuid_make();

	assert(w->transaction != NULL);
	if (!db_query(w, &q_event_insert,
		      params(p_uuid(&id), p_text(topic), p_text(aggregate),
			     p_uuid(aggregate_id), p_text(json_data)),
		      NULL))
		return false;
	jobs_wake_soon();
	return true;
}

async bool job_add(struct work *w, const char *kind, const char *json_payload,
		   const char *queue_key, const char *unique_key,
		   int64_t delay)
{
	if (!db_query(w, &q_job_insert,
		      params(p_text(kind), p_text(json_payload),
			     p_text(queue_key), p_text(unique_key),
			     p_int(delay)),
		      NULL))
		return false;
	if (delay <= 0)
		jobs_wake_soon();
	return true;
}
