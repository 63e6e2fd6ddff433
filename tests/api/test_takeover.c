/* test_takeover.c - somebody had an account that is not theirs: who gets it
 * back is alone in it. */
#include "authenticator.h"
#include "passkey_device.h"
#include "person.h"

#include <stdlib.h>

#define CHANGE "/api/v1/account/change-email/"
#define RESET "/api/v1/auth/password-reset/"
#define PASSKEYS "/api/v1/account/passkeys/"
#define NEW_PASSWORD "another lantern 48"

static struct passkey add_passkey(const char *access)
{
	const struct caller caller = with(access);
	struct passkey passkey = a_passkey(ES256);
	struct ceremony ceremony = {0};
	struct answer *options = ask(200, "POST", PASSKEYS "options/", &caller,
				     NULL);

	passkey.handle = text_at(options, "user.id");
	ceremony.challenge = text_at(options, "challenge");
	ask(201, "POST", PASSKEYS, &caller, made_by(&passkey, &ceremony));
	return passkey;
}

static struct answer *log_in_by(int status, struct passkey *passkey)
{
	struct ceremony ceremony = {
		.challenge = text_at(ask(200, "POST",
					 "/api/v1/auth/passkeys/options/",
					 &nobody, "{}"),
				     "challenge"),
	};

	return ask(status, "POST", "/api/v1/auth/passkeys/verify/", &nobody,
		   signed_by(passkey, &ceremony));
}

/* The link in the mail of a forgotten password. */
static void reset(const char *email)
{
	askf(200, "POST", RESET, &nobody, "{\"email\":\"%s\"}", email);
	askf(200, "POST", RESET "confirm/", &nobody,
	     "{\"token\":\"%s\",\"new_password\":\"" NEW_PASSWORD "\"}",
	     mailed_secret(email, "/reset-password/?token="));
}

static struct answer *change_email(int status, const char *access,
				   const char *email)
{
	const struct caller caller = with(access);

	return askf(status, "POST", CHANGE, &caller, "{\"email\":\"%s\"}",
		    email);
}

static struct answer *use(int status, const char *what, const char *token)
{
	return askf(status, "POST", fmt(CHANGE "%s/", what), &nobody,
		    "{\"token\":\"%s\"}", token);
}

/* Passkeys, apps, recovery codes, second factors and links of the account. */
static const char *ways_of(const char *email)
{
	return sql("SELECT concat_ws(' ', (SELECT count(*) FROM passkey p WHERE "
		   "p.account_id = a.id), (SELECT count(*) FROM totp t WHERE "
		   "t.account_id = a.id), (SELECT count(*) FROM recovery_code c "
		   "WHERE c.account_id = a.id), (SELECT count(*) FROM "
		   "second_factor f WHERE f.account_id = a.id), "
		   "a.has_second_factor) FROM account a WHERE email = '%s'",
		   email);
}

/* Whoever registers with an address of somebody else waits in vain. */
static void who_proves_the_address_is_alone_in_the_account(void **state)
{
	struct member squatter = a_member();
	struct passkey passkey = add_passkey(squatter.access);

	(void)state;
	protect(&squatter);
	log_in_by(200, &passkey);
	assert_string_equal(ways_of(squatter.email), "1 1 10 1 t");
	reset(squatter.email);
	log_in_by(401, &passkey);
	assert_string_equal(ways_of(squatter.email), "0 0 0 0 f");
	log_in(200, squatter.email, NEW_PASSWORD);
	refresh_with(401, squatter.refresh);
}

/* An owner who had proved the address keeps what is theirs. */
static void who_has_proved_it_before_keeps_passkeys_and_app(void **state)
{
	struct member owner = a_member();
	struct passkey passkey = add_passkey(owner.access);

	(void)state;
	sql("UPDATE account SET email_verified_at = now() WHERE email = '%s'",
	    owner.email);
	protect(&owner);
	reset(owner.email);
	assert_string_equal(ways_of(owner.email), "1 1 10 1 t");
	log_in(401, owner.email, NEW_PASSWORD); /* a code is asked for */
	log_in_by(200, &passkey);
}

static void who_takes_the_address_back_takes_the_ways_in_back(void **state)
{
	struct member owner = a_member();
	struct passkey old = add_passkey(owner.access);
	const char *thief = an_address();
	struct passkey passkey;
	const char *cancel;

	(void)state;
	sql("UPDATE passkey SET created_at = now() - interval '3 days' WHERE "
	    "account_id = (SELECT id FROM account WHERE email = '%s')",
	    owner.email);
	passkey = add_passkey(owner.access);
	change_email(202, owner.access, thief);
	cancel = mailed_secret(owner.email, "/cancel/?token=");
	use(200, "confirm", mailed_secret(thief, "/confirm/?token="));
	protect(&owner);
	use(200, "cancel", cancel);
	log_in_by(401, &passkey);
	assert_string_equal(ways_of(owner.email), "1 0 0 0 f");
	log_in_by(200, &old);
	reset(owner.email);
	log_in(200, owner.email, NEW_PASSWORD);
}

/* What a thief has asked for does not come true after they are out. */
static void a_new_password_voids_a_change_that_is_under_way(void **state)
{
	struct person forgetful = a_person();
	struct person knowing = a_person();
	struct person helped = a_person();
	const char *thiefs[] = {an_address(), an_address(), an_address()};
	const struct caller caller = with(knowing.access);
	struct answer *changed;

	(void)state;
	change_email(202, forgetful.access, thiefs[0]);
	change_email(202, knowing.access, thiefs[1]);
	change_email(202, helped.access, thiefs[2]);
	reset(forgetful.email);
	changed = ask(200, "POST", "/api/v1/account/change-password/", &caller,
		      "{\"old_password\":\"" PERSON_PASSWORD "\","
		      "\"new_password\":\"" NEW_PASSWORD "\"}");
	text_at(changed, "access");
	assert_int_equal(system(fmt("echo '" NEW_PASSWORD "' | \"$SHOPD\" user "
				    "password %s --password-stdin >/dev/null",
				    helped.email)), 0);
	for (size_t i = 0; i < 3; i++)
		use(404, "confirm", mailed_secret(thiefs[i], "/confirm/?token="));
	log_in(200, forgetful.email, NEW_PASSWORD);
	log_in(200, knowing.email, NEW_PASSWORD);
	log_in(200, helped.email, NEW_PASSWORD);
}

/* Other services ask here whom to let in. */
static void a_void_access_token_is_told_so_at_once(void **state)
{
	static const char check[] = "/api/v1/auth/token/verify/";
	struct person out = a_person();
	struct person closed = a_person();
	const struct caller caller = with(out.access);

	(void)state;
	askf(200, "POST", check, &nobody, "{\"token\":\"%s\"}", out.access);
	ask(200, "POST", "/api/v1/auth/logout/", &caller, "{}");
	askf(401, "POST", check, &nobody, "{\"token\":\"%s\"}", out.access);
	sql("UPDATE account SET is_active = false WHERE id = '%s'", closed.id);
	askf(401, "POST", check, &nobody, "{\"token\":\"%s\"}", closed.access);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_proves_the_address_is_alone_in_the_account),
		cmocka_unit_test(who_has_proved_it_before_keeps_passkeys_and_app),
		cmocka_unit_test(who_takes_the_address_back_takes_the_ways_in_back),
		cmocka_unit_test(a_new_password_voids_a_change_that_is_under_way),
		cmocka_unit_test(a_void_access_token_is_told_so_at_once),
	};

	return cmocka_run_group_tests_name("takeover", tests, NULL, NULL);
}
