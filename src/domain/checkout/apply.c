/* apply.c - FINALIZE: one way in for client, webhook, resolver and staff. */
#include "checkout.h"

#include <string.h>

#include <domain/inventory.h>
#include <domain/orders.h>
#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/log.h>
#include <queries.h>

async bool payment_job_add(struct work *w, const char *kind,
			   const struct uuid *id)
{
	char text[UUID_TEXT_LENGTH + 1];

	uuid_format(id, text);
	return job_add(w, kind, arena_format(&w->arena, "{\"id\":\"%s\"}", text),
		       arena_format(&w->arena, "payment:%s", text),
		       arena_format(&w->arena, "%s:%s", kind, text), 0);
}

async bool checkout_give_back(struct work *w, const struct uuid *payment)
{
	return payment_return(w, payment) &&
	       payment_job_add(w, "payment.return", payment);
}

/* Goods for money. False only for faults; *is_had tells. */
static async bool take_stock(struct work *w, const struct uuid *order,
			     const struct uuid *cart, bool *is_had)
{
	*is_had = stock_allocate(w, order, cart);
	if (*is_had)
		return true;
	if (w->fault.kind != &stock_short)
		return false;
	forgive(w);
	return true;
}

static async bool emit_placed(struct work *w, const struct uuid *order,
			      const char *placed)
{
	return event_emit(w, "order.placed", "order", order, placed);
}

/* Money has come: the order is placed if it still may be and the goods are
 * there; otherwise the money goes back. */
static async bool on_covered(struct work *w, const struct payment *payment,
			     struct settlement *s, bool *gives_back)
{
	enum order_state order = order_state_find(payment->order_state);
	bool is_had = false;

	*gives_back = true;
	/* that of an attempt given up, when there may be another by now */
	if (payment->is_returning || !payment_is_live(payment->state))
		return true;
	if (!order_may(order, ORDER_PLACED) ||
	    payment->amount != payment->order_total)
		return true;
	if (!take_stock(w, &payment->order, &payment->cart, &is_had))
		return false;
	if (is_had) {
		*gives_back = false;
		s->is_placing = true;
		s->order_state = order_state_name(ORDER_PLACED);
		s->cart_state = "ordered";
		s->events[s->event_count++] = "order.placed";
		return true;
	}
	if (order != ORDER_PENDING)
		return true;
	s->order_state = order_state_name(ORDER_EXPIRED);
	s->cart_state = "active";
	s->events[s->event_count++] = "order.expired";
	return stock_release(w, &payment->cart);
}

/* What it means for the goods and the cart that wait for this payment. */
static async bool on_pending(struct work *w, const struct payment *payment,
			     const struct decision *decision,
			     struct settlement *s)
{
	if (order_state_find(payment->order_state) != ORDER_PENDING ||
	    payment->is_returning || !payment_is_live(payment->state))
		return true;
	if (decision->is_over) {
		s->order_state = order_state_name(ORDER_EXPIRED);
		s->cart_state = "active";
		s->events[s->event_count++] = "order.expired";
		return stock_release(w, &payment->cart);
	}
	if (decision->state != PAYMENT_PROCESSING &&
	    decision->state != PAYMENT_UNKNOWN)
		return true;
	/* nobody else may have the goods while the answer is out */
	if (stock_pin(w, &payment->cart))
		return true;
	if (w->fault.kind != &stock_short)
		return false;
	forgive(w);
	return true;
}

static void fill(const struct application *a, const struct payment *payment,
		 const struct decision *decision, struct settlement *s)
{
	*s = (struct settlement){
		.payment = payment,
		.order = &payment->order,
		.cart = &payment->cart,
		.state = decision->state,
		.said = a->said,
		.source = a->source,
		.error_code = decision->error_code,
		.error_message = decision->error_message,
		.order_state = payment->order_state,
	};
	if (decision->ledger != NULL) {
		bool is_failure = strcmp(decision->ledger, "failure") == 0;

		s->ledger_count = 1;
		s->ledger_kinds[0] = decision->ledger;
		s->ledger_amounts[0] = decision->ledger_amount;
		s->ledger_references[0] =
			is_failure && a->said->charge ? a->said->charge
			: a->said->reference	      ? a->said->reference
						      : payment->idempotency_key;
	}
	if (decision->event != NULL)
		s->events[s->event_count++] = decision->event;
}

static const char *status_of(const struct payment *payment,
			     const struct decision *decision)
{
	struct order_sums sums = {.total = payment->order_total,
				  .captured = payment->captured,
				  .refunded = payment->refunded};

	if (decision->state == PAYMENT_AUTHORIZED)
		sums.authorized = payment->amount;
	if (decision->state == PAYMENT_CAPTURED && payment->captured == 0)
		sums.captured = decision->ledger_amount;
	sums.was_voided = decision->state == PAYMENT_VOIDED;
	return order_payment_status(&sums);
}

static async bool store(struct work *w, struct application *a,
			const struct payment *payment,
			const struct decision *decision)
{
	struct settlement s;
	const char *placed = NULL;
	bool gives_back = false;

	fill(a, payment, decision, &s);
	s.payment_status = status_of(payment, decision);
	if (decision->is_covered
		    ? !on_covered(w, payment, &s, &gives_back)
		    : !on_pending(w, payment, decision, &s))
		return false;
	s.is_returning = gives_back || payment->is_returning;
	if (!payment_settle(w, &s, NULL, &placed) ||
	    (s.is_placing && !emit_placed(w, &payment->order, placed)) ||
	    (gives_back && !checkout_give_back(w, &payment->id)))
		return false;
	a->after.state = decision->state;
	a->after.order_state = s.order_state;
	a->after.error_code = decision->error_code;
	a->after.error_message = decision->error_message;
	if (a->said->reference != NULL)
		a->after.reference = a->said->reference;
	return true;
}

static async bool apply_step(struct work *w, void *argument)
{
	struct application *a = argument;
	struct payment payment;
	struct decision decision;

	if (!payment_lock(w, &a->payment, &payment))
		return false;
	a->after = payment;
	checkout_decide(&payment, a->operation, a->said, &decision);
	if (decision.is_mismatch)
		log_line(LOG_ERROR_LINE, "payment differs from its intent",
			 "payment", payment.idempotency_key, "reference",
			 a->said->reference, NULL);
	if (!decision.is_news)
		return payment_touch(w, &payment.id);
	return store(w, a, &payment, &decision);
}

async bool checkout_apply(struct work *w, struct application *application)
{
	return db_transact(w, apply_step, application);
}

async bool checkout_place_free(struct work *w, const struct uuid *order,
			       const struct uuid *cart)
{
	struct settlement s = {
		.order = order,
		.cart = cart,
		.source = "api",
		.error_code = "",
		.error_message = "",
		.order_state = order_state_name(ORDER_PLACED),
		.payment_status = "paid",
		.is_placing = true,
		.cart_state = "ordered",
		.event_count = 1,
		.events = {"order.placed"},
	};
	const char *placed;

	return stock_allocate(w, order, cart) &&
	       payment_settle(w, &s, NULL, &placed) &&
	       emit_placed(w, order, placed);
}

async bool checkout_withdraw(struct work *w, const struct uuid *order,
			     const struct uuid *cart)
{
	struct settlement s = {
		.order = order,
		.cart = cart,
		.source = "resolver",
		.error_code = "",
		.error_message = "",
		.order_state = order_state_name(ORDER_EXPIRED),
		.payment_status = "none",
		.cart_state = "active",
		.event_count = 1,
		.events = {"order.expired"},
	};

	return stock_release(w, cart) && payment_settle(w, &s, NULL, NULL);
}
