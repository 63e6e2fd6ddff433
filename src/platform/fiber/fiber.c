/* fiber.c - straight-line code that waits: stacks, switches, deadlines.
 *
 * A stack that has run its fiber goes back to the pool and waits there, inside
 * stack_main, for the next. */
#include "place.h" /* first: it decides about _FORTIFY_SOURCE */

#include <platform/fiber.h>

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/queue.h>

#include <platform/clock.h>

#include "told.h"

#define FIBERS_MAX 2048
#define STACKS_KEPT 128 /* idle ones; more are given back */
#define STACK_SIZE ((size_t)256 * 1024)
#define GUARD_SIZE ((size_t)4096)
#define MAPPING_SIZE (GUARD_SIZE + STACK_SIZE)

/* Lives at the top of its own stack. */
struct fiber {
	struct place place; /* where it goes on */
	void (*run)(void *);
	void (*done)(void *);
	void *argument;
	struct fiber *next; /* in the ready queue, or in the pool */
	struct waiter *waiter;
	int64_t deadline;
	LIST_ENTRY(fiber)
	others;           /* that wait */
	char *stack;      /* the mapping: guard page first */
	struct told told; /* what ASan and valgrind know of it */
	bool is_entered, is_over;
};

#define FIBER_ROOM ((sizeof(struct fiber) + 63) & ~(size_t)63)

static struct fiber *current;
static struct place loop_place;
static struct fiber *ready, **ready_end = &ready;
static LIST_HEAD(fiber_list, fiber) waiting = LIST_HEAD_INITIALIZER(waiting);
static struct fiber *pool;
static unsigned stacks, live;

/* On the fiber's stack: back to the loop, and here again when resumed. */
static void to_loop(struct fiber *fiber)
{
	told_leave_fiber(&fiber->told);
	place_change(&fiber->place, &loop_place);
	told_in_fiber(&fiber->told);
}

/* The bottom of every stack: one fiber after the other. */
static void stack_main(void)
{
	struct fiber *fiber = current;

	told_in_fiber(&fiber->told);
	for (;;) {
		fiber->run(fiber->argument);
		fiber->is_over = true;
		to_loop(fiber);
	}
}

/* On the loop's stack: to the fiber, until it waits or ends. */
static void to_fiber(struct fiber *fiber)
{
	current = fiber;
	told_leave_loop(&fiber->told);
	if (fiber->is_entered) {
		place_change(&loop_place, &fiber->place);
	} else {
		fiber->is_entered = true;
		place_enter(&loop_place, stack_main, fiber->stack + GUARD_SIZE,
			    STACK_SIZE - FIBER_ROOM);
	}
	told_in_loop();
	current = NULL;
}

static struct fiber *stack_create(void)
{
	struct fiber *fiber;
	char *stack = mmap(NULL, MAPPING_SIZE, PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (stack == MAP_FAILED)
		return NULL;
	if (mprotect(stack, GUARD_SIZE, PROT_NONE) == -1) {
		munmap(stack, MAPPING_SIZE);
		return NULL;
	}
	fiber = (struct fiber *)(void *)(stack + MAPPING_SIZE - FIBER_ROOM);
	*fiber = (struct fiber){.stack = stack};
	told_of_stack(&fiber->told, stack + GUARD_SIZE, STACK_SIZE);
	stacks++;
	return fiber;
}

static void stack_destroy(struct fiber *fiber)
{
	stacks--;
	told_of_end(&fiber->told);
	munmap(fiber->stack, MAPPING_SIZE);
}

static void resume(struct fiber *fiber)
{
	void (*done)(void *) = fiber->done;
	void *argument = fiber->argument;

	assert(current == NULL);
	to_fiber(fiber);
	if (!fiber->is_over)
		return;
	live--;
	if (stacks - live <= STACKS_KEPT) {
		fiber->next = pool;
		pool = fiber;
	} else {
		stack_destroy(fiber);
	}
	if (done != NULL)
		done(argument);
}

static void make_ready(struct fiber *fiber)
{
	fiber->next = NULL;
	*ready_end = fiber;
	ready_end = &fiber->next;
}

bool fiber_start(void (*run)(void *), void (*done)(void *), void *argument)
{
	struct fiber *fiber = pool;

	if (live >= FIBERS_MAX)
		return false;
	if (fiber == NULL)
		fiber = stack_create();
	else
		pool = fiber->next;
	if (fiber == NULL)
		return false;
	live++;
	fiber->run = run;
	fiber->done = done;
	fiber->argument = argument;
	fiber->is_over = false;
	if (current == NULL)
		resume(fiber);
	else
		make_ready(fiber);
	return true;
}

struct fiber *fiber_current(void)
{
	return current;
}

unsigned fibers_live(void)
{
	return live;
}

static void wake(struct fiber *fiber)
{
	LIST_REMOVE(fiber, others);
	fiber->waiter = NULL;
	make_ready(fiber);
}

void waiter_init(struct waiter *waiter)
{
	*waiter = (struct waiter){.fiber = current};
}

async bool waiter_wait(struct waiter *waiter, int64_t deadline)
{
	struct fiber *fiber = current;

	assert(fiber != NULL && waiter->fiber == fiber);
	if (waiter->is_done)
		return true;
	fiber->waiter = waiter;
	fiber->deadline = deadline;
	LIST_INSERT_HEAD(&waiting, fiber, others);
	to_loop(fiber);
	return waiter->is_done;
}

void waiter_done(struct waiter *waiter)
{
	waiter->is_done = true;
	if (waiter->fiber != NULL && waiter->fiber->waiter == waiter)
		wake(waiter->fiber);
}

async void fiber_sleep(int64_t microseconds)
{
	struct waiter never;

	waiter_init(&never);
	(void)waiter_wait(&never, clock_monotonic() + microseconds);
}

void fibers_run(void)
{
	if (current != NULL)
		return; /* a fiber tore something down: the loop goes on later */
	while (ready != NULL) {
		struct fiber *fiber = ready;

		ready = fiber->next;
		if (ready == NULL)
			ready_end = &ready;
		resume(fiber);
	}
}

void fibers_tick(void)
{
	int64_t now = clock_monotonic();
	struct fiber *after;

	for (struct fiber *f = LIST_FIRST(&waiting); f != NULL; f = after) {
		after = LIST_NEXT(f, others);
		if (f->deadline <= now)
			wake(f);
	}
	fibers_run();
}
