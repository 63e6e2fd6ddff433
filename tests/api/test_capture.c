/* test_capture.c - a shop that takes the money later
 * (stripe_manual_capture = on). */
#include "shop.h"

#include <stdio.h>
#include <string.h>

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff(), .key = ""};
}

static struct answer *a_purchase(struct cart *cart)
{
	*cart = a_cart_ready_to_pay(NULL, NULL, 2);
	return askf(200, "POST", fmt("/api/v1/carts/%s/complete/", cart->id),
		    &cart->caller,
		    "{\"expected_total\":\"%s\","
		    "\"payment_method\":\"pm_card_visa\"}",
		    cart->total);
}

static const char *payment(const struct answer *order, const char *verb)
{
	return fmt("/api/v1/admin/orders/%s/payments/%s/%s/",
		   text_at(order, "id"), text_at(order, "payments.0.id"), verb);
}

static void an_order_is_placed_on_a_hold_and_captured_later(void **state)
{
	struct caller caller = staff();
	struct cart cart;
	struct answer *order = a_purchase(&cart);
	struct answer *a;

	(void)state;
	assert_string_equal(text_at(order, "payment_status"), "authorized");
	assert_string_equal(text_at(order, "payments.0.captured"), "0.00");
	a = ask(409, "POST", payment(order, "capture"), &caller,
		"{\"amount\":\"9999.00\"}");
	assert_string_equal(text_at(a, "code"),
			    "capture_exceeds_authorization");
	a = ask(200, "POST", payment(order, "capture"), &caller, "{}");
	assert_string_equal(text_at(a, "payment_status"), "paid");
	a = ask(200, "POST", payment(order, "capture"), &caller, "{}");
	assert_string_equal(text_at(a, "payments.0.captured"), cart.total);
	ask(409, "POST", payment(order, "void"), &caller, NULL);
}

static void a_part_can_be_captured_and_refunded(void **state)
{
	struct caller caller = staff();
	struct cart cart;
	struct answer *order = a_purchase(&cart);
	const char *refunds = fmt("/api/v1/admin/orders/%s/refunds/",
				  text_at(order, "id"));
	struct answer *a;

	(void)state;
	ask(409, "POST", refunds, &caller, "{\"amount\":\"1.00\"}");
	a = ask(200, "POST", payment(order, "capture"), &caller,
		"{\"amount\":\"2.00\"}");
	assert_string_equal(text_at(a, "payment_status"), "partially_paid");
	ask(409, "POST", refunds, &caller, "{\"amount\":\"2.01\"}");
	ask(201, "POST", refunds, &caller, "{\"amount\":\"2.00\"}");
	a = ask(200, "GET",
		fmt("/api/v1/admin/orders/%s/", text_at(order, "id")), &caller,
		NULL);
	assert_string_equal(text_at(a, "payment_status"), "refunded");
}

static void a_void_gives_the_hold_back(void **state)
{
	struct caller caller = staff();
	struct cart cart;
	struct answer *order = a_purchase(&cart);
	struct answer *a;

	(void)state;
	a = ask(200, "POST",
		fmt("/api/v1/admin/orders/%s/cancel/", text_at(order, "id")),
		&caller, "{}");
	assert_string_equal(text_at(a, "state"), "canceled");
	until_sql(20, "voided",
		  fmt("SELECT payment_status FROM orders WHERE id = '%s'",
		      text_at(order, "id")));
	ask(409, "POST", payment(order, "capture"), &caller, "{}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			an_order_is_placed_on_a_hold_and_captured_later),
		cmocka_unit_test(a_part_can_be_captured_and_refunded),
		cmocka_unit_test(a_void_gives_the_hold_back),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
