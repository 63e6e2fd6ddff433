/* domain/orders.h - what was sold, and how far along it is (features 5.5).
 * Three axes: the order's own state, how it is paid, how it is fulfilled. */
#ifndef DOMAIN_ORDERS_H
#define DOMAIN_ORDERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/resource.h>
#include <rest/room.h>

enum order_state {
	ORDER_PENDING,	 /* waits to be paid; its cart is frozen */
	ORDER_PLACED,	 /* paid or authorized, numbered, stock allocated */
	ORDER_COMPLETED, /* fulfilled and paid */
	ORDER_CANCELED,	 /* was placed, is no more */
	ORDER_EXPIRED,	 /* was never paid; the cart is open again */
	ORDER_STATES
};

const char *order_state_name(enum order_state state);
/* Dies on a name that the schema does not allow either. */
enum order_state order_state_find(const char *name);
bool order_may(enum order_state from, enum order_state to);
/* 409 order_wrong_state, with the member "allowed": the states it may take. */
bool order_advance(struct work *w, enum order_state *state,
		   enum order_state next);

/* What all payments of one order come to, in minor units of its currency. */
struct order_sums {
	int64_t total;
	int64_t authorized; /* held, not captured */
	int64_t captured;
	int64_t refunded;   /* and charged back */
	bool was_voided;    /* a hold was given back */
};
/* Derived, never written by hand (features 5.5): pending amounts never count. */
const char *order_payment_status(const struct order_sums *sums);

/* A line of the timeline, in the open transaction. data is a JSON object. */
struct order_note {
	const struct uuid *order;
	const char *kind;  /* "payment.captured" */
	const char *actor; /* "customer", "staff", "gateway", "system" */
	const struct uuid *actor_id; /* or NULL */
	bool is_public;
	const char *data; /* NULL: {} */
};
async bool order_note(struct work *w, const struct order_note *note);

/* The whole order as the customer and as staff see it. */
extern const struct resource order_resource;
extern const struct resource admin_order_resource;

extern const struct room orders_room;

#endif
