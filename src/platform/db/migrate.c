/* migrate.c - brings the schema up to what this program knows. A command of
 * its own process: here libpq may block. */
#include <platform/db.h>

#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LOCK_KEY "1936224100" /* "shopd"; any number that is only ours */

static bool complain(PGconn *pg, const char *what)
{
	fprintf(stderr, "%s: %s", what, PQerrorMessage(pg));
	return false;
}

static bool run(PGconn *pg, const char *what, const char *sql)
{
	PGresult *result = PQexec(pg, sql);
	ExecStatusType status = PQresultStatus(result);
	bool is_good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;

	PQclear(result);
	return is_good || complain(pg, what);
}

static void quiet(void *argument, const char *message)
{
	(void)argument;
	(void)message;
}

/* Two at once would both apply the same file: the second waits, then finds
 * nothing left to do. lock_timeout keeps a busy shop from being stopped by a
 * migration that waits for a table. */
static bool prepare(PGconn *pg)
{
	return run(pg, "cannot lock", "SELECT pg_advisory_lock(" LOCK_KEY ")") &&
	       run(pg, "cannot set limits",
		   "SET lock_timeout = '5s'; SET TimeZone = 'UTC'; "
		   "SET client_min_messages = warning") &&
	       run(pg, "cannot make schema_migration",
		   "CREATE TABLE IF NOT EXISTS schema_migration ("
		   "number integer PRIMARY KEY, name text NOT NULL, "
		   "checksum text NOT NULL, "
		   "applied_at timestamptz NOT NULL DEFAULT now())");
}

static const struct migration *find(int number)
{
	for (size_t i = 0; i < migration_count; i++)
		if (migration_all[i].number == number)
			return &migration_all[i];
	return NULL;
}

static bool check_one(const char *number, const char *name,
		      const char *checksum)
{
	const struct migration *known = find(atoi(number));

	if (known == NULL) {
		fprintf(stderr,
			"The database has migration %s (%s), which this "
			"program does not know: it is newer. Run the newer "
			"shopd.\n",
			number, name);
		return false;
	}
	if (strcmp(known->checksum, checksum) != 0) {
		fprintf(stderr,
			"Migration %s (%s) was changed after it was applied. "
			"Put it back as it was and add another.\n",
			number, name);
		return false;
	}
	return true;
}

/* The numbers that are applied; NULL with a sentence when something is
 * wrong. */
static PGresult *applied(PGconn *pg)
{
	PGresult *result = PQexec(pg, "SELECT number, name, checksum "
				      "FROM schema_migration ORDER BY number");
	bool is_good = PQresultStatus(result) == PGRES_TUPLES_OK ||
		       complain(pg, "cannot read schema_migration");

	for (int i = 0; is_good && i < PQntuples(result); i++)
		is_good = check_one(PQgetvalue(result, i, 0),
				    PQgetvalue(result, i, 1),
				    PQgetvalue(result, i, 2));
	if (is_good)
		return result;
	PQclear(result);
	return NULL;
}

static bool is_applied(const PGresult *done, int number)
{
	for (int i = 0; i < PQntuples(done); i++)
		if (atoi(PQgetvalue(done, i, 0)) == number)
			return true;
	return false;
}

static bool record(PGconn *pg, const struct migration *migration)
{
	char number[16];
	const char *values[] = {number, migration->name, migration->checksum};
	PGresult *result;
	bool is_good;

	snprintf(number, sizeof(number), "%d", migration->number);
	result = PQexecParams(pg,
			      "INSERT INTO schema_migration "
			      "(number, name, checksum) VALUES ($1, $2, $3)",
			      3, NULL, values, NULL, NULL, 0);
	is_good = PQresultStatus(result) == PGRES_COMMAND_OK;
	PQclear(result);
	return is_good || complain(pg, "cannot record the migration");
}

/* One file, one transaction: all of it or nothing. */
static bool apply(PGconn *pg, const struct migration *migration)
{
	char what[128];

	printf("applying %03d %s ... ", migration->number, migration->name);
	fflush(stdout);
	snprintf(what, sizeof(what), "\nmigration %03d (%s) failed",
		 migration->number, migration->name);
	if (run(pg, what, "BEGIN") && run(pg, what, migration->text) &&
	    record(pg, migration) && run(pg, what, "COMMIT")) {
		printf("done\n");
		return true;
	}
	return false;
}

static bool apply_missing(PGconn *pg)
{
	PGresult *done = applied(pg);
	bool is_good = done != NULL;
	int count = 0;

	for (size_t i = 0; is_good && i < migration_count; i++) {
		if (is_applied(done, migration_all[i].number))
			continue;
		is_good = apply(pg, &migration_all[i]);
		count++;
	}
	PQclear(done);
	if (is_good && count == 0)
		printf("the schema is up to date (%zu migrations)\n",
		       migration_count);
	return is_good;
}

bool db_migrate(const char *url)
{
	PGconn *pg = PQconnectdb(url);
	bool is_good;

	PQsetNoticeProcessor(pg, quiet, NULL);
	is_good = PQstatus(pg) == CONNECTION_OK ||
		  complain(pg, "no connection to the database");
	if (is_good)
		is_good = prepare(pg) && apply_missing(pg);
	PQfinish(pg);
	return is_good;
}
