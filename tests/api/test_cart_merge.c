/* test_cart_merge.c - what a guest had in the cart is there after the login,
 * once, and whose it is. */
#include "priced.h"

#include <string.h>

#define CARTS "/api/v1/carts/"

struct side {
	const char *id;
	const char *path;
	struct caller caller;
};

/* Of a guest when bearer is NULL. */
static struct side a_side(const char *bearer)
{
	struct caller maker = {.bearer = bearer, .key = ""};
	struct answer *answer = ask(201, "POST", CARTS, &maker, "{}");
	const char *id = text_at(answer, "id");

	return (struct side){
		.id = id,
		.path = fmt(CARTS "%s/", id),
		.caller = {.bearer = bearer, .key = "",
			   .cart_token = text_at(answer, "token")}};
}

static void put_in(const struct side *side, const struct goods *goods,
		   int quantity)
{
	askf(201, "POST", fmt("%sitems/", side->path), &side->caller,
	     "{\"variant\":\"%s\",\"quantity\":%d}", goods->variant, quantity);
}

/* The guest has become that customer. */
static struct caller logged_in(const struct side *guest, const char *bearer)
{
	return (struct caller){.bearer = bearer, .key = "",
			       .cart_token = guest->caller.cart_token};
}

static struct answer *merge(int status, const struct side *guest,
			    const char *bearer, const char *body)
{
	struct caller caller = logged_in(guest, bearer);

	return ask(status, "POST", fmt("%smerge/", guest->path), &caller, body);
}

static struct answer *look(int status, const struct side *side)
{
	return ask(status, "GET", side->path, &side->caller, NULL);
}

static int64_t quantity_of(const struct answer *answer,
			   const struct goods *goods)
{
	json_t *items = node_at(answer, "items");
	json_t *item;
	size_t i;

	json_array_foreach(items, i, item)
		if (strcmp(json_string_value(json_object_get(item, "variant")),
			   goods->variant) == 0)
			return json_integer_value(
				json_object_get(item, "quantity"));
	return 0;
}

static void who_has_no_cart_takes_the_guests_over(void **state)
{
	struct side guest = a_side(NULL);
	struct goods pen = goods_at("2.00");
	const char *bearer = a_customer();
	struct side mine = guest;
	struct answer *answer;

	(void)state;
	put_in(&guest, &pen, 3);
	answer = merge(200, &guest, bearer, "{}");
	assert_string_equal(text_at(answer, "id"), guest.id);
	assert_string_not_equal(text_at(answer, "token"),
				guest.caller.cart_token);
	assert_int_equal(quantity_of(answer, &pen), 3);
	assert_string_not_equal(text_at(answer, "email"), "");
	look(404, &guest);
	mine.caller = (struct caller){.bearer = bearer, .key = ""};
	look(200, &mine);
	mine.caller = (struct caller){.cart_token = text_at(answer, "token")};
	look(200, &mine);
}

static void lines_add_up_at_todays_price_and_the_guests_token_is_void(void **state)
{
	const char *bearer = a_customer();
	struct side guest = a_side(NULL);
	struct side mine = a_side(bearer);
	struct goods both = goods_at("2.00");
	struct goods theirs = goods_at("1.00");
	struct goods own = goods_at("5.00");
	struct answer *answer;

	(void)state;
	put_in(&guest, &both, 2);
	put_in(&guest, &theirs, 1);
	put_in(&mine, &both, 3);
	put_in(&mine, &own, 1);
	put_prices(200, &both, "[{\"currency\":\"EUR\",\"amount\":\"3.00\"}]");
	answer = merge(200, &guest, bearer, "{}");
	assert_string_equal(text_at(answer, "id"), mine.id);
	assert_true(json_is_null(node_at(answer, "token")));
	assert_int_equal(quantity_of(answer, &both), 5);
	assert_int_equal(quantity_of(answer, &theirs), 1);
	assert_int_equal(quantity_of(answer, &own), 1);
	assert_string_equal(text_at(answer, "subtotal"), "21.00");
	assert_int_equal(json_array_size(node_at(answer, "problems")), 0);
	look(404, &guest);
	assert_string_equal(text_at(look(200, &mine), "subtotal"), "21.00");
	/* It is kept as it was, for whoever must tell what has happened. */
	assert_string_equal(sql("SELECT state || ' ' || sum(quantity) FROM cart "
				"c JOIN cart_item i ON i.cart_id = c.id WHERE "
				"c.id = '%s' AND merged_into = '%s' GROUP BY state",
				guest.id, mine.id),
			    "merged 3");
}

static void more_than_there_is_does_not_come_in_and_is_told(void **state)
{
	const char *bearer = a_customer();
	struct side guest = a_side(NULL);
	struct side mine = a_side(bearer);
	struct goods pen = goods_at("2.00"); /* 50 of it */
	struct answer *answer;

	(void)state;
	put_in(&guest, &pen, 40);
	ask(201, "POST", fmt("%sreservations/", guest.path), &guest.caller,
	    NULL);
	put_in(&mine, &pen, 30);
	answer = merge(200, &guest, bearer, "{\"strategy\":\"sum\"}");
	assert_int_equal(quantity_of(answer, &pen), 50);
	assert_int_equal(json_array_size(node_at(answer, "problems")), 1);
	assert_string_equal(text_at(answer, "problems.0.code"),
			    "quantity_reduced");
	assert_int_equal(int_at(answer, "problems.0.available"), 50);
	assert_string_equal(sql("SELECT count(*) FROM reservation WHERE cart_id "
				"= '%s'", guest.id), "0");
	assert_int_equal(json_array_size(node_at(look(200, &mine), "problems")),
			 0);
	ask(201, "POST", fmt("%sreservations/", mine.path), &mine.caller, NULL);
}

/* What is left of 2 by the guest, 5 and 1 of one's own. */
static void assert_merged(const char *strategy, int both, int theirs, int own)
{
	const char *bearer = a_customer();
	struct side guest = a_side(NULL);
	struct side mine = a_side(bearer);
	struct goods of_both = goods_at("2.00");
	struct goods of_guest = goods_at("2.00");
	struct goods of_mine = goods_at("2.00");
	struct answer *answer;

	put_in(&guest, &of_both, 2);
	put_in(&guest, &of_guest, 4);
	put_in(&mine, &of_both, 5);
	put_in(&mine, &of_mine, 1);
	answer = merge(200, &guest, bearer,
		       fmt("{\"strategy\":\"%s\"}", strategy));
	assert_int_equal(quantity_of(answer, &of_both), both);
	assert_int_equal(quantity_of(answer, &of_guest), theirs);
	assert_int_equal(quantity_of(answer, &of_mine), own);
	look(404, &guest);
}

static void the_strategy_says_what_becomes_of_the_lines(void **state)
{
	const char *bearer = a_customer();
	struct side guest = a_side(NULL);
	struct side mine = a_side(bearer);
	struct goods pen = goods_at("2.00");

	(void)state;
	assert_merged("sum", 7, 4, 1);
	assert_merged("max", 5, 4, 1);
	assert_merged("guest", 2, 4, 0);
	assert_merged("account", 5, 0, 1);
	merge(400, &guest, bearer, "{\"strategy\":\"best\"}");
	put_in(&mine, &pen, 1);
	/* An empty cart takes nothing away. */
	assert_int_equal(quantity_of(merge(200, &guest, bearer,
					   "{\"strategy\":\"guest\"}"),
				     &pen),
			 1);
}

static void nobody_takes_a_cart_of_another(void **state)
{
	struct side guest = a_side(NULL);
	struct side hers = a_side(a_customer());
	const char *thief = a_customer();
	struct side his = a_side(thief);
	struct side blind = guest;
	struct goods pen = goods_at("2.00");

	(void)state;
	put_in(&guest, &pen, 1);
	put_in(&hers, &pen, 1);
	merge(404, &hers, thief, "{}"); /* with its very token */
	blind.caller.cart_token = his.caller.cart_token;
	merge(404, &blind, thief, "{}");
	blind.caller.cart_token = NULL;
	merge(404, &blind, thief, "{}");
	merge(401, &guest, NULL, "{}");
	assert_string_equal(
		text_at(merge(400, &guest, thief,
			      fmt("{\"into\":\"%s\"}", hers.id)),
			"into.0"),
		fmt("Invalid pk \"%s\" - object does not exist.", hers.id));
	merge(400, &guest, thief, fmt("{\"into\":\"%s\"}", guest.id));
	assert_int_equal(quantity_of(look(200, &guest), &pen), 1);
	assert_int_equal(quantity_of(look(200, &hers), &pen), 1);
	assert_int_equal(int_at(look(200, &his), "item_count"), 0);
}

static void a_cart_that_is_paid_for_stays_as_it_is(void **state)
{
	struct cart paying = a_cart_ready_to_pay(NULL, NULL, 1);
	struct side guest = {.id = paying.id,
			     .path = fmt(CARTS "%s/", paying.id),
			     .caller = paying.caller};
	const char *bearer = a_customer();

	(void)state;
	ask(201, "POST", fmt("%spayment-sessions/", guest.path), &guest.caller,
	    "{\"gateway\":\"stripe\"}");
	assert_string_equal(text_at(merge(409, &guest, bearer, "{}"), "code"),
			    "cart_frozen");
	look(200, &guest);
}

static void many_logins_at_once_merge_once(void **state)
{
	const char *bearer = a_customer();
	struct side mine = a_side(bearer);
	struct goods pen = goods_at("2.00");
	struct side guest = a_side(NULL);
	struct caller caller = logged_in(&guest, bearer);
	int counts[600] = {0};

	(void)state;
	put_in(&guest, &pen, 2);
	put_in(&mine, &pen, 1);
	ask_at_once(8, "POST", fmt("%smerge/", guest.path), &caller, "{}",
		    counts);
	assert_int_equal(counts[200], 8);
	assert_int_equal(quantity_of(look(200, &mine), &pen), 3);
}

/* Two devices, one customer without a cart: one line is never lost. */
static void two_guests_who_are_one_customer_lose_nothing(void **state)
{
	const char *bearer = a_customer();
	struct goods pen = goods_at("2.00");
	struct side a = a_side(NULL);
	struct side b = a_side(NULL);
	struct request_line both[] = {
		{"POST", fmt("%smerge/", a.path), logged_in(&a, bearer), "{}",
		 {0}},
		{"POST", fmt("%smerge/", b.path), logged_in(&b, bearer), "{}",
		 {0}},
	};

	(void)state;
	put_in(&a, &pen, 2);
	put_in(&b, &pen, 3);
	ask_all(both, 2);
	assert_int_equal(both[0].answer.status, 200);
	assert_int_equal(both[1].answer.status, 200);
	assert_string_equal(text_at(&both[0].answer, "id"),
			    text_at(&both[1].answer, "id"));
	assert_string_equal(
		sql("SELECT sum(quantity) FROM cart_item i JOIN cart c ON c.id "
		    "= i.cart_id WHERE c.id IN ('%s', '%s') AND state = "
		    "'active'", a.id, b.id),
		"5");
}

/* Goods that only this test has, each once. */
static void fill(const struct side *side, int from, int count)
{
	sql("INSERT INTO cart_item (cart_id, variant_id, quantity) SELECT '%s', "
	    "id, 1 FROM variant WHERE sku LIKE 'merge-%%' ORDER BY id OFFSET %d "
	    "LIMIT %d", side->id, from, count);
}

static void a_cart_that_would_be_too_long_changes_nothing(void **state)
{
	const char *bearer = a_customer();
	struct side guest = a_side(NULL);
	struct side mine = a_side(bearer);

	(void)state;
	sql("WITH p AS (INSERT INTO product (slug, name, status) SELECT "
	    "'merge-' || g, 'Merge', 'draft' FROM generate_series(1, 101) g "
	    "RETURNING id, slug) INSERT INTO variant (product_id, sku) SELECT "
	    "id, slug FROM p");
	fill(&guest, 0, 60);
	fill(&mine, 60, 41);
	assert_string_equal(text_at(merge(422, &guest, bearer, "{}"), "code"),
			    "cart_full");
	assert_int_equal(int_at(look(200, &guest), "item_count"), 60);
	assert_int_equal(int_at(look(200, &mine), "item_count"), 41);
	merge(200, &guest, bearer, "{\"strategy\":\"account\"}");
}

static void addresses_come_along_where_there_are_none(void **state)
{
	const char *bearer = a_customer();
	struct cart ready = a_cart_ready_to_pay(NULL, NULL, 1);
	struct side guest = {.id = ready.id,
			     .path = fmt(CARTS "%s/", ready.id),
			     .caller = ready.caller};
	struct side mine = a_side(bearer);
	struct answer *answer = merge(200, &guest, bearer,
				      fmt("{\"into\":\"%s\"}", mine.id));

	(void)state;
	assert_string_equal(text_at(answer, "shipping_address.city"), "Berlin");
	assert_string_equal(text_at(answer, "total"), ready.total);
	assert_string_not_equal(text_at(answer, "email"), "buyer@example.com");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_has_no_cart_takes_the_guests_over),
		cmocka_unit_test(
			lines_add_up_at_todays_price_and_the_guests_token_is_void),
		cmocka_unit_test(
			more_than_there_is_does_not_come_in_and_is_told),
		cmocka_unit_test(the_strategy_says_what_becomes_of_the_lines),
		cmocka_unit_test(nobody_takes_a_cart_of_another),
		cmocka_unit_test(a_cart_that_is_paid_for_stays_as_it_is),
		cmocka_unit_test(many_logins_at_once_merge_once),
		cmocka_unit_test(two_guests_who_are_one_customer_lose_nothing),
		cmocka_unit_test(a_cart_that_would_be_too_long_changes_nothing),
		cmocka_unit_test(addresses_come_along_where_there_are_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
