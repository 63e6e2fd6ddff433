/* key_store.c - keys in the database, where only the hash of a secret is. */
#include "keys.h"

#include <string.h>

#include <platform/auth.h>
#include <platform/config.h>
#include <queries.h>

static const struct fault_kind no_key = {
	404, "not_found", "No ApiKey matches the given query."};
static const struct fault_kind not_active = {
	409, "key_not_active", "The API key was revoked, or has expired."};

static struct param hash_param(struct work *w, const char *text)
{
	uint8_t hash[SECRET_HASH_SIZE];

	secret_hash(text, hash);
	return p_bytes(&w->arena, hash, sizeof(hash));
}

async bool key_create(struct work *w, const struct key_new *new,
		      struct key_made *made)
{
	struct key_parts parts = {.is_live = config->is_production};

	key_id_make(parts.public_id);
	key_make(&parts, made->text);
	made->id = uuid_make();
	return db_query(w, &q_key_insert,
			params(p_uuid(&made->id), p_text(parts.public_id),
			       p_text(parts.is_live ? "live" : "test"),
			       p_text(new->name), scopes_param(w, new->scopes),
			       p_texts(&w->arena, new->networks,
				       new->network_count),
			       p_text(new->rate), hash_param(w, made->text),
			       new->expires_at ? p_time(new->expires_at)
					       : p_null(),
			       p_uuid(&new->creator)),
			NULL);
}

async bool key_lock(struct work *w, const struct uuid *id, struct rows *rows)
{
	return db_query(w, &q_key_lock, params(p_uuid(id)), rows) &&
	       (rows->count == 1 || refuse(w, &no_key, NULL));
}

struct rotating {
	const struct key_rotation *asked;
	struct key_made *made;
};

static async bool rotate_step(struct work *w, void *argument)
{
	struct rotating *it = argument;
	struct key_parts parts = {0};
	struct rows rows;

	if (!key_lock(w, &it->asked->id, &rows))
		return false;
	if (!row_bool(&rows, 0, KEY_ACTIVE))
		return refuse(w, &not_active, NULL);
	if (!scopes_are_held(w, scopes_parse(row_text(&rows, 0, KEY_SCOPES)),
			     it->asked->scopes))
		return false;
	parts.is_live = strcmp(row_text(&rows, 0, KEY_MODE), "live") == 0;
	memcpy(parts.public_id, row_text(&rows, 0, KEY_PUBLIC_ID),
	       KEY_ID_LENGTH);
	key_make(&parts, it->made->text);
	it->made->id = it->asked->id;
	return db_query(w, &q_key_rotate,
			params(p_uuid(&it->asked->id),
			       hash_param(w, it->made->text),
			       p_int(it->asked->overlap)),
			NULL);
}

async bool key_rotate(struct work *w, const struct key_rotation *rotation,
		      struct key_made *made)
{
	struct rotating it = {rotation, made};

	return db_transact(w, rotate_step, &it);
}

static async bool revoke_step(struct work *w, void *argument)
{
	const struct uuid *id = argument;
	struct rows rows;

	return key_lock(w, id, &rows) &&
	       db_query(w, &q_key_revoke, params(p_uuid(id)), NULL);
}

async bool key_revoke(struct work *w, const struct uuid *id)
{
	struct uuid copy = *id;

	return db_transact(w, revoke_step, &copy);
}
