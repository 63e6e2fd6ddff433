/* test_client_rules.c - addresses, the breaker, and mails as they are written. */
#include "../test.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

#include <platform/clock.h>

#include "../../../src/platform/client/address.h"
#include "../../../src/platform/client/breaker.h"
#include "../../../src/platform/client/mime.h"

static bool is_public(const char *text)
{
	struct sockaddr_in v4 = {.sin_family = AF_INET};
	struct sockaddr_in6 v6 = {.sin6_family = AF_INET6};

	if (inet_pton(AF_INET, text, &v4.sin_addr) == 1)
		return address_is_public((const struct sockaddr *)&v4);
	assert_int_equal(inet_pton(AF_INET6, text, &v6.sin6_addr), 1);
	return address_is_public((const struct sockaddr *)&v6);
}

static void private_addresses_are_told_from_public_ones(void **state)
{
	static const char *const inner[] = {
		"0.0.0.0", "10.1.2.3", "100.64.0.1", "127.0.0.1", "127.1.2.3",
		"169.254.169.254", "172.16.0.1", "172.31.255.255",
		"192.168.1.1", "192.0.2.1", "198.18.0.1", "198.19.255.255",
		"224.0.0.1", "240.0.0.1", "255.255.255.255", "::", "::1",
		"::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1",
		"64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "fd00::1", "fe80::1",
		"fec0::1", "ff02::1", "2001:db8::1", "2001::1", "2002:7f00:1::",
		"100::1", "3fff::1"};
	static const char *const outer[] = {
		"1.1.1.1", "9.255.255.255", "11.0.0.0", "100.63.255.255",
		"100.128.0.0", "126.255.255.255", "128.0.0.1", "172.15.0.1",
		"172.32.0.1", "192.167.0.1", "192.169.0.1", "198.17.0.1",
		"198.20.0.1", "223.255.255.255", "2606:4700:4700::1111",
		"2a00:1450::1", "::ffff:1.1.1.1", "64:ff9b::101:101",
		"2001:4860:4860::8888"};

	(void)state;
	for (size_t i = 0; i < sizeof(inner) / sizeof(inner[0]); i++)
		if (is_public(inner[i]))
			fail_msg("%s is taken for public", inner[i]);
	for (size_t i = 0; i < sizeof(outer) / sizeof(outer[0]); i++)
		if (!is_public(outer[i]))
			fail_msg("%s is taken for private", outer[i]);
}

static void loopback_is_known_by_its_text(void **state)
{
	(void)state;
	assert_true(host_is_loopback("localhost"));
	assert_true(host_is_loopback("127.0.0.1"));
	assert_true(host_is_loopback("[::1]"));
	assert_false(host_is_loopback("localhost.example.org"));
	assert_false(host_is_loopback("127.0.0.1.example.org"));
	assert_false(host_is_loopback("128.0.0.1"));
	assert_false(host_is_loopback("[::2]"));
	assert_false(host_is_loopback(""));
}

static void five_failures_in_a_row_open_the_breaker(void **state)
{
	struct breaker b = {0};

	(void)state;
	for (int i = 0; i < 4; i++)
		breaker_report(&b, false, SECOND);
	breaker_report(&b, true, SECOND);
	for (int i = 0; i < 4; i++)
		breaker_report(&b, false, SECOND);
	assert_true(breaker_allows(&b, SECOND));
	breaker_report(&b, false, SECOND);
	assert_false(breaker_allows(&b, SECOND));
	assert_false(breaker_allows(&b, 15 * SECOND));
}

static void an_open_breaker_lets_one_probe_pass_and_a_good_one_closes_it(void **state)
{
	struct breaker b = {0};

	(void)state;
	for (int i = 0; i < 5; i++)
		breaker_report(&b, false, SECOND);
	assert_true(breaker_allows(&b, 16 * SECOND));
	assert_false(breaker_allows(&b, 16 * SECOND));
	breaker_report(&b, true, 17 * SECOND);
	assert_true(breaker_allows(&b, 17 * SECOND));
	assert_true(breaker_allows(&b, 17 * SECOND));
}

static void each_bad_probe_doubles_the_pause_up_to_five_minutes(void **state)
{
	static const int64_t pauses[] = {30, 60, 120, 240, 300, 300};
	struct breaker b = {0};
	int64_t now = SECOND;

	(void)state;
	for (int i = 0; i < 5; i++)
		breaker_report(&b, false, now);
	now += 15 * SECOND;
	for (size_t i = 0; i < sizeof(pauses) / sizeof(pauses[0]); i++) {
		assert_true(breaker_allows(&b, now));
		breaker_report(&b, false, now);
		assert_false(breaker_allows(&b, now + pauses[i] * SECOND - 1));
		now += pauses[i] * SECOND;
	}
}

static void more_than_half_of_twenty_failures_open_it_too(void **state)
{
	struct breaker b = {0};

	(void)state;
	for (int i = 0; i < 19; i++)
		breaker_report(&b, i % 2 == 1, SECOND);
	assert_true(breaker_allows(&b, SECOND));
	breaker_report(&b, false, SECOND);
	assert_false(breaker_allows(&b, SECOND));
}

static void old_failures_do_not_count(void **state)
{
	struct breaker b = {0};

	(void)state;
	for (int i = 0; i < 10; i++)
		breaker_report(&b, i % 2 == 1, SECOND);
	for (int i = 0; i < 10; i++)
		breaker_report(&b, i % 4 == 3, 60 * SECOND);
	assert_true(breaker_allows(&b, 60 * SECOND));
}

static void a_probe_that_told_nothing_may_be_repeated(void **state)
{
	struct breaker b = {0};

	(void)state;
	for (int i = 0; i < 5; i++)
		breaker_report(&b, false, SECOND);
	assert_true(breaker_allows(&b, 16 * SECOND));
	breaker_forget(&b);
	assert_true(breaker_allows(&b, 16 * SECOND));
}

static void addresses_that_could_smuggle_are_refused(void **state)
{
	static const char *const bad[] = {
		"", "@", "a@", "@b", "a b@c.org", "a@b c", "a@b\r\nRCPT TO:<x@y>",
		"a\n@b.org", "<a@b.org>", "a@b.org>", "a,b@c.org", "a@b@c.org",
		".a@b.org", "a.@b.org", "a..b@c.org", "a@b..org", "a@.org",
		"\"a\"@b.org", "a@[127.0.0.1]", "\xc3\xa4@b.org", "a@b.org\t",
		"a(b)@c.org", "a@b.org;c@d.org"};
	static const char *const good[] = {"a@b", "ada.lovelace@example.org",
					   "a+b@c-d.example", "o'neil@x.ie"};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (address_is_mailable(bad[i]))
			fail_msg("\"%s\" passes", bad[i]);
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!address_is_mailable(good[i]))
			fail_msg("\"%s\" is refused", good[i]);
}

static void a_sender_may_have_a_name(void **state)
{
	struct arena arena = {0};
	struct mailbox box;

	(void)state;
	assert_true(mailbox_read(&arena, "My Shop <shop@example.org>", &box));
	assert_string_equal(box.name, "My Shop");
	assert_string_equal(box.address, "shop@example.org");
	assert_true(mailbox_read(&arena, "shop@example.org", &box));
	assert_string_equal(box.name, "");
	assert_false(mailbox_read(&arena, "Shop <shop@example.org", &box));
	assert_false(mailbox_read(&arena, "A\r\nBcc: <shop@example.org>", &box));
	arena_finish(&arena);
}

static const char *words(struct arena *arena, const char *value)
{
	struct text text;

	text_init(&text, arena, 16);
	mime_add_words(&text, value);
	return text.bytes;
}

static void subjects_beyond_ascii_are_encoded_words(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_string_equal(words(&arena, "Your order 1001"), "Your order 1001");
	assert_string_equal(words(&arena, "Gr\xc3\xbc\xc3\x9f" "e"),
			    "=?UTF-8?B?R3LDvMOfZQ==?=");
	assert_string_equal(words(&arena, "=?UTF-8?Q?x?="),
			    "=?UTF-8?B?PT9VVEYtOD9RP3g/PQ==?=");
	arena_finish(&arena);
}

static void long_subjects_fold_between_characters(void **state)
{
	struct arena arena = {0};
	char subject[400] = "a"; /* so that 45 falls within a character */
	const char *line;

	(void)state;
	for (int i = 0; i < 99; i++)
		strcat(subject, "\xe2\x82\xac");
	for (line = words(&arena, subject); line != NULL;) {
		const char *end = strstr(line, "\r\n ");

		assert_true(strcspn(line, "\r") <= 75);
		assert_memory_equal(line, "=?UTF-8?B?", 10);
		line = end != NULL ? end + 3 : NULL;
	}
	/* The first word: "a" and 14 characters of three bytes, not 15. */
	assert_int_equal(strcspn(words(&arena, subject), "\r"), 10 + 60 + 2);
	assert_non_null(strstr(words(&arena, subject), "=?UTF-8?B?YeKCrOKCrOKC"));
	arena_finish(&arena);
}

static const char *quoted(struct arena *arena, const char *value)
{
	struct text text;

	text_init(&text, arena, 16);
	mime_add_quoted(&text, value);
	return text.bytes;
}

static void bodies_are_quoted_printable(void **state)
{
	struct arena arena = {0};
	char wide[301];

	(void)state;
	assert_string_equal(quoted(&arena, "a=b"), "a=3Db\r\n");
	assert_string_equal(quoted(&arena, "\xc3\xa4\nb"), "=C3=A4\r\nb\r\n");
	assert_string_equal(quoted(&arena, "a\r\nb"), "a\r\nb\r\n");
	assert_string_equal(quoted(&arena, "a \nb\t"), "a=20\r\nb=09\r\n");
	assert_string_equal(quoted(&arena, "a\rb"), "a=0Db\r\n");
	memset(wide, 'x', 300);
	wide[300] = '\0';
	for (const char *line = quoted(&arena, wide); *line != '\0';) {
		size_t length = strcspn(line, "\r");

		assert_true(length <= 76);
		line += length + 2;
	}
	arena_finish(&arena);
}

static bool compose(struct arena *arena, const char *to, const char *subject,
		    const char **bytes)
{
	struct mail mail = {"id-1@shop.example", to, subject, "Hello\n.\n",
			    "<p>Hello</p>"};
	struct mailbox from = {"My \"Shop\"", "shop@shop.example"};
	struct text text;
	const char *why;
	bool is_done;

	text_init(&text, arena, 16);
	is_done = mime_compose(&text, &mail, &from,
			       INT64_C(1795365152) * SECOND, &why);
	*bytes = text.bytes;
	return is_done;
}

static void a_mail_has_both_forms_and_all_headers(void **state)
{
	struct arena arena = {0};
	const char *bytes;

	(void)state;
	assert_true(compose(&arena, "ada@example.org", "Hello", &bytes));
	assert_non_null(strstr(bytes, "Date: Sun, 22 Nov 2026 16:32:32 +0000\r\n"));
	assert_non_null(strstr(bytes, "\r\nTo: ada@example.org\r\n"));
	assert_non_null(strstr(bytes, "\r\nMessage-ID: <id-1@shop.example>\r\n"));
	assert_non_null(strstr(bytes, "\r\nFrom: \"My \\\"Shop\\\"\" <shop@shop.example>\r\n"));
	assert_non_null(strstr(bytes, "\r\nMIME-Version: 1.0\r\n"));
	assert_non_null(strstr(bytes, "text/plain; charset=utf-8"));
	assert_non_null(strstr(bytes, "text/html; charset=utf-8"));
	assert_non_null(strstr(bytes, "--=_shopd_alternative_=--\r\n"));
	for (const char *at = bytes; (at = strchr(at, '\n')) != NULL; at++)
		assert_int_equal(at[-1], '\r');
	arena_finish(&arena);
}

static void a_line_break_never_becomes_a_header(void **state)
{
	struct arena arena = {0};
	const char *bytes;

	(void)state;
	assert_false(compose(&arena, "a@b.org", "Hi\r\nBcc: x@y.org", &bytes));
	assert_false(compose(&arena, "a@b.org", "Hi\nBcc: x@y.org", &bytes));
	assert_false(compose(&arena, "a@b.org\r\nBcc: x@y.org", "Hi", &bytes));
	arena_finish(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(private_addresses_are_told_from_public_ones),
		cmocka_unit_test(loopback_is_known_by_its_text),
		cmocka_unit_test(five_failures_in_a_row_open_the_breaker),
		cmocka_unit_test(an_open_breaker_lets_one_probe_pass_and_a_good_one_closes_it),
		cmocka_unit_test(each_bad_probe_doubles_the_pause_up_to_five_minutes),
		cmocka_unit_test(more_than_half_of_twenty_failures_open_it_too),
		cmocka_unit_test(old_failures_do_not_count),
		cmocka_unit_test(a_probe_that_told_nothing_may_be_repeated),
		cmocka_unit_test(addresses_that_could_smuggle_are_refused),
		cmocka_unit_test(a_sender_may_have_a_name),
		cmocka_unit_test(subjects_beyond_ascii_are_encoded_words),
		cmocka_unit_test(long_subjects_fold_between_characters),
		cmocka_unit_test(bodies_are_quoted_printable),
		cmocka_unit_test(a_mail_has_both_forms_and_all_headers),
		cmocka_unit_test(a_line_break_never_becomes_a_header),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
