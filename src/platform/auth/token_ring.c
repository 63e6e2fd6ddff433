/* token_ring.c - the ring of signing keys, by kid. */
#include "token_ring.h"

#include <jwt.h>
#include <sodium.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/config.h>

#include "auth.h"
#include "key_ring.h"

static struct token_key ring[RING_KEYS_MAX];
static size_t ring_count;
static const char *ring_text; /* config's, as last read */

static bool has_header(jwt_t *jwt, const struct token_key *key)
{
	return jwt_add_header(jwt, "kid", key->kid) == 0 &&
	       jwt_add_header(jwt, "typ", "JWT") == 0 &&
	       jwt_set_alg(jwt, JWT_ALG_HS256, key->secret,
			   key->secret_length) == 0;
}

char *token_encode(const struct token_key *key, const char *json)
{
	jwt_t *jwt = NULL;
	char *token = NULL;

	if (jwt_new(&jwt) == 0 && has_header(jwt, key) &&
	    jwt_add_grants_json(jwt, json) == 0)
		token = jwt_encode_str(jwt);
	jwt_free(jwt);
	return token;
}

/* Learns the header that libjwt writes for this key. */
static bool header_learn(struct token_key *key)
{
	char *token = token_encode(key, "{}");
	const char *dot = token ? strchr(token, '.') : NULL;
	size_t length = dot ? (size_t)(dot + 1 - token) : 0;
	bool fits = length > 0 && length < sizeof(key->header);

	if (fits) {
		memcpy(key->header, token, length);
		key->header[length] = '\0';
		key->header_length = length;
	}
	if (token)
		free(token);
	if (!fits)
		fprintf(stderr, "token_keys: libjwt could not sign.\n");
	return fits;
}

static bool key_take(struct token_key *key, const struct ring_entry *entry)
{
	memset(key, 0, sizeof(*key));
	memcpy(key->kid, entry->kid, sizeof(key->kid));
	memcpy(key->secret, entry->secret, entry->secret_length);
	key->secret_length = (int)entry->secret_length;
	return header_learn(key);
}

bool token_ring_load(void)
{
	struct ring_entry entries[RING_KEYS_MAX];
	const char *text = config->token_keys;
	size_t count;

	if (ring_count > 0 && ring_text == text)
		return true;
	ring_count = 0;
	ring_text = text;
	if (!ring_read("token_keys", text, entries, &count))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!key_take(&ring[i], &entries[i]))
			return false;
	ring_count = count;
	return true;
}

const struct token_key *token_ring_signer(void)
{
	return token_ring_load() ? &ring[0] : NULL;
}

const struct token_key *token_ring_find(const char *token)
{
	if (!token_ring_load())
		return NULL;
	for (size_t i = 0; i < ring_count; i++)
		if (strncmp(token, ring[i].header, ring[i].header_length) == 0)
			return &ring[i];
	return NULL;
}

bool secret_derive(const char *purpose, const char *text, unsigned key_number,
		   char derived[SECRET_TEXT_SIZE])
{
	static const char label[] = "shopd/derive/";
	uint8_t key[32];
	uint8_t mac[32];

	if (!token_ring_load() || key_number >= ring_count)
		return false;
	/* A key for each purpose, so that no two share one with the tokens. */
	hmac_sha256(ring[key_number].secret,
		    (size_t)ring[key_number].secret_length, label,
		    sizeof(label) - 1, mac);
	hmac_sha256(mac, sizeof(mac), purpose, strlen(purpose), key);
	hmac_sha256(key, sizeof(key), text, strlen(text), mac);
	sodium_bin2base64(derived, SECRET_TEXT_SIZE, mac, sizeof(mac),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(key, sizeof(key));
	sodium_memzero(mac, sizeof(mac));
	return true;
}
