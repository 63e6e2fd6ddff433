/* test_prepare.c - the statements fit the schema, and the schema is applied
 * once, in order, and only as it was. */
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

#include "template.h"

static PGconn *pg;

static int begin(void **state)
{
	(void)state;
	if (!config_load(NULL))
		return -1;
	pg = PQconnectdb(config->database_url);
	return PQstatus(pg) == CONNECTION_OK ? 0 : -1;
}

static int finish(void **state)
{
	(void)state;
	PQfinish(pg);
	return 0;
}

static void run(const char *sql)
{
	PGresult *result = PQexec(pg, sql);
	ExecStatusType status = PQresultStatus(result);

	if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(pg));
	PQclear(result);
}

static void the_schema_is_applied_to_an_empty_database(void **state)
{
	PGresult *result;

	(void)state;
	assert_true(db_migrate(config->database_url));
	result = PQexec(pg, "SELECT count(*) FROM schema_migration");
	assert_int_equal(atoi(PQgetvalue(result, 0, 0)), migration_count);
	PQclear(result);
}

static void a_second_time_changes_nothing(void **state)
{
	(void)state;
	assert_true(db_migrate(config->database_url));
}

static void a_newer_database_is_refused(void **state)
{
	(void)state;
	run("INSERT INTO schema_migration (number, name, checksum) "
	    "VALUES (9999, 'future', 'x')");
	assert_false(db_migrate(config->database_url));
	run("DELETE FROM schema_migration WHERE number = 9999");
	assert_true(db_migrate(config->database_url));
}

static void a_migration_changed_after_the_fact_is_refused(void **state)
{
	(void)state;
	if (migration_count == 0)
		skip();
	run("UPDATE schema_migration SET checksum = 'x' || checksum "
	    "WHERE number = (SELECT min(number) FROM schema_migration)");
	assert_false(db_migrate(config->database_url));
	run("UPDATE schema_migration SET checksum = substr(checksum, 2) "
	    "WHERE number = (SELECT min(number) FROM schema_migration)");
	assert_true(db_migrate(config->database_url));
}

/* What the promise of rows says of the statement's columns. */
static const char *broken_promise(const struct query *query, int columns)
{
	if (query->kind == QUERY_EXEC && columns > 0)
		return "is :exec but returns columns";
	if (query->kind != QUERY_EXEC && columns == 0)
		return "promises rows but returns none";
	return NULL;
}

static unsigned prepare(const struct query *query, bool all_sections)
{
	static char text[65536];
	const char *why = NULL;
	PGresult *result;

	template_fill(query->text, "1", "LIMIT 20 OFFSET 0", all_sections,
		      text, sizeof(text));
	result = PQprepare(pg, "", text, 0, NULL);
	if (PQresultStatus(result) != PGRES_COMMAND_OK) {
		print_error("%s: %s", query->name, PQresultErrorMessage(result));
		PQclear(result);
		return 1;
	}
	PQclear(result);
	result = PQdescribePrepared(pg, "");
	why = broken_promise(query, PQnfields(result));
	if (why != NULL)
		print_error("%s %s\n", query->name, why);
	PQclear(result);
	return why != NULL;
}

static void every_statement_prepares_against_the_schema(void **state)
{
	unsigned failures = 0;

	(void)state;
	for (size_t i = 0; i < query_count; i++)
		failures += prepare(queries_all[i], true) +
			    prepare(queries_all[i], false);
	assert_int_equal(failures, 0);
}

/* A statement that says it only reads may be sent twice, and to a replica. */
static void what_claims_to_read_only_reads(void **state)
{
	unsigned failures = 0;

	(void)state;
	for (size_t i = 0; i < query_count; i++) {
		const struct query *query = queries_all[i];

		if (!query->is_read_only || query->kind == QUERY_PAGE)
			continue;
		if (strcasestr(query->text, "insert into") != NULL ||
		    strcasestr(query->text, "delete from") != NULL ||
		    strcasestr(query->text, "for update") != NULL ||
		    strcasestr(query->text, "for no key update") != NULL ||
		    strcasestr(query->text, "advisory") != NULL ||
		    strcasestr(query->text, "nextval") != NULL) {
			print_error("%s is no readonly statement\n",
				    query->name);
			failures++;
		}
	}
	assert_int_equal(failures, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_schema_is_applied_to_an_empty_database),
		cmocka_unit_test(a_second_time_changes_nothing),
		cmocka_unit_test(a_newer_database_is_refused),
		cmocka_unit_test(a_migration_changed_after_the_fact_is_refused),
		cmocka_unit_test(every_statement_prepares_against_the_schema),
		cmocka_unit_test(what_claims_to_read_only_reads),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
