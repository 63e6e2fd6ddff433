/* test_search_language.c - what is typed so far, words that mean the same,
 * and what was sought in vain. */
#include "shop.h"

#include <string.h>

#define SYNONYMS "/api/v1/admin/search/synonyms/"
#define SUGGEST "/api/v1/search/suggestions/?q="

static const struct caller *staff(void)
{
	static struct caller caller = {.key = ""};

	caller.bearer = the_staff();
	return &caller;
}

static size_t count_at(const struct answer *answer, const char *path)
{
	return json_array_size(node_at(answer, path));
}

static void what_is_typed_so_far_leads_to_products(void **state)
{
	struct answer *answer = ask(200, "GET", SUGGEST "enam", &nobody, NULL);

	(void)state;
	assert_true(count_at(answer, "products") >= 3);
	assert_non_null(strstr(text_at(answer, "products.0.name"), "namel"));
	assert_non_null(node_at(answer, "products.0.slug"));
	answer = ask(200, "GET", SUGGEST "enamel%20teap", &nobody, NULL);
	assert_int_equal(count_at(answer, "products"), 1);
	assert_string_equal(text_at(answer, "products.0.slug"),
			    "enamel-teapot");
	/* the whole word is more than its stem */
	answer = ask(200, "GET", SUGGEST "notebooks", &nobody, NULL);
	assert_true(count_at(answer, "products") >= 2);
}

static void categories_and_brands_are_suggested(void **state)
{
	struct answer *answer = ask(200, "GET", SUGGEST "knives", &nobody, NULL);

	(void)state;
	assert_string_equal(text_at(answer, "categories.0.slug"), "knives");
	assert_true(int_at(answer, "categories.0.product_count") > 0);
	answer = ask(200, "GET", SUGGEST "kes", &nobody, NULL);
	assert_string_equal(text_at(answer, "brands.0"), "Kessel");
	/* a later word of the name, too */
	answer = ask(200, "GET", SUGGEST "coff", &nobody, NULL);
	assert_string_equal(text_at(answer, "categories.0.slug"),
			    "tea-and-coffee");
}

static void odd_typing_is_no_fault(void **state)
{
	static const char *const odd[] = {
		"%25%25", "__", "%5C%5C", "%27%27", "%22a%22", "a%20%26%20b",
		"%21%21", "%28%28", ":*:*", "a:*%27", "%E2%98%83%E2%98%83",
		"the", "--", "%00%00", "a%27%29%3B--", "%C3%A9t%C3%A9"};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(odd[0]); i++)
		ask(200, "GET", fmt(SUGGEST "%s", odd[i]), &nobody, NULL);
	/* a wildcard is itself */
	assert_int_equal(count_at(ask(200, "GET", SUGGEST "%25%25", &nobody,
				      NULL), "categories"), 0);
	assert_int_equal(count_at(ask(200, "GET", SUGGEST "e", &nobody, NULL),
				  "products"), 0);
	ask(400, "GET", fmt(SUGGEST "%0200d", 0), &nobody, NULL);
}

static const char *hits_of(const char *query)
{
	return sql("SELECT count(*) FROM search_document WHERE words @@ "
		   "search_with_synonyms(plainto_tsquery('shop', '%s'))",
		   query);
}

static void words_that_mean_the_same_find_the_same(void **state)
{
	struct answer *answer;
	struct caller editor = *staff();

	(void)state;
	assert_string_equal(hits_of("crockery"), "0");
	answer = ask(201, "POST", SYNONYMS, staff(),
		     "{\"terms\":[\"crockery\",\"enamel mug\"]}");
	assert_string_equal(text_at(answer, "kind"), "both");
	assert_string_equal(hits_of("crockery"), hits_of("enamel mug"));
	assert_string_not_equal(hits_of("crockery"), "0");
	editor.header = fmt("If-Match: %s", header_of(answer, "ETag"));
	answer = askf(200, "PATCH",
		      fmt(SYNONYMS "%s/", text_at(answer, "id")), &editor,
		      "{\"kind\":\"one_way\",\"terms\":[\"tin cup\",\"mug\"]}");
	assert_string_equal(hits_of("crockery"), "0");
	assert_string_equal(hits_of("tin cup"), hits_of("mug"));
	ask(412, "DELETE", fmt(SYNONYMS "%s/", text_at(answer, "id")), &editor,
	    NULL);
	editor.header = fmt("If-Match: %s", header_of(answer, "ETag"));
	ask(204, "DELETE", fmt(SYNONYMS "%s/", text_at(answer, "id")), &editor,
	    NULL);
	assert_string_equal(hits_of("tin cup"), "0");
}

static void a_synonym_says_something(void **state)
{
	static const char *const bad[] = {
		"{}", "{\"terms\":[]}", "{\"terms\":[\"one\"]}",
		"{\"terms\":\"one, two\"}", "{\"terms\":[\"one\",\"\"]}",
		"{\"terms\":[\"one\",\"&|!\"]}",
		"{\"terms\":[\"a\",\"b\"],\"kind\":\"none\"}"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ask(400, "POST", SYNONYMS, staff(), bad[i]);
	assert_string_equal(sql("SELECT count(*) FROM search_rewrite"), "0");
}

static void what_is_sought_in_vain_is_told_to_staff(void **state)
{
	const char *misses = "/api/v1/admin/search/misses/?search=zeppelin";
	struct answer *answer;

	(void)state;
	ask(200, "GET", "/api/v1/search/?q=Zeppelin%20%20mast", &nobody, NULL);
	ask(200, "GET", "/api/v1/search/?q=zeppelin%20mast&page=1", &nobody,
	    NULL);
	ask(200, "GET", "/api/v1/search/?q=zeppelin%204111%201111%201111",
	    &nobody, NULL);
	ask(200, "GET", "/api/v1/search/?q=teapot", &nobody, NULL);
	/* The shop has it, only not so cheap. */
	assert_int_equal(
		int_at(ask(200, "GET", "/api/v1/search/?q=teapot&price__lt=0.02",
			   &nobody, NULL), "count"), 0);
	answer = ask(200, "GET", misses, staff(), NULL);
	assert_int_equal(int_at(answer, "count"), 2);
	assert_string_equal(text_at(answer, "results.0.query"),
			    "zeppelin mast");
	assert_int_equal(int_at(answer, "results.0.searches"), 2);
	/* no numbers of cards */
	assert_string_equal(text_at(answer, "results.1.query"), "zeppelin #");
	ask(400, "GET", "/api/v1/admin/search/misses/?days=all", staff(), NULL);
	assert_string_equal(sql("SELECT count(*) FROM search_miss WHERE query "
				"= 'teapot'"), "0");
}

static void synonyms_are_found_over_http(void **state)
{
	struct answer *answer;

	(void)state;
	assert_int_equal(int_at(ask(200, "GET", "/api/v1/search/?q=brolly",
				    &nobody, NULL), "count"), 0);
	ask(201, "POST", SYNONYMS, staff(),
	    "{\"terms\":[\"brolly\",\"teapot\"]}");
	answer = ask(200, "GET", "/api/v1/search/?q=brolly", &nobody, NULL);
	assert_string_equal(text_at(answer, "results.0.slug"),
			    "enamel-teapot");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_typed_so_far_leads_to_products),
		cmocka_unit_test(categories_and_brands_are_suggested),
		cmocka_unit_test(odd_typing_is_no_fault),
		cmocka_unit_test(words_that_mean_the_same_find_the_same),
		cmocka_unit_test(a_synonym_says_something),
		cmocka_unit_test(what_is_sought_in_vain_is_told_to_staff),
		cmocka_unit_test(synonyms_are_found_over_http),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
