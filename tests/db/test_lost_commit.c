/* test_lost_commit.c - the line is cut around a COMMIT: the caller is told
 * that nobody knows, and it is never sent again. */
#include "lab.h"

#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

enum cut { CUT_NEVER,
	   CUT_BEFORE_COMMIT,
	   CUT_AFTER_COMMIT };

static struct {
	volatile enum cut cut;
	volatile int commits; /* seen on the line */
} * line;                     /* shared with the proxy */
static char directory[64];
static pid_t proxy;

static int open_socket(const char *in, bool listens)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	int result;

	snprintf(address.sun_path, sizeof(address.sun_path),
		 "%.80s/.s.PGSQL.5432", in);
	result = listens ? bind(fd, (struct sockaddr *)&address, sizeof(address))
			 : connect(fd, (struct sockaddr *)&address,
				   sizeof(address));
	if (result == -1 || (listens && listen(fd, 64) == -1))
		_exit(2);
	return fd;
}

static char bytes[65536];

/* False when the line is to be cut here. */
static bool ask(int client, int server, bool *has_committed)
{
	ssize_t length = read(client, bytes, sizeof(bytes));
	bool is_commit;

	if (length <= 0)
		return false;
	is_commit = memmem(bytes, (size_t)length, "COMMIT", 7) != NULL;
	line->commits += is_commit;
	*has_committed = is_commit;
	return !(is_commit && line->cut == CUT_BEFORE_COMMIT) &&
	       write(server, bytes, (size_t)length) == length;
}

static bool answer(int server, int client, bool has_committed)
{
	ssize_t length = read(server, bytes, sizeof(bytes));

	return length > 0 &&
	       !(has_committed && line->cut == CUT_AFTER_COMMIT) &&
	       write(client, bytes, (size_t)length) == length;
}

static void carry(int client, const char *server_directory)
{
	int server = open_socket(server_directory, false);
	struct pollfd fds[] = {{client, POLLIN, 0}, {server, POLLIN, 0}};
	bool has_committed = false;
	bool is_whole = true;

	while (is_whole && poll(fds, 2, -1) > 0) {
		if (fds[0].revents)
			is_whole = ask(client, server, &has_committed);
		if (is_whole && fds[1].revents)
			is_whole = answer(server, client, has_committed);
	}
	_exit(0);
}

static void serve(const char *server_directory)
{
	int listener = open_socket(directory, true);

	signal(SIGCHLD, SIG_IGN);
	for (;;) {
		int client = accept(listener, NULL, NULL);

		if (fork() == 0)
			carry(client, server_directory);
		close(client);
	}
}

static int begin(void **state)
{
	char url[128];
	char *server = strdup(strstr(getenv("SHOPD_DATABASE_URL"), "host=") + 5);

	(void)state;
	strcpy(directory, "/tmp/shopd-cut.XXXXXX");
	if (mkdtemp(directory) == NULL || !config_load(NULL))
		return -1;
	line = mmap(NULL, sizeof(*line), PROT_READ | PROT_WRITE,
		    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	proxy = fork();
	if (proxy == 0)
		serve(server);
	free(server);
	snprintf(url, sizeof(url), "postgresql://shopd@/shopd?host=%s",
		 directory);
	return config_set("database_url", url) ? 0 : -1;
}

static int finish(void **state)
{
	char path[128];

	(void)state;
	kill(proxy, SIGKILL);
	snprintf(path, sizeof(path), "%s/.s.PGSQL.5432", directory);
	unlink(path);
	rmdir(directory);
	return 0;
}

static bool mark(struct work *w, void *argument)
{
	int *tries = argument;

	++*tries;
	return db_query(w, lab_sql("INSERT INTO mark VALUES (1)", QUERY_EXEC),
			no_params, NULL);
}

static void try_with(struct work *w, enum cut cut, int left)
{
	int tries = 0;
	int commits;

	lab_do(w, "DROP TABLE IF EXISTS mark");
	lab_do(w, "CREATE TABLE mark (a int)");
	line->cut = cut;
	commits = line->commits;
	assert_int_equal(db_transact(w, mark, &tries), cut == CUT_NEVER);
	line->cut = CUT_NEVER;
	if (cut != CUT_NEVER)
		lab_assert_unavailable(w);
	forgive(w);
	assert_int_equal(tries, 1);
	assert_int_equal(lab_int(w, "SELECT count(*) FROM mark"), left);
	fiber_sleep(300 * MILLISECOND);
	assert_int_equal(lab_int(w, "SELECT count(*) FROM mark"), left);
	assert_int_equal(line->commits, commits + 1);
}

static void uncut(struct work *w)
{
	try_with(w, CUT_NEVER, 1);
}

static void on_a_whole_line_it_commits_once(void **state)
{
	(void)state;
	lab(uncut);
}

static void cut_after(struct work *w)
{
	try_with(w, CUT_AFTER_COMMIT, 1);
}

static void a_commit_whose_answer_is_lost_is_not_repeated(void **state)
{
	(void)state;
	lab(cut_after);
}

static void cut_before(struct work *w)
{
	try_with(w, CUT_BEFORE_COMMIT, 0);
}

static void a_commit_that_never_arrived_is_not_called_done(void **state)
{
	(void)state;
	lab(cut_before);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(on_a_whole_line_it_commits_once),
		cmocka_unit_test(a_commit_whose_answer_is_lost_is_not_repeated),
		cmocka_unit_test(a_commit_that_never_arrived_is_not_called_done),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
