/* test_email_change.c - another e-mail address: confirmed at the new one,
 * called off at the old one. */
#include "person.h"

#include <string.h>

#define CHANGE "/api/v1/account/change-email/"
#define CONFIRM CHANGE "confirm/"
#define CANCEL CHANGE "cancel/"

static struct answer *change(int status, const struct person *person,
			     const char *email)
{
	return askf(status, "POST", CHANGE,
		    &(struct caller){.bearer = person->access},
		    "{\"email\":\"%s\"}", email);
}

static struct answer *use(int status, const char *path, const char *token)
{
	return askf(status, "POST", path, &nobody, "{\"token\":\"%s\"}", token);
}

static const char *to_confirm(const char *email)
{
	return mailed_secret(email, "/change-email/confirm/?token=");
}

static const char *to_cancel(const char *email)
{
	return mailed_secret(email, "/change-email/cancel/?token=");
}

static void the_new_address_confirms_and_sessions_go_on(void **state)
{
	struct person person = a_person();
	const char *email = an_address();
	int64_t version = int_at(whoami(200, person.access), "version");
	struct answer *after;
	const char *token;

	(void)state;
	change(202, &person, email);
	assert_string_equal(text_at(whoami(200, person.access), "email"),
			    person.email);
	token = to_confirm(email);
	use(200, CONFIRM, token);
	use(404, CONFIRM, token);
	after = whoami(200, person.access);
	assert_string_equal(text_at(after, "email"), email);
	assert_int_equal(int_at(after, "version"), version + 1);
	text_at(after, "email_verified_at");
	refresh_with(200, person.refresh);
	log_in(200, email, PERSON_PASSWORD);
	log_in(401, person.email, PERSON_PASSWORD);
	assert_int_equal(mails_to(person.email, "email_changed"), 1);
}

static void a_taken_address_is_answered_like_a_free_one(void **state)
{
	struct person person = a_person();
	struct person other = a_person();
	struct answer *taken = change(202, &person, other.email);
	const char *email = an_address();

	(void)state;
	assert_alike(taken, change(202, &person, email));
	assert_int_equal(mails_to(other.email, "email_change"), 0);
	assert_int_equal(mails_to(other.email, "account_exists"), 1);
	assert_int_equal(mails_to(person.email, "email_change_notice"), 2);
	to_confirm(email);
	log_in(200, other.email, PERSON_PASSWORD);
}

static void the_own_address_is_no_change(void **state)
{
	struct person person = a_person();

	(void)state;
	assert_string_equal(change(400, &person, person.email)->body,
			    "{\"email\":[\"This is your e-mail address "
			    "already.\"]}");
}

static void it_needs_a_factor_shown_lately(void **state)
{
	struct person person = a_person();

	(void)state;
	sql("UPDATE session SET proved_at = now() - interval '1 hour' WHERE "
	    "account_id = '%s'", person.id);
	person.access = text_at(refresh_with(200, person.refresh), "access");
	assert_string_equal(text_at(change(403, &person, an_address()), "code"),
			    "step_up_required");
	ask(401, "POST", CHANGE, &nobody, "{\"email\":\"a@example.net\"}");
}

static void the_old_address_calls_it_off(void **state)
{
	struct person person = a_person();
	const char *email = an_address();
	const char *confirm;

	(void)state;
	change(202, &person, email);
	confirm = to_confirm(email);
	use(404, CONFIRM, to_cancel(person.email));
	use(404, CANCEL, confirm);
	use(200, CANCEL, to_cancel(person.email));
	use(404, CANCEL, to_cancel(person.email));
	use(404, CONFIRM, confirm);
	refresh_with(401, person.refresh); /* whoever asked is out */
	assert_void_soon(person.access);
	log_in(200, person.email, PERSON_PASSWORD);
}

/* A thief changes it twice, to be safe. */
static void the_old_address_takes_it_back(void **state)
{
	struct person person = a_person();
	const char *first = an_address();
	const char *second = an_address();
	const char *cancel;

	(void)state;
	change(202, &person, first);
	cancel = to_cancel(person.email);
	use(200, CONFIRM, to_confirm(first));
	change(202, &person, second);
	use(200, CONFIRM, to_confirm(second));
	log_in(200, second, PERSON_PASSWORD);
	use(200, CANCEL, cancel);
	assert_string_equal(sql("SELECT email FROM account WHERE id = '%s'",
				person.id), person.email);
	refresh_with(401, person.refresh);
	log_in(401, second, PERSON_PASSWORD);
	log_in(401, person.email, PERSON_PASSWORD); /* he knew it */
	use(404, CANCEL, to_cancel(first)); /* his own links are void */
}

static void a_later_change_voids_the_one_before(void **state)
{
	struct person person = a_person();
	const char *first = an_address();
	const char *second = an_address();

	(void)state;
	change(202, &person, first);
	change(202, &person, second);
	use(404, CONFIRM, to_confirm(first));
	use(200, CONFIRM, to_confirm(second));
}

static void of_many_changes_at_once_one_is_open(void **state)
{
	struct person person = a_person();
	int counts[600];

	(void)state;
	ask_at_once(4, "POST", CHANGE,
		    &(struct caller){.bearer = person.access},
		    fmt("{\"email\":\"%s\"}", an_address()), counts);
	assert_int_equal(counts[202], 4);
	assert_string_equal(sql("SELECT count(*) FROM email_change WHERE "
				"account_id = '%s' AND cancelled_at IS NULL",
				person.id), "1");
}

static void one_that_was_taken_meanwhile_stays_whose_it_is(void **state)
{
	struct person person = a_person();
	const char *email = an_address();

	(void)state;
	change(202, &person, email);
	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"the faster one\"}", email);
	assert_string_equal(text_at(use(409, CONFIRM, to_confirm(email)),
				    "code"), "account_exists");
	log_in(200, email, "the faster one");
	log_in(200, person.email, PERSON_PASSWORD);
}

static void links_expire(void **state)
{
	struct person person = a_person();
	const char *email = an_address();

	(void)state;
	change(202, &person, email);
	sql("UPDATE email_change SET asked_at = now() - interval '25 hours' "
	    "WHERE account_id = '%s'", person.id);
	use(404, CONFIRM, to_confirm(email));
	sql("UPDATE email_change SET asked_at = now() - interval '8 days' "
	    "WHERE account_id = '%s'", person.id);
	use(404, CANCEL, to_cancel(person.email));
	use(404, CANCEL, "nothing");
}

static void a_password_link_to_the_old_address_dies_with_it(void **state)
{
	struct person person = a_person();
	const char *email = an_address();
	const char *token;

	(void)state;
	askf(200, "POST", "/api/v1/auth/password-reset/", &nobody,
	     "{\"email\":\"%s\"}", person.email);
	token = mailed_secret(person.email, "/reset-password/?token=");
	change(202, &person, email);
	use(200, CONFIRM, to_confirm(email));
	askf(400, "POST", "/api/v1/auth/password-reset/confirm/", &nobody,
	     "{\"token\":\"%s\",\"new_password\":\"an even better one\"}",
	     token);
	log_in(200, email, PERSON_PASSWORD);
}

static void five_changes_an_hour_are_enough(void **state)
{
	struct person person = a_person();

	(void)state;
	for (int i = 0; i < 5; i++)
		change(202, &person, an_address());
	change(429, &person, an_address());
}

static void that_of_staff_is_in_the_audit_log(void **state)
{
	struct person person = a_person();
	const char *email = an_address();

	(void)state;
	change(202, &person, email);
	sql("UPDATE account SET is_staff = true WHERE id = '%s'", person.id);
	use(200, CONFIRM, to_confirm(email));
	assert_string_equal(
		sql("SELECT change #>> '{before,email}', change #>> "
		    "'{after,email}' FROM audit_log WHERE actor_id = '%s' AND "
		    "action = 'account_change_email_confirm' AND object_type = "
		    "'account'", person.id),
		fmt("%s|%s", person.email, email));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_new_address_confirms_and_sessions_go_on),
		cmocka_unit_test(a_taken_address_is_answered_like_a_free_one),
		cmocka_unit_test(the_own_address_is_no_change),
		cmocka_unit_test(it_needs_a_factor_shown_lately),
		cmocka_unit_test(the_old_address_calls_it_off),
		cmocka_unit_test(the_old_address_takes_it_back),
		cmocka_unit_test(a_later_change_voids_the_one_before),
		cmocka_unit_test(of_many_changes_at_once_one_is_open),
		cmocka_unit_test(one_that_was_taken_meanwhile_stays_whose_it_is),
		cmocka_unit_test(links_expire),
		cmocka_unit_test(a_password_link_to_the_old_address_dies_with_it),
		cmocka_unit_test(five_changes_an_hour_are_enough),
		cmocka_unit_test(that_of_staff_is_in_the_audit_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
