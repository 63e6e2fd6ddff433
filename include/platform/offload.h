/* platform/offload.h - a function on a short-lived thread, for what would hold
 * the loop: a cold disk, the hash of twenty megabytes. */
#ifndef PLATFORM_OFFLOAD_H
#define PLATFORM_OFFLOAD_H

#include <platform/work.h>

/*
 * Runs run(argument) on a thread and waits for its end, whatever the deadline
 * of the work: the thread cannot be called off. It must not touch the work, its
 * arena or anything else of the loop's. A few run at a time, the others wait in
 * line; without a thread it runs here and now.
 */
async void offload(void (*run)(void *), void *argument);
/* The same for what waits for somebody else, not for a disk: it stands in no
 * line, and takes no place of those who do. False without a thread: nothing
 * was run. */
async bool offload_at_once(void (*run)(void *), void *argument);

#endif
