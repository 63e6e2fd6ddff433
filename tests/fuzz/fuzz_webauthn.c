/* fuzz_webauthn.c - what browsers bring along as the words of an
 * authenticator: no crash, no byte read beyond the end, and what is taken has
 * an id and a key that is read again. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/webauthn.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char made[] = "{\"type\":\"webauthn.create\",\"challenge\":\"AA\","
			   "\"origin\":\"https://example.org\"}";
static const char got[] = "{\"type\":\"webauthn.get\",\"challenge\":\"AA\","
			  "\"origin\":\"https://example.org\"}";
static const struct webauthn_rules rules = {
	.rp_id = "example.org",
	.origins = "https://example.org",
	.challenge = "AA",
};

static struct octets text(const char *bytes)
{
	return (struct octets){(const uint8_t *)bytes, strlen(bytes)};
}

/* A copy of its own, so that a byte too many is seen. */
static struct octets exact(struct arena *arena, const uint8_t *data,
			   size_t size)
{
	uint8_t *bytes = arena_alloc(arena, size ? size : 1);

	memcpy(bytes, data, size);
	return (struct octets){bytes, size};
}

static void attest(struct arena *arena, struct octets all)
{
	struct webauthn_credential credential;
	struct webauthn_facts facts;
	uint8_t head[37] = {[32] = 1}; /* the user is present */
	struct webauthn_assertion assertion = {
		text(got), {head, sizeof(head)}, all};

	if (webauthn_register(arena, &rules, text(made), all, &credential) !=
	    WEBAUTHN_SOUND)
		return;
	assert(credential.id.length > 0 && credential.id.length <= 1023);
	assert(credential.id.bytes > all.bytes);
	assert(credential.key.bytes + credential.key.length <=
	       all.bytes + all.length);
	sha256(rules.rp_id, strlen(rules.rp_id), head);
	assert(webauthn_assert(arena, &rules, credential.key, &assertion,
			       &facts) == WEBAUTHN_SIGNATURE);
}

/* The first two bytes tell how much of it is the key. */
static void show(struct arena *arena, const uint8_t *data, size_t size)
{
	struct webauthn_assertion assertion = {.client_data = text(got)};
	struct webauthn_facts facts;
	struct octets key;
	size_t length;

	if (size < 2)
		return;
	length = ((size_t)data[0] << 8 | data[1]) % (size - 1);
	key = exact(arena, data + 2, length);
	data += 2 + length;
	size -= 2 + length;
	assertion.authenticator_data = exact(arena, data, size);
	assertion.signature = assertion.authenticator_data;
	webauthn_assert(arena, &rules, key, &assertion, &facts);
	assertion.client_data = assertion.authenticator_data;
	assert(webauthn_assert(arena, &rules, key, &assertion, &facts) !=
	       WEBAUTHN_SOUND);
	webauthn_challenge(arena, assertion.client_data);
}

static void decode(struct arena *arena, const uint8_t *data, size_t size)
{
	const char *base64url = arena_copy(arena, data, size);
	struct octets octets;

	if (octets_read(arena, base64url, &octets))
		assert(strcmp(octets_text(arena, octets), base64url) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};

	attest(&arena, exact(&arena, data, size));
	show(&arena, data, size);
	decode(&arena, data, size);
	arena_finish(&arena);
	return 0;
}
