/* token_look.c - what a token says and why it is not believed, for people who
 * look into one. Nothing is let in by this file. */
#include <platform/auth.h>

#include <jwt.h>
#include <sodium.h>
#include <string.h>

#include <platform/json.h>

#include "token_ring.h"

enum { LENGTH_MAX = 2048 };

/* One part of it as compact JSON; NULL when it is none. */
static const char *part_read(struct arena *arena, const char *part,
			     size_t length)
{
	char *bytes = arena_alloc(arena, length + 1);
	const struct json_t *root;
	size_t got;

	if (length == 0 ||
	    sodium_base642bin((unsigned char *)bytes, length, part, length,
			      NULL, &got, NULL,
			      sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return NULL;
	root = json_read_quietly(arena, bytes, got);
	return root ? json_write(arena, root) : NULL;
}

static bool is_signed_by(const struct token_key *key, const char *token)
{
	jwt_t *jwt = NULL;
	bool is_right = jwt_decode(&jwt, token, key->secret,
				   key->secret_length) == 0;

	jwt_free(jwt);
	return is_right;
}

void token_look(struct arena *arena, const char *token, struct token_look *look)
{
	size_t header = strcspn(token, ".");
	const struct token_key *key;
	struct claims claims;

	*look = (struct token_look){.verdict = TOKEN_INVALID};
	if (strnlen(token, LENGTH_MAX + 1) > LENGTH_MAX ||
	    token[header] != '.')
		return;
	look->header = part_read(arena, token, header);
	look->payload = part_read(arena, token + header + 1,
				  strcspn(token + header + 1, "."));
	key = token_ring_find(token);
	look->is_of_ring = key != NULL;
	look->is_signed = key != NULL && is_signed_by(key, token);
	look->verdict = token_verify(token, &claims);
	look->claims = claims;
}
