/* drain.c - the end of a worker: what was begun is answered, nothing new is
 * taken, and it is over by the deadline. */
#include "room.h"

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/log.h>

enum { TURN_MS = 10 };

static bool is_on;

bool drain_is_on(void)
{
	return is_on;
}

static bool is_idle(const struct connection *c)
{
	return TAILQ_EMPTY(&c->http_requests) && TAILQ_EMPTY(&c->send_queue) &&
	       c->rnb != NULL && c->rnb->s_off == 0;
}

/* Idle clients are let go. True when no other is left. */
static bool clients_close(void)
{
	struct connection *c;
	struct connection *next;
	bool none_left = true;

	for (c = TAILQ_FIRST(&connections); c != NULL; c = next) {
		next = TAILQ_NEXT(c, list);
		if (c->proto != CONN_PROTO_HTTP)
			continue;
		if (is_idle(c))
			kore_connection_disconnect(c);
		else
			none_left = false;
	}
	return none_left;
}

/* Waits for what happens, until the next timer is due. */
static void turn(void)
{
	u_int64_t next;

	worker->seen = kore_time_ms();
	kore_loop_turn(1);
	next = kore_timer_next_run(kore_time_ms());
	kore_platform_event_wait(next < TURN_MS ? next : TURN_MS);
	kore_loop_turn(0);
	kore_timer_run(kore_time_ms());
	http_process();
	kore_connection_check_timeout(kore_time_ms());
	kore_connection_prune(KORE_CONNECTION_PRUNE_DISCONNECT);
}

void drain_run(const struct http_service *service)
{
	int64_t deadline = clock_monotonic() +
			   config->drain_timeout_ms * MILLISECOND;
	bool is_done = false;

	is_on = true;
	if (worker->has_lock)
		kore_platform_disable_accept();
	while (!is_done && clock_monotonic() < deadline) {
		is_done = service->worker_drain == NULL ||
			  service->worker_drain();
		is_done &= clients_close();
		is_done &= serve_live() == 0;
		if (!is_done)
			turn();
	}
	if (!is_done)
		log_line(LOG_WARNING_LINE, "drain deadline passed", NULL);
}
