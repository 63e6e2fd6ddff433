/* test_rule.c - the rules of a collection, as they are checked and stored. */
#include "../test.h"

#include <string.h>

#include <platform/config.h>
#include <platform/json.h>

#include "../../../src/domain/catalog/collections.h"

static int start(void **state)
{
	(void)state;
	return config_set("currency", "EUR") ? 0 : -1;
}

/* {"all":[{...}]} of one condition. */
static const char *one(struct work *w, const char *members)
{
	return arena_format(&w->arena, "{\"all\":[{%s}]}", members);
}

static void a_condition_is_stored_as_its_field_has_it(void **state)
{
	static const char *const cases[][2] = {
		{"\"field\":\"brand\",\"op\":\"eq\",\"value\":\"A\"",
		 "\"field\":\"brand\",\"op\":\"eq\",\"value\":\"A\""},
		{"\"op\":\"in\",\"more\":1,\"value\":[\"a\",\"b\"],"
		 "\"field\":\"category\"",
		 "\"field\":\"category\",\"op\":\"in\",\"value\":[\"a\",\"b\"]"},
		{"\"field\":\"price\",\"op\":\"lt\",\"value\":19.9",
		 "\"field\":\"price\",\"op\":\"lt\",\"currency\":\"EUR\","
		 "\"value\":\"19.90\""},
		{"\"field\":\"price\",\"op\":\"gte\",\"currency\":\"JPY\","
		 "\"value\":\"500\"",
		 "\"field\":\"price\",\"op\":\"gte\",\"currency\":\"JPY\","
		 "\"value\":\"500\""},
		{"\"field\":\"attribute.volume\",\"op\":\"gt\",\"value\":350",
		 "\"field\":\"attribute.volume\",\"op\":\"gt\",\"value\":350"},
		{"\"field\":\"attribute.safe\",\"op\":\"is_set\","
		 "\"value\":false",
		 "\"field\":\"attribute.safe\",\"op\":\"is_set\","
		 "\"value\":false"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct work w = {0};
		struct rules rules;

		assert_true(rules_read(&w, one(&w, cases[i][0]), &rules));
		assert_string_equal(rules.json, one(&w, cases[i][1]));
		assert_false(rules.is_drifting);
		work_finish(&w);
	}
}

static void what_time_or_stock_moves_is_told(void **state)
{
	static const char *const cases[] = {
		"\"field\":\"created\",\"op\":\"within_days\",\"value\":30",
		"\"field\":\"in_stock\",\"op\":\"eq\",\"value\":true",
		"\"field\":\"popularity\",\"op\":\"gte\",\"value\":5",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct work w = {0};
		struct rules rules;

		assert_true(rules_read(&w, one(&w, cases[i]), &rules));
		assert_true(rules.is_drifting);
		work_finish(&w);
	}
}

static const struct {
	const char *condition;
	const char *member;
} bad[] = {
	{"\"op\":\"eq\",\"value\":1", "field"},
	{"\"field\":\"colour\",\"op\":\"eq\",\"value\":1", "field"},
	{"\"field\":\"attribute.\",\"op\":\"eq\",\"value\":1", "field"},
	{"\"field\":\"brand\",\"value\":\"A\"", "op"},
	{"\"field\":\"brand\",\"op\":\"gt\",\"value\":\"A\"", "op"},
	{"\"field\":\"brand\",\"op\":\"eq ne\",\"value\":\"A\"", "op"},
	{"\"field\":\"brand\",\"op\":\"\",\"value\":\"A\"", "op"},
	{"\"field\":\"brand\",\"op\":\"eq\"", "value"},
	{"\"field\":\"brand\",\"op\":\"eq\",\"value\":\"\"", "value"},
	{"\"field\":\"brand\",\"op\":\"in\",\"value\":[]", "value"},
	{"\"field\":\"brand\",\"op\":\"in\",\"value\":\"A\"", "value"},
	{"\"field\":\"brand\",\"op\":\"in\",\"value\":[1]", "value"},
	{"\"field\":\"price\",\"op\":\"lt\",\"value\":-1", "value"},
	{"\"field\":\"price\",\"op\":\"lt\",\"value\":1.999", "value"},
	{"\"field\":\"price\",\"op\":\"lt\",\"value\":1,"
	 "\"currency\":\"ABC\"", "currency"},
	{"\"field\":\"in_stock\",\"op\":\"eq\",\"value\":1", "value"},
	{"\"field\":\"created\",\"op\":\"gt\",\"value\":\"soon\"",
	 "value"},
	{"\"field\":\"created\",\"op\":\"within_days\",\"value\":0",
	 "value"},
	{"\"field\":\"created\",\"op\":\"within_days\","
	 "\"value\":36501", "value"},
};

static void a_bad_condition_is_blamed_where_it_stands(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct work w = {0};
		struct rules rules;
		const char *body;

		assert_false(rules_read(&w, one(&w, bad[i].condition),
					&rules));
		assert_int_equal(w.fault.kind->status, 400);
		body = json_write(&w.arena, w.fault.body);
		if (strstr(body, arena_format(&w.arena, "\"%s\":[",
					      bad[i].member)) == NULL)
			fail_msg("%s: %s", bad[i].condition, body);
		work_finish(&w);
	}
}

static void every_bad_condition_is_told_at_once(void **state)
{
	struct work w = {0};
	struct rules rules;
	const char *body;

	(void)state;
	assert_false(rules_read(
		&w,
		"{\"any\":[{\"field\":\"brand\",\"op\":\"eq\",\"value\":1},"
		"{\"field\":\"brand\",\"op\":\"eq\",\"value\":\"A\"},"
		"{\"field\":\"rating\",\"op\":\"eq\",\"value\":\"A\"}]}",
		&rules));
	body = json_write(&w.arena, w.fault.body);
	assert_non_null(strstr(body, "Not a valid string."));
	assert_non_null(strstr(body, "A valid number is required."));
	work_finish(&w);
}

static void rules_are_all_or_any_and_at_least_one(void **state)
{
	static const char *const cases[] = {
		"[]", "{}", "7", "{\"none\":[]}", "{\"all\":[]}",
		"{\"all\":{}}", "{\"any\":\"x\"}",
		"{\"all\":[{\"field\":\"brand\",\"op\":\"eq\",\"value\":"
		"\"A\"}],\"any\":[{\"field\":\"brand\",\"op\":\"eq\","
		"\"value\":\"A\"}]}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct work w = {0};
		struct rules rules;

		assert_false(rules_read(&w, cases[i], &rules));
		assert_non_null(json_member(w.fault.body, "rules"));
		work_finish(&w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_condition_is_stored_as_its_field_has_it),
		cmocka_unit_test(what_time_or_stock_moves_is_told),
		cmocka_unit_test(a_bad_condition_is_blamed_where_it_stands),
		cmocka_unit_test(every_bad_condition_is_told_at_once),
		cmocka_unit_test(rules_are_all_or_any_and_at_least_one),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
