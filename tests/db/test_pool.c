/* test_pool.c - whose answer is whose, and what an error touches. */
#include "lab.h"

static void ask_for_own_numbers(struct work *w, void *argument)
{
	const struct query *echo = lab_sql("SELECT $1::bigint, repeat('x', 300)",
					   QUERY_ONE);
	int64_t base = *(int *)argument * 1000;

	for (int64_t i = 0; i < 100; i++) {
		struct rows rows;

		assert_true(db_query(w, echo, params(p_int(base + i)), &rows));
		assert_int_equal(row_int(&rows, 0, 0), base + i);
		assert_int_equal(row_length(&rows, 0, 1), 300);
	}
	assert_int_equal(w->statements, 100);
}

static void crowd_story(struct work *w)
{
	static int ids[100];
	struct db_stats stats;

	(void)w;
	for (int i = 0; i < 100; i++) {
		ids[i] = i;
		lab_spawn(ask_for_own_numbers, &ids[i]);
	}
	lab_join();
	db_stats(&stats);
	assert_true(stats.connections <= 5);
	assert_true(stats.statements >= 10000);
	assert_int_equal(stats.errors, 0);
}

static void a_hundred_fibers_get_their_own_answers(void **state)
{
	(void)state;
	lab(crowd_story);
}

static void divide(struct work *w, void *argument)
{
	int *number = argument;
	const struct query *query = lab_sql("SELECT 100 / $1::int", QUERY_ONE);
	struct rows rows;

	for (int i = 0; i < 20; i++) {
		bool is_good = db_query(w, query, params(p_int(*number)), &rows);

		assert_int_equal(is_good, *number != 0);
		if (is_good)
			assert_int_equal(row_int(&rows, 0, 0), 100 / *number);
		else
			assert_ptr_equal(w->fault.kind, &fault_internal);
		forgive(w);
	}
}

static void neighbours_story(struct work *w)
{
	static int numbers[40];

	(void)w;
	for (int i = 0; i < 40; i++) {
		numbers[i] = i % 4;
		lab_spawn(divide, &numbers[i]);
	}
	lab_join();
}

static void an_error_leaves_its_neighbours_alone(void **state)
{
	(void)state;
	lab(neighbours_story);
}

static void violation_story(struct work *w)
{
	const struct query *insert = lab_sql(
		"INSERT INTO goods (id, stock) VALUES ($1, $2)", QUERY_EXEC);
	struct rows rows;

	lab_do(w, "CREATE TABLE goods (id int PRIMARY KEY, stock int NOT NULL "
		  "CONSTRAINT goods_stock_never_negative CHECK (stock >= 0))");
	assert_true(db_query(w, insert, params(p_int(1), p_int(5)), &rows));
	assert_int_equal(rows.affected, 1);
	assert_int_equal(rows.count, 0);

	assert_false(db_query(w, insert, params(p_int(2), p_int(-1)), NULL));
	assert_true(db_violates(w, "goods_stock_never_negative"));
	assert_int_equal(w->fault.kind->status, 409);
	forgive(w);
	assert_false(db_query(w, insert, params(p_int(1), p_int(1)), NULL));
	assert_true(db_violates(w, "goods_pkey"));
	assert_false(db_violates(w, "goods_stock_never_negative"));
	forgive(w);
	assert_false(db_query(w, insert, params(p_int(3), p_null()), NULL));
	assert_true(db_violates(w, "stock"));
	forgive(w);
	assert_int_equal(lab_int(w, "SELECT count(*) FROM goods"), 1);
}

static void a_violation_names_its_constraint(void **state)
{
	(void)state;
	lab(violation_story);
}

static bool gives(struct work *w, const char *sql, enum query_kind kind)
{
	bool is_good = db_query(w, lab_sql(sql, kind), no_params, NULL);

	if (!is_good)
		assert_ptr_equal(w->fault.kind, &fault_internal);
	forgive(w);
	return is_good;
}

static void promise_story(struct work *w)
{
	assert_false(gives(w, "SELECT 1 WHERE false", QUERY_ONE));
	assert_true(gives(w, "SELECT 1 WHERE true", QUERY_ONE));
	assert_false(gives(w, "SELECT generate_series(1, 2)", QUERY_ONE));
	assert_true(gives(w, "SELECT 1 WHERE false", QUERY_MAYBE));
	assert_false(gives(w, "SELECT generate_series(1, 2)", QUERY_MAYBE));
	assert_true(gives(w, "SELECT generate_series(1, 2)", QUERY_MANY));
	assert_false(gives(w, "SELECT 1", QUERY_EXEC));
}

static void a_broken_promise_of_rows_is_a_fault(void **state)
{
	(void)state;
	lab(promise_story);
}

static void values_story(struct work *w)
{
	const char *const texts[] = {"a", "", "q\"u\\o,{}", "NULL", NULL};
	const int64_t numbers[] = {INT64_MIN, -1, 0, INT64_MAX};
	struct uuid id = uuid_make();
	struct uuid got;
	struct rows rows;

	assert_true(db_query(
		w,
		lab_sql("SELECT $1::text, $2::bigint, $3::boolean, $4::uuid, "
			"$5::timestamptz, $6::bytea = '\\x00ff41', "
			"array_to_json($7::text[]), $8::bigint[], $9::uuid[], "
			"$10::text AS last",
			QUERY_ONE),
		params(p_text("o'x"), p_int(INT64_MIN), p_bool(true),
		       p_uuid(&id), p_time(INT64_C(1795355339927737)),
		       p_bytes(&w->arena, "\0\377A", 3),
		       p_texts(&w->arena, texts, 5),
		       p_ints(&w->arena, numbers, 4),
		       p_uuids(&w->arena, &id, 1), p_text(NULL)),
		&rows));
	assert_string_equal(row_text(&rows, 0, 0), "o'x");
	assert_true(row_int(&rows, 0, 1) == INT64_MIN);
	assert_true(row_bool(&rows, 0, 2));
	got = row_uuid(&rows, 0, 3);
	assert_true(uuid_equal(&got, &id));
	assert_true(row_time(&rows, 0, 4) == INT64_C(1795355339927737));
	assert_true(row_bool(&rows, 0, 5));
	assert_string_equal(row_text(&rows, 0, 6),
			    "[\"a\",\"\",\"q\\\"u\\\\o,{}\",\"NULL\",null]");
	assert_string_equal(row_text(&rows, 0, 7),
			    "{-9223372036854775808,-1,0,9223372036854775807}");
	assert_int_equal(row_length(&rows, 0, 8), 38);
	assert_true(row_is_null(&rows, 0, 9));
	assert_null(row_text(&rows, 0, 9));
	assert_int_equal(rows_column(&rows, "last"), 9);
	assert_int_equal(rows_column(&rows, "LAST"), -1);
}

static void values_travel_unchanged(void **state)
{
	(void)state;
	lab(values_story);
}

enum { SHAPES = 16 }; /* of this program: nearly each test fills them */

/* Each by a shape of its own, whoever had its place before. */
static void ask_in_many_shapes(struct work *w, void *argument)
{
	const int *first = argument;
	char text[64];

	for (int i = 0; i < 100; i++) {
		int number = *first + i % 40;

		snprintf(text, sizeof(text), "SELECT %d", number);
		assert_int_equal(lab_int(w, text), number);
	}
}

/* Whose place is another's goes unprepared: nothing is dropped in here. */
static async bool ask_in_transaction(struct work *w, void *argument)
{
	ask_in_many_shapes(w, argument);
	return true;
}

static void shapes_story(struct work *w)
{
	static int firsts[20];
	struct db_stats stats;
	uint64_t before;

	db_stats(&stats);
	before = stats.errors;
	for (int i = 0; i < 20; i++) {
		firsts[i] = i * 5;
		lab_spawn(ask_in_many_shapes, &firsts[i]);
	}
	lab_join();
	assert_true(db_transact(w, ask_in_transaction, &firsts[1]));
	ask_in_many_shapes(w, &firsts[2]);
	for (int i = 0; i < 10; i++)
		assert_in_range(
			lab_int(w, "SELECT count(*) FROM pg_prepared_statements"),
			1, SHAPES);
	db_stats(&stats);
	assert_int_equal(stats.errors, before);
	assert_ptr_equal(lab_sql("SELECT 7", QUERY_ONE),
			 lab_sql("SELECT 7", QUERY_ONE));
}

static void the_longest_unused_shape_makes_room_and_all_answer(void **state)
{
	(void)state;
	lab(shapes_story);
}

static void session_story(struct work *w)
{
	struct rows rows;

	assert_true(db_query(w,
			     lab_sql("SELECT current_setting('TimeZone'), "
				     "now()::text, "
				     "current_setting('statement_timeout'), "
				     "current_setting('lock_timeout')",
				     QUERY_ONE),
			     no_params, &rows));
	assert_string_equal(row_text(&rows, 0, 0), "UTC");
	assert_non_null(strstr(row_text(&rows, 0, 1), "+00"));
	assert_string_equal(row_text(&rows, 0, 2), "1800ms");
	assert_string_equal(row_text(&rows, 0, 3), "1500ms");
}

static void sessions_are_utc_and_limited(void **state)
{
	(void)state;
	lab(session_story);
}

static void forgetful_story(struct work *w)
{
	const char *sql = "SELECT * FROM shape";
	struct rows rows;

	lab_do(w, "CREATE TABLE shape (a int)");
	lab_do(w, "INSERT INTO shape VALUES (1)");
	for (int i = 0; i < 20; i++)
		assert_int_equal(lab_int(w, sql), 1);
	lab_do(w, "ALTER TABLE shape ALTER a TYPE text"); /* 0A000 */
	for (int i = 0; i < 20; i++) {
		assert_true(db_query(w, lab_sql(sql, QUERY_ONE), no_params,
				     &rows));
		assert_string_equal(row_text(&rows, 0, 0), "1");
	}
	for (int i = 0; i < 20; i++) {
		lab_do(w, "DEALLOCATE ALL"); /* 26000 */
		assert_int_equal(lab_int(w, sql), 1);
	}
}

static void a_forgotten_or_stale_statement_is_prepared_again(void **state)
{
	(void)state;
	lab(forgetful_story);
}

static void no_prepared_statement(struct work *w)
{
	for (int i = 0; i < 10; i++)
		assert_int_equal(
			lab_int(w, "SELECT count(*) FROM pg_prepared_statements"),
			0);
}

static void without_preparing_nothing_is_prepared(void **state)
{
	(void)state;
	assert_true(config_set("database_prepare", "off"));
	lab(no_prepared_statement);
	assert_true(config_set("database_prepare", "on"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_hundred_fibers_get_their_own_answers),
		cmocka_unit_test(an_error_leaves_its_neighbours_alone),
		cmocka_unit_test(a_violation_names_its_constraint),
		cmocka_unit_test(a_broken_promise_of_rows_is_a_fault),
		cmocka_unit_test(values_travel_unchanged),
		cmocka_unit_test(sessions_are_utc_and_limited),
		cmocka_unit_test(
			a_forgotten_or_stale_statement_is_prepared_again),
		cmocka_unit_test(without_preparing_nothing_is_prepared),
		cmocka_unit_test(the_longest_unused_shape_makes_room_and_all_answer),
	};

	if (!config_load(NULL) ||
	    !config_set("database_shapes", "16"))
		return 1;
	return cmocka_run_group_tests(tests, NULL, NULL);
}
