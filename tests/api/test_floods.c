/* test_floods.c - passwords tried by the thousand (reliability S15). The shop
 * trusts this machine's X-Forwarded-For and has its default throttles. */
#include "authenticator.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#define TOKEN "/api/v1/auth/token/"
enum { AT_ONCE = 100, HASHES_AN_HOUR = 100 };

/* From that address, with that device; NULL: none. */
static struct caller from(const char *address, const char *device)
{
	const char **headers = calloc(3, sizeof(*headers));

	headers[0] = fmt("X-Forwarded-For: %s", address);
	headers[1] = device ? fmt("X-Device-Token: %s", device) : NULL;
	return (struct caller){.headers = headers};
}

static const char *guess(const char *email, const char *password)
{
	return fmt("{\"email\":\"%s\",\"password\":\"%s\"}", email, password);
}

/* A fresh account, whose owner lives at an address of its own. */
static const char *an_owner(const char *address)
{
	static int number;
	const char *email = fmt("flood-%d-%ld@example.com", ++number, (long)time(NULL));
	struct caller caller = from(address, NULL);

	ask(201, "POST", "/api/v1/auth/register/", &caller, guess(email, GOOD_PASSWORD));
	return email;
}

/* Statuses of so many tries; line(i) makes each. */
static void flood(size_t times, struct request_line (*line)(size_t i), int counts[600])
{
	static struct request_line lines[AT_ONCE];

	memset(counts, 0, sizeof(int) * 600);
	for (size_t done = 0; done < times; done += AT_ONCE) {
		for (size_t i = 0; i < AT_ONCE; i++)
			lines[i] = line(done + i);
		ask_all(lines, AT_ONCE);
		for (size_t i = 0; i < AT_ONCE; i++) {
			struct answer *answer = &lines[i].answer;

			counts[answer->status % 600]++;
			if (answer->status == 429 && atoi(header_of(answer, "Retry-After")) < 1)
				fail_msg("a refusal that does not say until when");
		}
	}
	print_message("%zu tries: %d hashed, %d refused, %d too busy\n", times, counts[401],
		      counts[429], counts[503]);
	assert_int_equal(counts[401] + counts[429] + counts[503], (int)times);
}

static const char *target;

static struct request_line by_one_address(size_t i)
{
	static struct caller caller;

	if (caller.headers == NULL)
		caller = from("203.0.113.7", NULL);
	return (struct request_line){"POST", TOKEN, caller, guess(target, fmt("guess %zu", i)), {0}};
}

static void ten_thousand_tries_by_one_address_are_ten_a_minute(void **state)
{
	time_t begun = time(NULL);
	int counts[600];

	(void)state;
	target = an_owner("203.0.113.1");
	flood(10000, by_one_address, counts);
	assert_true(counts[401] + counts[503] <= 12 + (time(NULL) - begun) / 6);
	/* Elsewhere nobody notices. */
	ask(200, "POST", TOKEN, &(struct caller){.headers = from("203.0.113.1", NULL).headers},
	    guess(target, GOOD_PASSWORD));
}

static struct request_line by_a_thousand_addresses(size_t i)
{
	static struct caller callers[1000];
	struct caller *caller = &callers[i % 1000];

	if (caller->headers == NULL)
		*caller = from(fmt("198.51.%zu.%zu", i % 1000 / 250, i % 250 + 1), NULL);
	return (struct request_line){"POST", TOKEN, *caller, guess(target, fmt("guess %zu", i)), {0}};
}

static void a_thousand_addresses_get_a_hundred_hashes_of_one_account(void **state)
{
	struct caller home = from("203.0.113.2", NULL);
	const char *device;
	struct answer *answer;
	int counts[600];

	(void)state;
	target = an_owner("203.0.113.2");
	answer = ask(200, "POST", TOKEN, &home, guess(target, GOOD_PASSWORD));
	device = header_of(answer, "X-Device-Token");
	flood(10000, by_a_thousand_addresses, counts);
	assert_true(counts[401] > 0);
	assert_true(counts[401] <= HASHES_AN_HOUR);
	/* A stranger waits, whatever he types; the owner's session and device
	 * go on. */
	ask(429, "POST", TOKEN, &home, guess(target, GOOD_PASSWORD));
	askf(200, "POST", "/api/v1/auth/token/refresh/", &home, "{\"refresh\":\"%s\"}",
	     text_at(answer, "refresh"));
	home = from("203.0.113.3", device);
	ask(200, "POST", TOKEN, &home, guess(target, GOOD_PASSWORD));
	/* That has not opened it to strangers again. */
	home = from("203.0.113.4", NULL);
	ask(429, "POST", TOKEN, &home, guess(target, GOOD_PASSWORD));
}

static void a_login_does_not_forgive_what_strangers_tried(void **state)
{
	struct caller home = from("203.0.113.5", NULL);

	(void)state;
	target = an_owner("203.0.113.5");
	sql("INSERT INTO login_try (name_hash, tries) VALUES (sha256('%s'), 98)", target);
	ask(200, "POST", TOKEN, &home, guess(target, GOOD_PASSWORD));
	ask(401, "POST", TOKEN, &home, guess(target, "wrong"));
	ask(401, "POST", TOKEN, &home, guess(target, "wrong"));
	ask(429, "POST", TOKEN, &home, guess(target, "wrong"));
}

static void a_device_counts_for_its_account_only_and_is_limited(void **state)
{
	const char *mine = an_owner("203.0.113.6");
	const char *theirs = an_owner("203.0.113.6");
	struct caller home = from("203.0.113.6", NULL);
	const char *device = header_of(ask(200, "POST", TOKEN, &home, guess(mine, GOOD_PASSWORD)),
				       "X-Device-Token");

	(void)state;
	sql("INSERT INTO login_try (name_hash, tries) VALUES (sha256('%s'), 100), "
	    "(sha256('%s'), 100)", mine, theirs);
	home = from("203.0.113.16", device);
	ask(429, "POST", TOKEN, &home, guess(theirs, GOOD_PASSWORD));
	for (int i = 0; i < 20; i++) {
		home = from(fmt("192.0.2.%d", i + 1), device);
		ask(401, "POST", TOKEN, &home, guess(mine, "wrong"));
	}
	home = from("203.0.113.17", device);
	ask(429, "POST", TOKEN, &home, guess(mine, GOOD_PASSWORD));
	home = from("203.0.113.18", fmt("0%s", device + 1));
	ask(429, "POST", TOKEN, &home, guess(mine, GOOD_PASSWORD));
}

static struct request_line one_password_for_all(size_t i)
{
	static struct caller caller;

	if (caller.headers == NULL)
		caller = from("203.0.113.8", NULL);
	return (struct request_line){"POST", TOKEN, caller,
				     guess(fmt("somebody%zu@example.com", i), "summer-2026!"), {0}};
}

static void one_password_over_ten_thousand_accounts_is_ten_a_minute(void **state)
{
	time_t begun = time(NULL);
	int counts[600];

	(void)state;
	flood(10000, one_password_for_all, counts);
	assert_true(counts[401] + counts[503] <= 12 + (time(NULL) - begun) / 6);
}

/* Whoever is asked to register somebody else's address again and again. */
static void registering_sends_an_address_five_mails_an_hour(void **state)
{
	const char *email = an_owner("203.0.113.9");

	(void)state;
	for (int i = 0; i < 9; i++) {
		struct caller caller = from(fmt("192.0.2.%d", 100 + i), NULL);

		assert_string_equal(ask(201, "POST", "/api/v1/auth/register/", &caller,
					guess(email, GOOD_PASSWORD))->body,
				    "{\"detail\":\"Verification e-mail sent.\"}");
	}
	assert_string_equal(sql("SELECT count(*) FROM outbox WHERE data ->> 'email' = '%s'", email),
			    "5");
}

static void the_loop_never_hashed(void **state)
{
	const char *metrics = ask(200, "GET", "/metrics", &nobody, NULL)->body;
	const char *at = strstr(metrics, "\nshopd_loop_stalls_total");

	(void)state;
	assert_non_null(at);
	print_message("%.*s\n", (int)strcspn(at + 1, "\n"), at + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ten_thousand_tries_by_one_address_are_ten_a_minute),
		cmocka_unit_test(a_thousand_addresses_get_a_hundred_hashes_of_one_account),
		cmocka_unit_test(a_login_does_not_forgive_what_strangers_tried),
		cmocka_unit_test(a_device_counts_for_its_account_only_and_is_limited),
		cmocka_unit_test(one_password_over_ten_thousand_accounts_is_ten_a_minute),
		cmocka_unit_test(registering_sends_an_address_five_mails_an_hour),
		cmocka_unit_test(the_loop_never_hashed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
