/* test_webauthn.c - registrations and assertions of real authenticators are
 * taken; with any byte changed, or for another shop, they are not. */
#include "../test.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include <platform/arena.h>
#include <platform/webauthn.h>

#include "webauthn_vectors.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static struct arena arena;

static int finish(void **state)
{
	(void)state;
	arena_finish(&arena);
	return 0;
}

static struct octets octets_of(const char *text)
{
	struct octets octets;

	assert_true(octets_read(&arena, text, &octets));
	return octets;
}

/* A copy that may be changed. */
static uint8_t *copy(struct octets *octets)
{
	uint8_t *bytes = arena_alloc(&arena, octets->length + 1);

	memcpy(bytes, octets->bytes, octets->length);
	octets->bytes = bytes;
	return bytes;
}

static const char *replaced(struct octets text, const char *from,
			    const char *to)
{
	const char *all = arena_copy(&arena, text.bytes, text.length);
	const char *at = strstr(all, from);

	assert_non_null(at);
	return arena_format(&arena, "%.*s%s%s", (int)(at - all), all, to,
			    at + strlen(from));
}

static struct octets as_octets(const char *text)
{
	return (struct octets){(const uint8_t *)text, strlen(text)};
}

/* ---- registrations ---- */

static struct webauthn_rules rules_of_registration(
	const struct registration_vector *v)
{
	return (struct webauthn_rules){.rp_id = v->rp_id,
				       .origins = v->origin,
				       .challenge = v->challenge};
}

static enum webauthn_flaw take(const struct registration_vector *v,
			       struct octets attestation,
			       struct webauthn_credential *made)
{
	struct webauthn_rules rules = rules_of_registration(v);

	return webauthn_register(&arena, &rules, octets_of(v->client_data),
				 attestation, made);
}

static void registrations_of_authenticators_are_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(registrations); i++) {
		const struct registration_vector *v = &registrations[i];
		struct webauthn_credential made;

		assert_int_equal(take(v, octets_of(v->attestation), &made),
				 WEBAUTHN_SOUND);
		assert_string_equal(octets_text(&arena, made.id),
				    v->credential_id);
		assert_int_equal(made.facts.sign_count, v->sign_count);
		assert_int_equal(made.algorithm, -7);
	}
}

static void the_vectors_tell_their_flags(void **state)
{
	struct webauthn_credential made;

	(void)state;
	take(&registrations[0], octets_of(registrations[0].attestation), &made);
	assert_false(made.facts.is_verified);
	assert_true(made.facts.is_backup_eligible);
	assert_true(made.facts.is_backed_up);
	assert_int_equal(made.aaguid[0], 0x84);
	take(&registrations[2], octets_of(registrations[2].attestation), &made);
	assert_true(made.facts.is_verified);
	assert_false(made.facts.is_backup_eligible);
	assert_int_equal(made.aaguid[0], 0);
}

static void a_makers_certificate_is_not_asked_for_and_not_taken(void **state)
{
	struct webauthn_credential made;

	(void)state;
	assert_int_equal(take(&certified, octets_of(certified.attestation),
			      &made),
			 WEBAUTHN_ATTESTATION);
}

/* Attestation "none" is signed by nobody, so that a changed id is another id;
 * but nothing crashes, and the key stays one on its curve. */
static void each_byte_of_a_self_attestation_counts(void **state)
{
	const struct registration_vector *v = &registrations[1];
	struct octets attestation = octets_of(v->attestation);
	uint8_t *bytes = copy(&attestation);
	struct webauthn_credential made;

	(void)state;
	for (size_t i = 0; i < attestation.length; i++)
		for (int bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1 << bit);
			assert_int_not_equal(take(v, attestation, &made),
					     WEBAUTHN_SOUND);
			bytes[i] ^= (uint8_t)(1 << bit);
		}
	assert_int_equal(take(v, attestation, &made), WEBAUTHN_SOUND);
}

static void a_cut_or_longer_attestation_is_refused(void **state)
{
	(void)state;
	for (size_t v = 0; v < COUNT(registrations); v++) {
		struct octets whole = octets_of(registrations[v].attestation);
		struct webauthn_credential made;

		for (size_t length = 0; length < whole.length; length++)
			assert_int_not_equal(
				take(&registrations[v],
				     (struct octets){whole.bytes, length},
				     &made),
				WEBAUTHN_SOUND);
		copy(&whole); /* has one byte more, 0 */
		whole.length++;
		assert_int_equal(take(&registrations[v], whole, &made),
				 WEBAUTHN_ATTESTATION);
	}
}

static void a_point_off_the_curve_is_no_key(void **state)
{
	const struct registration_vector *v = &registrations[0];
	struct octets attestation = octets_of(v->attestation);
	uint8_t *bytes = copy(&attestation);
	struct webauthn_credential made;

	(void)state;
	bytes[attestation.length - 1] ^= 1; /* the end of y */
	assert_int_equal(take(v, attestation, &made), WEBAUTHN_KEY);
}

/* ---- assertions ---- */

static struct webauthn_rules rules_of(const struct assertion_vector *v)
{
	return (struct webauthn_rules){.rp_id = v->rp_id,
				       .origins = v->origin,
				       .challenge = v->challenge};
}

static struct webauthn_assertion assertion_of(const struct assertion_vector *v)
{
	return (struct webauthn_assertion){octets_of(v->client_data),
					   octets_of(v->authenticator_data),
					   octets_of(v->signature)};
}

static enum webauthn_flaw judge(const struct assertion_vector *v,
				const struct webauthn_rules *rules,
				const struct webauthn_assertion *assertion)
{
	struct webauthn_facts facts;

	return webauthn_assert(&arena, rules, octets_of(v->key), assertion,
			       &facts);
}

static void assertions_of_authenticators_are_taken(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(assertions); i++) {
		const struct assertion_vector *v = &assertions[i];
		struct webauthn_rules rules = rules_of(v);
		struct webauthn_assertion assertion = assertion_of(v);
		struct webauthn_facts facts;

		assert_int_equal(webauthn_assert(&arena, &rules,
						 octets_of(v->key), &assertion,
						 &facts),
				 WEBAUTHN_SOUND);
		assert_int_equal(facts.sign_count, v->sign_count);
		assert_int_equal(facts.is_verified, v->is_verified);
	}
}

static void each_bit_counts(const struct assertion_vector *v,
			    struct webauthn_assertion *assertion,
			    struct octets *part)
{
	struct webauthn_rules rules = rules_of(v);
	uint8_t *bytes = copy(part);

	for (size_t i = 0; i < part->length; i++)
		for (int bit = 0; bit < 8; bit++) {
			bytes[i] ^= (uint8_t)(1 << bit);
			assert_int_not_equal(judge(v, &rules, assertion),
					     WEBAUTHN_SOUND);
			bytes[i] ^= (uint8_t)(1 << bit);
		}
	assert_int_equal(judge(v, &rules, assertion), WEBAUTHN_SOUND);
	part->length--;
	assert_int_not_equal(judge(v, &rules, assertion), WEBAUTHN_SOUND);
	part->length += 2;
	assert_int_not_equal(judge(v, &rules, assertion), WEBAUTHN_SOUND);
	part->length--;
}

static void each_bit_of_an_assertion_counts(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(assertions); i++) {
		struct webauthn_assertion assertion =
			assertion_of(&assertions[i]);

		each_bit_counts(&assertions[i], &assertion,
				&assertion.client_data);
		each_bit_counts(&assertions[i], &assertion,
				&assertion.authenticator_data);
		each_bit_counts(&assertions[i], &assertion,
				&assertion.signature);
		arena_finish(&arena);
	}
}

static void another_shops_assertion_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(assertions); i++) {
		const struct assertion_vector *v = &assertions[i];
		struct webauthn_assertion assertion = assertion_of(v);
		struct webauthn_rules rules = rules_of(v);

		rules.rp_id = "example.com";
		assert_int_equal(judge(v, &rules, &assertion), WEBAUTHN_RP);
		rules = rules_of(v);
		rules.origins = "https://example.com";
		assert_int_equal(judge(v, &rules, &assertion), WEBAUTHN_ORIGIN);
		rules.origins = "";
		assert_int_equal(judge(v, &rules, &assertion), WEBAUTHN_ORIGIN);
		rules = rules_of(v);
		rules.challenge = "AAAA";
		assert_int_equal(judge(v, &rules, &assertion),
				 WEBAUTHN_CHALLENGE);
		rules = rules_of(v);
		rules.needs_verified = true;
		assert_int_equal(judge(v, &rules, &assertion),
				 v->is_verified ? WEBAUTHN_SOUND
						: WEBAUTHN_NOT_VERIFIED);
	}
}

static void an_origin_is_compared_whole(void **state)
{
	static const struct {
		const char *origins;
		bool is_listed;
	} lists[] = {
		{"https://example.org", true},
		{"https://a.example, https://example.org", true},
		{"https://example.org,https://a.example", true},
		{" https://example.org ", true},
		{"https://example.org/", false},
		{"https://example.org:443", false},
		{"http://example.org", false},
		{"https://EXAMPLE.org", false},
		{"https://example.or", false},
		{"https://www.example.org", false},
		{",", false},
	};
	const struct assertion_vector *v = &assertions[0];
	struct webauthn_assertion assertion = assertion_of(v);
	struct webauthn_rules rules = rules_of(v);

	(void)state;
	for (size_t i = 0; i < COUNT(lists); i++) {
		rules.origins = lists[i].origins;
		assert_int_equal(judge(v, &rules, &assertion),
				 lists[i].is_listed ? WEBAUTHN_SOUND
						    : WEBAUTHN_ORIGIN);
	}
}

/* Before the signature: each is told for what it is. */
static void client_data_of_another_kind_is_refused(void **state)
{
	static const struct {
		const char *from, *to;
		enum webauthn_flaw flaw;
	} changes[] = {
		{"webauthn.get", "webauthn.create", WEBAUTHN_TYPE},
		{"webauthn.get", "payment.get", WEBAUTHN_TYPE},
		{":false}", ":true}", WEBAUTHN_ORIGIN},
		{":false}", ":\"false\"}", WEBAUTHN_ORIGIN},
		{"}", ",\"topOrigin\":\"https://example.org\"}",
		 WEBAUTHN_ORIGIN},
		{"\"type\"", "\"type\":\"webauthn.get\",\"type\"",
		 WEBAUTHN_CLIENT_DATA},
		{"}", "} ", WEBAUTHN_SIGNATURE},
		{"}", "}}", WEBAUTHN_CLIENT_DATA},
		{"{", "\xef\xbb\xbf{", WEBAUTHN_CLIENT_DATA},
		{"\"challenge\"", "\"challengf\"", WEBAUTHN_CLIENT_DATA},
		{"\"origin\"", "\"origim\"", WEBAUTHN_ORIGIN},
	};
	const struct assertion_vector *v = &assertions[0];
	struct webauthn_rules rules = rules_of(v);

	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		struct webauthn_assertion assertion = assertion_of(v);

		assertion.client_data = as_octets(
			replaced(assertion.client_data, changes[i].from,
				 changes[i].to));
		assert_int_equal(judge(v, &rules, &assertion),
				 changes[i].flaw);
	}
}

static void another_key_does_not_verify(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(assertions); i++)
		for (size_t j = 0; j < COUNT(assertions); j++) {
			const struct assertion_vector *v = &assertions[i];
			struct webauthn_rules rules = rules_of(v);
			struct webauthn_assertion assertion = assertion_of(v);
			struct webauthn_facts facts;

			assert_int_equal(
				webauthn_assert(&arena, &rules,
						octets_of(assertions[j].key),
						&assertion, &facts),
				i == j ? WEBAUTHN_SOUND : WEBAUTHN_SIGNATURE);
		}
}

static void base64url_has_one_form(void **state)
{
	static const char *const refused[] = {"AB==", "AB+/", "A", "AB", "AA=",
					      "AAAA ", " AAAA", "AA\nAA",
					      "AAEACwQ\xbf\x83Q"};
	struct octets octets;

	(void)state;
	for (size_t i = 0; i < COUNT(refused); i++)
		assert_false(octets_read(&arena, refused[i], &octets));
	assert_true(octets_read(&arena, "", &octets));
	assert_int_equal(octets.length, 0);
	assert_true(octets_read(&arena, "-_8", &octets));
	assert_string_equal(octets_text(&arena, octets), "-_8");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(registrations_of_authenticators_are_taken),
		cmocka_unit_test(the_vectors_tell_their_flags),
		cmocka_unit_test(
			a_makers_certificate_is_not_asked_for_and_not_taken),
		cmocka_unit_test(each_byte_of_a_self_attestation_counts),
		cmocka_unit_test(a_cut_or_longer_attestation_is_refused),
		cmocka_unit_test(a_point_off_the_curve_is_no_key),
		cmocka_unit_test(assertions_of_authenticators_are_taken),
		cmocka_unit_test(each_bit_of_an_assertion_counts),
		cmocka_unit_test(another_shops_assertion_is_refused),
		cmocka_unit_test(an_origin_is_compared_whole),
		cmocka_unit_test(client_data_of_another_kind_is_refused),
		cmocka_unit_test(another_key_does_not_verify),
		cmocka_unit_test(base64url_has_one_form),
	};

	return cmocka_run_group_tests(tests, NULL, finish);
}
