/* test_password_reset.c - forgotten passwords, set anew by who reads the mail;
 * addresses that are proved late. */
#include "person.h"

#include <string.h>

#define RESET "/api/v1/auth/password-reset/"
#define CONFIRM "/api/v1/auth/password-reset/confirm/"
#define RESEND "/api/v1/auth/resend-verification/"
#define NEWER "an even better one"

static struct answer *forget(const char *email)
{
	return askf(200, "POST", RESET, &nobody, "{\"email\":\"%s\"}", email);
}

static struct answer *reset(int status, const char *token, const char *password)
{
	return askf(status, "POST", CONFIRM, &nobody,
		    "{\"token\":\"%s\",\"new_password\":\"%s\"}", token,
		    password);
}

static const char *token_for(const struct person *person)
{
	forget(person->email);
	return mailed_secret(person->email, "/reset-password/?token=");
}

static void a_forgotten_password_is_set_by_mail(void **state)
{
	struct person person = a_person();
	const char *token = token_for(&person);

	(void)state;
	assert_int_equal(strlen(token), 43);
	assert_string_equal(reset(200, token, NEWER)->body,
			    "{\"detail\":\"Password has been reset with the new "
			    "password.\"}");
	refresh_with(401, person.refresh);
	assert_void_soon(person.access);
	log_in(401, person.email, PERSON_PASSWORD);
	log_in(200, person.email, NEWER);
	assert_string_equal(reset(400, token, "a third good one")->body,
			    "{\"token\":[\"Invalid value\"]}");
	log_in(200, person.email, NEWER);
	assert_string_equal(sql("SELECT email_verified_at IS NOT NULL FROM "
				"account WHERE id = '%s'", person.id), "t");
}

static void known_and_unknown_addresses_are_answered_alike(void **state)
{
	static const char *const paths[] = {RESET, RESEND};
	struct person closed = a_person();
	struct person proved = a_person();
	const char *emails[] = {an_address(), a_person().email, closed.email,
				proved.email};

	(void)state;
	sql("UPDATE account SET is_active = false WHERE id = '%s'", closed.id);
	sql("UPDATE account SET email_verified_at = now() WHERE id = '%s'",
	    proved.id);
	for (size_t p = 0; p < 2; p++) {
		struct answer *first = NULL;

		for (size_t i = 0; i < 4; i++) {
			struct answer *answer = askf(200, "POST", paths[p],
						     &nobody,
						     "{\"email\":\"%s\"}",
						     emails[i]);

			first = first ? first : answer;
			assert_alike(first, answer);
			assert_int_equal(statements_in(answer), 1);
		}
	}
	assert_int_equal(mails_to(emails[1], "password_reset"), 1);
	assert_int_equal(mails_to(emails[1], "verification"), 1);
	assert_int_equal(mails_to(closed.email, "password_reset"), 0);
	assert_int_equal(mails_to(closed.email, "verification"), 0);
	assert_int_equal(mails_to(proved.email, "verification"), 0);
	assert_int_equal(mails_to(emails[0], "password_reset"), 0);
}

static void asking_again_voids_the_older_link(void **state)
{
	struct person person = a_person();
	const char *older = token_for(&person);
	const char *newer;

	(void)state;
	newer = token_for(&person);
	assert_string_not_equal(older, newer);
	reset(400, older, NEWER);
	reset(200, newer, NEWER);
}

static void a_bad_password_leaves_the_link_good(void **state)
{
	struct person person = a_person();
	const char *token = token_for(&person);

	(void)state;
	assert_string_equal(reset(400, token, "12345678")->body,
			    "{\"new_password\":[\"This password is too "
			    "common.\",\"This password is entirely "
			    "numeric.\"]}");
	reset(400, token, person.email);
	reset(200, token, NEWER);
}

static void a_link_lives_for_ten_minutes(void **state)
{
	struct person person = a_person();
	const char *token = token_for(&person);

	(void)state;
	assert_string_equal(
		sql("SELECT expires_at - now() BETWEEN interval '9 minutes' AND "
		    "interval '10 minutes' FROM password_reset WHERE account_id "
		    "= '%s'", person.id), "t");
	sql("UPDATE password_reset SET expires_at = now() WHERE account_id = "
	    "'%s'", person.id);
	reset(400, token, NEWER);
	log_in(200, person.email, PERSON_PASSWORD);
}

static void of_many_resets_at_once_one_wins(void **state)
{
	enum { TIMES = 6 };
	struct person person = a_person();
	const char *token = token_for(&person);
	struct request_line lines[TIMES];
	int won = 0;

	(void)state;
	for (int i = 0; i < TIMES; i++)
		lines[i] = (struct request_line){
			"POST", CONFIRM, {0},
			fmt("{\"token\":\"%s\",\"new_password\":\"good one "
			    "no. %d\"}", token, i),
			{0}};
	ask_all(lines, TIMES);
	for (int i = 0; i < TIMES; i++) {
		bool is_winner = lines[i].answer.status == 200;

		won += is_winner;
		log_in(is_winner ? 200 : 401, person.email,
		       fmt("good one no. %d", i));
	}
	assert_int_equal(won, 1);
}

static void an_account_without_a_password_gets_one(void **state)
{
	struct person person = a_person();

	(void)state;
	sql("UPDATE account SET password_hash = NULL WHERE id = '%s'",
	    person.id);
	askf(400, "POST", "/api/v1/account/change-password/",
	     &(struct caller){.bearer = person.access},
	     "{\"old_password\":\"\",\"new_password\":\"" NEWER "\"}");
	reset(200, token_for(&person), NEWER);
	log_in(200, person.email, NEWER);
}

static void the_link_goes_where_the_settings_say(void **state)
{
	struct person person = a_person();
	const struct caller liar = {.header = "Host: evil.example"};

	(void)state;
	askf(200, "POST", RESET, &liar, "{\"email\":\"%s\"}", person.email);
	until_mailed();
	assert_null(strstr(newest_mail(person.email), "evil.example"));
	mailed_secret(person.email, "/reset-password/?token=");
}

static void five_mails_an_hour_are_enough(void **state)
{
	struct person person = a_person();

	(void)state;
	for (int i = 0; i < 8; i++) {
		forget(person.email);
		askf(200, "POST", RESEND, &nobody, "{\"email\":\"%s\"}",
		     person.email);
		until_mailed();
	}
	assert_int_equal(mails_to(person.email, "password_reset"), 5);
	/* one was sent at registration */
	assert_int_equal(mails_to(person.email, "verification"), 4);
}

static void a_verification_mailed_again_verifies(void **state)
{
	struct person person = a_person();

	(void)state;
	assert_string_equal(askf(200, "POST", RESEND, &nobody,
				 "{\"email\":\"%s\"}", person.email)->body,
			    "{\"detail\":\"ok\"}");
	until_mailed();
	askf(200, "POST", "/api/v1/auth/verify-email/", &nobody,
	     "{\"key\":\"%s\"}",
	     mailed_secret(person.email, "/verify-email/?key="));
	assert_string_equal(sql("SELECT email_verified_at IS NOT NULL FROM "
				"account WHERE id = '%s'", person.id), "t");
}

static void a_reset_of_staff_is_in_the_audit_log(void **state)
{
	struct person person = a_person();

	(void)state;
	sql("UPDATE account SET is_staff = true WHERE id = '%s'", person.id);
	reset(200, token_for(&person), NEWER);
	assert_string_equal(
		sql("SELECT string_agg(kind, ',' ORDER BY id) FROM audit_log "
		    "WHERE actor_id = '%s' AND action = "
		    "'auth_password_reset_confirm' AND object_type IN ('POST', "
		    "'account')", person.id), "action,change");
	assert_string_equal(
		sql("SELECT change #>> '{after,password_hash}' FROM audit_log "
		    "WHERE actor_id = '%s' AND object_type = 'account'",
		    person.id), "(hidden)");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_forgotten_password_is_set_by_mail),
		cmocka_unit_test(known_and_unknown_addresses_are_answered_alike),
		cmocka_unit_test(asking_again_voids_the_older_link),
		cmocka_unit_test(a_bad_password_leaves_the_link_good),
		cmocka_unit_test(a_link_lives_for_ten_minutes),
		cmocka_unit_test(of_many_resets_at_once_one_wins),
		cmocka_unit_test(an_account_without_a_password_gets_one),
		cmocka_unit_test(the_link_goes_where_the_settings_say),
		cmocka_unit_test(five_mails_an_hour_are_enough),
		cmocka_unit_test(a_verification_mailed_again_verifies),
		cmocka_unit_test(a_reset_of_staff_is_in_the_audit_log),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
