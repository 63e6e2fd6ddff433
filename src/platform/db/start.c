/* start.c - the pool's beginning, its clock and its end; commands. */
#include "pool.h"

#include <stdlib.h>
#include <unistd.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/log.h>

#define TICK_MS 50
#define COMMAND_TICK_MS 10

/* After a failure one at a time, at the pace of the backoff. */
static void open_missing(int64_t now)
{
	unsigned connecting = 0;

	for (unsigned i = 0; i < db_pool.count; i++)
		connecting +=
			db_pool.connections[i]->state == CONNECTION_CONNECTING;
	for (unsigned i = 0; i < db_pool.count; i++) {
		if (db_pool.failures > 0 &&
		    (connecting > 0 || now < db_pool.retry_at))
			break;
		if (db_pool.connections[i]->state != CONNECTION_DOWN)
			continue;
		connection_open(db_pool.connections[i]);
		connecting++;
	}
}

static void tick(void *unused)
{
	int64_t now = clock_monotonic();

	(void)unused;
	for (unsigned i = 0; i < db_pool.count; i++) {
		struct connection *c = db_pool.connections[i];

		if (c->state == CONNECTION_CONNECTING && now >= c->due)
			connection_down(c, "no connection in time");
		else if (c->is_suspect && now >= c->due)
			connection_down(c, "no answer in time");
	}
	open_missing(now);
	if (pool_is_down(now))
		pool_give_up();
	listen_tick(now);
	fibers_run();
}

static bool add(unsigned count, bool is_slow)
{
	for (; count > 0 && db_pool.count < CONNECTIONS_MAX; count--) {
		struct connection *c = db_pool.connections[db_pool.count];

		if (c == NULL) /* else left by an earlier start */
			c = calloc(1, sizeof(*c));
		if (c == NULL)
			return false;
		c->is_slow = is_slow;
		c->watch.fd = -1;
		db_pool.connections[db_pool.count++] = c;
	}
	return true;
}

bool db_start(void)
{
	if (!db_resolve())
		return false;
	db_pool.count = 0;
	if (!add((unsigned)config->database_connections, false) ||
	    !add((unsigned)config->database_slow_connections, true))
		return false;
	/* Workers are forked alike; their jitter must differ. */
	srandom((unsigned)getpid() ^ (unsigned)clock_wall());
	db_pool.failures = 0;
	db_pool.retry_at = 0;
	db_pool.up_at = clock_monotonic();
	db_pool.is_started = true;
	loop_each_turn(pool_turn);
	db_pool.timer = loop_every(TICK_MS, tick, NULL);
	listen_start();
	open_missing(db_pool.up_at);
	return true;
}

bool db_is_ready(void)
{
	for (unsigned i = 0; i < db_pool.count; i++)
		if (db_pool.connections[i]->state == CONNECTION_UP &&
		    !db_pool.connections[i]->is_slow)
			return true;
	return false;
}

/* The connections themselves stay: the loop may still know their address. */
void db_stop(void)
{
	if (!db_pool.is_started)
		return;
	loop_cancel(db_pool.timer);
	db_pool.is_started = false;
	listen_stop();
	for (unsigned i = 0; i < db_pool.count; i++) {
		struct connection *c = db_pool.connections[i];

		connection_down(c, NULL);
	}
	pool_give_up();
}

void db_stats(struct db_stats *stats)
{
	*stats = (struct db_stats){
		.waiting = db_pool.waiting,
		.statements = db_pool.statements,
		.errors = db_pool.errors,
		.reconnects = db_pool.reconnects,
		.timeouts = db_pool.timeouts,
		.rejected = db_pool.rejected,
	};
	for (unsigned i = 0; i < db_pool.count; i++) {
		const struct connection *c = db_pool.connections[i];

		stats->connections += c->state == CONNECTION_UP;
		stats->busy += c->count > 0 || c->is_pinned;
	}
}

struct command {
	bool (*main)(struct work *w, void *argument);
	void *argument;
	bool is_good;
	bool is_over;
};

static void command_fiber(void *argument)
{
	struct command *command = argument;
	struct work w = {.fiber = fiber_current(), .id = "command"};

	command->is_good = command->main(&w, command->argument);
	work_finish(&w);
}

static void command_over(void *argument)
{
	struct command *command = argument;

	command->is_over = true;
}

static void command_tick(void *unused)
{
	(void)unused;
	fibers_tick();
}

bool command_run(bool (*main)(struct work *w, void *argument), void *argument)
{
	struct command command = {.main = main, .argument = argument};
	struct loop_timer *ticker;

	loop_use(&poll_loop);
	db_pool.is_command = true;
	ticker = loop_every(COMMAND_TICK_MS, command_tick, NULL);
	if (db_start()) {
		if (fiber_start(command_fiber, command_over, &command))
			poll_loop_run(&command.is_over);
		db_stop();
	}
	loop_cancel(ticker);
	return command.is_good;
}
