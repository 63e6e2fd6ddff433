/* category_wire.c - categories as they go over the wire. */
#include "catalog.h"

#include <stddef.h>

#include <rest/listing.h>

#include <queries.h>

#define AT(member) .offset = offsetof(struct category_input, member)

#define HEAD                                                                \
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The category's id."},  \
	{"slug", FIELD_SLUG, 0, AT(slug), .max = SLUG_MAX - 1,              \
	 .help = "Its name in URLs; made from the name when not given."},   \
	{"name", FIELD_TEXT, FIELD_REQUIRED, AT(name), .max = 200,          \
	 .help = "Its name, unique among its siblings."},                   \
	{"description", FIELD_TEXT, FIELD_BLANK, AT(description),           \
	 .max = 5000, .help = "Plain text."},                               \
	{"parent", FIELD_SLUG, FIELD_NULLABLE, AT(parent),                  \
	 .help = "Slug of the category above; null at the root."},          \
	{"level", FIELD_INTEGER, FIELD_READ_ONLY, .help = "0 at the root."}, \
	{"position", FIELD_INTEGER, 0, AT(position), .min = 0,              \
	 .max = 1000000, .help = "Place among its siblings."},              \
	{"product_count", FIELD_INTEGER, FIELD_READ_ONLY,                   \
	 .help = "Published products in it and below it."},                 \
	{"version", FIELD_INTEGER, FIELD_READ_ONLY, .help = "For If-Match."}

static const struct field fields[] = {HEAD, {0}};
const struct resource category_resource = {
	.name = "Category",
	.fields = fields,
	.help = "A category as it stands in a list.",
};

static const struct field link_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The category's id."},
	{"slug", FIELD_SLUG, FIELD_READ_ONLY, .help = "Its name in URLs."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its name."},
	{0},
};
static const struct resource link_resource = {
	.name = "CategoryLink", .fields = link_fields,
	.help = "A category, named."};

static const struct field child_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The category's id."},
	{"slug", FIELD_SLUG, FIELD_READ_ONLY, .help = "Its name in URLs."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its name."},
	{"product_count", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Published products in it and below it."},
	{0},
};
static const struct resource child_resource = {
	.name = "CategoryChild", .fields = child_fields,
	.help = "A category directly below."};

#define TAIL                                                                \
	{"ancestors", FIELD_LIST, FIELD_READ_ONLY,                          \
	 .resource = &link_resource, .help = "From the root to its parent."}, \
	{"children", FIELD_LIST, FIELD_READ_ONLY,                           \
	 .resource = &child_resource, .help = "Directly below, in order."}, \
	{"seo_title", FIELD_TEXT, FIELD_BLANK, AT(seo_title), .max = 200,   \
	 .help = "For the title of its page."},                             \
	{"seo_description", FIELD_TEXT, FIELD_BLANK, AT(seo_description),   \
	 .max = 500, .help = "For what search engines show of it."},        \
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When it came."}, \
	{"updated_at", FIELD_TIME, FIELD_READ_ONLY, .help = "Last change."}

static const struct field detail_fields[] = {HEAD, TAIL, {0}};
const struct resource category_detail_resource = {
	.name = "CategoryDetail",
	.fields = detail_fields,
	.help = "A category with those above and below it.",
};
const struct resource category_admin_resource = {
	.name = "AdminCategory",
	.size = sizeof(struct category_input),
	.fields = detail_fields,
	.help = "A category as staff manage it.",
};

/* Nested without end in fact; JSON Schema is told one level. */
static const struct field node_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The category's id."},
	{"slug", FIELD_SLUG, FIELD_READ_ONLY, .help = "Its name in URLs."},
	{"name", FIELD_TEXT, FIELD_READ_ONLY, .help = "Its name."},
	{"product_count", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Published products in it and below it."},
	{"children", FIELD_LIST, FIELD_READ_ONLY,
	 .resource = &child_resource,
	 .help = "Directly below, each with children of its own."},
	{0},
};
const struct resource category_node_resource = {
	.name = "CategoryNode",
	.fields = node_fields,
	.help = "A category and all below it.",
};

static const struct field move_fields[] = {
	{"parent", FIELD_SLUG, FIELD_REQUIRED | FIELD_NULLABLE,
	 .offset = offsetof(struct category_place, parent),
	 .help = "Slug of the new category above; null for the root."},
	{0},
};
const struct resource category_move_resource = {
	.name = "CategoryMove",
	.size = sizeof(struct category_place),
	.fields = move_fields,
	.help = "Where a category and all below it go.",
};

static const struct filter filters[] = {
	{"parent", FIELD_SLUG, 0, "parent.slug = $?", .help = "Directly below it."},
	{"parent__isnull", FIELD_BOOLEAN, 0, "(c.parent_id IS NULL) = $?",
	 .help = "At the root."},
	{"level", FIELD_INTEGER, 0, "(cardinality(c.lineage) - 1)::bigint = $?",
	 .help = "So many below the root."},
	{0},
};

static const struct ordering orderings[] = {
	{"position", "c.position"},
	{"name", "c.name"},
	{"level", "cardinality(c.lineage)"},
	{0},
};

const struct listing category_listing = {
	.query = &q_category_list,
	.filters = filters,
	.orderings = orderings,
	.search_sql = "(c.name ILIKE $?)",
	.order = "level,position,name",
	.tie_break = "c.id",
};
