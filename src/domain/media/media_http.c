/* media_http.c - pictures as staff manage them. */
#include "media.h"

#include <string.h>

#include <queries.h>

static const struct fault_kind no_media = {
	404, "not_found", "No Media matches the given query."};
const struct fault_kind alt_required = {
	409, "media_alt_required",
	"A published product's pictures must have a text (alt)."};
static const struct fault_kind in_use = {
	409, "media_in_use", "A product shows it: take it out there first."};

async bool media_list(struct request *req)
{
	return reply_page(req, &media_listing, no_params);
}

async bool media_answer(struct request *req, int status, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_media_show, params(p_uuid(id)), &rows))
		return false;
	return rows.count == 0 ? refuse(w, &no_media, NULL)
			       : reply_row(req, status, &rows);
}

async bool media_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && media_answer(req, 200, &id);
}

/* One handler's request and what it reads. */
struct edit {
	struct request *req;
	struct media_input input;
	struct uuid id;
};

/* Locks the picture and compares the version that staff have seen. */
static async bool take(struct work *w, struct edit *edit)
{
	struct rows rows;

	if (!db_query(w, &q_media_lock, params(p_uuid(&edit->id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_media, NULL);
	return check_version(edit->req, row_int(&rows, 0, 0));
}

/* The products that show it are locked from here on: none of them is published
 * while its text goes. */
static async bool allows_alt(struct work *w, const struct edit *edit)
{
	struct rows rows;

	if (!db_query(w, &q_media_is_published, params(p_uuid(&edit->id)),
		      &rows))
		return false;
	return *edit->input.alt != '\0' || !row_bool(&rows, 0, 0) ||
	       refuse(w, &alt_required, NULL);
}

static async bool update(struct work *w, void *argument)
{
	struct edit *edit = argument;

	return take(w, edit) &&
	       (edit->input.alt == NULL ||
		(allows_alt(w, edit) &&
		 db_query(w, &q_media_set_alt,
			  params(p_uuid(&edit->id), p_text(edit->input.alt)),
			  NULL) &&
		 db_query(w, &q_media_refresh_products,
			  params(p_uuid(&edit->id)), NULL)));
}

async bool media_update(struct request *req)
{
	struct edit edit = {.req = req};

	return path_uuid(req, "id", &edit.id) && read_body(req, &edit.input) &&
	       db_transact(&req->http.work, update, &edit) &&
	       media_answer(req, 200, &edit.id);
}

static async bool delete(struct work *w, void *argument)
{
	struct edit *edit = argument;
	struct rows rows;

	if (!take(w, edit) ||
	    !db_query(w, &q_media_unhang, params(p_uuid(&edit->id)), NULL) ||
	    !db_query(w, &q_media_delete, params(p_uuid(&edit->id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &in_use, NULL);
	return remove_add(w, row_text(&rows, 0, 0));
}

async bool media_delete(struct request *req)
{
	struct edit edit = {.req = req};

	return path_uuid(req, "id", &edit.id) &&
	       db_transact(&req->http.work, delete, &edit) &&
	       reply_nothing(req);
}
