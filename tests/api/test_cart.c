/* test_cart.c - carts over HTTP: whose they are, what they cost, how they may
 * change. */
#include "shop.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CARTS "/api/v1/carts/"
#define BERLIN \
	"{\"first_name\":\"Ada\",\"last_name\":\"L\",\"line1\":\"Weg 1\"," \
	"\"city\":\"Berlin\",\"postal_code\":\"10117\",\"country\":\"DE\"}"
#define VIENNA \
	"{\"first_name\":\"Ada\",\"last_name\":\"L\",\"line1\":\"Weg 1\"," \
	"\"city\":\"Wien\",\"postal_code\":\"1010\",\"country\":\"AT\"}"
#define STANDARD_GERMANY "019aa000-0000-7000-8003-000000000001"
#define EXPRESS_GERMANY "019aa000-0000-7000-8003-000000000003"
#define STANDARD_EUROPE "019aa000-0000-7000-8003-000000000004"

static void relist(const char *variant)
{
	sql("SELECT listing_refresh(ARRAY[(SELECT product_id FROM variant "
	    "WHERE id = '%s')])", variant);
}

/* A new published product of that price and stock; its variant. */
static const char *goods(int price, int stock)
{
	static unsigned number;
	const char *name = fmt("cart-%d-%u", (int)getpid(), number++);
	const char *variant = sql(
		"WITH p AS (INSERT INTO product (slug, name, status) "
		"VALUES ('%s', '%s', 'published') RETURNING id), "
		"v AS (INSERT INTO variant (product_id, sku, weight_grams) "
		"SELECT id, '%s', 100 FROM p RETURNING id), "
		"a AS (INSERT INTO price SELECT id, 'EUR', %d FROM v), "
		"s AS (INSERT INTO stock (variant_id, location_id, on_hand) "
		"SELECT v.id, l.id, %d FROM v, location l WHERE is_default "
		"RETURNING variant_id, location_id, on_hand), "
		"m AS (INSERT INTO stock_movement (variant_id, location_id, "
		"kind, on_hand_change, cause) SELECT variant_id, "
		"location_id, 'received', on_hand, 'import' FROM s) "
		"SELECT id FROM v",
		name, name, name, price, stock);

	relist(variant);
	return variant;
}

struct guest {
	const char *path; /* of the cart */
	struct caller caller;
};

static const char *under(const struct guest *guest, const char *rest)
{
	return fmt("%s%s", guest->path, rest);
}

static struct guest a_guest(void)
{
	struct answer *answer = ask(201, "POST", CARTS, &nobody, "{}");
	struct guest guest = {
		.path = fmt(CARTS "%s/", text_at(answer, "id")),
		.caller = {.cart_token = text_at(answer, "token"), .key = ""}};

	return guest;
}

static struct answer *put_in(int status, const struct guest *guest,
			     const char *variant, const char *quantity)
{
	return askf(status, "POST", under(guest, "items/"), &guest->caller,
		    "{\"variant\":\"%s\",\"quantity\":%s}", variant, quantity);
}

static struct answer *look(const struct guest *guest)
{
	return ask(200, "GET", guest->path, &guest->caller, NULL);
}

static void a_cart_is_found_by_its_bearers_alone(void **state)
{
	struct guest guest = a_guest();
	struct guest other = a_guest();
	struct caller customer = {.bearer = a_customer(), .key = ""};
	struct caller thief = {.bearer = a_customer(), .key = ""};
	const char *own;

	(void)state;
	look(&guest);
	ask(404, "GET", guest.path, &nobody, NULL);
	ask(404, "GET", guest.path, &other.caller, NULL);
	ask(404, "GET", guest.path, &customer, NULL);
	ask(404, "PATCH", guest.path, &other.caller, "{\"note\":\"x\"}");
	ask(404, "DELETE", guest.path, &other.caller, NULL);
	own = fmt(CARTS "%s/",
		  text_at(ask(201, "POST", CARTS, &customer, NULL), "id"));
	assert_string_not_equal(
		text_at(ask(200, "GET", own, &customer, NULL), "email"), "");
	ask(404, "GET", own, &thief, NULL);
	ask(404, "GET", own, &nobody, NULL);
	ask(404, "GET", CARTS "no-uuid/", &guest.caller, NULL);
}

static void the_token_is_told_once(void **state)
{
	struct guest guest = a_guest();

	(void)state;
	assert_true(json_is_null(node_at(look(&guest), "token")));
	assert_string_equal(sql("SELECT count(*) FROM cart WHERE cart::text "
				"LIKE '%%%s%%'", guest.caller.cart_token), "0");
}

static void the_same_goods_add_up(void **state)
{
	struct guest guest = a_guest();
	const char *variant = goods(1050, 99);
	struct answer *answer;

	(void)state;
	put_in(201, &guest, variant, "2");
	answer = askf(201, "POST", under(&guest, "items/"), &guest.caller,
		      "{\"items\":[{\"variant\":\"%s\"},{\"sku\":\"%s\","
		      "\"quantity\":3}]}", variant,
		      sql("SELECT sku FROM variant WHERE id = '%s'", variant));
	assert_int_equal(int_at(answer, "items.0.quantity"), 6);
	assert_int_equal(int_at(answer, "item_count"), 6);
	assert_string_equal(text_at(answer, "subtotal"), "63.00");
	assert_string_equal(text_at(answer, "total"), "63.00");
	assert_string_equal(text_at(answer, "tax_total"), "10.06");
	assert_string_equal(look(&guest)->body, answer->body);
}

static void adding_needs_a_key_and_happens_once_by_it(void **state)
{
	struct guest guest = a_guest();
	const char *body = fmt("{\"variant\":\"%s\"}", goods(100, 9));
	struct caller keyless = {.cart_token = guest.caller.cart_token};
	struct caller keyed = keyless;

	(void)state;
	keyed.key = fmt("add-%s", guest.path);
	ask(400, "POST", under(&guest, "items/"), &keyless, body);
	ask(201, "POST", under(&guest, "items/"), &keyed, body);
	ask(201, "POST", under(&guest, "items/"), &keyed, body);
	assert_int_equal(int_at(look(&guest), "item_count"), 1);
}

static void fifty_adds_at_once_lose_none(void **state)
{
	struct guest guest = a_guest();
	int counts[600] = {0};

	(void)state;
	ask_at_once(50, "POST", under(&guest, "items/"), &guest.caller,
		    fmt("{\"variant\":\"%s\",\"quantity\":2}", goods(7, 1000)),
		    counts);
	assert_int_equal(counts[201], 50);
	assert_int_equal(int_at(look(&guest), "items.0.quantity"), 100);
	assert_int_equal(int_at(look(&guest), "version"), 51);
}

/* A line that another request adds while this one waits is in its answer. */
static void each_answer_shows_the_cart_of_its_version(void **state)
{
	enum { ADDS = 16 };
	struct guest guest = a_guest();
	struct request_line adds[ADDS];

	(void)state;
	for (int i = 0; i < ADDS; i++)
		adds[i] = (struct request_line){
			.method = "POST", .path = under(&guest, "items/"),
			.caller = guest.caller,
			.body = fmt("{\"variant\":\"%s\"}", goods(100, 9))};
	ask_all(adds, ADDS);
	for (int i = 0; i < ADDS; i++) {
		assert_int_equal(adds[i].answer.status, 201);
		assert_int_equal(int_at(&adds[i].answer, "item_count"),
				 int_at(&adds[i].answer, "version") - 1);
	}
}

static void bad_quantities_are_refused_and_change_nothing(void **state)
{
	static const char *const bad[] = {
		"-1", "0", "1.5", "\"x\"", "2147483648", "9223372036854775807",
		"10000", "[1]", "{}", "true", "null"};
	struct guest guest = a_guest();
	const char *variant = goods(100, 9);

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		put_in(400, &guest, variant, bad[i]);
	put_in(201, &guest, variant, "9999");
	assert_string_equal(text_at(put_in(422, &guest, variant, "1"), "code"),
			    "quantity_too_large");
	askf(422, "POST", under(&guest, "items/"), &guest.caller,
	     "{\"items\":[{\"variant\":\"%s\",\"quantity\":9000},"
	     "{\"variant\":\"%s\",\"quantity\":9000}]}", variant, variant);
	assert_int_equal(int_at(look(&guest), "item_count"), 9999);
	assert_int_equal(int_at(look(&guest), "version"), 2);
}

static void a_cart_has_at_most_a_hundred_lines(void **state)
{
	struct guest guest = a_guest();
	char body[6144] = "{\"items\":[";

	(void)state;
	for (int i = 0; i < 100; i++) {
		size_t length = strlen(body);

		snprintf(body + length, sizeof(body) - length,
			 "%s{\"variant\":\"%s\"}", i == 0 ? "" : ",",
			 goods(1, 1));
	}
	strcat(body, "]}");
	ask(201, "POST", under(&guest, "items/"), &guest.caller, body);
	assert_string_equal(
		text_at(put_in(422, &guest, goods(1, 1), "1"), "code"),
		"cart_full");
	assert_int_equal(int_at(look(&guest), "item_count"), 100);
}

static void prices_of_the_client_mean_nothing(void **state)
{
	struct guest guest = a_guest();
	const char *variant = goods(1999, 9);
	struct answer *answer;

	(void)state;
	answer = askf(201, "POST", under(&guest, "items/"), &guest.caller,
		      "{\"variant\":\"%s\",\"unit_price\":\"0.01\","
		      "\"price\":1,\"currency\":\"JPY\",\"total\":\"0\"}",
		      variant);
	assert_string_equal(text_at(answer, "total"), "19.99");
	ask(200, "PATCH", guest.path, &guest.caller,
	    "{\"total\":\"0.00\",\"state\":\"ordered\",\"note\":\"hello\"}");
	assert_string_equal(text_at(look(&guest), "currency"), "EUR");
	assert_string_equal(text_at(look(&guest), "state"), "active");
	sql("UPDATE price SET amount = 2500 WHERE variant_id = '%s'", variant);
	relist(variant);
	assert_string_equal(text_at(look(&guest), "total"), "25.00");
}

static void what_is_not_on_sale_cannot_be_added_and_becomes_a_problem(
	void **state)
{
	struct guest guest = a_guest();
	const char *variant = goods(100, 9);
	struct answer *answer;

	(void)state;
	put_in(201, &guest, variant, "1");
	sql("UPDATE product SET status = 'draft' WHERE id = (SELECT product_id "
	    "FROM variant WHERE id = '%s')", variant);
	relist(variant);
	put_in(400, &guest, variant, "1");
	answer = look(&guest);
	assert_string_equal(text_at(answer, "problems.0.code"), "unpublished");
	assert_false(bool_at(answer, "items.0.available"));
	put_in(400, &guest, "019aa000-0000-7000-8000-00000000ffff", "1");
	askf(400, "POST", under(&guest, "items/"), &guest.caller, "{}");
	askf(400, "POST", under(&guest, "items/"), &guest.caller,
	     "{\"sku\":\"no such\"}");
	askf(400, "POST", under(&guest, "items/"), &guest.caller,
	     "{\"variant\":\"%s\",\"sku\":\"two names\"}", variant);
}

static void short_stock_is_a_problem_with_what_there_is(void **state)
{
	struct guest guest = a_guest();
	struct answer *answer = put_in(201, &guest, goods(100, 3), "5");

	(void)state;
	assert_string_equal(text_at(answer, "problems.0.code"),
			    "insufficient_stock");
	assert_int_equal(int_at(answer, "problems.0.available"), 3);
}

static void a_line_is_set_and_removed(void **state)
{
	struct guest guest = a_guest();
	const char *first, *second;
	struct answer *answer;

	(void)state;
	put_in(201, &guest, goods(100, 9), "2");
	answer = put_in(201, &guest, goods(300, 9), "1");
	first = under(&guest, fmt("items/%s/", text_at(answer, "items.0.id")));
	second = under(&guest, fmt("items/%s/", text_at(answer, "items.1.id")));
	answer = ask(200, "PATCH", first, &guest.caller, "{\"quantity\":5}");
	assert_string_equal(text_at(answer, "total"), "8.00");
	ask(400, "PATCH", first, &guest.caller, "{\"quantity\":-1}");
	ask(400, "PATCH", first, &guest.caller, "{}");
	answer = ask(200, "PATCH", first, &guest.caller, "{\"quantity\":0}");
	assert_string_equal(text_at(answer, "total"), "3.00");
	ask(404, "PATCH", first, &guest.caller, "{\"quantity\":1}");
	answer = ask(200, "DELETE", second, &guest.caller, NULL);
	assert_string_equal(text_at(answer, "missing.0"), "items");
	ask(404, "DELETE", second, &guest.caller, NULL);
}

static void a_line_of_another_cart_is_not_found(void **state)
{
	struct guest guest = a_guest();
	struct guest thief = a_guest();
	const char *item;

	(void)state;
	item = text_at(put_in(201, &guest, goods(100, 9), "2"), "items.0.id");
	ask(404, "PATCH", under(&thief, fmt("items/%s/", item)), &thief.caller,
	    "{\"quantity\":1}");
	ask(404, "DELETE", under(&guest, fmt("items/%s/", item)), &thief.caller,
	    NULL);
	assert_int_equal(int_at(look(&guest), "item_count"), 2);
}

static void addresses_follow_the_rules_of_their_country(void **state)
{
	struct guest guest = a_guest();
	const char *path = under(&guest, "shipping-address/");
	struct answer *answer;

	(void)state;
	answer = ask(400, "PUT", path, &guest.caller, "{}");
	assert_string_equal(text_at(answer, "country.0"),
			    "This field is required.");
	ask(400, "PUT", path, &guest.caller,
	    "{\"first_name\":\"A\",\"last_name\":\"B\",\"line1\":\"x\","
	    "\"city\":\"y\",\"country\":\"XX\"}");
	answer = ask(400, "PUT", path, &guest.caller,
		     "{\"first_name\":\"A\",\"last_name\":\"B\",\"line1\":\"x\","
		     "\"city\":\"y\",\"country\":\"US\",\"postal_code\":\"1\"}");
	node_at(answer, "postal_code");
	assert_string_equal(text_at(answer, "region.0"),
			    "This country needs a state or province.");
	answer = ask(200, "PUT", path, &guest.caller, BERLIN);
	assert_string_equal(text_at(answer, "shipping_address.city"), "Berlin");
	assert_string_equal(text_at(answer, "billing_address.city"), "Berlin");
	path = under(&guest, "billing-address/");
	answer = ask(200, "PUT", path, &guest.caller, VIENNA);
	assert_string_equal(text_at(answer, "billing_address.city"), "Wien");
	assert_false(bool_at(answer, "billing_same_as_shipping"));
	ask(400, "PUT", path, &guest.caller, "{\"same_as_shipping\":false}");
	answer = ask(200, "PUT", path, &guest.caller,
		     "{\"same_as_shipping\":true}");
	assert_string_equal(text_at(answer, "billing_address.city"), "Berlin");
}

static struct answer *choose(int status, const struct guest *guest,
			     const char *rate)
{
	return askf(status, "PUT", under(guest, "shipping-method/"),
		    &guest->caller, "{\"rate\":\"%s\"}", rate);
}

static void a_shipping_rate_must_fit_and_keeps_its_amount_while_it_does(
	void **state)
{
	struct guest guest = a_guest();
	struct answer *answer;

	(void)state;
	put_in(201, &guest, goods(2000, 9), "1");
	assert_string_equal(text_at(ask(409, "GET",
					under(&guest, "shipping-rates/"),
					&guest.caller, NULL), "code"),
			    "address_required");
	choose(409, &guest, STANDARD_GERMANY);
	ask(200, "PUT", under(&guest, "shipping-address/"), &guest.caller,
	    BERLIN);
	answer = ask(200, "GET", under(&guest, "shipping-rates/"),
		     &guest.caller, NULL);
	assert_string_equal(text_at(answer, "0.amount"), "4.90");
	choose(400, &guest, STANDARD_EUROPE);
	answer = choose(200, &guest, STANDARD_GERMANY);
	assert_string_equal(text_at(answer, "total"), "24.90");
	/* over 50.00 another rate is for this method */
	answer = put_in(201, &guest, goods(4000, 9), "1");
	assert_string_equal(text_at(answer, "problems.0.code"),
			    "shipping_method_outdated");
	assert_string_equal(text_at(answer, "total"), "60.00");
	choose(200, &guest, EXPRESS_GERMANY);
	sql("UPDATE shipping_rate SET amount = 9900 WHERE id = '%s'",
	    EXPRESS_GERMANY);
	assert_string_equal(text_at(look(&guest), "shipping_total"), "12.90");
	sql("UPDATE shipping_rate SET amount = 1290 WHERE id = '%s'",
	    EXPRESS_GERMANY);
	answer = ask(200, "PUT", under(&guest, "shipping-address/"),
		     &guest.caller, VIENNA);
	assert_true(json_is_null(node_at(answer, "shipping_method")));
}

static void a_frozen_or_ordered_cart_refuses_every_edit(void **state)
{
	static const char *const states[] = {"frozen", "ordered"};
	struct guest guest = a_guest();
	const char *variant = goods(100, 9);
	const char *item = text_at(put_in(201, &guest, variant, "1"),
				   "items.0.id");

	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *before, *code = fmt("cart_%s", states[i]);

		sql("UPDATE cart SET state = '%s' WHERE '%s' LIKE "
		    "'%%' || id || '%%'", states[i], guest.path);
		before = look(&guest)->body;
		assert_string_equal(
			text_at(put_in(409, &guest, variant, "1"), "code"),
			code);
		ask(409, "PATCH", guest.path, &guest.caller, "{\"note\":\"x\"}");
		ask(409, "DELETE", guest.path, &guest.caller, NULL);
		ask(409, "PATCH", under(&guest, fmt("items/%s/", item)),
		    &guest.caller, "{\"quantity\":1}");
		ask(409, "PUT", under(&guest, "shipping-address/"),
		    &guest.caller, BERLIN);
		ask(409, "POST", under(&guest, "reservations/"), &guest.caller,
		    NULL);
		choose(409, &guest, EXPRESS_GERMANY);
		assert_string_equal(look(&guest)->body, before);
	}
	sql("UPDATE cart SET state = 'active' WHERE '%s' LIKE "
	    "'%%' || id || '%%'", guest.path);
}

static void an_old_version_changes_nothing(void **state)
{
	struct guest guest = a_guest();
	struct caller caller = guest.caller;

	(void)state;
	caller.header = fmt("If-Match: %s", header_of(look(&guest), "ETag"));
	ask(200, "PATCH", guest.path, &caller, "{\"note\":\"one\"}");
	ask(412, "PATCH", guest.path, &caller, "{\"note\":\"two\"}");
	ask(412, "DELETE", guest.path, &caller, NULL);
	assert_string_equal(text_at(look(&guest), "note"), "one");
}

static void a_cart_that_was_left_is_gone_and_holds_nothing(void **state)
{
	struct guest guest = a_guest();
	const char *variant = goods(100, 9);

	(void)state;
	put_in(201, &guest, variant, "4");
	ask(201, "POST", under(&guest, "reservations/"), &guest.caller, NULL);
	ask(204, "DELETE", guest.path, &guest.caller, NULL);
	ask(404, "GET", guest.path, &guest.caller, NULL);
	assert_string_equal(sql("SELECT reserved FROM stock WHERE variant_id = "
				"'%s'", variant), "0");
}

static void a_cart_made_with_unknown_goods_is_not_made(void **state)
{
	const char *before = sql("SELECT count(*) FROM cart");
	struct answer *answer;

	(void)state;
	ask(400, "POST", CARTS, &nobody, "{\"items\":[{\"sku\":\"none\"}]}");
	ask(400, "POST", CARTS, &nobody, "{\"email\":\"no mail\"}");
	assert_string_equal(sql("SELECT count(*) FROM cart"), before);
	answer = askf(201, "POST", CARTS, &nobody,
		      "{\"email\":\"A@B.de\",\"items\":[{\"variant\":\"%s\","
		      "\"quantity\":2}]}", goods(150, 9));
	assert_string_equal(text_at(answer, "email"), "a@b.de");
	assert_string_equal(text_at(answer, "total"), "3.00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cart_is_found_by_its_bearers_alone),
		cmocka_unit_test(the_token_is_told_once),
		cmocka_unit_test(the_same_goods_add_up),
		cmocka_unit_test(adding_needs_a_key_and_happens_once_by_it),
		cmocka_unit_test(fifty_adds_at_once_lose_none),
		cmocka_unit_test(each_answer_shows_the_cart_of_its_version),
		cmocka_unit_test(bad_quantities_are_refused_and_change_nothing),
		cmocka_unit_test(a_cart_has_at_most_a_hundred_lines),
		cmocka_unit_test(prices_of_the_client_mean_nothing),
		cmocka_unit_test(
			what_is_not_on_sale_cannot_be_added_and_becomes_a_problem),
		cmocka_unit_test(short_stock_is_a_problem_with_what_there_is),
		cmocka_unit_test(a_line_is_set_and_removed),
		cmocka_unit_test(a_line_of_another_cart_is_not_found),
		cmocka_unit_test(addresses_follow_the_rules_of_their_country),
		cmocka_unit_test(
			a_shipping_rate_must_fit_and_keeps_its_amount_while_it_does),
		cmocka_unit_test(a_frozen_or_ordered_cart_refuses_every_edit),
		cmocka_unit_test(an_old_version_changes_nothing),
		cmocka_unit_test(a_cart_that_was_left_is_gone_and_holds_nothing),
		cmocka_unit_test(a_cart_made_with_unknown_goods_is_not_made),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
