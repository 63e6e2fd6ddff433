/* platform/loop.h - the worker's event loop, as the other rooms see it.
 * Implemented in src/platform/kore/, the only room that knows Kore. */
#ifndef PLATFORM_LOOP_H
#define PLATFORM_LOOP_H

#include <stdbool.h>
#include <stdint.h>

/* A file descriptor in the loop; level-triggered. Must outlive the batch of
 * events in which it is removed: keep it in static storage, or free it from a
 * loop_after(0) callback (kore.md section 4, rule c). */
struct loop_watch {
	struct {
		int type;
		int flags;
		void (*handle)(void *, int);
	} __attribute__((packed)) event; /* Kore's struct kore_event: stays first */
	int fd;
	bool is_active;
	/* can_read, can_write are hints; error: peer hung up or worse, there
	 * may still be bytes to read. Called on the loop's stack. */
	void (*ready)(struct loop_watch *watch, bool can_read, bool can_write,
		      bool error);
};

enum { LOOP_READ = 1, LOOP_WRITE = 2 };
/* Adds or changes interest. */
void loop_watch(struct loop_watch *watch, int fd, int interest);
/* Before the fd is closed. closed: the fd is closed already (libpq). */
void loop_unwatch(struct loop_watch *watch, bool closed);

struct loop_timer;
/* Every `milliseconds` until loop_cancel; callbacks run on the loop's stack. */
struct loop_timer *loop_every(int64_t milliseconds, void (*call)(void *),
			      void *argument);
/* Once; 0 is the next turn. Cannot be cancelled. */
void loop_after(int64_t milliseconds, void (*call)(void *), void *argument);
void loop_cancel(struct loop_timer *timer);

#endif
