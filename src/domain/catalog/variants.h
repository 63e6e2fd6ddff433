/* variants.h - what the files about variants know of one another. */
#ifndef VARIANTS_H
#define VARIANTS_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/request.h>

/* The product of variants, locked. */
struct variant_product {
	struct uuid id;
	const char *options; /* JSON */
	struct uuid type;    /* nil: none */
	const char *slug;
	int64_t count;	       /* of its variants */
	int64_t next_position; /* behind all of them */
	int64_t weight_grams;  /* of the default one */
	bool has_price;	       /* the default one, in the shop's currency */
	int64_t price;
};

/* 404 when there is none. In a transaction. */
async bool variant_product_lock(struct work *w, const struct uuid *id,
				struct variant_product *product);
/* After any change of its variants: finds a default one if there is none on
 * sale, and tells lists and feeds. In the transaction of the change. */
async bool variants_announce(struct work *w, const struct uuid *product);
/* All of a product, as a bare list. */
async bool variants_reply(struct request *req, int status,
			  const struct uuid *product);
/* A constraint of the database as a field error; false. */
bool variant_explain(struct work *w);

#endif
