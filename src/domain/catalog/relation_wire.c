/* relation_wire.c - related products as they go over the wire. */
#include "relations.h"

#include <stddef.h>
#include <string.h>

const struct choice relation_kinds[] = {
	{"related", "Related"},	     {"upsell", "A better one"},
	{"cross_sell", "Goes with it"}, {"accessory", "Accessory"},
	{"replacement", "Takes its place"}, {0},
};

static const struct field fields[] = {
	{"kind", FIELD_CHOICE, FIELD_READ_ONLY, .choices = relation_kinds,
	 .help = "How it is related."},
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The product's id."},
	{"slug", FIELD_SLUG, FIELD_READ_ONLY, .help = "Its name in URLs."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its name."},
	{"brand", FIELD_TEXT, FIELD_READ_ONLY, .help = "Who makes it."},
	{"category", FIELD_SLUG, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Slug of its category."},
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
	{0},
};
const struct resource relation_resource = {
	.name = "RelatedProduct",
	.fields = fields,
	.help = "A product that another one's page leads to.",
};

static const struct field link_fields[] = {
	{"product", FIELD_UUID, FIELD_REQUIRED,
	 .offset = offsetof(struct relation_input, product),
	 .help = "Its id."},
	{"kind", FIELD_CHOICE, FIELD_REQUIRED,
	 .offset = offsetof(struct relation_input, kind),
	 .choices = relation_kinds, .help = "How it is related."},
	{"slug", FIELD_SLUG, FIELD_READ_ONLY, .help = "Its name in URLs."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its name."},
	{"status", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "Only published ones are shown to the public."},
	{0},
};
static const struct resource link_resource = {
	.name = "ProductRelation",
	.size = sizeof(struct relation_input),
	.fields = link_fields,
	.help = "A product and how it is related."};

static bool rule(struct work *w, const void *input)
{
	const struct relations_input *in = input;
	const struct relation_input *list = in->related.items;
	bool is_good = true;

	for (size_t i = 0; i < in->related.count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (strcmp(list[i].kind, list[j].kind) == 0 &&
			    uuid_equal(&list[i].product, &list[j].product))
				is_good = refuse_field(
					w,
					arena_format(&w->arena,
						     "related.%zu.product", i),
					"This product stands here twice.");
		}
	}
	return is_good;
}

static const struct field admin_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The product's id."},
	{"related", FIELD_LIST, FIELD_REQUIRED | FIELD_BLANK,
	 .offset = offsetof(struct relations_input, related),
	 .resource = &link_resource, .max = RELATIONS_MAX,
	 .help = "All of them, each kind in its order."},
	{"version", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "The product's, for If-Match."},
	{0},
};
const struct resource relation_admin_resource = {
	.name = "AdminProductRelations",
	.size = sizeof(struct relations_input),
	.fields = admin_fields,
	.rule = rule,
	.help = "What a product's page leads to.",
};
