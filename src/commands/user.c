/* user.c - shopd user create. */
#include "commands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <domain/accounts.h>
#include <platform/auth.h>
#include <platform/db.h>
#include <platform/text.h>

struct wish {
	struct account_new account;
	bool is_password_made;
	char password[1024];
	char permissions[1024];
};

static bool read_password(char *password, size_t size)
{
	if (fgets(password, (int)size, stdin) == NULL)
		return false;
	password[strcspn(password, "\r\n")] = '\0';
	return strlen(password) >= 8;
}

static bool add_permission(struct wish *wish, const char *name)
{
	size_t length = strlen(wish->permissions);

	if (permissions_parse(name) == 0 ||
	    length + strlen(name) + 2 > sizeof(wish->permissions))
		return false;
	snprintf(wish->permissions + length,
		 sizeof(wish->permissions) - length, "%s%s",
		 length > 0 ? "," : "", name);
	return true;
}

/* The options behind the address; EXIT_DONE when all were understood. */
static int read_options(struct wish *wish, int argc, char **argv)
{
	for (int i = 3; i < argc; i++) {
		if (strcmp(argv[i], "--staff") == 0) {
			wish->account.is_staff = true;
		} else if (strcmp(argv[i], "--permission") == 0 && i + 1 < argc) {
			if (!add_permission(wish, argv[++i]))
				return command_misused("user", "no such permission", argv[i]);
		} else if (strcmp(argv[i], "--password-stdin") == 0) {
			wish->is_password_made = false;
			if (!read_password(wish->password, sizeof(wish->password)))
				return command_misused("user",
						       "the password has fewer than 8 characters",
						       NULL);
		} else {
			return command_misused("user", "unknown option", argv[i]);
		}
	}
	if (wish->permissions[0] != '\0' && !wish->account.is_staff)
		return command_misused("user", "--permission goes with --staff", NULL);
	return EXIT_DONE;
}

static async bool create(struct work *w, void *argument)
{
	struct wish *wish = argument;
	char id[UUID_TEXT_LENGTH + 1];
	struct uuid uuid;

	wish->account.password = wish->password;
	if (!account_create(w, &wish->account, &uuid)) {
		fprintf(stderr, "shopd user: %s\n",
			w->fault.detail[0] != '\0' ? w->fault.detail
						   : w->fault.kind->detail);
		return false;
	}
	uuid_format(&uuid, id);
	printf("account %s %s\n", id, wish->account.email);
	if (wish->is_password_made)
		printf("password %s\n", wish->password);
	return true;
}

int user_command(int argc, char **argv)
{
	struct wish wish = {.is_password_made = true};
	char secret[SECRET_TEXT_SIZE];
	int code;

	if (argc < 3 || strcmp(argv[1], "create") != 0)
		return command_misused("user", "expected: create EMAIL", NULL);
	if (strchr(argv[2], '@') == NULL)
		return command_misused("user", "that is no e-mail address", argv[2]);
	wish.account.email = argv[2];
	if (!auth_parent_start())
		return EXIT_FAILED;
	secret_make(secret);
	snprintf(wish.password, sizeof(wish.password), "%.20s", secret);
	code = read_options(&wish, argc, argv);
	if (code != EXIT_DONE)
		return code;
	wish.account.permissions = permissions_parse(wish.permissions);
	return command_run(create, &wish) ? EXIT_DONE : EXIT_FAILED;
}
