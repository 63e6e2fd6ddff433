/* pipeline.c - many statements on the way in one connection, and whose
 * answer is whose. Entries stand in a ring in the order of the wire. */
#include "pool.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <platform/config.h>

#define SYNC_MAX 8       /* reads that share one sync */
#define PIPELINE_DEEP 32 /* entries; a statement takes two to seven */

static struct entry *entry_add(struct connection *c, enum entry_kind kind,
			       struct ask *ask)
{
	unsigned at = (c->first + c->count) % PIPELINE_MAX;

	assert(c->count < PIPELINE_MAX);
	c->count++;
	c->entries[at] = (struct entry){.ask = ask, .kind = kind};
	return &c->entries[at];
}

/* Quick ones hide each other's way; a slow one would only hold the rest, who
 * may find another connection free. */
bool pipeline_has_room(const struct connection *c)
{
	return c->count < (c->is_slow ? 1 : PIPELINE_DEEP);
}

bool pipeline_sync(struct connection *c)
{
	if (!c->has_open_sync)
		return true;
	c->has_open_sync = false;
	if (PQpipelineSync(c->pg) != 1)
		return false;
	entry_add(c, ENTRY_SYNC, NULL);
	return true;
}

/* Short: it goes with every Bind. */
static void statement_name(uint32_t number, char name[12])
{
	char digits[12];
	size_t at = sizeof(digits);

	digits[--at] = '\0';
	do {
		digits[--at] = (char)('0' + number % 10);
		number /= 10;
	} while (number != 0);
	digits[--at] = 'q';
	memcpy(name, digits + at, sizeof(digits) - at);
}

static bool send_text(struct connection *c, struct ask *ask, const char *text)
{
	entry_add(c, ENTRY_STATEMENT, ask);
	return PQsendQueryParams(c->pg, text, 0, NULL, NULL, NULL, NULL, 0) ==
	       1;
}

/* The place of a query still has the statement of a shape that had it before.
 * In a sync of its own: nothing else is touched should the server know none. */
static bool statement_drop(struct connection *c, uint32_t index)
{
	char text[32] = "DEALLOCATE ";

	statement_name(c->prepared[index], text + strlen(text));
	c->prepared[index] = 0;
	if (!pipeline_sync(c) || !send_text(c, NULL, text))
		return false;
	c->has_open_sync = true;
	return pipeline_sync(c);
}

#define PARAMS_MAX 64

/* Not where another's statement is in its place and cannot be dropped. */
static bool may_prepare(const struct connection *c, const struct ask *ask)
{
	const struct query *query = ask->query;

	return config->database_prepare && query->index != UNPREPARED &&
	       (c->prepared[query->index] == 0 ||
		c->prepared[query->index] == shape_statement(query));
}

static bool send_query(struct connection *c, struct ask *ask)
{
	const struct query *query = ask->query;
	const char *values[PARAMS_MAX];
	int count = (int)ask->params.count;
	uint32_t statement;
	char name[12];

	assert(ask->params.count <= PARAMS_MAX);
	for (int i = 0; i < count; i++) {
		const struct param *p = &ask->params.list[i];

		values[i] = p->is_buffered ? p->buffer : p->text;
	}
	if (!may_prepare(c, ask)) {
		entry_add(c, ENTRY_STATEMENT, ask);
		return PQsendQueryParams(c->pg, query->text, count, NULL,
					 values, NULL, NULL, 0) == 1;
	}
	statement = shape_statement(query);
	statement_name(statement, name);
	if (c->prepared[query->index] != statement) {
		struct entry *entry = entry_add(c, ENTRY_PREPARE, ask);

		entry->index = query->index;
		entry->statement = statement;
		c->prepared[query->index] = statement;
		if (PQsendPrepare(c->pg, name, query->text, 0, NULL) != 1)
			return false;
	}
	entry_add(c, ENTRY_STATEMENT, ask);
	return PQsendQueryPrepared(c->pg, name, count, values, NULL, NULL,
				   0) == 1;
}

/*
 * Reads of one turn share a sync: one write there, one back, and should one
 * of them fail, the server says of those behind it that they were not run.
 * Everything else has a sync, and so a transaction, of its own.
 */
static bool make_way(struct connection *c, bool is_private)
{
	if (!c->has_open_sync || (!is_private && !c->is_open_private &&
				  c->open_count < SYNC_MAX))
		return true;
	return pipeline_sync(c);
}

/* Not inside a transaction, which would undo it or refuse it. */
static bool start_anew(struct connection *c, const struct ask *ask)
{
	if (!c->is_forgetful || (ask->is_pinned && !ask->begins))
		return true;
	c->is_forgetful = false;
	memset(c->prepared, 0, sizeof(c->prepared));
	if (!pipeline_sync(c) || !send_text(c, NULL, "DEALLOCATE ALL"))
		return false;
	c->has_open_sync = true;
	return pipeline_sync(c);
}

/* As above: not inside a transaction. */
static bool make_place(struct connection *c, const struct ask *ask)
{
	const struct query *query = ask->query;

	if (query == NULL || query->index == UNPREPARED ||
	    (ask->is_pinned && !ask->begins) || c->prepared[query->index] == 0 ||
	    c->prepared[query->index] == shape_statement(query))
		return true;
	return statement_drop(c, query->index);
}

bool pipeline_send(struct connection *c, struct ask *ask)
{
	/* Skipped once for a neighbour's error, it goes alone. */
	bool is_private = ask->is_pinned || ask->query == NULL ||
			  !ask->query->is_read_only || ask->tries > 0;
	bool is_sent = start_anew(c, ask) && make_place(c, ask) &&
		       make_way(c, is_private);

	ask->connection = c;
	if (is_sent && ask->begins)
		is_sent = send_text(c, NULL, "BEGIN");
	if (is_sent)
		is_sent = ask->query != NULL ? send_query(c, ask)
					     : send_text(c, ask, ask->command);
	if (!is_sent) {
		connection_down(c, NULL);
		if (!ask->is_queued)
			ask_settle(ask, ASK_NOT_SENT);
		return false;
	}
	c->open_count = c->has_open_sync ? c->open_count + 1 : 1;
	c->has_open_sync = true;
	c->is_open_private = is_private;
	db_pool.statements++;
	return true;
}

/* A read may be asked again; of anything else nobody knows what became. */
static void lose(struct ask *ask)
{
	if (!ask->is_pinned && ask->query != NULL && ask->query->is_read_only &&
	    ask->tries < 2)
		pool_again(ask);
	else
		ask_settle(ask, ASK_LOST);
}

void pipeline_forget(struct connection *c, const struct ask *ask)
{
	for (unsigned i = 0; i < c->count; i++) {
		struct entry *entry =
			&c->entries[(c->first + i) % PIPELINE_MAX];

		if (entry->ask == ask)
			entry->ask = NULL;
	}
}

void pipeline_lose(struct connection *c)
{
	for (; c->count > 0; c->count--) {
		struct entry *entry = &c->entries[c->first];

		c->first = (c->first + 1) % PIPELINE_MAX;
		if (entry->kind == ENTRY_STATEMENT && entry->ask != NULL)
			lose(entry->ask);
	}
}

static bool is_connection_error(const PGresult *result)
{
	const char *state;

	if (PQresultStatus(result) != PGRES_FATAL_ERROR)
		return false;
	state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
	return state == NULL || strncmp(state, "57P", 3) == 0;
}

static void finish(struct ask *ask)
{
	ExecStatusType status = PQresultStatus(ask->result);

	if (is_connection_error(ask->result))
		lose(ask);
	else if (status != PGRES_PIPELINE_ABORTED)
		ask_settle(ask, ASK_ANSWERED);
	else if (ask->is_pinned || ask->tries > 3)
		ask_settle(ask, ASK_NOT_SENT);
	else
		pool_again(ask);
}

/* The first error stays: what follows says only that it was skipped. */
static void keep(struct ask *ask, PGresult *result)
{
	if (ask == NULL ||
	    (ask->result != NULL &&
	     PQresultStatus(ask->result) == PGRES_FATAL_ERROR)) {
		PQclear(result);
		return;
	}
	PQclear(ask->result);
	ask->result = result;
}

static void take(struct connection *c, struct entry *entry, PGresult *result)
{
	ExecStatusType status = PQresultStatus(result);

	if (entry->kind == ENTRY_PREPARE && status != PGRES_COMMAND_OK &&
	    c->prepared[entry->index] == entry->statement)
		c->prepared[entry->index] = 0;
	if (entry->kind == ENTRY_PREPARE && status != PGRES_FATAL_ERROR)
		PQclear(result);
	else
		keep(entry->ask, result);
}

void pipeline_receive(struct connection *c)
{
	while (c->count > 0 && !PQisBusy(c->pg)) {
		struct entry *entry = &c->entries[c->first];
		PGresult *result = PQgetResult(c->pg);

		if (entry->kind == ENTRY_SYNC && result == NULL)
			return;
		if (entry->kind != ENTRY_SYNC && result != NULL) {
			take(c, entry, result);
			continue;
		}
		c->first = (c->first + 1) % PIPELINE_MAX;
		c->count--;
		if (entry->kind == ENTRY_SYNC)
			PQclear(result);
		else if (entry->kind == ENTRY_STATEMENT && entry->ask != NULL)
			finish(entry->ask);
	}
}
