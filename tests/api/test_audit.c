/* test_audit.c - what staff do is written down, and cannot be unwritten
 * without being noticed. Entries of other tests stand in the same log. */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define LOG "/api/v1/admin/audit-log/"
#define SYNONYMS "/api/v1/admin/search/synonyms/"

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff()};
}

static void until_sealed(void)
{
	until_sql(10, "0", "SELECT count(*) FROM audit_log WHERE seq IS NULL");
}

static struct answer *a_synonym(const char *first)
{
	const struct caller caller = staff();

	return askf(201, "POST", SYNONYMS, &caller,
		    "{\"kind\":\"both\",\"terms\":[\"%s\",\"audited\"]}",
		    first);
}

static const char *request_of(const struct answer *answer)
{
	return header_of(answer, "X-Request-Id");
}

static struct answer *entries(const char *query)
{
	const struct caller caller = staff();

	return ask(200, "GET", fmt(LOG "?%s", query), &caller, NULL);
}

static void a_change_is_logged_with_what_was_there_before(void **state)
{
	struct answer *made = a_synonym("audita");
	struct caller caller = staff();
	struct answer *changed;
	struct answer *found;

	(void)state;
	caller.header = fmt("If-Match: %s", header_of(made, "ETag"));
	changed = ask(200, "PATCH",
		      fmt(SYNONYMS "%s/", text_at(made, "id")), &caller,
		      "{\"terms\":[\"auditb\",\"audited\"]}");
	found = entries(fmt("request_id=%s&kind=change&object_type="
			    "search_synonym", request_of(changed)));
	assert_int_equal(int_at(found, "count"), 1);
	assert_string_equal(text_at(found, "results.0.object_id"),
			    text_at(made, "id"));
	assert_string_equal(text_at(found, "results.0.before.terms.0"),
			    "audita");
	assert_string_equal(text_at(found, "results.0.after.terms.0"),
			    "auditb");
	assert_null(node_at(found, "results.0.after.kind"));
	assert_string_equal(text_at(found, "results.0.actor"),
			    sql("SELECT email FROM account WHERE id = '%s'",
				text_at(found, "results.0.actor_id")));
}

static void a_login_of_staff_is_logged_and_no_customers(void **state)
{
	struct answer *login = ask(200, "POST", "/api/v1/auth/token/", &nobody,
				   "{\"email\":\"staff@example.com\","
				   "\"password\":\"demo-staff-1\"}");
	struct answer *found = entries(fmt("request_id=%s", request_of(login)));

	(void)state;
	assert_int_equal(int_at(found, "count"), 1);
	assert_string_equal(text_at(found, "results.0.action"), "auth_token");
	assert_string_equal(text_at(found, "results.0.actor"),
			    "staff@example.com");
	assert_string_equal(text_at(found, "results.0.address"), "127.0.0.1");
	assert_null(strstr(found->body, "demo-staff-1"));
	login = ask(200, "POST", "/api/v1/auth/token/", &nobody,
		    "{\"email\":\"ada@example.com\","
		    "\"password\":\"demo-customer-1\"}");
	assert_int_equal(int_at(entries(fmt("request_id=%s",
					    request_of(login))), "count"), 0);
}

static void what_is_refused_was_asked_for_all_the_same(void **state)
{
	const struct caller caller = staff();
	struct answer *refused = ask(400, "POST", SYNONYMS, &caller, "{}");
	struct answer *found =
		entries(fmt("request_id=%s", request_of(refused)));

	(void)state;
	assert_int_equal(int_at(found, "count"), 1);
	assert_string_equal(text_at(found, "results.0.kind"), "action");
	assert_string_equal(text_at(found, "results.0.object_type"), "POST");
	assert_string_equal(text_at(found, "results.0.object_id"), SYNONYMS);
}

static void reading_a_customers_order_is_logged(void **state)
{
	const struct caller caller = staff();
	struct answer *read = ask(200, "GET", "/api/v1/admin/orders/?page=1",
				  &caller, NULL);
	struct answer *found = entries(fmt("request_id=%s", request_of(read)));

	(void)state;
	assert_int_equal(int_at(found, "count"), 1);
	assert_string_equal(text_at(found, "results.0.kind"), "read");
	assert_string_equal(text_at(found, "results.0.object_id"),
			    "/api/v1/admin/orders/?page=1");
}

/* Addresses of others are read in more places than orders. */
static void reading_addresses_is_logged_wherever_they_stand(void **state)
{
	const struct caller caller = staff();
	const char *id = sql("SELECT id FROM account WHERE email = "
			     "'staff@example.com'");
	const char *paths[] = {
		"/api/v1/admin/notifications/",
		fmt("/api/v1/admin/jobs/%s/",
		    sql("INSERT INTO job (kind, payload, run_at) VALUES "
			"('test.audited', '{}', 'infinity') RETURNING id")),
		"/api/v1/admin/staff/",
		fmt("/api/v1/admin/staff/%s/", id),
		"/api/v1/admin/staff/invitations/",
		"/api/v1/admin/customers/",
		LOG,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct answer *read = ask(200, "GET", paths[i], &caller, NULL);
		struct answer *found =
			entries(fmt("request_id=%s", request_of(read)));

		assert_int_equal(int_at(found, "count"), 1);
		assert_string_equal(text_at(found, "results.0.kind"), "read");
		assert_string_equal(text_at(found, "results.0.object_id"),
				    paths[i]);
	}
}

static void a_customers_doings_are_no_ones_business(void **state)
{
	const struct caller customer = {.bearer = a_customer()};
	struct answer *changed = ask(200, "PATCH", "/api/v1/account/",
				     &customer, "{\"phone\":\"+4930123456\"}");

	(void)state;
	assert_int_equal(int_at(entries(fmt("request_id=%s",
					    request_of(changed))), "count"),
			 0);
}

static void a_secret_is_not_written_down(void **state)
{
	const struct caller caller = {.bearer = a_customer()};

	(void)state;
	(void)caller;
	sql("BEGIN; SELECT audit_begin('{\"kind\":\"command\",\"action\":"
	    "\"test.secret\"}'); UPDATE account SET password_hash = "
	    "'$argon2id$v=19$secret' WHERE id = (SELECT max(id::text)::uuid "
	    "FROM account WHERE NOT is_staff); COMMIT");
	assert_string_equal(sql("SELECT change -> 'after' ->> 'password_hash' "
				"FROM audit_log WHERE action = 'test.secret'"),
			    "(hidden)");
	assert_string_equal(sql("SELECT count(*) FROM audit_log WHERE "
				"change::text LIKE '%%argon2%%'"),
			    "0");
}

/* ---- the chain ---- */

static struct answer *verified(void)
{
	const struct caller caller = staff();

	until_sealed();
	return ask(200, "GET", LOG "verify/", &caller, NULL);
}

/* Who can do this can do anything; the chain tells that somebody did. */
static void tamper(const char *statement)
{
	sql("BEGIN; ALTER TABLE audit_log DISABLE TRIGGER audit_log_stays; "
	    "%s; ALTER TABLE audit_log ENABLE TRIGGER audit_log_stays; COMMIT",
	    statement);
}

static const char *a_sealed_seq(void)
{
	struct answer *made = a_synonym("audits");

	a_synonym("auditt"); /* it is not the last one */
	until_sealed();
	return sql("SELECT seq FROM audit_log WHERE request_id = '%s' AND "
		   "kind = 'change' AND object_type = 'search_synonym'",
		   request_of(made));
}

static void an_altered_entry_is_found(void **state)
{
	static const char *const parts[] = {
		"actor_id = gen_random_uuid()", "at = at + interval '1 second'",
		"action = 'other'", "object_id = 'x'", "address = '1.2.3.4'",
		"change = '{\"before\":null,\"after\":{\"kind\":\"none\"}}'",
		"change_hash = sha256('x')", "hash = sha256('x')",
		"request_id = 'x'", "kind = 'read'",
	};
	const char *seq = a_sealed_seq();

	(void)state;
	for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
		struct answer *check;

		sql("CREATE TABLE IF NOT EXISTS audit_kept AS SELECT * FROM "
		    "audit_log WHERE seq = %s", seq);
		tamper(fmt("UPDATE audit_log SET %s WHERE seq = %s", parts[i],
			   seq));
		check = verified();
		assert_false(bool_at(check, "is_intact"));
		assert_int_equal(int_at(check, "flaw_seq"), atoll(seq));
		assert_string_equal(text_at(check, "flaw"), "altered");
		tamper("DELETE FROM audit_log WHERE id IN (SELECT id FROM "
		       "audit_kept); INSERT INTO audit_log SELECT * FROM "
		       "audit_kept");
		sql("DROP TABLE audit_kept");
		assert_true(bool_at(verified(), "is_intact"));
	}
}

static void a_missing_entry_is_found(void **state)
{
	const char *seq = a_sealed_seq();
	struct answer *check;

	(void)state;
	sql("CREATE TABLE audit_kept AS SELECT * FROM audit_log WHERE seq = %s",
	    seq);
	tamper(fmt("DELETE FROM audit_log WHERE seq = %s", seq));
	check = verified();
	assert_int_equal(int_at(check, "flaw_seq"), atoll(seq));
	assert_string_equal(text_at(check, "flaw"), "missing");
	tamper("INSERT INTO audit_log SELECT * FROM audit_kept");
	sql("DROP TABLE audit_kept");
	assert_true(bool_at(verified(), "is_intact"));
}

static void entries_cut_off_the_end_are_missed(void **state)
{
	struct answer *check;

	(void)state;
	until_sealed();
	sql("CREATE TABLE audit_kept AS SELECT * FROM audit_log "
	    "ORDER BY seq DESC LIMIT 2");
	tamper("DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_kept)");
	check = verified();
	assert_false(bool_at(check, "is_intact"));
	assert_string_equal(text_at(check, "flaw"), "missing");
	tamper("INSERT INTO audit_log SELECT * FROM audit_kept");
	sql("DROP TABLE audit_kept");
	assert_true(bool_at(verified(), "is_intact"));
}

static void entries_that_change_places_are_found(void **state)
{
	const char *seq = a_sealed_seq();
	struct answer *check;

	(void)state;
	sql("CREATE TABLE audit_kept AS SELECT * FROM audit_log WHERE seq IN "
	    "(%s, %s + 1)", seq, seq);
	tamper(fmt("DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_kept)"
		   "; INSERT INTO audit_log SELECT (jsonb_populate_record(k, "
		   "jsonb_build_object('seq', 2 * %s + 1 - k.seq))).* FROM "
		   "audit_kept k", seq));
	check = verified();
	assert_int_equal(int_at(check, "flaw_seq"), atoll(seq));
	assert_string_equal(text_at(check, "flaw"), "altered");
	tamper("DELETE FROM audit_log WHERE id IN (SELECT id FROM audit_kept); "
	       "INSERT INTO audit_log SELECT * FROM audit_kept");
	sql("DROP TABLE audit_kept");
	assert_true(bool_at(verified(), "is_intact"));
}

/* At the end, where the next one would come, and before the beginning. */
static void entries_that_were_put_in_are_found(void **state)
{
	struct answer *check;
	long long last;

	(void)state;
	until_sealed();
	last = atoll(sql("SELECT max(seq) FROM audit_log"));
	tamper(fmt("INSERT INTO audit_log (kind, actor_kind, action, seq, hash) "
		   "VALUES ('action', 'command', 'test.forged', %lld, "
		   "sha256('x'))", last + 1));
	check = verified();
	assert_int_equal(int_at(check, "flaw_seq"), last + 1);
	assert_string_equal(text_at(check, "flaw"), "altered");
	tamper("DELETE FROM audit_log WHERE action = 'test.forged'");
	assert_true(bool_at(verified(), "is_intact"));
	sql("DO $$ BEGIN INSERT INTO audit_log (kind, actor_kind, action, seq, "
	    "hash) VALUES ('action', 'command', 'test.forged', -1, sha256('x'));"
	    " RAISE 'put in'; EXCEPTION WHEN check_violation THEN NULL; END $$");
}

static void a_log_without_its_head_is_not_whole(void **state)
{
	(void)state;
	until_sealed();
	sql("CREATE TABLE audit_kept AS SELECT * FROM audit_head; "
	    "DELETE FROM audit_head");
	assert_false(bool_at(verified(), "is_intact"));
	sql("INSERT INTO audit_head SELECT * FROM audit_kept; "
	    "DROP TABLE audit_kept");
	assert_true(bool_at(verified(), "is_intact"));
}

static void the_log_is_only_added_to(void **state)
{
	const char *seq = a_sealed_seq();

	(void)state;
	sql("DO $$ BEGIN TRUNCATE audit_log; RAISE 'emptied'; EXCEPTION WHEN "
	    "integrity_constraint_violation THEN NULL; END $$");
	sql("DO $$ BEGIN DELETE FROM audit_log WHERE seq = %s; RAISE 'gone'; "
	    "EXCEPTION WHEN integrity_constraint_violation THEN NULL; END $$",
	    seq);
	sql("DO $$ BEGIN UPDATE audit_log SET action = 'x' WHERE seq = %s; "
	    "RAISE 'changed'; EXCEPTION WHEN integrity_constraint_violation "
	    "THEN NULL; END $$", seq);
}

static void what_is_erased_by_law_leaves_the_chain_whole(void **state)
{
	const char *seq = a_sealed_seq();
	struct answer *before = verified();
	struct answer *after;

	(void)state;
	sql("UPDATE audit_log SET change = NULL WHERE seq = %s", seq);
	after = verified();
	assert_true(bool_at(after, "is_intact"));
	assert_int_equal(int_at(after, "erased"), int_at(before, "erased") + 1);
}

/* ---- the command ---- */

static int run_verify(const char *arguments, char *line, size_t size)
{
	FILE *out = popen(fmt("%s audit verify %s 2>&1", getenv("SHOPD"),
			      arguments), "r");
	int status;

	assert_non_null(out);
	*line = '\0';
	while (fgets(line, (int)size, out) != NULL)
		;
	status = pclose(out);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void the_command_tells_a_head_and_knows_it_again(void **state)
{
	char line[200];
	char head[200];

	(void)state;
	until_sealed();
	assert_int_equal(run_verify("", line, sizeof(line)), 0);
	assert_int_equal(sscanf(line, "head %199s", head), 1);
	a_synonym("auditc");
	until_sealed();
	assert_int_equal(run_verify(fmt("--head %s", head), line, sizeof(line)),
			 0);
	head[strlen(head) - 1] = head[strlen(head) - 1] == '0' ? '1' : '0';
	assert_int_equal(run_verify(fmt("--head %s", head), line, sizeof(line)),
			 3);
	assert_int_equal(run_verify("--head 1", line, sizeof(line)), 2);
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_change_is_logged_with_what_was_there_before),
		T(a_login_of_staff_is_logged_and_no_customers),
		T(what_is_refused_was_asked_for_all_the_same),
		T(reading_a_customers_order_is_logged),
		T(reading_addresses_is_logged_wherever_they_stand),
		T(a_customers_doings_are_no_ones_business),
		T(a_secret_is_not_written_down),
		T(an_altered_entry_is_found),
		T(a_missing_entry_is_found),
		T(entries_cut_off_the_end_are_missed),
		T(entries_that_change_places_are_found),
		T(entries_that_were_put_in_are_found),
		T(a_log_without_its_head_is_not_whole),
		T(the_log_is_only_added_to),
		T(what_is_erased_by_law_leaves_the_chain_whole),
		T(the_command_tells_a_head_and_knows_it_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
