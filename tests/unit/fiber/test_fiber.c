/* test_fiber.c - fibers start, wait, are woken and time out as promised. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <platform/clock.h>
#include <platform/fiber.h>

static char story[256];

static void tell(const char *what)
{
	strncat(story, what, sizeof(story) - strlen(story) - 1);
}

static int begin(void **state)
{
	(void)state;
	story[0] = '\0';
	clock_set(-1, -1);
	return 0;
}

static void run_ab(void *argument)
{
	struct waiter *waiter = argument;

	tell("a");
	waiter_init(waiter);
	tell(waiter_wait(waiter, INT64_MAX) ? "b" : "late");
}

static void done_c(void *argument)
{
	(void)argument;
	assert_null(fiber_current());
	tell("c");
}

static void a_fiber_runs_at_once_until_it_waits(void **state)
{
	struct waiter waiter;

	(void)state;
	assert_true(fiber_start(run_ab, done_c, &waiter));
	assert_string_equal(story, "a");
	assert_int_equal(fibers_live(), 1);
	fibers_run();
	assert_string_equal(story, "a");
	waiter_done(&waiter);
	assert_string_equal(story, "a");
	fibers_run();
	assert_string_equal(story, "abc");
	assert_int_equal(fibers_live(), 0);
}

static void run_two_waits(void *argument)
{
	struct waiter *waiters = argument;

	waiter_init(&waiters[0]);
	waiter_init(&waiters[1]);
	(void)waiter_wait(&waiters[0], INT64_MAX);
	tell("0");
	(void)waiter_wait(&waiters[1], INT64_MAX);
	tell("1");
}

static void what_is_done_before_the_wait_is_not_lost(void **state)
{
	struct waiter waiters[2];

	(void)state;
	assert_true(fiber_start(run_two_waits, NULL, waiters));
	waiter_done(&waiters[1]);
	fibers_run();
	assert_string_equal(story, "");
	waiter_done(&waiters[0]);
	fibers_run();
	assert_string_equal(story, "01");
}

static void run_until_100(void *argument)
{
	struct waiter *waiter = argument;

	waiter_init(waiter);
	tell(waiter_wait(waiter, 100) ? "done" : "late");
}

static void a_wait_ends_at_its_deadline_and_not_before(void **state)
{
	struct waiter waiter;

	(void)state;
	clock_set(0, 50);
	assert_true(fiber_start(run_until_100, NULL, &waiter));
	clock_set(0, 99);
	fibers_tick();
	assert_string_equal(story, "");
	clock_set(0, 100);
	fibers_tick();
	assert_string_equal(story, "late");
	waiter_done(&waiter); /* too late: wakes nobody */
	fibers_run();
	assert_string_equal(story, "late");
}

static void run_both_in_one_turn(void *argument)
{
	run_until_100(argument);
}

static void done_beats_the_deadline_in_the_same_turn(void **state)
{
	struct waiter waiter;

	(void)state;
	clock_set(0, 0);
	assert_true(fiber_start(run_both_in_one_turn, NULL, &waiter));
	clock_set(0, 200);
	waiter_done(&waiter);
	fibers_tick();
	assert_string_equal(story, "done");
}

static void run_child(void *argument)
{
	(void)argument;
	tell("child ");
}

static void run_parent(void *argument)
{
	(void)argument;
	assert_true(fiber_start(run_child, NULL, NULL));
	tell("parent ");
}

static void a_fiber_started_by_a_fiber_begins_later(void **state)
{
	(void)state;
	assert_true(fiber_start(run_parent, NULL, NULL));
	assert_string_equal(story, "parent ");
	fibers_run();
	assert_string_equal(story, "parent child ");
}

static void run_sleep(void *argument)
{
	(void)argument;
	fiber_sleep(1000);
	tell("woke");
}

static void a_sleep_lasts_as_long_as_it_was_asked(void **state)
{
	(void)state;
	clock_set(0, 0);
	assert_true(fiber_start(run_sleep, NULL, NULL));
	clock_set(0, 999);
	fibers_tick();
	assert_string_equal(story, "");
	clock_set(0, 1000);
	fibers_tick();
	assert_string_equal(story, "woke");
}

static void run_wait(void *argument)
{
	waiter_init(argument);
	(void)waiter_wait(argument, INT64_MAX);
}

static void past_the_limit_nothing_is_called(void **state)
{
	static struct waiter waiters[5000];
	unsigned count = 0;

	(void)state;
	while (count < 5000 && fiber_start(run_wait, NULL, &waiters[count]))
		count++;
	assert_int_equal(count, 2048);
	assert_int_equal(fibers_live(), 2048);
	assert_false(fiber_start(run_child, done_c, NULL));
	assert_string_equal(story, "");
	for (unsigned i = 0; i < count; i++)
		waiter_done(&waiters[i]);
	fibers_run();
	assert_int_equal(fibers_live(), 0);
	assert_true(fiber_start(run_child, NULL, NULL));
	assert_string_equal(story, "child ");
}

/* About 200 KiB deep: the stacks are as large as promised. */
static unsigned dig(unsigned depth)
{
	volatile char room[1024];

	memset((char *)(uintptr_t)room, (int)depth, sizeof(room));
	if (depth == 0)
		return (unsigned char)room[1];
	return dig(depth - 1) + (unsigned char)room[512];
}

static void run_deep(void *argument)
{
#ifdef SHOPD_SANITIZE
	const unsigned depth = 60; /* red zones take their share */
#else
	const unsigned depth = 180;
#endif

	*(unsigned *)argument = dig(depth);
}

static void a_stack_has_room_for_deep_calls(void **state)
{
	unsigned sum = 0;

	(void)state;
	assert_true(fiber_start(run_deep, NULL, &sum));
	assert_true(sum > 0);
}

static void run_many_turns(void *argument)
{
	unsigned *turns = argument;

	for (unsigned i = 0; i < 1000; i++) {
		fiber_sleep(0);
		turns[0]++;
	}
}

static void locals_survive_ten_thousand_switches(void **state)
{
	unsigned turns[10] = {0};

	(void)state;
	clock_set(0, 0);
	for (unsigned i = 0; i < 10; i++)
		assert_true(fiber_start(run_many_turns, NULL, &turns[i]));
	for (unsigned i = 0; i < 1000; i++)
		fibers_tick();
	for (unsigned i = 0; i < 10; i++)
		assert_int_equal(turns[i], 1000);
	assert_int_equal(fibers_live(), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(a_fiber_runs_at_once_until_it_waits,
				       begin),
		cmocka_unit_test_setup(what_is_done_before_the_wait_is_not_lost,
				       begin),
		cmocka_unit_test_setup(
			a_wait_ends_at_its_deadline_and_not_before, begin),
		cmocka_unit_test_setup(done_beats_the_deadline_in_the_same_turn,
				       begin),
		cmocka_unit_test_setup(a_fiber_started_by_a_fiber_begins_later,
				       begin),
		cmocka_unit_test_setup(a_sleep_lasts_as_long_as_it_was_asked,
				       begin),
		cmocka_unit_test_setup(past_the_limit_nothing_is_called, begin),
		cmocka_unit_test_setup(a_stack_has_room_for_deep_calls, begin),
		cmocka_unit_test_setup(locals_survive_ten_thousand_switches,
				       begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
