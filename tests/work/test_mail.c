/* test_mail.c - mails to servers that behave, and that do not. */
#include "../unit/test.h"

#include <stdio.h>
#include <string.h>

#include <platform/client.h>
#include <platform/clock.h>
#include <platform/config.h>
#include <platform/fiber.h>
#include <platform/loop.h>

#include "peer.h"

static bool is_over;
static char mail_error[160];
static enum mail_outcome mail_came_to;
static int64_t mail_time;
static const char *mail_to;

static void mail_run(void *argument)
{
	struct mail mail = {"id-1@shop.example", mail_to, "Gr\xc3\xbc\xc3\x9f" "e",
			    ".starts with a dot\n", "<p>x</p>"};
	struct work w = {.deadline = clock_monotonic() + mail_time};

	(void)argument;
	mail_came_to = mail_send(&w, &mail, mail_error);
	work_finish(&w);
}

static void mail_end(void *argument)
{
	(void)argument;
	is_over = true;
}

static enum mail_outcome mail(struct peer_server *s, const char *to)
{
	char url[64];

	if (s->port == 0) {
		s->manner = MANNER_SMTP;
		peer_start(s);
	}
	snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", s->port);
	assert_true(config_set("smtp_url", url));
	mail_to = to;
	mail_time = 1500 * MILLISECOND;
	is_over = false;
	assert_true(fiber_start(mail_run, mail_end, NULL));
	poll_loop_run(&is_over);
	return mail_came_to;
}

static void a_mail_arrives(void **state)
{
	static struct peer_server s;

	(void)state;
	assert_int_equal(mail(&s, "ada@example.org"), MAIL_SENT);
	assert_non_null(strstr(s.last, "Message-ID: <id-1@shop.example>\r\n"));
	assert_non_null(strstr(s.last, "Subject: =?UTF-8?B?R3LDvMOfZQ==?=\r\n"));
	assert_non_null(strstr(s.last, "\r\n..starts with a dot\r\n"));
}

static void what_the_server_says_decides(void **state)
{
	static struct peer_server later = {.recipient = "451 later\r\n"};
	static struct peer_server never = {.recipient = "550 no such user\r\n"};
	static struct peer_server spam = {.end = "554 spam\r\n"};
	static struct peer_server full = {.end = "452 full\r\n"};
	static struct peer_server sender = {.sender = "553 not you\r\n"};
	static struct peer_server closed = {.greeting = "554 go away\r\n"};
	static struct peer_server busy = {.greeting = "421 busy\r\n"};

	(void)state;
	assert_int_equal(mail(&later, "a@b.org"), MAIL_RETRY);
	assert_non_null(strstr(mail_error, "451 later"));
	assert_int_equal(mail(&never, "a@b.org"), MAIL_REFUSED);
	assert_non_null(strstr(mail_error, "550 no such user"));
	assert_int_equal(mail(&spam, "a@b.org"), MAIL_REFUSED);
	assert_int_equal(mail(&full, "a@b.org"), MAIL_RETRY);
	assert_int_equal(mail(&sender, "a@b.org"), MAIL_BROKEN);
	assert_int_equal(mail(&closed, "a@b.org"), MAIL_RETRY);
	assert_int_equal(mail(&busy, "a@b.org"), MAIL_RETRY);
}

static void no_server_and_no_answer_are_tried_again(void **state)
{
	static struct peer_server nobody;
	static struct peer_server slow = {.hangs_at_end = true};

	(void)state;
	nobody.port = port_of_nobody();
	assert_int_equal(mail(&nobody, "a@b.org"), MAIL_RETRY);
	assert_int_equal(mail(&slow, "a@b.org"), MAIL_RETRY);
	assert_int_equal(client_in_flight(), 0);
}

static int ticks;

static void count_tick(void *argument)
{
	(void)argument;
	ticks++;
}

static void a_server_that_thinks_holds_no_loop(void **state)
{
	static struct peer_server slow = {.hangs_at_end = true};
	struct loop_timer *timer = loop_every(20, count_tick, NULL);

	(void)state;
	ticks = 0;
	assert_int_equal(mail(&slow, "a@b.org"), MAIL_RETRY);
	loop_cancel(timer);
	assert_true(ticks > 40); /* 1.5 s: 75, were the machine idle */
}

static void a_bad_address_never_reaches_the_server(void **state)
{
	static struct peer_server s;

	(void)state;
	assert_int_equal(mail(&s, "a@b.org\r\nRCPT TO:<x@y.org>"), MAIL_REFUSED);
	assert_int_equal(mail(&s, "a@b.org>"), MAIL_REFUSED);
	assert_int_equal(s.connections, 0);
}

static void without_starttls_nothing_is_sent_when_it_is_demanded(void **state)
{
	static struct peer_server s;

	(void)state;
	assert_true(config_set("smtp_starttls", "true"));
	assert_int_equal(mail(&s, "a@b.org"), MAIL_BROKEN);
	assert_true(config_set("smtp_starttls", "false"));
	assert_int_equal(s.requests, 0);
}

static void tick(void *argument)
{
	(void)argument;
	fibers_tick();
	fibers_run();
}

static int begin(void **state)
{
	(void)state;
	if (!config_load(NULL) || !config_set("smtp_starttls", "false") ||
	    !config_set("mail_from", "Shop <shop@shop.example>"))
		return -1;
	loop_use(&poll_loop);
	loop_every(20, tick, NULL);
	return client_start() ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_arrives),
		cmocka_unit_test(what_the_server_says_decides),
		cmocka_unit_test(no_server_and_no_answer_are_tried_again),
		cmocka_unit_test(a_server_that_thinks_holds_no_loop),
		cmocka_unit_test(a_bad_address_never_reaches_the_server),
		cmocka_unit_test(without_starttls_nothing_is_sent_when_it_is_demanded),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
