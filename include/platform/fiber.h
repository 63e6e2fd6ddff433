/* platform/fiber.h - straight-line code that waits, on one event loop.
 * Rules: kore.md section 7. One level; resumed only from the loop's stack. */
#ifndef PLATFORM_FIBER_H
#define PLATFORM_FIBER_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/work.h>

/*
 * Starts run(argument) on a fiber of its own. From the loop's stack it runs
 * at once until its first wait; from within a fiber it starts in the loop's
 * next turn. done(argument), if not NULL, is called on the loop's stack after
 * run has returned. False when the limit of live fibers is reached (then
 * nothing was called).
 */
bool fiber_start(void (*run)(void *), void (*done)(void *), void *argument);
/* The running fiber; NULL on the loop's stack. */
struct fiber *fiber_current(void);

/* What a fiber waits for. Put on the fiber's stack or in its arena; whoever
 * will complete it must be told (waiter_cancel) if the fiber gives up. */
struct waiter {
	struct fiber *fiber;
	bool is_done;
};
void waiter_init(struct waiter *waiter);
/* True when done; false once `deadline` (clock_monotonic) has passed. */
async bool waiter_wait(struct waiter *waiter, int64_t deadline);
/* Marks it done and makes its fiber ready. From the loop or another fiber. */
void waiter_done(struct waiter *waiter);

async void fiber_sleep(int64_t microseconds);

/* Runs the fibers that became ready; called by each event handler of the
 * loop when it has finished its own business, and by the loop each turn. */
void fibers_run(void);
/* Wakes those whose deadline has passed; the loop's timer calls it (<= 50 ms
 * apart). */
void fibers_tick(void);
unsigned fibers_live(void);

#endif
