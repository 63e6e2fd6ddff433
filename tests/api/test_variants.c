/* test_variants.c - products with options and variants, as staff make them
 * and as shoppers see them. */
#include "shop.h"

#include <string.h>
#include <unistd.h>

#define PRODUCTS "/api/v1/products/"
#define ADMIN "/api/v1/admin/products/"
#define VARIANTS "/api/v1/admin/variants/"

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff()};
}

static struct caller with_version(const struct answer *answer)
{
	struct caller caller = staff();

	caller.header = fmt("If-Match: %s", header_of(answer, "ETag"));
	return caller;
}

static const char *fresh(void)
{
	static unsigned number;

	return fmt("v%d-%u", (int)getpid(), number++);
}

/* A published shirt in S and M, red and blue, with two of the four variants;
 * slug and start of the SKUs are `name`. */
static struct answer *a_shirt(const char *name)
{
	const struct caller caller = staff();

	return askf(201, "POST", ADMIN, &caller,
		    "{\"name\":\"Shirt\",\"slug\":\"%s\",\"category\":\"bags\","
		    "\"status\":\"published\",\"options\":["
		    "{\"name\":\"Colour\",\"values\":[\"Red\",\"Blue\"]},"
		    "{\"name\":\"Size\",\"values\":[\"S\",\"M\"]}],"
		    "\"variants\":[{\"sku\":\"%s-1\",\"price\":\"20.00\","
		    "\"compare_at_price\":\"25.00\",\"stock_on_hand\":2,"
		    "\"barcode\":\"4006381333931\",\"weight_grams\":150,"
		    "\"options\":{\"Colour\":\"Red\",\"Size\":\"S\"}},"
		    "{\"sku\":\"%s-2\",\"price\":\"18.00\",\"is_default\":true,"
		    "\"length_mm\":300,"
		    "\"options\":{\"Colour\":\"Blue\",\"Size\":\"M\"}}],"
		    "\"seo_title\":\"A shirt\",\"metadata\":{\"season\":\"summer\"},"
		    "\"private_metadata\":{\"margin\":\"secret-40\"}}",
		    name, name, name);
}

static struct answer *variant_of(const struct answer *product, int place)
{
	const struct caller caller = staff();

	return ask(200, "GET",
		   fmt(VARIANTS "%s/", text_at(product, fmt("variants.%d.id", place))),
		   &caller, NULL);
}

static const char *path_of(const struct answer *variant)
{
	return fmt(VARIANTS "%s/", text_at(variant, "id"));
}

static void a_page_shows_what_can_be_chosen(void **state)
{
	const char *name = fresh();
	struct answer *page;

	(void)state;
	a_shirt(name);
	page = ask(200, "GET", fmt(PRODUCTS "%s/", name), &nobody, NULL);
	assert_string_equal(header_of(page, "X-Statements"), "1");
	assert_string_equal(text_at(page, "options.1.values.1"), "M");
	assert_string_equal(text_at(page, "variants.0.name"), "Red / S");
	assert_string_equal(text_at(page, "variants.0.price"), "20.00");
	assert_string_equal(text_at(page, "variants.0.compare_at_price"), "25.00");
	assert_string_equal(text_at(page, "variants.0.barcode"), "4006381333931");
	assert_true(bool_at(page, "variants.0.in_stock"));
	assert_false(bool_at(page, "variants.1.in_stock"));
	assert_int_equal(int_at(page, "variants.1.length_mm"), 300);
	assert_string_equal(text_at(page, "sku"), fmt("%s-2", name));
	assert_string_equal(text_at(page, "price"), "18.00");
	assert_string_equal(text_at(page, "seo_title"), "A shirt");
	assert_string_equal(text_at(page, "metadata.season"), "summer");
	assert_null(strstr(page->body, "secret-40"));
	page = ask(200, "GET", fmt(PRODUCTS "%s/variants/", name), &nobody, NULL);
	assert_int_equal(json_array_size(page->json), 2);
	assert_string_equal(text_at(page, "0.options.Colour"), "Red");
	assert_null(strstr(page->body, "secret-40"));
	page = ask(200, "GET", fmt(PRODUCTS "%s/?currency=CHF", name), &nobody, NULL);
	assert_true(json_is_null(node_at(page, "variants.0.price")));
	page = ask(200, "GET", fmt(PRODUCTS "%s/?fields=id,variants.sku", name), &nobody,
		   NULL);
	assert_null(node_at(page, "breadcrumbs"));
	assert_string_equal(text_at(page, "variants.0.sku"), fmt("%s-1", name));
}

static void options_that_do_not_fit_are_refused(void **state)
{
	const struct caller caller = staff();
	const char *name = fresh();
	struct answer *product = a_shirt(name);
	const char *path = fmt(ADMIN "%s/variants/", text_at(product, "id"));
	struct answer *answer;

	(void)state;
	answer = askf(400, "POST", path, &caller,
		      "{\"sku\":\"%s-3\",\"options\":{\"Colour\":\"Green\",\"Size\":\"S\"}}",
		      name);
	assert_string_equal(text_at(answer, "options.0"),
			    "\"Green\" is not a value of Colour.");
	answer = askf(400, "POST", path, &caller,
		      "{\"sku\":\"%s-3\",\"options\":{\"Colour\":\"Red\"}}", name);
	assert_string_equal(text_at(answer, "options.0"), "Choose a value for Size.");
	askf(400, "POST", path, &caller,
	     "{\"sku\":\"%s-3\",\"options\":{\"Colour\":\"Red\",\"Size\":\"M\",\"x\":\"y\"}}",
	     name);
	answer = askf(400, "POST", path, &caller,
		      "{\"sku\":\"%s-3\",\"options\":{\"Size\":\"S\",\"Colour\":\"Red\"}}",
		      name);
	assert_string_equal(text_at(answer, "options.0"),
			    "Another variant has these options.");
	answer = askf(400, "POST", path, &caller,
		      "{\"sku\":\"%s-1\",\"options\":{\"Size\":\"M\",\"Colour\":\"Red\"}}",
		      name);
	assert_non_null(node_at(answer, "sku.0"));
	answer = askf(400, "POST", ADMIN, &caller,
		      "{\"name\":\"x\",\"options\":[{\"name\":\"A\",\"values\":[\"1\",\"1\"]}],"
		      "\"variants\":[{\"sku\":\"%s-9\",\"options\":{\"A\":\"1\"}}]}",
		      name);
	assert_non_null(node_at(answer, "options.0.values.1"));
	answer = askf(400, "POST", ADMIN, &caller,
		      "{\"name\":\"x\",\"options\":[{\"name\":\"A\",\"values\":[\"1\",\"2\"]}],"
		      "\"variants\":[{\"sku\":\"%s-9\",\"options\":{\"A\":\"1\"}},"
		      "{\"sku\":\"%s-9\",\"options\":{\"A\":\"3\"}}]}",
		      name, name);
	assert_non_null(node_at(answer, "variants.0.sku.0"));
	assert_string_equal(text_at(answer, "variants.1.options.0"),
			    "\"3\" is not a value of A.");
}

static void what_is_missing_is_generated_once(void **state)
{
	const struct caller caller = staff();
	const char *name = fresh();
	struct answer *product = a_shirt(name);
	const char *path = fmt(ADMIN "%s/variants/generate/", text_at(product, "id"));
	struct answer *answer;

	(void)state;
	answer = ask(201, "POST", path, &caller, "{\"sku\":\"{product}-{Colour}-{Size}\"}");
	assert_int_equal(json_array_size(answer->json), 4);
	assert_string_equal(text_at(answer, "2.name"), "Red / M");
	assert_string_equal(text_at(answer, "2.price"), "18.00");
	assert_non_null(strstr(text_at(answer, "2.sku"), "-RED-M"));
	answer = ask(201, "POST", path, &caller, "{}");
	assert_int_equal(json_array_size(answer->json), 4);
	product = a_shirt(fresh());
	path = fmt(ADMIN "%s/variants/generate/", text_at(product, "id"));
	answer = askf(400, "POST", path, &caller, "{\"sku\":\"%s-same\"}", name);
	assert_non_null(node_at(answer, "sku.0"));
	answer = askf(201, "POST", ADMIN, &caller,
		      "{\"name\":\"x\",\"sku\":\"%s-x\",\"price\":\"1.00\"}", name);
	ask(400, "POST", fmt(ADMIN "%s/variants/generate/", text_at(answer, "id")),
	    &caller, "{}");
}

static void a_simple_product_grows_options(void **state)
{
	const struct caller caller = staff();
	const char *name = fresh();
	struct answer *made = askf(201, "POST", ADMIN, &caller,
				   "{\"name\":\"Mug\",\"sku\":\"%s\",\"price\":\"5.00\"}",
				   name);
	const char *path = fmt(ADMIN "%s/", text_at(made, "id"));
	struct caller edit = with_version(made);
	struct answer *answer;

	(void)state;
	assert_string_equal(text_at(made, "variants.0.name"), "");
	answer = ask(200, "PATCH", path, &edit,
		     "{\"options\":[{\"name\":\"Size\",\"values\":[\"S\",\"L\"]}]}");
	assert_string_equal(text_at(answer, "variants.0.name"), "S");
	ask(201, "POST", fmt("%svariants/generate/", path), &caller, "{}");
	edit = with_version(ask(200, "GET", path, &caller, NULL));
	answer = ask(400, "PATCH", path, &edit,
		     "{\"options\":[{\"name\":\"Size\",\"values\":[\"S\"]}]}");
	assert_non_null(node_at(answer, "options.0"));
	answer = ask(400, "PATCH", path, &edit, "{\"options\":[]}");
	assert_non_null(node_at(answer, "options.0"));
	ask(400, "PATCH", path, &edit, "{\"variants\":[{\"sku\":\"y\"}]}");
	answer = ask(200, "PATCH", path, &edit, "{\"price\":\"6.00\"}");
	assert_string_equal(text_at(answer, "variants.0.price"), "6.00");
}

static void there_is_one_default_variant_always(void **state)
{
	const char *name = fresh();
	struct answer *product = a_shirt(name);
	struct answer *first = variant_of(product, 0);
	struct answer *second = variant_of(product, 1);
	struct caller edit = with_version(second);
	struct answer *answer;

	(void)state;
	ask(400, "PATCH", path_of(second), &edit, "{\"is_default\":false}");
	answer = ask(200, "PATCH", path_of(second), &edit, "{\"is_active\":false}");
	assert_false(bool_at(answer, "is_default"));
	answer = ask(200, "GET", fmt(PRODUCTS "%s/", name), &nobody, NULL);
	assert_string_equal(text_at(answer, "variant"), text_at(first, "id"));
	assert_int_equal(json_array_size(node_at(answer, "variants")), 1);
	edit = with_version(variant_of(product, 0));
	ask(204, "DELETE", path_of(first), &edit, NULL);
	ask(404, "GET", path_of(first), &edit, NULL);
	edit = with_version(variant_of(product, 1));
	answer = ask(409, "DELETE", path_of(second), &edit, NULL);
	assert_string_equal(text_at(answer, "code"), "protected");
	assert_true(bool_at(variant_of(product, 1), "is_default"));
	assert_string_equal(sql("SELECT count(*) FROM stock WHERE variant_id = '%s'",
				text_at(first, "id")),
			    "1");
}

static void two_edits_at_once_do_not_both_stand(void **state)
{
	struct answer *product = a_shirt(fresh());
	struct answer *variant = variant_of(product, 0);
	const struct caller edit = with_version(variant);
	const struct caller caller = staff();
	int counts[600];

	(void)state;
	ask(428, "PATCH", path_of(variant), &caller, "{\"price\":\"1.00\"}");
	ask_at_once(8, "PATCH", path_of(variant), &edit, "{\"price\":\"1.00\"}", counts);
	assert_int_equal(counts[200], 1);
	assert_int_equal(counts[412], 7);
}

static void one_sku_is_made_once_whoever_asks(void **state)
{
	const struct caller caller = staff();
	int counts[600];

	(void)state;
	ask_at_once(8, "POST", ADMIN, &caller,
		    fmt("{\"name\":\"Once\",\"sku\":\"%s\",\"price\":\"1.00\"}", fresh()),
		    counts);
	assert_int_equal(counts[201], 1);
	assert_int_equal(counts[400], 7);
}

static void a_cart_has_what_was_chosen_and_nothing_that_went(void **state)
{
	const char *name = fresh();
	struct answer *product = a_shirt(name);
	struct answer *variant = variant_of(product, 0);
	struct cart cart = a_cart_ready_to_pay(NULL, "enamel-teapot", 1);
	const char *items = fmt("/api/v1/carts/%s/items/", cart.id);
	const char *line = fmt("{\"sku\":\"%s-1\",\"quantity\":1}", name);
	struct caller edit = with_version(variant);
	struct answer *answer;

	(void)state;
	answer = ask(201, "POST", items, &cart.caller, line);
	assert_string_equal(text_at(answer, "items.1.variant_name"), "Red / S");
	assert_string_equal(text_at(answer, "items.1.options.Size"), "S");
	ask(200, "PATCH", path_of(variant), &edit, "{\"is_active\":false}");
	answer = ask(200, "GET", fmt("/api/v1/carts/%s/", cart.id), &cart.caller, NULL);
	assert_string_equal(text_at(answer, "problems.0.sku"), fmt("%s-1", name));
	ask(400, "POST", items, &cart.caller, line);
	edit = with_version(variant_of(product, 0));
	ask(200, "PATCH", path_of(variant), &edit, "{\"is_active\":true}");
	answer = ask(200, "GET", fmt("/api/v1/carts/%s/shipping-rates/", cart.id),
		     &cart.caller, NULL);
	answer = askf(200, "PUT", fmt("/api/v1/carts/%s/shipping-method/", cart.id),
		      &cart.caller, "{\"rate\":\"%s\"}", text_at(answer, "0.id"));
	answer = askf(200, "POST", fmt("/api/v1/carts/%s/complete/", cart.id), &cart.caller,
		      "{\"expected_total\":\"%s\",\"gateway\":\"stripe\","
		      "\"payment_method\":\"pm_card_visa\"}",
		      text_at(answer, "total"));
	assert_string_equal(text_at(answer, "lines.1.variant_name"), "Red / S");
	assert_string_equal(text_at(answer, "lines.1.options.Colour"), "Red");
	edit = with_version(variant_of(product, 0));
	ask(204, "DELETE", path_of(variant), &edit, NULL);
	answer = ask(200, "GET", fmt("/api/v1/orders/%s/", text_at(answer, "id")),
		     &(struct caller){.order_token = cart.caller.cart_token}, NULL);
	assert_string_equal(text_at(answer, "lines.1.sku"), fmt("%s-1", name));
}

static void staff_find_products_by_any_variant(void **state)
{
	const struct caller caller = staff();
	const char *name = fresh();

	(void)state;
	a_shirt(name);
	assert_int_equal(int_at(ask(200, "GET", fmt(ADMIN "?sku=%s-1", name), &caller, NULL),
				"count"), 1);
	assert_int_equal(int_at(ask(200, "GET", fmt(ADMIN "?search=%s-2", name), &caller,
				    NULL), "count"), 1);
	assert_true(int_at(ask(200, "GET", ADMIN "?barcode=4006381333931", &caller, NULL),
			   "count") > 0);
	assert_true(int_at(ask(200, "GET", ADMIN "?metadata=season:summer", &caller, NULL),
			   "count") > 0);
	assert_int_equal(int_at(ask(200, "GET", ADMIN "?metadata=season:winter", &caller,
				    NULL), "count"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_shows_what_can_be_chosen),
		cmocka_unit_test(options_that_do_not_fit_are_refused),
		cmocka_unit_test(what_is_missing_is_generated_once),
		cmocka_unit_test(a_simple_product_grows_options),
		cmocka_unit_test(there_is_one_default_variant_always),
		cmocka_unit_test(two_edits_at_once_do_not_both_stand),
		cmocka_unit_test(one_sku_is_made_once_whoever_asks),
		cmocka_unit_test(a_cart_has_what_was_chosen_and_nothing_that_went),
		cmocka_unit_test(staff_find_products_by_any_variant),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
