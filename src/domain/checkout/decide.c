/* decide.c - what a word of the gateway makes of a payment. Pure. */
#include "checkout.h"

#include <string.h>

/* The intent is this payment's own: reference, our id, amount, currency. */
static bool is_ours(const struct payment *payment,
		    const struct gateway_said *said)
{
	char id[UUID_TEXT_LENGTH + 1];

	uuid_format(&payment->id, id);
	return (payment->reference == NULL ||
		strcmp(payment->reference, said->reference) == 0) &&
	       (said->payment_id == NULL || strcmp(said->payment_id, id) == 0) &&
	       strcmp(payment->currency, said->currency) == 0 &&
	       payment->amount == said->amount &&
	       said->captured <= payment->amount &&
	       said->authorized <= payment->amount;
}

static enum payment_state next_state(const struct payment *payment,
				     enum gateway_operation operation,
				     const struct gateway_said *said)
{
	if (said->reference != NULL && said->state == PAYMENT_CANCELED)
		return payment->state == PAYMENT_AUTHORIZED ? PAYMENT_VOIDED
							    : PAYMENT_CANCELED;
	if (said->reference != NULL)
		return said->state;
	if (operation == GATEWAY_FIND)
		return said->verdict == GATEWAY_OK &&
				       payment->age > PAYMENT_LOOK_FOR
			       ? PAYMENT_FAILED
			       : payment->state;
	if (said->verdict == GATEWAY_AMBIGUOUS && operation != GATEWAY_READ)
		return PAYMENT_UNKNOWN;
	if (operation == GATEWAY_CREATE && (said->verdict == GATEWAY_DECLINED ||
					    said->verdict == GATEWAY_INVALID))
		return PAYMENT_FAILED;
	return payment->state;
}

/* The rows of the ledger and of the timeline that a state brings. */
static const struct {
	const char *ledger;
	const char *event;
} words[PAYMENT_STATES] = {
	[PAYMENT_REQUIRES_ACTION] = {"action_required",
				     "payment.action_required"},
	[PAYMENT_PROCESSING] = {"processing", "payment.processing"},
	[PAYMENT_UNKNOWN] = {"unknown", "payment.unknown"},
	[PAYMENT_AUTHORIZED] = {"authorization", "payment.authorized"},
	[PAYMENT_CAPTURED] = {"capture", "payment.captured"},
	[PAYMENT_FAILED] = {"failure", "payment.failed"},
	[PAYMENT_CANCELED] = {"canceled", "payment.canceled"},
	[PAYMENT_VOIDED] = {"void", "payment.voided"},
};

static void add_words(const struct payment *payment,
		      const struct gateway_said *said,
		      struct decision *decision)
{
	bool is_failure = decision->state == PAYMENT_CREATED &&
			  decision->error_code[0] != '\0';

	if (decision->state == payment->state && !is_failure)
		return;
	decision->ledger = is_failure ? "failure" : words[decision->state].ledger;
	decision->event = is_failure ? "payment.failed"
				     : words[decision->state].event;
	if (decision->state == PAYMENT_AUTHORIZED)
		decision->ledger_amount = said->authorized;
	if (decision->state == PAYMENT_CAPTURED)
		decision->ledger_amount = said->captured;
}

void checkout_decide(const struct payment *payment,
		     enum gateway_operation operation,
		     const struct gateway_said *said, struct decision *decision)
{
	bool has_error;

	*decision = (struct decision){.state = payment->state,
				      .error_code = payment->error_code,
				      .error_message = payment->error_message};
	if (said->reference != NULL && !is_ours(payment, said)) {
		decision->is_mismatch = true;
		return;
	}
	decision->state = next_state(payment, operation, said);
	if (!payment_may(payment->state, decision->state) ||
	    (decision->state == PAYMENT_CAPTURED && payment->captured > 0))
		decision->state = payment->state;
	has_error = (decision->state == PAYMENT_CREATED ||
		     decision->state == PAYMENT_FAILED) &&
		    said->error_code[0] != '\0' &&
		    (said->verdict == GATEWAY_OK ||
		     said->verdict == GATEWAY_DECLINED ||
		     said->verdict == GATEWAY_INVALID);
	if (has_error || said->reference != NULL) {
		decision->error_code = has_error ? said->error_code : "";
		decision->error_message = has_error ? said->error_message : "";
	}
	decision->is_news =
		decision->state != payment->state ||
		(payment->reference == NULL && said->reference != NULL) ||
		strcmp(decision->error_code, payment->error_code) != 0;
	if (!decision->is_news)
		return;
	add_words(payment, said, decision);
	decision->is_covered = payment_is_covered(decision->state) &&
			       !payment_is_covered(payment->state);
	decision->is_over = !payment_is_live(decision->state) &&
			    payment_is_live(payment->state);
}
