/* connect.c - the life of a connection, never waiting. */
#include "pool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/log.h>

#define RETRY_FIRST_MS 100
#define RETRY_DOUBLINGS 3 /* up to 800 ms: back within a second */

static void ready(struct loop_watch *watch, bool can_read, bool can_write,
		  bool error);

/* Full jitter in the upper half, so that workers do not march in step. */
static void failed(const char *why)
{
	unsigned doublings = db_pool.failures;
	int64_t wait;

	if (doublings > RETRY_DOUBLINGS)
		doublings = RETRY_DOUBLINGS;
	wait = (RETRY_FIRST_MS << doublings) * MILLISECOND;
	wait -= random() % (wait / 2);
	db_pool.retry_at = clock_monotonic() + wait;
	if (db_pool.failures++ == 0)
		log_line(LOG_WARNING_LINE, "no connection to the database",
			 "why", why, NULL);
}

/* PQfinish closes the descriptor, so it leaves the loop before; on an error
 * libpq has closed it already, and its number may be another's by now. */
static void finish(struct connection *c)
{
	if (c->watch.is_active)
		loop_unwatch(&c->watch, PQsocket(c->pg) != c->watch.fd);
	PQfinish(c->pg);
	c->pg = NULL;
	c->state = CONNECTION_DOWN;
	c->generation++;
	c->is_pinned = false;
	c->is_suspect = false;
	c->has_open_sync = false;
	c->wants_write = false;
	c->is_forgetful = false;
	memset(c->prepared, 0, sizeof(c->prepared));
}

void connection_down(struct connection *c, const char *why)
{
	bool was_up = c->state == CONNECTION_UP;
	char text[256];

	if (c->pg == NULL)
		return;
	if (why == NULL)
		why = PQerrorMessage(c->pg);
	if (why[0] == '\0')
		why = "closed by the server";
	snprintf(text, sizeof(text), "%.*s", (int)strcspn(why, "\n"), why);
	finish(c);
	if (!db_pool.is_started) {
		; /* the end: nothing to tell */
	} else if (was_up) {
		db_pool.reconnects++;
		log_line(LOG_WARNING_LINE, "a database connection is lost",
			 "why", text, NULL);
	} else {
		failed(text);
	}
	pipeline_lose(c);
}

static void watch(struct connection *c, int interest)
{
	int fd = PQsocket(c->pg);

	/* libpq may have changed to another descriptor, its old one closed. */
	if (c->watch.is_active && c->watch.fd != fd)
		loop_unwatch(&c->watch, true);
	c->watch.ready = ready;
	loop_watch(&c->watch, fd, interest);
}

static void quiet(void *argument, const PGresult *result)
{
	(void)argument;
	(void)result;
}

static void up(struct connection *c)
{
	PQsetNoticeReceiver(c->pg, quiet, NULL);
	if (PQsetnonblocking(c->pg, 1) != 0 || !PQenterPipelineMode(c->pg)) {
		connection_down(c, NULL);
		return;
	}
	c->state = CONNECTION_UP;
	c->first = c->count = 0;
	watch(c, LOOP_READ);
	if (db_pool.failures > 0)
		log_line(LOG_INFO_LINE, "the database is back", NULL);
	db_pool.failures = 0;
	db_pool.up_at = clock_monotonic();
	pool_serve();
}

static void connecting(struct connection *c)
{
	switch (PQconnectPoll(c->pg)) {
	case PGRES_POLLING_OK:
		up(c);
		break;
	case PGRES_POLLING_READING:
		watch(c, LOOP_READ);
		break;
	case PGRES_POLLING_WRITING:
		watch(c, LOOP_WRITE);
		break;
	default:
		connection_down(c, NULL);
		break;
	}
}

void connection_open(struct connection *c)
{
	c->pg = conninfo_connect(c->is_slow ? "shopd slow" : "shopd",
				 c->is_slow);
	c->state = CONNECTION_CONNECTING;
	c->due = clock_monotonic() +
		 config->database_timeout_ms * MILLISECOND;
	if (c->pg == NULL || PQstatus(c->pg) == CONNECTION_BAD)
		connection_down(c, c->pg == NULL ? "out of memory" : NULL);
	else
		watch(c, LOOP_WRITE);
}

/* Write interest only while something is stuck, or the loop would spin. */
void connection_flush(struct connection *c)
{
	int left = PQflush(c->pg);

	if (left == -1) {
		connection_down(c, NULL);
	} else if ((left == 1) != c->wants_write) {
		c->wants_write = left == 1;
		watch(c, LOOP_READ | (left == 1 ? LOOP_WRITE : 0));
	}
}

/* What was said before the end (FATAL, and why) is read before the end. */
static void ready(struct loop_watch *watched, bool can_read, bool can_write,
		  bool error)
{
	struct connection *c = (struct connection *)watched;

	(void)can_read;
	(void)can_write;
	if (c->pg == NULL)
		return;
	if (c->state == CONNECTION_CONNECTING) {
		connecting(c);
	} else {
		bool is_alive = PQconsumeInput(c->pg) == 1;

		c->is_suspect = false;
		pipeline_receive(c);
		if (c->pg != NULL && (!is_alive || error ||
				      PQstatus(c->pg) == CONNECTION_BAD))
			connection_down(c, NULL);
		else if (c->pg != NULL && c->wants_write)
			connection_flush(c);
		pool_serve();
	}
	fibers_run();
}
