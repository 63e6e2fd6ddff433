/* poll.c - the small loop on poll(), for commands and tests. */
#include <platform/loop.h>

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <time.h>

#define WATCHES_MAX 256
#define WAIT_MAX_MS 1000

struct loop_timer {
	struct loop_timer *next;
	int64_t due;    /* ms of the real monotonic clock */
	int64_t period; /* 0: once */
	bool is_cancelled;
	void (*call)(void *);
	void *argument;
};

static struct pollfd fds[WATCHES_MAX];
static struct loop_watch *watches[WATCHES_MAX];
static size_t watch_count;
static struct loop_timer *timers; /* any order: there are few */

/* Not clock_monotonic(): a test that stops the clock must not stop the loop. */
static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static size_t find(const struct loop_watch *watch)
{
	size_t i = 0;

	while (i < watch_count && watches[i] != watch)
		i++;
	return i;
}

static void poll_watch(struct loop_watch *watch, int fd, int interest)
{
	size_t i = find(watch);
	short events = 0;

	if (interest & LOOP_READ)
		events |= POLLIN;
	if (interest & LOOP_WRITE)
		events |= POLLOUT;
	assert(i < WATCHES_MAX);
	if (i == watch_count)
		watches[watch_count++] = watch;
	fds[i] = (struct pollfd){.fd = fd, .events = events};
	watch->fd = fd;
	watch->is_active = true;
}

/* The slot stays until the turn is over, so that indexes hold. */
static void poll_unwatch(struct loop_watch *watch, bool closed)
{
	size_t i = find(watch);

	/* Kore's loop would take another's descriptor out. */
	assert(closed || watch->fd < 0 || fcntl(watch->fd, F_GETFD) != -1);
	if (i < watch_count) {
		watches[i] = NULL;
		fds[i] = (struct pollfd){.fd = -1};
	}
	watch->fd = -1;
	watch->is_active = false;
}

static struct loop_timer *add(int64_t milliseconds, int64_t period,
			      void (*call)(void *), void *argument)
{
	struct loop_timer *timer = malloc(sizeof(*timer));

	if (timer == NULL)
		abort();
	*timer = (struct loop_timer){.next = timers,
				     .due = now_ms() + milliseconds,
				     .period = period,
				     .call = call,
				     .argument = argument};
	timers = timer;
	return timer;
}

static struct loop_timer *poll_every(int64_t milliseconds,
				     void (*call)(void *), void *argument)
{
	return add(milliseconds, milliseconds, call, argument);
}

static void poll_after(int64_t milliseconds, void (*call)(void *),
		       void *argument)
{
	(void)add(milliseconds, 0, call, argument);
}

/* Freed by the next sweep: it may be the one that is running. */
static void poll_cancel(struct loop_timer *timer)
{
	timer->is_cancelled = true;
}

const struct loop_backend poll_loop = {
	.watch = poll_watch,
	.unwatch = poll_unwatch,
	.every = poll_every,
	.after = poll_after,
	.cancel = poll_cancel,
};

/* Timers added by a call have their turn later, even with no delay. */
static void run_timers(void)
{
	int64_t now = now_ms();

	for (struct loop_timer *t = timers; t != NULL; t = t->next) {
		if (t->is_cancelled || t->due > now)
			continue;
		t->due = now + t->period;
		t->is_cancelled = t->period == 0;
		t->call(t->argument);
	}
	for (struct loop_timer **at = &timers; *at != NULL;) {
		struct loop_timer *t = *at;

		if (t->is_cancelled) {
			*at = t->next;
			free(t);
		} else {
			at = &t->next;
		}
	}
}

static int time_to_next_timer(void)
{
	int64_t now = now_ms();
	int64_t wait = WAIT_MAX_MS;

	for (const struct loop_timer *t = timers; t != NULL; t = t->next)
		if (!t->is_cancelled && t->due - now < wait)
			wait = t->due - now;
	return wait < 0 ? 0 : (int)wait;
}

static void close_gaps(void)
{
	size_t kept = 0;

	for (size_t i = 0; i < watch_count; i++) {
		if (watches[i] == NULL)
			continue;
		watches[kept] = watches[i];
		fds[kept++] = fds[i];
	}
	watch_count = kept;
}

static void run_watches(void)
{
	size_t count = watch_count;

	for (size_t i = 0; i < count; i++) {
		struct loop_watch *watch = watches[i];
		short got = fds[i].revents;

		fds[i].revents = 0;
		/* Kore's loop would never hear of it again. */
		assert(watch == NULL || (got & POLLNVAL) == 0);
		if (watch != NULL && got != 0)
			watch->ready(watch, (got & POLLIN) != 0,
				     (got & POLLOUT) != 0,
				     (got & (POLLERR | POLLHUP)) != 0);
	}
	close_gaps();
}

void poll_loop_run(const bool *is_over)
{
	for (;;) {
		loop_turn_ends();
		if (*is_over)
			break;
		if (poll(fds, watch_count, time_to_next_timer()) == -1 &&
		    errno != EINTR)
			abort();
		run_watches();
		run_timers();
	}
}
