/* product_wire.c - products as they go over the wire. */
#include "products.h"

#include <stddef.h>

#include <rest/listing.h>

#include <queries.h>

/* Members that a product and its variants share. */
#define PRICE_OF_ONE \
	{"price", FIELD_MONEY, FIELD_READ_ONLY | FIELD_NULLABLE, \
	 .help = "Price of one; null: not sold in that currency."}, \
	{"compare_at_price", FIELD_MONEY, FIELD_READ_ONLY | FIELD_NULLABLE, \
	 .help = "The price it is compared with, if it is reduced."}
#define LOWEST_PRICE \
	{"lowest_price_30_days", FIELD_MONEY, FIELD_READ_ONLY | FIELD_NULLABLE, \
	 .help = "If it is reduced: the lowest of the 30 days before that."}
#define CURRENCY_AND_STOCK \
	{"currency", FIELD_TEXT, FIELD_READ_ONLY, .help = "ISO 4217."}, \
	{"in_stock", FIELD_BOOLEAN, FIELD_READ_ONLY, \
	 .help = "Whether at least one can be bought now."}
#define RATING \
	{"rating_average", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE, \
	 .help = "Stars from 1.00 to 5.00, of accepted reviews."}, \
	{"rating_count", FIELD_INTEGER, FIELD_READ_ONLY, \
	 .help = "How many reviews it has."}

#define CARD_FIELDS \
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The product's id."}, \
	{"slug", FIELD_SLUG, FIELD_READ_ONLY, .help = "Its name in URLs."}, \
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its name."}, \
	{"brand", FIELD_TEXT, FIELD_READ_ONLY, .help = "Who makes it."}, \
	{"category", FIELD_SLUG, FIELD_READ_ONLY | FIELD_NULLABLE, \
	 .help = "Slug of its category."}, \
	{"sku", FIELD_TEXT, FIELD_READ_ONLY, .help = "Stock keeping unit."}, \
	{"price", FIELD_MONEY, FIELD_READ_ONLY, \
	 .help = "Price of one of its cheapest variant."}, \
	{"price_max", FIELD_MONEY, FIELD_READ_ONLY, \
	 .help = "Price of one of its dearest variant."}, \
	{"compare_at_price", FIELD_MONEY, FIELD_READ_ONLY | FIELD_NULLABLE, \
	 .help = "The price it is compared with, if it is reduced."}, \
	CURRENCY_AND_STOCK, \
	{"image", FIELD_URL, FIELD_READ_ONLY | FIELD_NULLABLE, \
	 .help = "The first image."}, \
	{"variant_count", FIELD_INTEGER, FIELD_READ_ONLY, \
	 .help = "How many variants can be chosen from."}, \
	RATING, \
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it came."}

static const struct field card_fields[] = {CARD_FIELDS, {0}};
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

static const struct field listed_variant_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "What is put into a cart."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "\"Red / M\"."},
	{"sku", FIELD_TEXT, FIELD_READ_ONLY, .help = "Stock keeping unit."},
	{"options", FIELD_DICT, FIELD_READ_ONLY,
	 .help = "The value of each option of the product."},
	PRICE_OF_ONE,
	CURRENCY_AND_STOCK,
	{0},
};
static const struct resource listed_variant_resource = {
	.name = "ListedVariant", .fields = listed_variant_fields,
	.help = "A variant as a list shows it."};

static const struct field rendition_fields[] = {
	{"url", FIELD_TEXT, FIELD_READ_ONLY, .help = "Where it is."},
	{"width", FIELD_INTEGER, FIELD_READ_ONLY, .help = "Pixels."},
	{"height", FIELD_INTEGER, FIELD_READ_ONLY, .help = "Pixels."},
	{"type", FIELD_TEXT, FIELD_READ_ONLY, .help = "image/webp, ..."},
	{0},
};
static const struct resource rendition_resource = {
	.name = "PictureRendition", .fields = rendition_fields,
	.help = "A picture in one size."};

static const struct field media_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The picture's id."},
	{"url", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "For who takes only one: the widest."},
	{"alt", FIELD_TEXT, FIELD_READ_ONLY, .help = "What it shows."},
	{"width", FIELD_INTEGER, FIELD_READ_ONLY, .help = "As uploaded."},
	{"height", FIELD_INTEGER, FIELD_READ_ONLY, .help = "As uploaded."},
	{"variant", FIELD_UUID, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "The variant that it shows; null: all."},
	{"renditions", FIELD_LIST, FIELD_READ_ONLY,
	 .resource = &rendition_resource, .help = "By size, smallest first."},
	{0},
};
static const struct resource media_resource = {
	.name = "ProductPicture", .fields = media_fields,
	.help = "A picture of a product."};

static const struct field listed_fields[] = {
	CARD_FIELDS,
	{"description", FIELD_TEXT, FIELD_READ_ONLY | FIELD_EXPAND,
	 .help = "Plain text."},
	{"breadcrumbs", FIELD_LIST, FIELD_READ_ONLY | FIELD_EXPAND,
	 .resource = &crumb_resource, .help = "From the root to its category."},
	{"variants", FIELD_LIST, FIELD_READ_ONLY | FIELD_EXPAND,
	 .resource = &listed_variant_resource, .help = "What can be chosen."},
	{"media", FIELD_LIST, FIELD_READ_ONLY | FIELD_EXPAND,
	 .resource = &media_resource, .help = "Its pictures, best first."},
	{0},
};
const struct resource listed_product_resource = {
	.name = "ListedProduct",
	.fields = listed_fields,
	.help = "A product in the list of products, with what was asked for.",
};

static const struct field option_fields[] = {
	{"name", FIELD_TEXT, FIELD_REQUIRED,
	 offsetof(struct option_input, name), .max = 50,
	 .help = "\"Size\"."},
	{"values", FIELD_TEXTS, FIELD_REQUIRED,
	 offsetof(struct option_input, values), .max = OPTION_VALUES_MAX,
	 .help = "What can be chosen, in the order of the page."},
	{0},
};
const struct resource option_resource = {
	.name = "ProductOption",
	.size = sizeof(struct option_input),
	.fields = option_fields,
	.help = "Something that a shopper chooses.",
};

static const struct field variant_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "What is put into a cart."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "\"Red / M\"; empty where there is nothing to choose."},
	{"sku", FIELD_TEXT, FIELD_READ_ONLY, .help = "Stock keeping unit."},
	{"barcode", FIELD_TEXT, FIELD_READ_ONLY, .help = "GTIN or the like."},
	{"options", FIELD_DICT, FIELD_READ_ONLY,
	 .help = "The value of each option of the product."},
	{"attributes", FIELD_MAP, FIELD_READ_ONLY,
	 .help = "Its own attributes by code."},
	PRICE_OF_ONE,
	LOWEST_PRICE,
	CURRENCY_AND_STOCK,
	{"weight_grams", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Weight of one with its packing."},
	{"length_mm", FIELD_INTEGER, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Length of one."},
	{"width_mm", FIELD_INTEGER, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Width of one."},
	{"height_mm", FIELD_INTEGER, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Height of one."},
	{"is_default", FIELD_BOOLEAN, FIELD_READ_ONLY,
	 .help = "Who names the product alone means this one."},
	{"media", FIELD_TEXTS, FIELD_READ_ONLY,
	 .help = "Ids of the product's media that show this one."},
	{"metadata", FIELD_MAP, FIELD_READ_ONLY,
	 .help = "Whatever the shop keeps for its front-ends."},
	{0},
};
const struct resource variant_resource = {
	.name = "Variant",
	.fields = variant_fields,
	.help = "What is sold of a product.",
};

static const struct field specification_fields[] = {
	{"code", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Of the attribute; null: a text of this product alone."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "\"Screen size\"."},
	{"kind", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "text, number, boolean, choice, colour or date."},
	{"value", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "As it is stored: a text, a number or a boolean."},
	{"label", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "The value for people, with its unit."},
	{"unit", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Of a number."},
	{"colour", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Of a colour: #rrggbb."},
	{0},
};
static const struct resource specification_resource = {
	.name = "Specification", .fields = specification_fields,
	.help = "An attribute as a page shows it."};

static const struct field histogram_fields[] = {
	{"1", FIELD_INTEGER, FIELD_READ_ONLY, .help = "With one star."},
	{"2", FIELD_INTEGER, FIELD_READ_ONLY, .help = "With two."},
	{"3", FIELD_INTEGER, FIELD_READ_ONLY, .help = "With three."},
	{"4", FIELD_INTEGER, FIELD_READ_ONLY, .help = "With four."},
	{"5", FIELD_INTEGER, FIELD_READ_ONLY, .help = "With five."},
	{0},
};
static const struct resource histogram_resource = {
	.name = "RatingHistogram", .fields = histogram_fields,
	.help = "How many accepted reviews have so many stars."};

static const struct field product_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The product's id."},
	{"slug", FIELD_SLUG, FIELD_READ_ONLY, .help = "Its name in URLs."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its name."},
	{"description", FIELD_TEXT, FIELD_READ_ONLY, .help = "Plain text."},
	{"brand", FIELD_TEXT, FIELD_READ_ONLY, .help = "Who makes it."},
	{"category", FIELD_SLUG, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Slug of its category."},
	{"type", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Code of its product type."},
	{"breadcrumbs", FIELD_LIST, FIELD_READ_ONLY,
	 .resource = &crumb_resource, .help = "From the root to its category."},
	{"variant", FIELD_UUID, FIELD_READ_ONLY,
	 .help = "The default one: what is put into a cart."},
	{"sku", FIELD_TEXT, FIELD_READ_ONLY, .help = "Stock keeping unit."},
	PRICE_OF_ONE,
	LOWEST_PRICE,
	CURRENCY_AND_STOCK,
	{"weight_grams", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Weight of one with its packing."},
	{"options", FIELD_LIST, FIELD_READ_ONLY, .resource = &option_resource,
	 .help = "What is to be chosen; empty: nothing."},
	{"variants", FIELD_LIST, FIELD_READ_ONLY, .resource = &variant_resource,
	 .help = "What can be bought."},
	{"attributes", FIELD_MAP, FIELD_READ_ONLY,
	 .help = "Values by code, or by name where there is none."},
	{"specifications", FIELD_LIST, FIELD_READ_ONLY,
	 .resource = &specification_resource,
	 .help = "The attributes with their labels and units."},
	{"media", FIELD_LIST, FIELD_READ_ONLY, .resource = &media_resource,
	 .help = "Its pictures, best first."},
	{"images", FIELD_TEXTS, FIELD_READ_ONLY,
	 .help = "URLs of pictures that are kept elsewhere, best first."},
	RATING,
	{"rating_histogram", FIELD_OBJECT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .resource = &histogram_resource,
	 .help = "How many have so many stars; null: nobody has reviewed it."},
	{"seo_title", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "For search engines; empty: its name."},
	{"seo_description", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "For search engines."},
	{"metadata", FIELD_MAP, FIELD_READ_ONLY,
	 .help = "Whatever the shop keeps for its front-ends."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it came."},
	{"updated_at", FIELD_TIME, FIELD_READ_ONLY, .help = "Last change."},
	{0},
};
const struct resource product_resource = {
	.name = "Product",
	.fields = product_fields,
	.help = "A product with all that a page about it shows.",
};
