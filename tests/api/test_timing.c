/* test_timing.c - whether the time of an answer tells that an address has an
 * account: known and unknown ones by turns, judged by the ranks of their times
 * (Mann-Whitney). SHOPD_TEST_SAMPLES of each, else 150; scripts/bench accounts
 * takes 2,000. */
#include "shop.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <curl/curl.h>

enum { KNOWN, UNKNOWN, SIDES };

struct sample {
	double time; /* milliseconds */
	int side;
};

static size_t samples_wanted(void)
{
	const char *text = getenv("SHOPD_TEST_SAMPLES");

	return text ? strtoul(text, NULL, 10) : 150;
}

static int by_time(const void *a, const void *b)
{
	double x = ((const struct sample *)a)->time;
	double y = ((const struct sample *)b)->time;

	return (x > y) - (x < y);
}

static double median_of(const struct sample *sorted, size_t count, int side)
{
	size_t seen = 0;

	for (size_t i = 0; i < count; i++)
		if (sorted[i].side == side && ++seen == count / 4 + 1)
			return sorted[i].time;
	return 0;
}

/* Two-sided, by the normal distribution; times do not tie. */
static double rank_test(const struct sample *sorted, size_t count)
{
	double n = (double)count / 2;
	double ranks = 0;
	double u;

	for (size_t i = 0; i < count; i++)
		if (sorted[i].side == KNOWN)
			ranks += (double)i + 1;
	u = ranks - n * (n + 1) / 2;
	return erfc(fabs(u - n * n / 2) / sqrt(n * n * (2 * n + 1) / 12) / sqrt(2));
}

static size_t drop(char *bytes, size_t size, size_t count, void *nothing)
{
	(void)bytes;
	(void)nothing;
	return size * count;
}

/* One kept connection. */
static CURL *wire;

static double time_of(const char *path, const char *body, long wanted)
{
	static struct curl_slist *headers;
	curl_off_t taken;
	long status;

	if (wire == NULL) {
		wire = curl_easy_init();
		headers = curl_slist_append(curl_slist_append(NULL, "Content-Type: application/json"),
					    "Expect:");
	}
	curl_easy_setopt(wire, CURLOPT_URL, fmt("%s%s", shop_url(), path));
	curl_easy_setopt(wire, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(wire, CURLOPT_WRITEFUNCTION, drop);
	curl_easy_setopt(wire, CURLOPT_POSTFIELDS, body);
	assert_int_equal(curl_easy_perform(wire), CURLE_OK);
	curl_easy_getinfo(wire, CURLINFO_RESPONSE_CODE, &status);
	if (status != wanted)
		fail_msg("%s answered %ld to %s", path, status, body);
	curl_easy_getinfo(wire, CURLINFO_TOTAL_TIME_T, &taken);
	return (double)taken / 1000;
}

struct question {
	const char *name;
	const char *path;
	const char *password;
	long status;
};

/* Accounts known-N@..., all with the password of one that registered. */
static void make_known(const char *domain, size_t count)
{
	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"first@%s\",\"password\":\"lantern-quiet-47\"}", domain);
	sql("INSERT INTO account (email, password_hash, email_verified_at) "
	    "SELECT 'known-' || n || '@%s', password_hash, now() "
	    "FROM account, generate_series(0, %zu) n WHERE email = 'first@%s'",
	    domain, count + 10, domain);
	sql("ANALYZE account");
}

/* By turns, and who is first changes, so that what drifts hits both. */
static void ask_both(const struct question *question, const char *domain,
		     struct sample *samples, size_t each)
{
	static const char *const names[SIDES] = {"known", "other"};

	for (size_t i = 0; i < each + 10; i++) {
		for (int turn = 0; turn < SIDES; turn++) {
			int side = (turn + (int)i) % SIDES;
			char body[512];
			char email[128];
			double taken;

			snprintf(email, sizeof(email), "%s-%zu@%s", names[side], i, domain);
			snprintf(body, sizeof(body), "{\"email\":\"%s\",\"password\":\"%s\"}", email,
				 question->password);
			taken = time_of(question->path, body, question->status);
			if (i >= 10) /* warm by then */
				samples[2 * (i - 10) + (size_t)turn] = (struct sample){taken, side};
		}
	}
}

/* A hash takes some 20 ms, a statement tenths of one. */
static void judge(const struct question *question)
{
	size_t each = samples_wanted();
	struct sample *samples = calloc(2 * each, sizeof(*samples));
	const char *domain = fmt("%s-%ld.example.org", question->name, (long)getpid());
	double gap;
	double p;

	make_known(domain, each);
	ask_both(question, domain, samples, each);
	qsort(samples, 2 * each, sizeof(*samples), by_time);
	gap = median_of(samples, 2 * each, KNOWN) - median_of(samples, 2 * each, UNKNOWN);
	p = rank_test(samples, 2 * each);
	print_message("timing %-8s %zu of each: median %.3f ms, known - unknown %+.3f ms, p = %.3f\n",
		      question->name, each, median_of(samples, 2 * each, UNKNOWN), gap, p);
	if (fabs(gap) > 1 && p < 0.0001)
		fail_msg("the time tells: %.3f ms, p = %g", gap, p);
	free(samples);
}

static void the_time_of_a_login_does_not_tell_who_has_an_account(void **state)
{
	(void)state;
	judge(&(struct question){"login", "/api/v1/auth/token/", "not-the-right-1", 401});
}

static void the_time_of_a_registration_does_not_tell_either(void **state)
{
	(void)state;
	judge(&(struct question){"register", "/api/v1/auth/register/", "lantern-quiet-47", 201});
}

/* The request leaves a job behind, and only that of a known address a mail:
 * whoever is asked next feels it, so each side comes as often after the one as
 * after the other. */
static void the_time_of_a_forgotten_password_does_not_tell_either(void **state)
{
	(void)state;
	judge(&(struct question){"reset", "/api/v1/auth/password-reset/", "unused", 200});
}

static void the_rank_test_would_notice(void **state)
{
	struct sample samples[300];

	(void)state;
	for (int i = 0; i < 300; i++)
		samples[i] = (struct sample){i % 2 ? 20 + (double)(i * 7919 % 300) / 100
						   : 21.2 + (double)(i * 7907 % 300) / 100,
					     i % 2};
	qsort(samples, 300, sizeof(samples[0]), by_time);
	assert_true(rank_test(samples, 300) < 0.0001);
	for (int i = 0; i < 300; i++)
		samples[i] = (struct sample){20 + (double)(i * 7919 % 300) / 100, (i / 2) % 2};
	qsort(samples, 300, sizeof(samples[0]), by_time);
	assert_true(rank_test(samples, 300) > 0.05);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rank_test_would_notice),
		cmocka_unit_test(the_time_of_a_login_does_not_tell_who_has_an_account),
		cmocka_unit_test(the_time_of_a_registration_does_not_tell_either),
		cmocka_unit_test(the_time_of_a_forgotten_password_does_not_tell_either),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
