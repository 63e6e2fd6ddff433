/* job_http.c - staff look at jobs, and take them off the dead shelf. */
#include <stdlib.h>
#include <string.h>

#include <platform/jobs.h>
#include <rest/listing.h>
#include <rest/room.h>
#include <queries.h>

extern const struct room operations_room;

static const struct fault_kind no_job = {
	404, "not_found", "No Job matches the given query."};
static const struct fault_kind not_dead = {
	409, "job_not_dead", "Only a dead job can be put back."};
static const struct fault_kind has_twin = {
	409, "job_has_twin", "The same work is in the queue already."};

static const struct choice states[] = {
	{"queued", "Queued"},
	{"running", "Running"},
	{"done", "Done"},
	{"dead", "Dead"},
	{0},
};

#define HEAD                                                                  \
	{"id", FIELD_INTEGER, FIELD_READ_ONLY, .help = "The job's number."},  \
	{"kind", FIELD_TEXT, FIELD_READ_ONLY, .help = "What it does."},       \
	{"state", FIELD_CHOICE, FIELD_READ_ONLY, .choices = states,           \
	 .help = "How far it came."},                                         \
	{"queue_key", FIELD_TEXT, FIELD_READ_ONLY | FIELD_NULLABLE,           \
	 .help = "Jobs of one key run one after the other."},                 \
	{"attempts", FIELD_INTEGER, FIELD_READ_ONLY, .help = "Tries so far."}, \
	{"run_at", FIELD_TIME, FIELD_READ_ONLY,                               \
	 .help = "When it is, or was, due."},                                 \
	{"last_error", FIELD_TEXT, FIELD_READ_ONLY,                           \
	 .help = "Why the last try failed."},                                 \
	{"created_at", FIELD_TIME, FIELD_READ_ONLY,                           \
	 .help = "When it was made, or put back."},                           \
	{"finished_at", FIELD_TIME, FIELD_READ_ONLY | FIELD_NULLABLE,         \
	 .help = "When it was done, or died."}

static const struct field fields[] = {HEAD, {0}};
static const struct resource job_resource = {
	.name = "Job", .fields = fields,
	.help = "Work that outlives a request."};

static const struct field detail_fields[] = {
	HEAD,
	{"payload", FIELD_MAP, FIELD_READ_ONLY,
	 .help = "What it works on, without secrets."},
	{0},
};
static const struct resource job_detail_resource = {
	.name = "JobDetail", .fields = detail_fields,
	.help = "A job with its payload."};

static const struct filter filters[] = {
	{"state", FIELD_CHOICE, 0, "j.state = $?", .choices = states,
	 .help = "In this state."},
	{"kind", FIELD_TEXT, 0, "j.kind = $?", .help = "Of this kind."},
	{0},
};

static const struct ordering orderings[] = {
	{"id", "j.id"},
	{"run_at", "j.run_at"},
	{0},
};

static const struct listing listing = {
	.query = &q_job_list,
	.filters = filters,
	.orderings = orderings,
	.order = "-id",
	.tie_break = "j.id",
};

/* 404 when the path is no number that a job can have. */
static bool path_job(struct request *req, int64_t *id)
{
	const char *text = path_text(req, "id");
	size_t length = strlen(text);

	if (length == 0 || length > 18 || strspn(text, "0123456789") != length)
		return refuse(&req->http.work, &no_job, NULL);
	*id = strtoll(text, NULL, 10);
	return true;
}

static async bool job_list(struct request *req)
{
	return reply_page(req, &listing, no_params);
}

static async bool job_show(struct request *req)
{
	struct work *w = &req->http.work;
	struct rows rows;
	int64_t id;

	if (!path_job(req, &id) ||
	    !db_query(w, &q_job_find, params(p_int(id)), &rows))
		return false;
	return rows.count == 0 ? refuse(w, &no_job, NULL)
			       : reply_row(req, 200, &rows);
}

/* Why it was not put back. */
static async bool explain(struct work *w, int64_t id)
{
	struct rows rows;

	if (!db_query(w, &q_job_find, params(p_int(id)), &rows))
		return false;
	return refuse(w, rows.count == 0 ? &no_job : &not_dead, NULL);
}

static async bool job_retry(struct request *req)
{
	struct work *w = &req->http.work;
	struct rows rows;
	int64_t id;

	if (!path_job(req, &id))
		return false;
	if (!db_query(w, &q_job_revive, params(p_int(id)), &rows)) {
		if (!db_violates(w, "job_unique"))
			return false;
		forgive(w);
		return refuse(w, &has_twin, NULL);
	}
	if (rows.count == 0)
		return explain(w, id);
	jobs_wake();
	return reply_row(req, 200, &rows);
}

static const struct route routes[] = {
	{METHOD_GET, "/api/v1/admin/jobs/", job_list, ACCESS_STAFF,
	 PERMISSION_JOBS_READ, .answer = &job_resource, .listing = &listing,
	 .budget = 1, .name = "admin_job_list",
	 .summary = "Jobs; ?state=dead is the dead shelf."},
	{METHOD_GET, "/api/v1/admin/jobs/{id}/", job_show, ACCESS_STAFF,
	 PERMISSION_JOBS_READ, .answer = &job_detail_resource,
	 .shows_personal = true, .budget = 1,
	 .name = "admin_job_retrieve", .summary = "One job with its payload."},
	{METHOD_POST, "/api/v1/admin/jobs/{id}/retry/", job_retry, ACCESS_STAFF,
	 PERMISSION_JOBS_WRITE, .answer = &job_detail_resource, .budget = 2,
	 .name = "admin_job_retry",
	 .summary = "Puts a dead job back into the queue, as if new."},
	{0},
};

const struct room operations_room = {
	.name = "operations",
	.routes = routes,
};
