/* jwk.h - checks a signature by a key of a JWK Set. */
#ifndef AUTH_JWK_H
#define AUTH_JWK_H

#include <stdbool.h>
#include <stddef.h>

#include <platform/arena.h>

struct json_t;

/* The only two there are for us. */
enum jwk_alg { JWK_RS256, JWK_ES256, JWK_ALGS };
/* False for any other name; letters must agree exactly. */
bool jwk_alg_find(const char *name, enum jwk_alg *alg);

enum jwk_verdict { JWK_RIGHT, JWK_WRONG, JWK_NO_KEY };
/* By the keys of the set that have that kid and are for that alg: RSA of 2048
 * to 8192 bits, or P-256. */
enum jwk_verdict jwk_check(const struct json_t *jwks, const char *kid,
			   enum jwk_alg alg, const char *signed_text,
			   const char *signature_text);

/* Base64url without padding, strictly: NULL for anything else. */
unsigned char *base64url_read(struct arena *arena, const char *text,
			      size_t length, size_t *got);

#endif
