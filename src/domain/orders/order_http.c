/* order_http.c - who may see which order, and the staff's lists. */
#include <domain/orders.h>

#include <platform/auth.h>
#include <platform/db.h>
#include <queries.h>
#include <rest/listing.h>
#include <rest/request.h>

#include "access.h"
#include "order_wire.h"

/* For the bearer of its cart's secret or of a mailed link's, or its owner. */
static async bool find_own(struct request *req, const struct query *query,
			   struct rows *rows)
{
	struct work *w = &req->http.work;
	uint8_t hash[SECRET_HASH_SIZE];
	struct uuid id;

	(void)request_secret(req, "X-Order-Token", hash);
	return path_uuid(req, "id", &id) &&
	       db_query(w, query,
			params(p_uuid(&id),
			       p_bytes(&w->arena, hash, sizeof(hash)),
			       p_uuid(&req->who.account)),
			rows) &&
	       (rows->count == 1 ||
		refuse(w, &fault_not_found,
		       "No Order matches the given query."));
}

static async bool order_show(struct request *req)
{
	struct rows rows;

	return find_own(req, &q_order_show, &rows) &&
	       reply_row(req, 200, &rows);
}

static async bool order_tracking(struct request *req)
{
	struct rows rows;

	return find_own(req, &q_order_tracking, &rows) &&
	       reply_row(req, 200, &rows);
}

static const struct filter own_filters[] = {
	{.name = "state", .type = FIELD_CHOICE, .sql = "o.state = $?",
	 .choices = order_states},
	{0},
};
static const struct ordering orderings[] = {
	{"created_at", "o.created_at"},
	{"placed_at", "o.placed_at"},
	{"total", "o.total"},
	{"number", "o.number"},
	{0},
};
static const struct listing own_listing = {
	.query = &q_order_list_own,
	.filters = own_filters,
	.orderings = orderings,
	.order = "-created_at",
	.tie_break = "o.id",
};

static async bool order_list_own(struct request *req)
{
	return reply_page(req, &own_listing, params(p_uuid(&req->who.account)));
}

static const struct filter staff_filters[] = {
	{.name = "state", .type = FIELD_CHOICE, .flags = FILTER_LIST,
	 .sql = "o.state = ANY ($?)", .choices = order_states},
	{.name = "payment_status", .type = FIELD_CHOICE, .flags = FILTER_LIST,
	 .sql = "o.payment_status = ANY ($?)", .choices = payment_statuses},
	{.name = "fulfilment_status", .type = FIELD_CHOICE,
	 .flags = FILTER_LIST, .sql = "o.fulfilment_status = ANY ($?)",
	 .choices = fulfilment_statuses},
	{.name = "email", .type = FIELD_TEXT, .sql = "lower(o.email) = lower($?)"},
	{.name = "number", .type = FIELD_TEXT, .sql = "o.number = $?"},
	{.name = "created_at__gte", .type = FIELD_TIME,
	 .sql = "o.created_at >= $?"},
	{.name = "created_at__lt", .type = FIELD_TIME,
	 .sql = "o.created_at < $?"},
	{0},
};
static const struct listing staff_listing = {
	.query = &q_order_list_staff,
	.filters = staff_filters,
	.orderings = orderings,
	.search_sql = "(o.number ILIKE $? OR o.email ILIKE $? OR EXISTS ("
		      "SELECT 1 FROM payment p WHERE p.order_id = o.id "
		      "AND p.gateway_reference ILIKE $?) OR EXISTS ("
		      "SELECT 1 FROM order_line l WHERE l.order_id = o.id "
		      "AND (l.sku ILIKE $? OR l.name ILIKE $?)))",
	.order = "-created_at",
	.tie_break = "o.id",
};

static async bool order_list_staff(struct request *req)
{
	return reply_page(req, &staff_listing, no_params);
}

static async bool show_for_staff(struct request *req, const struct uuid *id)
{
	struct rows rows;

	return db_query(&req->http.work, &q_order_show_staff,
			params(p_uuid(id)), &rows) &&
	       reply_row(req, 200, &rows);
}

static async bool order_show_staff(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show_for_staff(req, &id);
}

struct patch {
	struct request *req;
	struct uuid id;
	struct order_patch in;
};

/* The row may have changed between the look and the write: both say 412. */
static async bool patch_step(struct work *w, void *argument)
{
	struct patch *patch = argument;
	struct order_note note = {.order = &patch->id,
				  .kind = "order.note",
				  .actor = "staff",
				  .actor_id = &patch->req->who.account};
	struct rows rows;
	int64_t version;

	if (!db_query(w, &q_order_version, params(p_uuid(&patch->id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_not_found,
			      "No Order matches the given query.");
	version = row_int(&rows, 0, 0);
	if (!check_version(patch->req, version))
		return false;
	if (!was_given(patch->req, struct order_patch, note))
		return true;
	if (!db_query(w, &q_order_set_note,
		      params(p_uuid(&patch->id), p_text(patch->in.note),
			     p_int(version)),
		      &rows))
		return false;
	if (rows.count == 0)
		return check_version(patch->req, version + 1);
	return order_note(w, &note);
}

static async bool order_patch(struct request *req)
{
	struct patch patch = {.req = req};

	return path_uuid(req, "id", &patch.id) && read_body(req, &patch.in) &&
	       db_transact(&req->http.work, patch_step, &patch) &&
	       show_for_staff(req, &patch.id);
}

static const struct route routes[] = {
	{.method = METHOD_GET,
	 .path = "/api/v1/orders/{id}/",
	 .handler = order_show,
	 .access = ACCESS_TOKEN,
	 .answer = &order_resource,
	 .budget = 2,
	 .name = "order_show",
	 .summary = "An order, for whoever holds its token or owns it."},
	{.method = METHOD_GET,
	 .path = "/api/v1/orders/{id}/tracking/",
	 .handler = order_tracking,
	 .access = ACCESS_TOKEN,
	 .answer = &order_tracking_resource,
	 .budget = 1,
	 .name = "order_tracking",
	 .summary = "Where the goods of an order are: parcels and events."},
	{.method = METHOD_POST,
	 .path = "/api/v1/orders/lookup/",
	 .handler = order_lookup,
	 .access = ACCESS_PUBLIC,
	 .body = &order_lookup_resource,
	 .answer = &order_lookup_answer,
	 .throttle = THROTTLE_LOGIN,
	 .budget = 1,
	 .name = "order_lookup",
	 .summary = "Mails a link to an order to whom it belongs; the answer "
		    "does not tell whether there is one."},
	{.method = METHOD_GET,
	 .path = "/api/v1/account/orders/",
	 .handler = order_list_own,
	 .access = ACCESS_CUSTOMER,
	 .answer = &order_row_resource,
	 .listing = &own_listing,
	 .budget = 2,
	 .name = "account_order_list",
	 .summary = "The customer's own orders, newest first."},
	{.method = METHOD_GET,
	 .path = "/api/v1/admin/orders/",
	 .handler = order_list_staff,
	 .access = ACCESS_STAFF,
	 .permission = PERMISSION_ORDERS_READ,
	 .answer = &admin_order_row_resource,
	 .listing = &staff_listing,
	 .shows_personal = true,
	 .budget = 2,
	 .name = "admin_order_list",
	 .summary = "All orders; search by number, e-mail, goods or gateway "
		    "reference."},
	{.method = METHOD_GET,
	 .path = "/api/v1/admin/orders/{id}/",
	 .handler = order_show_staff,
	 .access = ACCESS_STAFF,
	 .permission = PERMISSION_ORDERS_READ,
	 .answer = &admin_order_resource,
	 .shows_personal = true,
	 .budget = 2,
	 .name = "admin_order_show",
	 .summary = "An order with its payments, refunds and whole timeline."},
	{.method = METHOD_PATCH,
	 .path = "/api/v1/admin/orders/{id}/",
	 .handler = order_patch,
	 .access = ACCESS_STAFF,
	 .permission = PERMISSION_ORDERS_WRITE,
	 .body = &admin_order_resource,
	 .answer = &admin_order_resource,
	 .idempotency = IDEMPOTENCY_ACCEPTED,
	 .needs_version = true,
	 .budget = 6,
	 .name = "admin_order_update",
	 .summary = "Change the note; everything else follows from events."},
	{0},
};

static const struct job_kind jobs[] = {
	{"order.link", order_link_job, 0, 3600, 10000},
	{0},
};

static const struct periodic periodics[] = {
	{"orders.prune", INT64_C(3600000), order_access_prune},
	{0},
};

static const struct invariant invariants[] = {
	{"I5", "An order's total is the sum of its lines, shipping and tax.",
	 &q_order_total_broken},
	{"I8", "An order's timeline tells a legal life that ends in its state.",
	 &q_order_history_broken},
	{"I16a", "Placed orders, and only they, have a number.",
	 &q_order_number_missing},
	{"I1o", "Allocated stock is what open orders have in their lines.",
	 &q_order_allocation_broken},
	{0},
};

const struct room orders_room = {
	.name = "orders",
	.routes = routes,
	.jobs = jobs,
	.periodics = periodics,
	.invariants = invariants,
};
