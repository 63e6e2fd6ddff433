/* test_sessions.c - the own sessions: seen, ended one by one or all at once. */
#include "person.h"

#include <stdlib.h>

#define SESSIONS "/api/v1/account/sessions/"
#define LOGOUT "/api/v1/auth/logout/"
#define ALL "/api/v1/auth/logout/all/"
#define NO_SUCH_ID "01a20430-3e93-744d-b2a0-9daec6967bd3"

static struct answer *sessions_of(const struct person *person)
{
	return ask(200, "GET", SESSIONS,
		   &(struct caller){.bearer = person->access}, NULL);
}

/* The id of the one that asks, or of the first other. */
static const char *session_id(const struct person *person, bool is_own)
{
	struct answer *list = sessions_of(person);

	for (int i = 0; i < int_at(list, "count"); i++)
		if (bool_at(list, fmt("results.%d.is_current", i)) == is_own)
			return text_at(list, fmt("results.%d.id", i));
	fail_msg("no such session in %s", list->body);
	return NULL;
}

static const char *log_in_from(const char *email, const char *agent)
{
	struct caller caller = {.header = fmt("User-Agent: %s", agent)};

	return text_at(askf(200, "POST", "/api/v1/auth/token/", &caller,
			    "{\"email\":\"%s\",\"password\":\"" PERSON_PASSWORD
			    "\"}", email),
		       "access");
}

static void the_list_shows_each_device_and_marks_the_own(void **state)
{
	struct person person = a_person();
	struct person phone = person;
	struct answer *list;

	(void)state;
	sql("UPDATE session SET seen_at = seen_at - interval '1 hour' WHERE "
	    "account_id = '%s'", person.id);
	phone.access = log_in_from(
		person.email,
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) "
		"AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 "
		"Mobile/15E148 Safari/604.1");
	list = sessions_of(&phone);
	assert_int_equal(int_at(list, "count"), 2);
	assert_string_equal(text_at(list, "results.0.device"),
			    "Safari on iPhone");
	assert_true(bool_at(list, "results.0.is_current"));
	assert_false(bool_at(list, "results.1.is_current"));
	assert_string_equal(text_at(list, "results.0.method"), "password");
	assert_string_equal(text_at(list, "results.0.address"), "127.0.0.1");
	assert_null(node_at(list, "results.0.user_agent"));
}

static void browsers_are_called_what_people_call_them(void **state)
{
	static const char *const names[][2] = {
		{"Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 "
		 "Firefox/127.0", "Firefox on Linux"},
		{"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 "
		 "(KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0",
		 "Edge on Windows"},
		{"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, "
		 "like Gecko) Chrome/126.0 Mobile Safari/537.36",
		 "Chrome on Android"},
		{"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/"
		 "605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15",
		 "Safari on macOS"},
		{"curl/7.88.1", "curl"},
		{"", "Unknown device"},
		{"<script>alert(1)</script>", "Unknown device"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		assert_string_equal(sql("SELECT device_name('%s')",
					names[i][0]),
				    names[i][1]);
}

static void a_session_is_ended_by_its_owner_alone(void **state)
{
	struct person person = a_person();
	struct person other = again(&person);
	struct person thief = a_person();
	const struct caller strange = {.bearer = thief.access};
	const struct caller owner = {.bearer = person.access};
	const char *path = fmt(SESSIONS "%s/", session_id(&person, false));
	struct answer *not_his;

	(void)state;
	not_his = ask(404, "DELETE", path, &strange, NULL);
	assert_alike(not_his, ask(404, "DELETE", SESSIONS NO_SUCH_ID "/",
				  &strange, NULL));
	ask(401, "DELETE", path, &nobody, NULL);
	ask(204, "DELETE", path, &owner, NULL);
	ask(404, "DELETE", path, &owner, NULL);
	refresh_with(401, other.refresh);
	assert_int_equal(int_at(sessions_of(&person), "count"), 1);
	assert_void_soon(other.access);
	whoami(200, person.access);
	refresh_with(200, person.refresh);
}

static void what_has_ended_or_expired_is_not_listed(void **state)
{
	struct person person = a_person();

	(void)state;
	again(&person);
	sql("UPDATE session SET created_at = created_at - interval '1 day', "
	    "expires_at = now() - interval '1 second' WHERE id = '%s'",
	    session_id(&person, false));
	assert_int_equal(int_at(sessions_of(&person), "count"), 1);
}

static void a_logout_ends_the_session_of_the_bearer(void **state)
{
	struct person person = a_person();
	struct person other = again(&person);
	struct answer *answer = ask(
		200, "POST", LOGOUT, &(struct caller){.bearer = person.access},
		NULL);

	(void)state;
	assert_string_equal(answer->body,
			    "{\"detail\":\"Successfully logged out.\"}");
	refresh_with(401, person.refresh);
	assert_void_soon(person.access);
	whoami(200, other.access);
	refresh_with(200, other.refresh);
}

static void a_logout_takes_a_refresh_token_alone(void **state)
{
	struct person person = a_person();
	const struct caller stale = {.bearer = "a.b.c"};
	const char *body = fmt("{\"refresh\":\"%s\"}", person.refresh);

	(void)state;
	ask(200, "POST", LOGOUT, &stale, body);
	refresh_with(401, person.refresh);
	assert_string_equal(text_at(ask(401, "POST", LOGOUT, &nobody, body),
				    "detail"),
			    "Token is blacklisted");
	assert_string_equal(text_at(ask(401, "POST", LOGOUT, &stale, "{}"),
				    "detail"),
			    "Refresh token was not included in request data.");
}

static void a_refresh_token_goes_before_the_bearer(void **state)
{
	struct person person = a_person();
	struct person other = again(&person);
	const struct caller caller = {.bearer = person.access};
	const char *body = fmt("{\"refresh\":\"%s\"}", other.refresh);

	(void)state;
	ask(200, "POST", LOGOUT, &caller, body);
	refresh_with(401, other.refresh);
	refresh_with(200, person.refresh);
	ask(200, "POST", LOGOUT, &caller, body); /* over: then the own one */
	assert_int_equal(atoi(sql("SELECT count(*) FROM session WHERE "
				  "account_id = '%s' AND ended_at IS NULL",
				  person.id)), 0);
}

static void a_logout_everywhere_ends_all_sessions(void **state)
{
	struct person person = a_person();
	struct person other = again(&person);

	(void)state;
	ask(200, "POST", ALL, &(struct caller){.bearer = person.access}, NULL);
	refresh_with(401, person.refresh);
	refresh_with(401, other.refresh);
	assert_void_soon(person.access);
	assert_void_soon(other.access);
	again(&person);
	assert_string_equal(
		sql("SELECT count(*), max(end_reason) FROM session WHERE "
		    "account_id = '%s' AND ended_at IS NOT NULL", person.id),
		"2|logout_all");
}

static void it_keeps_the_own_session_when_asked_to(void **state)
{
	struct person person = a_person();
	struct person other = again(&person);

	(void)state;
	ask(200, "POST", ALL, &(struct caller){.bearer = person.access},
	    "{\"keep_current\":true}");
	refresh_with(401, other.refresh);
	assert_void_soon(other.access);
	whoami(200, person.access);
	refresh_with(200, person.refresh);
}

static void a_challenge_of_before_opens_nothing_after_it(void **state)
{
	struct person person = a_person();

	(void)state;
	sql("INSERT INTO login_challenge (token_hash, account_id, method, "
	    "expires_at) VALUES (sha256('%s'), '%s', 'password', now() + "
	    "interval '1 minute')", person.id, person.id);
	ask(200, "POST", ALL, &(struct caller){.bearer = person.access}, NULL);
	assert_string_equal(sql("SELECT count(*) FROM login_challenge WHERE "
				"account_id = '%s'", person.id), "0");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_list_shows_each_device_and_marks_the_own),
		cmocka_unit_test(browsers_are_called_what_people_call_them),
		cmocka_unit_test(a_session_is_ended_by_its_owner_alone),
		cmocka_unit_test(what_has_ended_or_expired_is_not_listed),
		cmocka_unit_test(a_logout_ends_the_session_of_the_bearer),
		cmocka_unit_test(a_logout_takes_a_refresh_token_alone),
		cmocka_unit_test(a_refresh_token_goes_before_the_bearer),
		cmocka_unit_test(a_logout_everywhere_ends_all_sessions),
		cmocka_unit_test(it_keeps_the_own_session_when_asked_to),
		cmocka_unit_test(a_challenge_of_before_opens_nothing_after_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
