/* test_roles.c - what staff may do follows from their roles, at once; nobody
 * gives what they do not have, and the last owner stays. */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROLES "/api/v1/admin/roles/"
#define STAFF "/api/v1/admin/staff/"

struct member {
	const char *id;
	const char *email;
	struct caller caller;
};

static const char *token_of(const char *email)
{
	return text_at(askf(200, "POST", "/api/v1/auth/token/", &nobody,
			    "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}",
			    email),
		       "access");
}

/* Of the staff, with these direct permissions and roles ('a','b'). */
static struct member a_member(const char *permissions, const char *roles)
{
	static unsigned number;
	struct member member = {
		.email = fmt("m%d-%u@example.com", (int)getpid(), number++)};

	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}", member.email);
	member.id = sql("UPDATE account SET is_staff = true, permissions = '{%s}' "
			"WHERE email = '%s' RETURNING id",
			permissions, member.email);
	sql("INSERT INTO account_role (account_id, role_id) SELECT '%s', id FROM "
	    "role WHERE name IN (%s)", member.id, roles);
	member.caller = (struct caller){.bearer = token_of(member.email)};
	return member;
}

static struct caller owner(void)
{
	return (struct caller){.bearer = the_staff()};
}

static struct caller with_version(struct caller caller, const char *table,
				  const char *id)
{
	caller.header = fmt("If-Match: \"v%s\"",
			    sql("SELECT version FROM %s WHERE id = '%s'", table,
				id));
	return caller;
}

static struct answer *a_role(const char *permissions)
{
	static unsigned number;
	const struct caller caller = owner();

	return askf(201, "POST", ROLES, &caller,
		    "{\"name\":\"r%d-%u\",\"permissions\":[%s]}", (int)getpid(),
		    number++, permissions);
}

static struct answer *patch_role(int status, const struct caller *by,
				 const char *id, const char *body)
{
	const struct caller caller = with_version(*by, "role", id);

	return ask(status, "PATCH", fmt(ROLES "%s/", id), &caller, body);
}

static struct answer *patch_staff(int status, const struct caller *by,
				  const char *id, const char *body)
{
	const struct caller caller = with_version(*by, "account", id);

	return ask(status, "PATCH", fmt(STAFF "%s/", id), &caller, body);
}

static const char *permissions_of(const char *id)
{
	return sql("SELECT permissions FROM account WHERE id = '%s'", id);
}

/* Each try on a connection of its own: both workers see some of them. */
static void until_refused(const struct caller *caller, const char *path)
{
	struct timespec begun;
	struct timespec now;
	int counts[600];

	clock_gettime(CLOCK_MONOTONIC, &begun);
	do {
		memset(counts, 0, sizeof(counts));
		ask_at_once(8, "GET", path, caller, NULL, counts);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (counts[401] < 8 && now.tv_sec - begun.tv_sec < 5);
	assert_int_equal(counts[401], 8);
	if (getenv("SLOW_BUILD") == NULL)
		assert_true((now.tv_sec - begun.tv_sec) * 1000 +
				    (now.tv_nsec - begun.tv_nsec) / 1000000 <
			    1500);
}

static void the_database_knows_the_same_permissions_as_the_program(void **state)
{
	const struct caller caller = owner();
	struct answer *answer = ask(200, "GET", "/api/v1/admin/permissions/",
				    &caller, NULL);
	size_t count = json_array_size(answer->json);

	(void)state;
	assert_int_equal(count, atoi(sql("SELECT count(*) FROM permission")));
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(
			sql("SELECT count(*) FROM permission WHERE name = '%s'",
			    text_at(answer, fmt("%zu.name", i))),
			"1");
		assert_true(strlen(text_at(answer, fmt("%zu.description", i))) > 5);
	}
}

static void permissions_are_those_of_the_roles_and_ones_own(void **state)
{
	struct member member = a_member("jobs.read", "'content'");

	(void)state;
	assert_string_equal(permissions_of(member.id),
			    "{catalog.read,catalog.write,jobs.read,reviews.read,"
			    "reviews.write}");
	sql("UPDATE account SET permissions = '{audit.read}' WHERE id = '%s'",
	    member.id);
	assert_string_equal(permissions_of(member.id),
			    "{audit.read,catalog.read,catalog.write,reviews.read,"
			    "reviews.write}");
	sql("UPDATE account SET is_staff = false WHERE id = '%s'", member.id);
	assert_string_equal(permissions_of(member.id), "{}");
	assert_string_equal(sql("SELECT count(*) FROM account_role WHERE "
				"account_id = '%s'", member.id),
			    "0");
}

static void a_changed_role_binds_its_members_within_a_second(void **state)
{
	struct answer *role = a_role("\"catalog.read\",\"jobs.read\"");
	struct member member =
		a_member("", fmt("'%s'", text_at(role, "name")));
	const struct caller caller = owner();

	(void)state;
	ask(200, "GET", "/api/v1/admin/jobs/", &member.caller, NULL);
	patch_role(200, &caller, text_at(role, "id"),
		   "{\"permissions\":[\"catalog.read\"]}");
	until_refused(&member.caller, "/api/v1/admin/jobs/");
	member.caller.bearer = token_of(member.email);
	ask(403, "GET", "/api/v1/admin/jobs/", &member.caller, NULL);
	ask(200, "GET", "/api/v1/admin/products/", &member.caller, NULL);
}

static void nobody_gives_what_they_do_not_have(void **state)
{
	struct member boss = a_member("staff.read,staff.write,catalog.read", "''");
	struct member clerk = a_member("catalog.read", "''");
	const char *role = text_at(a_role("\"catalog.read\""), "id");
	const char *refund = text_at(a_role("\"payments.refund\""), "id");

	(void)state;
	assert_string_equal(
		text_at(ask(403, "POST", ROLES, &boss.caller,
			    "{\"name\":\"grab\",\"permissions\":"
			    "[\"payments.refund\"]}"),
			"code"),
		"beyond_own_permissions");
	patch_role(403, &boss.caller, role,
		   "{\"permissions\":[\"catalog.read\",\"orders.write\"]}");
	/* nor takes */
	patch_role(403, &boss.caller, refund, "{\"permissions\":[]}");
	patch_staff(403, &boss.caller, clerk.id, "{\"roles\":[\"support\"]}");
	patch_staff(403, &boss.caller, boss.id, "{\"roles\":[\"owner\"]}");
	patch_staff(403, &boss.caller,
		    sql("SELECT id FROM account WHERE email = 'staff@example.com'"),
		    "{\"is_active\":false}");
	ask(403, "POST", STAFF "invitations/", &boss.caller,
	    "{\"email\":\"friend@example.com\",\"roles\":[\"owner\"]}");
	assert_string_equal(permissions_of(clerk.id), "{catalog.read}");
	patch_role(200, &boss.caller, role, "{\"description\":\"mine\"}");
}

/* To have all that there is today is not to be an owner. */
static void owners_are_made_and_changed_by_owners_alone(void **state)
{
	const char *all = sql("SELECT string_agg(name, ',') FROM permission");
	struct member chief = a_member(all, "''");
	struct member clerk = a_member("catalog.read", "''");
	struct member peer = a_member("", "'owner'");
	const struct caller first = owner();

	(void)state;
	patch_staff(403, &chief.caller, chief.id, "{\"roles\":[\"owner\"]}");
	patch_staff(403, &chief.caller, clerk.id, "{\"roles\":[\"owner\"]}");
	patch_staff(403, &chief.caller, peer.id, "{\"is_active\":false}");
	ask(403, "POST", STAFF "invitations/", &chief.caller,
	    "{\"email\":\"friend@example.com\",\"roles\":[\"owner\"]}");
	patch_staff(200, &peer.caller, clerk.id, "{\"roles\":[\"owner\"]}");
	patch_staff(200, &peer.caller, clerk.id, "{\"roles\":[\"support\"]}");
	patch_staff(200, &first, peer.id, "{\"roles\":[]}");
}

static void a_token_older_than_the_right_gives_nothing(void **state)
{
	struct member boss = a_member("staff.read,staff.write,payments.refund",
				      "''");

	(void)state;
	sql("UPDATE account SET permissions = '{staff.read,staff.write}' WHERE "
	    "id = '%s'", boss.id);
	/* 403 by the rule within the second, 401 after it */
	assert_true(ask(0, "POST", ROLES, &boss.caller,
			"{\"name\":\"late\",\"permissions\":"
			"[\"payments.refund\"]}")->status >= 401);
	assert_string_equal(sql("SELECT count(*) FROM role WHERE name = 'late'"),
			    "0");
}

static void the_role_of_owners_stays(void **state)
{
	const struct caller caller = owner();
	const char *id = sql("SELECT id FROM role WHERE is_owner");
	const struct caller versed = with_version(caller, "role", id);

	(void)state;
	patch_role(409, &caller, id, "{\"permissions\":[]}");
	patch_role(409, &caller, id, "{\"name\":\"king\"}");
	ask(409, "DELETE", fmt(ROLES "%s/", id), &versed, NULL);
	assert_string_equal(sql("BEGIN; INSERT INTO permission VALUES "
				"('test.everything'); SELECT 'test.everything' = "
				"ANY (permissions) FROM account WHERE email = "
				"'staff@example.com'; ROLLBACK"),
			    "t");
}

static void a_name_is_of_one_role_in_any_case(void **state)
{
	const struct caller caller = owner();

	(void)state;
	assert_string_equal(text_at(ask(409, "POST", ROLES, &caller,
					"{\"name\":\"SUPPORT\",\"permissions\":[]}"),
				    "code"),
			    "role_exists");
	ask(400, "POST", ROLES, &caller,
	    "{\"name\":\"odd\",\"permissions\":[\"world.rule\"]}");
}

static void a_role_in_use_is_not_removed(void **state)
{
	struct answer *role = a_role("\"jobs.read\"");
	const char *id = text_at(role, "id");
	struct member member =
		a_member("", fmt("'%s'", text_at(role, "name")));
	const struct caller caller = with_version(owner(), "role", id);
	const struct caller plain = owner();

	(void)state;
	assert_string_equal(text_at(ask(409, "DELETE", fmt(ROLES "%s/", id),
					&caller, NULL), "code"),
			    "role_in_use");
	patch_staff(200, &plain, member.id, "{\"roles\":[]}");
	ask(204, "DELETE", fmt(ROLES "%s/", id), &caller, NULL);
}

static void a_change_needs_the_version_that_was_seen(void **state)
{
	const char *id = text_at(a_role("\"jobs.read\""), "id");
	struct caller caller = owner();

	(void)state;
	ask(428, "PATCH", fmt(ROLES "%s/", id), &caller, "{\"name\":\"x\"}");
	caller.header = "If-Match: \"v99\"";
	ask(412, "PATCH", fmt(ROLES "%s/", id), &caller, "{\"name\":\"x\"}");
}

static void who_is_dismissed_is_out_within_a_second(void **state)
{
	struct member member = a_member("jobs.read", "'support'");
	const struct caller caller = owner();
	struct answer *answer;

	(void)state;
	answer = patch_staff(200, &caller, member.id, "{\"is_active\":false}");
	assert_false(bool_at(answer, "is_active"));
	until_refused(&member.caller, "/api/v1/admin/jobs/");
	until_refused(&member.caller, "/api/v1/account/");
	assert_string_equal(sql("SELECT string_agg(DISTINCT end_reason, ',') FROM "
				"session WHERE account_id = '%s'", member.id),
			    "staff");
	askf(401, "POST", "/api/v1/auth/token/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}",
	     member.email);
	patch_staff(200, &caller, member.id, "{\"is_active\":true}");
	token_of(member.email);
}

static void nobody_closes_their_own_account(void **state)
{
	struct member one = a_member("", "'owner'");

	(void)state;
	assert_string_equal(text_at(patch_staff(409, &one.caller, one.id,
						"{\"is_active\":false}"),
				    "code"),
			    "own_account");
	sql("DELETE FROM account_role WHERE account_id = '%s'", one.id);
}

/* Every way out, and two at once. */
static void the_last_active_owner_stays(void **state)
{
	static const char *const ways[] = {
		"UPDATE account SET is_active = false WHERE id",
		"UPDATE account SET is_staff = false WHERE id",
		"DELETE FROM account_role WHERE account_id",
		"DELETE FROM account WHERE id",
	};
	const char *id = sql("SELECT id FROM account WHERE email = "
			     "'staff@example.com'");
	const struct caller caller = owner();

	(void)state;
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		assert_string_equal(
			sql("CREATE OR REPLACE FUNCTION pg_temp.try() RETURNS text "
			    "LANGUAGE plpgsql AS $$ BEGIN %s = '%s'; RETURN "
			    "'done'; EXCEPTION WHEN integrity_constraint_violation "
			    "THEN RETURN SQLERRM; END $$; SELECT pg_temp.try()",
			    ways[i], id),
			"the last active owner stays");
	assert_string_equal(text_at(patch_staff(409, &caller, id,
						"{\"roles\":[\"manager\"]}"),
				    "code"),
			    "last_owner");
}

static void of_two_owners_who_leave_together_one_stays(void **state)
{
	(void)state;
	for (int round = 0; round < 5; round++) {
		struct member one = a_member("", "'owner'");
		struct member two = a_member("", "'owner'");
		struct request_line lines[2] = {
			{"PATCH", fmt(STAFF "%s/", two.id),
			 with_version(one.caller, "account", two.id),
			 "{\"roles\":[]}", {0}},
			{"PATCH", fmt(STAFF "%s/", one.id),
			 with_version(two.caller, "account", one.id),
			 "{\"roles\":[]}", {0}},
		};

		sql("DELETE FROM account_role g USING role r WHERE r.id = "
		    "g.role_id AND r.is_owner AND g.account_id NOT IN ('%s', "
		    "'%s')", one.id, two.id);
		ask_all(lines, 2);
		assert_int_equal((lines[0].answer.status == 200) +
					 (lines[1].answer.status == 200),
				 1);
		assert_string_equal(
			sql("SELECT count(*) FROM account a JOIN account_role g ON "
			    "g.account_id = a.id JOIN role r ON r.id = g.role_id "
			    "WHERE r.is_owner AND a.is_active"),
			"1");
	}
}

/* A role is changed while it is given: the new member has what it is then. */
static void a_role_given_while_it_changes_is_the_changed_one(void **state)
{
	(void)state;
	for (int round = 0; round < 8; round++) {
		struct answer *role = a_role("\"jobs.read\",\"jobs.write\"");
		struct member member = a_member("", "''");
		const struct caller caller = owner();
		const char *id = text_at(role, "id");
		struct request_line lines[2] = {
			{"PATCH", fmt(ROLES "%s/", id),
			 with_version(caller, "role", id),
			 "{\"permissions\":[\"jobs.read\"]}", {0}},
			{"PATCH", fmt(STAFF "%s/", member.id),
			 with_version(caller, "account", member.id),
			 fmt("{\"roles\":[\"%s\"]}", text_at(role, "name")), {0}},
		};

		ask_all(lines, 2);
		assert_int_equal(lines[0].answer.status, 200);
		assert_int_equal(lines[1].answer.status, 200);
		assert_string_equal(permissions_of(member.id), "{jobs.read}");
	}
}

static void what_was_given_is_in_the_audit_log(void **state)
{
	struct member member = a_member("", "''");
	const struct caller caller = owner();
	struct answer *answer =
		patch_staff(200, &caller, member.id, "{\"roles\":[\"support\"]}");

	(void)state;
	assert_string_equal(
		sql("SELECT string_agg(DISTINCT object_type, ',') FROM audit_log "
		    "WHERE request_id = '%s' AND kind = 'change'",
		    header_of(answer, "X-Request-Id")),
		"account,account_role");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_database_knows_the_same_permissions_as_the_program),
		cmocka_unit_test(permissions_are_those_of_the_roles_and_ones_own),
		cmocka_unit_test(a_changed_role_binds_its_members_within_a_second),
		cmocka_unit_test(nobody_gives_what_they_do_not_have),
		cmocka_unit_test(owners_are_made_and_changed_by_owners_alone),
		cmocka_unit_test(a_token_older_than_the_right_gives_nothing),
		cmocka_unit_test(the_role_of_owners_stays),
		cmocka_unit_test(a_name_is_of_one_role_in_any_case),
		cmocka_unit_test(a_role_in_use_is_not_removed),
		cmocka_unit_test(a_change_needs_the_version_that_was_seen),
		cmocka_unit_test(who_is_dismissed_is_out_within_a_second),
		cmocka_unit_test(nobody_closes_their_own_account),
		cmocka_unit_test(the_last_active_owner_stays),
		cmocka_unit_test(a_role_given_while_it_changes_is_the_changed_one),
		cmocka_unit_test(what_was_given_is_in_the_audit_log),
		/* last: it takes the owner's token away */
		cmocka_unit_test(of_two_owners_who_leave_together_one_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
