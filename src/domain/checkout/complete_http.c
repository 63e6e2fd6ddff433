/* complete_http.c - the customer says "buy": an order, or clearly why not. */
#include "checkout.h"

#include <stddef.h>
#include <string.h>

#include <domain/orders.h>
#include <platform/db.h>
#include <platform/text.h>
#include <queries.h>

struct complete_body {
	int64_t expected_total;
	const char *currency;
	const char *gateway;
	const char *payment_method;
	const char *return_url;
};

static const struct choice gateways[] = {{"stripe", "Stripe"}, {NULL, NULL}};
static const struct field complete_fields[] = {
	{.name = "expected_total", .type = FIELD_MONEY, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct complete_body, expected_total),
	 .help = "What the customer saw; another total is refused."},
	{.name = "currency", .type = FIELD_TEXT, .min = 3, .max = 3,
	 .offset = offsetof(struct complete_body, currency),
	 .help = "Of expected_total; needed where it is written with other "
		 "decimals than the shop's."},
	{.name = "gateway", .type = FIELD_CHOICE, .choices = gateways,
	 .offset = offsetof(struct complete_body, gateway)},
	{.name = "payment_method", .type = FIELD_TEXT,
	 .offset = offsetof(struct complete_body, payment_method),
	 .help = "Pays in the same request, or anew after a decline."},
	{.name = "return_url", .type = FIELD_URL, .max = 2000,
	 .offset = offsetof(struct complete_body, return_url)},
	{0},
};
const struct resource complete_resource = {
	.name = "Completion",
	.size = sizeof(struct complete_body),
	.fields = complete_fields,
};

/* Not an outcome: a fault, so that no Idempotency-Key keeps it. */
static const struct fault_kind still_processing = {
	202, "processing", "The payment is being processed; ask again."};
static const struct fault_kind payment_required = {
	409, "payment_required", "The cart is not paid for."};
static const struct fault_kind payment_failed = {
	409, "payment_failed", "The payment was declined."};
static const struct fault_kind action_required = {
	409, "payment_action_required",
	"The customer has to confirm the payment."};
static const struct fault_kind sold_out = {
	409, "insufficient_stock",
	"The goods were sold meanwhile; the money goes back."};

static async bool reply_order(struct request *req, const struct preparation *p)
{
	struct work *w = &req->http.work;
	struct rows rows;

	return db_query(w, &q_order_show,
			params(p_uuid(&p->order),
			       p_bytes(&w->arena, p->key.secret_hash,
				       sizeof(p->key.secret_hash)),
			       p_uuid(&p->key.account)),
			&rows) &&
	       reply_row(req, 200, &rows);
}

static const char *error_json(struct work *w, const struct payment *payment)
{
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 128);
	out_init(&out, &text);
	out_object(&out);
	out_key(&out, "code");
	out_text(&out, payment->error_code);
	out_key(&out, "message");
	out_text(&out, payment->error_message);
	out_object_end(&out);
	return text.bytes;
}

static async bool refuse_action(struct request *req,
				const struct preparation *p)
{
	struct work *w = &req->http.work;
	struct rows rows;
	const char *action;

	if (!db_query(w, &q_payment_session_show,
		      params(p_uuid(&p->payment.id), p_uuid(&p->key.id),
			     p_bytes(&w->arena, p->key.secret_hash,
				     sizeof(p->key.secret_hash)),
			     p_uuid(&p->key.account), p_null()),
		      &rows))
		return false;
	action = rows.count == 1
			 ? row_text(&rows, 0, rows_column(&rows, "next_action"))
			 : NULL;
	return refuse_with(w, &action_required, "next_action",
			   action != NULL ? action : "null", "%s", "");
}

static bool refuse_processing(struct work *w)
{
	refuse_with(w, &still_processing, "status", "\"processing\"", "%s", "");
	w->fault.retry_after = 1;
	return false;
}

/* The order is not placed: say why, and what the client can do. */
static async bool refuse_unpaid(struct request *req,
				const struct preparation *p)
{
	struct work *w = &req->http.work;
	const struct payment *payment = &p->payment;

	if (!p->has_payment)
		return refuse(w, &payment_required, NULL);
	if (!checkout_demand_gateway(w, payment))
		return false;
	switch (payment->state) {
	case PAYMENT_PROCESSING:
	case PAYMENT_UNKNOWN:
		return refuse_processing(w);
	case PAYMENT_REQUIRES_ACTION:
		return refuse_action(req, p);
	case PAYMENT_AUTHORIZED:
	case PAYMENT_CAPTURED:
		return refuse(w, &sold_out, NULL);
	case PAYMENT_CREATED:
		if (payment->reference == NULL)
			return refuse_processing(w);
		if (payment->error_code[0] == '\0')
			return refuse(w, &payment_required, NULL);
		break;
	default:
		break;
	}
	return refuse_with(w, &payment_failed, "payment",
			   error_json(w, payment), "%s", payment->error_message);
}

async bool checkout_complete(struct request *req)
{
	struct work *w = &req->http.work;
	struct preparation p = {.is_completing = true};
	struct complete_body in;

	if (!read_body(req, &in) || !cart_key_read(req, &p.key))
		return false;
	p.expected_total = in.expected_total;
	p.expected_currency = in.currency;
	p.gateway = in.gateway;
	p.payment_method = in.payment_method;
	p.return_url = in.return_url;
	if (!checkout_prepare(w, &p) || !checkout_pay(w, &p))
		return false;
	if (p.is_placed ||
	    (p.has_payment && strcmp(p.payment.order_state,
				     order_state_name(ORDER_PLACED)) == 0))
		return reply_order(req, &p);
	return refuse_unpaid(req, &p);
}
