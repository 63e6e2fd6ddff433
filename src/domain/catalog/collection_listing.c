/* collection_listing.c - how lists of collections are filtered and ordered. */
#include "collections.h"

#include <queries.h>

static const struct ordering orderings[] = {
	{"position", "k.position"},
	{"name", "k.name"},
	{0},
};
const struct listing collection_listing = {
	.query = &q_collection_list,
	.orderings = orderings,
	.search_sql = "(k.name ILIKE $?)",
	.order = "position,name",
	.tie_break = "k.id",
};

static const struct choice kinds[] = {
	{"manual", "By hand"}, {"rule", "By rule"}, {0}};
static const struct filter admin_filters[] = {
	{"kind", FIELD_CHOICE, 0, "k.kind = $?", .choices = kinds,
	 .help = "By hand or by rule."},
	{"is_published", FIELD_BOOLEAN, 0, "k.is_published = $?",
	 .help = "Whether the public sees it."},
	{0},
};
static const struct ordering admin_orderings[] = {
	{"position", "k.position"},
	{"name", "k.name"},
	{"created_at", "k.created_at"},
	{"updated_at", "k.updated_at"},
	{0},
};
const struct listing collection_admin_listing = {
	.query = &q_collection_admin_list,
	.filters = admin_filters,
	.orderings = admin_orderings,
	.search_sql = "(k.name ILIKE $? OR k.slug ILIKE $?)",
	.order = "position,name",
	.tie_break = "k.id",
};

static const struct ordering product_orderings[] = {
	{"position", "l.position"},
	{"price", "l.price"},
	{"created_at", "l.created_at"},
	{0},
};
const struct listing collection_product_listing = {
	.query = &q_collection_product_list,
	.orderings = product_orderings,
	.order = "position",
	.tie_break = "l.product_id",
};

static const struct ordering member_orderings[] = {
	{"position", "m.position"},
	{"name", "p.name"},
	{0},
};
const struct listing collection_member_listing = {
	.query = &q_collection_member_list,
	.orderings = member_orderings,
	.search_sql = "(p.name ILIKE $? OR p.brand ILIKE $?)",
	.order = "position",
	.tie_break = "m.product_id",
};
