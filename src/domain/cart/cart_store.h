/* cart_store.h - the cart's own statements; not for other rooms. */
#ifndef DOMAIN_CART_STORE_H
#define DOMAIN_CART_STORE_H

#include <domain/cart.h>
#include <platform/db.h>

struct cart_in;

/* From the columns of cart_show, cart_show_any and cart_add; totals made. */
bool cart_read(struct work *w, const struct rows *rows, struct cart *cart);
/* The amount and the bands of the chosen rate, as the row has them. */
struct shipping_choice {
	bool is_chosen;	  /* some rate was, whether it fits or not */
	bool is_in_zone;  /* it is of the country, the currency, and active */
	struct uuid rate;
	const char *method;
	int64_t amount;
	int64_t weight_from, weight_to; /* grams, to exclusive */
	int64_t value_from, value_to;	/* minor units, to exclusive */
};
/* Lines, tax and choice are there: what all of it costs. */
bool cart_add_up(struct work *w, struct cart *cart,
		 const struct shipping_choice *choice);

const char *cart_state_name(enum cart_state state);
/* Dies of a name that the database does not have. */
enum cart_state cart_state_find(const char *name);
const char *cart_problem_code(enum cart_problem problem);
const char *cart_problem_detail(enum cart_problem problem);

extern const struct fault_kind cart_not_found;
/* Ids for new lines; lines are shown in their order, so they are sorted. */
struct uuid *line_ids_make(struct arena *arena, size_t count);

/* What goes into a cart, each variant once. */
struct cart_goods {
	size_t count;
	struct uuid *variants;
	int64_t *quantities;
};
/* Lines are made or grow. 400 tells which cannot be bought, and why. */
async bool cart_add(struct work *w, const struct cart_key *key,
		    const struct cart_goods *goods, struct cart *cart);
async bool cart_insert(struct work *w, const struct cart_key *key,
		       const struct cart_in *in);
/* Members that are NULL stay as they are. */
struct cart_edits {
	const char *email;
	const char *note;
	const char *shipping_address; /* JSON */
	const char *billing_address;
	const bool *billing_same_as_shipping;
	const char *currency; /* another one: the shipping method falls off */
};
async bool cart_edit(struct work *w, const struct uuid *id,
		     const struct cart_edits *edits);
/* 400 on "currency" unless every line has a price in it. */
async bool cart_demand_prices(struct work *w, const struct uuid *cart,
			      const char *currency);
async bool cart_item_set(struct work *w, const struct uuid *cart,
			 const struct uuid *item, int64_t quantity);
async bool cart_abandon(struct work *w, const struct uuid *id);
/* Locks, and tells id, state and version. */
async bool cart_lock_row(struct work *w, const struct cart_key *key,
			 struct cart *cart);

#endif
