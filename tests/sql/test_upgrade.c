/* test_upgrade.c - a shop of the version before variants has lost nothing when
 * it is migrated, and goes on. tests/sql/upgrade and old_shop.sql made it. */
#include "../api/shop.h"

#include <string.h>

#define CART "/api/v1/carts/0199d400-0000-7000-8000-00000000000"

static const struct caller holder = {
	.cart_token = "bench-secret-bench-secret-bench-secret-benc",
	.order_token = "bench-secret-bench-secret-bench-secret-benc",
	.key = ""};

/* Rows of a table of the old shop that are not in the new one as they were;
 * the columns are those that the old one had. */
static const char *lost(const char *table)
{
	const char *columns = sql(
		"SELECT string_agg(column_name, ',' ORDER BY ordinal_position) FROM "
		"information_schema.columns WHERE table_schema = 'before' AND "
		"table_name = '%s'", table);

	return sql("SELECT count(*) FROM (SELECT %s FROM before.%s EXCEPT ALL SELECT "
		   "%s FROM public.%s) AS lost", columns, table, columns, table);
}

static void every_row_is_there_as_it_was(void **state)
{
	static const char *const tables[] = {
		"product", "variant", "price", "stock", "stock_movement",
		"reservation", "cart", "cart_item", "orders", "order_line",
		"payment"};

	(void)state;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		assert_string_not_equal(sql("SELECT count(*) FROM before.%s",
					    tables[i]), "0");
		if (strcmp(lost(tables[i]), "0") != 0)
			fail_msg("%s of %s were lost", lost(tables[i]), tables[i]);
	}
}

static void every_product_has_one_variant_that_is_its_default(void **state)
{
	(void)state;
	assert_string_equal(
		sql("SELECT count(*) FROM before.product b WHERE 1 <> (SELECT "
		    "count(*) FROM variant v WHERE v.product_id = b.id AND "
		    "v.is_default AND v.is_active AND v.deleted_at IS NULL AND "
		    "v.options = '{}' AND v.name = '')"),
		"0");
}

static void what_was_shown_is_shown_and_nothing_else(void **state)
{
	struct answer *page = ask(200, "GET", "/api/v1/products/old-1/", &nobody, NULL);

	(void)state;
	assert_string_equal(text_at(page, "sku"), "OLD-1");
	assert_string_equal(text_at(page, "price"), "10.05");
	assert_string_equal(text_at(page, "variants.0.sku"), "OLD-1");
	assert_string_equal(text_at(page, "attributes.Colour"), "Blue");
	assert_string_equal(text_at(page, "images.0"), "https://img.example.com/1.jpg");
	page = ask(200, "GET", "/api/v1/products/?category=old&currency=CHF", &nobody,
		   NULL);
	assert_int_equal(int_at(page, "count"), 2);
	ask(404, "GET", "/api/v1/products/old-3/", &nobody, NULL);
	ask(404, "GET", "/api/v1/products/old-4/", &nobody, NULL);
}

static void an_old_order_reads_as_it_did(void **state)
{
	struct answer *order = ask(200, "GET",
				   "/api/v1/orders/0199d500-0000-7000-8000-000000000001/",
				   &holder, NULL);

	(void)state;
	assert_string_equal(text_at(order, "number"), "1001");
	assert_string_equal(text_at(order, "lines.0.sku"), "OLD-1");
	assert_string_equal(text_at(order, "lines.0.variant_name"), "");
}

static void an_old_cart_goes_on_and_is_bought(void **state)
{
	struct answer *cart = ask(200, "GET", CART "1/", &holder, NULL);

	(void)state;
	assert_int_equal(json_array_size(node_at(cart, "items")), 2);
	assert_string_equal(text_at(cart, "problems.0.sku"), "OLD-3");
	ask(200, "DELETE", fmt(CART "1/items/%s/", text_at(cart, "problems.0.item")), &holder,
	    NULL);
	ask(201, "POST", CART "1/items/", &holder, "{\"product\":\"old-2\",\"quantity\":2}");
	cart = ask(200, "GET", CART "1/shipping-rates/", &holder, NULL);
	cart = askf(200, "PUT", CART "1/shipping-method/", &holder,
		    "{\"rate\":\"%s\"}", text_at(cart, "0.id"));
	cart = askf(200, "POST", CART "1/complete/", &holder,
		    "{\"expected_total\":\"%s\",\"gateway\":\"stripe\","
		    "\"payment_method\":\"pm_card_visa\"}", text_at(cart, "total"));
	assert_int_equal(json_array_size(node_at(cart, "lines")), 2);
	assert_string_equal(sql("SELECT allocated || ' ' || reserved FROM stock WHERE "
				"variant_id = '0199d300-0000-7000-8000-000000000002'"),
			    "2 3");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_row_is_there_as_it_was),
		cmocka_unit_test(every_product_has_one_variant_that_is_its_default),
		cmocka_unit_test(what_was_shown_is_shown_and_nothing_else),
		cmocka_unit_test(an_old_order_reads_as_it_did),
		cmocka_unit_test(an_old_cart_goes_on_and_is_bought),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
