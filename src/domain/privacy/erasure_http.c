/* erasure_http.c - the wish to be forgotten: asked for, waited for, called
 * off; and by staff, for a customer who wrote a letter. */
#include "privacy.h"

#include <platform/config.h>
#include <queries.h>

static const struct fault_kind no_request = {
	404, "not_found", "No ErasureRequest matches the given query."};
static const struct fault_kind is_of_staff = {
	409, "account_of_staff",
	"An account of staff is erased when it is none any more."};

static const struct choice states[] = {
	{"waiting", "May still be called off"},
	{"delayed", "Waits until open orders are closed"},
	{"running", "Under way"},
	{0},
};
static const struct field fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "The wish's id."},
	{"state", FIELD_CHOICE, FIELD_READ_ONLY, .choices = states,
	 .help = "How far it is; when it is done, the account is gone."},
	{"by_staff", FIELD_BOOLEAN, FIELD_READ_ONLY,
	 .help = "Staff did it on the customer's behalf."},
	{"due_at", FIELD_TIME, FIELD_READ_ONLY,
	 .help = "Until when it waits, so that it can be called off."},
	{"open_orders", FIELD_INTEGER, FIELD_READ_ONLY,
	 .help = "Orders that must be paid, sent or refunded before."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY,
	 .help = "When it was asked for."},
	{0},
};
const struct resource erasure_resource = {
	.name = "ErasureRequest",
	.fields = fields,
	.help = "The wish that an account and all personal data of it be "
		"erased.",
};

static const struct ordering orderings[] = {
	{"created_at", "r.created_at"},
	{0},
};
const struct listing erasure_listing = {
	.query = &q_erasure_list,
	.orderings = orderings,
	.order = "-created_at",
	.tie_break = "r.id",
};

async bool erasure_list(struct request *req)
{
	return reply_page(req, &erasure_listing,
			  params(p_uuid(&req->who.account),
				 p_int(config->erasure_order_days)));
}

/* id NULL: whichever the account has. */
static async bool load(struct work *w, const struct uuid *account,
		       const struct uuid *id, struct rows *rows)
{
	return db_query(w, &q_erasure_show,
			params(p_uuid(account),
			       p_int(config->erasure_order_days), p_uuid(id),
			       p_bool(id == NULL)),
			rows) &&
	       (rows->count == 1 || refuse(w, &no_request, NULL));
}

struct wish {
	struct uuid account;
	bool by_staff;
	bool is_asked;	  /* out: it was there before */
	struct rows rows; /* out, of the customer's */
};

static async bool wish_step(struct work *w, void *argument)
{
	struct wish *wish = argument;
	int64_t days = wish->by_staff ? 0 : config->erasure_days;
	struct rows rows;

	if (!db_query(w, &q_erasure_person, params(p_uuid(&wish->account)),
		      &rows))
		return false;
	if (rows.count == 0 || (wish->by_staff && row_bool(&rows, 0, 0)))
		return refuse(w, &no_customer, NULL);
	if (row_bool(&rows, 0, 0))
		return refuse(w, &is_of_staff, NULL);
	wish->is_asked = row_bool(&rows, 0, 1);
	if (wish->is_asked && !wish->by_staff)
		return true;
	return db_query(w, &q_erasure_insert,
			params(p_uuid(&wish->account), p_bool(wish->by_staff),
			       p_int(days)),
			NULL) &&
	       (days == 0 ? erasure_job_add(w, &wish->account)
			  : privacy_tell(w, "account.erasure_requested",
					 &wish->account, days));
}

/* What is answered is read before the commit: afterwards the job may be
 * faster, and nothing there. */
static async bool own_wish_step(struct work *w, void *argument)
{
	struct wish *wish = argument;

	return wish_step(w, wish) && load(w, &wish->account, NULL, &wish->rows);
}

async bool erasure_create(struct request *req)
{
	struct wish wish = {.account = req->who.account};

	return db_transact(&req->http.work, own_wish_step, &wish) &&
	       reply_row(req, wish.is_asked ? 200 : 202, &wish.rows);
}

async bool customer_erase(struct request *req)
{
	struct work *w = &req->http.work;
	struct wish wish = {.by_staff = true};

	return path_uuid(req, "id", &wish.account) &&
	       db_transact(w, wish_step, &wish) && reply_nothing(req);
}

async bool erasure_show(struct request *req)
{
	struct uuid id;
	struct rows rows;

	return path_uuid(req, "id", &id) &&
	       load(&req->http.work, &req->who.account, &id, &rows) &&
	       reply_row(req, 200, &rows);
}

/* While the job is at it this waits, and finds nothing then. */
async bool erasure_cancel(struct request *req)
{
	struct work *w = &req->http.work;
	struct uuid id;
	struct rows rows;

	return path_uuid(req, "id", &id) &&
	       db_query(w, &q_erasure_cancel,
			params(p_uuid(&id), p_uuid(&req->who.account)), &rows) &&
	       (rows.count == 1 || refuse(w, &no_request, NULL)) &&
	       reply_nothing(req);
}
