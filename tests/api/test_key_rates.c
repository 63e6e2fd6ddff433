/* test_key_rates.c - the rate of an API key: one bucket for all workers, told
 * honestly, and nobody else's. */
#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PRODUCTS "/api/v1/admin/products/"
#define READS "[\"catalog.read\"]"

static struct caller by(const char *key)
{
	return (struct caller){.bearer = key};
}

static long number_in(const struct answer *answer, const char *header)
{
	const char *text = header_of(answer, header);

	if (text == NULL)
		fail_msg("there is no %s", header);
	return text == NULL ? 0 : atol(text);
}

static void pause_for(long seconds)
{
	const struct timespec pause = {.tv_sec = seconds};

	nanosleep(&pause, NULL);
}

/* Workers that the log shows to have answered the key. */
static int workers_of(const char *key)
{
	const char *command =
		fmt("grep -F '\"key\":\"%.12s\"' '%s' | grep -o '\"pid\":[0-9]*' "
		    "| sort -u | wc -l", key + 8, getenv("SHOP_LOG"));
	FILE *pipe = popen(command, "r");
	int count = 0;

	assert_non_null(pipe);
	assert_int_equal(fscanf(pipe, "%d", &count), 1);
	pclose(pipe);
	return count;
}

/* A thousand a day: what is given back meanwhile, one in 86 seconds, is told
 * by the time that the test took. */
static void all_workers_take_from_one_bucket(void **state)
{
	const char *key = a_key_that(READS, ",\"rate\":\"1000/day\"").text;
	const struct caller caller = by(key);
	time_t began = time(NULL);
	struct answer *answer;
	int counts[600];
	long sent = 0;
	long given_back;

	(void)state;
	for (int i = 0; i < 20 && workers_of(key) < 2; i++, sent += 30) {
		ask_at_once(30, "GET", PRODUCTS, &caller, NULL, counts);
		assert_int_equal(counts[200], 30);
	}
	assert_int_equal(workers_of(key), 2);
	answer = ask(200, "GET", PRODUCTS, &caller, NULL);
	given_back = (time(NULL) - began + 1) / 86;
	assert_int_equal(number_in(answer, "RateLimit-Limit"), 1000);
	assert_in_range(number_in(answer, "RateLimit-Remaining"),
			1000 - sent - 1, 1000 - sent - 1 + given_back);
}

static void no_more_than_the_rate_is_granted_whoever_grants_it(void **state)
{
	const struct caller caller =
		by(a_key_that(READS, ",\"rate\":\"25/day\"").text);
	int counts[600];
	int granted = 0;

	(void)state;
	for (int i = 0; i < 3; i++) {
		ask_at_once(40, "GET", PRODUCTS, &caller, NULL, counts);
		granted += counts[200];
		assert_int_equal(counts[200] + counts[429], 40);
	}
	assert_int_equal(granted, 25);
}

/* One comes back every three seconds. */
static void who_waits_as_long_as_told_is_served(void **state)
{
	const struct caller caller =
		by(a_key_that(READS, ",\"rate\":\"20/minute\"").text);
	struct answer *answer = NULL;
	long wait;

	(void)state;
	for (int i = 0; i < 2000; i++) {
		answer = ask(0, "GET", PRODUCTS, &caller, NULL);
		assert_in_range(number_in(answer, "RateLimit-Reset"), 1, 60);
		if (answer->status == 429)
			break;
		assert_null(header_of(answer, "Retry-After"));
	}
	assert_int_equal(answer->status, 429);
	assert_int_equal(number_in(answer, "RateLimit-Remaining"), 0);
	wait = number_in(answer, "Retry-After");
	assert_in_range(wait, 1, 3);
	assert_non_null(strstr(text_at(answer, "detail"),
			       fmt("in %ld second", wait)));
	pause_for(wait);
	ask(200, "GET", PRODUCTS, &caller, NULL);
}

static long left_of(const char *key)
{
	const struct caller caller = by(key);

	return number_in(ask(200, "GET", PRODUCTS, &caller, NULL),
			 "RateLimit-Remaining");
}

static void a_bucket_is_of_one_key_whatever_its_secret(void **state)
{
	const struct caller staff = {.bearer = the_staff()};
	const struct api_key one = a_key_that(READS, ",\"rate\":\"90/day\"");
	const struct api_key other = a_key_that(READS, ",\"rate\":\"90/day\"");
	const char *next;

	(void)state;
	assert_int_equal(left_of(one.text), 89);
	assert_int_equal(left_of(one.text), 88);
	assert_int_equal(left_of(other.text), 89);
	next = text_at(ask(200, "POST", fmt(KEYS "%s/rotate/", one.id), &staff,
			   "{}"), "key");
	assert_int_equal(left_of(next), 87);
	assert_int_equal(left_of(one.text), 86);
	/* Nor does its maker share it: no rate is set for people here. */
	assert_null(header_of(ask(200, "GET", PRODUCTS, &staff, NULL),
			      "RateLimit-Limit"));
}

/* A live key that was made on a server in production, of this database, too:
 * it opens nothing here, and takes nothing from a test key's bucket. */
static void keys_of_the_other_mode_are_told_apart(void **state)
{
	const struct api_key test = a_key_that(READS, ",\"rate\":\"90/day\"");
	FILE *pipe = popen(fmt("SHOPD_MODE=production %s key create live --scope "
			       "catalog.read --rate 90/day", getenv("SHOPD")),
			   "r");
	char live[100] = "";
	char line[400];
	struct caller caller;

	(void)state;
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe) != NULL)
		sscanf(line, "key %99s", live);
	assert_int_equal(pclose(pipe), 0);
	assert_memory_equal(live, "sk_live_", 8);
	assert_int_equal(left_of(test.text), 89);
	for (int i = 0; i < 10; i++) {
		const char *const keys[] = {
			live, mended(fmt("sk_live_%s", test.text + 8)),
			mended(fmt("sk_test_%s", live + 8))};

		for (size_t k = 0; k < 3; k++) {
			struct answer *answer;

			caller = by(keys[k]);
			answer = ask(401, "GET", PRODUCTS, &caller, NULL);
			assert_string_equal(text_at(answer, "code"),
					    k < 2 ? "api_key_wrong_mode"
						  : "api_key_not_valid");
		}
	}
	assert_int_equal(left_of(test.text), 88);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_workers_take_from_one_bucket),
		cmocka_unit_test(
			no_more_than_the_rate_is_granted_whoever_grants_it),
		cmocka_unit_test(who_waits_as_long_as_told_is_served),
		cmocka_unit_test(a_bucket_is_of_one_key_whatever_its_secret),
		cmocka_unit_test(keys_of_the_other_mode_are_told_apart),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
