/* gauges.c - what the metrics say of a worker between requests: its pool, its
 * queues, its fibers. Read once a second on the loop. */
#include "service_parts.h"

#include <stddef.h>

#include <platform/auth.h>
#include <platform/cache.h>
#include <platform/client.h>
#include <platform/clock.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/loop.h>
#include <platform/metrics.h>

enum { EVERY_MS = 1000 };

static void gauge(const char *name, const char *help, int64_t value)
{
	metric_set(metric_get(METRIC_GAUGE, name, "", help), value);
}

/* A count that only grows, of which others keep the total. */
static void counter(const char *name, const char *help, uint64_t total,
		    uint64_t *seen)
{
	metric_add(metric_get(METRIC_COUNTER, name, "", help),
		   (int64_t)(total - *seen));
	*seen = total;
}

static void read_pool(void)
{
	static struct db_stats seen; /* what was already counted */
	struct db_stats now;

	db_stats(&now);
	gauge("shopd_db_connections", "Connections that are up.",
	      now.connections);
	gauge("shopd_db_busy", "Connections with statements under way.",
	      now.busy);
	gauge("shopd_db_waiting", "Fibers that wait for a connection.",
	      now.waiting);
	counter("shopd_db_statements_total", "Statements sent.",
		now.statements, &seen.statements);
	counter("shopd_db_errors_total", "Statements that failed.", now.errors,
		&seen.errors);
	counter("shopd_db_reconnects_total", "Connections made again.",
		now.reconnects, &seen.reconnects);
	counter("shopd_db_timeouts_total", "Statements given up.",
		now.timeouts, &seen.timeouts);
	counter("shopd_db_rejected_total", "Statements the queue refused.",
		now.rejected, &seen.rejected);
}

static void read_cache_counts(const struct cache_stats *now)
{
	static struct cache_stats seen; /* what was already counted */

	counter("shopd_cache_hits_total", "Answers given from memory.",
		now->hits, &seen.hits);
	counter("shopd_cache_misses_total",
		"Public answers that memory did not have.", now->misses,
		&seen.misses);
	counter("shopd_cache_followers_total",
		"Misses that waited for the query of another.", now->followers,
		&seen.followers);
	counter("shopd_cache_bypasses_total",
		"Public requests that did not ask memory: personal, too long, "
		"or changes not looked at in time.",
		now->bypasses, &seen.bypasses);
	counter("shopd_cache_evictions_total", "Answers that had to make room.",
		now->evictions, &seen.evictions);
	counter("shopd_cache_drops_total",
		"Answers dropped because what they show has changed.",
		now->drops, &seen.drops);
	counter("shopd_cache_refusals_total",
		"Answers not kept: changed while they were made.",
		now->refusals, &seen.refusals);
	counter("shopd_cache_compressions_total", "Forms made, gzip or br.",
		now->compressions, &seen.compressions);
	counter("shopd_cache_failed_looks_total",
		"Looks for changes that failed.", now->failed_polls,
		&seen.failed_polls);
}

static void largest(const char *name, const char *help, int64_t value)
{
	metric_set(metric_get(METRIC_LARGEST, name, "", help), value);
}

static void read_cache(void)
{
	struct cache_stats now;

	cache_stats(&now);
	read_cache_counts(&now);
	gauge("shopd_cache_bytes", "Bytes of answers in memory.",
	      (int64_t)now.bytes);
	gauge("shopd_cache_entries", "Answers in memory.",
	      (int64_t)now.entries);
	largest("shopd_cache_look_age_milliseconds",
		"Since the last good look for changes was begun, of the worker "
		"where it is longest ago. Past 700 memory is passed by.",
		now.poll_age / MILLISECOND);
	largest("shopd_cache_change_age_milliseconds",
		"The longest that passed between a change and the look that "
		"saw it, since the start.",
		now.largest_age / MILLISECOND);
}

static void read_all(void *nothing)
{
	(void)nothing;
	read_pool();
	read_cache();
	gauge("shopd_fibers", "Requests and jobs under way.", fibers_live());
	gauge("shopd_password_queue", "Passwords that wait to be hashed.",
	      password_queue_length());
	gauge("shopd_outgoing_in_flight", "Calls to others under way.",
	      client_in_flight());
}

void gauges_start(void)
{
	read_all(NULL);
	loop_every(EVERY_MS, read_all, NULL);
}
