/* test_search.c - what is found, how it is counted, and what is no question. */
#include "shop.h"

#include <stdlib.h>
#include <string.h>

#define SEARCH "/api/v1/search/"
#define ADMIN "/api/v1/admin/products/"

static struct answer *search(const char *query)
{
	return ask(200, "GET", fmt(SEARCH "?%s", query), &nobody, NULL);
}

/* The count of a value of a facet; -1 when it is not shown. */
static int64_t counted(const struct answer *a, const char *group,
		       const char *value)
{
	size_t i, k;
	json_t *facet, *shown;

	json_array_foreach(node_at(a, "facets"), i, facet) {
		if (strcmp(json_string_value(json_object_get(facet, "group")),
			   group) != 0)
			continue;
		json_array_foreach(json_object_get(facet, "values"), k, shown) {
			const char *name = json_string_value(
				json_object_get(shown, "value"));

			if (strcmp(name, value) == 0)
				return json_integer_value(
					json_object_get(shown, "count"));
		}
	}
	return -1;
}

static void words_phrases_and_exclusions_find(void **state)
{
	(void)state;
	assert_string_equal(text_at(search("q=bread%20knife"), "results.0.slug"),
			    "bread-knife");
	assert_int_equal(int_at(search("q=%22bread%20knife%22"), "count"), 1);
	assert_int_equal(int_at(search("q=%22knife%20bread%22"), "count"), 0);
	assert_int_equal(int_at(search("q=mug"), "count"), 2);
	assert_int_equal(int_at(search("q=mugs"), "count"), 2);
	assert_int_equal(int_at(search("q=mug%20-blue"), "count"), 1);
	assert_int_equal(int_at(search("q=mug%20OR%20teapot%20"), "count"), 3);
	assert_true(int_at(search("q=kniv"), "count") >= 1);
}

static void a_sku_comes_first(void **state)
{
	(void)state;
	assert_string_equal(text_at(search("q=demo-003"), "results.0.sku"),
			    "DEMO-003");
	assert_int_equal(int_at(search("sku=DEMO-003"), "count"), 1);
}

static void a_misspelt_word_is_taken_for_the_nearest(void **state)
{
	struct answer *a = search("q=teapott%20");

	(void)state;
	assert_string_equal(text_at(a, "results.0.slug"), "enamel-teapot");
	assert_string_equal(text_at(a, "did_you_mean"), "teapot");
	assert_string_equal(text_at(a, "corrected"), "teapot");
	a = search("q=teapot%20");
	assert_true(json_is_null(node_at(a, "did_you_mean")));
	assert_int_equal(int_at(search("q=zzqqxx"), "count"), 0);
}

static void counts_are_those_of_a_recount(void **state)
{
	struct answer *a = search("page_size=1");

	(void)state;
	assert_int_equal(int_at(a, "count"),
			 atoi(sql("SELECT count(*) FROM card")));
	assert_int_equal(counted(a, "brand", "Halm"),
			 atoi(sql("SELECT count(*) FROM card WHERE brand = 'Halm'")));
	assert_int_equal(counted(a, "in_stock", "true"),
			 atoi(sql("SELECT count(*) FROM card WHERE in_stock")));
	assert_int_equal(
		counted(a, "category", "kitchen"),
		int_at(ask(200, "GET", "/api/v1/products/?category=kitchen",
			   &nobody, NULL),
		       "count"));
}

static void a_group_counts_without_its_own_choice(void **state)
{
	struct answer *all = search("q=enamel%20");
	struct answer *one = search("q=enamel%20&brand=Halm");
	struct answer *two = search("brand=Halm&category=kitchen");
	struct answer *none = search("brand=Halm&price__lte=0.01");

	(void)state;
	assert_int_equal(counted(one, "brand", "Halm"),
			 counted(all, "brand", "Halm"));
	assert_int_equal(int_at(one, "count"), counted(all, "brand", "Halm"));
	/* Other brands are counted in the kitchen, other places for Halm. */
	assert_int_equal(counted(two, "brand", "Kessel"),
			 int_at(search("brand=Kessel&category=kitchen"), "count"));
	assert_int_equal(counted(two, "category", "desk"), -1);
	assert_int_equal(int_at(none, "count"), 0);
	assert_int_equal(counted(none, "brand", "Halm"), 0);
}

static void orders_and_filters_hold(void **state)
{
	struct answer *a = search("ordering=price&page_size=2");

	(void)state;
	assert_string_equal(text_at(a, "results.0.slug"), "paper-filters-100");
	a = search("ordering=-price&price__lte=20&page_size=1");
	assert_string_equal(text_at(a, "results.0.price"),
			    sql("SELECT money_text(max(price), 'EUR') FROM "
				"listing WHERE price <= 2000 "
				"AND currency = 'EUR'"));
	assert_int_equal(int_at(search("price__gte=-5"), "count"),
			 int_at(search("q="), "count"));
	ask(404, "GET", SEARCH "?page=1000000000", &nobody, NULL);
	ask(400, "GET", SEARCH "?attr.x__gte=abc", &nobody, NULL);
	assert_int_equal(int_at(search("attr.nothing=1"), "count"), 0);
}

static void what_is_no_question_is_told(void **state)
{
	static const char *const strange[] = {
		"%27%20OR%201=1", "a%5C", "%27%27%27", "%22", "x%27::tsquery",
		"$1", "%25", "%EF%BF%BD", "<->", "a:*%26!b", "a%7Cb", "((((a"};
	char words[2048] = "q=";

	(void)state;
	for (size_t i = 0; i < sizeof(strange) / sizeof(*strange); i++)
		ask(0, "GET", fmt(SEARCH "?q=%s", strange[i]), &nobody, NULL);
	for (size_t i = 0; i < sizeof(strange) / sizeof(*strange); i++)
		assert_true(ask(0, "GET", fmt(SEARCH "?q=%s&brand=%s",
					      strange[i], strange[i]),
				&nobody, NULL)
				    ->status < 500);
	ask(400, "GET", SEARCH "?q=-mug", &nobody, NULL);
	for (int i = 0; i < 90; i++)
		strcat(words, "w%20");
	ask(400, "GET", fmt(SEARCH "?%s", words), &nobody, NULL);
}

static void a_change_is_found_at_once(void **state)
{
	const struct caller caller = {.bearer = the_staff()};

	(void)state;
	ask(201, "POST", ADMIN, &caller,
	    "{\"name\":\"Quixotic lamp\",\"sku\":\"FIND-1\",\"price\":\"5.00\","
	    "\"stock_on_hand\":1,\"status\":\"published\"}");
	assert_string_equal(text_at(search("q=quixotic"), "results.0.sku"),
			    "FIND-1");
}

/* The names of facets are asked apart, unless the database counts. */
static void a_search_costs_one_statement_and_one_for_names(void **state)
{
	static const struct {
		const char *query;
		const char *statements;
	} all[] = {
		{"q=mug&facets=false", "1"},
		{"brand=Halm&in_stock=true&q=enamel", "1"},
		{"q=mug", "2"},
		{"q=teapott", "2"},
		{"", "2"},
		{"q=zzqqxx", "2"}, /* the second notes it */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
		assert_string_equal(
			header_of(search(all[i].query), "X-Statements"),
			all[i].statements);
}

/* A filter that lets all through makes the database count. */
static void the_shop_counts_as_the_database_does(void **state)
{
	static const char *const queries[] = {"", "q=enamel", "q=mug%20",
					      "currency=USD", "q=zzqqxx"};

	(void)state;
	for (size_t i = 0; i < sizeof(queries) / sizeof(*queries); i++) {
		struct answer *ours = search(queries[i]);
		struct answer *theirs =
			search(fmt("%s&price__gte=0", queries[i]));

		assert_true(json_equal(node_at(ours, "facets"),
				       node_at(theirs, "facets")));
		assert_true(json_equal(node_at(ours, "results"),
				       node_at(theirs, "results")));
	}
}

static void what_sells_is_warm_and_the_rest_is_not(void **state)
{
	(void)state;
	sql("UPDATE search_heat SET popularity = -1");
	sql("SELECT search_tiers_count()");
	sql("SELECT search_heat_round(5000)");
	assert_string_equal(
		sql("SELECT count(*) FROM search_document d WHERE d.heat <> "
		    "(SELECT coalesce(max(h.heat), 0) FROM search_heat h WHERE "
		    "(d.popularity, d.part) >= (h.popularity, h.part))"),
		"0");
	assert_string_equal(
		sql("SELECT count(*) FILTER (WHERE heat > 0) <= "
		    "greatest(count(*) * 0.045, 1) FROM search_document"),
		"t");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(words_phrases_and_exclusions_find),
		cmocka_unit_test(a_sku_comes_first),
		cmocka_unit_test(a_misspelt_word_is_taken_for_the_nearest),
		cmocka_unit_test(counts_are_those_of_a_recount),
		cmocka_unit_test(a_group_counts_without_its_own_choice),
		cmocka_unit_test(orders_and_filters_hold),
		cmocka_unit_test(what_is_no_question_is_told),
		cmocka_unit_test(a_change_is_found_at_once),
		cmocka_unit_test(a_search_costs_one_statement_and_one_for_names),
		cmocka_unit_test(the_shop_counts_as_the_database_does),
		cmocka_unit_test(what_sells_is_warm_and_the_rest_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
