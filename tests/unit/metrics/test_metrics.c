/* test_metrics.c - what several processes count is one number. */
#include "../test.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <platform/metrics.h>

static struct arena arena;

static const char *written(void)
{
	struct text text;

	text_init(&text, &arena, 4096);
	metrics_write(&text);
	return text.bytes;
}

static void assert_line(const char *line)
{
	const char *all = written();

	if (!strstr(all, arena_format(&arena, "\n%s\n", line)))
		fail_msg("no line %s in\n%s", line, all);
}

/* Forks; the child runs act(number) and ends. */
static pid_t child(void (*act)(int number), int number)
{
	pid_t pid = fork();

	assert_true(pid >= 0);
	if (pid == 0) {
		act(number);
		_exit(0);
	}
	return pid;
}

static void await_all(void)
{
	int status;

	while (wait(&status) > 0)
		assert_int_equal(status, 0);
}

static void count_much(int number)
{
	struct metric *all = metric_get(METRIC_COUNTER, "test_requests_total",
					"", "Requests.");
	struct metric *own = metric_get(
		METRIC_COUNTER, "test_by_worker_total",
		arena_format(&arena, "worker=\"%d\"", number), "By worker.");

	for (int i = 0; i < 10000; i++) {
		metric_add(all, 1);
		metric_add(own, 2);
	}
}

static void counts_of_all_processes_add_up(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++)
		child(count_much, i);
	await_all();
	assert_line("test_requests_total 40000");
	for (int i = 0; i < 4; i++)
		assert_line(arena_format(
			&arena, "test_by_worker_total{worker=\"%d\"} 20000", i));
}

static void series_of_one_name_stand_together_under_one_head(void **state)
{
	const char *all;
	const char *head;

	(void)state;
	metric_add(metric_get(METRIC_COUNTER, "test_a_total", "x=\"1\"", "A."),
		   1);
	metric_add(metric_get(METRIC_COUNTER, "test_b_total", "", "B."), 1);
	metric_add(metric_get(METRIC_COUNTER, "test_a_total", "x=\"2\"", "A."),
		   5);
	all = written();
	head = strstr(all, "# HELP test_a_total A.\n# TYPE test_a_total "
			   "counter\ntest_a_total{x=\"");
	assert_non_null(head);
	assert_null(strstr(head + 1, "# HELP test_a_total"));
	assert_non_null(strstr(head, "test_a_total{x=\"1\"} 1\n"));
	assert_true(strstr(head, "test_a_total{x=\"2\"} 5\n") <
		    strstr(head + 1, "# HELP"));
}

static void the_same_name_and_labels_are_the_same_series(void **state)
{
	struct metric *one = metric_get(METRIC_COUNTER, "test_same_total",
					"a=\"b\"", "");

	(void)state;
	assert_ptr_equal(one, metric_get(METRIC_COUNTER, "test_same_total",
					 "a=\"b\"", ""));
	assert_ptr_not_equal(one, metric_get(METRIC_COUNTER, "test_same_total",
					     "a=\"c\"", ""));
}

static int hold[2];
static int ready[2];

/* Sets its gauge, says so, lives until the pipe closes. */
static void set_and_stay(int number)
{
	char byte = 'x';

	metric_set(metric_get(METRIC_GAUGE, "test_busy", "", "Busy."), number);
	close(hold[1]);
	if (write(ready[1], &byte, 1) != 1 || read(hold[0], &byte, 1) < 0)
		_exit(1);
}

static void a_gauge_is_the_sum_of_the_living(void **state)
{
	char bytes[2];
	int status;
	pid_t first;

	(void)state;
	assert_int_equal(pipe(hold), 0);
	assert_int_equal(pipe(ready), 0);
	metric_set(metric_get(METRIC_GAUGE, "test_busy", "", "Busy."), 100);
	first = child(set_and_stay, 10);
	assert_int_equal(read(ready[0], bytes, 1), 1);
	child(set_and_stay, 1);
	assert_int_equal(read(ready[0], bytes, 1), 1);
	assert_line("test_busy 111");
	kill(first, SIGKILL); /* as a crashed worker */
	assert_int_equal(waitpid(first, &status, 0), first);
	assert_line("test_busy 101");
	first = child(set_and_stay, 30); /* its place is taken again */
	assert_int_equal(read(ready[0], bytes, 1), 1);
	assert_line("test_busy 131");
	close(hold[1]);
	await_all();
	assert_line("test_busy 100");
}

static void a_histogram_counts_into_every_larger_bucket(void **state)
{
	struct metric *took = metric_get(METRIC_HISTOGRAM, "test_seconds",
					 "route=\"/\"", "Time.");

	(void)state;
	metric_observe(took, 500);	/* the bound itself is inside */
	metric_observe(took, 501);
	metric_observe(took, 70000);
	metric_observe(took, 99000000);
	assert_line("test_seconds_bucket{route=\"/\",le=\"0.0005\"} 1");
	assert_line("test_seconds_bucket{route=\"/\",le=\"0.001\"} 2");
	assert_line("test_seconds_bucket{route=\"/\",le=\"0.1\"} 3");
	assert_line("test_seconds_bucket{route=\"/\",le=\"10\"} 3");
	assert_line("test_seconds_bucket{route=\"/\",le=\"+Inf\"} 4");
	assert_line("test_seconds_sum{route=\"/\"} 99.071001");
	assert_line("test_seconds_count{route=\"/\"} 4");
}

/* In a child: the others need the room. */
static void fill_up(int number)
{
	struct metric *metric = NULL;

	(void)number;
	for (int i = 0; i < 5000; i++) {
		metric = metric_get(METRIC_COUNTER, "test_many_total",
				    arena_format(&arena, "n=\"%d\"", i), "");
		metric_add(metric, 1);
	}
	metric_observe(metric, 5);
	metric_set(metric, 5);
	metric_add(metric_get(METRIC_GAUGE, "test_late", "", ""), 1);
}

/* Last: nothing new fits after it. */
static void past_the_room_changes_are_counted_together(void **state)
{
	const char *line;

	(void)state;
	child(fill_up, 0);
	await_all();
	line = strstr(written(), "\nshopd_metrics_overflow_total ");
	assert_non_null(line);
	assert_true(atoi(line + 30) > 900);
	assert_line("test_many_total{n=\"0\"} 1");
}

static int start(void **state)
{
	(void)state;
	metrics_start();
	return 0;
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
		cmocka_unit_test(counts_of_all_processes_add_up),
		cmocka_unit_test(
			series_of_one_name_stand_together_under_one_head),
		cmocka_unit_test(the_same_name_and_labels_are_the_same_series),
		cmocka_unit_test(a_gauge_is_the_sum_of_the_living),
		cmocka_unit_test(a_histogram_counts_into_every_larger_bucket),
		cmocka_unit_test(past_the_room_changes_are_counted_together),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
