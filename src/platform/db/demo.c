/* demo.c - the demo shop's data, on a connection of its own. Blocking: for
 * commands only. */
#include <platform/db.h>

#include <stdio.h>

#include <libpq-fe.h>

static void quiet(void *argument, const char *message)
{
	(void)argument;
	(void)message;
}

static bool run(PGconn *pg, const char *what, const char *sql)
{
	PGresult *result = PQexec(pg, sql);
	ExecStatusType status = PQresultStatus(result);

	PQclear(result);
	if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK)
		return true;
	fprintf(stderr, "shopd: %s: %s", what, PQerrorMessage(pg));
	return false;
}

bool db_load_demo(const char *url)
{
	PGconn *pg = PQconnectdb(url);
	bool done = PQstatus(pg) == CONNECTION_OK;

	if (!done)
		fprintf(stderr, "shopd: %s", PQerrorMessage(pg));
	PQsetNoticeProcessor(pg, quiet, NULL);
	done = done && run(pg, "begin", "BEGIN; SET LOCAL lock_timeout = '5s'");
	for (size_t i = 0; done && i < demo_count; i++)
		done = run(pg, demo_all[i].name, demo_all[i].text);
	done = done && run(pg, "commit", "COMMIT");
	PQfinish(pg);
	return done;
}
