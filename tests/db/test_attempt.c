/* test_attempt.c - part of a transaction is undone, and the rest goes on. */
#include "lab.h"

static void begin_table(struct work *w)
{
	lab_do(w, "DROP TABLE IF EXISTS note");
	lab_do(w, "CREATE TABLE note (id int PRIMARY KEY)");
	lab_do(w, "INSERT INTO note VALUES (1)");
}

static bool write_note(struct work *w, int id)
{
	return db_query(w, lab_sql("INSERT INTO note VALUES ($1)", QUERY_EXEC),
			params(p_int(id)), NULL);
}

/* One that stands, and one that is there already. */
static bool write_3_and_1(struct work *w, void *argument)
{
	(void)argument;
	return write_note(w, 3) && write_note(w, 1);
}

static bool write_4(struct work *w, void *argument)
{
	(void)argument;
	return write_note(w, 4);
}

static bool refuse_5(struct work *w, void *argument)
{
	(void)argument;
	return write_note(w, 5) && refuse(w, &fault_forbidden, "no five");
}

static bool tries(struct work *w, void *argument)
{
	bool is_over = true;

	(void)argument;
	if (!write_note(w, 2))
		return false;
	assert_false(db_attempt(w, write_3_and_1, NULL, &is_over));
	assert_false(is_over);
	assert_true(db_violates(w, "note_pkey"));
	forgive(w);
	assert_true(db_attempt(w, write_4, NULL, &is_over));
	assert_false(db_attempt(w, refuse_5, NULL, &is_over));
	assert_false(is_over);
	assert_ptr_equal(w->fault.kind, &fault_forbidden);
	assert_string_equal(w->fault.detail, "no five");
	forgive(w);
	return write_note(w, 6);
}

static void undone_story(struct work *w)
{
	begin_table(w);
	assert_true(db_transact(w, tries, NULL));
	assert_int_equal(lab_int(w, "SELECT count(*) FROM note"), 4);
	assert_int_equal(lab_int(w, "SELECT count(*) FROM note "
				    "WHERE id IN (1, 2, 4, 6)"),
			 4);
}

static void what_an_attempt_did_is_undone_and_the_rest_commits(void **state)
{
	(void)state;
	lab(undone_story);
}

static bool attempt_then_fail(struct work *w, void *argument)
{
	bool is_over;

	(void)argument;
	assert_true(db_attempt(w, write_4, NULL, &is_over));
	return refuse(w, &fault_forbidden, NULL);
}

static void outer_story(struct work *w)
{
	begin_table(w);
	assert_false(db_transact(w, attempt_then_fail, NULL));
	forgive(w);
	assert_int_equal(lab_int(w, "SELECT count(*) FROM note"), 1);
}

static void an_attempt_falls_with_its_transaction(void **state)
{
	(void)state;
	lab(outer_story);
}

static bool beaten(struct work *w, void *argument)
{
	(void)argument;
	return db_query(w,
			lab_sql("DO $$ BEGIN RAISE SQLSTATE '40001'; END $$",
				QUERY_EXEC),
			no_params, NULL);
}

static bool beaten_twice(struct work *w, void *argument)
{
	int *rounds = argument;
	bool is_over = false;

	if (++*rounds == 3)
		return write_note(w, 7);
	assert_false(db_attempt(w, beaten, NULL, &is_over));
	assert_true(is_over);
	return false;
}

static void beaten_story(struct work *w)
{
	int rounds = 0;

	begin_table(w);
	assert_true(db_transact(w, beaten_twice, &rounds));
	assert_int_equal(rounds, 3);
	assert_int_equal(lab_int(w, "SELECT count(*) FROM note"), 2);
}

static void a_beaten_attempt_is_over_and_the_whole_runs_again(void **state)
{
	(void)state;
	lab(beaten_story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			what_an_attempt_did_is_undone_and_the_rest_commits),
		cmocka_unit_test(an_attempt_falls_with_its_transaction),
		cmocka_unit_test(
			a_beaten_attempt_is_over_and_the_whole_runs_again),
	};

	if (!config_load(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
