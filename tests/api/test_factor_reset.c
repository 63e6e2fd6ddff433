/* test_factor_reset.c - who has lost their second factor is helped by another
 * of the staff, or by the command, and told of it; and no account loses its
 * last way to log in. */
#include "authenticator.h"
#include "passkey_device.h"
#include "person.h"

#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#define STAFF "/api/v1/admin/staff/"
#define PASSKEYS "/api/v1/account/passkeys/"

static const char *id_of(const struct member *member)
{
	return sql("SELECT id FROM account WHERE email = '%s'", member->email);
}

/* Of the staff, protected, with these direct permissions. */
static struct member a_clerk(const char *permissions)
{
	struct member clerk = a_member();
	struct answer *answer;

	sql("UPDATE account SET is_staff = true, permissions = '{%s}' WHERE "
	    "email = '%s'", permissions, clerk.email);
	answer = login_with(200, clerk.email, GOOD_PASSWORD);
	clerk.access = text_at(answer, "access");
	clerk.refresh = text_at(answer, "refresh");
	protect(&clerk);
	return clerk;
}

static const char *add_passkey(const struct member *member)
{
	const struct caller caller = with(member->access);
	struct answer *options = ask(200, "POST", PASSKEYS "options/", &caller,
				     NULL);
	struct passkey passkey = a_passkey(ES256);
	struct ceremony ceremony = {.challenge = text_at(options, "challenge")};

	passkey.handle = text_at(options, "user.id");
	return text_at(ask(201, "POST", PASSKEYS, &caller,
			   made_by(&passkey, &ceremony)),
		       "id");
}

static struct answer *reset(int status, const char *bearer, const char *id)
{
	const struct caller caller = {.bearer = bearer};

	return ask(status, "POST", fmt(STAFF "%s/reset-second-factor/", id),
		   &caller, NULL);
}

/* What of factors and sessions an account has. */
static const char *left_to(const char *id)
{
	return sql("SELECT concat_ws(' ', (SELECT count(*) FROM totp WHERE "
		   "account_id = a.id), (SELECT count(*) FROM passkey WHERE "
		   "account_id = a.id), (SELECT count(*) FROM second_factor "
		   "WHERE account_id = a.id), (SELECT count(*) FROM "
		   "recovery_code WHERE account_id = a.id), (SELECT count(*) "
		   "FROM session WHERE account_id = a.id AND ended_at IS NULL), "
		   "has_second_factor) FROM account a WHERE id = '%s'", id);
}

static void a_lost_factor_is_taken_off_with_all_that_rests_on_it(void **state)
{
	struct member clerk = a_clerk("orders.read");
	const char *id = id_of(&clerk);
	const char *challenge;

	(void)state;
	add_passkey(&clerk);
	challenge = a_challenge(clerk.email, GOOD_PASSWORD);
	assert_string_equal(left_to(id), "1 1 2 10 1 t");
	assert_false(bool_at(reset(200, the_staff(), id), "has_second_factor"));
	assert_string_equal(left_to(id), "0 0 0 0 0 f");
	refresh_with(401, clerk.refresh);
	assert_void_soon(clerk.access);
	show_code(401, challenge, code_shown(clerk.secret, 0));
	login_with(200, clerk.email, GOOD_PASSWORD);
	assert_int_equal(mails_to(clerk.email, "second_factor_reset"), 1);
	assert_string_equal(
		sql("SELECT string_agg(DISTINCT a.email || ' ' || l.object_type, "
		    "',') FROM audit_log l JOIN account a ON a.id = l.actor_id "
		    "WHERE l.action = 'admin_staff_reset_second_factor' AND "
		    "(l.object_id = '" STAFF "%s/reset-second-factor/' OR "
		    "l.object_type = 'account' AND l.object_id = '%s')", id, id),
		"staff@example.com POST,staff@example.com account");
	assert_string_equal(text_at(reset(409, the_staff(), id), "code"),
			    "no_second_factor");
}

static void nobody_resets_beyond_their_reach(void **state)
{
	struct member chief = a_clerk("staff.write,orders.read,jobs.read");
	struct member clerk = a_clerk("staff.write,orders.read");
	struct member reader = a_clerk("staff.read,orders.read");
	struct member customer = a_protected_member();

	(void)state;
	assert_string_equal(text_at(reset(403, clerk.access, id_of(&chief)),
				    "code"),
			    "beyond_own_permissions");
	assert_string_equal(text_at(reset(409, clerk.access, id_of(&clerk)),
				    "code"),
			    "own_account");
	reset(403, reader.access, id_of(&clerk));
	reset(404, chief.access, id_of(&customer));
	reset(401, NULL, id_of(&clerk));
	sql("UPDATE session SET second_at = now() - interval '1 hour', proved_at "
	    "= now() - interval '1 hour' WHERE account_id = '%s'",
	    id_of(&chief));
	chief.access = text_at(refresh_with(200, chief.refresh), "access");
	assert_string_equal(text_at(reset(403, chief.access, id_of(&clerk)),
				    "code"),
			    "step_up_required");
	assert_string_equal(left_to(id_of(&clerk)), "1 0 1 10 1 t");
	assert_string_equal(left_to(id_of(&chief)), "1 0 1 10 1 t");
	assert_string_equal(left_to(id_of(&customer)), "1 0 1 10 1 t");
}

static void an_owner_is_helped_by_owners_alone(void **state)
{
	struct member chief = a_clerk("");
	struct member manager = a_clerk("");

	(void)state;
	sql("INSERT INTO account_role (account_id, role_id) SELECT '%s', id FROM "
	    "role WHERE is_owner", id_of(&chief));
	sql("UPDATE account SET permissions = (SELECT permissions FROM account "
	    "WHERE id = '%s') WHERE id = '%s'", id_of(&chief), id_of(&manager));
	manager.access = text_at(refresh_with(200, manager.refresh), "access");
	assert_string_equal(text_at(reset(403, manager.access, id_of(&chief)),
				    "code"),
			    "beyond_own_permissions");
	assert_string_equal(left_to(id_of(&chief)), "1 0 1 10 1 t");
	reset(200, the_staff(), id_of(&chief));
	assert_string_equal(left_to(id_of(&chief)), "0 0 0 0 0 f");
}

static int command(const char *email)
{
	int status = system(fmt("\"$SHOPD\" user reset-factor %s >/dev/null 2>&1",
				email));

	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void the_command_helps_customers_and_a_lone_owner(void **state)
{
	struct member customer = a_protected_member();

	(void)state;
	assert_int_equal(command("nobody-at-all@example.com"), 1);
	assert_int_equal(command(customer.email), 0);
	assert_string_equal(left_to(id_of(&customer)), "0 0 0 0 0 f");
	assert_int_equal(command(customer.email), 1);
	login_with(200, customer.email, GOOD_PASSWORD);
	assert_int_equal(mails_to(customer.email, "second_factor_reset"), 1);
	assert_string_equal(sql("SELECT count(*) FROM audit_log WHERE action = "
				"'user.reset-factor' AND actor_kind = 'command' "
				"AND kind = 'action' AND object_id = '%s'",
				customer.email), "2");
}

/* ---- ways to log in ---- */

static const char *ways(const char *id)
{
	return sql("SELECT account_login_ways('%s')", id);
}

static const char *link_provider(const char *id)
{
	return sql("INSERT INTO social_identity (account_id, provider, issuer, "
		   "subject, email, email_is_verified) VALUES ('%s', "
		   "'facebook', 'https://www.facebook.com', '%s', '', false) "
		   "RETURNING id", id, id);
}

static void unlink_provider(int status, const struct member *member,
			    const char *identity)
{
	const struct caller caller = with(member->access);

	ask(status, "DELETE", fmt("/api/v1/account/social/%s/", identity),
	    &caller, NULL);
}

static void remove_passkey(int status, const struct member *member,
			   const char *passkey)
{
	const struct caller caller = with(member->access);

	ask(status, "DELETE", fmt(PASSKEYS "%s/", passkey), &caller, NULL);
}

static void every_kind_of_way_to_log_in_is_counted(void **state)
{
	struct member member = a_member();
	const char *id = id_of(&member);
	const char *identity;
	const char *passkey;

	(void)state;
	assert_string_equal(ways(id), "1");
	identity = link_provider(id);
	assert_string_equal(ways(id), "2");
	passkey = add_passkey(&member);
	assert_string_equal(ways(id), "3");
	sql("UPDATE account SET password_hash = NULL WHERE id = '%s'", id);
	assert_string_equal(ways(id), "2");
	unlink_provider(204, &member, identity);
	assert_string_equal(ways(id), "1");
	remove_passkey(409, &member, passkey);
	assert_string_equal(ways(id), "1");
}

static void the_last_way_stays_whichever_it_is(void **state)
{
	struct member member = a_member();
	const char *id = id_of(&member);
	const char *identity = link_provider(id);
	const char *passkey = add_passkey(&member);
	const char *hash = sql("SELECT password_hash FROM account WHERE id = "
			       "'%s'", id);

	(void)state;
	sql("UPDATE account SET password_hash = NULL WHERE id = '%s'", id);
	remove_passkey(204, &member, passkey);
	unlink_provider(409, &member, identity);
	assert_string_equal(ways(id), "1");
	sql("UPDATE account SET password_hash = '%s' WHERE id = '%s'", hash,
	    id);
	unlink_provider(204, &member, identity);
	assert_string_equal(ways(id), "1");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_lost_factor_is_taken_off_with_all_that_rests_on_it),
		cmocka_unit_test(nobody_resets_beyond_their_reach),
		cmocka_unit_test(an_owner_is_helped_by_owners_alone),
		cmocka_unit_test(the_command_helps_customers_and_a_lone_owner),
		cmocka_unit_test(every_kind_of_way_to_log_in_is_counted),
		cmocka_unit_test(the_last_way_stays_whichever_it_is),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
