/* test_profile.c - settings of an account, and what it wants to hear of. */
#include "shop.h"

#include <stdlib.h>
#include <string.h>

#define ACCOUNT "/api/v1/account/"
#define USER "/api/v1/auth/user/"
#define PREFERENCES "/api/v1/account/notification-preferences/"

static struct caller a_member(void)
{
	return (struct caller){.bearer = a_customer()};
}

static struct answer *patch(int status, const struct caller *member,
			    const char *body)
{
	return ask(status, "PATCH", ACCOUNT, member, body);
}

static void assert_body(const struct answer *answer, const char *body)
{
	assert_string_equal(answer->body, body);
}

static void assert_null_at(const struct answer *answer, const char *path)
{
	assert_true(json_is_null(node_at(answer, path)));
}

static void settings_are_kept_and_taken_back_by_null(void **state)
{
	struct caller member = a_member();
	struct answer *answer = ask(200, "GET", ACCOUNT, &member, NULL);

	(void)state;
	assert_null_at(answer, "language");
	assert_null_at(answer, "currency");
	assert_null_at(answer, "time_zone");
	patch(200, &member,
	      "{\"language\":\"DE-ch\",\"currency\":\"EUR\","
	      "\"time_zone\":\"Europe/Berlin\"}");
	answer = patch(200, &member, "{\"phone\":\"+49 (30) 123-456\"}");
	assert_string_equal(text_at(answer, "language"), "de-CH");
	assert_string_equal(text_at(answer, "currency"), "EUR");
	assert_string_equal(text_at(answer, "time_zone"), "Europe/Berlin");
	answer = patch(200, &member, "{\"language\":null,\"time_zone\":null}");
	assert_null_at(answer, "language");
	assert_string_equal(text_at(answer, "currency"), "EUR");
	assert_null_at(answer, "time_zone");
}

static void a_telephone_number_is_international_or_none(void **state)
{
	static const char *const wrong[] = {
		"1", "030123456", "0049301234567", "+0301234567", "+49301",
		"+49 (0)30 1234567", "+4930123456a", "++4930123456",
		"+1234567890123456", "+49\\u0660301234567", "tel:+4930123456",
	};
	struct caller member = a_member();

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++)
		assert_body(patch(400, &member,
				  fmt("{\"phone\":\"%s\"}", wrong[i])),
			    "{\"phone\":[\"Use the international form, as "
			    "+493012345678.\"]}");
	assert_string_equal(
		text_at(patch(200, &member, "{\"phone\":\"+49 (30) 12.34-56\"}"),
			"phone"),
		"+4930123456");
	assert_string_equal(text_at(patch(200, &member, "{\"phone\":\"\"}"),
				    "phone"),
			    "");
	patch(400, &member, "{\"phone\":null}");
	patch(400, &member, "{\"phone\":[]}");
	assert_string_equal(text_at(patch(200, &member,
					  "{\"phone\":\"+493012345678\"}"),
				    "phone"),
			    "+493012345678");
}

static void settings_that_are_none_are_told_of_and_change_nothing(void **state)
{
	static const char *const zones[] = {
		"Europe/Nowhere", "europe/berlin", "FOO+3", "posix/UTC",
		"../../etc/passwd", "localtime", "'; DROP TABLE account; --",
		"Factory",
	};
	struct caller member = a_member();

	(void)state;
	assert_body(patch(400, &member, "{\"language\":\"german!\"}"),
		    "{\"language\":[\"Use a language tag of BCP 47, as "
		    "de-CH.\"]}");
	assert_body(patch(400, &member, "{\"currency\":\"ZZZ\"}"),
		    "{\"currency\":[\"\\\"ZZZ\\\" is not an ISO 4217 "
		    "currency.\"]}");
	assert_body(patch(400, &member, "{\"currency\":\"KWD\"}"),
		    "{\"currency\":[\"Nothing is sold in KWD.\"]}");
	for (size_t i = 0; i < sizeof(zones) / sizeof(zones[0]); i++)
		assert_body(patch(400, &member,
				  fmt("{\"phone\":\"+4930999999\",\"time_zone\":\"%s\"}",
				      zones[i])),
			    "{\"time_zone\":[\"Use a name of the IANA database, "
			    "as Europe/Berlin.\"]}");
	assert_string_equal(text_at(ask(200, "GET", ACCOUNT, &member, NULL),
				    "phone"),
			    "");
	assert_int_equal(int_at(ask(200, "GET", ACCOUNT, &member, NULL),
				"version"),
			 1);
}

static void consent_is_given_to_a_text_and_keeps_its_times(void **state)
{
	struct caller member = a_member();
	struct answer *answer;
	const char *given;
	const char *id;

	(void)state;
	assert_body(patch(400, &member, "{\"marketing_consent\":true}"),
		    "{\"marketing_consent_version\":[\"Say which text was "
		    "agreed to.\"]}");
	patch(400, &member, "{\"marketing_consent_version\":\"2\"}");
	answer = patch(200, &member,
		       "{\"marketing_consent\":true,"
		       "\"marketing_consent_version\":\"2026-11\"}");
	assert_true(bool_at(answer, "marketing_consent"));
	assert_string_equal(text_at(answer, "marketing_consent_source"),
			    "profile");
	given = text_at(answer, "marketing_consent_at");
	answer = patch(200, &member,
		       "{\"marketing_consent\":true,"
		       "\"marketing_consent_version\":\"2026-11\"}");
	assert_string_equal(text_at(answer, "marketing_consent_at"), given);
	answer = patch(200, &member, "{\"marketing_consent\":false}");
	assert_false(bool_at(answer, "marketing_consent"));
	assert_string_not_equal(text_at(answer, "marketing_consent_at"), given);
	assert_string_equal(text_at(answer, "marketing_consent_version"),
			    "2026-11");
	id = text_at(answer, "id");
	assert_string_equal(sql("SELECT string_agg(is_enabled::text || ' ' || "
				"text_version, ', ' ORDER BY at) FROM "
				"consent_change WHERE account_id = '%s'", id),
			    "true 2026-11, false 2026-11");
}

static void the_user_of_dj_rest_auth_is_the_same_account(void **state)
{
	struct caller member = a_member();
	struct answer *account = ask(200, "GET", ACCOUNT, &member, NULL);
	struct answer *user = ask(200, "GET", USER, &member, NULL);

	(void)state;
	assert_int_equal(json_object_size(user->json), 5);
	assert_string_equal(text_at(user, "pk"), text_at(account, "id"));
	assert_string_equal(text_at(user, "username"),
			    text_at(account, "email"));
	patch(200, &member, "{\"language\":\"fr\",\"phone\":\"+4930777777\"}");
	user = ask(200, "PUT", USER, &member,
		   "{\"username\":\"x\",\"email\":\"x@y.zz\",\"first_name\":"
		   "\"Ann\",\"last_name\":\"\",\"language\":\"de\","
		   "\"marketing_consent\":true}");
	assert_string_equal(text_at(user, "first_name"), "Ann");
	assert_string_equal(text_at(user, "email"), text_at(account, "email"));
	assert_body(ask(400, "PUT", USER, &member, "{}"),
		    "{\"first_name\":[\"This field is required.\"],"
		    "\"last_name\":[\"This field is required.\"]}");
	ask(200, "PATCH", USER, &member, "{\"last_name\":\"Lee\"}");
	account = ask(200, "GET", ACCOUNT, &member, NULL);
	assert_string_equal(text_at(account, "first_name"), "Ann");
	assert_string_equal(text_at(account, "last_name"), "Lee");
	assert_string_equal(text_at(account, "language"), "fr");
	assert_string_equal(text_at(account, "phone"), "+4930777777");
	assert_false(bool_at(account, "marketing_consent"));
}

/* ---- preferences ---- */

static json_t *preference(const struct answer *answer, const char *channel,
			  const char *topic)
{
	json_t *list = node_at(answer, "preferences");
	json_t *one;
	size_t i;

	json_array_foreach(list, i, one)
		if (strcmp(json_string_value(json_object_get(one, "channel")),
			   channel) == 0 &&
		    strcmp(json_string_value(json_object_get(one, "topic")),
			   topic) == 0)
			return one;
	fail_msg("no %s by %s", topic, channel);
	return NULL;
}

static bool is_on(const struct answer *answer, const char *channel,
		  const char *topic)
{
	return json_is_true(json_object_get(
		preference(answer, channel, topic), "is_enabled"));
}

static struct answer *prefer(int status, const struct caller *member,
			     const char *channel, const char *topic, bool is_on)
{
	return askf(status, "PATCH", PREFERENCES, member,
		    "{\"preferences\":[{\"channel\":\"%s\",\"topic\":\"%s\","
		    "\"is_enabled\":%s,\"text_version\":\"v1\"}]}",
		    channel, topic, is_on ? "true" : "false");
}

static void offers_and_text_messages_are_off_until_asked_for(void **state)
{
	struct caller member = a_member();
	struct answer *answer = ask(200, "GET", PREFERENCES, &member, NULL);

	(void)state;
	assert_int_equal(json_array_size(node_at(answer, "preferences")), 10);
	assert_true(is_on(answer, "email", "orders"));
	assert_true(is_on(answer, "email", "reviews"));
	assert_false(is_on(answer, "email", "marketing"));
	assert_false(is_on(answer, "sms", "orders"));
	answer = prefer(200, &member, "sms", "orders", true);
	assert_true(is_on(answer, "sms", "orders"));
	assert_true(json_is_string(json_object_get(
		preference(answer, "sms", "orders"), "changed_at")));
	assert_true(json_is_null(json_object_get(
		preference(answer, "email", "orders"), "changed_at")));
}

static void consent_in_the_profile_is_the_preference_for_offers(void **state)
{
	struct caller member = a_member();
	struct answer *answer;

	(void)state;
	prefer(200, &member, "email", "marketing", true);
	answer = ask(200, "GET", ACCOUNT, &member, NULL);
	assert_true(bool_at(answer, "marketing_consent"));
	assert_string_equal(text_at(answer, "marketing_consent_source"),
			    "preferences");
	patch(200, &member, "{\"marketing_consent\":false}");
	assert_string_equal(sql("SELECT string_agg(source, ' ' ORDER BY at) FROM "
				"consent_change WHERE account_id = '%s'",
				text_at(answer, "id")),
			    "preferences profile");
	assert_false(is_on(ask(200, "GET", PREFERENCES, &member, NULL), "email",
			   "marketing"));
}

static void mail_about_orders_and_safety_cannot_be_switched_off(void **state)
{
	struct caller member = a_member();
	struct answer *answer;

	(void)state;
	answer = prefer(400, &member, "email", "orders", false);
	assert_body(answer, "{\"preferences\":[{\"is_enabled\":[\"This cannot "
			    "be switched off.\"]}]}");
	prefer(400, &member, "email", "security", false);
	prefer(200, &member, "sms", "security", false);
	answer = ask(200, "GET", PREFERENCES, &member, NULL);
	assert_true(is_on(answer, "email", "orders"));
	assert_true(is_on(answer, "email", "security"));
}

static void unsound_preferences_change_nothing(void **state)
{
	struct caller member = a_member();

	(void)state;
	prefer(400, &member, "pigeon", "orders", true);
	prefer(400, &member, "sms", "weather", true);
	ask(400, "PATCH", PREFERENCES, &member, "{\"preferences\":{}}");
	ask(400, "PATCH", PREFERENCES, &member,
	    "{\"preferences\":[{\"channel\":\"sms\",\"topic\":\"orders\"}]}");
	ask(400, "PATCH", PREFERENCES, &member,
	    "{\"preferences\":[{\"channel\":\"email\",\"topic\":\"marketing\","
	    "\"is_enabled\":true}]}");
	ask(400, "PATCH", PREFERENCES, &member,
	    "{\"preferences\":[{\"channel\":\"sms\",\"topic\":\"stock\","
	    "\"is_enabled\":true},{\"channel\":\"sms\",\"topic\":\"stock\","
	    "\"is_enabled\":false}]}");
	assert_false(is_on(ask(200, "GET", PREFERENCES, &member, NULL), "sms",
			   "stock"));
}

/* A review of that author is accepted; what became of the mail about it. */
static const char *mail_about_a_review(const struct caller *author,
				       const char *product)
{
	const struct caller staff = {.bearer = the_staff()};
	const char *email = text_at(ask(200, "GET", ACCOUNT, author, NULL),
				    "email");
	const char *review = text_at(
		ask(201, "POST", fmt("/api/v1/products/%s/reviews/", product),
		    author, "{\"rating\":4,\"body\":\"good\"}"),
		"id");

	ask(200, "POST", fmt("/api/v1/admin/reviews/%s/accept/", review),
	    &staff, NULL);
	until_sql(20, "1",
		  fmt("SELECT count(*) FROM notification WHERE recipient = "
		      "'%s' AND template = 'review_accepted' AND "
		      "(state = 'sent' OR last_error <> '')",
		      email));
	return sql("SELECT state || ': ' || last_error FROM notification "
		   "WHERE recipient = '%s' AND template = 'review_accepted'",
		   email);
}

static void mail_that_is_switched_off_is_not_sent_and_the_reason_told(void **state)
{
	struct caller member = a_member();
	struct caller other = a_member();

	(void)state;
	prefer(200, &member, "email", "reviews", false);
	assert_string_equal(mail_about_a_review(&member, "enamel-mug-white"),
			    "skipped: The recipient has switched off e-mail "
			    "about reviews.");
	assert_null(strstr(mail_about_a_review(&other, "enamel-mug-white"),
			   "switched off"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(settings_are_kept_and_taken_back_by_null),
		cmocka_unit_test(a_telephone_number_is_international_or_none),
		cmocka_unit_test(
			settings_that_are_none_are_told_of_and_change_nothing),
		cmocka_unit_test(consent_is_given_to_a_text_and_keeps_its_times),
		cmocka_unit_test(the_user_of_dj_rest_auth_is_the_same_account),
		cmocka_unit_test(
			offers_and_text_messages_are_off_until_asked_for),
		cmocka_unit_test(
			consent_in_the_profile_is_the_preference_for_offers),
		cmocka_unit_test(
			mail_about_orders_and_safety_cannot_be_switched_off),
		cmocka_unit_test(unsound_preferences_change_nothing),
		cmocka_unit_test(
			mail_that_is_switched_off_is_not_sent_and_the_reason_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
