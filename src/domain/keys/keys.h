/* keys.h - what the files of this room know of one another. */
#ifndef KEYS_H
#define KEYS_H

#include <domain/keys.h>
#include <rest/request.h>

/* As staff send it; what PATCH leaves out is NULL, empty or 0. */
struct key_input {
	const char *name;
	struct field_list scopes;
	struct field_list networks;
	const char *rate;
	int64_t expires_at;
};
struct key_rotation_input {
	int64_t overlap_seconds;
};

extern const struct choice key_states[];
extern const struct choice key_modes[];
extern const struct resource key_resource;	    /* without its secret */
extern const struct resource key_made_resource;	    /* with it, once */
extern const struct resource key_create_resource;
extern const struct resource key_patch_resource;
extern const struct resource key_rotation_resource;

/* Columns of key_lock. */
enum key_column { KEY_VERSION, KEY_PUBLIC_ID, KEY_MODE, KEY_SCOPES, KEY_ACTIVE };
/* 404. In a transaction: until its end nobody else changes it. */
async bool key_lock(struct work *w, const struct uuid *id, struct rows *rows);

/* 403 scope_not_held unless `held` has all of them. */
bool scopes_are_held(struct work *w, uint32_t scopes, uint32_t held);
/* By name; 400 for one that nobody knows. */
bool scopes_read(struct work *w, const struct field_list *names,
		 uint32_t *scopes);
/* As text[]. */
struct param scopes_param(struct work *w, uint32_t scopes);

#endif
