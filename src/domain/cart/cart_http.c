/* cart_http.c - routes of a cart: made, shown, edited, left. */
#include <domain/cart.h>

#include <string.h>

#include <domain/inventory.h>
#include <platform/auth.h>
#include <platform/config.h>
#include <platform/money.h>
#include <queries.h>
#include <rest/request.h>

#include "cart_http.h"
#include "cart_store.h"
#include "cart_wire.h"

bool cart_key_read(struct request *req, struct cart_key *key)
{
	key->account = req->who.is_known ? req->who.account
					 : (struct uuid){{0}};
	request_secret(req, "X-Cart-Token", key->secret_hash);
	return path_uuid(req, "id", &key->id);
}

struct change {
	struct request *req;
	struct cart_key key;
	async bool (*change)(struct request *req, struct cart *cart,
			     void *argument);
	void *argument;
	struct cart cart;
};

static async bool change_step(struct work *w, void *argument)
{
	struct change *change = argument;
	struct cart *cart = &change->cart;

	return cart_lock_row(w, &change->key, cart) &&
	       cart_demand_active(w, cart) &&
	       check_version(change->req, cart->version) &&
	       change->change(change->req, cart, change->argument) &&
	       cart_load_locked(w, cart);
}

async bool cart_change(struct request *req, int status,
		       async bool (*change)(struct request *req,
					    struct cart *cart, void *argument),
		       void *argument)
{
	struct change it = {.req = req, .change = change, .argument = argument};

	return cart_key_read(req, &it.key) &&
	       db_transact(&req->http.work, change_step, &it) &&
	       cart_reply(req, status, &it.cart, NULL);
}

struct creation {
	struct request *req;
	const struct cart_in *in;
	struct cart_key key;
	struct cart cart;
};

static async bool create_step(struct work *w, void *argument)
{
	struct creation *it = argument;
	struct cart_goods goods;

	if (!cart_insert(w, &it->key, it->in))
		return false;
	if (it->in->items.count == 0)
		return cart_load(w, &it->key, &it->cart);
	return goods_read(it->req, it->in->items.items, it->in->items.count,
			  true, &goods) &&
	       goods_add(it->req, &it->key, &goods, &it->cart);
}

static bool currency_check(struct work *w, const char *code)
{
	return currency_find(code) != NULL ||
	       refuse_field(w, "currency",
			    "\"%s\" is not an ISO 4217 currency.", code);
}

/* Fills in what was left out. */
static bool creation_check(struct work *w, struct cart_in *in)
{
	if (in->note == NULL)
		in->note = "";
	if (in->currency == NULL)
		in->currency = config->currency;
	return currency_check(w, in->currency);
}

static async bool cart_create(struct request *req)
{
	struct cart_in in;
	struct creation it = {.req = req, .in = &in};
	char token[SECRET_TEXT_SIZE];
	char id[UUID_TEXT_LENGTH + 1];

	if (!read_body(req, &in) || !creation_check(&req->http.work, &in))
		return false;
	secret_make(token);
	secret_hash(token, it.key.secret_hash);
	it.key.id = uuid_make();
	if (req->who.is_known)
		it.key.account = req->who.account;
	if (!db_transact(&req->http.work, create_step, &it))
		return false;
	uuid_format(&it.key.id, id);
	http_answer_header(&req->http, "Location",
			   absolute_url(req, arena_format(&req->http.work.arena,
							  "/api/v1/carts/%s/",
							  id)));
	return cart_reply(req, 201, &it.cart, token);
}

static async bool cart_get(struct request *req)
{
	struct cart_key key;
	struct cart cart;

	return cart_key_read(req, &key) &&
	       cart_load(&req->http.work, &key, &cart) &&
	       cart_reply(req, 200, &cart, NULL);
}

static async bool patch_apply(struct request *req, struct cart *cart,
			      void *argument)
{
	const struct cart_in *in = argument;
	struct work *w = &req->http.work;

	return (in->currency == NULL ||
		cart_demand_prices(w, &cart->id, in->currency)) &&
	       cart_edit(w, &cart->id,
			 &(struct cart_edits){.email = in->email,
					      .note = in->note,
					      .currency = in->currency});
}

static async bool cart_patch(struct request *req)
{
	struct cart_in in;

	return read_body(req, &in) &&
	       (in.currency == NULL ||
		currency_check(&req->http.work, in.currency)) &&
	       cart_change(req, 200, patch_apply, &in);
}

static async bool delete_step(struct work *w, void *argument)
{
	struct change *it = argument;

	return cart_lock_row(w, &it->key, &it->cart) &&
	       cart_demand_active(w, &it->cart) &&
	       check_version(it->req, it->cart.version) &&
	       stock_release(w, &it->cart.id) &&
	       cart_abandon(w, &it->cart.id);
}

static async bool cart_delete(struct request *req)
{
	struct change it = {.req = req};

	return cart_key_read(req, &it.key) &&
	       db_transact(&req->http.work, delete_step, &it) &&
	       reply_nothing(req);
}

static async bool carts_purge(struct work *w)
{
	return db_query(w, &q_cart_purge, no_params, NULL);
}

static const struct route routes[] = {
	{METHOD_POST, "/api/v1/carts/", cart_create, ACCESS_PUBLIC,
	 .body = &cart_in, .answer = &cart_resource, .status = 201,
	 .idempotency = IDEMPOTENCY_ACCEPTED, .budget = 7,
	 .name = "cart_create",
	 .summary = "Make a cart; its secret token is told once."},
	{METHOD_GET, "/api/v1/carts/{id}/", cart_get, ACCESS_TOKEN,
	 .answer = &cart_resource, .budget = 1, .name = "cart_get",
	 .summary = "The cart with totals at today's prices, its problems."},
	{METHOD_PATCH, "/api/v1/carts/{id}/", cart_patch, ACCESS_TOKEN,
	 .body = &cart_edit_in, .answer = &cart_resource, .budget = 6,
	 .name = "cart_patch",
	 .summary = "Change e-mail or note; or the currency, at its prices."},
	{METHOD_DELETE, "/api/v1/carts/{id}/", cart_delete, ACCESS_TOKEN,
	 .status = 204, .budget = 5, .name = "cart_delete",
	 .summary = "Leave the cart; what it held is released."},
	{METHOD_POST, "/api/v1/carts/{id}/items/", cart_items_add, ACCESS_TOKEN,
	 .body = &cart_items_in, .answer = &cart_resource, .status = 201,
	 .idempotency = IDEMPOTENCY_REQUIRED, .budget = 6,
	 .name = "cart_items_add",
	 .summary = "Add one line or several; the same goods add up."},
	{METHOD_PATCH, "/api/v1/carts/{id}/items/{item}/", cart_item_patch,
	 ACCESS_TOKEN, .body = &cart_quantity_in, .answer = &cart_resource,
	 .budget = 5, .name = "cart_item_patch",
	 .summary = "Set the quantity of a line; 0 removes it."},
	{METHOD_DELETE, "/api/v1/carts/{id}/items/{item}/", cart_item_delete,
	 ACCESS_TOKEN, .answer = &cart_resource, .budget = 5,
	 .name = "cart_item_delete", .summary = "Remove a line."},
	{METHOD_POST, "/api/v1/carts/{id}/merge/", cart_merge, ACCESS_CUSTOMER,
	 .body = &cart_merge_in, .answer = &cart_resource,
	 .idempotency = IDEMPOTENCY_REQUIRED, .budget = 10,
	 .name = "cart_merge",
	 .summary = "After a login: a guest's cart, by its X-Cart-Token, joins "
		    "the customer's, or becomes it; its token opens nothing "
		    "any more."},
	{METHOD_PUT, "/api/v1/carts/{id}/shipping-address/",
	 cart_shipping_address_put, ACCESS_TOKEN, .body = &cart_shipping_in,
	 .answer = &cart_resource, .budget = 6,
	 .name = "cart_shipping_address_put",
	 .summary = "Where the goods go; a method of another zone falls off."},
	{METHOD_PUT, "/api/v1/carts/{id}/billing-address/",
	 cart_billing_address_put, ACCESS_TOKEN, .body = &cart_billing_in,
	 .answer = &cart_resource, .budget = 6,
	 .name = "cart_billing_address_put",
	 .summary = "Where the bill goes."},
	{METHOD_POST, "/api/v1/carts/{id}/reservations/", cart_reserve,
	 ACCESS_TOKEN, .answer = &cart_resource, .status = 201,
	 .idempotency = IDEMPOTENCY_REQUIRED, .budget = 7,
	 .name = "cart_reserve",
	 .summary = "Hold the goods for a while; 409 lists what is short."},
	{METHOD_DELETE, "/api/v1/carts/{id}/reservations/", cart_unreserve,
	 ACCESS_TOKEN, .status = 204, .budget = 4, .name = "cart_unreserve",
	 .summary = "Release what is held."},
	{0},
};

static const struct periodic periodics[] = {
	{"cart.purge", 300000, carts_purge},
	{0},
};

static const struct invariant invariants[] = {
	{"B1", "An ordered cart has its order, no cart has over 100 lines.",
	 &q_cart_breaks},
	{"I10c", "Only carts that may yet be ordered hold stock.",
	 &q_cart_hold_breaks},
	{0},
};

const struct room cart_room = {
	.name = "cart",
	.routes = routes,
	.periodics = periodics,
	.invariants = invariants,
};
