/* test_log.c - each line is one JSON object, whatever was put in. */
#include "../test.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <platform/arena.h>
#include <platform/clock.h>
#include <platform/json.h>
#include <platform/log.h>

static struct arena arena;
static int lines[2]; /* of SOCK_SEQPACKET: one write, one packet */
static int real_stderr;

static void catch_lines(void)
{
	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, lines), 0);
	fcntl(lines[0], F_SETFL, O_NONBLOCK);
	real_stderr = dup(STDERR_FILENO);
	dup2(lines[1], STDERR_FILENO);
}

/* What was written since, in one write; NULL for nothing. */
static struct json_t *caught(void)
{
	static char bytes[65536];
	ssize_t length = read(lines[0], bytes, sizeof(bytes));
	ssize_t more;
	char c;

	dup2(real_stderr, STDERR_FILENO);
	close(real_stderr);
	more = read(lines[0], &c, 1);
	close(lines[0]);
	close(lines[1]);
	if (length < 0)
		return NULL;
	assert_true(more < 0); /* one write a line */
	assert_true(length <= 4096); /* PIPE_BUF */
	assert_int_equal(bytes[length - 1], '\n');
	assert_null(memchr(bytes, '\n', (size_t)length - 1));
	return json_read_quietly(&arena, bytes, (size_t)length);
}

static const char *of(const struct json_t *line, const char *key)
{
	return json_text_at(line, key, "(absent)");
}

static void a_line_tells_when_how_grave_and_what(void **state)
{
	struct json_t *line;

	(void)state;
	clock_set(INT64_C(1795355339927737), 0);
	catch_lines();
	log_line(LOG_WARNING_LINE, "listening", "address", "127.0.0.1",
		 "nothing", (const char *)NULL, NULL);
	line = caught();
	assert_non_null(line);
	assert_string_equal(of(line, "time"), "2026-11-22T13:48:59.927737Z");
	assert_string_equal(of(line, "level"), "warning");
	assert_string_equal(of(line, "message"), "listening");
	assert_string_equal(of(line, "address"), "127.0.0.1");
	assert_int_equal(json_kind(json_member(line, "nothing")),
			 JSON_KIND_NULL);
	assert_int_equal(json_int_at(line, "pid", 0), getpid());
	assert_int_equal(json_kind(json_member(line, "id")), JSON_KIND_ABSENT);
	clock_set(-1, -1);
}

static void no_value_breaks_out_of_its_quotes(void **state)
{
	struct json_t *line;
	char all[260];

	(void)state;
	for (int i = 1; i < 256; i++)
		all[i - 1] = (char)i;
	all[255] = '\0';
	catch_lines();
	log_line(LOG_ERROR_LINE, "a \"quote\", a \\ and\na line", "k\"ey",
		 "\",\"level\":\"none", "all", all, "snow", "☃", NULL);
	line = caught();
	assert_non_null(line);
	assert_string_equal(of(line, "message"),
			    "a \"quote\", a \\ and\na line");
	assert_string_equal(of(line, "k\"ey"), "\",\"level\":\"none");
	assert_string_equal(of(line, "level"), "error");
	assert_string_equal(of(line, "snow"), "☃");
	assert_int_equal(strncmp(of(line, "all"), all, 126), 0);
}

static void secrets_are_blanked_by_the_name_of_their_key(void **state)
{
	static const char *const keys[] = {
		"password", "Password", "new_password", "token", "X-Cart-Token",
		"secret", "stripe_webhook_secret", "Authorization",
		"set-cookie", "database_url"};

	(void)state;
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		struct json_t *line;

		catch_lines();
		log_line(LOG_ERROR_LINE, "m", keys[i], "hunter2", "user", "ann",
			 NULL);
		line = caught();
		assert_string_equal(of(line, keys[i]), "***");
		assert_string_equal(of(line, "user"), "ann");
	}
}

/* Cut at every place that a boundary may be. */
static void a_long_line_is_cut_and_still_json(void **state)
{
	(void)state;
	for (size_t length = 3800; length < 4200; length++) {
		char *text = arena_alloc(&arena, length + 1);
		struct json_t *line;

		memset(text, 'x', length);
		text[length / 2] = '"';
		catch_lines();
		log_line(LOG_ERROR_LINE, "m", "long", text, "next", "value",
			 "none", (const char *)NULL, NULL);
		line = caught();
		if (!line)
			fail_msg("no JSON with a value of %zu", length);
		assert_true(json_bool_at(line, "cut", false) ||
			    strcmp(of(line, "next"), "value") == 0);
	}
}

static void the_context_is_in_every_line_until_it_ends(void **state)
{
	(void)state;
	log_context("0199-request");
	catch_lines();
	log_line(LOG_ERROR_LINE, "m", NULL);
	assert_string_equal(of(caught(), "id"), "0199-request");
	log_context(NULL);
	catch_lines();
	log_line(LOG_ERROR_LINE, "m", NULL);
	assert_string_equal(of(caught(), "id"), "(absent)");
}

static void lines_below_the_level_are_not_written(void **state)
{
	(void)state;
	catch_lines();
	log_line(LOG_DEBUG_LINE, "m", NULL);
	assert_null(caught());
	log_level_set("error");
	catch_lines();
	log_line(LOG_WARNING_LINE, "m", NULL);
	assert_null(caught());
	log_level_set("debug");
	catch_lines();
	log_line(LOG_DEBUG_LINE, "m", NULL);
	assert_non_null(caught());
	log_level_set("info");
}

static ssize_t packet(char *bytes, size_t room)
{
	ssize_t length = read(lines[0], bytes, room - 1);

	if (length >= 0)
		bytes[length] = '\0';
	return length;
}

/* What one turn of a worker logs. */
static void *gather(void *nothing)
{
	static char bytes[8192];
	char long_value[1200];

	memset(long_value, 'x', sizeof(long_value));
	long_value[sizeof(long_value) - 1] = '\0';
	log_gather();
	log_line(LOG_INFO_LINE, "one", NULL);
	log_line(LOG_INFO_LINE, "two", NULL);
	assert_true(packet(bytes, sizeof(bytes)) < 0);
	log_flush();
	assert_true(packet(bytes, sizeof(bytes)) > 0);
	assert_non_null(strstr(strstr(bytes, "\"one\""), "}\n{"));
	assert_non_null(strstr(strstr(bytes, "\"one\""), "\"two\""));
	for (int i = 0; i < 4; i++)
		log_line(LOG_INFO_LINE, "m", "k", long_value, NULL);
	assert_in_range(packet(bytes, sizeof(bytes)), 3 * 1200, 4096);
	assert_string_equal(strrchr(bytes, '}'), "}\n");
	log_line(LOG_WARNING_LINE, "grave", NULL);
	assert_true(packet(bytes, sizeof(bytes)) > 1200);
	assert_non_null(strstr(bytes, "grave"));
	log_flush();
	assert_true(packet(bytes, sizeof(bytes)) < 0);
	return nothing;
}

static void gathered_lines_leave_whole_in_order_and_at_once_when_grave(void **state)
{
	pthread_t thread;

	(void)state;
	catch_lines();
	assert_int_equal(pthread_create(&thread, NULL, gather, NULL), 0);
	pthread_join(thread, NULL);
	assert_null(caught());
}

static int finish(void **state)
{
	(void)state;
	arena_finish(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_tells_when_how_grave_and_what),
		cmocka_unit_test(no_value_breaks_out_of_its_quotes),
		cmocka_unit_test(secrets_are_blanked_by_the_name_of_their_key),
		cmocka_unit_test(a_long_line_is_cut_and_still_json),
		cmocka_unit_test(the_context_is_in_every_line_until_it_ends),
		cmocka_unit_test(gathered_lines_leave_whole_in_order_and_at_once_when_grave),
		cmocka_unit_test(lines_below_the_level_are_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, finish);
}
