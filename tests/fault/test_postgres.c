/* test_postgres.c - the database killed, restarted, frozen, locked, while
 * people shop: 503 in time, nobody else is held up, back by itself, and what
 * was acknowledged is there (reliability F1, F2, F3, F7). */
#include "load.h"
#include "shop.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

enum {
	SHOPPERS = 8,
	ANSWER_MS = 2500,   /* the promise */
	RECOVERY_MS = 2500, /* after the database is up; two of it promised */
	PROBE_MS = 1000	    /* of /healthz/, on a machine that is shared */
};

static const char *first_line(const char *command)
{
	static char line[512];
	FILE *out = popen(command, "r");

	line[0] = '\0';
	if (fgets(line, sizeof(line), out) == NULL)
		line[0] = '\0';
	pclose(out);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static const char *data(void)
{
	return getenv("SHOPD_TEST_PGDATA");
}

static void pg_ctl(const char *what)
{
	for (int i = 0; i < 100; i++) {
		if (system(fmt("%s -w %s >/dev/null 2>&1",
			       getenv("SHOPD_TEST_PGCTL"), what)) == 0)
			return;
		sleep_ms(50); /* its old processes are still ending */
	}
	fail_msg("pg_ctl %s does not work", what);
}

static pid_t postmaster(void)
{
	return (pid_t)atoi(first_line(fmt("head -1 %s/postmaster.pid", data())));
}

static void wait_for_purchases(int64_t more)
{
	int64_t goal = load_now().acknowledged + more;

	for (int i = 0; i < 1000 && load_now().acknowledged < goal; i++)
		sleep_ms(20);
	assert_true(load_now().acknowledged >= goal);
}

/* From now on it is up: how soon is a write acknowledged? */
static void assert_recovery(const char *what, int64_t up_at)
{
	int64_t took = -1;

	for (int i = 0; i < 1000 && took < 0; i++) {
		if (load_now().last_at > up_at)
			took = load_now().last_at - up_at;
		sleep_ms(5);
	}
	print_message("%s: first write acknowledged %lld ms after it was up\n",
		      what, (long long)took);
	assert_in_range(took, 0, RECOVERY_MS);
}

/* The journal against the tables; a bounded number of statements. */
static void assert_journal(const struct purchase *journal)
{
	char *carts = calloc(1, 1 << 22);
	char *orders = calloc(1, 1 << 22);
	size_t cart_count = 0;
	size_t order_count = 0;
	char *c = carts;
	char *o = orders;

	for (const struct purchase *p = journal; p != NULL; p = p->next) {
		c += sprintf(c, "%s('%s'::uuid,%d)", cart_count++ ? "," : "",
			     p->cart, p->quantity);
		if (p->order[0] != '\0')
			o += sprintf(o, "%s'%s'", order_count++ ? "," : "",
				     p->order);
	}
	print_message("%zu carts and %zu orders were acknowledged\n", cart_count,
		      order_count);
	assert_true(order_count > 0);
	assert_int_equal(
		atoll(sql("SELECT count(*) FROM (VALUES %s) j (id, quantity) "
			  "JOIN cart USING (id)", carts)),
		cart_count);
	assert_string_equal(
		sql("SELECT count(*) FROM (VALUES %s) j (id, quantity) WHERE "
		    "quantity > 0 AND quantity <> coalesce((SELECT sum(i.quantity)"
		    " FROM cart_item i WHERE i.cart_id = j.id), 0)", carts),
		"0");
	assert_int_equal(
		atoll(sql("SELECT count(*) FROM orders o WHERE state = 'placed' "
			  "AND payment_status = 'paid' AND id IN (%s) AND 1 = "
			  "(SELECT count(*) FROM payment p WHERE p.order_id = o.id "
			  "AND p.captured = o.total)", orders)),
		order_count);
	free(carts);
	free(orders);
}

/* All that was charged belongs to an order that was placed, once each. */
static void assert_ledger(void)
{
	struct answer *ledger;
	json_t *charge;
	size_t paid = 0;
	size_t i;

	until_sql(40, "0", "SELECT count(*) FROM payment WHERE state IN "
			   "('created', 'processing', 'unknown') AND "
			   "payment_method IS NOT NULL");
	ledger = ask(200, "GET", fmt("%s/__emu/ledger", sandbox_url()), &nobody,
		     NULL);
	json_array_foreach(node_at(ledger, "charges"), i, charge)
		paid += json_is_true(json_object_get(charge, "paid"));
	assert_int_equal(paid, atoll(sql("SELECT count(*) FROM payment WHERE "
					 "captured > 0")));
}

static void end(void)
{
	const struct purchase *journal = load_stop();
	struct load seen = load_now();

	print_message("%lld answers good, %lld times 503, %lld cut\n",
		      (long long)seen.acknowledged, (long long)seen.refused,
		      (long long)seen.cut);
	assert_int_equal(seen.wrong, 0);
	assert_journal(journal);
	assert_ledger();
}

static void assert_in_time(const char *what)
{
	struct load seen = load_now();

	print_message("%s: slowest answer %lld ms; slowest of %lld probes %lld "
		      "ms\n", what, (long long)seen.slowest_ms,
		      (long long)seen.probes, (long long)seen.slowest_probe_ms);
	assert_in_range(seen.slowest_ms, 0, ANSWER_MS);
	assert_int_equal(seen.probes_bad, 0);
	assert_in_range(seen.slowest_probe_ms, 0, PROBE_MS);
}

/* ---- the stories ---- */

/* The server and all its processes. */
static void signal_all(int number)
{
	pid_t parent = postmaster();

	const char *children = first_line(fmt("pgrep -d ' ' -P %d", (int)parent));

	assert_int_equal(kill(parent, number), 0);
	(void)!system(fmt("kill -%d %s", number, children));
}

static void killed_it_comes_back_and_nothing_is_lost(void **state)
{
	int64_t refused;

	(void)state;
	load_start(SHOPPERS);
	wait_for_purchases(100);
	load_mark();
	refused = load_now().refused;
	signal_all(SIGKILL);
	for (int i = 0; i < 200 && load_now().refused < refused + 100; i++)
		sleep_ms(20);
	assert_true(load_now().refused >= refused + 100);
	pg_ctl("start");
	assert_recovery("killed", now_ms());
	wait_for_purchases(100);
	assert_in_time("killed");
	assert_int_equal(load_now().cut, 0);
	end();
}

static void restarted_it_is_found_again(void **state)
{
	static const char *const modes[] = {"-m fast restart",
					    "-m immediate restart"};

	(void)state;
	load_start(SHOPPERS);
	wait_for_purchases(50);
	load_mark();
	for (int i = 0; i < 2; i++) {
		pg_ctl(modes[i]);
		assert_recovery(modes[i], now_ms());
		wait_for_purchases(50);
	}
	assert_in_time("restarted");
	assert_int_equal(load_now().cut, 0);
	end();
}

static int64_t stalls(void)
{
	struct answer *answer = ask(200, "GET", "/metrics", &nobody, NULL);
	const char *line = strstr(answer->body, "\nshopd_loop_stalls_total");

	return line == NULL ? 0 : atoll(strchr(line + 1, ' '));
}

static void frozen_it_is_503_in_time_and_the_rest_goes_on(void **state)
{
	int64_t before;
	int64_t good;

	(void)state;
	load_start(SHOPPERS);
	wait_for_purchases(100);
	before = stalls();
	load_mark();
	signal_all(SIGSTOP);
	good = load_now().acknowledged;
	for (int i = 0; i < 3; i++) { /* some five seconds */
		int64_t start = now_ms();
		struct answer *answer = ask(503, "POST", "/api/v1/carts/",
					    &(struct caller){.key = ""}, "{}");

		assert_non_null(header_of(answer, "Retry-After"));
		assert_string_equal(text_at(answer, "code"), "unavailable");
		assert_in_range(now_ms() - start, 0, ANSWER_MS);
	}
	assert_true(load_now().acknowledged - good <= SHOPPERS);
	signal_all(SIGCONT);
	assert_recovery("frozen", now_ms());
	assert_in_time("frozen");
	print_message("loops held up meanwhile: %lld\n",
		      (long long)(stalls() - before));
	wait_for_purchases(50);
	end();
}

/* Who cannot be asked about is not let in: neither where the handler would
 * need the database, nor where it would not. */
static void frozen_it_lets_in_nobody_who_was_shut_out(void **state)
{
	static const char *const paths[] = {"/api/v1/account/",
					    "/api/v1/admin/permissions/"};
	struct answer *login = ask(200, "POST", "/api/v1/auth/token/", &nobody,
				   "{\"email\":\"staff@example.com\","
				   "\"password\":\"demo-staff-1\"}");
	const struct caller clerk = {.bearer = text_at(login, "access")};
	int statuses[4];

	(void)state;
	ask(200, "GET", paths[1], &clerk, NULL);
	sql("UPDATE session SET ended_at = now(), end_reason = 'staff' WHERE id "
	    "= (SELECT id FROM session ORDER BY created_at DESC LIMIT 1)");
	signal_all(SIGSTOP);
	sleep_ms(1500); /* the second that is promised */
	for (int i = 0; i < 4; i++)
		statuses[i] = ask(0, "GET", paths[i % 2], &clerk, NULL)->status;
	signal_all(SIGCONT);
	for (int i = 0; i < 4; i++)
		assert_true(statuses[i] == 401 || statuses[i] == 503);
	for (int i = 0; i < 200; i++) {
		if (ask(0, "GET", paths[1], &clerk, NULL)->status == 401)
			break;
		sleep_ms(50);
	}
	ask(401, "GET", paths[1], &clerk, NULL);
}

static void a_lock_held_by_another_is_503_and_then_over(void **state)
{
	const struct caller caller = {.key = ""};
	FILE *other;
	int64_t start;

	(void)state;
	other = popen(fmt("psql -X -q -d '%s' -c \"BEGIN; LOCK TABLE cart IN "
			  "ACCESS EXCLUSIVE MODE; SELECT pg_sleep(4)\" "
			  ">/dev/null",
			  getenv("SHOPD_DATABASE_URL")),
		      "r");
	until_sql(5, "1", "SELECT count(*) FROM pg_locks WHERE mode = "
			  "'AccessExclusiveLock' AND granted AND "
			  "relation = 'cart'::regclass");
	start = now_ms();
	assert_non_null(header_of(ask(503, "POST", "/api/v1/carts/", &caller, "{}"),
				  "Retry-After"));
	assert_in_range(now_ms() - start, 0, ANSWER_MS);
	ask(200, "GET", "/api/v1/products/", &nobody, NULL);
	pclose(other);
	ask(201, "POST", "/api/v1/carts/", &caller, "{}");
}

/* Whatever failed: it runs, and nobody shops. */
static int clean(void **state)
{
	(void)state;
	if (load_is_on()) {
		signal_all(SIGCONT);
		load_stop();
	}
	if (system(fmt("%s status >/dev/null", getenv("SHOPD_TEST_PGCTL"))) != 0)
		pg_ctl("start");
	return 0;
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
		cmocka_unit_test_teardown(
			killed_it_comes_back_and_nothing_is_lost, clean),
		cmocka_unit_test_teardown(
			restarted_it_is_found_again, clean),
		cmocka_unit_test_teardown(
			frozen_it_is_503_in_time_and_the_rest_goes_on, clean),
		cmocka_unit_test_teardown(
			frozen_it_lets_in_nobody_who_was_shut_out, clean),
		cmocka_unit_test_teardown(
			a_lock_held_by_another_is_503_and_then_over, clean),
	};

	return cmocka_run_group_tests(tests, stock_up, NULL);
}
