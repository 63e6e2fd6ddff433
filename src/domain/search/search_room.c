/* search_room.c - the routes, the rounds and the promises of the search. */
#include "search.h"

#include <domain/catalog.h>

#include "language.h"

#include <queries.h>

#define API "/api/v1/"

enum { MINUTE_MS = 60 * 1000, DAY_MS = 24 * 3600 * 1000 };

#define CURRENCY \
	{"currency", "string", \
	 "ISO 4217 code of the prices, the shop's if not given; what is not " \
	 "sold in it is not listed."}

static const struct query_parameter of_list[] = {
	{"search", "string", "Words, as q of search/ takes them."},
	{"facets", "boolean", "Whether to count what the hits have in common."},
	CURRENCY,
	{0},
};

static const struct query_parameter of_search[] = {
	{"q", "string",
	 "Words (all of them), \"a phrase\", -without, OR; the last word may "
	 "go on. Without it everything is found."},
	{"facets", "boolean", "false: no counts, which is cheaper."},
	{"category", "string", "Slug: in it or below it; category__in: any."},
	{"brand", "string", "This brand; brand__in: one of these."},
	CURRENCY,
	{0},
};

static const struct query_parameter of_suggestions[] = {
	{"q", "string", "What is typed so far, 2 to 100 characters."},
	{0},
};

static const struct query_parameter of_misses[] = {
	{"days", "integer", "So far back; 30 if not given."},
	{0},
};

static const struct route routes[] = {
	{METHOD_GET, API "products/", product_list, ACCESS_PUBLIC,
	 .answer = &listed_product_resource,
	 .listing = &product_filtered_listing, .query = of_list,
	 .cache = CACHE_PUBLIC, .budget = 2, .name = "product_list",
	 .summary = "Published products; ?category=slug with all below it, "
		    "?facets=true counts what they have in common."},
	{METHOD_GET, API "search/", product_search, ACCESS_PUBLIC,
	 .answer = &product_card_resource, .listing = &search_listing,
	 .query = of_search, .cache = CACHE_PUBLIC, .budget = 2,
	 .name = "product_search",
	 .summary = "Products found by ?q=words, best first, with facets: "
		    "counts of what they have in common."},
	{METHOD_GET, API "search/suggestions/", search_suggest, ACCESS_PUBLIC,
	 .answer = &suggestions_resource, .query = of_suggestions,
	 .cache = CACHE_PUBLIC, .budget = 1,
	 .name = "search_suggestions",
	 .summary = "Products, categories and brands for what is typed so far "
		    "(?q=)."},

	{METHOD_GET, API "admin/search/misses/", search_miss_list,
	 ACCESS_STAFF, PERMISSION_CATALOG_READ, .answer = &miss_resource,
	 .listing = &miss_listing, .query = of_misses, .budget = 2,
	 .name = "admin_search_miss_list",
	 .summary = "What was sought and not found; ?days= so far back, 30 if "
		    "not given."},
	{METHOD_GET, API "admin/search/synonyms/", synonym_list, ACCESS_STAFF,
	 PERMISSION_CATALOG_READ, .answer = &synonym_resource,
	 .listing = &synonym_listing, .budget = 2,
	 .name = "admin_synonym_list",
	 .summary = "Words that find the same products."},
	{METHOD_POST, API "admin/search/synonyms/", synonym_create,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE, .body = &synonym_resource,
	 .answer = &synonym_resource, .status = 201,
	 .idempotency = IDEMPOTENCY_ACCEPTED, .budget = 5,
	 .name = "admin_synonym_create", .summary = "A new synonym."},
	{METHOD_GET, API "admin/search/synonyms/{id}/", synonym_show,
	 ACCESS_STAFF, PERMISSION_CATALOG_READ, .answer = &synonym_resource,
	 .budget = 1, .name = "admin_synonym_retrieve",
	 .summary = "One synonym."},
	{METHOD_PATCH, API "admin/search/synonyms/{id}/", synonym_update,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE, .body = &synonym_resource,
	 .answer = &synonym_resource, .needs_version = true, .budget = 6,
	 .name = "admin_synonym_partial_update",
	 .summary = "Change a synonym."},
	{METHOD_DELETE, API "admin/search/synonyms/{id}/", synonym_delete,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE, .status = 204,
	 .needs_version = true, .budget = 6, .name = "admin_synonym_destroy",
	 .summary = "Remove a synonym."},
	{.path = NULL},
};

static const struct periodic periodics[] = {
	{"search.misses", DAY_MS, search_misses_forget},
	{"search.popularity", 60 * MINUTE_MS, search_popularity},
	{"search.stale", 5 * 1000, search_stale},
	{"search.counts", 10 * MINUTE_MS, search_counts},
	{0},
};

static const struct invariant invariants[] = {
	{"S1", "what is found is what is listed", &q_search_wrong_documents},
	{0},
};

const struct room search_room = {
	.name = "search",
	.routes = routes,
	.periodics = periodics,
	.invariants = invariants,
};
