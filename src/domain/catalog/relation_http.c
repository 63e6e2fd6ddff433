/* relation_http.c - related products, for the public and for staff. */
#include "relations.h"

#include <string.h>

#include "catalog.h"

#include <queries.h>

static const struct fault_kind no_product = {
	404, "not_found", "No Product matches the given query."};

/* NULL: all kinds. */
static bool read_kind(struct request *req, const char **kind)
{
	*kind = query_text(req, "kind");
	if (*kind == NULL || (*kind)[0] == '\0') {
		*kind = NULL;
		return true;
	}
	for (const struct choice *choice = relation_kinds; choice->value != NULL;
	     choice++) {
		if (strcmp(choice->value, *kind) == 0)
			return true;
	}
	return refuse_parameter(&req->http.work, "kind",
				"Select a valid choice. %.100s is not one of "
				"the available choices.",
				*kind);
}

async bool relation_list(struct request *req)
{
	struct work *w = &req->http.work;
	const char *name = path_text(req, "id");
	struct uuid id = {{0}};
	const char *currency;
	const char *kind;
	struct rows rows;
	struct rows shown;

	uuid_parse(name, &id);
	if (!read_currency(req, &currency) || !read_kind(req, &kind) ||
	    !db_query(w, &q_relation_list,
		      params(p_text(name), p_uuid(&id), p_text(kind),
			     p_text(currency)),
		      &rows))
		return false;
	if (rows.count > 0)
		return reply_rows(req, 200, &rows);
	if (!db_query(w, &q_relation_product_shown,
		      params(p_text(name), p_uuid(&id)), &shown))
		return false;
	return shown.count == 0
		       ? slug_moved(req, "product", "/api/v1/products/", "related/")
		       : reply_rows(req, 200, &rows);
}

struct edit {
	struct request *req;
	struct relations_input input;
	struct uuid id;
};

static async bool show(struct request *req, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_relation_admin_show, params(p_uuid(id)), &rows))
		return false;
	return rows.count == 0 ? refuse(w, &no_product, NULL)
			       : reply_row(req, 200, &rows);
}

async bool relation_admin_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, &id);
}

static struct param products_of(struct work *w, const struct edit *edit)
{
	const struct relation_input *list = edit->input.related.items;
	size_t count = edit->input.related.count;
	struct uuid *ids = arena_array(&w->arena, struct uuid, count);

	for (size_t i = 0; i < count; i++)
		ids[i] = list[i].product;
	return p_uuids(&w->arena, ids, count);
}

static struct param kinds_of(struct work *w, const struct edit *edit)
{
	const struct relation_input *list = edit->input.related.items;
	size_t count = edit->input.related.count;
	const char **kinds = arena_array(&w->arena, const char *, count);

	for (size_t i = 0; i < count; i++)
		kinds[i] = list[i].kind;
	return p_texts(&w->arena, kinds, count);
}

/* Each is a product, and another one. */
static async bool check_products(struct work *w, const struct edit *edit)
{
	const struct relation_input *list = edit->input.related.items;
	struct rows rows;

	for (size_t i = 0; i < edit->input.related.count; i++) {
		if (uuid_equal(&list[i].product, &edit->id))
			return refuse_field(
				w,
				arena_format(&w->arena, "related.%zu.product", i),
				"A product is not related to itself.");
	}
	if (!db_query(w, &q_relation_unknown, params(products_of(w, edit)),
		      &rows))
		return false;
	return rows.count == 0 ||
	       refuse_field(w,
			    arena_format(&w->arena, "related.%s.product",
					 row_text(&rows, 0, 0)),
			    "Invalid pk \"%s\" - object does not exist.",
			    row_text(&rows, 0, 1));
}

static async bool put(struct work *w, void *argument)
{
	struct edit *edit = argument;
	struct rows rows;

	if (!db_query(w, &q_relation_lock, params(p_uuid(&edit->id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_product, NULL);
	return check_version(edit->req, row_int(&rows, 0, 0)) &&
	       check_products(w, edit) &&
	       db_query(w, &q_relation_put,
			params(p_uuid(&edit->id), products_of(w, edit),
			       kinds_of(w, edit)),
			NULL) &&
	       db_query(w, &q_relation_touch, params(p_uuid(&edit->id)), NULL) &&
	       db_query(w, &q_listing_refresh,
			params(p_uuids(&w->arena, &edit->id, 1)), NULL);
}

async bool relation_admin_put(struct request *req)
{
	struct edit edit = {.req = req};

	return path_uuid(req, "id", &edit.id) && read_body(req, &edit.input) &&
	       db_transact(&req->http.work, put, &edit) && show(req, &edit.id);
}
