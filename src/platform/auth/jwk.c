/* jwk.c - public keys as others publish them (RFC 7517, RFC 7518), and
 * signatures by them. The type of the key says how a signature is checked,
 * never the token. */
#include "jwk.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <sodium.h>
#include <string.h>

#include <platform/json.h>

enum {
	RSA_BITS_MIN = 2048,
	RSA_BITS_MAX = 8192,
	EXPONENT_BYTES_MAX = 4,
	P256_BYTES = 32,
	DER_MAX = 80 /* of a signature of P-256 */
};

static const struct {
	const char *name;
	const char *type; /* kty */
} algs[JWK_ALGS] = {
	[JWK_RS256] = {"RS256", "RSA"},
	[JWK_ES256] = {"ES256", "EC"},
};

bool jwk_alg_find(const char *name, enum jwk_alg *alg)
{
	for (unsigned i = 0; i < JWK_ALGS; i++)
		if (strcmp(algs[i].name, name) == 0) {
			*alg = (enum jwk_alg)i;
			return true;
		}
	return false;
}

unsigned char *base64url_read(struct arena *arena, const char *text,
			      size_t length, size_t *got)
{
	unsigned char *bytes = arena_alloc(arena, length + 1);

	return sodium_base642bin(bytes, length, text, length, NULL, got, NULL,
				 sodium_base64_VARIANT_URLSAFE_NO_PADDING) == 0
		       ? bytes
		       : NULL;
}

static unsigned char *member_read(struct arena *arena, const struct json_t *key,
				  const char *name, size_t *length)
{
	const struct json_t *node = json_member(key, name);
	const char *text = json_text(node);

	return text ? base64url_read(arena, text, json_length(node), length)
		    : NULL;
}

static EVP_PKEY *key_make(const char *type, OSSL_PARAM_BLD *build)
{
	OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
	EVP_PKEY *key = NULL;

	if (params && context && EVP_PKEY_fromdata_init(context) > 0 &&
	    EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params) <= 0)
		key = NULL;
	EVP_PKEY_CTX_free(context);
	OSSL_PARAM_free(params);
	return key;
}

static EVP_PKEY *rsa_read(struct arena *arena, const struct json_t *jwk)
{
	size_t n_length;
	size_t e_length;
	unsigned char *n_bytes = member_read(arena, jwk, "n", &n_length);
	unsigned char *e_bytes = member_read(arena, jwk, "e", &e_length);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;
	BIGNUM *n = NULL;
	BIGNUM *e = NULL;

	if (build && n_bytes && e_bytes && n_length <= RSA_BITS_MAX / 8 &&
	    e_length <= EXPONENT_BYTES_MAX) {
		n = BN_bin2bn(n_bytes, (int)n_length, NULL);
		e = BN_bin2bn(e_bytes, (int)e_length, NULL);
	}
	if (n && e && BN_num_bits(n) >= RSA_BITS_MIN && BN_is_odd(n) &&
	    BN_is_odd(e) && !BN_is_one(e) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
		key = key_make("RSA", build);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(e);
	return key;
}

/* OpenSSL refuses a point that is not on the curve. */
static EVP_PKEY *ec_read(struct arena *arena, const struct json_t *jwk)
{
	static char group[] = "prime256v1";
	unsigned char point[1 + 2 * P256_BYTES] = {POINT_CONVERSION_UNCOMPRESSED};
	const char *curve = json_text(json_member(jwk, "crv"));
	size_t x_length;
	size_t y_length;
	unsigned char *x = member_read(arena, jwk, "x", &x_length);
	unsigned char *y = member_read(arena, jwk, "y", &y_length);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	EVP_PKEY *key = NULL;

	if (build && curve && strcmp(curve, "P-256") == 0 && x && y &&
	    x_length == P256_BYTES && y_length == P256_BYTES) {
		memcpy(point + 1, x, P256_BYTES);
		memcpy(point + 1 + P256_BYTES, y, P256_BYTES);
		if (OSSL_PARAM_BLD_push_utf8_string(
			    build, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) &&
		    OSSL_PARAM_BLD_push_octet_string(
			    build, OSSL_PKEY_PARAM_PUB_KEY, point,
			    sizeof(point)))
			key = key_make("EC", build);
	}
	OSSL_PARAM_BLD_free(build);
	return key;
}

/* r and s as JWS has them, as DER as OpenSSL wants them. */
static bool signature_to_der(const unsigned char *raw, size_t raw_length,
			     unsigned char *der, size_t *length)
{
	ECDSA_SIG *pair = ECDSA_SIG_new();
	BIGNUM *r = NULL;
	BIGNUM *s = NULL;
	bool is_done = false;
	int size;

	if (pair && raw_length == 2 * P256_BYTES) {
		r = BN_bin2bn(raw, P256_BYTES, NULL);
		s = BN_bin2bn(raw + P256_BYTES, P256_BYTES, NULL);
	}
	if (r && s && ECDSA_SIG_set0(pair, r, s)) {
		r = NULL; /* the pair's from now on */
		s = NULL;
		size = i2d_ECDSA_SIG(pair, NULL);
		is_done = size > 0 && size <= DER_MAX &&
			  i2d_ECDSA_SIG(pair, &der) == size;
		*length = is_done ? (size_t)size : 0;
	}
	BN_free(r);
	BN_free(s);
	ECDSA_SIG_free(pair);
	return is_done;
}

struct signature {
	const char *text; /* what was signed */
	size_t text_length;
	const unsigned char *bytes;
	size_t length;
};

static bool is_signed(EVP_PKEY *key, enum jwk_alg alg,
		      const struct signature *signature)
{
	unsigned char der[DER_MAX];
	const unsigned char *bytes = signature->bytes;
	size_t length = signature->length;
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool is_right;

	if (alg == JWK_ES256) {
		bytes = signature_to_der(signature->bytes, signature->length,
					 der, &length)
				? der
				: NULL;
	}
	/* Of RSA the default padding is PKCS #1 v1.5, as RS256 has it. */
	is_right = bytes && context &&
		   EVP_DigestVerifyInit(context, NULL, EVP_sha256(), NULL,
					key) > 0 &&
		   EVP_DigestVerify(context, bytes, length,
				    (const unsigned char *)signature->text,
				    signature->text_length) == 1;
	EVP_MD_CTX_free(context);
	ERR_clear_error();
	return is_right;
}

static bool text_is(const struct json_t *object, const char *name,
		    const char *wanted, bool is_needed)
{
	const struct json_t *node = json_member(object, name);

	if (json_kind(node) == JSON_KIND_ABSENT)
		return !is_needed;
	return json_text(node) && strcmp(json_text(node), wanted) == 0;
}

/* "key_ops", when it is there, must have "verify". */
static bool may_verify(const struct json_t *jwk)
{
	const struct json_t *uses = json_member(jwk, "key_ops");

	if (json_kind(uses) == JSON_KIND_ABSENT)
		return true;
	for (size_t i = 0; i < json_count(uses); i++) {
		const char *use = json_text(json_item(uses, i));

		if (use && strcmp(use, "verify") == 0)
			return true;
	}
	return false;
}

static EVP_PKEY *key_read(struct arena *arena, const struct json_t *jwk,
			  const char *kid, enum jwk_alg alg)
{
	if (!text_is(jwk, "kid", kid, true) ||
	    !text_is(jwk, "kty", algs[alg].type, true) ||
	    !text_is(jwk, "alg", algs[alg].name, false) ||
	    !text_is(jwk, "use", "sig", false) || !may_verify(jwk))
		return NULL;
	return alg == JWK_RS256 ? rsa_read(arena, jwk) : ec_read(arena, jwk);
}

enum jwk_verdict jwk_check(const struct json_t *jwks, const char *kid,
			   enum jwk_alg alg, const char *signed_text,
			   const char *signature_text)
{
	const struct json_t *keys = json_member(jwks, "keys");
	enum jwk_verdict verdict = JWK_NO_KEY;
	struct arena arena = {0};
	struct signature signature = {
		.text = signed_text,
		.text_length = (size_t)(signature_text - signed_text) - 1,
	};

	signature.bytes = base64url_read(&arena, signature_text,
					 strlen(signature_text),
					 &signature.length);
	for (size_t i = 0; i < json_count(keys) && verdict != JWK_RIGHT; i++) {
		EVP_PKEY *key = key_read(&arena, json_item(keys, i), kid, alg);

		if (!key)
			continue;
		verdict = signature.bytes && is_signed(key, alg, &signature)
				  ? JWK_RIGHT
				  : JWK_WRONG;
		EVP_PKEY_free(key);
	}
	ERR_clear_error();
	arena_finish(&arena);
	return verdict;
}
