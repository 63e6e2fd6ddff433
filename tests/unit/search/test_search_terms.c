/* test_search_terms.c - what a shopper types becomes terms, whatever it is. */
#include "../test.h"

#include <string.h>

#include "../../../src/domain/search/search.h"

static struct arena arena;
static struct search_terms terms;

/* The terms with a bar between them. */
static const char *terms_of(const char *text)
{
	static char joined[4096];

	search_terms_read(&arena, text, &terms);
	joined[0] = '\0';
	for (size_t i = 0; i < terms.count; i++) {
		strcat(joined, i > 0 ? "; " : "");
		strcat(joined, terms.list[i]);
	}
	return joined;
}

static void words_are_all_wanted_and_the_last_may_go_on(void **state)
{
	(void)state;
	assert_string_equal(terms_of("red shi"), "+wred; +lshi");
	assert_string_equal(terms_of("red shirt "), "+wred; +wshirt");
	assert_string_equal(terms_of("  t-shirt"), "+lt-shirt");
}

static void quotes_make_a_phrase(void **state)
{
	(void)state;
	assert_string_equal(terms_of("\"pepper mill\" oak"),
			    "+ppepper mill; +loak");
	assert_string_equal(terms_of("-\"pepper mill\" oak "),
			    "-ppepper mill; +woak");
}

static void a_quote_that_does_not_close_counts_for_nothing(void **state)
{
	(void)state;
	assert_string_equal(terms_of("\"pepper mill "), "+w\"pepper; +wmill");
	assert_string_equal(terms_of("\""), "");
}

static void a_minus_excludes(void **state)
{
	(void)state;
	assert_string_equal(terms_of("mug -blue"), "+wmug; -wblue");
	assert_true(terms.has_positive);
	assert_string_equal(terms_of("-blue"), "-wblue");
	assert_false(terms.has_positive);
}

static void or_joins_two(void **state)
{
	(void)state;
	assert_string_equal(terms_of("mug OR cup "), "+wmug; |wcup");
	assert_string_equal(terms_of("OR mug "), "+wmug");
	assert_string_equal(terms_of("mug | cup AND tea "),
			    "+wmug; |wcup; +wtea");
	assert_string_equal(terms_of("mug or cup "), "+wmug; +wor; +wcup");
}

static void signs_alone_are_no_words(void **state)
{
	(void)state;
	assert_string_equal(terms_of("& | ! ( ) :* - -- <-> ''"), "");
	assert_false(terms.has_positive);
}

static void the_number_of_words_is_bounded(void **state)
{
	char text[4096] = "";

	(void)state;
	for (int i = 0; i < 1000; i++)
		strcat(text, "w ");
	terms_of(text);
	assert_int_equal(terms.count, SEARCH_WORDS_MAX);
	assert_true(terms.is_cut);
}

static int finish(void **state)
{
	(void)state;
	arena_finish(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_are_all_wanted_and_the_last_may_go_on),
		cmocka_unit_test(quotes_make_a_phrase),
		cmocka_unit_test(a_quote_that_does_not_close_counts_for_nothing),
		cmocka_unit_test(a_minus_excludes),
		cmocka_unit_test(or_joins_two),
		cmocka_unit_test(signs_alone_are_no_words),
		cmocka_unit_test(the_number_of_words_is_bounded),
	};

	return cmocka_run_group_tests(tests, NULL, finish);
}
