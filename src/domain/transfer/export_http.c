/* export_http.c - staff choose products, and fetch them as a file. */
#include "import_room.h"

#include <string.h>

#include <platform/db.h>

#include <queries.h>

static const struct fault_kind no_export = {
	404, "not_found", "No Export matches the given query."};

static const struct choice formats[] = {
	{"csv", "CSV, a row a variant"},
	{"ndjson", "A JSON object a line"},
	{0},
};
static const struct choice statuses[] = {
	{"draft", "Draft"}, {"published", "Published"}, {"archived", "Archived"},
	{0},
};

static const struct field fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The export's id."},
	{"format", FIELD_CHOICE, FIELD_REQUIRED,
	 offsetof(struct export_input, format), .choices = formats,
	 .help = "What the file is."},
	{"state", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "Always ready: the file is made while it is read."},
	{"status", FIELD_CHOICE, FIELD_NULLABLE,
	 offsetof(struct export_input, status), .choices = statuses,
	 .help = "Only products in this state; null: in any."},
	{"category", FIELD_TEXT, FIELD_NULLABLE,
	 offsetof(struct export_input, category),
	 .help = "Only those of the category of this slug, and below it."},
	{"products", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "How many there were when it was asked for."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY, .help = "When that was."},
	{"file", FIELD_TEXT, FIELD_READ_ONLY, .help = "Where the file is."},
	{0},
};
const struct resource export_resource = {
	.name = "Export", .size = sizeof(struct export_input), .fields = fields,
	.help = "Products chosen for a file."};

static const struct filter filters[] = {{0}};
static const struct ordering orderings[] = {
	{"created_at", "e.created_at"},
	{0},
};
const struct listing export_listing = {
	.query = &q_export_list, .filters = filters, .orderings = orderings,
	.order = "-created_at", .tie_break = "e.id"};

async bool export_list(struct request *req)
{
	return reply_page(req, &export_listing, no_params);
}

static async bool load(struct work *w, const struct uuid *id, struct rows *rows)
{
	return db_query(w, &q_export_show, params(p_uuid(id)), rows) &&
	       (rows->count == 1 || refuse(w, &no_export, NULL));
}

async bool export_show(struct request *req)
{
	struct uuid id;
	struct rows rows;

	return path_uuid(req, "id", &id) &&
	       load(&req->http.work, &id, &rows) && reply_row(req, 200, &rows);
}

async bool export_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct export_input in;
	struct uuid id = uuid_make();
	struct rows rows;

	if (!read_body(req, &in) ||
	    !db_query(w, &q_export_insert,
		      params(p_uuid(&id), p_text(in.format),
			     p_text(in.status == NULL ? "" : in.status),
			     p_text(in.category), p_uuid(&req->who.account)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse_field(w, "category",
				    "Object with slug=%.99s does not exist.",
				    in.category);
	return load(w, &id, &rows) && reply_row(req, 201, &rows);
}

async bool export_file(struct request *req)
{
	struct work *w = &req->http.work;
	struct export_run run = {.count = 0};
	struct uuid id;
	struct rows rows;

	if (!path_uuid(req, "id", &id) || !load(w, &id, &rows))
		return false;
	run.is_csv = strcmp(row_text(&rows, 0, rows_column(&rows, "format")),
			    "csv") == 0;
	run.status = row_text(&rows, 0, rows_column(&rows, "status"));
	if (run.status == NULL)
		run.status = "";
	if (!row_is_null(&rows, 0, rows_column(&rows, "category_id")))
		run.category = row_uuid(&rows, 0,
					rows_column(&rows, "category_id"));
	stream_begin(req, 200, run.is_csv ? "text/csv; charset=utf-8"
					  : "application/x-ndjson");
	http_answer_header(&req->http, "Content-Disposition",
			   run.is_csv ? "attachment; filename=\"products.csv\""
				      : "attachment; filename=\"products.ndjson\"");
	if (!export_begin(w, &run, &req->http.answer))
		return false;
	while (!run.is_over) {
		if (!stream_pass(req))
			return true;
		if (!export_next(w, &run, &req->http.answer))
			return false;
	}
	return true;
}
