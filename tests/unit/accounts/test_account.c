/* test_account.c - which passwords are good, what permissions say. */
#include "../test.h"

#include <string.h>

#include <domain/accounts.h>
#include <platform/config.h>
#include <platform/json.h>
#include <rest/access.h>

static const struct password_owner ann = {"ann.miller@example.com", "Annabelle",
					  "Miller"};

/* The sentences under "password", one after another. */
static bool judge(const char *password, char said[1024])
{
	struct work w = {0};
	bool is_good = password_is_good(&w, "password", password, &ann);

	said[0] = '\0';
	if (!is_good) {
		const struct json_t *list = json_at(w.fault.body, "password");

		assert_int_equal(w.fault.kind->status, 400);
		for (size_t i = 0; i < json_count(list); i++) {
			strcat(said, json_text(json_item(list, i)));
			strcat(said, "|");
		}
	}
	work_finish(&w);
	return is_good;
}

static void a_good_password_passes(void **state)
{
	static const char *const good[] = {
		"correct horse", "xK9#mQ2p", "☃☃☃☃☃☃☃☃", "8231567a",
		"a very long sentence that nobody would ever guess, i hope"};
	char said[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++)
		if (!judge(good[i], said))
			fail_msg("%s: %s", good[i], said);
}

/* Texts as Django 5 prints them, in its order. */
static void each_weakness_is_told_and_all_of_them_together(void **state)
{
	static const struct {
		const char *password;
		const char *said;
	} cases[] = {
		{"xK9#mQ2", "This password is too short. It must contain at "
			    "least 8 characters.|"},
		{"☃☃☃☃☃☃☃", "This password is too short. It must contain at "
			    "least 8 characters.|"},
		{"Password123", "This password is too common.|"},
		{"47110815", "This password is entirely numeric.|"},
		{"12345678", "This password is too common.|"
			     "This password is entirely numeric.|"},
		{"12345", "This password is too short. It must contain at "
			  "least 8 characters.|"
			  "This password is too common.|"
			  "This password is entirely numeric.|"},
		{"annabelle1", "The password is too similar to the first "
			       "name.|"},
		{"ANNABELLE", "The password is too similar to the first "
			      "name.|"},
		{"millers1", "The password is too similar to the last name.|"},
		{"ann.miller@example.com", "The password is too similar to the "
					   "email address.|"},
		{"examples", "The password is too similar to the email "
			     "address.|"},
	};
	char said[1024];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		assert_false(judge(cases[i].password, said));
		assert_string_equal(said, cases[i].said);
	}
}

static void a_password_of_the_list_or_of_the_shop_is_common(void **state)
{
	static const char *const common[] = {
		"qwertyuiop", "1q2w3e4r5t", "TrustNo1", "letmein1", "iloveyou2",
		"!qaz2wsx", "0.0.0.000", "00000007", "changeme123", "welcome2",
		"Demo Shop", "demoshop2026", "Demo-Shop!1", "1DemoShop1",
		"paperlane", "PaperLane.example", "paperlane99"};
	static const char *const other[] = {
		"democratic shopper", "paperlanes are wide", "qwertyuiop-47-x",
		"a demo shop of mine"};
	char said[1024];

	(void)state;
	assert_true(config_set("public_url", "https://www.paperlane.example"));
	for (size_t i = 0; i < sizeof(common) / sizeof(*common); i++) {
		assert_false(judge(common[i], said));
		if (!strstr(said, "too common"))
			fail_msg("%s: %s", common[i], said);
	}
	for (size_t i = 0; i < sizeof(other) / sizeof(*other); i++)
		if (!judge(other[i], said))
			fail_msg("%s: %s", other[i], said);
	assert_true(config_set("public_url", ""));
}

static void permissions_are_read_by_name(void **state)
{
	(void)state;
	assert_int_equal(permissions_parse(""), 0);
	assert_int_equal(permissions_parse(NULL), 0);
	assert_int_equal(permissions_parse("catalog.write"),
			 1u << PERMISSION_CATALOG_WRITE);
	assert_int_equal(permissions_parse("catalog.read,operations"),
			 1u << PERMISSION_CATALOG_READ |
				 1u << PERMISSION_OPERATIONS);
	assert_int_equal(permissions_parse("of.old,jobs.read,"),
			 1u << PERMISSION_JOBS_READ);
	assert_int_equal(permissions_parse("all"), (1u << PERMISSIONS) - 1);
	assert_int_equal(permissions_parse("allx,catalog"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_good_password_passes),
		cmocka_unit_test(
			each_weakness_is_told_and_all_of_them_together),
		cmocka_unit_test(
			a_password_of_the_list_or_of_the_shop_is_common),
		cmocka_unit_test(permissions_are_read_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
