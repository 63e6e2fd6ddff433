/* offload.c - threads that come and go with what they do: of a disk's as many
 * at a time as it can use, none while nothing is to do. */
#include <platform/offload.h>

#include <pthread.h>
#include <signal.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <platform/fiber.h>
#include <platform/loop.h>

#define STACK_BYTES ((size_t)512 * 1024)
enum { AT_ONCE = 8 };

/* On its fiber's stack; linked while its thread has ended and it has not yet
 * been told. */
struct load {
	struct load *next;
	void (*run)(void *);
	void *argument;
	struct waiter waiter;
};

/* Who waits for a place among those at once, on its fiber's stack. */
struct place {
	struct place *next;
	struct waiter waiter;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct load *ended; /* behind the lock */
static struct place *line; /* this and what follows: the loop's own */
static struct place **line_end = &line;
static unsigned running;
static int bell = -1;

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

		waiter_done(&load->waiter);
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

async bool offload_at_once(void (*run)(void *), void *argument)
{
	struct load load = {.run = run, .argument = argument};

	waiter_init(&load.waiter);
	if (!is_started() || !thread_start(&load))
		return false;
	(void)waiter_wait(&load.waiter, INT64_MAX);
	return true;
}

static async void place_take(void)
{
	while (running >= AT_ONCE) {
		struct place place = {.next = NULL};

		waiter_init(&place.waiter);
		*line_end = &place;
		line_end = &place.next;
		(void)waiter_wait(&place.waiter, INT64_MAX);
	}
	running++;
}

static void place_give(void)
{
	struct place *next = line;

	running--;
	if (next == NULL)
		return;
	line = next->next;
	if (line == NULL)
		line_end = &line;
	waiter_done(&next->waiter);
}

async void offload(void (*run)(void *), void *argument)
{
	place_take();
	if (!offload_at_once(run, argument))
		run(argument);
	place_give();
}
