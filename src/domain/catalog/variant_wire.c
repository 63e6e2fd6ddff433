/* variant_wire.c - variants as staff send and see them. */
#include "products.h"

#include <domain/catalog.h>

#define AT(member) .offset = offsetof(struct variant_input, member)
#define SIZE(member, what)                                                  \
	{#member, FIELD_INTEGER, FIELD_NULLABLE, AT(member), .min = 0,      \
	 .max = 100000000, .help = what " of one with its packing."}

static const struct field admin_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "What is put into a cart."},
	{"product", FIELD_UUID, FIELD_READ_ONLY, .help = "What it is one of."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "\"Red / M\", of its options."},
	{"sku", FIELD_TEXT, FIELD_REQUIRED, AT(sku), .max = 100,
	 .help = "Stock keeping unit, unique in the shop."},
	{"barcode", FIELD_TEXT, FIELD_BLANK, AT(barcode), .max = 50,
	 .help = "GTIN or the like."},
	{"options", FIELD_DICT, 0, AT(options), .max = OPTIONS_MAX,
	 .help = "The value of each option of the product, unlike those of any "
		 "other variant."},
	{"attributes", FIELD_MAP, 0, AT(attributes),
	 .help = "Its own, by code, as the product's type has them."},
	{"price", FIELD_MONEY, FIELD_NULLABLE, AT(price), .min = 0,
	 .max = INT64_C(99999999999),
	 .help = "Price of one; null: none yet. Later null keeps it."},
	{"compare_at_price", FIELD_MONEY, FIELD_NULLABLE, AT(compare_at_price),
	 .min = 0, .max = INT64_C(99999999999),
	 .help = "The price it is compared with."},
	{"currency", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "ISO 4217; the shop's."},
	{"weight_grams", FIELD_INTEGER, 0, AT(weight_grams), .min = 0,
	 .max = 100000000, .help = "Weight of one with its packing."},
	SIZE(length_mm, "Length"),
	SIZE(width_mm, "Width"),
	SIZE(height_mm, "Height"),
	{"is_default", FIELD_BOOLEAN, 0, AT(is_default),
	 .help = "Whoever names the product alone means this one; the one that "
		 "was it is no more."},
	{"is_active", FIELD_BOOLEAN, 0, AT(is_active),
	 .help = "Whether it is on sale; true if not given."},
	{"position", FIELD_INTEGER, 0, AT(position), .min = 0, .max = 100000,
	 .help = "Order among the product's variants."},
	{"stock_on_hand", FIELD_INTEGER, 0, AT(stock_on_hand), .min = 0,
	 .max = 1000000000,
	 .help = "Units there are when it is created; later: "
		 "admin/stock/adjustments/."},
	{"metadata", FIELD_MAP, 0, AT(metadata),
	 .help = "Whatever the shop keeps for its front-ends."},
	{"private_metadata", FIELD_MAP, 0, AT(private_metadata),
	 .help = "Whatever the shop keeps for itself."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it came."},
	{"updated_at", FIELD_TIME, FIELD_READ_ONLY, .help = "Last change."},
	{"version", FIELD_INTEGER, FIELD_READ_ONLY, .help = "For If-Match."},
	{0},
};
const struct resource variant_admin_resource = {
	.name = "AdminVariant",
	.size = sizeof(struct variant_input),
	.fields = admin_fields,
	.tells_given = true,
	.help = "What is sold of a product, as staff manage it.",
};

#define IN(member) .offset = offsetof(struct generate_input, member)
static const struct field generate_fields[] = {
	{"sku", FIELD_TEXT, 0, IN(sku), .max = 100,
	 .help = "Pattern: \"SHIRT-{Size}-{Colour}\"; {product} is the "
		 "product's slug. When not given, {product} and each option."},
	{"price", FIELD_MONEY, FIELD_NULLABLE, IN(price), .min = 0,
	 .max = INT64_C(99999999999),
	 .help = "Of each; when not given, that of the default variant."},
	{"stock_on_hand", FIELD_INTEGER, 0, IN(stock_on_hand), .min = 0,
	 .max = 1000000000, .help = "Of each."},
	{0},
};
const struct resource variant_generate_resource = {
	.name = "GenerateVariants",
	.size = sizeof(struct generate_input),
	.fields = generate_fields,
	.tells_given = true,
	.help = "How the variants that are missing are to be made.",
};
