/* test_queries.c - what may stand behind "?": pages, orders, filters and
 * members of public lists, right and wrong, in bounded time. */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PRODUCTS "/api/v1/products/"

static int64_t milliseconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct answer *get(int status, const char *query)
{
	return ask(status, "GET", fmt(PRODUCTS "?%s", query), &nobody, NULL);
}

static void a_page_that_is_none_is_404(void **state)
{
	static const char *const pages[] = {
		"0", "-1", "abc", "1000000000", "9223372036854775808", "1.5",
		"%00", "1e3", "LAST", NULL};

	(void)state;
	for (int i = 0; pages[i] != NULL; i++) {
		int64_t before = milliseconds();
		struct answer *answer = get(404, fmt("page=%s", pages[i]));

		assert_string_equal(text_at(answer, "detail"), "Invalid page.");
		assert_string_equal(text_at(answer, "code"), "not_found");
		assert_true(milliseconds() - before < 1000);
	}
}

static void offsets_have_no_end(void **state)
{
	struct answer *answer = get(200, "limit=5&offset=3");

	(void)state;
	assert_int_equal(json_array_size(node_at(answer, "results")), 5);
	assert_string_equal(text_at(answer, "previous"),
			    fmt("%s" PRODUCTS "?limit=5", shop_url()));
	assert_string_equal(text_at(answer, "next"),
			    fmt("%s" PRODUCTS "?limit=5&offset=8", shop_url()));
	answer = get(200, "limit=-5&offset=-5");
	assert_int_equal(json_array_size(node_at(answer, "results")), 20);
	answer = get(200, "limit=zzz&offset=1000000000000000000000");
	assert_int_equal(json_array_size(node_at(answer, "results")), 0);
	assert_true(int_at(answer, "count") > 20);
}

static void unknown_orders_are_the_default(void **state)
{
	struct answer *plain = get(200, "page_size=100");

	(void)state;
	assert_true(json_equal(
		node_at(plain, "results"),
		node_at(get(200, "page_size=100&ordering=zzz"), "results")));
	assert_true(json_equal(
		node_at(plain, "results"),
		node_at(get(200, "page_size=100&ordering=%00,;drop,p.price"),
			"results")));
}

static void bad_filters_are_told_by_their_names(void **state)
{
	struct answer *answer = get(400, "price__gte=abc&created_at__gte=then");

	(void)state;
	assert_string_equal(text_at(answer, "price__gte.0"), "Enter a number.");
	assert_string_equal(text_at(answer, "created_at__gte.0"),
			    "Enter a valid date/time.");
	answer = get(400, "brand=a%00b");
	assert_string_equal(text_at(answer, "brand.0"),
			    "Null characters are not allowed.");
	answer = get(200, "min_price=-1000");
	assert_int_equal(int_at(answer, "count"), int_at(get(200, ""), "count"));
	answer = get(200, "max_price=-1000");
	assert_int_equal(int_at(answer, "count"), 0);
}

static void of_repeated_ones_the_last_counts(void **state)
{
	(void)state;
	assert_int_equal(json_array_size(node_at(
				 get(200, "page_size=5&page_size=7"),
				 "results")),
			 7);
	get(200, "price__gte=abc&price__gte=1");
	get(404, "page=1&page=0");
}

/* So many parameters of that name. */
static const char *many(const char *name, int count)
{
	char *text = calloc((size_t)count, 24);
	size_t length = 0;

	for (int i = 0; i < count; i++)
		length += (size_t)sprintf(text + length, "%s=%d&", name, i);
	return text;
}

static void what_is_too_much_is_refused_at_once(void **state)
{
	int64_t before = milliseconds();

	(void)state;
	/* More than a head may have. */
	assert_int_equal(get(0, many("price__gte", 10000))->status, 431);
	get(414, many("q", 1000));
	get(400, many("a", 400)); /* 4 KiB of them */
	get(200, many("a", 200));
	get(200, many("price__gte", 200));
	get(400, fmt("brand=%0*d", 3000, 1));
	get(400, fmt("fields=%0*d", 3000, 1));
	get(200, fmt("unknown=%0*d", 3900, 1));
	get(200, fmt("ordering=%0*d", 3900, 1));
	assert_true(milliseconds() - before < 5000);
}

static void only_the_members_asked_for_are_shown(void **state)
{
	struct answer *answer = get(200, "fields=slug,price&page_size=3");
	json_t *card = node_at(answer, "results.0");

	(void)state;
	assert_int_equal(json_object_size(card), 2);
	assert_true(json_is_string(json_object_get(card, "price")));
	assert_non_null(strstr(text_at(answer, "next"), "fields=slug%2Cprice"));
	answer = get(400, "fields=slug,secret");
	assert_non_null(strstr(text_at(answer, "fields.0"),
			       "secret is not one of the available choices: "
			       "id, slug, name"));
	answer = ask(200, "GET", PRODUCTS "enamel-teapot/?fields=id,name",
		     &nobody, NULL);
	assert_int_equal(json_object_size(answer->json), 2);
	ask(400, "GET", PRODUCTS "enamel-teapot/?fields=zzz", &nobody, NULL);
	ask(400, "GET", PRODUCTS "enamel-teapot/?expand=zzz", &nobody, NULL);
}

/* All slugs of a list, read by that link. */
static json_t *walked(const char *query, size_t *pages)
{
	json_t *all = json_array();
	struct answer *answer = get(200, query);

	for (*pages = 1;; ++*pages) {
		json_array_extend(all, node_at(answer, "results"));
		if (json_is_null(node_at(answer, "next")))
			return all;
		answer = ask(200, "GET", text_at(answer, "next"), &nobody,
			     NULL);
	}
}

static void cursors_and_pages_show_the_same(void **state)
{
	static const char *const queries[] = {
		"ordering=price", "ordering=-price", "category=kitchen",
		"ordering=-rating", "ordering=name&price__gte=5", NULL};
	size_t by_page;
	size_t by_cursor;

	(void)state;
	for (int i = 0; queries[i] != NULL; i++) {
		json_t *first = walked(fmt("page_size=7&%s", queries[i]),
				       &by_page);
		json_t *second = walked(
			fmt("page_size=7&cursor=&%s", queries[i]), &by_cursor);

		assert_true(json_array_size(first) > 0);
		assert_true(json_equal(first, second));
		assert_int_equal(by_page, by_cursor);
		second = walked(fmt("count=none&page_size=7&%s", queries[i]),
				&by_cursor);
		assert_true(json_equal(first, second));
		assert_int_equal(by_page, by_cursor);
	}
	get(404, "cursor=zzz");
	get(404, "cursor=0123456789012345678901aabbccddeeff");
	get(400, "count=some");
}

static void products_have_drfs_lookups(void **state)
{
	int64_t all = int_at(get(200, ""), "count");

	(void)state;
	assert_int_equal(int_at(get(200, "price__range=0,100000"), "count"),
			 all);
	assert_int_equal(int_at(get(200, "price__lt=0.01"), "count"), 0);
	assert_int_equal(int_at(get(200, "name__icontains=TEAPOT"), "count"),
			 int_at(get(200, "name__icontains=teapot"), "count"));
	assert_true(int_at(get(200, "name__icontains=TEAPOT"), "count") > 0);
	assert_int_equal(int_at(get(200, "name__contains=TEAPOT"), "count"), 0);
	assert_int_equal(int_at(get(200, "created_at__year=1999"), "count"), 0);
	assert_int_equal(int_at(get(200, "on_sale=true"), "count") +
				 int_at(get(200, "on_sale=false"), "count"),
			 all);
	get(400, "price__range=1");
	get(400, "created_at__date=yesterday");
	get(400, "created_at__year=0");
}

static void what_is_expanded_comes_with_the_list(void **state)
{
	struct answer *plain = get(200, "page_size=1");
	struct answer *answer = get(
		200, "page_size=1&expand=variants,breadcrumbs,description");
	const char *id = text_at(answer, "results.0.id");
	struct answer *shown = ask(200, "GET", fmt(PRODUCTS "%s/", id), &nobody,
				   NULL);

	(void)state;
	assert_null(json_object_get(node_at(plain, "results.0"), "variants"));
	assert_string_equal(text_at(answer, "results.0.description"),
			    text_at(shown, "description"));
	assert_true(json_equal(node_at(answer, "results.0.breadcrumbs"),
			       node_at(shown, "breadcrumbs")));
	assert_string_equal(text_at(answer, "results.0.variants.0.sku"),
			    text_at(shown, "variants.0.sku"));
	assert_string_equal(text_at(answer, "results.0.variants.0.price"),
			    text_at(shown, "variants.0.price"));
	answer = get(200, "page_size=1&search=enamel&fields=id,variants.sku");
	assert_int_equal(json_object_size(node_at(answer, "results.0")), 2);
	assert_int_equal(json_object_size(
				 node_at(answer, "results.0.variants.0")),
			 1);
	assert_int_equal(json_array_size(node_at(
				 ask(200, "OPTIONS", PRODUCTS, &nobody, NULL),
				 "query.expand")),
			 4);
}

static void options_tells_what_can_be_asked(void **state)
{
	struct answer *answer = ask(200, "OPTIONS", PRODUCTS, &nobody, NULL);

	(void)state;
	assert_string_equal(text_at(answer, "query.fields.0"), "id");
	assert_true(json_array_size(node_at(answer, "query.filters")) > 5);
	assert_true(json_array_size(node_at(answer, "query.ordering")) > 1);
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_page_that_is_none_is_404),
		T(offsets_have_no_end),
		T(unknown_orders_are_the_default),
		T(bad_filters_are_told_by_their_names),
		T(of_repeated_ones_the_last_counts),
		T(what_is_too_much_is_refused_at_once),
		T(only_the_members_asked_for_are_shown),
		T(cursors_and_pages_show_the_same),
		T(products_have_drfs_lookups),
		T(what_is_expanded_comes_with_the_list),
		T(options_tells_what_can_be_asked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
