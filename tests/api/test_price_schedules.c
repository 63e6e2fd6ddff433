/* test_price_schedules.c - prices for a while: they begin, end, do not overlap,
 * and the regular one comes back. */
#include "priced.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SCHEDULE "/api/v1/admin/price-schedules/"

/* UTC, so many seconds from now. */
static const char *at(double seconds)
{
	struct timespec now;
	struct tm tm;
	time_t whole;
	double moment;
	char text[32];

	clock_gettime(CLOCK_REALTIME, &now);
	moment = (double)now.tv_sec + (double)now.tv_nsec / 1e9 + seconds;
	whole = (time_t)moment;
	gmtime_r(&whole, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	return fmt("%s.%06dZ", text, (int)((moment - (double)whole) * 1e6));
}

static struct answer *plan(int status, const struct goods *goods,
			   const char *amount, const char *from, const char *to)
{
	const struct caller staff = staff_who();

	return askf(status, "POST", goods->schedules, &staff,
		    "{\"currency\":\"EUR\",\"amount\":\"%s\",\"starts_at\":\"%s\","
		    "\"ends_at\":%s}",
		    amount, from, to == NULL ? "null" : fmt("\"%s\"", to));
}

static const char *path_of(const struct answer *schedule)
{
	return fmt(SCHEDULE "%s/", text_at(schedule, "id"));
}

/* The regular price as staff see it. */
static const char *regular(const struct goods *goods)
{
	const struct caller staff = staff_who();

	return text_at(ask(200, "GET", goods->prices, &staff, NULL),
		       "prices.0.amount");
}

static void one_that_is_due_is_in_force_at_once_and_goes_at_once(void **state)
{
	struct goods goods = goods_at("20.00");
	struct answer *made = plan(201, &goods, "15.00", at(-3600), NULL);
	struct caller staff;

	(void)state;
	assert_string_equal(text_at(made, "state"), "active");
	assert_true(json_is_null(node_at(made, "ends_at")));
	assert_string_equal(price_shown(&goods, "EUR"), "15.00");
	assert_string_equal(regular(&goods), "20.00");
	staff = staff_holding(made);
	made = ask(200, "PATCH", path_of(made), &staff,
		   "{\"currency\":\"EUR\",\"amount\":\"14.00\","
		   "\"compare_at_amount\":\"20.00\"}");
	assert_string_equal(price_shown(&goods, "EUR"), "14.00");
	ask(412, "DELETE", path_of(made), &staff, NULL);
	staff = staff_holding(made);
	ask(204, "DELETE", path_of(made), &staff, NULL);
	ask(404, "GET", path_of(made), &staff, NULL);
	assert_string_equal(price_shown(&goods, "EUR"), "20.00");
	assert_string_equal(
		sql("SELECT string_agg(amount || ' ' || cause, ', ' ORDER BY at) "
		    "FROM price_history WHERE variant_id = '%s'", goods.variant),
		"2000 staff, 1500 schedule, 1400 schedule, 2000 schedule");
}

static void an_edit_meanwhile_changes_what_comes_back_alone(void **state)
{
	struct goods goods = goods_at("20.00");
	struct answer *made = plan(201, &goods, "15.00", at(-1), NULL);
	struct caller staff = staff_who();

	(void)state;
	put_prices(200, &goods, "[{\"currency\":\"EUR\",\"amount\":\"22.00\"}]");
	assert_string_equal(price_shown(&goods, "EUR"), "15.00");
	assert_string_equal(regular(&goods), "22.00");
	askf(200, "PUT", "/api/v1/admin/prices/bulk/", &staff,
	     "{\"prices\":[{\"sku\":\"%s\",\"currency\":\"EUR\",\"amount\":23}]}",
	     goods.sku);
	assert_string_equal(price_shown(&goods, "EUR"), "15.00");
	staff = staff_holding(made);
	ask(204, "DELETE", path_of(made), &staff, NULL);
	assert_string_equal(price_shown(&goods, "EUR"), "23.00");
}

static struct answer *cart_with(const struct goods *goods)
{
	return askf(201, "POST", "/api/v1/carts/", &nobody,
		    "{\"items\":[{\"variant\":\"%s\",\"quantity\":2}]}",
		    goods->variant);
}

static const char *cart_price(const struct answer *cart)
{
	struct caller holder = {.cart_token = text_at(cart, "token")};

	return text_at(ask(200, "GET",
			   fmt("/api/v1/carts/%s/", text_at(cart, "id")), &holder,
			   NULL),
		       "items.0.unit_price");
}

static const char *list_price(const struct goods *goods)
{
	return text_at(ask(200, "GET",
			   fmt("/api/v1/products/?sku=%s", goods->sku), &nobody,
			   NULL),
		       "results.0.price");
}

static double now_seconds(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* Until list, page and cart say so; how many seconds that took. */
static double until_price(const struct goods *goods, const struct answer *cart,
			  const char *price)
{
	const struct timespec pause = {.tv_nsec = 20000000};
	double begin = now_seconds();

	while (now_seconds() < begin + 15 &&
	       (strcmp(cart_price(cart), price) != 0 ||
		strcmp(price_shown(goods, "EUR"), price) != 0 ||
		strcmp(list_price(goods), price) != 0))
		nanosleep(&pause, NULL);
	assert_string_equal(list_price(goods), price);
	assert_string_equal(price_shown(goods, "EUR"), price);
	assert_string_equal(cart_price(cart), price);
	return now_seconds() - begin;
}

static void one_begins_and_ends_on_list_page_and_in_carts(void **state)
{
	struct goods goods = goods_at("20.00");
	struct answer *cart = cart_with(&goods);
	double took;

	(void)state;
	plan(201, &goods, "15.00", at(2), at(5));
	assert_string_equal(list_price(&goods), "20.00");
	assert_string_equal(cart_price(cart), "20.00");
	took = until_price(&goods, cart, "15.00");
	print_message("began %.2f s late\n", took - 2);
	assert_true(took > 1.5 && took < 6);
	until_price(&goods, cart, "20.00");
	assert_string_equal(
		sql("SELECT bool_and(h.at >= lower(s.during)) FROM price_history h "
		    "JOIN price_schedule s USING (variant_id) WHERE h.cause = "
		    "'schedule' AND h.variant_id = '%s'", goods.variant),
		"t");
}

static void two_that_share_a_microsecond_are_refused(void **state)
{
	struct goods goods = goods_at("20.00");
	const struct caller staff = staff_who();
	struct answer *first = plan(201, &goods, "15.00",
				    "2040-01-01T00:00:00.000001Z",
				    "2040-02-01T00:00:00.000001Z");
	struct answer *clash = plan(409, &goods, "14.00", "2040-02-01T00:00:00Z",
				    "2040-03-01T00:00:00Z");
	struct caller holding;

	(void)state;
	assert_string_equal(text_at(clash, "code"), "price_schedule_overlap");
	assert_string_equal(text_at(clash, "overlaps.id"), text_at(first, "id"));
	assert_string_equal(text_at(clash, "detail"),
			    "It overlaps the scheduled price from "
			    "2040-01-01T00:00:00.000001Z to "
			    "2040-02-01T00:00:00.000001Z.");
	plan(409, &goods, "14.00", "2039-12-01T00:00:00Z",
	     "2040-01-01T00:00:00.000002Z");
	plan(409, &goods, "14.00", "2030-01-01T00:00:00Z", NULL);
	plan(409, &goods, "14.00", "2040-01-10T00:00:00Z", "2040-01-11T00:00:00Z");
	/* what only touches it does not overlap it */
	clash = plan(201, &goods, "14.00", "2040-02-01T00:00:00.000001Z", NULL);
	plan(201, &goods, "14.00", "2039-12-01T00:00:00Z",
	     "2040-01-01T00:00:00.000001Z");
	holding = staff_holding(clash);
	ask(409, "PATCH", path_of(clash), &holding,
	    "{\"starts_at\":\"2040-01-31T00:00:00Z\"}");
	/* nor does what is in another currency */
	put_prices(200, &goods, "[{\"currency\":\"EUR\",\"amount\":20},"
				"{\"currency\":\"JPY\",\"amount\":3000}]");
	ask(201, "POST", goods.schedules, &staff,
	    "{\"currency\":\"JPY\",\"amount\":\"2000\",\"starts_at\":"
	    "\"2040-01-01T00:00:00Z\"}");
	assert_int_equal(int_at(ask(200, "GET", goods.schedules, &staff, NULL),
				"count"),
			 4);
}

static const struct bad_plan {
	const char *body;
	const char *field;
	const char *message;
} bad_plans[] = {
	{"\"amount\":1,\"starts_at\":\"2040-01-02T00:00:00Z\",\"ends_at\":"
	 "\"2040-01-01T00:00:00Z\"",
	 "ends_at", "Must be later than starts_at."},
	{"\"amount\":1,\"starts_at\":\"2040-01-01T00:00:00Z\",\"ends_at\":"
	 "\"2040-01-01T00:00:00Z\"",
	 "ends_at", "Must be later than starts_at."},
	{"\"amount\":1,\"ends_at\":\"1970-01-01T00:00:00Z\"", "ends_at",
	 "Must be in the future."},
	{"\"amount\":1,\"ends_at\":\"2020-01-01T00:00:00Z\",\"starts_at\":"
	 "\"2019-01-01T00:00:00Z\"",
	 "ends_at", "Must be in the future."},
	{"\"amount\":1,\"starts_at\":null", "starts_at",
	 "This field may not be null."},
	{"\"amount\":1,\"starts_at\":\"infinity\"", "starts_at", NULL},
	{"\"amount\":1,\"ends_at\":\"infinity\"", "ends_at", NULL},
	{"\"amount\":1,\"ends_at\":\"9999-99-99T00:00:00Z\"", "ends_at", NULL},
	{"\"amount\":\"-1\"", "amount",
	 "Ensure this value is greater than or equal to 0."},
	{"\"amount\":\"1.001\"", "amount",
	 "Ensure that there are no more than 2 decimal places."},
	{"\"amount\":\"1\",\"compare_at_amount\":\"-1\"", "compare_at_amount",
	 NULL},
	{"\"starts_at\":\"2040-01-01T00:00:00Z\"", "amount",
	 "This field is required."},
};

static void bad_plans_are_named_and_change_nothing(void **state)
{
	struct goods goods = goods_at("20.00");
	const struct caller staff = staff_who();
	struct answer *answer;

	(void)state;
	for (size_t i = 0; i < sizeof(bad_plans) / sizeof(bad_plans[0]); i++) {
		const struct bad_plan *bad = &bad_plans[i];
		const char *message;

		answer = askf(400, "POST", goods.schedules, &staff,
			      "{\"currency\":\"EUR\",%s}", bad->body);
		message = text_at(answer, fmt("%s.0", bad->field));
		if (bad->message != NULL)
			assert_string_equal(message, bad->message);
	}
	answer = ask(400, "POST", goods.schedules, &staff,
		     "{\"currency\":\"JPY\",\"amount\":\"100\"}");
	assert_string_equal(text_at(answer, "currency.0"),
			    "The variant has no regular price in JPY.");
	answer = ask(400, "POST", goods.schedules, &staff,
		     "{\"currency\":\"XXZ\",\"amount\":\"100\"}");
	ask(404, "POST", "/api/v1/admin/variants/"
			 "00000000-0000-7000-8000-000000000000/price-schedules/",
	    &staff, "{\"currency\":\"EUR\",\"amount\":\"100\"}");
	assert_int_equal(int_at(ask(200, "GET", goods.schedules, &staff, NULL),
				"count"),
			 0);
	assert_string_equal(price_shown(&goods, "EUR"), "20.00");
}

static void money_comes_with_its_currency(void **state)
{
	struct goods goods = goods_at("20.00");
	struct caller staff = staff_who();
	struct answer *made;

	(void)state;
	put_prices(200, &goods, "[{\"currency\":\"KWD\",\"amount\":\"6.125\"}]");
	made = ask(201, "POST", goods.schedules, &staff,
		   "{\"currency\":\"KWD\",\"amount\":\"5.005\"}");
	assert_string_equal(text_at(made, "amount"), "5.005");
	assert_string_equal(price_shown(&goods, "KWD"), "5.005");
	staff = staff_holding(made);
	assert_string_equal(text_at(ask(400, "PATCH", path_of(made), &staff,
					"{\"amount\":\"5.01\"}"),
				    "currency.0"),
			    "Send it with the amount.");
	assert_string_equal(text_at(ask(400, "PATCH", path_of(made), &staff,
					"{\"currency\":\"EUR\",\"amount\":\"5.01\"}"),
				    "currency.0"),
			    "It is in KWD, and stays so.");
	made = ask(200, "PATCH", path_of(made), &staff,
		   "{\"currency\":\"KWD\",\"amount\":\"5.015\"}");
	assert_string_equal(text_at(made, "amount"), "5.015");
	/* a currency cannot go while its prices are planned */
	assert_string_equal(
		text_at(put_prices(409, &goods,
				   "[{\"currency\":\"EUR\",\"amount\":1}]"),
			"code"),
		"price_is_scheduled");
	staff = staff_holding(made);
	made = askf(200, "PATCH", path_of(made), &staff, "{\"ends_at\":\"%s\"}",
		    at(1));
	until_sql(10, "6125", fmt("SELECT amount FROM price WHERE variant_id = "
				  "'%s'", goods.variant));
	put_prices(200, &goods, "[{\"currency\":\"EUR\",\"amount\":1}]");
}

static void of_two_that_overlap_at_once_one_wins(void **state)
{
	struct goods goods = goods_at("20.00");
	struct request_line lines[16];
	int made = 0;
	int refused = 0;

	(void)state;
	for (int i = 0; i < 16; i++)
		lines[i] = (struct request_line){
			"POST", goods.schedules, staff_who(),
			fmt("{\"currency\":\"EUR\",\"amount\":%d,\"starts_at\":"
			    "\"2040-01-%02dT00:00:00Z\",\"ends_at\":"
			    "\"2040-03-01T00:00:00Z\"}",
			    i + 1, i + 1),
			{0}};
	ask_all(lines, 16);
	for (int i = 0; i < 16; i++) {
		made += lines[i].answer.status == 201;
		refused += lines[i].answer.status == 409;
	}
	assert_int_equal(made, 1);
	assert_int_equal(refused, 15);
}

/* Whoever writes a schedule in whatever way: within a second or two it is so,
 * as after a time when nobody looked. */
static void what_was_missed_is_made_up_for(void **state)
{
	struct goods goods = goods_at("20.00");

	(void)state;
	sql("INSERT INTO price_schedule (variant_id, currency, amount, during) "
	    "VALUES ('%s', 'EUR', 900, tstzrange(now() - interval '2 days', now() "
	    "- interval '1 day')), ('%s', 'EUR', 800, tstzrange(now() - interval "
	    "'1 hour', now() + interval '3 s'))",
	    goods.variant, goods.variant);
	until_sql(10, "800 2000",
		  fmt("SELECT amount || ' ' || regular_amount FROM price WHERE "
		      "variant_id = '%s'", goods.variant));
	until_sql(10, "2000",
		  fmt("SELECT amount FROM price WHERE variant_id = '%s' AND "
		      "regular_amount IS NULL AND turn_at IS NULL",
		      goods.variant));
	assert_string_equal(list_price(&goods), "20.00");
}

static void edits_while_hundreds_turn_are_not_lost(void **state)
{
	struct goods goods = goods_at("20.00");
	const struct caller staff = staff_who();

	(void)state;
	sql("WITH p AS (INSERT INTO product (slug, name, status) SELECT 'turn-' || "
	    "i, 'Turn ' || i, 'published' FROM generate_series(1, 500) i RETURNING "
	    "id, slug), v AS (INSERT INTO variant (product_id, sku) SELECT id, "
	    "upper(slug) FROM p RETURNING id) INSERT INTO price (variant_id, "
	    "currency, amount) SELECT id, 'EUR', 5000 FROM v");
	sql("SELECT listing_refresh(ARRAY(SELECT id FROM product WHERE slug LIKE "
	    "'turn-%%'))");
	sql("INSERT INTO price_schedule (variant_id, currency, amount, during) "
	    "SELECT id, 'EUR', 4000, tstzrange(now() + interval '1 s', NULL) FROM "
	    "variant WHERE sku LIKE 'TURN-%%' OR id = '%s'", goods.variant);
	for (int i = 0; i < 40; i++)
		askf(200, "PUT", "/api/v1/admin/prices/bulk/", &staff,
		     "{\"prices\":[{\"sku\":\"%s\",\"currency\":\"EUR\",\"amount\":"
		     "%d},{\"sku\":\"TURN-%d\",\"currency\":\"EUR\",\"amount\":%d}]}",
		     goods.sku, 100 + i, i + 1, 100 + i);
	until_sql(20, "501", "SELECT count(*) FROM price WHERE amount = 4000 AND "
			     "regular_amount IS NOT NULL");
	assert_string_equal(regular(&goods), "139.00");
	assert_string_equal(
		sql("SELECT count(*) FROM listing WHERE price = 4000 AND category_id "
		    "= '00000000-0000-0000-0000-000000000000'"),
		"501");
	sql("DELETE FROM price_schedule WHERE amount = 4000");
	until_sql(20, "0", "SELECT count(*) FROM price WHERE amount = 4000");
	assert_string_equal(list_price(&goods), "139.00");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			one_that_is_due_is_in_force_at_once_and_goes_at_once),
		cmocka_unit_test(an_edit_meanwhile_changes_what_comes_back_alone),
		cmocka_unit_test(one_begins_and_ends_on_list_page_and_in_carts),
		cmocka_unit_test(two_that_share_a_microsecond_are_refused),
		cmocka_unit_test(bad_plans_are_named_and_change_nothing),
		cmocka_unit_test(money_comes_with_its_currency),
		cmocka_unit_test(of_two_that_overlap_at_once_one_wins),
		cmocka_unit_test(what_was_missed_is_made_up_for),
		cmocka_unit_test(edits_while_hundreds_turn_are_not_lost),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
