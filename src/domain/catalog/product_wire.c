/* product_wire.c - products as they go over the wire. */
#include "catalog.h"

#include <stddef.h>

#include <rest/listing.h>

#include <queries.h>

#define AT(member) .offset = offsetof(struct product_input, member)

const struct choice product_statuses[] = {
	{"draft", "Draft"},
	{"published", "Published"},
	{"archived", "Archived"},
	{0},
};

static const struct field card_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The product's id."},
	{"slug", FIELD_SLUG, FIELD_READ_ONLY, .help = "Its name in URLs."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its name."},
	{"brand", FIELD_TEXT, FIELD_READ_ONLY, .help = "Who makes it."},
	{"category", FIELD_SLUG, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Slug of its category."},
	{"sku", FIELD_TEXT, FIELD_READ_ONLY, .help = "Stock keeping unit."},
	{"price", FIELD_MONEY, FIELD_READ_ONLY,
	 .help = "Price of one of its cheapest variant."},
	{"price_max", FIELD_MONEY, FIELD_READ_ONLY,
	 .help = "Price of one of its dearest variant."},
	{"compare_at_price", FIELD_MONEY, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "The price it is compared with, if it is reduced."},
	{"currency", FIELD_TEXT, FIELD_READ_ONLY, .help = "ISO 4217."},
	{"in_stock", FIELD_BOOLEAN, FIELD_READ_ONLY,
	 .help = "Whether at least one can be bought now."},
	{"image", FIELD_URL, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "The first image."},
	{"variant_count", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "How many variants can be chosen from."},
	{"rating_average", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Stars from 1.00 to 5.00, of accepted reviews."},
	{"rating_count", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "How many reviews it has."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it came."},
	{0},
};
const struct resource product_card_resource = {
	.name = "ProductCard",
	.fields = card_fields,
	.help = "A product as it stands in a list.",
};

static const struct field crumb_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The category's id."},
	{"slug", FIELD_SLUG, FIELD_READ_ONLY, .help = "Its name in URLs."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its name."},
	{0},
};
static const struct resource crumb_resource = {
	.name = "Breadcrumb", .fields = crumb_fields,
	.help = "A category on the way from the root."};

static const struct field product_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The product's id."},
	{"slug", FIELD_SLUG, FIELD_READ_ONLY, .help = "Its name in URLs."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its name."},
	{"description", FIELD_TEXT, FIELD_READ_ONLY, .help = "Plain text."},
	{"brand", FIELD_TEXT, FIELD_READ_ONLY, .help = "Who makes it."},
	{"category", FIELD_SLUG, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Slug of its category."},
	{"breadcrumbs", FIELD_LIST, FIELD_READ_ONLY,
	 .resource = &crumb_resource, .help = "From the root to its category."},
	{"variant", FIELD_UUID, FIELD_READ_ONLY,
	 .help = "What is put into a cart."},
	{"sku", FIELD_TEXT, FIELD_READ_ONLY, .help = "Stock keeping unit."},
	{"price", FIELD_MONEY, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Price of one; null: not sold in that currency."},
	{"compare_at_price", FIELD_MONEY, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "The price it is compared with, if it is reduced."},
	{"currency", FIELD_TEXT, FIELD_READ_ONLY, .help = "ISO 4217."},
	{"in_stock", FIELD_BOOLEAN, FIELD_READ_ONLY,
	 .help = "Whether at least one can be bought now."},
	{"weight_grams", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Weight of one with its packing."},
	{"attributes", FIELD_DICT, FIELD_READ_ONLY,
	 .help = "Specifications by name."},
	{"images", FIELD_TEXTS, FIELD_READ_ONLY, .help = "URLs, best first."},
	{"rating_average", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Stars from 1.00 to 5.00, of accepted reviews."},
	{"rating_count", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "How many reviews it has."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it came."},
	{"updated_at", FIELD_TIME, FIELD_READ_ONLY, .help = "Last change."},
	{0},
};
const struct resource product_resource = {
	.name = "Product",
	.fields = product_fields,
	.help = "A product with all that a page about it shows.",
};

static const struct field admin_card_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The product's id."},
	{"slug", FIELD_SLUG, FIELD_READ_ONLY, .help = "Its name in URLs."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its name."},
	{"brand", FIELD_TEXT, FIELD_READ_ONLY, .help = "Who makes it."},
	{"status", FIELD_CHOICE, FIELD_READ_ONLY, .choices = product_statuses,
	 .help = "Only published ones are shown to the public."},
	{"category", FIELD_SLUG, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Slug of its category."},
	{"sku", FIELD_TEXT, FIELD_READ_ONLY, .help = "Stock keeping unit."},
	{"price", FIELD_MONEY, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Price of one."},
	{"compare_at_price", FIELD_MONEY, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "The price it is compared with."},
	{"currency", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "ISO 4217."},
	{"stock_on_hand", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Units in all locations."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it came."},
	{"updated_at", FIELD_TIME, FIELD_READ_ONLY, .help = "Last change."},
	{"version", FIELD_INTEGER, FIELD_READ_ONLY, .help = "For If-Match."},
	{0},
};
const struct resource product_admin_card_resource = {
	.name = "AdminProductCard",
	.fields = admin_card_fields,
	.help = "A product in a list for staff.",
};

static const struct field admin_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The product's id."},
	{"slug", FIELD_SLUG, 0, AT(slug), .max = SLUG_MAX - 1,
	 .help = "Its name in URLs; made from the name when not given."},
	{"name", FIELD_TEXT, FIELD_REQUIRED, AT(name), .max = 500,
	 .help = "Its name."},
	{"description", FIELD_TEXT, FIELD_BLANK, AT(description), .max = 20000,
	 .help = "Plain text."},
	{"brand", FIELD_TEXT, FIELD_BLANK, AT(brand), .max = 100,
	 .help = "Who makes it."},
	{"status", FIELD_CHOICE, 0, AT(status), .choices = product_statuses,
	 .help = "Only published ones are shown to the public; draft if not "
		 "given."},
	{"category", FIELD_SLUG, FIELD_NULLABLE, AT(category),
	 .help = "Slug of its category."},
	{"variant", FIELD_UUID, FIELD_READ_ONLY,
	 .help = "What is put into a cart."},
	{"sku", FIELD_TEXT, FIELD_REQUIRED, AT(sku), .max = 100,
	 .help = "Stock keeping unit, unique in the shop."},
	{"price", FIELD_MONEY, FIELD_REQUIRED, AT(price),
	 .min = 0, .max = INT64_C(99999999999), .help = "Price of one."},
	{"compare_at_price", FIELD_MONEY, FIELD_NULLABLE, AT(compare_at_price),
	 .min = 0, .max = INT64_C(99999999999),
	 .help = "The price it is compared with."},
	{"currency", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "ISO 4217; the shop's."},
	{"weight_grams", FIELD_INTEGER, 0, AT(weight_grams), .min = 0,
	 .max = 100000000, .help = "Weight of one with its packing."},
	{"stock_on_hand", FIELD_INTEGER, 0, AT(stock_on_hand), .min = 0,
	 .max = 1000000000,
	 .help = "Units there are when it is created; later: "
		 "admin/stock/adjustments/."},
	{"attributes", FIELD_DICT, 0, AT(attributes), .max = 100,
	 .help = "Specifications by name."},
	{"images", FIELD_TEXTS, FIELD_BLANK, AT(images), .max = 20,
	 .help = "URLs, best first."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it came."},
	{"updated_at", FIELD_TIME, FIELD_READ_ONLY, .help = "Last change."},
	{"version", FIELD_INTEGER, FIELD_READ_ONLY, .help = "For If-Match."},
	{0},
};
const struct resource product_admin_resource = {
	.name = "AdminProduct",
	.size = sizeof(struct product_input),
	.fields = admin_fields,
	.help = "A product as staff manage it.",
};
