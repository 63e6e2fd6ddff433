/* cart_tables.c - the resource tables of carts. */
#include "cart_wire.h"

#define ITEM_FIELDS(holder)                                                   \
	{.name = "variant", .type = FIELD_UUID,                             \
	 .offset = offsetof(holder, variant)},                                \
	{.name = "sku", .offset = offsetof(holder, sku), .max = 100},         \
	{.name = "product", .offset = offsetof(holder, product), .max = 255,  \
	 .help = "Id or slug: its default variant."},                       \
	{.name = "quantity", .type = FIELD_INTEGER,                         \
	 .offset = offsetof(holder, quantity), .min = 1,                      \
	 .max = CART_QUANTITY_MAX, .help = "1 when not given."}

static const struct field item_fields[] = {
	ITEM_FIELDS(struct item_in),
	{0},
};
static const struct resource item_in_resource = {
	.name = "CartItemAdd",
	.size = sizeof(struct item_in),
	.fields = item_fields,
	.help = "Goods, named by variant, sku or product.",
};

static const struct field items_fields[] = {
	ITEM_FIELDS(struct items_in),
	{.name = "items", .type = FIELD_LIST,
	 .offset = offsetof(struct items_in, items), .min = 1,
	 .max = CART_LINES_MAX, .resource = &item_in_resource,
	 .help = "Several at once, instead of one."},
	{0},
};
const struct resource cart_items_in = {
	.name = "CartItemsAdd",
	.size = sizeof(struct items_in),
	.fields = items_fields,
	.help = "One line, or several in items.",
};

#define CART_EDIT_FIELDS(holder)                                             \
	{.name = "email", .type = FIELD_EMAIL,                             \
	 .offset = offsetof(holder, email), .max = 254},                     \
	{.name = "note", .flags = FIELD_BLANK,                             \
	 .offset = offsetof(holder, note), .max = 2000,                      \
	 .help = "From the buyer to the shop."}

static const struct field cart_in_fields[] = {
	CART_EDIT_FIELDS(struct cart_in),
	{.name = "currency", .offset = offsetof(struct cart_in, currency),
	 .max = 3,
	 .help = "ISO 4217, of all prices in it; the shop's when left out."},
	{.name = "items", .type = FIELD_LIST, .flags = FIELD_BLANK,
	 .offset = offsetof(struct cart_in, items), .max = CART_LINES_MAX,
	 .resource = &item_in_resource},
	{0},
};
const struct resource cart_in = {
	.name = "CartCreate",
	.size = sizeof(struct cart_in),
	.fields = cart_in_fields,
};

static const struct field cart_edit_fields[] = {
	CART_EDIT_FIELDS(struct cart_in),
	{.name = "currency", .offset = offsetof(struct cart_in, currency),
	 .max = 3,
	 .help = "ISO 4217. Every line needs a price in it; the shipping "
		 "method is to be chosen anew."},
	{0},
};
const struct resource cart_edit_in = {
	.name = "CartEdit",
	.size = sizeof(struct cart_in),
	.fields = cart_edit_fields,
};

static const struct field quantity_fields[] = {
	{.name = "quantity", .type = FIELD_INTEGER, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct quantity_in, quantity), .min = 0,
	 .max = CART_QUANTITY_MAX, .help = "0 removes the line."},
	{0},
};
const struct resource cart_quantity_in = {
	.name = "CartItemQuantity",
	.size = sizeof(struct quantity_in),
	.fields = quantity_fields,
};

static const struct choice strategies[] = {
	{"sum", "Quantities are added"},
	{"max", "The larger quantity counts"},
	{"guest", "The guest's lines take the place of the customer's"},
	{"account", "The customer's lines stay; the guest's if there are none"},
	{0},
};
static const struct field merge_fields[] = {
	{.name = "strategy", .type = FIELD_CHOICE,
	 .offset = offsetof(struct merge_in, strategy), .choices = strategies,
	 .help = "What becomes of the lines of both; sum when left out."},
	{.name = "into", .type = FIELD_UUID,
	 .offset = offsetof(struct merge_in, into),
	 .help = "An own cart; the one that was touched last when left out."},
	{0},
};
const struct resource cart_merge_in = {
	.name = "CartMerge",
	.size = sizeof(struct merge_in),
	.fields = merge_fields,
};

#define OUT(member_name, member_type) \
	{.name = (member_name), .type = (member_type), .flags = FIELD_READ_ONLY}
#define OUT_NULL(member_name, member_type)             \
	{.name = (member_name), .type = (member_type), \
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE}

static const struct field product_out[] = {
	OUT("id", FIELD_UUID),
	OUT("slug", FIELD_SLUG),
	OUT("name", FIELD_TEXT),
	{0},
};
static const struct resource product_resource = {
	.name = "CartProduct", .fields = product_out};

static const struct field item_out[] = {
	OUT("id", FIELD_UUID),
	{.name = "product", .type = FIELD_OBJECT, .flags = FIELD_READ_ONLY,
	 .resource = &product_resource},
	OUT("variant", FIELD_UUID),
	{.name = "variant_name", .flags = FIELD_READ_ONLY,
	 .help = "\"Red / M\"; empty where there is nothing to choose."},
	{.name = "options", .type = FIELD_DICT, .flags = FIELD_READ_ONLY,
	 .help = "What was chosen, by the name of the option."},
	OUT("sku", FIELD_TEXT),
	OUT("quantity", FIELD_INTEGER),
	OUT_NULL("unit_price", FIELD_MONEY),
	OUT("line_total", FIELD_MONEY),
	OUT("available", FIELD_BOOLEAN),
	{0},
};
static const struct resource item_resource = {
	.name = "CartItem", .fields = item_out};

static const struct field method_out[] = {
	OUT("rate", FIELD_UUID),
	OUT("name", FIELD_TEXT),
	OUT("amount", FIELD_MONEY),
	{0},
};
static const struct resource method_resource = {
	.name = "CartShippingMethod", .fields = method_out};

static const struct field problem_out[] = {
	OUT("code", FIELD_TEXT),
	OUT("detail", FIELD_TEXT),
	OUT_NULL("item", FIELD_UUID),
	OUT_NULL("sku", FIELD_TEXT),
	OUT_NULL("available", FIELD_INTEGER),
	{0},
};
static const struct resource problem_resource = {
	.name = "CartProblem", .fields = problem_out,
	.help = "Why the cart cannot be bought as it stands."};

static const struct field cart_out[] = {
	OUT("id", FIELD_UUID),
	{.name = "token", .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "The key to the cart, told once, when it is made."},
	OUT("state", FIELD_TEXT),
	OUT("email", FIELD_EMAIL),
	OUT("note", FIELD_TEXT),
	OUT("currency", FIELD_TEXT),
	{.name = "items", .type = FIELD_LIST, .flags = FIELD_READ_ONLY,
	 .resource = &item_resource},
	OUT("item_count", FIELD_INTEGER),
	OUT("subtotal", FIELD_MONEY),
	OUT("shipping_total", FIELD_MONEY),
	OUT("tax_total", FIELD_MONEY),
	OUT("total", FIELD_MONEY),
	{.name = "tax_included", .type = FIELD_BOOLEAN,
	 .flags = FIELD_READ_ONLY, .help = "Prices contain the tax."},
	{.name = "shipping_address", .type = FIELD_OBJECT,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .resource = &address_resource},
	{.name = "billing_address", .type = FIELD_OBJECT,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .resource = &address_resource},
	OUT("billing_same_as_shipping", FIELD_BOOLEAN),
	{.name = "shipping_method", .type = FIELD_OBJECT,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .resource = &method_resource},
	{.name = "problems", .type = FIELD_LIST, .flags = FIELD_READ_ONLY,
	 .resource = &problem_resource},
	{.name = "missing", .type = FIELD_TEXTS, .flags = FIELD_READ_ONLY,
	 .help = "What must be given before it can be ordered."},
	{.name = "held_until", .type = FIELD_TIME,
	 .flags = FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Until then the goods are reserved."},
	OUT("expires_at", FIELD_TIME),
	OUT("version", FIELD_INTEGER),
	{0},
};
const struct resource cart_resource = {
	.name = "Cart",
	.fields = cart_out,
	.help = "What somebody means to buy; prices are today's.",
};
