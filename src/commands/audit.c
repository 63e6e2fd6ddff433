/* audit.c - shopd audit verify: is the log of what staff did as it was
 * written? */
#include "commands.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <domain/audit.h>
#include <platform/db.h>
#include <platform/work.h>

enum { BATCH = 5000, HASH_LENGTH = 64 };

struct verification {
	const char *head; /* "SEQ:HASH" as told by an earlier run; NULL: none */
	struct audit_check check;
	char hash[HASH_LENGTH + 1]; /* of its last good entry */
	bool is_head_found;
};

/* An entry that an earlier run has seen must still have its hash: who makes
 * the whole chain anew is found by that. */
static void compare_head(struct verification *v, int64_t from)
{
	const char *colon = v->head ? strchr(v->head, ':') : NULL;
	int64_t seq = colon ? strtoll(v->head, NULL, 10) : 0;

	if (colon && from < seq && v->check.last_seq == seq)
		v->is_head_found = strcmp(colon + 1, v->hash) == 0;
}

/* Ends a batch at the entry that is to be compared. */
static int batch_size(const struct verification *v)
{
	int64_t left = v->head ? strtoll(v->head, NULL, 10) -
					 v->check.last_seq
			       : 0;

	return left > 0 && left < BATCH ? (int)left : BATCH;
}

static async bool verify_batch(struct work *w, struct verification *v)
{
	int64_t from = v->check.last_seq;
	int most = batch_size(v);
	struct work part;
	bool done;

	work_part(w, &part);
	v->check.last_hash = *v->hash ? v->hash : NULL;
	done = audit_check_on(&part, &v->check, most);
	if (done) {
		snprintf(v->hash, sizeof(v->hash), "%s", v->check.last_hash);
		v->check.flaw = v->check.flaw == NULL ? NULL
				: *v->check.flaw == 'm' ? "missing"
							: "altered";
		compare_head(v, from);
	}
	return work_part_end(w, &part, done);
}

static async bool verify(struct work *w, void *argument)
{
	struct verification *v = argument;

	do {
		if (!verify_batch(w, v))
			return false;
		if (isatty(STDERR_FILENO))
			fprintf(stderr, "\r%" PRId64 " entries", v->check.checked);
	} while (!v->check.is_over);
	if (isatty(STDERR_FILENO))
		fputc('\n', stderr);
	return true;
}

static int tell(const struct verification *v)
{
	const struct audit_check *check = &v->check;

	if (check->flaw) {
		printf("entry %" PRId64 " is %s; the %" PRId64
		       " before it are as they were written\n",
		       check->flaw_seq, check->flaw, check->checked);
		return EXIT_UNHEALTHY;
	}
	if (v->head && !v->is_head_found) {
		printf("the chain is whole, but it is another one: it does not "
		       "hold %s\n", v->head);
		return EXIT_UNHEALTHY;
	}
	printf("%" PRId64 " entries, none missing, none altered, %" PRId64
	       " erased by law\nhead %" PRId64 ":%s\n",
	       check->checked, check->erased, check->last_seq, v->hash);
	return EXIT_DONE;
}

static bool is_head(const char *text)
{
	size_t digits = strspn(text, "0123456789");

	return digits > 0 && digits < 18 && text[digits] == ':' &&
	       strlen(text + digits + 1) == HASH_LENGTH &&
	       strspn(text + digits + 1, "0123456789abcdef") == HASH_LENGTH;
}

int audit_command_line(int argc, char **argv)
{
	struct verification v = {0};

	if (argc < 2 || strcmp(argv[1], "verify") != 0)
		return command_misused("audit", "expected: verify", NULL);
	if (argc == 4 && strcmp(argv[2], "--head") == 0 && is_head(argv[3]))
		v.head = argv[3];
	else if (argc > 2)
		return command_misused("audit", "expected: --head SEQ:HASH",
				       argv[2]);
	if (!command_run(verify, &v)) {
		fprintf(stderr, "shopd audit: the database does not answer as "
				"it should; see the log lines above\n");
		return EXIT_FAILED;
	}
	return tell(&v);
}
