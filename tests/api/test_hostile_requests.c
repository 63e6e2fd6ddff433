/* test_hostile_requests.c - methods, paths, queries and headers that nobody
 * should send, to every operation of the document (reliability S6). */
#include "operations.h"
#include "volley.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- methods ---- */

static void visit_methods(const struct target *target)
{
	static const char *const methods[] = {
		"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT",
		"PROPFIND", "get", "G", "FOOFOOFOOFOOFOOFOOFOO"};
	struct caller caller = {.bearer = target->owner.bearer, .key = ""};
	const char *allow = header_of(ask(0, "OPTIONS", target->path, &caller,
					  NULL),
				      "Allow");
	const char *before = digest();

	assert_non_null(allow);
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		struct shot shot = shot_at(target, methods[i]);

		if (strstr(allow, methods[i]) != NULL &&
		    strlen(methods[i]) > 1)
			continue;
		shot.method = methods[i];
		shot.body = NULL;
		shot.want = "405 400 501";
		fire(&shot);
		shot.caller = (struct caller){0};
		shot.want = "405 400 401 501";
		fire(&shot);
	}
	volley_end();
	assert_unchanged(before, target->operation->name);
}

static void other_methods_are_405(void **state)
{
	(void)state;
	each_target(visit_methods);
}

/* ---- paths and queries ---- */

static void visit_paths(const struct target *target)
{
	static const char *const ids[] = {
		NO_SUCH_ID, "abc", "0", "-1", "9223372036854775808",
		"00000000-0000-0000-0000-000000000000",
		"01A20430-3E93-744D-B2A0-9DAEC6967BD3",
		"{01a20430-3e93-744d-b2a0-9daec6967bd3}",
		"01a204303e93744db2a09daec6967bd3", "%00", "a%00b", "%",
		"%zz", "%ff", "%c0%af", "%2e%2e", "..", ".", "%2f", "..%2f..",
		"%0d%0aX-Evil:1", "' OR 1=1", "%27%20OR%201=1--", "%25s%25n",
		"a;b=c", "*", "%e2%80%ae", "null", "me"};
	static char *huge;
	const char *before;

	if (strchr(target->operation->template, '{') == NULL)
		return;
	if (huge == NULL)
		huge = repeated("a", 4096, "");
	before = digest();
	for (size_t i = 0; i <= sizeof(ids) / sizeof(ids[0]); i++) {
		const char *id = i < sizeof(ids) / sizeof(ids[0]) ? ids[i] : huge;
		struct shot shot = shot_at(target, "path");

		if (strchr(id, ' ') != NULL && strchr(id, '%') == NULL)
			continue; /* libcurl would not send it */
		shot.path = path_with(target->operation, id);
		shot.want = strcmp(shot.method, "GET") == 0 ? "4xx 301" : "4xx";
		fire(&shot);
		shot.caller.bearer = stranger();
		fire(&shot);
		shot.caller = (struct caller){.key = ""};
		fire(&shot);
	}
	volley_end();
	assert_unchanged(before, target->operation->name);
}

static void what_is_no_id_opens_nothing(void **state)
{
	(void)state;
	stranger();
	each_target(visit_paths);
}

static void visit_queries(const struct target *target)
{
	static const char *const texts[] = {
		"", "abc", "-1", "0", "1e9", "2147483648",
		"9223372036854775808", "NaN", "1.5", "%00", "a%00b", "%ff",
		"%c0%af", "%", "%zz", "%27%20OR%201=1--", "%25", "_%25_",
		"null", "true", "%5B%5D", "%e2%80%ae", "2026-13-45",
		"99999-01-01T00:00:00Z", "0000-00-00", "-price,-price,,",
		"price%3bDROP%20TABLE%20product", ",,,,", "%0d%0aa:b"};
	json_t *parameters = json_object_get(target->operation->description,
					     "parameters");
	json_t *parameter;
	size_t at;

	json_array_foreach(parameters, at, parameter) {
		const char *name = json_string_value(
			json_object_get(parameter, "name"));
		struct shot shot = shot_at(target, name);

		if (strcmp(json_string_value(json_object_get(parameter, "in")),
			   "query") != 0)
			continue;
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
			shot.path = fmt("%s?%s=%s", target->path, name, texts[i]);
			fire(&shot);
			shot.path = fmt("%s?%s=%s&%s=x&page=2", target->path, name,
					texts[i], name);
			fire(&shot);
		}
	}
}

static void odd_queries_are_never_our_failure(void **state)
{
	(void)state;
	each_target(visit_queries);
	volley_end();
}

static void visit_headers(const struct target *target)
{
	static const char *const headers[] = {
		"If-Match: ", "If-Match: *", "If-Match: \"\"", "If-Match: x",
		"If-Match: W/\"1\"", "If-Match: \"99999999999999999999\"",
		"If-Match: \"-1\"", "If-None-Match: \"", "Accept: text/html",
		"Accept: \xff", "Accept: */*;q=x", "Accept: ,,,;;;",
		"Accept-Language: \xff", "Authorization: ",
		"Authorization: Bearer", "Authorization: Basic YTpi",
		"Authorization: Bearer \xff", "Authorization: Negotiate x",
		"X-Cart-Token: \xff\xfe", "X-Order-Token: ' OR 1=1",
		"X-Forwarded-For: ' OR 1=1", "X-Forwarded-Proto: javascript",
		"X-Forwarded-Host: evil.example", "X-HTTP-Method-Override: DELETE",
		"Range: bytes=0-1", "Origin: null", "X-Request-Id: <a>\"'"};

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct shot shot = shot_at(target, headers[i]);

		shot.caller.header = headers[i];
		if (strncmp(headers[i], "Authorization", 13) == 0)
			shot.caller.bearer = NULL;
		fire(&shot);
	}
	if (target->owner.key != NULL && target->body != NULL) {
		static const char *const keys[] = {"\xff\xfe", "a b", "\"q\"",
						   "' OR 1=1", "\xe2\x80\xae"};
		struct shot shot = shot_at(target, "key");

		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			shot.caller.key = keys[i];
			fire(&shot);
		}
		shot.caller.key = repeated("k", 256, "");
		fire(&shot);
	}
}

static void odd_headers_are_never_our_failure(void **state)
{
	(void)state;
	each_target(visit_headers);
	volley_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(other_methods_are_405),
		cmocka_unit_test(what_is_no_id_opens_nothing),
		cmocka_unit_test(odd_queries_are_never_our_failure),
		cmocka_unit_test(odd_headers_are_never_our_failure),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	printf("%zu hostile requests were sent\n", volley_count());
	return failed;
}
