/* password_pool.c - the threads that hash, so that the loop never does. */
#include <platform/auth.h>

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <unistd.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/fiber.h>
#include <platform/loop.h>

#include "auth.h"

enum { NICENESS = 10 };

/* Owned by the pool from submit until the loop has seen it done: the fiber
 * may have given up meanwhile. */
struct task {
	struct task *next;
	struct waiter *waiter; /* only the loop's thread looks; NULL: gone */
	bool is_abandoned;     /* under the lock */
	bool is_verify;
	bool has_hash;
	bool is_done_well; /* hashed, or matches */
	bool is_stale;
	char hash[PASSWORD_HASH_SIZE * 4];
	char password[]; /* wiped before it is freed */
};

struct queue {
	struct task *first;
	struct task **last;
};

static struct {
	bool is_started;
	pthread_mutex_t lock;
	pthread_cond_t more;
	struct queue waiting;
	struct queue done;
	unsigned waiting_count;
	struct loop_watch watch;
	int fd;
} pool = {.lock = PTHREAD_MUTEX_INITIALIZER, .more = PTHREAD_COND_INITIALIZER};

static const struct fault_kind busy = {
	503, "unavailable", "Too many logins at once. Try again shortly."};

static void queue_add(struct queue *queue, struct task *task)
{
	task->next = NULL;
	if (!queue->first)
		queue->last = &queue->first;
	*queue->last = task;
	queue->last = &task->next;
}

static struct task *queue_take(struct queue *queue)
{
	struct task *task = queue->first;

	if (task)
		queue->first = task->next;
	return task;
}

static void task_free(struct task *task)
{
	sodium_memzero(task->password, strlen(task->password));
	free(task);
}

static void task_run(struct task *task)
{
	if (task->is_verify)
		task->is_done_well =
			password_check(task->has_hash ? task->hash : NULL,
				       task->password, &task->is_stale);
	else
		task->is_done_well = password_make(task->password, task->hash);
}

static void *thread_main(void *argument)
{
	const uint64_t one = 1;

	(void)argument;
	/* Of this thread alone, on Linux: whoever shops is served first. */
	setpriority(PRIO_PROCESS, 0, NICENESS);
	pthread_mutex_lock(&pool.lock);
	for (;;) {
		struct task *task = queue_take(&pool.waiting);
		bool is_wanted;

		if (!task) {
			pthread_cond_wait(&pool.more, &pool.lock);
			continue;
		}
		pool.waiting_count--;
		is_wanted = !task->is_abandoned;
		pthread_mutex_unlock(&pool.lock);
		if (is_wanted)
			task_run(task);
		pthread_mutex_lock(&pool.lock);
		queue_add(&pool.done, task);
		while (write(pool.fd, &one, sizeof(one)) < 0 && errno == EINTR)
			;
	}
	return NULL;
}

/* On the loop's stack: hands the finished ones back. */
static void collect(struct loop_watch *watch, bool can_read, bool can_write,
		    bool error)
{
	uint64_t count;
	struct task *task;

	(void)can_read;
	(void)can_write;
	(void)error;
	if (read(watch->fd, &count, sizeof(count)) < 0)
		return; /* EAGAIN: another turn had them */
	pthread_mutex_lock(&pool.lock);
	task = pool.done.first;
	pool.done.first = NULL;
	pthread_mutex_unlock(&pool.lock);
	while (task) {
		struct task *next = task->next;

		if (task->waiter)
			waiter_done(task->waiter); /* its fiber frees it */
		else
			task_free(task);
		task = next;
	}
	fibers_run();
}

/* Signals are the main thread's business. */
static bool thread_start(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t all;
	sigset_t before;
	int error;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, 256 * 1024);
	error = pthread_create(&thread, &attributes, thread_main, NULL);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (error)
		fprintf(stderr, "passwords: no thread: %s\n", strerror(error));
	return error == 0;
}

bool auth_worker_start(void)
{
	if (pool.is_started)
		return true;
	if (!auth_parent_start()) /* in a command nobody did it before */
		return false;
	pool.fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	if (pool.fd < 0) {
		perror("passwords: no eventfd");
		return false;
	}
	for (int64_t i = 0; i < config->password_threads; i++)
		if (!thread_start())
			return false;
	pool.watch.ready = collect;
	loop_watch(&pool.watch, pool.fd, LOOP_READ);
	return pool.is_started = true;
}

unsigned password_queue_length(void)
{
	unsigned count;

	pthread_mutex_lock(&pool.lock);
	count = pool.waiting_count;
	pthread_mutex_unlock(&pool.lock);
	return count;
}

/* False when the queue is full. */
static bool submit(struct task *task)
{
	bool has_room;

	pthread_mutex_lock(&pool.lock);
	has_room = pool.waiting_count < (unsigned)config->password_queue;
	if (has_room) {
		queue_add(&pool.waiting, task);
		pool.waiting_count++;
		pthread_cond_signal(&pool.more);
	}
	pthread_mutex_unlock(&pool.lock);
	return has_room;
}

static bool refuse_busy(struct work *w)
{
	refuse(w, &busy, NULL);
	w->fault.retry_after = 2;
	return false;
}

static struct task *task_new(const char *password)
{
	size_t length = strlen(password);
	struct task *task = calloc(1, sizeof(*task) + length + 1);

	if (!task)
		abort();
	memcpy(task->password, password, length);
	return task;
}

/* On true the task is the caller's again, and done. */
static async bool task_wait(struct work *w, struct task *task)
{
	struct waiter waiter;

	waiter_init(&waiter);
	task->waiter = &waiter;
	if (!submit(task)) {
		task_free(task);
		return refuse_busy(w);
	}
	/* A command has no deadline. */
	if (waiter_wait(&waiter, w->deadline ? w->deadline : INT64_MAX))
		return true;
	/* The pool frees it; the waiter dies with this frame. */
	task->waiter = NULL;
	pthread_mutex_lock(&pool.lock);
	task->is_abandoned = true;
	pthread_mutex_unlock(&pool.lock);
	return refuse_busy(w);
}

async bool password_hash(struct work *w, const char *password,
			 const char **hash)
{
	struct task *task;
	bool is_made;

	if (!auth_worker_start())
		return refuse(w, &fault_unavailable, NULL);
	task = task_new(password);
	if (!task_wait(w, task))
		return false;
	is_made = task->is_done_well;
	if (is_made)
		*hash = arena_text(&w->arena, task->hash);
	task_free(task);
	return is_made || refuse_busy(w); /* out of memory */
}

async bool password_verify(struct work *w, const char *hash,
			   const char *password, bool *matches, bool *is_stale)
{
	struct task *task;

	*matches = *is_stale = false;
	if (!auth_worker_start())
		return refuse(w, &fault_unavailable, NULL);
	task = task_new(password);
	task->is_verify = true;
	/* One too long is no hash of ours: as if there were none. */
	task->has_hash = hash && strlen(hash) < sizeof(task->hash);
	if (task->has_hash)
		memcpy(task->hash, hash, strlen(hash));
	if (!task_wait(w, task))
		return false;
	*matches = task->is_done_well;
	*is_stale = task->is_stale;
	task_free(task);
	return true;
}
