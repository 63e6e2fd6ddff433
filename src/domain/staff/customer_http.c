/* customer_http.c - customers as staff see and help them. */
#include "staff.h"

#include <domain/accounts.h>
#include <platform/text.h>
#include <queries.h>
#include <rest/lookups.h>

static const struct fault_kind no_customer = {
	404, "not_found", "No Customer matches the given query."};
static const struct fault_kind no_note = {
	404, "not_found", "No CustomerNote matches the given query."};

static const struct filter filters[] = {
	{"is_active", FIELD_BOOLEAN, 0, "a.is_active = $?::boolean",
	 .help = "May log in."},
	{"is_verified", FIELD_BOOLEAN, 0,
	 "(a.email_verified_at IS NOT NULL) = $?::boolean",
	 .help = "Has proved the address."},
	{"has_orders", FIELD_BOOLEAN, 0,
	 "EXISTS (SELECT FROM orders o WHERE o.account_id = a.id AND "
	 "o.number IS NOT NULL) = $?::boolean",
	 .help = "Has ordered something."},
	{"email", FIELD_TEXT, 0, "a.email = lower($?)",
	 .help = "Of this address."},
	LOOKUPS_TIME("created_at", "a.created_at", "When the account was made"),
	LOOKUPS_TIME("last_login_at", "a.last_login_at", "The last login"),
	{0},
};
static const struct ordering orderings[] = {
	{"created_at", "a.created_at"},
	{"email", "a.email"},
	{0},
};
const struct listing customer_listing = {
	.query = &q_customer_list,
	.filters = filters,
	.orderings = orderings,
	.search_sql = "(account_search_text(a.email, a.first_name, "
		      "a.last_name, a.phone) ILIKE $?)",
	.order = "-created_at",
	.tie_break = "a.id",
	.flags = LIST_CURSOR | LIST_COUNT_OPTIONAL,
};

async bool customer_list(struct request *req)
{
	return reply_page(req, &customer_listing, no_params);
}

static async bool show(struct request *req, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	return db_query(w, &q_customer_show, params(p_uuid(id)), &rows) &&
	       (rows.count == 1 || refuse(w, &no_customer, NULL)) &&
	       reply_row(req, 200, &rows);
}

async bool customer_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, &id);
}

struct change {
	struct request *req;
	struct uuid id;
	struct customer_in in;
};

static async bool update(struct work *w, void *argument)
{
	struct change *change = argument;
	const struct customer_in *in = &change->in;
	bool is_given = was_given(change->req, struct customer_in, is_active);
	struct rows rows;

	return db_query(w, &q_customer_lock, params(p_uuid(&change->id)),
			&rows) &&
	       (rows.count == 1 || refuse(w, &no_customer, NULL)) &&
	       check_version(change->req, row_int(&rows, 0, 0)) &&
	       db_query(w, &q_customer_update,
			params(p_uuid(&change->id), p_text(in->first_name),
			       p_text(in->last_name), p_text(in->phone),
			       is_given ? p_bool(in->is_active) : p_null()),
			NULL);
}

async bool customer_update(struct request *req)
{
	struct change change = {.req = req};

	return path_uuid(req, "id", &change.id) &&
	       read_body(req, &change.in) &&
	       phone_check(&req->http.work, &change.in.phone) &&
	       db_transact(&req->http.work, update, &change) &&
	       show(req, &change.id);
}

struct ending {
	struct uuid id;
	int64_t ended;
};

static async bool end_sessions(struct work *w, void *argument)
{
	struct ending *ending = argument;
	struct rows rows;

	if (!db_query(w, &q_customer_sessions_end, params(p_uuid(&ending->id)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_customer, NULL);
	ending->ended = row_int(&rows, 0, 0);
	return true;
}

/* A transaction, so that each ended session is logged with who ended it. */
async bool customer_sessions_end(struct request *req)
{
	struct ending ending;
	struct out out;

	if (!path_uuid(req, "id", &ending.id) ||
	    !db_transact(&req->http.work, end_sessions, &ending))
		return false;
	out_init(&out, &req->http.answer);
	out_object(&out);
	out_key(&out, "ended");
	out_int(&out, ending.ended);
	out_object_end(&out);
	return reply(req, 200);
}

/* ---- notes ---- */

static const struct ordering note_orderings[] = {
	{"created_at", "n.created_at"},
	{0},
};
const struct listing customer_note_listing = {
	.query = &q_customer_note_list,
	.orderings = note_orderings,
	.order = "-created_at",
	.tie_break = "n.id",
};

async bool customer_note_list(struct request *req)
{
	struct work *w = &req->http.work;
	struct uuid id;
	struct rows rows;

	return path_uuid(req, "id", &id) &&
	       db_query(w, &q_customer_exists, params(p_uuid(&id)), &rows) &&
	       (rows.count == 1 || refuse(w, &no_customer, NULL)) &&
	       reply_page(req, &customer_note_listing, params(p_uuid(&id)));
}

struct noting {
	struct request *req;
	struct uuid id;
	struct uuid note;
	struct note_in in;
	struct rows rows;
};

static async bool note_step(struct work *w, void *argument)
{
	struct noting *it = argument;

	return db_query(w, &q_customer_note_insert,
			params(p_uuid(&it->id), p_uuid(&it->req->who.account),
			       p_text(it->in.body)),
			&it->rows) &&
	       (it->rows.count == 1 || refuse(w, &no_customer, NULL));
}

async bool customer_note_create(struct request *req)
{
	struct noting it = {.req = req};

	return path_uuid(req, "id", &it.id) && read_body(req, &it.in) &&
	       db_transact(&req->http.work, note_step, &it) &&
	       reply_row(req, 201, &it.rows);
}

static async bool note_delete_step(struct work *w, void *argument)
{
	struct noting *it = argument;

	return db_query(w, &q_customer_note_delete,
			params(p_uuid(&it->id), p_uuid(&it->note)), &it->rows) &&
	       (it->rows.count == 1 || refuse(w, &no_note, NULL));
}

async bool customer_note_delete(struct request *req)
{
	struct noting it = {.req = req};

	return path_uuid(req, "id", &it.id) &&
	       path_uuid(req, "note", &it.note) &&
	       db_transact(&req->http.work, note_delete_step, &it) &&
	       reply_nothing(req);
}
