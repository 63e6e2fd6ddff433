/* review_staff.c - moderation: the queue, accept, reject, reply. */
#include "reviews.h"

#include <platform/db.h>
#include <platform/jobs.h>

#include <queries.h>

static const struct filter filters[] = {
	{"state", FIELD_CHOICE, FILTER_LIST, "r.state = ANY ($?)",
	 .choices = review_states, .help = "In one of these states."},
	{"product", FIELD_UUID, 0, "r.product_id = $?",
	 .help = "Of this product."},
	{"account", FIELD_UUID, 0, "r.account_id = $?",
	 .help = "Of this account."},
	{"rating", FIELD_INTEGER, 0, "r.rating = $?::bigint",
	 .help = "With so many stars."},
	{"is_verified", FIELD_BOOLEAN, 0, "r.is_verified = $?",
	 .help = "Of those who have bought it."},
	{"is_reported", FIELD_BOOLEAN, 0, "(r.report_count > 0) = $?",
	 .help = "Which someone has reported."},
	{0},
};
static const struct ordering orderings[] = {
	{"created_at", "r.created_at"},
	{"rating", "r.rating"},
	{"report_count", "r.report_count"},
	{0},
};
const struct listing staff_review_listing = {
	.query = &q_review_list_staff,
	.filters = filters,
	.orderings = orderings,
	.search_sql = "(r.title ILIKE $? OR r.body ILIKE $? OR r.author "
		      "ILIKE $? OR p.name ILIKE $?)",
	.order = "-created_at",
	.tie_break = "r.id",
};

async bool review_list_staff(struct request *req)
{
	return reply_page(req, &staff_review_listing, no_params);
}

static async bool show(struct request *req, const struct uuid *id)
{
	struct rows rows;

	return db_query(&req->http.work, &q_review_show_staff,
			params(p_uuid(id)), &rows) &&
	       (rows.count == 1 ||
		refuse(&req->http.work, &fault_no_review, NULL)) &&
	       reply_row(req, 200, &rows);
}

async bool review_show_staff(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, &id);
}

/* One change of one review by staff. */
struct act {
	struct request *req;
	struct uuid id;
	const char *state; /* to judge it so */
	const char *text;  /* the reason, or the reply */
};

static async bool take(struct work *w, const struct act *act)
{
	struct rows rows;

	return db_query(w, &q_review_lock, params(p_uuid(&act->id)), &rows) &&
	       (rows.count == 1 || refuse(w, &fault_no_review, NULL)) &&
	       check_version(act->req, row_int(&rows, 0, 0));
}

/* Its author may be told; what is judged again is told again. */
static async bool judge_step(struct work *w, void *argument)
{
	struct act *act = argument;

	return take(w, act) &&
	       db_query(w, &q_review_judge,
			params(p_uuid(&act->id), p_text(act->state),
			       p_text(act->text == NULL ? "" : act->text),
			       p_uuid(&act->req->who.account)),
			NULL) &&
	       event_emit(w, act->state[0] == 'a' ? "review.accepted"
						  : "review.rejected",
			  "review", &act->id, "{}");
}

static async bool judge(struct request *req, const char *state,
			const char *reason)
{
	struct act act = {.req = req, .state = state, .text = reason};

	return path_uuid(req, "id", &act.id) &&
	       db_transact(&req->http.work, judge_step, &act) &&
	       show(req, &act.id);
}

async bool review_accept(struct request *req)
{
	return judge(req, "accepted", NULL);
}

async bool review_reject(struct request *req)
{
	struct judgement_input in = {0};

	return read_body(req, &in) && judge(req, "rejected", in.reason);
}

static async bool reply_step(struct work *w, void *argument)
{
	struct act *act = argument;

	return take(w, act) &&
	       db_query(w, &q_review_reply,
			params(p_uuid(&act->id), p_text(act->text)), NULL) &&
	       event_emit(w, "review.replied", "review", &act->id, "{}");
}

async bool review_reply(struct request *req)
{
	struct act act = {.req = req};
	struct reply_input in = {0};

	if (!path_uuid(req, "id", &act.id) || !read_body(req, &in))
		return false;
	act.text = in.reply;
	return db_transact(&req->http.work, reply_step, &act) &&
	       show(req, &act.id);
}

static async bool delete_step(struct work *w, void *argument)
{
	struct act *act = argument;

	return take(w, act) &&
	       db_query(w, &q_review_delete, params(p_uuid(&act->id)), NULL);
}

async bool review_delete_staff(struct request *req)
{
	struct act act = {.req = req};

	return path_uuid(req, "id", &act.id) &&
	       db_transact(&req->http.work, delete_step, &act) &&
	       reply_nothing(req);
}
