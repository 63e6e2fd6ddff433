/* test_dispatch.c - a request's way through the REST layer: order of checks,
 * faults, headers, tags. */
#include "items.h"

static void what_is_not_there_is_404_as_json(void **state)
{
	(void)state;
	assert_int_equal(send("GET", BASE "nothing/", NULL, NULL), 404);
	assert_string_equal(sent.req.http.content_type, "application/json");
	assert_string_equal(answer_body(),
			    "{\"detail\":\"Not found.\",\"code\":"
			    "\"not_found\"}");
	assert_int_equal(send("GET", BASE "items/%00/", NULL, NULL), 400);
	assert_int_equal(send("GET", BASE "items/../", NULL, NULL), 404);
}

static bool is_public(void)
{
	return sent.req.route != NULL &&
	       sent.req.route->cache == CACHE_PUBLIC;
}

static void every_answer_has_its_headers(void **state)
{
	static const char *const paths[] = {BASE "nothing/", BASE "items/",
					    BASE "items/1/", BASE "mine/",
					    BASE "items"};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		send("GET", paths[i], NULL, NULL);
		assert_non_null(answered("X-Request-Id"));
		assert_int_equal(strlen(answered("X-Request-Id")), 36);
		assert_string_equal(answered("X-Content-Type-Options"),
				    "nosniff");
		assert_string_equal(answered("X-Frame-Options"), "DENY");
		assert_string_equal(answered("Referrer-Policy"), "same-origin");
		assert_string_equal(answered("Vary"),
				    is_public()
					    ? "Accept, Accept-Encoding, Origin"
					    : "Accept, Origin");
		assert_non_null(answered("Cache-Control"));
		assert_null(answered("Server"));
		if (i > 0)
			assert_non_null(answered("Allow"));
	}
}

static void get_without_the_slash_is_redirected_with_its_query(void **state)
{
	(void)state;
	assert_int_equal(send("GET", BASE "items?a=1&b=2", NULL, NULL), 301);
	assert_string_equal(answered("Location"), BASE "items/?a=1&b=2");
	assert_string_equal(answer_body(), "");
	assert_int_equal(send("HEAD", BASE "items", NULL, NULL), 301);
	assert_string_equal(answered("Location"), BASE "items/");
}

static void a_write_without_the_slash_is_served(void **state)
{
	(void)state;
	assert_int_equal(send("POST", BASE "small", WITH(JSON), "{}"), 409);
}

static void an_unknown_method_is_405_with_allow(void **state)
{
	(void)state;
	assert_int_equal(send("DELETE", BASE "items/", NULL, NULL), 405);
	assert_has(answer_body(),
		   "\"detail\":\"Method \\\"DELETE\\\" not allowed.\"");
	assert_string_equal(answered("Allow"), "GET, POST, HEAD, OPTIONS");
	assert_int_equal(send("FOO", BASE "items/", NULL, NULL), 405);
	/* Where nothing is public, 401 comes first. */
	assert_int_equal(send("DELETE", BASE "mine/", NULL, NULL), 401);
	assert_int_equal(send("DELETE", BASE "mine/",
			      WITH("Authorization", customer), NULL), 405);
}

static void head_is_get_without_the_body(void **state)
{
	(void)state;
	assert_int_equal(send("HEAD", BASE "items/", NULL, NULL), 200);
	assert_true(sent.req.http.head_only);
	assert_non_null(answered("ETag"));
	assert_int_equal(sent.req.http.answer.length,
			 strlen("{\"count\":0,\"results\":[]}"));
}

static void no_credentials_are_401_and_too_little_is_403(void **state)
{
	(void)state;
	handled = 0;
	assert_int_equal(send("POST", BASE "items/", WITH(JSON), "{}"), 401);
	assert_string_equal(answered("WWW-Authenticate"),
			    "Bearer realm=\"api\"");
	assert_string_equal(answer_body(),
			    "{\"detail\":\"Authentication credentials were "
			    "not provided.\",\"code\":\"not_authenticated\"}");
	assert_int_equal(send("POST", BASE "items/",
			      WITH("Authorization", customer, JSON), "{}"),
			 403);
	assert_has(answer_body(), "\"code\":\"permission_denied\"");
	assert_int_equal(send("POST", BASE "items/",
			      WITH("Authorization", reader, JSON), "{}"), 403);
	assert_int_equal(handled, 0);
	assert_int_equal(send("GET", BASE "mine/",
			      WITH("Authorization", customer), NULL), 200);
}

static void a_bad_token_is_401_even_on_a_public_get(void **state)
{
	(void)state;
	assert_int_equal(send("GET", BASE "items/",
			      WITH("Authorization", "Bearer nonsense"), NULL),
			 401);
	assert_string_equal(
		answer_body(),
		"{\"detail\":\"Given token not valid for any token type\","
		"\"code\":\"token_not_valid\",\"messages\":[{\"token_class\":"
		"\"AccessToken\",\"token_type\":\"access\",\"message\":"
		"\"Token is invalid\"}]}");
	assert_int_equal(send("GET", BASE "items/",
			      WITH("Authorization", "Bearer"), NULL), 401);
	assert_has(answer_body(), "bad_authorization_header");
	assert_int_equal(send("GET", BASE "items/",
			      WITH("Authorization", "Bearer a b"), NULL), 401);
	assert_int_equal(send("GET", BASE "items/",
			      WITH("Authorization", customer, "Authorization",
				   staff), NULL), 401);
}

static void another_scheme_is_anonymous(void **state)
{
	(void)state;
	assert_int_equal(send("GET", BASE "items/",
			      WITH("Authorization", "Token abc"), NULL), 200);
	assert_int_equal(send("GET", BASE "mine/",
			      WITH("Authorization", "Token abc"), NULL), 401);
}

static void routes_that_give_tokens_do_not_look_at_one(void **state)
{
	(void)state;
	/* 500: its handler answers nothing, but it was reached. */
	assert_int_equal(send("POST", BASE "auth/token/refresh/",
			      WITH("Authorization", "Bearer old", JSON), "{}"),
			 500);
	assert_int_equal(send("POST", BASE "hook/",
			      WITH("Authorization", "Bearer x",
				   "Content-Type", "text/plain"), "x"), 409);
}

static void accept_is_honoured(void **state)
{
	(void)state;
	assert_int_equal(send("GET", BASE "items/",
			      WITH("Accept", "text/html"), NULL), 406);
	assert_has(answer_body(),
		   "Could not satisfy the request Accept header.");
	assert_int_equal(send("GET", BASE "items/",
			      WITH("Accept", "application/json;q=0, */*"),
			      NULL), 406);
	assert_int_equal(send("GET", BASE "items/",
			      WITH("Accept", "text/html, */*;q=0.1"), NULL),
			 200);
	assert_int_equal(send("GET", BASE "items/",
			      WITH("Accept", "Application/*"), NULL), 200);
	assert_int_equal(send("GET", BASE "items/?format=json", NULL, NULL),
			 200);
	assert_int_equal(send("GET", BASE "items/?format=xml", NULL, NULL),
			 404);
}

static void a_body_that_is_no_json_is_415(void **state)
{
	(void)state;
	assert_int_equal(send("POST", BASE "fields/",
			      WITH("Content-Type", "text/plain"), "x"), 415);
	assert_has(answer_body(), "Unsupported media type \\\"text/plain\\\" "
				  "in request.");
	assert_int_equal(send("POST", BASE "fields/", NULL, "x"), 415);
	assert_int_equal(send("POST", BASE "fields/",
			      WITH("Content-Type",
				   "Application/JSON; charset=utf-8"), "{}"),
			 400);
	assert_int_equal(send("POST", BASE "fields/",
			      WITH(JSON, "Content-Encoding", "gzip"), "x"),
			 415);
}

static void a_body_over_the_limit_is_413_before_the_handler(void **state)
{
	(void)state;
	handled = 0;
	assert_int_equal(send("POST", BASE "small/", WITH(JSON),
			      "{\"a\":\"0123456789\"}"), 413);
	assert_int_equal(handled, 0);
	assert_int_equal(send("POST", BASE "small/", WITH(JSON), "{}"), 409);
}

static void a_fault_throws_away_what_was_begun(void **state)
{
	(void)state;
	assert_int_equal(send("POST", BASE "small/", WITH(JSON), "{}"), 409);
	assert_string_equal(answer_body(),
			    "{\"detail\":\"Only 3 left.\",\"code\":"
			    "\"insufficient_stock\"}");
	assert_null(answered("Location"));
}

static void field_errors_are_the_whole_body(void **state)
{
	(void)state;
	assert_int_equal(send("POST", BASE "fields/", WITH(JSON), "{}"), 400);
	assert_string_equal(answer_body(),
			    "{\"name\":[\"This field is required.\"],"
			    "\"price\":[\"A valid number.\"]}");
}

static void more_members_stand_beside_the_detail(void **state)
{
	(void)state;
	assert_int_equal(send("POST", BASE "more/", WITH(JSON), "{}"), 409);
	assert_string_equal(answer_body(),
			    "{\"detail\":\"Only 3 left.\",\"code\":"
			    "\"insufficient_stock\",\"available\":3}");
}

static void a_failure_of_ours_tells_nothing(void **state)
{
	(void)state;
	assert_int_equal(send("POST", BASE "crash/", WITH(JSON), "{}"), 500);
	assert_null(strstr(answer_body(), "secret"));
	assert_int_equal(send("POST", BASE "silent/", WITH(JSON), "{}"), 500);
	assert_string_equal(sent.req.http.content_type, "application/json");
}

static void problem_json_is_given_to_whoever_asks(void **state)
{
	(void)state;
	assert_int_equal(send("POST", BASE "fields/",
			      WITH("Accept", "application/problem+json", JSON),
			      "{}"), 400);
	assert_string_equal(sent.req.http.content_type,
			    "application/problem+json");
	assert_has(answer_body(), "\"status\":400");
	assert_has(answer_body(), "\"errors\":{\"name\":[");
	assert_has(answer_body(), "#status-400\"");
	assert_int_equal(send("GET", BASE "nothing/",
			      WITH("Accept", "application/problem+json"),
			      NULL), 404);
	assert_has(answer_body(), "\"title\":\"Not Found\"");
	assert_has(answer_body(), "\"instance\":\"/api/v1/nothing/\"");
}

static void the_bytes_have_a_tag_and_304_saves_them(void **state)
{
	char etag[64];

	(void)state;
	send("GET", BASE "items/", NULL, NULL);
	snprintf(etag, sizeof(etag), "%s", answered("ETag"));
	assert_string_equal(answered("Cache-Control"),
			    "public, max-age=0, must-revalidate");
	assert_int_equal(send("GET", BASE "items/",
			      WITH("If-None-Match", etag), NULL), 304);
	assert_string_equal(answer_body(), "");
	assert_string_equal(answered("ETag"), etag);
	assert_int_equal(send("GET", BASE "items/",
			      WITH("If-None-Match", "\"other\""), NULL), 200);
	/* Not where the answer is somebody's. */
	send("GET", BASE "items/1/", NULL, NULL);
	assert_null(answered("ETag"));
	assert_string_equal(answered("Cache-Control"), "private, no-store");
}

static void a_version_guards_an_edit(void **state)
{
	(void)state;
	assert_int_equal(send("PATCH", BASE "edit/", WITH(JSON), "{}"), 428);
	assert_int_equal(send("PATCH", BASE "edit/",
			      WITH(JSON, "If-Match", "\"v6\""), "{}"), 412);
	assert_int_equal(send("PATCH", BASE "edit/",
			      WITH(JSON, "If-Match", "W/\"v7\""), "{}"), 412);
	assert_int_equal(send("PATCH", BASE "edit/",
			      WITH(JSON, "If-Match", "\"v6\", \"v7\""), "{}"),
			 204);
	assert_null(sent.req.http.content_type);
	assert_int_equal(send("PATCH", BASE "edit/",
			      WITH(JSON, "If-Match", "*"), "{}"), 204);
}

static void a_key_is_demanded_and_must_be_sound(void **state)
{
	char key[300];

	(void)state;
	memset(key, 'k', sizeof(key));
	key[256] = '\0';
	assert_int_equal(send("POST", BASE "paid/", WITH(JSON), "{}"), 400);
	assert_has(answer_body(), "\"code\":\"idempotency_key_required\"");
	assert_int_equal(send("POST", BASE "paid/",
			      WITH(JSON, "Idempotency-Key", key), "{}"), 400);
	assert_has(answer_body(), "\"code\":\"idempotency_key_invalid\"");
	assert_int_equal(send("POST", BASE "paid/",
			      WITH(JSON, "Idempotency-Key", "a b"), "{}"),
			 400);
	assert_int_equal(send("POST", BASE "paid/",
			      WITH(JSON, "Idempotency-Key", ""), "{}"), 400);
	assert_int_equal(send("POST", BASE "paid/",
			      WITH(JSON, "Idempotency-Key", "a",
				   "Idempotency-Key", "b"), "{}"), 400);
}

static void options_tells_what_the_caller_may_do(void **state)
{
	(void)state;
	assert_int_equal(send("OPTIONS", BASE "items/", NULL, NULL), 200);
	assert_has(answer_body(), "\"name\":\"Item List\"");
	assert_has(answer_body(), "\"parses\":[\"application/json\"]");
	assert_null(strstr(answer_body(), "actions"));
	assert_int_equal(send("OPTIONS", BASE "items/",
			      WITH("Authorization", staff), NULL), 200);
	assert_has(answer_body(), "\"actions\":{\"POST\":{\"name\":{");
	assert_int_equal(send("OPTIONS", BASE "mine/", NULL, NULL), 401);
	assert_string_equal(answered("Allow"), "GET, HEAD, OPTIONS");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_there_is_404_as_json),
		cmocka_unit_test(every_answer_has_its_headers),
		cmocka_unit_test(
			get_without_the_slash_is_redirected_with_its_query),
		cmocka_unit_test(a_write_without_the_slash_is_served),
		cmocka_unit_test(an_unknown_method_is_405_with_allow),
		cmocka_unit_test(head_is_get_without_the_body),
		cmocka_unit_test(no_credentials_are_401_and_too_little_is_403),
		cmocka_unit_test(a_bad_token_is_401_even_on_a_public_get),
		cmocka_unit_test(another_scheme_is_anonymous),
		cmocka_unit_test(routes_that_give_tokens_do_not_look_at_one),
		cmocka_unit_test(accept_is_honoured),
		cmocka_unit_test(a_body_that_is_no_json_is_415),
		cmocka_unit_test(
			a_body_over_the_limit_is_413_before_the_handler),
		cmocka_unit_test(a_fault_throws_away_what_was_begun),
		cmocka_unit_test(field_errors_are_the_whole_body),
		cmocka_unit_test(more_members_stand_beside_the_detail),
		cmocka_unit_test(a_failure_of_ours_tells_nothing),
		cmocka_unit_test(problem_json_is_given_to_whoever_asks),
		cmocka_unit_test(the_bytes_have_a_tag_and_304_saves_them),
		cmocka_unit_test(a_version_guards_an_edit),
		cmocka_unit_test(a_key_is_demanded_and_must_be_sound),
		cmocka_unit_test(options_tells_what_the_caller_may_do),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
