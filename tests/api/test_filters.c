/* test_filters.c - filtered lists of products: each filter finds what a
 * recount finds, all of a list's forms show the same, nothing is unbounded. */
#include "shop.h"

#include <stdlib.h>
#include <string.h>

#define PRODUCTS "/api/v1/products/"
#define NIL "00000000-0000-0000-0000-000000000000"
/* What is listed, as a recount sees it. */
#define LISTED                                                                \
	"SELECT count(*) FROM listing l JOIN card k USING (product_id) "      \
	"JOIN product p ON p.id = l.product_id WHERE l.category_id = '" NIL   \
	"' AND l.currency = 'EUR' AND "

static struct answer *get(int status, const char *query)
{
	return ask(status, "GET", fmt(PRODUCTS "?%s", query), &nobody, NULL);
}

static const struct {
	const char *query, *where;
} filters[] = {
	{"brand=Halm", "p.brand = 'Halm'"},
	{"brand__in=Halm,Kessel", "p.brand IN ('Halm', 'Kessel')"},
	{"brand=Halm&in_stock=true", "p.brand = 'Halm' AND k.in_stock"},
	{"brand__icontains=hal", "p.brand ILIKE '%hal%'"},
	{"category=kitchen&price__lt=50",
	 "l.price < 5000 AND EXISTS (SELECT 1 FROM listing m JOIN category c "
	 "ON c.id = m.category_id WHERE m.product_id = l.product_id AND "
	 "c.slug = 'kitchen')"},
	{"category__in=pens,knives",
	 "EXISTS (SELECT 1 FROM listing m JOIN category c ON c.id = "
	 "m.category_id WHERE m.product_id = l.product_id AND c.slug IN "
	 "('pens', 'knives'))"},
	{"price=89.00", "l.price = 8900"},
	{"price__gte=89&price__lte=150", "l.price BETWEEN 8900 AND 15000"},
	{"price__gt=89&price__lt=150", "l.price > 8900 AND l.price < 15000"},
	{"price__in=89.00,100", "l.price IN (8900, 10000)"},
	{"price__range=89,150", "l.price BETWEEN 8900 AND 15000"},
	{"min_price=20&max_price=30", "l.price BETWEEN 2000 AND 3000"},
	{"in_stock=true", "k.in_stock"},
	{"in_stock=false", "NOT k.in_stock"},
	{"rating__gte=4", "k.rating_average >= 4"},
	{"on_sale=true&price__gte=1",
	 "l.compare_at_amount > l.price AND l.price >= 100"},
	{"created_at__gte=2020-01-01T00:00:00Z", "true"},
	{"created_at__lt=2020-01-01T00:00:00Z", "false"},
	{"sku=DEMO-003",
	 "p.id IN (SELECT product_id FROM variant WHERE sku = 'DEMO-003')"},
	{"sku=demo-003",
	 "p.id IN (SELECT product_id FROM variant WHERE sku = 'DEMO-003')"},
	{"sku__in=DEMO-003,DEMO-004",
	 "p.id IN (SELECT product_id FROM variant WHERE sku IN ('DEMO-003', "
	 "'DEMO-004'))"},
	{"name__icontains=mug", "p.name ILIKE '%mug%'"},
	{"name__startswith=E&brand=Halm",
	 "p.name LIKE 'E%' AND p.brand = 'Halm'"},
	{"brand=Nobody", "false"},
	{"attr.nothing=1", "false"},
	{"sku=%27%20OR%201%3D1", "false"},
	{"collection=nowhere&in_stock=true", "false"},
};

static void a_filter_finds_what_a_recount_finds(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(filters) / sizeof(*filters); i++) {
		struct answer *a = get(200, filters[i].query);
		const char *count = sql(LISTED "%s", filters[i].where);

		if (int_at(a, "count") != atoi(count))
			fail_msg("%s: %lld, by recount %s", filters[i].query,
				 (long long)int_at(a, "count"), count);
		/* What is counted exactly does not say otherwise. */
		assert_null(json_object_get(a->json, "is_estimate"));
		assert_null(json_object_get(a->json, "facets"));
	}
}

static void attributes_are_filtered_by_value_and_bound(void **state)
{
	const char *code = fmt("w%s", sql("SELECT floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint"));
	struct caller staff = {.bearer = the_staff(), .key = ""};

	(void)state;
	askf(201, "POST", "/api/v1/admin/attributes/", &staff,
	     "{\"code\":\"%s\",\"name\":\"%s\",\"kind\":\"number\","
	     "\"is_filterable\":true}", code, code);
	for (int i = 1; i <= 3; i++)
		askf(201, "POST", "/api/v1/admin/products/", &staff,
		     "{\"name\":\"Weight %d %s\",\"sku\":\"%s-%d\","
		     "\"price\":\"10.00\",\"status\":\"published\","
		     "\"attributes\":{\"%s\":%d}}",
		     i, code, code, i, code, 10 * i);
	assert_int_equal(int_at(get(200, fmt("attr.%s=20", code)), "count"), 1);
	assert_int_equal(
		int_at(get(200, fmt("attr.%s__in=10,30", code)), "count"), 2);
	assert_int_equal(
		int_at(get(200, fmt("attr.%s__gte=20", code)), "count"), 2);
	assert_int_equal(int_at(get(200, fmt("attr.%s__gte=11&attr.%s__lte=29",
					     code, code)),
				"count"),
			 1);
	assert_int_equal(int_at(get(200, fmt("search=%s", code)), "count"), 3);
	get(400, fmt("attr.%s__gte=heavy", code));
}

/* The ids of one form of paging after another. */
static void every_form_shows_the_same_in_every_order(void **state)
{
	static const char *const orders[] = {
		"price", "-price", "-created_at", "name", "-popularity",
		"-rating"};

	(void)state;
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
		const char *all = fmt("in_stock=true&ordering=%s", orders[i]);
		json_t *whole = node_at(get(200, fmt("%s&limit=7", all)),
					"results");
		struct answer *page = get(
			200, fmt("%s&cursor=&page_size=4", all));
		const char *next = text_at(page, "next");
		struct answer *behind = ask(200, "GET", next, &nobody, NULL);
		struct answer *none =
			get(200, fmt("%s&limit=7&count=none", all));

		assert_int_equal(json_array_size(whole), 7);
		assert_true(json_is_null(node_at(none, "count")));
		assert_true(json_equal(node_at(none, "results"), whole));
		for (size_t k = 0; k < 7; k++)
			assert_true(json_equal(
				json_array_get(whole, k),
				json_array_get(node_at(k < 4 ? page : behind,
						       "results"),
					       k % 4)));
		assert_string_equal(
			text_at(ask(200, "GET", text_at(behind, "previous"),
				    &nobody, NULL),
				"results.0.id"),
			text_at(page, "results.0.id"));
	}
}

static void the_last_page_and_what_is_behind_it(void **state)
{
	int64_t all = int_at(get(200, "in_stock=true"), "count");
	struct answer *last = get(200, "in_stock=true&page_size=3&page=last");

	(void)state;
	assert_int_equal(json_array_size(node_at(last, "results")),
			 (all - 1) % 3 + 1);
	assert_true(json_is_null(node_at(last, "next")));
	get(404, "in_stock=true&page=1000");
	last = get(200, "in_stock=true&limit=5&offset=100000");
	assert_int_equal(json_array_size(node_at(last, "results")), 0);
	assert_int_equal(int_at(last, "count"), all);
}

static void facets_are_those_of_the_search(void **state)
{
	static const char *const questions[] = {
		"", "brand=Halm", "category=kitchen&price__lte=50",
		"in_stock=true&sku="};

	(void)state;
	for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
		struct answer *list =
			get(200, fmt("%s&facets=true", questions[i]));
		struct answer *search =
			ask(200, "GET", fmt("/api/v1/search/?%s", questions[i]),
			    &nobody, NULL);

		assert_true(json_equal(node_at(list, "facets"),
				       node_at(search, "facets")));
		assert_int_equal(int_at(list, "count"), int_at(search, "count"));
	}
	assert_true(json_array_size(node_at(
			get(200, "facets=true&expand=variants&ordering=name"),
			"results.0.variants")) > 0);
}

static void bad_values_are_told_by_their_names(void **state)
{
	static const char *const bad[] = {
		"price__gte=abc", "price__range=1", "rating__gte=x",
		"created_at__gte=x", "created_at__year=0", "attr.x__lte=1e5",
		"count=some&brand=Halm", "search=%22%22%25", "brand__in=%00"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++)
		get(400, bad[i]);
	get(404, "brand=Halm&cursor=zzz");
	get(404, "brand=Halm&page=x");
}

static void too_much_is_refused_at_once(void **state)
{
	char *query = calloc(1, 200000);

	(void)state;
	for (int i = 0; i < 10000; i++)
		sprintf(query + strlen(query), "attr.c%d=1&", i);
	/* Longer than a request may be: it is cut off, or told so. */
	assert_true(ask(0, "GET", fmt(PRODUCTS "?%s", query), &nobody, NULL)
			    ->status != 200);
	query[5000] = '\0';
	ask(414, "GET", fmt(PRODUCTS "?%s", query), &nobody, NULL);
	/* As much as fits. */
	*query = '\0';
	for (int i = 0; i < 190; i++)
		sprintf(query + strlen(query), "attr.c%d=1&", i);
	assert_int_equal(int_at(get(200, query), "count"), 0);
	strcpy(query, "brand__in=");
	for (int i = 0; i < 100; i++)
		sprintf(query + strlen(query), "Brand%%20Nr%%20%d,", i);
	get(200, query);
	strcat(query, "one,more");
	get(400, query);
	free(query);
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_filter_finds_what_a_recount_finds),
		T(attributes_are_filtered_by_value_and_bound),
		T(every_form_shows_the_same_in_every_order),
		T(the_last_page_and_what_is_behind_it),
		T(facets_are_those_of_the_search),
		T(bad_values_are_told_by_their_names),
		T(too_much_is_refused_at_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
