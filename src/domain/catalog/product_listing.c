/* product_listing.c - how lists of products are cut, filtered, ordered. */
#include "products.h"

#include <rest/lookups.h>

#include <queries.h>

static const struct ordering orderings[] = {
	{"price", "l.price"},
	{"created_at", "l.created_at"},
	{"popularity", "l.popularity"},
	{"rating", "l.rating"},
	{0},
};

/* Without filters: straight from the index. */
const struct listing product_listing = {
	.query = &q_product_list,
	.orderings = orderings,
	.order = "-created_at",
	.tie_break = "l.product_id",
	.flags = LIST_CURSOR | LIST_COUNT_OPTIONAL,
};

static const struct filter filters[] = {
	LOOKUPS_NUMBER("price", FIELD_MONEY, "l.price", "The price"),
	LOOKUPS_MIN_MAX("price", FIELD_MONEY, "l.price", "The price"),
	LOOKUPS_TEXT("name", "k.name", "The name"),
	LOOKUPS_TEXT("brand", "k.brand", "The brand"),
	LOOKUPS_TEXT("sku", "k.sku", "The default variant's SKU"),
	{"in_stock", FIELD_BOOLEAN, 0, "k.in_stock = $?",
	 .help = "Whether at least one can be bought now."},
	{"rating__gte", FIELD_INTEGER, 0, "l.rating >= $?::bigint * 100",
	 .help = "At least so many stars."},
	{"on_sale", FIELD_BOOLEAN, 0,
	 "(l.compare_at_amount > l.price) IS TRUE = $?",
	 .help = "Whether its price is reduced."},
	LOOKUPS_TIME("created_at", "l.created_at", "It"),
	{0},
};

static const struct ordering search_orderings[] = {
	{"price", "l.price"},
	{"created_at", "l.created_at"},
	{"popularity", "l.popularity"},
	{"rating", "l.rating"},
	{"name", "(SELECT c.name FROM card c WHERE c.product_id = l.product_id)"},
	{0},
};

const struct listing product_search_listing = {
	.query = &q_product_search,
	.filters = filters,
	.orderings = search_orderings,
	.order = "-created_at",
	.tie_break = "l.product_id",
	.flags = LIST_CURSOR | LIST_COUNT_OPTIONAL,
};

static const struct filter admin_filters[] = {
	{"status", FIELD_CHOICE, 0, "p.status = $?", .choices = product_statuses,
	 .help = "In this state."},
	{"category", FIELD_SLUG, 0, "c.slug = $?", .help = "Directly in it."},
	{"category__isnull", FIELD_BOOLEAN, 0, "(p.category_id IS NULL) = $?",
	 .help = "In none."},
	{"type", FIELD_TEXT, 0,
	 "p.product_type_id = (SELECT id FROM product_type WHERE code = $?)",
	 .help = "Of the product type of this code."},
	{"sku", FIELD_TEXT, 0,
	 "p.id IN (SELECT o.product_id FROM variant o WHERE o.sku = $?)",
	 .help = "A variant of it has this SKU."},
	{"barcode", FIELD_TEXT, 0,
	 "p.id IN (SELECT o.product_id FROM variant o WHERE o.barcode = $? "
	 "AND o.barcode <> '' AND o.deleted_at IS NULL)",
	 .help = "A variant of it has this barcode."},
	{"is_visible", FIELD_BOOLEAN, 0, "product_is_visible(p) = $?",
	 .help = "Whether the public sees it now."},
	{"metadata", FIELD_TEXT, FILTER_FREE,
	 "p.metadata ->> split_part($?, ':', 1) = substr($?, strpos($?, ':') + 1)",
	 .help = "key:value, as its metadata has it."},
	{"private_metadata", FIELD_TEXT, FILTER_FREE,
	 "p.private_metadata ->> split_part($?, ':', 1) "
	 "= substr($?, strpos($?, ':') + 1)",
	 .help = "key:value, as its private metadata has it."},
	{"brand", FIELD_TEXT, 0, "p.brand = $?", .help = "This brand."},
	{"price__gte", FIELD_MONEY, 0, "pr.amount >= $?", .help = "At least."},
	{"price__lte", FIELD_MONEY, 0, "pr.amount <= $?", .help = "At most."},
	{"updated_at__gte", FIELD_TIME, 0, "p.updated_at >= $?",
	 .help = "Changed then or later."},
	{0},
};

static const struct ordering admin_orderings[] = {
	{"created_at", "p.created_at"},
	{"updated_at", "p.updated_at"},
	{"name", "p.name"},
	{"price", "pr.amount"},
	{0},
};

const struct listing product_admin_listing = {
	.query = &q_product_admin_list,
	.filters = admin_filters,
	.orderings = admin_orderings,
	.search_sql = "(p.name ILIKE $? OR p.brand ILIKE $? OR EXISTS (SELECT 1 "
		      "FROM variant o WHERE o.product_id = p.id AND "
		      "o.deleted_at IS NULL AND (o.sku ILIKE $? OR "
		      "o.sku_before ILIKE $? OR o.barcode ILIKE $?)))",
	.order = "-created_at",
	.tie_break = "p.id",
};
