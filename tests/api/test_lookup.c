/* test_lookup.c - the way back to an order, ways to pay, orders that cost
 * nothing, and second names of old routes. */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOOKUP "/api/v1/orders/lookup/"

struct bought {
	struct cart cart;
	const char *id;
	const char *number;
	const char *email;
};

static const char *at_cart(const struct cart *cart, const char *rest)
{
	return fmt("/api/v1/carts/%s/%s", cart->id, rest);
}

static const char *at_order(const struct bought *b, const char *rest)
{
	return fmt("/api/v1/orders/%s/%s", b->id, rest);
}

/* A guest's, with an address nobody else has. */
static struct bought a_purchase(void)
{
	static unsigned count;
	struct bought b = {.cart = a_cart_ready_to_pay(NULL, NULL, 1)};
	struct answer *a;

	b.email = fmt("guest%u@example.com", count++);
	askf(200, "PATCH", at_cart(&b.cart, ""), &b.cart.caller,
	     "{\"email\":\"%s\"}", b.email);
	a = askf(200, "POST", at_cart(&b.cart, "complete/"), &b.cart.caller,
		 "{\"expected_total\":\"%s\","
		 "\"payment_method\":\"pm_card_visa\"}",
		 b.cart.total);
	b.id = text_at(a, "id");
	b.number = text_at(a, "number");
	return b;
}

static struct answer *look_up(const char *number, const char *email)
{
	return askf(200, "POST", LOOKUP, &nobody,
		    "{\"number\":\"%s\",\"email\":\"%s\"}", number, email);
}

static void until_looked_into(void)
{
	until_sql(20, "0", "SELECT count(*) FROM job WHERE kind = 'order.link' "
			   "AND state IN ('queued', 'running')");
}

static const char *links(const struct bought *b)
{
	until_looked_into();
	return sql("SELECT count(*) FROM order_access WHERE order_id = '%s'",
		   b->id);
}

/* quoted-printable, far enough for a link. */
static char *plain(const char *data)
{
	char *text = strdup(data);
	char *to = text;

	for (const char *from = text; *from != '\0'; from++) {
		if (strncmp(from, "=\r\n", 3) == 0)
			from += 2;
		else if (strncmp(from, "=\n", 2) == 0)
			from += 1;
		else if (strncmp(from, "=3D", 3) == 0)
			from += 2, *to++ = '=';
		else
			*to++ = *from;
	}
	*to = '\0';
	return text;
}

/* What the mail says after "token=". */
static const char *mailed_token(const struct bought *b)
{
	struct answer *box;
	char *mail;
	char *at;

	until_sql(20, "sent",
		  fmt("SELECT state FROM notification WHERE template = "
		      "'order_link' AND recipient = '%s'",
		      b->email));
	box = ask(200, "GET",
		  fmt("%s/__emu/mail?to=%s", sandbox_url(), b->email), &nobody,
		  NULL);
	mail = plain(text_at(box, "0.data"));
	at = strstr(mail, fmt("/orders/%s/?token=", b->id));
	if (at == NULL)
		fail_msg("no link in: %s", mail);
	at = strstr(at, "token=") + 6;
	return fmt("%.*s", (int)strspn(at, "abcdefghijklmnopqrstuvwxyz"
					   "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
					   "0123456789-_"),
		   at);
}

static void a_mailed_link_opens_the_order_and_no_other(void **state)
{
	struct bought b = a_purchase();
	struct bought other = a_purchase();
	struct caller holder = {0};
	struct answer *a;

	(void)state;
	/* e-mail addresses are one in upper and lower case */
	look_up(b.number, fmt("GUEST%s", b.email + 5));
	holder.order_token = mailed_token(&b);
	assert_int_equal(strlen(holder.order_token), 43);
	a = ask(200, "GET", at_order(&b, ""), &holder, NULL);
	assert_string_equal(text_at(a, "number"), b.number);
	a = ask(200, "GET", at_order(&b, "tracking/"), &holder, NULL);
	assert_string_equal(a->body,
			    "{\"fulfilment_status\":\"unfulfilled\","
			    "\"parcels\":[]}");
	ask(404, "GET", at_order(&other, ""), &holder, NULL);
	ask(404, "GET", at_order(&other, "tracking/"), &holder, NULL);
	/* it opens the order, not the cart */
	ask(404, "GET", at_cart(&b.cart, ""),
	    &(struct caller){.cart_token = holder.order_token}, NULL);
	/* the first secret goes on */
	holder.order_token = b.cart.caller.cart_token;
	ask(200, "GET", at_order(&b, "tracking/"), &holder, NULL);
	ask(404, "GET", at_order(&b, "tracking/"), &nobody, NULL);
}

static void a_link_ends(void **state)
{
	struct bought b = a_purchase();
	struct caller holder = {0};

	(void)state;
	look_up(b.number, b.email);
	holder.order_token = mailed_token(&b);
	ask(200, "GET", at_order(&b, ""), &holder, NULL);
	sql("UPDATE order_access SET created_at = now() - interval '8 days', "
	    "expires_at = now() - interval '1 second' WHERE order_id = '%s'",
	    b.id);
	ask(404, "GET", at_order(&b, ""), &holder, NULL);
	ask(404, "GET", at_order(&b, "tracking/"), &holder, NULL);
}

static void the_answer_is_the_same_for_orders_there_are_not(void **state)
{
	struct bought b = a_purchase();
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	struct answer *right = look_up(b.number, b.email);
	struct answer *wrong = look_up(b.number, "else@example.com");
	struct answer *none = look_up("0", b.email);

	(void)state;
	assert_string_equal(
		right->body,
		"{\"detail\":\"If there is such an order, a link to it was "
		"sent to its e-mail address.\"}");
	assert_string_equal(wrong->body, right->body);
	assert_string_equal(none->body, right->body);
	/* one that waits to be paid is none yet, and has no number */
	ask(201, "POST", at_cart(&cart, "payment-sessions/"), &cart.caller,
	    "{\"gateway\":\"stripe\"}");
	ask(400, "POST", LOOKUP, &nobody,
	    "{\"number\":\"\",\"email\":\"buyer@example.com\"}");
	assert_string_equal(links(&b), "1");
	assert_string_equal(sql("SELECT count(*) FROM outbox WHERE topic = "
				"'order.link_requested' AND "
				"data->>'email' = 'else@example.com'"),
			    "0");
	ask(400, "POST", LOOKUP, &nobody, "{\"number\":\"1\"}");
	ask(400, "POST", LOOKUP, &nobody,
	    "{\"number\":\"1\",\"email\":\"nobody\"}");
	ask(405, "GET", LOOKUP, &nobody, NULL);
}

static void an_order_gets_five_links_an_hour(void **state)
{
	struct bought b = a_purchase();
	char expected[2] = "1";

	(void)state;
	for (int i = 0; i < 8; i++) {
		look_up(b.number, b.email);
		assert_string_equal(links(&b), expected);
		if (expected[0] < '5')
			expected[0]++;
	}
	sql("UPDATE order_access SET created_at = now() - interval '2 hours' "
	    "WHERE order_id = '%s'",
	    b.id);
	look_up(b.number, b.email);
	assert_string_equal(links(&b), "6");
}

static void staff_do_not_see_the_secret_of_a_link(void **state)
{
	const struct caller staff = {.bearer = the_staff()};
	struct bought b = a_purchase();
	const char *token;
	const char *job;
	struct answer *a;

	(void)state;
	look_up(b.number, b.email);
	token = mailed_token(&b);
	job = sql("SELECT id FROM job WHERE kind = 'mail.order_link' "
		  "AND payload->'data'->>'number' = '%s'",
		  b.number);
	a = ask(200, "GET", fmt("/api/v1/admin/jobs/%s/", job), &staff, NULL);
	assert_string_equal(text_at(a, "payload.data.number"), b.number);
	assert_null(strstr(a->body, token));
	assert_string_equal(sql("SELECT count(*) FROM order_access WHERE "
				"secret_hash = sha256('%s')",
				token),
			    "1");
}

/* ---- ways to pay ---- */

static void a_cart_is_told_how_it_can_be_paid(void **state)
{
	struct bought b = a_purchase();
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	struct caller guest = {.key = ""};
	struct answer *a = ask(200, "GET", at_cart(&cart, "payment-methods/"),
			       &cart.caller, NULL);
	const char *id;

	(void)state;
	assert_int_equal(json_array_size(a->json), 1);
	assert_string_equal(text_at(a, "0.gateway"), "stripe");
	assert_string_equal(text_at(a, "0.method"), "card");
	assert_string_equal(text_at(a, "0.publishable_key"),
			    "pk_test_emulator");
	assert_string_equal(text_at(a, "0.currency"), "EUR");
	assert_string_equal(text_at(a, "0.minimum"), "0.50");
	assert_string_equal(text_at(a, "0.maximum"), "999999.99");
	assert_true(bool_at(a, "0.is_eligible"));
	assert_string_equal(text_at(a, "0.code"), "");
	assert_string_equal(text_at(a, "0.reason"), "");
	ask(404, "GET", at_cart(&cart, "payment-methods/"), &nobody, NULL);
	a = ask(200, "GET", at_cart(&b.cart, "payment-methods/"),
		&b.cart.caller, NULL);
	assert_false(bool_at(a, "0.is_eligible"));
	assert_string_equal(text_at(a, "0.code"), "cart_ordered");
	a = ask(201, "POST", "/api/v1/carts/", &guest, "{}");
	id = text_at(a, "id");
	guest.cart_token = text_at(a, "token");
	a = ask(200, "GET", fmt("/api/v1/carts/%s/payment-methods/", id),
		&guest, NULL);
	assert_string_equal(text_at(a, "0.code"), "cart_empty");
}

/* ---- orders that cost nothing ---- */

static struct cart a_free_cart(const char *bearer)
{
	static unsigned count;
	const struct caller staff = {.bearer = the_staff(), .key = ""};
	struct answer *a = askf(
		201, "POST", "/api/v1/admin/products/", &staff,
		"{\"name\":\"Sample\",\"sku\":\"FREE-%u\",\"price\":\"0.00\","
		"\"status\":\"published\",\"category\":\"pens\","
		"\"weight_grams\":5,\"stock_on_hand\":30}",
		count++);

	/* what is worth nothing is sent for nothing */
	sql("INSERT INTO shipping_rate (method_id, zone_id, currency, amount, "
	    "value_from, value_to) SELECT m.id, z.id, 'EUR', 0, 0, 1 "
	    "FROM shipping_method m, shipping_zone z "
	    "WHERE m.code = 'standard' AND z.name = 'Germany' "
	    "AND NOT EXISTS (SELECT 1 FROM shipping_rate WHERE value_to = 1)");
	return a_cart_ready_to_pay(bearer, text_at(a, "slug"), 2);
}

static struct answer *complete_free(int status, const struct cart *cart)
{
	return ask(status, "POST", at_cart(cart, "complete/"), &cart->caller,
		   "{\"expected_total\":\"0.00\"}");
}

static void a_free_order_is_placed_without_a_payment(void **state)
{
	struct cart cart = a_free_cart(NULL);
	struct answer *a;
	struct answer *again;

	(void)state;
	assert_string_equal(cart.total, "0.00");
	a = ask(200, "GET", at_cart(&cart, "payment-methods/"), &cart.caller,
		NULL);
	assert_false(bool_at(a, "0.is_eligible"));
	assert_string_equal(text_at(a, "0.code"), "nothing_to_pay");
	a = ask(409, "POST", at_cart(&cart, "payment-sessions/"), &cart.caller,
		"{\"gateway\":\"stripe\"}");
	assert_string_equal(text_at(a, "code"), "nothing_to_pay");
	ask(409, "POST", at_cart(&cart, "complete/"), &cart.caller,
	    "{\"expected_total\":\"1.00\"}");
	a = complete_free(200, &cart);
	assert_string_equal(text_at(a, "state"), "placed");
	assert_string_equal(text_at(a, "payment_status"), "paid");
	assert_string_equal(text_at(a, "total"), "0.00");
	assert_int_equal(json_array_size(node_at(a, "payments")), 0);
	again = complete_free(200, &cart);
	assert_string_equal(text_at(again, "id"), text_at(a, "id"));
	assert_string_equal(text_at(again, "number"), text_at(a, "number"));
	assert_string_equal(
		sql("SELECT sum(allocated_change) FROM stock_movement "
		    "WHERE cause = 'order' AND cause_id = '%s'",
		    text_at(a, "id")),
		"2");
	until_sql(20, "sent",
		  fmt("SELECT n.state FROM notification n "
		      "JOIN outbox o ON o.event_id = n.event_id "
		      "WHERE n.template = 'order_placed' "
		      "AND o.aggregate_id = '%s'",
		      text_at(a, "id")));
}

static void a_free_order_is_placed_once_however_many_ask(void **state)
{
	struct cart cart = a_free_cart(NULL);
	int counts[600];

	(void)state;
	ask_at_once(10, "POST", at_cart(&cart, "complete/"), &cart.caller,
		    "{\"expected_total\":\"0.00\",\"payment_method\":"
		    "\"pm_card_visa\"}",
		    counts);
	assert_int_equal(counts[200], 10);
	assert_string_equal(sql("SELECT count(*) FROM orders WHERE cart_id = "
				"'%s' AND state = 'placed'",
				cart.id),
			    "1");
	assert_string_equal(sql("SELECT count(*) FROM payment WHERE cart_id = "
				"'%s'",
				cart.id),
			    "0");
}

static void a_free_order_can_be_canceled_and_has_nothing_to_refund(void **state)
{
	const char *bearer = a_customer();
	const struct caller owner = {.bearer = bearer, .key = ""};
	const struct caller staff = {.bearer = the_staff(), .key = ""};
	struct cart cart = a_free_cart(bearer);
	const char *id = text_at(complete_free(200, &cart), "id");
	struct answer *a;

	(void)state;
	a = ask(200, "POST", fmt("/api/v1/admin/orders/%s/refund-quotes/", id),
		&staff, NULL);
	assert_string_equal(text_at(a, "refundable"), "0.00");
	ask(409, "POST", fmt("/api/v1/admin/orders/%s/refunds/", id), &staff,
	    "{\"amount\":\"0.01\"}");
	a = ask(200, "POST", fmt("/api/v1/account/orders/%s/cancel/", id),
		&owner, "{}");
	assert_string_equal(text_at(a, "state"), "canceled");
	assert_string_equal(
		sql("SELECT sum(allocated_change) FROM stock_movement "
		    "WHERE cause = 'order' AND cause_id = '%s'",
		    id),
		"0");
}

/* ---- second names ---- */

static void revoke_ends_a_session_as_blacklist_does(void **state)
{
	struct answer *a;
	const char *body;

	(void)state;
	ask(201, "POST", "/api/v1/auth/register/", &nobody,
	    "{\"email\":\"revoked@example.com\","
	    "\"password\":\"lantern-quiet-47\"}");
	a = ask(200, "POST", "/api/v1/auth/token/", &nobody,
		"{\"email\":\"revoked@example.com\","
		"\"password\":\"lantern-quiet-47\"}");
	body = fmt("{\"refresh\":\"%s\"}", text_at(a, "refresh"));
	a = ask(200, "POST", "/api/v1/auth/token/revoke/", &nobody, body);
	assert_string_equal(a->body, "{}");
	ask(401, "POST", "/api/v1/auth/token/refresh/", &nobody, body);
	ask(401, "POST", "/api/v1/auth/token/revoke/", &nobody, body);
	ask(400, "POST", "/api/v1/auth/token/revoke/", &nobody, "{}");
}

static void the_document_stands_where_tools_look_for_it(void **state)
{
	struct answer *schema = ask(200, "GET", "/api/schema/", &nobody, NULL);
	struct answer *a = ask(200, "GET", "/openapi.json", &nobody, NULL);
	struct caller again = {0};

	(void)state;
	assert_string_equal(a->body, schema->body);
	assert_string_equal(header_of(a, "ETag"), header_of(schema, "ETag"));
	assert_string_equal(header_of(a, "Content-Type"), "application/json");
	again.header = fmt("If-None-Match: %s", header_of(a, "ETag"));
	ask(304, "GET", "/openapi.json", &again, NULL);
	a = ask(200, "HEAD", "/openapi.json", &nobody, NULL);
	assert_int_equal(a->length, 0);
	ask(405, "POST", "/openapi.json", &nobody, "{}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mailed_link_opens_the_order_and_no_other),
		cmocka_unit_test(a_link_ends),
		cmocka_unit_test(
			the_answer_is_the_same_for_orders_there_are_not),
		cmocka_unit_test(an_order_gets_five_links_an_hour),
		cmocka_unit_test(staff_do_not_see_the_secret_of_a_link),
		cmocka_unit_test(a_cart_is_told_how_it_can_be_paid),
		cmocka_unit_test(a_free_order_is_placed_without_a_payment),
		cmocka_unit_test(a_free_order_is_placed_once_however_many_ask),
		cmocka_unit_test(
			a_free_order_can_be_canceled_and_has_nothing_to_refund),
		cmocka_unit_test(revoke_ends_a_session_as_blacklist_does),
		cmocka_unit_test(the_document_stands_where_tools_look_for_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
