/* test_methods.c - which carts a gateway can be paid for. */
#include "../test.h"

#include <string.h>

#include "../../../src/domain/checkout/checkout.h"

static const struct config configured = {
	.stripe_url = "https://api.stripe.com",
	.stripe_secret_key = "sk_test_1",
	.stripe_publishable_key = "pk_test_1",
};

static struct cart a_cart(const char *currency, int64_t total)
{
	struct cart cart = {.state = CART_ACTIVE, .line_count = 1,
			    .currency = currency};

	cart.sum.total = total;
	return cart;
}

static const char *refused(const struct config *settings, struct cart cart)
{
	const struct method_refusal *refusal =
		method_refused(&stripe_gateway, settings, &cart);

	if (refusal == NULL)
		return "";
	assert_true(strlen(refusal->reason) > 0);
	return refusal->code;
}

static void a_cart_with_something_to_pay_is_eligible(void **state)
{
	struct cart frozen = a_cart("EUR", 1470);

	(void)state;
	frozen.state = CART_FROZEN;
	assert_string_equal(refused(&configured, a_cart("EUR", 1470)), "");
	assert_string_equal(refused(&configured, frozen), "");
}

static void amounts_stop_at_the_gateways_limits(void **state)
{
	(void)state;
	assert_string_equal(refused(&configured, a_cart("EUR", 49)),
			    "amount_too_small");
	assert_string_equal(refused(&configured, a_cart("EUR", 50)), "");
	assert_string_equal(refused(&configured, a_cart("EUR", 99999999)), "");
	assert_string_equal(refused(&configured, a_cart("EUR", 100000000)),
			    "amount_too_large");
	assert_string_equal(refused(&configured, a_cart("INR", 999999999)), "");
	assert_string_equal(refused(&configured, a_cart("JPY", 49)),
			    "amount_too_small");
	assert_string_equal(refused(&configured, a_cart("XYZ", 1000)),
			    "amount_not_supported");
}

static void limits_are_told_in_iso_units(void **state)
{
	int64_t least;
	int64_t most;

	(void)state;
	/* Stripe counts the krona in hundredths, ISO does not */
	assert_true(stripe_gateway.limits("ISK", &least, &most));
	assert_int_equal(least, 1);
	assert_int_equal(most, 999999);
	assert_true(stripe_gateway.limits("KWD", &least, &most));
	assert_int_equal(most, 99999999);
	assert_true(stripe_gateway.limits("JPY", &least, &most));
	assert_int_equal(least, 50);
}

static void a_gateway_without_keys_is_not_offered(void **state)
{
	struct config settings = configured;

	(void)state;
	settings.stripe_secret_key = "";
	assert_string_equal(refused(&settings, a_cart("EUR", 1470)),
			    "not_configured");
	settings = configured;
	settings.stripe_publishable_key = "";
	assert_string_equal(refused(&settings, a_cart("EUR", 1470)),
			    "not_configured");
}

static void what_needs_no_payment_is_told_so(void **state)
{
	struct cart ordered = a_cart("EUR", 1470);
	struct cart empty = a_cart("EUR", 0);

	(void)state;
	ordered.state = CART_ORDERED;
	empty.line_count = 0;
	assert_string_equal(refused(&configured, ordered), "cart_ordered");
	assert_string_equal(refused(&configured, empty), "cart_empty");
	assert_string_equal(refused(&configured, a_cart("EUR", 0)),
			    "nothing_to_pay");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cart_with_something_to_pay_is_eligible),
		cmocka_unit_test(amounts_stop_at_the_gateways_limits),
		cmocka_unit_test(limits_are_told_in_iso_units),
		cmocka_unit_test(a_gateway_without_keys_is_not_offered),
		cmocka_unit_test(what_needs_no_payment_is_told_so),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
