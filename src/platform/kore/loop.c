/* loop.c - descriptors and timers of the other rooms on Kore's loop, and the
 * heartbeat that sees when something held it up. */
#include "room.h"

#include <stdlib.h>
#include <sys/epoll.h>

#include <platform/clock.h>
#include <platform/fiber.h>
#include <platform/log.h>
#include <platform/loop.h>
#include <platform/metrics.h>

enum {
	HEARTBEAT_MS = 50,
	WATCH_TYPE = 100 /* none of Kore's own */
};
#define STALL (50 * MILLISECOND)

struct loop_timer {
	struct kore_timer *kore;
	void (*call)(void *);
	void *argument;
	bool is_running;
	bool is_cancelled;
};

static struct metric *stalls;
static int64_t awake_since;

static void watch_event(void *thing, int error)
{
	struct loop_watch *watch = thing;
	int flags = watch->event.flags;

	watch->event.flags = 0;
	/* Removed earlier in this batch of events. */
	if (!watch->is_active)
		return;
	watch->ready(watch, (flags & KORE_EVENT_READ) != 0,
		     (flags & KORE_EVENT_WRITE) != 0, error != 0);
	fibers_run();
}

static void kore_watch(struct loop_watch *watch, int fd, int interest)
{
	int events = EPOLLRDHUP;

	if (interest & LOOP_READ)
		events |= EPOLLIN;
	if (interest & LOOP_WRITE)
		events |= EPOLLOUT;
	watch->event.type = WATCH_TYPE;
	watch->event.handle = watch_event;
	watch->fd = fd;
	watch->is_active = true;
	kore_platform_event_schedule(fd, events, 0, watch);
}

static void kore_unwatch(struct loop_watch *watch, bool closed)
{
	if (!watch->is_active)
		return;
	watch->is_active = false;
	if (!closed)
		kore_platform_disable_read(watch->fd);
	watch->fd = -1;
}

static void timer_run(void *argument, u_int64_t now)
{
	struct loop_timer *timer = argument;

	(void)now;
	timer->is_running = true;
	timer->call(timer->argument);
	timer->is_running = false;
	/* Kore frees a one-shot timer when its callback returns. */
	if (timer->is_cancelled)
		timer->kore->flags |= KORE_TIMER_ONESHOT;
	if (timer->kore->flags & KORE_TIMER_ONESHOT)
		free(timer);
	fibers_run();
}

static struct loop_timer *timer_add(int64_t milliseconds, void (*call)(void *),
				    void *argument, int flags)
{
	struct loop_timer *timer = calloc(1, sizeof(*timer));

	if (timer == NULL)
		fatal("out of memory");
	timer->call = call;
	timer->argument = argument;
	timer->kore = kore_timer_add(timer_run, (u_int64_t)milliseconds, timer,
				     flags);
	return timer;
}

static struct loop_timer *kore_every(int64_t milliseconds,
				     void (*call)(void *), void *argument)
{
	return timer_add(milliseconds, call, argument, 0);
}

static void kore_after(int64_t milliseconds, void (*call)(void *),
		       void *argument)
{
	timer_add(milliseconds, call, argument, KORE_TIMER_ONESHOT);
}

static void kore_cancel(struct loop_timer *timer)
{
	if (timer->is_running) {
		timer->is_cancelled = true;
		return;
	}
	kore_timer_remove(timer->kore);
	free(timer);
}

static const struct loop_backend kore_loop = {
	.watch = kore_watch,
	.unwatch = kore_unwatch,
	.every = kore_every,
	.after = kore_after,
	.cancel = kore_cancel,
};

static void heartbeat(void *nothing)
{
	(void)nothing;
	fibers_tick();
}

/* before: the loop is about to wait. Between two waits lies what it did. */
static void turn(int before)
{
	int64_t took;

	fibers_run();
	if (!before) {
		awake_since = clock_monotonic();
		return;
	}
	loop_turn_ends();
	log_flush();
	took = clock_monotonic() - awake_since;
	if (awake_since != 0 && took > STALL) {
		metric_add(stalls, 1);
		log_line(LOG_WARNING_LINE, "the loop was held up", NULL);
	}
}

void loop_start(void)
{
	stalls = metric_get(METRIC_COUNTER, "shopd_loop_stalls_total", "",
			    "Turns of a worker's loop longer than 50 ms.");
	loop_use(&kore_loop);
	kore_loop_turn = turn;
	loop_every(HEARTBEAT_MS, heartbeat, NULL);
}
