/* import.c - shopd import FILE, shopd import users FILE. */
#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <domain/transfer.h>
#include <platform/config.h>
#include <platform/db.h>

struct wish {
	const char *file;
	struct import_options options;
};

/* A whole number from `least` to `most`, the word behind the option. */
static bool read_number(const char *text, int64_t least, int64_t most,
			int64_t *number)
{
	char *end;

	*number = strtoll(text, &end, 10);
	return *text != '\0' && *end == '\0' && *number >= least &&
	       *number <= most;
}

/* Each lane has a connection, and there is one for what else is asked. */
static bool have_connections(int64_t lanes)
{
	char number[16];

	snprintf(number, sizeof(number), "%d", (int)lanes + 1);
	return config->database_connections > lanes ||
	       config_set("database_connections", number);
}

static int read_options(struct wish *wish, int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		if (i == 1 && strcmp(argv[i], "products") == 0)
			continue; /* the only thing there is to import */
		if (strcmp(argv[i], "--format") == 0 && i + 1 < argc) {
			wish->options.format = argv[++i];
		} else if (strcmp(argv[i], "--dry-run") == 0) {
			wish->options.is_dry_run = true;
		} else if (strcmp(argv[i], "--stock") == 0 && i + 1 < argc) {
			if (!read_number(argv[++i], 0, 1000000000,
					 &wish->options.default_stock))
				return command_misused("import",
						       "--stock takes a number from 0",
						       argv[i]);
		} else if (strcmp(argv[i], "--lanes") == 0 && i + 1 < argc) {
			if (!read_number(argv[++i], 1, IMPORT_LANES_MAX,
					 &wish->options.lanes))
				return command_misused("import",
						       "--lanes takes a number from 1 to 8",
						       argv[i]);
		} else if ((argv[i][0] != '-' || argv[i][1] == '\0') &&
			   wish->file == NULL) {
			wish->file = argv[i];
		} else {
			return command_misused("import", "unknown option", argv[i]);
		}
	}
	if (wish->file == NULL)
		return command_misused("import", "which file?", NULL);
	for (const char *const *name = import_format_names; *name != NULL; name++)
		if (wish->options.format != NULL &&
		    strcmp(wish->options.format, *name) == 0)
			return EXIT_DONE;
	return command_misused("import", "--format is csv, ndjson or flipkart",
			       NULL);
}

static void tell(const struct import_summary *summary, bool is_dry_run)
{
	printf("%" PRId64 " rows: %" PRId64 " created, %" PRId64 " updated, %" PRId64
	       " unchanged, %" PRId64 " refused%s\n",
	       summary->rows, summary->created, summary->updated,
	       summary->unchanged, summary->refused,
	       is_dry_run ? " (dry run: nothing was written)" : "");
}

static async bool import(struct work *w, void *argument)
{
	const struct wish *wish = argument;
	struct import_summary summary;

	if (!transfer_import(w, wish->file, &wish->options, &summary))
		return false;
	tell(&summary, wish->options.is_dry_run);
	return true;
}

/* ---- accounts ---- */

struct user_wish {
	const char *file;
	struct user_import_options options;
};

static int read_user_options(struct user_wish *wish, int argc, char **argv)
{
	const char *format = "";

	for (int i = 2; i < argc; i++) {
		if (strcmp(argv[i], "--format") == 0 && i + 1 < argc)
			format = argv[++i];
		else if (strcmp(argv[i], "--dry-run") == 0)
			wish->options.is_dry_run = true;
		else if (strcmp(argv[i], "--staff") == 0)
			wish->options.takes_staff = true;
		else if ((argv[i][0] != '-' || argv[i][1] == '\0') &&
			 wish->file == NULL)
			wish->file = argv[i];
		else
			return command_misused("import", "unknown option",
					       argv[i]);
	}
	if (wish->file == NULL)
		return command_misused("import", "which file?", NULL);
	if (strcmp(format, "csv") != 0 && strcmp(format, "ndjson") != 0)
		return command_misused("import",
				       "--format of users is csv or ndjson",
				       NULL);
	wish->options.format = format;
	return EXIT_DONE;
}

static async bool import_users(struct work *w, void *argument)
{
	const struct user_wish *wish = argument;
	struct import_summary summary;

	if (!transfer_import_users(w, wish->file, &wish->options, &summary))
		return false;
	tell(&summary, wish->options.is_dry_run);
	return true;
}

static int users_command(int argc, char **argv)
{
	struct user_wish wish = {
		.options.shows_progress = isatty(STDERR_FILENO)};
	int code = read_user_options(&wish, argc, argv);

	if (code != EXIT_DONE)
		return code;
	return command_run(import_users, &wish) ? EXIT_DONE : EXIT_FAILED;
}

int import_command(int argc, char **argv)
{
	struct wish wish = {.options = {.default_stock = 100,
				    .lanes = IMPORT_LANES}};
	int code;

	if (argc > 1 && strcmp(argv[1], "users") == 0)
		return users_command(argc, argv);
	wish.options.shows_progress = isatty(STDERR_FILENO);
	code = read_options(&wish, argc, argv);
	if (code != EXIT_DONE)
		return code;
	if (!have_connections(wish.options.lanes))
		return EXIT_FAILED;
	return command_run(import, &wish) ? EXIT_DONE : EXIT_FAILED;
}
