/* loop.c - passes each call on to the loop that this process runs. */
#include <platform/loop.h>

#include <assert.h>
#include <stddef.h>

#define TURN_CALLS_MAX 8

static const struct loop_backend *loop;
static void (*turn_calls[TURN_CALLS_MAX])(void);
static size_t turn_call_count;

void loop_use(const struct loop_backend *backend)
{
	loop = backend;
}

void loop_watch(struct loop_watch *watch, int fd, int interest)
{
	assert(loop != NULL);
	loop->watch(watch, fd, interest);
}

void loop_unwatch(struct loop_watch *watch, bool closed)
{
	loop->unwatch(watch, closed);
}

struct loop_timer *loop_every(int64_t milliseconds, void (*call)(void *),
			      void *argument)
{
	assert(loop != NULL);
	return loop->every(milliseconds, call, argument);
}

void loop_after(int64_t milliseconds, void (*call)(void *), void *argument)
{
	assert(loop != NULL);
	loop->after(milliseconds, call, argument);
}

void loop_cancel(struct loop_timer *timer)
{
	loop->cancel(timer);
}

void loop_each_turn(void (*call)(void))
{
	for (size_t i = 0; i < turn_call_count; i++)
		if (turn_calls[i] == call)
			return;
	assert(turn_call_count < TURN_CALLS_MAX);
	turn_calls[turn_call_count++] = call;
}

void loop_turn_ends(void)
{
	for (size_t i = 0; i < turn_call_count; i++)
		turn_calls[i]();
}
