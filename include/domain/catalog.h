/* domain/catalog.h - what the shop has to sell. */
#ifndef DOMAIN_CATALOG_H
#define DOMAIN_CATALOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/listing.h>
#include <rest/resource.h>
#include <rest/room.h>

enum { SLUG_MAX = 100 };

/* "Crème brûlée, 2 pcs" -> "creme-brulee-2-pcs": lower-case ASCII letters,
 * digits and single dashes, at most SLUG_MAX - 1; "item" when nothing is
 * left. Pure. */
void slug_make(const char *name, char slug[SLUG_MAX]);

/* ---- attributes ---- */

enum { ATTRIBUTES_MAX = 100 }; /* of one product */

/* One attribute as a product may have it. */
struct attribute_rule {
	const char *code;
	const char *kind;	 /* text number boolean choice colour date */
	const char *const *values; /* of choice and colour */
	size_t value_count;
};

/* What the attributes of the products of one type are held to. */
struct attribute_set {
	bool is_typed; /* then it knows no other attributes */
	size_t count;
	const struct attribute_rule *rules;
};

/*
 * The attributes of that type; NULL or nil: all there are, since a product
 * without a type may have any text beside them. In a transaction they stay as
 * they are until its end. A type that does not exist has none.
 */
async bool attribute_set_load(struct work *w, const struct uuid *type,
			      struct attribute_set *set);
/*
 * Judges the attributes of a product or variant, a JSON object by code. Field
 * errors, "attributes.colour": a value of another kind, an unknown choice, an
 * unknown code of a typed product. Values may come as texts ("350", "true",
 * as DRF's fields take them); *clean, unless NULL, is what is to be stored: a
 * JSON object with numbers and booleans as such. Pure.
 */
bool attributes_judge(struct work *w, const char *field,
		      const struct attribute_set *set, const char *json,
		      const char **clean);
/* Loads and judges at once, one statement; *json becomes what is to be stored.
 * Call it in the product's transaction. What publishing requires is
 * product_lacks()'s business. */
async bool attributes_clean(struct work *w, const char *field,
			    const struct uuid *type, const char **json);

/* The query's currency, else the shop's; 400 when it is none. */
struct request;
bool read_currency(struct request *req, const char **currency);

/* A product as it stands in a list. */
extern const struct resource product_card_resource;
/* The same with what may be expanded. */
extern const struct resource listed_product_resource;
/* Lists of them, read from what is listed in a place. Fixed: the slug of the
 * category, the currency, the slug of the collection. The first has orders
 * that an index has and no filters, the second walks through all of them. */
extern const struct listing product_listing;
extern const struct listing product_search_listing;

extern const struct room catalog_room;
extern const struct room products_room;
extern const struct room attributes_room;
extern const struct room collections_room;

#endif
