/* category_http.c - the tree of categories, for the public. */
#include "catalog.h"

#include <rest/listing.h>

#include <queries.h>

async bool category_list(struct request *req)
{
	return reply_page(req, &category_listing, no_params);
}

/* Closes the nodes that are not above `level`. */
static void close_to(struct out *out, int64_t *open, int64_t level)
{
	for (; *open > level; --*open) {
		out_array_end(out);
		out_object_end(out);
	}
}

/* Rows come parents first: a stack of open nodes is its depth. */
async bool category_tree(struct request *req)
{
	struct rows rows;
	struct out out;
	int64_t open = 0;

	if (!db_query(&req->http.work, &q_category_tree, no_params, &rows))
		return false;
	out_init(&out, &req->http.answer);
	out_array(&out);
	for (int i = 0; i < rows.count; i++) {
		close_to(&out, &open, row_int(&rows, i, 3));
		out_object(&out);
		out_key(&out, "id");
		out_text(&out, row_text(&rows, i, 0));
		out_key(&out, "slug");
		out_text(&out, row_text(&rows, i, 1));
		out_key(&out, "name");
		out_text(&out, row_text(&rows, i, 2));
		out_key(&out, "product_count");
		out_int(&out, row_int(&rows, i, 4));
		out_key(&out, "children");
		out_array(&out);
		open++;
	}
	close_to(&out, &open, 0);
	out_array_end(&out);
	return reply(req, 200);
}

async bool category_show(struct request *req)
{
	struct work *w = &req->http.work;
	const char *name = path_text(req, "id");
	struct uuid id = {{0}};
	struct rows rows;

	uuid_parse(name, &id);
	if (!db_query(w, &q_category_show, params(p_text(name), p_uuid(&id)),
		      &rows))
		return false;
	return rows.count == 0
		       ? slug_moved(req, "category", "/api/v1/categories/", "")
		       : reply_row(req, 200, &rows);
}
