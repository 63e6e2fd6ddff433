/* ask.c - the gateway is asked what became of a payment, or told to give it
 * up, and what it says is applied. */
#include "checkout.h"

async bool checkout_find_out(struct work *w, struct application *a)
{
	struct gateway_said *said = arena_new(&w->arena, struct gateway_said);
	struct gateway_ask ask;
	struct payment payment;

	if (!payment_load(w, &a->payment, &payment))
		return false;
	payment_question(&w->arena, &payment, &ask);
	gateway_call(w, gateway_find(payment.gateway), &ask, said);
	a->operation = ask.operation;
	a->said = said;
	return checkout_apply(w, a);
}

async bool checkout_cancel(struct work *w, struct application *a,
			   const char *reason)
{
	struct gateway_said *said = arena_new(&w->arena, struct gateway_said);
	struct gateway_ask ask;
	struct payment payment;

	if (!payment_load(w, &a->payment, &payment))
		return false;
	if (payment.reference == NULL)
		return checkout_find_out(w, a);
	payment_question(&w->arena, &payment, &ask);
	ask.operation = GATEWAY_CANCEL;
	/* what was refused once is asked anew when things have changed */
	ask.idempotency_key = arena_format(&w->arena, "%s:cancel:%lld",
					   payment.idempotency_key,
					   (long long)payment.version);
	ask.reason = reason;
	gateway_call(w, gateway_find(payment.gateway), &ask, said);
	a->operation = ask.operation;
	a->said = said;
	a->after = payment;
	if (said->verdict == GATEWAY_INVALID && said->reference == NULL)
		return checkout_find_out(w, a); /* it is too late: why? */
	return checkout_apply(w, a);
}
