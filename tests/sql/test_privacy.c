/* test_privacy.c - each column of the schema is judged: personal, and then it
 * is in the plans of erasure and archive, or listed as not personal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include <platform/config.h>
#include <platform/db.h>

static PGconn *pg;

static PGresult *run(const char *sql)
{
	PGresult *result = PQexec(pg, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(pg));
	return result;
}

static void done(const char *sql)
{
	PQclear(run(sql));
}

/* How many rows; each is shown. */
static int found(const char *what, const char *sql)
{
	PGresult *result = run(sql);
	int count = PQntuples(result);

	for (int i = 0; i < count; i++)
		print_message("%s %s\n", PQgetvalue(result, i, 0), what);
	PQclear(result);
	return count;
}

/* A file of lines "table: column column", continued by lines that begin with
 * blanks, as the table `judged`. */
static void read_list(FILE *file)
{
	char line[256], table[64] = "";
	char *rest, *word;

	while (fgets(line, sizeof(line), file) != NULL) {
		if (line[0] == '#')
			continue;
		for (word = strtok_r(line, " \n", &rest); word != NULL;
		     word = strtok_r(NULL, " \n", &rest)) {
			char sql[256];
			size_t length = strlen(word);

			if (word[length - 1] == ':') {
				snprintf(table, sizeof(table), "%.*s",
					 (int)length - 1, word);
				continue;
			}
			snprintf(sql, sizeof(sql),
				 "INSERT INTO judged VALUES ('%s', '%s')",
				 table, word);
			done(sql);
		}
	}
}

static int begin(void **state)
{
	FILE *file = fopen(NOT_PERSONAL, "r");

	(void)state;
	if (file == NULL || !config_load(NULL) ||
	    !db_migrate(config->database_url))
		return -1;
	pg = PQconnectdb(config->database_url);
	if (PQstatus(pg) != CONNECTION_OK)
		return -1;
	done("CREATE TEMP TABLE judged (name text, col text, "
	     "PRIMARY KEY (name, col))");
	read_list(file);
	fclose(file);
	done("CREATE TEMP VIEW known AS SELECT c.relname::text AS name, "
	     "a.attname::text AS col, coalesce(col_description(c.oid, a.attnum), "
	     "'') LIKE 'personal: %' AS is_personal FROM pg_class c "
	     "JOIN pg_attribute a ON a.attrelid = c.oid "
	     "WHERE c.relnamespace = 'public'::regnamespace "
	     "AND c.relkind IN ('r', 'p', 'm') AND a.attnum > 0 "
	     "AND NOT a.attisdropped");
	return 0;
}

static int finish(void **state)
{
	(void)state;
	PQfinish(pg);
	return 0;
}

#define UNJUDGED                                                          \
	"SELECT name || '.' || col FROM known k WHERE NOT is_personal AND NOT " \
	"EXISTS (SELECT FROM judged j WHERE (j.name, j.col) = (k.name, k.col))"

static void every_column_is_judged(void **state)
{
	(void)state;
	assert_int_equal(found("is neither tagged 'personal: ...' nor in "
			       "tests/sql/not_personal.txt", UNJUDGED),
			 0);
	assert_int_equal(
		found("is tagged as personal and listed as not personal",
		      "SELECT name || '.' || col FROM known NATURAL JOIN judged "
		      "WHERE is_personal"),
		0);
	assert_int_equal(
		found("is judged, but there is no such column",
		      "SELECT name || '.' || col FROM judged j WHERE NOT EXISTS "
		      "(SELECT FROM known k WHERE (j.name, j.col) = (k.name, "
		      "k.col))"),
		0);
}

static void a_column_that_nobody_judged_is_found(void **state)
{
	(void)state;
	done("BEGIN");
	done("ALTER TABLE product ADD COLUMN owner_of_it text");
	done("CREATE TABLE newcomer (who text)");
	assert_int_equal(found("is found, as it should be", UNJUDGED), 2);
	done("ROLLBACK");
}

static void every_personal_column_is_in_the_plan(void **state)
{
	(void)state;
	assert_int_equal(
		found("is personal, and no row of privacy_column tells what "
		      "becomes of it",
		      "SELECT name || '.' || col FROM known k WHERE is_personal "
		      "AND NOT EXISTS (SELECT FROM privacy_column p WHERE "
		      "(p.table_name, p.column_name) = (k.name, k.col))"),
		0);
	assert_int_equal(
		found("is planned for, and is no column tagged as personal",
		      "SELECT table_name || '.' || column_name FROM "
		      "privacy_column p WHERE NOT EXISTS (SELECT FROM known k "
		      "WHERE is_personal AND (p.table_name, p.column_name) = "
		      "(k.name, k.col))"),
		0);
}

static void the_plan_does_what_its_columns_ask_for(void **state)
{
	(void)state;
	assert_int_equal(
		found("goes with its row, and the row stays",
		      "SELECT c.table_name || '.' || c.column_name FROM "
		      "privacy_column c JOIN privacy_table t ON t.name = "
		      "c.table_name WHERE (c.on_erase = 'delete') <> "
		      "(t.on_erase = 'delete') OR c.on_erase = 'empty' AND "
		      "t.on_erase <> 'empty'"),
		0);
	assert_int_equal(
		found("is in the archive by its own row alone, or by its "
		      "table's alone",
		      "SELECT c.table_name || '.' || c.column_name FROM "
		      "privacy_column c JOIN privacy_table t ON t.name = "
		      "c.table_name WHERE c.is_exported <> (t.is_exported AND "
		      "c.column_name <> ALL (t.hidden))"),
		0);
	assert_int_equal(
		found("is hidden, and is no column",
		      "SELECT t.name || '.' || h FROM privacy_table t, "
		      "unnest(t.hidden) h WHERE NOT EXISTS (SELECT FROM known k "
		      "WHERE k.name = t.name AND k.col = h)"),
		0);
}

/* Whatever has an account's id goes with it, or lets go of it. */
static void an_account_can_always_be_deleted(void **state)
{
	(void)state;
	assert_int_equal(
		found("holds accounts fast",
		      "SELECT conrelid::regclass || '.' || conname FROM "
		      "pg_constraint WHERE contype = 'f' AND confrelid = "
		      "'account'::regclass AND confdeltype NOT IN ('c', 'n')"),
		0);
}

static void each_step_of_the_plan_is_sound_sql(void **state)
{
	(void)state;
	done("BEGIN");
	done("SELECT privacy_erase_table(uuid_v7(), t) FROM privacy_table t "
	     "ORDER BY place");
	done("SELECT privacy_export_table(uuid_v7(), t) FROM privacy_table t "
	     "WHERE is_exported");
	done("ROLLBACK");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_column_is_judged),
		cmocka_unit_test(a_column_that_nobody_judged_is_found),
		cmocka_unit_test(every_personal_column_is_in_the_plan),
		cmocka_unit_test(the_plan_does_what_its_columns_ask_for),
		cmocka_unit_test(an_account_can_always_be_deleted),
		cmocka_unit_test(each_step_of_the_plan_is_sound_sql),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
