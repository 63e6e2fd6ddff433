/* query.c - a statement, and what its answer means. */
#include "pool.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/log.h>

#define TRIES_MAX 4

const struct fault_kind db_violation = {
	409, "conflict", "The request conflicts with the current state."};

static bool answer_is(const PGresult *result, const char *sqlstate)
{
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);

	return state != NULL && strcmp(state, sqlstate) == 0;
}

bool answer_was_beaten(const PGresult *result)
{
	return answer_is(result, "40001") || answer_is(result, "40P01");
}

bool answer_is_stale(const PGresult *result)
{
	return answer_is(result, "26000") || answer_is(result, "0A000");
}

static void clear(void *result)
{
	PQclear(result);
}

/* Classes of SQLSTATE after which the same request may succeed later. */
static bool is_passing(const char *state)
{
	static const char *const kinds[] = {"08", "53", "55P03", "57", "58",
					    "25006", "25P03"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strncmp(state, kinds[i], strlen(kinds[i])) == 0)
			return true;
	return false;
}

static bool refuse_violation(struct work *w, const PGresult *result)
{
	const char *name = PQresultErrorField(result, PG_DIAG_CONSTRAINT_NAME);

	if (name == NULL) /* NOT NULL has no name before PostgreSQL 18 */
		name = PQresultErrorField(result, PG_DIAG_COLUMN_NAME);
	if (w->fault.kind == NULL)
		snprintf(w->fault.constraint, sizeof(w->fault.constraint),
			 "%s", name != NULL ? name : "");
	return refuse(w, &db_violation, NULL);
}

static bool refuse_error(struct work *w, const struct ask *ask)
{
	const PGresult *result = ask->result;
	const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	const char *message =
		PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
	const char *name = ask->query != NULL ? ask->query->name : ask->command;

	db_pool.errors++;
	if (state != NULL && strncmp(state, "23", 2) == 0)
		return refuse_violation(w, result);
	if (answer_was_beaten(result)) {
		log_line(LOG_INFO_LINE, "a statement lost to another", "why",
			 message, "statement", name, "request", w->id, NULL);
		refuse(w, &fault_unavailable, NULL);
		w->fault.retry_after = 1;
		return false;
	}
	if (state != NULL && is_passing(state))
		return pool_refuse(w, message);
	log_line(LOG_ERROR_LINE, "a statement failed", "statement", name,
		 "sqlstate", state != NULL ? state : "none", "why",
		 message != NULL ? message : PQresultErrorMessage(result),
		 "request", w->id, NULL);
	return refuse(w, &fault_internal, NULL);
}

/* What the statement promised of its rows. */
static bool is_as_promised(struct work *w, const struct query *query, int count)
{
	bool kept = query->kind == QUERY_ONE     ? count == 1
		    : query->kind == QUERY_MAYBE ? count <= 1
		    : query->kind == QUERY_EXEC  ? count == 0
						 : true;
	char text[16];

	if (kept)
		return true;
	snprintf(text, sizeof(text), "%d", count);
	log_line(LOG_ERROR_LINE, "a statement broke its promise", "statement",
		 query->name, "rows", text, "request", w->id, NULL);
	return refuse(w, &fault_internal, NULL);
}

bool answer_read(struct work *w, struct ask *ask, struct rows *rows)
{
	PGresult *result = ask->result;
	ExecStatusType status = PQresultStatus(result);
	struct rows answer = {.result = result};

	ask->result = NULL;
	arena_defer(&w->arena, clear, result);
	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
		ask->result = result;
		refuse_error(w, ask);
		ask->result = NULL;
		return false;
	}
	answer.count = PQntuples(result);
	answer.affected = strtoll(PQcmdTuples(result), NULL, 10);
	if (rows != NULL)
		*rows = answer;
	return ask->query == NULL ||
	       is_as_promised(w, ask->query, answer.count);
}

/* The error says that nothing was done, so it may simply be done again. */
static bool may_try_again(const struct ask *ask, unsigned tries)
{
	return tries < TRIES_MAX && ask->deadline > clock_monotonic() &&
	       (answer_was_beaten(ask->result) || answer_is_stale(ask->result));
}

static async bool query_alone(struct work *w, const struct query *query,
			      struct params params, struct rows *rows)
{
	struct ask ask = {.query = query,
			  .params = params,
			  .is_slow = query->is_slow,
			  .deadline = pool_deadline(w, query->is_slow)};

	for (unsigned tries = 1;; tries++) {
		if (!pool_ask(w, &ask))
			return false;
		if (!may_try_again(&ask, tries))
			return answer_read(w, &ask, rows);
		if (answer_is_stale(ask.result))
			ask.connection->is_forgetful = true;
		else
			fiber_sleep(random() % (20 * MILLISECOND));
		PQclear(ask.result);
		ask.result = NULL;
	}
}

struct single {
	const struct query *query;
	struct params params;
	struct rows *rows;
};

static async bool single_step(struct work *w, void *argument)
{
	const struct single *single = argument;

	return transaction_query(w, single->query, single->params,
				 single->rows);
}

async bool db_query(struct work *w, const struct query *query,
		    struct params params, struct rows *rows)
{
	struct single single = {query, params, rows};

	assert(query->kind != QUERY_PAGE || query->index >= query_count);
	assert(db_pool.is_started);
	w->statements++;
	if (w->transaction != NULL)
		return transaction_query(w, query, params, rows);
	/* Who is audited is named in the transaction of each change. */
	if (w->actor != NULL && !query->is_read_only)
		return db_transact(w, single_step, &single);
	return query_alone(w, query, params, rows);
}

bool db_violates(const struct work *w, const char *constraint)
{
	return w->fault.kind == &db_violation &&
	       strcmp(w->fault.constraint, constraint) == 0;
}

async bool db_schema_version(struct work *w, int *version)
{
	static const struct query newest = {
		.name = "schema_version",
		.text = "SELECT coalesce(max(number), 0) FROM schema_migration",
		.kind = QUERY_ONE,
		.is_read_only = true,
		.index = UNPREPARED,
	};
	struct rows rows;

	*version = -1;
	if (!db_query(w, &newest, no_params, &rows))
		return false;
	*version = (int)row_int(&rows, 0, 0);
	return true;
}
