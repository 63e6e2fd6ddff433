/* product_bulk.c - many products by one request: all or none, or each that can
 * be. Written together; when one of them spoils it, without that one. */
#include "products.h"

#include <string.h>

#include <platform/json.h>

#include <queries.h>

static const struct fault_kind some_bad = {
	400, "invalid", "Some rows cannot be written, so none was."};
static const struct fault_kind too_many = {
	400, "too_many_rows", "A request has at most 500 rows."};

struct bulk {
	struct request *req;
	bool is_all; /* or none */
	struct product_rows rows;
	const struct json_t *items;
};

/* Rows as they were sent; what cannot be read is a fault of the row. */
static void read_row(struct work *w, const struct json_t *item,
		     struct product_row *row)
{
	bool is_new = json_member(item, "id") == NULL;
	bool is_read = read_item(w, &product_bulk_row_resource, item, !is_new,
				 &row->in);

	*row = (struct product_row){.in = row->in};
	row->id = row->in.id;
	if (is_new && json_kind(item) == JSON_KIND_OBJECT)
		is_read = product_row_begin(w, row) && is_read;
	else if (is_read && row->in.version == 0)
		is_read = refuse_field(w, "version", "This field is required.");
	if (!is_read)
		product_row_blame(w, row);
}

static bool read_rows(struct bulk *bulk)
{
	struct work *w = &bulk->req->http.work;

	bulk->rows.count = json_count(bulk->items);
	bulk->rows.list = arena_array(&w->arena, struct product_row,
				      bulk->rows.count);
	for (size_t i = 0; i < bulk->rows.count; i++)
		read_row(w, json_item(bulk->items, i), &bulk->rows.list[i]);
	return w->fault.kind == NULL;
}

static bool read_policy(struct work *w, const struct json_t *root, bool *is_all)
{
	const struct json_t *given = json_member(root, "error_policy");
	const char *policy = json_text(given);

	*is_all = given == NULL || (policy && strcmp(policy, "all") == 0);
	return *is_all || (policy && strcmp(policy, "rows") == 0) ||
	       refuse_field(w, "error_policy", "\"%s\" is not a valid choice.",
			    policy != NULL ? policy : json_write(&w->arena,
								 given));
}

static bool read_bulk(struct bulk *bulk)
{
	struct request *req = bulk->req;
	struct work *w = &req->http.work;
	struct json_t *root;

	if (!json_read(w, req->http.body, req->http.body_length, &root))
		return false;
	if (json_kind(root) != JSON_KIND_OBJECT)
		return refuse_field(w, NULL,
				    "Invalid data. Expected a dictionary, but "
				    "got %s.",
				    json_type_name(root));
	bulk->items = json_member(root, "rows");
	if (bulk->items == NULL)
		refuse_field(w, "rows", "This field is required.");
	else if (json_kind(bulk->items) != JSON_KIND_LIST)
		refuse_field(w, "rows",
			     "Expected a list of items but got type \"%s\".",
			     json_type_name(bulk->items));
	else if (json_count(bulk->items) == 0)
		refuse_field(w, "rows", "This list may not be empty.");
	if (!read_policy(w, root, &bulk->is_all) || w->fault.kind != NULL)
		return false;
	if (json_count(bulk->items) > BULK_ROWS_MAX)
		return refuse(w, &too_many, NULL);
	return read_rows(bulk);
}

static size_t count_bad(const struct product_rows *rows)
{
	size_t count = 0;

	for (size_t i = 0; i < rows->count; i++)
		count += rows->list[i].fault.kind != NULL;
	return count;
}

static async bool attempt(struct work *w, void *argument)
{
	return product_rows_write(w, argument);
}

/* Whether a constraint or a rule has spoken; all else ends the request. */
static bool is_theirs(struct work *w)
{
	if (w->fault.kind == &db_violation)
		product_explain(w);
	return w->fault.kind == &fault_fields || w->fault.kind == &db_violation;
}

/* The first of the halves in which no constraint is violated stands. Bounded:
 * each look halves what is looked at. */
static async bool write_range(struct work *w, struct product_rows *rows);

static async bool write_halves(struct work *w, struct product_rows *rows)
{
	struct product_rows first = *rows;
	struct product_rows second = *rows;

	if (rows->count == 1) {
		product_row_blame(w, &rows->list[0]);
		return true;
	}
	forgive(w);
	first.count = rows->count / 2;
	second.list += first.count;
	second.count -= first.count;
	return write_range(w, &first) && write_range(w, &second);
}

static async bool write_range(struct work *w, struct product_rows *rows)
{
	for (;;) {
		size_t bad = count_bad(rows);
		bool is_over;

		if (bad == rows->count ||
		    db_attempt(w, attempt, rows, &is_over))
			return true;
		if (is_over || !is_theirs(w))
			return false;
		if (count_bad(rows) == bad)
			return write_halves(w, rows);
		forgive(w); /* once more without them */
	}
}

static async bool write(struct work *w, void *argument)
{
	struct bulk *bulk = argument;

	if (!read_bulk(bulk) || !product_rows_judge(w, &bulk->rows))
		return false;
	if (bulk->is_all && count_bad(&bulk->rows) > 0)
		return refuse(w, &some_bad, NULL);
	if (!write_range(w, &bulk->rows))
		return false;
	if (bulk->is_all && count_bad(&bulk->rows) > 0)
		return refuse(w, &some_bad, NULL);
	return product_rows_announce(w, &bulk->rows);
}

/* ---- the answer ---- */

static void out_sentence(struct out *out, const struct fault *fault)
{
	out_object(out);
	out_key(out, fault->kind->status == 412 ? "version"
						: "non_field_errors");
	out_array(out);
	out_text(out, fault->detail[0] != '\0' ? fault->detail
					       : fault->kind->detail);
	out_array_end(out);
	out_object_end(out);
}

static void out_errors(struct out *out, const struct fault *fault)
{
	const char *json;

	if (fault->body == NULL) {
		out_sentence(out, fault);
		return;
	}
	json = json_write(out->text->arena, fault->body);
	out_raw(out, json, strlen(json));
}

static void out_row(struct out *out, const struct product_row *row, size_t i)
{
	char id[UUID_TEXT_LENGTH + 1];

	out_object(out);
	out_key(out, "index");
	out_int(out, (int64_t)i);
	out_key(out, "status");
	if (row->fault.kind != NULL) {
		out_int(out, row->fault.kind->status);
		out_key(out, "errors");
		out_errors(out, &row->fault);
	} else {
		uuid_format(&row->id, id);
		out_int(out, row->is_new ? 201 : 200);
		out_key(out, "id");
		out_text(out, id);
		out_key(out, "version");
		out_int(out, row->is_new ? 1 : row->version + 1);
	}
	out_object_end(out);
}

static bool answer(struct bulk *bulk)
{
	struct request *req = bulk->req;
	size_t bad = count_bad(&bulk->rows);
	struct out out;

	out_init(&out, &req->http.answer);
	out_object(&out);
	out_key(&out, "results");
	out_array(&out);
	for (size_t i = 0; i < bulk->rows.count; i++)
		out_row(&out, &bulk->rows.list[i], i);
	out_array_end(&out);
	out_key(&out, "succeeded");
	out_int(&out, (int64_t)(bulk->rows.count - bad));
	out_key(&out, "failed");
	out_int(&out, (int64_t)bad);
	out_object_end(&out);
	return reply(req, 200);
}

/* {"rows": [{}, {"sku": [...]}]}, as DRF tells the errors of a list. */
static bool refuse_rows(struct bulk *bulk)
{
	struct work *w = &bulk->req->http.work;
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 0);
	out_init(&out, &text);
	out_array(&out);
	for (size_t i = 0; i < bulk->rows.count; i++) {
		if (bulk->rows.list[i].fault.kind != NULL)
			out_errors(&out, &bulk->rows.list[i].fault);
		else
			out_raw(&out, "{}", 2);
	}
	out_array_end(&out);
	forgive(w);
	return refuse_with(w, &fault_fields, "rows", text.bytes, "%s", "");
}

async bool product_admin_bulk(struct request *req)
{
	struct work *w = &req->http.work;
	struct bulk bulk = {.req = req, .rows.actor = &req->who.account};

	if (db_transact(w, write, &bulk))
		return answer(&bulk);
	return w->fault.kind == &some_bad ? refuse_rows(&bulk) : false;
}
