/* test_accounts.c - registration, log-in, sessions, the own profile. */
#include "person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PASSWORD "quite a good one"
#define TOKEN "/api/v1/auth/token/"
#define REFRESH "/api/v1/auth/token/refresh/"
#define VERIFY "/api/v1/auth/token/verify/"
#define BLACKLIST "/api/v1/auth/token/blacklist/"
#define REGISTER "/api/v1/auth/register/"

static void join(const char *email)
{
	askf(201, "POST", REGISTER, &nobody,
	     "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", email);
}

static struct answer *login(int status, const char *email, const char *password)
{
	return askf(status, "POST", TOKEN, &nobody,
		    "{\"email\":\"%s\",\"password\":\"%s\"}", email, password);
}

static struct answer *refresh(int status, const char *token)
{
	return askf(status, "POST", REFRESH, &nobody, "{\"refresh\":\"%s\"}",
		    token);
}

static struct answer *verify(int status, const char *token)
{
	return askf(status, "POST", VERIFY, &nobody, "{\"token\":\"%s\"}",
		    token);
}

struct member {
	const char *email;
	const char *access;
	const char *refresh;
};

static struct member a_member(void)
{
	struct member member = {.email = an_address()};
	struct answer *answer;

	join(member.email);
	answer = login(200, member.email, PASSWORD);
	member.access = text_at(answer, "access");
	member.refresh = text_at(answer, "refresh");
	return member;
}

/* Of that member's tokens. */
static void age_tokens(const char *email, const char *change)
{
	sql("UPDATE refresh_token SET %s WHERE account_id = "
	    "(SELECT id FROM account WHERE email = '%s')",
	    change, email);
}

static void assert_told(const struct answer *answer, const char *detail,
			const char *code)
{
	assert_string_equal(text_at(answer, "detail"), detail);
	assert_string_equal(text_at(answer, "code"), code);
}

static void assert_body(const struct answer *answer, const char *body)
{
	assert_string_equal(answer->body, body);
}

/* ---- registration ---- */

static void a_taken_address_is_answered_like_a_free_one(void **state)
{
	const char *email = an_address();
	struct answer *free_one;
	struct answer *taken;

	(void)state;
	free_one = askf(201, "POST", REGISTER, &nobody,
			"{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}",
			email);
	taken = askf(201, "POST", REGISTER, &nobody,
		     "{\"email\":\"%s\",\"password\":\"another good one\"}",
		     email);
	assert_body(free_one, "{\"detail\":\"Verification e-mail sent.\"}");
	assert_body(taken, free_one->body);
	login(200, email, PASSWORD);
	login(401, email, "another good one");
	assert_string_equal(sql("SELECT count(*) FROM account WHERE "
				"email = '%s'", email), "1");
}

static void eight_registrations_at_once_make_one_account(void **state)
{
	const char *email = an_address();
	int counts[600] = {0};

	(void)state;
	ask_at_once(8, "POST", REGISTER, &nobody,
		    fmt("{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}",
			email),
		    counts);
	assert_int_equal(counts[201], 8);
	assert_string_equal(sql("SELECT count(*) FROM account WHERE "
				"email = '%s'", email), "1");
	login(200, email, PASSWORD);
}

static void weak_passwords_and_bad_addresses_are_told_of(void **state)
{
	struct answer *answer;

	(void)state;
	answer = ask(400, "POST", REGISTER, &nobody,
		     "{\"email\":\"ann@example.net\",\"password\":\"1234567\"}");
	assert_body(answer, "{\"password\":[\"This password is too short. It "
			    "must contain at least 8 characters.\",\"This "
			    "password is too common.\",\"This password is "
			    "entirely numeric.\"]}");
	answer = ask(400, "POST", REGISTER, &nobody,
		     "{\"email\":\"nobody\",\"password\":\"" PASSWORD "\"}");
	assert_body(answer, "{\"email\":[\"Enter a valid email address.\"]}");
	answer = ask(400, "POST", REGISTER, &nobody, "{}");
	assert_body(answer, "{\"email\":[\"This field is required.\"],"
			    "\"password\":[\"This field is required.\"]}");
}

static void nobody_registers_as_staff(void **state)
{
	const char *email = an_address();

	(void)state;
	askf(201, "POST", REGISTER, &nobody,
	     "{\"email\":\"%s\",\"password\":\"" PASSWORD "\",\"is_staff\":true,"
	     "\"permissions\":[\"catalog.write\"],\"is_active\":false}",
	     email);
	assert_string_equal(sql("SELECT is_staff, is_active, permissions FROM "
				"account WHERE email = '%s'", email),
			    "f|t|{}");
}

static void an_address_is_proved_by_its_key_also_a_second_time(void **state)
{
	struct member member = a_member();
	const char *key = fmt("key-of-%s", member.email);
	const char *body = fmt("{\"key\":\"%s\"}", key);

	(void)state;
	ask(404, "POST", "/api/v1/auth/verify-email/", &nobody, body);
	sql("INSERT INTO email_verification SELECT sha256('%s'), id, now() + "
	    "interval '1 hour' FROM account WHERE email = '%s'",
	    key, member.email);
	for (int i = 0; i < 2; i++) /* the first answer may have been lost */
		assert_body(ask(200, "POST", "/api/v1/auth/verify-email/",
				&nobody, body),
			    "{\"detail\":\"ok\"}");
	assert_string_equal(sql("SELECT email_verified_at IS NOT NULL FROM "
				"account WHERE email = '%s'", member.email),
			    "t");
	sql("UPDATE email_verification SET expires_at = now() WHERE "
	    "token_hash = sha256('%s')", key);
	ask(404, "POST", "/api/v1/auth/verify-email/", &nobody, body);
}

/* ---- log-in ---- */

static void the_name_may_come_as_email_or_username_in_any_case(void **state)
{
	struct member member = a_member();
	char *loud = strdup(member.email);

	(void)state;
	loud[0] = 'M';
	login(200, loud, PASSWORD);
	askf(200, "POST", TOKEN, &nobody,
	     "{\"username\":\"%s\",\"password\":\"" PASSWORD "\"}", loud);
	free(loud);
	assert_body(ask(400, "POST", TOKEN, &nobody, "{\"password\":\"x\"}"),
		    "{\"email\":[\"This field is required.\"]}");
}

static void all_who_may_not_log_in_are_told_the_same(void **state)
{
	struct member member = a_member();
	struct answer *answers[3];

	(void)state;
	answers[0] = login(401, member.email, "wrong");
	answers[1] = login(401, an_address(), PASSWORD);
	sql("UPDATE account SET is_active = false WHERE email = '%s'",
	    member.email);
	answers[2] = login(401, member.email, PASSWORD);
	for (int i = 0; i < 3; i++) {
		assert_told(answers[i], "No active account found with the "
					"given credentials",
			    "no_active_account");
		assert_body(answers[i], answers[0]->body);
		assert_string_equal(header_of(answers[i], "WWW-Authenticate"),
				    "Bearer realm=\"api\"");
	}
}

static void a_hash_of_django_logs_in_and_is_replaced(void **state)
{
	struct member member = a_member();

	(void)state;
	sql("UPDATE account SET password_hash = 'pbkdf2_sha256$1000$Zq3bT9xWkL0"
	    "pRs7uVyA1cd$3dk22EnuC0c6s4iiOSqPy4Rz/c3AI6Iy7AgbsOcPFWQ=' WHERE "
	    "email = '%s'", member.email);
	login(401, member.email, PASSWORD);
	for (int i = 0; i < 2; i++)
		login(200, member.email, "correct horse");
	assert_string_equal(sql("SELECT password_hash LIKE '$argon2id$v=19$%%' "
				"FROM account WHERE email = '%s'",
				member.email), "t");
}

static void after_a_hundred_tries_a_name_waits_known_or_not(void **state)
{
	struct member member = a_member();
	const char *names[2] = {member.email, an_address()};

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct answer *answer;

		login(401, names[i], "wrong");
		sql("UPDATE login_try SET tries = 99 WHERE name_hash = "
		    "sha256('%s')", names[i]);
		login(401, names[i], "wrong"); /* the hundredth */
		answer = login(429, names[i], PASSWORD);
		assert_string_equal(text_at(answer, "code"), "throttled");
		assert_true(atoi(header_of(answer, "Retry-After")) > 3500);
		refresh(200, member.refresh); /* its owner is not locked out */
		sql("UPDATE login_try SET started_at = now() - interval "
		    "'61 minutes' WHERE name_hash = sha256('%s')", names[i]);
		login(i == 0 ? 200 : 401, names[i], PASSWORD);
	}
	assert_string_equal(sql("SELECT count(*) FROM login_try WHERE "
				"name_hash = sha256('%s')", member.email),
			    "0");
}

/* ---- sessions ---- */

static void a_refresh_token_buys_the_next_pair(void **state)
{
	struct member member = a_member();
	struct answer *answer = refresh(200, member.refresh);
	struct caller caller = {.bearer = text_at(answer, "access")};

	(void)state;
	assert_string_not_equal(text_at(answer, "refresh"), member.refresh);
	assert_string_equal(text_at(ask(200, "GET", "/api/v1/account/", &caller,
					NULL), "email"), member.email);
	refresh(200, text_at(answer, "refresh"));
}

static void a_lost_answer_is_given_again_for_ten_seconds(void **state)
{
	struct member member = a_member();
	const char *next = text_at(refresh(200, member.refresh), "refresh");

	(void)state;
	assert_string_equal(text_at(refresh(200, member.refresh), "refresh"),
			    next);
	refresh(200, next); /* and it is alive */
}

static void a_token_used_twice_ends_the_session_for_both(void **state)
{
	struct member member = a_member();
	const char *other = text_at(login(200, member.email, PASSWORD),
				    "refresh");
	const char *next = text_at(refresh(200, member.refresh), "refresh");

	(void)state;
	age_tokens(member.email, "used_at = used_at - interval '11 seconds'");
	assert_told(refresh(401, member.refresh), "Token is blacklisted",
		    "token_not_valid");
	assert_told(refresh(401, next), "Token is blacklisted",
		    "token_not_valid");
	refresh(200, other); /* another session of the same account */
}

static void of_many_at_once_all_get_the_one_successor(void **state)
{
	struct member member = a_member();
	int counts[600] = {0};

	(void)state;
	ask_at_once(12, "POST", REFRESH, &nobody,
		    fmt("{\"refresh\":\"%s\"}", member.refresh), counts);
	assert_int_equal(counts[200], 12);
	assert_string_equal(
		sql("SELECT count(*), count(*) FILTER (WHERE used_at IS NULL "
		    "AND revoked_at IS NULL) FROM refresh_token WHERE "
		    "account_id = (SELECT id FROM account WHERE email = '%s')",
		    member.email),
		"2|1");
}

static void logging_out_ends_the_session(void **state)
{
	struct member member = a_member();
	const char *next = text_at(refresh(200, member.refresh), "refresh");

	(void)state;
	assert_body(askf(200, "POST", BLACKLIST, &nobody,
			 "{\"refresh\":\"%s\"}", next), "{}");
	refresh(401, next);
	refresh(401, member.refresh);
	askf(401, "POST", BLACKLIST, &nobody, "{\"refresh\":\"%s\"}", next);
	assert_body(verify(400, next),
		    "{\"non_field_errors\":[\"Token is blacklisted\"]}");
}

static void tokens_of_one_kind_do_not_pass_for_the_other(void **state)
{
	struct member member = a_member();
	struct caller caller = {.bearer = member.refresh};

	(void)state;
	assert_body(verify(200, member.access), "{}");
	assert_body(verify(200, member.refresh), "{}");
	assert_told(verify(401, "a.b.c"), "Token is invalid or expired",
		    "token_not_valid");
	assert_told(refresh(401, member.access), "Token has wrong type",
		    "token_not_valid");
	assert_told(refresh(401, "never-issued"), "Token is invalid or expired",
		    "token_not_valid");
	ask(401, "GET", "/api/v1/account/", &caller, NULL);
}

static void an_expired_token_is_invalid(void **state)
{
	struct member member = a_member();

	(void)state;
	age_tokens(member.email, "issued_at = now() - interval '15 days', "
				 "expires_at = now() - interval '1 second'");
	assert_told(refresh(401, member.refresh), "Token is invalid or expired",
		    "token_not_valid");
	assert_told(verify(401, member.refresh), "Token is invalid or expired",
		    "token_not_valid");
}

/* Asked over new connections, so that every worker is. */
static void assert_void_everywhere(const struct caller *caller)
{
	usleep(1000000); /* what is promised */
	for (int i = 0; i < 20; i++)
		assert_told(ask(401, "GET", "/api/v1/account/orders/", caller,
				NULL),
			    "Given token not valid for any token type",
			    "token_not_valid");
}

static void a_closed_account_is_refused_within_a_second(void **state)
{
	struct member member = a_member();
	struct caller caller = {.bearer = member.access};

	(void)state;
	ask(200, "GET", "/api/v1/account/orders/", &caller, NULL);
	sql("UPDATE account SET is_active = false WHERE email = '%s'",
	    member.email);
	assert_told(refresh(401, member.refresh), "Token is blacklisted",
		    "token_not_valid");
	assert_void_everywhere(&caller);
}

static void a_logout_voids_the_access_token_of_its_session_alone(void **state)
{
	struct member member = a_member();
	struct caller gone = {.bearer = member.access};
	struct caller stays = {
		.bearer = text_at(login(200, member.email, PASSWORD),
				  "access")};

	(void)state;
	askf(200, "POST", "/api/v1/auth/token/blacklist/", &nobody,
	     "{\"refresh\":\"%s\"}", member.refresh);
	assert_void_everywhere(&gone);
	ask(200, "GET", "/api/v1/account/", &stays, NULL);
}

static void new_rights_void_the_tokens_that_say_old_ones(void **state)
{
	struct member member = a_member();
	struct caller caller = {.bearer = member.access};

	(void)state;
	sql("UPDATE account SET is_staff = true, permissions = '{jobs.read}' "
	    "WHERE email = '%s'", member.email);
	assert_void_everywhere(&caller);
	caller.bearer = text_at(refresh(200, member.refresh), "access");
	ask(200, "GET", "/api/v1/account/", &caller, NULL);
}

static void only_the_hash_of_a_token_is_stored(void **state)
{
	struct member member = a_member();

	(void)state;
	assert_string_equal(sql("SELECT count(*) FROM refresh_token WHERE "
				"token_hash = sha256('%s')", member.refresh),
			    "1");
	assert_string_equal(sql("SELECT count(*) FROM refresh_token t WHERE "
				"t::text LIKE '%%%s%%'", member.refresh), "0");
}

/* ---- profile ---- */

static void the_profile_changes_what_it_may_and_nothing_else(void **state)
{
	struct member member = a_member();
	struct caller caller = {.bearer = member.access};
	struct answer *before = ask(200, "GET", "/api/v1/account/", &caller,
				    NULL);
	struct answer *after;

	(void)state;
	after = ask(200, "PATCH", "/api/v1/account/", &caller,
		    "{\"first_name\":\" Ann \",\"phone\":\"+49 30 123-456\","
		    "\"email\":\"x@y.zz\",\"is_staff\":true,\"version\":99,"
		    "\"permissions\":[\"operations\"]}");
	assert_string_equal(text_at(after, "first_name"), "Ann");
	assert_string_equal(text_at(after, "phone"), "+4930123456");
	assert_string_equal(text_at(after, "last_name"), "");
	assert_string_equal(text_at(after, "email"), member.email);
	assert_string_equal(text_at(after, "id"), text_at(before, "id"));
	assert_false(bool_at(after, "is_staff"));
	assert_int_equal(int_at(after, "version"), int_at(before, "version") + 1);
	assert_string_not_equal(header_of(after, "ETag"),
				header_of(before, "ETag"));
	after = ask(200, "PATCH", "/api/v1/account/", &caller,
		    "{\"first_name\":\"\"}");
	assert_string_equal(text_at(after, "first_name"), "");
	assert_string_equal(text_at(after, "phone"), "+4930123456");
}

static void an_old_version_changes_nothing(void **state)
{
	struct member member = a_member();
	struct caller caller = {.bearer = member.access};
	const char *etag = header_of(ask(200, "GET", "/api/v1/account/",
					 &caller, NULL), "ETag");

	(void)state;
	caller.header = fmt("If-Match: %s", etag);
	ask(200, "PATCH", "/api/v1/account/", &caller, "{\"phone\":\"+491234567\"}");
	ask(412, "PATCH", "/api/v1/account/", &caller, "{\"phone\":\"+491234568\"}");
	caller.header = NULL;
	assert_string_equal(text_at(ask(200, "GET", "/api/v1/account/", &caller,
					NULL), "phone"), "+491234567");
}

static void the_profile_is_not_for_strangers(void **state)
{
	(void)state;
	assert_told(ask(401, "GET", "/api/v1/account/", &nobody, NULL),
		    "Authentication credentials were not provided.",
		    "not_authenticated");
	ask(401, "PATCH", "/api/v1/account/", &nobody, "{}");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_taken_address_is_answered_like_a_free_one),
		cmocka_unit_test(eight_registrations_at_once_make_one_account),
		cmocka_unit_test(weak_passwords_and_bad_addresses_are_told_of),
		cmocka_unit_test(nobody_registers_as_staff),
		cmocka_unit_test(
			an_address_is_proved_by_its_key_also_a_second_time),
		cmocka_unit_test(
			the_name_may_come_as_email_or_username_in_any_case),
		cmocka_unit_test(all_who_may_not_log_in_are_told_the_same),
		cmocka_unit_test(a_hash_of_django_logs_in_and_is_replaced),
		cmocka_unit_test(
			after_a_hundred_tries_a_name_waits_known_or_not),
		cmocka_unit_test(a_refresh_token_buys_the_next_pair),
		cmocka_unit_test(a_lost_answer_is_given_again_for_ten_seconds),
		cmocka_unit_test(a_token_used_twice_ends_the_session_for_both),
		cmocka_unit_test(of_many_at_once_all_get_the_one_successor),
		cmocka_unit_test(logging_out_ends_the_session),
		cmocka_unit_test(tokens_of_one_kind_do_not_pass_for_the_other),
		cmocka_unit_test(an_expired_token_is_invalid),
		cmocka_unit_test(a_closed_account_is_refused_within_a_second),
		cmocka_unit_test(
			a_logout_voids_the_access_token_of_its_session_alone),
		cmocka_unit_test(new_rights_void_the_tokens_that_say_old_ones),
		cmocka_unit_test(only_the_hash_of_a_token_is_stored),
		cmocka_unit_test(
			the_profile_changes_what_it_may_and_nothing_else),
		cmocka_unit_test(an_old_version_changes_nothing),
		cmocka_unit_test(the_profile_is_not_for_strangers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
