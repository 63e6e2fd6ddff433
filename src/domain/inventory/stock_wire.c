/* stock_wire.c - tables of stock, its movements and holds. */
#include "stock_wire.h"

#include <queries.h>

#define OUT(member, kind, sentence)                                \
	{.name = (member), .type = (kind), .flags = FIELD_READ_ONLY, \
	 .help = (sentence)}

static const struct field adjustment_fields[] = {
	{.name = "variant", .type = FIELD_UUID,
	 .offset = offsetof(struct adjustment_in, variant),
	 .help = "This, or sku."},
	{.name = "sku", .offset = offsetof(struct adjustment_in, sku),
	 .max = 100},
	{.name = "set", .type = FIELD_INTEGER,
	 .offset = offsetof(struct adjustment_in, set), .min = 0,
	 .max = 2000000000, .help = "on_hand as counted."},
	{.name = "from_quantity", .type = FIELD_INTEGER,
	 .offset = offsetof(struct adjustment_in, from_quantity), .min = 0,
	 .max = 2000000000,
	 .help = "on_hand as seen before; 409 when it has changed."},
	{.name = "delta", .type = FIELD_INTEGER,
	 .offset = offsetof(struct adjustment_in, delta), .min = -2000000000,
	 .max = 2000000000, .help = "Instead of set: by so much."},
	{.name = "reason", .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct adjustment_in, reason), .max = 500},
	{0},
};
const struct resource adjustment_in = {
	.name = "StockAdjustment",
	.size = sizeof(struct adjustment_in),
	.fields = adjustment_fields,
	.help = "A correction of on_hand at the default location.",
};

static const struct field stock_fields[] = {
	OUT("variant", FIELD_UUID, NULL),
	OUT("sku", FIELD_TEXT, NULL),
	OUT("product", FIELD_UUID, NULL),
	OUT("location", FIELD_TEXT, "Code of the location."),
	OUT("on_hand", FIELD_INTEGER, "Pieces in the house."),
	OUT("allocated", FIELD_INTEGER, "Of those, sold and not yet shipped."),
	OUT("reserved", FIELD_INTEGER, "Of those, held for carts."),
	OUT("safety", FIELD_INTEGER, "Never sold."),
	OUT("backorder_limit", FIELD_INTEGER, "So many more may be sold."),
	OUT("deficit", FIELD_INTEGER, "Promised, but a count found less."),
	OUT("available", FIELD_INTEGER, "What may be sold now."),
	OUT("updated_at", FIELD_TIME, NULL),
	OUT("version", FIELD_INTEGER, NULL),
	{0},
};
const struct resource stock_resource = {
	.name = "Stock", .fields = stock_fields};

static const struct choice kinds[] = {
	{"received", "Received"},
	{"reserved", "Reserved"},
	{"released", "Released"},
	{"allocated", "Allocated"},
	{"unallocated", "Unallocated"},
	{"shipped", "Shipped"},
	{"returned", "Returned"},
	{"written_off", "Written off"},
	{"adjusted", "Adjusted"},
	{NULL, NULL},
};

static const struct field movement_fields[] = {
	OUT("id", FIELD_INTEGER, NULL),
	OUT("variant", FIELD_UUID, NULL),
	OUT("sku", FIELD_TEXT, NULL),
	OUT("location", FIELD_TEXT, NULL),
	{.name = "kind", .type = FIELD_CHOICE, .flags = FIELD_READ_ONLY,
	 .choices = kinds},
	OUT("on_hand_change", FIELD_INTEGER, NULL),
	OUT("allocated_change", FIELD_INTEGER, NULL),
	OUT("reserved_change", FIELD_INTEGER, NULL),
	OUT("cause", FIELD_TEXT, "import, cart, order, staff or sweeper."),
	{.name = "cause_id", .type = FIELD_UUID,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "The cart, order or account."},
	OUT("reason", FIELD_TEXT, NULL),
	OUT("created_at", FIELD_TIME, NULL),
	{0},
};
const struct resource movement_resource = {
	.name = "StockMovement", .fields = movement_fields};

static const struct field reservation_fields[] = {
	OUT("id", FIELD_UUID, NULL),
	OUT("cart", FIELD_UUID, NULL),
	OUT("variant", FIELD_UUID, NULL),
	OUT("sku", FIELD_TEXT, NULL),
	OUT("location", FIELD_TEXT, NULL),
	OUT("quantity", FIELD_INTEGER, NULL),
	OUT("expires_at", FIELD_TIME, NULL),
	OUT("is_pinned", FIELD_BOOLEAN, "Stays while a payment is unknown."),
	OUT("created_at", FIELD_TIME, NULL),
	{0},
};
const struct resource reservation_resource = {
	.name = "StockReservation", .fields = reservation_fields};

static const struct filter stock_filters[] = {
	{"sku", FIELD_TEXT, FILTER_LIST, "x.sku = ANY ($?::text[])", NULL,
	 "Exactly these."},
	{"variant", FIELD_UUID, 0, "s.variant_id = $?::uuid", NULL, NULL},
	{"location", FIELD_TEXT, 0, "l.code = $?", NULL, NULL},
	{"low", FIELD_INTEGER, 0,
	 "s.on_hand - s.allocated - s.reserved - s.safety + s.backorder_limit"
	 " <= $?::bigint",
	 NULL, "At most so many available."},
	{0},
};
static const struct ordering stock_orderings[] = {
	{"sku", "x.sku"},
	{"on_hand", "s.on_hand"},
	{"available", "s.on_hand - s.allocated - s.reserved - s.safety"
		      " + s.backorder_limit"},
	{"updated_at", "s.updated_at"},
	{0},
};
const struct listing stock_listing = {
	.query = &q_stock_page,
	.filters = stock_filters,
	.orderings = stock_orderings,
	.search_sql = "(x.sku ILIKE $? OR p.name ILIKE $?)",
	.order = "sku",
	.tie_break = "s.location_id",
};

static const struct filter movement_filters[] = {
	{"sku", FIELD_TEXT, 0, "x.sku = $?", NULL, NULL},
	{"variant", FIELD_UUID, 0, "m.variant_id = $?::uuid", NULL, NULL},
	{"kind", FIELD_CHOICE, 0, "m.kind = $?", kinds, NULL},
	{"cause", FIELD_TEXT, 0, "m.cause = $?", NULL, NULL},
	{"cause_id", FIELD_UUID, 0, "m.cause_id = $?::uuid", NULL, NULL},
	{"created_at__gte", FIELD_TIME, 0, "m.created_at >= $?::timestamptz",
	 NULL, NULL},
	{"created_at__lt", FIELD_TIME, 0, "m.created_at < $?::timestamptz",
	 NULL, NULL},
	{0},
};
static const struct ordering movement_orderings[] = {
	{"id", "m.id"},
	{0},
};
const struct listing movement_listing = {
	.query = &q_stock_movement_page,
	.filters = movement_filters,
	.orderings = movement_orderings,
	.order = "-id",
	.tie_break = "m.id",
};

static const struct filter reservation_filters[] = {
	{"sku", FIELD_TEXT, 0, "x.sku = $?", NULL, NULL},
	{"variant", FIELD_UUID, 0, "r.variant_id = $?::uuid", NULL, NULL},
	{"cart", FIELD_UUID, 0, "r.cart_id = $?::uuid", NULL, NULL},
	{"is_pinned", FIELD_BOOLEAN, 0, "r.is_pinned = $?::boolean", NULL,
	 NULL},
	{0},
};
static const struct ordering reservation_orderings[] = {
	{"expires_at", "r.expires_at"},
	{0},
};
const struct listing reservation_listing = {
	.query = &q_stock_reservation_page,
	.filters = reservation_filters,
	.orderings = reservation_orderings,
	.order = "expires_at",
	.tie_break = "r.id",
};
