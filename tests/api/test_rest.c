/* test_rest.c - what holds for every route: read from /api/schema/, asked of
 * the running shop (reliability S3, S4, S22, S29, S41). */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NO_SUCH_ID "01a20430-3e93-744d-b2a0-9daec6967bd3"

static json_t *document(void)
{
	return ask(200, "GET", "/api/schema/", &nobody, NULL)->json;
}

/* The path with an id that no object has for each value. */
static const char *filled(const char *path)
{
	static char text[512];
	size_t used = 0;

	for (; *path != '\0' && used < sizeof(text) - 40; path++) {
		if (*path == '{') {
			used += (size_t)snprintf(text + used,
						 sizeof(text) - used, "%s",
						 NO_SUCH_ID);
			path += strcspn(path, "}");
			continue;
		}
		text[used++] = *path;
	}
	text[used] = '\0';
	return text;
}

static const char *upper(const char *method)
{
	static char text[16];
	size_t i;

	for (i = 0; method[i] != '\0' && i < sizeof(text) - 1; i++)
		text[i] = (char)(method[i] & ~0x20);
	text[i] = '\0';
	return text;
}

enum guard { GUARD_NONE, GUARD_SECRET, GUARD_LOGIN, GUARD_STAFF };

static enum guard guard_of(json_t *operation)
{
	json_t *security = json_object_get(operation, "security");
	const char *words = json_string_value(
		json_object_get(operation, "description"));
	json_t *scheme;
	size_t i;

	if (strncmp(words, "For staff", 9) == 0)
		return GUARD_STAFF;
	if (strncmp(words, "For the provider", 16) == 0)
		return GUARD_NONE;
	json_array_foreach(security, i, scheme) {
		if (json_object_size(scheme) == 0)
			return GUARD_NONE;
		if (json_object_get(scheme, "cartToken") != NULL ||
		    json_object_get(scheme, "orderToken") != NULL)
			return GUARD_SECRET;
	}
	return GUARD_LOGIN;
}

struct visit {
	const char *path; /* filled */
	const char *method;
	json_t *operation;
	enum guard guard;
};

static size_t each_operation(void (*visit)(const struct visit *visit))
{
	json_t *paths = json_object_get(document(), "paths");
	json_t *place;
	json_t *operation;
	const char *path;
	const char *method;
	size_t count = 0;

	json_object_foreach(paths, path, place) {
		json_object_foreach(place, method, operation) {
			char *kept = strdup(filled(path));
			struct visit v = {kept, upper(method), operation,
					  guard_of(operation)};

			visit(&v);
			free(kept);
			count++;
		}
	}
	return count;
}

static const char *body_of(const struct visit *v)
{
	return strcmp(v->method, "GET") == 0 ? NULL : "{}";
}

static void expect(const struct visit *v, const struct answer *answer,
		   bool is_right)
{
	if (!is_right)
		fail_msg("%s %s answered %d: %.200s", v->method, v->path,
			 answer->status, answer->body ? answer->body : "");
}

/* Whatever happens, it is in the document, and 5xx does not happen. */
static void expect_documented(const struct visit *v,
			      const struct answer *answer)
{
	char status[12];

	snprintf(status, sizeof(status), "%d", answer->status);
	expect(v, answer, answer->status < 500);
	expect(v, answer,
	       json_object_get(json_object_get(v->operation, "responses"),
			       status) != NULL);
}

static void visit_as_nobody(const struct visit *v)
{
	static const struct caller caller = {.key = ""};
	struct answer *a = ask(0, v->method, v->path, &caller, body_of(v));

	expect_documented(v, a);
	if (v->guard == GUARD_LOGIN || v->guard == GUARD_STAFF)
		expect(v, a, a->status == 401 &&
				     header_of(a, "WWW-Authenticate") != NULL);
	if (v->guard == GUARD_SECRET)
		expect(v, a, a->status >= 400 && a->status != 401 &&
				     a->status != 403);
}

static void who_is_nobody_gets_no_further_than_the_document_says(void **state)
{
	(void)state;
	assert_true(each_operation(visit_as_nobody) > 10);
}

static const char *bearer;

static void visit_as_customer(const struct visit *v)
{
	struct caller caller = {.bearer = bearer, .key = ""};
	struct answer *a;

	if (strstr(v->path, "/auth/logout/") != NULL)
		return; /* the end of this customer's session */
	a = ask(0, v->method, v->path, &caller, body_of(v));
	expect_documented(v, a);
	expect(v, a, (a->status == 403) == (v->guard == GUARD_STAFF));
	expect(v, a, a->status != 401 || strstr(v->path, "/auth/") != NULL);
}

static void a_customer_is_not_staff_anywhere(void **state)
{
	(void)state;
	bearer = a_customer();
	/* One whose address is proved: some of their own things ask for it. */
	sql("UPDATE account SET email_verified_at = now() WHERE id = '%s'",
	    text_at(ask(200, "GET", "/api/v1/account/",
			&(struct caller){.bearer = bearer}, NULL), "id"));
	assert_true(each_operation(visit_as_customer) > 10);
}

static void visit_with_a_bad_token(const struct visit *v)
{
	static const struct caller caller = {.bearer = "e30.e30.e30"};
	struct answer *a = ask(0, v->method, v->path, &caller, body_of(v));

	if (strncmp(v->path, "/api/v1/auth/", 13) == 0 &&
	    v->guard == GUARD_NONE)
		return;
	if (strstr(json_string_value(json_object_get(v->operation,
						     "description")),
		   "provider") != NULL)
		return;
	expect(v, a, a->status == 401);
	assert_string_equal(text_at(a, "code"), "token_not_valid");
}

static void a_bad_token_is_401_everywhere(void **state)
{
	(void)state;
	each_operation(visit_with_a_bad_token);
}

/* Headers that every answer bears, also a refusal. */
static void visit_headers(const struct visit *v)
{
	struct answer *a = ask(0, v->method, v->path, &nobody, body_of(v));

	expect(v, a, header_of(a, "X-Request-Id") != NULL);
	expect(v, a, header_of(a, "Allow") != NULL);
	expect(v, a, header_of(a, "Cache-Control") != NULL);
	expect(v, a, header_of(a, "Server") == NULL);
	expect(v, a, strstr(header_of(a, "Allow"), v->method) != NULL);
	expect(v, a, strcmp(header_of(a, "X-Content-Type-Options"),
			    "nosniff") == 0);
}

static void every_answer_has_its_headers(void **state)
{
	(void)state;
	each_operation(visit_headers);
}

static void visit_unknown_method(const struct visit *v)
{
	struct answer *a = ask(0, "FOO", v->path, &nobody, NULL);

	expect(v, a, a->status == 405 || a->status == 401);
	a = ask(0, "OPTIONS", v->path, &nobody, NULL);
	expect(v, a, a->status == 200 || a->status == 401);
}

static void unknown_methods_are_405_and_options_answers(void **state)
{
	(void)state;
	each_operation(visit_unknown_method);
}

static void visit_wrong_body(const struct visit *v)
{
	static const char *const bodies[] = {
		"[]", "null", "1", "\"x\"", "{", "{\"a\":1,\"a\":2}",
		"{\"a\":1e999}", "\xff",
		"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["};
	struct caller caller = {.bearer = bearer, .key = ""};

	if (strcmp(v->method, "GET") == 0)
		return;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		struct answer *a = ask(0, v->method, v->path, &caller,
				       bodies[i]);

		expect_documented(v, a);
	}
}

static void a_wrong_body_is_never_our_failure(void **state)
{
	(void)state;
	bearer = the_staff();
	each_operation(visit_wrong_body);
}

static void head_has_the_headers_of_get(void **state)
{
	struct answer *get = ask(200, "GET", "/api/v1/products/", &nobody,
				 NULL);
	struct answer *head = ask(200, "HEAD", "/api/v1/products/", &nobody,
				  NULL);

	(void)state;
	assert_int_equal(head->length, 0);
	assert_string_equal(header_of(get, "Content-Length"),
			    header_of(head, "Content-Length"));
	assert_string_equal(header_of(get, "ETag"), header_of(head, "ETag"));
}

static void an_unchanged_list_is_304(void **state)
{
	struct answer *get = ask(200, "GET", "/api/v1/products/", &nobody,
				 NULL);
	struct caller caller = {.header = fmt("If-None-Match: W/%s",
					      header_of(get, "ETag"))};
	struct answer *again = ask(304, "GET", "/api/v1/products/", &caller,
				   NULL);

	(void)state;
	assert_int_equal(again->length, 0);
	assert_null(header_of(again, "Content-Type"));
}

static void the_slash_is_asked_for_with_the_query_kept(void **state)
{
	struct answer *a = ask(301, "GET", "/api/v1/products?page=2&x=%2F",
			       &nobody, NULL);

	(void)state;
	assert_string_equal(header_of(a, "Location"),
			    "/api/v1/products/?page=2&x=%2F");
	ask(401, "POST", "/api/v1/admin/products", &nobody, "{}");
}

static void compressed_bodies_are_415(void **state)
{
	static const struct caller caller = {
		.header = "Content-Encoding: gzip"};

	(void)state;
	ask(415, "POST", "/api/v1/auth/token/", &caller, "x");
}

static void a_big_body_is_413(void **state)
{
	char *body = malloc(3000001);

	(void)state;
	memset(body, ' ', 3000000);
	body[3000000] = '\0';
	ask(413, "POST", "/api/v1/auth/token/", &nobody, body);
	free(body);
}

static void problems_lead_to_the_documentation(void **state)
{
	static const struct caller caller = {
		.header = "Accept: application/problem+json"};
	struct answer *a = ask(404, "GET", "/api/v1/nothing/", &caller, NULL);
	struct answer *page;
	const char *anchor;

	(void)state;
	assert_non_null(strstr(header_of(a, "Content-Type"), "problem+json"));
	anchor = strchr(text_at(a, "type"), '#');
	assert_non_null(anchor);
	page = ask(200, "GET", text_at(a, "type"), &nobody, NULL);
	assert_non_null(strstr(page->body, fmt("id=\"%s\"", anchor + 1)));
}

static void health_and_version_answer(void **state)
{
	(void)state;
	assert_string_equal(text_at(ask(200, "GET", "/healthz/", &nobody,
					NULL), "status"), "ok");
	assert_string_equal(text_at(ask(200, "GET", "/readyz/", &nobody, NULL),
				    "status"), "ready");
	text_at(ask(200, "GET", "/version/", &nobody, NULL), "version");
	assert_non_null(strstr(ask(200, "GET", "/metrics", &nobody,
				   NULL)->body,
			       "shopd_http_requests_total{"));
}

static void metrics_are_not_for_those_behind_a_proxy(void **state)
{
	static const struct caller caller = {
		.header = "X-Forwarded-For: 203.0.113.5"};

	(void)state;
	ask(403, "GET", "/metrics", &caller, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			who_is_nobody_gets_no_further_than_the_document_says),
		cmocka_unit_test(a_customer_is_not_staff_anywhere),
		cmocka_unit_test(a_bad_token_is_401_everywhere),
		cmocka_unit_test(every_answer_has_its_headers),
		cmocka_unit_test(unknown_methods_are_405_and_options_answers),
		cmocka_unit_test(a_wrong_body_is_never_our_failure),
		cmocka_unit_test(head_has_the_headers_of_get),
		cmocka_unit_test(an_unchanged_list_is_304),
		cmocka_unit_test(the_slash_is_asked_for_with_the_query_kept),
		cmocka_unit_test(compressed_bodies_are_415),
		cmocka_unit_test(a_big_body_is_413),
		cmocka_unit_test(problems_lead_to_the_documentation),
		cmocka_unit_test(health_and_version_answer),
		cmocka_unit_test(metrics_are_not_for_those_behind_a_proxy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
