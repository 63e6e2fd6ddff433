/* test_letter.c - what mails say, and that nobody else writes in them. */
#include "../test.h"

#include <string.h>

#include <platform/auth.h>
#include <platform/json.h>

#include "../../../src/domain/notifications/notice.h"

static struct arena arena;
static struct letter letter;

static int finish(void **state)
{
	(void)state;
	arena_finish(&arena);
	return 0;
}

static bool write(const char *topic, const char *json)
{
	const struct json_t *data = json_read_quietly(&arena, json,
						      strlen(json));
	const struct template *t = templates;

	assert_non_null(data);
	while (strcmp(t->topic, topic) != 0)
		t++;
	return letter_write(&letter, &arena, t, data);
}

static void an_order_is_told_line_by_line(void **state)
{
	(void)state;
	assert_true(write("order.placed",
			  "{\"number\":\"1001\",\"email\":\"a@b.org\","
			  "\"name\":\"Ada\",\"currency\":\"EUR\","
			  "\"total\":\"24.98\",\"shipping_total\":\"4.99\","
			  "\"lines\":[{\"name\":\"Tea\",\"sku\":\"T1\","
			  "\"quantity\":2,\"total\":\"19.99\"}]}"));
	assert_string_equal(letter.to, "a@b.org");
	assert_non_null(strstr(letter.subject, "1001"));
	assert_non_null(strstr(letter.text.bytes, "2 x Tea (T1): 19.99 EUR\n"));
	assert_non_null(strstr(letter.text.bytes, "Shipping: 4.99 EUR\n"));
	assert_non_null(strstr(letter.text.bytes, "Total: 24.98 EUR\n"));
	assert_non_null(strstr(letter.html.bytes, "19.99 EUR</td>"));
	assert_null(strstr(letter.text.bytes, "Tax"));
}

static void names_cannot_write_html(void **state)
{
	(void)state;
	assert_true(write("order.placed",
			  "{\"number\":\"1\",\"email\":\"a@b.org\","
			  "\"name\":\"<script>x</script>\",\"currency\":\"EUR\","
			  "\"total\":\"1\",\"lines\":[{\"name\":\"<img src=x>"
			  "\",\"sku\":\"'\\\"&\",\"quantity\":1,"
			  "\"total\":\"1\"}]}"));
	assert_null(strstr(letter.html.bytes, "<script"));
	assert_null(strstr(letter.html.bytes, "<img"));
	assert_non_null(strstr(letter.html.bytes, "&lt;script&gt;"));
	assert_non_null(strstr(letter.html.bytes, "&#39;&quot;&amp;"));
}

static void names_cannot_write_lines(void **state)
{
	(void)state;
	assert_true(write("order.placed",
			  "{\"number\":\"1\",\"email\":\"a@b.org\","
			  "\"name\":\"Ada\\r\\n\\r\\nClick here\"}"));
	assert_non_null(strstr(letter.text.bytes, "Hello Ada    Click here,\n"));
}

static void who_has_not_proved_the_address_is_not_called_by_a_name(void **state)
{
	(void)state;
	assert_true(write("account.registered",
			  "{\"email\":\"a@b.org\",\"first_name\":"
			  "\"Call 555-1234\"}"));
	assert_null(strstr(letter.text.bytes, "555"));
	assert_null(strstr(letter.html.bytes, "555"));
}

static void an_event_without_an_address_makes_no_mail(void **state)
{
	(void)state;
	assert_false(write("account.register_existing", "{}"));
	assert_true(write("account.register_existing",
			  "{\"email\":\"a@b.org\"}"));
}

/* The event has the seed and the hash of the secret, the letter the secret. */
static const char *event_of(const char *purpose, char secret[SECRET_TEXT_SIZE],
			    const char *link)
{
	uint8_t hash[SECRET_HASH_SIZE];
	char hex[2 * SECRET_HASH_SIZE + 1];
	const char *seed = "seed";

	assert_true(secret_derive(purpose, seed, 0, secret));
	secret_hash(secret, hash);
	hex_encode(hash, sizeof(hash), hex);
	return arena_format(&arena,
			    "{\"email\":\"a@b.org\",\"minutes\":\"10\",\"link\":"
			    "\"%s\",\"number\":\"1001\",\"seed\":\"%s\","
			    "\"proof\":\"%s\"}", link, seed, hex);
}

static void a_link_is_told_in_both_forms(void **state)
{
	char secret[SECRET_TEXT_SIZE];
	const char *event = event_of("order-link", secret,
				     "https://s.example/orders/1/?a=1&token=");

	(void)state;
	assert_true(write("order.link_requested", event));
	assert_non_null(strstr(letter.subject, "1001"));
	assert_non_null(strstr(letter.text.bytes,
			       arena_format(&arena, "\nhttps://s.example/orders/"
					    "1/?a=1&token=%s\n", secret)));
	assert_non_null(strstr(letter.html.bytes,
			       arena_format(&arena, "href=\"https://s.example/"
					    "orders/1/?a=1&amp;token=%s\"",
					    secret)));
}

static void only_web_links_can_be_clicked(void **state)
{
	char secret[SECRET_TEXT_SIZE];

	(void)state;
	assert_true(write("account.registered",
			  event_of("verify-email", secret, "javascript:")));
	assert_non_null(strstr(letter.html.bytes, secret));
	assert_null(strstr(letter.html.bytes, "href"));
}

static void an_invitation_has_its_secret(void **state)
{
	char secret[SECRET_TEXT_SIZE];

	(void)state;
	assert_true(write("staff.invited",
			  event_of("staff-invitation", secret,
				   "https://s.example/?t=")));
	assert_non_null(strstr(letter.text.bytes, secret));
}

static void a_secret_is_made_again_for_its_letter_alone(void **state)
{
	char secret[SECRET_TEXT_SIZE];
	const char *event = event_of("password-reset", secret,
				     "https://s.example/?t=");

	(void)state;
	assert_true(write("account.password_reset_requested", event));
	assert_non_null(strstr(letter.text.bytes,
			       arena_format(&arena, "\nhttps://s.example/?t=%s\n",
					    secret)));
	assert_true(write("account.verification_requested", event));
	assert_null(strstr(letter.text.bytes, "https://s.example/?t="));
	assert_non_null(strstr(letter.text.bytes, "has expired"));
}

static void a_secret_of_a_key_that_is_gone_is_no_link(void **state)
{
	(void)state;
	assert_true(write("account.password_reset_requested",
			  "{\"email\":\"a@b.org\",\"minutes\":\"10\",\"link\":"
			  "\"https://s.example/?t=\",\"seed\":\"seed\","
			  "\"proof\":\"00\"}"));
	assert_null(strstr(letter.text.bytes, "https://s.example/?t="));
	assert_null(strstr(letter.html.bytes, "href"));
}

static void a_notice_tells_of_both_addresses(void **state)
{
	char secret[SECRET_TEXT_SIZE];
	const char *event = event_of("keep-email", secret,
				     "https://s.example/?t=");

	(void)state;
	assert_true(write("account.email_change_noticed", event));
	assert_non_null(strstr(letter.text.bytes, secret));
	assert_true(write("account.email_change_noticed",
			  "{\"email\":\"a@b.org\",\"other\":"
			  "\"<b>@new.example\"}"));
	assert_non_null(strstr(letter.text.bytes, "<b>@new.example"));
	assert_null(strstr(letter.html.bytes, "<b>"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(an_order_is_told_line_by_line, finish),
		cmocka_unit_test_teardown(names_cannot_write_html, finish),
		cmocka_unit_test_teardown(names_cannot_write_lines, finish),
		cmocka_unit_test_teardown(
			who_has_not_proved_the_address_is_not_called_by_a_name,
			finish),
		cmocka_unit_test_teardown(only_web_links_can_be_clicked, finish),
		cmocka_unit_test_teardown(a_link_is_told_in_both_forms, finish),
		cmocka_unit_test_teardown(an_invitation_has_its_secret, finish),
		cmocka_unit_test_teardown(
			a_secret_is_made_again_for_its_letter_alone, finish),
		cmocka_unit_test_teardown(
			a_secret_of_a_key_that_is_gone_is_no_link, finish),
		cmocka_unit_test_teardown(a_notice_tells_of_both_addresses,
					  finish),
		cmocka_unit_test_teardown(an_event_without_an_address_makes_no_mail, finish),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
