/* cart_wire.h - what comes in and goes out about carts. */
#ifndef DOMAIN_CART_WIRE_H
#define DOMAIN_CART_WIRE_H

#include <domain/addresses.h>
#include <domain/cart.h>
#include <platform/db.h>
#include <rest/resource.h>

/* One of variant, sku and product; quantity 0: not given, that is 1. */
struct item_in {
	struct uuid variant;
	const char *sku;
	const char *product; /* id or slug */
	int64_t quantity;
};
struct items_in {
	struct uuid variant;
	const char *sku;
	const char *product;
	int64_t quantity;
	struct field_list items; /* of struct item_in, instead of the above */
};
extern const struct resource cart_items_in;

struct cart_in {
	const char *currency; /* NULL: the shop's */
	const char *email;
	const char *note;
	struct field_list items; /* of struct item_in */
};
extern const struct resource cart_in;
extern const struct resource cart_edit_in;

struct quantity_in {
	int64_t quantity;
};
extern const struct resource cart_quantity_in;

struct shipping_in {
	struct address address; /* stays first */
	struct uuid address_id; /* a saved one instead; nil: none */
};
extern const struct resource cart_shipping_in;

struct billing_in {
	struct address address; /* stays first */
	struct uuid address_id;
	bool same_as_shipping;
};
extern const struct resource cart_billing_in;

struct merge_in {
	const char *strategy; /* NULL: sum */
	struct uuid into;     /* nil: the customer's latest */
};
extern const struct resource cart_merge_in;

/* Answers with the cart and its ETag. token NULL: not told. */
bool cart_reply(struct request *req, int status, const struct cart *cart,
		const char *token);

#endif
