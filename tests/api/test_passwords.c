/* test_passwords.c - passwords changed by who knows them. */
#include "person.h"

#define CHANGE "/api/v1/account/change-password/"
#define NEWER "an even better one"

static struct answer *change(int status, const struct person *person,
			     const char *old, const char *new)
{
	return askf(status, "POST", CHANGE,
		    &(struct caller){.bearer = person->access},
		    "{\"old_password\":\"%s\",\"new_password\":\"%s\"}", old,
		    new);
}

static const char *living_sessions(const struct person *person)
{
	return sql("SELECT count(*) FROM session WHERE account_id = '%s' AND "
		   "ended_at IS NULL", person->id);
}

static void a_new_password_ends_all_other_sessions(void **state)
{
	struct person person = a_person();
	struct person other = again(&person);
	struct answer *pair = change(200, &person, PERSON_PASSWORD, NEWER);

	(void)state;
	whoami(200, text_at(pair, "access"));
	refresh_with(401, other.refresh);
	refresh_with(401, person.refresh); /* its successor is in the pair */
	refresh_with(200, text_at(pair, "refresh"));
	assert_void_soon(other.access);
	assert_void_soon(person.access);
	log_in(401, person.email, PERSON_PASSWORD);
	log_in(200, person.email, NEWER);
	assert_string_equal(sql("SELECT string_agg(end_reason, ',') FROM "
				"session WHERE account_id = '%s'", person.id),
			    "password");
	assert_int_equal(mails_to(person.email, "password_changed"), 1);
}

static void a_wrong_old_password_changes_nothing(void **state)
{
	struct person person = a_person();
	struct answer *answer = change(400, &person, "not the one", NEWER);

	(void)state;
	assert_string_equal(answer->body,
			    "{\"old_password\":[\"Your old password was entered "
			    "incorrectly. Please enter it again.\"]}");
	refresh_with(200, person.refresh);
	log_in(200, person.email, PERSON_PASSWORD);
	log_in(401, person.email, NEWER);
}

static void a_weak_new_password_is_told_of(void **state)
{
	struct person person = a_person();

	(void)state;
	assert_string_equal(
		change(400, &person, PERSON_PASSWORD, "8461735")->body,
		"{\"new_password\":[\"This password is too short. It must "
		"contain at least 8 characters.\",\"This password is entirely "
		"numeric.\"]}");
	change(400, &person, PERSON_PASSWORD, person.email);
	log_in(200, person.email, PERSON_PASSWORD);
}

static void clients_of_dj_rest_auth_send_it_twice(void **state)
{
	struct person person = a_person();
	const struct caller caller = {.bearer = person.access};

	(void)state;
	assert_string_equal(
		ask(400, "POST", "/api/v1/auth/password/change/", &caller,
		    "{\"old_password\":\"" PERSON_PASSWORD "\",\"new_password1\":"
		    "\"" NEWER "\",\"new_password2\":\"another\"}")->body,
		"{\"new_password2\":[\"The two password fields didn\xe2\x80\x99t "
		"match.\"]}");
	ask(200, "POST", "/api/v1/auth/password/change/", &caller,
	    "{\"old_password\":\"" PERSON_PASSWORD "\",\"new_password1\":\"" NEWER
	    "\",\"new_password2\":\"" NEWER "\"}");
	log_in(200, person.email, NEWER);
}

static void of_two_changes_at_once_one_wins(void **state)
{
	struct person person = a_person();
	struct person other = again(&person);
	struct request_line lines[2] = {
		{"POST", CHANGE, {.bearer = person.access},
		 "{\"old_password\":\"" PERSON_PASSWORD
		 "\",\"new_password\":\"first of the two\"}", {0}},
		{"POST", CHANGE, {.bearer = other.access},
		 "{\"old_password\":\"" PERSON_PASSWORD
		 "\",\"new_password\":\"other of the two\"}", {0}},
	};
	int winner;

	(void)state;
	ask_all(lines, 2);
	winner = lines[0].answer.status == 200 ? 0 : 1;
	assert_int_equal(lines[winner].answer.status, 200);
	assert_int_not_equal(lines[1 - winner].answer.status, 200);
	assert_string_equal(living_sessions(&person), "1");
	log_in(winner == 0 ? 200 : 401, person.email, "first of the two");
	log_in(winner == 1 ? 200 : 401, person.email, "other of the two");
}

static void no_login_by_the_old_one_outlives_the_change(void **state)
{
	enum { LOGINS = 10, ALL = LOGINS + 1 };
	struct person person = a_person();
	struct request_line lines[ALL] = {{0}};

	(void)state;
	for (size_t i = 0; i < ALL; i++)
		lines[i] = (struct request_line){
			"POST", "/api/v1/auth/token/", {0},
			fmt("{\"email\":\"%s\",\"password\":\"" PERSON_PASSWORD
			    "\"}", person.email),
			{0}};
	lines[3] = (struct request_line){
		"POST", CHANGE, {.bearer = person.access},
		"{\"old_password\":\"" PERSON_PASSWORD
		"\",\"new_password\":\"" NEWER "\"}", {0}};
	ask_all(lines, ALL);
	assert_int_equal(lines[3].answer.status, 200);
	assert_string_equal(living_sessions(&person), "1");
}

static void a_hundred_wrong_tries_are_enough(void **state)
{
	struct person person = a_person();

	(void)state;
	change(400, &person, "wrong", NEWER);
	sql("UPDATE login_try SET tries = 100 WHERE name_hash = "
	    "sha256('Password of %s')", person.id);
	assert_non_null(header_of(change(429, &person, PERSON_PASSWORD, NEWER),
				  "Retry-After"));
	log_in(200, person.email, PERSON_PASSWORD);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_new_password_ends_all_other_sessions),
		cmocka_unit_test(a_wrong_old_password_changes_nothing),
		cmocka_unit_test(a_weak_new_password_is_told_of),
		cmocka_unit_test(clients_of_dj_rest_auth_send_it_twice),
		cmocka_unit_test(of_two_changes_at_once_one_wins),
		cmocka_unit_test(no_login_by_the_old_one_outlives_the_change),
		cmocka_unit_test(a_hundred_wrong_tries_are_enough),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
