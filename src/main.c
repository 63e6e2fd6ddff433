/* main.c - finds the subcommand and the configuration, and hands over. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/config.h>
#include <platform/log.h>

#include "commands/commands.h"

static const struct command commands[] = {
	{"serve", serve_command, "",
	 "Serve the shop until SIGTERM or SIGINT.\n\n"
	 "Workers, address and all else come from the configuration\n"
	 "(shopd config). On SIGTERM requests in flight are answered, new ones\n"
	 "refused, then it exits."},
	{"migrate", migrate_command, "[--check]",
	 "Bring the database's schema up to this version.\n\n"
	 "  --check   change nothing; exit 1 when something is missing"},
	{"seed", seed_command, "",
	 "Load the demo shop: catalogue, shipping, tax, demo accounts.\n\n"
	 "Safe to repeat. Refused with mode = production."},
	{"import", import_command,
	 "FILE --format csv|ndjson|flipkart [--dry-run] [--stock N] [--lanes N]\n"
	 "       shopd import users FILE --format csv|ndjson [--dry-run] [--staff]",
	 "Import products, or accounts, from a file (- is standard input).\n\n"
	 "  --format F   csv and ndjson: docs/importing.md; flipkart: the\n"
	 "               public sample\n"
	 "  --dry-run    read and check all, change nothing\n"
	 "  --stock N    units on hand of each new variant whose row does not\n"
	 "               say (default 100)\n"
	 "  --lanes N    batches written at once, 1 to 8 (default 2): as many\n"
	 "               connections, and processors of the database, are busy\n"
	 "  --staff      accounts with is_staff are staff; else customers\n\n"
	 "What cannot be taken is listed on standard output as \"line L, column:\n"
	 "reason\", progress on standard error. The same file again changes\n"
	 "nothing. Exit 1: the file or the database failed; refused rows are no\n"
	 "failure."},
	{"export", export_command,
	 "--format csv|ndjson [--output FILE] [--status S] [--category SLUG]",
	 "Write the products to a file that import reads.\n\n"
	 "  --format F       csv: a row a variant; ndjson: a product a line\n"
	 "  --output FILE    else standard output\n"
	 "  --status S       only draft, published or archived ones\n"
	 "  --category SLUG  only those of the category, and below it\n\n"
	 "Cells that a spreadsheet would run as a formula begin with an\n"
	 "apostrophe, which import takes away again."},
	{"user", user_command,
	 "create|password|deactivate|activate|reset-factor|roles EMAIL ... | "
	 "list ...",
	 "Accounts: make, change, close, list; give and take roles.\n\n"
	 "  create EMAIL [--staff] [--role R]... [--permission P]...\n"
	 "         [--password-stdin]\n"
	 "  password EMAIL [--password-stdin]   ends all sessions\n"
	 "  deactivate EMAIL                    the same, and no login more\n"
	 "  activate EMAIL\n"
	 "  reset-factor EMAIL                  whose second factor is lost\n"
	 "  roles EMAIL [--give R]... [--take R]...   then tells what it has\n"
	 "  list [--staff] [--closed]           address, state, kind, last\n"
	 "                                      login, roles; by tabs\n\n"
	 "  --staff            may use the staff API\n"
	 "  --role R           owner, manager, support, warehouse, content, or\n"
	 "                     one of yours; repeat\n"
	 "  --permission P     e.g. catalog.write, beside roles; repeat; \"all\"\n"
	 "  --password-stdin   read the password from standard input (else\n"
	 "                     one is made and printed once)\n\n"
	 "All of it stands in the audit log. The last active owner stays."},
	{"key", key_command,
	 "create NAME --scope S... [--network N]... [--rate R] [--days D]\n"
	 "       | list | rotate KEY [--overlap SECONDS] | revoke KEY",
	 "API keys of integrators.\n\n"
	 "  --scope S       a permission, as catalog.read; repeat; \"all\"\n"
	 "  --network N     an address or a network that may use it; repeat\n"
	 "  --rate R        its throttle, as 100/minute (else throttle_key)\n"
	 "  --days D        it expires then (else never)\n"
	 "  --overlap S     for how long the old secret works, too (a day)\n\n"
	 "KEY is its id, its public id or sk_..._PUBLICID, never the whole key,\n"
	 "which is printed once: when it is made and when it is rotated."},
	{"token", token_command, "inspect [TOKEN|-]",
	 "Say what a token or an API key is, and whether it holds.\n\n"
	 "Reads it from standard input unless it is given: there no other\n"
	 "user of this machine sees it. Never prints it.\n"
	 "Exit 0: it would be let in. Exit 3: it would not."},
	{"audit", audit_command_line, "verify [--head SEQ:HASH]",
	 "Check the log of what staff did for altered or missing entries.\n\n"
	 "  --head SEQ:HASH  as an earlier run has printed it: the chain must\n"
	 "                   still hold that entry\n\n"
	 "Prints the head: keep it where the database's owner cannot write.\n"
	 "Exit 0: all is as written. Exit 3: it is not."},
	{"privacy", privacy_command, "journal | reapply <JOURNAL",
	 "Erase customers again after a restore.\n\n"
	 "journal prints who was erased: keep it beside the backups. reapply\n"
	 "reads it and has those erased whom a backup has brought back."},
	{"doctor", doctor_command, "",
	 "Check configuration, schema, clock and the invariants of the data.\n\n"
	 "Exit 0: all well. Exit 3: something is wrong, told in a sentence.\n"
	 "Exit 1: the database does not answer."},
	{"emulate", emulate_command, "",
	 "Run the sandbox: Stripe's API and a mail sink on loopback."},
	{"openapi", openapi_command, "", "Print the OpenAPI 3.1 document."},
	{"routes", routes_command, "", "Print the table of routes."},
	{"config", config_command, "[--values]",
	 "Print a configuration file with every setting documented.\n\n"
	 "  --values   with what is in force now, secrets blanked"},
	{"version", version_command, "", "Print the version."},
	{NULL, NULL, NULL, NULL},
};

static const struct command *command_find(const char *name)
{
	for (const struct command *c = commands; c->name != NULL; c++)
		if (strcmp(c->name, name) == 0)
			return c;
	return NULL;
}

/* Prints usage and help of the command on stdout; EXIT_DONE. */
static int command_help(const char *name)
{
	const struct command *c = command_find(name);

	printf("usage: shopd [--config FILE] %s %s\n\n%s\n", c->name, c->usage,
	       c->help);
	return EXIT_DONE;
}

int command_misused(const char *name, const char *sentence, const char *word)
{
	fprintf(stderr, "shopd %s: %s%s%s\nsee: shopd %s --help\n", name,
		sentence, word == NULL ? "" : ": ", word == NULL ? "" : word,
		name);
	return EXIT_USAGE;
}

static int usage(FILE *to)
{
	fprintf(to, "usage: shopd [--config FILE] COMMAND [ARGUMENTS]\n\n"
		    "A whole online shop behind one JSON API.\n\n");
	for (const struct command *c = commands; c->name != NULL; c++)
		fprintf(to, "  %-9s %.*s\n", c->name,
			(int)strcspn(c->help, "\n"), c->help);
	fprintf(to, "\nSettings: shopd config; in the environment as "
		    "SHOPD_<KEY>.\nMore on one: shopd COMMAND --help\n");
	return to == stdout ? EXIT_DONE : EXIT_USAGE;
}

static int run(const struct command *command, int argc, char **argv)
{
	for (int i = 1; i < argc; i++)
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return command_help(command->name);
	return command->run(argc, argv);
}

int main(int argc, char **argv)
{
	const char *file = getenv("SHOPD_CONFIG");
	const struct command *command;
	int at = 1;

	if (argc > 2 && strcmp(argv[1], "--config") == 0) {
		file = argv[2];
		at = 3;
	}
	if (at >= argc)
		return usage(stderr);
	if (strcmp(argv[at], "--help") == 0 || strcmp(argv[at], "-h") == 0 ||
	    strcmp(argv[at], "help") == 0)
		return usage(stdout);
	if (strcmp(argv[at], "--version") == 0)
		return version_command(0, NULL);
	command = command_find(argv[at]);
	if (command == NULL) {
		fprintf(stderr, "shopd: there is no command \"%s\"\n", argv[at]);
		return usage(stderr);
	}
	if (!config_load(file))
		return EXIT_USAGE;
	log_level_set(config->log_level);
	return run(command, argc - at, argv + at);
}
