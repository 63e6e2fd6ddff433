/* test_streams.c - the same bytes in other pieces, many requests in one, and
 * the framing of answers. */
#include "wire.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static struct server server;

static const char with_length[] =
	"POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello";
static const char with_chunks[] =
	"POST /p HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
	"2\r\nhe\r\n3;x=y\r\nllo\r\n0\r\nT: u\r\n\r\n";

static int connect_quick(void)
{
	int fd = wire_connect(server.port);
	int on = 1;

	setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	return fd;
}

static void read_echo(int fd, const char *wanted)
{
	struct answer answer;

	answer_read(fd, &answer, false);
	assert_int_equal(answer.status, 200);
	if (strstr(answer.body, wanted) == NULL)
		fail_msg("no %s in %s", wanted, answer.body);
	answer_free(&answer);
}

static void split_at_each(const char *bytes, size_t length)
{
	for (size_t cut = 1; cut < length; cut++) {
		int fd = connect_quick();

		wire_send(fd, bytes, cut);
		usleep(1000);
		wire_send(fd, bytes + cut, length - cut);
		read_echo(fd, "body=5:hello\n");
		assert_goes_on(fd);
		close(fd);
	}
}

static void a_request_may_be_split_at_any_byte(void **state)
{
	(void)state;
	split_at_each(BYTES(with_length));
}

static void a_chunked_request_may_be_split_at_any_byte(void **state)
{
	(void)state;
	split_at_each(BYTES(with_chunks));
}

static void a_request_may_come_byte_by_byte(void **state)
{
	int fd = connect_quick();

	(void)state;
	for (size_t i = 0; i < sizeof(with_chunks) - 1; i++) {
		wire_send(fd, with_chunks + i, 1);
		usleep(500);
	}
	read_echo(fd, "body=5:hello\n");
	assert_goes_on(fd);
	close(fd);
}

/* Around each size that a buffer has: what follows is the next request. */
static void padding_of_any_size_moves_no_boundary(void **state)
{
	static char request[20000];

	(void)state;
	for (int pad = 1900; pad < 8300; pad += pad % 1024 > 900 ? 3 : 61) {
		int fd = wire_connect(server.port);
		int length = snprintf(
			request, sizeof(request),
			"GET /one HTTP/1.1\r\nHost: a\r\nContent-Length: 20\r\n"
			"Pad: %0*d\r\n\r\nGET /evil HTTP/1.1\r\n"
			"GET /two HTTP/1.1\r\nHost: a\r\n\r\n",
			pad, 0);

		wire_send(fd, request, (size_t)length);
		read_echo(fd, "path=/one\n");
		read_echo(fd, "path=/two\n");
		assert_goes_on(fd);
		close(fd);
	}
}

static void a_thousand_requests_are_answered_in_order(void **state)
{
	static char requests[64 * 1000];
	size_t length = 0;
	char wanted[64];
	int fd = wire_connect(server.port);

	(void)state;
	for (int i = 0; i < 1000; i++)
		length += (size_t)sprintf(requests + length,
					  "GET /%d HTTP/1.1\r\nHost: a\r\n\r\n",
					  i);
	wire_send(fd, requests, length);
	for (int i = 0; i < 1000; i++) {
		snprintf(wanted, sizeof(wanted), "path=/%d\n", i);
		read_echo(fd, wanted);
	}
	close(fd);
}

static void a_waiting_request_is_answered_before_the_next(void **state)
{
	static const char requests[] =
		"POST /nap HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
		"GET /quick HTTP/1.1\r\nHost: a\r\n\r\n"
		"POST /nap HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked"
		"\r\n\r\n1\r\nx\r\n0\r\n\r\n"
		"GET /last HTTP/1.1\r\nHost: a\r\n\r\n";
	int fd = wire_connect(server.port);

	(void)state;
	wire_send(fd, BYTES(requests));
	read_echo(fd, "body=3:abc\n");
	read_echo(fd, "path=/quick\n");
	read_echo(fd, "body=1:x\n");
	read_echo(fd, "path=/last\n");
	assert_goes_on(fd);
	close(fd);
}

static void pipelined_requests_do_not_wait_for_a_timer(void **state)
{
	int64_t before = now_ms();

	for (int i = 0; i < 5; i++)
		a_thousand_requests_are_answered_in_order(state);
	assert_true(now_ms() - before < 12000);
}

static void garbage_behind_a_request_does_not_spoil_its_answer(void **state)
{
	struct answer answer;
	int fd = wire_connect(server.port);

	(void)state;
	wire_send(fd, BYTES("GET /good HTTP/1.1\r\nHost: a\r\n\r\n\x01\n\r\n"));
	read_echo(fd, "path=/good\n");
	answer_read(fd, &answer, false);
	assert_int_equal(answer.status, 400);
	answer_free(&answer);
	assert_true(is_closed(fd));
	close(fd);
}

static void nothing_is_served_behind_a_close(void **state)
{
	int fd = wire_connect(server.port);

	(void)state;
	wire_send(fd, BYTES("GET /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
			    "\r\nGET /2 HTTP/1.1\r\nHost: a\r\n\r\n"));
	read_echo(fd, "path=/1\n");
	assert_true(is_closed(fd));
	close(fd);
}

static void ask(int fd, const char *request, struct answer *answer, bool bare)
{
	wire_send(fd, request, strlen(request));
	answer_read(fd, answer, bare);
}

static void head_has_the_length_and_no_body(void **state)
{
	struct answer answer;
	int fd = wire_connect(server.port);

	(void)state;
	ask(fd, "HEAD /large?1000 HTTP/1.1\r\nHost: a\r\n\r\n", &answer, true);
	assert_int_equal(answer.status, 200);
	assert_string_equal(answer_field(&answer, "Content-Length"), "1000");
	answer_free(&answer);
	assert_goes_on(fd);
	close(fd);
}

static void statuses_without_body_have_no_length(void **state)
{
	static const char *const statuses[] = {"204", "304"};
	struct answer answer;
	char request[128];
	int fd = wire_connect(server.port);

	(void)state;
	for (int i = 0; i < 2; i++) {
		snprintf(request, sizeof(request),
			 "GET /status?%s HTTP/1.1\r\nHost: a\r\n\r\n",
			 statuses[i]);
		ask(fd, request, &answer, true);
		assert_int_equal(answer.status, atoi(statuses[i]));
		assert_null(answer_field(&answer, "Content-Length"));
		answer_free(&answer);
		assert_goes_on(fd);
	}
	close(fd);
}

static void each_status_has_its_phrase(void **state)
{
	static const char *const phrases[] = {
		"409 Conflict", "412 Precondition Failed",
		"413 Content Too Large", "422 Unprocessable Content",
		"428 Precondition Required", "429 Too Many Requests",
		"503 Service Unavailable"};
	struct answer answer;
	char request[128];
	int fd = wire_connect(server.port);

	(void)state;
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		snprintf(request, sizeof(request),
			 "GET /status?%.3s HTTP/1.1\r\nHost: a\r\n\r\n",
			 phrases[i]);
		ask(fd, request, &answer, false);
		assert_non_null(strstr(answer.head, phrases[i]));
		assert_string_equal(answer.body, "body");
		answer_free(&answer);
	}
	close(fd);
}

static void an_answer_does_not_name_the_server(void **state)
{
	struct answer answer;
	int fd = wire_connect(server.port);

	(void)state;
	ask(fd, "GET / HTTP/1.1\r\nHost: a\r\n\r\n", &answer, false);
	assert_null(answer_field(&answer, "Server"));
	assert_null(answer_field(&answer, "Strict-Transport-Security"));
	assert_int_equal(strlen(answer_field(&answer, "Date")), 29);
	answer_free(&answer);
	close(fd);
}

static void a_large_answer_arrives_whole(void **state)
{
	static const char *const sizes[] = {"8191", "65536", "5000000"};
	struct answer answer;
	char request[128];
	int fd = wire_connect(server.port);

	(void)state;
	for (int i = 0; i < 3; i++) {
		snprintf(request, sizeof(request),
			 "GET /large?%s HTTP/1.1\r\nHost: a\r\n\r\n", sizes[i]);
		ask(fd, request, &answer, false);
		assert_int_equal(answer.length, strtoul(sizes[i], NULL, 10));
		assert_int_equal(strspn(answer.body, "x"), answer.length);
		answer_free(&answer);
	}
	assert_goes_on(fd);
	close(fd);
}

static void a_large_body_arrives_whole(void **state)
{
	enum { SIZE = 1048576 };
	static const char head[] = "POST /p HTTP/1.1\r\nHost: a\r\n"
				   "Content-Length: 1048576\r\n\r\n";
	struct answer answer;
	char *body = malloc(SIZE);
	int fd = wire_connect(server.port);

	(void)state;
	for (int i = 0; i < SIZE; i++)
		body[i] = (char)('a' + i % 23);
	wire_send(fd, BYTES(head));
	wire_send(fd, body, SIZE);
	answer_read(fd, &answer, false);
	assert_int_equal(answer.status, 200);
	assert_memory_equal(strstr(answer.body, "body=1048576:") + 13, body,
			    SIZE);
	answer_free(&answer);
	free(body);
	assert_goes_on(fd);
	close(fd);
}

static void a_client_that_waits_for_100_gets_it(void **state)
{
	struct answer answer;
	int fd = wire_connect(server.port);

	(void)state;
	ask(fd,
	    "POST /p HTTP/1.1\r\nHost: a\r\nExpect: 100-Continue\r\n"
	    "Content-Length: 3\r\n\r\n",
	    &answer, true);
	assert_int_equal(answer.status, 100);
	answer_free(&answer);
	wire_send(fd, BYTES("abc"));
	read_echo(fd, "body=3:abc\n");
	assert_goes_on(fd);
	close(fd);
}

static void a_client_that_waits_for_100_hears_that_it_is_too_much(void **state)
{
	struct answer answer;
	int fd = wire_connect(server.port);

	(void)state;
	ask(fd,
	    "POST /small HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
	    "Content-Length: 17\r\n\r\n",
	    &answer, false);
	assert_int_equal(answer.status, 413);
	answer_free(&answer);
	close(fd);
}

static void the_413_arrives_although_the_client_goes_on(void **state)
{
	static char junk[64 * 1024];
	struct answer answer;
	int fd = wire_connect(server.port);

	(void)state;
	wire_send(fd, BYTES("POST /small HTTP/1.1\r\nHost: a\r\n"
			    "Content-Length: 200000\r\n\r\n"));
	wire_push(fd, junk, sizeof(junk));
	usleep(20000);
	wire_push(fd, junk, sizeof(junk));
	answer_read(fd, &answer, false);
	assert_int_equal(answer.status, 413);
	answer_free(&answer);
	close(fd);
}

static void a_client_that_half_closes_is_answered(void **state)
{
	int fd = wire_connect(server.port);

	(void)state;
	wire_send(fd, BYTES("GET /nap HTTP/1.1\r\nHost: a\r\n\r\n"));
	shutdown(fd, SHUT_WR);
	read_echo(fd, "path=/nap\n");
	assert_true(is_closed(fd));
	close(fd);
}

/* In one event with the request, and in one of its own: patch 23. */
static void an_end_is_seen_when_it_comes_with_a_request_and_after(void **state)
{
	static const char request[] =
		"GET /end HTTP/1.1\r\nHost: a\r\n\r\n";

	(void)state;
	for (int round = 0; round < 20; round++) {
		int together = wire_connect(server.port);
		int later = wire_connect(server.port);

		wire_send(together, BYTES(request));
		shutdown(together, SHUT_WR);
		read_echo(together, "path=/end\n");
		assert_true(is_closed(together));
		close(together);
		wire_send(later, BYTES(request));
		read_echo(later, "path=/end\n");
		shutdown(later, SHUT_WR);
		assert_true(is_closed(later));
		close(later);
	}
}

/* Bytes that come while an answer is made are an event of then. */
static void what_comes_during_an_answer_is_read_after_it(void **state)
{
	int fd = wire_connect(server.port);

	(void)state;
	wire_send(fd, BYTES("GET /nap HTTP/1.1\r\nHost: a\r\n\r\n"));
	usleep(30000);
	wire_send(fd, BYTES("GET /one HTTP/1.1\r\nHost: a\r\n\r\nGET /t"));
	usleep(30000);
	wire_send(fd, BYTES("wo HTTP/1.1\r\nHost: a\r\n\r\n"));
	read_echo(fd, "path=/nap\n");
	read_echo(fd, "path=/one\n");
	read_echo(fd, "path=/two\n");
	close(fd);
}

static void a_client_that_leaves_disturbs_nobody(void **state)
{
	(void)state;
	for (int i = 0; i < 50; i++) {
		struct linger reset = {.l_onoff = 1};
		int fd = wire_connect(server.port);

		wire_send(fd, BYTES("GET /nap HTTP/1.1\r\nHost: a\r\n\r\n"));
		if (i % 2 == 0)
			setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset,
				   sizeof(reset));
		close(fd);
	}
	usleep(50000);
	a_waiting_request_is_answered_before_the_next(state);
}

static void a_client_that_does_not_read_holds_up_nobody(void **state)
{
	static const char request[] =
		"GET /large?1000000 HTTP/1.1\r\nHost: a\r\n\r\n";
	int deaf = wire_connect(server.port);
	int64_t before = now_ms();
	int fd;

	for (int i = 0; i < 100; i++)
		wire_send(deaf, BYTES(request));
	for (int i = 0; i < 4; i++) {
		fd = wire_connect(server.port);
		assert_goes_on(fd);
		close(fd);
	}
	assert_true(now_ms() - before < 6000);
	close(deaf);
	a_waiting_request_is_answered_before_the_next(state);
}

static int start(void **state)
{
	(void)state;
	server_start(&server, NULL);
	return 0;
}

/* Last: under a sanitizer the exit code tells of leaks and worse. */
static void the_server_ends_cleanly(void **state)
{
	(void)state;
	assert_int_equal(server_stop(&server), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_request_may_be_split_at_any_byte),
		cmocka_unit_test(a_chunked_request_may_be_split_at_any_byte),
		cmocka_unit_test(a_request_may_come_byte_by_byte),
		cmocka_unit_test(padding_of_any_size_moves_no_boundary),
		cmocka_unit_test(a_thousand_requests_are_answered_in_order),
		cmocka_unit_test(a_waiting_request_is_answered_before_the_next),
		cmocka_unit_test(pipelined_requests_do_not_wait_for_a_timer),
		cmocka_unit_test(
			garbage_behind_a_request_does_not_spoil_its_answer),
		cmocka_unit_test(nothing_is_served_behind_a_close),
		cmocka_unit_test(head_has_the_length_and_no_body),
		cmocka_unit_test(statuses_without_body_have_no_length),
		cmocka_unit_test(each_status_has_its_phrase),
		cmocka_unit_test(an_answer_does_not_name_the_server),
		cmocka_unit_test(a_large_answer_arrives_whole),
		cmocka_unit_test(a_large_body_arrives_whole),
		cmocka_unit_test(a_client_that_waits_for_100_gets_it),
		cmocka_unit_test(
			a_client_that_waits_for_100_hears_that_it_is_too_much),
		cmocka_unit_test(the_413_arrives_although_the_client_goes_on),
		cmocka_unit_test(a_client_that_half_closes_is_answered),
		cmocka_unit_test(
			an_end_is_seen_when_it_comes_with_a_request_and_after),
		cmocka_unit_test(what_comes_during_an_answer_is_read_after_it),
		cmocka_unit_test(a_client_that_leaves_disturbs_nobody),
		cmocka_unit_test(a_client_that_does_not_read_holds_up_nobody),
		cmocka_unit_test(the_server_ends_cleanly),
	};

	return cmocka_run_group_tests_name("wire/streams", tests, start, NULL);
}
