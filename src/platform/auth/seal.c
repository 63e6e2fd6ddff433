/* seal.c - secrets that must be readable again, at rest: "v1.kid.base64url"
 * of a nonce and XChaCha20-Poly1305. The head, the purpose and whose it is
 * are authenticated with it, so that a row copied to another account, or to
 * another column, does not open. */
#include <platform/auth.h>

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include <platform/config.h>

#include "auth.h"
#include "key_ring.h"

enum {
	NONCE = crypto_aead_xchacha20poly1305_ietf_NPUBBYTES,
	TAG = crypto_aead_xchacha20poly1305_ietf_ABYTES,
	KEY = crypto_aead_xchacha20poly1305_ietf_KEYBYTES,
	HEAD_SIZE = sizeof("v1..") + RING_KID_SIZE
};

struct data_key {
	char head[HEAD_SIZE]; /* "v1.kid." */
	uint8_t key[KEY];
};
static struct data_key ring[RING_KEYS_MAX];
static size_t ring_count;
static const char *ring_text; /* config's, as last read */

bool data_ring_load(void)
{
	static const char label[] = "shopd/seal/";
	struct ring_entry entries[RING_KEYS_MAX];
	const char *text = config->data_keys;
	size_t count;

	if (ring_count > 0 && ring_text == text)
		return true;
	ring_count = 0;
	ring_text = text;
	if (!ring_read("data_keys", text, entries, &count))
		return false;
	for (size_t i = 0; i < count; i++) {
		snprintf(ring[i].head, sizeof(ring[i].head), "v1.%.*s.",
			 RING_KID_SIZE - 1, entries[i].kid);
		hmac_sha256(entries[i].secret, entries[i].secret_length, label,
			    sizeof(label) - 1, ring[i].key);
	}
	ring_count = count;
	return true;
}

struct bytes {
	uint8_t *at;
	size_t length;
};

/* What must be the same when it is opened: head, purpose, owner. */
static struct bytes bound(struct arena *arena, const char *head,
			  const struct seal_context *context)
{
	size_t head_length = strlen(head);
	size_t purpose_length = strlen(context->purpose) + 1;
	struct bytes all = {.length = head_length + purpose_length +
				      sizeof(context->owner.bytes)};

	all.at = arena_alloc(arena, all.length);
	memcpy(all.at, head, head_length);
	memcpy(all.at + head_length, context->purpose, purpose_length);
	memcpy(all.at + head_length + purpose_length, context->owner.bytes,
	       sizeof(context->owner.bytes));
	return all;
}

const char *data_seal(struct arena *arena, const struct seal_context *context,
		      const void *plain, size_t length)
{
	size_t size = NONCE + length + TAG;
	size_t room = sodium_base64_ENCODED_LEN(
		size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	uint8_t *box = arena_alloc(arena, size);
	char *text = arena_alloc(arena, HEAD_SIZE + room);
	struct bytes data;
	size_t head;

	if (!data_ring_load())
		return NULL;
	head = strlen(ring[0].head);
	data = bound(arena, ring[0].head, context);
	random_bytes(box, NONCE);
	crypto_aead_xchacha20poly1305_ietf_encrypt(
		box + NONCE, NULL, plain, length, data.at, data.length, NULL,
		box, ring[0].key);
	memcpy(text, ring[0].head, head);
	sodium_bin2base64(text + head, room, box, size,
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	return text;
}

static const struct data_key *key_of(const char *sealed)
{
	for (size_t i = 0; data_ring_load() && i < ring_count; i++)
		if (strncmp(sealed, ring[i].head, strlen(ring[i].head)) == 0)
			return &ring[i];
	return NULL;
}

bool data_unseal(struct arena *arena, const struct seal_context *context,
		 const char *sealed, void *plain, size_t length)
{
	const struct data_key *key = key_of(sealed);
	size_t size = NONCE + length + TAG;
	uint8_t *box = arena_alloc(arena, size);
	const char *text = key ? sealed + strlen(key->head) : NULL;
	struct bytes data;
	size_t got = 0;

	if (!key ||
	    sodium_base642bin(box, size, text, strlen(text), NULL, &got, NULL,
			      sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
	    got != size)
		return false;
	data = bound(arena, key->head, context);
	return crypto_aead_xchacha20poly1305_ietf_decrypt(
		       plain, NULL, NULL, box + NONCE, size - NONCE, data.at,
		       data.length, box, key->key) == 0;
}

const char *data_seal_head(void)
{
	return data_ring_load() ? ring[0].head : NULL;
}
