/* privacy.c - shopd privacy journal|reapply: who was erased, to be kept beside
 * the backups, and erased again after one of them was restored. */
#include "commands.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <domain/privacy.h>
#include <platform/db.h>
#include <platform/work.h>

static async bool print_journal(struct work *w, void *argument)
{
	struct uuid last = {{0}};
	int count;

	(void)argument;
	do {
		struct work part;
		struct rows rows = {0};
		bool done;

		work_part(w, &part);
		done = privacy_journal(&part, &last, &rows);
		count = done ? rows.count : 0;
		for (int i = 0; i < count; i++)
			printf("%s %s\n", row_text(&rows, i, 0),
			       row_text(&rows, i, 1));
		if (count > 0)
			last = row_uuid(&rows, count - 1, 0);
		if (!work_part_end(w, &part, done))
			return false;
	} while (count > 0);
	return true;
}

struct reapplying {
	int64_t there;
	int64_t lines;
	int64_t bad; /* the first line that is none of a journal; 0: none */
};

static async bool reapply_line(struct work *w, const struct uuid *account,
			       bool *is_there)
{
	struct work part;
	bool done;

	work_part(w, &part);
	done = privacy_reapply(&part, account, is_there);
	return work_part_end(w, &part, done);
}

static async bool reapply(struct work *w, void *argument)
{
	struct reapplying *r = argument;
	char line[128];

	while (fgets(line, sizeof(line), stdin) != NULL) {
		struct uuid account;
		bool is_there;

		r->lines++;
		line[strcspn(line, " \r\n")] = '\0';
		if (!uuid_parse(line, &account)) {
			r->bad = r->lines;
			return true;
		}
		if (!reapply_line(w, &account, &is_there))
			return false;
		r->there += is_there;
	}
	return true;
}

static int failed(void)
{
	fprintf(stderr, "shopd privacy: the database does not answer as it "
			"should; see the log lines above\n");
	return EXIT_FAILED;
}

int privacy_command(int argc, char **argv)
{
	struct reapplying r = {0};

	if (argc == 2 && strcmp(argv[1], "journal") == 0)
		return command_run(print_journal, NULL) ? EXIT_DONE : failed();
	if (argc != 2 || strcmp(argv[1], "reapply") != 0)
		return command_misused("privacy", "expected: journal or reapply",
				       argc > 1 ? argv[1] : NULL);
	if (!command_run(reapply, &r))
		return failed();
	if (r.bad > 0) {
		fprintf(stderr, "shopd privacy: line %lld does not begin with "
				"the id of an account\n", (long long)r.bad);
		return EXIT_USAGE;
	}
	printf("%lld of %lld accounts had come back and will be erased again\n",
	       (long long)r.there, (long long)r.lines);
	return EXIT_DONE;
}
