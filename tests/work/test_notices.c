/* test_notices.c - an event becomes one mail, however often it is tried. */
#include "../unit/test.h"

#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <platform/client.h>
#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/jobs.h>
#include <platform/metrics.h>
#include <rest/room.h>

#include "peer.h"

extern const struct room notifications_room;

static struct peer_server sink = {.manner = MANNER_SMTP};

static async const char *ask(struct work *w, const char *text)
{
	struct rows rows;

	w->deadline = clock_monotonic() + 5 * SECOND;
	if (!db_query(w, db_assembled("test", text, QUERY_MANY, false),
		      no_params, &rows)) {
		fprintf(stderr, "%s: %s\n", text, w->fault.detail);
		forgive(w);
		return "";
	}
	return rows.count > 0 && row_text(&rows, 0, 0) ? row_text(&rows, 0, 0)
						       : "";
}

static async bool wait_for(struct work *w, const char *value, const char *text)
{
	const char *got = "";

	for (int i = 0; i < 200; i++) {
		got = ask(w, text);
		if (strcmp(got, value) == 0)
			return true;
		fiber_sleep(50 * MILLISECOND);
	}
	fprintf(stderr, "%s\n\tis \"%s\", not \"%s\"\n", text, got, value);
	return false;
}

static async bool emit(struct work *w, void *argument)
{
	struct uuid account = uuid_make();

	return event_emit(w, "account.registered", "account", &account, argument);
}

static bool begin_shop(void)
{
	static const struct job_kind *kinds[2];
	static const struct subscription *subscriptions[2];
	static const struct job_tables tables = {kinds, subscriptions, NULL};
	char url[64];

	kinds[0] = notifications_room.jobs;
	subscriptions[0] = notifications_room.subscriptions;
	peer_start(&sink);
	snprintf(url, sizeof(url), "smtp://127.0.0.1:%d", sink.port);
	return config_set("smtp_url", url) &&
	       config_set("smtp_starttls", "false") &&
	       config_set("mail_from", "Shop <shop@shop.example>") &&
	       client_start() && jobs_start(&tables);
}

static bool says(const char *part)
{
	if (strstr(sink.last, part) != NULL)
		return true;
	fprintf(stderr, "no \"%s\" in:\n%s", part, sink.last);
	return false;
}

/* 451 first, then taken; then the job runs once more, as after a crash. */
static async bool one_mail(struct work *w, void *argument)
{
	char data[] = "{\"email\":\"ada@example.org\",\"first_name\":\"Ada\","
		      "\"link\":\"https://shop.example/?key=k1\"}";
	char id[64];

	(void)argument;
	sink.recipient = "451 later\r\n";
	if (!begin_shop() || !db_transact(w, emit, data) ||
	    !wait_for(w, "queued 1 SMTP 451 later",
		      "SELECT state || ' ' || attempts || ' ' || last_error "
		      "FROM notification"))
		return false;
	sink.recipient = NULL;
	if (!wait_for(w, "queued", "UPDATE job SET run_at = now() "
				   "WHERE state = 'queued' RETURNING state") ||
	    !wait_for(w, "sent", "SELECT state FROM notification"))
		return false;
	snprintf(id, sizeof(id), "Message-ID: <%s@shop.example>",
		 ask(w, "SELECT id FROM notification"));
	if (!says(id) || !says("To: ada@example.org") || !says("Hello,") ||
	    !wait_for(w, "done", "SELECT state FROM job"))
		return false;
	sink.last[0] = '\0';
	return wait_for(w, "queued", "UPDATE job SET state = 'queued', "
				     "finished_at = NULL RETURNING state") &&
	       wait_for(w, "done 3", "SELECT state || ' ' || attempts FROM job") &&
	       sink.last[0] == '\0' &&
	       wait_for(w, "1", "SELECT count(*) FROM notification");
}

static async bool a_bounce(struct work *w, void *argument)
{
	char data[] = "{\"email\":\"nobody@example.org\"}";

	(void)argument;
	sink.recipient = "550 no such user\r\n";
	return begin_shop() && db_transact(w, emit, data) &&
	       wait_for(w, "dead", "SELECT state FROM job ORDER BY id DESC "
				   "LIMIT 1") &&
	       wait_for(w, "SMTP 550 no such user",
			"SELECT last_error FROM notification "
			"WHERE state = 'failed'");
}

static void play(bool (*body)(struct work *, void *))
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(command_run(body, NULL) ? 0 : 1);
	waitpid(pid, &status, 0);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static void a_mail_is_sent_once_with_one_message_id(void **state)
{
	(void)state;
	play(one_mail);
}

static void a_mail_that_bounces_is_not_tried_again(void **state)
{
	(void)state;
	play(a_bounce);
}

static int begin(void **state)
{
	(void)state;
	metrics_start();
	return config_load(NULL) && db_migrate(config->database_url) ? 0 : -1;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_mail_is_sent_once_with_one_message_id),
		cmocka_unit_test(a_mail_that_bounces_is_not_tried_again),
	};

	return cmocka_run_group_tests(tests, begin, NULL);
}
