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

/* Django's names in front of a hash. */
static const char pbkdf2[] = "pbkdf2_sha256$";
static const char argon2[] = "argon2$";

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

/* Base64 without padding, of so many bytes; what stands behind it. */
static const char *base64_end(const char *text, size_t least, size_t most)
{
	size_t length = strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/");

	return length >= (least * 4 + 2) / 3 && length <= (most * 4 + 2) / 3
		       ? text + length
		       : NULL;
}

/* $argon2id$v=19$m=65536,t=2,p=1$salt$hash */
static enum password_hash_verdict argon2_judge(const char *hash)
{
	unsigned memory;
	unsigned passes;
	unsigned lanes;
	int head = 0;
	const char *at;

	if (strlen(hash) >= PASSWORD_HASH_SIZE ||
	    sscanf(hash, "$argon2id$v=19$m=%9u,t=%9u,p=%9u$%n", &memory,
		   &passes, &lanes, &head) != 3 ||
	    head == 0)
		return PASSWORD_HASH_UNKNOWN;
	at = base64_end(hash + head, 8, 64);
	at = at && *at == '$' ? base64_end(at + 1, 16, 64) : NULL;
	if (!at || *at != '\0' || memory == 0 || passes == 0 || lanes == 0)
		return PASSWORD_HASH_UNKNOWN;
	return memory <= FOREIGN_KIB_MAX && passes <= FOREIGN_PASSES_MAX &&
			       lanes <= FOREIGN_LANES_MAX
		       ? PASSWORD_HASH_GOOD
		       : PASSWORD_HASH_DEAR;
}

static bool argon2_is_bearable(const char *hash)
{
	return argon2_judge(hash) == PASSWORD_HASH_GOOD;
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

/* Behind "pbkdf2_sha256$". */
static enum password_hash_verdict pbkdf2_judge(const char *hash)
{
	size_t digits = strspn(hash, "0123456789");
	const char *salt = hash + digits;
	const char *digest = *salt == '$' ? strchr(salt + 1, '$') : NULL;
	const char *end = digest ? base64_end(digest + 1, 32, 32) : NULL;

	if (digits == 0 || digits > 12 || !end || strcmp(end, "=") != 0 ||
	    digest - salt < 2 || digest - salt > 256 ||
	    strtoul(hash, NULL, 10) == 0)
		return PASSWORD_HASH_UNKNOWN;
	return strtoul(hash, NULL, 10) <= PBKDF2_ROUNDS_MAX
		       ? PASSWORD_HASH_GOOD
		       : PASSWORD_HASH_DEAR;
}

enum password_hash_verdict password_hash_judge(const char *hash)
{
	if (strncmp(hash, pbkdf2, sizeof(pbkdf2) - 1) == 0)
		return pbkdf2_judge(hash + sizeof(pbkdf2) - 1);
	if (strncmp(hash, argon2, sizeof(argon2) - 1) == 0)
		return argon2_judge(hash + sizeof(argon2) - 2);
	return PASSWORD_HASH_UNKNOWN;
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
