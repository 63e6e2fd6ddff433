/* test_payment.c - the states of an attempt to be paid. */
#include "../test.h"

#include <domain/payments.h>
#include <platform/json.h>

static const enum payment_state over[] = {PAYMENT_FAILED, PAYMENT_CANCELED,
					  PAYMENT_VOIDED, PAYMENT_EXPIRED,
					  PAYMENT_CHARGED_BACK};

/* But for money that the gateway took after all. */
static bool was_given_up_early(enum payment_state from, enum payment_state to)
{
	return (from == PAYMENT_FAILED || from == PAYMENT_CANCELED) &&
	       (to == PAYMENT_AUTHORIZED || to == PAYMENT_CAPTURED);
}

static void what_is_over_stays_over(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(over) / sizeof(*over); i++)
		for (enum payment_state to = 0; to < PAYMENT_STATES; to++)
			assert_int_equal(payment_may(over[i], to),
					 to == over[i] ||
						 was_given_up_early(over[i], to));
}

static void unknown_may_turn_out_to_be_anything_unpaid_or_paid(void **state)
{
	(void)state;
	assert_true(payment_may(PAYMENT_PROCESSING, PAYMENT_UNKNOWN));
	assert_true(payment_may(PAYMENT_UNKNOWN, PAYMENT_AUTHORIZED));
	assert_true(payment_may(PAYMENT_UNKNOWN, PAYMENT_CAPTURED));
	assert_true(payment_may(PAYMENT_UNKNOWN, PAYMENT_FAILED));
	assert_false(payment_may(PAYMENT_UNKNOWN, PAYMENT_REFUNDED));
}

static void a_hold_is_captured_or_given_back_and_never_fails(void **state)
{
	(void)state;
	assert_true(payment_may(PAYMENT_AUTHORIZED, PAYMENT_CAPTURED));
	assert_true(payment_may(PAYMENT_AUTHORIZED, PAYMENT_VOIDED));
	assert_false(payment_may(PAYMENT_AUTHORIZED, PAYMENT_FAILED));
	assert_false(payment_may(PAYMENT_AUTHORIZED, PAYMENT_UNKNOWN));
	assert_false(payment_may(PAYMENT_AUTHORIZED, PAYMENT_REFUNDED));
}

static void captured_money_is_never_forgotten(void **state)
{
	(void)state;
	assert_false(payment_may(PAYMENT_CAPTURED, PAYMENT_CANCELED));
	assert_false(payment_may(PAYMENT_CAPTURED, PAYMENT_FAILED));
	assert_false(payment_may(PAYMENT_CAPTURED, PAYMENT_AUTHORIZED));
	assert_false(payment_may(PAYMENT_CAPTURED, PAYMENT_VOIDED));
}

static void a_refusal_lists_what_is_allowed(void **state)
{
	struct work w = {0};
	enum payment_state payment = PAYMENT_AUTHORIZED;

	(void)state;
	assert_false(payment_advance(&w, &payment, PAYMENT_FAILED));
	assert_string_equal(w.fault.kind->code, "payment_wrong_state");
	assert_int_equal(json_count(json_member(w.fault.body, "allowed")), 3);
	work_finish(&w);
}

static void every_state_is_found_by_its_name(void **state)
{
	(void)state;
	for (enum payment_state s = 0; s < PAYMENT_STATES; s++)
		assert_int_equal(payment_state_find(payment_state_name(s)), s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_over_stays_over),
		cmocka_unit_test(
			unknown_may_turn_out_to_be_anything_unpaid_or_paid),
		cmocka_unit_test(
			a_hold_is_captured_or_given_back_and_never_fails),
		cmocka_unit_test(captured_money_is_never_forgotten),
		cmocka_unit_test(a_refusal_lists_what_is_allowed),
		cmocka_unit_test(every_state_is_found_by_its_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
