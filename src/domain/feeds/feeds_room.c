/* feeds_room.c - the catalogue for machines: its routes. */
#include "feeds.h"

#include <domain/feeds.h>

enum { HOUR_MS = 3600 * 1000 };

static const struct query_parameter of_changes[] = {
	{"after", "string",
	 "The cursor of the last answer's next; without it: now."},
	{"currency", "string",
	 "ISO 4217 code of the prices; the shop's if not given."},
	{0},
};

static const struct query_parameter of_feed[] = {
	{"currency", "string",
	 "ISO 4217 code of the prices; the shop's if not given."},
	{"after", "string",
	 "Of sitemap-part.xml: the last product of the part before."},
	{0},
};

static const struct route routes[] = {
	{METHOD_GET, "/api/v1/catalog-changes/", changes_list, ACCESS_PUBLIC,
	 .answer = &changes_resource, .query = of_changes,
	 .may_expire = true, .budget = 1,
	 .name = "catalog_changes",
	 .summary = "What has changed since ?after=cursor, with what is gone; "
		    "without it the cursor of now. ?currency= for prices. 410 "
		    "cursor_expired: begin anew."},
	{METHOD_GET, "/api/v1/feeds/{slug}/", feed_show, ACCESS_PUBLIC,
	 .query = of_feed,
	 .content_type = "application/xml, text/csv, application/x-ndjson",
	 .name = "feed_retrieve",
	 .summary = "All that is for sale, a variant each: google.xml (Google "
		    "Merchant), products.csv, products.ndjson; and "
		    "sitemap.xml. ?currency= for prices."},
	{METHOD_GET, "/api/v1/redirects/", redirect_list, ACCESS_PUBLIC,
	 .answer = &redirect_resource, .listing = &redirect_listing,
	 .budget = 2, .name = "redirect_list",
	 .summary = "Where the old addresses of products, categories and "
		    "collections lead."},
	{.path = NULL},
};

static const struct periodic periodics[] = {
	{"feeds.prune", HOUR_MS, changes_prune},
	{0},
};

const struct room feeds_room = {
	.name = "feeds",
	.routes = routes,
	.periodics = periodics,
};
