/* test_price_lowest.c - the lowest price of the 30 days before a reduction
 * (Directive 98/6/EC, Article 6a). */
#include "priced.h"

#include <string.h>

/* Was asked from so many days ago, in cents; compare_at 0: with nothing. */
struct asked {
	double days;
	int amount;
	int compare_at;
};

/* A variant with that history, the last of which is its price. */
static struct goods goods_with(const struct asked *asked, size_t count)
{
	struct goods goods = goods_at("1.00");
	const struct asked *last = &asked[count - 1];

	/* of its own making there is a row of a moment ago: another currency */
	for (size_t i = 0; i + 1 < count; i++)
		sql("INSERT INTO price_history VALUES ('%s', 'CHF', now() - %f * "
		    "interval '1 day', %d, nullif(%d, 0), 'staff', NULL)",
		    goods.variant, asked[i].days, asked[i].amount,
		    asked[i].compare_at);
	sql("ALTER TABLE price DISABLE TRIGGER price_came; INSERT INTO price "
	    "(variant_id, currency, amount, compare_at_amount) VALUES ('%s', "
	    "'CHF', %d, nullif(%d, 0)); ALTER TABLE price ENABLE TRIGGER "
	    "price_came",
	    goods.variant, last->amount, last->compare_at);
	sql("INSERT INTO price_history VALUES ('%s', 'CHF', now() - %f * interval "
	    "'1 day', %d, nullif(%d, 0), 'staff', NULL)",
	    goods.variant, last->days, last->amount, last->compare_at);
	sql("SELECT listing_refresh(ARRAY['%s'::uuid])", goods.product);
	return goods;
}

/* lowest and warning as staff see them: "18.00 -" */
static const char *told(const struct goods *goods)
{
	const struct caller staff = staff_who();
	struct answer *prices = ask(200, "GET", goods->prices, &staff, NULL);
	const json_t *lowest = node_at(prices, "prices.0.lowest_price_30_days");
	const json_t *warning = node_at(prices, "prices.0.warning");

	assert_string_equal(text_at(prices, "prices.0.currency"), "CHF");
	return fmt("%s %s",
		   json_is_null(lowest) ? "-" : json_string_value(lowest),
		   json_is_null(warning) ? "-" : json_string_value(warning));
}

#define TOLD(...)                                                       \
	told(&(struct goods[]){goods_with(                              \
		(const struct asked[]){__VA_ARGS__},                    \
		sizeof((const struct asked[]){__VA_ARGS__}) /           \
			sizeof(struct asked))}[0])

static void what_is_not_reduced_has_none(void **state)
{
	(void)state;
	assert_string_equal(TOLD({50, 2000, 0}, {3, 1500, 0}), "- -");
	assert_string_equal(TOLD({50, 2000, 0}, {3, 1500, 1500}),
			    "- compare_at_not_higher");
	/* reduced from the first day on: nothing was asked before */
	assert_string_equal(TOLD({50, 1500, 2000}), "- -");
}

static void a_price_set_long_ago_and_still_asked_then_counts(void **state)
{
	(void)state;
	assert_string_equal(TOLD({400, 2000, 0}, {3, 1500, 2000}), "20.00 -");
	assert_string_equal(TOLD({400, 1800, 0}, {10, 2000, 0}, {3, 1500, 2000}),
			    "18.00 compare_at_above_lowest");
}

static void a_price_that_ended_before_the_window_does_not_count(void **state)
{
	(void)state;
	/* the window begins 33 days ago */
	assert_string_equal(TOLD({400, 1000, 0}, {34, 2000, 0}, {3, 1500, 2000}),
			    "20.00 -");
	assert_string_equal(TOLD({400, 1000, 0}, {32, 2000, 0}, {3, 1500, 2000}),
			    "10.00 compare_at_above_lowest");
	/* one that was asked within it for an hour does */
	assert_string_equal(TOLD({400, 2000, 0}, {20, 900, 0},
				 {19.96, 2000, 0}, {3, 1500, 2000}),
			    "9.00 compare_at_above_lowest");
}

static void a_reduction_may_last_longer_than_the_window(void **state)
{
	(void)state;
	assert_string_equal(TOLD({400, 2000, 0}, {90, 1500, 2000}), "20.00 -");
	/* another price to compare it with is no other reduction */
	assert_string_equal(TOLD({400, 2000, 0}, {90, 1500, 2500},
				 {5, 1500, 2000}),
			    "20.00 -");
}

static void a_further_reduction_is_measured_by_the_one_before(void **state)
{
	(void)state;
	assert_string_equal(TOLD({400, 2000, 0}, {9, 1500, 2000},
				 {3, 1200, 2000}),
			    "15.00 compare_at_above_lowest");
	/* nor does a price go up and down again for a day and count as new */
	assert_string_equal(TOLD({400, 1500, 0}, {4, 3000, 0}, {3, 1500, 3000}),
			    "15.00 compare_at_above_lowest");
}

static void days_when_it_was_not_sold_are_no_price(void **state)
{
	struct goods goods = goods_at("20.00");
	const struct caller staff = staff_who();
	struct answer *answer;

	(void)state;
	put_prices(200, &goods, "[{\"currency\":\"CHF\",\"amount\":20}]");
	put_prices(200, &goods, "[{\"currency\":\"EUR\",\"amount\":20}]");
	answer = put_prices(200, &goods, "[{\"currency\":\"CHF\",\"amount\":10,"
					 "\"compare_at_amount\":30}]");
	assert_string_equal(text_at(answer, "prices.0.lowest_price_30_days"),
			    "20.00");
	assert_string_equal(text_at(answer, "prices.0.warning"),
			    "compare_at_above_lowest");
	/* one that is planned is told, too, and is made all the same */
	answer = ask(201, "POST", goods.schedules, &staff,
		     "{\"currency\":\"CHF\",\"amount\":5,\"compare_at_amount\":40,"
		     "\"starts_at\":\"2040-01-01T00:00:00Z\"}");
	assert_string_equal(text_at(answer, "lowest_price_30_days"), "10.00");
	assert_string_equal(text_at(answer, "warning"), "compare_at_above_lowest");
}

static void the_history_cannot_be_rewritten(void **state)
{
	struct goods goods = goods_at("20.00");

	(void)state;
	assert_string_equal(
		sql("DO $$ BEGIN UPDATE price_history SET amount = 1 WHERE "
		    "variant_id = '%s'; EXCEPTION WHEN restrict_violation THEN NULL; "
		    "END $$; SELECT amount FROM price_history WHERE variant_id = "
		    "'%s'", goods.variant, goods.variant),
		"2000");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_reduced_has_none),
		cmocka_unit_test(a_price_set_long_ago_and_still_asked_then_counts),
		cmocka_unit_test(
			a_price_that_ended_before_the_window_does_not_count),
		cmocka_unit_test(a_reduction_may_last_longer_than_the_window),
		cmocka_unit_test(a_further_reduction_is_measured_by_the_one_before),
		cmocka_unit_test(days_when_it_was_not_sold_are_no_price),
		cmocka_unit_test(the_history_cannot_be_rewritten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
