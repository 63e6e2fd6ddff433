/* redirect_http.c - where old addresses lead, for the storefront's server. */
#include "feeds.h"

#include <rest/lookups.h>

#include <queries.h>

static const struct choice kinds[] = {
	{"product", "Product"},
	{"category", "Category"},
	{"collection", "Collection"},
	{0},
};

static const struct field fields[] = {
	{"kind", FIELD_CHOICE, FIELD_READ_ONLY, .choices = kinds,
	 .help = "What it names."},
	{"old_slug", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "What it was called."},
	{"new_slug", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "What it is called now: 301; null when the public does not "
		 "see it: 410."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY,
	 .help = "Since when."},
	{0},
};
const struct resource redirect_resource = {
	.name = "Redirect", .fields = fields,
	.help = "An old address and the new one."};

static const struct filter filters[] = {
	LOOKUPS_CHOICE("kind", "r.kind", kinds, "The kind"),
	LOOKUPS_TEXT("old_slug", "r.old_slug", "The old slug"),
	LOOKUPS_TIME("created_at", "r.created_at", "It"),
	{0},
};
static const struct ordering orderings[] = {
	{"created_at", "r.created_at"},
	{"old_slug", "r.old_slug"},
	{0},
};
const struct listing redirect_listing = {
	.query = &q_redirect_list,
	.filters = filters,
	.orderings = orderings,
	.order = "created_at",
	.tie_break = "(r.kind || '/' || r.old_slug)",
	.page_size = 100,
	.flags = LIST_CURSOR | LIST_COUNT_OPTIONAL,
};

async bool redirect_list(struct request *req)
{
	return reply_page(req, &redirect_listing, no_params);
}
