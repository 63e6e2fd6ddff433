/* cart_http.h - handlers of the cart's route table, and what they share. */
#ifndef DOMAIN_CART_HTTP_H
#define DOMAIN_CART_HTTP_H

#include "cart_store.h"
#include "cart_wire.h"

struct request;

/* What the lines in `items` name, each variant once. Field errors when a line
 * names nothing, or what cannot be found; is_list: keyed items.N. */
async bool goods_read(struct request *req, const struct item_in *items,
		      size_t count, bool is_list, struct cart_goods *goods);
/* Into the cart, in the open transaction. */
async bool goods_add(struct request *req, const struct cart_key *key,
		     const struct cart_goods *goods, struct cart *cart);

async bool cart_items_add(struct request *req);
async bool cart_item_patch(struct request *req);
async bool cart_item_delete(struct request *req);
async bool cart_shipping_address_put(struct request *req);
async bool cart_billing_address_put(struct request *req);
async bool cart_merge(struct request *req); /* cart_merge_http.c */
async bool cart_reserve(struct request *req);
async bool cart_unreserve(struct request *req);

#endif
