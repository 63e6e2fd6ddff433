/* refund_http.c - staff give money back; what the room promises. */
#include <domain/payments.h>

#include <stddef.h>
#include <string.h>

#include <domain/orders.h>
#include <platform/config.h>
#include <platform/db.h>
#include <queries.h>
#include <rest/request.h>

struct refund_body {
	int64_t amount;
	const char *currency;
	const char *reason;
	struct uuid payment;
};

#define RO FIELD_READ_ONLY
static const struct choice states[] = {
	{"requested", "Requested"}, {"pending", "Pending"},
	{"succeeded", "Succeeded"}, {"failed", "Failed"},
	{"unknown", "The gateway has not answered yet"}, {NULL, NULL},
};
static const struct field refund_fields[] = {
	{.name = "id", .type = FIELD_UUID, .flags = RO},
	{.name = "order", .type = FIELD_UUID, .flags = RO, .column = "order_id"},
	{.name = "payment", .type = FIELD_UUID, .column = "payment_id",
	 .offset = offsetof(struct refund_body, payment),
	 .help = "Left out: the order's captured payment."},
	{.name = "status", .type = FIELD_CHOICE, .flags = RO,
	 .column = "state", .choices = states},
	{.name = "amount", .type = FIELD_MONEY, .flags = FIELD_REQUIRED,
	 .min = 1, .max = INT64_C(999999999999999),
	 .offset = offsetof(struct refund_body, amount)},
	{.name = "currency", .type = FIELD_TEXT, .min = 3, .max = 3,
	 .offset = offsetof(struct refund_body, currency),
	 .help = "The order's; the shop's when left out."},
	{.name = "reason", .type = FIELD_TEXT, .flags = FIELD_BLANK, .max = 500,
	 .offset = offsetof(struct refund_body, reason)},
	{.name = "error_message", .type = FIELD_TEXT, .flags = RO},
	{.name = "created_at", .type = FIELD_TIME, .flags = RO},
	{0},
};
static const struct resource refund_resource = {
	.name = "Refund",
	.size = sizeof(struct refund_body),
	.fields = refund_fields,
};

static const struct field quote_fields[] = {
	{.name = "order", .type = FIELD_UUID, .flags = RO, .column = "order_id"},
	{.name = "payment", .type = FIELD_UUID, .flags = RO | FIELD_NULLABLE,
	 .column = "payment_id"},
	{.name = "currency", .type = FIELD_TEXT, .flags = RO},
	{.name = "captured", .type = FIELD_MONEY, .flags = RO},
	{.name = "refunded", .type = FIELD_MONEY, .flags = RO},
	{.name = "pending", .type = FIELD_MONEY, .flags = RO},
	{.name = "refundable", .type = FIELD_MONEY, .flags = RO},
	{0},
};
static const struct resource quote_resource = {
	.name = "RefundQuote", .fields = quote_fields};

static const struct fault_kind nothing_captured = {
	409, "refund_exceeds_payment", "Nothing was taken for this order."};
static const struct fault_kind wrong_currency = {
	409, "currency_mismatch", "The order has another currency."};

struct refunding {
	struct request *req;
	struct refund_body in;
	struct uuid order;
	struct refund refund;
};

/* Columns of refund_quote. */
enum { QUOTE_ORDER, CURRENCY, CAPTURED, REFUNDED, PENDING, REFUNDABLE, PAYMENT };

static async bool load_quote(struct work *w, const struct uuid *order,
			     struct rows *rows)
{
	return db_query(w, &q_refund_quote, params(p_uuid(order)), rows) &&
	       (rows->count == 1 ||
		refuse(w, &fault_not_found, "No Order matches the given query."));
}

static async bool refund_quote(struct request *req)
{
	struct uuid order;
	struct rows rows;

	return path_uuid(req, "id", &order) &&
	       load_quote(&req->http.work, &order, &rows) &&
	       reply_row(req, 200, &rows);
}

/* Order first, then payment, as everybody locks. The key of a request whose
 * worker died, or whose COMMIT was not answered, is free again: what it has
 * begun is found by its fingerprint. */
static async bool begin_step(struct work *w, void *argument)
{
	struct refunding *r = argument;
	struct rows before;
	struct rows rows;

	if (!db_query(w, &q_order_lock, params(p_uuid(&r->order)), &rows) ||
	    !db_query(w, &q_refund_by_request,
		      params(p_text(request_fingerprint(r->req))), &before))
		return false;
	if (before.count > 0) {
		r->refund.id = row_uuid(&before, 0, 0);
		return true;
	}
	if (!load_quote(w, &r->order, &rows))
		return false;
	if (strcmp(r->in.currency != NULL ? r->in.currency : config->currency,
		   row_text(&rows, 0, CURRENCY)) != 0)
		return refuse(w, &wrong_currency, NULL);
	if (row_is_null(&rows, 0, PAYMENT))
		return refuse(w, &nothing_captured, NULL);
	r->refund = (struct refund){.id = uuid_make(),
				    .payment = row_uuid(&rows, 0, PAYMENT),
				    .amount = r->in.amount,
				    .reason = r->in.reason,
				    .request_key =
					    request_fingerprint(r->req)};
	if (!uuid_is_nil(&r->in.payment) &&
	    !uuid_equal(&r->in.payment, &r->refund.payment))
		return refuse(w, &fault_not_found,
			      "No Payment matches the given query.");
	return refund_begin(w, &r->refund, &r->req->who.account);
}

static async bool refund_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct refunding r = {.req = req};
	struct rows rows;

	if (!read_body(req, &r.in) || !path_uuid(req, "id", &r.order) ||
	    !db_transact(w, begin_step, &r))
		return false;
	/* it stands; without an answer the resolver goes on asking */
	if (!refund_pursue(w, &r.refund.id))
		forgive(w);
	return db_query(w, &q_refund_show, params(p_uuid(&r.refund.id)),
			&rows) &&
	       reply_row(req, 201, &rows);
}

static const struct route routes[] = {
	{.method = METHOD_POST,
	 .path = "/api/v1/admin/orders/{id}/refund-quotes/",
	 .handler = refund_quote,
	 .access = ACCESS_STAFF,
	 .permission = PERMISSION_PAYMENTS_REFUND,
	 .answer = &quote_resource,
	 .budget = 2,
	 .name = "admin_refund_quote",
	 .summary = "How much may be given back."},
	{.method = METHOD_POST,
	 .path = "/api/v1/admin/orders/{id}/refunds/",
	 .handler = refund_create,
	 .access = ACCESS_STAFF,
	 .permission = PERMISSION_PAYMENTS_REFUND,
	 .body = &refund_resource,
	 .answer = &refund_resource,
	 .status = 201,
	 .idempotency = IDEMPOTENCY_PHASED,
	 .needs_step_up = true,
	 .budget = 16,
	 .name = "admin_refund_create",
	 .summary = "Give money back; never more than was taken."},
	{0},
};

static const struct invariant invariants[] = {
	{"I14", "Refunds never exceed captures; amounts come from the ledger.",
	 &q_payment_ledger_broken},
	{"I2l", "An order has at most one live payment.", &q_payment_two_live},
	{0},
};

const struct room payments_room = {
	.name = "payments",
	.routes = routes,
	.invariants = invariants,
};
