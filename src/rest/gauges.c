/* gauges.c - what the metrics say of a worker between requests: its pool, its
 * queues, its fibers. Read once a second on the loop. */
#include "service_parts.h"

#include <stddef.h>

#include <platform/auth.h>
#include <platform/client.h>
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

static void read_all(void *nothing)
{
	(void)nothing;
	read_pool();
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
