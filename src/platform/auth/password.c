/* password.c - making and checking password hashes; blocks, never waits. */
#include <platform/auth.h>

#include <sodium.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include <platform/config.h>

#include "auth.h"

/* Imported hashes dearer than this are refused: they would be a weapon. */
enum {
	FOREIGN_KIB_MAX = 262144,
	FOREIGN_PASSES_MAX = 16,
	FOREIGN_LANES_MAX = 16,
	PBKDF2_ROUNDS_MAX = 5000000
};

static char dummy[PASSWORD_HASH_SIZE];

static size_t memory_bytes(void)
{
	return (size_t)config->password_memory_kib * 1024;
}

bool password_make(const char *password, char hash[PASSWORD_HASH_SIZE])
{
	_Static_assert(PASSWORD_HASH_SIZE >= crypto_pwhash_STRBYTES,
		       "libsodium fills as much");

	return crypto_pwhash_str_alg(
		       hash, password, strlen(password),
		       (unsigned long long)config->password_passes,
		       memory_bytes(), crypto_pwhash_ALG_ARGON2ID13) == 0;
}

bool password_dummy_make(void)
{
	char password[SECRET_TEXT_SIZE];

	secret_make(password);
	return password_make(password, dummy);
}

/* $argon2id$v=19$m=65536,t=2,p=1$salt$hash, and no dearer than we allow. */
static bool argon2_is_bearable(const char *hash)
{
	unsigned memory;
	unsigned passes;
	unsigned lanes;

	return strlen(hash) < PASSWORD_HASH_SIZE &&
	       sscanf(hash, "$argon2id$v=19$m=%9u,t=%9u,p=%9u$", &memory,
		      &passes, &lanes) == 3 &&
	       memory <= FOREIGN_KIB_MAX && passes <= FOREIGN_PASSES_MAX &&
	       lanes <= FOREIGN_LANES_MAX;
}

static bool argon2_check(const char *hash, const char *password, bool *is_stale)
{
	char padded[PASSWORD_HASH_SIZE] = {0}; /* libsodium reads them all */

	if (!argon2_is_bearable(hash))
		return false;
	memcpy(padded, hash, strlen(hash));
	if (crypto_pwhash_str_verify(padded, password, strlen(password)) != 0)
		return false;
	*is_stale = crypto_pwhash_str_needs_rehash(
			    padded,
			    (unsigned long long)config->password_passes,
			    memory_bytes()) != 0;
	return true;
}

/* Django: pbkdf2_sha256$rounds$salt$base64 of 32 bytes. */
static bool pbkdf2_check(const char *hash, const char *password)
{
	unsigned char wanted[33]; /* base64's padding decodes to one more */
	unsigned char got[32];
	unsigned long rounds;
	const char *digest;
	char *salt;

	rounds = strtoul(hash, &salt, 10);
	digest = *salt == '$' ? strchr(salt + 1, '$') : NULL;
	if (!digest || rounds == 0 || rounds > PBKDF2_ROUNDS_MAX ||
	    strlen(digest + 1) != 44 || digest - salt > 256)
		return false;
	salt++;
	return EVP_DecodeBlock(wanted, (const unsigned char *)digest + 1,
			       44) == 33 &&
	       PKCS5_PBKDF2_HMAC(password, (int)strlen(password),
				 (const unsigned char *)salt,
				 (int)(digest - salt), (int)rounds,
				 EVP_sha256(), sizeof(got), got) == 1 &&
	       bytes_equal(wanted, got, sizeof(got));
}

bool password_check(const char *hash, const char *password, bool *is_stale)
{
	static const char pbkdf2[] = "pbkdf2_sha256$";
	static const char argon2[] = "argon2$";
	bool ignored;

	*is_stale = false;
	if (hash && strncmp(hash, pbkdf2, sizeof(pbkdf2) - 1) == 0)
		return *is_stale = pbkdf2_check(hash + sizeof(pbkdf2) - 1,
						password);
	if (hash && strncmp(hash, argon2, sizeof(argon2) - 1) == 0)
		return *is_stale = argon2_check(hash + sizeof(argon2) - 2,
						password, &ignored);
	if (hash && argon2_is_bearable(hash))
		return argon2_check(hash, password, is_stale);
	/* Nobody, or no usable hash: the same work, and no. */
	argon2_check(dummy, password, &ignored);
	return false;
}
