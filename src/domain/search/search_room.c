/* search_room.c - the routes, the rounds and the promises of the search. */
#include "search.h"

#include <domain/catalog.h>

#include <queries.h>

#define API "/api/v1/"

static const struct route routes[] = {
	{METHOD_GET, API "search/", product_search, ACCESS_PUBLIC,
	 .answer = &product_card_resource, .listing = &search_listing,
	 .cache = CACHE_PUBLIC, .budget = 1, .name = "product_search",
	 .summary = "Products found by ?q=words, best first, with facets: "
		    "counts of what they have in common."},
	{.path = NULL},
};

static const struct invariant invariants[] = {
	{"S1", "what is found is what is listed", &q_search_wrong_documents},
	{0},
};

const struct room search_room = {
	.name = "search",
	.routes = routes,
	.invariants = invariants,
};
