/* platform/id_token.h - tokens that others sign (OpenID Connect Core 2): is
 * one genuine, by the keys of its issuer (RFC 7517), and meant for us? And the
 * small sums of OAuth. Pure: nothing here waits. */
#ifndef PLATFORM_ID_TOKEN_H
#define PLATFORM_ID_TOKEN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/arena.h>
#include <platform/auth.h>

struct json_t;

/* What a token must say. */
struct id_token_rule {
	const char *issuer;	  /* exact */
	const char *issuer_alias; /* or this; NULL: no other */
	const char *audience;	  /* our client id */
	const char *nonce; /* the one we sent; NULL: none was sent */
	/* Another client of the same owner may have fetched it for us: an app
	 * on a telephone. Else azp, when told, is our client id. */
	bool may_be_fetched_by_another;
	int64_t now; /* seconds since 1970 */
};

/* What it says; texts are in the arena. */
struct id_token {
	const char *subject;
	const char *email; /* NULL: not told */
	bool email_is_verified;
	const char *given_name; /* NULL: not told; these two as well */
	const char *family_name;
	const char *name;
	int64_t expires; /* seconds since 1970 */
};

enum id_token_verdict {
	ID_TOKEN_VALID,
	ID_TOKEN_MALFORMED,	/* not three parts of base64url with JSON */
	ID_TOKEN_WRONG_ALG,	/* neither RS256 nor ES256 */
	ID_TOKEN_WRONG_TYPE,	/* signed, but no ID token */
	ID_TOKEN_UNKNOWN_KEY,	/* no key of that kid for that alg */
	ID_TOKEN_BAD_SIGNATURE,
	ID_TOKEN_WRONG_ISSUER,
	ID_TOKEN_WRONG_AUDIENCE,
	ID_TOKEN_EXPIRED,
	ID_TOKEN_NOT_YET, /* nbf or iat is ahead of our clock */
	ID_TOKEN_WRONG_NONCE,
	ID_TOKEN_WRONG_CLAIMS, /* one that must be there is not, or odd */
	ID_TOKEN_VERDICTS
};
const char *id_token_verdict_name(enum id_token_verdict verdict);

/*
 * jwks: the issuer's JWK Set as JSON. The header's alg is only compared: the
 * key's type decides how the signature is checked, straight by OpenSSL, so
 * that no algorithm can be put in the place of another (RFC 8725 3.1). jku,
 * x5u and jwk of the header are ignored. Clocks may differ by 60 seconds.
 */
enum id_token_verdict id_token_check(struct arena *arena, const char *token,
				     const struct json_t *jwks,
				     const struct id_token_rule *rule,
				     struct id_token *told);
/* The claims about the person alone, of an answer that was not signed. */
bool id_token_person(struct arena *arena, const struct json_t *claims,
		     struct id_token *told);
/* A text of theirs that can be stored and shown on one line, of 1 to max
 * bytes; else NULL. */
const char *claim_text(struct arena *arena, const struct json_t *claims,
		       const char *name, size_t max);

/* PKCE S256 (RFC 7636 section 4.2): the challenge of a verifier. */
void pkce_challenge(const char *verifier, char challenge[SECRET_TEXT_SIZE]);
/* "Basic ..." of RFC 6749 section 2.3.1: both parts as in a form. */
const char *client_basic(struct arena *arena, const char *id,
			 const char *secret);
/* Facebook's: HMAC-SHA256 of the access token by the app's secret, hex. */
#define APPSECRET_PROOF_SIZE 65
void appsecret_proof(const char *secret, const char *access_token,
		     char proof[APPSECRET_PROOF_SIZE]);

#endif
