/* test_social_rules.c - which providers there are, and the way to them. */
#include "../test.h"

#include <string.h>

#include "../../../src/domain/social/social.h"

static struct config of_config(void)
{
	struct config c = {
		.google_client_id = "",
		.google_client_secret = "g-secret",
		.google_issuer = "https://accounts.google.com",
		.facebook_app_id = "",
	};

	for (size_t i = 0; i < OIDC_SLOTS; i++)
		c.oidc[i] = (struct oidc_slot){
			.name = "", .label = "", .issuer = "",
			.client_id = "", .client_secret = "",
			.scopes = "openid email profile"};
	return c;
}

static void what_is_not_configured_is_not_there(void **state)
{
	struct social_provider list[SOCIAL_PROVIDERS_MAX];
	struct config c = of_config();

	(void)state;
	assert_int_equal(social_providers(&c, list), 0);
	assert_false(social_provider_find(&c, "google", list));
	assert_false(social_provider_find(&c, "", list));
}

static void each_configured_one_is_found_by_its_name(void **state)
{
	struct social_provider list[SOCIAL_PROVIDERS_MAX];
	struct social_provider found;
	struct config c = of_config();

	(void)state;
	c.google_client_id = "g-id";
	c.facebook_app_id = "4711";
	c.oidc[2].name = "keycloak";
	c.oidc[2].issuer = "https://sso.example/realms/shop";
	c.oidc[2].client_id = "shop";
	assert_int_equal(social_providers(&c, list), 3);
	assert_true(social_provider_find(&c, "keycloak", &found));
	assert_string_equal(found.label, "keycloak");
	assert_string_equal(found.issuer, "https://sso.example/realms/shop");
	assert_true(social_provider_find(&c, "facebook", &found));
	assert_true(found.is_facebook);
	assert_true(social_provider_find(&c, "google", &found));
	assert_string_equal(found.client_id, "g-id");
	assert_false(social_provider_find(&c, "Google", &found));
}

static void a_slot_with_an_odd_or_taken_name_is_off(void **state)
{
	static const char *const odd[] = {"google", "password", "passkey",
					  "facebook", "a/b", "A", "a.b", " "};
	struct social_provider list[SOCIAL_PROVIDERS_MAX];
	struct config c = of_config();

	(void)state;
	c.oidc[0].issuer = "https://sso.example";
	c.oidc[0].client_id = "shop";
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++) {
		c.oidc[0].name = odd[i];
		assert_int_equal(social_providers(&c, list), 0);
	}
}

static const char *allowed(const char *list, const char *asked)
{
	static struct arena arena;

	return social_redirect_uri(&arena, list, asked);
}

static void a_redirect_uri_is_compared_letter_by_letter(void **state)
{
	static const char list[] = "https://shop.example/back, app:/back";

	(void)state;
	assert_string_equal(allowed(list, NULL), "https://shop.example/back");
	assert_string_equal(allowed(list, "app:/back"), "app:/back");
	assert_null(allowed(list, "https://shop.example/back/"));
	assert_null(allowed(list, "https://shop.example/bac"));
	assert_null(allowed(list, "https://shop.example/back?x=1"));
	assert_null(allowed(list, "https://SHOP.example/back"));
	assert_null(allowed(list, ""));
	assert_null(allowed(list, list));
	assert_null(allowed("", NULL));
	assert_null(allowed(" , ", NULL));
}

static void the_way_back_needs_the_binding(void **state)
{
	struct social_attempt attempt;
	struct social_attempt again = {0};
	struct social_attempt other = {0};
	char challenge[SECRET_TEXT_SIZE];

	(void)state;
	social_attempt_make(&attempt);
	pkce_challenge(attempt.verifier, challenge);
	memcpy(again.binding, attempt.binding, sizeof(again.binding));
	assert_true(social_attempt_recall(&again, challenge));
	assert_string_equal(again.verifier, attempt.verifier);
	assert_string_equal(again.nonce, attempt.nonce);
	memcpy(other.binding, attempt.state, sizeof(other.binding));
	assert_false(social_attempt_recall(&other, challenge));
}

static void a_new_first_key_does_not_end_a_login(void **state)
{
	struct social_attempt attempt;
	char challenge[SECRET_TEXT_SIZE];

	(void)state;
	social_attempt_make(&attempt);
	pkce_challenge(attempt.verifier, challenge);
	assert_true(config_set("token_keys",
			       "new:fedcba9876543210fedcba9876543210fedcba98,"
			       "old:0123456789abcdef0123456789abcdef01234567"));
	assert_true(social_attempt_recall(&attempt, challenge));
}

static void the_page_is_asked_for_a_code_and_no_more(void **state)
{
	const struct social_provider provider = {
		.client_id = "a b", .scopes = "openid email"};
	const struct social_attempt attempt = {
		.state = "st", .binding = "bi", .nonce = "no",
		.verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
		.redirect_uri = "https://shop.example/back?a=b"};
	struct arena arena = {0};

	(void)state;
	assert_string_equal(
		social_authorization_url(&arena, &provider,
					 "https://id.example/auth?x=1",
					 &attempt),
		"https://id.example/auth?x=1&response_type=code&client_id=a%20b"
		"&redirect_uri=https%3A%2F%2Fshop.example%2Fback%3Fa%3Db"
		"&scope=openid%20email&state=st&nonce=no&code_challenge="
		"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
		"&code_challenge_method=S256");
	arena_finish(&arena);
}

static int start(void **state)
{
	(void)state;
	assert_true(config_set("token_keys", "old:0123456789abcdef0123456789"
					     "abcdef01234567"));
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_configured_is_not_there),
		cmocka_unit_test(each_configured_one_is_found_by_its_name),
		cmocka_unit_test(a_slot_with_an_odd_or_taken_name_is_off),
		cmocka_unit_test(a_redirect_uri_is_compared_letter_by_letter),
		cmocka_unit_test(the_way_back_needs_the_binding),
		cmocka_unit_test(a_new_first_key_does_not_end_a_login),
		cmocka_unit_test(the_page_is_asked_for_a_code_and_no_more),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
