/* user.h - what the files of shopd user share. */
#ifndef COMMANDS_USER_H
#define COMMANDS_USER_H

#include <stdbool.h>
#include <stddef.h>

#include <domain/accounts.h>
#include <platform/work.h>

enum { WISH_ROLES_MAX = 20, WISH_TEXT_MAX = 1024 };

/* What was asked for at the command line. */
struct user_wish {
	const char *email; /* NULL: of list */
	bool is_staff;	   /* create: of the staff; list: staff alone */
	bool is_closed;	   /* list: closed accounts alone */
	bool is_password_made;
	char password[WISH_TEXT_MAX];
	char permissions[WISH_TEXT_MAX];
	const char *given[WISH_ROLES_MAX];
	size_t given_count;
	const char *taken[WISH_ROLES_MAX];
	size_t taken_count;
};

/* Each does what was asked for, and tells it on stdout. */
async bool user_create(struct work *w, void *wish);
async bool user_password(struct work *w, void *wish);
async bool user_deactivate(struct work *w, void *wish);
async bool user_activate(struct work *w, void *wish);
async bool user_reset_factor(struct work *w, void *wish);
async bool user_roles(struct work *w, void *wish);
async bool user_list(struct work *w, void *wish);

#endif
