/* payment_store.c - payments as stored, and the one statement that moves
 * them. */
#include <domain/payments.h>

#include <string.h>

#include <platform/db.h>
#include <queries.h>

/* Columns of payment_load and payment_lock. */
enum {
	ID, ORDER_ID, CART_ID, GATEWAY, STATE, CURRENCY, AMOUNT, AUTHORIZED,
	CAPTURED, REFUNDED, REFUND_PENDING, IS_MANUAL, ATTEMPT, KEY, REFERENCE,
	METHOD, RETURN_URL, ERROR_CODE, ERROR_MESSAGE, AGE, ORDER_STATE,
	ORDER_TOTAL, VERSION, IS_RETURNING
};

static void read_payment(const struct rows *rows, struct payment *payment)
{
	*payment = (struct payment){
		.id = row_uuid(rows, 0, ID),
		.order = row_uuid(rows, 0, ORDER_ID),
		.cart = row_uuid(rows, 0, CART_ID),
		.gateway = row_text(rows, 0, GATEWAY),
		.state = payment_state_find(row_text(rows, 0, STATE)),
		.currency = row_text(rows, 0, CURRENCY),
		.amount = row_int(rows, 0, AMOUNT),
		.authorized = row_int(rows, 0, AUTHORIZED),
		.captured = row_int(rows, 0, CAPTURED),
		.refunded = row_int(rows, 0, REFUNDED),
		.refund_pending = row_int(rows, 0, REFUND_PENDING),
		.is_manual_capture = row_bool(rows, 0, IS_MANUAL),
		.attempt = row_int(rows, 0, ATTEMPT),
		.idempotency_key = row_text(rows, 0, KEY),
		.reference = row_text(rows, 0, REFERENCE),
		.payment_method = row_text(rows, 0, METHOD),
		.return_url = row_text(rows, 0, RETURN_URL),
		.error_code = row_text(rows, 0, ERROR_CODE),
		.error_message = row_text(rows, 0, ERROR_MESSAGE),
		.age = row_int(rows, 0, AGE),
		.order_state = row_text(rows, 0, ORDER_STATE),
		.order_total = row_int(rows, 0, ORDER_TOTAL),
		.version = row_int(rows, 0, VERSION),
		.is_returning = row_bool(rows, 0, IS_RETURNING),
	};
}

static async bool find(struct work *w, const struct query *query,
		       const struct uuid *id, struct payment *payment)
{
	struct rows rows;

	if (!db_query(w, query, params(p_uuid(id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_not_found,
			      "No Payment matches the given query.");
	read_payment(&rows, payment);
	return true;
}

async bool payment_load(struct work *w, const struct uuid *id,
			struct payment *payment)
{
	return find(w, &q_payment_load, id, payment);
}

async bool payment_lock(struct work *w, const struct uuid *id,
			struct payment *payment)
{
	return find(w, &q_payment_lock, id, payment);
}

void payment_question(struct arena *arena, const struct payment *payment,
		      struct gateway_ask *ask)
{
	char *order = arena_alloc(arena, UUID_TEXT_LENGTH + 1);
	char *id = arena_alloc(arena, UUID_TEXT_LENGTH + 1);

	uuid_format(&payment->order, order);
	uuid_format(&payment->id, id);
	*ask = (struct gateway_ask){
		.operation = payment->reference != NULL ? GATEWAY_READ
			     : payment->age < PAYMENT_MAKE_FOR ? GATEWAY_CREATE
							       : GATEWAY_FIND,
		.idempotency_key = payment->idempotency_key,
		.reference = payment->reference,
		.order_id = order,
		.payment_id = id,
		.amount = payment->amount,
		.currency = payment->currency,
		.is_manual_capture = payment->is_manual_capture,
		.payment_method = payment->payment_method,
		.return_url = payment->return_url,
	};
}

async bool payment_settle(struct work *w, const struct settlement *s,
			  const char **number, const char **placed)
{
	static const struct gateway_said nothing;
	const struct gateway_said *said = s->said != NULL ? s->said : &nothing;
	struct arena *arena = &w->arena;
	struct rows rows;

	if (!db_query(w, &q_payment_settle,
		      params(p_uuid(s->payment ? &s->payment->id : NULL),
			     p_uuid(s->order),
			     p_texts(arena, s->ledger_kinds, s->ledger_count),
			     p_ints(arena, s->ledger_amounts, s->ledger_count),
			     p_texts(arena, s->ledger_references,
				     s->ledger_count),
			     p_text(s->source), p_time(said->happened_at),
			     p_text(payment_state_name(s->state)),
			     p_text(said->reference),
			     p_text(said->client_secret),
			     p_text(said->next_action), p_text(s->error_code),
			     p_text(s->error_message), p_text(s->order_state),
			     p_text(s->payment_status), p_bool(s->is_placing),
			     p_text(s->cart_state),
			     p_texts(arena, s->events, s->event_count),
			     p_uuid(s->cart), p_bool(s->is_returning)),
		      &rows))
		return false;
	if (number != NULL)
		*number = row_text(&rows, 0, 0);
	if (placed != NULL)
		*placed = row_text(&rows, 0, 1);
	return true;
}

async bool payment_return(struct work *w, const struct uuid *id)
{
	return db_query(w, &q_payment_return, params(p_uuid(id)), NULL);
}

async bool payment_touch(struct work *w, const struct uuid *id)
{
	return db_query(w, &q_payment_touch, params(p_uuid(id)), NULL);
}
