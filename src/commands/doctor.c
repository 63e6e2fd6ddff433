/* doctor.c - shopd doctor: proves the shop's promises on live data. */
#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <rest/room.h>

#include <queries.h>

enum { SHOWN = 10, CLOCK_SKEW_MAX = 2 /* seconds */ };

struct findings {
	int checked;
	int wrong;
};

static void tell(struct findings *findings, bool is_well, const char *name,
		 const char *promise)
{
	findings->checked++;
	findings->wrong += !is_well;
	printf("%-5s %-5s %s\n", is_well ? "ok" : "WRONG", name, promise);
}

/* False only when the database did not answer. */
static async bool check_invariant(struct work *w,
				  const struct invariant *invariant,
				  struct findings *findings)
{
	struct rows rows;

	if (!db_query(w, invariant->query, no_params, &rows))
		return false;
	tell(findings, rows.count == 0, invariant->name, invariant->promise);
	for (int i = 0; i < rows.count && i < SHOWN; i++)
		printf("            %s\n", row_text(&rows, i, 0));
	if (rows.count > SHOWN)
		printf("            and %d more\n", rows.count - SHOWN);
	return true;
}

static async bool check_schema(struct work *w, struct findings *findings)
{
	int version;

	if (!db_schema_version(w, &version))
		return false;
	tell(findings, version == migration_all[migration_count - 1].number,
	     "-", "the schema is this program's (else: shopd migrate)");
	return true;
}

static async bool check_clock(struct work *w, struct findings *findings)
{
	struct rows rows;
	int64_t skew;

	if (!db_query(w, &q_doctor_clock, no_params, &rows))
		return false;
	skew = row_time(&rows, 0, 0) - clock_wall();
	tell(findings, llabs(skew) < CLOCK_SKEW_MAX * SECOND, "-",
	     "this clock and the database's agree within two seconds");
	return true;
}

static async bool examine(struct work *w, void *argument)
{
	struct findings *findings = argument;

	tell(findings, config_is_safe(), "-", "the configuration is safe");
	if (!check_schema(w, findings) || !check_clock(w, findings))
		return false;
	for (const struct room *const *room = rooms; *room != NULL; room++) {
		const struct invariant *invariant = (*room)->invariants;

		for (; invariant != NULL && invariant->name != NULL; invariant++)
			if (!check_invariant(w, invariant, findings))
				return false;
	}
	return true;
}

int doctor_command(int argc, char **argv)
{
	struct findings findings = {0};

	if (argc > 1)
		return command_misused("doctor", "takes no arguments", argv[1]);
	if (!command_run(examine, &findings)) {
		fprintf(stderr, "shopd doctor: the database does not answer "
				"as it should; see the log lines above\n");
		return EXIT_FAILED;
	}
	printf("%d checked, %d wrong\n", findings.checked, findings.wrong);
	return findings.wrong == 0 ? EXIT_DONE : EXIT_UNHEALTHY;
}
