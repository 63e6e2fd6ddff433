/* test_step_up.c - a proof in the middle of a session, and recovery codes. */
#include "authenticator.h"

#include <stdlib.h>
#include <string.h>

#define REFRESH "/api/v1/auth/token/refresh/"
#define CODES MFA "recovery-codes/"

static void assert_code(const struct answer *answer, const char *code)
{
	assert_string_equal(text_at(answer, "code"), code);
}

static struct answer *recover(int status, const struct member *member,
			      const char *code)
{
	return askf(status, "POST", VERIFY_SECOND, &nobody,
		    "{\"challenge\":\"%s\",\"recovery_code\":\"%s\"}",
		    a_challenge(member->email, GOOD_PASSWORD), code);
}

static void age(struct member *member, const char *column)
{
	struct answer *answer;

	sql("UPDATE session SET %s = now() - interval '11 minutes' WHERE "
	    "account_id = (SELECT id FROM account WHERE email = '%s')",
	    column, member->email);
	answer = askf(200, "POST", REFRESH, &nobody, "{\"refresh\":\"%s\"}",
		      member->refresh);
	member->access = text_at(answer, "access");
	member->refresh = text_at(answer, "refresh");
}

/* ---- by password ---- */

static void a_password_of_long_ago_must_be_shown_anew(void **state)
{
	struct member member = a_member();
	struct caller caller;

	(void)state;
	age(&member, "proved_at");
	caller = with(member.access);
	assert_code(ask(403, "POST", TOTP, &caller, NULL), "step_up_required");
	assert_code(ask(400, "POST", STEP_UP, &caller,
			"{\"password\":\"not that\"}"),
		    "wrong_proof");
	assert_code(ask(403, "POST", TOTP, &caller, NULL), "step_up_required");
	caller = with(text_at(ask(200, "POST", STEP_UP, &caller,
				  "{\"password\":\"" GOOD_PASSWORD "\"}"),
			      "access"));
	ask(201, "POST", TOTP, &caller, NULL);
}

static void the_old_token_of_the_session_lives_on_unproved(void **state)
{
	struct member member = a_member();
	struct caller old;

	(void)state;
	age(&member, "proved_at");
	old = with(member.access);
	ask(200, "POST", STEP_UP, &old, "{\"password\":\"" GOOD_PASSWORD "\"}");
	ask(200, "GET", "/api/v1/account/", &old, NULL);
	assert_code(ask(403, "POST", TOTP, &old, NULL), "step_up_required");
	assert_string_equal(sql("SELECT count(*) FROM session s JOIN account a "
				"ON a.id = account_id WHERE email = '%s'",
				member.email),
			    "1");
}

static void a_code_where_there_is_no_app_is_wrong(void **state)
{
	struct member member = a_member();
	struct caller caller = with(member.access);

	(void)state;
	assert_code(ask(400, "POST", STEP_UP, &caller,
			"{\"code\":\"123456\"}"),
		    "wrong_proof");
	assert_code(ask(400, "POST", STEP_UP, &caller,
			"{\"recovery_code\":\"abcdef\"}"),
		    "wrong_proof");
	/* begun, but not confirmed */
	askf(400, "POST", STEP_UP, &caller, "{\"code\":\"%s\"}",
	     code_shown(text_at(ask(201, "POST", TOTP, &caller, NULL),
				"secret"),
			0));
	assert_non_null(node_at(ask(400, "POST", STEP_UP, &caller, "{}"),
				"code"));
	ask(401, "POST", STEP_UP, &nobody, "{\"code\":\"123456\"}");
}

static void wrong_passwords_are_counted_with_wrong_codes(void **state)
{
	struct member member = a_member();
	struct caller caller = with(member.access);
	struct answer *answer;

	(void)state;
	for (int i = 0; i < 10; i++)
		ask(400, "POST", STEP_UP, &caller,
		    i % 2 ? "{\"password\":\"no\"}" : "{\"code\":\"000000\"}");
	answer = ask(429, "POST", STEP_UP, &caller,
		     "{\"password\":\"" GOOD_PASSWORD "\"}");
	assert_in_range(atoi(header_of(answer, "Retry-After")), 3500, 3600);
	forget_codes(member.email);
	ask(200, "POST", STEP_UP, &caller,
	    "{\"password\":\"" GOOD_PASSWORD "\"}");
	assert_string_equal(sql("SELECT count(*) FROM factor_try JOIN account a "
				"ON a.id = account_id WHERE email = '%s'",
				member.email),
			    "0");
}

static void a_session_that_has_ended_is_not_proved(void **state)
{
	struct member member = a_member();
	struct caller caller = with(member.access);

	(void)state;
	sql("UPDATE session SET ended_at = now(), end_reason = 'logout' FROM "
	    "account a WHERE a.id = account_id AND email = '%s'",
	    member.email);
	ask(401, "POST", STEP_UP, &caller,
	    "{\"password\":\"" GOOD_PASSWORD "\"}");
	assert_string_equal(sql("SELECT proved_at < ended_at FROM session JOIN "
				"account a ON a.id = account_id WHERE email = "
				"'%s'", member.email),
			    "t");
}

/* ---- by code ---- */

static void a_code_proves_a_session_once(void **state)
{
	struct member member = a_protected_member();
	struct caller caller;
	const char *code;

	(void)state;
	age(&member, "second_at");
	caller = with(member.access);
	assert_code(ask(403, "DELETE", TOTP, &caller, NULL),
		    "step_up_required");
	code = code_shown(member.secret, 0);
	askf(200, "POST", STEP_UP, &caller, "{\"code\":\"%s\"}", code);
	assert_code(askf(400, "POST", STEP_UP, &caller, "{\"code\":\"%s\"}",
			 code),
		    "wrong_proof");
}

static void one_code_sent_at_once_proves_once(void **state)
{
	struct member member = a_protected_member();
	struct caller caller = with(member.access);
	int counts[600] = {0};

	(void)state;
	ask_at_once(6, "POST", STEP_UP, &caller,
		    fmt("{\"code\":\"%s\"}", code_shown(member.secret, 0)),
		    counts);
	assert_int_equal(counts[200], 1);
	assert_int_equal(counts[400], 5);
}

static void another_accounts_code_proves_nothing(void **state)
{
	struct member member = a_protected_member();
	struct member other = a_protected_member();
	struct caller caller = with(member.access);

	(void)state;
	askf(400, "POST", STEP_UP, &caller, "{\"code\":\"%s\"}",
	     code_shown(other.secret, 0));
	askf(400, "POST", STEP_UP, &caller, "{\"recovery_code\":\"%s\"}",
	     recovery_code(&other, 0));
	recover(200, &other, recovery_code(&other, 0));
}

static void a_secret_moved_to_another_account_does_not_open(void **state)
{
	struct member member = a_protected_member();
	struct member other = a_protected_member();

	(void)state;
	sql("UPDATE totp SET sealed = (SELECT sealed FROM totp JOIN account a "
	    "ON a.id = account_id WHERE email = '%s') WHERE account_id = "
	    "(SELECT id FROM account WHERE email = '%s')",
	    other.email, member.email);
	show_code(500, a_challenge(member.email, GOOD_PASSWORD),
		  code_shown(other.secret, 0));
	recover(200, &member, recovery_code(&member, 3));
}

/* ---- recovery codes ---- */

static void each_recovery_code_is_good_once(void **state)
{
	struct member member = a_protected_member();
	struct caller caller;
	struct answer *answer;

	(void)state;
	recover(200, &member, recovery_code(&member, 2));
	recover(401, &member, recovery_code(&member, 2));
	answer = recover(200, &member, recovery_code(&member, 9));
	caller = with(text_at(answer, "access"));
	assert_int_equal(int_at(ask(200, "GET", MFA, &caller, NULL),
				"recovery_codes_left"),
			 8);
	askf(200, "POST", STEP_UP, &caller, "{\"recovery_code\":\"%s\"}",
	     recovery_code(&member, 0));
	askf(400, "POST", STEP_UP, &caller, "{\"recovery_code\":\"%s\"}",
	     recovery_code(&member, 0));
}

static void a_recovery_code_twice_at_once_opens_one_session(void **state)
{
	struct member member = a_protected_member();
	struct request_line lines[4] = {{0}};
	int counts[600] = {0};

	(void)state;
	for (size_t i = 0; i < 4; i++)
		lines[i] = (struct request_line){
			.method = "POST", .path = VERIFY_SECOND,
			.body = fmt("{\"challenge\":\"%s\","
				    "\"recovery_code\":\"%s\"}",
				    a_challenge(member.email, GOOD_PASSWORD),
				    recovery_code(&member, 0))};
	ask_all(lines, 4);
	for (size_t i = 0; i < 4; i++)
		counts[lines[i].answer.status]++;
	assert_int_equal(counts[200], 1);
	assert_int_equal(counts[401], 3);
}

static void only_hashes_of_recovery_codes_are_kept(void **state)
{
	struct member member = a_protected_member();
	char plain[32];
	char *to = plain;

	(void)state;
	for (const char *at = recovery_code(&member, 0); *at; at++)
		if (*at != '-')
			*to++ = *at;
	*to = '\0';
	assert_string_equal(sql("SELECT count(*) FROM recovery_code WHERE "
				"code_hash = sha256('%s')", plain),
			    "1");
}

static void new_recovery_codes_void_the_old(void **state)
{
	struct member member = a_protected_member();
	struct caller caller = with(member.access);
	struct member renewed = member;
	int counts[600] = {0};

	(void)state;
	renewed.codes = node_at(ask(200, "POST", CODES, &caller, NULL),
				"recovery_codes");
	assert_int_equal(json_array_size(renewed.codes), 10);
	recover(401, &member, recovery_code(&member, 0));
	recover(200, &member, recovery_code(&renewed, 0));
	ask_at_once(4, "POST", CODES, &caller, NULL, counts);
	assert_int_equal(counts[200], 4);
	assert_int_equal(int_at(ask(200, "GET", MFA, &caller, NULL),
				"recovery_codes_left"),
			 10);
	recover(401, &member, recovery_code(&renewed, 1));
}

static void who_has_no_factor_gets_no_recovery_codes(void **state)
{
	struct member member = a_member();
	struct caller caller = with(member.access);

	(void)state;
	assert_code(ask(409, "POST", CODES, &caller, NULL),
		    "second_factor_missing");
	age(&member, "proved_at");
	caller = with(member.access);
	assert_code(ask(403, "POST", CODES, &caller, NULL), "step_up_required");
}

/* ---- the ring ---- */

static void events_and_log_hold_no_secret(void **state)
{
	struct member member = a_protected_member();

	(void)state;
	recover(200, &member, recovery_code(&member, 0));
	assert_string_equal(
		sql("SELECT string_agg(topic, ',' ORDER BY o.id) FROM outbox o, "
		    "account a WHERE email = '%s' AND aggregate_id = a.id AND "
		    "(topic LIKE '%%factor%%' OR topic LIKE '%%recovery%%')",
		    member.email),
		"account.second_factor_added,account.recovery_code_used");
	assert_int_equal(system(fmt("grep -qE '%s|%s' \"$SHOP_LOG\"",
				    member.secret, recovery_code(&member, 0))) ==
				 0,
			 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_password_of_long_ago_must_be_shown_anew),
		cmocka_unit_test(the_old_token_of_the_session_lives_on_unproved),
		cmocka_unit_test(a_code_where_there_is_no_app_is_wrong),
		cmocka_unit_test(wrong_passwords_are_counted_with_wrong_codes),
		cmocka_unit_test(a_session_that_has_ended_is_not_proved),
		cmocka_unit_test(a_code_proves_a_session_once),
		cmocka_unit_test(one_code_sent_at_once_proves_once),
		cmocka_unit_test(another_accounts_code_proves_nothing),
		cmocka_unit_test(
			a_secret_moved_to_another_account_does_not_open),
		cmocka_unit_test(each_recovery_code_is_good_once),
		cmocka_unit_test(
			a_recovery_code_twice_at_once_opens_one_session),
		cmocka_unit_test(only_hashes_of_recovery_codes_are_kept),
		cmocka_unit_test(new_recovery_codes_void_the_old),
		cmocka_unit_test(who_has_no_factor_gets_no_recovery_codes),
		cmocka_unit_test(events_and_log_hold_no_secret),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
