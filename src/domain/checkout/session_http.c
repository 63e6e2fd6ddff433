/* session_http.c - payment sessions of a cart: opened, asked after, confirmed,
 * given up. */
#include "checkout.h"

#include <stddef.h>
#include <string.h>

#include <domain/orders.h>
#include <platform/config.h>
#include <platform/db.h>
#include <queries.h>

struct session_body {
	const char *gateway;
	const char *payment_method;
	const char *return_url;
};

static const struct choice gateways[] = {{"stripe", "Stripe"}, {NULL, NULL}};
static const struct choice statuses[] = {
	{"created", "May be paid"},
	{"requires_action", "The customer has to do something"},
	{"processing", "Processing"},
	{"unknown", "The gateway has not answered yet"},
	{"authorized", "Authorized"},
	{"captured", "Captured"},
	{"partially_refunded", "Partially refunded"},
	{"refunded", "Refunded"},
	{"failed", "Failed"},
	{"canceled", "Canceled"},
	{"voided", "Voided"},
	{"expired", "Expired"},
	{"disputed", "Disputed"},
	{"charged_back", "Charged back"},
	{NULL, NULL},
};

#define RO FIELD_READ_ONLY
static const struct field session_fields[] = {
	{.name = "id", .type = FIELD_UUID, .flags = RO},
	{.name = "order", .type = FIELD_UUID, .flags = RO,
	 .column = "order_id"},
	{.name = "gateway", .type = FIELD_CHOICE, .flags = FIELD_REQUIRED,
	 .choices = gateways, .offset = offsetof(struct session_body, gateway)},
	{.name = "payment_method", .type = FIELD_TEXT,
	 .flags = FIELD_WRITE_ONLY,
	 .offset = offsetof(struct session_body, payment_method),
	 .help = "The gateway's id of a payment method: confirmed at once."},
	{.name = "return_url", .type = FIELD_URL, .flags = FIELD_WRITE_ONLY,
	 .max = 2000, .offset = offsetof(struct session_body, return_url),
	 .help = "Where the customer comes back to after a redirect."},
	{.name = "status", .type = FIELD_CHOICE, .flags = RO,
	 .choices = statuses},
	{.name = "amount", .type = FIELD_MONEY, .flags = RO},
	{.name = "currency", .type = FIELD_TEXT, .flags = RO},
	{.name = "client_secret", .type = FIELD_TEXT,
	 .flags = RO | FIELD_NULLABLE,
	 .help = "For the gateway's own script in the browser."},
	{.name = "publishable_key", .type = FIELD_TEXT, .flags = RO},
	{.name = "next_action", .type = FIELD_MAP, .flags = RO | FIELD_NULLABLE,
	 .help = "What the customer has to do, as the gateway tells it."},
	{.name = "error_code", .type = FIELD_TEXT, .flags = RO,
	 .help = "Of the last decline; empty when there was none."},
	{.name = "error_message", .type = FIELD_TEXT, .flags = RO},
	{.name = "created_at", .type = FIELD_TIME, .flags = RO},
	{0},
};
const struct resource session_resource = {
	.name = "PaymentSession",
	.size = sizeof(struct session_body),
	.fields = session_fields,
	.help = "An attempt to pay for a cart. The amount is the shop's.",
};

static const struct field confirm_fields[] = {
	{.name = "payment_method", .type = FIELD_TEXT,
	 .flags = FIELD_WRITE_ONLY,
	 .offset = offsetof(struct session_body, payment_method),
	 .help = "Another one, after a decline."},
	{.name = "return_url", .type = FIELD_URL, .flags = FIELD_WRITE_ONLY,
	 .max = 2000, .offset = offsetof(struct session_body, return_url)},
	{0},
};
const struct resource confirm_resource = {
	.name = "PaymentConfirmation",
	.size = sizeof(struct session_body),
	.fields = confirm_fields,
};

static const struct fault_kind no_session = {
	409, "payment_failed", "The payment could not be started."};
static const struct fault_kind money_taken = {
	409, "payment_taken", "The money has moved: cancel the order instead."};
static const struct fault_kind in_doubt = {
	409, "payment_processing", "The gateway has not answered yet."};

static async bool find(struct request *req, const struct cart_key *key,
		       const struct uuid *id, struct rows *rows)
{
	struct work *w = &req->http.work;

	return db_query(w, &q_payment_session_show,
			params(p_uuid(id), p_uuid(&key->id),
			       p_bytes(&w->arena, key->secret_hash,
				       sizeof(key->secret_hash)),
			       p_uuid(&key->account),
			       p_text(config->stripe_publishable_key)),
			rows) &&
	       (rows->count == 1 ||
		refuse(w, &fault_not_found,
		       "No PaymentSession matches the given query."));
}

async bool session_show(struct request *req)
{
	struct cart_key key;
	struct uuid id;
	struct rows rows;

	return cart_key_read(req, &key) && path_uuid(req, "session", &id) &&
	       find(req, &key, &id, &rows) && reply_row(req, 200, &rows);
}

async bool session_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct preparation p = {0};
	struct session_body in;
	struct rows rows;

	if (!read_body(req, &in) || !cart_key_read(req, &p.key))
		return false;
	p.gateway = in.gateway;
	p.payment_method = in.payment_method;
	p.return_url = in.return_url;
	if (!checkout_prepare(w, &p) || !checkout_pay(w, &p))
		return false;
	if (!p.has_payment)
		return refuse(w, &no_session, NULL);
	return checkout_demand_gateway(w, &p.payment) &&
	       find(req, &p.key, &p.payment.id, &rows) &&
	       reply_row(req, 201, &rows);
}

/* After a redirect, or with another card after a decline. */
async bool session_confirm(struct request *req)
{
	struct work *w = &req->http.work;
	struct application a = {.source = "api"};
	struct preparation p = {0};
	struct session_body in;
	struct rows rows;

	if (!read_body(req, &in) || !cart_key_read(req, &p.key) ||
	    !path_uuid(req, "session", &a.payment) ||
	    !find(req, &p.key, &a.payment, &rows))
		return false;
	p.session = &a.payment;
	p.payment_method = in.payment_method;
	p.return_url = in.return_url;
	if (in.payment_method == NULL) {
		if (!checkout_find_out(w, &a))
			return false;
	} else if (!checkout_prepare(w, &p) || !checkout_pay(w, &p)) {
		return false;
	}
	return find(req, &p.key, &a.payment, &rows) &&
	       reply_row(req, 200, &rows);
}

/* The gateway gives it up first; only then is the cart open again. */
async bool session_delete(struct request *req)
{
	struct work *w = &req->http.work;
	struct application a = {.source = "api"};
	struct cart_key key;
	struct payment payment;
	struct rows rows;

	if (!cart_key_read(req, &key) ||
	    !path_uuid(req, "session", &a.payment) ||
	    !find(req, &key, &a.payment, &rows) ||
	    !payment_load(w, &a.payment, &payment))
		return false;
	if (!payment_is_live(payment.state))
		return reply_nothing(req);
	if (payment.is_returning ||
	    strcmp(payment.order_state, order_state_name(ORDER_PENDING)) != 0)
		return refuse(w, &money_taken, NULL);
	if (payment.reference == NULL)
		return refuse(w, &in_doubt, NULL);
	if (!checkout_cancel(w, &a, "abandoned"))
		return false;
	if (payment_is_covered(a.after.state))
		return refuse(w, &money_taken, NULL);
	if (payment_is_live(a.after.state))
		return refuse(w, &in_doubt, NULL);
	return reply_nothing(req);
}
