/* test_option.c - what can be chosen, and every choice there is. */
#include "../test.h"

#include "../../../src/domain/catalog/products.h"

#include <platform/json.h>
#include <string.h>

static const char shirt[] =
	"[{\"name\":\"Size\",\"values\":[\"S\",\"M\"]},"
	"{\"name\":\"Colour\",\"values\":[\"Red\",\"Sky \\\"blue\\\"\",\"Green\"]}]";

static void every_combination_stands_once_the_last_option_fastest(void **state)
{
	const char *const *choices;
	struct work w = {0};

	(void)state;
	assert_int_equal(options_matrix(&w.arena, shirt, &choices), 6);
	assert_string_equal(choices[0], "{\"Size\":\"S\",\"Colour\":\"Red\"}");
	assert_string_equal(choices[1],
			    "{\"Size\":\"S\",\"Colour\":\"Sky \\\"blue\\\"\"}");
	assert_string_equal(choices[5], "{\"Size\":\"M\",\"Colour\":\"Green\"}");
	assert_string_equal(options_first(&w.arena, shirt), choices[0]);
	work_finish(&w);
}

static void no_options_or_too_many_choices_make_no_matrix(void **state)
{
	const char *const *choices;
	struct text text;
	struct work w = {0};

	(void)state;
	assert_int_equal(options_matrix(&w.arena, "[]", &choices), 0);
	text_init(&text, &w.arena, 0);
	text_add_char(&text, '[');
	for (int i = 0; i < 3; i++) {
		text_format(&text, "%s{\"name\":\"%d\",\"values\":[\"0\"",
			    i == 0 ? "" : ",", i);
		for (int k = 1; k < 8; k++)
			text_format(&text, ",\"%d\"", k);
		text_add(&text, "]}");
	}
	text_add_char(&text, ']');
	assert_int_equal(options_matrix(&w.arena, text.bytes, &choices), 0);
	work_finish(&w);
}

static void a_choice_names_each_option_and_one_of_its_values(void **state)
{
	struct work w = {0};

	(void)state;
	assert_true(options_choice_check(
		&w, "options", shirt, "{\"Colour\":\"Green\",\"Size\":\"S\"}"));
	assert_false(options_choice_check(&w, "options", shirt,
					  "{\"Colour\":\"Green\"}"));
	forgive(&w);
	assert_false(options_choice_check(
		&w, "options", shirt, "{\"Colour\":\"green\",\"Size\":\"S\"}"));
	forgive(&w);
	assert_false(options_choice_check(
		&w, "options", shirt,
		"{\"Colour\":\"Green\",\"Size\":\"S\",\"Fit\":\"slim\"}"));
	forgive(&w);
	assert_true(options_choice_check(&w, "options", "[]", "{}"));
	work_finish(&w);
}

static void a_pattern_becomes_a_sku(void **state)
{
	const char *choice = "{\"Size\":\"M\",\"Colour\":\"Crème brûlée\"}";
	struct work w = {0};

	(void)state;
	assert_string_equal(options_sku(&w.arena, "{product}-{Colour}-{Size}",
					"shirt", choice),
			    "SHIRT-CREME-BRULEE-M");
	assert_string_equal(options_sku(&w.arena, "X{Fit}{", "shirt", choice),
			    "X{Fit}{");
	assert_string_equal(options_sku(&w.arena, "", "shirt", choice), "");
	work_finish(&w);
}

static void a_value_or_a_name_that_stands_twice_is_refused(void **state)
{
	const char *const twice[] = {"S", "S"};
	const char *const once[] = {"S", "M"};
	const struct option_input bad[] = {{"Size", {2, (void *)(uintptr_t)twice}}};
	const struct option_input same[] = {
		{"Size", {2, (void *)(uintptr_t)once}},
		{"Size", {2, (void *)(uintptr_t)once}}};
	struct work w = {0};

	(void)state;
	assert_false(options_check(&w, "options", bad, 1));
	forgive(&w);
	assert_false(options_check(&w, "options", same, 2));
	forgive(&w);
	assert_true(options_check(&w, "options", same, 1));
	assert_string_equal(options_json(&w.arena, same, 1),
			    "[{\"name\":\"Size\",\"values\":[\"S\",\"M\"]}]");
	work_finish(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_combination_stands_once_the_last_option_fastest),
		cmocka_unit_test(no_options_or_too_many_choices_make_no_matrix),
		cmocka_unit_test(a_choice_names_each_option_and_one_of_its_values),
		cmocka_unit_test(a_pattern_becomes_a_sku),
		cmocka_unit_test(a_value_or_a_name_that_stands_twice_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
