/* payment.c - the states of an attempt to be paid. Never waits. */
#include <domain/payments.h>

#include <assert.h>
#include <string.h>

#include <platform/text.h>
#include <rest/request.h>

#define TO(state) (1u << (state))
#define PAID_OR_OVER                                       \
	(TO(PAYMENT_AUTHORIZED) | TO(PAYMENT_CAPTURED) | \
	 TO(PAYMENT_FAILED) | TO(PAYMENT_CANCELED))
#define REFUNDED_OR_DISPUTED                                       \
	(TO(PAYMENT_PARTIALLY_REFUNDED) | TO(PAYMENT_REFUNDED) | \
	 TO(PAYMENT_DISPUTED))

/* Features 5.5. A decline sends the attempt back to created: the same intent
 * may be paid with another card. */
static const struct {
	const char *name;
	unsigned next;
} life[PAYMENT_STATES] = {
	[PAYMENT_CREATED] = {"created", TO(PAYMENT_REQUIRES_ACTION) |
						TO(PAYMENT_PROCESSING) |
						TO(PAYMENT_UNKNOWN) |
						PAID_OR_OVER},
	[PAYMENT_REQUIRES_ACTION] = {"requires_action",
				     TO(PAYMENT_CREATED) |
					     TO(PAYMENT_PROCESSING) |
					     TO(PAYMENT_UNKNOWN) |
					     PAID_OR_OVER},
	[PAYMENT_PROCESSING] = {"processing", TO(PAYMENT_CREATED) |
						      TO(PAYMENT_REQUIRES_ACTION) |
						      TO(PAYMENT_UNKNOWN) |
						      PAID_OR_OVER},
	[PAYMENT_UNKNOWN] = {"unknown", TO(PAYMENT_CREATED) |
						TO(PAYMENT_REQUIRES_ACTION) |
						TO(PAYMENT_PROCESSING) |
						PAID_OR_OVER},
	[PAYMENT_AUTHORIZED] = {"authorized", TO(PAYMENT_CAPTURED) |
						      TO(PAYMENT_VOIDED) |
						      TO(PAYMENT_EXPIRED)},
	[PAYMENT_CAPTURED] = {"captured", REFUNDED_OR_DISPUTED},
	[PAYMENT_PARTIALLY_REFUNDED] = {"partially_refunded",
					TO(PAYMENT_CAPTURED) |
						REFUNDED_OR_DISPUTED},
	/* a bank may send a refund back */
	[PAYMENT_REFUNDED] = {"refunded", TO(PAYMENT_CAPTURED) |
						  REFUNDED_OR_DISPUTED},
	/* given up too early: the gateway took money after all */
	[PAYMENT_FAILED] = {"failed", TO(PAYMENT_AUTHORIZED) |
					      TO(PAYMENT_CAPTURED)},
	[PAYMENT_CANCELED] = {"canceled", TO(PAYMENT_AUTHORIZED) |
						  TO(PAYMENT_CAPTURED)},
	[PAYMENT_VOIDED] = {"voided", 0},
	[PAYMENT_EXPIRED] = {"expired", 0},
	[PAYMENT_DISPUTED] = {"disputed", TO(PAYMENT_CAPTURED) |
						  TO(PAYMENT_CHARGED_BACK) |
						  REFUNDED_OR_DISPUTED},
	[PAYMENT_CHARGED_BACK] = {"charged_back", 0},
};

static const struct fault_kind wrong_state = {
	409, "payment_wrong_state", "The payment has moved on."};

const char *payment_state_name(enum payment_state state)
{
	assert(state < PAYMENT_STATES);
	return life[state].name;
}

enum payment_state payment_state_find(const char *name)
{
	enum payment_state state = 0;

	while (state < PAYMENT_STATES && strcmp(life[state].name, name) != 0)
		state++;
	assert(state < PAYMENT_STATES);
	return state;
}

bool payment_may(enum payment_state from, enum payment_state to)
{
	assert(from < PAYMENT_STATES && to < PAYMENT_STATES);
	return from == to || (life[from].next & TO(to)) != 0;
}

static const char *allowed_list(struct arena *arena, enum payment_state from)
{
	struct text text;
	struct out out;

	text_init(&text, arena, 128);
	out_init(&out, &text);
	out_array(&out);
	for (enum payment_state to = 0; to < PAYMENT_STATES; to++)
		if (to != from && payment_may(from, to))
			out_text(&out, payment_state_name(to));
	out_array_end(&out);
	return text.bytes;
}

bool payment_advance(struct work *w, enum payment_state *state,
		     enum payment_state next)
{
	if (!payment_may(*state, next))
		return refuse_with(w, &wrong_state, "allowed",
				   allowed_list(&w->arena, *state),
				   "A payment that is %s cannot become %s.",
				   payment_state_name(*state),
				   payment_state_name(next));
	*state = next;
	return true;
}

bool payment_is_covered(enum payment_state state)
{
	return state == PAYMENT_AUTHORIZED || state == PAYMENT_CAPTURED ||
	       state == PAYMENT_PARTIALLY_REFUNDED;
}

bool payment_is_live(enum payment_state state)
{
	return state != PAYMENT_FAILED && state != PAYMENT_CANCELED &&
	       state != PAYMENT_VOIDED && state != PAYMENT_EXPIRED;
}
