/* test_listen.c - notices arrive, and their loss is told. */
#include "lab.h"

static char heard[256];
static unsigned losses, returns, other_notices;

static void on_notice(const char *payload)
{
	strncat(heard, payload, sizeof(heard) - strlen(heard) - 1);
}

static void on_other(const char *payload)
{
	(void)payload;
	other_notices++;
}

static void on_loss(void)
{
	losses++;
}

static void on_return(void)
{
	returns++;
}

static void await(const unsigned *count, unsigned wanted)
{
	for (int i = 0; i < 300 && *count < wanted; i++)
		fiber_sleep(10 * MILLISECOND);
	assert_int_equal(*count, wanted);
}

static bool notify_and_refuse(struct work *w, void *argument)
{
	(void)argument;
	return db_query(w, lab_sql("SELECT pg_notify('lab', 'never')", QUERY_ONE),
			no_params, NULL) &&
	       refuse(w, &fault_forbidden, NULL);
}

static void story(struct work *w)
{
	db_listen("lab", on_notice, on_loss, on_return);
	db_listen("other", on_other, NULL, NULL);
	await(&returns, 1);
	lab_do(w, "NOTIFY lab, 'a'");
	lab_do(w, "NOTIFY nobody, 'x'");
	assert_false(db_transact(w, notify_and_refuse, NULL));
	forgive(w);
	lab_do(w, "NOTIFY lab, 'b'");
	lab_do(w, "NOTIFY other");
	await(&other_notices, 1);
	assert_string_equal(heard, "ab");
	assert_int_equal(losses, 0);

	lab_do(w, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
		  "WHERE application_name = 'shopd listen'");
	await(&losses, 1);
	await(&returns, 2);
	lab_do(w, "NOTIFY lab, 'c'");
	lab_do(w, "NOTIFY other");
	await(&other_notices, 2);
	assert_string_equal(heard, "abc");
	assert_true(lab_longest_stall() < 50);
}

static void notices_arrive_and_their_loss_is_told(void **state)
{
	(void)state;
	lab(story);
	assert_int_equal(losses, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(notices_arrive_and_their_loss_is_told),
	};

	if (!config_load(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
