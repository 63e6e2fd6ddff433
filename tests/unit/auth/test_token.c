/* test_token.c - the attacks of reliability S2 on access tokens. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include <platform/auth.h>
#include <platform/clock.h>
#include <platform/config.h>

#define SECRET "0123456789abcdefghijklmnopqrstuvwxyzABCD"
#define OLD_SECRET "ZYXWVUTSRQPONMLKJIHGFEDCBA9876543210zyxw"

static const int64_t now = INT64_C(1800000000);
static struct arena arena;

static int start(void **state)
{
	(void)state;
	clock_set(now * SECOND, 0);
	assert_true(config_set("token_keys", "new:" SECRET ",old:" OLD_SECRET));
	assert_true(config_set("public_url", "https://shop.example"));
	assert_true(auth_parent_start());
	return 0;
}

static int finish(void **state)
{
	(void)state;
	clock_set(-1, -1);
	arena_finish(&arena);
	return 0;
}

static const char *base64(const char *bytes, size_t length)
{
	static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijkl"
				      "mnopqrstuvwxyz0123456789-_";
	char *text = arena_alloc(&arena, length * 2 + 4);
	size_t at = 0;

	for (size_t i = 0; i < length; i += 3) {
		uint32_t word = (uint32_t)(uint8_t)bytes[i] << 16;

		word |= i + 1 < length ? (uint32_t)(uint8_t)bytes[i + 1] << 8 : 0;
		word |= i + 2 < length ? (uint8_t)bytes[i + 2] : 0;
		text[at++] = letters[word >> 18];
		text[at++] = letters[(word >> 12) & 63];
		if (i + 1 < length)
			text[at++] = letters[(word >> 6) & 63];
		if (i + 2 < length)
			text[at++] = letters[word & 63];
	}
	text[at] = '\0';
	return text;
}

static const char good_header[] =
	"{\"alg\":\"HS256\",\"kid\":\"new\",\"typ\":\"JWT\"}";

/* A rightly signed token of any header and payload. */
static const char *forge(const char *header, const char *payload,
			 const char *secret)
{
	const char *input = arena_format(&arena, "%s.%s",
					 base64(header, strlen(header)),
					 base64(payload, strlen(payload)));
	uint8_t mac[32];

	hmac_sha256(secret, strlen(secret), input, strlen(input), mac);
	return arena_format(&arena, "%s.%s", input,
			    base64((const char *)mac, sizeof(mac)));
}

/* The payload of a good token, with one part replaced. */
static const char *payload(const char *part, const char *by)
{
	const char *good = arena_format(
		&arena,
		"{\"aud\":\"https://shop.example\",\"auth_time\":1799999000,"
		"\"epoch\":3,\"exp\":%lld,"
		"\"iat\":%lld,\"iss\":\"shopd\",\"jti\":"
		"\"0123456789abcdef0123456789abcdef\",\"mfa_time\":0,\"perms\":5,"
		"\"sid\":\"01890000-0000-7000-8000-000000000002\","
		"\"staff\":true,\"token_type\":\"access\",\"user_id\":"
		"\"01890000-0000-7000-8000-000000000001\"}",
		(long long)now + 60, (long long)now);
	const char *at;

	if (!part)
		return good;
	at = strstr(good, part);
	assert_non_null(at);
	return arena_format(&arena, "%.*s%s%s", (int)(at - good), good, by,
			    at + strlen(part));
}

static enum token_verdict verdict_of(const char *token)
{
	struct claims claims;

	return token_verify(token, &claims);
}

static const char *good_token(void)
{
	struct claims claims = {.is_staff = true, .permissions = 5, .epoch = 3};

	claims.user = uuid_make();
	return token_sign(&arena, &claims);
}

static void what_was_signed_comes_back(void **state)
{
	struct claims in = {.is_staff = true, .permissions = 0x80000001,
			    .epoch = 7};
	struct claims out;
	const char *token;

	(void)state;
	in.user = uuid_make();
	token = token_sign(&arena, &in);
	for (int i = 0; i < 2; i++) { /* the second comes from the cache */
		assert_int_equal(token_verify(token, &out), TOKEN_VALID);
		assert_true(uuid_equal(&in.user, &out.user));
		assert_true(out.is_staff);
		assert_int_equal(out.permissions, in.permissions);
		assert_int_equal(out.epoch, 7);
		assert_int_equal(out.issued, now);
		assert_int_equal(out.expires,
				 now + config->access_token_seconds);
		assert_string_equal(out.jti, in.jti);
		assert_int_equal(strlen(out.jti), 32);
	}
}

static void a_token_dies_at_its_second_cached_or_not(void **state)
{
	const char *token = good_token();

	(void)state;
	assert_int_equal(verdict_of(token), TOKEN_VALID);
	clock_set((now + config->access_token_seconds) * SECOND - 1, 0);
	assert_int_equal(verdict_of(token), TOKEN_VALID);
	clock_set((now + config->access_token_seconds) * SECOND, 0);
	assert_int_equal(verdict_of(token), TOKEN_EXPIRED);
	clock_set((now + config->access_token_seconds + 999) * SECOND, 0);
	assert_int_equal(verdict_of(token), TOKEN_EXPIRED);
	clock_set(now * SECOND, 0);
}

static void every_mutation_of_every_byte_fails(void **state)
{
	const char *token = good_token();
	size_t length = strlen(token);
	char *changed = arena_text(&arena, token);

	(void)state;
	assert_int_equal(verdict_of(token), TOKEN_VALID);
	for (size_t i = 0; i < length; i++) {
		for (int bit = 0; bit < 8; bit++) {
			changed[i] = (char)(token[i] ^ (1 << bit));
			assert_int_equal(verdict_of(changed), TOKEN_INVALID);
		}
		changed[i] = token[i];
	}
	assert_int_equal(verdict_of(changed), TOKEN_VALID);
}

static void every_cut_and_every_addition_fails(void **state)
{
	const char *token = good_token();
	size_t length = strlen(token);

	(void)state;
	for (size_t i = 0; i < length; i++)
		assert_int_equal(verdict_of(arena_copy(&arena, token, i)),
				 TOKEN_INVALID);
	for (int c = 1; c < 256; c++) {
		assert_int_equal(verdict_of(arena_format(&arena, "%s%c", token,
							 c)),
				 TOKEN_INVALID);
		assert_int_equal(verdict_of(arena_format(&arena, "%c%s", c,
							 token)),
				 TOKEN_INVALID);
	}
}

/* Each signed by HMAC with our very key: only the header speaks against it. */
static void only_our_own_header_is_believed(void **state)
{
	static const char *const headers[] = {
		"{\"alg\":\"none\",\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"None\",\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"NONE\",\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"hs256\",\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS384\",\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS512\",\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"RS256\",\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"ES256\",\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"PS256\",\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"\",\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"old\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"New\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"../../dev/null\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"new' OR '1'='1\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"new\\u0000\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":[\"new\"],\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"new\",\"typ\":\"at+jwt\"}",
		"{\"alg\":\"HS256\",\"kid\":\"new\",\"typ\":\"JWS\"}",
		"{\"alg\":\"HS256\",\"kid\":\"new\"}",
		"{\"alg\":\"HS256\",\"crit\":[\"exp\"],\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"jku\":\"https://evil.example/k\",\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"jwk\":{\"kty\":\"oct\",\"k\":\"AA\"},\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"new\",\"typ\":\"JWT\",\"x5c\":[\"MII\"]}",
		"{\"alg\":\"HS256\",\"kid\":\"new\",\"typ\":\"JWT\",\"x5u\":\"https://evil.example\"}",
		"{\"alg\":\"none\",\"alg\":\"HS256\",\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"b64\":false,\"kid\":\"new\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"new\",\"typ\":\"JWT\",\"zip\":\"DEF\"}",
		"{}", "[]", "null", "", "x",
	};

	(void)state;
	assert_int_equal(verdict_of(forge(good_header, payload(NULL, NULL),
					  SECRET)),
			 TOKEN_VALID);
	for (size_t i = 0; i < sizeof(headers) / sizeof(*headers); i++) {
		const char *token = forge(headers[i], payload(NULL, NULL),
					  SECRET);

		if (verdict_of(token) != TOKEN_INVALID)
			fail_msg("believed %s", headers[i]);
	}
}

static void a_token_without_its_signature_fails(void **state)
{
	const char *token = forge(good_header, payload(NULL, NULL), SECRET);
	int two_parts = (int)(strrchr(token, '.') - token);

	(void)state;
	assert_int_equal(verdict_of(arena_copy(&arena, token,
					       (size_t)two_parts)),
			 TOKEN_INVALID);
	assert_int_equal(verdict_of(arena_format(&arena, "%.*s.", two_parts,
						 token)),
			 TOKEN_INVALID);
	assert_int_equal(verdict_of(arena_format(&arena, "%.*s.%s", two_parts,
						 token, base64("", 0))),
			 TOKEN_INVALID);
	assert_int_equal(verdict_of(arena_format(&arena, "%s=", token)),
			 TOKEN_INVALID);
	assert_int_equal(verdict_of(arena_format(&arena, "%s.", token)),
			 TOKEN_INVALID);
	assert_int_equal(verdict_of(""), TOKEN_INVALID);
	assert_int_equal(verdict_of(".."), TOKEN_INVALID);
}

static void a_token_of_ten_kilobytes_is_not_looked_at(void **state)
{
	char *kid = arena_alloc(&arena, 10001);
	const char *header;

	(void)state;
	memset(kid, 'k', 10000);
	header = arena_format(&arena, "{\"alg\":\"HS256\",\"kid\":\"%s\","
			      "\"typ\":\"JWT\"}", kid);
	assert_int_equal(verdict_of(forge(header, payload(NULL, NULL), SECRET)),
			 TOKEN_INVALID);
}

static void a_wrong_key_fails_and_an_old_key_of_the_ring_verifies(void **state)
{
	(void)state;
	assert_int_equal(verdict_of(forge(good_header, payload(NULL, NULL),
					  OLD_SECRET)),
			 TOKEN_INVALID);
	assert_int_equal(verdict_of(forge(good_header, payload(NULL, NULL), "")),
			 TOKEN_INVALID);
	assert_int_equal(verdict_of(forge("{\"alg\":\"HS256\",\"kid\":\"old\","
					  "\"typ\":\"JWT\"}",
					  payload(NULL, NULL), OLD_SECRET)),
			 TOKEN_VALID);
}

static void a_key_taken_from_the_ring_is_no_longer_believed(void **state)
{
	const char *token = good_token();

	(void)state;
	assert_int_equal(verdict_of(token), TOKEN_VALID);
	assert_true(config_set("token_keys", "old:" OLD_SECRET));
	assert_int_equal(verdict_of(token), TOKEN_INVALID);
	assert_true(config_set("token_keys", "new:" SECRET ",old:" OLD_SECRET));
	assert_int_equal(verdict_of(token), TOKEN_VALID);
}

/* Rightly signed, wrong in one claim. */
static void each_claim_is_checked(void **state)
{
	static const char exp_part[] = "\"exp\":1800000060";
	static const char iat_part[] = "\"iat\":1800000000";
	static const struct {
		const char *part;
		const char *by;
		enum token_verdict verdict;
	} cases[] = {
		{exp_part, "\"exp\":1800000000", TOKEN_EXPIRED},
		{exp_part, "\"exp\":0", TOKEN_EXPIRED},
		{exp_part, "\"exp\":\"1800000060\"", TOKEN_INVALID},
		{exp_part, "\"exp\":1800000060.5", TOKEN_INVALID},
		{exp_part, "\"exp\":1.8e9", TOKEN_INVALID},
		{exp_part, "\"exp\":9223372036854775808", TOKEN_INVALID},
		{exp_part, "\"exp\":9007199254740992", TOKEN_INVALID},
		{exp_part, "\"exp\":-1", TOKEN_INVALID},
		{exp_part, "\"exp\":null", TOKEN_INVALID},
		{exp_part, "\"exp\":true", TOKEN_INVALID},
		{exp_part, "\"exp\":[1800000060]", TOKEN_INVALID},
		{exp_part, "\"xxp\":1800000060", TOKEN_INVALID},
		{exp_part, "\"exp\":1,\"exp\":1800000060", TOKEN_INVALID},
		{iat_part, "\"iat\":1800000061", TOKEN_INVALID},
		{iat_part, "\"iat\":1800000060", TOKEN_VALID},
		{iat_part, "\"iat\":\"1800000000\"", TOKEN_INVALID},
		{iat_part, "\"iat\":1800000000,\"nbf\":1800000061", TOKEN_INVALID},
		{iat_part, "\"iat\":1800000000,\"nbf\":\"0\"", TOKEN_INVALID},
		{iat_part, "\"iat\":1800000000,\"nbf\":1800000000", TOKEN_VALID},
		{"\"iss\":\"shopd\"", "\"iss\":\"other\"", TOKEN_INVALID},
		{"\"iss\":\"shopd\"", "\"iss\":\"shopd\",\"iss\":\"shopd\"", TOKEN_INVALID},
		{"\"aud\":\"https://shop.example\"", "\"aud\":\"https://evil.example\"", TOKEN_INVALID},
		{"\"aud\":\"https://shop.example\"", "\"aud\":[\"https://shop.example\"]", TOKEN_INVALID},
		{"\"aud\":\"https://shop.example\"", "\"bud\":\"\"", TOKEN_INVALID},
		{"\"token_type\":\"access\"", "\"token_type\":\"refresh\"", TOKEN_WRONG_TYPE},
		{"\"token_type\":\"access\"", "\"token_type\":null", TOKEN_INVALID},
		{"\"token_type\":\"access\"", "\"x\":1", TOKEN_INVALID},
		{"\"epoch\":3", "\"epoch\":-1", TOKEN_INVALID},
		{"\"epoch\":3", "\"epoch\":4294967296", TOKEN_INVALID},
		{"\"perms\":5", "\"perms\":\"5\"", TOKEN_INVALID},
		{"\"perms\":5", "\"perms\":5,\"perms\":255", TOKEN_INVALID},
		{"\"staff\":true", "\"staff\":1", TOKEN_INVALID},
		{"\"staff\":true", "\"staff\":\"true\"", TOKEN_INVALID},
		{"01890000-0000-7000-8000-000000000001", "1", TOKEN_INVALID},
		{"01890000-0000-7000-8000-000000000001", "0189000-00000-7000-8000-000000000001", TOKEN_INVALID},
		{"0123456789abcdef0123456789abcdef", "short", TOKEN_INVALID},
		{"{", "{{", TOKEN_INVALID},
		{"}", "", TOKEN_INVALID},
		{"}", "} ", TOKEN_VALID},
		{"}", "}}", TOKEN_INVALID},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *token = forge(
			good_header, payload(cases[i].part, cases[i].by),
			SECRET);

		if (verdict_of(token) != cases[i].verdict)
			fail_msg("%s: verdict %d", cases[i].by,
				 (int)verdict_of(token));
	}
}

static void short_and_malformed_rings_do_not_start(void **state)
{
	static const char *const rings[] = {
		"", "new", ":" SECRET, "new:short", "a b:" SECRET,
		"new:" SECRET ",", "new:" SECRET ",new:" OLD_SECRET,
		"n:" SECRET ",o:" "0123456789012345678901234567890",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rings) / sizeof(*rings); i++) {
		assert_true(config_set("token_keys", rings[i]));
		assert_false(auth_parent_start());
		assert_int_equal(verdict_of("a.b.c"), TOKEN_INVALID);
	}
	start(state);
}

static void a_derived_secret_depends_on_key_purpose_and_text(void **state)
{
	char a[SECRET_TEXT_SIZE];
	char b[SECRET_TEXT_SIZE];

	(void)state;
	assert_true(secret_derive("refresh", "text", 0, a));
	assert_true(secret_derive("refresh", "text", 0, b));
	assert_int_equal(strlen(a), 43);
	assert_string_equal(a, b);
	assert_true(secret_derive("refresh", "text", 1, b));
	assert_string_not_equal(a, b);
	assert_true(secret_derive("other", "text", 0, b));
	assert_string_not_equal(a, b);
	assert_true(secret_derive("refresh", "texu", 0, b));
	assert_string_not_equal(a, b);
	assert_false(secret_derive("refresh", "text", 2, b));
}

/* Generous: a sanitizer run on a busy machine must pass as well. */
static void a_remembered_token_is_checked_quickly(void **state)
{
	const char *token = good_token();
	struct timespec from;
	struct timespec to;
	double each;

	(void)state;
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	for (int i = 0; i < 20000; i++)
		assert_int_equal(verdict_of(token), TOKEN_VALID);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	each = ((double)(to.tv_sec - from.tv_sec) * 1e6 +
		(double)(to.tv_nsec - from.tv_nsec) / 1e3) / 20000;
	print_message("a remembered token takes %.2f us\n", each);
	assert_true(each < 50);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_signed_comes_back),
		cmocka_unit_test(a_token_dies_at_its_second_cached_or_not),
		cmocka_unit_test(every_mutation_of_every_byte_fails),
		cmocka_unit_test(every_cut_and_every_addition_fails),
		cmocka_unit_test(only_our_own_header_is_believed),
		cmocka_unit_test(a_token_without_its_signature_fails),
		cmocka_unit_test(a_token_of_ten_kilobytes_is_not_looked_at),
		cmocka_unit_test(
			a_wrong_key_fails_and_an_old_key_of_the_ring_verifies),
		cmocka_unit_test(
			a_key_taken_from_the_ring_is_no_longer_believed),
		cmocka_unit_test(each_claim_is_checked),
		cmocka_unit_test(short_and_malformed_rings_do_not_start),
		cmocka_unit_test(
			a_derived_secret_depends_on_key_purpose_and_text),
		cmocka_unit_test(a_remembered_token_is_checked_quickly),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
