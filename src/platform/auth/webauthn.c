/* webauthn.c - W3C WebAuthn Level 3, sections 7.1 and 7.2: what a relying
 * party checks of a registration and of an assertion. */
#include <platform/webauthn.h>

#include <sodium.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/json.h>

#include "cose.h"

enum {
	CLIENT_DATA_MAX = 8192,
	RP_HASH = 32,
	HEAD_LENGTH = 37, /* rpIdHash, flags, signCount */
	AAGUID = 16,
	CREDENTIAL_ID_MAX = 1023
};

/* Flags of the authenticator data, section 6.1. */
enum {
	FLAG_PRESENT = 1 << 0,
	FLAG_VERIFIED = 1 << 2,
	FLAG_ELIGIBLE = 1 << 3,
	FLAG_BACKED_UP = 1 << 4,
	FLAG_CREDENTIAL = 1 << 6,
	FLAG_EXTENSIONS = 1 << 7
};

const int webauthn_algorithms[] = {COSE_ES256, COSE_EDDSA, COSE_RS256, 0};

const char *webauthn_flaw_text(enum webauthn_flaw flaw)
{
	static const char *const texts[] = {
		[WEBAUTHN_SOUND] = "none",
		[WEBAUTHN_CLIENT_DATA] = "client data",
		[WEBAUTHN_TYPE] = "type",
		[WEBAUTHN_CHALLENGE] = "challenge",
		[WEBAUTHN_ORIGIN] = "origin",
		[WEBAUTHN_AUTHENTICATOR_DATA] = "authenticator data",
		[WEBAUTHN_RP] = "relying party",
		[WEBAUTHN_NOT_PRESENT] = "user not present",
		[WEBAUTHN_NOT_VERIFIED] = "user not verified",
		[WEBAUTHN_BACKUP] = "backup flags",
		[WEBAUTHN_CREDENTIAL] = "credential",
		[WEBAUTHN_KEY] = "key",
		[WEBAUTHN_ATTESTATION] = "attestation",
		[WEBAUTHN_SIGNATURE] = "signature",
	};

	return texts[flaw];
}

/* libsodium 1.0.18 takes some bytes beyond ASCII for letters. */
bool octets_read(struct arena *arena, const char *text, struct octets *octets)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
	size_t length = strlen(text);
	uint8_t *bytes = arena_alloc(arena, length + 1);
	size_t got;

	if (strspn(text, letters) != length ||
	    sodium_base642bin(bytes, length, text, length, NULL, &got, NULL,
			      sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
		return false;
	*octets = (struct octets){bytes, got};
	return true;
}

const char *octets_text(struct arena *arena, struct octets octets)
{
	size_t size = sodium_base64_ENCODED_LEN(
		octets.length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

	return sodium_bin2base64(arena_alloc(arena, size), size, octets.bytes,
				 octets.length,
				 sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

/* ---- client data, section 5.8.1 ---- */

static const struct json_t *client_read(struct arena *arena,
					struct octets client_data)
{
	const struct json_t *root;

	if (client_data.length == 0 || client_data.length > CLIENT_DATA_MAX)
		return NULL;
	/* A copy with an end, as the reader wants it. */
	root = json_read_quietly(arena,
				 arena_copy(arena, client_data.bytes,
					    client_data.length),
				 client_data.length);
	return json_kind(root) == JSON_KIND_OBJECT ? root : NULL;
}

static const char *text_of(const struct json_t *root, const char *name)
{
	return json_text(json_member(root, name));
}

const char *webauthn_challenge(struct arena *arena, struct octets client_data)
{
	const struct json_t *root = client_read(arena, client_data);

	return root ? text_of(root, "challenge") : NULL;
}

static bool origin_is_listed(const char *origins, const char *origin)
{
	size_t length = strlen(origin);

	while (*origins) {
		size_t listed;

		origins += strspn(origins, ", \t");
		listed = strcspn(origins, ", \t");
		if (listed == length && length > 0 &&
		    memcmp(origins, origin, length) == 0)
			return true;
		origins += listed;
	}
	return false;
}

/* Not in a frame of another site: there a page could be laid over ours. */
static bool is_own_page(const struct json_t *root, const char *origins)
{
	const struct json_t *crosses = json_member(root, "crossOrigin");
	const char *origin = text_of(root, "origin");

	return origin && origin_is_listed(origins, origin) &&
	       json_kind(json_member(root, "topOrigin")) == JSON_KIND_ABSENT &&
	       (json_kind(crosses) == JSON_KIND_ABSENT ||
		(json_kind(crosses) == JSON_KIND_BOOL && !json_bool(crosses)));
}

static bool same(const char *a, const char *b)
{
	size_t length = strlen(a);

	return strlen(b) == length && bytes_equal(a, b, length);
}

static enum webauthn_flaw check_client(struct arena *arena,
				       const struct webauthn_rules *rules,
				       struct octets client_data,
				       const char *wanted_type)
{
	const struct json_t *root = client_read(arena, client_data);
	const char *type = root ? text_of(root, "type") : NULL;
	const char *challenge = root ? text_of(root, "challenge") : NULL;

	if (!type || !challenge)
		return WEBAUTHN_CLIENT_DATA;
	if (strcmp(type, wanted_type) != 0)
		return WEBAUTHN_TYPE;
	if (!*challenge || !same(challenge, rules->challenge))
		return WEBAUTHN_CHALLENGE;
	return is_own_page(root, rules->origins) ? WEBAUTHN_SOUND
						 : WEBAUTHN_ORIGIN;
}

/* ---- authenticator data, section 6.1 ---- */

struct authenticator {
	unsigned flags;
	struct octets rest; /* behind the head */
	struct webauthn_facts facts;
};

static enum webauthn_flaw check_authenticator(
	const struct webauthn_rules *rules, struct octets data,
	struct authenticator *told)
{
	const uint8_t *at = data.bytes;
	uint8_t hash[RP_HASH];
	unsigned flags;

	if (data.length < HEAD_LENGTH)
		return WEBAUTHN_AUTHENTICATOR_DATA;
	sha256(rules->rp_id, strlen(rules->rp_id), hash);
	if (!bytes_equal(at, hash, sizeof(hash)))
		return WEBAUTHN_RP;
	flags = at[RP_HASH];
	if (!(flags & FLAG_PRESENT))
		return WEBAUTHN_NOT_PRESENT;
	if (rules->needs_verified && !(flags & FLAG_VERIFIED))
		return WEBAUTHN_NOT_VERIFIED;
	if ((flags & FLAG_BACKED_UP) && !(flags & FLAG_ELIGIBLE))
		return WEBAUTHN_BACKUP;
	at += RP_HASH + 1;
	*told = (struct authenticator){
		.flags = flags,
		.rest = {data.bytes + HEAD_LENGTH, data.length - HEAD_LENGTH},
		.facts = {
			.is_verified = flags & FLAG_VERIFIED,
			.is_backup_eligible = flags & FLAG_ELIGIBLE,
			.is_backed_up = flags & FLAG_BACKED_UP,
			.sign_count = (uint32_t)at[0] << 24 |
				      (uint32_t)at[1] << 16 |
				      (uint32_t)at[2] << 8 | at[3],
		},
	};
	return WEBAUTHN_SOUND;
}

/* What is left is the extensions, if their flag says so; nothing else. */
static bool ends_well(const struct authenticator *told, struct octets rest)
{
	struct cbor_item item;
	size_t used;

	if (!(told->flags & FLAG_EXTENSIONS))
		return rest.length == 0;
	return cbor_read(rest, &item, &used) && item.kind == CBOR_MAP &&
	       used == rest.length;
}

/* Section 6.5.1: the model, the id with its length, the key. */
static enum webauthn_flaw read_credential(const struct authenticator *told,
					  struct webauthn_credential *made,
					  struct cose_key *key)
{
	struct octets rest = told->rest;
	struct cbor_item map;
	size_t length;
	size_t used;

	if (!(told->flags & FLAG_CREDENTIAL) || rest.length < AAGUID + 2)
		return WEBAUTHN_AUTHENTICATOR_DATA;
	memcpy(made->aaguid, rest.bytes, AAGUID);
	length = (size_t)rest.bytes[AAGUID] << 8 | rest.bytes[AAGUID + 1];
	rest.bytes += AAGUID + 2;
	rest.length -= AAGUID + 2;
	if (length == 0 || length > CREDENTIAL_ID_MAX || length > rest.length)
		return WEBAUTHN_CREDENTIAL;
	made->id = (struct octets){rest.bytes, length};
	rest.bytes += length;
	rest.length -= length;
	if (!cbor_read(rest, &map, &used) || !cose_key_read(&map, key))
		return WEBAUTHN_KEY;
	made->key = (struct octets){rest.bytes, used};
	made->algorithm = key->algorithm;
	rest.bytes += used;
	rest.length -= used;
	return ends_well(told, rest) ? WEBAUTHN_SOUND
				     : WEBAUTHN_AUTHENTICATOR_DATA;
}

/* ---- what is signed: authenticator data and the client data's hash ---- */

static bool is_signed(struct arena *arena, const struct cose_key *key,
		      const struct webauthn_assertion *what)
{
	size_t length = what->authenticator_data.length;
	uint8_t *message = arena_alloc(arena, length + 32);

	memcpy(message, what->authenticator_data.bytes, length);
	sha256(what->client_data.bytes, what->client_data.length,
	       message + length);
	return cose_verify(key, (struct octets){message, length + 32},
			   what->signature);
}

static bool text_is(const struct cbor_item *item, const char *text)
{
	return item->octets.length == strlen(text) &&
	       memcmp(item->octets.bytes, text, strlen(text)) == 0;
}

struct attestation {
	struct cbor_item format;
	struct cbor_item statement;
	struct cbor_item data;
};

/* Section 6.5.4: these three members and nothing behind them. */
static bool read_attestation(struct octets from, struct attestation *read)
{
	struct cbor_item map;
	size_t used;

	return cbor_read(from, &map, &used) && used == from.length &&
	       map.kind == CBOR_MAP && map.number == 3 &&
	       cbor_member_of(&map, "\x63" "fmt", CBOR_TEXT, &read->format) &&
	       cbor_member_of(&map, "\x67" "attStmt", CBOR_MAP,
			      &read->statement) &&
	       cbor_member_of(&map, "\x68" "authData", CBOR_BYTES, &read->data);
}

/* Sections 8.7 (none) and 8.2 (packed, without a certificate). */
static bool attests(struct arena *arena, const struct attestation *read,
		    const struct cose_key *key, struct octets client_data)
{
	struct cbor_item algorithm;
	struct cbor_item signature;

	if (text_is(&read->format, "none"))
		return read->statement.number == 0;
	return text_is(&read->format, "packed") &&
	       read->statement.number == 2 &&
	       cbor_member_of(&read->statement, "\x63" "alg", CBOR_NEGATIVE,
			      &algorithm) &&
	       algorithm.number == (uint64_t)(-1 - key->algorithm) &&
	       cbor_member_of(&read->statement, "\x63" "sig", CBOR_BYTES,
			      &signature) &&
	       is_signed(arena, key,
			 &(struct webauthn_assertion){
				 client_data, read->data.octets,
				 signature.octets});
}

enum webauthn_flaw webauthn_register(struct arena *arena,
				     const struct webauthn_rules *rules,
				     struct octets client_data,
				     struct octets attestation,
				     struct webauthn_credential *made)
{
	struct attestation read;
	struct authenticator told;
	struct cose_key key;
	enum webauthn_flaw flaw = check_client(arena, rules, client_data,
					       "webauthn.create");

	if (flaw == WEBAUTHN_SOUND && !read_attestation(attestation, &read))
		flaw = WEBAUTHN_ATTESTATION;
	if (flaw == WEBAUTHN_SOUND)
		flaw = check_authenticator(rules, read.data.octets, &told);
	if (flaw == WEBAUTHN_SOUND)
		flaw = read_credential(&told, made, &key);
	if (flaw == WEBAUTHN_SOUND &&
	    !attests(arena, &read, &key, client_data))
		flaw = WEBAUTHN_ATTESTATION;
	if (flaw == WEBAUTHN_SOUND)
		made->facts = told.facts;
	return flaw;
}

enum webauthn_flaw webauthn_assert(struct arena *arena,
				   const struct webauthn_rules *rules,
				   struct octets key,
				   const struct webauthn_assertion *assertion,
				   struct webauthn_facts *facts)
{
	struct authenticator told;
	struct cbor_item map;
	struct cose_key read;
	size_t used;
	enum webauthn_flaw flaw = check_client(
		arena, rules, assertion->client_data, "webauthn.get");

	if (flaw == WEBAUTHN_SOUND)
		flaw = check_authenticator(
			rules, assertion->authenticator_data, &told);
	if (flaw != WEBAUTHN_SOUND)
		return flaw;
	if ((told.flags & FLAG_CREDENTIAL) || !ends_well(&told, told.rest))
		return WEBAUTHN_AUTHENTICATOR_DATA;
	if (!cbor_read(key, &map, &used) || used != key.length ||
	    !cose_key_read(&map, &read))
		return WEBAUTHN_KEY;
	if (!is_signed(arena, &read, assertion))
		return WEBAUTHN_SIGNATURE;
	*facts = told.facts;
	return WEBAUTHN_SOUND;
}
