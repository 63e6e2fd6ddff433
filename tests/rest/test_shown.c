/* test_shown.c - fields= and expand=, down to the statement. */
#include "things.h"

static void only_what_is_asked_for_is_shown(void **state)
{
	(void)state;
	assert_true(ask("", 1));
	is_json("results.0",
		"{\"number\":1,\"name\":\"thing_1\",\"price\":\"1.00\","
		"\"kind\":{\"slug\":\"k\",\"name\":\"K, {]\\\"\"}}");
	assert_true(ask("fields=price,number", 1));
	is_json("results.0", "{\"number\":1,\"price\":\"1.00\"}");
	assert_true(ask("fields=price&fields=%20name%20,,", 1));
	is_json("results.0", "{\"name\":\"thing_1\",\"price\":\"1.00\"}");
	assert_true(ask("fields=", 1));
	is_json("results.0.number", "1");
	assert_true(ask("fields=number&limit=1", 2));
	is_json("next", AT "?fields=number&limit=1&offset=1\"");
}

static void what_is_dear_comes_when_it_is_asked_for(void **state)
{
	(void)state;
	assert_true(ask("expand=parts&fields=number", 1));
	is_json("results.0", "{\"number\":1,\"parts\":[{\"name\":[1,{}],"
			     "\"slug\":\"a\"},{\"name\":null,\"slug\":\"b\"}]}");
	assert_true(ask("fields=parts", 1));
	is_json("results.0.parts.1.slug", "\"b\"");
	assert_int_equal(json_count(json_at(root(), "results.0")), 1);
	/* It is asked of the database then, and only then. */
	assert_false(ask("expand=slow", 1));
	assert_int_equal(req.http.work.statements, 1);
}

static void nested_members_are_cut(void **state)
{
	(void)state;
	assert_true(ask("fields=kind.name", 1));
	is_json("results.0", "{\"kind\":{\"name\":\"K, {]\\\"\"}}");
	assert_true(ask("fields=kind.slug,parts.name,number", 1));
	is_json("results.0", "{\"number\":1,\"kind\":{\"slug\":\"k\"},"
			     "\"parts\":[{\"name\":[1,{}]},{\"name\":null}]}");
	assert_true(ask("fields=kind.slug,kind", 1));
	is_json("results.0.kind.name", "\"K, {]\\\"\"");
	assert_true(ask("fields=kind.slug&expand=parts", 1));
	is_json("results.0.parts.1", "{\"name\":null,\"slug\":\"b\"}");
}

static void unknown_members_are_told_with_those_there_are(void **state)
{
	(void)state;
	refused("fields=number,zzz",
		"{\"fields\":[\"Select a valid choice. zzz is not one of the "
		"available choices: number, name, price, kind, parts, "
		"slow.\"]}");
	refused("expand=kind",
		"{\"expand\":[\"Select a valid choice. kind is not one of the "
		"available choices: parts, slow.\"]}");
	refused("fields=kind.zzz",
		"{\"fields\":[\"Select a valid choice. kind.zzz is not one of "
		"the available choices: number, name, price, kind, parts, "
		"slow.\"]}");
	assert_false(ask("fields=number.x", 1));
	assert_false(ask("fields=kind.", 1));
	assert_false(ask("fields=number%00", 1));
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(only_what_is_asked_for_is_shown),
		T(what_is_dear_comes_when_it_is_asked_for),
		T(nested_members_are_cut),
		T(unknown_members_are_told_with_those_there_are),
	};

	return cmocka_run_group_tests(tests, things_start, things_finish);
}
