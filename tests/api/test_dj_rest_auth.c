/* test_dj_rest_auth.c - a client that was written for dj-rest-auth registers,
 * proves its address, logs in, changes its password and forgets it. */
#include "person.h"

#include <string.h>

#define AUTH "/api/v1/auth/"
#define CURLY "\xe2\x80\x99"

static struct answer *registered(int status, const char *email,
				 const char *first, const char *second)
{
	return askf(status, "POST", AUTH "registration/", &nobody,
		    "{\"username\":\"ada\",\"email\":\"%s\",\"password1\":\"%s\","
		    "\"password2\":\"%s\"}", email, first, second);
}

static void such_a_client_finds_all_its_paths(void **state)
{
	const char *email = an_address();
	const char *token;
	struct answer *tokens;
	struct caller caller;

	(void)state;
	assert_string_equal(
		registered(201, email, PERSON_PASSWORD, PERSON_PASSWORD)->body,
		"{\"detail\":\"Verification e-mail sent.\"}");
	askf(200, "POST", AUTH "registration/resend-email/", &nobody,
	     "{\"email\":\"%s\"}", email);
	assert_string_equal(
		askf(200, "POST", AUTH "registration/verify-email/", &nobody,
		     "{\"key\":\"%s\"}",
		     mailed_secret(email, "/verify-email/?key="))->body,
		"{\"detail\":\"ok\"}");
	tokens = log_in(200, email, PERSON_PASSWORD);
	caller = (struct caller){.bearer = text_at(tokens, "access")};
	assert_string_equal(text_at(ask(200, "GET", AUTH "user/", &caller, NULL),
				    "email"), email);
	tokens = ask(200, "POST", AUTH "password/change/", &caller,
		     "{\"old_password\":\"" PERSON_PASSWORD "\","
		     "\"new_password1\":\"an even better one\","
		     "\"new_password2\":\"an even better one\"}");
	askf(200, "POST", AUTH "token/verify/", &nobody, "{\"token\":\"%s\"}",
	     text_at(tokens, "access"));
	tokens = refresh_with(200, text_at(tokens, "refresh"));
	assert_string_equal(
		askf(200, "POST", AUTH "password/reset", &nobody,
		     "{\"email\":\"%s\"}", email)->body,
		"{\"detail\":\"Password reset e-mail has been sent.\"}");
	token = mailed_secret(email, "/reset-password/?token=");
	assert_string_equal(
		askf(200, "POST", AUTH "password/reset/confirm/", &nobody,
		     "{\"uid\":\"1\",\"token\":\"%s\",\"new_password1\":"
		     "\"lantern-quiet-47\",\"new_password2\":"
		     "\"lantern-quiet-47\"}", token)->body,
		"{\"detail\":\"Password has been reset with the new "
		"password.\"}");
	tokens = log_in(200, email, "lantern-quiet-47");
	assert_string_equal(
		askf(200, "POST", AUTH "logout/", &nobody,
		     "{\"refresh\":\"%s\"}", text_at(tokens, "refresh"))->body,
		"{\"detail\":\"Successfully logged out.\"}");
}

static void passwords_that_differ_are_told_in_its_words(void **state)
{
	struct person person = a_person();
	const char *token;

	(void)state;
	assert_string_equal(
		registered(400, an_address(), PERSON_PASSWORD, "other")->body,
		"{\"non_field_errors\":[\"The two password fields didn't "
		"match.\"]}");
	assert_non_null(node_at(registered(400, an_address(), "12345678",
					   "12345678"),
				"password1"));
	askf(200, "POST", AUTH "password/reset/", &nobody,
	     "{\"email\":\"%s\"}", person.email);
	token = mailed_secret(person.email, "/reset-password/?token=");
	assert_string_equal(
		askf(400, "POST", AUTH "password/reset/confirm/", &nobody,
		     "{\"token\":\"%s\",\"new_password1\":\"lantern-quiet-47\","
		     "\"new_password2\":\"lantern-quiet-48\"}", token)->body,
		"{\"new_password2\":[\"The two password fields didn" CURLY
		"t match.\"]}");
	assert_non_null(node_at(
		askf(400, "POST", AUTH "password/reset/confirm/", &nobody,
		     "{\"token\":\"%s\",\"new_password1\":\"12345678\","
		     "\"new_password2\":\"12345678\"}", token),
		"new_password1"));
	assert_string_equal(
		ask(400, "POST", AUTH "password/reset/confirm/", &nobody,
		    "{\"token\":\"x\",\"new_password1\":\"lantern-quiet-47\","
		    "\"new_password2\":\"lantern-quiet-47\"}")->body,
		"{\"token\":[\"Invalid value\"]}");
}

static void no_answer_tells_who_has_an_account(void **state)
{
	static const char *const paths[] = {AUTH "password/reset/",
					    AUTH "registration/resend-email/"};
	struct person known = a_person();
	const char *unknown = an_address();

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		assert_alike(askf(200, "POST", paths[i],
				  &nobody, "{\"email\":\"%s\"}", known.email),
			     askf(200, "POST", paths[i],
				  &nobody, "{\"email\":\"%s\"}", unknown));
	assert_alike(
		registered(201, known.email, PERSON_PASSWORD, PERSON_PASSWORD),
		registered(201, an_address(), PERSON_PASSWORD,
			   PERSON_PASSWORD));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(such_a_client_finds_all_its_paths),
		cmocka_unit_test(passwords_that_differ_are_told_in_its_words),
		cmocka_unit_test(no_answer_tells_who_has_an_account),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
