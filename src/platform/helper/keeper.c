/* keeper.c - the process that outlives a crash of the helper. It sleeps until
 * an errand comes, starts the supervisor for it, and goes when the server has
 * gone: until a first picture comes all of this costs nothing. */
#include "helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <platform/log.h>

enum { PAUSE_MS = 500, DESCRIPTORS = 1024 };

static int ours[ERRANDS] = {-1, -1};
static int theirs[ERRANDS] = {-1, -1};

int helper_line(enum errand errand)
{
	return ours[errand];
}

static bool is_theirs(int fd)
{
	for (int i = 0; i < ERRANDS; i++)
		if (theirs[i] == fd)
			return true;
	return false;
}

/* Nothing of the server's stays with us but the log. */
static void let_go(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	if (null >= 0) {
		dup2(null, STDIN_FILENO);
		dup2(null, STDOUT_FILENO);
	}
	for (int fd = 3; fd < DESCRIPTORS; fd++)
		if (!is_theirs(fd))
			close(fd);
}

/* The server ends by signals, we by its end: until then it may need us. */
static void ignore_signals(void)
{
	static const int deaf[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE};

	for (size_t i = 0; i < sizeof(deaf) / sizeof(deaf[0]); i++)
		signal(deaf[i], SIG_IGN);
	signal(SIGCHLD, SIG_DFL);
}

/* 1: an errand waits; 0: the other side has gone. */
static int wait_for_errand(void)
{
	struct pollfd polls[ERRANDS];

	for (;;) {
		bool is_gone = true;

		for (int i = 0; i < ERRANDS; i++)
			polls[i] = (struct pollfd){theirs[i], POLLIN, 0};
		if (poll(polls, ERRANDS, -1) < 0)
			continue;
		for (int i = 0; i < ERRANDS; i++) {
			if (polls[i].revents & POLLIN)
				return 1;
			is_gone &= (polls[i].revents & POLLHUP) != 0;
		}
		if (is_gone)
			return 0;
	}
}

static void pause_ms(long milliseconds)
{
	struct timespec rest = {milliseconds / 1000,
				milliseconds % 1000 * 1000000};

	nanosleep(&rest, NULL);
}

/* One life of the supervisor; false when it found itself alone. */
static bool run_supervisor(void)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(supervise(theirs));
	if (pid < 0) {
		pause_ms(PAUSE_MS);
		return true;
	}
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == SUPERVISOR_ALONE)
		return false;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != SUPERVISOR_IDLE) {
		log_line(LOG_ERROR_LINE, "the helper ended and is started again",
			 NULL);
		pause_ms(PAUSE_MS);
	}
	return true;
}

static void keep(void)
{
	prctl(PR_SET_NAME, "shopd-keeper");
	ignore_signals();
	let_go();
	while (wait_for_errand() && run_supervisor())
		;
	_exit(0);
}

static bool fail(const char *what)
{
	fprintf(stderr, "helper: %s: %s\n", what, strerror(errno));
	return false;
}

/* A grandchild: whoever waits for the server's children never meets it. */
static bool start_keeper(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (fork() == 0)
			keep();
		_exit(0);
	}
	if (pid < 0)
		return fail("no process");
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	return true;
}

bool helper_start(void)
{
	int pair[2];
	bool is_started;

	if (ours[0] != -1)
		return true;
	for (int i = 0; i < ERRANDS; i++) {
		if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
			       pair) < 0)
			return fail("no socket");
		ours[i] = pair[0];
		theirs[i] = pair[1];
	}
	is_started = start_keeper();
	/* Its end would not come while we hold the other side too. */
	for (int i = 0; i < ERRANDS; i++) {
		close(theirs[i]);
		theirs[i] = -1;
	}
	return is_started;
}
