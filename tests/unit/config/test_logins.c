/* test_logins.c - settings of login providers: whole, or a sentence. */
#include "../test.h"

#include "../../../src/platform/config/settings.h"

static struct config of_nobody(void)
{
	struct config c = {
		.google_client_id = "", .google_client_secret = "",
		.facebook_app_id = "", .facebook_app_secret = "",
	};

	for (size_t i = 0; i < OIDC_SLOTS; i++)
		c.oidc[i] = (struct oidc_slot){"", "", "", "", "", ""};
	return c;
}

static void set(struct config *c, size_t i, const char *name,
		const char *issuer, const char *client_id)
{
	c->oidc[i].name = name;
	c->oidc[i].issuer = issuer;
	c->oidc[i].client_id = client_id;
}

static void a_provider_is_set_wholly_or_not_at_all(void **state)
{
	static const struct {
		const char *name, *issuer, *client_id;
		bool is_whole;
	} cases[] = {
		{"", "", "", true},
		{"sso", "https://sso.example", "shop", true},
		{"sso", "", "shop", false},
		{"sso", "https://sso.example", "", false},
		{"", "https://sso.example", "", false},
		{"", "", "shop", false},
		{"S S O", "https://sso.example", "shop", false},
		{"sso/x", "https://sso.example", "shop", false},
		{"google", "https://sso.example", "shop", false},
		{"password", "https://sso.example", "shop", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct config c = of_nobody();

		set(&c, i % OIDC_SLOTS, cases[i].name, cases[i].issuer,
		    cases[i].client_id);
		assert_int_equal(config_logins_are_whole(&c),
				 cases[i].is_whole);
	}
}

static void two_providers_have_two_names(void **state)
{
	struct config c = of_nobody();

	(void)state;
	set(&c, 0, "sso", "https://a.example", "a");
	set(&c, 3, "sso", "https://b.example", "b");
	assert_false(config_logins_are_whole(&c));
	set(&c, 3, "other", "https://b.example", "b");
	assert_true(config_logins_are_whole(&c));
}

static void google_and_facebook_need_their_secrets(void **state)
{
	struct config c = of_nobody();

	(void)state;
	c.google_client_id = "g";
	assert_false(config_logins_are_whole(&c));
	c.google_client_secret = "s";
	assert_true(config_logins_are_whole(&c));
	c.facebook_app_id = "1";
	assert_false(config_logins_are_whole(&c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_provider_is_set_wholly_or_not_at_all),
		cmocka_unit_test(two_providers_have_two_names),
		cmocka_unit_test(google_and_facebook_need_their_secrets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
