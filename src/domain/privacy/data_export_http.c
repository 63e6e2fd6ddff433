/* data_export_http.c - a customer asks for all that is known of him, and
 * fetches it as one file. */
#include "privacy.h"

#include <platform/config.h>
#include <platform/text.h>
#include <queries.h>

enum { EXPORTS_A_DAY = 5, DAY_SECONDS = 86400 };

const struct fault_kind no_customer = {
	404, "not_found", "No Customer matches the given query."};
static const struct fault_kind no_export = {
	404, "not_found", "No DataExport matches the given query."};
static const struct fault_kind is_running = {
	409, "export_running", "An archive is being made already."};
static const struct fault_kind too_many = {
	429, "throttled", "There were enough archives for one day."};

static const struct choice states[] = {
	{"queued", "Being made"},
	{"ready", "Ready"},
	{"failed", "Failed; ask again"},
	{0},
};
static const struct field fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The archive's id."},
	{"state", FIELD_CHOICE, FIELD_READ_ONLY, .choices = states,
	 .help = "How far it is."},
	{"bytes", FIELD_INTEGER, FIELD_READ_ONLY, .help = "How long it is."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY,
	 .help = "When it was asked for."},
	{"ready_at", FIELD_TIME, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "When it was made."},
	{"expires_at", FIELD_TIME, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "When it is deleted."},
	{"file", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,
	 .help = "Where it is; null until it is ready."},
	{0},
};
const struct resource data_export_resource = {
	.name = "DataExport",
	.fields = fields,
	.help = "An archive of all that is known of an account.",
};

static const struct field archive_fields[] = {
	{"format", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "\"shopd data export 1\"."},
	{"shop", FIELD_TEXT, FIELD_READ_ONLY, .help = "Whose data it was."},
	{"data", FIELD_MAP, FIELD_READ_ONLY,
	 .help = "Lists of rows by table: account, orders, review ..."},
	{0},
};
const struct resource archive_resource = {
	.name = "DataArchive",
	.fields = archive_fields,
	.help = "All that is known of an account.",
};

static const struct ordering orderings[] = {
	{"created_at", "e.created_at"},
	{0},
};
const struct listing data_export_listing = {
	.query = &q_data_export_list,
	.orderings = orderings,
	.order = "-created_at",
	.tie_break = "e.id",
};

async bool data_export_list(struct request *req)
{
	return reply_page(req, &data_export_listing,
			  params(p_uuid(&req->who.account)));
}

static async bool show(struct request *req, int status, const struct uuid *id,
		       const struct uuid *account)
{
	struct work *w = &req->http.work;
	struct rows rows;

	return db_query(w, &q_data_export_show,
			params(p_uuid(id), p_uuid(account)), &rows) &&
	       (rows.count == 1 || refuse(w, &no_export, NULL)) &&
	       reply_row(req, status, &rows);
}

struct asking {
	struct uuid id;
	struct uuid account;
	struct uuid staff; /* nil: the customer asks */
};

static async bool ask_step(struct work *w, void *argument)
{
	const struct asking *a = argument;
	char id[UUID_TEXT_LENGTH + 1];
	struct rows rows;

	if (!db_query(w, &q_data_export_account,
		      params(p_uuid(&a->account),
			     p_bool(!uuid_is_nil(&a->staff))),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_customer, NULL);
	if (row_int(&rows, 0, 0) >= EXPORTS_A_DAY) {
		w->fault.retry_after = DAY_SECONDS;
		return refuse(w, &too_many, NULL);
	}
	uuid_format(&a->id, id);
	return db_query(w, &q_data_export_insert,
			params(p_uuid(&a->id), p_uuid(&a->account),
			       p_uuid(&a->staff)),
			NULL) &&
	       job_add(w, "privacy.export",
		       arena_format(&w->arena, "{\"export\":\"%s\"}", id), NULL,
		       NULL, 0);
}

static async bool ask_for(struct request *req, struct asking *a)
{
	struct work *w = &req->http.work;

	a->id = uuid_make();
	if (!db_transact(w, ask_step, a)) {
		if (!db_violates(w, "data_export_one_running"))
			return false;
		forgive(w);
		return refuse(w, &is_running, NULL);
	}
	return show(req, 202, &a->id, &a->account);
}

async bool data_export_create(struct request *req)
{
	struct asking a = {.account = req->who.account};

	return ask_for(req, &a);
}

/* Asked for by letter or telephone: the customer gets it, staff do not. */
async bool customer_export(struct request *req)
{
	struct asking a = {.staff = req->who.account};

	return path_uuid(req, "id", &a.account) && ask_for(req, &a);
}

async bool data_export_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) &&
	       show(req, 200, &id, &req->who.account);
}

async bool data_export_file(struct request *req)
{
	struct work *w = &req->http.work;
	struct uuid id;
	struct rows rows;

	if (!path_uuid(req, "id", &id) ||
	    !db_query(w, &q_data_export_file,
		      params(p_uuid(&id), p_uuid(&req->who.account)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_export, NULL);
	http_answer_header(&req->http, "Content-Disposition",
			   "attachment; filename=\"my-data.json\"");
	text_add_bytes(&req->http.answer, row_text(&rows, 0, 0),
		       row_length(&rows, 0, 0));
	return reply(req, 200);
}
