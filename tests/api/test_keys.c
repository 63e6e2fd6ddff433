/* test_keys.c - who gets in by an API key, from where, for how long. */
#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PRODUCTS "/api/v1/admin/products/"
#define READS "[\"catalog.read\"]"

static struct caller by(const char *key)
{
	return (struct caller){.header = fmt("Authorization: Api-Key %s", key)};
}

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff()};
}

static struct answer *get(int status, const char *path, const char *key)
{
	const struct caller caller = by(key);

	return ask(status, "GET", path, &caller, NULL);
}

static void expect_refusal(int status, const char *code, const char *key)
{
	struct answer *answer = get(status, PRODUCTS, key);

	assert_string_equal(text_at(answer, "code"), code);
}

static void pause_for(long milliseconds)
{
	const struct timespec pause = {
		.tv_sec = milliseconds / 1000,
		.tv_nsec = milliseconds % 1000 * 1000000};

	nanosleep(&pause, NULL);
}

/* How many of 40 at once, over as many connections, get that status: both
 * workers have their share. */
static int count_of(int status, const char *method, const char *path,
		    const char *key, const char *body)
{
	const struct caller caller = by(key);
	int counts[600] = {0};

	ask_at_once(40, method, path, &caller, body, counts);
	return counts[status];
}

/* Within a second, everywhere, and it stays so. */
static void until_all(int status, const char *key)
{
	pause_for(950);
	assert_int_equal(count_of(status, "GET", PRODUCTS, key, NULL), 40);
}

/* ---- forms ---- */

static void a_key_is_taken_as_bearer_and_as_api_key(void **state)
{
	struct api_key key = a_key(READS);
	const struct caller bearer = {.bearer = key.text};

	(void)state;
	assert_int_equal(strlen(key.text), 70);
	assert_string_equal(mended(key.text), key.text);
	get(200, PRODUCTS, key.text);
	ask(200, "GET", PRODUCTS, &bearer, NULL);
	get(200, "/api/v1/products/", key.text);
}

static void every_changed_character_is_noticed(void **state)
{
	struct api_key key = a_key(READS);

	(void)state;
	get(200, PRODUCTS, key.text);
	for (size_t i = 0; key.text[i] != '\0'; i++) {
		char *text = strdup(key.text);

		text[i] = text[i] == 'x' ? 'y' : 'x';
		expect_refusal(401, "api_key_malformed", text);
		free(text);
	}
}

static void every_other_damage_is_noticed(void **state)
{
	const char *text = a_key(READS).text;
	const char *const damaged[] = {
		fmt("%.69s", text), fmt("%.12s", text), fmt("%.8s", text),
		fmt("%sx", text), fmt("%s%s", text, text), "sk_", "sk_test_",
		fmt("sk_test_%s", text), text + 1, text + 8, text + 21,
		fmt("Sk_%s", text + 3), fmt("sk-test-%s", text + 8),
		fmt("%.20s-%s", text, text + 21), fmt("%.69s%%", text),
		fmt("%.30s\xc3\xa4%s", text, text + 32), "null", "undefined",
		fmt("\"%s\"", text), fmt("%s,", text), "\xff\xfe"};

	(void)state;
	for (size_t i = 0; i < sizeof(damaged) / sizeof(*damaged); i++)
		expect_refusal(401, "api_key_malformed", damaged[i]);
	expect_refusal(401, "bad_authorization_header", "");
	expect_refusal(401, "bad_authorization_header", fmt("%s x", text));
}

static void a_right_checksum_makes_no_key(void **state)
{
	char *text = strdup(a_key(READS).text);

	(void)state;
	get(200, PRODUCTS, text);
	text[30] = text[30] == 'x' ? 'y' : 'x';
	expect_refusal(401, "api_key_not_valid", mended(text));
	get(401, "/api/v1/products/", mended(text));
	free(text);
}

static void the_secret_belongs_to_its_public_id(void **state)
{
	const char *one = a_key(READS).text;
	const char *other = a_key(READS).text;

	(void)state;
	expect_refusal(401, "api_key_not_valid",
		       mended(fmt("%.20s%s", one, other + 20)));
}

static void a_key_of_the_other_mode_is_told_so(void **state)
{
	const char *text = a_key(READS).text;
	struct answer *answer =
		get(401, PRODUCTS, mended(fmt("sk_live_%s", text + 8)));

	(void)state;
	assert_string_equal(text_at(answer, "code"), "api_key_wrong_mode");
	assert_string_equal(text_at(answer, "detail"),
			    "This is a live key; this server takes test keys "
			    "only.");
}

/* ---- what it may ---- */

static void a_key_may_what_its_scopes_say(void **state)
{
	const char *text = a_key(READS).text;
	const struct caller caller = by(text);
	struct answer *answer;

	(void)state;
	answer = ask(403, "POST", PRODUCTS, &caller, "{}");
	assert_string_equal(text_at(answer, "code"), "scope_missing");
	answer = get(403, "/api/v1/account/", text);
	assert_string_equal(text_at(answer, "code"), "not_for_keys");
	answer = get(403, "/api/v1/admin/orders/", text);
	assert_string_equal(text_at(answer, "code"), "scope_missing");
	answer = ask(200, "OPTIONS", PRODUCTS, &caller, NULL);
	assert_non_null(node_at(answer, "name"));
	ask(403, "OPTIONS", "/api/v1/admin/orders/", &caller, NULL);
	ask(405, "DELETE", PRODUCTS, &caller, NULL);
}

/* Whatever it may: what a person must do a key cannot. */
static void a_key_makes_no_keys(void **state)
{
	const char *text = a_key("[\"keys.write\",\"keys.read\"]").text;
	const struct caller caller = by(text);
	struct answer *answer =
		ask(403, "POST", KEYS, &caller,
		    "{\"name\":\"n\",\"scopes\":[\"keys.read\"]}");

	(void)state;
	assert_string_equal(text_at(answer, "code"), "not_for_keys");
	get(200, KEYS, text);
}

/* Also on the first request that a worker sees of it. */
static void an_unmet_key_is_refused_like_any_other(void **state)
{
	char *text = strdup(a_key(READS).text);
	struct caller unknown;

	(void)state;
	text[25] = text[25] == 'a' ? 'b' : 'a';
	unknown = by(mended(text));
	ask(401, "OPTIONS", PRODUCTS, &unknown, NULL);
	ask(401, "DELETE", PRODUCTS, &unknown, NULL);
	ask(401, "POST", PRODUCTS, &unknown, "{}");
	ask(404, "GET", "/api/v1/nothing/", &unknown, NULL);
	free(text);
	unknown = by(a_key(READS).text);
	ask(403, "OPTIONS", "/api/v1/admin/orders/", &unknown, NULL);
}

static void a_key_is_bound_to_its_networks(void **state)
{
	const char *far = a_key_that(READS, ",\"networks\":[\"203.0.113.0/24\","
					    "\"2001:db8::/32\"]").text;
	const char *near = a_key_that(READS, ",\"networks\":[\"203.0.113.9\","
					     "\"127.0.0.0/8\"]").text;

	(void)state;
	for (int i = 0; i < 4; i++)
		expect_refusal(403, "api_key_network", far);
	assert_int_equal(count_of(200, "GET", PRODUCTS, near, NULL), 40);
}

/* ---- its end ---- */

static void a_revoked_key_is_refused_within_a_second_everywhere(void **state)
{
	struct api_key key = a_key(READS);
	const struct caller caller = staff();

	(void)state;
	assert_int_equal(count_of(200, "GET", PRODUCTS, key.text, NULL), 40);
	ask(200, "POST", fmt(KEYS "%s/revoke/", key.id), &caller, NULL);
	until_all(401, key.text);
	expect_refusal(401, "api_key_revoked", key.text);
	ask(200, "POST", fmt(KEYS "%s/revoke/", key.id), &caller, NULL);
	ask(409, "POST", fmt(KEYS "%s/rotate/", key.id), &caller, "{}");
}

static void a_changed_key_is_known_within_a_second_everywhere(void **state)
{
	struct api_key key = a_key(READS);
	struct caller caller = staff();

	(void)state;
	assert_int_equal(count_of(200, "GET", PRODUCTS, key.text, NULL), 40);
	caller.header = "If-Match: \"v1\"";
	ask(200, "PATCH", fmt(KEYS "%s/", key.id), &caller,
	    "{\"scopes\":[\"orders.read\"]}");
	until_all(403, key.text);
	get(200, "/api/v1/admin/orders/", key.text);
	ask(412, "PATCH", fmt(KEYS "%s/", key.id), &caller, "{\"name\":\"x\"}");
}

static void a_deleted_key_is_forgotten_within_a_second(void **state)
{
	struct api_key key = a_key(READS);

	(void)state;
	assert_int_equal(count_of(200, "GET", PRODUCTS, key.text, NULL), 40);
	sql("DELETE FROM api_key WHERE id = '%s'", key.id);
	until_all(401, key.text);
}

static void an_expired_key_is_refused(void **state)
{
	struct api_key key = a_key(READS);

	(void)state;
	sql("UPDATE api_key SET expires_at = now() + interval '2 seconds' "
	    "WHERE id = '%s'", key.id);
	pause_for(400);
	assert_int_equal(count_of(200, "GET", PRODUCTS, key.text, NULL), 40);
	pause_for(1700);
	assert_int_equal(count_of(401, "GET", PRODUCTS, key.text, NULL), 40);
	expect_refusal(401, "api_key_expired", key.text);
}

static const char *rotated(const struct api_key *key, const char *body)
{
	const struct caller caller = staff();

	return text_at(ask(200, "POST", fmt(KEYS "%s/rotate/", key->id),
			   &caller, body),
		       "key");
}

static void both_secrets_work_until_the_overlap_is_over(void **state)
{
	struct api_key key = a_key(READS);
	const char *text;

	(void)state;
	get(200, PRODUCTS, key.text);
	text = rotated(&key, "{\"overlap_seconds\":2}");
	assert_memory_equal(text, key.text, 20);
	assert_string_not_equal(text, key.text);
	pause_for(400);
	assert_int_equal(count_of(200, "GET", PRODUCTS, key.text, NULL), 40);
	assert_int_equal(count_of(200, "GET", PRODUCTS, text, NULL), 40);
	pause_for(1800);
	assert_int_equal(count_of(401, "GET", PRODUCTS, key.text, NULL), 40);
	expect_refusal(401, "api_key_rotated", key.text);
	assert_int_equal(count_of(200, "GET", PRODUCTS, text, NULL), 40);
}

static void without_overlap_the_old_secret_ends_at_once(void **state)
{
	struct api_key key = a_key(READS);
	const char *text;

	(void)state;
	assert_int_equal(count_of(200, "GET", PRODUCTS, key.text, NULL), 40);
	text = rotated(&key, "{\"overlap_seconds\":0}");
	until_all(401, key.text);
	assert_int_equal(count_of(200, "GET", PRODUCTS, text, NULL), 40);
}

static void the_secret_before_the_last_is_over(void **state)
{
	struct api_key key = a_key(READS);
	const char *second = rotated(&key, "{}");
	const char *third = rotated(&key, "{}");

	(void)state;
	until_all(401, key.text);
	get(200, PRODUCTS, second);
	get(200, PRODUCTS, third);
	assert_string_equal(sql("SELECT previous_until > now() + interval "
				"'23 hours' FROM api_key WHERE id = '%s'",
				key.id),
			    "t");
}

static void fifty_at_once_are_served_by_a_key_nobody_has_met(void **state)
{
	const struct caller caller = by(a_key(READS).text);
	int counts[600] = {0};

	(void)state;
	ask_at_once(50, "GET", PRODUCTS, &caller, NULL, counts);
	assert_int_equal(counts[200], 50);
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_key_is_taken_as_bearer_and_as_api_key),
		T(every_changed_character_is_noticed),
		T(every_other_damage_is_noticed),
		T(a_right_checksum_makes_no_key),
		T(the_secret_belongs_to_its_public_id),
		T(a_key_of_the_other_mode_is_told_so),
		T(a_key_may_what_its_scopes_say),
		T(a_key_makes_no_keys),
		T(an_unmet_key_is_refused_like_any_other),
		T(a_key_is_bound_to_its_networks),
		T(a_revoked_key_is_refused_within_a_second_everywhere),
		T(a_changed_key_is_known_within_a_second_everywhere),
		T(a_deleted_key_is_forgotten_within_a_second),
		T(an_expired_key_is_refused),
		T(both_secrets_work_until_the_overlap_is_over),
		T(without_overlap_the_old_secret_ends_at_once),
		T(the_secret_before_the_last_is_over),
		T(fifty_at_once_are_served_by_a_key_nobody_has_met),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
