/* domain/inventory.h - goods in stock, promised and held (features 5.3).
 *
 * available = on_hand - allocated - reserved - safety + backorder_limit.
 * Every function is one statement that takes its stock rows in the order of
 * their key, checks against the rows as locked, and writes the ledger of
 * movements along with what it changes. When goods are short nothing at all
 * has changed, so that the caller may forgive() and go on in its transaction.
 */
#ifndef DOMAIN_INVENTORY_H
#define DOMAIN_INVENTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/room.h>

/* 409 insufficient_stock; beside "detail" stands
 * "lines":[{"variant","sku","requested","available"}]. */
extern const struct fault_kind stock_short;

/*
 * Holds the goods of a cart for config->reservation_minutes, in place of what
 * it held before; expired holds of others on these goods are taken back. Call
 * it in a transaction that has locked the cart (cart_lock). *expires_at (may
 * be NULL): wall clock, microseconds. False: stock_short.
 */
async bool stock_reserve(struct work *w, const struct uuid *cart,
			 int64_t *expires_at);
/* Gives back all that the cart holds, pinned or not; nothing held is fine. */
async bool stock_release(struct work *w, const struct uuid *cart);
/* The hold is not reclaimed, however old: a payment is under way or unknown.
 * False with stock_short (no lines) when the cart holds nothing. */
async bool stock_pin(struct work *w, const struct uuid *cart);
/*
 * The cart's hold becomes the order's allocation, by the order's lines; what
 * is no longer held is taken afresh. Fills order_line.location_id. False:
 * stock_short. Lock the order first, and call it once.
 */
async bool stock_allocate(struct work *w, const struct uuid *order,
			  const struct uuid *cart);
/* Gives back what the ledger says is still allocated for the order. Twice is
 * the same as once. */
async bool stock_unallocate(struct work *w, const struct uuid *order);

/*
 * Goods arrive at the default location; a stock row is made where none is.
 * quantities >= 0 (0 only makes the row). Set-based, for imports: a few
 * thousand at once are fine. cause: "import", "staff"; cause_id may be NULL.
 */
async bool stock_receive(struct work *w, const struct uuid *variants,
			 const int64_t *quantities, size_t count,
			 const char *cause, const struct uuid *cause_id);
/*
 * Makes on_hand at the default location what was counted; the difference is
 * an `adjusted` movement. A count below what is promised raises the deficit.
 * For imports that are run again.
 */
async bool stock_count(struct work *w, const struct uuid *variants,
		       const int64_t *quantities, size_t count,
		       const char *cause, const struct uuid *cause_id);

/* Routes admin/stock/...; periodic reservation.sweep; I1, I10. */
extern const struct room inventory_room;

#endif
