/* test_security_letters.c - whoever changes the ways into an account, its owner
 * is told by mail, whatever mails they have switched off. */
#include "authenticator.h"
#include "passkey_device.h"
#include "person.h"

#include <string.h>

#define PASSKEYS "/api/v1/account/passkeys/"
#define RECOVERY_CODES MFA "recovery-codes/"

/* One such mail was sent, and says this. */
static void assert_told(const char *email, const char *template,
			const char *words)
{
	assert_int_equal(mails_to(email, template), 1);
	if (strstr(newest_mail(email), words) == NULL)
		fail_msg("%s does not say \"%s\": %s", template, words,
			 newest_mail(email));
}

static void a_factor_that_comes_and_goes_is_told(void **state)
{
	struct member member = a_protected_member();
	const struct caller caller = with(member.access);

	(void)state;
	assert_told(member.email, "second_factor_added",
		    "The second factor is on at ");
	ask(204, "DELETE", TOTP, &caller, NULL);
	assert_told(member.email, "second_factor_removed",
		    "no longer asks for codes");
}

static void recovery_codes_used_and_made_anew_are_told(void **state)
{
	struct member member = a_protected_member();
	const struct caller caller = with(member.access);
	const char *challenge = a_challenge(member.email, GOOD_PASSWORD);

	(void)state;
	askf(200, "POST", VERIFY_SECOND, &nobody,
	     "{\"challenge\":\"%s\",\"recovery_code\":\"%s\"}", challenge,
	     recovery_code(&member, 0));
	assert_told(member.email, "recovery_code_used",
		    "one of your recovery codes");
	ask(200, "POST", RECOVERY_CODES, &caller, "{}");
	assert_told(member.email, "recovery_codes_renewed",
		    "New recovery codes were made");
}

static const char *add_passkey(const struct person *person,
			       struct passkey *passkey)
{
	const struct caller caller = {.bearer = person->access};
	struct answer *options = ask(200, "POST", PASSKEYS "options/", &caller,
				     NULL);
	struct ceremony ceremony = {.challenge = text_at(options, "challenge"),
				    .extra = ",\"name\":\"<b>Red</b> key\""};

	passkey->handle = text_at(options, "user.id");
	return text_at(ask(201, "POST", PASSKEYS, &caller,
			   made_by(passkey, &ceremony)),
		       "id");
}

static void a_passkey_that_comes_and_goes_is_told(void **state)
{
	struct person person = a_person();
	const struct caller caller = {.bearer = person.access};
	struct passkey passkey = a_passkey(ES256);
	const char *id = add_passkey(&person, &passkey);

	(void)state;
	assert_told(person.email, "passkey_added", "was added to your account");
	assert_told(person.email, "passkey_added", "\"<b>Red</b> key\"");
	assert_told(person.email, "passkey_added", "&lt;b&gt;Red&lt;/b&gt;");
	ask(204, "DELETE", fmt(PASSKEYS "%s/", id), &caller, NULL);
	assert_told(person.email, "passkey_removed",
		    "was removed from your account");
}

static void a_changed_password_and_address_are_told(void **state)
{
	struct person person = a_person();
	const struct caller caller = {.bearer = person.access};
	const char *email = an_address();

	(void)state;
	askf(202, "POST", "/api/v1/account/change-email/", &caller,
	     "{\"email\":\"%s\"}", email);
	askf(200, "POST", "/api/v1/account/change-email/confirm/", &nobody,
	     "{\"token\":\"%s\"}",
	     mailed_secret(email, "/change-email/confirm/?token="));
	assert_told(person.email, "email_changed", "reached at another");
	askf(200, "POST", "/api/v1/account/change-password/", &caller,
	     "{\"old_password\":\"" PERSON_PASSWORD "\",\"new_password\":"
	     "\"an even better one\"}");
	assert_told(email, "password_changed", "other session was ended");
}

static void who_wants_no_mail_is_told_all_the_same(void **state)
{
	struct person person = a_person();
	const struct caller caller = {.bearer = person.access};
	struct passkey passkey = a_passkey(ES256);

	(void)state;
	ask(200, "PATCH", "/api/v1/account/notification-preferences/", &caller,
	    "{\"preferences\":[{\"channel\":\"email\",\"topic\":\"reviews\","
	    "\"is_enabled\":false},{\"channel\":\"email\",\"topic\":\"stock\","
	    "\"is_enabled\":false}]}");
	ask(400, "PATCH", "/api/v1/account/notification-preferences/", &caller,
	    "{\"preferences\":[{\"channel\":\"email\",\"topic\":\"security\","
	    "\"is_enabled\":false}]}");
	add_passkey(&person, &passkey);
	assert_told(person.email, "passkey_added", "A new passkey at ");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_factor_that_comes_and_goes_is_told),
		cmocka_unit_test(recovery_codes_used_and_made_anew_are_told),
		cmocka_unit_test(a_passkey_that_comes_and_goes_is_told),
		cmocka_unit_test(a_changed_password_and_address_are_told),
		cmocka_unit_test(who_wants_no_mail_is_told_all_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
