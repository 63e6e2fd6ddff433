/* test_random_shop.c - shoppers, staff and a bad network do what they may and
 * may not, at random and at once; then the books have to agree.
 *   RANDOM_SHOP_SEED=n  the same steps again
 *   RANDOM_SHOP_SECONDS=n  for so long (20) */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { SHOPPERS = 10, AT_ONCE = 3 * SHOPPERS };

static uint64_t dice;

/* splitmix64 */
static unsigned roll(unsigned sides)
{
	uint64_t z = dice += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return (unsigned)((z ^ (z >> 31)) % sides);
}

#define ANY(list) list[roll(sizeof(list) / sizeof((list)[0]))]

static const char *const cards[] = {
	"pm_card_visa", "pm_card_visa", "pm_card_chargeDeclined",
	"pm_card_threeDSecure2Required", "pm_emu_processing",
	"pm_card_unheard_of"};

struct shopper {
	struct cart cart;
	const char *session; /* newest that was answered; NULL: none */
	const char *intent;
	const char *order;
	const char *key; /* of a request that is sent again */
};

static struct shopper shoppers[SHOPPERS];
static const char *goods;

static const char *emu(const char *rest)
{
	return fmt("%s/__emu/%s", sandbox_url(), rest);
}

static void arrive(struct shopper *shopper)
{
	*shopper = (struct shopper){
		.cart = a_cart_ready_to_pay(NULL, goods, 1 + (int)roll(2))};
	shopper->key = fmt("again-%s", shopper->cart.id);
}

/* ---- what can be done, each as one request ---- */

static const char *in_cart(const struct shopper *s, const char *rest)
{
	return fmt("/api/v1/carts/%s/%s", s->cart.id, rest);
}

static struct request_line from(const struct shopper *s, const char *method,
				const char *path, const char *body)
{
	struct request_line line = {method, path, s->cart.caller, body, {0}};

	if (roll(4) == 0)
		line.caller.key = s->key;
	return line;
}

static struct request_line begin(const struct shopper *s)
{
	return from(s, "POST", in_cart(s, "payment-sessions/"),
		    roll(2) ? "{\"gateway\":\"stripe\"}"
			    : fmt("{\"gateway\":\"stripe\",\"return_url\":"
				  "\"https://shop.example/b\","
				  "\"payment_method\":\"%s\"}",
				  ANY(cards)));
}

static struct request_line buy(const struct shopper *s)
{
	return from(s, "POST", in_cart(s, "complete/"),
		    fmt("{\"expected_total\":\"%s\",\"payment_method\":\"%s\"}",
			roll(8) ? s->cart.total : "0.01", ANY(cards)));
}

static struct request_line go_on(const struct shopper *s)
{
	if (s->session == NULL)
		return begin(s);
	switch (roll(4)) {
	case 0:
		return from(s, "DELETE",
			    in_cart(s, fmt("payment-sessions/%s/", s->session)),
			    NULL);
	case 1:
		return from(s, "GET",
			    in_cart(s, fmt("payment-sessions/%s/", s->session)),
			    NULL);
	default:
		return from(s, "POST",
			    in_cart(s, fmt("payment-sessions/%s/confirm/",
					   s->session)),
			    roll(2) ? "{}"
				    : fmt("{\"payment_method\":\"%s\"}",
					  ANY(cards)));
	}
}

static struct request_line change(const struct shopper *s)
{
	switch (roll(3)) {
	case 0:
		return from(s, "POST", in_cart(s, "items/"),
			    fmt("{\"product\":\"%s\",\"quantity\":1}", goods));
	case 1:
		return from(s, "POST", in_cart(s, "reservations/"), NULL);
	default:
		return from(s, "PATCH", in_cart(s, ""), "{\"note\":\"x\"}");
	}
}

static struct request_line as_the_bank(const struct shopper *s)
{
	if (s->intent == NULL)
		return begin(s);
	return (struct request_line){
		.method = "POST",
		.path = emu(fmt("3ds/%s/%s", s->intent,
				roll(3) ? "approve" : "fail"))};
}

static struct request_line as_staff(const struct shopper *s)
{
	struct caller staff = {.bearer = the_staff(),
			       .key = roll(3) ? "" : s->key};
	const char *to = fmt("/api/v1/admin/orders/%s/", s->order);

	if (s->order == NULL)
		return buy(s);
	if (roll(3) == 0)
		return (struct request_line){
			"POST", fmt("%scancel/", to), staff, "{}", {0}};
	return (struct request_line){
		"POST", fmt("%srefunds/", to), staff,
		roll(2) ? fmt("{\"amount\":\"%u.%02u\"}", roll(9), 1 + roll(9))
			: fmt("{\"amount\":\"%s\"}", s->cart.total),
		{0}};
}

/* Somebody gives money back in the gateway's own dashboard. */
static struct request_line at_the_gateway(const struct shopper *s)
{
	if (s->intent == NULL)
		return buy(s);
	return (struct request_line){
		.method = "POST",
		.path = fmt("%s/v1/refunds", sandbox_url()),
		.caller = {.bearer = "sk_test_emulator"},
		.body = fmt("payment_intent=%s&amount=%u", s->intent,
			    1 + roll(200))};
}

static struct request_line (*const steps[])(const struct shopper *) = {
	begin, buy, buy, go_on, go_on, change, as_the_bank, as_the_bank,
	as_staff, at_the_gateway};

/* ---- what goes wrong ---- */

static void trouble(void)
{
	static const char *const actions[] = {
		"delay", "delay_after", "reset_before", "reset_after",
		"status", "truncate", "html"};
	static const char *const paths[] = {"/v1/payment_intents",
					    "/v1/payment_intents", "/v1/refunds",
					    "/v1/"};

	ask(201, "POST", emu("faults"), &nobody,
	    fmt("{\"action\":\"%s\",\"path\":\"%s\",\"times\":%u,"
		"\"delay_ms\":%u,\"status\":%u,\"webhooks\":{\"reverse\":%s,"
		"\"duplicate\":%u,\"bad_signature\":%u}}",
		ANY(actions), ANY(paths), 1 + roll(4), 100 + roll(1500),
		roll(2) ? 500u : 429u, roll(2) ? "true" : "false", roll(5),
		roll(2)));
}

static void the_clock_jumps(const struct shopper *s)
{
	sql("UPDATE orders SET pending_since = now() - interval '1 day' "
	    "WHERE cart_id = '%s' AND state = 'pending_payment'; "
	    "UPDATE reservation SET expires_at = now() - interval '1 second' "
	    "WHERE cart_id = '%s' AND NOT is_pinned",
	    s->cart.id, s->cart.id);
}

/* ---- a round: everybody at once ---- */

static void learn(struct shopper *s, const struct answer *answer)
{
	const char *secret = json_string_value(
		json_object_get(answer->json, "client_secret"));
	const char *id = json_string_value(json_object_get(answer->json, "id"));

	if (secret != NULL) {
		s->session = id;
		s->intent = fmt("%.*s", (int)(strstr(secret, "_secret") - secret),
				secret);
	} else if (id != NULL && json_object_get(answer->json, "number")) {
		s->order = id;
	} else if (id != NULL && json_object_get(answer->json, "token")) {
		s->cart.total = json_string_value(
			json_object_get(answer->json, "total"));
	}
}

static void judge(const struct request_line *line)
{
	/* the sandbox may be out of order, the shop never is */
	if (line->path[0] == '/' &&
	    (line->answer.status == 0 || line->answer.status == 500))
		fail_msg("%s %s answered %d: %.600s\n  sent: %.300s",
			 line->method, line->path, line->answer.status,
			 line->answer.body, line->body ? line->body : "");
}

static size_t play(void)
{
	struct request_line lines[AT_ONCE];
	struct shopper *who[AT_ONCE];
	size_t count = 0;

	for (size_t i = 0; i < SHOPPERS; i++)
		for (unsigned n = 1 + roll(3); n > 0; n--) {
			who[count] = &shoppers[i];
			lines[count++] = ANY(steps)(&shoppers[i]);
		}
	ask_all(lines, count);
	for (size_t i = 0; i < count; i++) {
		judge(&lines[i]);
		if (lines[i].path[0] == '/')
			learn(who[i], &lines[i].answer);
	}
	return count;
}

/* ---- the books ---- */

/* What the bank still thinks about, it decides now. */
static void the_bank_decides(void)
{
	char *list = (char *)sql(
		"SELECT string_agg(gateway_reference, ' ') FROM payment "
		"WHERE state = 'processing'");

	for (char *id = strtok(list, " "); id != NULL; id = strtok(NULL, " "))
		ask(0, "POST", emu(fmt("3ds/%s/approve", id)), &nobody, NULL);
}

static void wait_till_all_is_settled(void)
{
	const char *left = "";

	ask(200, "DELETE", emu("faults"), &nobody, NULL);
	for (int tries = 0; tries < 120; tries++) {
		the_bank_decides();
		left = sql("SELECT concat_ws(', ', "
			   "(SELECT 'order ' || id FROM orders WHERE state = "
			   "'pending_payment' LIMIT 1), "
			   "(SELECT 'refund ' || id || state FROM refund WHERE "
			   "state IN ('requested', 'pending', 'unknown') LIMIT 1), "
			   "(SELECT 'payment ' || p.id || ' ' || p.state FROM "
			   "payment p JOIN orders o ON o.id = p.order_id WHERE "
			   "(p.is_returning OR o.state IN ('expired', "
			   "'canceled')) AND p.captured > p.refunded LIMIT 1), "
			   "(SELECT 'event ' || kind FROM webhook_inbox WHERE "
			   "processed_at IS NULL LIMIT 1), "
			   "(SELECT 'payment ' || id || state FROM payment WHERE "
			   "state IN ('created', 'requires_action', "
			   "'processing', 'unknown') LIMIT 1))");
		if (*left == '\0')
			return;
		sql("UPDATE orders SET pending_since = now() - interval '1 day' "
		    "WHERE state = 'pending_payment'");
		usleep(500000);
	}
	fail_msg("never settled: %s", left);
}

/* Each charge that took money is one payment's, with the same sums on both
 * sides; what was not given back has paid for exactly one order. */
static void the_gateway_agrees(void)
{
	struct answer *ledger = ask(200, "GET", emu("ledger"), &nobody, NULL);
	json_t *ours = json_loads(
		sql("SELECT coalesce(json_object_agg(p.gateway_reference, "
		    "json_build_object('captured', p.captured, 'refunded', "
		    "p.refunded, 'order', o.id, 'stands', o.state = 'placed' "
		    "AND NOT p.is_returning)), '{}') FROM payment p JOIN orders "
		    "o ON o.id = p.order_id WHERE p.captured > 0"),
		0, NULL);
	json_t *charge;
	size_t taken = 0;
	size_t i;

	json_array_foreach(node_at(ledger, "charges"), i, charge)
	{
		const char *intent = json_string_value(
			json_object_get(charge, "payment_intent"));
		json_t *payment = json_object_get(ours, intent);
		json_int_t captured = json_integer_value(
			json_object_get(charge, "amount_captured"));
		json_int_t refunded = json_integer_value(
			json_object_get(charge, "amount_refunded"));

		if (captured == 0)
			continue;
		taken++;
		if (payment == NULL)
			fail_msg("%s took money that the shop ignores", intent);
		if (captured != json_integer_value(
					json_object_get(payment, "captured")) ||
		    refunded != json_integer_value(
					json_object_get(payment, "refunded")))
			fail_msg("%s: %lld taken and %lld given back there, "
				 "here %s", intent, (long long)captured,
				 (long long)refunded, json_dumps(payment, 0));
		if (captured != refunded &&
		    !json_is_true(json_object_get(payment, "stands")))
			fail_msg("%s was kept for nothing", intent);
	}
	assert_int_equal(taken, json_object_size(ours));
	assert_string_equal(
		sql("SELECT count(*) FROM (SELECT order_id FROM payment WHERE "
		    "captured > refunded GROUP BY order_id HAVING count(*) > 1) "
		    "x"),
		"0");
	printf("%zu charges took money, the books agree\n", taken);
}

static void whatever_happens_the_books_agree(void **state)
{
	const char *seed = getenv("RANDOM_SHOP_SEED");
	const char *limit = getenv("RANDOM_SHOP_SECONDS");
	time_t end = time(NULL) + (limit != NULL ? atoi(limit) : 20);
	size_t sent = 0;

	(void)state;
	dice = seed != NULL ? strtoull(seed, NULL, 10) : (uint64_t)time(NULL);
	printf("RANDOM_SHOP_SEED=%llu\n", (unsigned long long)dice);
	fflush(stdout);
	goods = sql("SELECT p.slug FROM product p JOIN variant v ON v.product_id "
		    "= p.id JOIN stock s ON s.variant_id = v.id WHERE p.status = "
		    "'published' AND v.is_default ORDER BY s.on_hand LIMIT 1 "
		    "OFFSET 3");
	for (size_t i = 0; i < SHOPPERS; i++)
		arrive(&shoppers[i]);
	while (time(NULL) < end) {
		if (roll(2) == 0)
			trouble();
		if (roll(3) == 0)
			the_clock_jumps(&ANY(shoppers));
		sent += play();
		if (roll(2) == 0)
			arrive(&ANY(shoppers));
	}
	printf("%zu requests\n", sent);
	wait_till_all_is_settled();
	the_gateway_agrees();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whatever_happens_the_books_agree),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
