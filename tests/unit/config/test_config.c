/* test_config.c - settings: where they come from, what is refused. */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <platform/config.h>

static char file[] = "/tmp/shopd-config.XXXXXX";
static char said[65536]; /* on stderr, or stdout of print */

static void write_file(const char *content)
{
	FILE *out = fopen(file, "w");

	assert_non_null(out);
	fputs(content, out);
	fclose(out);
}

/* Runs with one of the standard streams in `said`. */
static bool watch(FILE *stream, bool (*act)(void))
{
	FILE *into = tmpfile();
	int before = dup(fileno(stream));
	size_t length;
	bool result;

	fflush(stream);
	dup2(fileno(into), fileno(stream));
	result = act();
	fflush(stream);
	dup2(before, fileno(stream));
	close(before);
	rewind(into);
	length = fread(said, 1, sizeof(said) - 1, into);
	said[length] = '\0';
	fclose(into);
	return result;
}

static bool load(void)
{
	return config_load(file);
}

static bool load_text(const char *content)
{
	write_file(content);
	return watch(stderr, load);
}

static void assert_said(const char *part)
{
	if (!strstr(said, part))
		fail_msg("not said: %s\nbut: %s", part, said);
}

static void defaults_hold_without_a_file(void **state)
{
	(void)state;
	assert_true(config_load(NULL));
	assert_int_equal(config->port, 8000);
	assert_string_equal(config->bind, "127.0.0.1");
	assert_string_equal(config->currency, "EUR");
	assert_int_equal(config->reservation_minutes, 15);
	assert_int_equal(config->access_token_seconds, 600);
	assert_int_equal(config->refresh_token_seconds, 14 * 86400);
	assert_true(config->database_prepare);
	assert_false(config->is_production);
}

static void the_file_wins_over_defaults_and_the_environment_over_both(
	void **state)
{
	(void)state;
	setenv("SHOPD_CART_DAYS", "9", 1);
	assert_true(load_text("# a comment\n\n  port=81 \nshop_name = A # B\n"
			      "cart_days = 8\nseccomp = off\n"));
	unsetenv("SHOPD_CART_DAYS");
	assert_int_equal(config->port, 81);
	assert_string_equal(config->shop_name, "A # B");
	assert_int_equal(config->cart_days, 9);
	assert_false(config->seccomp);
	assert_true(load_text("")); /* and all is as it was */
	assert_int_equal(config->port, 8000);
}

static void each_wrong_line_is_named_by_file_and_line(void **state)
{
	char wanted[100];

	(void)state;
	assert_false(load_text("port = 0\nport = 80x\n\nworker = 3\nnonsense\n"
			       "throttle_login = 10/fortnight\nseccomp = so\n"
			       "log_level = loud\nmode = prod\n"
			       "database_timeout_ms = 99999999999999999999\n"
			       "currency = euro\ncurrency = eur\n"
			       "port =\n"));
	for (int line = 1; line <= 13; line++) {
		snprintf(wanted, sizeof(wanted), "%s:%d: ", file, line);
		if (line != 3)
			assert_said(wanted);
	}
	assert_said("port must be a whole number from 1 to 65535.");
	assert_said("worker is not a setting.");
}

static void a_wrong_variable_is_named(void **state)
{
	(void)state;
	setenv("SHOPD_PORT", "tcp://10.0.0.1:80", 1);
	assert_false(load_text(""));
	unsetenv("SHOPD_PORT");
	assert_said("SHOPD_PORT: port must be");
}

static void an_unknown_variable_is_mentioned_but_harmless(void **state)
{
	(void)state;
	setenv("SHOPD_SERVICE_HOST", "10.0.0.1", 1);
	assert_true(load_text(""));
	unsetenv("SHOPD_SERVICE_HOST");
	assert_said("SHOPD_SERVICE_HOST");
}

static void a_missing_file_is_refused(void **state)
{
	(void)state;
	assert_false(config_load("/nonexistent/shopd.conf"));
	assert_false(config_load("/tmp"));
}

/* ---- production ---- */

static const char safe[] =
	"mode = production\npublic_url = https://shop.example\n"
	"allowed_hosts = shop.example\n"
	"token_keys = a:f8K2mQ9zX4vB7nL1pR5tY3wE6uI0oA8s\n"
	"data_keys = d:h3N6bV1cX8zL5kJ2hG9fD4sA7qW0eR6t\n"
	"stripe_url = https://api.stripe.com\n"
	"stripe_secret_key = sk_live_4eC39HqLyjWDarjtT1zdp7dc\n"
	"stripe_publishable_key = pk_live_x\nstripe_live = on\n"
	"stripe_webhook_secret = whsec_4eC39HqLyjWDarjtT1zdp7dc\n"
	"smtp_url = smtps://mail.example.net:465\n"
	"mail_from = shop@shop.test\n"
	"database_url = postgresql:///shopd?host=/run/postgresql\n";

static bool judge(void)
{
	return config_is_safe();
}

static void production_starts_with_settings_of_its_own(void **state)
{
	(void)state;
	assert_true(load_text(safe));
	assert_true(chmod(file, 0600) == 0);
	assert_true(load_text(safe));
	if (!watch(stderr, judge))
		fail_msg("%s", said);
}

static void development_is_refused_only_what_moves_real_money(void **state)
{
	(void)state;
	assert_true(load_text(""));
	assert_true(config_is_safe());
	assert_true(load_text("stripe_url = https://api.stripe.com\n"
			      "stripe_secret_key = sk_test_4eC39HqLyjWDarjt\n"));
	assert_true(config_is_safe());
	assert_true(load_text("stripe_secret_key = sk_live_4eC39HqLyjWDarjt\n"));
	assert_false(watch(stderr, judge));
	assert_said("stripe_secret_key");
	assert_true(load_text("stripe_secret_key = rk_live_4eC39HqLyjWDarjt\n"));
	assert_false(watch(stderr, judge));
}

static void production_refuses_what_everybody_knows(void **state)
{
	static const struct {
		const char *line; /* added to what is safe */
		const char *named;
	} cases[] = {
		{"demo = on", "demo"},
		{"public_url =", "public_url"},
		{"public_url = http://shop.example", "public_url"},
		{"public_url = https://localhost", "public_url"},
		{"allowed_hosts =", "allowed_hosts"},
		{"seccomp = off", "seccomp"},
		{"token_keys = dev:development-only-secret-never-in-production",
		 "token_keys"},
		{"token_keys = a:f8K2mQ9zX4vB7nL1pR5tY3wE6uI0oA8", "token_keys"},
		{"token_keys = a:aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
		 "token_keys"},
		{"token_keys = f8K2mQ9zX4vB7nL1pR5tY3wE6uI0oA8sf8K2mQ9zX4vB7",
		 "token_keys"},
		{"token_keys = a:f8K2mQ9zX4vB7nL1pR5tY3wE6uI0oA8s,b:short",
		 "token_keys"},
		{"data_keys = dev:development-only-secret-never-in-production",
		 "data_keys"},
		{"data_keys = d:h3N6bV1cX8zL5kJ2hG9fD4sA7qW0eR6", "data_keys"},
		{"data_keys = d:dddddddddddddddddddddddddddddddddddddddddddd",
		 "data_keys"},
		{"staff_second_factor = off", "staff_second_factor"},
		{"cookie_secure = off", "cookie_secure"},
		{"stripe_url = http://127.0.0.1:8010", "stripe_url"},
		{"stripe_url = https://localhost:8010", "stripe_url"},
		{"stripe_secret_key = sk_test_emulator", "stripe_secret_key"},
		{"stripe_secret_key = sk_test_4eC39HqLyjWDarjt", "stripe_live"},
		{"stripe_live = off", "stripe_live"},
		{"stripe_publishable_key = pk_test_emulator",
		 "stripe_publishable_key"},
		{"stripe_webhook_secret = whsec_emulator",
		 "stripe_webhook_secret"},
		{"database_url = postgresql://u:p@db.example/shopd",
		 "database_url"},
		{"oidc1_name = sso\noidc1_client_id = a\n"
		 "oidc1_issuer = http://sso.example", "oidc1_issuer"},
		{"social_redirect_uris = app:/back,http://shop.example/back",
		 "social_redirect_uris"},
		{"facebook_graph_url = http://127.0.0.1:8010",
		 "facebook_graph_url"},
		{"smtp_url =", "smtp_url"},
		{"smtp_url = smtp://127.0.0.1:8025", "smtp_url"},
		{"mail_from = shop@example.com", "mail_from"},
		{"smtp_url = smtp://mail.example.net\nsmtp_password = x",
		 "smtp_starttls"},
	};
	char content[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		snprintf(content, sizeof(content), "%s%s\n", safe,
			 cases[i].line);
		assert_true(load_text(content));
		if (watch(stderr, judge))
			fail_msg("production starts with %s", cases[i].line);
		assert_said(cases[i].named);
	}
}

static void production_refuses_passkeys_of_another_domain(void **state)
{
	static const char *const lines[] = {
		"webauthn_rp_id = other.example",
		"webauthn_rp_id = hop.example",
		"webauthn_origins = http://shop.example",
		"webauthn_origins = https://shop.example/",
		("webauthn_origins = https://shop.example,"
		 "https://evilshop.example"),
		"webauthn_origins = https://shop.example.evil.example",
		"webauthn_origins = https://",
	};
	char content[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		snprintf(content, sizeof(content), "%s%s\n", safe, lines[i]);
		assert_true(load_text(content));
		if (watch(stderr, judge))
			fail_msg("production starts with %s", lines[i]);
		assert_said("webauthn_origins");
	}
}

static void production_takes_origins_of_the_passkeys_domain(void **state)
{
	static const char *const lines[] = {
		"webauthn_origins = https://shop.example",
		"webauthn_origins = https://www.shop.example:8443, "
		"https://shop.example",
		"webauthn_origins = https://shop.example, android:apk-key-hash:"
		"pNiP5iKyQ8JwgGOaKA1zGPUPJIS-0H1xKCQcfIoGLck",
		"webauthn_rp_id = example",
		"webauthn_rp_id = shop.example",
	};
	char content[4096];

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		snprintf(content, sizeof(content), "%s%s\n", safe, lines[i]);
		assert_true(load_text(content));
		assert_true(chmod(file, 0600) == 0);
		assert_true(load_text(content));
		if (!watch(stderr, judge))
			fail_msg("%s: %s", lines[i], said);
	}
}

static void production_refuses_a_secret_that_all_can_read(void **state)
{
	(void)state;
	assert_int_equal(chmod(file, 0644), 0);
	assert_true(load_text(safe));
	assert_false(watch(stderr, judge));
	assert_said("readable by all");
	assert_int_equal(chmod(file, 0600), 0);
}

/* ---- printing ---- */

static bool print_page(void)
{
	config_print(false);
	return true;
}

static bool print_values(void)
{
	config_print(true);
	return true;
}

static void the_page_in_conf_is_up_to_date(void **state)
{
	static char page[65536];
	static const char here[] = __FILE__; /* the build gives a whole path */
	char path[512];
	FILE *in;

	(void)state;
	snprintf(path, sizeof(path), "%.*sconf/shopd.conf",
		 (int)(strstr(here, "tests/unit/config/") - here), here);
	in = fopen(path, "r");
	assert_non_null(in);
	page[fread(page, 1, sizeof(page) - 1, in)] = '\0';
	fclose(in);
	watch(stdout, print_page);
	assert_string_equal(page, said); /* else: shopd config > conf/... */
}

static void what_is_printed_can_be_read_again_without_secrets(void **state)
{
	static char page[65536];

	(void)state;
	assert_true(load_text(safe));
	watch(stdout, print_values);
	assert_null(strstr(said, "f8K2mQ9z"));
	assert_null(strstr(said, "h3N6bV1c"));
	assert_null(strstr(said, "4eC39HqLyj"));
	assert_non_null(strstr(said, "\nallowed_hosts = shop.example\n"));
	strcpy(page, said);
	assert_true(load_text(page));
	assert_string_equal(config->allowed_hosts, "shop.example");
	assert_true(config->stripe_live);
	assert_true(load_text(""));
	watch(stdout, print_page); /* all commented out: the defaults */
	strcpy(page, said);
	assert_true(load_text(page));
	assert_int_equal(config->port, 8000);
}

static int start(void **state)
{
	int fd = mkstemp(file);

	(void)state;
	close(fd);
	for (const char *const *name = (const char *const[]){
		     "SHOPD_DATABASE_URL", "SHOPD_PORT", "SHOPD_WORKERS",
		     "SHOPD_TOKEN_KEYS", NULL};
	     *name; name++)
		unsetenv(*name);
	return fd < 0;
}

static int finish(void **state)
{
	(void)state;
	return unlink(file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(defaults_hold_without_a_file),
		cmocka_unit_test(
			the_file_wins_over_defaults_and_the_environment_over_both),
		cmocka_unit_test(each_wrong_line_is_named_by_file_and_line),
		cmocka_unit_test(a_wrong_variable_is_named),
		cmocka_unit_test(an_unknown_variable_is_mentioned_but_harmless),
		cmocka_unit_test(a_missing_file_is_refused),
		cmocka_unit_test(production_starts_with_settings_of_its_own),
		cmocka_unit_test(
			development_is_refused_only_what_moves_real_money),
		cmocka_unit_test(production_refuses_passkeys_of_another_domain),
		cmocka_unit_test(production_takes_origins_of_the_passkeys_domain),
		cmocka_unit_test(production_refuses_what_everybody_knows),
		cmocka_unit_test(production_refuses_a_secret_that_all_can_read),
		cmocka_unit_test(the_page_in_conf_is_up_to_date),
		cmocka_unit_test(
			what_is_printed_can_be_read_again_without_secrets),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
