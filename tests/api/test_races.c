/* test_races.c - everybody at once, and a sandbox that is away: what
 * test_checkout.c and test_orders.c do not show (issue "It must show" 3;
 * reliability S9, S12, F12 to F16). */
#include "shop.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum { BUYERS = 100, UNITS = 10 };

/* A product of that many units; its slug. */
static const char *a_product(int units)
{
	static unsigned number;
	const struct caller staff = {.bearer = the_staff(), .key = ""};
	const char *sku = fmt("RACE-%d-%u", (int)getpid(), number++);

	return text_at(askf(201, "POST", "/api/v1/admin/products/", &staff,
			    "{\"name\":\"Thing %s\",\"sku\":\"%s\",\"price\":\"9.00\","
			    "\"status\":\"published\",\"category\":\"pens\","
			    "\"weight_grams\":5,\"stock_on_hand\":%d}",
			    sku, sku, units),
		       "slug");
}

static const char *purchase(const struct cart *cart)
{
	return fmt("{\"expected_total\":\"%s\",\"gateway\":\"stripe\","
		   "\"payment_method\":\"pm_card_visa\"}",
		   cart->total);
}

static struct request_line completion(const struct cart *cart)
{
	return (struct request_line){
		"POST", fmt("/api/v1/carts/%s/complete/", cart->id),
		cart->caller, purchase(cart), {0}};
}

/* Paid charges, less what went back, of the orders of these goods. */
static int64_t units_charged(const char *slug)
{
	return atoll(sql("SELECT count(*) FROM payment p JOIN order_line l USING "
			 "(order_id) JOIN product x ON x.id = l.product_id "
			 "WHERE x.slug = '%s' AND p.captured > p.refunded",
			 slug));
}

static void a_hundred_buyers_get_ten_units(void **state)
{
	const char *slug = a_product(UNITS);
	static struct request_line lines[BUYERS];
	int orders = 0;
	int refusals = 0;

	(void)state;
	for (int i = 0; i < BUYERS; i++) {
		struct cart cart = a_cart_ready_to_pay(NULL, slug, 1);

		lines[i] = completion(&cart);
	}
	ask_all(lines, BUYERS);
	for (int i = 0; i < BUYERS; i++) {
		const struct answer *answer = &lines[i].answer;

		orders += answer->status == 200;
		if (answer->status != 409)
			continue;
		refusals++;
		assert_true(strstr(answer->body, "insufficient_stock") != NULL);
	}
	assert_int_equal(orders, UNITS);
	assert_int_equal(refusals, BUYERS - UNITS);
	assert_string_equal(
		sql("SELECT count(*) FROM orders o JOIN order_line l ON l.order_id "
		    "= o.id JOIN product p ON p.id = l.product_id WHERE p.slug = "
		    "'%s' AND o.state = 'placed' AND o.payment_status = 'paid'",
		    slug),
		fmt("%d", UNITS));
	assert_int_equal(units_charged(slug), UNITS);
	assert_string_equal(
		sql("SELECT on_hand - allocated || ' ' || reserved FROM stock s "
		    "JOIN variant v ON v.id = s.variant_id JOIN product p ON p.id "
		    "= v.product_id WHERE p.slug = '%s'", slug),
		"0 0");
}

static const char *paid_order(struct cart *cart)
{
	*cart = a_cart_ready_to_pay(NULL, a_product(5), 1);
	return text_at(ask(200, "POST",
			   fmt("/api/v1/carts/%s/complete/", cart->id),
			   &cart->caller, purchase(cart)),
		       "id");
}

static void parallel_refunds_never_exceed_the_capture(void **state)
{
	const struct caller staff = {.bearer = the_staff(), .key = ""};
	struct cart cart;
	const char *order = paid_order(&cart);
	int counts[600];

	(void)state;
	/* 13.90 was taken: two of 5.00 fit, whoever asks */
	ask_at_once(20, "POST", fmt("/api/v1/admin/orders/%s/refunds/", order),
		    &staff, "{\"amount\":\"5.00\"}", counts);
	assert_int_equal(counts[201], 2);
	assert_int_equal(counts[409], 18);
	until_sql(20, "1000 0",
		  fmt("SELECT refunded || ' ' || refund_pending FROM payment "
		      "WHERE order_id = '%s'", order));
}

static void one_refund_asked_for_twenty_times_is_one(void **state)
{
	struct caller staff = {.bearer = the_staff(), .key = "one-refund"};
	struct cart cart;
	const char *order = paid_order(&cart);
	int counts[600];

	(void)state;
	ask_at_once(20, "POST", fmt("/api/v1/admin/orders/%s/refunds/", order),
		    &staff, "{\"amount\":\"1.00\"}", counts);
	assert_int_equal(counts[201] + counts[409], 20);
	assert_true(counts[201] >= 1);
	assert_string_equal(sql("SELECT count(*) FROM refund WHERE order_id = '%s'",
				order),
			    "1");
}

static pid_t sandbox_process(void)
{
	FILE *out = popen(fmt("pgrep -f '^%s emulate' | while read p; do grep -qz "
			      "'^SHOPD_EMULATOR_PORT=%s$' /proc/$p/environ && echo "
			      "$p; done",
			      getenv("SHOPD"), getenv("SHOPD_EMULATOR_PORT")),
			  "r");
	int pid = 0;

	assert_int_equal(fscanf(out, "%d", &pid), 1);
	pclose(out);
	return (pid_t)pid;
}

static void a_sandbox_that_hangs_is_answered_for_and_found_out(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, a_product(5), 1);
	struct request_line line = completion(&cart);
	pid_t sandbox = sandbox_process();
	struct timespec start;
	struct timespec end;

	(void)state;
	assert_int_equal(kill(sandbox, SIGSTOP), 0);
	clock_gettime(CLOCK_MONOTONIC, &start);
	ask_all(&line, 1);
	clock_gettime(CLOCK_MONOTONIC, &end);
	assert_int_equal(kill(sandbox, SIGCONT), 0);
	if (line.answer.status != 202 && line.answer.status != 503)
		fail_msg("answered %d: %s", line.answer.status, line.answer.body);
	assert_non_null(header_of(&line.answer, "Retry-After"));
	assert_true(end.tv_sec - start.tv_sec <= 7);
	/* by itself, or by asking again: one order, one charge */
	for (int i = 0; i < 100 && line.answer.status != 200; i++) {
		const struct timespec pause = {.tv_nsec = 200000000};

		nanosleep(&pause, NULL);
		ask_all(&line, 1);
	}
	assert_int_equal(line.answer.status, 200);
	assert_string_equal(
		sql("SELECT count(*) || ' ' || sum(captured) FROM payment WHERE "
		    "cart_id = '%s' AND captured > 0", cart.id),
		fmt("1 %lld", (long long)(atof(cart.total) * 100 + 0.5)));
}

/* How often the sandbox has charged for the order of a cart. */
static size_t charges_of(const struct cart *cart)
{
	const char *reference = sql("SELECT gateway_reference FROM payment WHERE "
				    "cart_id = '%s'", cart->id);
	struct answer *ledger = ask(200, "GET",
				    fmt("%s/__emu/ledger", sandbox_url()),
				    &nobody, NULL);
	size_t count = 0;
	json_t *charge;
	size_t i;

	json_array_foreach(node_at(ledger, "charges"), i, charge)
		count += json_is_true(json_object_get(charge, "paid")) &&
			 strcmp(json_string_value(json_object_get(
					charge, "payment_intent")),
				reference) == 0;
	return count;
}

/* At each call in turn the answer is lost after the deed. */
static void an_answer_lost_at_any_call_charges_once(void **state)
{
	static const char *const actions[] = {"reset_after", "truncate", "html",
					      "reset_before"};

	(void)state;
	for (size_t i = 0; i < sizeof(actions) / sizeof(actions[0]); i++) {
		struct cart cart = a_cart_ready_to_pay(NULL, a_product(5), 1);
		struct request_line line = completion(&cart);

		askf(201, "POST", fmt("%s/__emu/faults", sandbox_url()), &nobody,
		     "{\"action\":\"%s\",\"path\":\"/v1/payment_intents\","
		     "\"times\":1}", actions[i]);
		ask_all(&line, 1);
		if (line.answer.status >= 500 && line.answer.status != 503)
			fail_msg("%s: %d %s", actions[i], line.answer.status,
				 line.answer.body);
		until_sql(40, "placed paid",
			  fmt("SELECT state || ' ' || payment_status FROM orders "
			      "WHERE cart_id = '%s'", cart.id));
		assert_int_equal(charges_of(&cart), 1);
		ask(0, "DELETE", fmt("%s/__emu/faults", sandbox_url()), &nobody,
		    NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hundred_buyers_get_ten_units),
		cmocka_unit_test(parallel_refunds_never_exceed_the_capture),
		cmocka_unit_test(one_refund_asked_for_twenty_times_is_one),
		cmocka_unit_test(an_answer_lost_at_any_call_charges_once),
		cmocka_unit_test(
			a_sandbox_that_hangs_is_answered_for_and_found_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
