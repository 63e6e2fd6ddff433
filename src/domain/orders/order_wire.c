/* order_wire.c - orders as JSON: of the customer, of staff, in lists. */
#include "order_wire.h"

#include <stddef.h>

const struct choice order_states[] = {
	{"pending_payment", "Waits to be paid"},
	{"placed", "Placed"},
	{"completed", "Completed"},
	{"canceled", "Canceled"},
	{"expired", "Expired"},
	{NULL, NULL},
};
const struct choice payment_statuses[] = {
	{"none", "None"},
	{"authorized", "Authorized"},
	{"partially_paid", "Partially paid"},
	{"paid", "Paid"},
	{"overpaid", "Overpaid"},
	{"partially_refunded", "Partially refunded"},
	{"refunded", "Refunded"},
	{"voided", "Voided"},
	{NULL, NULL},
};
const struct choice fulfilment_statuses[] = {
	{"unfulfilled", "Unfulfilled"}, {"partial", "Partly sent"},
	{"fulfilled", "Sent"},		{"delivered", "Delivered"},
	{"canceled", "Canceled"},	{NULL, NULL},
};

#define RO FIELD_READ_ONLY
#define MAYBE (FIELD_READ_ONLY | FIELD_NULLABLE)

static const struct field line_fields[] = {
	{.name = "id", .type = FIELD_UUID, .flags = RO},
	{.name = "variant", .type = FIELD_UUID, .flags = MAYBE},
	{.name = "product", .type = FIELD_UUID, .flags = MAYBE},
	{.name = "sku", .type = FIELD_TEXT, .flags = RO},
	{.name = "name", .type = FIELD_TEXT, .flags = RO,
	 .help = "As sold; the catalogue may have changed since."},
	{.name = "variant_name", .type = FIELD_TEXT, .flags = RO,
	 .help = "\"Red / M\"; empty where there was nothing to choose."},
	{.name = "options", .type = FIELD_DICT, .flags = RO,
	 .help = "What was chosen, by the name of the option."},
	{.name = "quantity", .type = FIELD_INTEGER, .flags = RO},
	{.name = "unit_price", .type = FIELD_MONEY, .flags = RO},
	{.name = "total", .type = FIELD_MONEY, .flags = RO},
	{.name = "tax", .type = FIELD_MONEY, .flags = RO},
	{0},
};
static const struct resource line_resource = {
	.name = "OrderLine", .fields = line_fields};

static const struct field payment_fields[] = {
	{.name = "id", .type = FIELD_UUID, .flags = RO},
	{.name = "gateway", .type = FIELD_TEXT, .flags = RO},
	{.name = "status", .type = FIELD_TEXT, .flags = RO},
	{.name = "currency", .type = FIELD_TEXT, .flags = RO},
	{.name = "amount", .type = FIELD_MONEY, .flags = RO},
	{.name = "captured", .type = FIELD_MONEY, .flags = RO},
	{.name = "refunded", .type = FIELD_MONEY, .flags = RO},
	{.name = "created_at", .type = FIELD_TIME, .flags = RO},
	{0},
};
static const struct resource payment_resource = {
	.name = "OrderPayment", .fields = payment_fields};

static const struct field refund_fields[] = {
	{.name = "id", .type = FIELD_UUID, .flags = RO},
	{.name = "payment", .type = FIELD_UUID, .flags = RO},
	{.name = "status", .type = FIELD_TEXT, .flags = RO},
	{.name = "currency", .type = FIELD_TEXT, .flags = RO},
	{.name = "amount", .type = FIELD_MONEY, .flags = RO},
	{.name = "reason", .type = FIELD_TEXT, .flags = RO},
	{.name = "created_at", .type = FIELD_TIME, .flags = RO},
	{0},
};
static const struct resource refund_resource = {
	.name = "OrderRefund", .fields = refund_fields};

static const struct field event_fields[] = {
	{.name = "kind", .type = FIELD_TEXT, .flags = RO},
	{.name = "actor", .type = FIELD_TEXT, .flags = RO},
	{.name = "data", .type = FIELD_MAP, .flags = RO},
	{.name = "created_at", .type = FIELD_TIME, .flags = RO},
	{0},
};
static const struct resource event_resource = {
	.name = "OrderEvent", .fields = event_fields};

#define STATUS_FIELDS                                                        \
	{.name = "id", .type = FIELD_UUID, .flags = RO},                     \
	{.name = "number", .type = FIELD_TEXT, .flags = MAYBE,               \
	 .help = "For people; it opens nothing. Null until placed."},        \
	{.name = "state", .type = FIELD_CHOICE, .flags = RO,                 \
	 .choices = order_states},                                           \
	{.name = "payment_status", .type = FIELD_CHOICE, .flags = RO,        \
	 .choices = payment_statuses},                                       \
	{.name = "fulfilment_status", .type = FIELD_CHOICE, .flags = RO,     \
	 .choices = fulfilment_statuses}

#define WHOLE_FIELDS                                                         \
	STATUS_FIELDS,                                                       \
	{.name = "email", .type = FIELD_EMAIL, .flags = RO},                 \
	{.name = "currency", .type = FIELD_TEXT, .flags = RO},               \
	{.name = "subtotal", .type = FIELD_MONEY, .flags = RO},              \
	{.name = "shipping_total", .type = FIELD_MONEY, .flags = RO},        \
	{.name = "tax_total", .type = FIELD_MONEY, .flags = RO},             \
	{.name = "tax_is_inclusive", .type = FIELD_BOOLEAN, .flags = RO},    \
	{.name = "total", .type = FIELD_MONEY, .flags = RO},                 \
	{.name = "shipping_method", .type = FIELD_TEXT, .flags = RO},        \
	{.name = "shipping_address", .type = FIELD_MAP, .flags = RO},        \
	{.name = "billing_address", .type = FIELD_MAP, .flags = RO},         \
	{.name = "lines", .type = FIELD_LIST, .flags = RO,                   \
	 .resource = &line_resource},                                        \
	{.name = "payments", .type = FIELD_LIST, .flags = RO,                \
	 .resource = &payment_resource},                                     \
	{.name = "timeline", .type = FIELD_LIST, .flags = RO,                \
	 .resource = &event_resource},                                       \
	{.name = "placed_at", .type = FIELD_TIME, .flags = MAYBE},           \
	{.name = "created_at", .type = FIELD_TIME, .flags = RO},             \
	{.name = "updated_at", .type = FIELD_TIME, .flags = RO},             \
	{.name = "version", .type = FIELD_INTEGER, .flags = RO}

static const struct field order_fields[] = {
	WHOLE_FIELDS,
	{.name = "note", .type = FIELD_TEXT, .flags = RO},
	{0},
};
const struct resource order_resource = {
	.name = "Order",
	.fields = order_fields,
	.help = "What was sold, at the prices it was sold at.",
};

static const struct field admin_fields[] = {
	WHOLE_FIELDS,
	{.name = "account", .type = FIELD_UUID, .flags = MAYBE,
	 .column = "account_id"},
	{.name = "cart", .type = FIELD_UUID, .flags = RO, .column = "cart_id"},
	{.name = "refunds", .type = FIELD_LIST, .flags = RO,
	 .resource = &refund_resource},
	{.name = "note", .type = FIELD_TEXT, .flags = FIELD_BLANK, .max = 2000,
	 .offset = offsetof(struct order_patch, note),
	 .help = "The one member that staff may write."},
	{0},
};
const struct resource admin_order_resource = {
	.name = "AdminOrder",
	.size = sizeof(struct order_patch),
	.fields = admin_fields,
};

#define ROW_FIELDS                                                           \
	STATUS_FIELDS,                                                       \
	{.name = "currency", .type = FIELD_TEXT, .flags = RO},               \
	{.name = "total", .type = FIELD_MONEY, .flags = RO},                 \
	{.name = "item_count", .type = FIELD_INTEGER, .flags = RO},          \
	{.name = "placed_at", .type = FIELD_TIME, .flags = MAYBE},           \
	{.name = "created_at", .type = FIELD_TIME, .flags = RO}

static const struct field row_fields[] = {ROW_FIELDS, {0}};
const struct resource order_row_resource = {
	.name = "OrderSummary", .fields = row_fields};

static const struct field admin_row_fields[] = {
	ROW_FIELDS,
	{.name = "email", .type = FIELD_EMAIL, .flags = RO},
	{.name = "account", .type = FIELD_UUID, .flags = MAYBE,
	 .column = "account_id"},
	{.name = "version", .type = FIELD_INTEGER, .flags = RO},
	{0},
};
const struct resource admin_order_row_resource = {
	.name = "AdminOrderSummary", .fields = admin_row_fields};
