/* cose.c - the public keys of authenticators (RFC 9053) and what they sign:
 * ES256, RS256 by OpenSSL, EdDSA by libsodium. */
#include "cose.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

enum {
	COORDINATE = 32,
	ED25519_KEY = 32,
	ED25519_SIGNATURE = 64,
	RSA_LEAST = 256, /* 2048 bits */
	RSA_MOST = 512
};

/* Encoded labels and values of a COSE_Key, RFC 9053 section 7. */
#define KTY "\x01"
#define ALG "\x03"
#define FIRST "\x20"  /* -1: curve, modulus */
#define SECOND "\x21" /* -2: x, exponent */
#define THIRD "\x22"  /* -3: y */

static bool number_is(const struct cbor_item *map, const char *label,
		      uint64_t number)
{
	struct cbor_item item;

	return cbor_member_of(map, label, CBOR_UNSIGNED, &item) &&
	       item.number == number;
}

static bool bytes_of(const struct cbor_item *map, const char *label,
		     struct octets *octets)
{
	struct cbor_item item;

	if (!cbor_member_of(map, label, CBOR_BYTES, &item))
		return false;
	*octets = item.octets;
	return true;
}

static bool read_es256(const struct cbor_item *map, struct cose_key *key)
{
	enum { EC2 = 2, P256 = 1 };

	return map->number == 5 && number_is(map, KTY, EC2) &&
	       number_is(map, FIRST, P256) && bytes_of(map, SECOND, &key->a) &&
	       bytes_of(map, THIRD, &key->b) && key->a.length == COORDINATE &&
	       key->b.length == COORDINATE;
}

static bool read_eddsa(const struct cbor_item *map, struct cose_key *key)
{
	enum { OKP = 1, ED25519 = 6 };

	return map->number == 4 && number_is(map, KTY, OKP) &&
	       number_is(map, FIRST, ED25519) &&
	       bytes_of(map, SECOND, &key->a) && key->a.length == ED25519_KEY;
}

static bool read_rs256(const struct cbor_item *map, struct cose_key *key)
{
	static const uint8_t f4[] = {1, 0, 1}; /* what every maker takes */
	enum { RSA = 3 };

	return map->number == 4 && number_is(map, KTY, RSA) &&
	       bytes_of(map, FIRST, &key->a) &&
	       bytes_of(map, SECOND, &key->b) && key->a.length >= RSA_LEAST &&
	       key->a.length <= RSA_MOST && (key->a.bytes[0] & 0x80) &&
	       key->b.length == sizeof(f4) &&
	       memcmp(key->b.bytes, f4, sizeof(f4)) == 0;
}

static void dead(void)
{
	abort(); /* no memory */
}

static EVP_PKEY *pkey_from(const char *type, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *pkey = NULL;

	if (!params || !context)
		dead();
	/* A point that is not on the curve ends here. */
	if (EVP_PKEY_fromdata_init(context) != 1 ||
	    EVP_PKEY_fromdata(context, &pkey, EVP_PKEY_PUBLIC_KEY, params) != 1)
		pkey = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(params);
	return pkey;
}

static EVP_PKEY *pkey_es256(const struct cose_key *key)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	uint8_t point[1 + 2 * COORDINATE] = {4}; /* uncompressed */
	EVP_PKEY *pkey;

	memcpy(point + 1, key->a.bytes, COORDINATE);
	memcpy(point + 1 + COORDINATE, key->b.bytes, COORDINATE);
	if (!build ||
	    !OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME,
					     "prime256v1", 0) ||
	    !OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY,
					      point, sizeof(point)))
		dead();
	pkey = pkey_from("EC", build);
	OSSL_PARAM_BLD_free(build);
	return pkey;
}

static EVP_PKEY *pkey_rs256(const struct cose_key *key)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_bin2bn(key->a.bytes, (int)key->a.length, NULL);
	BIGNUM *e = BN_bin2bn(key->b.bytes, (int)key->b.length, NULL);
	EVP_PKEY *pkey;

	if (!build || !n || !e ||
	    !OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) ||
	    !OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
		dead();
	pkey = pkey_from("RSA", build);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(e);
	return pkey;
}

static EVP_PKEY *pkey_of(const struct cose_key *key)
{
	EVP_PKEY *pkey = key->algorithm == COSE_ES256 ? pkey_es256(key)
						      : pkey_rs256(key);

	ERR_clear_error(); /* curl and libjwt look at the same queue */
	return pkey;
}

/* A key that nothing could be signed with must not be kept. */
static bool is_usable(const struct cose_key *key)
{
	EVP_PKEY *pkey;

	if (key->algorithm == COSE_EDDSA) /* libsodium looks at each use */
		return true;
	pkey = pkey_of(key);
	EVP_PKEY_free(pkey);
	return pkey != NULL;
}

bool cose_key_read(const struct cbor_item *map, struct cose_key *key)
{
	struct cbor_item algorithm;
	bool is_read = false;

	if (!cbor_member_of(map, ALG, CBOR_NEGATIVE, &algorithm) ||
	    algorithm.number > UINT16_MAX)
		return false;
	key->algorithm = -1 - (int)algorithm.number;
	if (key->algorithm == COSE_ES256)
		is_read = read_es256(map, key);
	else if (key->algorithm == COSE_EDDSA)
		is_read = read_eddsa(map, key);
	else if (key->algorithm == COSE_RS256)
		is_read = read_rs256(map, key);
	return is_read && is_usable(key);
}

/* ECDSA and PKCS #1 version 1.5, both over SHA-256. OpenSSL takes a DER
 * signature only in its one form. */
static bool openssl_verify(const struct cose_key *key, struct octets message,
			   struct octets signature)
{
	EVP_PKEY *pkey = pkey_of(key);
	EVP_MD_CTX *context;
	bool is_right;

	if (!pkey)
		return false;
	context = EVP_MD_CTX_new();
	if (!context)
		dead();
	is_right = EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL,
					pkey) == 1 &&
		   EVP_DigestVerify(context, signature.bytes, signature.length,
				    message.bytes, message.length) == 1;
	EVP_MD_CTX_free(context);
	EVP_PKEY_free(pkey);
	ERR_clear_error();
	return is_right;
}

bool cose_verify(const struct cose_key *key, struct octets message,
		 struct octets signature)
{
	if (key->algorithm == COSE_EDDSA)
		return signature.length == ED25519_SIGNATURE &&
		       crypto_sign_verify_detached(
			       signature.bytes, message.bytes, message.length,
			       key->a.bytes) == 0;
	return openssl_verify(key, message, signature);
}
