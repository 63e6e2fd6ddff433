/* test_key_admin.c - how staff keep keys: who may give what, what is shown,
 * logged and counted of them; and the commands. */
#include "keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "operations.h"

#define PRODUCTS "/api/v1/admin/products/"
#define READS "[\"catalog.read\"]"

static struct caller by(const char *key)
{
	return (struct caller){.bearer = key};
}

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff()};
}

static struct answer *make(int status, const char *bearer, const char *members)
{
	const struct caller caller = {.bearer = bearer};

	return askf(status, "POST", KEYS, &caller, "{%s}", members);
}

static void what_a_key_is_made_of_is_checked(void **state)
{
	static const char *const bad[][2] = {
		{"name", "\"scopes\":[\"catalog.read\"]"},
		{"name", "\"name\":\"\",\"scopes\":[\"catalog.read\"]"},
		{"scopes", "\"name\":\"n\""},
		{"scopes", "\"name\":\"n\",\"scopes\":[]"},
		{"scopes", "\"name\":\"n\",\"scopes\":[\"catalog\"]"},
		{"scopes", "\"name\":\"n\",\"scopes\":[\"all\"]"},
		{"scopes", "\"name\":\"n\",\"scopes\":\"catalog.read\""},
		{"networks", "\"name\":\"n\",\"scopes\":[\"catalog.read\"],"
			     "\"networks\":[\"10.0.0.0/33\"]"},
		{"networks", "\"name\":\"n\",\"scopes\":[\"catalog.read\"],"
			     "\"networks\":[\"10.0.0.0/+8\"]"},
		{"networks", "\"name\":\"n\",\"scopes\":[\"catalog.read\"],"
			     "\"networks\":[\"10.0.0/8\"]"},
		{"networks", "\"name\":\"n\",\"scopes\":[\"catalog.read\"],"
			     "\"networks\":[\"::1/129\"]"},
		{"networks", "\"name\":\"n\",\"scopes\":[\"catalog.read\"],"
			     "\"networks\":[\"10.0.0.1,10.0.0.2\"]"},
		{"rate", "\"name\":\"n\",\"scopes\":[\"catalog.read\"],"
			 "\"rate\":\"0/minute\""},
		{"rate", "\"name\":\"n\",\"scopes\":[\"catalog.read\"],"
			 "\"rate\":\"5/minutes\""},
		{"rate", "\"name\":\"n\",\"scopes\":[\"catalog.read\"],"
			 "\"rate\":\"9999999/day\""},
		{"expires_at", "\"name\":\"n\",\"scopes\":[\"catalog.read\"],"
			       "\"expires_at\":\"2020-01-01T00:00:00Z\""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_non_null(node_at(make(400, the_staff(), bad[i][1]),
					bad[i][0]));
}

static void a_key_is_shown_as_it_was_made(void **state)
{
	const struct caller caller = staff();
	struct answer *made = make(
		201, the_staff(),
		"\"name\":\"ERP\",\"scopes\":[\"stock.write\",\"catalog.read\","
		"\"catalog.read\"],\"networks\":[\"10.0.0.0/8\",\"2001:db8::1\"],"
		"\"rate\":\"50/second\",\"expires_at\":\"2036-01-01T00:00:00Z\"");
	struct answer *shown = ask(200, "GET",
				   fmt(KEYS "%s/", text_at(made, "id")),
				   &caller, NULL);

	(void)state;
	assert_string_equal(text_at(shown, "name"), "ERP");
	assert_string_equal(text_at(shown, "scopes.0"), "catalog.read");
	assert_string_equal(text_at(shown, "scopes.1"), "stock.write");
	assert_null(node_at(shown, "scopes.2"));
	assert_string_equal(text_at(shown, "networks.0"), "10.0.0.0/8");
	assert_string_equal(text_at(shown, "networks.1"), "2001:db8::1");
	assert_string_equal(text_at(shown, "rate"), "50/second");
	assert_string_equal(text_at(shown, "mode"), "test");
	assert_string_equal(text_at(shown, "status"), "active");
	assert_memory_equal(text_at(made, "key") + 8,
			    text_at(shown, "public_id"), 12);
	assert_null(node_at(shown, "key"));
	assert_null(strstr(shown->body, text_at(made, "key") + 21));
}

static void nobody_gives_what_they_do_not_have(void **state)
{
	const char *bearer = staff_without("orders.write");
	const struct caller caller = {.bearer = bearer,
				      .header = "If-Match: \"v1\""};
	const char *id = a_key(READS).id;
	const char *strong = a_key("[\"orders.write\"]").id;
	struct answer *answer;

	(void)state;
	answer = make(403, bearer, "\"name\":\"n\",\"scopes\":[\"orders.write\"]");
	assert_string_equal(text_at(answer, "code"), "scope_not_held");
	answer = ask(403, "PATCH", fmt(KEYS "%s/", id), &caller,
		     "{\"scopes\":[\"catalog.read\",\"orders.write\"]}");
	assert_string_equal(text_at(answer, "code"), "scope_not_held");
	/* Its new secret would be a gift to oneself. */
	answer = ask(403, "POST", fmt(KEYS "%s/rotate/", strong), &caller, "{}");
	assert_string_equal(text_at(answer, "code"), "scope_not_held");
	ask(200, "PATCH", fmt(KEYS "%s/", strong), &caller, "{\"name\":\"n\"}");
	ask(200, "POST", fmt(KEYS "%s/revoke/", strong), &caller, NULL);
}

static void a_key_has_a_rate_of_its_own(void **state)
{
	const struct caller one =
		by(a_key_that(READS, ",\"rate\":\"3/hour\"").text);
	const struct caller other =
		by(a_key_that(READS, ",\"rate\":\"3/hour\"").text);
	struct answer *answer;
	int counts[600] = {0};

	(void)state;
	answer = ask(200, "GET", PRODUCTS, &one, NULL);
	assert_string_equal(header_of(answer, "RateLimit-Limit"), "3");
	assert_string_equal(header_of(answer, "RateLimit-Remaining"), "2");
	ask_at_once(20, "GET", PRODUCTS, &one, NULL, counts);
	assert_int_equal(counts[200], 2);
	assert_int_equal(counts[429], 18);
	answer = ask(429, "GET", PRODUCTS, &one, NULL);
	assert_non_null(header_of(answer, "Retry-After"));
	assert_string_equal(header_of(answer, "RateLimit-Remaining"), "0");
	ask(200, "GET", PRODUCTS, &other, NULL);
}

static void a_key_costs_no_statement(void **state)
{
	const struct caller key = by(a_key(READS).text);
	const struct caller person = staff();
	const char *wanted = header_of(
		ask(200, "GET", PRODUCTS, &person, NULL), "X-Statements");

	(void)state;
	for (int i = 0; i < 6; i++)
		assert_string_equal(header_of(ask(200, "GET", PRODUCTS, &key,
						  NULL), "X-Statements"),
				    wanted);
}

static void its_use_is_noted(void **state)
{
	struct api_key key = a_key(READS);
	const struct caller caller = by(key.text);
	const char *first;

	(void)state;
	ask(200, "GET", PRODUCTS, &caller, NULL);
	until_sql(4, "t", fmt("SELECT last_used_at IS NOT NULL FROM api_key "
			      "WHERE id = '%s'", key.id));
	first = sql("SELECT last_used_at FROM api_key WHERE id = '%s'", key.id);
	for (int i = 0; i < 30; i++)
		ask(200, "GET", PRODUCTS, &caller, NULL);
	sql("SELECT pg_sleep(1.5)");
	assert_string_equal(sql("SELECT last_used_at FROM api_key WHERE id = "
				"'%s'", key.id), first);
}

static void an_idempotency_key_is_of_one_key(void **state)
{
	struct caller one = by(a_key("[\"catalog.write\"]").text);
	struct caller other = by(a_key("[\"catalog.write\"]").text);
	const char *key = fmt("same-%s", a_key(READS).id);
	const char *order = "/api/v1/carts/";
	struct answer *first;

	(void)state;
	one.key = other.key = key;
	first = ask(201, "POST", order, &one, "{}");
	assert_string_equal(text_at(ask(201, "POST", order, &one, "{}"), "id"),
			    text_at(first, "id"));
	assert_string_not_equal(text_at(ask(201, "POST", order, &other, "{}"),
					"id"),
				text_at(first, "id"));
}

/* ---- traces ---- */

static void what_a_key_does_is_logged_as_its_doing(void **state)
{
	struct api_key key = a_key("[\"catalog.write\"]");
	const struct caller caller = by(key.text);
	struct answer *answer =
		ask(201, "POST", "/api/v1/admin/search/synonyms/", &caller,
		    "{\"kind\":\"both\",\"terms\":[\"keyed\",\"audited\"]}");

	(void)state;
	assert_string_equal(
		sql("SELECT string_agg(actor_kind || ' ' || kind, ',' ORDER BY id) "
		    "FROM audit_log WHERE actor_id = '%s' AND request_id = '%s'",
		    key.id, header_of(answer, "X-Request-Id")),
		"key action,key change");
}

static void making_a_key_is_logged_without_its_secret(void **state)
{
	struct api_key key = a_key(READS);

	(void)state;
	assert_string_equal(
		sql("SELECT change -> 'after' ->> 'secret_hash' FROM audit_log "
		    "WHERE object_type = 'api_key' AND object_id = '%s'", key.id),
		"(hidden)");
}

/* The secret, or a part of it, stands nowhere but in the answer. */
static void the_secret_is_in_no_log(void **state)
{
	struct api_key key = a_key(READS);
	const struct caller caller = by(key.text);
	const struct caller person = staff();
	const char *next;

	(void)state;
	ask(200, "GET", PRODUCTS, &caller, NULL);
	ask(403, "POST", PRODUCTS, &caller, "{}");
	next = text_at(ask(200, "POST", fmt(KEYS "%s/rotate/", key.id), &person,
			   "{}"), "key");
	assert_int_not_equal(system(fmt("grep -qF '%.20s' '%s'", key.text + 21,
					getenv("SHOP_LOG"))), 0);
	assert_int_not_equal(system(fmt("grep -qF '%.20s' '%s'", next + 21,
					getenv("SHOP_LOG"))), 0);
	assert_int_equal(system(fmt("grep -qF '\"key\":\"%.12s\"' '%s'",
				    key.text + 8, getenv("SHOP_LOG"))), 0);
	assert_string_equal(sql("SELECT count(*) FROM idempotency_key WHERE "
				"body LIKE '%%sk_test_%%'"), "0");
}

/* ---- the commands ---- */

static int run(const char *arguments, char *out, size_t size)
{
	int code;

	snprintf(out, size, "%s",
		 printed_by(fmt("%s %s", getenv("SHOPD"), arguments), &code));
	return code;
}

static void keys_are_kept_by_command(void **state)
{
	struct caller caller;
	static char out[60000];
	char key[100];
	char next[100];

	(void)state;
	assert_int_equal(run("key create cron --scope catalog.read --days 9 "
			     "--network 127.0.0.1 --rate 99/minute", out,
			     sizeof(out)), 0);
	assert_non_null(strstr(out, "key "));
	assert_int_equal(sscanf(strstr(out, "key "), "key %99s", key), 1);
	caller = by(key);
	ask(200, "GET", PRODUCTS, &caller, NULL);
	assert_int_equal(run(fmt("token inspect %s", key), out, sizeof(out)), 0);
	assert_null(strstr(out, key + 21));
	assert_int_equal(run(fmt("key rotate %.20s --overlap 0", key), out,
			     sizeof(out)), 0);
	assert_int_equal(sscanf(out, "key %99s", next), 1);
	assert_int_equal(run(fmt("token inspect %s", key), out, sizeof(out)), 3);
	assert_int_equal(run(fmt("key revoke %.12s", key + 8), out,
			     sizeof(out)), 0);
	assert_int_equal(run(fmt("token inspect %s", next), out, sizeof(out)), 3);
	assert_non_null(strstr(out, "revoked"));
	assert_int_equal(run("key list", out, sizeof(out)), 0);
	assert_non_null(strstr(out, fmt("%.20s  revoked", key)));
	assert_int_equal(run("key revoke nothing", out, sizeof(out)), 1);
	assert_int_equal(run("key create x --scope catalog", out, sizeof(out)), 2);
	assert_int_equal(run("key create x --network 1", out, sizeof(out)), 2);
	assert_int_equal(run("key create x", out, sizeof(out)), 2);
	assert_string_equal(sql("SELECT string_agg(DISTINCT action, ',' ORDER BY "
				"action) FROM audit_log WHERE actor_kind = "
				"'command' AND action LIKE 'key.%%' AND kind = "
				"'change'"),
			    "key.create,key.revoke,key.rotate");
}

static void a_token_is_looked_into_by_command(void **state)
{
	struct answer *pair = ask(200, "POST", "/api/v1/auth/token/", &nobody,
				  "{\"email\":\"staff@example.com\","
				  "\"password\":\"demo-staff-1\"}");
	const char *access = text_at(pair, "access");
	const char *refresh = text_at(pair, "refresh");
	static char out[20000];

	(void)state;
	assert_int_equal(run(fmt("token inspect %s", access), out,
			     sizeof(out)), 0);
	assert_non_null(strstr(out, "signature  right"));
	assert_non_null(strstr(out, "session    lives"));
	assert_null(strstr(out, access));
	assert_int_equal(run(fmt("token inspect %.*sAAAA",
				 (int)strlen(access) - 4, access), out,
			     sizeof(out)), 3);
	assert_non_null(strstr(out, "signature  wrong"));
	assert_int_equal(run("token inspect </dev/null", out, sizeof(out)), 2);
	assert_int_equal(run(fmt("token inspect %s", refresh), out,
			     sizeof(out)), 0);
	assert_non_null(strstr(out, "refresh token"));
	sql("UPDATE session SET ended_at = now(), end_reason = 'logout' WHERE "
	    "id = (SELECT family_id FROM refresh_token WHERE token_hash = "
	    "sha256('%s'))", refresh);
	assert_int_equal(run(fmt("token inspect %s", access), out,
			     sizeof(out)), 3);
	assert_non_null(strstr(out, "session    logout"));
	assert_int_equal(run(fmt("token inspect %s", refresh), out,
			     sizeof(out)), 3);
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(what_a_key_is_made_of_is_checked),
		T(a_key_is_shown_as_it_was_made),
		T(nobody_gives_what_they_do_not_have),
		T(a_key_has_a_rate_of_its_own),
		T(a_key_costs_no_statement),
		T(its_use_is_noted),
		T(an_idempotency_key_is_of_one_key),
		T(what_a_key_does_is_logged_as_its_doing),
		T(making_a_key_is_logged_without_its_secret),
		T(the_secret_is_in_no_log),
		T(keys_are_kept_by_command),
		T(a_token_is_looked_into_by_command),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
