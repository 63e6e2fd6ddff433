/* synonym_http.c - synonyms as staff keep them. */
#include "language.h"

#include <queries.h>

static const struct fault_kind no_synonym = {
	404, "not_found", "No Synonym matches the given query."};

static const struct ordering orderings[] = {
	{"created_at", "s.created_at"},
	{"updated_at", "s.updated_at"},
	{0},
};
const struct listing synonym_listing = {
	.query = &q_synonym_list,
	.orderings = orderings,
	.search_sql = "(array_to_string(s.terms, ' ') ILIKE $?)",
	.order = "-created_at",
	.tie_break = "s.id",
};

async bool synonym_list(struct request *req)
{
	return reply_page(req, &synonym_listing, no_params);
}

static async bool show(struct request *req, int status, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	return db_query(w, &q_synonym_show, params(p_uuid(id)), &rows) &&
	       (rows.count == 1 || refuse(w, &no_synonym, NULL)) &&
	       reply_row(req, status, &rows);
}

async bool synonym_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, 200, &id);
}

async bool synonym_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct synonym_input in = {0};
	struct uuid id = uuid_make();

	return read_body(req, &in) &&
	       db_query(w, &q_synonym_insert,
			params(p_uuid(&id),
			       p_text(in.kind == NULL ? "both" : in.kind),
			       p_texts(&w->arena, in.terms.items,
				       in.terms.count)),
			NULL) &&
	       show(req, 201, &id);
}

/* One change of one synonym. */
struct change {
	struct request *req;
	struct uuid id;
	struct synonym_input in;
};

static async bool take(struct work *w, const struct change *change)
{
	struct rows rows;

	return db_query(w, &q_synonym_lock, params(p_uuid(&change->id)),
			&rows) &&
	       (rows.count == 1 || refuse(w, &no_synonym, NULL)) &&
	       check_version(change->req, row_int(&rows, 0, 0));
}

static async bool update_step(struct work *w, void *argument)
{
	struct change *change = argument;
	const struct synonym_input *in = &change->in;

	return take(w, change) &&
	       db_query(w, &q_synonym_update,
			params(p_uuid(&change->id), p_text(in->kind),
			       in->terms.count == 0
				       ? p_null()
				       : p_texts(&w->arena, in->terms.items,
						 in->terms.count)),
			NULL);
}

async bool synonym_update(struct request *req)
{
	struct change change = {.req = req};

	return path_uuid(req, "id", &change.id) &&
	       read_body(req, &change.in) &&
	       db_transact(&req->http.work, update_step, &change) &&
	       show(req, 200, &change.id);
}

static async bool delete_step(struct work *w, void *argument)
{
	struct change *change = argument;

	return take(w, change) &&
	       db_query(w, &q_synonym_delete, params(p_uuid(&change->id)),
			NULL);
}

async bool synonym_delete(struct request *req)
{
	struct change change = {.req = req};

	return path_uuid(req, "id", &change.id) &&
	       db_transact(&req->http.work, delete_step, &change) &&
	       reply_nothing(req);
}
