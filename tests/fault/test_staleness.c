/* test_staleness.c - readers race a writer of 200 commits a second: nobody
 * gets an answer that lacks what was committed a second before it was asked.
 * SHOPD_TEST_RACE_SECONDS makes it longer than the usual 8. */
#include "load.h"
#include "shop.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>
#include <libpq-fe.h>

enum {
	READERS = 6,
	READER_PAUSE_MS = 1, /* so that the writers have their share */
	WRITERS = 2,
	PRODUCTS = 4, /* that are written, in turn, by one writer each */
	WRITES_MAX = 60000,
	PERIOD_MS = 10, /* of a writer: 200 writes a second */
	PROMISE_MS = 1000
};

static const char *const slugs[PRODUCTS] = {"enamel-teapot", "tool-pouch",
					    "handlebar-bag", "chefs-knife"};

/* acknowledged[p][n] is when the n-th write of product p had been committed;
 * written by its writer alone, read up to count[p]. */
static int64_t acknowledged[PRODUCTS][WRITES_MAX];
static atomic_int counts[PRODUCTS];
static atomic_bool is_over;
static atomic_int stale, answers, oldest_ms;
static atomic_bool has_failed;

struct text {
	char bytes[65536];
	size_t length;
};

static size_t collect(char *bytes, size_t size, size_t count, void *argument)
{
	struct text *text = argument;

	if (text->length + size * count < sizeof(text->bytes)) {
		memcpy(text->bytes + text->length, bytes, size * count);
		text->length += size * count;
		text->bytes[text->length] = '\0';
	}
	return size * count;
}

static bool run(PGconn *db, const char *statement, int count,
		const char *const *values)
{
	PGresult *result = PQexecParams(db, statement, count, NULL, values,
					NULL, NULL, 0);
	bool is_done = PQresultStatus(result) == PGRES_COMMAND_OK ||
		       PQresultStatus(result) == PGRES_TUPLES_OK;

	if (!is_done)
		fprintf(stderr, "%s", PQerrorMessage(db));
	PQclear(result);
	return is_done;
}

/* As the staff's handlers do it. */
static bool write_once(PGconn *db, int product, int number)
{
	char name[64];
	const char *const values[] = {slugs[product], name};

	snprintf(name, sizeof(name), "Race %d.%d.", product, number);
	return run(db, "BEGIN", 0, NULL) &&
	       run(db, "UPDATE product SET name = $2 WHERE slug = $1", 2,
		   values) &&
	       run(db, "SELECT listing_refresh(array_agg(id)) FROM product "
		       "WHERE slug = $1", 1, values) &&
	       run(db, "COMMIT", 0, NULL);
}

static void *write_all(void *argument)
{
	PGconn *db = PQconnectdb(getenv("SHOPD_DATABASE_URL"));
	int64_t next = now_ms();

	for (int i = *(int *)argument; !is_over; i += WRITERS) {
		int product = i % PRODUCTS;
		int number = counts[product];

		if (number == WRITES_MAX || !write_once(db, product, number)) {
			has_failed = true;
			break;
		}
		acknowledged[product][number] = now_ms();
		counts[product] = number + 1;
		next += PERIOD_MS;
		if (next > now_ms())
			sleep_ms(next - now_ms());
		else
			next = now_ms(); /* no catching up in a burst */
	}
	PQfinish(db);
	return NULL;
}

/* Asked at `asked`, it must show the last write that was acknowledged a
 * second before. */
static void judge(int product, int shown, int64_t asked)
{
	int known = counts[product];
	int64_t missed;

	answers++;
	if (shown + 1 >= known)
		return;
	/* The first write that it lacks. */
	missed = asked - acknowledged[product][shown + 1];
	if (missed > oldest_ms)
		oldest_ms = (int)missed;
	if (missed > PROMISE_MS)
		stale++;
}

static void judge_all(const char *body, int64_t asked)
{
	int product;
	int shown;

	while ((body = strstr(body, "\"Race ")) != NULL) {
		if (sscanf(body, "\"Race %d.%d.", &product, &shown) == 2)
			judge(product, shown, asked);
		body++;
	}
}

static void *read_all(void *argument)
{
	int number = *(int *)argument;
	CURL *curl = curl_easy_init();
	struct text *text = calloc(1, sizeof(*text));
	char url[256];

	for (int i = 0; !is_over; i++) {
		int64_t asked;

		if ((i + number) % 2 == 0)
			snprintf(url, sizeof(url), "%s/api/v1/products/%s/",
				 shop_url(), slugs[i / 2 % PRODUCTS]);
		else
			snprintf(url, sizeof(url),
				 "%s/api/v1/products/?page_size=40", shop_url());
		curl_easy_setopt(curl, CURLOPT_URL, url);
		curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, collect);
		curl_easy_setopt(curl, CURLOPT_WRITEDATA, text);
		text->length = 0;
		asked = now_ms();
		if (curl_easy_perform(curl) != CURLE_OK)
			has_failed = true;
		judge_all(text->bytes, asked);
		sleep_ms(READER_PAUSE_MS);
	}
	free(text);
	curl_easy_cleanup(curl);
	return NULL;
}

static int64_t metric(const char *name)
{
	struct answer *answer = ask(200, "GET", "/metrics", &nobody, NULL);
	const char *line = strstr(answer->body, fmt("\n%s ", name));

	assert_non_null(line);
	return atoll(strchr(line + 1, ' '));
}

static int seconds(void)
{
	const char *given = getenv("SHOPD_TEST_RACE_SECONDS");

	return given != NULL ? atoi(given) : 8;
}

static void race(void)
{
	pthread_t threads[WRITERS + READERS];
	int numbers[WRITERS + READERS];

	for (int i = 0; i < WRITERS + READERS; i++) {
		numbers[i] = i;
		pthread_create(&threads[i], NULL,
			       i < WRITERS ? write_all : read_all, &numbers[i]);
	}
	sleep_ms(seconds() * 1000);
	is_over = true;
	for (int i = 0; i < WRITERS + READERS; i++)
		pthread_join(threads[i], NULL);
}

static void no_answer_is_older_than_a_second_after_its_commit(void **state)
{
	int writes = 0;

	(void)state;
	race();
	for (int i = 0; i < PRODUCTS; i++)
		writes += counts[i];
	sleep_ms(1200); /* the metrics are told once a second */
	print_message("%d writes, %d names judged, the oldest lacked what was "
		      "committed %d ms before; hits %lld, misses %lld\n",
		      writes, (int)answers, (int)oldest_ms,
		      (long long)metric("shopd_cache_hits_total"),
		      (long long)metric("shopd_cache_misses_total"));
	assert_false(has_failed);
	assert_int_equal(stale, 0);
	/* Memory had its part in it, and the writer was not starved. */
	assert_true(metric("shopd_cache_hits_total") > answers / 100);
	assert_true(oldest_ms > 0);
	assert_true(writes > seconds() * 20);
	assert_in_range(metric("shopd_cache_change_age_milliseconds"), 1,
			PROMISE_MS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			no_answer_is_older_than_a_second_after_its_commit),
	};

	curl_global_init(CURL_GLOBAL_DEFAULT);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
