/* staff_http.c - capture, void, and orders taken back with goods and money. */
#include "checkout.h"

#include <stddef.h>
#include <string.h>

#include <domain/inventory.h>
#include <domain/orders.h>
#include <platform/config.h>
#include <platform/db.h>
#include <queries.h>

struct capture_body {
	int64_t amount;
	const char *currency;
};
static const struct field capture_fields[] = {
	{.name = "amount", .type = FIELD_MONEY, .min = 1,
	 .max = INT64_C(999999999999999),
	 .offset = offsetof(struct capture_body, amount),
	 .help = "Less than was authorized gives the rest back; left out: all."},
	{.name = "currency", .type = FIELD_TEXT, .min = 3, .max = 3,
	 .offset = offsetof(struct capture_body, currency)},
	{0},
};
const struct resource capture_resource = {
	.name = "Capture",
	.size = sizeof(struct capture_body),
	.fields = capture_fields,
};

struct cancel_body {
	const char *reason;
};
static const struct field cancel_fields[] = {
	{.name = "reason", .type = FIELD_TEXT, .flags = FIELD_BLANK, .max = 500,
	 .offset = offsetof(struct cancel_body, reason)},
	{0},
};
const struct resource cancel_resource = {
	.name = "Cancellation",
	.size = sizeof(struct cancel_body),
	.fields = cancel_fields,
};

static const struct fault_kind too_much = {
	409, "capture_exceeds_authorization",
	"More would be taken than is held."};
static const struct fault_kind wrong_currency = {
	409, "currency_mismatch", "The payment has another currency."};
static const struct fault_kind no_answer = {
	503, "gateway_unavailable",
	"The gateway did not answer; the same request may be sent again."};
static const struct fault_kind refused = {
	409, "gateway_refused", "The gateway refused."};
static const struct fault_kind shipped = {
	409, "order_wrong_state",
	"Goods have left the house: this is a return now."};

static async bool show(struct request *req, const struct uuid *order)
{
	struct rows rows;

	return db_query(&req->http.work, &q_order_show_staff,
			params(p_uuid(order)), &rows) &&
	       reply_row(req, 200, &rows);
}

static async bool find_payment(struct request *req, struct payment *payment)
{
	struct work *w = &req->http.work;
	struct uuid order;
	struct uuid id;

	return path_uuid(req, "id", &order) && path_uuid(req, "payment", &id) &&
	       payment_load(w, &id, payment) &&
	       (uuid_equal(&order, &payment->order) ||
		refuse(w, &fault_not_found,
		       "No Payment matches the given query."));
}

/* Content only when the payment is as wanted. */
static async bool show_moved(struct request *req, const struct application *a,
			     enum payment_state wanted)
{
	struct work *w = &req->http.work;
	const struct gateway_said *said = a->said;

	if (a->after.state == wanted)
		return show(req, &a->after.order);
	if (said->verdict == GATEWAY_AMBIGUOUS || said->verdict == GATEWAY_BUSY)
		return refuse(w, &no_answer, NULL);
	return refuse(w, &refused, "%s", said->error_message);
}

async bool payment_capture(struct request *req)
{
	struct work *w = &req->http.work;
	struct gateway_said said;
	struct application a = {.operation = GATEWAY_CAPTURE,
				.said = &said,
				.source = "staff"};
	struct capture_body in;
	struct payment payment;
	struct gateway_ask ask;
	enum payment_state state;

	if (!read_body(req, &in) || !find_payment(req, &payment))
		return false;
	state = payment.state;
	if (state == PAYMENT_CAPTURED)
		return show(req, &payment.order);
	if (!payment_advance(w, &state, PAYMENT_CAPTURED))
		return false;
	payment_question(&w->arena, &payment, &ask);
	ask.operation = GATEWAY_CAPTURE;
	if (was_given(req, struct capture_body, amount)) {
		ask.amount = in.amount;
		if (strcmp(in.currency != NULL ? in.currency : config->currency,
			   payment.currency) != 0)
			return refuse(w, &wrong_currency, NULL);
	}
	if (ask.amount > payment.authorized || payment.reference == NULL)
		return refuse(w, &too_much, NULL);
	ask.idempotency_key =
		arena_format(&w->arena, "%s:capture:%lld",
			     payment.idempotency_key, (long long)ask.amount);
	a.payment = payment.id;
	gateway_call(w, gateway_find(payment.gateway), &ask, &said);
	return checkout_apply(w, &a) && show_moved(req, &a, PAYMENT_CAPTURED);
}

async bool payment_void(struct request *req)
{
	struct work *w = &req->http.work;
	struct application a = {.source = "staff"};
	struct payment payment;
	enum payment_state state;

	if (!find_payment(req, &payment))
		return false;
	state = payment.state;
	if (state == PAYMENT_VOIDED)
		return show(req, &payment.order);
	if (!payment_advance(w, &state, PAYMENT_VOIDED))
		return false;
	a.payment = payment.id;
	return checkout_cancel(w, &a, "requested_by_customer") &&
	       show_moved(req, &a, PAYMENT_VOIDED);
}

struct canceling {
	struct request *req;
	struct uuid order;
	const char *reason;
	const char *actor;
};

static async bool tell(struct work *w, const struct canceling *c)
{
	struct text data;
	struct out out;
	struct order_note note = {.order = &c->order,
				  .kind = "order.canceled",
				  .actor = c->actor,
				  .actor_id = &c->req->who.account,
				  .is_public = true};

	text_init(&data, &w->arena, 64);
	out_init(&out, &data);
	out_object(&out);
	out_key(&out, "reason");
	out_text(&out, c->reason != NULL ? c->reason : "");
	out_object_end(&out);
	note.data = data.bytes;
	return order_note(w, &note) &&
	       event_emit(w, "order.canceled", "order", &c->order, data.bytes);
}

/* Goods are free again at once; the money goes back by a job. */
static async bool cancel_step(struct work *w, void *argument)
{
	const struct canceling *c = argument;
	enum order_state state;
	struct uuid payment;
	struct rows rows;

	if (!db_query(w, &q_order_lock, params(p_uuid(&c->order)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_not_found,
			      "No Order matches the given query.");
	state = order_state_find(row_text(&rows, 0, 0));
	if (!order_advance(w, &state, ORDER_CANCELED))
		return false;
	if (strcmp(row_text(&rows, 0, 1), "unfulfilled") != 0)
		return refuse(w, &shipped, NULL);
	if (!db_query(w, &q_order_set_state,
		      params(p_uuid(&c->order),
			     p_text(order_state_name(state)),
			     p_text("canceled")),
		      NULL) ||
	    !tell(w, c) || !stock_unallocate(w, &c->order) ||
	    !db_query(w, &q_checkout_order_live, params(p_uuid(&c->order)),
		      &rows))
		return false;
	if (row_is_null(&rows, 0, 2))
		return true;
	payment = row_uuid(&rows, 0, 2);
	return checkout_give_back(w, &payment);
}

async bool order_cancel(struct request *req)
{
	struct canceling c = {.req = req, .actor = "staff"};
	struct cancel_body in;

	if (!read_body(req, &in) || !path_uuid(req, "id", &c.order))
		return false;
	c.reason = in.reason;
	return db_transact(&req->http.work, cancel_step, &c) &&
	       show(req, &c.order);
}

async bool order_cancel_own(struct request *req)
{
	struct work *w = &req->http.work;
	struct canceling c = {.req = req, .actor = "customer"};
	const uint8_t nobody[32] = {0};
	struct cancel_body in;
	struct params key;
	struct rows rows;

	if (!read_body(req, &in) || !path_uuid(req, "id", &c.order))
		return false;
	c.reason = in.reason;
	key = params(p_uuid(&c.order), p_bytes(&w->arena, nobody, 32),
		     p_uuid(&req->who.account));
	if (!db_query(w, &q_order_show, key, &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_not_found,
			      "No Order matches the given query.");
	return db_transact(w, cancel_step, &c) &&
	       db_query(w, &q_order_show, key, &rows) &&
	       reply_row(req, 200, &rows);
}
