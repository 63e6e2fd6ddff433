/* test_stripe_hook.c - only Stripe's own, recent messages are believed. */
#include "../test.h"

#include <string.h>

#include <platform/auth.h>

#include "../../../src/domain/payments/stripe.h"

/* providers.md section 1 */
#define BODY                                              \
	"{\"id\":\"evt_test_1\",\"object\":\"event\"," \
	"\"type\":\"payment_intent.succeeded\"}"
#define MAC "871acfe933554b446cc41d791076dd56a10c0553cc61aafbeb881d0082b45043"
#define OTHER "00000000000000000000000000000000000000000000000000000000000000ff"
#define T0 INT64_C(1700000000)

static const struct config settings = {
	.stripe_webhook_secret = "whsec_test_secret"};

static enum hook_verdict verdict(const char *signature, const char *body,
				 int64_t now)
{
	struct arena arena = {0};
	struct hook hook = {signature, body, strlen(body)};
	enum hook_verdict result = stripe_verify(&settings, &arena, &hook, now);

	arena_finish(&arena);
	return result;
}

static void the_known_vector_is_genuine(void **state)
{
	(void)state;
	assert_int_equal(strlen(BODY), 70);
	assert_int_equal(verdict("t=1700000000,v1=" MAC, BODY, T0),
			 HOOK_GENUINE);
}

static void any_of_several_signatures_is_enough(void **state)
{
	(void)state;
	assert_int_equal(verdict("t=1700000000,v1=" OTHER ",v1=" MAC
				 ",v0=" OTHER, BODY, T0),
			 HOOK_GENUINE);
}

static void a_message_with_one_flaw_is_forged(void **state)
{
	static const char *const signatures[] = {
		NULL,
		"",
		"t=1700000000",
		"v1=" MAC,
		"t=1700000000,v0=" MAC,
		"t=1700000000,v1=" OTHER,
		"t=1700000001,v1=" MAC,
		"t=,v1=" MAC,
		"t=17000000O0,v1=" MAC,
		"t=-1700000000,v1=" MAC,
		"t=1700000000,t=1700000000,v1=" MAC,
		"t=1700000000,v1=" MAC "00",
		"t=1700000000,v1=871acf",
		"t=1700000000;v1=" MAC,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(signatures) / sizeof(*signatures); i++)
		assert_int_equal(verdict(signatures[i], BODY, T0), HOOK_FORGED);
}

static void one_altered_byte_is_forged(void **state)
{
	char body[] = BODY;

	(void)state;
	for (size_t i = 0; i < strlen(BODY); i++) {
		body[i] ^= 1;
		assert_int_equal(verdict("t=1700000000,v1=" MAC, body, T0),
				 HOOK_FORGED);
		body[i] ^= 1;
	}
}

static void old_and_future_messages_are_stale(void **state)
{
	(void)state;
	assert_int_equal(verdict("t=1700000000,v1=" MAC, BODY, T0 + 300),
			 HOOK_GENUINE);
	assert_int_equal(verdict("t=1700000000,v1=" MAC, BODY, T0 - 300),
			 HOOK_GENUINE);
	assert_int_equal(verdict("t=1700000000,v1=" MAC, BODY, T0 + 301),
			 HOOK_STALE);
	assert_int_equal(verdict("t=1700000000,v1=" MAC, BODY, T0 - 301),
			 HOOK_STALE);
}

/* An empty key would make everybody's signature right. */
static void without_a_secret_nothing_is_genuine(void **state)
{
	static const struct config none = {.stripe_webhook_secret = ""};
	struct arena arena = {0};
	struct hook hook = {"t=1700000000,v1=" MAC, BODY, strlen(BODY)};

	(void)state;
	assert_int_equal(stripe_verify(&none, &arena, &hook, T0), HOOK_FORGED);
	arena_finish(&arena);
}

static enum hook_verdict event_of(struct arena *arena, const char *body,
				  struct gateway_event *event)
{
	struct hook hook = {"", body, strlen(body)};

	return stripe_read_event(&settings, arena, &hook, event);
}

static void an_event_tells_what_it_is_about(void **state)
{
	struct arena arena = {0};
	struct gateway_event event;

	(void)state;
	assert_int_equal(
		event_of(&arena,
			 "{\"id\":\"evt_1\",\"object\":\"event\",\"type\":"
			 "\"payment_intent.succeeded\",\"livemode\":false,"
			 "\"data\":{\"object\":{\"object\":\"payment_intent\","
			 "\"id\":\"pi_1\",\"metadata\":{\"payment_id\":\"43\"}}}}",
			 &event),
		HOOK_GENUINE);
	assert_string_equal(event.id, "evt_1");
	assert_string_equal(event.kind, "payment_intent.succeeded");
	assert_string_equal(event.reference, "pi_1");
	assert_string_equal(event.payment_id, "43");
	assert_int_equal(
		event_of(&arena,
			 "{\"id\":\"evt_2\",\"object\":\"event\",\"type\":"
			 "\"refund.updated\",\"livemode\":false,\"data\":"
			 "{\"object\":{\"object\":\"refund\",\"id\":\"re_1\","
			 "\"payment_intent\":\"pi_1\"}}}",
			 &event),
		HOOK_GENUINE);
	assert_string_equal(event.reference, "pi_1");
	assert_string_equal(event.refund_reference, "re_1");
	arena_finish(&arena);
}

static void live_events_and_foreign_formats_are_refused(void **state)
{
	struct arena arena = {0};
	struct gateway_event event;

	(void)state;
	assert_int_equal(event_of(&arena,
				  "{\"id\":\"evt_1\",\"object\":\"event\","
				  "\"type\":\"a\",\"livemode\":true}",
				  &event),
			 HOOK_WRONG_MODE);
	assert_int_equal(event_of(&arena,
				  "{\"id\":\"evt_1\",\"object\":"
				  "\"v2.core.event\",\"type\":\"a\"}",
				  &event),
			 HOOK_MALFORMED);
	assert_int_equal(event_of(&arena, "[]", &event), HOOK_MALFORMED);
	assert_int_equal(event_of(&arena, "{\"id\":", &event), HOOK_MALFORMED);
	arena_finish(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_known_vector_is_genuine),
		cmocka_unit_test(any_of_several_signatures_is_enough),
		cmocka_unit_test(a_message_with_one_flaw_is_forged),
		cmocka_unit_test(one_altered_byte_is_forged),
		cmocka_unit_test(old_and_future_messages_are_stale),
		cmocka_unit_test(without_a_secret_nothing_is_genuine),
		cmocka_unit_test(an_event_tells_what_it_is_about),
		cmocka_unit_test(live_events_and_foreign_formats_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
