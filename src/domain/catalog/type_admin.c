/* type_admin.c - product types, for the public and as staff manage them. */
#include "types.h"

#include <inttypes.h>

#include <queries.h>

static const struct fault_kind no_type = {
	404, "not_found", "No ProductType matches the given query."};
static const struct fault_kind in_use = {
	409, "product_type_in_use", "The product type is in use."};

struct edit {
	struct request *req;
	struct type_input input;
	struct uuid id;
};

async bool type_public_list(struct request *req)
{
	return reply_page(req, &type_listing, no_params);
}

static async bool show(struct request *req, int status, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_type_show, params(p_uuid(id)), &rows))
		return false;
	return rows.count == 0 ? refuse(w, &no_type, NULL)
			       : reply_row(req, status, &rows);
}

async bool type_admin_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, 200, &id);
}

static bool explain(struct work *w)
{
	if (db_violates(w, "product_type_code_key")) {
		forgive(w);
		return refuse_field(w, "code",
				    "product type with this code already exists.");
	}
	if (db_violates(w, "product_product_type_id_fkey")) {
		forgive(w);
		return refuse(w, &in_use, NULL);
	}
	return false;
}

/* The codes of all attributes given, or only of those required. */
static struct param codes(struct work *w, const struct type_input *in,
			  bool required_only)
{
	const struct member_input *list = in->attributes.items;
	const char **texts = arena_array(&w->arena, const char *,
					 in->attributes.count);
	size_t count = 0;

	for (size_t i = 0; i < in->attributes.count; i++) {
		if (!required_only || list[i].is_required)
			texts[count++] = list[i].attribute;
	}
	return p_texts(&w->arena, texts, count);
}

static struct param flags(struct work *w, const struct type_input *in)
{
	const struct member_input *list = in->attributes.items;
	const char **texts = arena_array(&w->arena, const char *,
					 in->attributes.count);

	for (size_t i = 0; i < in->attributes.count; i++)
		texts[i] = list[i].is_required ? "true" : "false";
	return p_texts(&w->arena, texts, in->attributes.count);
}

static async bool check_known(struct work *w, const struct type_input *in)
{
	const struct member_input *list = in->attributes.items;
	bool is_good = true;
	struct rows rows;

	if (in->attributes.count == 0)
		return true;
	if (!db_query(w, &q_type_attributes_known, params(codes(w, in, false)),
		      &rows))
		return false;
	for (int i = 0; i < rows.count; i++) {
		if (row_is_null(&rows, i, 0))
			is_good = refuse_field(
				w,
				arena_format(&w->arena, "attributes.%d.attribute", i),
				"Object with code=%s does not exist.",
				list[i].attribute);
	}
	return is_good;
}

static async bool put_attributes(struct work *w, const struct edit *edit)
{
	const struct type_input *in = &edit->input;

	return db_query(w, &q_type_attributes_put,
			params(p_uuid(&edit->id), codes(w, in, false),
			       flags(w, in)),
			NULL);
}

static async bool insert(struct work *w, void *argument)
{
	struct edit *edit = argument;

	return db_query(w, &q_type_insert,
			params(p_uuid(&edit->id), p_text(edit->input.code),
			       p_text(edit->input.name)),
			NULL) &&
	       put_attributes(w, edit);
}

async bool type_admin_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req, .id = uuid_make()};

	if (!read_body(req, &edit.input) || !check_known(w, &edit.input))
		return false;
	if (!db_transact(w, insert, &edit))
		return explain(w);
	return show(req, 201, &edit.id);
}

/* Locks it, and compares the version that staff have seen. */
static async bool take(struct work *w, const struct edit *edit)
{
	struct rows rows;

	if (!db_query(w, &q_type_lock, params(p_uuid(&edit->id)), &rows))
		return false;
	return rows.count == 0
		       ? refuse(w, &no_type, NULL)
		       : check_version(edit->req, row_int(&rows, 0, 0));
}

/* What products have, or lack, they cannot lose, or be asked for, unseen. */
static async bool check_products(struct work *w, const struct edit *edit)
{
	struct rows rows;

	if (!db_query(w, &q_type_conflicts,
		      params(p_uuid(&edit->id), codes(w, &edit->input, false),
			     codes(w, &edit->input, true)),
		      &rows))
		return false;
	if (row_int(&rows, 0, 0) > 0)
		return refuse(w, &in_use,
			      "%" PRId64 " products have a value of an "
			      "attribute that would go.",
			      row_int(&rows, 0, 0));
	return row_int(&rows, 0, 1) == 0 ||
	       refuse(w, &in_use,
		      "%" PRId64 " published products lack an attribute that "
		      "would be required.",
		      row_int(&rows, 0, 1));
}

static async bool update(struct work *w, void *argument)
{
	struct edit *edit = argument;
	bool attributes = was_given(edit->req, struct type_input, attributes);

	return take(w, edit) && (!attributes || check_products(w, edit)) &&
	       db_query(w, &q_type_update,
			params(p_uuid(&edit->id), p_text(edit->input.code),
			       p_text(edit->input.name)),
			NULL) &&
	       (!attributes || put_attributes(w, edit));
}

async bool type_admin_update(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req};

	if (!path_uuid(req, "id", &edit.id) || !read_body(req, &edit.input) ||
	    !check_known(w, &edit.input))
		return false;
	if (!db_transact(w, update, &edit))
		return explain(w);
	return show(req, 200, &edit.id);
}

static async bool delete(struct work *w, void *argument)
{
	struct edit *edit = argument;
	struct rows rows;

	if (!take(w, edit) ||
	    !db_query(w, &q_type_uses, params(p_uuid(&edit->id)), &rows))
		return false;
	if (row_int(&rows, 0, 0) > 0)
		return refuse(w, &in_use, "%" PRId64 " products are of this type.",
			      row_int(&rows, 0, 0));
	return db_query(w, &q_type_free, params(p_uuid(&edit->id)), NULL) &&
	       db_query(w, &q_type_delete, params(p_uuid(&edit->id)), NULL);
}

async bool type_admin_delete(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req};

	if (!path_uuid(req, "id", &edit.id))
		return false;
	if (!db_transact(w, delete, &edit))
		return explain(w);
	return reply_nothing(req);
}
