/* test_transact.c - all or nothing, again when beaten, never twice. */
#include "lab.h"

static void begin_table(struct work *w)
{
	lab_do(w, "DROP TABLE IF EXISTS account");
	lab_do(w, "CREATE TABLE account (id int PRIMARY KEY, "
		  "balance int NOT NULL CHECK (balance >= 0))");
	lab_do(w, "INSERT INTO account VALUES (1, 100), (2, 100)");
}

static bool add(struct work *w, int id, int amount)
{
	return db_query(w,
			lab_sql("UPDATE account SET balance = balance + $2 "
				"WHERE id = $1",
				QUERY_EXEC),
			params(p_int(id), p_int(amount)), NULL);
}

static bool move_150(struct work *w, void *argument)
{
	(void)argument;
	return add(w, 2, 150) && add(w, 1, -150);
}

static bool move_50(struct work *w, void *argument)
{
	(void)argument;
	return add(w, 2, 50) && add(w, 1, -50);
}

static void all_or_nothing(struct work *w)
{
	begin_table(w);
	assert_false(db_transact(w, move_150, NULL));
	assert_true(db_violates(w, "account_balance_check"));
	assert_null(w->transaction);
	forgive(w);
	assert_int_equal(lab_int(w, "SELECT balance FROM account WHERE id = 2"),
			 100);
	assert_true(db_transact(w, move_50, NULL));
	assert_int_equal(lab_int(w, "SELECT balance FROM account WHERE id = 2"),
			 150);
	assert_int_equal(lab_int(w, "SELECT balance FROM account WHERE id = 1"),
			 50);
}

static void a_transaction_stands_or_falls_as_one(void **state)
{
	(void)state;
	lab(all_or_nothing);
}

static bool nested(struct work *w, void *argument)
{
	return db_transact(w, move_50, NULL) &&
	       refuse(w, argument, "the outer one says no");
}

static void nested_story(struct work *w)
{
	begin_table(w);
	assert_false(db_transact(w, nested, (void *)(uintptr_t)&fault_forbidden));
	assert_ptr_equal(w->fault.kind, &fault_forbidden);
	forgive(w);
	assert_int_equal(lab_int(w, "SELECT balance FROM account WHERE id = 1"),
			 100);
}

static void a_nested_one_falls_with_the_outer(void **state)
{
	(void)state;
	lab(nested_story);
}

static bool nothing(struct work *w, void *argument)
{
	(void)w;
	(void)argument;
	return true;
}

static void empty_story(struct work *w)
{
	struct db_stats before;
	struct db_stats after;

	lab_int(w, "SELECT 1");
	db_stats(&before);
	assert_true(db_transact(w, nothing, NULL));
	db_stats(&after);
	assert_int_equal(after.statements, before.statements);
}

static void without_a_statement_nothing_is_sent(void **state)
{
	(void)state;
	lab(empty_story);
}

static bool forgiving(struct work *w, void *argument)
{
	(void)argument;
	(void)add(w, 1, -1000);
	forgive(w);
	return true;
}

static void forgiving_story(struct work *w)
{
	begin_table(w);
	assert_false(db_transact(w, forgiving, NULL));
	assert_ptr_equal(w->fault.kind, &fault_internal);
}

static void a_failed_transaction_is_never_called_committed(void **state)
{
	(void)state;
	lab(forgiving_story);
}

/* Locks one row, then, when the other has locked its own, the other's. */
struct duel {
	int first, second;
	int tries;
	bool *mine, *theirs;
};

static bool cross(struct work *w, void *argument)
{
	struct duel *duel = argument;

	duel->tries++;
	if (!add(w, duel->first, 1))
		return false;
	*duel->mine = true;
	while (!*duel->theirs)
		fiber_sleep(MILLISECOND);
	return add(w, duel->second, 1);
}

static void fight(struct work *w, void *argument)
{
	assert_true(db_transact(w, cross, argument));
}

static void deadlock_story(struct work *w)
{
	static bool ready[2];
	static struct duel duels[2];

	begin_table(w);
	duels[0] = (struct duel){1, 2, 0, &ready[0], &ready[1]};
	duels[1] = (struct duel){2, 1, 0, &ready[1], &ready[0]};
	lab_spawn(fight, &duels[0]);
	lab_spawn(fight, &duels[1]);
	lab_join();
	assert_true(duels[0].tries + duels[1].tries >= 3);
	assert_int_equal(lab_int(w, "SELECT sum(balance) FROM account"), 204);
}

static void who_loses_a_deadlock_tries_again(void **state)
{
	(void)state;
	lab(deadlock_story);
}

/* Two read the same sum and write: serializable lets only one through. */
static bool read_and_write(struct work *w, void *argument)
{
	struct duel *duel = argument;
	struct rows rows;

	duel->tries++;
	if (!db_query(w,
		      lab_sql("SET TRANSACTION ISOLATION LEVEL SERIALIZABLE",
			      QUERY_EXEC),
		      no_params, NULL) ||
	    !db_query(w, lab_sql("SELECT sum(balance) FROM account", QUERY_ONE),
		      no_params, &rows))
		return false;
	*duel->mine = true;
	while (!*duel->theirs)
		fiber_sleep(MILLISECOND);
	return db_query(w,
			lab_sql("UPDATE account SET balance = $2 WHERE id = $1",
				QUERY_EXEC),
			params(p_int(duel->first), p_int(row_int(&rows, 0, 0))),
			NULL);
}

static void contend(struct work *w, void *argument)
{
	assert_true(db_transact(w, read_and_write, argument));
}

static void serializable_story(struct work *w)
{
	static bool ready[2];
	static struct duel duels[2];

	begin_table(w);
	ready[0] = ready[1] = false;
	duels[0] = (struct duel){1, 2, 0, &ready[0], &ready[1]};
	duels[1] = (struct duel){2, 1, 0, &ready[1], &ready[0]};
	lab_spawn(contend, &duels[0]);
	lab_spawn(contend, &duels[1]);
	lab_join();
	assert_int_equal(duels[0].tries + duels[1].tries, 3);
	/* One after the other: 200 + 100, then 300 + 200. */
	assert_int_equal(lab_int(w, "SELECT sum(balance) FROM account"), 500);
}

static void a_serialization_failure_runs_the_step_again(void **state)
{
	(void)state;
	lab(serializable_story);
}

static void one_up(struct work *w, void *argument)
{
	(void)argument;
	for (int i = 0; i < 5; i++)
		assert_true(db_transact(w, move_50, NULL));
}

static void crowd_story(struct work *w)
{
	lab_do(w, "DROP TABLE IF EXISTS account");
	lab_do(w, "CREATE TABLE account (id int PRIMARY KEY, balance int)");
	lab_do(w, "INSERT INTO account VALUES (1, 0), (2, 0)");
	for (int i = 0; i < 60; i++)
		lab_spawn(one_up, NULL);
	lab_join();
	assert_int_equal(lab_int(w, "SELECT balance FROM account WHERE id = 2"),
			 60 * 5 * 50);
	assert_int_equal(lab_int(w, "SELECT sum(balance) FROM account"), 0);
	assert_int_equal(lab_int(w, "SELECT count(*) FROM pg_stat_activity "
				    "WHERE state LIKE 'idle in transaction%'"),
			 0);
}

static void more_transactions_than_connections_all_commit(void **state)
{
	(void)state;
	lab(crowd_story);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_transaction_stands_or_falls_as_one),
		cmocka_unit_test(a_nested_one_falls_with_the_outer),
		cmocka_unit_test(without_a_statement_nothing_is_sent),
		cmocka_unit_test(a_failed_transaction_is_never_called_committed),
		cmocka_unit_test(who_loses_a_deadlock_tries_again),
		cmocka_unit_test(a_serialization_failure_runs_the_step_again),
		cmocka_unit_test(more_transactions_than_connections_all_commit),
	};

	if (!config_load(NULL))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
