/* user.c - shopd user: what was asked for. */
#include "commands.h"
#include "user.h"

#include <stdio.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/db.h>

enum option {
	OPTION_STAFF = 1 << 0,
	OPTION_ROLE = 1 << 1,
	OPTION_PERMISSION = 1 << 2,
	OPTION_PASSWORD = 1 << 3,
	OPTION_GIVE = 1 << 4,
	OPTION_TAKE = 1 << 5,
	OPTION_CLOSED = 1 << 6
};

static const struct way {
	const char *name;
	async bool (*run)(struct work *w, void *wish);
	unsigned options;
	bool has_no_email;
} ways[] = {
	{"create", user_create,
	 OPTION_STAFF | OPTION_ROLE | OPTION_PERMISSION | OPTION_PASSWORD, false},
	{"password", user_password, OPTION_PASSWORD, false},
	{"deactivate", user_deactivate, 0, false},
	{"activate", user_activate, 0, false},
	{"reset-factor", user_reset_factor, 0, false},
	{"roles", user_roles, OPTION_GIVE | OPTION_TAKE, false},
	{"list", user_list, OPTION_STAFF | OPTION_CLOSED, true},
};

static const struct {
	const char *name;
	enum option option;
	bool takes_word;
} options[] = {
	{"--staff", OPTION_STAFF, false},
	{"--role", OPTION_ROLE, true},
	{"--permission", OPTION_PERMISSION, true},
	{"--password-stdin", OPTION_PASSWORD, false},
	{"--give", OPTION_GIVE, true},
	{"--take", OPTION_TAKE, true},
	{"--closed", OPTION_CLOSED, false},
};
enum { OPTIONS = sizeof(options) / sizeof(options[0]) };

static int misused(const char *sentence, const char *word)
{
	return command_misused("user", sentence, word);
}

/* Longer than the buffer is refused, not cut. */
static int read_password(struct user_wish *wish)
{
	size_t length;

	if (fgets(wish->password, sizeof(wish->password), stdin) == NULL)
		return misused("no password came on standard input", NULL);
	length = strcspn(wish->password, "\r\n");
	if (length == sizeof(wish->password) - 1)
		return misused("the password is longer than 1000 characters",
			       NULL);
	wish->password[length] = '\0';
	wish->is_password_made = false;
	return length >= 8 ? EXIT_DONE
			   : misused("the password has fewer than 8 characters",
				     NULL);
}

static int add_permission(struct user_wish *wish, const char *name)
{
	size_t length = strlen(wish->permissions);

	if (permissions_parse(name) == 0 ||
	    length + strlen(name) + 2 > sizeof(wish->permissions))
		return misused("no such permission", name);
	snprintf(wish->permissions + length, sizeof(wish->permissions) - length,
		 "%s%s", length > 0 ? "," : "", name);
	return EXIT_DONE;
}

static int add_role(const char **names, size_t *count, const char *name)
{
	if (*count == WISH_ROLES_MAX)
		return misused("too many roles", name);
	names[(*count)++] = name;
	return EXIT_DONE;
}

static int take_option(struct user_wish *wish, enum option option,
		       const char *word)
{
	switch (option) {
	case OPTION_STAFF:
		wish->is_staff = true;
		return EXIT_DONE;
	case OPTION_CLOSED:
		wish->is_closed = true;
		return EXIT_DONE;
	case OPTION_PERMISSION:
		return add_permission(wish, word);
	case OPTION_PASSWORD:
		return read_password(wish);
	case OPTION_ROLE:
	case OPTION_GIVE:
		return add_role(wish->given, &wish->given_count, word);
	case OPTION_TAKE:
	default:
		return add_role(wish->taken, &wish->taken_count, word);
	}
}

static int find_option(const struct way *way, const char *name)
{
	for (int i = 0; i < OPTIONS; i++)
		if (strcmp(options[i].name, name) == 0 &&
		    (way->options & options[i].option))
			return i;
	return -1;
}

/* What stands behind the address. */
static int read_options(const struct way *way, struct user_wish *wish, int argc,
			char **argv)
{
	for (int i = way->has_no_email ? 2 : 3; i < argc; i++) {
		int found = find_option(way, argv[i]);
		const char *word = NULL;
		int code;

		if (found < 0)
			return misused("unknown option", argv[i]);
		if (options[found].takes_word && ++i == argc)
			return misused("something is missing behind", argv[i - 1]);
		if (options[found].takes_word)
			word = argv[i];
		code = take_option(wish, options[found].option, word);
		if (code != EXIT_DONE)
			return code;
	}
	if (wish->permissions[0] != '\0' && !wish->is_staff)
		return misused("--permission goes with --staff", NULL);
	if (wish->given_count > 0 && (way->options & OPTION_ROLE) &&
	    !wish->is_staff)
		return misused("--role goes with --staff", NULL);
	return EXIT_DONE;
}

static const struct way *find_way(const char *name)
{
	for (size_t i = 0; i < sizeof(ways) / sizeof(ways[0]); i++)
		if (strcmp(ways[i].name, name) == 0)
			return &ways[i];
	return NULL;
}

int user_command(int argc, char **argv)
{
	struct user_wish wish = {.is_password_made = true};
	const struct way *way = argc > 1 ? find_way(argv[1]) : NULL;
	char secret[SECRET_TEXT_SIZE];
	int code;

	if (way == NULL)
		return misused("expected create, password, deactivate, activate, "
			       "reset-factor, roles or list", argc > 1 ? argv[1] : NULL);
	if (!way->has_no_email && argc < 3)
		return misused("an e-mail address is missing", NULL);
	if (!way->has_no_email && strchr(argv[2], '@') == NULL)
		return misused("that is no e-mail address", argv[2]);
	if (!way->has_no_email)
		wish.email = argv[2];
	if (!auth_parent_start())
		return EXIT_FAILED;
	secret_make(secret);
	snprintf(wish.password, sizeof(wish.password), "%.20s", secret);
	code = read_options(way, &wish, argc, argv);
	if (code != EXIT_DONE)
		return code;
	return command_run(way->run, &wish) ? EXIT_DONE : EXIT_FAILED;
}
