/* test_stripe.c - what we ask of Stripe and how we read what it says. */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/json.h>

#include "../../../src/domain/payments/stripe.h"

static const struct config settings = {
	.stripe_url = "https://api.stripe.com",
	.stripe_secret_key = "sk_test_1",
};
static const struct gateway_ask create = {
	.operation = GATEWAY_CREATE,
	.idempotency_key = "key-1",
	.order_id = "42",
	.payment_id = "43",
	.amount = 1099,
	.currency = "USD",
	.is_manual_capture = true,
};

static struct gateway_said parsed(struct arena *arena,
				  enum gateway_operation operation, int status,
				  const char *body)
{
	struct gateway_ask ask = {.operation = operation};
	struct client_answer answer = {.outcome = CLIENT_ANSWERED,
				       .status = status,
				       .body = body,
				       .body_length = strlen(body)};
	struct gateway_said said;

	stripe_parse(arena, &ask, &answer, &said);
	return said;
}

static const char *header(const struct client_request *request,
			  const char *name)
{
	for (size_t i = 0; i < request->header_count; i++)
		if (strcmp(request->headers[i].name, name) == 0)
			return request->headers[i].value;
	return NULL;
}

static void an_intent_is_asked_for_as_the_sdk_asks(void **state)
{
	struct arena arena = {0};
	struct client_request request;

	(void)state;
	assert_true(stripe_build(&settings, &arena, &create, &request));
	assert_int_equal(request.method, METHOD_POST);
	assert_string_equal(request.url,
			    "https://api.stripe.com/v1/payment_intents");
	assert_string_equal(request.body,
			    "amount=1099&currency=usd&capture_method=manual"
			    "&metadata[order_id]=42&metadata[payment_id]=43"
			    "&automatic_payment_methods[enabled]=true"
			    "&expand[0]=latest_charge");
	assert_int_equal(request.body_length, strlen(request.body));
	assert_string_equal(header(&request, "Authorization"),
			    "Bearer sk_test_1");
	assert_string_equal(header(&request, "Idempotency-Key"), "key-1");
	assert_string_equal(header(&request, "Stripe-Version"), STRIPE_VERSION);
	arena_finish(&arena);
}

static void a_given_method_is_confirmed_at_once(void **state)
{
	struct arena arena = {0};
	struct client_request request;
	struct gateway_ask ask = create;

	(void)state;
	ask.payment_method = "pm_card_visa";
	ask.return_url = "https://shop.example/a?b=c&d=\xc3\xa9";
	assert_true(stripe_build(&settings, &arena, &ask, &request));
	assert_non_null(strstr(request.body,
			       "&confirm=true&payment_method=pm_card_visa"
			       "&return_url=https%3A%2F%2Fshop.example%2Fa%3F"
			       "b%3Dc%26d%3D%C3%A9&"));
	arena_finish(&arena);
}

static void a_read_sends_no_key_and_no_body(void **state)
{
	struct arena arena = {0};
	struct client_request request;
	struct gateway_ask ask = {.operation = GATEWAY_READ,
				  .reference = "pi_1/../x"};

	(void)state;
	assert_true(stripe_build(&settings, &arena, &ask, &request));
	assert_int_equal(request.method, METHOD_GET);
	assert_string_equal(request.url,
			    "https://api.stripe.com/v1/payment_intents/"
			    "pi_1%2F..%2Fx?expand[0]=latest_charge");
	assert_null(request.body);
	assert_null(header(&request, "Idempotency-Key"));
	arena_finish(&arena);
}

static void amounts_have_the_digits_that_stripe_counts(void **state)
{
	static const struct {
		const char *currency;
		int64_t ours;
		int64_t theirs; /* -1: cannot be said */
	} cases[] = {
		{"EUR", 1999, 1999}, {"JPY", 500, 500},
		{"KWD", 5120, 5120}, {"KWD", 5124, -1},
		{"MGA", 500, 5},     {"MGA", 501, -1},
		{"ISK", 5, 500},     {"UGX", 500, 500},
		{"IQD", 1990, 199},  {"EUR", -1, -1},
		{"XXQ", 1, -1},
	};
	int64_t out;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		bool ok = stripe_amount_out(cases[i].ours, cases[i].currency,
					    &out);

		assert_int_equal(ok, cases[i].theirs >= 0);
		if (!ok)
			continue;
		assert_int_equal(out, cases[i].theirs);
		assert_true(stripe_amount_in(out, cases[i].currency, &out));
		assert_int_equal(out, cases[i].ours);
	}
}

static const char *intent(struct arena *arena, const char *status)
{
	return arena_format(
		arena,
		"{\"id\":\"pi_1\",\"object\":\"payment_intent\",\"amount\":1099,"
		"\"amount_capturable\":0,\"amount_received\":1099,"
		"\"currency\":\"usd\",\"client_secret\":\"pi_1_secret_x\","
		"\"created\":1700000000,\"livemode\":false,"
		"\"latest_charge\":{\"id\":\"ch_1\",\"created\":1700000009},"
		"\"metadata\":{\"order_id\":\"42\",\"payment_id\":\"43\"},"
		"\"next_action\":{\"type\":\"redirect_to_url\"},"
		"\"status\":\"%s\"}",
		status);
}

static void each_status_has_its_state_and_a_new_one_is_unknown(void **state)
{
	static const struct {
		const char *status;
		enum payment_state state;
	} cases[] = {
		{"requires_payment_method", PAYMENT_CREATED},
		{"requires_confirmation", PAYMENT_CREATED},
		{"requires_action", PAYMENT_REQUIRES_ACTION},
		{"processing", PAYMENT_PROCESSING},
		{"requires_capture", PAYMENT_AUTHORIZED},
		{"succeeded", PAYMENT_CAPTURED},
		{"canceled", PAYMENT_CANCELED},
		{"requires_seance", PAYMENT_UNKNOWN},
	};
	struct arena arena = {0};
	struct gateway_said said;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		said = parsed(&arena, GATEWAY_READ, 200,
			      intent(&arena, cases[i].status));
		assert_int_equal(said.verdict, GATEWAY_OK);
		assert_int_equal(said.state, cases[i].state);
		assert_int_equal(said.next_action != NULL,
				 said.state == PAYMENT_REQUIRES_ACTION);
	}
	arena_finish(&arena);
}

static void an_intent_tells_amounts_reference_and_our_ids(void **state)
{
	struct arena arena = {0};
	struct gateway_said said = parsed(&arena, GATEWAY_CREATE, 200,
					  intent(&arena, "succeeded"));

	(void)state;
	assert_string_equal(said.reference, "pi_1");
	assert_string_equal(said.charge, "ch_1");
	assert_string_equal(said.currency, "USD");
	assert_string_equal(said.order_id, "42");
	assert_string_equal(said.payment_id, "43");
	assert_int_equal(said.amount, 1099);
	assert_int_equal(said.captured, 1099);
	assert_int_equal(said.happened_at, INT64_C(1700000009000000));
	arena_finish(&arena);
}

static void a_decline_carries_its_intent(void **state)
{
	struct arena arena = {0};
	struct gateway_said said = parsed(
		&arena, GATEWAY_CREATE, 402,
		arena_format(&arena,
			     "{\"error\":{\"type\":\"card_error\",\"code\":"
			     "\"card_declined\",\"message\":\"Your card was "
			     "declined.\",\"payment_intent\":%s}}",
			     intent(&arena, "requires_payment_method")));

	(void)state;
	assert_int_equal(said.verdict, GATEWAY_DECLINED);
	assert_string_equal(said.reference, "pi_1");
	assert_int_equal(said.state, PAYMENT_CREATED);
	assert_string_equal(said.error_code, "card_declined");
	assert_string_equal(said.error_message, "Your card was declined.");
	arena_finish(&arena);
}

static void each_error_has_its_verdict(void **state)
{
	static const struct {
		int status;
		const char *body;
		enum gateway_verdict verdict;
	} cases[] = {
		{400, "{\"error\":{\"type\":\"invalid_request_error\"}}",
		 GATEWAY_INVALID},
		{400, "{\"error\":{\"type\":\"idempotency_error\"}}",
		 GATEWAY_BROKEN},
		{401, "{\"error\":{\"type\":\"invalid_request_error\"}}",
		 GATEWAY_BROKEN},
		{403, "{}", GATEWAY_BROKEN},
		{404, "<html>", GATEWAY_INVALID},
		{409, "{\"error\":{\"type\":\"idempotency_error\"}}",
		 GATEWAY_AMBIGUOUS},
		{429, "{\"error\":{\"code\":\"rate_limit\"}}", GATEWAY_BUSY},
		{500, "", GATEWAY_AMBIGUOUS},
		{503, "{\"error\":{}}", GATEWAY_AMBIGUOUS},
		{302, "", GATEWAY_AMBIGUOUS},
		{200, "{\"id\":\"pi_1\",\"obj", GATEWAY_AMBIGUOUS},
		{200, "<html></html>", GATEWAY_AMBIGUOUS},
		{200, "{\"object\":\"payment_intent\",\"id\":\"pi_1\"}",
		 GATEWAY_AMBIGUOUS},
	};
	struct arena arena = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_int_equal(parsed(&arena, GATEWAY_CREATE, cases[i].status,
					cases[i].body)
					 .verdict,
				 cases[i].verdict);
	arena_finish(&arena);
}

/* The vendor's own samples, where they are at hand. */
static char *fixtures(struct arena *arena)
{
	static const char name[] = "shared/data/providers/stripe/fixtures3.json";
	const char *given = getenv("SHOPD_STRIPE_FIXTURES");
	char path[256] = "";
	FILE *file = given != NULL ? fopen(given, "rb") : NULL;
	char *bytes;
	size_t length;

	for (int up = 0; file == NULL && given == NULL && up < 7; up++) {
		snprintf(path, sizeof(path), "%.*s%s", up * 3,
			 "../../../../../../../", name);
		file = fopen(path, "rb");
	}
	if (file == NULL)
		return NULL;
	bytes = arena_alloc(arena, 1 << 20);
	length = fread(bytes, 1, (1 << 20) - 1, file);
	bytes[length] = '\0';
	fclose(file);
	return bytes;
}

static void the_vendors_samples_are_understood(void **state)
{
	struct arena arena = {0};
	const char *bytes = fixtures(&arena);
	const struct json_t *all;
	struct gateway_said said;

	(void)state;
	if (bytes == NULL) {
		print_message("no fixtures3.json of Stripe here: tell "
			      "SHOPD_STRIPE_FIXTURES its path\n");
		skip();
	}
	all = json_read_quietly(&arena, bytes, strlen(bytes));
	said = parsed(&arena, GATEWAY_READ, 200,
		      json_write(&arena, json_at(all, "resources.payment_intent")));
	assert_int_equal(said.verdict, GATEWAY_OK);
	assert_int_equal(said.amount, 1099);
	assert_string_equal(said.currency, "USD");
	assert_string_equal(said.reference, "pi_1PgafyB7WZ01zgkWSjxsAJo3");
	assert_int_equal(said.state, PAYMENT_CREATED);
	said = parsed(&arena, GATEWAY_REFUND, 200,
		      json_write(&arena, json_at(all, "resources.refund")));
	assert_int_equal(said.verdict, GATEWAY_OK);
	assert_int_equal(said.refund_amount, 100);
	assert_string_equal(said.refund_state, "succeeded");
	arena_finish(&arena);
}

static void a_refund_is_asked_for_and_read(void **state)
{
	struct arena arena = {0};
	struct client_request request;
	struct gateway_ask ask = create;
	struct gateway_said said;

	(void)state;
	ask.operation = GATEWAY_REFUND;
	ask.reference = "pi_1";
	ask.refund_id = "44";
	assert_true(stripe_build(&settings, &arena, &ask, &request));
	assert_string_equal(request.url, "https://api.stripe.com/v1/refunds");
	assert_string_equal(request.body,
			    "payment_intent=pi_1&amount=1099"
			    "&metadata[order_id]=42&metadata[payment_id]=43"
			    "&metadata[refund_id]=44");
	said = parsed(&arena, GATEWAY_REFUND, 200,
		      "{\"object\":\"refund\",\"id\":\"re_1\",\"amount\":5,"
		      "\"currency\":\"jpy\",\"status\":\"levitating\","
		      "\"payment_intent\":\"pi_1\","
		      "\"metadata\":{\"refund_id\":\"44\"}}");
	assert_int_equal(said.verdict, GATEWAY_OK);
	assert_string_equal(said.refund_state, "unknown");
	assert_string_equal(said.refund_id, "44");
	assert_string_equal(said.reference, "pi_1");
	arena_finish(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_intent_is_asked_for_as_the_sdk_asks),
		cmocka_unit_test(a_given_method_is_confirmed_at_once),
		cmocka_unit_test(a_read_sends_no_key_and_no_body),
		cmocka_unit_test(amounts_have_the_digits_that_stripe_counts),
		cmocka_unit_test(
			each_status_has_its_state_and_a_new_one_is_unknown),
		cmocka_unit_test(an_intent_tells_amounts_reference_and_our_ids),
		cmocka_unit_test(a_decline_carries_its_intent),
		cmocka_unit_test(each_error_has_its_verdict),
		cmocka_unit_test(a_refund_is_asked_for_and_read),
		cmocka_unit_test(the_vendors_samples_are_understood),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
