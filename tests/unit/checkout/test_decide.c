/* test_decide.c - what a word of the gateway makes of a payment. */
#include "../test.h"

#include <string.h>

#include "../../../src/domain/checkout/checkout.h"

static const char id_text[] = "01a20447-ea7e-7e22-8ca7-aeb64e276fcd";

static struct payment a_payment(enum payment_state state)
{
	struct payment payment = {.state = state,
				  .currency = "EUR",
				  .amount = 1470,
				  .idempotency_key = "k",
				  .reference = "pi_1",
				  .error_code = "",
				  .error_message = "",
				  .order_state = "pending_payment",
				  .order_total = 1470};

	assert_true(uuid_parse(id_text, &payment.id));
	if (state == PAYMENT_CAPTURED || state == PAYMENT_REFUNDED)
		payment.captured = 1470;
	return payment;
}

static struct gateway_said a_word(enum payment_state state)
{
	return (struct gateway_said){
		.verdict = GATEWAY_OK,
		.reference = "pi_1",
		.payment_id = id_text,
		.state = state,
		.currency = "EUR",
		.amount = 1470,
		.captured = state == PAYMENT_CAPTURED ? 1470 : 0,
		.authorized = state == PAYMENT_AUTHORIZED ? 1470 : 0,
		.error_code = "",
		.error_message = ""};
}

static void money_taken_is_news_once(void **state)
{
	struct payment payment = a_payment(PAYMENT_CREATED);
	struct gateway_said said = a_word(PAYMENT_CAPTURED);
	struct decision d;

	(void)state;
	checkout_decide(&payment, GATEWAY_READ, &said, &d);
	assert_true(d.is_news && d.is_covered && !d.is_over);
	assert_string_equal(d.ledger, "capture");
	assert_int_equal(d.ledger_amount, 1470);
	payment = a_payment(PAYMENT_CAPTURED);
	checkout_decide(&payment, GATEWAY_READ, &said, &d);
	assert_false(d.is_news);
	payment = a_payment(PAYMENT_REFUNDED);
	checkout_decide(&payment, GATEWAY_READ, &said, &d);
	assert_false(d.is_news);
	assert_int_equal(d.state, PAYMENT_REFUNDED);
}

static void an_intent_that_differs_is_not_believed(void **state)
{
	struct gateway_said words[6];
	struct payment payment = a_payment(PAYMENT_PROCESSING);
	struct decision d;

	(void)state;
	for (size_t i = 0; i < 6; i++)
		words[i] = a_word(PAYMENT_CAPTURED);
	words[0].amount = 1;
	words[1].currency = "USD";
	words[2].reference = "pi_2";
	words[3].payment_id = "01a20447-ea7e-7e22-8ca7-aeb64e276fce";
	words[4].captured = 1471;
	words[5].amount = 147000;
	for (size_t i = 0; i < 6; i++) {
		checkout_decide(&payment, GATEWAY_READ, &words[i], &d);
		assert_true(d.is_mismatch);
		assert_false(d.is_news || d.is_covered);
		assert_int_equal(d.state, PAYMENT_PROCESSING);
	}
}

static void no_answer_is_never_a_failure(void **state)
{
	static const enum gateway_verdict verdicts[] = {
		GATEWAY_AMBIGUOUS, GATEWAY_BUSY, GATEWAY_BROKEN};
	static const enum gateway_operation operations[] = {
		GATEWAY_CREATE, GATEWAY_CONFIRM, GATEWAY_READ, GATEWAY_CANCEL};
	struct payment payment = a_payment(PAYMENT_CREATED);
	struct gateway_said said = {.error_code = "x", .error_message = ""};
	struct decision d;

	(void)state;
	for (size_t i = 0; i < 3; i++)
		for (size_t j = 0; j < 4; j++) {
			said.verdict = verdicts[i];
			checkout_decide(&payment, operations[j], &said, &d);
			assert_false(d.is_over || d.is_covered);
			assert_true(d.state == PAYMENT_CREATED ||
				    d.state == PAYMENT_UNKNOWN);
			assert_int_equal(d.state == PAYMENT_UNKNOWN,
					 verdicts[i] == GATEWAY_AMBIGUOUS &&
						 operations[j] != GATEWAY_READ);
		}
}

static void doubt_never_undoes_what_is_known(void **state)
{
	struct payment payment = a_payment(PAYMENT_CAPTURED);
	struct gateway_said said = {.verdict = GATEWAY_AMBIGUOUS,
				    .error_code = "",
				    .error_message = ""};
	struct decision d;

	(void)state;
	checkout_decide(&payment, GATEWAY_CREATE, &said, &d);
	assert_int_equal(d.state, PAYMENT_CAPTURED);
	assert_false(d.is_news);
	said = a_word(PAYMENT_CREATED);
	checkout_decide(&payment, GATEWAY_READ, &said, &d);
	assert_int_equal(d.state, PAYMENT_CAPTURED);
}

static void a_decline_can_be_followed_by_another_card(void **state)
{
	struct payment payment = a_payment(PAYMENT_CREATED);
	struct gateway_said said = a_word(PAYMENT_CREATED);
	struct decision d;

	(void)state;
	said.verdict = GATEWAY_DECLINED;
	said.error_code = "card_declined";
	checkout_decide(&payment, GATEWAY_CONFIRM, &said, &d);
	assert_true(d.is_news);
	assert_false(d.is_over);
	assert_int_equal(d.state, PAYMENT_CREATED);
	assert_string_equal(d.error_code, "card_declined");
	assert_string_equal(d.ledger, "failure");
	payment.error_code = "card_declined";
	said = a_word(PAYMENT_CAPTURED);
	checkout_decide(&payment, GATEWAY_CONFIRM, &said, &d);
	assert_string_equal(d.error_code, "");
	assert_true(d.is_covered);
}

static void a_creation_refused_for_good_is_over(void **state)
{
	struct payment payment = a_payment(PAYMENT_CREATED);
	struct gateway_said said = {.verdict = GATEWAY_INVALID,
				    .error_code = "resource_missing",
				    .error_message = "No such PaymentMethod"};
	struct decision d;

	(void)state;
	payment.reference = NULL;
	checkout_decide(&payment, GATEWAY_CREATE, &said, &d);
	assert_int_equal(d.state, PAYMENT_FAILED);
	assert_true(d.is_over);
	checkout_decide(&payment, GATEWAY_READ, &said, &d);
	assert_int_equal(d.state, PAYMENT_CREATED);
}

static void a_canceled_hold_is_voided(void **state)
{
	struct payment payment = a_payment(PAYMENT_AUTHORIZED);
	struct gateway_said said = a_word(PAYMENT_CANCELED);
	struct decision d;

	(void)state;
	checkout_decide(&payment, GATEWAY_CANCEL, &said, &d);
	assert_int_equal(d.state, PAYMENT_VOIDED);
	assert_string_equal(d.ledger, "void");
	payment = a_payment(PAYMENT_VOIDED);
	checkout_decide(&payment, GATEWAY_READ, &said, &d);
	assert_int_equal(d.state, PAYMENT_VOIDED);
	assert_false(d.is_news);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(money_taken_is_news_once),
		cmocka_unit_test(an_intent_that_differs_is_not_believed),
		cmocka_unit_test(no_answer_is_never_a_failure),
		cmocka_unit_test(doubt_never_undoes_what_is_known),
		cmocka_unit_test(a_decline_can_be_followed_by_another_card),
		cmocka_unit_test(a_creation_refused_for_good_is_over),
		cmocka_unit_test(a_canceled_hold_is_voided),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
