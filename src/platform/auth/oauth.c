/* oauth.c - the small sums of OAuth: PKCE, Basic, Facebook's proof. */
#include <platform/id_token.h>

#include <sodium.h>
#include <string.h>

#include <platform/form.h>

void pkce_challenge(const char *verifier, char challenge[SECRET_TEXT_SIZE])
{
	uint8_t hash[32];

	sha256(verifier, strlen(verifier), hash);
	sodium_bin2base64(challenge, SECRET_TEXT_SIZE, hash, sizeof(hash),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

const char *client_basic(struct arena *arena, const char *id,
			 const char *secret)
{
	static const char scheme[] = "Basic ";
	struct text pair;
	size_t room;
	char *header;

	text_init(&pair, arena, 256);
	form_encode(&pair, id);
	text_add_char(&pair, ':');
	form_encode(&pair, secret);
	room = sodium_base64_encoded_len(pair.length,
					 sodium_base64_VARIANT_ORIGINAL);
	header = arena_alloc(arena, sizeof(scheme) - 1 + room);
	memcpy(header, scheme, sizeof(scheme) - 1);
	sodium_bin2base64(header + sizeof(scheme) - 1, room,
			  (const unsigned char *)pair.bytes, pair.length,
			  sodium_base64_VARIANT_ORIGINAL);
	return header;
}

void appsecret_proof(const char *secret, const char *access_token,
		     char proof[APPSECRET_PROOF_SIZE])
{
	uint8_t mac[32];

	hmac_sha256(secret, strlen(secret), access_token, strlen(access_token),
		    mac);
	hex_encode(mac, sizeof(mac), proof);
}
