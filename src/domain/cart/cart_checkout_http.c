/* cart_checkout_http.c - addresses of a cart, and the hold on its goods. */
#include "cart_http.h"

#include <domain/accounts.h>
#include <domain/inventory.h>
#include <rest/request.h>

static async bool edit_apply(struct request *req, struct cart *cart,
			     void *argument)
{
	return cart_edit(&req->http.work, &cart->id, argument);
}

/* A saved one is copied: what becomes of it later does not touch the cart.
 * It may be older than the rules of its country. */
static async bool address_choose(struct request *req,
				 const struct uuid *address_id,
				 struct address *address)
{
	struct work *w = &req->http.work;
	struct uuid account = req->who.is_known ? req->who.account
						: (struct uuid){{0}};

	return uuid_is_nil(address_id) ||
	       (saved_address_load(w, &account, address_id, address) &&
		address_check(w, address));
}

async bool cart_shipping_address_put(struct request *req)
{
	struct shipping_in in;
	struct cart_edits edits = {0};

	if (!read_body(req, &in) ||
	    !address_choose(req, &in.address_id, &in.address))
		return false;
	edits.shipping_address =
		address_json(&req->http.work.arena, &in.address);
	return cart_change(req, 200, edit_apply, &edits);
}

async bool cart_billing_address_put(struct request *req)
{
	struct billing_in in;
	struct cart_edits edits = {
		.billing_same_as_shipping = &in.same_as_shipping};

	if (!read_body(req, &in))
		return false;
	if (!in.same_as_shipping) {
		if (!address_choose(req, &in.address_id, &in.address))
			return false;
		edits.billing_address =
			address_json(&req->http.work.arena, &in.address);
	}
	return cart_change(req, 200, edit_apply, &edits);
}

static const struct fault_kind cart_empty = {
	409, "cart_empty", "There is nothing in the cart."};

static async bool hold(struct request *req, struct cart *cart, void *argument)
{
	struct work *w = &req->http.work;

	(void)argument;
	if (!cart_load_locked(w, cart))
		return false;
	if (cart->line_count == 0)
		return refuse(w, &cart_empty, NULL);
	return stock_reserve(w, &cart->id, NULL);
}

async bool cart_reserve(struct request *req)
{
	return cart_change(req, 201, hold, NULL);
}

struct letting_go {
	struct cart_key key;
	struct cart cart;
};

static async bool unreserve_step(struct work *w, void *argument)
{
	struct letting_go *it = argument;

	return cart_lock_row(w, &it->key, &it->cart) &&
	       cart_demand_active(w, &it->cart) &&
	       stock_release(w, &it->cart.id);
}

async bool cart_unreserve(struct request *req)
{
	struct letting_go it;

	return cart_key_read(req, &it.key) &&
	       db_transact(&req->http.work, unreserve_step, &it) &&
	       reply_nothing(req);
}
