/* test_life.c - the server's life: slow clients, workers that die, the
 * sandbox, and the end. */
#include "wire.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char slow[] = "GET /slow HTTP/1.1\r\nHost: a\r\n\r\n";

static void read_status(int fd, int wanted)
{
	struct answer answer;

	answer_read(fd, &answer, false);
	assert_int_equal(answer.status, wanted);
	answer_free(&answer);
}

static void assert_between(int64_t took, int64_t least, int64_t most)
{
	if (took < least || took > most)
		fail_msg("%d, not %d to %d", (int)took, (int)least, (int)most);
}

/* What others may do to a time on a loaded machine, far from the 20 s and more
 * that the faults looked for take. */
enum { STRETCH = 6000 };

static void assert_took(int64_t before, int64_t least, int64_t most)
{
	assert_between(now_ms() - before, least, most + STRETCH);
}

/* All four wait at once. */
static void slow_clients_are_not_waited_for(void **state)
{
	struct server server;
	int64_t before;
	int silent, head, body, idle;

	(void)state;
	server_start(&server, NULL);
	silent = wire_connect(server.port);
	head = wire_connect(server.port);
	body = wire_connect(server.port);
	idle = wire_connect(server.port);
	before = now_ms();
	wire_send(head, BYTES("GET / HTTP/1.1\r\nHost: a\r\n"));
	wire_send(body, BYTES("POST / HTTP/1.1\r\nHost: a\r\n"
			      "Content-Length: 10\r\n\r\nabc"));
	assert_goes_on(idle);
	assert_true(is_closed(silent)); /* and without an answer */
	assert_took(before, 2900, 4500);
	read_status(head, 408);
	assert_took(before, 2900, 4500);
	read_status(body, 408);
	assert_took(before, 4900, 6500);
	assert_goes_on(idle); /* longer idle than a head may take */
	close(silent);
	close(head);
	close(body);
	close(idle);
	assert_int_equal(server_stop(&server), 0);
}

static void drips_do_not_prolong_a_head(void **state)
{
	struct server server;
	int64_t before;
	int fd;

	(void)state;
	server_start(&server, NULL);
	fd = wire_connect(server.port);
	before = now_ms();
	wire_send(fd, BYTES("GET / HTTP/1.1\r\nA: "));
	for (int i = 0; i < 14; i++) {
		usleep(250000);
		wire_push(fd, "x", 1);
	}
	read_status(fd, 408);
	assert_took(before, 2900, 4500);
	close(fd);
	assert_int_equal(server_stop(&server), 0);
}

/* The pid of a worker that serves us now. */
static pid_t worker_pid(const struct server *server)
{
	struct answer answer;
	int fd = wire_connect(server->port);
	pid_t pid;

	wire_send(fd, BYTES("GET /pid HTTP/1.1\r\nHost: a\r\n"
			    "Connection: close\r\n\r\n"));
	answer_read(fd, &answer, false);
	assert_int_equal(answer.status, 200);
	pid = (pid_t)strtol(answer.body, NULL, 10);
	answer_free(&answer);
	close(fd);
	return pid;
}

static void a_killed_worker_is_replaced(void **state)
{
	struct server server;

	(void)state;
	server_start(&server, NULL);
	for (int i = 0; i < 6; i++) {
		pid_t pid = worker_pid(&server);

		assert_int_not_equal(pid, server.pid);
		assert_int_equal(kill(pid, SIGKILL), 0);
		assert_int_not_equal(worker_pid(&server), pid);
	}
	assert_int_equal(server_stop(&server), 0);
}

/* A worker that a lasting connection came to. */
static pid_t client_open(const struct server *server, int *fd)
{
	struct answer answer;
	pid_t pid;

	*fd = wire_connect(server->port);
	wire_send(*fd, BYTES("GET /pid HTTP/1.1\r\nHost: a\r\n\r\n"));
	answer_read(*fd, &answer, false);
	pid = (pid_t)strtol(answer.body, NULL, 10);
	answer_free(&answer);
	return pid;
}

/* Both workers are up once both have served. */
static pid_t both_wait(const struct server *server)
{
	enum { TRIES = 300 };
	int clients[TRIES];
	pid_t first = client_open(server, &clients[0]);
	pid_t pid = first;
	int count = 1;

	while (count < TRIES && pid == first) {
		usleep(10000);
		pid = client_open(server, &clients[count++]);
	}
	while (count > 0)
		close(clients[--count]);
	usleep(200000);
	return first;
}

static void connections_are_shared_by_the_workers(void **state)
{
	struct server server;
	pid_t first;
	int clients[20];
	int of_first = 0;

	(void)state;
	server_start(&server, NULL);
	first = both_wait(&server);
	for (int i = 0; i < 20; i++)
		of_first += first == client_open(&server, &clients[i]);
	assert_between(of_first, 7, 13);
	for (int i = 0; i < 20; i++)
		close(clients[i]);
	assert_int_equal(server_stop(&server), 0);
}

/* Twenty clients in a row, none of them by who is frozen. */
static void assert_served_without(const struct server *server, pid_t frozen)
{
	kill(frozen, SIGSTOP);
	for (int i = 0; i < 20; i++) {
		int64_t before = now_ms();

		assert_int_not_equal(worker_pid(server), frozen);
		assert_took(before, 0, 2500);
	}
	kill(frozen, SIGCONT);
}

static void a_frozen_worker_does_not_keep_others_from_accepting(void **state)
{
	struct server server;
	pid_t first, other;
	int client;

	(void)state;
	server_start(&server, NULL);
	first = both_wait(&server);
	do {
		other = client_open(&server, &client);
		close(client);
	} while (other == first);
	for (int i = 0; i < 3; i++) {
		assert_served_without(&server, first);
		assert_served_without(&server, other);
	}
	assert_int_equal(server_stop(&server), 0);
}

static void clients_are_accepted_while_the_parent_is_frozen(void **state)
{
	struct server server;

	(void)state;
	server_start(&server, NULL);
	both_wait(&server);
	assert_served_without(&server, server.pid);
	assert_int_equal(server_stop(&server), 0);
}

static void a_worker_that_hangs_is_replaced(void **state)
{
	struct server server;
	int64_t before;
	pid_t hung;
	int fd;

	(void)state;
	server_start(&server, NULL);
	hung = client_open(&server, &fd);
	kill(hung, SIGSTOP);
	before = now_ms();
	while (kill(hung, 0) == 0 && now_ms() < before + 30000)
		usleep(50000);
	assert_took(before, 8000, 14500);
	assert_true(is_closed(fd));
	close(fd);
	assert_int_equal(server_stop(&server), 0);
}

static void a_server_with_nothing_to_do_stops_at_once(void **state)
{
	struct server server;
	int64_t before;
	int idle;

	(void)state;
	server_start(&server, NULL);
	idle = wire_connect(server.port);
	assert_goes_on(idle);
	before = now_ms();
	assert_int_equal(server_stop(&server), 0);
	assert_took(before, 0, 1500);
	assert_true(is_closed(idle));
	close(idle);
}

static void what_was_begun_is_answered_on_sigterm(void **state)
{
	struct server server;
	struct answer answer;
	int64_t before;
	int fd;

	(void)state;
	server_start(&server, NULL);
	fd = wire_connect(server.port);
	wire_send(fd, BYTES(slow));
	usleep(200000);
	before = now_ms();
	kill(server.pid, SIGTERM);
	usleep(200000);
	assert_int_equal(wire_try(server.port), -1);
	answer_read(fd, &answer, false);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer.body, "slow");
	assert_string_equal(answer_field(&answer, "Connection"), "close");
	assert_true(is_closed(fd));
	assert_int_equal(process_wait(server.pid, 3000 + STRETCH), 0);
	assert_took(before, 1500, 4000);
	answer_free(&answer);
	close(fd);
}

static void the_drain_ends_at_its_deadline(void **state)
{
	struct server server;
	int64_t before;
	int fd;

	(void)state;
	server_start(&server, "drain_timeout_ms=300");
	fd = wire_connect(server.port);
	wire_send(fd, BYTES(slow));
	usleep(200000);
	before = now_ms();
	assert_int_equal(server_stop(&server), 0);
	assert_took(before, 250, 1700);
	assert_true(is_closed(fd)); /* without the answer, 2 s away */
	close(fd);
}

static void a_worker_that_dies_in_the_drain_does_not_undo_it(void **state)
{
	struct server server;

	(void)state;
	for (int i = 0; i < 5; i++) {
		pid_t worker;

		server_start(&server, NULL);
		worker = worker_pid(&server);
		if (i % 2 == 0)
			kill(worker, SIGKILL);
		kill(server.pid, SIGTERM);
		kill(worker, SIGKILL);
		assert_int_equal(process_wait(server.pid, 4000 + STRETCH), 0);
	}
}

static void a_worker_that_hangs_does_not_hold_the_server(void **state)
{
	struct server server;
	pid_t worker;

	(void)state;
	server_start(&server, "drain_timeout_ms=300");
	worker = worker_pid(&server);
	kill(worker, SIGSTOP);
	kill(server.pid, SIGTERM);
	assert_int_equal(process_wait(server.pid, 6000 + STRETCH), 0);
}

static void workers_without_parent_end(void **state)
{
	struct server server;
	int64_t deadline;
	pid_t worker;

	(void)state;
	server_start(&server, NULL);
	worker = worker_pid(&server);
	kill(server.pid, SIGKILL);
	waitpid(server.pid, NULL, 0);
	deadline = now_ms() + 3000 + STRETCH;
	while (kill(worker, 0) == 0 && now_ms() < deadline) {
		char state_line[64] = "";
		char path[64];
		FILE *file;

		/* Ended, though nobody may have collected it. */
		snprintf(path, sizeof(path), "/proc/%d/stat", (int)worker);
		file = fopen(path, "r");
		if (file == NULL)
			break;
		if (fgets(state_line, sizeof(state_line), file) == NULL)
			state_line[0] = '\0';
		fclose(file);
		if (strstr(state_line, ") Z ") != NULL)
			break;
		usleep(10000);
	}
	assert_true(now_ms() < deadline);
}

#ifndef SHOPD_SANITIZE
static void a_worker_reads_files_and_writes_none(void **state)
{
	struct server server;
	int fd;

	(void)state;
	server_start(&server, NULL);
	fd = wire_connect(server.port);
	assert_echo(fd, "GET /escape HTTP/1.1\r\nHost: a\r\n\r\n",
		    "write=0 read=1");
	close(fd);
	assert_int_equal(access("/tmp/shopd-wire-escape", F_OK), -1);
	assert_int_equal(server_stop(&server), 0);
}

static void a_worker_that_starts_a_program_dies(void **state)
{
	struct server server;
	int fd;

	(void)state;
	server_start(&server, NULL);
	fd = wire_connect(server.port);
	wire_send(fd, BYTES("GET /exec HTTP/1.1\r\nHost: a\r\n\r\n"));
	assert_true(is_closed(fd));
	close(fd);
	fd = wire_connect(server.port);
	assert_goes_on(fd);
	close(fd);
	assert_int_equal(server_stop(&server), 0);
}
#endif

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slow_clients_are_not_waited_for),
		cmocka_unit_test(drips_do_not_prolong_a_head),
		cmocka_unit_test(a_killed_worker_is_replaced),
		cmocka_unit_test(connections_are_shared_by_the_workers),
		cmocka_unit_test(
			a_frozen_worker_does_not_keep_others_from_accepting),
		cmocka_unit_test(
			clients_are_accepted_while_the_parent_is_frozen),
		cmocka_unit_test(a_worker_that_hangs_is_replaced),
		cmocka_unit_test(a_server_with_nothing_to_do_stops_at_once),
		cmocka_unit_test(what_was_begun_is_answered_on_sigterm),
		cmocka_unit_test(the_drain_ends_at_its_deadline),
		cmocka_unit_test(
			a_worker_that_dies_in_the_drain_does_not_undo_it),
		cmocka_unit_test(a_worker_that_hangs_does_not_hold_the_server),
		cmocka_unit_test(workers_without_parent_end),
#ifndef SHOPD_SANITIZE
		cmocka_unit_test(a_worker_reads_files_and_writes_none),
		cmocka_unit_test(a_worker_that_starts_a_program_dies),
#endif
	};

	return cmocka_run_group_tests_name("wire/life", tests, NULL, NULL);
}
