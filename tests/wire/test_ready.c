/* test_ready.c - answers that stand ready in memory: sent from where they lie,
 * and let go when they are gone, however the client behaves. */
#include "wire.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct server server;

static void ask(int fd, const char *method, const char *path)
{
	char request[128];

	snprintf(request, sizeof(request), "%s %s HTTP/1.1\r\nHost: a\r\n\r\n",
		 method, path);
	wire_send(fd, request, strlen(request));
}

static void assert_ready(int fd, size_t length)
{
	struct answer answer;

	answer_read(fd, &answer, false);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer_field(&answer, "X-Answer"), "ready");
	assert_string_equal(answer_field(&answer, "Content-Type"),
			    "text/plain");
	assert_non_null(answer_field(&answer, "Date"));
	assert_int_equal(answer.length, length);
	assert_int_equal(strspn(answer.body, "x"), length);
	answer_free(&answer);
}

/* Over connections enough to meet every worker. */
static bool is_none_held(void)
{
	bool is_none = true;

	for (int i = 0; i < 8; i++) {
		struct answer answer;
		int fd = wire_connect(server.port);

		ask(fd, "GET", "/held");
		answer_read(fd, &answer, false);
		is_none = is_none && strcmp(answer.body, "held=0\n") == 0;
		answer_free(&answer);
		close(fd);
	}
	return is_none;
}

static void assert_all_let_go(void)
{
	for (int i = 0; i < 100 && !is_none_held(); i++)
		usleep(20000);
	assert_true(is_none_held());
}

static void it_arrives_whole_whatever_its_size(void **state)
{
	static const size_t sizes[] = {0, 1, 5000, 65536, 300000, 5000000};
	char path[64];
	int fd = wire_connect(server.port);

	(void)state;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
		snprintf(path, sizeof(path), "/ready?%zu", sizes[i]);
		ask(fd, "GET", path);
		if (sizes[i] > 1000000)
			usleep(100000); /* the socket is full meanwhile */
		assert_ready(fd, sizes[i]);
	}
	assert_goes_on(fd);
	close(fd);
	assert_all_let_go();
}

static void many_in_one_packet_are_answered_in_order(void **state)
{
	int fd = wire_connect(server.port);

	(void)state;
	for (int i = 0; i < 3; i++) {
		ask(fd, "GET", "/ready?2000000");
		ask(fd, "GET", "/ready?7");
	}
	for (int i = 0; i < 3; i++) {
		assert_ready(fd, 2000000);
		assert_ready(fd, 7);
	}
	assert_goes_on(fd);
	close(fd);
}

static void head_has_its_length_and_no_body(void **state)
{
	struct answer answer;
	int fd = wire_connect(server.port);

	(void)state;
	ask(fd, "HEAD", "/ready?5000");
	answer_read(fd, &answer, true);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer_field(&answer, "Content-Length"), "5000");
	answer_free(&answer);
	assert_goes_on(fd);
	close(fd);
	assert_all_let_go();
}

static void a_client_that_leaves_in_the_middle_holds_nothing(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++) {
		struct linger reset = {.l_onoff = 1};
		int fd = wire_connect(server.port);

		ask(fd, "GET", "/ready?5000000");
		if (i % 3 == 0)
			usleep(2000);
		if (i % 2 == 0)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset,
				   sizeof(reset));
		close(fd);
	}
	assert_all_let_go();
}

static void it_closes_when_it_is_asked_to(void **state)
{
	struct answer answer;
	int fd = wire_connect(server.port);

	(void)state;
	wire_send(fd, BYTES("GET /ready?400000 HTTP/1.1\r\nHost: a\r\n"
			    "Connection: close\r\n\r\n"));
	answer_read(fd, &answer, false);
	assert_string_equal(answer_field(&answer, "Connection"), "close");
	assert_int_equal(answer.length, 400000);
	answer_free(&answer);
	assert_true(is_closed(fd));
	close(fd);
	assert_all_let_go();
}

static int start(void **state)
{
	(void)state;
	server_start(&server, NULL);
	return 0;
}

static int stop(void **state)
{
	(void)state;
	return server_stop(&server) == 0 ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_arrives_whole_whatever_its_size),
		cmocka_unit_test(many_in_one_packet_are_answered_in_order),
		cmocka_unit_test(head_has_its_length_and_no_body),
		cmocka_unit_test(
			a_client_that_leaves_in_the_middle_holds_nothing),
		cmocka_unit_test(it_closes_when_it_is_asked_to),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
