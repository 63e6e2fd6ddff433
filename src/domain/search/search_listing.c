/* search_listing.c - how what is found is filtered and ordered. */
#include "search.h"

#include <rest/lookups.h>

#include <queries.h>

/* The parts by which counts of a group leave its own choice out; the schema's
 * statement knows them by number. */
enum { PART_PRICE = 1, PART_RATING, PART_STOCK };

#define PRICE(name, flags, sql, help)                                       \
	LOOKUP(name, FIELD_MONEY, (flags) | FILTER_PART(PART_PRICE), sql, help)

static const struct filter filters[] = {
	PRICE("price", 0, "d.price = $?::bigint", "Exactly this price."),
	PRICE("price__gte", 0, "d.price >= $?::bigint", "At least."),
	PRICE("price__gt", 0, "d.price > $?::bigint", "More than."),
	PRICE("price__lte", 0, "d.price <= $?::bigint", "At most."),
	PRICE("price__lt", 0, "d.price < $?::bigint", "Less than."),
	PRICE("min_price", 0, "d.price >= $?::bigint", "At least."),
	PRICE("max_price", 0, "d.price <= $?::bigint", "At most."),
	PRICE("price__range", FILTER_RANGE,
	      "d.price BETWEEN $?1::bigint AND $?2::bigint",
	      "From the first to the second, both included."),
	{"rating__gte", FIELD_INTEGER, FILTER_PART(PART_RATING),
	 "d.rating >= $?::bigint * 100", .help = "At least so many stars."},
	{"in_stock", FIELD_BOOLEAN, FILTER_PART(PART_STOCK),
	 "d.in_stock = $?", .help = "Whether at least one can be bought now."},
	LOOKUPS_TIME("created_at", "d.created_at", "The day it came"),
	{"collection", FIELD_TEXT, 0,
	 "(SELECT true FROM listing m WHERE m.product_id = d.product_id "
	 "AND m.currency = $6 AND m.category_id = (SELECT id FROM collection "
	 "WHERE slug = $? AND is_published))",
	 .help = "In the collection of this slug."},
	{"sku", FIELD_TEXT, 0, "d.words @@ search_code($?)",
	 .help = "A variant with this SKU or barcode."},
	{"name__icontains", FIELD_TEXT, 0,
	 "(SELECT name FROM card WHERE card.product_id = d.product_id) "
	 "ILIKE '%' || $? || '%'",
	 .help = "The name contains this, in any case."},
	{0},
};

/* The best come first with these, with or without a minus. */
static const struct ordering orderings[] = {
	{"relevance", "h.distance, h.product_id %s"},
	{"popularity", "h.popularity DESC, h.product_id %s"},
	{"rating", "h.rating DESC, h.product_id %s"},
	{"newest", "h.created_at DESC, h.product_id %s"},
	{"price", "h.price"},
	{"created_at", "h.created_at"},
	{0},
};

static const char *const members[] = {"is_estimate", "corrected",
				      "did_you_mean", "facets", NULL};

const struct listing search_listing = {
	.query = &q_search_page,
	.filters = filters,
	.orderings = orderings,
	.order = "relevance",
	.tie_break = "h.product_id",
	.flags = LIST_TAIL,
	.members = members,
	.more_help = "category, brand, attr.{code}: each also with __in; "
		     "attr.{code} of a number with __gte and __lte.",
};

const struct listing search_plain_listing = {
	.query = &q_search_plain,
	.filters = filters,
	.orderings = orderings,
	.order = "relevance",
	.tie_break = "h.product_id",
	.flags = LIST_TAIL,
	.members = members,
};

const struct listing search_counted_listing = {
	.query = &q_search_counted,
	.filters = filters,
	.orderings = orderings,
	.order = "relevance",
	.tie_break = "h.product_id",
	.flags = LIST_TAIL,
	.members = members,
	.finish = facets_show,
};
