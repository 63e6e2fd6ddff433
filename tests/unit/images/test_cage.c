/* test_cage.c - what a process that decodes may no longer do. */
#include "../test.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../../src/platform/images/images.h"

enum { MEMORY_MIB = 64, SECONDS = 1, GOOD = 0, BAD = 1 };

/* How a process ends that does this in the cage: its exit code, or 1000 and
 * its signal. */
static int ended_by(int (*deed)(void))
{
	pid_t pid = fork();
	int status;

	if (pid == 0)
		_exit(cage_enter(MEMORY_MIB, SECONDS) ? deed() : 77);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? 1000 + WTERMSIG(status)
				   : WEXITSTATUS(status);
}

static int opens(void)
{
	return open("/etc/passwd", O_RDONLY) < 0 && errno == EACCES ? GOOD : BAD;
}

static int connects(void)
{
	return socket(AF_INET, SOCK_STREAM, 0) < 0 ? BAD : BAD + 1;
}

static int forks(void)
{
	return fork() < 0 ? BAD : BAD + 1;
}

static int executes(void)
{
	return execl("/bin/true", "true", (char *)NULL) < 0 ? BAD : BAD + 1;
}

static int writes_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED
		       ? BAD : BAD + 1;
}

static int takes_memory(void)
{
	/* volatile: a compiler may leave out a malloc() that nobody uses. */
	void *volatile some = malloc((size_t)16 << 20);
	void *volatile all = malloc((size_t)256 << 20);

	return some != NULL && all == NULL ? GOOD : BAD;
}

static int computes_on(void)
{
	volatile uint64_t i = 0;

	while (i != UINT64_MAX)
		i++;
	return BAD;
}

static int kills(void)
{
	return kill(getppid(), 0) < 0 ? BAD : BAD + 1;
}

static void nothing_is_opened_or_reached(void **state)
{
	(void)state;
	assert_int_equal(ended_by(opens), GOOD);
	assert_int_equal(ended_by(connects), 1000 + SIGSYS);
	assert_int_equal(ended_by(kills), 1000 + SIGSYS);
}

static void nothing_else_is_run(void **state)
{
	(void)state;
	assert_int_equal(ended_by(forks), 1000 + SIGSYS);
	assert_int_equal(ended_by(executes), 1000 + SIGSYS);
	assert_int_equal(ended_by(writes_code), 1000 + SIGSYS);
}

static void memory_and_time_have_an_end(void **state)
{
	int end = ended_by(computes_on);

	(void)state;
	assert_int_equal(ended_by(takes_memory), GOOD);
	assert_true(end == 1000 + SIGXCPU || end == 1000 + SIGKILL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_opened_or_reached),
		cmocka_unit_test(nothing_else_is_run),
		cmocka_unit_test(memory_and_time_have_an_end),
	};

#ifdef SHOPD_SANITIZE
	(void)tests; /* whose runtime the cage would end */
	return 0;
#else
	return cmocka_run_group_tests(tests, NULL, NULL);
#endif
}
