/* domain/staff.h - who works for the shop, and what each may do. */
#ifndef DOMAIN_STAFF_H
#define DOMAIN_STAFF_H

#include <stdint.h>

#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/room.h>

/*
 * For commands: makes the account one of the staff and gives it the roles of
 * these names, or takes them. An unknown name is 400, nothing is done then;
 * the last active owner stays: 409 last_owner. Joins the open transaction.
 */
async bool staff_roles_give(struct work *w, const struct uuid *account,
			    const char *const *names, size_t count);
async bool staff_roles_take(struct work *w, const struct uuid *account,
			    const char *const *names, size_t count);

/*
 * Takes every second factor off an account whose owner has lost theirs: app,
 * recovery codes and passkeys are gone, all sessions end, and a mail tells its
 * owner. 404 not_found, 409 no_second_factor. Joins the open transaction. Three
 * statements.
 */
async bool staff_factor_reset(struct work *w, const struct uuid *account);

/* What the database's refusal means, put in its place; always false:
 *   return db_query(...) || staff_explain(w); */
bool staff_explain(struct work *w);
extern const struct fault_kind staff_last_owner; /* 409 last_owner */

extern const struct room staff_room;

#endif
