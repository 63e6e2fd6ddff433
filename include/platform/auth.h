/* platform/auth.h - passwords, tokens, random and hashes. The only door to
 * libsodium, libjwt and OpenSSL. */
#ifndef PLATFORM_AUTH_H
#define PLATFORM_AUTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/uuid.h>
#include <platform/work.h>

bool auth_parent_start(void); /* before the fork: sodium_init, key ring */
bool auth_worker_start(void); /* the hashing threads */

/* Argon2id on the bounded thread pool; past its queue 503 + Retry-After.
 * *hash lives in the arena, PHC string format. */
async bool password_hash(struct work *w, const char *password,
			 const char **hash);
/*
 * Argon2id, and Django's pbkdf2_sha256$ and argon2$ hashes. hash NULL costs
 * the same time as a wrong password and never matches. *is_stale: verified,
 * but the hash should be replaced by password_hash's. False only for a fault.
 */
async bool password_verify(struct work *w, const char *hash,
			   const char *password, bool *matches,
			   bool *is_stale);
unsigned password_queue_length(void);
/* Of a hash that comes from Django: whether password_verify() takes it. */
enum password_hash_verdict {
	PASSWORD_HASH_GOOD,
	PASSWORD_HASH_DEAR,   /* to check it would cost more than we allow */
	PASSWORD_HASH_UNKNOWN /* of another kind, or damaged */
};
enum password_hash_verdict password_hash_judge(const char *hash);

/* What an access token says. */
struct claims {
	struct uuid user;
	bool is_staff;
	uint32_t permissions; /* bit set of enum permission (rest/access.h) */
	uint32_t epoch;	      /* of the account when it was issued */
	struct uuid session;
	int64_t proved; /* seconds since 1970: the first factor was shown */
	int64_t second; /* the second; 0: never in this session */
	int64_t issued;	      /* seconds since 1970 */
	int64_t expires;
	char jti[33];
};
enum token_verdict { TOKEN_VALID, TOKEN_EXPIRED, TOKEN_INVALID, TOKEN_WRONG_TYPE };
/* iat, exp and jti are filled in from the clock and config. */
const char *token_sign(struct arena *arena, struct claims *claims);
/* alg pinned before verification; kid from the ring; typ, token_type, iss,
 * aud, exp, nbf checked (DESIGN 5, libjwt checks none). Under 5 us when the
 * same token was verified lately. */
enum token_verdict token_verify(const char *token, struct claims *claims);

/* The same looked into, for people: what it says even where nothing of that
 * may be believed. */
struct token_look {
	const char *header; /* JSON, in the arena; NULL: unreadable */
	const char *payload;
	bool is_of_ring; /* its header is one that a key of the ring writes */
	bool is_signed;	 /* by that key */
	enum token_verdict verdict;
	struct claims claims; /* of TOKEN_VALID and TOKEN_EXPIRED */
};
void token_look(struct arena *arena, const char *token,
		struct token_look *look);

/* Opaque secrets: 256 random bits, base64url, 43 characters. */
#define SECRET_TEXT_SIZE 44
void secret_make(char text[SECRET_TEXT_SIZE]);
/* What is stored of one: SHA-256. */
#define SECRET_HASH_SIZE 32
void secret_hash(const char *text, uint8_t hash[SECRET_HASH_SIZE]);

/*
 * The secret that follows from another one by a key of the token ring (0 is
 * the newest): it can be made again and need not be stored. Nobody without
 * the ring can. False when the ring has no such key.
 */
bool secret_derive(const char *purpose, const char *text, unsigned key_number,
		   char derived[SECRET_TEXT_SIZE]);

/*
 * Secrets that must be readable again, sealed at rest by the first key of
 * config->data_keys (XChaCha20-Poly1305); all keys of the ring open. Bound to
 * what it is for and whose it is: anywhere else it does not open.
 */
struct seal_context {
	const char *purpose; /* "totp" */
	struct uuid owner;   /* the account */
};
/* A text of "v1.kid." and base64url, in the arena. NULL when data_keys is
 * wrong, which a started server's is not. */
const char *data_seal(struct arena *arena, const struct seal_context *context,
		      const void *plain, size_t length);
/* False when it was damaged, sealed for something else, of another length, or
 * by a key that is not in the ring. */
bool data_unseal(struct arena *arena, const struct seal_context *context,
		 const char *sealed, void *plain, size_t length);
/* "v1.kid.": how what the first key seals begins. What begins otherwise waits
 * to be sealed anew. NULL as data_seal(). */
const char *data_seal_head(void);

/* RFC 6238 as every authenticator app has it: SHA-1, 6 digits, 30 seconds. */
enum { TOTP_SECRET_SIZE = 20, TOTP_DIGITS = 6, TOTP_STEP_SECONDS = 30 };
/* code has room for digits + 1; digits from 6 to 9. */
void totp_code(const uint8_t *secret, size_t length, int64_t step,
	       unsigned digits, char *code);
/*
 * Whether the code is that of now (seconds since 1970) or of one step before
 * or after, and of a later step than last_step; *step tells which. The caller
 * stores it as the last one, on condition that it still is later.
 */
bool totp_match(const uint8_t secret[TOTP_SECRET_SIZE], const char *code,
		int64_t now, int64_t last_step, int64_t *step);
/* RFC 4648, without padding; text has room for length * 8 / 5 + 2. */
void base32_encode(const void *bytes, size_t length, char *text);

void random_bytes(void *bytes, size_t length);
void sha256(const void *bytes, size_t length, uint8_t hash[32]);
void hmac_sha256(const void *key, size_t key_length, const void *bytes,
		 size_t length, uint8_t mac[32]);
/* In constant time. */
bool bytes_equal(const void *a, const void *b, size_t length);
/* Lower case; hex has room for 2 * length + 1. */
void hex_encode(const void *bytes, size_t length, char *hex);
bool hex_decode(const char *hex, void *bytes, size_t length);

#endif
