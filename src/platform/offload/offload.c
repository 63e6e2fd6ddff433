/* offload.c - threads that come and go with what they do: as many at a time as
 * a disk can use, none while nothing is to do. */
#include <platform/offload.h>

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <platform/fiber.h>
#include <platform/loop.h>

#define STACK_BYTES ((size_t)256 * 1024)
enum { AT_ONCE = 8 };

/* On its fiber's stack. */
struct load {
	struct load *next; /* of those that ended, or of those in line */
	void (*run)(void *);
	void *argument;
	struct waiter waiter;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct load *ended; /* behind the lock */
static struct load *line;  /* the loop's own: who waits for a place */
static struct load **line_end = &line;
static unsigned running;
static int bell = -1;

static void admit_next(void)
{
	struct load *next = line;

	if (next == NULL)
		return;
	line = next->next;
	if (line == NULL)
		line_end = &line;
	waiter_done(&next->waiter);
}

static void on_bell(struct loop_watch *watch, bool can_read, bool can_write,
		    bool error)
{
	struct load *load;
	uint64_t count;

	(void)can_read;
	(void)can_write;
	(void)error;
	(void)!read(watch->fd, &count, sizeof(count));
	pthread_mutex_lock(&lock);
	load = ended;
	ended = NULL;
	pthread_mutex_unlock(&lock);
	while (load != NULL) {
		struct load *next = load->next;

		running--;
		waiter_done(&load->waiter);
		admit_next();
		load = next;
	}
	fibers_run();
}

static bool is_started(void)
{
	static struct loop_watch watch = {.ready = on_bell};

	if (bell == -1) {
		bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
		if (bell != -1)
			loop_watch(&watch, bell, LOOP_READ);
	}
	return bell != -1;
}

static void *perform(void *argument)
{
	struct load *load = argument;
	uint64_t one = 1;

	load->run(load->argument);
	pthread_mutex_lock(&lock);
	load->next = ended;
	ended = load;
	/* Before the lock is given back: after it the load may be gone. */
	(void)!write(bell, &one, sizeof(one));
	pthread_mutex_unlock(&lock);
	return NULL;
}

/* Signals are the loop's business. */
static bool thread_start(struct load *load)
{
	pthread_attr_t attributes;
	sigset_t all;
	sigset_t before;
	pthread_t thread;
	bool is_running;

	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	is_running = pthread_create(&thread, &attributes, perform, load) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return is_running;
}

async void offload(void (*run)(void *), void *argument)
{
	struct load load = {.run = run, .argument = argument};

	while (running >= AT_ONCE) {
		load.next = NULL;
		waiter_init(&load.waiter);
		*line_end = &load;
		line_end = &load.next;
		(void)waiter_wait(&load.waiter, INT64_MAX);
	}
	waiter_init(&load.waiter);
	if (!is_started() || !thread_start(&load)) {
		run(argument);
		admit_next();
		return;
	}
	running++;
	(void)waiter_wait(&load.waiter, INT64_MAX);
}
