/* product_admin.c - products as staff manage them, one at a time. */
#include "products.h"

#include <string.h>

#include <platform/config.h>
#include <platform/jobs.h>
#include <rest/listing.h>

#include <queries.h>

static const struct fault_kind no_product = {
	404, "not_found", "No Product matches the given query."};

async bool product_admin_list(struct request *req)
{
	const char *deleted = query_text(req, "is_deleted");

	return reply_page(req, &product_admin_listing,
			  params(p_text(config->currency),
				 p_bool(deleted != NULL &&
					strcmp(deleted, "true") == 0)));
}

/* Answers the product as it stands now. */
static async bool show(struct request *req, int status, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_product_admin_show,
		      params(p_uuid(id), p_text(config->currency)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_product, NULL);
	return reply_row(req, status, &rows);
}

async bool product_admin_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, 200, &id);
}

/* One handler's request and what it reads. */
struct edit {
	struct request *req;
	struct product_row row;
	struct product_rows rows;
};

/* What is wrong with the row is what is wrong with the request. */
static bool pass_on(struct work *w, const struct product_row *row)
{
	if (row->fault.kind == NULL)
		return true;
	w->fault = row->fault;
	return false;
}

static async bool write(struct work *w, void *argument)
{
	struct edit *edit = argument;
	struct product_row *row = &edit->row;

	row->fault = (struct fault){0}; /* of a try before this one */
	if (!product_rows_judge(w, &edit->rows) || !pass_on(w, row))
		return false;
	if (!row->is_new && !check_version(edit->req, row->version))
		return false;
	if (!product_rows_write(w, &edit->rows)) {
		pass_on(w, row);
		return false;
	}
	return product_rows_announce(w, &edit->rows);
}

static async bool save(struct edit *edit, int status)
{
	struct work *w = &edit->req->http.work;

	edit->rows = (struct product_rows){
		.count = 1,
		.list = &edit->row,
		.actor = &edit->req->who.account,
	};
	if (!db_transact(w, write, edit))
		return product_explain(w);
	return show(edit->req, status, &edit->row.id);
}

async bool product_admin_create(struct request *req)
{
	struct edit edit = {.req = req};
	bool is_read = read_body(req, &edit.row.in);

	if (edit.row.in.sent.resource == NULL) /* no object was read at all */
		return false;
	return product_row_begin(&req->http.work, &edit.row) && is_read &&
	       save(&edit, 201);
}

async bool product_admin_update(struct request *req)
{
	struct edit edit = {.req = req};

	return path_uuid(req, "id", &edit.row.id) &&
	       read_body(req, &edit.row.in) && save(&edit, 200);
}

/* Locks the product and compares the version that staff have seen. */
static async bool delete(struct work *w, void *argument)
{
	struct edit *edit = argument;
	const struct uuid *id = &edit->row.id;
	struct rows rows;

	if (!db_query(w, &q_product_lock, params(p_uuid(id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_product, NULL);
	return check_version(edit->req, row_int(&rows, 0, 0)) &&
	       db_query(w, &q_product_delete, params(p_uuid(id)), NULL) &&
	       db_query(w, &q_listing_refresh,
			params(p_uuids(&w->arena, id, 1)), NULL) &&
	       event_emit(w, "product.deleted", "product", id, "{}");
}

static const struct fault_kind sku_taken = {
	409, "sku_taken", "Another product has its SKU now."};

static async bool restore(struct work *w, void *argument)
{
	const struct uuid *id = argument;
	struct rows rows;

	if (!db_query(w, &q_product_gone_lock, params(p_uuid(id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_product, NULL);
	if (!row_bool(&rows, 0, 0)) /* it is back already */
		return true;
	if (row_text(&rows, 0, 1) != NULL)
		return refuse(w, &sku_taken,
			      "Another product has its SKU %s now.",
			      row_text(&rows, 0, 1));
	return db_query(w, &q_product_rename_back, params(p_uuid(id)), NULL) &&
	       db_query(w, &q_product_restore, params(p_uuid(id)), NULL) &&
	       db_query(w, &q_listing_refresh,
			params(p_uuids(&w->arena, id, 1)), NULL) &&
	       event_emit(w, "product.restored", "product", id, "{}");
}

async bool product_admin_restore(struct request *req)
{
	struct work *w = &req->http.work;
	struct uuid id;

	if (!path_uuid(req, "id", &id))
		return false;
	return db_transact(w, restore, &id) ? show(req, 200, &id)
					    : product_explain(w);
}

async bool product_admin_delete(struct request *req)
{
	struct edit edit = {.req = req};

	return path_uuid(req, "id", &edit.row.id) &&
	       db_transact(&req->http.work, delete, &edit) &&
	       reply_nothing(req);
}
