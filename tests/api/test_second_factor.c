/* test_second_factor.c - an authenticator app: enrolled, asked for at login,
 * used once a step, dropped. */
#include "authenticator.h"

#include <stdlib.h>
#include <string.h>

#define REFRESH "/api/v1/auth/token/refresh/"

static void assert_code(const struct answer *answer, const char *code)
{
	assert_string_equal(text_at(answer, "code"), code);
}

/* ---- enrolment ---- */

static void an_enrolment_shows_its_secret_in_a_uri(void **state)
{
	struct member member = a_member();
	struct caller caller = with(member.access);
	struct answer *answer = ask(201, "POST", TOTP, &caller, NULL);
	const char *secret = text_at(answer, "secret");
	const char *uri = text_at(answer, "uri");

	(void)state;
	assert_int_equal(strlen(secret), 32);
	assert_non_null(strstr(uri, fmt("?secret=%s&", secret)));
	assert_int_equal(strncmp(uri, "otpauth://totp/", 15), 0);
	assert_non_null(strstr(uri, "%40example.com?"));
	assert_non_null(strstr(uri, "&algorithm=SHA1&digits=6&period=30"));
	assert_null(strstr(sql("SELECT sealed FROM totp JOIN account a ON "
			       "a.id = account_id WHERE email = '%s'",
			       member.email),
			   secret));
}

static void nothing_counts_before_the_first_code(void **state)
{
	struct member member = a_member();
	struct caller caller = with(member.access);
	struct answer *answer;

	(void)state;
	ask(201, "POST", TOTP, &caller, NULL);
	login_with(200, member.email, GOOD_PASSWORD);
	answer = ask(200, "GET", MFA, &caller, NULL);
	assert_false(bool_at(answer, "has_second_factor"));
	assert_true(json_is_null(node_at(answer, "totp_confirmed_at")));
	assert_int_equal(int_at(answer, "recovery_codes_left"), 0);
	assert_code(askf(400, "POST", TOTP "confirm/", &caller,
			 "{\"code\":\"12345\"}"),
		    "wrong_proof");
	login_with(200, member.email, GOOD_PASSWORD);
}

static void only_the_newest_enrolment_can_be_confirmed(void **state)
{
	struct member member = a_member();
	struct caller caller = with(member.access);
	const char *first = text_at(ask(201, "POST", TOTP, &caller, NULL),
				    "secret");
	const char *second = text_at(ask(201, "POST", TOTP, &caller, NULL),
				     "secret");

	(void)state;
	assert_string_not_equal(first, second);
	askf(400, "POST", TOTP "confirm/", &caller, "{\"code\":\"%s\"}",
	     code_shown(first, 0));
	askf(200, "POST", TOTP "confirm/", &caller, "{\"code\":\"%s\"}",
	     code_shown(second, 0));
	assert_code(ask(409, "POST", TOTP, &caller, NULL),
		    "second_factor_enrolled");
	assert_code(askf(409, "POST", TOTP "confirm/", &caller,
			 "{\"code\":\"%s\"}", code_shown(second, 1)),
		    "second_factor_enrolled");
}

static void an_enrolment_is_open_for_an_hour(void **state)
{
	struct member member = a_member();
	struct caller caller = with(member.access);
	const char *secret = text_at(ask(201, "POST", TOTP, &caller, NULL),
				     "secret");

	(void)state;
	sql("UPDATE totp SET created_at = now() - interval '61 minutes' FROM "
	    "account a WHERE a.id = account_id AND email = '%s'",
	    member.email);
	assert_code(askf(409, "POST", TOTP "confirm/", &caller,
			 "{\"code\":\"%s\"}", code_shown(secret, 0)),
		    "second_factor_not_begun");
	assert_false(bool_at(ask(200, "GET", MFA, &caller, NULL),
			     "has_second_factor"));
}

static void a_confirmation_without_an_enrolment_is_refused(void **state)
{
	struct member member = a_member();
	struct caller caller = with(member.access);

	(void)state;
	assert_code(ask(409, "POST", TOTP "confirm/", &caller,
			"{\"code\":\"123456\"}"),
		    "second_factor_not_begun");
}

static void two_confirmations_at_once_give_one_set_of_codes(void **state)
{
	struct member member = a_member();
	struct caller caller = with(member.access);
	int counts[600] = {0};
	const char *secret = text_at(ask(201, "POST", TOTP, &caller, NULL),
				     "secret");

	(void)state;
	ask_at_once(4, "POST", TOTP "confirm/", &caller,
		    fmt("{\"code\":\"%s\"}", code_shown(secret, 0)), counts);
	assert_int_equal(counts[200], 1);
	assert_int_equal(counts[409], 3);
	assert_string_equal(sql("SELECT count(*) FROM recovery_code JOIN "
				"account a ON a.id = account_id WHERE email = "
				"'%s'", member.email),
			    "10");
}

static void the_other_sessions_end_with_the_first_factor(void **state)
{
	struct member member = a_member();
	struct answer *other = login_with(200, member.email, GOOD_PASSWORD);

	(void)state;
	protect(&member);
	askf(401, "POST", REFRESH, &nobody, "{\"refresh\":\"%s\"}",
	     text_at(other, "refresh"));
	assert_string_equal(sql("SELECT string_agg(coalesce(end_reason, '-'), "
				"',' ORDER BY s.id) FROM session s JOIN account a "
				"ON a.id = account_id WHERE email = '%s'",
				member.email),
			    "-,second_factor");
	askf(200, "POST", REFRESH, &nobody, "{\"refresh\":\"%s\"}",
	     member.refresh);
}

static void what_is_enrolled_is_told_to_its_owner(void **state)
{
	struct member member = a_protected_member();
	struct caller caller = with(member.access);
	struct answer *answer = ask(200, "GET", MFA, &caller, NULL);

	(void)state;
	assert_true(bool_at(answer, "has_second_factor"));
	assert_false(bool_at(answer, "is_required"));
	assert_true(json_is_string(node_at(answer, "totp_confirmed_at")));
	assert_int_equal(int_at(answer, "recovery_codes_left"), 10);
	assert_int_equal(int_at(answer, "passkeys"), 0);
	assert_int_equal(json_array_size(member.codes), 10);
	assert_null(strstr(answer->body, member.secret));
	ask(401, "GET", MFA, &nobody, NULL);
}

/* ---- login ---- */

static void a_password_alone_gets_a_challenge_and_a_code_the_tokens(void **state)
{
	struct member member = a_protected_member();
	const char *challenge = a_challenge(member.email, GOOD_PASSWORD);
	struct answer *answer = show_code(200, challenge,
					  code_shown(member.secret, 0));
	struct caller caller = with(text_at(answer, "access"));

	(void)state;
	ask(200, "GET", "/api/v1/account/", &caller, NULL);
	assert_non_null(text_at(answer, "refresh"));
	assert_string_equal(sql("SELECT count(*) FROM login_challenge JOIN "
				"account a ON a.id = account_id WHERE email = "
				"'%s'", member.email),
			    "0");
}

static void codes_of_one_step_before_and_after_are_taken(void **state)
{
	struct member member = a_protected_member();

	(void)state;
	for (int drift = -1; drift <= 1; drift++) {
		forget_codes(member.email);
		show_code(200, a_challenge(member.email, GOOD_PASSWORD),
			  code_shown(member.secret, drift));
	}
	forget_codes(member.email);
	show_code(401, a_challenge(member.email, GOOD_PASSWORD),
		  code_shown(member.secret, -3));
	show_code(401, a_challenge(member.email, GOOD_PASSWORD),
		  code_shown(member.secret, 3));
}

static void a_code_is_used_once_and_none_before_it_after(void **state)
{
	struct member member = a_protected_member();
	const char *code = code_shown(member.secret, 0);
	const char *earlier = code_shown(member.secret, -1);

	(void)state;
	show_code(200, a_challenge(member.email, GOOD_PASSWORD), code);
	show_code(401, a_challenge(member.email, GOOD_PASSWORD), code);
	show_code(401, a_challenge(member.email, GOOD_PASSWORD), earlier);
}

static void one_code_at_once_for_two_challenges_opens_one(void **state)
{
	struct member member = a_protected_member();
	const char *code = code_shown(member.secret, 0);
	struct request_line lines[4] = {{0}};
	int counts[600] = {0};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		lines[i] = (struct request_line){
			.method = "POST", .path = VERIFY_SECOND,
			.body = fmt("{\"challenge\":\"%s\",\"code\":\"%s\"}",
				    a_challenge(member.email, GOOD_PASSWORD),
				    code)};
	ask_all(lines, 4);
	for (size_t i = 0; i < 4; i++)
		counts[lines[i].answer.status]++;
	assert_int_equal(counts[200], 1);
	assert_int_equal(counts[401], 3);
}

static void one_challenge_opens_one_session_whatever_is_shown(void **state)
{
	struct member member = a_protected_member();
	const char *challenge = a_challenge(member.email, GOOD_PASSWORD);
	struct request_line lines[2] = {{0}};
	int counts[600] = {0};

	(void)state;
	lines[0] = (struct request_line){
		.method = "POST", .path = VERIFY_SECOND,
		.body = fmt("{\"challenge\":\"%s\",\"code\":\"%s\"}", challenge,
			    code_shown(member.secret, 0))};
	lines[1] = (struct request_line){
		.method = "POST", .path = VERIFY_SECOND,
		.body = fmt("{\"challenge\":\"%s\",\"recovery_code\":\"%s\"}",
			    challenge, recovery_code(&member, 0))};
	ask_all(lines, 2);
	for (size_t i = 0; i < 2; i++)
		counts[lines[i].answer.status]++;
	assert_int_equal(counts[200], 1);
	assert_int_equal(counts[401], 1);
}

static void every_wrong_way_gets_one_answer(void **state)
{
	struct member member = a_protected_member();
	struct member other = a_protected_member();
	const char *challenge = a_challenge(member.email, GOOD_PASSWORD);
	const char *wrong = show_code(401, challenge, "000000x")->body;
	const char *late = a_challenge(member.email, GOOD_PASSWORD);

	(void)state;
	/* another account's code, no challenge, an old one, a wrong recovery */
	assert_string_equal(show_code(401, challenge,
				      code_shown(other.secret, 0))->body,
			    wrong);
	assert_string_equal(show_code(401, "nothing",
				      code_shown(member.secret, 0))->body,
			    wrong);
	sql("UPDATE login_challenge SET expires_at = now() WHERE account_id = "
	    "(SELECT id FROM account WHERE email = '%s') AND tries = 0",
	    member.email);
	assert_string_equal(show_code(401, late,
				      code_shown(member.secret, 0))->body,
			    wrong);
	assert_string_equal(
		askf(401, "POST", VERIFY_SECOND, &nobody,
		     "{\"challenge\":\"%s\",\"recovery_code\":\"%s\"}",
		     challenge, recovery_code(&other, 0))->body,
		wrong);
	show_code(200, challenge, code_shown(member.secret, 0));
}

static void five_tries_end_a_challenge(void **state)
{
	struct member member = a_protected_member();
	const char *challenge = a_challenge(member.email, GOOD_PASSWORD);
	int counts[600] = {0};

	(void)state;
	ask_at_once(6, "POST", VERIFY_SECOND, &nobody,
		    fmt("{\"challenge\":\"%s\",\"code\":\"abcdef\"}", challenge),
		    counts);
	assert_int_equal(counts[401], 6);
	show_code(401, challenge, code_shown(member.secret, 0));
	assert_string_equal(sql("SELECT tries FROM login_challenge JOIN account "
				"a ON a.id = account_id WHERE email = '%s'",
				member.email),
			    "5");
	show_code(200, a_challenge(member.email, GOOD_PASSWORD),
		  code_shown(member.secret, 0));
}

static void ten_wrong_codes_lock_the_account_for_an_hour(void **state)
{
	struct member member = a_protected_member();
	const char *challenge = NULL;
	struct answer *answer;
	int wait;

	(void)state;
	for (int i = 0; i < 10; i++) {
		if (i % 5 == 0)
			challenge = a_challenge(member.email, GOOD_PASSWORD);
		show_code(401, challenge, "abcdef");
	}
	answer = show_code(429, a_challenge(member.email, GOOD_PASSWORD),
			   code_shown(member.secret, 0));
	assert_code(answer, "throttled");
	wait = atoi(header_of(answer, "Retry-After"));
	assert_in_range(wait, 3500, 3600);
	sql("UPDATE factor_try SET started_at = started_at - interval "
	    "'61 minutes' WHERE account_id = (SELECT id FROM account WHERE "
	    "email = '%s')", member.email);
	show_code(200, a_challenge(member.email, GOOD_PASSWORD),
		  code_shown(member.secret, 0));
}

static void a_body_that_shows_nothing_or_two_things_is_invalid(void **state)
{
	(void)state;
	assert_non_null(node_at(ask(400, "POST", VERIFY_SECOND, &nobody,
				    "{\"challenge\":\"x\"}"), "code"));
	assert_non_null(node_at(ask(400, "POST", VERIFY_SECOND, &nobody,
				    "{\"code\":\"123456\"}"), "challenge"));
	assert_non_null(node_at(ask(400, "POST", VERIFY_SECOND, &nobody,
				    "{\"challenge\":\"x\",\"code\":\"1\","
				    "\"recovery_code\":\"2\"}"),
				"non_field_errors"));
}

/* ---- removal ---- */

static void the_last_factor_gone_takes_all_that_rests_on_it(void **state)
{
	struct member member = a_protected_member();
	struct caller caller = with(member.access);

	(void)state;
	ask(204, "DELETE", TOTP, &caller, NULL);
	assert_string_equal(
		sql("SELECT a.has_second_factor, (SELECT count(*) FROM "
		    "recovery_code WHERE account_id = a.id), (SELECT count(*) "
		    "FROM totp WHERE account_id = a.id), (SELECT "
		    "count(second_at) FROM session WHERE account_id = a.id) "
		    "FROM account a WHERE email = '%s'", member.email),
		"f|0|0|0");
	caller = with(text_at(login_with(200, member.email, GOOD_PASSWORD),
			      "access"));
	ask(404, "DELETE", TOTP, &caller, NULL);
	askf(200, "POST", REFRESH, &nobody, "{\"refresh\":\"%s\"}",
	     member.refresh);
}

static void a_passkey_keeps_the_factors_that_an_app_leaves(void **state)
{
	struct member member = a_protected_member();
	struct caller caller = with(member.access);

	(void)state;
	sql("INSERT INTO second_factor SELECT id, 'passkey', uuid_v7() FROM "
	    "account WHERE email = '%s'", member.email);
	ask(204, "DELETE", TOTP, &caller, NULL);
	assert_true(bool_at(ask(200, "GET", MFA, &caller, NULL),
			    "has_second_factor"));
	askf(200, "POST", VERIFY_SECOND, &nobody,
	     "{\"challenge\":\"%s\",\"recovery_code\":\"%s\"}",
	     a_challenge(member.email, GOOD_PASSWORD),
	     recovery_code(&member, 0));
	/* There is no such passkey: `shopd doctor` would find it. */
	sql("DELETE FROM second_factor f USING account a WHERE a.id = "
	    "f.account_id AND email = '%s'", member.email);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_enrolment_shows_its_secret_in_a_uri),
		cmocka_unit_test(nothing_counts_before_the_first_code),
		cmocka_unit_test(only_the_newest_enrolment_can_be_confirmed),
		cmocka_unit_test(an_enrolment_is_open_for_an_hour),
		cmocka_unit_test(a_confirmation_without_an_enrolment_is_refused),
		cmocka_unit_test(two_confirmations_at_once_give_one_set_of_codes),
		cmocka_unit_test(the_other_sessions_end_with_the_first_factor),
		cmocka_unit_test(what_is_enrolled_is_told_to_its_owner),
		cmocka_unit_test(
			a_password_alone_gets_a_challenge_and_a_code_the_tokens),
		cmocka_unit_test(codes_of_one_step_before_and_after_are_taken),
		cmocka_unit_test(a_code_is_used_once_and_none_before_it_after),
		cmocka_unit_test(one_code_at_once_for_two_challenges_opens_one),
		cmocka_unit_test(
			one_challenge_opens_one_session_whatever_is_shown),
		cmocka_unit_test(every_wrong_way_gets_one_answer),
		cmocka_unit_test(five_tries_end_a_challenge),
		cmocka_unit_test(ten_wrong_codes_lock_the_account_for_an_hour),
		cmocka_unit_test(
			a_body_that_shows_nothing_or_two_things_is_invalid),
		cmocka_unit_test(
			the_last_factor_gone_takes_all_that_rests_on_it),
		cmocka_unit_test(a_passkey_keeps_the_factors_that_an_app_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
