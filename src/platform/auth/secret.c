/* secret.c - random bytes, hashes and their texts. */
#include <platform/auth.h>

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

/* libsodium picks its fastest code once; every entry that needs it asks. */
static void ready(void)
{
	if (sodium_init() < 0)
		abort(); /* no source of randomness: nothing is safe */
}

void random_bytes(void *bytes, size_t length)
{
	ready();
	randombytes_buf(bytes, length);
}

void secret_make(char text[SECRET_TEXT_SIZE])
{
	unsigned char bytes[32];

	random_bytes(bytes, sizeof(bytes));
	sodium_bin2base64(text, SECRET_TEXT_SIZE, bytes, sizeof(bytes),
			  sodium_base64_VARIANT_URLSAFE_NO_PADDING);
	sodium_memzero(bytes, sizeof(bytes));
}

void secret_hash(const char *text, uint8_t hash[SECRET_HASH_SIZE])
{
	sha256(text, strlen(text), hash);
}

void sha256(const void *bytes, size_t length, uint8_t hash[32])
{
	crypto_hash_sha256(hash, bytes, length);
}

void hmac_sha256(const void *key, size_t key_length, const void *bytes,
		 size_t length, uint8_t mac[32])
{
	crypto_auth_hmacsha256_state state;

	crypto_auth_hmacsha256_init(&state, key, key_length);
	crypto_auth_hmacsha256_update(&state, bytes, length);
	crypto_auth_hmacsha256_final(&state, mac);
	sodium_memzero(&state, sizeof(state));
}

bool bytes_equal(const void *a, const void *b, size_t length)
{
	return sodium_memcmp(a, b, length) == 0;
}

void hex_encode(const void *bytes, size_t length, char *hex)
{
	sodium_bin2hex(hex, 2 * length + 1, bytes, length);
}

bool hex_decode(const char *hex, void *bytes, size_t length)
{
	size_t got = 0;

	return strlen(hex) == 2 * length &&
	       sodium_hex2bin(bytes, length, hex, 2 * length, NULL, &got,
			      NULL) == 0 &&
	       got == length;
}
