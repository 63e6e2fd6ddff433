/* domain/pricing.h - what goods, shipping and tax come to (features 5.2).
 * The sums are pure: no waiting, no I/O. Rounding half up, once a line. */
#ifndef DOMAIN_PRICING_H
#define DOMAIN_PRICING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/work.h>
#include <rest/room.h>

struct price_line {
	int64_t quantity;   /* 1 or more */
	int64_t unit_price; /* minor units */
	int64_t total;	    /* out: quantity * unit_price */
	int64_t tax;	    /* out: inside total, or on top of it */
};

struct price_tax {
	int64_t rate;	   /* millionths: 19 % is 190000 */
	bool is_inclusive; /* prices contain it */
};

/* All in minor units of one currency. */
struct price_sum {
	int64_t subtotal;     /* of the lines' totals */
	int64_t shipping;     /* in */
	int64_t shipping_tax; /* inside shipping, or on top of it */
	int64_t tax_total;    /* of the lines and the shipping */
	int64_t total;	      /* what is to be paid */
};

/*
 * Fills total and tax of each line and the sums; sum->shipping is given.
 * The order of the lines changes nothing. 422 amount_too_large past 2^53-1.
 */
bool price_total(struct work *w, struct price_line *lines, size_t count,
		 struct price_tax tax, struct price_sum *sum);

extern const struct room pricing_room;

#endif
