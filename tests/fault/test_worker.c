/* test_worker.c - a worker killed, and the shop told to stop, while people
 * shop: others notice nothing, what was begun is answered (reliability F18,
 * F21). */
#include "load.h"
#include "shop.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SHOPPERS = 6 };

static pid_t shop_pid(void)
{
	return (pid_t)atoi(getenv("SHOP_PID"));
}

static int workers(pid_t found[16])
{
	FILE *out = popen(fmt("pgrep -P %d", (int)shop_pid()), "r");
	int count = 0;
	int pid;

	while (count < 16 && fscanf(out, "%d", &pid) == 1)
		found[count++] = (pid_t)pid;
	pclose(out);
	return count;
}

static void wait_for_purchases(int64_t more)
{
	int64_t goal = load_now().acknowledged + more;

	for (int i = 0; i < 1000 && load_now().acknowledged < goal; i++)
		sleep_ms(20);
	assert_true(load_now().acknowledged >= goal);
}

static void assert_journal(const struct purchase *journal)
{
	for (const struct purchase *p = journal; p != NULL; p = p->next) {
		if (p->order[0] == '\0')
			continue;
		assert_string_equal(
			sql("SELECT state || ' ' || payment_status || ' ' || "
			    "(SELECT sum(quantity) FROM order_line l WHERE "
			    "l.order_id = o.id) FROM orders o WHERE id = '%s'",
			    p->order),
			"placed paid 2");
	}
}

static void a_killed_worker_is_replaced_and_its_work_repeated(void **state)
{
	pid_t before[16];
	pid_t after[16];
	int count = workers(before);
	const struct purchase *journal;

	(void)state;
	assert_true(count >= 2);
	load_start(SHOPPERS);
	wait_for_purchases(50);
	for (int round = 0; round < 3; round++) {
		assert_int_equal(workers(before), count);
		assert_int_equal(kill(before[round % count], SIGKILL), 0);
		wait_for_purchases(50);
	}
	for (int i = 0; i < 100 && workers(after) != count; i++)
		sleep_ms(20);
	assert_int_equal(workers(after), count);
	assert_int_equal(kill(shop_pid(), 0), 0);
	journal = load_stop();
	print_message("%lld good, %lld cut\n",
		      (long long)load_now().acknowledged,
		      (long long)load_now().cut);
	assert_int_equal(load_now().wrong, 0);
	assert_journal(journal);
	/* no money without an order, each order's once */
	until_sql(60, "0", "SELECT count(*) FROM payment WHERE payment_method "
			   "IS NOT NULL AND state IN ('created', 'processing', "
			   "'unknown')");
}

static bool is_running(void)
{
	FILE *stat = fopen(fmt("/proc/%d/stat", (int)shop_pid()), "r");
	char state = 'Z';

	if (stat == NULL)
		return false;
	(void)!fscanf(stat, "%*d (%*[^)]) %c", &state);
	fclose(stat);
	return state != 'Z';
}

/* Runs last: there is no shop after it. */
static void told_to_stop_it_answers_what_was_begun(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, "enamel-teapot", 1);
	const char *file = fmt("/tmp/shopd-drain.%d", (int)shop_pid());
	FILE *slow;
	int status = 0;
	int64_t start;

	(void)state;
	ask(201, "POST", fmt("%s/__emu/faults", sandbox_url()), &nobody,
	    "{\"action\":\"delay_after\",\"path\":\"/v1/payment_intents\","
	    "\"delay_ms\":1500,\"times\":1}");
	load_start(SHOPPERS);
	wait_for_purchases(20);
	slow = popen(fmt("curl -s -o %s -w '%%{http_code}' -X POST -H "
			 "'Content-Type: application/json' -H 'X-Cart-Token: %s' "
			 "-H 'Idempotency-Key: drained' -d '{\"expected_total\":"
			 "\"%s\",\"gateway\":\"stripe\",\"payment_method\":"
			 "\"pm_card_visa\"}' %s/api/v1/carts/%s/complete/",
			 file, cart.caller.cart_token, cart.total, shop_url(),
			 cart.id),
		     "r");
	sleep_ms(300);
	start = now_ms();
	assert_int_equal(kill(shop_pid(), SIGTERM), 0);
	assert_int_equal(fscanf(slow, "%d", &status), 1);
	pclose(slow);
	remove(file);
	for (int i = 0; i < 1000 && is_running(); i++)
		sleep_ms(20);
	print_message("ended after %lld ms\n", (long long)(now_ms() - start));
	assert_false(is_running());
	assert_in_range(now_ms() - start, 0, 10000);
	assert_true(status == 200 || status == 202);
	assert_int_equal(load_now().wrong, 0);
	assert_journal(load_stop());
	if (status == 200)
		assert_string_equal(sql("SELECT state FROM orders WHERE "
					"cart_id = '%s'", cart.id),
				    "placed");
}

static int stock_up(void **state)
{
	const struct caller staff = {.bearer = the_staff(), .key = ""};

	(void)state;
	ask(201, "POST", "/api/v1/admin/stock/adjustments/", &staff,
	    "{\"sku\":\"DEMO-003\",\"delta\":1000000,\"reason\":\"many tests\"}");
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_killed_worker_is_replaced_and_its_work_repeated),
		cmocka_unit_test(told_to_stop_it_answers_what_was_begun),
	};

	return cmocka_run_group_tests(tests, stock_up, NULL);
}
