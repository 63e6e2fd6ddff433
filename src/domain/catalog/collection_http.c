/* collection_http.c - collections for the public. */
#include "collections.h"

#include "catalog.h"

#include <queries.h>

#define PLACE "/api/v1/collections/"

const struct fault_kind no_collection = {
	404, "not_found", "No Collection matches the given query."};

async bool collection_list(struct request *req)
{
	return reply_page(req, &collection_listing, no_params);
}

/* By id or slug; rows are empty when it is not there for the public. */
static async bool find(struct request *req, const struct query *query,
		       struct rows *rows)
{
	const char *name = path_text(req, "id");
	struct uuid id = {{0}};

	uuid_parse(name, &id);
	return db_query(&req->http.work, query,
			params(p_text(name), p_uuid(&id)), rows);
}

async bool collection_show(struct request *req)
{
	struct rows rows;

	if (!find(req, &q_collection_show, &rows))
		return false;
	return rows.count == 0 ? slug_moved(req, "collection", PLACE, "")
			       : reply_row(req, 200, &rows);
}

async bool collection_products(struct request *req)
{
	const char *currency;
	struct uuid id;
	struct rows rows;

	if (!read_currency(req, &currency) ||
	    !find(req, &q_collection_place, &rows))
		return false;
	if (rows.count == 0)
		return slug_moved(req, "collection", PLACE, "products/");
	id = row_uuid(&rows, 0, 0);
	return reply_page(req, &collection_product_listing,
			  params(p_uuid(&id), p_text(currency)));
}
