/* token_ring.h - the keys that sign tokens, and the header each writes. */
#ifndef AUTH_TOKEN_RING_H
#define AUTH_TOKEN_RING_H

#include <stddef.h>

struct token_key {
	char kid[33];
	unsigned char secret[512];
	int secret_length;
	/* {"alg":"HS256","kid":...,"typ":"JWT"} as libjwt writes it, base64url
	 * and the dot: the only header that this key's tokens may bear. */
	char header[160];
	size_t header_length;
};

/* The key whose header begins the token; NULL for none. */
const struct token_key *token_ring_find(const char *token);
/* The first: it signs. */
const struct token_key *token_ring_signer(void);
/* The payload, signed; to be freed. NULL: out of memory. */
char *token_encode(const struct token_key *key, const char *json);

#endif
