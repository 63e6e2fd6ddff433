/* test_relations.c - related products; categories whose slugs and places
 * change. */
#include "shop.h"

#include <string.h>

#define CATEGORIES "/api/v1/admin/categories/"

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

static const char *id_of(const char *slug)
{
	return sql("SELECT id FROM product WHERE slug = '%s'", slug);
}

static int64_t listed(const char *filter)
{
	return int_at(ask(200, "GET", fmt("/api/v1/products/?%s", filter),
			  &nobody, NULL),
		      "count");
}

static void a_page_leads_to_other_products_by_kind(void **state)
{
	const char *path = fmt("/api/v1/admin/products/%s/related/",
			       id_of("whetstone"));
	struct caller caller = staff();
	struct answer *now = ask(200, "GET", path, &caller, NULL);
	struct answer *shown;

	(void)state;
	caller = with_version(now);
	now = askf(200, "PUT", path, &caller,
		   "{\"related\":[{\"product\":\"%s\",\"kind\":\"upsell\"},"
		   "{\"product\":\"%s\",\"kind\":\"accessory\"},"
		   "{\"product\":\"%s\",\"kind\":\"upsell\"}]}",
		   id_of("chefs-knife"), id_of("paring-knife"),
		   id_of("bread-knife"));
	assert_int_equal(json_array_size(node_at(now, "related")), 3);
	askf(412, "PUT", path, &caller, "{\"related\":[]}");
	shown = ask(200, "GET", "/api/v1/products/whetstone/related/?kind=upsell",
		    &nobody, NULL);
	assert_int_equal(json_array_size(shown->json), 2);
	assert_string_equal(text_at(shown, "0.slug"), "chefs-knife");
	assert_string_equal(text_at(shown, "1.slug"), "bread-knife");
	assert_string_equal(text_at(shown, "0.price"), "79.00");
	assert_string_equal(header_of(shown, "X-Statements"), "1");
	sql("UPDATE product SET status = 'draft' WHERE slug = 'bread-knife'");
	sql("SELECT listing_refresh(ARRAY['%s'::uuid])", id_of("bread-knife"));
	shown = ask(200, "GET",
		    "/api/v1/products/whetstone/related/?kind=upsell&x=1",
		    &nobody, NULL);
	assert_int_equal(json_array_size(shown->json), 1);
	sql("UPDATE product SET status = 'published' WHERE slug = 'bread-knife'");
	sql("SELECT listing_refresh(ARRAY['%s'::uuid])", id_of("bread-knife"));
	shown = ask(200, "GET", "/api/v1/products/coffee-mill/related/?kind=upsell",
		    &nobody, NULL);
	assert_int_equal(json_array_size(shown->json), 0);
	ask(400, "GET", "/api/v1/products/whetstone/related/?kind=other", &nobody,
	    NULL);
	ask(404, "GET", "/api/v1/products/nothing/related/", &nobody, NULL);
}

static void bad_relations_are_refused(void **state)
{
	const char *id = id_of("coffee-mill");
	const char *path = fmt("/api/v1/admin/products/%s/related/", id);
	struct caller caller = staff();

	(void)state;
	caller = with_version(ask(200, "GET", path, &caller, NULL));
	askf(400, "PUT", path, &caller,
	     "{\"related\":[{\"product\":\"%s\",\"kind\":\"upsell\"}]}", id);
	askf(400, "PUT", path, &caller,
	     "{\"related\":[{\"product\":\"%s\",\"kind\":\"best\"}]}",
	     id_of("whetstone"));
	askf(400, "PUT", path, &caller,
	     "{\"related\":[{\"product\":\"%s\",\"kind\":\"upsell\"},"
	     "{\"product\":\"%s\",\"kind\":\"upsell\"}]}",
	     id_of("whetstone"), id_of("whetstone"));
	askf(400, "PUT", path, &caller,
	     "{\"related\":[{\"product\":\"01a20430-3e93-744d-b2a0-9daec6967bd3\","
	     "\"kind\":\"upsell\"}]}");
	caller.header = NULL;
	ask(428, "PUT", path, &caller, "{\"related\":[]}");
}

static void a_category_that_was_renamed_is_found(void **state)
{
	struct caller caller = staff();
	struct answer *made = ask(201, "POST", CATEGORIES, &caller,
				  "{\"name\":\"Old name\",\"seo_title\":\"T\","
				  "\"seo_description\":\"D\"}");
	const char *path = fmt(CATEGORIES "%s/", text_at(made, "id"));

	(void)state;
	assert_string_equal(text_at(made, "seo_title"), "T");
	caller = with_version(made);
	made = ask(200, "PATCH", path, &caller,
		   "{\"slug\":\"new-name\",\"seo_description\":\"E\"}");
	assert_string_equal(text_at(made, "seo_description"), "E");
	assert_string_equal(text_at(made, "seo_title"), "T");
	made = ask(301, "GET", "/api/v1/categories/old-name/", &nobody, NULL);
	assert_non_null(strstr(header_of(made, "Location"),
			       "/api/v1/categories/new-name/"));
	made = ask(200, "GET", "/api/v1/categories/new-name/", &nobody, NULL);
	assert_string_equal(text_at(made, "seo_title"), "T");
	assert_string_equal(header_of(made, "X-Statements"), "1");
	ask(404, "GET", "/api/v1/categories/never-was/", &nobody, NULL);
}

/* 2,500 products, more than one part. */
static void a_subtree_moves_with_all_that_knows_of_it(void **state)
{
	struct caller caller = staff();
	struct answer *moved;
	const char *id;

	(void)state;
	ask(201, "POST", "/api/v1/admin/collections/", &caller,
	    "{\"name\":\"Of the desk\",\"slug\":\"of-the-desk\",\"kind\":\"rule\","
	    "\"is_published\":true,\"rules\":{\"all\":[{\"field\":\"category\","
	    "\"op\":\"in\",\"value\":[\"desk\"]}]}}");
	assert_int_equal(listed("collection=of-the-desk"), 8);
	sql("INSERT INTO product (slug, name, status, category_id) "
	    "SELECT 'bulk-' || i, 'Bulk ' || i, 'published', c.id FROM category c, "
	    "generate_series(1, 2500) i WHERE c.slug = 'bags'");
	sql("WITH v AS (INSERT INTO variant (product_id, sku) SELECT id, slug FROM "
	    "product WHERE slug LIKE 'bulk-%%' RETURNING id) INSERT INTO price "
	    "(variant_id, currency, amount) SELECT id, 'EUR', 100 FROM v");
	sql("SELECT listing_refresh(ARRAY(SELECT id FROM product WHERE slug LIKE "
	    "'bulk-%%' ORDER BY id))");
	id = sql("SELECT id FROM category WHERE slug = 'bags'");
	caller = with_version(
		ask(200, "GET", fmt(CATEGORIES "%s/", id), &caller, NULL));
	moved = ask(200, "POST", fmt(CATEGORIES "%s/move/", id), &caller,
		    "{\"parent\":\"desk\"}");
	assert_string_equal(text_at(moved, "ancestors.0.slug"), "desk");
	assert_int_equal(listed("category=outdoors"), 3);
	assert_int_equal(listed("category=desk"), 8 + 3 + 2500);
	assert_int_equal(listed("collection=of-the-desk"), 8 + 3 + 2500);
	assert_string_equal(sql("SELECT count(*) > 2500 FROM change_log"), "t");
	caller = with_version(moved);
	ask(409, "POST", fmt(CATEGORIES "%s/move/",
			     sql("SELECT id FROM category WHERE slug = 'desk'")),
	    &(struct caller){.bearer = the_staff(), .header = "If-Match: \"v1\""},
	    "{\"parent\":\"bags\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_leads_to_other_products_by_kind),
		cmocka_unit_test(bad_relations_are_refused),
		cmocka_unit_test(a_category_that_was_renamed_is_found),
		cmocka_unit_test(a_subtree_moves_with_all_that_knows_of_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
