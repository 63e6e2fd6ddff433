/* cart_store.c - the statements of a cart. */
#include "cart_store.h"

#include <stdlib.h>
#include <string.h>

#include <platform/config.h>
#include <queries.h>
#include <rest/request.h>

#include "cart_wire.h"

const struct fault_kind cart_not_found = {
	404, "not_found", "No Cart matches the given query."};
static const struct fault_kind item_not_found = {
	404, "not_found", "No CartItem matches the given query."};
static const struct fault_kind wrong_state = {
	409, "cart_wrong_state", "The cart is in another state by now."};
static const struct fault_kind too_many = {
	422, "quantity_too_large", "A line has at most 9999 pieces."};
static const struct fault_kind cart_full = {
	422, "cart_full", "A cart has at most 100 lines."};

/* $1, $2, $3 of the statements that ask for the key. */
#define KEY(w, key)                                                 \
	p_uuid(&(key)->id),                                         \
		p_bytes(&(w)->arena, (key)->secret_hash,            \
			sizeof((key)->secret_hash)),                \
		p_uuid(&(key)->account)

async bool cart_load(struct work *w, const struct cart_key *key,
		     struct cart *cart)
{
	struct rows rows;

	return db_query(w, &q_cart_show, params(KEY(w, key)), &rows) &&
	       cart_read(w, &rows, cart);
}

async bool cart_load_locked(struct work *w, struct cart *cart)
{
	struct rows rows;

	return db_query(w, &q_cart_show_any, params(p_uuid(&cart->id)),
			&rows) &&
	       cart_read(w, &rows, cart);
}

static bool row_locked(struct work *w, const struct rows *rows,
		       struct cart *cart)
{
	if (rows->count == 0)
		return refuse(w, &cart_not_found, NULL);
	cart->id = row_uuid(rows, 0, 0);
	cart->state = cart_state_find(row_text(rows, 0, 1));
	cart->version = row_int(rows, 0, 2);
	return true;
}

async bool cart_lock_row(struct work *w, const struct cart_key *key,
			 struct cart *cart)
{
	struct rows rows;

	return db_query(w, &q_cart_lock, params(KEY(w, key)), &rows) &&
	       row_locked(w, &rows, cart);
}

async bool cart_lock(struct work *w, const struct cart_key *key,
		     struct cart *cart)
{
	return cart_lock_row(w, key, cart) && cart_load_locked(w, cart);
}

async bool cart_insert(struct work *w, const struct cart_key *key,
		       const struct cart_in *in)
{
	return db_query(w, &q_cart_insert,
			params(KEY(w, key), p_text(in->email), p_text(in->note),
			       p_text(in->currency),
			       p_int(config->cart_days)),
			NULL);
}

async bool cart_edit(struct work *w, const struct uuid *id,
		     const struct cart_edits *edits)
{
	const bool *same = edits->billing_same_as_shipping;

	return db_query(w, &q_cart_edit,
			params(p_uuid(id), p_text(edits->email),
			       p_text(edits->note),
			       p_text(edits->shipping_address),
			       p_text(edits->billing_address),
			       same == NULL ? p_null() : p_bool(*same),
			       p_int(config->cart_days),
			       p_text(edits->currency)),
			NULL);
}

async bool cart_demand_prices(struct work *w, const struct uuid *cart,
			      const char *currency)
{
	struct rows rows;

	return db_query(w, &q_cart_unpriced,
			params(p_uuid(cart), p_text(currency)), &rows) &&
	       (rows.count == 0 ||
		refuse_field(w, "currency", "%s has no price in %s.",
			     row_text(&rows, 0, 0), currency));
}

async bool cart_item_set(struct work *w, const struct uuid *cart,
			 const struct uuid *item, int64_t quantity)
{
	struct rows rows;

	if (!db_query(w, &q_cart_item_set,
		      params(p_uuid(cart), p_uuid(item), p_int(quantity),
			     p_int(config->cart_days)),
		      &rows))
		return false;
	return rows.count > 0 || refuse(w, &item_not_found, NULL);
}

static async bool cart_move(struct work *w, const struct uuid *id,
			    const char *from, const char *to)
{
	struct rows rows;

	if (!db_query(w, &q_cart_move,
		      params(p_uuid(id), p_text(from), p_text(to)), &rows))
		return false;
	return rows.affected > 0 || refuse(w, &wrong_state, NULL);
}

async bool cart_abandon(struct work *w, const struct uuid *id)
{
	return cart_move(w, id, "{active}", "abandoned");
}

static int uuid_order(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct uuid));
}

struct uuid *line_ids_make(struct arena *arena, size_t count)
{
	struct uuid *ids = arena_array(arena, struct uuid, count);

	for (size_t i = 0; i < count; i++)
		ids[i] = uuid_make();
	qsort(ids, count, sizeof(*ids), uuid_order);
	return ids;
}

/* What cannot be bought, and whether for want of a price alone. */
static bool refuse_goods(struct work *w, const struct cart_goods *goods,
			 const struct rows *rows)
{
	char variant[UUID_TEXT_LENGTH + 1];

	uuid_format(&goods->variants[row_int(rows, 0, 1) - 1], variant);
	if (row_is_null(rows, 0, 2))
		return refuse_field(w, NULL, "Variant %s is not on sale.",
				    variant);
	return refuse_field(w, NULL, "Variant %s has no price in %s.", variant,
			    row_text(rows, 0, 2));
}

/* Nothing was added: to whom it may be told, why. */
static async bool refuse_add(struct work *w, const struct cart_key *key,
			     const struct cart_goods *goods)
{
	struct rows rows;
	struct cart cart;

	if (!db_query(w, &q_cart_add_why,
		      params(KEY(w, key), p_uuids(&w->arena, goods->variants,
						  goods->count)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &cart_not_found, NULL);
	cart.state = cart_state_find(row_text(&rows, 0, 0));
	if (!cart_demand_active(w, &cart))
		return false;
	if (row_is_null(&rows, 0, 1)) /* it has become right meanwhile */
		return refuse(w, &fault_unavailable, NULL);
	return refuse_goods(w, goods, &rows);
}

async bool cart_add(struct work *w, const struct cart_key *key,
		    const struct cart_goods *goods, struct cart *cart)
{
	struct uuid *ids = line_ids_make(&w->arena, goods->count);
	struct rows rows;
	int before;

	if (!db_query(w, &q_cart_add,
		      params(KEY(w, key),
			     p_uuids(&w->arena, ids, goods->count),
			     p_uuids(&w->arena, goods->variants, goods->count),
			     p_ints(&w->arena, goods->quantities, goods->count),
			     p_int(config->cart_days)),
		      &rows)) {
		if (!db_violates(w, "cart_item_quantity"))
			return false;
		forgive(w);
		return refuse(w, &too_many, NULL);
	}
	if (rows.count == 0)
		return refuse_add(w, key, goods);
	if (!cart_read(w, &rows, cart))
		return false;
	before = rows_column(&rows, "version_before");
	if (row_int(&rows, 0, before) + 1 != cart->version &&
	    !cart_load_locked(w, cart))
		return false;
	return cart->line_count <= CART_LINES_MAX ||
	       refuse(w, &cart_full, NULL);
}
