/* test_passkey_factors.c - a passkey as the second factor of a log-in, as both
 * at once, and to confirm who is logged in. */
#include "passkey_device.h"

#include <string.h>
#include <time.h>
#include <unistd.h>

#define PASSWORD "quite a good one"
#define TOKEN "/api/v1/auth/token/"
#define LOGIN "/api/v1/auth/passkeys/"
#define STEP_UP LOGIN "step-up/"
#define OWN "/api/v1/account/passkeys/"

struct member {
	const char *email;
	const char *access;
	const char *refresh;
	struct passkey passkey;
};

static struct answer *login_by_password(int status, const char *email)
{
	return askf(status, "POST", TOKEN, &nobody,
		    "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", email);
}

static struct caller as(const struct member *member)
{
	return (struct caller){.bearer = member->access};
}

static struct member a_member(void)
{
	static int number;
	struct member member = {.passkey = a_passkey(ES256)};
	struct ceremony ceremony = {0};
	struct answer *answer;
	struct caller caller;

	member.email = fmt("f%lld-%d-%d@example.net", (long long)time(NULL),
			   (int)getpid(), ++number);
	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", member.email);
	answer = login_by_password(200, member.email);
	member.access = text_at(answer, "access");
	member.refresh = text_at(answer, "refresh");
	caller = as(&member);
	answer = ask(200, "POST", OWN "options/", &caller, NULL);
	member.passkey.handle = text_at(answer, "user.id");
	ceremony.challenge = text_at(answer, "challenge");
	ask(201, "POST", OWN, &caller, made_by(&member.passkey, &ceremony));
	return member;
}

static void has_second_factor(const struct member *member)
{
	sql("INSERT INTO second_factor (account_id, kind, object_id) SELECT "
	    "account_id, 'passkey', id FROM passkey WHERE account_id = (SELECT "
	    "id FROM account WHERE email = '%s')", member->email);
}

static const char *challenge_of_password(const struct member *member)
{
	struct answer *answer = login_by_password(401, member->email);

	assert_string_equal(text_at(answer, "code"), "second_factor_required");
	return text_at(answer, "challenge");
}

/* $login: the challenge of the password; NULL: none. */
static struct answer *verify(int status, struct member *member,
			     const char *login, struct ceremony ceremony)
{
	if (ceremony.challenge == NULL)
		ceremony.challenge = text_at(
			ask(200, "POST", LOGIN "options/", &nobody, "{}"),
			"challenge");
	if (login)
		ceremony.extra = fmt(",\"challenge\":\"%s\"", login);
	return ask(status, "POST", LOGIN "verify/", &nobody,
		   signed_by(&member->passkey, &ceremony));
}

static void assert_not_accepted(const struct answer *answer)
{
	assert_string_equal(text_at(answer, "code"), "passkey_not_accepted");
}

static void a_passkey_follows_a_password(void **state)
{
	struct member member = a_member();
	struct caller caller = {0};
	struct answer *answer;
	const char *login;

	(void)state;
	has_second_factor(&member);
	login = challenge_of_password(&member);
	answer = askf(200, "POST", LOGIN "options/", &nobody,
		      "{\"challenge\":\"%s\"}", login);
	assert_string_equal(text_at(answer, "allowCredentials.0.id"),
			    base64url(member.passkey.id, 32));
	/* what was asked for by name brings no handle along */
	answer = verify(200, &member, login,
			(struct ceremony){
				.challenge = text_at(answer, "challenge"),
				.handle = "", .flags = PRESENT});
	caller.bearer = text_at(answer, "access");
	ask(200, "GET", "/api/v1/account/", &caller, NULL);
	assert_string_equal(sql("SELECT method, second_at IS NOT NULL FROM "
				"session WHERE account_id = (SELECT id FROM "
				"account WHERE email = '%s') ORDER BY id DESC "
				"LIMIT 1", member.email), "password|t");
	/* once */
	assert_not_accepted(verify(401, &member, login, (struct ceremony){0}));
}

static void somebody_elses_passkey_does_not(void **state)
{
	struct member member = a_member();
	struct member other = a_member();
	const char *login;

	(void)state;
	has_second_factor(&member);
	login = challenge_of_password(&member);
	assert_not_accepted(verify(401, &other, login, (struct ceremony){0}));
	verify(200, &member, login, (struct ceremony){0});
}

static void a_challenge_that_nobody_has_opens_nothing(void **state)
{
	struct member member = a_member();
	struct answer *answer;

	(void)state;
	answer = ask(200, "POST", LOGIN "options/", &nobody,
		     "{\"challenge\":\"nonsense\"}");
	assert_int_equal(json_array_size(node_at(answer, "allowCredentials")),
			 0);
	assert_not_accepted(
		verify(401, &member, "nonsense", (struct ceremony){0}));
}

static void one_that_verifies_its_user_is_both(void **state)
{
	struct member member = a_member();

	(void)state;
	has_second_factor(&member);
	verify(200, &member, NULL, (struct ceremony){0});
}

static void one_that_does_not_is_one_factor_however_often(void **state)
{
	struct ceremony present = {.flags = PRESENT};
	struct member member = a_member();
	struct answer *answer;
	const char *login;

	(void)state;
	verify(200, &member, NULL, present);
	has_second_factor(&member);
	answer = verify(401, &member, NULL, present);
	assert_string_equal(text_at(answer, "code"), "second_factor_required");
	login = text_at(answer, "challenge");
	assert_not_accepted(verify(401, &member, login, present));
	verify(200, &member, login, (struct ceremony){0});
}

/* What the owner wishes, or the shop of its staff. */
static const char *add_another(struct member *member, const char *extra)
{
	const struct caller caller = as(member);
	struct answer *options = ask(200, "POST", OWN "options/", &caller, NULL);
	struct ceremony ceremony = {.challenge = text_at(options, "challenge"),
				    .extra = extra};
	struct passkey passkey = a_passkey(EDDSA);

	passkey.handle = text_at(options, "user.id");
	member->passkey = passkey;
	options = ask(201, "POST", OWN, &caller,
		      made_by(&member->passkey, &ceremony));
	assert_true(bool_at(options, "is_second_factor"));
	return text_at(options, "id");
}

static void a_passkey_may_be_asked_for_after_each_password(void **state)
{
	struct member member = a_member();
	struct caller caller = as(&member);
	const char *elsewhere = text_at(login_by_password(200, member.email),
					"refresh");
	const char *id;

	(void)state;
	assert_false(bool_at(ask(200, "GET", OWN, &caller, NULL),
			     "0.is_second_factor"));
	id = add_another(&member, ",\"is_second_factor\":true");
	verify(200, &member, challenge_of_password(&member),
	       (struct ceremony){.flags = PRESENT});
	/* whoever had the password alone is out */
	askf(401, "POST", TOKEN "refresh/", &nobody, "{\"refresh\":\"%s\"}",
	     elsewhere);
	ask(204, "DELETE", fmt(OWN "%s/", id), &caller, NULL);
	login_by_password(200, member.email);
}

static void of_staff_each_passkey_is_a_second_factor(void **state)
{
	struct member member = a_member();
	struct answer *answer;

	(void)state;
	sql("UPDATE account SET is_staff = true WHERE email = '%s'",
	    member.email);
	answer = login_by_password(200, member.email);
	member.access = text_at(answer, "access");
	add_another(&member, "");
	challenge_of_password(&member);
	verify(200, &member, NULL, (struct ceremony){0});
	assert_string_equal(sql("SELECT second_at IS NOT NULL FROM session "
				"WHERE account_id = (SELECT id FROM account "
				"WHERE email = '%s') ORDER BY id DESC LIMIT 1",
				member.email), "t");
}

/* ---- step-up ---- */

static void grow_old(struct member *member)
{
	struct answer *answer;

	sql("UPDATE session SET proved_at = now() - interval '1 hour' WHERE "
	    "account_id = (SELECT id FROM account WHERE email = '%s')",
	    member->email);
	answer = askf(200, "POST", TOKEN "refresh/", &nobody,
		      "{\"refresh\":\"%s\"}", member->refresh);
	member->access = text_at(answer, "access");
	member->refresh = text_at(answer, "refresh");
}

static struct answer *step_up(int status, const struct member *member,
			      struct passkey *passkey,
			      struct ceremony ceremony)
{
	const struct caller caller = as(member);

	if (ceremony.challenge == NULL)
		ceremony.challenge = text_at(
			ask(200, "POST", STEP_UP "options/", &caller, NULL),
			"challenge");
	return ask(status, "POST", STEP_UP, &caller,
		   signed_by(passkey, &ceremony));
}

static void an_old_session_proves_itself_by_a_passkey(void **state)
{
	struct member member = a_member();
	struct caller caller;
	struct answer *answer;

	(void)state;
	grow_old(&member);
	caller = as(&member);
	answer = ask(403, "POST", OWN "options/", &caller, NULL);
	assert_string_equal(text_at(answer, "code"), "step_up_required");
	answer = ask(200, "POST", STEP_UP "options/", &caller, NULL);
	assert_string_equal(text_at(answer, "allowCredentials.0.id"),
			    base64url(member.passkey.id, 32));
	assert_string_equal(text_at(answer, "userVerification"), "required");
	answer = step_up(200, &member, &member.passkey, (struct ceremony){0});
	caller.bearer = text_at(answer, "access");
	ask(200, "POST", OWN "options/", &caller, NULL);
}

static void what_is_wrong_proves_nothing(void **state)
{
	struct member member = a_member();
	struct member other = a_member();
	const struct caller thief = as(&other);
	struct ceremony wrong = {.flags = PRESENT};

	(void)state;
	assert_not_accepted(step_up(401, &member, &member.passkey, wrong));
	assert_not_accepted(
		step_up(401, &member, &other.passkey, (struct ceremony){0}));
	wrong = (struct ceremony){
		.challenge = text_at(ask(200, "POST", STEP_UP "options/",
					 &thief, NULL), "challenge")};
	assert_not_accepted(step_up(401, &member, &member.passkey, wrong));
	wrong.challenge = text_at(ask(200, "POST", LOGIN "options/", &nobody,
				      "{}"), "challenge");
	assert_not_accepted(step_up(401, &member, &member.passkey, wrong));
	ask(401, "POST", STEP_UP "options/", &nobody, NULL);
}

/* Nor does the challenge of a step-up log anybody in. */
static void a_step_up_is_no_log_in(void **state)
{
	struct member member = a_member();
	const struct caller caller = as(&member);
	struct ceremony ceremony = {
		.challenge = text_at(ask(200, "POST", STEP_UP "options/",
					 &caller, NULL), "challenge")};

	(void)state;
	assert_not_accepted(verify(401, &member, NULL, ceremony));
}

static void an_ended_session_is_not_proved(void **state)
{
	struct member member = a_member();
	const struct caller caller = as(&member);
	struct ceremony ceremony = {
		.challenge = text_at(ask(200, "POST", STEP_UP "options/",
					 &caller, NULL), "challenge")};

	(void)state;
	askf(200, "POST", TOKEN "blacklist/", &nobody, "{\"refresh\":\"%s\"}",
	     member.refresh);
	step_up(401, &member, &member.passkey, ceremony);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_passkey_follows_a_password),
		cmocka_unit_test(somebody_elses_passkey_does_not),
		cmocka_unit_test(a_challenge_that_nobody_has_opens_nothing),
		cmocka_unit_test(one_that_verifies_its_user_is_both),
		cmocka_unit_test(one_that_does_not_is_one_factor_however_often),
		cmocka_unit_test(a_passkey_may_be_asked_for_after_each_password),
		cmocka_unit_test(of_staff_each_passkey_is_a_second_factor),
		cmocka_unit_test(an_old_session_proves_itself_by_a_passkey),
		cmocka_unit_test(what_is_wrong_proves_nothing),
		cmocka_unit_test(a_step_up_is_no_log_in),
		cmocka_unit_test(an_ended_session_is_not_proved),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
