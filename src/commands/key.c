/* key.c - shopd key create, list, rotate, revoke. */
#include "commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <domain/accounts.h>
#include <domain/audit.h>
#include <domain/keys.h>
#include <platform/auth.h>
#include <platform/clock.h>
#include <platform/db.h>
#include <queries.h>

enum { NETWORKS_MAX = 20, DAYS_MAX = 36500 };

struct wish {
	struct key_new new;
	const char *networks[NETWORKS_MAX];
	const char *name; /* of the key that is meant */
	int64_t overlap;
};

static bool told(const struct work *w)
{
	fprintf(stderr, "shopd key: %s\n",
		w->fault.detail[0] != '\0' ? w->fault.detail
					   : w->fault.kind->detail);
	return false;
}

static bool read_number(const char *text, int64_t max, int64_t *number)
{
	char *end;

	if (*text < '0' || *text > '9')
		return false;
	*number = strtoll(text, &end, 10);
	return *end == '\0' && *number <= max;
}

/* ---- create ---- */

static int read_option(struct wish *wish, const char *name, const char *value)
{
	struct key_new *new = &wish->new;
	int64_t days;

	if (strcmp(name, "--scope") == 0) {
		uint32_t scope = permissions_parse(value);

		if (scope == 0)
			return command_misused("key", "no such scope", value);
		new->scopes |= scope;
	} else if (strcmp(name, "--network") == 0) {
		if (!network_is_sound(value) ||
		    new->network_count == NETWORKS_MAX)
			return command_misused("key", "no network", value);
		wish->networks[new->network_count++] = value;
	} else if (strcmp(name, "--rate") == 0) {
		if (!rate_is_sound(value))
			return command_misused("key", "no rate", value);
		new->rate = value;
	} else if (strcmp(name, "--days") == 0) {
		if (!read_number(value, DAYS_MAX, &days) || days == 0)
			return command_misused("key", "no days", value);
		new->expires_at = clock_wall() + days * 86400 * SECOND;
	} else {
		return command_misused("key", "unknown option", name);
	}
	return EXIT_DONE;
}

static async bool create(struct work *w, void *argument)
{
	struct wish *wish = argument;
	char id[UUID_TEXT_LENGTH + 1];
	struct key_made made;

	wish->new.networks = wish->networks;
	if (!audit_command(w, "key.create", wish->new.name) ||
	    !key_create(w, &wish->new, &made))
		return told(w);
	uuid_format(&made.id, id);
	printf("id  %s\nkey %s\n", id, made.text);
	return true;
}

static int run_create(int argc, char **argv)
{
	struct wish wish = {0};

	if (argc < 3 || argv[2][0] == '-' || argv[2][0] == '\0' ||
	    strlen(argv[2]) > 100)
		return command_misused("key", "expected: create NAME", NULL);
	wish.new.name = argv[2];
	for (int i = 3; i < argc; i += 2) {
		int code;

		if (i + 1 == argc)
			return command_misused("key", "what?", argv[i]);
		code = read_option(&wish, argv[i], argv[i + 1]);
		if (code != EXIT_DONE)
			return code;
	}
	if (wish.new.scopes == 0)
		return command_misused("key", "expected: --scope S", NULL);
	return command_run(create, &wish) ? EXIT_DONE : EXIT_FAILED;
}

/* ---- the others ---- */

static async bool list(struct work *w, void *nothing)
{
	enum column { KEY, NAME, SCOPES, STATUS, USED, EXPIRES };
	struct rows rows;

	(void)nothing;
	if (!db_query(w, &q_key_list_all, no_params, &rows))
		return told(w);
	for (int i = 0; i < rows.count; i++)
		printf("%s  %-7s  used %s  expires %s  %s  \"%s\"\n",
		       row_text(&rows, i, KEY), row_text(&rows, i, STATUS),
		       row_text(&rows, i, USED), row_text(&rows, i, EXPIRES),
		       row_text(&rows, i, SCOPES), row_text(&rows, i, NAME));
	return true;
}

static async bool find(struct work *w, const char *name, struct uuid *id)
{
	struct rows rows;

	if (!db_query(w, &q_key_by_name, params(p_text(name)), &rows))
		return told(w);
	if (rows.count == 0) {
		fprintf(stderr, "shopd key: there is no such key\n");
		return false;
	}
	*id = row_uuid(&rows, 0, 0);
	return true;
}

static async bool rotate(struct work *w, void *argument)
{
	const struct wish *wish = argument;
	struct key_rotation rotation = {.overlap = wish->overlap,
					.scopes = UINT32_MAX};
	struct key_made made;

	if (!find(w, wish->name, &rotation.id))
		return false;
	if (!audit_command(w, "key.rotate", wish->name) ||
	    !key_rotate(w, &rotation, &made))
		return told(w);
	printf("key %s\nthe old one works for %" PRId64 " seconds more\n",
	       made.text, rotation.overlap);
	return true;
}

static async bool revoke(struct work *w, void *argument)
{
	const struct wish *wish = argument;
	struct uuid id;

	if (!find(w, wish->name, &id))
		return false;
	if (!audit_command(w, "key.revoke", wish->name) || !key_revoke(w, &id))
		return told(w);
	printf("revoked\n");
	return true;
}

/* What follows "rotate" and "revoke". */
static int run_on_one(int argc, char **argv)
{
	struct wish wish = {.overlap = KEY_OVERLAP_DEFAULT};
	bool is_rotation = strcmp(argv[1], "rotate") == 0;

	if (argc < 3)
		return command_misused("key", "which one?", argv[1]);
	wish.name = argv[2];
	if (is_rotation && argc == 5 && strcmp(argv[3], "--overlap") == 0) {
		if (!read_number(argv[4], KEY_OVERLAP_MAX, &wish.overlap))
			return command_misused("key", "no seconds, up to 30 days",
					       argv[4]);
	} else if (argc > 3) {
		return command_misused("key", "unknown option", argv[3]);
	}
	return command_run(is_rotation ? rotate : revoke, &wish) ? EXIT_DONE
								  : EXIT_FAILED;
}

int key_command(int argc, char **argv)
{
	const char *what = argc < 2 ? "" : argv[1];

	if (!auth_parent_start())
		return EXIT_FAILED;
	if (strcmp(what, "create") == 0)
		return run_create(argc, argv);
	if (strcmp(what, "rotate") == 0 || strcmp(what, "revoke") == 0)
		return run_on_one(argc, argv);
	if (strcmp(what, "list") == 0 && argc == 2)
		return command_run(list, NULL) ? EXIT_DONE : EXIT_FAILED;
	return command_misused("key", "expected: create, list, rotate or revoke",
			       NULL);
}
