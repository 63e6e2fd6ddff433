/* domain/cart.h - what somebody means to buy (features 4, rows 21-37). */
#ifndef DOMAIN_CART_H
#define DOMAIN_CART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <domain/pricing.h>
#include <platform/text.h>
#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/room.h>

struct request;
struct resource;

enum { CART_LINES_MAX = 100, CART_QUANTITY_MAX = 9999 };

enum cart_state {
	CART_ACTIVE,
	CART_FROZEN,
	CART_ORDERED,
	CART_ABANDONED,
	CART_MERGED /* its lines went into another; nobody opens it any more */
};

/* Why a line cannot be bought as it stands. */
enum cart_problem {
	CART_LINE_FINE,
	CART_LINE_UNPUBLISHED, /* product not shown, or variant not on sale */
	CART_LINE_NO_PRICE,    /* none in the cart's currency; unit_price is 0 */
	CART_LINE_SHORT	       /* fewer available than wanted */
};

struct cart_line {
	struct uuid item;
	struct uuid variant;
	struct uuid product;
	const char *slug;
	const char *name; /* of the product, now */
	const char *variant_name; /* "Red / M"; "" where nothing is chosen */
	const char *options;	  /* JSON: {"Size": "M"} */
	const char *sku;
	int64_t weight_grams; /* of one */
	int64_t available;    /* to this cart: its own hold counts */
	enum cart_problem problem;
	bool was_cut; /* fewer than a merge asked for: told once */
	int64_t quantity;
	int64_t unit_price; /* of one, now, minor units */
	int64_t total;	    /* before exclusive tax */
	int64_t tax;
};

/* All texts live in the arena of the work; none is NULL unless it says so. */
struct cart {
	struct uuid id;
	struct uuid account; /* nil: a guest's */
	uint8_t secret_hash[32];
	enum cart_state state;
	const char *email;
	const char *note;
	const char *currency; /* ISO 4217 */
	/* JSON objects with first_name, last_name, company, line1, line2, city,
	 * region, postal_code, country, phone; NULL: not given. */
	const char *shipping_address;
	const char *billing_address; /* the shipping one when they are one */
	bool billing_same_as_shipping;
	const char *country; /* where tax and shipping are for; "" unknown */
	struct price_tax tax;
	/* The chosen rate, if it still fits the goods and the address. */
	struct uuid shipping_rate;   /* nil: none, or it fits no longer */
	const char *shipping_method; /* its name; "" none */
	bool shipping_outdated;      /* one was chosen, but fits no longer */
	int64_t weight_grams;
	size_t line_count;
	struct cart_line *lines; /* oldest first */
	struct price_sum sum;
	int64_t item_count; /* sum of quantities */
	int64_t expires_at; /* wall clock */
	int64_t held_until; /* of the reservation; 0: none */
	int64_t version;
};

enum { CART_MISSING_MAX = 5 };
/* What the buyer has not told yet: "items", "email", "shipping_address", ... ;
 * returns how many. */
size_t cart_missing(const struct cart *cart,
		    const char *missing[CART_MISSING_MAX]);

/* Who may open a cart: the bearer of its secret, or its owner. */
struct cart_key {
	struct uuid id;
	uint8_t secret_hash[32];
	struct uuid account; /* nil: not logged in */
};
/* From {id} in the path, X-Cart-Token and the bearer token. */
bool cart_key_read(struct request *req, struct cart_key *key);

/* 404 when there is none of that key (or it was abandoned). Totals are made
 * by price_total() from today's prices. One statement. */
async bool cart_load(struct work *w, const struct cart_key *key,
		     struct cart *cart);
/* The same with the row locked until the open transaction ends; in any other
 * state than abandoned. Two statements. */
async bool cart_lock(struct work *w, const struct cart_key *key,
		     struct cart *cart);

/* 409 cart_frozen or cart_ordered unless it is active. */
bool cart_demand_active(struct work *w, const struct cart *cart);
/* 409 cart_not_ready with "problems":[{"code","detail",...}] unless it has
 * lines without problems, e-mail, addresses and a shipping method. */
bool cart_demand_ready(struct work *w, const struct cart *cart);

extern const struct resource cart_resource;
/*
 * For handlers of routes carts/{id}/...: in one transaction locks the cart of
 * the path, refuses unless it is active and of If-Match's version, calls
 * change (which raises the version), and answers what it has become. In change
 * only id, state and version of the cart are known; cart_load_locked() tells
 * the rest.
 */
async bool cart_change(struct request *req, int status,
		       async bool (*change)(struct request *req,
					    struct cart *cart, void *argument),
		       void *argument);
/* The whole cart, when the open transaction has locked it. cart->id in. */
async bool cart_load_locked(struct work *w, struct cart *cart);

/* Routes carts/...; the purge of carts that have expired. */
extern const struct room cart_room;

#endif
