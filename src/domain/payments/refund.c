/* refund.c - money given back: asked for once, pursued until it is known. */
#include <domain/payments.h>

#include <string.h>

#include <domain/orders.h>
#include <platform/db.h>
#include <platform/log.h>
#include <queries.h>

static const struct fault_kind exceeds = {
	409, "refund_exceeds_payment",
	"More would be given back than was taken."};

static async bool refund_load(struct work *w, const struct uuid *id,
			      struct refund *refund)
{
	struct rows rows;

	if (!db_query(w, &q_refund_load, params(p_uuid(id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_not_found,
			      "No Refund matches the given query.");
	*refund = (struct refund){
		.id = *id,
		.payment = row_uuid(&rows, 0, 1),
		.order = row_uuid(&rows, 0, 2),
		.state = row_text(&rows, 0, 3),
		.amount = row_int(&rows, 0, 4),
		.currency = row_text(&rows, 0, 5),
		.reason = row_text(&rows, 0, 6),
		.idempotency_key = row_text(&rows, 0, 7),
		.gateway_reference = row_text(&rows, 0, 8),
	};
	return true;
}

async bool refund_begin(struct work *w, struct refund *refund,
			const struct uuid *requested_by)
{
	char id[UUID_TEXT_LENGTH + 1];
	struct rows rows;

	uuid_format(&refund->id, id);
	refund->idempotency_key = arena_format(&w->arena, "refund:%s", id);
	if (!db_query(w, &q_refund_insert,
		      params(p_uuid(&refund->id), p_uuid(&refund->payment),
			     p_int(refund->amount),
			     p_text(refund->reason ? refund->reason : ""),
			     p_text(refund->idempotency_key),
			     p_uuid(requested_by), p_text(refund->request_key)),
		      &rows))
		return false;
	return rows.count == 1 || refuse(w, &exceeds, NULL);
}

/* The gateway's words as a state of ours; NULL: as it was. */
static const char *state_after(const struct gateway_said *said,
			       enum gateway_operation operation)
{
	if (said->verdict == GATEWAY_OK)
		return said->refund_state;
	if (operation == GATEWAY_READ_REFUND)
		return NULL; /* a question without an answer decides nothing */
	if (said->verdict == GATEWAY_DECLINED ||
	    said->verdict == GATEWAY_INVALID)
		return "failed";
	return said->verdict == GATEWAY_AMBIGUOUS ? "unknown" : NULL;
}

struct settling {
	const struct refund *refund;
	const char *state;
	const struct gateway_said *said;
};

static bool is_open(const char *state)
{
	return strcmp(state, "requested") == 0 ||
	       strcmp(state, "pending") == 0 || strcmp(state, "unknown") == 0;
}

/* What the payment becomes when so much of it has gone back. */
static enum payment_state payment_after(enum payment_state state,
					int64_t captured, int64_t refunded)
{
	if (state == PAYMENT_DISPUTED || state == PAYMENT_CHARGED_BACK)
		return state;
	if (refunded == 0)
		return PAYMENT_CAPTURED;
	return refunded < captured ? PAYMENT_PARTIALLY_REFUNDED
				   : PAYMENT_REFUNDED;
}

static async bool settle_step(struct work *w, void *argument)
{
	const struct settling *s = argument;
	bool is_success = strcmp(s->state, "succeeded") == 0;
	bool is_over = !is_open(s->state);
	struct order_sums sums = {0};
	enum payment_state payment;
	struct rows rows;
	const char *before;
	const char *kind = NULL;
	int64_t amount;

	if (!db_query(w, &q_refund_lock, params(p_uuid(&s->refund->id)), &rows))
		return false;
	before = row_text(&rows, 0, 0);
	amount = row_int(&rows, 0, 1);
	if (strcmp(before, s->state) == 0 || strcmp(before, "failed") == 0 ||
	    (!is_open(before) && strcmp(s->state, "failed") != 0))
		return true; /* nothing new, or later than what is known */
	sums.total = row_int(&rows, 0, 5);
	sums.captured = row_int(&rows, 0, 3);
	sums.refunded = row_int(&rows, 0, 4);
	if (is_success)
		kind = "refund";
	else if (!is_open(before))
		kind = "refund_failed"; /* the bank sent it back */
	sums.refunded += is_success ? amount : kind != NULL ? -amount : 0;
	payment = payment_after(payment_state_find(row_text(&rows, 0, 2)),
				sums.captured, sums.refunded);
	return db_query(w, &q_refund_settle,
			params(p_uuid(&s->refund->id), p_text(s->state),
			       p_text(s->said->refund_reference),
			       p_text(s->said->error_message), p_text("resolver"),
			       p_int(is_over && is_open(before) ? amount : 0),
			       p_text(kind), p_text(payment_state_name(payment)),
			       p_text(order_payment_status(&sums))),
			&rows);
}

static void question(struct work *w, const struct refund *refund,
		     const struct payment *payment, struct gateway_ask *ask)
{
	char *id = arena_alloc(&w->arena, UUID_TEXT_LENGTH + 1);

	uuid_format(&refund->id, id);
	payment_question(&w->arena, payment, ask);
	ask->operation = refund->gateway_reference != NULL ? GATEWAY_READ_REFUND
							   : GATEWAY_REFUND;
	ask->idempotency_key = refund->idempotency_key;
	ask->refund_reference = refund->gateway_reference;
	ask->refund_id = id;
	ask->amount = refund->amount;
	ask->currency = refund->currency;
	ask->reason = "requested_by_customer";
}

async bool refund_pursue(struct work *w, const struct uuid *id)
{
	struct gateway_said said;
	struct gateway_ask ask;
	struct refund refund;
	struct payment payment;
	struct settling settling = {.refund = &refund, .said = &said};

	if (!refund_load(w, id, &refund) ||
	    !payment_load(w, &refund.payment, &payment))
		return false;
	if (payment.reference == NULL)
		return refuse(w, &fault_internal, "a refund of nothing");
	question(w, &refund, &payment, &ask);
	gateway_call(w, gateway_find(payment.gateway), &ask, &said);
	settling.state = state_after(&said, ask.operation);
	if (said.verdict == GATEWAY_OK &&
	    (said.refund_amount != refund.amount ||
	     strcmp(said.currency, refund.currency) != 0)) {
		log_line(LOG_ERROR_LINE, "refund differs", "refund",
			 ask.refund_id, NULL);
		return true;
	}
	return settling.state == NULL || db_transact(w, settle_step, &settling);
}

/* ---- refunds that somebody made at the gateway ---- */

struct learning {
	struct uuid payment;
	const struct gateway_said *said;
};

/* What is set aside for a refund of ours that is under way cannot be given
 * back again: then this is refused, and tried later. */
static async bool learn_step(struct work *w, void *argument)
{
	const struct learning *l = argument;
	struct refund refund = {.id = uuid_make(),
				.payment = l->payment,
				.amount = l->said->refund_amount,
				.reason = "Made at the gateway."};
	struct settling settling = {&refund, l->said->refund_state, l->said};
	struct payment payment;
	struct rows rows;

	if (!payment_lock(w, &l->payment, &payment) ||
	    !db_query(w, &q_refund_by_reference,
		      params(p_text(l->said->refund_reference)), &rows))
		return false;
	if (rows.count > 0)
		return true;
	if (strcmp(payment.reference, l->said->reference) != 0 ||
	    strcmp(payment.currency, l->said->currency) != 0)
		return refuse(w, &fault_internal, "a refund of something else");
	return refund_begin(w, &refund, NULL) && settle_step(w, &settling);
}

async bool refund_learn(struct work *w, const struct uuid *payment,
			const char *reference)
{
	struct gateway_said said;
	struct learning learning = {.payment = *payment, .said = &said};
	struct gateway_ask ask;
	struct payment stored;
	struct uuid id;
	struct rows rows;

	if (!db_query(w, &q_refund_by_reference, params(p_text(reference)),
		      &rows) ||
	    !payment_load(w, payment, &stored))
		return false;
	if (rows.count > 0) {
		id = row_uuid(&rows, 0, 0);
		return refund_pursue(w, &id);
	}
	payment_question(&w->arena, &stored, &ask);
	ask.operation = GATEWAY_READ_REFUND;
	ask.refund_reference = reference;
	gateway_call(w, gateway_find(stored.gateway), &ask, &said);
	if (said.verdict != GATEWAY_OK)
		return refuse(w, &fault_unavailable, "the gateway did not answer");
	if (said.refund_id != NULL && uuid_parse(said.refund_id, &id))
		return refund_pursue(w, &id); /* its own answer is under way */
	if (strcmp(said.refund_state, "failed") == 0 ||
	    stored.reference == NULL || said.reference == NULL)
		return true;
	return db_transact(w, learn_step, &learning);
}
