/* product_http.c - products for the public. */
#include "catalog.h"

#include <string.h>

#include <rest/listing.h>

#include <queries.h>

/* Whether the index alone answers: no filter, no search, and not by name. */
static bool is_plain(struct request *req)
{
	const struct filter *filter = product_search_listing.filters;
	const char *ordering = query_text(req, "ordering");
	const char *search = query_text(req, "search");

	for (; filter->name != NULL; filter++) {
		const char *value = query_text(req, filter->name);

		if (value != NULL && value[0] != '\0')
			return false;
	}
	if (search != NULL && search[0] != '\0')
		return false;
	return ordering == NULL || strstr(ordering, "name") == NULL;
}

async bool product_list(struct request *req)
{
	const char *category = query_text(req, "category");

	if (category != NULL && category[0] == '\0')
		category = NULL;
	return reply_page(req,
			  is_plain(req) ? &product_listing
					: &product_search_listing,
			  params(p_text(category)));
}

async bool product_show(struct request *req)
{
	struct work *w = &req->http.work;
	const char *name = path_text(req, "id");
	struct uuid id = {{0}};
	struct rows rows;

	uuid_parse(name, &id);
	if (!db_query(w, &q_product_show, params(p_text(name), p_uuid(&id)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_not_found,
			      "No Product matches the given query.");
	return reply_row(req, 200, &rows);
}
