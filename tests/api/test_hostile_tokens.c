/* test_hostile_tokens.c - tokens that are not ours, to every operation of the
 * document (reliability S2). */
#include "operations.h"
#include "volley.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
			      "wxyz0123456789-_";

static const char *encoded(const unsigned char *bytes, size_t length)
{
	char *text = calloc(1, length * 2 + 4);
	size_t at = 0;

	for (size_t i = 0; i < length; i += 3) {
		unsigned word = (unsigned)bytes[i] << 16;

		word |= i + 1 < length ? (unsigned)bytes[i + 1] << 8 : 0;
		word |= i + 2 < length ? bytes[i + 2] : 0;
		text[at++] = letters[word >> 18];
		text[at++] = letters[(word >> 12) & 63];
		if (i + 1 < length)
			text[at++] = letters[(word >> 6) & 63];
		if (i + 2 < length)
			text[at++] = letters[word & 63];
	}
	return text;
}

static const char *decoded(const char *text, size_t length)
{
	char *bytes = calloc(1, length + 1);
	unsigned word = 0;
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		word = word << 6 | (unsigned)(strchr(letters, text[i]) - letters);
		if (i % 4 != 0)
			bytes[used++] = (char)(word >> (6 - i % 4 * 2));
	}
	return bytes;
}

/* Rightly signed with the shop's own key. */
static const char *signed_by(const EVP_MD *method, const char *head,
			     const char *payload)
{
	const char *key = strchr(getenv("SHOPD_TOKEN_KEYS"), ':') + 1;
	const char *text = fmt("%s.%s",
			       encoded((const unsigned char *)head, strlen(head)),
			       encoded((const unsigned char *)payload,
				       strlen(payload)));
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned length;

	HMAC(method, key, (int)strcspn(key, ","), (const unsigned char *)text,
	     strlen(text), mac, &length);
	return fmt("%s.%s", text, encoded(mac, length));
}

#define HEAD "{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"JWT\"}"

/* The payload with one member changed; NULL takes it out. */
static const char *changed(const char *payload, const char *name, json_t *value)
{
	json_t *json = json_loads(payload, 0, NULL);

	if (value == NULL)
		json_object_del(json, name);
	else
		json_object_set_new(json, name, value);
	return json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
}

enum { TOKENS_MAX = 64 };
static struct {
	const char *what;
	const char *text;
} tokens[TOKENS_MAX];
static size_t token_count;

static void token_add(const char *what, const char *text)
{
	assert_true(token_count < TOKENS_MAX);
	tokens[token_count].what = what;
	tokens[token_count++].text = text;
}

static void forge_heads(const char *payload)
{
	static const char *const heads[] = {
		"{\"alg\":\"none\",\"typ\":\"JWT\"}",
		"{\"alg\":\"None\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"RS256\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"ES256\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"other\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"../../dev/null\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"JWS\"}",
		"{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"kid\":\"test\","
		"\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"jku\":\"http://127.0.0.1/k\","
		"\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{}", "[]", "null", ""};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		const char *text = signed_by(EVP_sha256(), heads[i], payload);

		token_add(heads[i], text);
		if (i < 2) /* and without a signature */
			token_add(heads[i], fmt("%.*s.", (int)(strrchr(text, '.') - text), text));
	}
	token_add("HS512", signed_by(EVP_sha512(),
				     "{\"alg\":\"HS512\",\"kid\":\"test\","
				     "\"typ\":\"JWT\"}",
				     payload));
	token_add("HS384", signed_by(EVP_sha384(), HEAD, payload));
}

static void forge_payloads(const char *payload)
{
	static const char *const parts[] = {"exp", "iat", "iss", "aud",
					    "token_type", "user_id"};
	json_int_t now = (json_int_t)time(NULL);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		token_add(fmt("without %s", parts[i]),
			  signed_by(EVP_sha256(), HEAD,
				    changed(payload, parts[i], NULL)));
		token_add(fmt("%s is a word", parts[i]),
			  signed_by(EVP_sha256(), HEAD,
				    changed(payload, parts[i],
					    json_string("other"))));
	}
	token_add("expired", signed_by(EVP_sha256(), HEAD,
				       changed(payload, "exp",
					       json_integer(now - 5))));
	token_add("from the future", signed_by(EVP_sha256(), HEAD,
					       changed(payload, "iat",
						       json_integer(now + 500))));
	token_add("a list", signed_by(EVP_sha256(), HEAD, "[]"));
	token_add("nothing", signed_by(EVP_sha256(), HEAD, ""));
}

static void forge_shapes(const char *good, const char *payload)
{
	const char *body = strchr(good, '.') + 1;
	const char *mac = strrchr(good, '.') + 1;
	char *flipped = strdup(good);
	char *malleable = strdup(good);
	char *last = malleable + strlen(malleable) - 1;
	const char *raised = changed(payload, "perms", json_integer(INT32_MAX));

	flipped[mac - good] = flipped[mac - good] == 'A' ? 'B' : 'A';
	*last = letters[(strchr(letters, *last) - letters) ^ 1];
	token_add("one letter of the signature", flipped);
	token_add("unused bits of the signature", malleable);
	token_add("other rights", fmt("%.*s.%s.%s", (int)(body - good - 1), good,
				      encoded((const unsigned char *)raised,
					      strlen(raised)),
				      mac));
	token_add("cut", fmt("%.*s", (int)strlen(good) - 5, good));
	token_add("no signature", fmt("%.*s", (int)(mac - good), good));
	token_add("four parts", fmt("%s.%s", good, mac));
	token_add("padded", fmt("%s=", good));
	token_add("two parts", fmt("%.*s", (int)(mac - good - 1), good));
	token_add("a space within", fmt("%.9s %s", good, good + 9));
	token_add("twice", fmt("%s, %s", good, good));
	token_add("dots", "..");
	token_add("a word", "x");
	token_add("long", repeated("eyJhbGci", 900, ""));
	token_add("not ASCII", "\xc3\xa9.\xc3\xa9.\xc3\xa9");
}

static void visit_tokens(const struct target *target)
{
	const struct operation *o = target->operation;

	if (o->guard == FOR_GATEWAYS ||
	    (o->guard == FOR_ALL && strncmp(o->template, "/api/v1/auth/", 13) == 0))
		return;
	for (size_t i = 0; i < token_count; i++) {
		struct shot shot = shot_at(target, tokens[i].what);

		shot.caller.bearer = tokens[i].text;
		shot.want = "401";
		fire(&shot);
	}
}

static void a_token_that_is_not_ours_is_401_everywhere(void **state)
{
	const char *good = the_staff();
	const char *body = strchr(good, '.') + 1;
	const char *payload = decoded(body, strcspn(body, "."));
	const struct caller own = {
		.bearer = signed_by(EVP_sha256(), HEAD, payload)};

	(void)state;
	/* made as the shop makes them, it opens: so the others could */
	ask(200, "GET", "/api/v1/admin/orders/", &own, NULL);
	token_count = 0;
	forge_heads(payload);
	forge_payloads(payload);
	forge_shapes(good, payload);
	each_target(visit_tokens);
	volley_end();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_token_that_is_not_ours_is_401_everywhere),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	printf("%zu hostile requests were sent\n", volley_count());
	return failed;
}
