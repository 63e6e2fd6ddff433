/* listen.c - NOTIFY, on a connection of its own. */
#include "pool.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/log.h>
#include <platform/text.h>

#define CHANNELS_MAX 8
#define RETRY_MS 200
#define HEARTBEAT_MS 500 /* over TCP, where silence may be a cut line */

enum listener_state {
	LISTENER_DOWN,
	LISTENER_CONNECTING,
	LISTENER_ASKING, /* LISTEN was sent */
	LISTENER_UP
};

static struct {
	struct loop_watch watch; /* stays first */
	PGconn *pg;
	enum listener_state state;
	int64_t due;      /* connecting, asking: must be done by then */
	int64_t retry_at; /* down: not before */
	int64_t beat_at;  /* the next heartbeat */
	bool is_on;
	bool is_beating; /* a heartbeat is on its way */
	bool is_stale;   /* a channel was added since LISTEN was sent */
} listener;

static struct {
	const char *name;
	void (*notice)(const char *payload);
	void (*lost)(void);
	void (*back)(void);
} channels[CHANNELS_MAX];
static size_t channel_count;

static void listener_ready(struct loop_watch *watch, bool can_read,
			   bool can_write, bool error);

static void down(const char *why)
{
	bool was_up = listener.state == LISTENER_UP && listener.is_on;

	if (was_up)
		log_line(LOG_WARNING_LINE, "the listening connection is lost",
			 "why", why, NULL);
	if (listener.watch.is_active)
		loop_unwatch(&listener.watch,
			     PQsocket(listener.pg) != listener.watch.fd);
	PQfinish(listener.pg);
	listener.pg = NULL;
	listener.state = LISTENER_DOWN;
	listener.is_beating = false;
	listener.retry_at = clock_monotonic() +
			    (RETRY_MS + random() % RETRY_MS) * MILLISECOND;
	for (size_t i = 0; was_up && i < channel_count; i++)
		if (channels[i].lost != NULL)
			channels[i].lost();
}

static void watch(int interest)
{
	int fd = PQsocket(listener.pg);

	if (fd == -1) {
		down("closed"); /* by PQflush */
		return;
	}
	if (listener.watch.is_active && listener.watch.fd != fd)
		loop_unwatch(&listener.watch, true);
	listener.watch.ready = listener_ready;
	loop_watch(&listener.watch, fd, interest);
}

static void send(const char *sql, int64_t patience_ms)
{
	listener.due = clock_monotonic() + patience_ms * MILLISECOND;
	if (PQsendQuery(listener.pg, sql) != 1)
		down("cannot send");
	else
		watch(LOOP_READ | (PQflush(listener.pg) == 1 ? LOOP_WRITE : 0));
}

static void ask(void)
{
	struct arena arena = {0};
	struct text sql;

	text_init(&sql, &arena, 256);
	for (size_t i = 0; i < channel_count; i++)
		text_format(&sql, "LISTEN %s;", channels[i].name);
	listener.state = LISTENER_ASKING;
	listener.is_stale = false;
	send(sql.bytes, config->database_timeout_ms);
	arena_finish(&arena);
}

static void quiet(void *argument, const PGresult *result)
{
	(void)argument;
	(void)result;
}

static void connecting(void)
{
	switch (PQconnectPoll(listener.pg)) {
	case PGRES_POLLING_OK:
		PQsetNoticeReceiver(listener.pg, quiet, NULL);
		if (PQsetnonblocking(listener.pg, 1) == 0)
			ask();
		else
			down("cannot be made non-blocking");
		break;
	case PGRES_POLLING_READING:
		watch(LOOP_READ);
		break;
	case PGRES_POLLING_WRITING:
		watch(LOOP_WRITE);
		break;
	default:
		down(PQerrorMessage(listener.pg));
		break;
	}
}

static void answered(void)
{
	listener.is_beating = false;
	listener.beat_at = clock_monotonic() + HEARTBEAT_MS * MILLISECOND;
	if (listener.state != LISTENER_ASKING)
		return;
	listener.state = LISTENER_UP;
	for (size_t i = 0; i < channel_count; i++)
		if (channels[i].back != NULL)
			channels[i].back();
}

static void tell(const PGnotify *note)
{
	for (size_t i = 0; i < channel_count; i++)
		if (strcmp(channels[i].name, note->relname) == 0)
			channels[i].notice(note->extra);
}

static void receive(void)
{
	bool is_broken = false;
	PGresult *result;
	PGnotify *note;

	/* Not while one is still on its way: PQgetResult would wait. */
	while (!PQisBusy(listener.pg)) {
		result = PQgetResult(listener.pg);
		if (result == NULL)
			break;
		is_broken |= PQresultStatus(result) == PGRES_FATAL_ERROR;
		PQclear(result);
	}
	while ((note = PQnotifies(listener.pg)) != NULL) {
		tell(note);
		PQfreemem(note);
	}
	if (is_broken)
		down(PQerrorMessage(listener.pg));
	else if (!PQisBusy(listener.pg) &&
		 (listener.state == LISTENER_ASKING || listener.is_beating))
		answered();
}

static void listener_ready(struct loop_watch *watched, bool can_read,
			   bool can_write, bool error)
{
	(void)watched;
	(void)can_read;
	(void)can_write;
	if (listener.pg == NULL)
		return;
	if (listener.state == LISTENER_CONNECTING) {
		connecting();
	} else {
		bool is_alive = PQconsumeInput(listener.pg) == 1;

		receive();
		if (listener.pg != NULL &&
		    (!is_alive || error ||
		     PQstatus(listener.pg) == CONNECTION_BAD))
			down("closed");
		else if (listener.pg != NULL)
			watch(LOOP_READ |
			      (PQflush(listener.pg) == 1 ? LOOP_WRITE : 0));
	}
	fibers_run();
}

static void open_listener(int64_t now)
{
	listener.pg = conninfo_connect("shopd listen", false);
	listener.state = LISTENER_CONNECTING;
	listener.due = now + config->database_timeout_ms * MILLISECOND;
	if (listener.pg == NULL || PQstatus(listener.pg) == CONNECTION_BAD)
		down("no connection");
	else
		watch(LOOP_WRITE);
}

static bool is_remote(void)
{
	const char *host = PQhost(listener.pg);

	return host != NULL && host[0] != '/' && host[0] != '@';
}

void listen_tick(int64_t now)
{
	if (!listener.is_on || channel_count == 0)
		return;
	if (listener.state == LISTENER_DOWN) {
		if (now >= listener.retry_at)
			open_listener(now);
	} else if (listener.state != LISTENER_UP || listener.is_beating) {
		if (now >= listener.due)
			down("no answer in time");
	} else if (listener.is_stale) {
		ask();
	} else if (now >= listener.beat_at && is_remote()) {
		listener.is_beating = true;
		send("SELECT 1", HEARTBEAT_MS);
	}
}

/* name is not copied: a literal. An identifier, so it needs no quotes. */
void db_listen(const char *name, void (*notice)(const char *payload),
	       void (*lost)(void), void (*back)(void))
{
	assert(channel_count < CHANNELS_MAX);
	channels[channel_count].name = name;
	channels[channel_count].notice = notice;
	channels[channel_count].lost = lost;
	channels[channel_count++].back = back;
	listener.is_stale = true;
}

void listen_start(void)
{
	listener.is_on = true;
}

void listen_stop(void)
{
	listener.is_on = false;
	if (listener.pg != NULL)
		down("stopped");
	channel_count = 0;
}
