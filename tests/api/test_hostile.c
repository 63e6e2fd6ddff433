/* test_hostile.c - what nobody should send, to every operation of the
 * document: each is refused in the API's own words, changes nothing, and is
 * never our failure (issue "Bad input"; reliability S5, S6, S7, S21). */
#include "operations.h"
#include "values.h"
#include "volley.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool has_json_body(const struct target *target)
{
	return target->body != NULL &&
	       target->operation->guard != FOR_GATEWAYS;
}

/* ---- one field replaced ---- */

struct volley_of {
	const struct target *target;
	size_t value;
	bool wants_refused; /* else: the others */
	unsigned number;
};

static void fire_mutant(const struct mutant *mutant, void *argument)
{
	struct volley_of *v = argument;
	struct shot shot = shot_at(v->target,
				   fmt("%s: %s", mutant->field,
				       values[v->value].name));
	bool is_refused = value_is_refused(mutant->schema, v->value);

	shot.body = mutant->body;
	if (is_refused != v->wants_refused)
		return;
	if (is_refused) {
		shot.want = "400";
		shot.key = value_is_broken(v->value) ? NULL : mutant->top;
	}
	fire(&shot);
	if (v->number++ % 9 != 0)
		return;
	shot.key = NULL;
	shot.want = is_refused ? "4xx" : NULL;
	shot.caller.bearer = NULL;
	fire(&shot);
	shot.caller.bearer = stranger();
	fire(&shot);
}

static void fire_fields(const struct target *target, bool wants_refused)
{
	struct volley_of v = {.target = target, .wants_refused = wants_refused};

	for (v.value = 0; v.value < value_count; v.value++)
		each_mutant(body_schema(target->operation), target->body,
			    values[v.value].raw, fire_mutant, &v);
}

static void visit_refused_fields(const struct target *target)
{
	const char *before;

	if (!has_json_body(target))
		return;
	before = digest();
	fire_fields(target, true);
	volley_end();
	assert_unchanged(before, target->operation->name);
}

static void wrong_fields_are_named_and_change_nothing(void **state)
{
	(void)state;
	stranger();
	each_target(visit_refused_fields);
}

static void visit_odd_fields(const struct target *target)
{
	if (has_json_body(target))
		fire_fields(target, false);
}

/* They may be right: then they are stored, and shown as they came. */
static void odd_fields_are_never_our_failure(void **state)
{
	(void)state;
	each_target(visit_odd_fields);
	volley_end();
}

static void fire_without(const struct mutant *mutant, void *argument)
{
	const struct target *target = argument;
	struct shot shot = shot_at(target, fmt("without %s", mutant->field));

	if (!mutant->is_required)
		return;
	shot.body = mutant->body;
	shot.want = "400";
	shot.key = mutant->top;
	fire(&shot);
}

static void visit_missing_fields(const struct target *target)
{
	const char *before;

	if (!has_json_body(target))
		return;
	before = digest();
	each_mutant(body_schema(target->operation), target->body, NULL,
		    fire_without, (void *)target);
	volley_end();
	assert_unchanged(before, target->operation->name);
}

static void what_is_required_is_missed(void **state)
{
	(void)state;
	each_target(visit_missing_fields);
}

/* ---- the body as a whole ---- */

static const struct {
	const char *what;
	const char *body;
	size_t length;
} bodies[] = {
	{"list", "[]", 0},
	{"full list", "[{\"a\":1}]", 0},
	{"text", "\"x\"", 0},
	{"null", "null", 0},
	{"number", "5", 0},
	{"boolean", "true", 0},
	{"open", "{", 0},
	{"open text", "{\"a\":\"", 0},
	{"open list", "{\"a\":[1", 0},
	{"no colon", "{\"a\" 1}", 0},
	{"no quotes", "{a:1}", 0},
	{"comma", "{\"a\":1,}", 0},
	{"two", "{}{}", 0},
	{"rest", "{} x", 0},
	{"NUL behind", "{}\0", 3},
	{"NUL", "\0", 1},
	{"BOM", "\xef\xbb\xbf{}", 0},
	{"UTF-16", "\xff\xfe{\0}\0", 6},
	{"UTF-32", "{\0\0\0}\0\0\0", 8},
	{"duplicate", "{\"a\":1,\"a\":2}", 0},
	{"duplicate, escaped", "{\"a\":1,\"\\u0061\":2}", 0},
	{"NUL in a key", "{\"a\\u0000b\":1}", 0},
	{"form", "a=1&b=2", 0},
	{"markup", "<?xml version=\"1.0\"?><a/>", 0},
	{"comment", "/* */{}", 0},
	{"spaces", "   ", 0},
};

/* Many keys, a long number, depth: within the limit of a body. */
static void fire_bombs(const struct target *target)
{
	static char *bombs[5];
	struct shot shot = shot_at(target, "bomb");

	if (bombs[0] == NULL) {
		bombs[0] = repeated("{\"a\":", 20000, "1");
		bombs[1] = repeated("[", 50000, "");
		bombs[2] = repeated("9", 50000, "");
		bombs[3] = repeated("[[[[[[[[", 5, "");
		bombs[4] = repeated("{\"a\":{\"a\":{\"a\":{\"a\":", 9, "1");
	}
	shot.want = "400";
	for (size_t i = 0; i < sizeof(bombs) / sizeof(bombs[0]); i++) {
		shot.body = bombs[i];
		fire(&shot);
	}
}

static void visit_bodies(const struct target *target)
{
	struct shot shot = shot_at(target, "");
	const char *before;

	if (!has_json_body(target))
		return;
	before = digest();
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		shot = shot_at(target, bodies[i].what);
		shot.body = bodies[i].body;
		shot.length = bodies[i].length;
		shot.want = "400";
		fire(&shot);
		shot.want = "4xx";
		shot.caller.bearer = NULL;
		fire(&shot);
		shot.caller.bearer = stranger();
		fire(&shot);
	}
	fire_bombs(target);
	volley_end();
	assert_unchanged(before, target->operation->name);
}

static void a_body_that_is_no_object_is_400(void **state)
{
	(void)state;
	stranger();
	each_target(visit_bodies);
}

static bool has_required(const struct target *target)
{
	return json_array_size(json_object_get(body_schema(target->operation),
					       "required")) > 0;
}

static void visit_types(const struct target *target)
{
	static const char *const types[] = {
		"text/plain", "application/x-www-form-urlencoded",
		"multipart/form-data; boundary=x", "application/xml",
		"text/html", "application/jsonp", "application/json5",
		"application/problem+json", "json", "*/*", "application/*",
		"application/json, text/plain", "\xff\xfe"};
	const char *before;
	struct shot shot;

	if (!has_json_body(target))
		return;
	before = digest();
	for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		shot = shot_at(target, types[i]);
		shot.type = types[i];
		shot.want = "415 400";
		fire(&shot);
	}
	shot = shot_at(target, "encoded");
	shot.caller.header = "Content-Encoding: gzip";
	shot.want = "415";
	fire(&shot);
	shot = shot_at(target, "in chunks");
	shot.caller.header = "Transfer-Encoding: chunked";
	shot.type = "text/plain";
	shot.want = "415";
	fire(&shot);
	shot = shot_at(target, "empty");
	shot.body = "";
	shot.want = "400";
	if (has_required(target))
		fire(&shot);
	volley_end();
	assert_unchanged(before, target->operation->name);
}

static void another_content_type_is_415(void **state)
{
	(void)state;
	each_target(visit_types);
}

static void visit_size(const struct target *target)
{
	static char *big;
	struct shot shot = shot_at(target, "big");

	if (big == NULL)
		big = repeated("{\"a\":\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"}",
			       40000, "");
	if (target->body == NULL)
		return;
	shot.body = big;
	shot.want = "413";
	fire(&shot);
	shot.caller = (struct caller){.key = ""};
	shot.want = "413 401";
	fire(&shot);
}

static void a_body_beyond_the_limit_is_413(void **state)
{
	(void)state;
	each_target(visit_size);
	volley_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_fields_are_named_and_change_nothing),
		cmocka_unit_test(what_is_required_is_missed),
		cmocka_unit_test(a_body_that_is_no_object_is_400),
		cmocka_unit_test(another_content_type_is_415),
		cmocka_unit_test(a_body_beyond_the_limit_is_413),
		cmocka_unit_test(odd_fields_are_never_our_failure),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	printf("%zu hostile requests were sent\n", volley_count());
	return failed;
}
