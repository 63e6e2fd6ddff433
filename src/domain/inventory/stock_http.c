/* stock_http.c - staff sees and corrects the stock; the sweeper of holds. */
#include <domain/inventory.h>

#include <platform/jobs.h>
#include <queries.h>
#include <rest/request.h>

#include "stock_wire.h"

enum { SWEEP_BATCH = 500 };

static const struct fault_kind was_changed = {
	409, "stock_changed", "The stock is not what from_quantity says."};
static const struct fault_kind below_zero = {
	409, "stock_negative", "There are not so many in the house."};

static async bool stock_list(struct request *req)
{
	return reply_page(req, &stock_listing, no_params);
}

static async bool movement_list(struct request *req)
{
	return reply_page(req, &movement_listing, no_params);
}

static async bool reservation_list(struct request *req)
{
	return reply_page(req, &reservation_listing, no_params);
}

struct adjustment {
	struct request *req;
	struct adjustment_in in;
	bool is_set;
	struct rows rows;
};

static bool adjustment_check(struct adjustment *it)
{
	struct work *w = &it->req->http.work;
	bool has_delta = was_given(it->req, struct adjustment_in, delta);
	bool has_from = was_given(it->req, struct adjustment_in, from_quantity);
	bool fine = true;

	it->is_set = was_given(it->req, struct adjustment_in, set);
	if (uuid_is_nil(&it->in.variant) == (it->in.sku == NULL))
		fine = refuse_field(w, "variant", "Give variant or sku.");
	if (it->is_set == has_delta)
		fine = refuse_field(w, "set", "Give set or delta.");
	if (it->is_set != has_from)
		fine = refuse_field(w, "from_quantity",
				    it->is_set ? "set needs the quantity that "
						 "you saw."
					       : "It goes with set.");
	return fine;
}

static async bool variant_find(struct work *w, const struct adjustment_in *in,
			       struct uuid *variant)
{
	struct rows rows;

	if (!db_query(w, &q_stock_variant_find,
		      params(p_uuid(&in->variant), p_text(in->sku)), &rows))
		return false;
	if (rows.count == 0)
		return refuse_field(w, in->sku == NULL ? "variant" : "sku",
				    "There is no such variant.");
	*variant = row_uuid(&rows, 0, 0);
	return true;
}

static bool verdict_read(struct work *w, const struct rows *rows)
{
	if (rows->count == 0)
		return refuse(w, &fault_not_found, NULL);
	if (row_bool(rows, 0, rows_column(rows, "ok")))
		return true;
	if (row_bool(rows, 0, rows_column(rows, "was_seen")))
		return refuse(w, &below_zero, NULL);
	return refuse_with(w, &was_changed, "on_hand",
			   row_text(rows, 0,
				    rows_column(rows, "on_hand_before")),
			   "%s", was_changed.detail);
}

static async bool adjust_step(struct work *w, void *argument)
{
	struct adjustment *it = argument;
	struct adjustment_in *in = &it->in;
	struct uuid variant;

	return variant_find(w, in, &variant) &&
	       db_query(w, &q_stock_make,
			params(p_uuids(&w->arena, &variant, 1)), NULL) &&
	       db_query(w, &q_stock_adjust,
			params(p_uuid(&variant),
			       it->is_set ? p_int(in->set) : p_null(),
			       it->is_set ? p_int(in->from_quantity) : p_null(),
			       it->is_set ? p_null() : p_int(in->delta),
			       p_text(in->reason),
			       p_uuid(&it->req->who.account)),
			&it->rows) &&
	       verdict_read(w, &it->rows) &&
	       event_emit(w, "stock.adjusted", "variant", &variant, "{}");
}

static async bool stock_adjustment(struct request *req)
{
	struct adjustment it = {.req = req};

	return read_body(req, &it.in) && adjustment_check(&it) &&
	       db_transact(&req->http.work, adjust_step, &it) &&
	       reply_row(req, 201, &it.rows);
}

static async bool reservations_sweep(struct work *w)
{
	return db_query(w, &q_stock_sweep, params(p_int(SWEEP_BATCH)), NULL);
}

static const struct route routes[] = {
	{METHOD_GET, "/api/v1/admin/stock/", stock_list, ACCESS_STAFF,
	 PERMISSION_STOCK_READ, .answer = &stock_resource,
	 .listing = &stock_listing, .budget = 1, .name = "stock_list",
	 .summary = "On hand, allocated, reserved and available."},
	{METHOD_POST, "/api/v1/admin/stock/adjustments/", stock_adjustment,
	 ACCESS_STAFF, PERMISSION_STOCK_WRITE, .body = &adjustment_in,
	 .answer = &stock_resource, .status = 201,
	 .idempotency = IDEMPOTENCY_REQUIRED, .budget = 8,
	 .name = "stock_adjust",
	 .summary = "Correct a quantity: set against what was seen, or delta."},
	{METHOD_GET, "/api/v1/admin/stock/movements/", movement_list,
	 ACCESS_STAFF, PERMISSION_STOCK_READ, .answer = &movement_resource,
	 .listing = &movement_listing, .budget = 1,
	 .name = "stock_movement_list",
	 .summary = "The ledger of what changed, by how much, and why."},
	{METHOD_GET, "/api/v1/admin/stock/reservations/", reservation_list,
	 ACCESS_STAFF, PERMISSION_STOCK_READ, .answer = &reservation_resource,
	 .listing = &reservation_listing, .budget = 1,
	 .name = "stock_reservation_list",
	 .summary = "What is held for carts now."},
	{0},
};

static const struct periodic periodics[] = {
	{"reservation.sweep", 15000, reservations_sweep},
	{0},
};

static const struct invariant invariants[] = {
	{"I1", "Stock is what its ledger adds up to.", &q_stock_ledger_breaks},
	{"I1r", "What is reserved is the sum of the live holds.",
	 &q_stock_hold_breaks},
	{"I1p", "No more is promised than there is.", &q_stock_promise_breaks},
	{"I10", "No hold outlives its time by more than a minute.",
	 &q_reservation_breaks},
	{0},
};

const struct room inventory_room = {
	.name = "inventory",
	.routes = routes,
	.periodics = periodics,
	.invariants = invariants,
};
