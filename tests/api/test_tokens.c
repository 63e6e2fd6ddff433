/* test_tokens.c - the attacks of reliability S2 on access tokens, over HTTP:
 * forged by whoever has other keys, and by whoever has ours. */
#include "shop.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rsa.h>

#define ACCOUNT "/api/v1/account/"
enum { AT_ONCE = 50 };

static const char *good; /* a token that is accepted */
static const char *good_payload;
static const char *key; /* of the shop's ring */

static const char *base64(const void *bytes, size_t length)
{
	char *text = malloc(length * 4 / 3 + 5);

	EVP_EncodeBlock((unsigned char *)text, bytes, (int)length);
	for (char *at = text; *at != '\0'; at++)
		*at = *at == '+' ? '-' : *at == '/' ? '_' : *at == '=' ? '\0' : *at;
	return text;
}

static const char *text64(const char *text)
{
	return base64(text, strlen(text));
}

static const char *hmac(const EVP_MD *digest, const void *secret, size_t length, const char *input)
{
	unsigned char mac[64];
	unsigned size = sizeof(mac);

	HMAC(digest, secret, (int)length, (const unsigned char *)input, strlen(input), mac, &size);
	return base64(mac, size);
}

/* Rightly signed by that secret. */
static const char *forge(const char *header, const char *payload, const char *secret)
{
	const char *input = fmt("%s.%s", text64(header), text64(payload));

	return fmt("%s.%s", input, hmac(EVP_sha256(), secret, strlen(secret), input));
}

#define HEADER "{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"JWT\"}"

/* The good payload with the member of that name replaced. */
static const char *with_claim(const char *name, const char *json)
{
	json_t *root = json_loads(good_payload, 0, NULL);
	json_t *value = json ? json_loads(json, JSON_DECODE_ANY, NULL) : NULL;

	if (json == NULL)
		json_object_del(root, name);
	else
		json_object_set_new(root, name, value);
	return json_dumps(root, JSON_COMPACT | JSON_ENCODE_ANY);
}

static int start(void **state)
{
	const char *ring = getenv("SHOPD_TOKEN_KEYS");
	const char *dot;
	char *text;
	size_t length;
	char *padded;

	(void)state;
	good = a_customer();
	key = strchr(ring, ':') + 1;
	dot = strchr(good, '.') + 1;
	length = strcspn(dot, ".");
	padded = (char *)fmt("%.*s%s", (int)length, dot, &"==="[(length + 3) % 4]);
	for (char *at = padded; *at != '\0'; at++)
		*at = *at == '-' ? '+' : *at == '_' ? '/' : *at;
	text = calloc(1, length + 4);
	EVP_DecodeBlock((unsigned char *)text, (unsigned char *)padded, (int)strlen(padded));
	good_payload = text;
	return 0;
}

/* Each must be refused; all of them, so that one run shows all that are not. */
static void assert_none_passes(const char *const *tokens, size_t count)
{
	size_t passed = 0;

	for (size_t from = 0; from < count; from += AT_ONCE) {
		static struct request_line lines[AT_ONCE];
		size_t some = count - from < AT_ONCE ? count - from : AT_ONCE;

		for (size_t i = 0; i < some; i++)
			lines[i] = (struct request_line){"GET", ACCOUNT,
							 {.bearer = tokens[from + i]}, NULL, {0}};
		ask_all(lines, some);
		for (size_t i = 0; i < some; i++) {
			int status = lines[i].answer.status;

			if (status == 401 || status == 431 || status == 400)
				continue;
			print_message("%d for %.300s\n", status, tokens[from + i]);
			passed++;
		}
	}
	print_message("%zu tokens, %zu passed\n", count, passed);
	assert_int_equal(passed, 0);
}

static void what_we_forge_with_our_own_key_is_accepted_so_the_rest_means_something(void **state)
{
	(void)state;
	ask(200, "GET", ACCOUNT, &(struct caller){.bearer = good}, NULL);
	ask(200, "GET", ACCOUNT, &(struct caller){.bearer = forge(HEADER, good_payload, key)}, NULL);
}

/* By our very key: only the header speaks against them. */
static void no_other_header_than_ours_passes(void **state)
{
	static const char *const headers[] = {
		"{\"alg\":\"none\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"None\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"NONE\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"nOnE\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"hs256\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS384\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS512\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"RS256\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"ES256\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"ES384\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"PS256\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"EdDSA\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":null,\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":[\"HS256\"],\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"none\",\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"alg\":\"none\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"Test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"../../../../dev/null\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"/etc/hostname\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"test' OR '1'='1\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"x' UNION SELECT 'k' --\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"test\\u0000\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"| id\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":[\"test\"],\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":0,\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"at+jwt\"}",
		"{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"JWS\"}",
		"{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"jwt\"}",
		"{\"alg\":\"HS256\",\"kid\":\"test\"}",
		"{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"b64\":false,\"crit\":[\"b64\"],\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"jku\":\"https://evil.example/k\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"},\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"JWT\",\"x5c\":[\"MII\"]}",
		"{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"JWT\",\"x5u\":\"https://evil.example\"}",
		"{\"alg\":\"HS256\",\"cty\":\"JWT\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"JWT\",\"zip\":\"DEF\"}",
		"{\"alg\":\"dir\",\"enc\":\"A256GCM\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{}", "[]", "null", "\"HS256\"", "", "{", "x",
	};
	enum { COUNT = sizeof(headers) / sizeof(headers[0]) };
	const char *tokens[COUNT];

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		tokens[i] = forge(headers[i], good_payload, key);
	assert_none_passes(tokens, COUNT);
}

/* By our very key and header: only a claim speaks against them. */
static void no_token_with_a_wrong_claim_passes(void **state)
{
	long long now = (long long)time(NULL);
	const char *const claims[][2] = {
		{"exp", fmt("%lld", now - 1)}, {"exp", fmt("\"%lld\"", now + 600)},
		{"exp", fmt("%lld.5", now + 600)}, {"exp", "9223372036854775807"},
		{"exp", "1e300"}, {"exp", "-1"}, {"exp", "0"}, {"exp", "null"}, {"exp", "true"},
		{"exp", NULL}, {"exp", "{}"}, {"iat", fmt("%lld", now + 3600)}, {"iat", "\"0\""},
		{"iat", NULL}, {"nbf", fmt("%lld", now + 3600)}, {"nbf", "\"0\""},
		{"iss", "\"other\""}, {"iss", NULL}, {"iss", "[\"shopd\"]"},
		{"aud", "\"https://other.example\""}, {"aud", NULL}, {"aud", "[]"}, {"aud", "\"\""},
		{"token_type", "\"refresh\""}, {"token_type", "\"Access\""}, {"token_type", NULL},
		{"user_id", "\"1\""}, {"user_id", "1"}, {"user_id", NULL}, {"user_id", "\"' OR 1=1\""},
		{"staff", "1"}, {"staff", "\"true\""}, {"perms", "-1"}, {"perms", "\"all\""},
		{"perms", "4294967296"}, {"epoch", "-1"}, {"epoch", "null"}, {"sid", NULL},
		{"sid", "\"x\""}, {"jti", "\"short\""}, {"jti", NULL},
	};
	enum { COUNT = sizeof(claims) / sizeof(claims[0]) };
	const char *tokens[COUNT + 2];

	(void)state;
	for (size_t i = 0; i < COUNT; i++)
		tokens[i] = forge(HEADER, with_claim(claims[i][0], claims[i][1]), key);
	tokens[COUNT] = forge(HEADER, fmt("{\"exp\":1,%s", good_payload + 1), key);
	tokens[COUNT + 1] = forge(HEADER, fmt("{\"user_id\":\"x\",%s", good_payload + 1), key);
	assert_none_passes(tokens, COUNT + 2);
}

static const char *rs256(void)
{
	const char *input = fmt("%s.%s",
				text64("{\"alg\":\"RS256\",\"kid\":\"test\",\"typ\":\"JWT\"}"),
				text64(good_payload));
	EVP_PKEY *rsa = EVP_RSA_gen(2048);
	EVP_MD_CTX *sign = EVP_MD_CTX_new();
	unsigned char signature[256];
	size_t length = sizeof(signature);

	assert_int_equal(EVP_DigestSignInit(sign, NULL, EVP_sha256(), NULL, rsa), 1);
	assert_int_equal(EVP_DigestSign(sign, signature, &length, (const unsigned char *)input,
					strlen(input)),
			 1);
	EVP_MD_CTX_free(sign);
	EVP_PKEY_free(rsa);
	return fmt("%s.%s", input, base64(signature, length));
}

/* What a thief without the key can make. */
static void no_token_with_another_signature_passes(void **state)
{
	static const char pem[] =
		"-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE\n"
		"-----END PUBLIC KEY-----\n";
	static const unsigned char der[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86};
	const char *input = fmt("%s.%s", text64(HEADER), text64(good_payload));
	const char *none = text64("{\"alg\":\"none\",\"typ\":\"JWT\"}");
	char *long_kid = calloc(1, 10001);
	const char *const tokens[] = {
		input, fmt("%s.", input), fmt("%s.AA", input), fmt("%s.%.42s", input, strrchr(good, '.') + 1),
		fmt("%s.%s.", none, text64(good_payload)), fmt("%s.%s", none, text64(good_payload)),
		forge(HEADER, good_payload, ""), forge(HEADER, good_payload, "secret"),
		forge(HEADER, good_payload, pem),
		fmt("%s.%s", input, hmac(EVP_sha256(), der, sizeof(der), input)),
		fmt("%s.%s", input, hmac(EVP_sha384(), key, strlen(key), input)),
		fmt("%s.%s", input, hmac(EVP_sha512(), key, strlen(key), input)),
		forge(HEADER, good_payload, fmt("test:%s", key)), rs256(),
		fmt("%s.%s", good, strrchr(good, '.') + 1), fmt("%s.%s", strchr(good, '.') + 1, good),
		fmt("%s=", good), fmt("%s==", good), fmt("%sA", good), fmt("A%s", good), "..", "a.b.c",
		fmt(".%s", good), fmt("%s%%00", good),
		forge(fmt("{\"alg\":\"HS256\",\"kid\":\"%s\",\"typ\":\"JWT\"}",
			  (char *)memset(long_kid, 'k', 10000)),
		      good_payload, key),
	};

	(void)state;
	assert_none_passes(tokens, sizeof(tokens) / sizeof(tokens[0]));
}

static void no_token_with_one_byte_changed_passes(void **state)
{
	size_t length = strlen(good);
	const char **tokens = calloc(3 * length, sizeof(*tokens));
	size_t count = 0;

	(void)state;
	for (size_t i = 0; i < length; i++) {
		char *copy = strdup(good);

		copy[i] = copy[i] == 'A' ? 'B' : 'A';
		tokens[count++] = copy;
		copy = strdup(good);
		copy[i] = (char)(copy[i] ^ 1);
		if (copy[i] > ' ' && copy[i] < 127)
			tokens[count++] = copy;
		tokens[count++] = fmt("%.*s%s", (int)i, good, good + i + 1);
	}
	assert_none_passes(tokens, count);
}

static void a_refresh_token_is_no_access_token(void **state)
{
	const char *email = sql("SELECT email FROM account WHERE NOT is_staff ORDER BY created_at DESC LIMIT 1");
	struct answer *answer = askf(200, "POST", "/api/v1/auth/token/", &nobody,
				     "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}", email);

	(void)state;
	ask(401, "GET", ACCOUNT, &(struct caller){.bearer = text_at(answer, "refresh")}, NULL);
	askf(401, "POST", "/api/v1/auth/token/refresh/", &nobody, "{\"refresh\":\"%s\"}",
	     text_at(answer, "access"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_we_forge_with_our_own_key_is_accepted_so_the_rest_means_something),
		cmocka_unit_test(no_other_header_than_ours_passes),
		cmocka_unit_test(no_token_with_a_wrong_claim_passes),
		cmocka_unit_test(no_token_with_another_signature_passes),
		cmocka_unit_test(no_token_with_one_byte_changed_passes),
		cmocka_unit_test(a_refresh_token_is_no_access_token),
	};

	return cmocka_run_group_tests(tests, start, NULL);
}
