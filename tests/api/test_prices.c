/* test_prices.c - prices in every currency as staff set them, one variant or
 * many at once, and what was asked before. */
#include "priced.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BULK "/api/v1/admin/prices/bulk/"
#define THREE                                                                \
	"[{\"currency\":\"EUR\",\"amount\":\"20.00\",\"compare_at_amount\":25}," \
	"{\"currency\":\"JPY\",\"amount\":\"3200\"},"                          \
	"{\"currency\":\"KWD\",\"amount\":\"6.125\",\"compare_at_amount\":null}]"

static void each_currency_has_its_digits(void **state)
{
	struct goods goods = goods_at("20.00");
	struct answer *set = put_prices(200, &goods, THREE);
	struct caller staff = staff_who();

	(void)state;
	assert_string_equal(text_at(set, "prices.0.currency"), "EUR");
	assert_string_equal(text_at(set, "prices.0.amount"), "20.00");
	assert_string_equal(text_at(set, "prices.0.compare_at_amount"), "25.00");
	assert_string_equal(text_at(set, "prices.1.amount"), "3200");
	assert_string_equal(text_at(set, "prices.2.amount"), "6.125");
	assert_true(json_is_null(node_at(set, "prices.2.compare_at_amount")));
	assert_string_equal(ask(200, "GET", goods.prices, &staff, NULL)->body,
			    set->body);
	assert_string_equal(price_shown(&goods, "EUR"), "20.00");
	assert_string_equal(price_shown(&goods, "JPY"), "3200");
	assert_string_equal(price_shown(&goods, "KWD"), "6.125");
	assert_string_equal(price_shown(&goods, "USD"), "");
	/* what is sent as it came changes nothing */
	assert_string_equal(header_of(put_prices(200, &goods, THREE), "ETag"),
			    header_of(set, "ETag"));
}

static void a_currency_left_out_goes_and_the_last_one_stays(void **state)
{
	struct goods goods = goods_at("20.00");
	struct answer *set;

	(void)state;
	put_prices(200, &goods, THREE);
	set = put_prices(200, &goods, "[{\"currency\":\"JPY\",\"amount\":\"3000\"}]");
	assert_int_equal(json_array_size(node_at(set, "prices")), 1);
	assert_string_equal(price_shown(&goods, "EUR"), "");
	assert_string_equal(price_shown(&goods, "JPY"), "3000");
	set = put_prices(400, &goods, "[]");
	assert_string_equal(text_at(set, "prices.non_field_errors.0"),
			    "This list may not be empty.");
	assert_string_equal(price_shown(&goods, "JPY"), "3000");
	assert_string_equal(
		sql("SELECT string_agg(coalesce(amount::text, 'gone'), ' ' ORDER BY "
		    "at) FROM price_history WHERE variant_id = '%s' AND currency "
		    "= 'EUR'", goods.variant),
		"2000 2000 gone");
}

static void prices_seen_before_anothers_edit_are_not_set(void **state)
{
	struct goods goods = goods_at("20.00");
	struct caller staff = staff_who();
	struct answer *seen = ask(200, "GET", goods.prices, &staff, NULL);
	struct caller holding = staff_holding(seen);
	int counts[600];

	(void)state;
	ask(428, "PUT", goods.prices, &staff, "{\"prices\":" THREE "}");
	ask(200, "PUT", BULK, &staff,
	    fmt("{\"prices\":[{\"sku\":\"%s\",\"currency\":\"EUR\",\"amount\":1}]}",
		goods.sku));
	ask(412, "PUT", goods.prices, &holding, "{\"prices\":" THREE "}");
	holding = staff_holding(ask(200, "GET", goods.prices, &staff, NULL));
	ask_at_once(8, "PUT", goods.prices, &holding, "{\"prices\":" THREE "}",
		    counts);
	/* the others have seen what is no more */
	assert_int_equal(counts[200], 1);
	assert_int_equal(counts[412], 7);
}

/* {"prices":[item]} and what is wrong with it. */
static const struct bad_price {
	const char *item;
	const char *field;
	const char *message;
} bad_prices[] = {
	{"{\"currency\":\"EUR\",\"amount\":\"-0.01\"}", "amount",
	 "Ensure this value is greater than or equal to 0."},
	{"{\"currency\":\"EUR\",\"amount\":\"1.001\"}", "amount",
	 "Ensure that there are no more than 2 decimal places."},
	{"{\"currency\":\"JPY\",\"amount\":\"1.5\"}", "amount",
	 "Ensure that there are no more than 0 decimal places."},
	{"{\"currency\":\"KWD\",\"amount\":\"1.2345\"}", "amount",
	 "Ensure that there are no more than 3 decimal places."},
	{"{\"currency\":\"EUR\",\"amount\":\"99999999999999.99\"}", "amount",
	 "Ensure that there are no more than 15 digits in total."},
	{"{\"currency\":\"EUR\",\"amount\":\"NaN\"}", "amount",
	 "A valid number is required."},
	{"{\"currency\":\"EUR\",\"amount\":null}", "amount",
	 "This field may not be null."},
	{"{\"currency\":\"EUR\"}", "amount", "This field is required."},
	{"{\"amount\":\"1.00\"}", "currency", "This field is required."},
	{"{\"currency\":\"XXZ\",\"amount\":\"1.00\"}", "currency",
	 "\"XXZ\" is not an ISO 4217 currency."},
	{"{\"currency\":\"eur\",\"amount\":\"1.00\"}", "currency",
	 "\"eur\" is not an ISO 4217 currency."},
	{"{\"currency\":\"EUR\",\"amount\":\"1.00\",\"compare_at_amount\":0}",
	 "compare_at_amount",
	 "Ensure this value is greater than or equal to 0.01."},
	{"{\"currency\":\"EUR\",\"amount\":\"1.00\",\"compare_at_amount\":\"x\"}",
	 "compare_at_amount", "A valid number is required."},
};

static void bad_prices_are_named_and_change_nothing(void **state)
{
	struct goods goods = goods_at("20.00");

	(void)state;
	for (size_t i = 0; i < sizeof(bad_prices) / sizeof(bad_prices[0]); i++) {
		const struct bad_price *bad = &bad_prices[i];
		struct answer *answer = put_prices(400, &goods,
						   fmt("[%s]", bad->item));

		assert_string_equal(text_at(answer, fmt("prices.0.%s.0", bad->field)),
				    bad->message);
	}
	assert_string_equal(
		text_at(put_prices(400, &goods,
				   "[{\"currency\":\"EUR\",\"amount\":1},"
				   "{\"currency\":\"EUR\",\"amount\":2}]"),
			"prices.1.currency.0"),
		"EUR is there twice.");
	assert_string_equal(price_shown(&goods, "EUR"), "20.00");
	assert_string_equal(sql("SELECT count(*) FROM price_history WHERE "
				"variant_id = '%s'", goods.variant),
			    "1");
}

/* Rows: good by SKU, good by variant, unknown, twice, wrong digits. */
static const char *mixed_rows(const struct goods *a, const struct goods *b,
			      const char *policy)
{
	return fmt("{\"error_policy\":\"%s\",\"prices\":["
		   "{\"sku\":\"%s\",\"currency\":\"EUR\",\"amount\":\"31.00\"},"
		   "{\"variant\":\"%s\",\"currency\":\"JPY\",\"amount\":\"310\"},"
		   "{\"sku\":\"nowhere\",\"currency\":\"EUR\",\"amount\":1},"
		   "{\"variant\":\"%s\",\"currency\":\"EUR\",\"amount\":1},"
		   "{\"sku\":\"%s\",\"currency\":\"JPY\",\"amount\":\"1.5\"},"
		   "{\"sku\":\"%s\",\"currency\":\"EUR\",\"amount\":\"5.00\"},"
		   "{\"sku\":\"x\",\"variant\":\"%s\",\"currency\":\"EUR\","
		   "\"amount\":1}]}",
		   policy, a->sku, a->variant, a->variant, b->sku, b->sku,
		   b->variant);
}

static void one_bad_row_stops_all_or_only_itself(void **state)
{
	struct goods a = goods_at("30.00");
	struct goods b = goods_at("5.00");
	struct caller staff = staff_who();
	struct answer *answer = ask(400, "PUT", BULK, &staff,
				    mixed_rows(&a, &b, "all"));

	(void)state;
	assert_int_equal(json_object_size(node_at(answer, "prices.0")), 0);
	assert_string_equal(text_at(answer, "prices.2.sku.0"),
			    "There is no such variant.");
	assert_string_equal(price_shown(&a, "EUR"), "30.00");
	assert_string_equal(price_shown(&a, "JPY"), "");
	answer = ask(200, "PUT", BULK, &staff, mixed_rows(&a, &b, "rows"));
	assert_int_equal(int_at(answer, "changed"), 2);
	assert_int_equal(int_at(answer, "same"), 1);
	assert_int_equal(int_at(answer, "refused"), 4);
	assert_string_equal(text_at(answer, "results.0.outcome"), "changed");
	assert_string_equal(text_at(answer, "results.3.errors.variant.0"),
			    "It is there twice with this currency.");
	assert_string_equal(text_at(answer, "results.4.errors.amount.0"),
			    "Ensure that there are no more than 0 decimal places.");
	assert_string_equal(text_at(answer, "results.5.outcome"), "same");
	assert_string_equal(text_at(answer, "results.6.errors.variant.0"),
			    "Give variant or sku.");
	assert_string_equal(price_shown(&a, "EUR"), "31.00");
	assert_string_equal(price_shown(&a, "JPY"), "310");
	assert_string_equal(sql("SELECT cause FROM price_history WHERE variant_id "
				"= '%s' AND currency = 'JPY'", a.variant),
			    "bulk");
}

/* {"prices":[...]} of so many rows with prices for what the demo sells. */
static const char *many_rows(size_t count)
{
	char *body = malloc(count * 100 + 100);
	char *end = stpcpy(body, "{\"error_policy\":\"rows\",\"prices\":[");

	for (size_t i = 0; i < count; i++)
		end += sprintf(end, "%s{\"sku\":\"MANY-%zu\",\"currency\":\"CHF\","
				    "\"amount\":\"%zu.00\"}",
			       i == 0 ? "" : ",", i, i + 1);
	strcpy(end, "]}");
	return body;
}

static void a_thousand_rows_are_written_at_once_and_no_more(void **state)
{
	struct caller staff = staff_who();
	struct answer *answer;

	(void)state;
	sql("WITH p AS (INSERT INTO product (slug, name, status) SELECT 'many-' || "
	    "i, 'Many ' || i, 'published' FROM generate_series(0, 999) i RETURNING "
	    "id, slug), v AS (INSERT INTO variant (product_id, sku) SELECT id, "
	    "upper(slug) FROM p) SELECT 1");
	answer = ask(200, "PUT", BULK, &staff, many_rows(1000));
	assert_int_equal(int_at(answer, "changed"), 1000);
	answer = ask(200, "GET", "/api/v1/products/?currency=CHF&ordering=-price",
		     &nobody, NULL);
	assert_int_equal(int_at(answer, "count"), 1000);
	assert_string_equal(text_at(answer, "results.0.price"), "1000.00");
	answer = ask(400, "PUT", BULK, &staff, many_rows(1001));
	assert_string_equal(text_at(answer, "prices.non_field_errors.0"),
			    "Ensure this field has no more than 1000 elements.");
	ask(400, "PUT", BULK, &staff, "{\"error_policy\":\"rows\",\"prices\":[]}");
	ask(400, "PUT", BULK, &staff, "{\"error_policy\":\"rows\"}");
	ask(400, "PUT", BULK, &staff, "{\"error_policy\":\"some\",\"prices\":[{}]}");
	sql("UPDATE product SET status = 'archived' WHERE slug LIKE 'many-%%'");
	sql("SELECT listing_refresh(ARRAY(SELECT id FROM product WHERE slug LIKE "
	    "'many-%%'))");
}

static void two_bulks_in_opposite_order_both_stand(void **state)
{
	struct goods a = goods_at("1.00");
	struct goods b = goods_at("1.00");
	struct request_line lines[12];

	(void)state;
	for (int i = 0; i < 12; i++) {
		const char *first = i % 2 == 0 ? a.sku : b.sku;
		const char *second = i % 2 == 0 ? b.sku : a.sku;

		lines[i] = (struct request_line){
			"PUT", BULK, staff_who(),
			fmt("{\"prices\":[{\"sku\":\"%s\",\"currency\":\"EUR\","
			    "\"amount\":%d},{\"sku\":\"%s\",\"currency\":\"EUR\","
			    "\"amount\":%d}]}",
			    first, i + 10, second, i + 10),
			{0}};
	}
	ask_all(lines, 12);
	for (int i = 0; i < 12; i++)
		assert_int_equal(lines[i].answer.status, 200);
	assert_string_equal(price_shown(&a, "EUR"), price_shown(&b, "EUR"));
}

static void who_set_what_is_told_page_by_page(void **state)
{
	struct goods goods = goods_at("20.00");
	struct caller staff = staff_who();
	struct answer *page;

	(void)state;
	put_prices(200, &goods, THREE);
	page = ask(200, "GET", goods.history, &staff, NULL);
	assert_int_equal(int_at(page, "count"), 4);
	assert_string_equal(text_at(page, "results.0.cause"), "staff");
	page = ask(200, "GET", fmt("%s?currency=EUR&page_size=1", goods.history),
		   &staff, NULL);
	assert_int_equal(int_at(page, "count"), 2);
	assert_string_equal(text_at(page, "results.0.amount"), "20.00");
	assert_string_equal(text_at(page, "results.0.compare_at_amount"), "25.00");
	assert_string_equal(
		text_at(page, "results.0.actor"),
		sql("SELECT id FROM account WHERE email = 'staff@example.com'"));
	assert_true(json_is_string(node_at(page, "next")));
	page = ask(200, "GET", fmt("%s?currency=KWD", goods.history), &staff, NULL);
	assert_string_equal(text_at(page, "results.0.amount"), "6.125");
	assert_string_equal(
		sql("SELECT count(*) FROM price_history WHERE currency = 'EUR' AND "
		    "variant_id IN (SELECT id FROM variant WHERE sku LIKE 'DEMO-%%')"),
		sql("SELECT count(*) FROM price WHERE currency = 'EUR' AND "
		    "variant_id IN (SELECT id FROM variant WHERE sku LIKE 'DEMO-%%')"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_currency_has_its_digits),
		cmocka_unit_test(a_currency_left_out_goes_and_the_last_one_stays),
		cmocka_unit_test(prices_seen_before_anothers_edit_are_not_set),
		cmocka_unit_test(bad_prices_are_named_and_change_nothing),
		cmocka_unit_test(one_bad_row_stops_all_or_only_itself),
		cmocka_unit_test(a_thousand_rows_are_written_at_once_and_no_more),
		cmocka_unit_test(two_bulks_in_opposite_order_both_stand),
		cmocka_unit_test(who_set_what_is_told_page_by_page),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
