/* test_pricing.c - what an order costs, by example and by property. */
#include "../test.h"

#include <domain/pricing.h>
#include <platform/money.h>

#define LINES 12
#define ROUNDS 20000

__extension__ typedef __int128 wide;

static const struct price_tax german = {190000, true};
static const struct price_tax american = {82500, false};

/* xorshift64: the same carts in every run. */
static uint64_t random_next(uint64_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 7;
	*seed ^= *seed << 17;
	return *seed;
}

static int64_t random_below(uint64_t *seed, uint64_t limit)
{
	return (int64_t)(random_next(seed) % limit);
}

static void an_inclusive_total_is_what_the_labels_say(void **state)
{
	struct price_line lines[] = {{.quantity = 3, .unit_price = 1999},
				     {.quantity = 1, .unit_price = 1}};
	struct price_sum sum = {.shipping = 490};
	struct work w = {0};

	(void)state;
	assert_true(price_total(&w, lines, 2, german, &sum));
	assert_int_equal(sum.subtotal, 5998);
	assert_int_equal(sum.total, 6488);
	assert_int_equal(lines[0].tax, 958); /* 5997 - round(5039.496) */
	assert_int_equal(lines[1].tax, 0);
	assert_int_equal(sum.shipping_tax, 78);
	assert_int_equal(sum.tax_total, 958 + 78);
}

static void exclusive_tax_is_added_once_a_line(void **state)
{
	/* features 5.2: 1.08 x 3 at 19 % is 3.86 by line, 3.87 by unit */
	struct price_line line = {.quantity = 3, .unit_price = 108};
	struct price_sum sum = {0};
	struct work w = {0};

	(void)state;
	assert_true(price_total(&w, &line, 1, (struct price_tax){190000, false},
				&sum));
	assert_int_equal(sum.total, 386);
}

static void half_a_cent_is_rounded_up(void **state)
{
	struct price_line line = {.quantity = 1, .unit_price = 50};
	struct price_sum sum = {0};
	struct work w = {0};

	(void)state;
	assert_true(price_total(&w, &line, 1, (struct price_tax){50000, false},
				&sum)); /* 2.5 */
	assert_int_equal(line.tax, 3);
}

static void an_empty_cart_costs_its_shipping(void **state)
{
	struct price_sum sum = {.shipping = 490, .subtotal = 7, .tax_total = 7};
	struct work w = {0};

	(void)state;
	assert_true(price_total(&w, NULL, 0, german, &sum));
	assert_int_equal(sum.subtotal, 0);
	assert_int_equal(sum.total, 490);
	assert_int_equal(sum.tax_total, sum.shipping_tax);
}

static void a_sum_past_the_limit_is_refused(void **state)
{
	struct price_line lines[] = {
		{.quantity = 1, .unit_price = MONEY_MAX},
		{.quantity = 1, .unit_price = 1}};
	struct price_line many = {.quantity = 9999,
				  .unit_price = MONEY_MAX / 9998};
	struct price_line taxed = {.quantity = 1, .unit_price = MONEY_MAX - 1};
	struct price_sum sum = {0};
	struct work w = {0};

	(void)state;
	assert_false(price_total(&w, lines, 2, german, &sum));
	assert_string_equal(w.fault.kind->code, "amount_too_large");
	assert_int_equal(w.fault.kind->status, 422);
	forgive(&w);
	assert_false(price_total(&w, &many, 1, german, &sum));
	forgive(&w);
	assert_false(price_total(&w, &taxed, 1, american, &sum));
	work_finish(&w);
}

static size_t cart_make(uint64_t *seed, struct price_line *lines)
{
	size_t count = 1 + (size_t)random_below(seed, LINES);

	for (size_t i = 0; i < count; i++)
		lines[i] = (struct price_line){
			.quantity = 1 + random_below(seed, 9999),
			.unit_price = random_below(seed, 10000000)};
	return count;
}

/* Tax of one line by integers alone: |net * rate - tax * 10^6| <= 1/2. */
static void check_line(const struct price_line *line, struct price_tax tax)
{
	wide error;

	assert_true(line->total == line->quantity * line->unit_price);
	if (tax.is_inclusive) {
		wide net = line->total - line->tax;

		error = net * (1000000 + tax.rate) -
			(wide)line->total * 1000000;
		assert_true(2 * error <= 1000000 + tax.rate &&
			    -2 * error <= 1000000 + tax.rate);
		return;
	}
	error = (wide)line->tax * 1000000 -
		(wide)line->total * tax.rate;
	assert_true(2 * error <= 1000000 && -2 * error <= 1000000);
}

static void sums_of_random_carts_add_up(void **state)
{
	uint64_t seed = 88172645463325252u;
	struct price_line lines[LINES];
	struct work w = {0};

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t count = cart_make(&seed, lines);
		struct price_tax tax = {random_below(&seed, 1000001),
					round % 2 == 0};
		struct price_sum sum = {.shipping = random_below(&seed, 5000)};
		int64_t subtotal = 0, taxes;

		assert_true(price_total(&w, lines, count, tax, &sum));
		taxes = sum.shipping_tax;
		for (size_t i = 0; i < count; i++) {
			check_line(&lines[i], tax);
			subtotal += lines[i].total;
			taxes += lines[i].tax;
		}
		assert_true(sum.subtotal == subtotal);
		assert_true(sum.tax_total == taxes);
		assert_true(sum.total ==
			    subtotal + sum.shipping +
				    (tax.is_inclusive ? 0 : taxes));
	}
}

static void the_order_of_lines_changes_nothing(void **state)
{
	uint64_t seed = 362436069u;
	struct price_line lines[LINES], turned[LINES];
	struct work w = {0};

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		size_t count = cart_make(&seed, lines);
		struct price_sum a = {.shipping = 499}, b = {.shipping = 499};

		for (size_t i = 0; i < count; i++)
			turned[i] = lines[count - 1 - i];
		assert_true(price_total(&w, lines, count, german, &a));
		assert_true(price_total(&w, turned, count, german, &b));
		assert_memory_equal(&a, &b, sizeof(a));
		for (size_t i = 0; i < count; i++)
			assert_true(lines[i].tax ==
				    turned[count - 1 - i].tax);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_inclusive_total_is_what_the_labels_say),
		cmocka_unit_test(exclusive_tax_is_added_once_a_line),
		cmocka_unit_test(half_a_cent_is_rounded_up),
		cmocka_unit_test(an_empty_cart_costs_its_shipping),
		cmocka_unit_test(a_sum_past_the_limit_is_refused),
		cmocka_unit_test(sums_of_random_carts_add_up),
		cmocka_unit_test(the_order_of_lines_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
