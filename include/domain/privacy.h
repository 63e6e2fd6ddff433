/* domain/privacy.h - what is known of somebody, told and forgotten
 * (docs/privacy.md). */
#ifndef DOMAIN_PRIVACY_H
#define DOMAIN_PRIVACY_H

#include <stdbool.h>
#include <stddef.h>

#include <platform/db.h>
#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/room.h>

/* Who was erased, in order of ids, after that one (nil: from the beginning):
 * rows of id and time, 1,000 at the most. One statement. */
async bool privacy_journal(struct work *w, const struct uuid *after,
			   struct rows *rows);

/* Erases an account again that a backup has brought back: the server does it
 * within a minute. *is_there is false when there is no such account. One
 * statement. */
async bool privacy_reapply(struct work *w, const struct uuid *account,
			   bool *is_there);

extern const struct room privacy_room;

#endif
