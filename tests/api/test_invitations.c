/* test_invitations.c - who is invited gets a secret by mail, once, for three
 * days, and is of the staff by it. */
#include "person.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define INVITATIONS "/api/v1/admin/staff/invitations/"
#define ACCEPT "/api/v1/auth/invitations/accept/"
#define JOIN "/api/v1/account/invitations/accept/"

static struct caller owner(void)
{
	return (struct caller){.bearer = the_staff()};
}

static const char *fresh_email(void)
{
	static unsigned number;

	return fmt("inv%d-%u@example.com", (int)getpid(), number++);
}

static struct answer *invited(const char *email, const char *roles)
{
	const struct caller caller = owner();

	return askf(201, "POST", INVITATIONS, &caller,
		    "{\"email\":\"%s\",\"roles\":[%s]}", email, roles);
}

/* As its mail says. */
static const char *secret_of(const struct answer *invitation)
{
	return mailed_secret(text_at(invitation, "email"),
			     "/staff/accept/?token=");
}

static struct answer *accepted(int status, const char *secret)
{
	return askf(status, "POST", ACCEPT, &nobody,
		    "{\"token\":\"%s\",\"password\":\"lantern-quiet-47\","
		    "\"first_name\":\"Grace\",\"last_name\":\"H\"}", secret);
}

static const char *token_of(const char *email)
{
	return text_at(askf(200, "POST", "/api/v1/auth/token/", &nobody,
			    "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}",
			    email),
		       "access");
}

static void who_is_invited_becomes_staff_with_the_roles(void **state)
{
	const char *email = fresh_email();
	struct answer *invitation = invited(email, "\"warehouse\",\"Content\"");
	struct caller caller;

	(void)state;
	assert_string_equal(text_at(invitation, "state"), "open");
	assert_string_equal(text_at(invitation, "roles.0"), "content");
	assert_null(strstr(invitation->body, secret_of(invitation)));
	accepted(201, secret_of(invitation));
	caller = (struct caller){.bearer = token_of(email)};
	ask(200, "GET", "/api/v1/admin/orders/", &caller, NULL);
	ask(403, "GET", "/api/v1/admin/staff/", &caller, NULL);
	assert_string_equal(sql("SELECT email_verified_at IS NOT NULL AND is_staff "
				"FROM account WHERE email = '%s'", email),
			    "t");
	assert_string_equal(sql("SELECT accepted_at IS NOT NULL FROM "
				"staff_invitation WHERE email = '%s'", email),
			    "t");
}

static void a_secret_works_once_even_of_twenty_at_once(void **state)
{
	const char *email = fresh_email();
	const char *secret = secret_of(invited(email, ""));
	int counts[600] = {0};

	(void)state;
	ask_at_once(20, "POST", ACCEPT, &nobody,
		    fmt("{\"token\":\"%s\",\"password\":\"lantern-quiet-47\"}",
			secret),
		    counts);
	assert_int_equal(counts[201], 1);
	assert_int_equal(counts[404] + counts[409], 19);
	accepted(404, secret);
	assert_string_equal(sql("SELECT count(*) FROM account WHERE email = '%s'",
				email),
			    "1");
}

static void a_later_mail_makes_the_older_one_worthless(void **state)
{
	const char *email = fresh_email();
	const char *first = secret_of(invited(email, "\"owner\""));
	struct answer *again = invited(email, "\"content\"");

	(void)state;
	accepted(404, first);
	accepted(201, secret_of(again));
	assert_string_equal(sql("SELECT string_agg(r.name, ',') FROM account_role g "
				"JOIN role r ON r.id = g.role_id JOIN account a ON "
				"a.id = g.account_id WHERE a.email = '%s'", email),
			    "content");
}

static void what_is_old_taken_back_or_made_up_is_refused_alike(void **state)
{
	const struct caller caller = owner();
	struct answer *old = invited(fresh_email(), "");
	struct answer *back = invited(fresh_email(), "");
	const char *unknown = accepted(404, "nothing")->body;

	(void)state;
	sql("UPDATE staff_invitation SET expires_at = now() WHERE id = '%s'",
	    text_at(old, "id"));
	ask(204, "DELETE", fmt(INVITATIONS "%s/", text_at(back, "id")), &caller,
	    NULL);
	assert_string_equal(accepted(404, secret_of(old))->body, unknown);
	assert_string_equal(accepted(404, secret_of(back))->body, unknown);
}

static void who_has_an_account_logs_in_and_accepts(void **state)
{
	const struct caller customer = {.bearer = a_customer()};
	const struct caller other = {.bearer = a_customer()};
	const char *email = text_at(
		ask(200, "GET", "/api/v1/account/", &customer, NULL), "email");
	const char *secret = secret_of(invited(email, "\"support\""));
	struct caller then;

	(void)state;
	assert_string_equal(text_at(accepted(409, secret), "code"),
			    "login_required");
	/* the password of whoever holds the mail is not set */
	askf(404, "POST", JOIN, &other, "{\"token\":\"%s\"}", secret);
	askf(200, "POST", JOIN, &customer, "{\"token\":\"%s\"}", secret);
	then = (struct caller){.bearer = token_of(email)};
	ask(200, "GET", "/api/v1/admin/customers/", &then, NULL);
	askf(404, "POST", JOIN, &then, "{\"token\":\"%s\"}", secret);
}

static void a_bad_password_does_not_use_the_secret_up(void **state)
{
	const char *email = fresh_email();
	const char *secret = secret_of(invited(email, ""));

	(void)state;
	askf(400, "POST", ACCEPT, &nobody,
	     "{\"token\":\"%s\",\"password\":\"12345678\"}", secret);
	askf(400, "POST", ACCEPT, &nobody,
	     "{\"token\":\"%s\",\"password\":\"%s\"}", secret, email);
	accepted(201, secret);
}

static void an_invitation_lapses_with_who_sent_it(void **state)
{
	struct answer *invitation = invited(fresh_email(), "\"content\"");
	const char *leaver = fresh_email();

	(void)state;
	accepted(201, secret_of(invited(leaver, "")));
	sql("UPDATE staff_invitation SET invited_by = (SELECT id FROM account "
	    "WHERE email = '%s') WHERE id = '%s'", leaver,
	    text_at(invitation, "id"));
	accepted(404, secret_of(invitation));
}

/* Whoever reads the tables, as staff with jobs.read do, joins nobody. */
static void the_secret_stands_in_no_table(void **state)
{
	static const char *const tables[] = {"outbox", "job", "audit_log",
					     "staff_invitation",
					     "notification"};
	const char *secret = secret_of(invited(fresh_email(), "\"owner\""));

	(void)state;
	for (size_t i = 0; i < sizeof(tables) / sizeof(*tables); i++)
		assert_string_equal(sql("SELECT count(*) FROM %s t WHERE "
					"t::text LIKE '%%%s%%'", tables[i],
					secret), "0");
	assert_string_equal(sql("SELECT count(*) FROM staff_invitation WHERE "
				"secret_hash = sha256('%s')", secret), "1");
}

/* Who was allowed more when the mail went out takes nothing along. */
static void an_invitation_lapses_when_its_sender_may_do_less(void **state)
{
	struct answer *invitation = invited(fresh_email(), "\"content\"");
	const char *lesser = fresh_email();

	(void)state;
	accepted(201, secret_of(invited(lesser, "")));
	sql("UPDATE account SET direct_permissions = '{staff.write,catalog.read}'"
	    " WHERE email = '%s'", lesser);
	sql("UPDATE staff_invitation SET invited_by = (SELECT id FROM account "
	    "WHERE email = '%s') WHERE id = '%s'", lesser,
	    text_at(invitation, "id"));
	accepted(404, secret_of(invitation));
	sql("UPDATE account SET direct_permissions = '{staff.write,catalog.read,"
	    "catalog.write,reviews.read,reviews.write}' WHERE email = '%s'",
	    lesser);
	accepted(201, secret_of(invitation));
}

static void who_works_here_is_not_invited(void **state)
{
	const struct caller caller = owner();
	struct answer *answer =
		ask(400, "POST", INVITATIONS, &caller,
		    "{\"email\":\"Staff@example.com\",\"roles\":[\"nonsense\"]}");

	(void)state;
	text_at(answer, "email.0");
	answer = askf(400, "POST", INVITATIONS, &caller,
		      "{\"email\":\"%s\",\"roles\":[\"content\",\"nonsense\"]}",
		      fresh_email());
	assert_non_null(strstr(answer->body, "nonsense"));
}

static void the_mail_goes_out(void **state)
{
	const char *email = fresh_email();

	(void)state;
	invited(email, "\"content\"");
	until_sql(15, "sent",
		  fmt("SELECT state FROM notification WHERE recipient = '%s'",
		      email));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_invited_becomes_staff_with_the_roles),
		cmocka_unit_test(a_secret_works_once_even_of_twenty_at_once),
		cmocka_unit_test(a_later_mail_makes_the_older_one_worthless),
		cmocka_unit_test(what_is_old_taken_back_or_made_up_is_refused_alike),
		cmocka_unit_test(who_has_an_account_logs_in_and_accepts),
		cmocka_unit_test(a_bad_password_does_not_use_the_secret_up),
		cmocka_unit_test(an_invitation_lapses_with_who_sent_it),
		cmocka_unit_test(the_secret_stands_in_no_table),
		cmocka_unit_test(an_invitation_lapses_when_its_sender_may_do_less),
		cmocka_unit_test(who_works_here_is_not_invited),
		cmocka_unit_test(the_mail_goes_out),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
