/* pool.c - who gets which connection, and who waits for one. */
#include "pool.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/log.h>

#define SLOW_TIMES 4 /* the patience with a slow statement */
#define COMMAND_PATIENCE_MS 3600000
#define SUSPECT_MS 500

struct pool db_pool;

/* A storm of refusals is told by its first lines of each second; the counters
 * know the rest. */
static bool is_worth_a_line(void)
{
	static int64_t second;
	static unsigned lines;
	int64_t now = clock_monotonic() / SECOND;

	if (now != second) {
		second = now;
		lines = 0;
	}
	return lines++ < 10;
}

bool pool_refuse(struct work *w, const char *why)
{
	if (w->fault.kind != NULL)
		return false;
	if (is_worth_a_line())
		log_line(LOG_WARNING_LINE, "database unavailable", "why", why,
			 "request", w->id, NULL);
	refuse(w, &fault_unavailable, NULL);
	w->fault.retry_after = 1 + (int)(random() % 2);
	return false;
}

int64_t pool_deadline(const struct work *w, bool is_slow)
{
	int64_t limit = config->database_timeout_ms * (is_slow ? SLOW_TIMES : 1);
	int64_t deadline;

	if (db_pool.is_command)
		limit = COMMAND_PATIENCE_MS;
	deadline = clock_monotonic() + limit * MILLISECOND;
	if (w->deadline != 0 && w->deadline < deadline)
		deadline = w->deadline;
	return deadline;
}

bool pool_is_down(int64_t now)
{
	for (unsigned i = 0; i < db_pool.count; i++)
		if (db_pool.connections[i]->state == CONNECTION_UP) {
			db_pool.up_at = now;
			return false;
		}
	return now - db_pool.up_at > config->database_timeout_ms * MILLISECOND;
}

void ask_settle(struct ask *ask, enum ask_end end)
{
	if (ask->end != ASK_ON_ITS_WAY)
		return;
	ask->end = end;
	waiter_done(&ask->waiter);
}

static void queue_remove(struct ask *ask)
{
	if (ask->before != NULL)
		ask->before->after = ask->after;
	else
		db_pool.queue[ask->is_slow].first = ask->after;
	if (ask->after != NULL)
		ask->after->before = ask->before;
	else
		db_pool.queue[ask->is_slow].last = ask->before;
	ask->is_queued = false;
	db_pool.waiting--;
}

static void queue_add(struct ask *ask)
{
	ask->before = db_pool.queue[ask->is_slow].last;
	ask->after = NULL;
	if (ask->before != NULL)
		ask->before->after = ask;
	else
		db_pool.queue[ask->is_slow].first = ask;
	db_pool.queue[ask->is_slow].last = ask;
	ask->is_queued = true;
	db_pool.waiting++;
}

/* It has waited already, so it goes to the front. */
void pool_again(struct ask *ask)
{
	struct ask *first = db_pool.queue[ask->is_slow].first;

	PQclear(ask->result);
	ask->result = NULL;
	ask->connection = NULL;
	ask->tries++;
	ask->before = NULL;
	ask->after = first;
	if (first != NULL)
		first->before = ask;
	else
		db_pool.queue[ask->is_slow].last = ask;
	db_pool.queue[ask->is_slow].first = ask;
	ask->is_queued = true;
	db_pool.waiting++;
}

void pool_give_up(void)
{
	for (int lane = 0; lane < 2; lane++)
		while (db_pool.queue[lane].first != NULL) {
			struct ask *ask = db_pool.queue[lane].first;

			queue_remove(ask);
			ask_settle(ask, ASK_NOT_SENT);
		}
}

/* The one with the least on its way. */
static struct connection *pick(bool is_slow)
{
	struct connection *best = NULL;

	for (unsigned i = 0; i < db_pool.count; i++) {
		struct connection *c = db_pool.connections[i];

		if (c->state != CONNECTION_UP || c->is_slow != is_slow ||
		    c->is_pinned || c->is_suspect || !pipeline_has_room(c))
			continue;
		if (best == NULL || c->count < best->count)
			best = c;
	}
	return best;
}

static void give(struct connection *c, struct ask *ask)
{
	if (ask->query != NULL) {
		pipeline_send(c, ask);
	} else {
		c->is_pinned = true;
		ask->connection = c;
		ask_settle(ask, ASK_ANSWERED);
	}
}

void pool_serve(void)
{
	for (int lane = 0; lane < 2; lane++)
		while (db_pool.queue[lane].first != NULL) {
			struct ask *ask = db_pool.queue[lane].first;
			struct connection *c = pick(lane == 1);

			if (c == NULL)
				break;
			queue_remove(ask);
			give(c, ask);
		}
}

static bool has_open_sync(void)
{
	for (unsigned i = 0; i < db_pool.count; i++)
		if (db_pool.connections[i]->has_open_sync)
			return true;
	return false;
}

/* At the end of each turn: what fibers asked in it leaves in one write for
 * each connection. */
void pool_turn(void)
{
	do {
		fibers_run();
		pool_serve();
		for (unsigned i = 0; i < db_pool.count; i++) {
			struct connection *c = db_pool.connections[i];

			if (!c->has_open_sync)
				continue;
			if (pipeline_sync(c))
				connection_flush(c);
			else
				connection_down(c, NULL);
		}
		fibers_run();
	} while (has_open_sync());
}

/* Nobody reads the answer now. The connection gets nothing new, and is given
 * up unless it stirs soon: then it was the statement, not the server. */
static void abandon(struct ask *ask)
{
	struct connection *c = ask->connection;

	db_pool.timeouts++;
	if (ask->is_queued) {
		queue_remove(ask);
	} else if (c != NULL) {
		pipeline_forget(c, ask);
		if (ask->is_pinned) {
			connection_down(c, "no answer in time");
		} else if (!c->is_suspect) {
			c->is_suspect = true;
			c->due = clock_monotonic() + SUSPECT_MS * MILLISECOND;
		}
	}
	PQclear(ask->result);
	ask->result = NULL;
}

/* Gives it a connection, or a place in the queue. */
static bool submit(struct work *w, struct ask *ask)
{
	struct connection *c = NULL;
	int64_t now = clock_monotonic();

	if (ask->deadline <= now)
		return pool_refuse(w, "no time left");
	if (ask->is_pinned) {
		pipeline_send(ask->connection, ask);
		return true;
	}
	if (db_pool.queue[ask->is_slow].first == NULL)
		c = pick(ask->is_slow);
	if (c != NULL) {
		give(c, ask);
		return true;
	}
	if (pool_is_down(now))
		return pool_refuse(w, "no connection");
	if (db_pool.waiting >= config->database_queue) {
		db_pool.rejected++;
		return pool_refuse(w, "the wait queue is full");
	}
	queue_add(ask);
	return true;
}

async bool pool_ask(struct work *w, struct ask *ask)
{
	waiter_init(&ask->waiter);
	ask->end = ASK_ON_ITS_WAY;
	if (!submit(w, ask))
		return false;
	if (!waiter_wait(&ask->waiter, ask->deadline)) {
		abandon(ask);
		return pool_refuse(w, "no answer in time");
	}
	if (ask->end == ASK_ANSWERED)
		return true;
	PQclear(ask->result);
	ask->result = NULL;
	return pool_refuse(w, "the connection was lost");
}

async struct connection *pool_pin(struct work *w, bool is_slow)
{
	struct ask ask = {.is_slow = is_slow,
			  .deadline = pool_deadline(w, is_slow)};

	return pool_ask(w, &ask) ? ask.connection : NULL;
}

void pool_unpin(struct connection *c)
{
	c->is_pinned = false;
	pool_serve();
}
