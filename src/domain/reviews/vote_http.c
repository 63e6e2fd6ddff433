/* vote_http.c - what others make of a review: votes and reports. */
#include "reviews.h"

#include <platform/db.h>

#include <queries.h>

static const struct fault_kind own_review = {
	403, "own_review", "You cannot vote on your own review."};

/* The counts, and the caller's own vote if there is one. */
static async bool show_votes(struct request *req, const struct uuid *id)
{
	struct rows rows;

	return db_query(&req->http.work, &q_review_votes,
			params(p_uuid(id), p_uuid(&req->who.account)), &rows) &&
	       (rows.count == 1 ||
		refuse(&req->http.work, &fault_no_review, NULL)) &&
	       reply_row(req, 200, &rows);
}

/* The review of the path, if it is shown and another's. */
static async bool find_review(struct request *req, struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!path_uuid(req, "id", id) ||
	    !db_query(w, &q_review_vote_target,
		      params(p_uuid(id), p_uuid(&req->who.account)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_no_review, NULL);
	return !row_bool(&rows, 0, 0) || refuse(w, &own_review, NULL);
}

async bool review_vote(struct request *req)
{
	struct work *w = &req->http.work;
	struct vote_input in = {0};
	struct uuid id;

	return find_review(req, &id) && read_body(req, &in) &&
	       db_query(w, &q_review_vote_put,
			params(p_uuid(&id), p_uuid(&req->who.account),
			       p_bool(in.is_helpful)),
			NULL) &&
	       show_votes(req, &id);
}

async bool review_vote_delete(struct request *req)
{
	struct uuid id;

	return find_review(req, &id) &&
	       db_query(&req->http.work, &q_review_vote_delete,
			params(p_uuid(&id), p_uuid(&req->who.account)), NULL) &&
	       reply_nothing(req);
}

async bool review_report(struct request *req)
{
	struct work *w = &req->http.work;
	struct report_input in = {0};
	struct rows rows;
	struct uuid id;

	return path_uuid(req, "id", &id) && read_body(req, &in) &&
	       db_query(w, &q_review_report_insert,
			params(p_uuid(&id), p_uuid(&req->who.account),
			       p_text(in.reason),
			       p_text(in.note == NULL ? "" : in.note)),
			&rows) &&
	       (rows.count == 1 || refuse(w, &fault_no_review, NULL)) &&
	       reply_detail(req, 202, "Thank you; we will look at it.");
}
