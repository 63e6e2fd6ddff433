/* test_collections.c - collections by hand and by rule, over HTTP. */
#include "shop.h"

#include <string.h>

#define ADMIN "/api/v1/admin/collections/"
#define PLACE "/api/v1/collections/"
#define PRODUCTS "/api/v1/products/"

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

static struct answer *by_rule(const char *slug, const char *rules)
{
	const struct caller caller = staff();

	return askf(201, "POST", ADMIN, &caller,
		    "{\"name\":\"%s\",\"slug\":\"%s\",\"kind\":\"rule\","
		    "\"is_published\":true,\"rules\":{\"all\":[%s]}}",
		    slug, slug, rules);
}

static struct answer *by_hand(const char *slug)
{
	const struct caller caller = staff();

	return askf(201, "POST", ADMIN, &caller,
		    "{\"name\":\"%s\",\"slug\":\"%s\",\"is_published\":true}",
		    slug, slug);
}

static const char *id_of(const char *slug)
{
	return sql("SELECT id FROM product WHERE slug = '%s'", slug);
}

/* How many the public finds in it. */
static int64_t listed(const char *slug)
{
	return int_at(ask(200, "GET", fmt(PRODUCTS "?collection=%s", slug),
			  &nobody, NULL),
		      "count");
}

static void a_collection_by_hand_keeps_its_order(void **state)
{
	struct answer *made = by_hand("gifts");
	const char *path = fmt(ADMIN "%s/products/", text_at(made, "id"));
	struct caller caller = with_version(made);
	struct answer *page;

	(void)state;
	made = askf(200, "PUT", path, &caller,
		    "{\"products\":[\"%s\",\"%s\",\"%s\"]}", id_of("whetstone"),
		    id_of("bread-knife"), id_of("coffee-mill"));
	assert_int_equal(int_at(made, "member_count"), 3);
	askf(412, "PUT", path, &caller, "{\"products\":[]}");
	page = ask(200, "GET", PLACE "gifts/products/?page_size=2", &nobody, NULL);
	assert_string_equal(text_at(page, "results.0.slug"), "whetstone");
	assert_string_equal(text_at(page, "results.1.slug"), "bread-knife");
	assert_int_equal(int_at(page, "count"), 3);
	assert_int_equal(listed("gifts"), 3);
	caller = staff();
	askf(200, "POST", path, &caller, "{\"products\":[\"%s\",\"%s\"]}",
	     id_of("whetstone"), id_of("tool-pouch"));
	page = ask(200, "GET", PLACE "gifts/products/", &nobody, NULL);
	assert_string_equal(text_at(page, "results.3.slug"), "tool-pouch");
	askf(200, "POST", fmt("%sremove/", path), &caller,
	     "{\"products\":[\"%s\"]}", id_of("whetstone"));
	page = ask(200, "GET", PLACE "gifts/products/", &nobody, NULL);
	assert_string_equal(text_at(page, "results.0.slug"), "bread-knife");
	page = ask(200, "GET", fmt(ADMIN "%s/preview/", text_at(made, "id")),
		   &caller, NULL);
	assert_int_equal(int_at(page, "count"), 3);
	assert_string_equal(text_at(page, "results.0.slug"), "bread-knife");
	page = ask(200, "GET", PLACE "gifts/", &nobody, NULL);
	assert_int_equal(int_at(page, "product_count"), 3);
	assert_string_equal(header_of(page, "X-Statements"), "1");
}

static void bad_members_are_refused(void **state)
{
	struct answer *made = by_hand("bad-members");
	const char *path = fmt(ADMIN "%s/products/", text_at(made, "id"));
	const struct caller caller = staff();
	struct answer *no;

	(void)state;
	no = askf(400, "POST", path, &caller, "{\"products\":[\"x\"]}");
	assert_string_equal(text_at(no, "products.0.0"), "Must be a valid UUID.");
	no = askf(400, "POST", path, &caller,
		  "{\"products\":[\"%s\",\"01a20430-3e93-744d-b2a0-9daec6967bd3\"]}",
		  id_of("whetstone"));
	assert_non_null(node_at(no, "products.1"));
	askf(400, "POST", path, &caller, "{\"products\":null}");
	askf(404, "POST", ADMIN "01a20430-3e93-744d-b2a0-9daec6967bd3/products/",
	     &caller, "{\"products\":[]}");
	askf(400, "POST", ADMIN, &caller,
	     "{\"name\":\"x\",\"rules\":{\"all\":[]}}");
	made = by_rule("no-hands",
		       "{\"field\":\"brand\",\"op\":\"eq\",\"value\":\"Halm\"}");
	no = ask(409, "POST", fmt(ADMIN "%s/products/", text_at(made, "id")),
		 &caller, "{\"products\":[]}");
	assert_string_equal(text_at(no, "code"), "collection_by_rule");
}

static void rules_find_what_they_say(void **state)
{
	static const struct {
		const char *rules;
		int64_t count;
	} cases[] = {
		{"{\"all\":[{\"field\":\"brand\",\"op\":\"eq\",\"value\":\"Halm\"}]}", 3},
		{"{\"all\":[{\"field\":\"brand\",\"op\":\"in\",\"value\":[\"Halm\",\"Kessel\"]}]}", 6},
		{"{\"all\":[{\"field\":\"category\",\"op\":\"in\",\"value\":[\"kitchen\"]}]}", 10},
		{"{\"all\":[{\"field\":\"category\",\"op\":\"in\",\"value\":\"knives\"}]}", -1},
		{"{\"all\":[{\"field\":\"category\",\"op\":\"in\",\"value\":[\"kitchen\"]},"
		 "{\"field\":\"category\",\"op\":\"not_in\",\"value\":[\"knives\"]}]}", 6},
		{"{\"all\":[{\"field\":\"price\",\"op\":\"gte\",\"value\":\"149.00\"},"
		 "{\"field\":\"brand\",\"op\":\"ne\",\"value\":\"Halm\"}]}", 3},
		{"{\"any\":[{\"field\":\"price\",\"op\":\"gte\",\"value\":149},"
		 "{\"field\":\"brand\",\"op\":\"eq\",\"value\":\"Halm\"}]}", 6},
		{"{\"all\":[{\"field\":\"price\",\"op\":\"gte\",\"value\":\"1\",\"currency\":\"KWD\"}]}", 0},
		{"{\"all\":[{\"field\":\"in_stock\",\"op\":\"eq\",\"value\":false}]}", 1},
		{"{\"all\":[{\"field\":\"reduced\",\"op\":\"eq\",\"value\":true}]}", 6},
		{"{\"all\":[{\"field\":\"name\",\"op\":\"contains\",\"value\":\"MUG\"}]}", 2},
		{"{\"all\":[{\"field\":\"name\",\"op\":\"starts_with\",\"value\":\"rain\"}]}", 3},
		{"{\"all\":[{\"field\":\"attribute.ruling\",\"op\":\"in\","
		 "\"value\":[\"dotted\",\"lined\"]}]}", 2},
		{"{\"all\":[{\"field\":\"attribute.pages\",\"op\":\"is_set\",\"value\":true}]}", 4},
		{"{\"all\":[{\"field\":\"attribute.pages\",\"op\":\"gt\",\"value\":48}]}", 3},
		{"{\"all\":[{\"field\":\"rating\",\"op\":\"gte\",\"value\":4.5}]}", 0},
		{"{\"all\":[{\"field\":\"created\",\"op\":\"within_days\",\"value\":1},"
		 "{\"field\":\"brand\",\"op\":\"eq\",\"value\":\"Kessel\"}]}", 3},
		{"{\"all\":[{\"field\":\"created\",\"op\":\"lt\",\"value\":\"2001-01-01\"}]}", 0},
		{"{\"all\":[{\"field\":\"product_type\",\"op\":\"eq\",\"value\":\"none\"}]}", 0},
		{"{\"all\":[{\"field\":\"popularity\",\"op\":\"lt\",\"value\":0}]}", 0},
	};
	const struct caller caller = staff();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct answer *found = askf(cases[i].count < 0 ? 400 : 200,
					    "POST", ADMIN "preview/", &caller,
					    "{\"rules\":%s}", cases[i].rules);

		if (cases[i].count >= 0 &&
		    int_at(found, "count") != cases[i].count)
			fail_msg("%s finds %s", cases[i].rules, found->body);
	}
}

static void rules_that_make_no_sense_are_refused(void **state)
{
	static const char *const cases[][2] = {
		{"{}", "rules"},
		{"{\"all\":[]}", "rules"},
		{"{\"all\":{}}", "rules"},
		{"{\"all\":[],\"any\":[]}", "rules"},
		{"{\"none\":[{}]}", "rules"},
		{"{\"all\":[1]}", "rules.all.0.field"},
		{"{\"all\":[{\"field\":\"p.id\",\"op\":\"eq\",\"value\":1}]}", "rules.all.0.field"},
		{"{\"all\":[{\"field\":\"attribute.\",\"op\":\"eq\",\"value\":1}]}", "rules.all.0.field"},
		{"{\"all\":[{\"field\":\"price\",\"op\":\"; DROP\",\"value\":1}]}", "rules.all.0.op"},
		{"{\"all\":[{\"field\":\"price\",\"op\":\"in\",\"value\":[1]}]}", "rules.all.0.op"},
		{"{\"all\":[{\"field\":\"price\",\"op\":\"\",\"value\":1}]}", "rules.all.0.op"},
		{"{\"all\":[{\"field\":\"price\",\"op\":\"eq\"}]}", "rules.all.0.value"},
		{"{\"all\":[{\"field\":\"price\",\"op\":\"eq\",\"value\":\"1) OR 1=1\"}]}", "rules.all.0.value"},
		{"{\"all\":[{\"field\":\"price\",\"op\":\"eq\",\"value\":-1}]}", "rules.all.0.value"},
		{"{\"all\":[{\"field\":\"price\",\"op\":\"eq\",\"value\":1,\"currency\":\"ZZZ\"}]}",
		 "rules.all.0.currency"},
		{"{\"any\":[{\"field\":\"brand\",\"op\":\"eq\",\"value\":\"b\"},"
		 "{\"field\":\"brand\",\"op\":\"eq\",\"value\":\"\"}]}", "rules.any.1.value"},
		{"{\"all\":[{\"field\":\"brand\",\"op\":\"in\",\"value\":[]}]}", "rules.all.0.value"},
		{"{\"all\":[{\"field\":\"brand\",\"op\":\"eq\",\"value\":{\"a\":1}}]}", "rules.all.0.value"},
		{"{\"all\":[{\"field\":\"in_stock\",\"op\":\"eq\",\"value\":\"true\"}]}", "rules.all.0.value"},
		{"{\"all\":[{\"field\":\"created\",\"op\":\"lt\",\"value\":\"soon\"}]}", "rules.all.0.value"},
		{"{\"all\":[{\"field\":\"created\",\"op\":\"within_days\",\"value\":0}]}", "rules.all.0.value"},
		{"{\"all\":[{\"field\":\"category\",\"op\":\"in\",\"value\":[\"nowhere\"]}]}",
		 "rules.all.0.value"},
	};
	const struct caller caller = staff();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct answer *no = askf(400, "POST", ADMIN "preview/", &caller,
					 "{\"rules\":%s}", cases[i][0]);

		if (node_at(no, cases[i][1]) == NULL)
			fail_msg("%s: %s", cases[i][0], no->body);
	}
	/* Text of rules is never SQL. */
	by_rule("quotes", "{\"field\":\"attribute.x' OR '1'='1\",\"op\":\"eq\","
			  "\"value\":\"' OR 1=1 --\"}");
	assert_int_equal(listed("quotes"), 0);
}

static void a_product_comes_and_goes_as_it_changes(void **state)
{
	struct answer *made = by_rule(
		"dear-things", "{\"field\":\"price\",\"op\":\"gte\",\"value\":\"500.00\"}");
	const struct caller caller = staff();
	struct answer *product;
	struct caller owner;
	const char *path;

	(void)state;
	assert_string_equal(text_at(made, "rules.all.0.currency"), "EUR");
	assert_int_equal(listed("dear-things"), 0);
	product = ask(201, "POST", "/api/v1/admin/products/", &caller,
		      "{\"name\":\"Gold pen\",\"sku\":\"GOLD-1\",\"price\":\"499.99\","
		      "\"status\":\"published\",\"category\":\"pens\"}");
	path = fmt("/api/v1/admin/products/%s/", text_at(product, "id"));
	assert_int_equal(listed("dear-things"), 0);
	owner = with_version(product);
	product = ask(200, "PATCH", path, &owner, "{\"price\":\"500.00\"}");
	assert_int_equal(listed("dear-things"), 1);
	owner = with_version(made);
	made = ask(200, "PATCH", fmt(ADMIN "%s/", text_at(made, "id")), &owner,
		   "{\"rules\":{\"all\":[{\"field\":\"price\",\"op\":\"gte\","
		   "\"value\":\"500.01\"}]}}");
	assert_int_equal(listed("dear-things"), 0);
	assert_int_equal(int_at(made, "member_count"), 0);
	owner = with_version(product);
	product = ask(200, "PATCH", path, &owner, "{\"price\":\"600.00\"}");
	assert_int_equal(listed("dear-things"), 1);
	owner = with_version(product);
	ask(204, "DELETE", path, &owner, NULL);
	assert_int_equal(listed("dear-things"), 0);
}

static void only_the_published_is_public(void **state)
{
	struct answer *made = by_hand("hidden");
	const char *id = text_at(made, "id");
	const char *path = fmt(ADMIN "%s/", id);
	struct caller caller = staff();
	struct answer *moved;

	(void)state;
	askf(200, "POST", fmt("%sproducts/", path), &caller,
	     "{\"products\":[\"%s\"]}", id_of("whetstone"));
	caller = with_version(ask(200, "GET", path, &caller, NULL));
	made = ask(200, "PATCH", path, &caller, "{\"is_published\":false}");
	ask(404, "GET", PLACE "hidden/", &nobody, NULL);
	ask(404, "GET", PLACE "hidden/products/", &nobody, NULL);
	assert_int_equal(listed("hidden"), 0);
	caller = with_version(made);
	made = ask(200, "PATCH", path, &caller,
		   "{\"is_published\":true,\"slug\":\"seen\"}");
	assert_int_equal(listed("seen"), 1);
	moved = ask(301, "GET", PLACE "hidden/", &nobody, NULL);
	assert_non_null(strstr(header_of(moved, "Location"), PLACE "seen/"));
	moved = ask(301, "GET", PLACE "hidden/products/?page=1", &nobody, NULL);
	assert_non_null(strstr(header_of(moved, "Location"),
			       PLACE "seen/products/?page=1"));
	caller = with_version(made);
	ask(409, "PATCH", path, &caller, "{\"kind\":\"rule\"}");
	ask(204, "DELETE", path, &caller, NULL);
	ask(404, "GET", PLACE "seen/", &nobody, NULL);
	assert_string_equal(sql("SELECT count(*) FROM listing WHERE category_id = '%s'", id),
			    "0");
}

static void rules_on_stock_are_put_right_in_time(void **state)
{
	(void)state;
	by_rule("sold-out", "{\"field\":\"in_stock\",\"op\":\"eq\",\"value\":false}");
	assert_int_equal(listed("sold-out"), 1);
	sql("UPDATE stock SET on_hand = 50 WHERE variant_id = (SELECT v.id FROM "
	    "variant v JOIN product p ON p.id = v.product_id "
	    "WHERE p.slug = 'handlebar-bag')");
	until_sql(60, "0",
		  "SELECT place_count(id) FROM collection WHERE slug = 'sold-out'");
	sql("UPDATE stock SET on_hand = 0 WHERE variant_id = (SELECT v.id FROM "
	    "variant v JOIN product p ON p.id = v.product_id "
	    "WHERE p.slug = 'handlebar-bag')");
}

static void edits_at_once_leave_members_and_rules_one(void **state)
{
	struct answer *made = by_rule(
		"rush", "{\"field\":\"brand\",\"op\":\"eq\",\"value\":\"Rush 0\"}");
	struct caller keyed = staff();
	struct request_line lines[16];

	(void)state;
	for (size_t i = 0; i < 16; i++)
		lines[i] = (struct request_line){
			.method = "POST",
			.path = "/api/v1/admin/products/",
			.caller = keyed,
			.body = fmt("{\"name\":\"Rush %zu\",\"sku\":\"RUSH-%zu\","
				    "\"price\":\"1.00\",\"brand\":\"Rush %zu\","
				    "\"status\":\"published\"}",
				    i, i, i % 2)};
	keyed = with_version(made);
	lines[7] = (struct request_line){
		.method = "PATCH",
		.path = fmt(ADMIN "%s/", text_at(made, "id")),
		.caller = keyed,
		.body = "{\"rules\":{\"all\":[{\"field\":\"brand\",\"op\":\"eq\","
			"\"value\":\"Rush 1\"}]}}"};
	ask_all(lines, 16);
	for (size_t i = 0; i < 16; i++)
		assert_int_equal(lines[i].answer.status, i == 7 ? 200 : 201);
	assert_int_equal(listed("rush"), 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_collection_by_hand_keeps_its_order),
		cmocka_unit_test(bad_members_are_refused),
		cmocka_unit_test(rules_find_what_they_say),
		cmocka_unit_test(rules_that_make_no_sense_are_refused),
		cmocka_unit_test(a_product_comes_and_goes_as_it_changes),
		cmocka_unit_test(only_the_published_is_public),
		cmocka_unit_test(rules_on_stock_are_put_right_in_time),
		cmocka_unit_test(edits_at_once_leave_members_and_rules_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
