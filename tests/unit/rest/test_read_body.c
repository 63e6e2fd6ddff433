/* test_read_body.c - bodies as a whole: answer for answer as DRF. */
#include "thing.h"

static void an_empty_body_is_an_empty_object(void **state)
{
	(void)state;
	answers(METHOD_POST, "", "{\"name\":[\"This field is required.\"]}");
	answers(METHOD_PUT, "{}", "{\"name\":[\"This field is required.\"]}");
	assert_true(read_with(METHOD_PATCH, ""));
	assert_int_equal(req.given, 0);
}

static void the_top_level_must_be_an_object(void **state)
{
#define EXPECTED(type)                                                        \
	"{\"non_field_errors\":[\"Invalid data. Expected a dictionary, "        \
	"but got " type ".\"]}"
	(void)state;
	answers(METHOD_POST, "[]", EXPECTED("list"));
	answers(METHOD_PATCH, "[{}]", EXPECTED("list"));
	answers(METHOD_POST, "\"x\"", EXPECTED("str"));
	answers(METHOD_POST, "1", EXPECTED("int"));
	answers(METHOD_POST, "1.5", EXPECTED("float"));
	answers(METHOD_POST, "true", EXPECTED("bool"));
	answers(METHOD_POST, "null",
		"{\"non_field_errors\":[\"No data provided\"]}");
}

static void broken_json_is_no_field_error(void **state)
{
	(void)state;
	assert_false(read_with(METHOD_POST, "{\"name\":"));
	assert_ptr_equal(req.http.work.fault.kind, &fault_json);
	assert_null(req.http.work.fault.body);
}

static void all_fields_are_reported_in_the_tables_order(void **state)
{
	(void)state;
	answers(METHOD_POST, "{\"stock\":0,\"email\":\"x\",\"price\":\"abc\"}",
		"{\"name\":[\"This field is required.\"],"
		"\"email\":[\"Enter a valid email address.\"],"
		"\"stock\":[\"Ensure this value is greater than or equal to "
		"1.\"],\"price\":[\"A valid number is required.\"]}");
}

static void unknown_and_read_only_members_change_nothing(void **state)
{
	struct thing before;

	(void)state;
	taken("{\"name\":\"Anvil\"}");
	before = thing;
	before.name = NULL;
	taken("{\"name\":\"Anvil\",\"number\":[1],\"constructor\":{},"
	      "\"is_staff\":true,\"x\":\"\\ud800\\u0000\"}");
	assert_string_equal(thing.name, "Anvil");
	thing.name = NULL;
	assert_memory_equal(&thing, &before, sizeof(thing));
	assert_int_equal(req.given, 2);
}

static void a_handler_knows_what_was_given_and_what_was_null(void **state)
{
	(void)state;
	taken("{\"cost\":null,\"code\":\"\"}");
	assert_true(was_given(&req, struct thing, cost));
	assert_true(was_null(&req, struct thing, cost));
	assert_true(was_given(&req, struct thing, code));
	assert_false(was_null(&req, struct thing, code));
	assert_false(was_given(&req, struct thing, name));
	assert_string_equal(thing.code, "");
	/* "" is null to a number that may be null. */
	taken("{\"cost\":\" \",\"is_maybe\":\"\",\"parent\":\"\"}");
	assert_true(was_null(&req, struct thing, cost));
	assert_true(was_null(&req, struct thing, is_maybe));
	assert_true(was_null(&req, struct thing, parent));
}

static void null_is_refused_unless_it_may_be(void **state)
{
	(void)state;
	for (const struct field *field = fields + 1; field->name != NULL;
	     field++) {
		if ((field->flags & FIELD_NULLABLE) != 0)
			good(field->name, "null");
		else
			says(field->name, "null",
			     "[\"This field may not be null.\"]");
	}
}

static void errors_of_a_nested_object_nest(void **state)
{
	(void)state;
	good("address", "{\"city\":\"Rome\",\"country\":\"IT\"}");
	assert_string_equal(thing.address.country, "IT");
	says("address", "{}",
	     "{\"city\":[\"This field is required.\"],"
	     "\"country\":[\"This field is required.\"]}");
	says("address", "\"x\"",
	     "{\"non_field_errors\":[\"Invalid data. Expected a dictionary, "
	     "but got str.\"]}");
	says("address", "[]",
	     "{\"non_field_errors\":[\"Invalid data. Expected a dictionary, "
	     "but got list.\"]}");
	says("address", "{\"city\":\"Atlantis\",\"country\":\"GR\"}",
	     "{\"city\":[\"There is no Atlantis.\"]}");
	says("address", "{\"city\":\"Nowhere\",\"country\":\"GR\"}",
	     "{\"non_field_errors\":[\"Where is that?\"]}");
}

static void a_list_of_objects_has_an_entry_for_each(void **state)
{
	const struct line *lines;

	(void)state;
	good("lines", "[{\"sku\":\"a\",\"quantity\":2},{\"sku\":\"b\"}]");
	lines = thing.lines.items;
	assert_int_equal(thing.lines.count, 2);
	assert_string_equal(lines[1].sku, "b");
	assert_int_equal(lines[0].quantity, 2);
	says("lines", "[{\"sku\":\"a\"},{},{\"sku\":\"b\"}]",
	     "[{},{\"sku\":[\"This field is required.\"]},{}]");
	says("lines", "[1,null]",
	     "[{\"non_field_errors\":[\"Invalid data. Expected a dictionary, "
	     "but got int.\"]},[\"This field may not be null.\"]]");
	says("lines", "{}",
	     "{\"non_field_errors\":[\"Expected a list of items but got type "
	     "\\\"dict\\\".\"]}");
	says("lines", "[]",
	     "{\"non_field_errors\":[\"This list may not be empty.\"]}");
	says("lines", "[{},{},{},{}]",
	     "{\"non_field_errors\":[\"Ensure this field has no more than 3 "
	     "elements.\"]}");
}

static void errors_of_texts_are_keyed_by_index(void **state)
{
	(void)state;
	good("tags", "[\" a \",\"b\"]");
	assert_string_equal(((const char **)thing.tags.items)[0], "a");
	says("tags", "[\"a\",[]]", "{\"1\":[\"Not a valid string.\"]}");
	says("tags", "[null,\"\"]",
	     "{\"0\":[\"This field may not be null.\"],"
	     "\"1\":[\"This field may not be blank.\"]}");
	says("tags", "\"a\"",
	     "[\"Expected a list of items but got type \\\"str\\\".\"]");
	says("tags", "[]", "[\"This list may not be empty.\"]");
	says("tags", "[\"a\",\"b\",\"c\"]",
	     "[\"Ensure this field has no more than 2 elements.\"]");
}

static void free_objects_hold_what_postgresql_can_store(void **state)
{
	(void)state;
	good("extra", "{\"z\": [1.10, {\"a\" : null}], \"b\": \"\xC3\xA9\"}");
	assert_string_equal(thing.extra,
			    "{\"z\":[1.1,{\"a\":null}],\"b\":\"\xC3\xA9\"}");
	good("extra", "{}");
	says("extra", "[]", "[\"Expected a dictionary of items but got type "
			    "\\\"list\\\".\"]");
	says("extra", "{\"a\":[\"\\u0000\"]}",
	     "[\"Null characters are not allowed.\"]");
	says("extra", "{\"\\ud83d\":1}",
	     "[\"Surrogate characters are not allowed: U+D83D.\"]");
	good("labels", "{\"a\": \" x \", \"b\": 5}");
	assert_string_equal(thing.labels, "{\"a\":\"x\",\"b\":\"5\"}");
	says("labels", "{\"a\":true,\"b\":\"y\",\"c\":null}",
	     "{\"a\":[\"Not a valid string.\"],"
	     "\"c\":[\"This field may not be null.\"]}");
	says("labels", "1", "[\"Expected a dictionary of items but got type "
			    "\\\"int\\\".\"]");
}

static void a_rule_speaks_only_when_every_field_has_passed(void **state)
{
	(void)state;
	answers(METHOD_PATCH, "{\"stock\":13}",
		"{\"non_field_errors\":[\"Thirteen is unlucky.\"],"
		"\"lines\":[{},{\"sku\":[\"Not that one.\"]}]}");
	answers(METHOD_PATCH, "{\"stock\":13,\"delta\":\"x\"}",
		"{\"delta\":[\"A valid integer is required.\"]}");
}

static void a_nested_object_is_whole_even_in_a_patch(void **state)
{
	(void)state;
	answers(METHOD_PATCH, "{\"address\":{\"city\":\"Rome\"}}",
		"{\"address\":{\"country\":[\"This field is required.\"]}}");
}

static void collected_errors_keep_their_shape(void **state)
{
	struct work *w = &req.http.work;

	(void)state;
	taken("{}");
	assert_false(refuse_field(w, "address.country", "One %d.", 1));
	assert_false(refuse_field(w, "address.country", "Two."));
	assert_false(refuse_field(w, "address", "Lost? No."));
	assert_false(refuse_field(w, "tags.1", "Three."));
	assert_false(refuse_field(w, "name", "Four."));
	assert_false(refuse_field(w, "name.first", "Not kept."));
	assert_false(refuse_field(w, "lines.1.sku", "Five."));
	assert_false(refuse_field(w, "lines.0.sku", "Six."));
	assert_string_equal(
		json_write(&w->arena, w->fault.body),
		"{\"address\":{\"country\":[\"One 1.\",\"Two.\"]},"
		"\"tags\":{\"1\":[\"Three.\"]},\"name\":[\"Four.\"],"
		"\"lines\":[{\"sku\":[\"Six.\"]},{\"sku\":[\"Five.\"]}]}");
}

static void more_members_stand_beside_the_detail(void **state)
{
	struct work *w = &req.http.work;

	(void)state;
	taken("{}");
	assert_false(refuse_with(w, &fault_forbidden, "lines",
				 "[{\"sku\":\"a\"}]", "Only %d left.", 2));
	assert_false(refuse_with(w, &fault_forbidden, "more", "1", "Ignored."));
	assert_false(refuse_field(w, "name", "Too late."));
	assert_ptr_equal(w->fault.kind, &fault_forbidden);
	assert_string_equal(w->fault.detail, "Only 2 left.");
	assert_string_equal(json_write(&w->arena, w->fault.body),
			    "{\"lines\":[{\"sku\":\"a\"}],\"more\":1}");
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(an_empty_body_is_an_empty_object),
		T(the_top_level_must_be_an_object),
		T(broken_json_is_no_field_error),
		T(all_fields_are_reported_in_the_tables_order),
		T(unknown_and_read_only_members_change_nothing),
		T(a_handler_knows_what_was_given_and_what_was_null),
		T(null_is_refused_unless_it_may_be),
		T(errors_of_a_nested_object_nest),
		T(a_list_of_objects_has_an_entry_for_each),
		T(errors_of_texts_are_keyed_by_index),
		T(free_objects_hold_what_postgresql_can_store),
		T(a_rule_speaks_only_when_every_field_has_passed),
		T(a_nested_object_is_whole_even_in_a_patch),
		T(collected_errors_keep_their_shape),
		T(more_members_stand_beside_the_detail),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
