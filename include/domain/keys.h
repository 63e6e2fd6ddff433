/* domain/keys.h - API keys of integrators: made, rotated, revoked. */
#ifndef DOMAIN_KEYS_H
#define DOMAIN_KEYS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/keys.h>
#include <rest/room.h>

enum { KEY_OVERLAP_DEFAULT = 24 * 3600, KEY_OVERLAP_MAX = 30 * 24 * 3600 };

struct key_new {
	const char *name;
	uint32_t scopes; /* bit set of enum permission, not 0 */
	const char *const *networks; /* each network_is_sound() */
	size_t network_count;	     /* 0: from anywhere */
	const char *rate;   /* rate_is_sound(); NULL or "": throttle_key */
	int64_t expires_at; /* microseconds since 1970; 0: never */
	struct uuid creator; /* nil: a command */
};

/* The only place where the whole key ever is. */
struct key_made {
	struct uuid id;
	char text[KEY_TEXT_LENGTH + 1];
};

/* Of the mode of this server. One statement. */
async bool key_create(struct work *w, const struct key_new *new,
		      struct key_made *made);

struct key_rotation {
	struct uuid id;
	int64_t overlap; /* seconds for which the old secret works, too */
	uint32_t scopes; /* that whoever asks has; all bits: a command */
};
/*
 * A new secret for the key. 404 when there is none, 409 key_not_active when
 * it was revoked or has expired, 403 scope_not_held when it can do more than
 * who asks. A transaction of two statements.
 */
async bool key_rotate(struct work *w, const struct key_rotation *rotation,
		      struct key_made *made);

/* For good; again is as once. 404. One transaction of two statements. */
async bool key_revoke(struct work *w, const struct uuid *id);

extern const struct room keys_room;

#endif
