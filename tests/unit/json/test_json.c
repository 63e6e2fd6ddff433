/* test_json.c - what is let in, what is refused, and how it is told. */
#include "../test.h"

#include <string.h>

#include <platform/json.h>
#include <platform/text.h>

static struct work w;

static int finish(void **state)
{
	(void)state;
	work_finish(&w);
	return 0;
}

static struct json_t *read(const char *text)
{
	struct json_t *root;

	forgive(&w);
	assert_true(json_read(&w, text, strlen(text), &root));
	assert_null(w.fault.kind);
	return root;
}

static void refused_bytes(const char *bytes, size_t length, const char *detail)
{
	static const char prefix[] = "JSON parse error - ";
	struct json_t *root;

	forgive(&w);
	assert_false(json_read(&w, bytes, length, &root));
	assert_ptr_equal(w.fault.kind, &fault_json);
	assert_int_equal(w.fault.kind->status, 400);
	assert_string_equal(w.fault.kind->code, "parse_error");
	assert_memory_equal(w.fault.detail, prefix, sizeof(prefix) - 1);
	if (detail != NULL)
		assert_string_equal(w.fault.detail + sizeof(prefix) - 1,
				    detail);
}

static void refused(const char *text)
{
	refused_bytes(text, strlen(text), NULL);
}

static const char *nested(size_t depth, char open, char close)
{
	struct text text;

	text_init(&text, &w.arena, 128);
	for (size_t i = 0; i < depth; i++) {
		text_add_char(&text, open);
		if (open == '{' && i + 1 < depth)
			text_add(&text, "\"a\":");
	}
	for (size_t i = 0; i < depth; i++)
		text_add_char(&text, close);
	return text.bytes;
}

static void broken_json_is_a_parse_error(void **state)
{
	static const char *const broken[] = {
		" ", "{", "}", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "[1,]",
		"{'a':1}", "{\"a\":1}x", "{\"a\":NaN}", "[Infinity]",
		"[-Infinity]", "[01]", "[+1]", "[.5]", "[1.]", "nul", "True",
		"\"\t\"", "\"\\x\"", "\"abc", "{\"a\":1 \"b\":2}", "[1 2]",
		"\xEF\xBB\xBF{}", "{\"a\\u0000b\":1}", "\"\\ud8\"", "\"\\u\"",
		"/* c */ {}", "[1e400]", "[99999999999999999999]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		refused(broken[i]);
}

static void the_place_of_an_error_is_told_and_nothing_of_the_input(void **state)
{
	const char *text = "{\"a\": 1,\n \"b\": secret}";

	(void)state;
	refused_bytes(text, strlen(text),
		      "invalid token: line 2 column 13 (char 21)");
	assert_null(strstr(w.fault.detail, "secret"));
}

static void invalid_utf8_is_refused(void **state)
{
	static const char *const broken[] = {
		"\"\xFF\"",	     "\"\xC0\x80\"",	     "\"\xED\xA0\x80\"",
		"\"\xF4\x90\x80\x80\"", "\"\xE2\x82\"", "\"\x80\"",
		"{\"\xC3\x28\":1}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++)
		refused(broken[i]);
	refused_bytes("\"a\0b\"", 5, NULL);
}

static void duplicate_keys_are_refused_at_any_depth(void **state)
{
	(void)state;
	refused("{\"a\":1,\"a\":1}");
	refused("[{\"b\":{\"a\":1,\"\\u0061\":2}}]");
	read("{\"a\":{\"a\":1},\"b\":{\"a\":1}}");
}

static void depth_ends_at_thirty_two(void **state)
{
	(void)state;
	read(nested(JSON_DEPTH_MAX, '[', ']'));
	read(nested(JSON_DEPTH_MAX, '{', '}'));
	refused(nested(JSON_DEPTH_MAX + 1, '[', ']'));
	refused(nested(JSON_DEPTH_MAX + 1, '{', '}'));
	refused(nested(100000, '[', ']'));
	/* Brackets in a text nest nothing. */
	read("\"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[\"");
}

static void numbers_that_a_double_cannot_hold_exactly_are_refused(void **state)
{
	(void)state;
	assert_int_equal(json_int(read("9007199254740991")),
			 INT64_C(9007199254740991));
	assert_int_equal(json_int(read("-9007199254740991")),
			 -INT64_C(9007199254740991));
	refused("9007199254740992");
	refused("[-9007199254740992]");
	refused("{\"a\":[{\"b\":9007199254740993}]}");
	refused("1e16");
	refused("-1e300");
	refused("99999999999999999999999999");
}

static void nul_and_lone_surrogates_are_left_to_the_field(void **state)
{
	unsigned surrogate = 0;

	(void)state;
	assert_int_equal(json_flaw(read("\"a\\u0000b\""), NULL), JSON_NUL);
	assert_int_equal(json_length(read("\"a\\u0000b\"")), 3);
	assert_int_equal(json_flaw(read("\"x\\ud800y\""), &surrogate),
			 JSON_SURROGATE);
	assert_int_equal(surrogate, 0xD800);
	assert_int_equal(json_flaw(read("{\"a\":[\"\\\\\\uDFFF\"]}"),
				   &surrogate),
			 JSON_SURROGATE);
	assert_int_equal(surrogate, 0xDFFF);
	assert_int_equal(json_flaw(read("{\"\\udc00\\ud800\":1}"), &surrogate),
			 JSON_SURROGATE);
	assert_int_equal(surrogate, 0xDC00);
	assert_int_equal(json_flaw(read("\"\\ud83d\\ude00\""), NULL),
			 JSON_SOUND);
	assert_string_equal(json_text(read("\"\\ud83d\\ude00\"")),
			    "\xF0\x9F\x98\x80");
	/* A backslash before: no escape at all. */
	assert_string_equal(json_text(read("\"\\\\ud800\"")), "\\ud800");
}

static void a_providers_text_has_no_nul(void **state)
{
	static const char text[] = "{\"a\":\"\\u0000\"}";
	static const char good[] = "{\"data\":{\"lines\":[{\"sku\":\"x\"}]}}";
	const struct json_t *root;

	(void)state;
	assert_null(json_read_quietly(&w.arena, text, sizeof(text) - 1));
	assert_null(json_read_quietly(&w.arena, nested(33, '[', ']'), 66));
	root = json_read_quietly(&w.arena, good, sizeof(good) - 1);
	assert_string_equal(json_text_at(root, "data.lines.0.sku", ""), "x");
	assert_string_equal(json_text_at(root, "data.lines.1.sku", "none"),
			    "none");
	assert_null(json_at(root, "data.lines.x"));
	assert_null(json_at(root, ""));
	assert_int_equal(json_int_at(root, "data", 7), 7);
}

static void numbers_are_written_as_python_writes_them(void **state)
{
	static const char *const pairs[][2] = {
		{"1.1", "1.1"},	      {"1.10", "1.1"},	   {"100.0", "100.0"},
		{"1e2", "100.0"},     {"0.1", "0.1"},	   {"7", "7"},
		{"-0", "0"},	      {"19.99", "19.99"},  {"1e-7", "1e-07"},
		{"0.0001", "0.0001"}, {"0.00001", "1e-05"}, {"-2.50", "-2.5"},
		{"1e15", "1000000000000000.0"},
		{"2251799813685249.5", "2251799813685249.5"},
		{"0.30000000000000004", "0.30000000000000004"},
		{"123456789012345.6", "123456789012345.6"},
		{"1e-400", "0.0"},    {"-0.0", "-0.0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		assert_string_equal(json_number_text(&w.arena,
						     read(pairs[i][0])),
				    pairs[i][1]);
	assert_null(json_number_text(&w.arena, read("\"1\"")));
}

static void what_is_written_is_what_was_read(void **state)
{
	static const char *const texts[] = {
		"{\"z\":1,\"a\":[true,false,null,1.5,-3,\"\"],\"m\":{}}",
		"[]", "{}", "null", "\"\\\"\\\\\\n\\u0001\xC3\xA9\"",
		"{\"\\\"\":\"\\u2028\"}",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		assert_string_equal(json_write(&w.arena, read(texts[i])),
				    texts[i]);
	assert_string_equal(json_write(&w.arena, read(" [ 1 , 2.50 ] ")),
			    "[1,2.5]");
}

static void types_have_pythons_names(void **state)
{
	static const char *const pairs[][2] = {
		{"\"\"", "str"}, {"1", "int"},	 {"1.0", "float"},
		{"true", "bool"}, {"[]", "list"}, {"{}", "dict"},
		{"null", "NoneType"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(*pairs); i++)
		assert_string_equal(json_type_name(read(pairs[i][0])),
				    pairs[i][1]);
}

static void a_made_document_takes_any_bytes(void **state)
{
	struct json_t *object = json_new_object();

	(void)state;
	json_put(object, "a", json_new_text("\xFF!"));
	json_put(object, "\xFE", json_new_text("1"));
	assert_string_equal(json_write(&w.arena, object),
			    "{\"a\":\"\xEF\xBF\xBD!\",\"\xEF\xBF\xBD\":\"1\"}");
	json_release(object);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(broken_json_is_a_parse_error),
		cmocka_unit_test(
			the_place_of_an_error_is_told_and_nothing_of_the_input),
		cmocka_unit_test(invalid_utf8_is_refused),
		cmocka_unit_test(duplicate_keys_are_refused_at_any_depth),
		cmocka_unit_test(depth_ends_at_thirty_two),
		cmocka_unit_test(
			numbers_that_a_double_cannot_hold_exactly_are_refused),
		cmocka_unit_test(
			nul_and_lone_surrogates_are_left_to_the_field),
		cmocka_unit_test(a_providers_text_has_no_nul),
		cmocka_unit_test(numbers_are_written_as_python_writes_them),
		cmocka_unit_test(what_is_written_is_what_was_read),
		cmocka_unit_test(types_have_pythons_names),
		cmocka_unit_test(a_made_document_takes_any_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, finish);
}
