/* test_catalog.c - what shoppers see and what staff change. */
#include "shop.h"

#include <string.h>
#include <strings.h>

#define PRODUCTS "/api/v1/products/"
#define ADMIN "/api/v1/admin/products/"

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff()};
}

/* A published product in pens of that SKU; its admin answer. */
static struct answer *a_product(const char *sku, const char *price)
{
	const struct caller caller = staff();

	return askf(201, "POST", ADMIN, &caller,
		    "{\"name\":\"Thing %s\",\"sku\":\"%s\",\"price\":\"%s\","
		    "\"status\":\"published\",\"category\":\"pens\","
		    "\"stock_on_hand\":3}",
		    sku, sku, price);
}

static struct caller with_version(const struct answer *answer)
{
	struct caller caller = staff();

	caller.header = fmt("If-Match: %s", header_of(answer, "ETag"));
	return caller;
}

static void a_list_is_cut_into_pages_of_drf(void **state)
{
	struct answer *page = ask(200, "GET", PRODUCTS "?page_size=5&ordering=price",
				  &nobody, NULL);
	const char *next = text_at(page, "next");
	int64_t count = int_at(page, "count");

	(void)state;
	assert_true(count >= 24);
	assert_true(json_is_null(node_at(page, "previous")));
	assert_int_equal(json_array_size(node_at(page, "results")), 5);
	page = ask(200, "GET", next, &nobody, NULL);
	assert_string_equal(text_at(page, "previous"),
			    fmt("%s" PRODUCTS "?ordering=price&page_size=5", shop_url()));
	page = ask(404, "GET", PRODUCTS "?page=1000000000", &nobody, NULL);
	assert_string_equal(text_at(page, "detail"), "Invalid page.");
	page = ask(200, "GET", PRODUCTS "?page=last&page_size=100", &nobody, NULL);
	assert_true(json_is_null(node_at(page, "next")));
}

static void a_category_lists_all_below_it_in_order_of_price(void **state)
{
	struct answer *page = ask(200, "GET",
				  PRODUCTS "?category=kitchen&ordering=-price",
				  &nobody, NULL);
	size_t count = json_array_size(node_at(page, "results"));

	(void)state;
	assert_int_equal(count, 10);
	assert_int_equal(int_at(page, "count"), 10);
	assert_string_equal(text_at(page, "results.0.price"), "89.00");
	page = ask(200, "GET", PRODUCTS "?category=nowhere", &nobody, NULL);
	assert_int_equal(int_at(page, "count"), 0);
}

static void filters_search_and_orderings_are_drfs(void **state)
{
	struct answer *page;

	(void)state;
	page = ask(200, "GET", PRODUCTS "?price__gte=100&price__lte=150", &nobody, NULL);
	assert_int_equal(int_at(page, "count"), 4);
	page = ask(200, "GET", PRODUCTS "?brand__in=Halm,Kessel", &nobody, NULL);
	assert_int_equal(int_at(page, "count"), 6);
	page = ask(200, "GET", PRODUCTS "?brand__in=Halm&brand__in=Kessel", &nobody, NULL);
	assert_int_equal(int_at(page, "count"), 6);
	page = ask(200, "GET", PRODUCTS "?search=MUG%20enamel", &nobody, NULL);
	assert_int_equal(int_at(page, "count"), 2);
	page = ask(200, "GET", PRODUCTS "?search=200%25", &nobody, NULL);
	assert_int_equal(int_at(page, "count"), 0);
	page = ask(200, "GET", PRODUCTS "?category=bags&in_stock=false", &nobody, NULL);
	assert_int_equal(int_at(page, "count"), 1);
	assert_string_equal(text_at(page, "results.0.slug"), "handlebar-bag");
	page = ask(200, "GET", PRODUCTS "?ordering=name,nonsense&page_size=1&category=knives",
		   &nobody, NULL);
	assert_string_equal(text_at(page, "results.0.name"), "Bread knife");
	page = ask(400, "GET", PRODUCTS "?price__gte=abc&created_at__gte=x", &nobody, NULL);
	assert_string_equal(text_at(page, "price__gte.0"), "Enter a number.");
	assert_string_equal(text_at(page, "created_at__gte.0"),
			    "Enter a valid date/time.");
}

static void a_product_is_shown_by_slug_and_by_id(void **state)
{
	struct answer *by_slug = ask(200, "GET", PRODUCTS "enamel-teapot/", &nobody, NULL);
	struct answer *by_id = ask(200, "GET", fmt(PRODUCTS "%s/", text_at(by_slug, "id")),
				   &nobody, NULL);

	(void)state;
	assert_string_equal(by_slug->body, by_id->body);
	assert_string_equal(text_at(by_slug, "price"), "39.90");
	assert_string_equal(text_at(by_slug, "compare_at_price"), "44.90");
	assert_string_equal(text_at(by_slug, "breadcrumbs.0.slug"), "kitchen");
	assert_string_equal(text_at(by_slug, "breadcrumbs.1.slug"), "tea-and-coffee");
	assert_int_equal(int_at(by_slug, "attributes.volume"), 1200);
	ask(404, "GET", PRODUCTS "no-such-thing/", &nobody, NULL);
	ask(404, "GET", PRODUCTS "00000000-0000-0000-0000-000000000000/", &nobody, NULL);
	ask(404, "GET", PRODUCTS "%27%20OR%201=1/", &nobody, NULL);
}

static void an_answer_that_is_known_is_not_sent_again(void **state)
{
	struct answer *first = ask(200, "GET", PRODUCTS "enamel-teapot/", &nobody, NULL);
	struct caller again = {.header = fmt("If-None-Match: %s", header_of(first, "ETag"))};
	struct answer *second = ask(304, "GET", PRODUCTS "enamel-teapot/", &again, NULL);

	(void)state;
	assert_int_equal(second->length, 0);
	assert_string_equal(header_of(second, "ETag"), header_of(first, "ETag"));
	again.header = "If-None-Match: \"other\"";
	ask(200, "GET", PRODUCTS "enamel-teapot/", &again, NULL);
}

static void a_head_is_a_get_without_its_body(void **state)
{
	struct answer *get = ask(200, "GET", PRODUCTS "enamel-teapot/", &nobody, NULL);
	struct answer *head = ask(200, "HEAD", PRODUCTS "enamel-teapot/", &nobody, NULL);

	(void)state;
	assert_int_equal(head->length, 0);
	assert_string_equal(header_of(head, "Content-Length"),
			    header_of(get, "Content-Length"));
}

static void staff_make_change_and_remove_a_product(void **state)
{
	struct answer *made = a_product("CAT-1", "12.3");
	const char *path = fmt(ADMIN "%s/", text_at(made, "id"));
	struct caller caller = with_version(made);
	struct answer *changed;

	(void)state;
	assert_string_equal(text_at(made, "slug"), "thing-cat-1");
	assert_string_equal(text_at(made, "price"), "12.30");
	assert_int_equal(int_at(made, "stock_on_hand"), 3);
	ask(200, "GET", PRODUCTS "thing-cat-1/", &nobody, NULL);
	changed = ask(200, "PATCH", path, &caller, "{\"price\":\"15.00\",\"compare_at_price\":20}");
	assert_string_equal(text_at(changed, "price"), "15.00");
	assert_string_equal(text_at(changed, "compare_at_price"), "20.00");
	assert_string_equal(text_at(changed, "name"), "Thing CAT-1");
	assert_string_equal(text_at(ask(200, "GET", PRODUCTS "thing-cat-1/", &nobody, NULL), "price"),
			    "15.00");
	ask(412, "PATCH", path, &caller, "{\"price\":\"16.00\"}");
	caller = with_version(changed);
	changed = ask(200, "PATCH", path, &caller, "{\"status\":\"archived\",\"compare_at_price\":null}");
	assert_true(json_is_null(node_at(changed, "compare_at_price")));
	ask(404, "GET", PRODUCTS "thing-cat-1/", &nobody, NULL);
	caller = with_version(changed);
	ask(204, "DELETE", path, &caller, NULL);
	ask(404, "GET", path, &caller, NULL);
	a_product("CAT-1", "1"); /* the SKU is free again */
}

static void an_edit_without_version_is_refused(void **state)
{
	struct answer *made = a_product("CAT-2", "1.00");
	const char *path = fmt(ADMIN "%s/", text_at(made, "id"));
	const struct caller caller = staff();

	(void)state;
	ask(428, "PATCH", path, &caller, "{\"price\":\"2.00\"}");
	ask(428, "DELETE", path, &caller, NULL);
	assert_string_equal(text_at(ask(200, "GET", path, &caller, NULL), "price"), "1.00");
}

static void two_edits_of_one_version_cannot_both_stand(void **state)
{
	struct answer *made = a_product("CAT-3", "1.00");
	const struct caller caller = with_version(made);
	int counts[600];

	(void)state;
	ask_at_once(10, "PATCH", fmt(ADMIN "%s/", text_at(made, "id")), &caller,
		    "{\"price\":\"2.00\"}", counts);
	assert_int_equal(counts[200], 1);
	assert_int_equal(counts[412], 9);
}

static void what_is_not_theirs_cannot_be_written(void **state)
{
	const struct caller caller = staff();
	struct answer *made;

	(void)state;
	made = ask(201, "POST", ADMIN, &caller,
		   "{\"name\":\"Free\",\"sku\":\"CAT-4\",\"price\":\"5.00\","
		   "\"id\":\"00000000-0000-0000-0000-000000000001\",\"version\":99,"
		   "\"created_at\":\"2001-01-01T00:00:00Z\",\"currency\":\"XXX\","
		   "\"is_admin\":true}");
	assert_string_not_equal(text_at(made, "id"), "00000000-0000-0000-0000-000000000001");
	assert_int_equal(int_at(made, "version"), 1);
	assert_string_equal(text_at(made, "currency"), "EUR");
	assert_string_equal(text_at(made, "status"), "draft");
}

static void every_wrong_field_is_told_at_once(void **state)
{
	const struct caller caller = staff();
	struct answer *answer;

	(void)state;
	answer = ask(400, "POST", ADMIN, &caller,
		     "{\"name\":\" \",\"price\":\"12.345\",\"weight_grams\":-1,"
		     "\"status\":\"lost\",\"attributes\":[1],\"images\":[\"x\"]}");
	assert_string_equal(text_at(answer, "name.0"), "This field may not be blank.");
	assert_string_equal(text_at(answer, "sku.0"), "This field is required.");
	assert_string_equal(text_at(answer, "status.0"), "\"lost\" is not a valid choice.");
	assert_string_equal(text_at(answer, "price.0"),
			    "Ensure that there are no more than 2 decimal places.");
	answer = ask(400, "POST", ADMIN, &caller,
		     "{\"name\":\"x\",\"sku\":\"CAT-5\",\"price\":1,\"category\":\"nope\"}");
	assert_string_equal(text_at(answer, "category.0"),
			    "Object with slug=nope does not exist.");
	a_product("CAT-6", "1");
	answer = ask(400, "POST", ADMIN, &caller,
		     "{\"name\":\"x\",\"sku\":\"CAT-6\",\"price\":1}");
	assert_string_equal(text_at(answer, "sku.0"),
			    "product with this sku already exists.");
	ask(400, "POST", ADMIN, &caller,
	    "{\"name\":\"x\",\"sku\":\"CAT-7\",\"price\":99999999999999999999}");
	ask(400, "POST", ADMIN, &caller,
	    "{\"name\":\"x\",\"sku\":\"CAT-7\",\"price\":-1}");
}

static void only_staff_get_in(void **state)
{
	const struct caller customer = {.bearer = a_customer()};

	(void)state;
	ask(401, "GET", ADMIN, &nobody, NULL);
	ask(403, "GET", ADMIN, &customer, NULL);
	ask(403, "POST", ADMIN, &customer, "{}");
}

static void the_tree_keeps_its_shape(void **state)
{
	const struct caller caller = staff();
	struct answer *top = ask(201, "POST", "/api/v1/admin/categories/", &caller,
				 "{\"name\":\"Top\"}");
	struct answer *below = ask(201, "POST", "/api/v1/admin/categories/", &caller,
				   "{\"name\":\"Below\",\"parent\":\"top\"}");
	const char *top_path = fmt("/api/v1/admin/categories/%s/", text_at(top, "id"));
	const char *below_path = fmt("/api/v1/admin/categories/%s/", text_at(below, "id"));
	struct caller edit;
	struct answer *answer;

	(void)state;
	ask(201, "POST", ADMIN, &caller,
	    "{\"name\":\"Leaf\",\"sku\":\"CAT-8\",\"price\":1,\"category\":\"below\",\"status\":\"published\"}");
	assert_int_equal(int_at(ask(200, "GET", PRODUCTS "?category=top", &nobody, NULL), "count"), 1);
	edit = with_version(top);
	answer = ask(409, "POST", fmt("%smove/", top_path), &edit, "{\"parent\":\"below\"}");
	assert_string_equal(text_at(answer, "code"), "category_cycle");
	answer = ask(409, "DELETE", top_path, &edit, NULL);
	assert_string_equal(text_at(answer, "code"), "protected");
	edit = with_version(below);
	answer = ask(200, "POST", fmt("%smove/", below_path), &edit, "{\"parent\":\"kitchen\"}");
	assert_string_equal(text_at(answer, "parent"), "kitchen");
	assert_int_equal(int_at(ask(200, "GET", PRODUCTS "?category=top", &nobody, NULL), "count"), 0);
	assert_int_equal(int_at(ask(200, "GET", PRODUCTS "?category=kitchen", &nobody, NULL), "count"), 11);
	answer = ask(400, "POST", "/api/v1/admin/categories/", &caller,
		     "{\"name\":\"Below\",\"parent\":\"kitchen\",\"slug\":\"b2\"}");
	assert_non_null(node_at(answer, "non_field_errors"));
	edit = with_version(ask(200, "GET", top_path, &caller, NULL));
	ask(204, "DELETE", top_path, &edit, NULL);
	answer = ask(200, "GET", "/api/v1/categories/below/", &nobody, NULL);
	assert_string_equal(text_at(answer, "ancestors.0.slug"), "kitchen");
	ask(200, "GET", "/api/v1/categories/tree/", &nobody, NULL);
}

static void lists_show_a_category_by_its_new_slug_and_name_products_anew(void **state)
{
	const struct caller caller = staff();
	struct answer *category = ask(201, "POST", "/api/v1/admin/categories/", &caller,
				      "{\"name\":\"Old name\"}");
	struct answer *product = ask(201, "POST", ADMIN, &caller,
				     "{\"name\":\"Shown\",\"sku\":\"CAT-9\",\"price\":1,"
				     "\"category\":\"old-name\",\"status\":\"published\"}");
	struct caller edit = with_version(category);
	struct answer *answer;

	(void)state;
	ask(200, "PATCH", fmt("/api/v1/admin/categories/%s/", text_at(category, "id")),
	    &edit, "{\"slug\":\"new-name\"}");
	answer = ask(200, "GET", PRODUCTS "?category=new-name", &nobody, NULL);
	assert_string_equal(text_at(answer, "results.0.category"), "new-name");
	assert_string_equal(text_at(answer, "results.0.name"), "Shown");
	edit = with_version(product);
	ask(200, "PATCH", fmt(ADMIN "%s/", text_at(product, "id")), &edit,
	    "{\"name\":\"Renamed\",\"sku\":\"CAT-10\",\"compare_at_price\":\"2.00\"}");
	answer = ask(200, "GET", PRODUCTS "?category=new-name", &nobody, NULL);
	assert_string_equal(text_at(answer, "results.0.name"), "Renamed");
	assert_string_equal(text_at(answer, "results.0.sku"), "CAT-10");
	assert_string_equal(text_at(answer, "results.0.compare_at_price"), "2.00");
}

static void a_page_costs_one_statement(void **state)
{
	static const char *const paths[] = {
		PRODUCTS, PRODUCTS "?category=kitchen&ordering=price",
		PRODUCTS "?search=mug&in_stock=true", PRODUCTS "enamel-teapot/",
		"/api/v1/categories/", "/api/v1/categories/tree/",
		"/api/v1/categories/kitchen/"};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++)
		assert_string_equal(header_of(ask(200, "GET", paths[i], &nobody, NULL),
					      "X-Statements"),
				    "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_is_cut_into_pages_of_drf),
		cmocka_unit_test(a_category_lists_all_below_it_in_order_of_price),
		cmocka_unit_test(filters_search_and_orderings_are_drfs),
		cmocka_unit_test(a_product_is_shown_by_slug_and_by_id),
		cmocka_unit_test(an_answer_that_is_known_is_not_sent_again),
		cmocka_unit_test(a_head_is_a_get_without_its_body),
		cmocka_unit_test(staff_make_change_and_remove_a_product),
		cmocka_unit_test(an_edit_without_version_is_refused),
		cmocka_unit_test(two_edits_of_one_version_cannot_both_stand),
		cmocka_unit_test(what_is_not_theirs_cannot_be_written),
		cmocka_unit_test(every_wrong_field_is_told_at_once),
		cmocka_unit_test(only_staff_get_in),
		cmocka_unit_test(the_tree_keeps_its_shape),
		cmocka_unit_test(lists_show_a_category_by_its_new_slug_and_name_products_anew),
		cmocka_unit_test(a_page_costs_one_statement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
