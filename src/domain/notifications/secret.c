/* secret.c - links of mails whose secret is in no table and no event: it
 * follows from the event's seed by a key of the token ring. */
#include "notice.h"

#include <platform/auth.h>
#include <platform/json.h>

static const char *secret_link(struct arena *arena, const struct json_t *data,
			       const char *purpose)
{
	const char *seed = json_text_at(data, "seed", "");
	uint8_t wanted[SECRET_HASH_SIZE];
	uint8_t hash[SECRET_HASH_SIZE];
	char secret[SECRET_TEXT_SIZE];

	if (!hex_decode(json_text_at(data, "proof", ""), wanted,
			sizeof(wanted)))
		return NULL;
	/* The ring may have got a new first key since: tries each. */
	for (unsigned i = 0; secret_derive(purpose, seed, i, secret); i++) {
		secret_hash(secret, hash);
		if (bytes_equal(hash, wanted, sizeof(hash)))
			return arena_format(arena, "%s%s",
					    json_text_at(data, "link", ""),
					    secret);
	}
	return NULL;
}

void letter_secret(struct letter *letter, struct arena *arena,
		   const struct json_t *data, const char *words,
		   const char *purpose)
{
	const char *url = secret_link(arena, data, purpose);

	if (url)
		letter_link(letter, words, url);
	else
		letter_paragraph(letter,
				 "The link has expired: please ask again.");
}
