/* pricing_room.c - the routes of the room: what things cost, and when. */
#include "pricing.h"

#include <platform/clock.h>

#include <queries.h>

#define VARIANT "/api/v1/admin/variants/{id}/"
#define SCHEDULE "/api/v1/admin/price-schedules/{id}/"

static const struct route routes[] = {
	{METHOD_GET, VARIANT "prices/", prices_show, ACCESS_STAFF,
	 PERMISSION_CATALOG_READ, .answer = &prices_resource, .budget = 1,
	 .name = "admin_variant_prices_retrieve",
	 .summary = "What a variant costs, in every currency."},
	{METHOD_PUT, VARIANT "prices/", prices_replace, ACCESS_STAFF,
	 PERMISSION_CATALOG_WRITE, .body = &prices_in_resource,
	 .answer = &prices_resource, .needs_version = true, .budget = 8,
	 .name = "admin_variant_prices_update",
	 .summary = "Set all regular prices of a variant; at least one stays."},
	{METHOD_GET, VARIANT "price-history/", price_history, ACCESS_STAFF,
	 PERMISSION_CATALOG_READ, .answer = &price_history_resource,
	 .listing = &price_history_listing, .budget = 2,
	 .name = "admin_variant_price_history_list",
	 .summary = "Every price that was in force, from when, and who did it."},
	{METHOD_GET, VARIANT "price-schedules/", price_schedule_list,
	 ACCESS_STAFF, PERMISSION_CATALOG_READ,
	 .answer = &price_schedule_resource, .listing = &price_schedule_listing,
	 .budget = 2, .name = "admin_price_schedule_list",
	 .summary = "Prices for a while: ended, in force and yet to come."},
	{METHOD_POST, VARIANT "price-schedules/", price_schedule_create,
	 ACCESS_STAFF, PERMISSION_CATALOG_WRITE,
	 .body = &price_schedule_resource, .answer = &price_schedule_resource,
	 .status = 201, .idempotency = IDEMPOTENCY_ACCEPTED, .budget = 9,
	 .name = "admin_price_schedule_create",
	 .summary = "Plan a price for a while; in force at once if it is time."},
	{METHOD_GET, SCHEDULE, price_schedule_show, ACCESS_STAFF,
	 PERMISSION_CATALOG_READ, .answer = &price_schedule_resource,
	 .budget = 1, .name = "admin_price_schedule_retrieve",
	 .summary = "One scheduled price."},
	{METHOD_PATCH, SCHEDULE, price_schedule_update, ACCESS_STAFF,
	 PERMISSION_CATALOG_WRITE, .body = &price_schedule_resource,
	 .answer = &price_schedule_resource, .needs_version = true,
	 .budget = 8, .name = "admin_price_schedule_partial_update",
	 .summary = "Change its amount or its time."},
	{METHOD_DELETE, SCHEDULE, price_schedule_delete, ACCESS_STAFF,
	 PERMISSION_CATALOG_WRITE, .status = 204, .needs_version = true,
	 .budget = 7, .name = "admin_price_schedule_destroy",
	 .summary = "Give a plan up; one in force ends now."},
	{METHOD_PUT, "/api/v1/admin/prices/bulk/", price_bulk, ACCESS_STAFF,
	 PERMISSION_CATALOG_WRITE, .body = &price_bulk_in_resource,
	 .answer = &price_bulk_resource, .budget = 16, .body_max = 1 << 20,
	 .name = "admin_price_bulk_update",
	 .summary = "Set up to 1,000 regular prices by variant or SKU."},
	{.path = NULL},
};

enum { TURN_BATCH = 200 };

/* Batch after batch, each a transaction of its own, until none is due. What is
 * left after half a minute is done in the next round. */
static async bool prices_turn(struct work *w)
{
	int64_t end = clock_monotonic() + 30 * SECOND;
	struct rows rows;

	do {
		if (!db_query(w, &q_price_turn_due, params(p_int(TURN_BATCH)),
			      &rows))
			return false;
	} while (row_int(&rows, 0, 0) == TURN_BATCH && clock_monotonic() < end);
	return true;
}

static const struct periodic periodics[] = {
	{"pricing.turn", 1000, prices_turn},
	{0},
};

static const struct invariant invariants[] = {
	{"P1", "The price in force is its schedule's, or the regular one.",
	 &q_price_wrong_turns},
	{"P2", "A price is the last of its history.", &q_price_wrong_history},
	{"P3", "No two scheduled prices are in force at once.",
	 &q_price_schedule_overlaps},
	{0},
};

const struct room pricing_room = {
	.name = "pricing",
	.routes = routes,
	.periodics = periodics,
	.invariants = invariants,
};
