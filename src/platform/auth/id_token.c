/* id_token.c - what a token of another's says, and whether it is for us. */
#include <platform/id_token.h>

#include <string.h>
#include <strings.h>

#include <platform/json.h>

#include "jwk.h"

enum {
	TOKEN_LENGTH_MAX = 16384,
	SKEW_SECONDS = 60,
	SUBJECT_MAX = 255, /* OpenID Connect Core 2 */
	EMAIL_MAX = 254,
	NAME_MAX_BYTES = 600
};

static const char *const verdict_names[ID_TOKEN_VERDICTS] = {
	[ID_TOKEN_VALID] = "valid",
	[ID_TOKEN_MALFORMED] = "malformed",
	[ID_TOKEN_WRONG_ALG] = "wrong_alg",
	[ID_TOKEN_WRONG_TYPE] = "wrong_type",
	[ID_TOKEN_UNKNOWN_KEY] = "unknown_key",
	[ID_TOKEN_BAD_SIGNATURE] = "bad_signature",
	[ID_TOKEN_WRONG_ISSUER] = "wrong_issuer",
	[ID_TOKEN_WRONG_AUDIENCE] = "wrong_audience",
	[ID_TOKEN_EXPIRED] = "expired",
	[ID_TOKEN_NOT_YET] = "not_yet",
	[ID_TOKEN_WRONG_NONCE] = "wrong_nonce",
	[ID_TOKEN_WRONG_CLAIMS] = "wrong_claims",
};

const char *id_token_verdict_name(enum id_token_verdict verdict)
{
	return verdict_names[verdict];
}

static const struct json_t *part_read(struct arena *arena, const char *text,
				      size_t length)
{
	size_t got;
	unsigned char *json = base64url_read(arena, text, length, &got);

	return json ? json_read_quietly(arena, (const char *)json, got) : NULL;
}

struct parts {
	const struct json_t *header;
	const char *payload; /* in the token */
	const char *signature;
};

static bool parts_find(struct arena *arena, const char *token,
		       struct parts *parts)
{
	const char *first = strchr(token, '.');
	const char *second = first ? strchr(first + 1, '.') : NULL;

	if (!second || strchr(second + 1, '.') ||
	    strnlen(token, TOKEN_LENGTH_MAX + 1) > TOKEN_LENGTH_MAX)
		return false;
	parts->header = part_read(arena, token, (size_t)(first - token));
	parts->payload = first + 1;
	parts->signature = second + 1;
	return json_kind(parts->header) == JSON_KIND_OBJECT;
}

static enum id_token_verdict signature_check(const char *token,
					     const struct parts *parts,
					     const struct json_t *jwks)
{
	const struct json_t *header = parts->header;
	const char *name = json_text(json_member(header, "alg"));
	const char *kid = json_text(json_member(header, "kid"));
	const char *type = json_text_at(header, "typ", "JWT");
	enum jwk_alg alg;

	if (!name || !jwk_alg_find(name, &alg))
		return ID_TOKEN_WRONG_ALG;
	/* "crit" is what must be understood: we understand none of it. */
	if (strcasecmp(type, "JWT") != 0 || json_member(header, "crit"))
		return ID_TOKEN_WRONG_TYPE;
	if (!kid)
		return ID_TOKEN_UNKNOWN_KEY;
	switch (jwk_check(jwks, kid, alg, token, parts->signature)) {
	case JWK_RIGHT:
		return ID_TOKEN_VALID;
	case JWK_NO_KEY:
		return ID_TOKEN_UNKNOWN_KEY;
	case JWK_WRONG:
		break;
	}
	return ID_TOKEN_BAD_SIGNATURE;
}

static bool text_is(const struct json_t *claims, const char *name,
		    const char *wanted)
{
	const char *text = json_text(json_member(claims, name));

	return text && wanted && strcmp(text, wanted) == 0;
}

/* One audience, or several of which we are one: then azp says who of them
 * has asked (OpenID Connect Core 3.1.3.7). */
static bool audience_is_right(const struct json_t *claims,
			      const struct id_token_rule *rule)
{
	const struct json_t *aud = json_member(claims, "aud");
	const struct json_t *azp = json_member(claims, "azp");
	bool is_among = text_is(claims, "aud", rule->audience);
	bool are_several = json_kind(aud) == JSON_KIND_LIST &&
			   json_count(aud) > 1;

	for (size_t i = 0; json_kind(aud) == JSON_KIND_LIST &&
			   i < json_count(aud); i++) {
		const char *one = json_text(json_item(aud, i));

		is_among |= one && strcmp(one, rule->audience) == 0;
	}
	if (!is_among)
		return false;
	if (json_kind(azp) == JSON_KIND_ABSENT)
		return !are_several;
	return text_is(claims, "azp", rule->audience) ||
	       (rule->may_be_fetched_by_another && !are_several &&
		json_text(azp));
}

/* 0: absent. False: there, but no time. */
static bool time_read(const struct json_t *claims, const char *name,
		      int64_t *time)
{
	const struct json_t *node = json_member(claims, name);

	*time = 0;
	if (json_kind(node) == JSON_KIND_ABSENT)
		return true;
	*time = json_kind(node) == JSON_KIND_INT ? json_int(node) : -1;
	return *time > 0;
}

static enum id_token_verdict times_check(const struct json_t *claims,
					 const struct id_token_rule *rule,
					 struct id_token *told)
{
	int64_t issued;
	int64_t not_before;

	if (!time_read(claims, "exp", &told->expires) ||
	    !time_read(claims, "iat", &issued) ||
	    !time_read(claims, "nbf", &not_before) || told->expires == 0 ||
	    issued == 0)
		return ID_TOKEN_WRONG_CLAIMS;
	if (told->expires <= rule->now - SKEW_SECONDS)
		return ID_TOKEN_EXPIRED;
	if (issued > rule->now + SKEW_SECONDS ||
	    not_before > rule->now + SKEW_SECONDS)
		return ID_TOKEN_NOT_YET;
	return ID_TOKEN_VALID;
}

static enum id_token_verdict claims_check(struct arena *arena,
					  const struct json_t *claims,
					  const struct id_token_rule *rule,
					  struct id_token *told)
{
	enum id_token_verdict verdict;

	if (!text_is(claims, "iss", rule->issuer) &&
	    !text_is(claims, "iss", rule->issuer_alias))
		return ID_TOKEN_WRONG_ISSUER;
	if (!audience_is_right(claims, rule))
		return ID_TOKEN_WRONG_AUDIENCE;
	verdict = times_check(claims, rule, told);
	if (verdict != ID_TOKEN_VALID)
		return verdict;
	if (rule->nonce && !text_is(claims, "nonce", rule->nonce))
		return ID_TOKEN_WRONG_NONCE;
	return id_token_person(arena, claims, told) ? ID_TOKEN_VALID
						    : ID_TOKEN_WRONG_CLAIMS;
}

const char *claim_text(struct arena *arena, const struct json_t *claims,
		       const char *name, size_t max)
{
	const struct json_t *node = json_member(claims, name);
	const char *text = json_text(node);
	size_t length = json_length(node);

	if (!text || length == 0 || length > max ||
	    json_flaw(node, NULL) != JSON_SOUND)
		return NULL;
	for (const unsigned char *p = (const unsigned char *)text; *p; p++)
		if (*p < ' ' || *p == 0x7f)
			return NULL;
	return arena_copy(arena, text, length);
}

/* Some say it as a text. */
static bool is_true(const struct json_t *node)
{
	const char *text = json_text(node);

	return json_kind(node) == JSON_KIND_BOOL
		       ? json_bool(node)
		       : text && strcmp(text, "true") == 0;
}

bool id_token_person(struct arena *arena, const struct json_t *claims,
		     struct id_token *told)
{
	told->subject = claim_text(arena, claims, "sub", SUBJECT_MAX);
	told->email = claim_text(arena, claims, "email", EMAIL_MAX);
	told->email_is_verified = told->email &&
				  is_true(json_member(claims,
						      "email_verified"));
	told->given_name = claim_text(arena, claims, "given_name",
				      NAME_MAX_BYTES);
	told->family_name = claim_text(arena, claims, "family_name",
				       NAME_MAX_BYTES);
	told->name = claim_text(arena, claims, "name", NAME_MAX_BYTES);
	return told->subject != NULL;
}

enum id_token_verdict id_token_check(struct arena *arena, const char *token,
				     const struct json_t *jwks,
				     const struct id_token_rule *rule,
				     struct id_token *told)
{
	const struct json_t *claims;
	enum id_token_verdict verdict;
	struct parts parts;

	*told = (struct id_token){0};
	if (!parts_find(arena, token, &parts))
		return ID_TOKEN_MALFORMED;
	verdict = signature_check(token, &parts, jwks);
	if (verdict != ID_TOKEN_VALID)
		return verdict;
	claims = part_read(arena, parts.payload,
			   (size_t)(parts.signature - parts.payload) - 1);
	return json_kind(claims) == JSON_KIND_OBJECT
		       ? claims_check(arena, claims, rule, told)
		       : ID_TOKEN_MALFORMED;
}
