/* passkey_device.c - an authenticator in software. */
#include "passkey_device.h"

#include <stdlib.h>
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>
#include <sodium.h>

struct bytes {
	uint8_t at[4096];
	size_t length;
};

static void put(struct bytes *bytes, const void *from, size_t length)
{
	assert_true(bytes->length + length <= sizeof(bytes->at));
	memcpy(bytes->at + bytes->length, from, length);
	bytes->length += length;
}

static void put_byte(struct bytes *bytes, unsigned byte)
{
	const uint8_t one = (uint8_t)byte;

	put(bytes, &one, 1);
}

/* A head of CBOR with a number below 65,536. */
static void put_head(struct bytes *bytes, unsigned major, size_t number)
{
	if (number < 24) {
		put_byte(bytes, major << 5 | (unsigned)number);
	} else if (number < 256) {
		put_byte(bytes, major << 5 | 24);
		put_byte(bytes, (unsigned)number);
	} else {
		put_byte(bytes, major << 5 | 25);
		put_byte(bytes, (unsigned)number >> 8);
		put_byte(bytes, (unsigned)number & 0xff);
	}
}

static void put_string(struct bytes *bytes, const void *from, size_t length)
{
	put_head(bytes, 2, length);
	put(bytes, from, length);
}

static void put_text(struct bytes *bytes, const char *text)
{
	put_head(bytes, 3, strlen(text));
	put(bytes, text, strlen(text));
}

const char *base64url(const void *bytes, size_t length)
{
	size_t size = sodium_base64_ENCODED_LEN(
		length, sodium_base64_VARIANT_URLSAFE_NO_PADDING);

	return sodium_bin2base64(malloc(size), size, bytes, length,
				 sodium_base64_VARIANT_URLSAFE_NO_PADDING);
}

const char *passkey_origin(void)
{
	const char *set = getenv("SHOPD_WEBAUTHN_ORIGINS");

	return set ? fmt("%.*s", (int)strcspn(set, ","), set)
		   : fmt("http://localhost%s", strrchr(shop_url(), ':'));
}

static const char *or_else(const char *text, const char *other)
{
	return text ? text : other;
}

static const char *own_rp_id(void)
{
	return or_else(getenv("SHOPD_WEBAUTHN_RP_ID"), "localhost");
}

struct passkey a_passkey(int algorithm)
{
	struct passkey passkey = {.algorithm = algorithm, .count = 1};

	if (algorithm == ES256)
		passkey.key = EVP_EC_gen("P-256");
	else if (algorithm == EDDSA)
		passkey.key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
	else
		passkey.key = EVP_RSA_gen(2048);
	assert_non_null(passkey.key);
	assert_int_equal(RAND_bytes(passkey.id, sizeof(passkey.id)), 1);
	return passkey;
}

/* COSE_Key, in the order of CTAP2. */
static void put_key(struct bytes *bytes, const struct passkey *passkey)
{
	uint8_t raw[512];
	size_t length = sizeof(raw);
	BIGNUM *n = NULL;

	if (passkey->algorithm == ES256) {
		assert_int_equal(EVP_PKEY_get_octet_string_param(
					 passkey->key, OSSL_PKEY_PARAM_PUB_KEY,
					 raw, sizeof(raw), &length), 1);
		assert_int_equal(length, 65);
		put(bytes, "\xa5\x01\x02\x03\x26\x20\x01\x21", 8);
		put_string(bytes, raw + 1, 32);
		put_byte(bytes, 0x22);
		put_string(bytes, raw + 33, 32);
	} else if (passkey->algorithm == EDDSA) {
		assert_int_equal(EVP_PKEY_get_raw_public_key(passkey->key, raw,
							     &length), 1);
		put(bytes, "\xa4\x01\x01\x03\x27\x20\x06\x21", 8);
		put_string(bytes, raw, length);
	} else {
		assert_int_equal(EVP_PKEY_get_bn_param(
					 passkey->key, OSSL_PKEY_PARAM_RSA_N,
					 &n), 1);
		put(bytes, "\xa4\x01\x03\x03\x39\x01\x00\x20", 8);
		put_string(bytes, raw, (size_t)BN_bn2bin(n, raw));
		put(bytes, "\x21\x43\x01\x00\x01", 5);
		BN_free(n);
	}
}

static void put_authenticator(struct bytes *bytes, struct passkey *passkey,
			      const struct ceremony *ceremony, unsigned more)
{
	const char *rp_id = or_else(ceremony->rp_id, own_rp_id());
	unsigned flags = ceremony->flags ? (unsigned)ceremony->flags
					 : PRESENT | VERIFIED;
	uint8_t hash[32];

	SHA256((const uint8_t *)rp_id, strlen(rp_id), hash);
	put(bytes, hash, sizeof(hash));
	put_byte(bytes, flags | more);
	for (int shift = 24; shift >= 0; shift -= 8)
		put_byte(bytes, passkey->count >> shift & 0xff);
	if (passkey->count)
		passkey->count++;
}

static const char *client_data(const struct ceremony *ceremony,
			       const char *type)
{
	return fmt("{\"type\":\"%s\",\"challenge\":\"%s\",\"origin\":\"%s\","
		   "\"crossOrigin\":false}",
		   or_else(ceremony->type, type), ceremony->challenge,
		   or_else(ceremony->origin, passkey_origin()));
}

static void sign(const struct passkey *passkey, const struct bytes *data,
		 const char *client, struct bytes *signature)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	struct bytes message = *data;
	uint8_t hash[32];

	SHA256((const uint8_t *)client, strlen(client), hash);
	put(&message, hash, sizeof(hash));
	signature->length = sizeof(signature->at);
	assert_int_equal(EVP_DigestSignInit(context, NULL,
					    passkey->algorithm == EDDSA
						    ? NULL
						    : EVP_sha256(),
					    NULL, passkey->key), 1);
	assert_int_equal(EVP_DigestSign(context, signature->at,
					&signature->length, message.at,
					message.length), 1);
	EVP_MD_CTX_free(context);
}

static void put_attestation(struct bytes *object, const struct passkey *passkey,
			    const struct bytes *signature)
{
	put_head(object, 5, 3);
	put_text(object, "fmt");
	put_text(object, signature ? "packed" : "none");
	put_text(object, "attStmt");
	put_head(object, 5, signature ? 2 : 0);
	if (signature) {
		put_text(object, "alg");
		put_head(object, 1, (size_t)(-1 - passkey->algorithm));
		put_text(object, "sig");
		put_string(object, signature->at, signature->length);
	}
	put_text(object, "authData");
}

const char *made_by(struct passkey *passkey, const struct ceremony *ceremony)
{
	enum { CREDENTIAL = 64 };
	const char *client = client_data(ceremony, "webauthn.create");
	const char *id = base64url(passkey->id, sizeof(passkey->id));
	static const uint8_t aaguid[16] = "a software key";
	static const uint8_t hidden[16] = {0};
	struct bytes data = {.length = 0};
	struct bytes signature;
	struct bytes object = {.length = 0};

	put_authenticator(&data, passkey, ceremony, CREDENTIAL);
	put(&data, ceremony->hides_its_model ? hidden : aaguid, sizeof(aaguid));
	put(&data, "\0\x20", 2);
	put(&data, passkey->id, sizeof(passkey->id));
	put_key(&data, passkey);
	if (ceremony->attests_itself)
		sign(passkey, &data, client, &signature);
	put_attestation(&object, passkey,
			ceremony->attests_itself ? &signature : NULL);
	put_string(&object, data.at, data.length);
	return fmt("{\"id\":\"%s\",\"rawId\":\"%s\",\"type\":\"public-key\","
		   "\"authenticatorAttachment\":\"cross-platform\","
		   "\"clientExtensionResults\":{\"credProps\":{\"rk\":true}},"
		   "\"response\":{\"clientDataJSON\":\"%s\","
		   "\"attestationObject\":\"%s\",\"publicKeyAlgorithm\":%d,"
		   "\"transports\":[\"usb\",\"nfc\",\"carrier-pigeon\"]}%s}",
		   id, id, base64url(client, strlen(client)),
		   base64url(object.at, object.length), passkey->algorithm,
		   or_else(ceremony->extra, ""));
}

const char *signed_by(struct passkey *passkey, const struct ceremony *ceremony)
{
	const char *client = client_data(ceremony, "webauthn.get");
	const char *id = base64url(passkey->id, sizeof(passkey->id));
	const char *handle = or_else(ceremony->handle, passkey->handle);
	struct bytes data = {.length = 0};
	struct bytes signature;

	put_authenticator(&data, passkey, ceremony, 0);
	sign(passkey, &data, client, &signature);
	return fmt("{\"id\":\"%s\",\"rawId\":\"%s\",\"type\":\"public-key\","
		   "\"authenticatorAttachment\":\"platform\","
		   "\"clientExtensionResults\":{},\"response\":{"
		   "\"clientDataJSON\":\"%s\",\"authenticatorData\":\"%s\","
		   "\"signature\":\"%s\"%s}%s}",
		   id, id, base64url(client, strlen(client)),
		   base64url(data.at, data.length),
		   base64url(signature.at, signature.length),
		   *handle ? fmt(",\"userHandle\":\"%s\"", handle) : "",
		   or_else(ceremony->extra, ""));
}
