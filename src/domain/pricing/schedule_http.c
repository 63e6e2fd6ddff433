/* schedule_http.c - prices for a while, as staff plan them. */
#include "pricing.h"

#include <string.h>

#include <platform/clock.h>

#include <queries.h>

static const struct fault_kind no_schedule = {
	404, "not_found", "No PriceSchedule matches the given query."};
static const struct fault_kind overlap = {
	409, "price_schedule_overlap",
	"Another scheduled price has a moment in common with it."};

/* Columns of price_schedule_find and price_schedule_clash. */
enum { FOUND_VARIANT, FOUND_CURRENCY, FOUND_AMOUNT, FOUND_COMPARE_AT,
       FOUND_START, FOUND_END, FOUND_VERSION };
enum { CLASH_HAS_PRICE, CLASH_START, CLASH_END, CLASH_JSON };

#define NOW INT64_MIN  /* starts_at: when it is written */
#define OPEN INT64_MAX /* ends_at: never */

/* A schedule that is being written. */
struct plan {
	struct request *req;
	struct schedule_in in;
	struct uuid id;
	struct uuid variant;
	struct uuid product;
	const char *currency;
	int64_t amount;
	int64_t compare_at; /* 0: none */
	int64_t starts_at;
	int64_t ends_at;
};

static struct param p_time_or_null(int64_t time)
{
	return time == NOW || time == OPEN ? p_null() : p_time(time);
}

static struct param p_compare_at(const struct plan *plan)
{
	return plan->compare_at == 0 ? p_null() : p_int(plan->compare_at);
}

static async bool show(struct request *req, int status, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_price_schedule_show, params(p_uuid(id)), &rows))
		return false;
	return rows.count > 0 ? reply_row(req, status, &rows)
			      : refuse(w, &no_schedule, NULL);
}

async bool price_schedule_list(struct request *req)
{
	struct uuid variant;

	return price_variant_read(req, &variant) &&
	       reply_page(req, &price_schedule_listing,
			  params(p_uuid(&variant)));
}

async bool price_schedule_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, 200, &id);
}

static void times_merge(struct plan *plan)
{
	const struct schedule_in *in = &plan->in;

	if (was_given(plan->req, struct schedule_in, starts_at))
		plan->starts_at = in->starts_at;
	if (was_given(plan->req, struct schedule_in, ends_at))
		plan->ends_at = was_null(plan->req, struct schedule_in, ends_at)
					? OPEN
					: in->ends_at;
}

/* Something of it lies ahead. */
static bool times_check(struct work *w, const struct plan *plan)
{
	if (plan->ends_at <= plan->starts_at)
		return refuse_field(w, "ends_at",
				    "Must be later than starts_at.");
	return plan->ends_at > clock_wall() ||
	       refuse_field(w, "ends_at", "Must be in the future.");
}

/* Nothing is in its way. The product is locked: nobody comes in between. */
static async bool place_check(struct work *w, const struct plan *plan)
{
	const char *end;
	struct rows rows;

	if (!db_query(w, &q_price_schedule_clash,
		      params(p_uuid(&plan->variant), p_text(plan->currency),
			     p_time_or_null(plan->starts_at),
			     p_time_or_null(plan->ends_at), p_uuid(&plan->id)),
		      &rows))
		return false;
	if (!row_bool(&rows, 0, CLASH_HAS_PRICE))
		return refuse_field(w, "currency",
				    "The variant has no regular price in %s.",
				    plan->currency);
	if (row_is_null(&rows, 0, CLASH_JSON))
		return true;
	end = row_text(&rows, 0, CLASH_END);
	return refuse_with(w, &overlap, "overlaps",
			   row_text(&rows, 0, CLASH_JSON),
			   "It overlaps the scheduled price from %s to %s.",
			   row_text(&rows, 0, CLASH_START),
			   end == NULL ? "the end of days" : end);
}

/* What is written is in force at once, if it is its time. */
static async bool put_into_force(struct work *w, const struct plan *plan)
{
	return db_query(w, &q_price_turn_now,
			params(p_uuid(&plan->product),
			       p_uuid(&plan->req->who.account)),
			NULL);
}

static async bool create(struct work *w, void *argument)
{
	struct plan *plan = argument;
	struct uuid id = uuid_make();

	plan->id = (struct uuid){{0}}; /* a second try clashes with none */
	if (!price_product_lock(w, &plan->variant, &plan->product) ||
	    !place_check(w, plan))
		return false;
	plan->id = id;
	return db_query(w, &q_price_schedule_insert,
			params(p_uuid(&plan->id), p_uuid(&plan->variant),
			       p_text(plan->currency), p_int(plan->amount),
			       p_compare_at(plan),
			       p_time_or_null(plan->starts_at),
			       p_time_or_null(plan->ends_at)),
			NULL) &&
	       put_into_force(w, plan);
}

/* Somebody who did not lock the product came in between. */
static bool explain(struct work *w)
{
	if (!db_violates(w, "price_schedule_no_overlap"))
		return false;
	forgive(w);
	return refuse(w, &overlap, NULL);
}

async bool price_schedule_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct plan plan = {.req = req};

	if (!path_uuid(req, "id", &plan.variant) || !read_body(req, &plan.in))
		return false;
	plan.currency = plan.in.currency;
	plan.amount = plan.in.amount;
	plan.compare_at = plan.in.compare_at_amount;
	plan.starts_at = NOW;
	plan.ends_at = OPEN;
	times_merge(&plan);
	if (!times_check(w, &plan))
		return false;
	if (!db_transact(w, create, &plan))
		return explain(w);
	return show(req, 201, &plan.id);
}

/* Locks its product and reads it as it stands. */
static async bool take(struct work *w, struct plan *plan)
{
	struct rows rows;

	if (!db_query(w, &q_price_schedule_product_lock,
		      params(p_uuid(&plan->id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_schedule, NULL);
	plan->product = row_uuid(&rows, 0, 0);
	if (!db_query(w, &q_price_schedule_find, params(p_uuid(&plan->id)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_schedule, NULL);
	plan->variant = row_uuid(&rows, 0, FOUND_VARIANT);
	plan->currency = row_text(&rows, 0, FOUND_CURRENCY);
	plan->amount = row_int(&rows, 0, FOUND_AMOUNT);
	plan->compare_at = row_is_null(&rows, 0, FOUND_COMPARE_AT)
				   ? 0
				   : row_int(&rows, 0, FOUND_COMPARE_AT);
	plan->starts_at = row_time(&rows, 0, FOUND_START);
	plan->ends_at = row_is_null(&rows, 0, FOUND_END)
				? OPEN
				: row_time(&rows, 0, FOUND_END);
	return check_version(plan->req, row_int(&rows, 0, FOUND_VERSION));
}

/* Money says its currency, and that is the schedule's. */
static bool currency_check(struct work *w, const struct plan *plan)
{
	const char *given = plan->in.currency;

	if (given != NULL)
		return strcmp(given, plan->currency) == 0 ||
		       refuse_field(w, "currency", "It is in %s, and stays so.",
				    plan->currency);
	if (was_given(plan->req, struct schedule_in, amount) ||
	    was_given(plan->req, struct schedule_in, compare_at_amount))
		return refuse_field(w, "currency", "Send it with the amount.");
	return true;
}

/* What is given takes the place of what stands. */
static void merge(struct plan *plan)
{
	const struct schedule_in *in = &plan->in;

	if (was_given(plan->req, struct schedule_in, amount))
		plan->amount = in->amount;
	if (was_given(plan->req, struct schedule_in, compare_at_amount))
		plan->compare_at = in->compare_at_amount;
	times_merge(plan);
}

static async bool update(struct work *w, void *argument)
{
	struct plan *plan = argument;

	if (!take(w, plan) || !currency_check(w, plan))
		return false;
	merge(plan);
	return times_check(w, plan) && place_check(w, plan) &&
	       db_query(w, &q_price_schedule_update,
			params(p_uuid(&plan->id), p_int(plan->amount),
			       p_compare_at(plan), p_time(plan->starts_at),
			       p_time_or_null(plan->ends_at)),
			NULL) &&
	       put_into_force(w, plan);
}

async bool price_schedule_update(struct request *req)
{
	struct work *w = &req->http.work;
	struct plan plan = {.req = req};

	if (!path_uuid(req, "id", &plan.id) || !read_body(req, &plan.in))
		return false;
	if (!db_transact(w, update, &plan))
		return explain(w);
	return show(req, 200, &plan.id);
}

static async bool delete(struct work *w, void *argument)
{
	struct plan *plan = argument;

	return take(w, plan) &&
	       db_query(w, &q_price_schedule_delete, params(p_uuid(&plan->id)),
			NULL) &&
	       put_into_force(w, plan);
}

async bool price_schedule_delete(struct request *req)
{
	struct plan plan = {.req = req};

	return path_uuid(req, "id", &plan.id) &&
	       db_transact(&req->http.work, delete, &plan) &&
	       reply_nothing(req);
}
