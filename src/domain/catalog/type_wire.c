/* type_wire.c - product types as they go over the wire. */
#include "types.h"

#include <stddef.h>
#include <string.h>

#include <queries.h>

#define AT(member) .offset = offsetof(struct type_input, member)
#define OF(member) .offset = offsetof(struct member_input, member)

static const struct field member_fields[] = {
	{"attribute", FIELD_TEXT, FIELD_REQUIRED, OF(attribute), .max = 50,
	 .help = "Its code."},
	{"is_required", FIELD_BOOLEAN, 0, OF(is_required),
	 .help = "Whether a product must have it to be published."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "What shoppers read."},
	{"kind", FIELD_TEXT, FIELD_READ_ONLY, .help = "What its values are."},
	{"unit", FIELD_TEXT, FIELD_READ_ONLY, .help = "Of numbers."},
	{"is_filterable", FIELD_BOOLEAN, FIELD_READ_ONLY,
	 .help = "Whether lists can be filtered by it."},
	{0},
};
static const struct resource member_resource = {
	.name = "ProductTypeAttribute",
	.size = sizeof(struct member_input),
	.fields = member_fields,
	.help = "An attribute that products of a type have."};

#define TYPE_FIELDS                                                           \
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The type's id."},        \
	{"code", FIELD_TEXT, FIELD_REQUIRED, AT(code), .max = 50,             \
	 .help = "A letter, then lower-case letters, digits and _."},         \
	{"name", FIELD_TEXT, FIELD_REQUIRED, AT(name), .max = 100,            \
	 .help = "What it is called."},                                       \
	{"attributes", FIELD_LIST, FIELD_BLANK, AT(attributes),               \
	 .resource = &member_resource, .max = TYPE_ATTRIBUTES_MAX,            \
	 .help = "What its products have, in the order of their page."}

static const struct field type_fields[] = {TYPE_FIELDS, {0}};
const struct resource type_resource = {
	.name = "ProductType",
	.fields = type_fields,
	.help = "What kind of thing a product is.",
};

static bool rule(struct work *w, const void *input)
{
	const struct type_input *in = input;
	const struct member_input *list = in->attributes.items;
	bool is_good = true;

	if (in->code != NULL && !is_code(in->code))
		is_good = refuse_field(w, "code",
				       "Enter a letter, then lower-case "
				       "letters, digits or underscores.");
	for (size_t i = 0; i < in->attributes.count; i++) {
		for (size_t j = 0; j < i; j++) {
			if (strcmp(list[i].attribute, list[j].attribute) == 0)
				is_good = refuse_field(
					w,
					arena_format(&w->arena,
						     "attributes.%zu.attribute",
						     i),
					"This attribute stands here twice.");
		}
	}
	return is_good;
}

static const struct field type_admin_fields[] = {
	TYPE_FIELDS,
	{"product_count", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Products of it, in every state."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it came."},
	{"updated_at", FIELD_TIME, FIELD_READ_ONLY, .help = "Last change."},
	{"version", FIELD_INTEGER, FIELD_READ_ONLY, .help = "For If-Match."},
	{0},
};
const struct resource type_admin_resource = {
	.name = "AdminProductType",
	.size = sizeof(struct type_input),
	.fields = type_admin_fields,
	.rule = rule,
	.help = "A product type as staff manage it.",
};

static const struct ordering type_orderings[] = {
	{"name", "t.name"},
	{"code", "t.code"},
	{0},
};
const struct listing type_listing = {
	.query = &q_type_list,
	.orderings = type_orderings,
	.search_sql = "(t.name ILIKE $? OR t.code ILIKE $?)",
	.order = "name",
	.tie_break = "t.id",
};
