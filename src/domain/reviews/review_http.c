/* review_http.c - reviews for the public and for their authors. */
#include "reviews.h"

#include <platform/config.h>
#include <platform/db.h>

#include <queries.h>

const struct fault_kind fault_no_review = {
	404, "not_found", "No Review matches the given query."};
static const struct fault_kind no_product = {
	404, "not_found", "No Product matches the given query."};

static const struct filter filters[] = {
	{"rating", FIELD_INTEGER, 0, "r.rating = $?::bigint",
	 .help = "With so many stars."},
	{"rating__gte", FIELD_INTEGER, 0, "r.rating >= $?::bigint",
	 .help = "With so many stars or more."},
	{"rating__lte", FIELD_INTEGER, 0, "r.rating <= $?::bigint",
	 .help = "With so many stars or fewer."},
	{"is_verified", FIELD_BOOLEAN, 0, "r.is_verified = $?",
	 .help = "Of those who have bought it."},
	{0},
};
static const struct ordering orderings[] = {
	{"created_at", "r.created_at"},
	{"helpful", "r.helpful_count"},
	{"rating", "r.rating"},
	{0},
};
const struct listing review_listing = {
	.query = &q_review_list,
	.filters = filters,
	.orderings = orderings,
	.order = "-created_at",
	.tie_break = "r.id",
};

/* The product of the path, by slug or id; 404 when it is not shown. */
static async bool find_product(struct request *req, struct uuid *product)
{
	struct work *w = &req->http.work;
	const char *name = path_text(req, "id");
	struct uuid id = {{0}};
	struct rows rows;

	uuid_parse(name, &id);
	if (!db_query(w, &q_review_product, params(p_text(name), p_uuid(&id)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_product, NULL);
	*product = row_uuid(&rows, 0, 0);
	return true;
}

async bool review_list(struct request *req)
{
	struct uuid product;

	return find_product(req, &product) &&
	       reply_page(req, &review_listing, params(p_uuid(&product)));
}

/* What a new or changed review is until staff have looked at it. */
static const char *first_state(void)
{
	return config->review_moderation ? "pending" : "accepted";
}

static async bool show_own(struct request *req, int status,
			   const struct uuid *id)
{
	struct rows rows;

	return db_query(&req->http.work, &q_review_show_own,
			params(p_uuid(id), p_uuid(&req->who.account)), &rows) &&
	       (rows.count == 1 ||
		refuse(&req->http.work, &fault_no_review, NULL)) &&
	       reply_row(req, status, &rows);
}

async bool review_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct uuid id = uuid_make();
	struct uuid product;
	struct review_input in = {0};
	struct rows rows;

	if (!read_body(req, &in) || !find_product(req, &product))
		return false;
	if (!db_query(w, &q_review_insert,
		      params(p_uuid(&id), p_uuid(&product),
			     p_uuid(&req->who.account),
			     p_text(in.author), p_int(in.rating),
			     p_text(in.title == NULL ? "" : in.title),
			     p_text(in.body == NULL ? "" : in.body),
			     p_text(first_state())),
		      &rows)) {
		if (!db_violates(w, "review_once"))
			return false;
		forgive(w);
		return refuse_field(w, NULL,
				    "You have already reviewed this product.");
	}
	if (rows.count == 0)
		return refuse(w, &no_product, NULL);
	return show_own(req, 201, &id);
}

static const struct filter own_filters[] = {
	{"state", FIELD_CHOICE, 0, "r.state = $?", .choices = review_states,
	 .help = "In this state."},
	{"product", FIELD_UUID, 0, "r.product_id = $?",
	 .help = "Of this product."},
	{0},
};
const struct listing own_review_listing = {
	.query = &q_review_list_own,
	.filters = own_filters,
	.orderings = orderings,
	.order = "-created_at",
	.tie_break = "r.id",
};

async bool review_list_own(struct request *req)
{
	return reply_page(req, &own_review_listing,
			  params(p_uuid(&req->who.account)));
}

async bool review_show_own(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show_own(req, 200, &id);
}

/* One author's change of one review. */
struct change {
	struct request *req;
	struct uuid id;
	struct review_input in;
};

/* Locks it, if it is the caller's own, and compares its version. */
static async bool take_own(struct work *w, const struct change *change)
{
	struct rows rows;

	return db_query(w, &q_review_lock_own,
			params(p_uuid(&change->id),
			       p_uuid(&change->req->who.account)),
			&rows) &&
	       (rows.count == 1 || refuse(w, &fault_no_review, NULL)) &&
	       check_version(change->req, row_int(&rows, 0, 0));
}

static async bool update_own(struct work *w, void *argument)
{
	struct change *change = argument;
	const struct review_input *in = &change->in;
	bool rating = was_given(change->req, struct review_input, rating);

	return take_own(w, change) &&
	       db_query(w, &q_review_update_own,
			params(p_uuid(&change->id),
			       rating ? p_int(in->rating) : p_null(),
			       p_text(in->title), p_text(in->body),
			       p_text(in->author), p_text(first_state())),
			NULL);
}

async bool review_update_own(struct request *req)
{
	struct change change = {.req = req};

	return path_uuid(req, "id", &change.id) &&
	       read_body(req, &change.in) &&
	       db_transact(&req->http.work, update_own, &change) &&
	       show_own(req, 200, &change.id);
}

static async bool delete_own(struct work *w, void *argument)
{
	struct change *change = argument;

	return take_own(w, change) &&
	       db_query(w, &q_review_delete, params(p_uuid(&change->id)), NULL);
}

async bool review_delete_own(struct request *req)
{
	struct change change = {.req = req};

	return path_uuid(req, "id", &change.id) &&
	       db_transact(&req->http.work, delete_own, &change) &&
	       reply_nothing(req);
}
