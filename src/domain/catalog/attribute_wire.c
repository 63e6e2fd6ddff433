/* attribute_wire.c - attributes and types as they go over the wire. */
#include "types.h"

#include <stddef.h>
#include <string.h>

#include <queries.h>

#define AT(member) .offset = offsetof(struct attribute_input, member)

static const struct choice kinds[] = {
	{"text", "Text"},     {"number", "Number, with a unit"},
	{"boolean", "Yes or no"}, {"choice", "Choice"},
	{"colour", "Colour with a name"}, {"date", "Date"},
	{0},
};

static const struct field choice_fields[] = {
	{"value", FIELD_TEXT, FIELD_REQUIRED,
	 .offset = offsetof(struct choice_input, value), .max = 100,
	 .help = "What products store; unique in the attribute."},
	{"label", FIELD_TEXT, 0, .offset = offsetof(struct choice_input, label),
	 .max = 100, .help = "What is shown; the value if not given."},
	{"colour", FIELD_TEXT, FIELD_NULLABLE,
	 .offset = offsetof(struct choice_input, colour), .max = 7,
	 .help = "#rrggbb; of colours only, and there required."},
	{0},
};
static const struct resource choice_resource = {
	.name = "AttributeChoice",
	.size = sizeof(struct choice_input),
	.fields = choice_fields,
	.help = "Something that can be chosen."};

#define ATTRIBUTE_FIELDS                                                      \
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The attribute's id."},   \
	{"code", FIELD_TEXT, FIELD_REQUIRED, AT(code), .max = 50,             \
	 .help = "Key in a product's attributes: a letter, then lower-case "  \
		 "letters, digits and _."},                                   \
	{"name", FIELD_TEXT, FIELD_REQUIRED, AT(name), .max = 100,            \
	 .help = "What shoppers read."},                                      \
	{"kind", FIELD_CHOICE, FIELD_REQUIRED, AT(kind), .choices = kinds,    \
	 .help = "What its values are."},                                     \
	{"unit", FIELD_TEXT, FIELD_BLANK, AT(unit), .max = 20,                \
	 .help = "Of numbers: ml, cm, W."},                                   \
	{"choices", FIELD_LIST, FIELD_BLANK, AT(choices),                     \
	 .resource = &choice_resource, .max = CHOICES_MAX,                    \
	 .help = "Of choices and colours, in order."},                        \
	{"is_filterable", FIELD_BOOLEAN, 0, AT(is_filterable),                \
	 .help = "Whether lists can be filtered by it."},                     \
	{"position", FIELD_INTEGER, 0, AT(position), .min = 0,                \
	 .max = 1000000, .help = "Place among the filters."}

static const struct field attribute_fields[] = {ATTRIBUTE_FIELDS, {0}};
const struct resource attribute_resource = {
	.name = "Attribute",
	.fields = attribute_fields,
	.help = "What can be told of a product.",
};

/* Over fields that were all given, in POST and PUT; the handler asks again
 * when a PATCH gives but some. */
static bool rule(struct work *w, const void *input)
{
	const struct attribute_input *in = input;

	if (in->code != NULL && !is_code(in->code))
		return refuse_field(w, "code",
				    "Enter a letter, then lower-case letters, "
				    "digits or underscores.");
	if (in->kind != NULL && in->unit != NULL && in->unit[0] != '\0' &&
	    strcmp(in->kind, "number") != 0)
		return refuse_field(w, "unit", "Only a number has a unit.");
	return true;
}

static const struct field attribute_admin_fields[] = {
	ATTRIBUTE_FIELDS,
	{"product_count", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Products that have a value of it, in every state."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it came."},
	{"updated_at", FIELD_TIME, FIELD_READ_ONLY, .help = "Last change."},
	{"version", FIELD_INTEGER, FIELD_READ_ONLY, .help = "For If-Match."},
	{0},
};
const struct resource attribute_admin_resource = {
	.name = "AdminAttribute",
	.size = sizeof(struct attribute_input),
	.fields = attribute_admin_fields,
	.rule = rule,
	.help = "An attribute as staff manage it.",
};

static const struct filter attribute_filters[] = {
	{"is_filterable", FIELD_BOOLEAN, 0, "a.is_filterable = $?",
	 .help = "Whether lists can be filtered by it."},
	{"kind", FIELD_CHOICE, 0, "a.kind = $?", .choices = kinds,
	 .help = "Of this kind."},
	{"product_type", FIELD_TEXT, 0,
	 "EXISTS (SELECT 1 FROM product_type_attribute m "
	 "JOIN product_type t ON t.id = m.product_type_id "
	 "WHERE m.attribute_id = a.id AND t.code = $?)",
	 .help = "Of the product type with this code."},
	{0},
};
static const struct ordering attribute_orderings[] = {
	{"position", "a.position"},
	{"name", "a.name"},
	{"code", "a.code"},
	{0},
};
const struct listing attribute_listing = {
	.query = &q_attribute_list,
	.filters = attribute_filters,
	.orderings = attribute_orderings,
	.search_sql = "(a.name ILIKE $? OR a.code ILIKE $?)",
	.order = "position,name",
	.tie_break = "a.id",
};
