/* test_checkout.c - from a cart to an order that is paid, whatever the
 * gateway, the network and other customers do. */
#include "shop.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char *path(const struct cart *cart, const char *rest)
{
	return fmt("/api/v1/carts/%s/%s", cart->id, rest);
}

static struct answer *complete(int status, const struct cart *cart,
			       const char *card)
{
	return askf(status, "POST", path(cart, "complete/"), &cart->caller,
		    card != NULL ? "{\"expected_total\":\"%s\","
				   "\"payment_method\":\"%s\"}"
				 : "{\"expected_total\":\"%s\"}",
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

static void faults(const char *json)
{
	ask(201, "POST", emu("faults"), &nobody, json);
}

static int all_is_well(void **state)
{
	(void)state;
	ask(200, "DELETE", emu("faults"), &nobody, NULL);
	return 0;
}

static const char *reference(const struct cart *cart)
{
	return sql("SELECT gateway_reference FROM payment WHERE cart_id = '%s' "
		   "ORDER BY id DESC LIMIT 1",
		   cart->id);
}

/* Charges of that cart's payment that took money, in the gateway's books. */
static int charges(const struct cart *cart)
{
	const char *intent = reference(cart);
	struct answer *ledger = ask(200, "GET", emu("ledger"), &nobody, NULL);
	int count = 0;
	size_t i;
	json_t *charge;

	json_array_foreach(node_at(ledger, "charges"), i, charge)
	{
		const char *of = json_string_value(
			json_object_get(charge, "payment_intent"));

		count += of != NULL && strcmp(of, intent) == 0 &&
			 json_is_true(json_object_get(charge, "paid"));
	}
	return count;
}

static const char *order_state(const struct cart *cart)
{
	return fmt("SELECT state FROM orders WHERE cart_id = '%s'", cart->id);
}

static const char *of_payment(const struct cart *cart, const char *what)
{
	return fmt("SELECT %s FROM payment WHERE cart_id = '%s' "
		   "ORDER BY id DESC LIMIT 1", what, cart->id);
}

static void a_purchase_in_one_request_is_an_order(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 2);
	struct answer *first = complete(200, &cart, "pm_card_visa");
	struct answer *again = complete(200, &cart, NULL);
	struct caller bearer = {.order_token = cart.caller.cart_token};

	(void)state;
	assert_string_equal(text_at(first, "state"), "placed");
	assert_string_equal(text_at(first, "payment_status"), "paid");
	assert_string_equal(text_at(first, "total"), cart.total);
	assert_string_equal(text_at(again, "id"), text_at(first, "id"));
	assert_string_equal(text_at(again, "number"), text_at(first, "number"));
	assert_int_equal(charges(&cart), 1);
	ask(200, "GET", fmt("/api/v1/orders/%s/", text_at(first, "id")),
	    &bearer, NULL);
	ask(404, "GET", fmt("/api/v1/orders/%s/", text_at(first, "id")),
	    &nobody, NULL);
	assert_string_equal(sql("SELECT state FROM cart WHERE id = '%s'",
				cart.id),
			    "ordered");
	assert_string_equal(sql("SELECT count(*) FROM reservation "
				"WHERE cart_id = '%s'", cart.id),
			    "0");
	assert_string_equal(sql("SELECT count(*) FROM outbox WHERE topic = "
				"'order.placed' AND aggregate_id = '%s'",
				text_at(first, "id")),
			    "1");
}

static void a_browser_pays_with_3d_secure(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	struct answer *a = session(&cart, "pm_card_threeDSecure2Required");
	const char *own = path(&cart, fmt("payment-sessions/%s/",
					  text_at(a, "id")));

	(void)state;
	assert_string_equal(text_at(a, "status"), "requires_action");
	assert_string_equal(text_at(a, "next_action.type"), "redirect_to_url");
	a = complete(409, &cart, NULL);
	assert_string_equal(text_at(a, "code"), "payment_action_required");
	assert_string_equal(text_at(a, "next_action.type"), "redirect_to_url");
	faults("{\"webhooks\":{\"hold\":true}}");
	ask(0, "POST", emu(fmt("3ds/%s/approve", reference(&cart))), &nobody,
	    NULL);
	a = ask(200, "POST", fmt("%sconfirm/", own), &cart.caller, "{}");
	assert_string_equal(text_at(a, "status"), "captured");
	a = complete(200, &cart, NULL);
	assert_string_equal(text_at(a, "state"), "placed");
	assert_int_equal(charges(&cart), 1);
}

static void a_browser_that_never_returns_has_its_order_all_the_same(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);

	(void)state;
	session(&cart, "pm_card_threeDSecure2Required");
	ask(0, "POST", emu(fmt("3ds/%s/approve", reference(&cart))), &nobody,
	    NULL);
	until_sql(15, "placed", order_state(&cart));
	assert_int_equal(charges(&cart), 1);
}

static void after_a_decline_another_card_buys(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	struct answer *a = complete(409, &cart, "pm_card_chargeDeclined");

	(void)state;
	assert_string_equal(text_at(a, "code"), "payment_failed");
	assert_string_equal(text_at(a, "payment.code"), "card_declined");
	a = complete(409, &cart, NULL);
	assert_string_equal(text_at(a, "code"), "payment_failed");
	a = complete(409, &cart, "pm_card_chargeDeclinedExpiredCard");
	assert_string_equal(text_at(a, "payment.code"), "expired_card");
	a = complete(200, &cart, "pm_card_visa");
	assert_string_equal(text_at(a, "payment_status"), "paid");
	assert_int_equal(charges(&cart), 1);
	assert_string_equal(sql("SELECT count(*) FROM payment WHERE "
				"cart_id = '%s'", cart.id),
			    "1");
}

static void nothing_is_bought_for_another_total(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	struct answer *a = askf(409, "POST", path(&cart, "complete/"),
				&cart.caller,
				"{\"expected_total\":\"0.01\","
				"\"payment_method\":\"pm_card_visa\"}");

	(void)state;
	assert_string_equal(text_at(a, "code"), "total_mismatch");
	assert_string_equal(text_at(a, "total"), cart.total);
	a = complete(409, &cart, NULL);
	assert_string_equal(text_at(a, "code"), "payment_required");
	assert_string_equal(sql("SELECT count(*) FROM orders WHERE "
				"cart_id = '%s'", cart.id),
			    "0");
}

static void twenty_at_once_are_one_order_and_one_charge(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	int counts[600] = {0};

	(void)state;
	ask_at_once(20, "POST", path(&cart, "complete/"), &cart.caller,
		    fmt("{\"expected_total\":\"%s\","
			"\"payment_method\":\"pm_card_visa\"}", cart.total),
		    counts);
	assert_int_equal(counts[200] + counts[202], 20);
	assert_true(counts[200] >= 1);
	complete(200, &cart, NULL);
	assert_int_equal(charges(&cart), 1);
	assert_string_equal(sql("SELECT count(*) FROM orders WHERE "
				"cart_id = '%s'", cart.id),
			    "1");
}

static void a_cart_that_is_paid_for_cannot_be_changed(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	const char *id = text_at(session(&cart, NULL), "id");
	const char *own = path(&cart, fmt("payment-sessions/%s/", id));

	(void)state;
	ask(409, "PATCH", path(&cart, ""), &cart.caller,
	    "{\"email\":\"other@example.com\"}");
	ask(404, "GET", own, &nobody, NULL);
	ask(200, "GET", own, &cart.caller, NULL);
	ask(404, "DELETE", own, &nobody, NULL);
	ask(204, "DELETE", own, &cart.caller, NULL);
	assert_string_equal(sql("%s", order_state(&cart)), "expired");
	assert_string_equal(sql("SELECT count(*) FROM reservation WHERE "
				"cart_id = '%s'", cart.id), "0");
	ask(200, "PATCH", path(&cart, ""), &cart.caller,
	    "{\"email\":\"other@example.com\"}");
	complete(200, &cart, "pm_card_visa");
	ask(409, "DELETE",
	    path(&cart, fmt("payment-sessions/%s/",
			    sql("%s", of_payment(&cart, "id")))),
	    &cart.caller, NULL);
	assert_string_equal(sql("SELECT string_agg(state, ',' ORDER BY id) "
				"FROM payment WHERE cart_id = '%s'", cart.id),
			    "canceled,captured");
}

static void a_lost_answer_is_found_out_and_charged_once(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	struct answer *a;

	(void)state;
	faults("{\"webhooks\":{\"hold\":true}}");
	/* a connection that was kept is tried again by curl, same key */
	faults("{\"method\":\"POST\",\"path\":\"/v1/payment_intents\","
	       "\"action\":\"reset_after\",\"times\":4}");
	a = complete(202, &cart, "pm_card_visa");
	assert_string_equal(text_at(a, "status"), "processing");
	assert_non_null(header_of(a, "Retry-After"));
	until_sql(90, "placed", order_state(&cart));
	complete(200, &cart, NULL);
	assert_int_equal(charges(&cart), 1);
}

static void a_gateway_that_refuses_our_key_leaves_the_cart_open(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	struct answer *a;

	(void)state;
	faults("{\"method\":\"POST\",\"path\":\"/v1/payment_intents\","
	       "\"action\":\"status\",\"status\":401}");
	a = complete(503, &cart, "pm_card_visa");
	assert_string_equal(text_at(a, "code"), "payment_unavailable");
	assert_string_equal(sql("%s", order_state(&cart)), "expired");
	complete(200, &cart, "pm_card_visa");
	assert_int_equal(charges(&cart), 1);
}

static void a_slow_gateway_is_answered_for_within_five_seconds(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	struct timespec begin, end;

	(void)state;
	faults("{\"webhooks\":{\"hold\":true}}");
	faults("{\"method\":\"POST\",\"path\":\"/v1/payment_intents\","
	       "\"action\":\"delay_after\",\"delay_ms\":8000}");
	clock_gettime(CLOCK_MONOTONIC, &begin);
	complete(202, &cart, "pm_card_visa");
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_true(end.tv_sec - begin.tv_sec <= 5);
	until_sql(40, "placed", order_state(&cart));
	assert_int_equal(charges(&cart), 1);
}

static void webhooks_twice_and_in_reverse_have_one_effect(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);

	(void)state;
	faults("{\"webhooks\":{\"duplicate\":5,\"reverse\":true}}");
	complete(200, &cart, "pm_card_visa");
	until_sql(20, "t",
		  fmt("SELECT count(*) >= 2 AND bool_and(processed_at IS NOT "
		      "NULL) FROM webhook_inbox WHERE gateway_reference = '%s'",
		      reference(&cart)));
	assert_string_equal(sql("SELECT count(*) FROM payment_event e JOIN "
				"payment p ON p.id = e.payment_id WHERE "
				"p.cart_id = '%s'", cart.id),
			    "1");
	assert_string_equal(sql("SELECT count(*) FROM order_event e JOIN orders "
				"o ON o.id = e.order_id WHERE o.cart_id = '%s' "
				"AND e.kind = 'order.placed'", cart.id),
			    "1");
}

static void a_webhook_before_the_answer_places_the_order(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);

	(void)state;
	faults("{\"method\":\"POST\",\"path\":\"/v1/payment_intents\","
	       "\"action\":\"delay_after\",\"delay_ms\":2500}");
	complete(200, &cart, "pm_card_visa");
	assert_string_equal(sql("SELECT e.source FROM payment_event e JOIN "
				"payment p ON p.id = e.payment_id WHERE "
				"p.cart_id = '%s'", cart.id),
			    "webhook");
	assert_int_equal(charges(&cart), 1);
}

static void forged_and_foreign_webhooks_are_refused(void **state)
{
	struct caller forger = {
		.header = "Stripe-Signature: t=1700000000,v1="
			  "871acfe933554b446cc41d791076dd56a10c0553cc61aafbeb88"
			  "1d0082b45043"};

	(void)state;
	ask(400, "POST", "/api/v1/gateways/stripe/webhooks/", &forger,
	    "{\"id\":\"evt_test_1\",\"object\":\"event\","
	    "\"type\":\"payment_intent.succeeded\"}");
	ask(400, "POST", "/api/v1/gateways/stripe/webhooks/", &nobody, "{}");
	ask(404, "POST", "/api/v1/gateways/paypal/webhooks/", &forger, "{}");
}

/* Moves the clock of one order, as if its time had run out. */
static void let_expire(const struct cart *cart)
{
	sql("UPDATE orders SET pending_since = now() - interval '1 day' "
	    "WHERE cart_id = '%s'", cart->id);
	until_sql(20, "expired", order_state(cart));
}

static void an_abandoned_payment_gives_everything_back(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);

	(void)state;
	session(&cart, NULL);
	let_expire(&cart);
	assert_string_equal(sql("%s", of_payment(&cart, "state")), "canceled");
	assert_string_equal(sql("SELECT state FROM cart WHERE id = '%s'",
				cart.id),
			    "active");
	assert_string_equal(sql("SELECT count(*) FROM reservation WHERE "
				"cart_id = '%s'", cart.id), "0");
	complete(200, &cart, "pm_card_visa");
}

/* As if the gateway had said "canceled" and then took the money. */
static void give_up_too_early(const struct cart *cart)
{
	sql("BEGIN; UPDATE orders SET state = 'expired' WHERE cart_id = '%s'; "
	    "INSERT INTO order_event (order_id, kind, actor) SELECT id, "
	    "'order.expired', 'system' FROM orders WHERE cart_id = '%s'; "
	    "UPDATE cart SET state = 'active' WHERE id = '%s'; "
	    "WITH gone AS (DELETE FROM reservation WHERE cart_id = '%s' "
	    "RETURNING *), s AS (UPDATE stock s SET reserved = s.reserved - "
	    "g.quantity FROM gone g WHERE g.variant_id = s.variant_id AND "
	    "g.location_id = s.location_id) INSERT INTO stock_movement "
	    "(variant_id, location_id, kind, reserved_change, cause, cause_id) "
	    "SELECT variant_id, location_id, 'released', -quantity, 'cart', "
	    "cart_id FROM gone; COMMIT",
	    cart->id, cart->id, cart->id, cart->id);
}

static void money_that_comes_too_late_revives_the_order(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);

	(void)state;
	session(&cart, "pm_card_threeDSecure2Required");
	give_up_too_early(&cart);
	ask(0, "POST", emu(fmt("3ds/%s/approve", reference(&cart))), &nobody,
	    NULL);
	until_sql(20, "placed", order_state(&cart));
	assert_string_equal(sql("SELECT state FROM cart WHERE id = '%s'",
				cart.id),
			    "ordered");
}

static void money_without_goods_goes_back(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);

	(void)state;
	session(&cart, "pm_card_threeDSecure2Required");
	give_up_too_early(&cart);
	sql("UPDATE stock s SET safety = 1000000 FROM order_line l JOIN orders o "
	    "ON o.id = l.order_id WHERE o.cart_id = '%s' AND l.variant_id = "
	    "s.variant_id", cart.id);
	ask(0, "POST", emu(fmt("3ds/%s/approve", reference(&cart))), &nobody,
	    NULL);
	until_sql(30, "refunded", of_payment(&cart, "state"));
	sql("UPDATE stock SET safety = 0 WHERE safety = 1000000");
	assert_string_equal(sql("%s", order_state(&cart)), "expired");
	assert_string_equal(sql("%s", of_payment(&cart, "refunded = amount")),
			    "t");
}

static void the_last_one_is_sold_once(void **state)
{
	const char *variant = sql(
		"SELECT v.id FROM variant v JOIN product p ON p.id = "
		"v.product_id WHERE p.status = 'published' AND v.is_default "
		"ORDER BY v.sku DESC LIMIT 1");
	const char *slug = sql("SELECT p.slug FROM product p JOIN variant v ON "
			       "v.product_id = p.id WHERE v.id = '%s'", variant);
	struct request_line lines[6];
	int placed = 0;

	(void)state;
	for (size_t i = 0; i < 6; i++) {
		struct cart cart = a_cart_ready_to_pay(NULL, slug, 1);

		lines[i] = (struct request_line){
			.method = "POST",
			.path = path(&cart, "complete/"),
			.caller = cart.caller,
			.body = fmt("{\"expected_total\":\"%s\","
				    "\"payment_method\":\"pm_card_visa\"}",
				    cart.total)};
	}
	sql("WITH s AS (UPDATE stock SET on_hand = allocated + reserved + "
	    "safety - backorder_limit + 1 WHERE variant_id = '%s' RETURNING *) "
	    "INSERT INTO stock_movement (variant_id, location_id, kind, "
	    "on_hand_change, cause) SELECT s.variant_id, s.location_id, "
	    "'adjusted', s.on_hand - o.on_hand, 'staff' FROM s JOIN stock o "
	    "USING (variant_id, location_id)", variant);
	ask_all(lines, 6);
	for (size_t i = 0; i < 6; i++) {
		if (lines[i].answer.status == 200)
			placed++;
		else
			assert_int_equal(lines[i].answer.status, 409);
	}
	assert_int_equal(placed, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_purchase_in_one_request_is_an_order),
		cmocka_unit_test_teardown(a_browser_pays_with_3d_secure,
					  all_is_well),
		cmocka_unit_test(
			a_browser_that_never_returns_has_its_order_all_the_same),
		cmocka_unit_test(after_a_decline_another_card_buys),
		cmocka_unit_test(nothing_is_bought_for_another_total),
		cmocka_unit_test(twenty_at_once_are_one_order_and_one_charge),
		cmocka_unit_test(a_cart_that_is_paid_for_cannot_be_changed),
		cmocka_unit_test_teardown(
			a_lost_answer_is_found_out_and_charged_once,
			all_is_well),
		cmocka_unit_test_teardown(
			a_gateway_that_refuses_our_key_leaves_the_cart_open,
			all_is_well),
		cmocka_unit_test_teardown(
			a_slow_gateway_is_answered_for_within_five_seconds,
			all_is_well),
		cmocka_unit_test_teardown(
			webhooks_twice_and_in_reverse_have_one_effect,
			all_is_well),
		cmocka_unit_test_teardown(
			a_webhook_before_the_answer_places_the_order,
			all_is_well),
		cmocka_unit_test(forged_and_foreign_webhooks_are_refused),
		cmocka_unit_test(an_abandoned_payment_gives_everything_back),
		cmocka_unit_test(money_that_comes_too_late_revives_the_order),
		cmocka_unit_test(money_without_goods_goes_back),
		cmocka_unit_test(the_last_one_is_sold_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
