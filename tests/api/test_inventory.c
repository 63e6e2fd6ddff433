/* test_inventory.c - what is held, taken and corrected, also by many at
 * once. */
#include "shop.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CARTS "/api/v1/carts/"
#define STOCK "/api/v1/admin/stock/"
/* All carts made here have this token; what is stored is its SHA-256. */
#define TOKEN "0123456789012345678901234567890123456789abc"

static const struct caller buyer = {.cart_token = TOKEN, .key = ""};

static const char *goods(int stock)
{
	static unsigned number;
	const char *name = fmt("stock-%d-%u", (int)getpid(), number++);
	const char *variant = sql(
		"WITH p AS (INSERT INTO product (slug, name, status) "
		"VALUES ('%s', '%s', 'published') RETURNING id), "
		"v AS (INSERT INTO variant (product_id, sku, weight_grams) "
		"SELECT id, '%s', 100 FROM p RETURNING id), "
		"a AS (INSERT INTO price SELECT id, 'EUR', 100 FROM v), "
		"s AS (INSERT INTO stock (variant_id, location_id, on_hand) "
		"SELECT v.id, l.id, %d FROM v, location l WHERE is_default "
		"RETURNING variant_id, location_id, on_hand), "
		"m AS (INSERT INTO stock_movement (variant_id, location_id, "
		"kind, on_hand_change, cause) SELECT variant_id, "
		"location_id, 'received', on_hand, 'import' FROM s) "
		"SELECT id FROM v",
		name, name, name, stock);

	sql("SELECT listing_refresh(ARRAY[(SELECT product_id FROM variant "
	    "WHERE id = '%s')])", variant);
	return variant;
}

static const struct caller *staff(void)
{
	static struct caller caller = {.key = ""};

	caller.bearer = the_staff();
	return &caller;
}

/* A cart without lines; its path. */
static const char *a_cart(void)
{
	return fmt(CARTS "%s/",
		   sql("INSERT INTO cart (secret_hash, currency, expires_at) "
		       "VALUES (sha256('" TOKEN "'), 'EUR', now() + '1 day') "
		       "RETURNING id"));
}

static void put_in(const char *cart, const char *variant, int quantity)
{
	sql("INSERT INTO cart_item (cart_id, variant_id, quantity) "
	    "SELECT id, '%s', %d FROM cart WHERE '%s' LIKE '%%' || id || '%%'",
	    variant, quantity, cart);
}

static const char *a_cart_with(const char *variant, int quantity)
{
	const char *cart = a_cart();

	put_in(cart, variant, quantity);
	return cart;
}

/* Many carts with one of the first variant and, if not NULL, of the second;
 * every other one has its lines the other way round. */
static void many_carts(struct request_line *lines, int count, const char *first,
		       const char *second)
{
	const char *ids = sql(
		"WITH c AS (INSERT INTO cart (secret_hash, currency, "
		"expires_at) SELECT sha256('" TOKEN "'), 'EUR', now() + "
		"'1 day' FROM generate_series(1, %d) RETURNING id), n AS "
		"(SELECT id, row_number() OVER () AS n FROM c), i AS (INSERT "
		"INTO cart_item (cart_id, variant_id, quantity) SELECT n.id, "
		"v::uuid, 1 FROM n, unnest(ARRAY['%s', '%s']) WITH ORDINALITY "
		"u (v, o) WHERE v <> '' ORDER BY n.n, (n.n + o) %% 2) "
		"SELECT string_agg(id::text, ',') FROM c",
		count, first, second == NULL ? "" : second);

	assert_int_equal(strlen(ids), 37 * count - 1);
	for (int i = 0; i < count; i++)
		lines[i] = (struct request_line){
			.method = "POST", .caller = buyer,
			.path = fmt(CARTS "%.36s/reservations/", ids + 37 * i)};
}

static struct answer *hold(int status, const char *cart)
{
	return ask(status, "POST", fmt("%sreservations/", cart), &buyer, NULL);
}

/* "on_hand allocated reserved" */
static const char *stock_of(const char *variant)
{
	return sql("SELECT on_hand || ' ' || allocated || ' ' || reserved "
		   "FROM stock WHERE variant_id = '%s'", variant);
}

/* Rows that break I1: the ledger and the holds against the stock. */
static void assert_books_balance(void)
{
	assert_string_equal(sql(
		"SELECT count(*) FROM stock s JOIN (SELECT variant_id, "
		"sum(on_hand_change) AS h, sum(allocated_change) AS a, "
		"sum(reserved_change) AS r FROM stock_movement GROUP BY 1) m "
		"USING (variant_id) WHERE (on_hand::numeric, "
		"allocated::numeric, reserved::numeric) <> (h, a, r)"), "0");
	assert_string_equal(sql(
		"SELECT count(*) FROM stock s WHERE reserved <> (SELECT "
		"coalesce(sum(quantity), 0) FROM reservation r WHERE "
		"r.variant_id = s.variant_id)"), "0");
}

static void what_is_held_is_not_there_for_others(void **state)
{
	const char *variant = goods(10);
	const char *first = a_cart_with(variant, 7);
	const char *second = a_cart_with(variant, 4);
	struct answer *answer = hold(201, first);

	(void)state;
	assert_string_not_equal(text_at(answer, "held_until"), "");
	assert_int_equal(json_array_size(node_at(answer, "problems")), 0);
	answer = hold(409, second);
	assert_string_equal(text_at(answer, "code"), "insufficient_stock");
	assert_string_equal(text_at(answer, "lines.0.variant"), variant);
	assert_int_equal(int_at(answer, "lines.0.requested"), 4);
	assert_int_equal(int_at(answer, "lines.0.available"), 3);
	assert_string_equal(stock_of(variant), "10 0 7");
	ask(204, "DELETE", fmt("%sreservations/", first), &buyer, NULL);
	ask(204, "DELETE", fmt("%sreservations/", first), &buyer, NULL);
	hold(201, second);
	assert_string_equal(stock_of(variant), "10 0 4");
	assert_books_balance();
}

static void all_lines_are_held_or_none(void **state)
{
	const char *plenty = goods(10), *scarce = goods(1);
	const char *cart = a_cart_with(plenty, 5);
	struct answer *answer;

	(void)state;
	put_in(cart, scarce, 2);
	answer = hold(409, cart);
	assert_int_equal(json_array_size(node_at(answer, "lines")), 1);
	assert_string_equal(stock_of(plenty), "10 0 0");
	assert_string_equal(stock_of(scarce), "1 0 0");
	assert_string_equal(text_at(hold(409, a_cart()), "code"), "cart_empty");
}

static void holding_again_follows_the_cart(void **state)
{
	const char *kept = goods(10), *dropped = goods(10);
	const char *cart = a_cart_with(kept, 5);

	(void)state;
	put_in(cart, dropped, 3);
	hold(201, cart);
	hold(201, cart);
	assert_string_equal(stock_of(kept), "10 0 5");
	sql("UPDATE cart_item SET quantity = 9 WHERE variant_id = '%s'", kept);
	sql("DELETE FROM cart_item WHERE variant_id = '%s'", dropped);
	hold(201, cart);
	assert_string_equal(stock_of(kept), "10 0 9");
	assert_string_equal(stock_of(dropped), "10 0 0");
	assert_books_balance();
}

static void an_expired_hold_is_reclaimed_but_not_a_pinned_one(void **state)
{
	const char *variant = goods(10);
	const char *slow = a_cart_with(variant, 6), *quick;

	(void)state;
	hold(201, slow);
	quick = a_cart_with(variant, 5);
	sql("UPDATE reservation SET is_pinned = true, expires_at = now() - "
	    "interval '1 second' WHERE variant_id = '%s'", variant);
	hold(409, quick);
	sql("UPDATE reservation SET is_pinned = false WHERE variant_id = '%s'",
	    variant);
	hold(201, quick);
	assert_string_equal(stock_of(variant), "10 0 5");
	hold(409, slow);
	assert_books_balance();
}

static void the_sweeper_gives_back_what_nobody_asks_for(void **state)
{
	const char *variant = goods(10);

	(void)state;
	hold(201, a_cart_with(variant, 6));
	sql("UPDATE reservation SET expires_at = now() - interval '1 second' "
	    "WHERE variant_id = '%s'", variant);
	until_sql(40, "10 0 0",
		  fmt("SELECT on_hand || ' ' || allocated || ' ' || reserved "
		      "FROM stock WHERE variant_id = '%s'", variant));
	assert_books_balance();
}

static void of_a_hundred_buyers_ten_get_the_last_ten(void **state)
{
	enum { BUYERS = 100 };
	static struct request_line lines[BUYERS];
	const char *variant = goods(10);
	int held = 0;

	(void)state;
	many_carts(lines, BUYERS, variant, NULL);
	ask_all(lines, BUYERS);
	for (int i = 0; i < BUYERS; i++) {
		held += lines[i].answer.status == 201;
		if (lines[i].answer.status == 201)
			continue;
		assert_int_equal(lines[i].answer.status, 409);
		assert_string_equal(text_at(&lines[i].answer, "code"),
				    "insufficient_stock");
	}
	assert_int_equal(held, 10);
	assert_string_equal(stock_of(variant), "10 0 10");
	assert_books_balance();
}

/* Lines in either order, old holds to reclaim on both: no deadlock, and as
 * many as the scarcer one allows. */
static void buyers_of_the_same_two_things_do_not_stop_each_other(void **state)
{
	enum { BUYERS = 60 };
	static struct request_line lines[BUYERS];
	const char *a = goods(40), *b = goods(20);
	const char *old = a_cart_with(b, 15);
	int held = 0;

	(void)state;
	put_in(old, a, 15);
	hold(201, old);
	sql("UPDATE reservation SET expires_at = now() - interval '1 second' "
	    "WHERE variant_id IN ('%s', '%s')", a, b);
	many_carts(lines, BUYERS, a, b);
	ask_all(lines, BUYERS);
	for (int i = 0; i < BUYERS; i++) {
		held += lines[i].answer.status == 201;
		assert_true(lines[i].answer.status == 201 ||
			    lines[i].answer.status == 409);
	}
	assert_int_equal(held, 20);
	assert_string_equal(stock_of(a), "40 0 20");
	assert_string_equal(stock_of(b), "20 0 20");
	assert_books_balance();
}

static void one_cart_that_holds_many_times_at_once_holds_once(void **state)
{
	const char *variant = goods(10);
	int counts[600] = {0};

	(void)state;
	ask_at_once(20, "POST",
		    fmt("%sreservations/", a_cart_with(variant, 6)), &buyer,
		    NULL, counts);
	assert_int_equal(counts[201], 20);
	assert_string_equal(stock_of(variant), "10 0 6");
	assert_books_balance();
}

#define SET "{\"variant\":\"%s\",\"set\":%d,\"from_quantity\":%d," \
	    "\"reason\":\"count\"}"

static struct answer *count(int status, const char *variant, int quantity,
			    int seen)
{
	return askf(status, "POST", STOCK "adjustments/", staff(), SET, variant,
		    quantity, seen);
}

static void a_count_is_refused_when_the_stock_has_moved(void **state)
{
	const char *variant = goods(10);
	struct answer *answer;

	(void)state;
	answer = count(409, variant, 8, 9);
	assert_string_equal(text_at(answer, "code"), "stock_changed");
	assert_int_equal(int_at(answer, "on_hand"), 10);
	answer = count(201, variant, 8, 10);
	assert_int_equal(int_at(answer, "on_hand"), 8);
	assert_string_equal(stock_of(variant), "8 0 0");
	assert_books_balance();
}

static void of_many_counts_at_once_one_is_taken(void **state)
{
	const char *variant = goods(10);
	int counts[600] = {0};

	(void)state;
	ask_at_once(12, "POST", STOCK "adjustments/", staff(),
		    fmt(SET, variant, 3, 10), counts);
	assert_int_equal(counts[201], 1);
	assert_int_equal(counts[409], 11);
	assert_string_equal(stock_of(variant), "3 0 0");
}

static void a_delta_never_makes_the_house_owe_itself(void **state)
{
	const char *variant = goods(10);
	const char *body = fmt("{\"variant\":\"%s\",\"delta\":-4,"
			       "\"reason\":\"broken\"}", variant);
	struct caller again = *staff();
	struct answer *answer;

	(void)state;
	again.key = fmt("delta-%s", variant);
	ask(201, "POST", STOCK "adjustments/", &again, body);
	ask(201, "POST", STOCK "adjustments/", &again, body);
	assert_string_equal(stock_of(variant), "6 0 0");
	answer = ask(409, "POST", STOCK "adjustments/", staff(),
		     fmt("{\"variant\":\"%s\",\"delta\":-7,\"reason\":\"x\"}",
			 variant));
	assert_string_equal(text_at(answer, "code"), "stock_negative");
	ask(400, "POST", STOCK "adjustments/", staff(), "{}");
	ask(400, "POST", STOCK "adjustments/", staff(),
	    fmt("{\"variant\":\"%s\",\"set\":1,\"reason\":\"x\"}", variant));
	ask(400, "POST", STOCK "adjustments/", staff(),
	    fmt("{\"variant\":\"%s\",\"set\":1,\"delta\":1,\"from_quantity\":6,"
		"\"reason\":\"x\"}", variant));
	assert_books_balance();
}

static void a_count_below_what_is_held_is_recorded_and_stops_sales(void **state)
{
	const char *variant = goods(10);
	struct answer *answer;

	(void)state;
	hold(201, a_cart_with(variant, 8));
	answer = count(201, variant, 5, 10);
	assert_int_equal(int_at(answer, "deficit"), 3);
	hold(409, a_cart_with(variant, 1));
	assert_books_balance();
}

static void staff_alone_sees_and_corrects_the_stock(void **state)
{
	struct caller customer = {.bearer = a_customer(), .key = ""};

	(void)state;
	ask(403, "GET", STOCK, &customer, NULL);
	ask(401, "GET", STOCK, &nobody, NULL);
	ask(403, "POST", STOCK "adjustments/", &customer, "{}");
	ask(403, "GET", STOCK "movements/", &customer, NULL);
	ask(401, "GET", STOCK "reservations/", &nobody, NULL);
}

static void lists_of_stock_are_filtered(void **state)
{
	const char *variant = goods(2);
	const char *sku = sql("SELECT sku FROM variant WHERE id = '%s'",
			      variant);
	struct answer *answer;

	(void)state;
	hold(201, a_cart_with(variant, 2));
	answer = ask(200, "GET", fmt(STOCK "?sku=%s", sku), staff(), NULL);
	assert_int_equal(int_at(answer, "count"), 1);
	assert_int_equal(int_at(answer, "results.0.reserved"), 2);
	assert_int_equal(int_at(answer, "results.0.available"), 0);
	answer = ask(200, "GET", fmt(STOCK "?sku=%s&low=-1", sku), staff(),
		     NULL);
	assert_int_equal(int_at(answer, "count"), 0);
	answer = ask(200, "GET", fmt(STOCK "movements/?variant=%s&kind=reserved",
				     variant), staff(), NULL);
	assert_int_equal(int_at(answer, "results.0.reserved_change"), 2);
	answer = ask(200, "GET", fmt(STOCK "reservations/?variant=%s", variant),
		     staff(), NULL);
	assert_int_equal(int_at(answer, "results.0.quantity"), 2);
	ask(200, "GET", STOCK "?search=stock&ordering=-available", staff(),
	    NULL);
	ask(400, "GET", STOCK "?low=x", staff(), NULL);
	ask(200, "GET", "/api/v1/admin/shipping-zones/", staff(), NULL);
	ask(200, "GET", "/api/v1/admin/shipping-methods/", staff(), NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_held_is_not_there_for_others),
		cmocka_unit_test(all_lines_are_held_or_none),
		cmocka_unit_test(holding_again_follows_the_cart),
		cmocka_unit_test(
			an_expired_hold_is_reclaimed_but_not_a_pinned_one),
		cmocka_unit_test(the_sweeper_gives_back_what_nobody_asks_for),
		cmocka_unit_test(of_a_hundred_buyers_ten_get_the_last_ten),
		cmocka_unit_test(
			buyers_of_the_same_two_things_do_not_stop_each_other),
		cmocka_unit_test(
			one_cart_that_holds_many_times_at_once_holds_once),
		cmocka_unit_test(a_count_is_refused_when_the_stock_has_moved),
		cmocka_unit_test(of_many_counts_at_once_one_is_taken),
		cmocka_unit_test(a_delta_never_makes_the_house_owe_itself),
		cmocka_unit_test(
			a_count_below_what_is_held_is_recorded_and_stops_sales),
		cmocka_unit_test(staff_alone_sees_and_corrects_the_stock),
		cmocka_unit_test(lists_of_stock_are_filtered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
