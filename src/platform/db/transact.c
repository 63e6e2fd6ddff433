/* transact.c - several statements, all or none. */
#include "pool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/log.h>
#include <queries.h>

#define TRIES_MAX 4 /* once, and three times again */

static bool is_lost(const struct db_transaction *t)
{
	return t->connection != NULL &&
	       t->connection->generation != t->generation;
}

static async bool pin(struct work *w, struct db_transaction *t, bool is_slow)
{
	t->connection = pool_pin(w, is_slow);
	if (t->connection == NULL)
		return false;
	t->generation = t->connection->generation;
	return true;
}

/* BEGIN goes with the first statement: no round trip of its own. */
static async bool send(struct work *w, const struct query *query,
		       struct params params, struct rows *rows)
{
	struct db_transaction *t = w->transaction;
	struct ask ask = {.query = query, .params = params, .is_pinned = true};

	if (is_lost(t)) {
		t->may_retry = w->fault.kind == NULL;
		return pool_refuse(w, "the transaction's connection was lost");
	}
	ask.connection = t->connection;
	ask.is_slow = t->connection->is_slow;
	ask.deadline = pool_deadline(w, ask.is_slow);
	ask.begins = !t->is_begun;
	t->is_begun = true;
	if (!pool_ask(w, &ask)) {
		/* Without COMMIT nothing of it can have stayed. */
		t->may_retry = ask.end == ASK_LOST || ask.end == ASK_NOT_SENT;
		return false;
	}
	if (answer_was_beaten(ask.result))
		t->may_retry = true;
	if (answer_is_stale(ask.result)) {
		t->may_retry = true;
		ask.connection->is_forgetful = true;
	}
	return answer_read(w, &ask, rows);
}

async bool transaction_query(struct work *w, const struct query *query,
			     struct params values, struct rows *rows)
{
	struct db_transaction *t = w->transaction;

	if (t->connection == NULL && !pin(w, t, query->is_slow))
		return false;
	if (w->actor != NULL && !t->is_begun &&
	    !send(w, &q_audit_begin, params(p_text(w->actor)), NULL))
		return false;
	return send(w, query, values, rows);
}

/* A COMMIT that is not answered is neither done nor undone as far as we know:
 * never sent again; the caller's idempotency key will tell. */
static async bool commit(struct work *w, struct db_transaction *t)
{
	struct ask ask = {.command = "COMMIT", .is_pinned = true};
	struct rows rows;

	if (!t->is_begun)
		return true;
	if (is_lost(t)) {
		t->may_retry = true;
		return pool_refuse(w, "the transaction's connection was lost");
	}
	t->may_retry = false;
	ask.connection = t->connection;
	ask.deadline = clock_monotonic() +
		       config->database_timeout_ms * MILLISECOND;
	if (!pool_ask(w, &ask)) {
		log_line(LOG_ERROR_LINE, "the answer to a COMMIT was lost",
			 "request", w->id, NULL);
		return false;
	}
	t->may_retry = answer_was_beaten(ask.result);
	if (!answer_read(w, &ask, &rows))
		return false;
	if (strcmp(PQcmdStatus(rows.result), "COMMIT") == 0)
		return true;
	/* A statement failed, was forgiven, and the step went on. */
	log_line(LOG_ERROR_LINE, "COMMIT of a failed transaction", "request",
		 w->id, NULL);
	return refuse(w, &fault_internal, NULL);
}

/* Nobody waits for its answer: whatever is sent next stands behind it. */
static void rollback(struct db_transaction *t)
{
	struct ask nobody = {.command = "ROLLBACK", .is_pinned = true};

	if (!t->is_begun || is_lost(t))
		return;
	if (pipeline_send(t->connection, &nobody))
		pipeline_forget(t->connection, &nobody);
}

static async bool run_once(struct work *w, struct db_transaction *t,
			   async bool (*step)(struct work *, void *),
			   void *argument)
{
	bool is_done;

	w->transaction = t;
	is_done = step(w, argument);
	if (is_done)
		is_done = commit(w, t);
	else
		rollback(t);
	w->transaction = NULL;
	if (t->connection != NULL && !is_lost(t))
		pool_unpin(t->connection);
	return is_done;
}

/* Full jitter, longer each time, never past the deadline. */
static async bool wait_before(const struct work *w, unsigned tries)
{
	int64_t wait = random() % ((10 * MILLISECOND) << tries);

	if (w->deadline != 0 && clock_monotonic() + wait >= w->deadline)
		return false;
	fiber_sleep(wait);
	return true;
}

async bool db_transact(struct work *w,
		       async bool (*step)(struct work *, void *),
		       void *argument)
{
	if (w->transaction != NULL)
		return step(w, argument);
	for (unsigned tries = 1;; tries++) {
		struct db_transaction t = {0};

		if (run_once(w, &t, step, argument))
			return true;
		if (!t.may_retry || tries == TRIES_MAX ||
		    !wait_before(w, tries))
			return false;
		forgive(w);
	}
}

async bool db_attempt(struct work *w, async bool (*step)(struct work *, void *),
		      void *argument, bool *is_over)
{
	struct fault kept;

	assert(w->transaction != NULL);
	*is_over = true;
	if (!db_query(w, &q_attempt_begin, no_params, NULL))
		return false;
	if (step(w, argument))
		return db_query(w, &q_attempt_keep, no_params, NULL);
	if (w->transaction->may_retry || is_lost(w->transaction))
		return false;
	kept = w->fault;
	w->fault = (struct fault){0};
	if (!db_query(w, &q_attempt_undo, no_params, NULL))
		return false;
	w->fault = kept;
	*is_over = false;
	return false;
}
