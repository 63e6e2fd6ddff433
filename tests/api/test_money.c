/* test_money.c - money that could be taken, kept or given back twice, of the
 * wrong amount, or for nothing. */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *path(const struct cart *cart, const char *rest)
{
	return fmt("/api/v1/carts/%s/%s", cart->id, rest);
}

static struct answer *complete(int status, const struct cart *cart,
			       const char *card)
{
	return askf(status, "POST", path(cart, "complete/"), &cart->caller,
		    "{\"expected_total\":\"%s\",\"payment_method\":\"%s\"}",
		    cart->total, card);
}

static struct answer *session(const struct cart *cart, const char *card)
{
	return askf(201, "POST", path(cart, "payment-sessions/"), &cart->caller,
		    card != NULL ? "{\"gateway\":\"stripe\","
				   "\"return_url\":\"https://shop.example/b\","
				   "\"payment_method\":\"%s\"}"
				 : "{\"gateway\":\"stripe\"}",
		    card);
}

static const char *emu(const char *rest)
{
	return fmt("%s/__emu/%s", sandbox_url(), rest);
}

static int all_is_well(void **state)
{
	(void)state;
	ask(200, "DELETE", emu("faults"), &nobody, NULL);
	return 0;
}

static struct caller staff(const char *key)
{
	return (struct caller){.bearer = the_staff(), .key = key};
}

static const char *admin(const char *order, const char *rest)
{
	return fmt("/api/v1/admin/orders/%s/%s", order, rest);
}

static const char *of_cart(const struct cart *cart, const char *what)
{
	return sql("SELECT %s FROM orders o WHERE cart_id = '%s'", what,
		   cart->id);
}

/* The lost answer to a COMMIT, or a worker that dies: what was written stays,
 * the key is free again, and the client sends the same request once more. */
static void a_refund_asked_for_again_under_its_key_is_the_same(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	const char *order = text_at(complete(200, &cart, "pm_card_visa"), "id");
	const char *key = fmt("refund-%s", order);
	struct caller caller = staff(key);
	const char *first;

	(void)state;
	first = text_at(ask(201, "POST", admin(order, "refunds/"), &caller,
			    "{\"amount\":\"1.00\"}"),
			"id");
	sql("DELETE FROM idempotency_key WHERE key = '%s'", key);
	assert_string_equal(text_at(ask(201, "POST", admin(order, "refunds/"),
					&caller, "{\"amount\":\"1.00\"}"),
				    "id"),
			    first);
	assert_string_equal(sql("SELECT refunded + refund_pending FROM payment "
				"WHERE order_id = '%s'", order),
			    "100");
	/* another key is another refund */
	caller = staff("");
	ask(201, "POST", admin(order, "refunds/"), &caller,
	    "{\"amount\":\"1.00\"}");
	assert_string_equal(sql("SELECT refunded + refund_pending FROM payment "
				"WHERE order_id = '%s'", order),
			    "200");
}

static void a_session_that_is_over_is_not_confirmed(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	const char *id = text_at(session(&cart, NULL), "id");
	const char *confirm = path(
		&cart, fmt("payment-sessions/%s/confirm/", id));

	(void)state;
	ask(204, "DELETE", path(&cart, fmt("payment-sessions/%s/", id)),
	    &cart.caller, NULL);
	ask(409, "POST", confirm, &cart.caller,
	    "{\"payment_method\":\"pm_card_visa\"}");
	assert_string_equal(of_cart(&cart, "state"), "expired");
	/* nor when the cart has another one by now */
	session(&cart, NULL);
	ask(409, "POST", confirm, &cart.caller,
	    "{\"payment_method\":\"pm_card_visa\"}");
	assert_string_equal(of_cart(&cart, "state"), "pending_payment");
}

/* The same number of minor units is another amount in another currency. */
static void amounts_are_of_the_currency_of_the_order(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	const char *minor = sql("SELECT (%s * 100)::bigint", cart.total);
	struct caller caller = staff("");
	const char *order;

	(void)state;
	/* as many yen as the total has cents */
	ask(409, "POST", path(&cart, "complete/"), &cart.caller,
	    fmt("{\"expected_total\":\"%s\",\"currency\":\"JPY\","
		"\"payment_method\":\"pm_card_visa\"}", minor));
	order = text_at(complete(200, &cart, "pm_card_visa"), "id");
	/* an order in yen: "1.00" is no amount of it, "1" is one yen */
	sql("BEGIN; UPDATE orders SET currency = 'JPY' WHERE id = '%s'; "
	    "UPDATE payment SET currency = 'JPY' WHERE order_id = '%s'; COMMIT",
	    order, order);
	ask(409, "POST", admin(order, "refunds/"), &caller,
	    "{\"amount\":\"1\"}");
	ask(409, "POST", admin(order, "refunds/"), &caller,
	    "{\"amount\":\"1.00\",\"currency\":\"EUR\"}");
	assert_string_equal(sql("SELECT count(*) FROM refund WHERE "
				"order_id = '%s'", order),
			    "0");
	sql("BEGIN; UPDATE orders SET currency = 'EUR' WHERE id = '%s'; "
	    "UPDATE payment SET currency = 'EUR' WHERE order_id = '%s'; COMMIT",
	    order, order);
}

/* Sold out while the customer was with the bank: the money goes back, and
 * when there are goods again the same cart can be bought. */
static void a_cart_whose_money_went_back_can_be_bought_again(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	const char *intent;

	(void)state;
	session(&cart, "pm_card_threeDSecure2Required");
	intent = sql("SELECT gateway_reference FROM payment WHERE cart_id = "
		     "'%s'", cart.id);
	/* its hold has run out, and somebody else has the goods */
	sql("BEGIN; WITH gone AS (DELETE FROM reservation WHERE cart_id = '%s' "
	    "RETURNING *), s AS (UPDATE stock s SET reserved = s.reserved - "
	    "g.quantity, safety = 1000000 FROM gone g WHERE g.variant_id = "
	    "s.variant_id AND g.location_id = s.location_id) INSERT INTO "
	    "stock_movement (variant_id, location_id, kind, reserved_change, "
	    "cause, cause_id) SELECT variant_id, location_id, 'released', "
	    "-quantity, 'cart', cart_id FROM gone; COMMIT",
	    cart.id);
	ask(201, "POST", emu("faults"), &nobody,
	    "{\"method\":\"POST\",\"path\":\"/v1/refunds\",\"times\":2,"
	    "\"action\":\"status\",\"status\":500}");
	ask(0, "POST", emu(fmt("3ds/%s/approve", intent)), &nobody, NULL);
	until_sql(30, "expired", fmt("SELECT state FROM orders WHERE cart_id = "
				     "'%s'", cart.id));
	sql("UPDATE stock SET safety = 0 WHERE safety = 1000000");
	/* whether the first money is back yet or not */
	complete(200, &cart, "pm_card_visa");
	until_sql(40, "refunded", fmt("SELECT state FROM payment WHERE "
				      "gateway_reference = '%s'", intent));
	assert_string_equal(of_cart(&cart, "state || payment_status"),
			    "placedpaid");
	assert_string_equal(sql("SELECT sum(captured - refunded) = max(o.total) "
				"FROM payment p JOIN orders o ON o.id = "
				"p.order_id WHERE o.cart_id = '%s'", cart.id),
			    "t");
}

/* The gateway said "canceled", the cart was paid otherwise, and then the bank
 * let the first payment through. */
static void money_for_an_attempt_given_up_goes_back(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	const char *intent;

	(void)state;
	session(&cart, "pm_card_threeDSecure2Required");
	intent = sql("SELECT gateway_reference FROM payment WHERE cart_id = "
		     "'%s'", cart.id);
	sql("BEGIN; UPDATE payment SET state = 'canceled' WHERE cart_id = '%s'; "
	    "UPDATE orders SET state = 'expired' WHERE cart_id = '%s'; "
	    "INSERT INTO order_event (order_id, kind, actor) SELECT id, "
	    "'order.expired', 'system' FROM orders WHERE cart_id = '%s'; "
	    "UPDATE cart SET state = 'active' WHERE id = '%s'; COMMIT",
	    cart.id, cart.id, cart.id, cart.id);
	complete(200, &cart, "pm_card_visa");
	ask(0, "POST", emu(fmt("3ds/%s/approve", intent)), &nobody, NULL);
	until_sql(30, "refunded", fmt("SELECT state FROM payment WHERE "
				      "gateway_reference = '%s'", intent));
	assert_string_equal(of_cart(&cart, "state || payment_status"),
			    "placedpaid");
}

/* Staff give money back in the vendor's own dashboard. */
static void a_refund_made_at_the_gateway_is_known_here(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	const char *order = text_at(complete(200, &cart, "pm_card_visa"), "id");
	struct caller caller = staff("");
	struct answer *a;

	(void)state;
	ask(200, "POST", fmt("%s/v1/refunds", sandbox_url()),
	    &(struct caller){.bearer = "sk_test_emulator"},
	    fmt("payment_intent=%s&amount=300",
		sql("SELECT gateway_reference FROM payment WHERE order_id = '%s'",
		    order)));
	until_sql(20, "partially_refunded",
		  fmt("SELECT payment_status FROM orders WHERE id = '%s'",
		      order));
	a = ask(200, "GET", admin(order, ""), &caller, NULL);
	assert_string_equal(text_at(a, "refunds.0.amount"), "3.00");
	assert_string_equal(text_at(a, "refunds.0.status"), "succeeded");
	/* and nothing is given back twice */
	ask(409, "POST", admin(order, "refunds/"), &caller,
	    fmt("{\"amount\":\"%s\"}", cart.total));
}

/* A refund is refused because the gateway knows of another that we do not: the
 * rest goes back as soon as we do. */
static void what_a_refused_refund_leaves_goes_back_later(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	const char *order = text_at(complete(200, &cart, "pm_card_visa"), "id");
	struct caller caller = staff("");

	(void)state;
	ask(201, "POST", emu("faults"), &nobody, "{\"webhooks\":{\"hold\":true}}");
	ask(200, "POST", fmt("%s/v1/refunds", sandbox_url()),
	    &(struct caller){.bearer = "sk_test_emulator"},
	    fmt("payment_intent=%s&amount=300",
		sql("SELECT gateway_reference FROM payment WHERE order_id = '%s'",
		    order)));
	ask(200, "POST", admin(order, "cancel/"), &caller, "{}");
	until_sql(20, "failed", fmt("SELECT max(state) FROM refund WHERE "
				    "order_id = '%s'", order));
	ask(200, "DELETE", emu("faults"), &nobody, NULL);
	until_sql(40, "refunded", fmt("SELECT payment_status FROM orders WHERE "
				      "id = '%s'", order));
}

/* As if the gateway had been away for an hour: its key may be forgotten soon,
 * so that nothing is made under it any more. */
static void an_hour_passes(const struct cart *cart)
{
	sql("UPDATE payment SET created_at = now() - interval '1 hour', "
	    "checked_at = NULL, updated_at = now() - interval '1 hour' "
	    "WHERE cart_id = '%s'", cart->id);
}

static void a_payment_that_never_reached_the_gateway_is_given_up(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);

	(void)state;
	ask(201, "POST", emu("faults"), &nobody,
	    "{\"method\":\"POST\",\"path\":\"/v1/payment_intents\","
	    "\"times\":100,\"action\":\"status\",\"status\":500}");
	complete(202, &cart, "pm_card_visa");
	an_hour_passes(&cart);
	until_sql(40, "expired", fmt("SELECT state FROM orders WHERE cart_id = "
				     "'%s'", cart.id));
	ask(200, "DELETE", emu("faults"), &nobody, NULL);
	complete(200, &cart, "pm_card_visa");
}

static void a_payment_whose_answer_was_lost_long_ago_is_found(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);

	(void)state;
	ask(201, "POST", emu("faults"), &nobody,
	    "{\"method\":\"POST\",\"path\":\"/v1/payment_intents\","
	    "\"action\":\"truncate\",\"webhooks\":{\"hold\":true}}");
	complete(202, &cart, "pm_card_visa");
	an_hour_passes(&cart);
	until_sql(40, "placed", fmt("SELECT state FROM orders WHERE cart_id = "
				    "'%s'", cart.id));
}

/* What `shopd doctor` says while the statement stands. */
static void the_doctor_sees(const char *broken, const char *word,
			    const char *repaired)
{
	int status;

	sql("%s", broken);
	status = system(fmt("%s doctor 2>&1 | grep -q '%s'", getenv("SHOPD"),
			    word));
	sql("%s", repaired);
	if (status != 0)
		fail_msg("the doctor did not say \"%s\" of: %s", word, broken);
}

static void the_doctor_sees_money_that_does_not_add_up(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	const char *order = text_at(complete(200, &cart, "pm_card_visa"), "id");

	(void)state;
	the_doctor_sees(fmt("UPDATE payment SET state = 'refunded' WHERE "
			    "order_id = '%s'", order),
			"is refunded: captured",
			fmt("UPDATE payment SET state = 'captured' WHERE "
			    "order_id = '%s'", order));
	the_doctor_sees(fmt("UPDATE payment SET captured = captured - 1 WHERE "
			    "order_id = '%s'", order),
			"is captured: captured",
			fmt("UPDATE payment SET captured = captured + 1 WHERE "
			    "order_id = '%s'", order));
	the_doctor_sees(fmt("UPDATE orders SET payment_status = 'none' WHERE "
			    "id = '%s'", order),
			"is said to be none",
			fmt("UPDATE orders SET payment_status = 'paid' WHERE "
			    "id = '%s'", order));
	the_doctor_sees(fmt("UPDATE payment SET is_returning = true, updated_at "
			    "= now() + interval '1 hour' WHERE order_id = '%s'",
			    order),
			"is placed without money",
			fmt("UPDATE payment SET is_returning = false, "
			    "updated_at = now() WHERE order_id = '%s'", order));
	the_doctor_sees(fmt("UPDATE cart SET state = 'active' WHERE id = '%s'",
			    cart.id),
			"WRONG I2c",
			fmt("UPDATE cart SET state = 'ordered' WHERE id = '%s'",
			    cart.id));
	the_doctor_sees(fmt("UPDATE order_line SET tax = tax + 1 WHERE "
			    "order_id = '%s'", order),
			"WRONG I5",
			fmt("UPDATE order_line SET tax = tax - 1 WHERE "
			    "order_id = '%s'", order));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_refund_asked_for_again_under_its_key_is_the_same),
		cmocka_unit_test(a_session_that_is_over_is_not_confirmed),
		cmocka_unit_test(amounts_are_of_the_currency_of_the_order),
		cmocka_unit_test_teardown(
			a_cart_whose_money_went_back_can_be_bought_again,
			all_is_well),
		cmocka_unit_test(money_for_an_attempt_given_up_goes_back),
		cmocka_unit_test(a_refund_made_at_the_gateway_is_known_here),
		cmocka_unit_test_teardown(
			a_payment_that_never_reached_the_gateway_is_given_up,
			all_is_well),
		cmocka_unit_test_teardown(
			a_payment_whose_answer_was_lost_long_ago_is_found,
			all_is_well),
		cmocka_unit_test(the_doctor_sees_money_that_does_not_add_up),
		cmocka_unit_test_teardown(
			what_a_refused_refund_leaves_goes_back_later,
			all_is_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
