/* test_cases.c - every row of the tables: the answer, and whether the next
 * request on the connection is understood or the connection over. */
#include "wire.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static struct server server;

static void assert_refusal(const struct answer *answer)
{
	assert_string_equal(answer_field(answer, "Content-Type"),
			    "application/json");
	assert_string_equal(answer_field(answer, "Connection"), "close");
	assert_non_null(strstr(answer->body, "{\"detail\":\""));
	assert_non_null(strstr(answer->body, "\"code\":\""));
}

static void case_holds(void **state)
{
	const struct wire_case *row = *state;
	struct answer answer;
	int fd = wire_connect(server.port);

	wire_send(fd, row->bytes, row->length);
	answer_read(fd, &answer, false);
	assert_int_equal(answer.status, row->status);
	if (row->echo != NULL && strstr(answer.body, row->echo) == NULL)
		fail_msg("no \"%s\" in \"%s\"", row->echo, answer.body);
	assert_non_null(answer_field(&answer, "Date"));
	if (row->end == STAYS) {
		assert_null(answer_field(&answer, "Connection"));
		assert_goes_on(fd);
	} else {
		if (row->status >= 400 && row->status != 403)
			assert_refusal(&answer);
		assert_string_equal(answer_field(&answer, "Connection"),
				    "close");
		assert_true(is_closed(fd));
	}
	answer_free(&answer);
	close(fd);
}

static int start(void **state)
{
	(void)state;
	server_start(&server, NULL);
	return 0;
}

/* Last: under a sanitizer the exit code tells of leaks and worse. */
static void the_server_ends_cleanly(void **state)
{
	(void)state;
	assert_int_equal(server_stop(&server), 0);
}

static void add(struct CMUnitTest *tests, const struct wire_case *rows,
		size_t count)
{
	for (size_t i = 0; i < count; i++) {
		tests[i].name = rows[i].name;
		tests[i].test_func = case_holds;
		tests[i].initial_state = (void *)(uintptr_t)&rows[i];
	}
}

int main(void)
{
	size_t count = head_case_count + body_case_count;
	struct CMUnitTest *tests = calloc(count + 1, sizeof(*tests));
	int failed;

	add(tests, head_cases, head_case_count);
	add(tests + head_case_count, body_cases, body_case_count);
	tests[count].name = "the server ends cleanly";
	tests[count].test_func = the_server_ends_cleanly;
	failed = _cmocka_run_group_tests("wire/cases", tests, count + 1, start,
					 NULL);
	free(tests);
	return failed;
}
