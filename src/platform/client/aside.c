/* aside.c - a transfer on a thread of its own. libcurl's SMTP waits for the
 * answer to DATA, and to QUIT, inside the library (smtp_block_statemach): on
 * the loop it would hold the worker for as long as the server thinks. */
#include "multi.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <platform/clock.h>
#include <platform/fiber.h>
#include <platform/loop.h>

#define STACK_BYTES ((size_t)512 * 1024)

/* On its fiber's stack; linked while its thread has ended and it has not yet
 * been told. */
struct errand {
	struct errand *next;
	struct transfer *transfer;
	struct waiter waiter;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct errand *ended; /* behind the lock */
static int bell = -1;

static void on_bell(struct loop_watch *watch, bool can_read, bool can_write,
		    bool error)
{
	struct errand *errand;
	uint64_t count;

	(void)can_read;
	(void)can_write;
	(void)error;
	(void)!read(watch->fd, &count, sizeof(count));
	pthread_mutex_lock(&lock);
	errand = ended;
	ended = NULL;
	pthread_mutex_unlock(&lock);
	while (errand != NULL) {
		struct errand *next = errand->next;

		waiter_done(&errand->waiter);
		errand = next;
	}
	fibers_run();
}

bool aside_start(void)
{
	static struct loop_watch watch = {.ready = on_bell};

	if (bell != -1)
		return true;
	bell = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (bell != -1)
		loop_watch(&watch, bell, LOOP_READ);
	return bell != -1;
}

static void *perform(void *argument)
{
	struct errand *errand = argument;
	uint64_t one = 1;

	errand->transfer->result = curl_easy_perform(errand->transfer->easy);
	pthread_mutex_lock(&lock);
	errand->next = ended;
	ended = errand;
	/* Before the lock is given back: after it the errand may be gone. */
	(void)!write(bell, &one, sizeof(one));
	pthread_mutex_unlock(&lock);
	return NULL;
}

/* Signals are the loop's business. */
static bool thread_start(struct errand *errand)
{
	pthread_attr_t attributes;
	sigset_t all;
	sigset_t before;
	pthread_t thread;
	bool is_started;

	sigfillset(&all);
	pthread_attr_init(&attributes);
	pthread_attr_setstacksize(&attributes, STACK_BYTES);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	is_started = pthread_create(&thread, &attributes, perform, errand) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	pthread_attr_destroy(&attributes);
	return is_started;
}

async void transfer_run_aside(struct work *w, struct transfer *transfer,
			      int64_t total_ms)
{
	struct errand errand = {.transfer = transfer};
	int64_t left = total_ms;

	if (w->deadline != 0)
		left = (w->deadline - clock_monotonic()) / MILLISECOND;
	if (left > total_ms)
		left = total_ms;
	/* The thread cannot be called off: curl's own clock ends it. */
	curl_easy_setopt(transfer->easy, CURLOPT_TIMEOUT_MS,
			 (long)(left > 1 ? left : 1));
	waiter_init(&errand.waiter);
	if (thread_start(&errand))
		(void)waiter_wait(&errand.waiter, INT64_MAX);
	else
		transfer->result = CURLE_OUT_OF_MEMORY;
}
