/* user_change.c - shopd user: accounts are made, changed, closed and listed.
 * Each is logged before it is done. */
#include "user.h"

#include <stdio.h>
#include <string.h>

#include <domain/audit.h>
#include <domain/staff.h>
#include <platform/auth.h>
#include <platform/db.h>

#include <queries.h>

static const struct fault_kind no_account = {
	404, "not_found", "there is no account with this address"};

static bool tell_fault(const struct work *w)
{
	fprintf(stderr, "shopd user: %s\n",
		w->fault.detail[0] != '\0' ? w->fault.detail
					   : w->fault.kind->detail);
	return false;
}

static async bool find(struct work *w, const struct user_wish *wish,
		       struct rows *rows)
{
	return db_query(w, &q_user_find, params(p_text(wish->email)), rows) &&
	       (rows->count == 1 || refuse(w, &no_account, NULL));
}

/* ---- create ---- */

static async bool create_step(struct work *w, void *argument)
{
	const struct user_wish *wish = argument;
	const struct account_new new = {
		.email = wish->email,
		.password = wish->password,
		.is_staff = wish->is_staff,
		.permissions = permissions_parse(wish->permissions),
	};
	struct uuid id;

	return account_create(w, &new, &id) &&
	       (wish->given_count == 0 ||
		staff_roles_give(w, &id, wish->given, wish->given_count));
}

async bool user_create(struct work *w, void *argument)
{
	struct user_wish *wish = argument;
	char id[UUID_TEXT_LENGTH + 1];
	struct uuid account;
	struct rows rows;

	if (!audit_command(w, "user.create", wish->email) ||
	    !db_transact(w, create_step, wish) || !find(w, wish, &rows))
		return tell_fault(w);
	account = row_uuid(&rows, 0, 0);
	uuid_format(&account, id);
	printf("account %s %s\n", id, wish->email);
	if (wish->is_password_made)
		printf("password %s\n", wish->password);
	return true;
}

/* ---- password ---- */

async bool user_password(struct work *w, void *argument)
{
	struct user_wish *wish = argument;
	const char *hash;
	struct rows rows;

	if (!audit_command(w, "user.password", wish->email) ||
	    !password_hash(w, wish->password, &hash) ||
	    !db_query(w, &q_user_set_password,
		      params(p_text(wish->email), p_text(hash)), &rows) ||
	    !(rows.count == 1 || refuse(w, &no_account, NULL)))
		return tell_fault(w);
	printf("%s has a new password, all sessions are over\n", wish->email);
	if (wish->is_password_made)
		printf("password %s\n", wish->password);
	return true;
}

/* ---- deactivate, activate ---- */

static async bool set_active(struct work *w, const struct user_wish *wish,
			     bool is_active)
{
	struct rows rows;
	struct uuid id;

	if (!find(w, wish, &rows))
		return false;
	id = row_uuid(&rows, 0, 0);
	return db_query(w, &q_user_set_active,
			params(p_uuid(&id), p_bool(is_active)), NULL) ||
	       staff_explain(w);
}

static async bool deactivate_step(struct work *w, void *wish)
{
	return set_active(w, wish, false);
}

static async bool activate_step(struct work *w, void *wish)
{
	return set_active(w, wish, true);
}

async bool user_deactivate(struct work *w, void *argument)
{
	struct user_wish *wish = argument;

	if (!audit_command(w, "user.deactivate", wish->email) ||
	    !db_transact(w, deactivate_step, wish))
		return tell_fault(w);
	printf("%s is closed, all sessions are over\n", wish->email);
	return true;
}

async bool user_activate(struct work *w, void *argument)
{
	struct user_wish *wish = argument;

	if (!audit_command(w, "user.activate", wish->email) ||
	    !db_transact(w, activate_step, wish))
		return tell_fault(w);
	printf("%s is open\n", wish->email);
	return true;
}

/* ---- reset-factor ---- */

static async bool reset_factor_step(struct work *w, void *argument)
{
	const struct user_wish *wish = argument;
	struct rows rows;
	struct uuid id;

	if (!find(w, wish, &rows))
		return false;
	id = row_uuid(&rows, 0, 0);
	return staff_factor_reset(w, &id);
}

async bool user_reset_factor(struct work *w, void *argument)
{
	struct user_wish *wish = argument;

	if (!audit_command(w, "user.reset-factor", wish->email) ||
	    !db_transact(w, reset_factor_step, wish))
		return tell_fault(w);
	printf("%s has no second factor any more, all sessions are over\n",
	       wish->email);
	return true;
}

/* ---- roles ---- */

static async bool roles_step(struct work *w, void *argument)
{
	const struct user_wish *wish = argument;
	struct rows rows;
	struct uuid id;

	if (!find(w, wish, &rows))
		return false;
	id = row_uuid(&rows, 0, 0);
	return (wish->given_count == 0 ||
		staff_roles_give(w, &id, wish->given, wish->given_count)) &&
	       (wish->taken_count == 0 ||
		staff_roles_take(w, &id, wish->taken, wish->taken_count));
}

static async bool roles_tell(struct work *w, const struct user_wish *wish)
{
	enum column { EMAIL, IS_ACTIVE, IS_STAFF, ROLES, PERMISSIONS_TEXT, DIRECT };
	struct rows rows;

	if (!db_query(w, &q_user_show, params(p_text(wish->email)), &rows) ||
	    !(rows.count == 1 || refuse(w, &no_account, NULL)))
		return tell_fault(w);
	printf("roles        %s\npermissions  %s\n", row_text(&rows, 0, ROLES),
	       row_text(&rows, 0, PERMISSIONS_TEXT));
	if (*row_text(&rows, 0, DIRECT) != '\0')
		printf("without role %s\n", row_text(&rows, 0, DIRECT));
	return true;
}

async bool user_roles(struct work *w, void *argument)
{
	struct user_wish *wish = argument;

	if (!audit_command(w, "user.roles", wish->email) ||
	    !db_transact(w, roles_step, wish))
		return tell_fault(w);
	return roles_tell(w, wish);
}

/* ---- list ---- */

static void print_user(const struct rows *rows, int i)
{
	enum column { EMAIL, IS_ACTIVE, IS_STAFF, ROLES, LAST_LOGIN };

	printf("%s\t%s\t%s\t%s\t%s\n", row_text(rows, i, EMAIL),
	       row_bool(rows, i, IS_ACTIVE) ? "open" : "closed",
	       row_bool(rows, i, IS_STAFF) ? "staff" : "customer",
	       row_text(rows, i, LAST_LOGIN), row_text(rows, i, ROLES));
}

/* The next ones; *last is the address of the last one, "" at the end. */
static async bool list_batch(struct work *w, const struct user_wish *wish,
			     char *last, size_t size)
{
	struct rows rows;

	if (!db_query(w, &q_user_list,
		      params(p_text(last), p_bool(wish->is_staff),
			     p_bool(wish->is_closed)),
		      &rows))
		return false;
	for (int i = 0; i < rows.count; i++)
		print_user(&rows, i);
	snprintf(last, size, "%s",
		 rows.count > 0 ? row_text(&rows, rows.count - 1, 0) : "");
	return true;
}

async bool user_list(struct work *w, void *argument)
{
	struct user_wish *wish = argument;
	char last[WISH_TEXT_MAX] = "";

	if (!audit_command(w, "user.list", wish->is_staff ? "staff" : ""))
		return tell_fault(w);
	do {
		struct work part;
		bool is_done;

		work_part(w, &part);
		is_done = list_batch(&part, wish, last, sizeof(last));
		if (!work_part_end(w, &part, is_done))
			return tell_fault(w);
	} while (*last != '\0');
	return true;
}
