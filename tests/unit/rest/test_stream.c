/* test_stream.c - answers in pieces as the REST layer makes them: what is
 * settled when, and what a fault does before and after. */
#include "dispatch.h"

#include <stdlib.h>

#include <platform/log.h>

#define PATH "/api/v1/stream/"

static unsigned flushes;
static size_t headers; /* that had been set at the first flush */
static bool is_listened; /* whether the client is there */
static unsigned rows; /* made */

static bool flush(struct http_call *call)
{
	if (flushes++ == 0)
		headers = call->answer_header_count;
	call->sent += call->answer.length;
	call->answer.length = 0;
	call->head_left = true;
	return is_listened;
}

/* As many rows of a KiB as ?rows= says; ?fails= after so many. */
static bool stream(struct request *req)
{
	unsigned wanted = (unsigned)atoi(query_text(req, "rows"));
	const char *fails = query_text(req, "fails");

	req->http.flush = flush;
	stream_begin(req, 200, "text/plain");
	for (rows = 0; rows < wanted; rows++) {
		if (fails != NULL && rows == (unsigned)atoi(fails))
			return refuse(&req->http.work, &fault_unavailable, NULL);
		text_format(&req->http.answer, "%1024u", rows);
		if (!stream_pass(req))
			return true;
	}
	return true;
}

static const struct route routes[] = {
	{METHOD_GET, PATH, stream, ACCESS_PUBLIC, .content_type = "text/plain",
	 .throttle = THROTTLE_NONE, .name = "stream", .summary = "Rows."},
	{.path = NULL},
};
static const struct room room = {.name = "stream", .routes = routes};
static const struct room *const all[] = {&room, NULL};

static int get(const char *method, const char *query)
{
	char target[64];

	flushes = 0;
	is_listened = true;
	snprintf(target, sizeof(target), PATH "?%s", query);
	return send(method, target, NULL, NULL);
}

static void a_short_one_leaves_whole(void **state)
{
	(void)state;
	assert_int_equal(get("GET", "rows=3"), 200);
	assert_int_equal(flushes, 0);
	assert_int_equal(sent.req.http.answer.length, 3 * 1024);
	assert_string_equal(sent.req.http.content_type, "text/plain");
}

static void a_long_one_leaves_in_pieces_with_all_headers(void **state)
{
	(void)state;
	assert_int_equal(get("GET", "rows=100"), 200);
	assert_int_equal(flushes, 3);
	assert_int_equal(sent.req.http.sent + sent.req.http.answer.length,
			 100 * 1024);
	/* Nothing was added after the head had left. */
	assert_int_equal(headers, sent.req.http.answer_header_count);
	assert_non_null(answered("Cache-Control"));
	assert_false(sent.req.http.is_cut);
}

static void a_fault_before_the_first_piece_is_an_answer(void **state)
{
	(void)state;
	assert_int_equal(get("GET", "rows=100&fails=5"), 503);
	assert_int_equal(flushes, 0);
	assert_string_equal(sent.req.http.content_type, "application/json");
	assert_false(sent.req.http.is_stream);
	assert_false(sent.req.http.is_cut);
}

static void a_fault_after_it_cuts_the_answer(void **state)
{
	(void)state;
	assert_int_equal(get("GET", "rows=100&fails=70"), 200);
	assert_int_equal(flushes, 2);
	assert_true(sent.req.http.is_cut);
}

static void nothing_is_made_for_head(void **state)
{
	(void)state;
	assert_int_equal(get("HEAD", "rows=100"), 200);
	assert_int_equal(flushes, 0);
	assert_int_equal(rows, 0);
	assert_true(sent.req.http.is_stream);
	assert_true(sent.req.http.head_only);
}

static bool flush_and_leave(struct http_call *call)
{
	(void)flush(call);
	return false;
}

static bool stream_to_nobody(struct request *req)
{
	req->http.flush = flush_and_leave;
	stream_begin(req, 200, "text/plain");
	for (rows = 0; rows < 1000; rows++) {
		text_format(&req->http.answer, "%1024u", rows);
		if (!stream_pass(req))
			return true;
	}
	return true;
}

static void nothing_more_is_made_for_who_has_left(void **state)
{
	struct request req = {.http.method = METHOD_GET};

	(void)state;
	flushes = 0;
	assert_true(stream_to_nobody(&req));
	assert_int_equal(flushes, 1);
	assert_int_equal(rows, 31);
	work_finish(&req.http.work);
}

static int start(void **state)
{
	(void)state;
	log_level_set("error");
	return rest_start(all) ? 0 : -1;
}

static int finish(void **state)
{
	(void)state;
	sent_release();
	return 0;
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_short_one_leaves_whole),
		T(a_long_one_leaves_in_pieces_with_all_headers),
		T(a_fault_before_the_first_piece_is_an_answer),
		T(a_fault_after_it_cuts_the_answer),
		T(nothing_is_made_for_head),
		T(nothing_more_is_made_for_who_has_left),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
