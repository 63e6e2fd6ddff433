/* test_attribute.c - the attributes of a product are what their kinds say. */
#include "../test.h"

#include <string.h>

#include <domain/catalog.h>
#include <platform/json.h>

static const char *const colours[] = {"navy", "white"};
static const struct attribute_rule rules[] = {
	{.code = "colour", .kind = "colour", .values = colours, .value_count = 2},
	{.code = "volume", .kind = "number"},
	{.code = "safe", .kind = "boolean"},
	{.code = "made", .kind = "date"},
	{.code = "material", .kind = "text"},
};
static const struct attribute_set typed = {true, 5, rules};
static const struct attribute_set untyped = {false, 5, rules};

/* What is stored of it; NULL when it is refused. */
static const char *stored(struct work *w, const struct attribute_set *set,
			  const char *json)
{
	const char *clean = NULL;

	return attributes_judge(w, "attributes", set, json, &clean) ? clean : NULL;
}

/* The complaint under that code; "" for none. */
static const char *complaint(struct work *w, const char *json, const char *code)
{
	assert_null(stored(w, &typed, json));
	assert_int_equal(w->fault.kind->status, 400);
	return json_text(json_item(
		json_member(json_member(w->fault.body, "attributes"), code), 0));
}

static void values_are_stored_as_their_kind_has_them(void **state)
{
	static const char *const cases[][2] = {
		{"{}", "{}"},
		{"{\"volume\":350}", "{\"volume\":350}"},
		{"{\"volume\":\" 007.50 \"}", "{\"volume\":7.5}"},
		{"{\"volume\":\"-0.0\"}", "{\"volume\":0}"},
		{"{\"volume\":-0.25}", "{\"volume\":-0.25}"},
		{"{\"safe\":\"Yes\",\"volume\":1}", "{\"safe\":true,\"volume\":1}"},
		{"{\"safe\":false}", "{\"safe\":false}"},
		{"{\"made\":\"2024-02-29\"}", "{\"made\":\"2024-02-29\"}"},
		{"{\"colour\":\"navy\"}", "{\"colour\":\"navy\"}"},
		{"{\"material\":\" a \\\"b\\\" \"}", "{\"material\":\"a \\\"b\\\"\"}"},
		{"{\"material\":4}", "{\"material\":\"4\"}"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct work w = {0};

		assert_string_equal(stored(&w, &typed, cases[i][0]), cases[i][1]);
		work_finish(&w);
	}
}

static void values_of_another_kind_are_refused(void **state)
{
	static const char *const cases[][3] = {
		{"{\"volume\":\"much\"}", "volume", "A valid number is required."},
		{"{\"volume\":\"\"}", "volume", "A valid number is required."},
		{"{\"volume\":\".\"}", "volume", "A valid number is required."},
		{"{\"volume\":\"1e3\"}", "volume", "A valid number is required."},
		{"{\"volume\":\"0.1234567\"}", "volume",
		 "Ensure that there are no more than 6 decimal places."},
		{"{\"volume\":\"1234567890123456\"}", "volume",
		 "Ensure that there are no more than 15 digits in total."},
		{"{\"volume\":[1]}", "volume", "Not a valid string."},
		{"{\"volume\":null}", "volume", "This field may not be null."},
		{"{\"safe\":\"perhaps\"}", "safe", "Must be a valid boolean."},
		{"{\"made\":\"2023-02-29\"}", "made",
		 "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."},
		{"{\"made\":\"20-2--0229\"}", "made",
		 "Date has wrong format. Use one of these formats instead: YYYY-MM-DD."},
		{"{\"colour\":\"Navy\"}", "colour", "\"Navy\" is not a valid choice."},
		{"{\"material\":\"\"}", "material", "This field may not be blank."},
		{"{\"size\":\"M\"}", "size", "The product's type has no such attribute."},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct work w = {0};

		assert_string_equal(complaint(&w, cases[i][0], cases[i][1]),
				    cases[i][2]);
		work_finish(&w);
	}
}

static void a_product_without_a_type_has_texts_of_its_own(void **state)
{
	struct work w = {0};

	(void)state;
	assert_string_equal(stored(&w, &untyped, "{\"Blade length\":\"9 cm\"}"),
			    "{\"Blade length\":\"9 cm\"}");
	assert_null(stored(&w, &untyped, "{\"volume\":\"9 cm\"}"));
	forgive(&w);
	assert_null(stored(&w, &untyped, "{\"\":\"9 cm\"}"));
	forgive(&w);
	assert_null(stored(&w, &untyped, "[]"));
	work_finish(&w);
}

static void all_that_is_wrong_is_told_at_once(void **state)
{
	struct work w = {0};

	(void)state;
	assert_null(stored(&w, &typed, "{\"volume\":\"x\",\"safe\":\"x\"}"));
	assert_int_equal(json_count(json_member(w.fault.body, "attributes")), 2);
	work_finish(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_are_stored_as_their_kind_has_them),
		cmocka_unit_test(values_of_another_kind_are_refused),
		cmocka_unit_test(a_product_without_a_type_has_texts_of_its_own),
		cmocka_unit_test(all_that_is_wrong_is_told_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
