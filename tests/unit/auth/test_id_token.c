/* test_id_token.c - tokens of others: which are genuine and for us. */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/id_token.h>
#include <platform/json.h>

#include "id_tokens.h"

static const struct id_token_rule rule = {
	.issuer = "https://id.example",
	.issuer_alias = "id.example",
	.audience = "shop",
	.nonce = "n-1",
	.now = 1780000000,
};

static struct arena arena;

static const struct json_t *keys(void)
{
	static const struct json_t *root;

	if (!root)
		root = json_read_quietly(&arena, jwks, strlen(jwks));
	assert_non_null(root);
	return root;
}

static enum id_token_verdict verdict_by(const char *token,
					const struct id_token_rule *by)
{
	struct id_token told;

	return id_token_check(&arena, token, keys(), by, &told);
}

static enum id_token_verdict verdict(const char *token)
{
	return verdict_by(token, &rule);
}

static void both_algorithms_are_accepted(void **state)
{
	struct id_token told;

	(void)state;
	assert_int_equal(verdict(rs256), ID_TOKEN_VALID);
	assert_int_equal(id_token_check(&arena, es256, keys(), &rule, &told),
			 ID_TOKEN_VALID);
	assert_string_equal(told.subject, "u-1");
	assert_string_equal(told.email, "ada@example.com");
	assert_true(told.email_is_verified);
	assert_string_equal(told.given_name, "Ada");
	assert_null(told.family_name);
	assert_int_equal(told.expires, 1780000300);
}

static void no_other_algorithm_is_accepted(void **state)
{
	(void)state;
	assert_int_equal(verdict(token_none), ID_TOKEN_WRONG_ALG);
	assert_int_equal(verdict(token_hs_pem), ID_TOKEN_WRONG_ALG);
	assert_int_equal(verdict(token_rs512), ID_TOKEN_WRONG_ALG);
	assert_int_equal(verdict(token_ps256), ID_TOKEN_WRONG_ALG);
}

static void only_the_issuers_keys_count(void **state)
{
	(void)state;
	assert_int_equal(verdict(token_wrong_kid), ID_TOKEN_UNKNOWN_KEY);
	assert_int_equal(verdict(token_unknown_kid), ID_TOKEN_UNKNOWN_KEY);
	assert_int_equal(verdict(token_no_kid), ID_TOKEN_UNKNOWN_KEY);
	assert_int_equal(verdict(token_other_key), ID_TOKEN_BAD_SIGNATURE);
	assert_int_equal(verdict(token_jwk_header), ID_TOKEN_BAD_SIGNATURE);
}

static void a_token_of_another_kind_is_no_id_token(void **state)
{
	(void)state;
	assert_int_equal(verdict(token_at), ID_TOKEN_WRONG_TYPE);
}

static void what_is_said_must_be_said_to_us_and_now(void **state)
{
	(void)state;
	assert_int_equal(verdict(claims_issuer), ID_TOKEN_WRONG_ISSUER);
	assert_int_equal(verdict(claims_audience), ID_TOKEN_WRONG_AUDIENCE);
	assert_int_equal(verdict(claims_auds), ID_TOKEN_WRONG_AUDIENCE);
	assert_int_equal(verdict(claims_azp_evil), ID_TOKEN_WRONG_AUDIENCE);
	assert_int_equal(verdict(claims_azp_other), ID_TOKEN_WRONG_AUDIENCE);
	assert_int_equal(verdict(claims_expired), ID_TOKEN_EXPIRED);
	assert_int_equal(verdict(claims_future), ID_TOKEN_NOT_YET);
	assert_int_equal(verdict(claims_nbf), ID_TOKEN_NOT_YET);
	assert_int_equal(verdict(claims_no_exp), ID_TOKEN_WRONG_CLAIMS);
	assert_int_equal(verdict(claims_exp_text), ID_TOKEN_WRONG_CLAIMS);
	assert_int_equal(verdict(claims_no_sub), ID_TOKEN_WRONG_CLAIMS);
	assert_int_equal(verdict(claims_sub_number), ID_TOKEN_WRONG_CLAIMS);
	assert_int_equal(verdict(claims_nonce), ID_TOKEN_WRONG_NONCE);
	assert_int_equal(verdict(claims_no_nonce), ID_TOKEN_WRONG_NONCE);
}

static void what_may_differ_may_differ(void **state)
{
	struct id_token_rule phone = rule;

	(void)state;
	assert_int_equal(verdict(claims_leeway), ID_TOKEN_VALID);
	assert_int_equal(verdict(claims_azp), ID_TOKEN_VALID);
	assert_int_equal(verdict(claims_alias), ID_TOKEN_VALID);
	phone.may_be_fetched_by_another = true;
	phone.nonce = NULL;
	assert_int_equal(verdict_by(claims_azp_other, &phone), ID_TOKEN_VALID);
	assert_int_equal(verdict_by(claims_azp_evil, &phone),
			 ID_TOKEN_WRONG_AUDIENCE);
	assert_int_equal(verdict_by(claims_no_nonce, &phone), ID_TOKEN_VALID);
}

static void an_address_is_verified_only_when_it_is_said_so(void **state)
{
	struct id_token told;

	(void)state;
	assert_int_equal(id_token_check(&arena, claims_unverified, keys(),
					&rule, &told),
			 ID_TOKEN_VALID);
	assert_false(told.email_is_verified);
	assert_int_equal(id_token_check(&arena, claims_textual, keys(), &rule,
					&told),
			 ID_TOKEN_VALID);
	assert_true(told.email_is_verified);
}

/* Another letter in each place, and an end that has the same bits. */
static void each_changed_letter_is_seen(void **state)
{
	static const char *const tokens[] = {rs256, es256};
	static const char letters[] = "Aa0_-.=";

	(void)state;
	for (size_t t = 0; t < 2; t++) {
		char *copy = arena_text(&arena, tokens[t]);

		for (size_t i = 0; copy[i]; i++) {
			char was = copy[i];

			for (const char *c = letters; *c; c++) {
				if (*c == was)
					continue;
				copy[i] = *c;
				assert_int_not_equal(verdict(copy),
						     ID_TOKEN_VALID);
			}
			copy[i] = (char)(was ^ 1);
			assert_int_not_equal(verdict(copy), ID_TOKEN_VALID);
			copy[i] = was;
		}
		assert_int_equal(verdict(copy), ID_TOKEN_VALID);
	}
}

static void a_token_has_three_parts_without_padding(void **state)
{
	const char *const odd[] = {
		"", ".", "..", "...", "a.b.c",
		arena_format(&arena, "%s.", rs256),
		arena_format(&arena, "%s.e30", rs256),
		arena_format(&arena, ".%s", rs256),
		arena_format(&arena, "%s=", rs256),
		arena_format(&arena, "%s==", es256),
		arena_format(&arena, " %s", rs256),
		arena_format(&arena, "%s\n", rs256),
		arena_format(&arena, "%.*s", (int)strlen(rs256) - 1, rs256),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(odd) / sizeof(*odd); i++)
		assert_int_not_equal(verdict(odd[i]), ID_TOKEN_VALID);
}

static void a_token_too_long_is_none(void **state)
{
	char *long_one = arena_alloc(&arena, 20001);

	(void)state;
	memset(long_one, 'a', 20000);
	long_one[10] = '.';
	long_one[20] = '.';
	assert_int_equal(verdict(long_one), ID_TOKEN_MALFORMED);
}

static enum id_token_verdict verdict_with(const char *set, const char *token)
{
	const struct json_t *root = json_read_quietly(&arena, set, strlen(set));
	struct id_token told;

	return id_token_check(&arena, token, root, &rule, &told);
}

/* The first `from` in the set becomes `to`. */
static const char *with(const char *from, const char *to)
{
	const char *at = strstr(jwks, from);

	assert_non_null(at);
	return arena_format(&arena, "%.*s%s%s", (int)(at - jwks), jwks, to,
			    at + strlen(from));
}

static void a_key_serves_only_what_it_is_for(void **state)
{
	(void)state;
	assert_int_equal(verdict_with(with("\"alg\":\"RS256\"",
					   "\"alg\":\"RS512\""), rs256),
			 ID_TOKEN_UNKNOWN_KEY);
	assert_int_equal(verdict_with(with("\"use\":\"sig\"",
					   "\"use\":\"enc\""), rs256),
			 ID_TOKEN_UNKNOWN_KEY);
	assert_int_equal(verdict_with(with("\"use\":\"sig\"",
					   "\"key_ops\":[\"encrypt\"]"), rs256),
			 ID_TOKEN_UNKNOWN_KEY);
	assert_int_equal(verdict_with(with("\"use\":\"sig\"",
					   "\"key_ops\":[\"verify\"]"), rs256),
			 ID_TOKEN_VALID);
	assert_int_equal(verdict_with(with("\"P-256\"", "\"P-384\""), es256),
			 ID_TOKEN_UNKNOWN_KEY);
	/* not on the curve */
	assert_int_equal(verdict_with(with("\"x\":\"Zp", "\"x\":\"Zq"), es256),
			 ID_TOKEN_UNKNOWN_KEY);
}

static void a_weak_key_is_none(void **state)
{
	static const char *const weak[] = {
		"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"r1\",\"n\":\"AQAB\","
		"\"e\":\"AQAB\"}]}",
		"{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"r1\",\"n\":\"\","
		"\"e\":\"\"}]}",
		"{\"keys\":[{\"kty\":\"oct\",\"kid\":\"r1\",\"k\":\"AQAB\"}]}",
		"{\"keys\":[{\"kid\":\"r1\"},7,null,[]]}",
		"{\"keys\":{}}", "{}", "[]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(weak) / sizeof(*weak); i++)
		assert_int_equal(verdict_with(weak[i], rs256),
				 ID_TOKEN_UNKNOWN_KEY);
	/* e = 1: any signature would be its own message */
	assert_int_equal(verdict_with(with("\"e\":\"AQAB\"", "\"e\":\"AQ\""),
				      rs256),
			 ID_TOKEN_UNKNOWN_KEY);
}

static void a_challenge_is_that_of_rfc_7636(void **state)
{
	char challenge[SECRET_TEXT_SIZE];

	(void)state;
	pkce_challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
		       challenge);
	assert_string_equal(challenge,
			    "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
}

static void a_proof_is_facebooks(void **state)
{
	char proof[APPSECRET_PROOF_SIZE];

	(void)state;
	appsecret_proof("fbsecret", "EAAtoken", proof);
	assert_string_equal(proof, "fa8baaf5c55113d32f3bafd74e9d3ca82696ec62fc4"
				   "18243b411203d9b6f1dba");
}

static void a_clients_name_is_encoded_before_its_colon(void **state)
{
	(void)state;
	/* RFC 6749 section 2.3.1: "a%3Ab:s%20%2B" */
	assert_string_equal(client_basic(&arena, "a:b", "s +"),
			    "Basic YSUzQWI6cyUyMCUyQg==");
}

static int stop(void **state)
{
	(void)state;
	arena_finish(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_algorithms_are_accepted),
		cmocka_unit_test(no_other_algorithm_is_accepted),
		cmocka_unit_test(only_the_issuers_keys_count),
		cmocka_unit_test(a_token_of_another_kind_is_no_id_token),
		cmocka_unit_test(what_is_said_must_be_said_to_us_and_now),
		cmocka_unit_test(what_may_differ_may_differ),
		cmocka_unit_test(an_address_is_verified_only_when_it_is_said_so),
		cmocka_unit_test(each_changed_letter_is_seen),
		cmocka_unit_test(a_token_has_three_parts_without_padding),
		cmocka_unit_test(a_token_too_long_is_none),
		cmocka_unit_test(a_key_serves_only_what_it_is_for),
		cmocka_unit_test(a_weak_key_is_none),
		cmocka_unit_test(a_challenge_is_that_of_rfc_7636),
		cmocka_unit_test(a_proof_is_facebooks),
		cmocka_unit_test(a_clients_name_is_encoded_before_its_colon),
	};

	return cmocka_run_group_tests(tests, NULL, stop);
}
