/* collection_preview.c - what a collection holds, or would; what drifts. */
#include "collections.h"

#include <string.h>

#include <queries.h>

/* Products that a run of the periodic puts right, and in one transaction. */
enum { DRIFT_MAX = 5000, DRIFT_PART = 500 };

async bool collection_preview_rules(struct request *req)
{
	struct work *w = &req->http.work;
	struct collection_input in;
	struct rules rules;
	struct rows rows;

	return read_body(req, &in) && rules_load(w, in.rules, &rules) &&
	       db_query(w, &q_rules_preview, params(p_text(rules.json)),
			&rows) &&
	       reply_row(req, 200, &rows);
}

async bool collection_preview(struct request *req)
{
	struct work *w = &req->http.work;
	struct uuid id;
	struct rows rows;
	int column;

	if (!path_uuid(req, "id", &id) ||
	    !db_query(w, &q_collection_admin_show, params(p_uuid(&id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_collection, NULL);
	column = rows_column(&rows, "rules");
	if (strcmp(row_text(&rows, 0, rows_column(&rows, "kind")), "rule") == 0)
		return db_query(w, &q_rules_preview,
				params(p_text(row_text(&rows, 0, column))),
				&rows) &&
		       reply_row(req, 200, &rows);
	return db_query(w, &q_collection_members_preview, params(p_uuid(&id)),
			&rows) &&
	       reply_row(req, 200, &rows);
}

/* Some products into and out of the collections that their listing tells. */
static async bool put_right(struct work *w, const struct uuid *products,
			    size_t count)
{
	return db_query(w, &q_listing_refresh,
			params(p_uuids(&w->arena, products, count)), NULL);
}

async bool collections_drift(struct work *w)
{
	struct uuid *products;
	struct rows rows;
	size_t count;

	if (!db_query(w, &q_collections_drifted, params(p_int(DRIFT_MAX)),
		      &rows))
		return false;
	count = (size_t)rows.count;
	products = arena_array(&w->arena, struct uuid, count);
	for (size_t i = 0; i < count; i++)
		products[i] = row_uuid(&rows, (int)i, 0);
	for (size_t i = 0; i < count; i += DRIFT_PART) {
		size_t left = count - i;

		if (!put_right(w, products + i,
			       left < DRIFT_PART ? left : DRIFT_PART))
			return false;
	}
	return true;
}
