/* product_filters.c - how lists of products are filtered and ordered by their
 * documents. */
#include "search.h"

#include <string.h>

#include <rest/lookups.h>
#include <rest/request.h>

#include <queries.h>

/* As search_page knows them: counts of a group leave its own choice out. */
enum { PART_PRICE = 1, PART_RATING, PART_STOCK };

#define PRICE(name, flags, sql, help)                                       \
	LOOKUP(name, FIELD_MONEY, (flags) | FILTER_PART(PART_PRICE), sql, help)

/* What documents do not hold. */
#define CARD(column)                                                        \
	"(SELECT k." column " FROM card k WHERE k.product_id = d.product_id)"

/* Documents have been asked for it by its word; here it is judged, as any
 * text is, and described. */
#define ASKED "$?::text IS NOT NULL"
#define ASKED_IN "$?::text[] IS NOT NULL"

static const struct filter filters[] = {
	{"category", FIELD_TEXT, 0, ASKED, .help = "In it or below it."},
	{"category__in", FIELD_TEXT, FILTER_LIST, ASKED_IN,
	 .help = "In one of these or below it."},
	{"brand", FIELD_TEXT, 0, ASKED, .help = "This brand."},
	{"brand__in", FIELD_TEXT, FILTER_LIST, ASKED_IN,
	 .help = "One of these brands."},
	{"sku", FIELD_TEXT, 0, ASKED,
	 .help = "A variant with this SKU or barcode, in any case."},
	{"sku__in", FIELD_TEXT, FILTER_LIST, ASKED_IN,
	 .help = "A variant with one of these."},
	PRICE("price", 0, "d.price = $?::bigint", "Exactly this price."),
	PRICE("price__gte", 0, "d.price >= $?::bigint", "At least."),
	PRICE("price__gt", 0, "d.price > $?::bigint", "More than."),
	PRICE("price__lte", 0, "d.price <= $?::bigint", "At most."),
	PRICE("price__lt", 0, "d.price < $?::bigint", "Less than."),
	PRICE("price__in", FILTER_LIST, "d.price = ANY ($?::bigint[])",
	      "One of these."),
	PRICE("price__range", FILTER_RANGE,
	      "d.price BETWEEN $?1::bigint AND $?2::bigint",
	      "From the first to the second, both included."),
	PRICE("min_price", 0, "d.price >= $?::bigint", "At least."),
	PRICE("max_price", 0, "d.price <= $?::bigint", "At most."),
	{"rating__gte", FIELD_INTEGER, FILTER_PART(PART_RATING),
	 "d.rating >= $?::bigint * 100", .help = "At least so many stars."},
	{"in_stock", FIELD_BOOLEAN, FILTER_PART(PART_STOCK),
	 "d.in_stock = $?", .help = "Whether at least one can be bought now."},
	LOOKUPS_TIME("created_at", "d.created_at", "It"),
	{"collection", FIELD_TEXT, 0,
	 "(SELECT true FROM listing m WHERE m.product_id = d.product_id "
	 "AND m.currency = $6 AND m.category_id = (SELECT id FROM collection "
	 "WHERE slug = $? AND is_published))",
	 .help = "In the collection of this slug."},
	{"on_sale", FIELD_BOOLEAN, 0,
	 "((SELECT m.compare_at_amount > m.price FROM listing m "
	 "WHERE m.product_id = d.product_id AND m.currency = $6 "
	 "AND m.category_id = '00000000-0000-0000-0000-000000000000') "
	 "IS TRUE) = $?",
	 .help = "Whether its price is reduced."},
	LOOKUPS_TEXT("name", CARD("name"), "The name"),
	LOOKUPS_TEXT_LIKE("brand", CARD("brand"), "The brand"),
	LOOKUPS_TEXT_LIKE("sku", CARD("sku"), "The default variant's SKU"),
	{0},
};

static bool is_given(struct request *req, const char *name)
{
	const char *value = query_text(req, name);

	return value != NULL && *value != '\0';
}

bool product_filters_given(struct request *req, bool *is_of_card)
{
	const struct filter *filter = filters;
	bool is_any = false;

	*is_of_card = false;
	for (; filter->name != NULL; filter++) {
		if (!is_given(req, filter->name))
			continue;
		if (strcmp(filter->name, "collection") == 0 ||
		    strcmp(filter->name, "category") == 0)
			continue; /* places */
		is_any = true;
		if (strstr(filter->sql, "FROM card") != NULL ||
		    strcmp(filter->name, "on_sale") == 0)
			*is_of_card = true;
	}
	return is_any;
}

static const struct ordering orderings[] = {
	{"price", "h.price"},
	{"created_at", "h.created_at"},
	{"popularity", "h.popularity"},
	{"rating", "h.rating"},
	{"name", "(SELECT o.name FROM card o WHERE o.product_id = h.product_id)"},
	{0},
};

static const char *const members[] = {"is_estimate", "facets", NULL};

const struct listing product_filtered_listing = {
	.query = &q_product_filtered,
	.filters = filters,
	.orderings = orderings,
	.order = "-created_at",
	.tie_break = "h.product_id",
	.flags = LIST_CURSOR | LIST_COUNT_OPTIONAL | LIST_TAIL | LIST_SPARE,
	.members = members,
	.more_help = "search: words, as search/?q= takes them; attr.{code} "
		     "with __in and, of a number, __gte and __lte; "
		     "facets=true.",
};

/* Only of what product_filters_column() has a column for. */
const struct listing product_ranged_listing = {
	.query = &q_product_ranged,
	.filters = filters,
	.orderings = orderings,
	.order = "-created_at",
	.tie_break = "h.product_id",
	.flags = LIST_CURSOR | LIST_COUNT_OPTIONAL | LIST_TAIL | LIST_SPARE,
	.members = members,
};

/* Of listing, with an index of its own in each place. */
static const char *column_of(const struct filter *filter)
{
	static const char *const columns[] = {"price", "rating", "created_at"};

	if (strncmp(filter->sql, "d.", 2) != 0)
		return NULL;
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++)
		if (strncmp(filter->sql + 2, columns[i],
			    strlen(columns[i])) == 0)
			return columns[i];
	return NULL;
}

const char *product_filters_column(struct request *req)
{
	const char *found = NULL;

	for (const struct filter *f = filters; f->name != NULL; f++) {
		const char *column = column_of(f);

		if (!is_given(req, f->name) || strcmp(f->sql, ASKED) == 0)
			continue;
		if (column == NULL || (found != NULL && found != column))
			return NULL;
		found = column;
	}
	return found;
}

/* What product_filtered asks for among its words. */
static bool add_skus(struct request *req, struct filter_sink *sink)
{
	struct arena *arena = &req->http.work.arena;
	struct filter_given some = {0};
	const char *sku = query_text(req, "sku");

	if (sku != NULL && *sku != '\0' &&
	    !filter_add(sink, "d.words @@ search_code($?1)",
			params(p_text(sku))))
		return false;
	while (filter_next(sink, "sku__in", &some)) {
		if (!filter_add(sink,
				"d.words @@ (SELECT string_agg(search_code(s)"
				"::text, '|')::tsquery FROM unnest($?1::text[]) s)",
				params(p_texts(arena, some.values,
					       some.count))))
			return false;
	}
	return true;
}

/* Any one of them: only its last row is asked for. */
static const struct ordering facets_orderings[] = {
	{"created_at", "h.created_at"},
	{0},
};

const struct listing product_facets_listing = {
	.query = &q_search_page,
	.filters = filters,
	.orderings = facets_orderings,
	.order = "-created_at",
	.tie_break = "h.product_id",
	.flags = LIST_TAIL,
	.more = add_skus,
};
