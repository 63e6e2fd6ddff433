/* import_http.c - staff bring a file: in parts, or at once when it is small. */
#include "import_room.h"

#include <stdlib.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/db.h>

#include <queries.h>

static const struct fault_kind no_import = {
	404, "not_found", "No Import matches the given query."};
static const struct fault_kind wrong_state = {
	409, "import_wrong_state", "The import has moved on."};
static const struct fault_kind incomplete = {
	409, "import_incomplete", "Parts are missing."};
static const struct fault_kind nothing_to_retry = {
	409, "import_nothing_to_retry", "Nothing was refused, or the file is gone."};

/* One handler's request and what it reads. */
struct edit {
	struct request *req;
	struct import_input input;
	struct uuid id;
	const char *bytes; /* the whole file, NULL: it comes in parts */
	size_t length;
};

static async bool show(struct request *req, int status, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_import_show, params(p_uuid(id)), &rows))
		return false;
	return rows.count == 0 ? refuse(w, &no_import, NULL)
			       : reply_row(req, status, &rows);
}

async bool import_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, 200, &id);
}

async bool import_list(struct request *req)
{
	return reply_page(req, &import_listing, no_params);
}

async bool import_row_list(struct request *req)
{
	struct work *w = &req->http.work;
	struct uuid id;
	struct rows rows;

	if (!path_uuid(req, "id", &id) ||
	    !db_query(w, &q_import_show, params(p_uuid(&id)), &rows))
		return false;
	return rows.count == 0
		       ? refuse(w, &no_import, NULL)
		       : reply_page(req, &import_row_listing, params(p_uuid(&id)));
}

/* Why nothing could be done to it; `why` when it is there in that state. */
static async bool explain(struct work *w, const struct uuid *id,
			  const char *state, const struct fault_kind *why)
{
	struct rows rows;

	if (!db_query(w, &q_import_show, params(p_uuid(id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_import, NULL);
	if (strcmp(row_text(&rows, 0, rows_column(&rows, "state")), state) == 0)
		return refuse(w, why, NULL);
	return refuse(w, &wrong_state, "The import is %s.",
		      row_text(&rows, 0, rows_column(&rows, "state")));
}

/* ---- parts ---- */

static async bool put_part(struct work *w, const struct uuid *id, int64_t number,
			   const char *bytes, size_t length, struct rows *rows)
{
	uint8_t checksum[32];

	sha256(bytes, length, checksum);
	return db_query(w, &q_import_part_put,
			params(p_uuid(id), p_int(number),
			       p_bytes(&w->arena, bytes, length),
			       p_bytes(&w->arena, checksum, sizeof(checksum))),
			rows);
}

static bool path_number(struct request *req, int64_t *number)
{
	const char *text = path_text(req, "number");
	size_t length = strlen(text);

	if (length == 0 || length > 4 || strspn(text, "0123456789") != length)
		return refuse(&req->http.work, &fault_not_found, NULL);
	*number = strtoll(text, NULL, 10);
	if (*number < 1 || *number > PARTS_MAX)
		return refuse_field(&req->http.work, "number",
				    "Parts have numbers from 1 to %d.", PARTS_MAX);
	return true;
}

static bool check_bytes(struct request *req)
{
	if (req->http.body_length == 0)
		return refuse_field(&req->http.work, "body",
				    "The submitted file is empty.");
	return true;
}

async bool import_part_put(struct request *req)
{
	struct work *w = &req->http.work;
	struct uuid id;
	int64_t number = 0;
	struct rows rows;

	if (!path_uuid(req, "id", &id) || !path_number(req, &number) ||
	    !check_bytes(req) ||
	    !put_part(w, &id, number, req->http.body, req->http.body_length, &rows))
		return false;
	return rows.count == 0 ? explain(w, &id, "created", &wrong_state)
			       : reply_row(req, 200, &rows);
}

/* ---- its life ---- */

static async bool set_going(struct work *w, const struct query *query,
			    const struct uuid *id, bool *is_going)
{
	struct rows rows;

	if (!db_query(w, query, params(p_uuid(id)), &rows))
		return false;
	*is_going = rows.count == 1;
	return !*is_going || import_queue(w, id);
}

struct going {
	const struct query *query;
	struct uuid id;
	bool is_going;
};

static async bool going_step(struct work *w, void *argument)
{
	struct going *going = argument;

	return set_going(w, going->query, &going->id, &going->is_going);
}

async bool import_start(struct request *req)
{
	struct work *w = &req->http.work;
	struct going going = {.query = &q_import_start};

	if (!path_uuid(req, "id", &going.id) ||
	    !db_transact(w, going_step, &going))
		return false;
	return going.is_going ? show(req, 200, &going.id)
			      : explain(w, &going.id, "created", &incomplete);
}

async bool import_retry(struct request *req)
{
	struct work *w = &req->http.work;
	struct going going = {.query = &q_import_again};

	if (!path_uuid(req, "id", &going.id) ||
	    !db_transact(w, going_step, &going))
		return false;
	return going.is_going ? show(req, 200, &going.id)
			      : explain(w, &going.id, "done", &nothing_to_retry);
}

async bool import_cancel(struct request *req)
{
	struct work *w = &req->http.work;
	struct uuid id;
	struct rows rows;

	if (!path_uuid(req, "id", &id) ||
	    !db_query(w, &q_import_cancel, params(p_uuid(&id)), &rows))
		return false;
	return rows.count == 1 ? show(req, 200, &id)
			       : explain(w, &id, "", &wrong_state);
}

/* ---- a new one ---- */

static async bool create(struct work *w, void *argument)
{
	struct edit *edit = argument;
	const struct import_input *in = &edit->input;
	struct rows rows;
	bool is_going;

	if (!db_query(w, &q_import_insert,
		      params(p_uuid(&edit->id), p_text(in->format),
			     p_bool(in->is_dry_run), p_int(in->default_stock),
			     p_text(in->mapping == NULL ? "{}" : in->mapping),
			     p_text(""), p_bool(false),
			     p_uuid(&edit->req->who.account)),
		      NULL))
		return false;
	return edit->bytes == NULL ||
	       (put_part(w, &edit->id, 1, edit->bytes, edit->length, &rows) &&
		set_going(w, &q_import_start, &edit->id, &is_going));
}

/* ?format=csv&is_dry_run=true&default_stock=5, and the file as the body. */
static bool read_whole(struct request *req, struct edit *edit)
{
	struct work *w = &req->http.work;
	const char *dry = query_text(req, "is_dry_run");
	const char *stock = query_text(req, "default_stock");

	edit->input.format = query_text(req, "format");
	if (import_format_find(edit->input.format) == NULL)
		return refuse_parameter(w, "format",
					"\"%.40s\" is not a valid choice.",
					edit->input.format);
	edit->input.is_dry_run = dry != NULL && strcmp(dry, "true") == 0;
	if (dry != NULL && !edit->input.is_dry_run && strcmp(dry, "false") != 0)
		return refuse_parameter(w, "is_dry_run",
					"Must be a valid boolean.");
	if (stock != NULL) {
		if (*stock == '\0' || strlen(stock) > 9 ||
		    strspn(stock, "0123456789") != strlen(stock))
			return refuse_parameter(w, "default_stock",
						"A valid integer is required.");
		edit->input.default_stock = strtoll(stock, NULL, 10);
	}
	edit->bytes = req->http.body;
	edit->length = req->http.body_length;
	return check_bytes(req);
}

async bool import_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req};
	bool is_whole = query_text(req, "format") != NULL;

	if (is_whole ? !read_whole(req, &edit) : !read_body(req, &edit.input))
		return false;
	edit.id = uuid_make();
	return db_transact(w, create, &edit) && show(req, 201, &edit.id);
}
