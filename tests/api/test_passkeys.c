/* test_passkeys.c - passkeys are added, log in, and go; whatever is not right
 * about an answer is refused. */
#include "passkey_device.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PASSWORD "quite a good one"
#define LOGIN "/api/v1/auth/passkeys/"
#define OWN "/api/v1/account/passkeys/"

struct member {
	const char *email;
	const char *access;
};

static struct member a_member(void)
{
	static int number;
	struct member member;

	member.email = fmt("k%lld-%d-%d@example.net", (long long)time(NULL),
			   (int)getpid(), ++number);
	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}", member.email);
	member.access = text_at(
		askf(200, "POST", "/api/v1/auth/token/", &nobody,
		     "{\"email\":\"%s\",\"password\":\"" PASSWORD "\"}",
		     member.email),
		"access");
	return member;
}

static struct caller as(const struct member *member)
{
	return (struct caller){.bearer = member->access};
}

static struct answer *options_of(const struct member *member)
{
	const struct caller caller = as(member);

	return ask(200, "POST", OWN "options/", &caller, NULL);
}

static struct answer *add(int status, const struct member *member,
			  struct passkey *passkey, struct ceremony ceremony)
{
	const struct caller caller = as(member);
	struct answer *options = options_of(member);

	passkey->handle = text_at(options, "user.id");
	if (ceremony.challenge == NULL)
		ceremony.challenge = text_at(options, "challenge");
	return ask(status, "POST", OWN, &caller, made_by(passkey, &ceremony));
}

static struct passkey a_passkey_of(const struct member *member)
{
	struct passkey passkey = a_passkey(ES256);

	add(201, member, &passkey, (struct ceremony){0});
	return passkey;
}

static const char *a_challenge(void)
{
	return text_at(ask(200, "POST", LOGIN "options/", &nobody, "{}"),
		       "challenge");
}

static struct answer *login(int status, struct passkey *passkey,
			    struct ceremony ceremony)
{
	if (ceremony.challenge == NULL)
		ceremony.challenge = a_challenge();
	return ask(status, "POST", LOGIN "verify/", &nobody,
		   signed_by(passkey, &ceremony));
}

static void assert_not_accepted(const struct answer *answer)
{
	assert_string_equal(answer->body,
			    "{\"detail\":\"The passkey was not accepted.\","
			    "\"code\":\"passkey_not_accepted\"}");
}

static void assert_refused(const struct answer *answer)
{
	assert_string_equal(text_at(answer, "code"), "passkey_refused");
}

/* ---- what is right ---- */

static void a_passkey_of_each_algorithm_logs_in(void **state)
{
	static const int algorithms[] = {ES256, EDDSA, RS256};

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (int attests = 0; attests < 2; attests++) {
			struct member member = a_member();
			struct passkey passkey = a_passkey(algorithms[i]);
			struct caller caller = {0};
			struct answer *answer;

			add(201, &member, &passkey,
			    (struct ceremony){.attests_itself = attests});
			answer = login(200, &passkey, (struct ceremony){0});
			caller.bearer = text_at(answer, "access");
			answer = ask(200, "GET", "/api/v1/account/", &caller,
				     NULL);
			assert_string_equal(text_at(answer, "email"),
					    member.email);
		}
}

static void the_list_shows_what_the_owner_may_know(void **state)
{
	struct member member = a_member();
	const struct caller caller = as(&member);
	struct passkey passkey = a_passkey(ES256);
	struct answer *answer;

	(void)state;
	add(201, &member, &passkey,
	    (struct ceremony){.extra = ",\"name\":\"The blue one\"",
			      .flags = PRESENT | ELIGIBLE | BACKED_UP});
	answer = ask(200, "GET", OWN, &caller, NULL);
	assert_string_equal(text_at(answer, "0.name"), "The blue one");
	assert_true(bool_at(answer, "0.is_backup_eligible"));
	assert_true(bool_at(answer, "0.is_backed_up"));
	assert_string_equal(text_at(answer, "0.transports.0"), "nfc");
	assert_string_equal(text_at(answer, "0.transports.1"), "usb");
	assert_null(node_at(answer, "0.transports.2"));
	assert_true(json_is_null(node_at(answer, "0.last_used_at")));
	assert_null(node_at(answer, "0.public_key"));
	login(200, &passkey,
	      (struct ceremony){.flags = PRESENT | ELIGIBLE});
	answer = ask(200, "GET", OWN, &caller, NULL);
	assert_false(bool_at(answer, "0.is_backed_up"));
	assert_true(json_is_string(node_at(answer, "0.last_used_at")));
}

static void the_handle_is_random_and_stays(void **state)
{
	struct member member = a_member();
	struct member other = a_member();
	const char *handle = text_at(options_of(&member), "user.id");

	(void)state;
	assert_int_equal(strlen(handle), 43);
	assert_string_equal(text_at(options_of(&member), "user.id"), handle);
	assert_string_not_equal(text_at(options_of(&other), "user.id"), handle);
}

static void options_are_what_browsers_parse(void **state)
{
	struct member member = a_member();
	struct passkey passkey = a_passkey_of(&member);
	struct answer *answer = options_of(&member);

	(void)state;
	assert_string_equal(text_at(answer, "excludeCredentials.0.id"),
			    base64url(passkey.id, sizeof(passkey.id)));
	assert_string_equal(text_at(answer, "user.name"), member.email);
	assert_string_equal(text_at(answer, "rp.id"), "shop.example");
	assert_int_equal(int_at(answer, "pubKeyCredParams.0.alg"), ES256);
	assert_string_equal(text_at(answer, "attestation"), "none");
	assert_string_equal(
		text_at(answer, "authenticatorSelection.residentKey"),
		"required");
	answer = ask(200, "POST", LOGIN "options/", &nobody, "{}");
	assert_string_equal(text_at(answer, "rpId"), "shop.example");
	assert_int_equal(json_array_size(node_at(answer, "allowCredentials")),
			 0);
}

static void both_origins_of_the_list_are_taken(void **state)
{
	struct member member = a_member();
	struct passkey passkey = a_passkey_of(&member);

	(void)state;
	login(200, &passkey,
	      (struct ceremony){.origin = "https://www.shop.example"});
}

static void one_without_count_or_model_logs_in_again(void **state)
{
	struct member member = a_member();
	struct passkey passkey = a_passkey(ES256);
	struct answer *answer;

	(void)state;
	passkey.count = 0;
	answer = add(201, &member, &passkey,
		     (struct ceremony){.hides_its_model = true});
	assert_string_equal(text_at(answer, "aaguid"),
			    "00000000-0000-0000-0000-000000000000");
	for (int i = 0; i < 3; i++)
		login(200, &passkey, (struct ceremony){0});
}

/* ---- what is wrong about a log-in ---- */

static void an_answer_is_taken_once(void **state)
{
	struct member member = a_member();
	struct passkey passkey = a_passkey_of(&member);
	struct ceremony ceremony = {.challenge = a_challenge()};
	const char *body = signed_by(&passkey, &ceremony);

	(void)state;
	ask(200, "POST", LOGIN "verify/", &nobody, body);
	assert_not_accepted(ask(401, "POST", LOGIN "verify/", &nobody, body));
	/* nor is its challenge, signed anew */
	assert_not_accepted(login(401, &passkey, ceremony));
}

static void of_ten_at_once_one_logs_in(void **state)
{
	struct member member = a_member();
	struct passkey passkey = a_passkey_of(&member);
	struct ceremony ceremony = {.challenge = a_challenge()};
	int counts[600] = {0};

	(void)state;
	ask_at_once(10, "POST", LOGIN "verify/", &nobody,
		    signed_by(&passkey, &ceremony), counts);
	assert_int_equal(counts[200], 1);
	assert_int_equal(counts[401], 9);
}

/* A copy of the key: each answers a challenge of its own, with one count. */
static void of_two_copies_at_once_one_logs_in(void **state)
{
	struct member member = a_member();
	struct passkey passkey = a_passkey_of(&member);
	struct passkey copy = passkey;
	struct ceremony first = {.challenge = a_challenge()};
	struct ceremony second = {.challenge = a_challenge()};
	struct request_line lines[2] = {
		{"POST", LOGIN "verify/", {0}, signed_by(&passkey, &first), {0}},
		{"POST", LOGIN "verify/", {0}, signed_by(&copy, &second), {0}},
	};

	(void)state;
	ask_all(lines, 2);
	assert_int_equal(lines[0].answer.status + lines[1].answer.status,
			 200 + 401);
}

static void a_count_that_goes_back_is_refused_and_told(void **state)
{
	struct member member = a_member();
	const struct caller caller = as(&member);
	struct passkey passkey = a_passkey_of(&member);
	struct answer *answer;

	(void)state;
	passkey.count = 10;
	login(200, &passkey, (struct ceremony){0});
	for (uint32_t count = 0; count <= 10; count += 5) {
		passkey.count = count;
		answer = login(401, &passkey, (struct ceremony){0});
		assert_string_equal(text_at(answer, "code"),
				    "passkey_count_went_back");
	}
	answer = ask(200, "GET", OWN, &caller, NULL);
	assert_true(json_is_string(node_at(answer, "0.clone_suspected_at")));
	assert_string_equal(sql("SELECT count(*) FROM outbox WHERE topic = "
				"'account.passkey_suspected' AND data->>'email'"
				" = '%s'", member.email), "3");
	passkey.count = 12;
	login(200, &passkey, (struct ceremony){0});
}

static void answers_to_somebody_else_are_refused(void **state)
{
	static const struct ceremony wrong[] = {
		{.origin = "https://evil.example"},
		{.origin = "http://shop.example"},
		{.origin = "https://shop.example.evil.example"},
		{.origin = "https://shop.example:8443"},
		{.rp_id = "evil.example"},
		{.rp_id = "www.shop.example"},
		{.type = "webauthn.create"},
		{.flags = VERIFIED}, /* not present */
		{.flags = PRESENT | VERIFIED | BACKED_UP},
		{.flags = PRESENT | VERIFIED | ELIGIBLE}, /* was not */
		{.handle = ""},
		{.handle = "c29tZWJvZHkgZWxzZQ"},
		{.challenge = "c29tZWJvZHkgZWxzZQ"},
		{.challenge = ""},
	};
	struct member member = a_member();
	struct passkey passkey = a_passkey_of(&member);

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_not_accepted(login(401, &passkey, wrong[i]));
	login(200, &passkey, (struct ceremony){0});
}

static void a_passkey_that_nobody_has_is_refused(void **state)
{
	struct member member = a_member();
	struct passkey stranger = a_passkey(ES256);
	struct passkey passkey = a_passkey_of(&member);

	(void)state;
	stranger.handle = passkey.handle;
	assert_not_accepted(login(401, &stranger, (struct ceremony){0}));
	/* the right name with another key */
	memcpy(stranger.id, passkey.id, sizeof(passkey.id));
	assert_not_accepted(login(401, &stranger, (struct ceremony){0}));
}

static void a_challenge_of_six_minutes_ago_is_refused(void **state)
{
	struct member member = a_member();
	struct passkey passkey = a_passkey_of(&member);
	const char *challenge = a_challenge();

	(void)state;
	sql("UPDATE passkey_challenge SET expires_at = expires_at - "
	    "interval '6 minutes' WHERE challenge_hash = sha256('%s')",
	    challenge);
	assert_not_accepted(
		login(401, &passkey, (struct ceremony){.challenge = challenge}));
}

static void a_closed_account_does_not_log_in(void **state)
{
	struct member member = a_member();
	struct passkey passkey = a_passkey_of(&member);
	struct answer *answer;

	(void)state;
	sql("UPDATE account SET is_active = false WHERE email = '%s'",
	    member.email);
	answer = login(401, &passkey, (struct ceremony){0});
	assert_string_equal(text_at(answer, "code"), "no_active_account");
}

static void malformed_answers_are_told_by_field(void **state)
{
	struct answer *answer;

	(void)state;
	answer = ask(400, "POST", LOGIN "verify/", &nobody, "{}");
	assert_string_equal(text_at(answer, "id.0"), "This field is required.");
	answer = ask(400, "POST", LOGIN "verify/", &nobody,
		     "{\"id\":\"AA\",\"rawId\":\"AA\",\"type\":\"password\","
		     "\"response\":{}}");
	assert_non_null(node_at(answer, "type"));
	answer = ask(401, "POST", LOGIN "verify/", &nobody,
		     "{\"id\":\"A=\",\"rawId\":\"A=\",\"type\":\"public-key\","
		     "\"response\":{\"clientDataJSON\":\"+\","
		     "\"authenticatorData\":\"+\",\"signature\":\"+\"}}");
	assert_not_accepted(answer);
}

/* ---- adding ---- */

static void what_is_wrong_about_a_new_passkey_is_refused(void **state)
{
	static const struct ceremony wrong[] = {
		{.origin = "https://evil.example"},
		{.rp_id = "evil.example"},
		{.type = "webauthn.get"},
		{.flags = VERIFIED},
		{.flags = PRESENT | BACKED_UP},
		{.challenge = "c29tZWJvZHkgZWxzZQ"},
	};
	struct member member = a_member();
	const struct caller caller = as(&member);

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		struct passkey passkey = a_passkey(ES256);

		assert_refused(add(400, &member, &passkey, wrong[i]));
	}
	assert_string_equal(ask(200, "GET", OWN, &caller, NULL)->body, "[]");
}

static void a_challenge_adds_one_passkey_for_its_session(void **state)
{
	struct member member = a_member();
	struct member other = a_member();
	const struct caller caller = as(&member);
	const struct caller thief = as(&other);
	struct passkey passkey = a_passkey(ES256);
	struct ceremony ceremony = {
		.challenge = text_at(options_of(&member), "challenge")};
	const char *body = made_by(&passkey, &ceremony);

	(void)state;
	assert_refused(ask(400, "POST", OWN, &thief, body));
	ask(201, "POST", OWN, &caller, body);
	assert_refused(ask(400, "POST", OWN, &caller, body));
	/* a challenge for a log-in adds nothing */
	ceremony.challenge = a_challenge();
	assert_refused(ask(400, "POST", OWN, &caller,
			   made_by(&passkey, &ceremony)));
}

static void a_credential_belongs_to_one_account(void **state)
{
	struct member member = a_member();
	struct member other = a_member();
	struct passkey passkey = a_passkey_of(&member);
	struct passkey same = a_passkey(ES256);
	struct answer *answer;

	(void)state;
	memcpy(same.id, passkey.id, sizeof(same.id));
	answer = add(409, &other, &same, (struct ceremony){0});
	assert_string_equal(text_at(answer, "code"), "passkey_exists");
	login(200, &passkey, (struct ceremony){0});
}

static void an_account_has_twenty_even_when_many_come_at_once(void **state)
{
	struct member member = a_member();
	struct request_line lines[24];
	int added = 0;
	int refused = 0;

	(void)state;
	for (size_t i = 0; i < 24; i++) {
		struct passkey passkey = a_passkey(ES256);
		struct ceremony ceremony = {
			.challenge = text_at(options_of(&member), "challenge")};

		lines[i] = (struct request_line){
			"POST", OWN, as(&member), made_by(&passkey, &ceremony),
			{0}};
	}
	ask_all(lines, 24);
	for (size_t i = 0; i < 24; i++) {
		added += lines[i].answer.status == 201;
		refused += lines[i].answer.status == 409;
	}
	assert_int_equal(added, 20);
	assert_int_equal(refused, 4);
}

/* ---- renamed, removed ---- */

static const char *first_id(const struct member *member)
{
	const struct caller caller = as(member);

	return text_at(ask(200, "GET", OWN, &caller, NULL), "0.id");
}

static void others_find_neither_to_rename_nor_to_remove(void **state)
{
	struct member member = a_member();
	struct member other = a_member();
	struct passkey passkey = a_passkey_of(&member);
	const struct caller caller = as(&member);
	const struct caller thief = as(&other);
	const char *path = fmt(OWN "%s/", first_id(&member));

	(void)state;
	ask(404, "PATCH", path, &thief, "{\"name\":\"mine\"}");
	ask(404, "DELETE", path, &thief, NULL);
	ask(200, "PATCH", path, &caller, "{\"name\":\"Key ring\"}");
	assert_string_equal(text_at(ask(200, "GET", OWN, &caller, NULL),
				    "0.name"), "Key ring");
	ask(204, "DELETE", path, &caller, NULL);
	ask(404, "DELETE", path, &caller, NULL);
	assert_not_accepted(login(401, &passkey, (struct ceremony){0}));
}

static void the_last_way_to_log_in_stays(void **state)
{
	struct member member = a_member();
	const struct caller caller = as(&member);
	struct answer *answer;
	struct request_line lines[2];

	(void)state;
	a_passkey_of(&member);
	a_passkey_of(&member);
	sql("UPDATE account SET password_hash = NULL WHERE email = '%s'",
	    member.email);
	answer = ask(200, "GET", OWN, &caller, NULL);
	for (size_t i = 0; i < 2; i++)
		lines[i] = (struct request_line){
			"DELETE",
			fmt(OWN "%s/", text_at(answer, fmt("%zu.id", i))),
			caller, NULL, {0}};
	ask_all(lines, 2);
	assert_int_equal(lines[0].answer.status + lines[1].answer.status,
			 204 + 409);
	answer = ask(409, "DELETE", fmt(OWN "%s/", first_id(&member)), &caller,
		     NULL);
	assert_string_equal(text_at(answer, "code"), "last_way_to_log_in");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_passkey_of_each_algorithm_logs_in),
		cmocka_unit_test(the_list_shows_what_the_owner_may_know),
		cmocka_unit_test(the_handle_is_random_and_stays),
		cmocka_unit_test(options_are_what_browsers_parse),
		cmocka_unit_test(both_origins_of_the_list_are_taken),
		cmocka_unit_test(one_without_count_or_model_logs_in_again),
		cmocka_unit_test(an_answer_is_taken_once),
		cmocka_unit_test(of_ten_at_once_one_logs_in),
		cmocka_unit_test(of_two_copies_at_once_one_logs_in),
		cmocka_unit_test(a_count_that_goes_back_is_refused_and_told),
		cmocka_unit_test(answers_to_somebody_else_are_refused),
		cmocka_unit_test(a_passkey_that_nobody_has_is_refused),
		cmocka_unit_test(a_challenge_of_six_minutes_ago_is_refused),
		cmocka_unit_test(a_closed_account_does_not_log_in),
		cmocka_unit_test(malformed_answers_are_told_by_field),
		cmocka_unit_test(what_is_wrong_about_a_new_passkey_is_refused),
		cmocka_unit_test(a_challenge_adds_one_passkey_for_its_session),
		cmocka_unit_test(a_credential_belongs_to_one_account),
		cmocka_unit_test(
			an_account_has_twenty_even_when_many_come_at_once),
		cmocka_unit_test(others_find_neither_to_rename_nor_to_remove),
		cmocka_unit_test(the_last_way_to_log_in_stays),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
