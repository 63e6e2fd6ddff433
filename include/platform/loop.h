/* platform/loop.h - the worker's event loop, as the other rooms see it.
 * Two loops stand behind it: Kore's (src/platform/kore/, the server) and a
 * small one on poll() (src/platform/loop/, commands and tests). */
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

/* Calls call() at the end of every turn, just before the loop sleeps: what
 * was gathered in a turn leaves in one write. At most 8 in a process. */
void loop_each_turn(void (*call)(void));

/* For those who implement a loop. Each member does what the function of its
 * name above promises. */
struct loop_backend {
	void (*watch)(struct loop_watch *watch, int fd, int interest);
	void (*unwatch)(struct loop_watch *watch, bool closed);
	struct loop_timer *(*every)(int64_t milliseconds, void (*call)(void *),
				    void *argument);
	void (*after)(int64_t milliseconds, void (*call)(void *),
		      void *argument);
	void (*cancel)(struct loop_timer *timer);
};
/* Once in a process, before anything else of this door is called: by the
 * worker with Kore's backend, by command_run with the poll loop. */
void loop_use(const struct loop_backend *backend);
/* The backend calls it once a turn, right before it waits for events: runs
 * what loop_each_turn registered. */
void loop_turn_ends(void);

/* The loop on poll(). Turns until *is_over. */
extern const struct loop_backend poll_loop;
void poll_loop_run(const bool *is_over);

#endif
