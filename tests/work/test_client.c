/* test_client.c - calls to peers that behave, and that do not. */
#include "../unit/test.h"

#include <stdio.h>
#include <string.h>

#include <platform/client.h>
#include <platform/clock.h>
#include <platform/config.h>
#include <platform/fiber.h>
#include <platform/loop.h>

#include "peer.h"

#define OK "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Id: 7\r\n\r\nok"
enum { CALLS_MAX = 8 };

static const struct peer quick = {"test", 300, 600, 2, 1000};

struct one_call {
	struct work work;
	struct client_request request;
	struct client_answer answer;
	char url[128];
	bool *is_over;
};
static struct one_call calls[CALLS_MAX];
static int calls_out;
static bool is_over;

static void call_run(void *argument)
{
	struct one_call *c = argument;

	client_call(&c->work, &quick, &c->request, &c->answer);
}

static void call_end(void *argument)
{
	(void)argument;
	is_over = --calls_out == 0;
}

/* So many of the same request at once; the answers stand in calls[]. */
static void call_times(int times, const char *url, struct client_request request)
{
	is_over = false;
	calls_out = times;
	for (int i = 0; i < times; i++) {
		work_finish(&calls[i].work);
		memset(&calls[i], 0, sizeof(calls[i]));
		snprintf(calls[i].url, sizeof(calls[i].url), "%s", url);
		calls[i].request = request;
		calls[i].request.url = calls[i].url;
		assert_true(fiber_start(call_run, call_end, &calls[i]));
	}
	poll_loop_run(&is_over);
}

static const struct client_answer *call_url(const char *url, bool is_foreign)
{
	call_times(1, url, (struct client_request){.is_foreign = is_foreign});
	return &calls[0].answer;
}

static const struct client_answer *get(const struct peer_server *s)
{
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/x", s->port);
	return call_url(url, false);
}

static const struct client_answer *post(const struct peer_server *s,
					const char *key)
{
	struct http_header header = {"Idempotency-Key", key};
	char url[64];

	snprintf(url, sizeof(url), "http://127.0.0.1:%d/x", s->port);
	call_times(1, url,
		   (struct client_request){.method = METHOD_POST,
					   .headers = &header,
					   .header_count = key != NULL,
					   .body = "a=1",
					   .body_length = 3});
	return &calls[0].answer;
}

static void an_answer_comes_back_whole(void **state)
{
	static struct peer_server s = {.answer = OK};
	const struct client_answer *a;

	(void)state;
	peer_start(&s);
	a = post(&s, "k1");
	assert_int_equal(a->outcome, CLIENT_ANSWERED);
	assert_int_equal(a->status, 200);
	assert_string_equal(a->body, "ok");
	assert_int_equal(a->header_count, 2);
	assert_string_equal(a->headers[1].name, "X-Id");
	assert_string_equal(a->headers[1].value, "7");
	assert_memory_equal(s.last, "POST /x HTTP/1.1\r\n", 18);
	assert_non_null(strstr(s.last, "Idempotency-Key: k1\r\n"));
	assert_non_null(strstr(s.last, "\r\n\r\na=1"));
	assert_null(strstr(s.last, "Expect:"));
	assert_null(strstr(s.last, "urlencoded"));
}

static void an_error_status_is_an_answer(void **state)
{
	static struct peer_server s = {
		.answer = "HTTP/1.1 402 No\r\nContent-Length: 0\r\n\r\n"};

	(void)state;
	peer_start(&s);
	for (int i = 0; i < 7; i++) {
		assert_int_equal(get(&s)->outcome, CLIENT_ANSWERED);
		assert_int_equal(calls[0].answer.status, 402);
	}
	assert_int_equal(s.requests, 7); /* a decline opens no breaker */
}

static void redirects_are_not_followed(void **state)
{
	static struct peer_server s = {
		.answer = "HTTP/1.1 302 Go\r\nLocation: http://127.0.0.1:1/\r\n"
			  "Content-Length: 0\r\n\r\n"};

	(void)state;
	peer_start(&s);
	assert_int_equal(get(&s)->status, 302);
	assert_int_equal(s.requests, 1);
}

static void where_nobody_listens_nothing_was_sent(void **state)
{
	static struct peer_server s;

	(void)state;
	s.port = port_of_nobody();
	assert_int_equal(get(&s)->outcome, CLIENT_NOT_SENT);
	assert_true(calls[0].answer.error[0] != '\0');
	assert_string_equal(calls[0].answer.body, "");
}

static void expect_ambiguous(struct peer_server *s)
{
	peer_start(s);
	assert_int_equal(post(s, NULL)->outcome, CLIENT_AMBIGUOUS);
	assert_true(calls[0].answer.error[0] != '\0');
	assert_int_equal(s->connections, 1); /* never sent again by itself */
}

static void a_reset_after_the_request_is_ambiguous(void **state)
{
	static struct peer_server s = {.manner = MANNER_RESET_AFTER};

	(void)state;
	expect_ambiguous(&s);
}

static void silence_is_ambiguous_and_ends_in_time(void **state)
{
	static struct peer_server s = {.manner = MANNER_HANG};
	int64_t before = clock_monotonic();

	(void)state;
	expect_ambiguous(&s);
	assert_in_range(clock_monotonic() - before, 550 * MILLISECOND,
			1500 * MILLISECOND);
}

static void half_an_answer_is_ambiguous(void **state)
{
	static struct peer_server s = {
		.answer = "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf"};

	(void)state;
	expect_ambiguous(&s);
	assert_int_equal(calls[0].answer.status, 0);
}

static void no_http_at_all_is_ambiguous(void **state)
{
	static struct peer_server s = {.answer = "hello\r\n\r\n"};

	(void)state;
	expect_ambiguous(&s);
}

static void an_answer_beyond_the_limit_is_cut_off(void **state)
{
	static char answer[4096] = "HTTP/1.1 200 OK\r\n\r\n";
	static struct peer_server s = {.answer = answer};

	(void)state;
	memset(answer + strlen(answer), 'x', 2000);
	expect_ambiguous(&s);
	assert_non_null(strstr(calls[0].answer.error, "too large"));
}

static void a_post_without_a_key_is_never_repeated_on_a_kept_connection(void **state)
{
	static struct peer_server s = {.manner = MANNER_KEEP_ONCE, .answer = OK};

	(void)state;
	peer_start(&s);
	assert_int_equal(get(&s)->outcome, CLIENT_ANSWERED);
	assert_int_equal(post(&s, NULL)->outcome, CLIENT_ANSWERED);
	assert_int_equal(s.connections, 2);
}

static void a_kept_connection_is_used_again(void **state)
{
	static struct peer_server s = {.manner = MANNER_KEEP, .answer = OK};

	(void)state;
	peer_start(&s);
	for (int i = 0; i < 3; i++)
		assert_int_equal(post(&s, "k")->outcome, CLIENT_ANSWERED);
	assert_int_equal(s.connections, 1);
	assert_int_equal(s.requests, 3);
}

static void no_more_calls_at_once_than_allowed(void **state)
{
	static struct peer_server s = {.answer = OK, .delay_ms = 50};
	char url[64];

	(void)state;
	peer_start(&s);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", s.port);
	call_times(6, url, (struct client_request){.method = METHOD_POST});
	for (int i = 0; i < 6; i++)
		assert_int_equal(calls[i].answer.outcome, CLIENT_ANSWERED);
	assert_int_equal(s.requests, 6);
	assert_true(s.most <= 2);
	assert_int_equal(client_in_flight(), 0);
}

static void who_waits_too_long_in_line_sends_nothing(void **state)
{
	static struct peer_server s = {.manner = MANNER_HANG};
	char url[64];
	int unsent = 0;

	(void)state;
	peer_start(&s);
	snprintf(url, sizeof(url), "http://127.0.0.1:%d/", s.port);
	call_times(4, url, (struct client_request){.method = METHOD_POST});
	for (int i = 0; i < 4; i++)
		unsent += calls[i].answer.outcome == CLIENT_NOT_SENT;
	assert_int_equal(unsent + s.requests, 4);
	assert_int_equal(client_in_flight(), 0);
}

static void five_failures_spare_the_peer_until_a_probe_succeeds(void **state)
{
	static struct peer_server s = {
		.answer = "HTTP/1.1 503 Down\r\nContent-Length: 0\r\n\r\n"};

	(void)state;
	peer_start(&s);
	for (int i = 0; i < 5; i++)
		assert_int_equal(get(&s)->status, 503);
	assert_int_equal(get(&s)->outcome, CLIENT_NOT_SENT);
	assert_non_null(strstr(calls[0].answer.error, "breaker"));
	assert_int_equal(s.requests, 5);
	s.answer = OK;
	clock_set(-1, clock_monotonic() + 16 * SECOND);
	assert_int_equal(get(&s)->status, 200);
	assert_int_equal(get(&s)->status, 200);
	clock_set(-1, -1);
	assert_int_equal(s.requests, 7);
}

static void refused(const char *url, bool is_foreign)
{
	if (call_url(url, is_foreign)->outcome != CLIENT_NOT_SENT)
		fail_msg("%s was called", url);
}

static void urls_of_users_reach_nothing_inside(void **state)
{
	static struct peer_server s = {.answer = OK};
	static const char *const hosts[] = {
		"127.0.0.1", "127.1", "0x7f.1", "2130706433", "0177.0.0.1",
		"localhost", "[::1]", "[::ffff:127.0.0.1]", "0.0.0.0",
		"169.254.169.254", "[fd00::1]", "u:p@1.1.1.1"};
	char url[128];

	(void)state;
	peer_start(&s);
	for (size_t i = 0; i < sizeof(hosts) / sizeof(hosts[0]); i++) {
		snprintf(url, sizeof(url), "https://%s/", hosts[i]);
		refused(url, true);
		snprintf(url, sizeof(url), "https://%s:8443/", hosts[i]);
		refused(url, true);
		snprintf(url, sizeof(url), "http://%s:%d/", hosts[i], s.port);
		refused(url, true);
	}
	assert_int_equal(s.connections, 0);
	call_url("https://127.0.0.1/", true);
	assert_non_null(strstr(calls[0].answer.error, "not allowed"));
}

static void other_schemes_and_open_http_are_refused(void **state)
{
	static const char *const urls[] = {
		"file:///etc/passwd", "gopher://127.0.0.1:70/", "ftp://127.0.0.1/",
		"dict://127.0.0.1:11211/", "http://example.org/",
		"http://127.0.0.1.nip.example/", "", "nonsense", "//x",
		"http://127.0.0.1/\r\nX: y"};

	(void)state;
	for (size_t i = 0; i < sizeof(urls) / sizeof(urls[0]); i++)
		refused(urls[i], false);
}

static void a_header_with_a_line_break_is_not_sent(void **state)
{
	static struct peer_server s = {.answer = OK};

	(void)state;
	peer_start(&s);
	assert_int_equal(post(&s, "k\r\nX-Evil: 1")->outcome, CLIENT_NOT_SENT);
	assert_int_equal(post(&s, "k\nX-Evil: 1")->outcome, CLIENT_NOT_SENT);
	assert_int_equal(s.requests, 0);
}

static void tick(void *argument)
{
	(void)argument;
	fibers_tick();
	fibers_run();
}

static int begin(void **state)
{
	(void)state;
	if (!config_load(NULL))
		return -1;
	loop_use(&poll_loop);
	loop_every(20, tick, NULL);
	return client_start() ? 0 : -1;
}

static int end(void **state)
{
	(void)state;
	for (int i = 0; i < CALLS_MAX; i++)
		work_finish(&calls[i].work);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_answer_comes_back_whole),
		cmocka_unit_test(an_error_status_is_an_answer),
		cmocka_unit_test(redirects_are_not_followed),
		cmocka_unit_test(where_nobody_listens_nothing_was_sent),
		cmocka_unit_test(a_reset_after_the_request_is_ambiguous),
		cmocka_unit_test(silence_is_ambiguous_and_ends_in_time),
		cmocka_unit_test(half_an_answer_is_ambiguous),
		cmocka_unit_test(no_http_at_all_is_ambiguous),
		cmocka_unit_test(an_answer_beyond_the_limit_is_cut_off),
		cmocka_unit_test(a_post_without_a_key_is_never_repeated_on_a_kept_connection),
		cmocka_unit_test(a_kept_connection_is_used_again),
		cmocka_unit_test(no_more_calls_at_once_than_allowed),
		cmocka_unit_test(who_waits_too_long_in_line_sends_nothing),
		cmocka_unit_test(five_failures_spare_the_peer_until_a_probe_succeeds),
		cmocka_unit_test(urls_of_users_reach_nothing_inside),
		cmocka_unit_test(other_schemes_and_open_http_are_refused),
		cmocka_unit_test(a_header_with_a_line_break_is_not_sent),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
