/* product_admin_wire.c - products as staff send and see them. */
#include "products.h"

#define AT(member) .offset = offsetof(struct product_input, member)

const struct choice product_statuses[] = {
	{"draft", "Draft"},
	{"published", "Published"},
	{"archived", "Archived"},
	{0},
};

static const struct field admin_card_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The product's id."},
	{"slug", FIELD_SLUG, FIELD_READ_ONLY, .help = "Its name in URLs."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its name."},
	{"brand", FIELD_TEXT, FIELD_READ_ONLY, .help = "Who makes it."},
	{"status", FIELD_CHOICE, FIELD_READ_ONLY, .choices = product_statuses,
	 .help = "Only published ones are shown to the public."},
	{"is_visible", FIELD_BOOLEAN, FIELD_READ_ONLY,
	 .help = "Published, and within its time."},
	{"publish_at", FIELD_TIME, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Not shown before."},
	{"unpublish_at", FIELD_TIME, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Not shown from then on."},
	{"category", FIELD_SLUG, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Slug of its category."},
	{"type", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Code of its product type."},
	{"sku", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "Stock keeping unit of the default variant."},
	{"price", FIELD_MONEY, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Price of one."},
	{"compare_at_price", FIELD_MONEY, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "The price it is compared with."},
	{"currency", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "ISO 4217."},
	{"stock_on_hand", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Units of all variants in all locations."},
	{"variant_count", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Those that are not on sale, too."},
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

/* What staff write, alone and in bulk. */
#define WRITTEN                                                               \
	{"slug", FIELD_SLUG, 0, AT(slug), .max = 99,                          \
	 .help = "Its name in URLs; made from the name when not given. Old "  \
		 "ones lead on."},                                            \
	{"name", FIELD_TEXT, FIELD_REQUIRED, AT(name), .max = 500,            \
	 .help = "Its name."},                                                \
	{"description", FIELD_TEXT, FIELD_BLANK, AT(description),             \
	 .max = 20000, .help = "Plain text."},                                \
	{"brand", FIELD_TEXT, FIELD_BLANK, AT(brand), .max = 100,             \
	 .help = "Who makes it."},                                            \
	{"status", FIELD_CHOICE, 0, AT(status), .choices = product_statuses,  \
	 .help = "Only published ones are shown to the public; draft if not " \
		 "given."},                                                   \
	{"publish_at", FIELD_TIME, FIELD_NULLABLE, AT(publish_at),            \
	 .help = "Not shown before, though published."},                      \
	{"unpublish_at", FIELD_TIME, FIELD_NULLABLE, AT(unpublish_at),        \
	 .help = "Not shown from then on."},                                  \
	{"category", FIELD_SLUG, FIELD_NULLABLE, AT(category),                \
	 .help = "Slug of its category."},                                    \
	{"type", FIELD_TEXT, FIELD_NULLABLE, AT(type), .max = 50,             \
	 .help = "Code of its product type, which its attributes follow."},   \
	{"sku", FIELD_TEXT, 0, AT(sku), .max = 100,                           \
	 .help = "Stock keeping unit of the default variant, unique in the "  \
		 "shop; required when no variants are given."},               \
	{"price", FIELD_MONEY, 0, AT(price), .min = 0,                        \
	 .max = INT64_C(99999999999),                                         \
	 .help = "Price of one of the default variant; required when no "     \
		 "variants are given."},                                      \
	{"compare_at_price", FIELD_MONEY, FIELD_NULLABLE,                     \
	 AT(compare_at_price), .min = 0, .max = INT64_C(99999999999),         \
	 .help = "The price it is compared with."},                           \
	{"weight_grams", FIELD_INTEGER, 0, AT(weight_grams), .min = 0,        \
	 .max = 100000000,                                                    \
	 .help = "Weight of one of the default variant with its packing."},   \
	{"stock_on_hand", FIELD_INTEGER, 0, AT(stock_on_hand), .min = 0,      \
	 .max = 1000000000,                                                   \
	 .help = "Units there are when it is created; later: "                \
		 "admin/stock/adjustments/."},                                \
	{"attributes", FIELD_MAP, 0, AT(attributes), .max = 100,              \
	 .help = "Values by code, as its type has them."},                    \
	{"images", FIELD_TEXTS, FIELD_BLANK, AT(images), .max = 20,           \
	 .help = "URLs of images that are kept elsewhere, best first."},      \
	{"options", FIELD_LIST, FIELD_BLANK, AT(options), .max = OPTIONS_MAX, \
	 .resource = &option_resource,                                        \
	 .help = "What is to be chosen: variants differ in these."},          \
	{"variants", FIELD_LIST, 0, AT(variants), .max = VARIANTS_MAX,        \
	 .resource = &variant_admin_resource,                                 \
	 .help = "When it is created, in place of sku and price; later: "     \
		 "admin/variants/{id}/."},                                    \
	{"seo_title", FIELD_TEXT, FIELD_BLANK, AT(seo_title), .max = 200,     \
	 .help = "For search engines."},                                      \
	{"seo_description", FIELD_TEXT, FIELD_BLANK, AT(seo_description),     \
	 .max = 500, .help = "For search engines."},                          \
	{"metadata", FIELD_MAP, 0, AT(metadata),                              \
	 .help = "Whatever the shop keeps for its front-ends."},              \
	{"private_metadata", FIELD_MAP, 0, AT(private_metadata),              \
	 .help = "Whatever the shop keeps for itself."}

static bool check_time(struct work *w, const void *input)
{
	const struct product_input *in = input;

	if (in->publish_at == 0 || in->unpublish_at == 0 ||
	    in->publish_at < in->unpublish_at)
		return true;
	return refuse_field(w, "unpublish_at",
			    "This must be later than publish_at.");
}

static const struct field admin_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The product's id."},
	WRITTEN,
	{"is_visible", FIELD_BOOLEAN, FIELD_READ_ONLY,
	 .help = "Published, and within its time."},
	{"lacks", FIELD_TEXTS, FIELD_READ_ONLY,
	 .help = "What it needs before it can be published."},
	{"variant", FIELD_UUID, FIELD_READ_ONLY,
	 .help = "The default one: what is put into a cart."},
	{"currency", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "ISO 4217; the shop's."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it came."},
	{"updated_at", FIELD_TIME, FIELD_READ_ONLY, .help = "Last change."},
	{"version", FIELD_INTEGER, FIELD_READ_ONLY, .help = "For If-Match."},
	{0},
};
const struct resource product_admin_resource = {
	.name = "AdminProduct",
	.size = sizeof(struct product_input),
	.fields = admin_fields,
	.rule = check_time,
	.tells_given = true,
	.help = "A product as staff manage it.",
};

static const struct field row_fields[] = {
	{"id", FIELD_UUID, 0, AT(id),
	 .help = "Of the product that is changed; without it one is made."},
	{"version", FIELD_INTEGER, 0, AT(version), .min = 1,
	 .max = INT64_C(9007199254740991),
	 .help = "As it was seen; demanded with an id."},
	WRITTEN,
	{0},
};
const struct resource product_bulk_row_resource = {
	.name = "BulkProduct",
	.size = sizeof(struct product_input),
	.fields = row_fields,
	.rule = check_time,
	.tells_given = true,
	.help = "A product to be made, or with an id to be changed.",
};

static const struct choice policies[] = {
	{"all", "All or nothing"},
	{"rows", "Each row by itself"},
	{0},
};
static const struct field bulk_fields[] = {
	{"error_policy", FIELD_CHOICE, 0,
	 offsetof(struct bulk_input, error_policy), .choices = policies,
	 .help = "all: one bad row refuses every one (the default). rows: the "
		 "good ones are written."},
	{"rows", FIELD_LIST, FIELD_REQUIRED,
	 offsetof(struct bulk_input, rows), .max = BULK_ROWS_MAX,
	 .resource = &product_bulk_row_resource,
	 .help = "Products to be made and changed."},
	{0},
};
const struct resource product_bulk_resource = {
	.name = "BulkProducts",
	.size = sizeof(struct bulk_input),
	.fields = bulk_fields,
	.help = "Many products at once.",
};

static const struct field bulk_row_answer_fields[] = {
	{"index", FIELD_INTEGER, FIELD_READ_ONLY, .help = "Of the row."},
	{"status", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "As the row alone would have been answered: 201, 200, 400, "
		 "404, 412."},
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "Of a row that stands."},
	{"version", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Of a row that stands."},
	{"errors", FIELD_MAP, FIELD_READ_ONLY,
	 .help = "Of a row that does not: by field."},
	{0},
};
static const struct resource bulk_row_answer_resource = {
	.name = "BulkProductResult", .fields = bulk_row_answer_fields,
	.help = "What became of a row."};
static const struct field bulk_answer_fields[] = {
	{"results", FIELD_LIST, FIELD_READ_ONLY,
	 .resource = &bulk_row_answer_resource,
	 .help = "One for each row, in their order."},
	{"succeeded", FIELD_INTEGER, FIELD_READ_ONLY, .help = "Rows written."},
	{"failed", FIELD_INTEGER, FIELD_READ_ONLY, .help = "Rows refused."},
	{0},
};
const struct resource product_bulk_answer_resource = {
	.name = "BulkProductsResult", .fields = bulk_answer_fields,
	.help = "What became of many products."};
