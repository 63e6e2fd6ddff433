/* supervisor.c - takes the errands off their lines and forks a process for
 * each; tells what became of it; ends who takes too long. */
#include "helper.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <platform/clock.h>

enum { RUNNING_MAX = 32, IDLE_SECONDS = 60, TURN_MS = 200 };

struct child {
	pid_t pid; /* 0: the place is free */
	enum errand errand;
	int stream;  /* kept so that its end comes after the verdict */
	int verdict;
	int64_t deadline;
	bool is_late;
};

static struct child children[RUNNING_MAX];
static int64_t used; /* the last time that there was something to do */
static bool is_prepared[ERRANDS];

static void on_child(int number)
{
	(void)number; /* ppoll() returns: that is all */
}

static int64_t running(enum errand errand)
{
	int64_t count = 0;

	for (size_t i = 0; i < RUNNING_MAX; i++)
		count += children[i].pid != 0 && children[i].errand == errand;
	return count;
}

static struct child *free_place(void)
{
	for (size_t i = 0; i < RUNNING_MAX; i++)
		if (children[i].pid == 0)
			return &children[i];
	return NULL;
}

static void settle(struct child *child, int status)
{
	struct helper_verdict verdict = {VERDICT_EXIT, WEXITSTATUS(status)};

	if (child->is_late)
		verdict = (struct helper_verdict){VERDICT_LATE, 0};
	else if (WIFSIGNALED(status))
		verdict = (struct helper_verdict){VERDICT_SIGNAL,
						  WTERMSIG(status)};
	(void)!write(child->verdict, &verdict, sizeof(verdict));
	close(child->verdict);
	close(child->stream);
	*child = (struct child){0};
	used = clock_monotonic();
}

static void reap(void)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
		for (size_t i = 0; i < RUNNING_MAX; i++)
			if (children[i].pid == pid)
				settle(&children[i], status);
}

static void end_late(int64_t now)
{
	for (size_t i = 0; i < RUNNING_MAX; i++) {
		if (children[i].pid == 0 || children[i].deadline > now)
			continue;
		children[i].is_late = true;
		kill(children[i].pid, SIGKILL);
	}
}

/* All that a process of an errand keeps is its stream. */
static void errand_live(const struct child *own, const int lines[ERRANDS])
{
	const struct errand_kind *kind = errand_kinds[own->errand];
	sigset_t none;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_NAME, kind->name);
	signal(SIGCHLD, SIG_DFL);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	for (int i = 0; i < ERRANDS; i++)
		close(lines[i]);
	for (size_t i = 0; i < RUNNING_MAX; i++) {
		if (children[i].pid == 0)
			continue;
		close(children[i].stream);
		close(children[i].verdict);
	}
	close(own->verdict);
	_exit(kind->run(own->stream));
}

static void begin(struct child child, const int lines[ERRANDS])
{
	const struct errand_kind *kind = errand_kinds[child.errand];
	struct child *place = free_place();

	if (kind->prepare != NULL && !is_prepared[child.errand])
		kind->prepare();
	is_prepared[child.errand] = true;
	used = clock_monotonic();
	child.deadline = used + kind->seconds() * SECOND;
	child.pid = fork();
	if (child.pid == 0)
		errand_live(&child, lines);
	if (child.pid > 0) {
		*place = child;
		return;
	}
	close(child.stream); /* no verdict: it is tried later */
	close(child.verdict);
}

/* One errand off its line; false when nobody is left to send one. */
static bool take(enum errand errand, const int lines[ERRANDS])
{
	struct helper_message said = {0};
	struct iovec part = {&said, sizeof(said)};
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(2 * sizeof(int))];
	} control;
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1,
				 .msg_control = &control,
				 .msg_controllen = sizeof(control)};
	struct cmsghdr *head;
	ssize_t length = recvmsg(lines[errand], &message,
				 MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	int fds[2];

	if (length <= 0)
		return length < 0 && (errno == EAGAIN || errno == EINTR);
	head = CMSG_FIRSTHDR(&message);
	if (head == NULL || head->cmsg_len != CMSG_LEN(sizeof(fds)))
		return true;
	memcpy(fds, CMSG_DATA(head), sizeof(fds));
	if (length == sizeof(said) && said.magic == HELPER_MAGIC &&
	    said.errand == errand) {
		begin((struct child){.errand = errand, .stream = fds[0],
				     .verdict = fds[1]}, lines);
		return true;
	}
	close(fds[0]);
	close(fds[1]);
	return true;
}

/* The lines whose kind has a place free. */
static nfds_t wanted(const int lines[ERRANDS], struct pollfd *polls,
		     enum errand *of)
{
	nfds_t count = 0;

	for (int i = 0; i < ERRANDS && free_place() != NULL; i++) {
		if (running((enum errand)i) >= errand_kinds[i]->at_once())
			continue;
		of[count] = (enum errand)i;
		polls[count++] = (struct pollfd){lines[i], POLLIN, 0};
	}
	return count;
}

static bool is_idle(int64_t now)
{
	for (size_t i = 0; i < RUNNING_MAX; i++)
		if (children[i].pid != 0)
			return false;
	return now - used > IDLE_SECONDS * SECOND;
}

/* False when the server has gone. */
static bool turn(const int lines[ERRANDS], const sigset_t *open_mask)
{
	struct timespec most = {0, TURN_MS * 1000000L};
	struct pollfd polls[ERRANDS];
	enum errand of[ERRANDS];
	nfds_t count = wanted(lines, polls, of);

	if (ppoll(polls, count, &most, open_mask) <= 0)
		return true;
	for (nfds_t i = 0; i < count; i++)
		if (polls[i].revents != 0 && !take(of[i], lines))
			return false;
	return true;
}

int supervise(const int lines[ERRANDS])
{
	struct sigaction action = {.sa_handler = on_child};
	sigset_t blocked;
	sigset_t open_mask;
	int64_t now;

	prctl(PR_SET_NAME, "shopd-helper");
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGCHLD);
	sigprocmask(SIG_BLOCK, &blocked, &open_mask);
	sigdelset(&open_mask, SIGCHLD);
	sigaction(SIGCHLD, &action, NULL);
	used = clock_monotonic();
	do {
		reap();
		now = clock_monotonic();
		end_late(now);
		if (is_idle(now))
			return SUPERVISOR_IDLE;
	} while (turn(lines, &open_mask));
	return SUPERVISOR_ALONE; /* PDEATHSIG ends what still runs */
}
