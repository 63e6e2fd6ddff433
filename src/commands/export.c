/* export.c - shopd export. */
#include "commands.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <domain/transfer.h>
#include <platform/db.h>

struct wish {
	const char *file; /* NULL: standard output */
	FILE *to;
	struct export_options options;
};

static bool is_one_of(const char *word, const char *const *words)
{
	while (word != NULL && *words != NULL)
		if (strcmp(word, *words++) == 0)
			return true;
	return false;
}

static int read_options(struct wish *wish, int argc, char **argv)
{
	static const char *const formats[] = {"csv", "ndjson", NULL};
	static const char *const states[] = {"draft", "published", "archived",
					     NULL};
	const struct {
		const char *name;
		const char **value;
	} options[] = {
		{"--format", &wish->options.format},
		{"--output", &wish->file},
		{"--status", &wish->options.status},
		{"--category", &wish->options.category},
	};

	for (int i = 1; i < argc; i++) {
		size_t k = 0;

		while (k < 4 && strcmp(options[k].name, argv[i]) != 0)
			k++;
		if (k == 4 || i + 1 == argc)
			return command_misused("export", "unknown option", argv[i]);
		*options[k].value = argv[++i];
	}
	if (!is_one_of(wish->options.format, formats))
		return command_misused("export", "--format is csv or ndjson", NULL);
	if (wish->options.status != NULL &&
	    !is_one_of(wish->options.status, states))
		return command_misused("export", "no such status",
				       wish->options.status);
	return EXIT_DONE;
}

static async bool export(struct work *w, void *argument)
{
	const struct wish *wish = argument;
	int64_t count;

	if (!transfer_export(w, wish->to, &wish->options, &count))
		return false;
	if (wish->options.shows_progress || wish->file != NULL)
		fprintf(stderr, "%" PRId64 " products\n", count);
	return true;
}

int export_command(int argc, char **argv)
{
	struct wish wish = {.to = stdout};
	int code = read_options(&wish, argc, argv);
	bool done;

	if (code != EXIT_DONE)
		return code;
	wish.options.shows_progress = isatty(STDERR_FILENO);
	if (wish.file != NULL && (wish.to = fopen(wish.file, "wb")) == NULL) {
		fprintf(stderr, "shopd export: %s: %s\n", wish.file,
			strerror(errno));
		return EXIT_FAILED;
	}
	done = command_run(export, &wish);
	if (wish.file != NULL && fclose(wish.to) != 0) {
		fprintf(stderr, "shopd export: %s: %s\n", wish.file,
			strerror(errno));
		done = false;
	}
	return done ? EXIT_DONE : EXIT_FAILED;
}
