/* test_read_texts.c - texts of every kind, message for message as DRF. */
#include "thing.h"

static void texts_are_trimmed_as_python_trims(void **state)
{
	(void)state;
	good("name", "\" \\t\\u00a0\\u2028\\u3000ab\\u001f\\u0085\\n\"");
	assert_string_equal(thing.name, "ab");
	good("name", "\"a\\u200bb\"");
	good("name", "12.50");
	assert_string_equal(thing.name, "12.5");
	good("name", "100");
	assert_string_equal(thing.name, "100");
	good("password", "\"  p w  \"");
	assert_string_equal(thing.password, "  p w  ");
}

static void a_text_is_no_boolean_list_or_object(void **state)
{
	static const char *const values[] = {"true", "[]", "{}", "[\"x\"]",
					     NULL};

	(void)state;
	all_say("name", values, "[\"Not a valid string.\"]");
	all_say("email", values, "[\"Not a valid string.\"]");
	all_say("password", values, "[\"Not a valid string.\"]");
}

static void blank_is_not_null(void **state)
{
	static const char *const values[] = {"\"\"", "\"  \\u00a0 \"", NULL};

	(void)state;
	all_say("name", values, "[\"This field may not be blank.\"]");
	all_say("email", values, "[\"This field may not be blank.\"]");
	all_say("slug", values, "[\"This field may not be blank.\"]");
	good("code", "\"   \"");
	assert_string_equal(thing.code, "");
	says("password", "\"\"", "[\"This field may not be blank.\"]");
}

static void lengths_count_code_points(void **state)
{
	(void)state;
	good("name",
	     "\"\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
		     "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9"
		     "\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\"");
	says("name", "\"aaaaaaaaaaaaaaaaaaaaa\"",
	     "[\"Ensure this field has no more than 20 characters.\"]");
	says("name", "\"\\ud83d\\ude00\"",
	     "[\"Ensure this field has at least 2 characters.\"]");
}

static void the_validators_of_a_field_add_up(void **state)
{
	(void)state;
	says("slug", "\"not a slug\\u0000\"",
	     "[\"Ensure this field has no more than 5 characters.\","
	     "\"Null characters are not allowed.\","
	     "\"Enter a valid \\\"slug\\\" consisting of letters, numbers, "
	     "underscores or hyphens.\"]");
	says("name", "\"\\u0000\"",
	     "[\"Ensure this field has at least 2 characters.\","
	     "\"Null characters are not allowed.\"]");
	says("password", "\"\\u0000\"",
	     "[\"Null characters are not allowed.\"]");
	says("code", "\"a\\ud800\"",
	     "[\"Surrogate characters are not allowed: U+D800.\"]");
}

static void addresses_are_those_that_django_takes(void **state)
{
	static const char *const bad[] = {
		"\"x\"", "\"@x.com\"", "\"x@\"", "\"x@y\"", "\"x@y.c\"",
		"\"x y@z.com\"", "\"x@y..com\"", "\"x@-y.com\"", "\"x@y-.com\"",
		"\".x@y.com\"", "\"x.@y.com\"", "\"x..z@y.com\"",
		"\"x@y.com,z@y.com\"", "\"x@y.com\\nBcc: z@y.com\"",
		"\"x@[1.2.3]\"", "\"x@[1.2.3.256]\"", "\"\\\"x@y.com\"",
		"\"x@y_z.com\"", "\"\xC3\xA9@y.com\"", "1", NULL};

	(void)state;
	all_say("email", bad, "[\"Enter a valid email address.\"]");
	good("email", "\" Ann.O'Neil+Shop@Example.COM \"");
	assert_string_equal(thing.email, "ann.o'neil+shop@example.com");
	good("email", "\"x@localhost\"");
	good("email", "\"x@[127.0.0.1]\"");
	good("email", "\"x@[::1]\"");
	good("email", "\"\\\"a b\\\"@example.com\"");
	good("email", "\"x@xn--bcher-kva.example\"");
}

static void urls_are_those_that_django_takes(void **state)
{
	static const char *const bad[] = {
		"\"x\"", "\"http://\"", "\"http://a\"",
		"\"javascript:alert(1)\"",
		"\"http://a b.com\"", "\"//a.com\"", "\"mailto:a@b.com\"",
		"\"http://.com\"", "\"http://a..com\"", "\"http://-a.com\"",
		"\"http://a.com:port/\"", "\"http://a.com:123456\"",
		"\"http://1.2.3.256\"", "\"http://[::1\"", "\"http://a.c\"",
		"\"http://a.com\\n\"x", "\"http://u:p:q@a.com\"",
		"\"http://a@b@c.com\"", "\"http://a.123\"", NULL};
	static const char *const fine[] = {
		"\"http://a.com\"", "\"https://a.com:8080/x?y=z#f\"",
		"\"HTTP://A.COM\"", "\"ftp://a.b.com/\"", "\"ftps://a.com\"",
		"\"http://localhost:8000/\"", "\"http://127.0.0.1\"",
		"\"http://[::1]:80/\"", "\"http://user:pw@a.com/\"",
		"\"http://b\xC3\xBC" "cher.de/\"", "\"http://a.com.\"",
		"\"http://xn--a.xn--p1ai/\"", "\"http://a.com?x=@\"", NULL};

	(void)state;
	for (const char *const *value = bad; *value != NULL; value++) {
		if (strchr(*value, 'x') != NULL &&
		    (*value)[strlen(*value) - 1] == 'x')
			continue; /* not JSON */
		says("url", *value, "[\"Enter a valid URL.\"]");
	}
	for (const char *const *value = fine; *value != NULL; value++)
		good("url", *value);
}

static void a_choice_is_one_of_its_values(void **state)
{
	(void)state;
	good("state", "\"live\"");
	assert_string_equal(thing.state, "live");
	good("state", "7");
	assert_string_equal(thing.state, "7");
	says("state", "\"zzz\"", "[\"\\\"zzz\\\" is not a valid choice.\"]");
	says("state", "\"\"", "[\"\\\"\\\" is not a valid choice.\"]");
	says("state", "\"Live\"", "[\"\\\"Live\\\" is not a valid choice.\"]");
	says("state", "true", "[\"\\\"True\\\" is not a valid choice.\"]");
	says("state", "[1]", "[\"\\\"[1]\\\" is not a valid choice.\"]");
	says("state", "7.0", "[\"\\\"7.0\\\" is not a valid choice.\"]");
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(texts_are_trimmed_as_python_trims),
		T(a_text_is_no_boolean_list_or_object),
		T(blank_is_not_null),
		T(lengths_count_code_points),
		T(the_validators_of_a_field_add_up),
		T(addresses_are_those_that_django_takes),
		T(urls_are_those_that_django_takes),
		T(a_choice_is_one_of_its_values),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
