/* resolve.c - nothing stays in doubt: payments nobody heard of, refunds under
 * way, orders whose time is over, money that has to go back. */
#include "checkout.h"

#include <string.h>

#include <domain/orders.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/json.h>
#include <platform/log.h>
#include <queries.h>

static async bool add_jobs(struct work *w, const struct query *query,
			   struct params params, const char *kind)
{
	struct rows rows;
	struct uuid id;

	if (!db_query(w, query, params, &rows))
		return false;
	for (int i = 0; i < rows.count; i++) {
		id = row_uuid(&rows, i, 0);
		if (!payment_job_add(w, kind, &id))
			return false;
	}
	return true;
}

async bool resolve_periodic(struct work *w)
{
	return add_jobs(w, &q_resolve_due, no_params, "payment.resolve") &&
	       add_jobs(w, &q_refund_due, no_params, "refund.resolve") &&
	       add_jobs(w, &q_return_due, no_params, "payment.return") &&
	       add_jobs(w, &q_expire_due,
			params(p_int(config->reservation_minutes)),
			"checkout.expire");
}

static bool read_id(const struct json_t *payload, struct uuid *id)
{
	return uuid_parse(json_text_at(payload, "id", ""), id);
}

/* A fault that will be the same next time is not worth one. */
static enum job_verdict verdict(const struct work *w, bool is_done)
{
	if (is_done)
		return JOB_DONE;
	return w->fault.kind == &fault_not_found ? JOB_DEAD : JOB_RETRY;
}

/* One question: the periodic asks again in its own rhythm, so that a failure
 * needs no other try and no place on the dead shelf. */
static enum job_verdict once(struct work *w, bool is_done)
{
	if (!is_done)
		log_line(LOG_WARNING_LINE, "not resolved yet", "problem",
			 w->fault.kind != NULL ? w->fault.kind->code : "", NULL);
	return JOB_DONE;
}

async enum job_verdict resolve_job(struct work *w, const struct json_t *payload)
{
	struct application a = {.source = "resolver"};

	if (!read_id(payload, &a.payment))
		return JOB_DEAD;
	return once(w, checkout_find_out(w, &a));
}

async enum job_verdict refund_job(struct work *w, const struct json_t *payload)
{
	struct uuid id;

	return read_id(payload, &id) ? once(w, refund_pursue(w, &id))
				     : JOB_DEAD;
}

static async bool cancel_payment(struct work *w, const struct uuid *id)
{
	struct application a = {.payment = *id, .source = "resolver"};

	if (!checkout_cancel(w, &a, "abandoned"))
		return false;
	if (a.said->verdict == GATEWAY_OK || a.said->reference != NULL)
		return true;
	return refuse(w, &fault_unavailable, "the gateway did not answer");
}

static async bool expire_step(struct work *w, void *argument)
{
	const struct uuid *order = argument;
	struct uuid cart;
	struct rows rows;

	if (!db_query(w, &q_checkout_lock_order, params(p_uuid(order)), &rows))
		return false;
	if (rows.count == 0 ||
	    order_state_find(row_text(&rows, 0, 0)) != ORDER_PENDING)
		return true;
	cart = row_uuid(&rows, 0, 1);
	return checkout_withdraw(w, order, &cart);
}

async enum job_verdict expire_job(struct work *w, const struct json_t *payload)
{
	struct uuid order;
	struct uuid payment;
	struct rows rows;

	if (!read_id(payload, &order))
		return JOB_DEAD;
	if (!db_query(w, &q_checkout_order_live, params(p_uuid(&order)), &rows))
		return JOB_RETRY;
	if (rows.count == 0 ||
	    order_state_find(row_text(&rows, 0, 0)) != ORDER_PENDING ||
	    row_int(&rows, 0, 3) < config->reservation_minutes * 60)
		return JOB_DONE; /* placed meanwhile, or tried anew */
	if (row_is_null(&rows, 0, 2))
		return once(w, db_transact(w, expire_step, &order));
	payment = row_uuid(&rows, 0, 2);
	return once(w, cancel_payment(w, &payment));
}

struct give_back {
	struct payment payment;
	struct refund refund;
	bool is_begun;
};

/* All that is left of it, once: what is set aside is not asked for again. */
static async bool refund_rest_step(struct work *w, void *argument)
{
	struct give_back *g = argument;
	struct payment *p = &g->payment;
	struct uuid id = p->id;

	g->is_begun = false;
	if (!payment_lock(w, &id, p))
		return false;
	g->refund = (struct refund){
		.id = uuid_make(),
		.payment = p->id,
		.amount = p->captured - p->refunded - p->refund_pending,
		.reason = "The order could not be fulfilled.",
	};
	g->is_begun = g->refund.amount > 0 &&
		      (p->state == PAYMENT_CAPTURED ||
		       p->state == PAYMENT_PARTIALLY_REFUNDED);
	return !g->is_begun || refund_begin(w, &g->refund, NULL);
}

async enum job_verdict return_job(struct work *w, const struct json_t *payload)
{
	struct give_back g = {.is_begun = false};

	if (!read_id(payload, &g.payment.id))
		return JOB_DEAD;
	if (!payment_load(w, &g.payment.id, &g.payment))
		return verdict(w, false);
	if (g.payment.state == PAYMENT_AUTHORIZED &&
	    !cancel_payment(w, &g.payment.id))
		return verdict(w, false);
	if (!db_transact(w, refund_rest_step, &g))
		return verdict(w, false);
	/* once begun it is the resolver's, too: here it is only quicker; and
	 * what is refused is due again */
	if (g.is_begun && !refund_pursue(w, &g.refund.id))
		forgive(w);
	return JOB_DONE;
}
