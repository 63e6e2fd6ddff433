/* token.c - access tokens: signed, checked, and remembered for a while.
 *
 * libjwt 1.10.2 believes the header's alg and checks no claim. So a token
 * must begin, byte for byte, with a header that one of our keys writes (alg,
 * kid and typ are pinned by that, nothing is parsed from it); only then does
 * libjwt check the signature, and we the claims. */
#include <platform/auth.h>

#include <jwt.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/json.h>
#include <platform/text.h>

#include "token_ring.h"

enum {
	TOKEN_LENGTH_MAX = 2048,
	SIGNATURE_LENGTH = 43, /* of 32 bytes, base64url */
	SKEW_SECONDS = 60,     /* an issuer's clock may be ahead of ours */
	CACHE_SETS = 2048,     /* a power of two */
	CACHE_WAYS = 2
};

/* A token has two places; the one that expires first makes room. */
struct remembered {
	uint8_t digest[32];
	struct claims claims; /* expires 0: empty */
};
static struct remembered cache[CACHE_SETS][CACHE_WAYS];
static uint8_t cache_key[32]; /* nobody outside can aim at a place */
static const char *cache_ring; /* config's token_keys it was filled under */

#define EXACT_MAX INT64_C(9007199254740991) /* 2^53 - 1, as everywhere */

static const char issuer[] = "shopd";

/* Another shop's tokens are not ours, even with the same key. */
static const char *audience(void)
{
	return *config->public_url ? config->public_url : "shopd";
}

static int64_t now_seconds(void)
{
	return clock_wall() / SECOND;
}

static void jti_make(char jti[33])
{
	uint8_t bytes[16];

	random_bytes(bytes, sizeof(bytes));
	bytes[6] = (uint8_t)((bytes[6] & 0x0f) | 0x40); /* UUID version 4 */
	bytes[8] = (uint8_t)((bytes[8] & 0x3f) | 0x80);
	hex_encode(bytes, sizeof(bytes), jti);
}

static const char *claims_write(struct arena *arena, const struct claims *c)
{
	struct text text;
	struct out out;
	char user[UUID_TEXT_LENGTH + 1];
	char session[UUID_TEXT_LENGTH + 1];

	uuid_format(&c->user, user);
	uuid_format(&c->session, session);
	text_init(&text, arena, 512);
	out_init(&out, &text);
	out_object(&out);
	out_key(&out, "aud");
	out_text(&out, audience());
	out_key(&out, "auth_time");
	out_int(&out, c->proved);
	out_key(&out, "epoch");
	out_int(&out, c->epoch);
	out_key(&out, "exp");
	out_int(&out, c->expires);
	out_key(&out, "iat");
	out_int(&out, c->issued);
	out_key(&out, "iss");
	out_text(&out, issuer);
	out_key(&out, "jti");
	out_text(&out, c->jti);
	out_key(&out, "mfa_time");
	out_int(&out, c->second);
	out_key(&out, "perms");
	out_int(&out, c->permissions);
	out_key(&out, "sid");
	out_text(&out, session);
	out_key(&out, "staff");
	out_bool(&out, c->is_staff);
	out_key(&out, "token_type");
	out_text(&out, "access");
	out_key(&out, "user_id");
	out_text(&out, user);
	out_object_end(&out);
	return text.bytes;
}

const char *token_sign(struct arena *arena, struct claims *claims)
{
	const struct token_key *key = token_ring_signer();
	const char *copy;
	char *token;

	claims->issued = now_seconds();
	claims->expires = claims->issued + config->access_token_seconds;
	jti_make(claims->jti);
	token = key ? token_encode(key, claims_write(arena, claims)) : NULL;
	if (!token) {
		fprintf(stderr, "tokens cannot be signed\n");
		abort(); /* the ring was checked before the start */
	}
	copy = arena_text(arena, token);
	free(token);
	return copy;
}

/* Three parts of base64url, a full signature, nothing else. */
static bool has_token_shape(const char *token, size_t length)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t header = strspn(token, plain);
	size_t payload;

	if (length > TOKEN_LENGTH_MAX || header == 0 || token[header] != '.')
		return false;
	token += header + 1;
	payload = strspn(token, plain);
	if (payload == 0 || token[payload] != '.')
		return false;
	token += payload + 1;
	return strspn(token, plain) == SIGNATURE_LENGTH &&
	       token[SIGNATURE_LENGTH] == '\0';
}

static bool signature_is_right(const struct token_key *key, const char *token)
{
	jwt_t *jwt = NULL;
	bool is_right = jwt_decode(&jwt, token, key->secret,
				   key->secret_length) == 0 &&
			jwt_get_alg(jwt) == JWT_ALG_HS256;

	jwt_free(jwt);
	return is_right;
}

/* Duplicate members and numbers past 2^53 end here (platform/json.h). */
static struct json_t *payload_read(struct arena *arena, const char *payload)
{
	size_t length = strcspn(payload, ".");
	char *json = arena_alloc(arena, length + 1);
	size_t got;

	if (sodium_base642bin((unsigned char *)json, length, payload, length,
			      NULL, &got, NULL,
			      sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return NULL;
	return json_read_quietly(arena, json, got);
}

static bool text_is(const struct json_t *root, const char *name,
		    const char *wanted)
{
	const char *text = json_text(json_member(root, name));

	return text && strcmp(text, wanted) == 0;
}

/* A whole number from 0 to max. */
static bool read_number(const struct json_t *root, const char *name,
			int64_t max, int64_t *number)
{
	const struct json_t *node = json_member(root, name);

	if (json_kind(node) != JSON_KIND_INT)
		return false;
	*number = json_int(node);
	return *number >= 0 && *number <= max;
}

static bool read_uuid(const struct json_t *root, const char *name,
		      struct uuid *uuid)
{
	const char *text = json_text(json_member(root, name));

	return text && strlen(text) == UUID_TEXT_LENGTH &&
	       uuid_parse(text, uuid);
}

/* The session, and when its factors were shown. */
static bool read_session(const struct json_t *root, struct claims *c)
{
	return read_uuid(root, "sid", &c->session) &&
	       read_number(root, "auth_time", EXACT_MAX, &c->proved) &&
	       read_number(root, "mfa_time", EXACT_MAX, &c->second);
}

static bool read_identity(const struct json_t *root, struct claims *c)
{
	const char *jti = json_text(json_member(root, "jti"));
	const struct json_t *staff = json_member(root, "staff");
	int64_t number;

	if (!read_uuid(root, "user_id", &c->user) || !jti ||
	    strlen(jti) != 32 || json_kind(staff) != JSON_KIND_BOOL)
		return false;
	memcpy(c->jti, jti, sizeof(c->jti));
	c->is_staff = json_bool_at(root, "staff", false);
	if (!read_number(root, "perms", UINT32_MAX, &number))
		return false;
	c->permissions = (uint32_t)number;
	if (!read_number(root, "epoch", UINT32_MAX, &number))
		return false;
	c->epoch = (uint32_t)number;
	return true;
}

static enum token_verdict claims_read(const struct json_t *root,
				      struct claims *c)
{
	int64_t now = now_seconds();
	int64_t not_before = 0;

	if (!text_is(root, "iss", issuer) || !text_is(root, "aud", audience()))
		return TOKEN_INVALID;
	if (!text_is(root, "token_type", "access"))
		return json_text(json_member(root, "token_type"))
			       ? TOKEN_WRONG_TYPE
			       : TOKEN_INVALID;
	if (!read_number(root, "exp", EXACT_MAX, &c->expires) ||
	    !read_number(root, "iat", now + SKEW_SECONDS, &c->issued) ||
	    (json_member(root, "nbf") &&
	     !read_number(root, "nbf", now + SKEW_SECONDS, &not_before)) ||
	    !read_identity(root, c) || !read_session(root, c))
		return TOKEN_INVALID;
	return c->expires > now ? TOKEN_VALID : TOKEN_EXPIRED;
}

static enum token_verdict verify(const char *token, struct claims *claims)
{
	const struct token_key *key = token_ring_find(token);
	struct arena arena = {0};
	const struct json_t *root;
	enum token_verdict verdict = TOKEN_INVALID;

	if (!key || !signature_is_right(key, token))
		return TOKEN_INVALID;
	root = payload_read(&arena, token + key->header_length);
	if (root)
		verdict = claims_read(root, claims);
	arena_finish(&arena);
	return verdict;
}

/* Where it stands, or where it would. */
static struct remembered *cache_place(const char *token, size_t length,
				      uint8_t digest[32])
{
	struct remembered *set;
	size_t place;

	if (cache_ring != config->token_keys) {
		memset(cache, 0, sizeof(cache));
		random_bytes(cache_key, sizeof(cache_key));
		cache_ring = config->token_keys;
	}
	crypto_generichash(digest, 32, (const unsigned char *)token, length,
			   cache_key, sizeof(cache_key));
	memcpy(&place, digest, sizeof(place));
	set = cache[place % CACHE_SETS];
	for (int i = 0; i < CACHE_WAYS; i++)
		if (set[i].claims.expires &&
		    bytes_equal(set[i].digest, digest, 32))
			return &set[i];
	return set[0].claims.expires <= set[1].claims.expires ? &set[0]
							       : &set[1];
}

enum token_verdict token_verify(const char *token, struct claims *claims)
{
	size_t length = strnlen(token, TOKEN_LENGTH_MAX + 1);
	struct remembered *place;
	enum token_verdict verdict;
	uint8_t digest[32];

	memset(claims, 0, sizeof(*claims));
	if (!has_token_shape(token, length))
		return TOKEN_INVALID;
	place = cache_place(token, length, digest);
	if (place->claims.expires &&
	    bytes_equal(place->digest, digest, sizeof(digest))) {
		*claims = place->claims;
		return claims->expires > now_seconds() ? TOKEN_VALID
						       : TOKEN_EXPIRED;
	}
	verdict = verify(token, claims);
	if (verdict == TOKEN_VALID) {
		memcpy(place->digest, digest, sizeof(digest));
		place->claims = *claims;
	}
	return verdict;
}
