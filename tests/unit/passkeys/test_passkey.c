/* test_passkey.c - whose passkeys they are, by the settings. */
#include "../test.h"

#include <string.h>

#include <platform/config.h>

#include "../../../src/domain/passkeys/passkeys.h"

static struct arena arena;

static int finish(void **state)
{
	(void)state;
	arena_finish(&arena);
	return 0;
}

static void set(const char *public_url, const char *rp_id, const char *origins)
{
	assert_true(config_set("public_url", public_url));
	assert_true(config_set("webauthn_rp_id", rp_id));
	assert_true(config_set("webauthn_origins", origins));
}

static void they_follow_the_public_url(void **state)
{
	(void)state;
	set("https://shop.example", "", "");
	assert_string_equal(passkey_rp_id(&arena), "shop.example");
	assert_string_equal(passkey_origins(&arena), "https://shop.example");
	set("https://shop.example:8443/", "", "");
	assert_string_equal(passkey_rp_id(&arena), "shop.example");
	assert_string_equal(passkey_origins(&arena),
			    "https://shop.example:8443");
}

static void without_any_they_are_of_localhost(void **state)
{
	(void)state;
	set("", "", "");
	assert_true(config_set("port", "8123"));
	assert_string_equal(passkey_rp_id(&arena), "localhost");
	assert_string_equal(passkey_origins(&arena), "http://localhost:8123");
}

static void settings_of_their_own_win(void **state)
{
	(void)state;
	set("https://api.shop.example", "shop.example",
	    "https://www.shop.example,https://shop.example");
	assert_string_equal(passkey_rp_id(&arena), "shop.example");
	assert_string_equal(passkey_origins(&arena),
			    "https://www.shop.example,https://shop.example");
}

static void unknown_and_repeated_transports_are_left_out(void **state)
{
	const char *told[] = {"usb", "pigeon", "internal", "usb", "", "USB"};
	const struct field_list list = {6, told};
	const char *const *known;

	(void)state;
	assert_int_equal(transports_known(&arena, &list, &known), 2);
	assert_string_equal(known[0], "internal");
	assert_string_equal(known[1], "usb");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(they_follow_the_public_url),
		cmocka_unit_test(without_any_they_are_of_localhost),
		cmocka_unit_test(settings_of_their_own_win),
		cmocka_unit_test(unknown_and_repeated_transports_are_left_out),
	};

	return cmocka_run_group_tests(tests, NULL, finish);
}
