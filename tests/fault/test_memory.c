/* test_memory.c - memory without its database: what it holds stops within a
 * second, and comes back; who waits for another's query is not left behind
 * with it. */
#include "load.h"
#include "shop.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

#define LIST "/api/v1/products/?page_size=7"

enum { BOUND_MS = 1000, RECOVERY_MS = 3000, AT_ONCE = 40 };

static const char *first_line(const char *command)
{
	static char line[512];
	FILE *out = popen(command, "r");

	if (fgets(line, sizeof(line), out) == NULL)
		line[0] = '\0';
	pclose(out);
	line[strcspn(line, "\n")] = '\0';
	return line;
}

static pid_t postmaster(void)
{
	return (pid_t)atoi(first_line(fmt("head -1 %s/postmaster.pid",
					  getenv("SHOPD_TEST_PGDATA"))));
}

static void signal_all(int number)
{
	pid_t parent = postmaster();
	const char *children =
		first_line(fmt("pgrep -d ' ' -P %d", (int)parent));

	assert_int_equal(kill(parent, number), 0);
	(void)!system(fmt("kill -%d %s", number, children));
}

static void pg_ctl(const char *what)
{
	for (int i = 0; i < 100; i++) {
		if (system(fmt("%s -w %s >/dev/null 2>&1",
			       getenv("SHOPD_TEST_PGCTL"), what)) == 0)
			return;
		sleep_ms(50);
	}
	fail_msg("pg_ctl %s does not work", what);
}

static bool is_from_memory(const struct answer *answer)
{
	const char *statements = header_of(answer, "X-Statements");

	return answer->status == 200 && statements != NULL &&
	       strcmp(statements, "0") == 0;
}

static void until_from_memory(int64_t milliseconds)
{
	int64_t end = now_ms() + milliseconds;
	int in_a_row = 0;

	while (in_a_row < 8 && now_ms() < end)
		in_a_row = is_from_memory(ask(0, "GET", LIST, &nobody, NULL))
				   ? in_a_row + 1
				   : 0;
	assert_int_equal(in_a_row, 8);
}

/* From `since` on: answers may come for a while, then only 503. */
static void assert_it_stops(int64_t since)
{
	int64_t last_good = since;
	int good = 0;
	int refused = 0;

	while (now_ms() < since + 3 * BOUND_MS) {
		int64_t asked = now_ms();
		struct answer *answer = ask(0, "GET", LIST, &nobody, NULL);

		if (answer->status == 200) {
			last_good = asked;
			good++;
			continue;
		}
		assert_int_equal(answer->status, 503);
		assert_non_null(header_of(answer, "Retry-After"));
		refused++;
	}
	print_message("%d answers, the last asked for after %lld ms; then %d "
		      "times 503\n", good, (long long)(last_good - since),
		      refused);
	assert_in_range(last_good - since, 0, BOUND_MS);
	assert_true(refused > 0);
}

static void stopped_nothing_leaves_memory_after_a_second(void **state)
{
	int64_t since;

	(void)state;
	until_from_memory(10000);
	since = now_ms();
	pg_ctl("-m immediate stop");
	assert_it_stops(since);
	pg_ctl("start");
	until_from_memory(RECOVERY_MS * 3);
}

static void frozen_nothing_leaves_memory_after_a_second(void **state)
{
	int64_t since;

	(void)state;
	until_from_memory(10000);
	since = now_ms();
	signal_all(SIGSTOP);
	assert_it_stops(since);
	signal_all(SIGCONT);
	until_from_memory(RECOVERY_MS * 3);
}

/* What was committed meanwhile by others is not missed. */
static void back_again_memory_knows_what_has_changed(void **state)
{
	(void)state;
	until_from_memory(10000);
	pg_ctl("-m fast stop");
	pg_ctl("start");
	sql("BEGIN; UPDATE product SET name = 'After the stop' WHERE slug = "
	    "'tool-pouch'; SELECT listing_refresh(array_agg(id)) FROM product "
	    "WHERE slug = 'tool-pouch'; COMMIT");
	sleep_ms(BOUND_MS);
	for (int i = 0; i < 20; i++) {
		struct answer *answer = ask(0, "GET",
					    "/api/v1/products/tool-pouch/",
					    &nobody, NULL);

		if (answer->status == 200)
			assert_string_equal(text_at(answer, "name"),
					    "After the stop");
	}
	until_from_memory(RECOVERY_MS * 3);
}

static int64_t followers(void)
{
	struct answer *answer;

	sleep_ms(1300);
	answer = ask(200, "GET", "/metrics", &nobody, NULL);
	return atoll(strstr(answer->body, "\nshopd_cache_followers_total ") +
		     29);
}

/* The table of a list, locked by another for so long. */
static FILE *lock_listing(const char *how_long)
{
	FILE *other = popen(fmt("psql -X -q -d '%s' -c \"BEGIN; LOCK TABLE "
				"listing IN ACCESS EXCLUSIVE MODE; SELECT "
				"pg_sleep(%s)\" >/dev/null",
				getenv("SHOPD_DATABASE_URL"), how_long),
			    "r");

	until_sql(5, "1", "SELECT count(*) FROM pg_locks WHERE mode = "
			  "'AccessExclusiveLock' AND granted AND "
			  "relation = 'listing'::regclass");
	return other;
}

static void many_who_ask_the_same_at_once_cost_one_query(void **state)
{
	int counts[600] = {0};
	int64_t before = followers();
	FILE *other;

	(void)state;
	other = lock_listing("0.5");
	ask_at_once(AT_ONCE, "GET", "/api/v1/products/?page_size=11", &nobody,
		    NULL, counts);
	pclose(other);
	assert_int_equal(counts[200], AT_ONCE);
	/* All but one in each worker. */
	assert_int_equal(followers() - before, AT_ONCE - 2);
}

static void who_waits_for_one_that_fails_asks_alone(void **state)
{
	int counts[600] = {0};
	int64_t start;
	FILE *other;

	(void)state;
	/* A statement has two seconds. */
	other = lock_listing("2.6");
	start = now_ms();
	ask_at_once(AT_ONCE, "GET", "/api/v1/products/?page_size=12", &nobody,
		    NULL, counts);
	pclose(other);
	print_message("200: %d, 503: %d after %lld ms\n", counts[200],
		      counts[503], (long long)(now_ms() - start));
	assert_in_range(counts[503], 1, 4);
	assert_int_equal(counts[200] + counts[503], AT_ONCE);
}

static int clean(void **state)
{
	(void)state;
	if (system(fmt("%s status >/dev/null", getenv("SHOPD_TEST_PGCTL"))) != 0)
		pg_ctl("start");
	signal_all(SIGCONT);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(
			stopped_nothing_leaves_memory_after_a_second, clean),
		cmocka_unit_test_teardown(
			frozen_nothing_leaves_memory_after_a_second, clean),
		cmocka_unit_test_teardown(
			back_again_memory_knows_what_has_changed, clean),
		cmocka_unit_test(many_who_ask_the_same_at_once_cost_one_query),
		cmocka_unit_test(who_waits_for_one_that_fails_asks_alone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
