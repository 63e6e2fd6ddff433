/* test_pieces.c - answers that leave in pieces: chunks, their end, clients
 * that read slowly, not at all, or leave. */
#include "wire.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define GET(target) "GET " target " HTTP/1.1\r\nHost: a\r\n\r\n"
enum { LINE = 8 };
#ifdef SHOPD_SANITIZE /* which is slow, and keeps what was freed for a while */
enum { LARGE = 3000000, GROWTH = 1 << 20 };
#define LARGE_TEXT "3000000"
#else
enum { LARGE = 12500000 /* lines: 100 MB */, GROWTH = 4096 /* KiB */ };
#define LARGE_TEXT "12500000"
#endif

/* A line of the wire, without its end. */
static bool line_read(int fd, char *line, size_t room)
{
	size_t length = 0;

	while (length < room - 1) {
		if (recv(fd, line + length, 1, 0) != 1)
			return false;
		line[++length] = '\0';
		if (length >= 2 && strcmp(line + length - 2, "\r\n") == 0) {
			line[length - 2] = '\0';
			return true;
		}
	}
	return false;
}

static bool bytes_read(int fd, char *bytes, size_t length)
{
	while (length > 0) {
		ssize_t got = recv(fd, bytes, length, 0);

		if (got <= 0)
			return false;
		bytes += got;
		length -= (size_t)got;
	}
	return true;
}

/* Numbered lines, one behind the other. */
static void lines_check(const char *bytes, size_t length, size_t *next)
{
	char wanted[LINE + 1];

	assert_int_equal(length % LINE, 0);
	for (size_t i = 0; i < length; i += LINE, (*next)++) {
		snprintf(wanted, sizeof(wanted), "%07zu\n", *next % 10000000);
		if (memcmp(bytes + i, wanted, LINE) != 0)
			fail_msg("line %zu is another", *next);
	}
}

/* True at the last chunk, false when the connection ended before it. */
static bool chunks_read(int fd, size_t *lines)
{
	char size[32];
	char end[4];

	*lines = 0;
	while (line_read(fd, size, sizeof(size))) {
		size_t length = strtoul(size, NULL, 16);
		char *bytes;

		if (length == 0)
			return line_read(fd, end, sizeof(end));
		bytes = malloc(length);
		if (!bytes_read(fd, bytes, length)) {
			free(bytes);
			return false;
		}
		lines_check(bytes, length, lines);
		free(bytes);
		assert_true(line_read(fd, end, sizeof(end)));
	}
	return false;
}

/* The head of an answer in chunks. */
static void head_check(int fd)
{
	struct answer answer;

	answer_read(fd, &answer, true);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer_field(&answer, "Transfer-Encoding"),
			    "chunked");
	assert_null(answer_field(&answer, "Content-Length"));
	answer_free(&answer);
}

static void a_long_answer_comes_in_chunks(void **state)
{
	struct server *server = *state;
	int fd = wire_connect(server->port);
	size_t lines;

	wire_send(fd, BYTES(GET("/stream?200000")));
	head_check(fd);
	assert_true(chunks_read(fd, &lines));
	assert_int_equal(lines, 200000);
	assert_goes_on(fd);
	close(fd);
}

static void what_is_asked_behind_it_is_answered_behind_it(void **state)
{
	struct server *server = *state;
	int fd = wire_connect(server->port);
	struct answer answer;
	size_t lines;

	wire_send(fd, BYTES(GET("/stream?50000") GET("/pid")
				    GET("/stream?50000")));
	head_check(fd);
	assert_true(chunks_read(fd, &lines));
	answer_read(fd, &answer, false);
	assert_int_equal(answer.status, 200);
	answer_free(&answer);
	head_check(fd);
	assert_true(chunks_read(fd, &lines));
	assert_int_equal(lines, 50000);
	assert_goes_on(fd);
	close(fd);
}

static void a_short_one_tells_its_length(void **state)
{
	struct server *server = *state;
	int fd = wire_connect(server->port);
	struct answer answer;

	wire_send(fd, BYTES(GET("/stream?3")));
	answer_read(fd, &answer, false);
	assert_string_equal(answer_field(&answer, "Content-Length"), "24");
	assert_string_equal(answer.body, "0000000\n0000001\n0000002\n");
	answer_free(&answer);
	assert_goes_on(fd);
	close(fd);
}

static void head_has_the_fields_and_no_chunk(void **state)
{
	struct server *server = *state;
	int fd = wire_connect(server->port);

	wire_send(fd, BYTES("HEAD /stream?200000 HTTP/1.1\r\n"
			    "Host: a\r\n\r\n"));
	head_check(fd);
	assert_goes_on(fd);
	close(fd);
}

/* Without its head; *was_reset tells how it ended. */
static size_t rest_read(int fd, bool *was_reset)
{
	char bytes[4096];
	size_t total = 0;
	ssize_t got;

	while ((got = recv(fd, bytes, sizeof(bytes), 0)) > 0)
		total += (size_t)got;
	*was_reset = got == -1 && errno == ECONNRESET;
	return total;
}

static void an_old_client_gets_it_until_the_close(void **state)
{
	struct server *server = *state;
	int fd = wire_connect(server->port);
	struct answer answer;
	bool was_reset;

	wire_send(fd, BYTES("GET /stream?200000 HTTP/1.0\r\n\r\n"));
	answer_read(fd, &answer, true);
	assert_null(answer_field(&answer, "Transfer-Encoding"));
	assert_null(answer_field(&answer, "Content-Length"));
	assert_string_equal(answer_field(&answer, "Connection"), "close");
	answer_free(&answer);
	assert_int_equal(rest_read(fd, &was_reset), 200000 * LINE);
	assert_false(was_reset);
	close(fd);
}

static void one_that_breaks_is_seen_to_be_incomplete(void **state)
{
	struct server *server = *state;
	int fd = wire_connect(server->port);
	struct answer answer;
	bool was_reset;
	size_t lines;

	wire_send(fd, BYTES(GET("/broken?20000")));
	head_check(fd);
	assert_false(chunks_read(fd, &lines));
	assert_true(lines < 20000);
	close(fd);
	fd = wire_connect(server->port);
	wire_send(fd, BYTES("GET /broken?20000 HTTP/1.0\r\n\r\n"));
	answer_read(fd, &answer, true);
	answer_free(&answer);
	rest_read(fd, &was_reset);
	assert_true(was_reset);
	close(fd);
}

static void others_are_served_between_two_pieces(void **state)
{
	struct server server;
	struct answer answer;
	int clients[8];
	pid_t reader;
	int fd;

	(void)state;
	server_start(&server, "workers=1");
	for (int i = 0; i < 8; i++)
		clients[i] = wire_connect(server.port);
	fd = wire_connect(server.port);
	wire_send(fd, BYTES("GET /stream?" LARGE_TEXT " HTTP/1.1\r\nHost: a\r\n"
			    "Connection: close\r\n\r\n"));
	reader = fork();
	if (reader == 0) {
		static char bytes[65536];

		while (recv(fd, bytes, sizeof(bytes), 0) > 0)
			;
		_exit(0);
	}
	for (int i = 0; i < 8; i++) {
		wire_send(clients[i], BYTES(GET("/pid")));
		answer_read(clients[i], &answer, false);
		assert_int_equal(answer.status, 200);
		answer_free(&answer);
		close(clients[i]);
	}
	/* All this while the answer was on its way. */
	assert_int_equal(waitpid(reader, NULL, WNOHANG), 0);
	kill(reader, SIGKILL);
	waitpid(reader, NULL, 0);
	close(fd);
	assert_int_equal(server_stop(&server), 0);
}

/* In KiB. */
static long memory_of(long pid)
{
	char path[64];
	long pages = 0;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/%ld/statm", pid);
	file = fopen(path, "r");
	assert_non_null(file);
	assert_int_equal(fscanf(file, "%*d %ld", &pages), 1);
	fclose(file);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static void a_client_that_reads_slowly_costs_no_memory(void **state)
{
	struct server *server = *state;
	int fd = wire_connect(server->port);
	struct answer answer;
	size_t lines;
	long before;
	long pid;

	wire_send(fd, BYTES(GET("/pid")));
	answer_read(fd, &answer, false);
	pid = strtol(answer.body, NULL, 10);
	answer_free(&answer);
	before = memory_of(pid);
	wire_send(fd, BYTES(GET("/stream?" LARGE_TEXT)));
	head_check(fd);
	usleep(300000);
	assert_true(memory_of(pid) - before < GROWTH);
	assert_true(chunks_read(fd, &lines));
	assert_int_equal(lines, LARGE);
	assert_true(memory_of(pid) - before < GROWTH);
	assert_goes_on(fd);
	close(fd);
}

static void a_client_that_leaves_is_let_go(void **state)
{
	struct server *server = *state;

	for (int i = 0; i < 20; i++) {
		int fd = wire_connect(server->port);

		wire_send(fd, i % 2 == 0 ? GET("/endless")
					 : GET("/stream?" LARGE_TEXT),
			  i % 2 == 0 ? sizeof(GET("/endless")) - 1
				     : sizeof(GET("/stream?" LARGE_TEXT)) - 1);
		head_check(fd);
		close(fd);
	}
}

static void a_client_that_does_not_read_is_cut_off(void **state)
{
	struct server server;
	bool was_reset;
	size_t lines;
	int fd;

	(void)state;
	server_start(&server, "request_timeout_ms=1000");
	fd = wire_connect(server.port);
	wire_send(fd, BYTES(GET("/stream?" LARGE_TEXT)));
	usleep(2500000);
	head_check(fd);
	assert_false(chunks_read(fd, &lines));
	assert_true(lines < LARGE / 2);
	rest_read(fd, &was_reset);
	close(fd);
	assert_int_equal(server_stop(&server), 0);
}

static void a_server_that_stops_ends_what_it_has_begun(void **state)
{
	struct server server;
	size_t lines;
	int fd;

	(void)state;
	server_start(&server, NULL);
	fd = wire_connect(server.port);
	wire_send(fd, BYTES(GET("/stream?" LARGE_TEXT)));
	head_check(fd);
	assert_int_equal(kill(server.pid, SIGTERM), 0);
	usleep(200000);
	assert_true(chunks_read(fd, &lines));
	assert_int_equal(lines, LARGE);
	assert_true(is_closed(fd));
	close(fd);
	assert_int_equal(process_wait(server.pid, 5000), 0);
}

static int start(void **state)
{
	static struct server server;

	server_start(&server, NULL);
	*state = &server;
	return 0;
}

/* Nothing may be left that holds it up. */
static int stop(void **state)
{
	int64_t before = now_ms();

	return server_stop(*state) == 0 && now_ms() - before < 10000 ? 0 : -1;
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_long_answer_comes_in_chunks),
		T(what_is_asked_behind_it_is_answered_behind_it),
		T(a_short_one_tells_its_length),
		T(head_has_the_fields_and_no_chunk),
		T(an_old_client_gets_it_until_the_close),
		T(one_that_breaks_is_seen_to_be_incomplete),
		T(others_are_served_between_two_pieces),
		T(a_client_that_reads_slowly_costs_no_memory),
		T(a_client_that_leaves_is_let_go),
		T(a_client_that_does_not_read_is_cut_off),
		T(a_server_that_stops_ends_what_it_has_begun),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
