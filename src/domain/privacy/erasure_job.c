/* erasure_job.c - erases one account: the plan in privacy_table, step by step
 * in one transaction, so that all of it is gone or nothing. */
#include "privacy.h"

#include <platform/config.h>
#include <platform/json.h>
#include <platform/log.h>
#include <platform/text.h>
#include <queries.h>

enum { BUSY_SECONDS = 3 };

async bool erasure_job_add(struct work *w, const struct uuid *account)
{
	char id[UUID_TEXT_LENGTH + 1];

	uuid_format(account, id);
	return job_add(w, "privacy.erase",
		       arena_format(&w->arena, "{\"account\":\"%s\"}", id), NULL,
		       arena_format(&w->arena, "privacy.erase:%s", id), 0);
}

enum outcome {
	ERASED,
	NOT_NOW, /* nobody asks for it, or it is put off */
	BUSY	 /* a mail to the customer is being sent: soon again */
};
struct erasing {
	struct uuid account;
	enum outcome outcome;
};

/* Whoever writes for the account waits from here on, and then finds it gone. */
static async bool lock(struct work *w, const struct uuid *account,
		       bool *may_go)
{
	struct rows rows;

	*may_go = false;
	if (!db_query(w, &q_erasure_begin, params(p_uuid(account)), &rows))
		return false;
	if (rows.count == 0)
		return true;
	if (!db_query(w, &q_erasure_lock_carts, params(p_uuid(account)),
		      &rows) ||
	    !db_query(w, &q_erasure_lock, params(p_uuid(account)), &rows))
		return false;
	*may_go = rows.count == 1 && !row_bool(&rows, 0, 0);
	/* Who became staff meanwhile stays, and may ask again later. */
	return *may_go ||
	       db_query(w, &q_erasure_drop, params(p_uuid(account)), NULL);
}

static async bool look(struct work *w, struct erasing *e)
{
	struct param account = p_uuid(&e->account);
	struct rows rows;

	if (!db_query(w, &q_erasure_claim, params(account), &rows) ||
	    !db_query(w, &q_erasure_hindered,
		      params(account, p_int(config->erasure_order_days)), &rows))
		return false;
	e->outcome = ERASED;
	if (row_int(&rows, 0, 0) > 0)
		e->outcome = NOT_NOW;
	else if (row_bool(&rows, 0, 1))
		e->outcome = BUSY;
	return e->outcome != NOT_NOW ||
	       db_query(w, &q_erasure_delay, params(account), NULL);
}

static async bool erase_step(struct work *w, void *argument)
{
	struct erasing *e = argument;
	bool may_go;
	struct rows plan, rows;

	e->outcome = NOT_NOW;
	if (!lock(w, &e->account, &may_go))
		return false;
	if (!may_go)
		return true;
	if (!look(w, e))
		return false;
	if (e->outcome != ERASED)
		return true;
	if (!db_query(w, &q_erasure_plan, no_params, &plan))
		return false;
	for (int i = 0; i < plan.count; i++)
		if (!db_query(w, &q_erasure_table,
			      params(p_uuid(&e->account),
				     p_text(row_text(&plan, i, 0))),
			      &rows))
			return false;
	return db_query(w, &q_erasure_note, params(p_uuid(&e->account)), NULL);
}

async enum job_verdict erasure_run(struct work *w,
				   const struct json_t *payload)
{
	const char *id = json_text_at(payload, "account", "");
	struct erasing e = {.outcome = NOT_NOW};

	if (!uuid_parse(id, &e.account))
		return JOB_DEAD;
	if (!db_transact(w, erase_step, &e))
		return JOB_RETRY;
	if (e.outcome == BUSY) {
		w->fault.retry_after = BUSY_SECONDS;
		return JOB_RETRY;
	}
	if (e.outcome == ERASED) /* the journal beside the database */
		log_line(LOG_INFO_LINE, "account erased", "account", id, NULL);
	return JOB_DONE;
}

async bool erasures_start(struct work *w)
{
	struct rows rows;

	if (!db_query(w, &q_erasure_due, no_params, &rows))
		return false;
	for (int i = 0; i < rows.count; i++) {
		struct uuid account = row_uuid(&rows, i, 0);

		if (!erasure_job_add(w, &account))
			return false;
	}
	return true;
}
