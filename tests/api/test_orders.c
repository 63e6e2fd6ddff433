/* test_orders.c - orders after they are placed: seen, noted, captured, given
 * back, canceled. */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct bought {
	struct cart cart;
	const char *id;
	const char *payment;
	const char *total;
};

static struct bought a_purchase(const char *bearer)
{
	struct bought b = {.cart = a_cart_ready_to_pay(bearer, NULL, 2)};
	struct answer *a = askf(
		200, "POST", fmt("/api/v1/carts/%s/complete/", b.cart.id),
		&b.cart.caller,
		"{\"expected_total\":\"%s\",\"payment_method\":\"pm_card_visa\"}",
		b.cart.total);

	b.id = text_at(a, "id");
	b.payment = text_at(a, "payments.0.id");
	b.total = text_at(a, "total");
	return b;
}

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff(), .key = ""};
}

static const char *admin(const struct bought *b, const char *rest)
{
	return fmt("/api/v1/admin/orders/%s/%s", b->id, rest);
}

static void everybody_sees_only_their_own_orders(void **state)
{
	const char *bearer = a_customer();
	struct caller owner = {.bearer = bearer};
	struct caller other = {.bearer = a_customer()};
	struct bought b = a_purchase(bearer);
	struct answer *a;

	(void)state;
	ask(200, "GET", fmt("/api/v1/orders/%s/", b.id), &owner, NULL);
	ask(404, "GET", fmt("/api/v1/orders/%s/", b.id), &other, NULL);
	ask(404, "GET", fmt("/api/v1/orders/%s/", b.id), &nobody, NULL);
	a = ask(200, "GET", "/api/v1/account/orders/", &owner, NULL);
	assert_int_equal(int_at(a, "count"), 1);
	assert_string_equal(text_at(a, "results.0.id"), b.id);
	a = ask(200, "GET", "/api/v1/account/orders/", &other, NULL);
	assert_int_equal(int_at(a, "count"), 0);
	ask(401, "GET", "/api/v1/admin/orders/", &nobody, NULL);
	ask(403, "GET", "/api/v1/admin/orders/", &owner, NULL);
}

static void staff_find_orders_and_write_only_the_note(void **state)
{
	struct bought b = a_purchase(NULL);
	struct caller caller = staff();
	struct answer *a = ask(200, "GET", admin(&b, ""), &caller, NULL);

	(void)state;
	a = ask(200, "GET",
		fmt("/api/v1/admin/orders/?number=%s&state=placed,canceled"
		    "&payment_status=paid&search=BUYER",
		    text_at(a, "number")),
		&caller, NULL);
	assert_int_equal(int_at(a, "count"), 1);
	assert_string_equal(text_at(a, "results.0.id"), b.id);
	ask(428, "PATCH", admin(&b, ""), &caller, "{\"note\":\"a\"}");
	caller.header = "If-Match: \"v1\"";
	ask(412, "PATCH", admin(&b, ""), &caller, "{\"note\":\"a\"}");
	caller.header = "If-Match: \"v2\"";
	a = ask(200, "PATCH", admin(&b, ""), &caller,
		"{\"note\":\"gift\",\"state\":\"completed\",\"total\":\"0.01\"}");
	assert_string_equal(text_at(a, "note"), "gift");
	assert_string_equal(text_at(a, "state"), "placed");
	assert_string_equal(text_at(a, "total"), b.total);
}

static void refunds_never_exceed_what_was_taken(void **state)
{
	struct bought b = a_purchase(NULL);
	struct caller caller = staff();
	int counts[600] = {0};
	struct answer *a;

	(void)state;
	ask(403, "POST", admin(&b, "refunds/"),
	    &(struct caller){.bearer = a_customer(), .key = ""},
	    "{\"amount\":\"1.00\"}");
	a = ask(200, "POST", admin(&b, "refund-quotes/"), &caller, NULL);
	assert_string_equal(text_at(a, "refundable"), b.total);
	ask(400, "POST", admin(&b, "refunds/"), &caller, "{\"amount\":\"0.00\"}");
	ask(409, "POST", admin(&b, "refunds/"), &caller,
	    "{\"amount\":\"99999.00\"}");
	ask(409, "POST", admin(&b, "refunds/"), &caller,
	    "{\"amount\":\"1.00\",\"currency\":\"USD\"}");
	a = ask(201, "POST", admin(&b, "refunds/"), &caller,
		"{\"amount\":\"1.00\",\"reason\":\"late\"}");
	assert_string_equal(text_at(a, "status"), "succeeded");
	/* what is left is given back once, however many ask */
	ask_at_once(8, "POST", admin(&b, "refunds/"), &caller,
		    fmt("{\"amount\":\"%.2f\"}",
			strtod(b.total, NULL) - 1.0),
		    counts);
	assert_int_equal(counts[201], 1);
	assert_int_equal(counts[409], 7);
	a = ask(200, "GET", admin(&b, ""), &caller, NULL);
	assert_string_equal(text_at(a, "payment_status"), "refunded");
	assert_string_equal(text_at(a, "payments.0.refunded"), b.total);
}

static void a_refund_whose_answer_was_lost_is_made_once(void **state)
{
	struct bought b = a_purchase(NULL);
	struct caller caller = staff();
	struct answer *a;

	(void)state;
	ask(201, "POST", fmt("%s/__emu/faults", sandbox_url()), &nobody,
	    "{\"method\":\"POST\",\"path\":\"/v1/refunds\","
	    "\"action\":\"truncate\"}");
	a = ask(201, "POST", admin(&b, "refunds/"), &caller,
		"{\"amount\":\"2.00\"}");
	assert_string_equal(text_at(a, "status"), "unknown");
	until_sql(40, "succeeded",
		  fmt("SELECT state FROM refund WHERE id = '%s'",
		      text_at(a, "id")));
	a = ask(200, "GET", admin(&b, ""), &caller, NULL);
	assert_string_equal(text_at(a, "payments.0.refunded"), "2.00");
	assert_string_equal(text_at(a, "payment_status"), "partially_refunded");
}

static void a_canceled_order_frees_goods_and_gives_money_back(void **state)
{
	const char *bearer = a_customer();
	struct caller owner = {.bearer = bearer, .key = ""};
	struct bought b = a_purchase(bearer);
	struct answer *a;

	(void)state;
	ask(404, "POST", fmt("/api/v1/account/orders/%s/cancel/", b.id),
	    &(struct caller){.bearer = a_customer(), .key = ""}, "{}");
	a = ask(200, "POST", fmt("/api/v1/account/orders/%s/cancel/", b.id),
		&owner, "{\"reason\":\"changed my mind\"}");
	assert_string_equal(text_at(a, "state"), "canceled");
	a = ask(409, "POST", fmt("/api/v1/account/orders/%s/cancel/", b.id),
		&owner, "{}");
	assert_string_equal(text_at(a, "code"), "order_wrong_state");
	assert_int_equal(json_array_size(node_at(a, "allowed")), 0);
	until_sql(20, "refunded",
		  fmt("SELECT payment_status FROM orders WHERE id = '%s'", b.id));
	assert_string_equal(
		sql("SELECT coalesce(sum(allocated_change), 0) FROM "
		    "stock_movement WHERE cause = 'order' AND cause_id = '%s'",
		    b.id),
		"0");
}

static void staff_cancel_and_a_captured_payment_is_not_voided(void **state)
{
	struct bought b = a_purchase(NULL);
	struct caller caller = staff();
	struct answer *a;

	(void)state;
	a = ask(409, "POST", admin(&b, fmt("payments/%s/void/", b.payment)),
		&caller, NULL);
	assert_string_equal(text_at(a, "code"), "payment_wrong_state");
	a = ask(200, "POST", admin(&b, "cancel/"), &caller,
		"{\"reason\":\"sold out\"}");
	assert_string_equal(text_at(a, "state"), "canceled");
	until_sql(20, "refunded",
		  fmt("SELECT state FROM payment WHERE id = '%s'", b.payment));
	ask(409, "POST", admin(&b, "refunds/"), &caller, "{\"amount\":\"0.01\"}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(everybody_sees_only_their_own_orders),
		cmocka_unit_test(staff_find_orders_and_write_only_the_note),
		cmocka_unit_test(refunds_never_exceed_what_was_taken),
		cmocka_unit_test(a_refund_whose_answer_was_lost_is_made_once),
		cmocka_unit_test(
			a_canceled_order_frees_goods_and_gives_money_back),
		cmocka_unit_test(
			staff_cancel_and_a_captured_payment_is_not_voided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
