/* pricing.h - what the files of this room know of one another. */
#ifndef PRICING_H
#define PRICING_H

#include <domain/pricing.h>
#include <platform/db.h>
#include <rest/listing.h>
#include <rest/request.h>

enum { PRICE_BULK_MAX = 1000, PRICE_CURRENCIES_MAX = 100 };

/* A price as staff send it; compare_at_amount 0: none. */
struct price_in {
	const char *currency;
	int64_t amount;
	int64_t compare_at_amount;
};

struct prices_in {
	struct field_list prices; /* struct price_in */
};

struct bulk_row {
	struct uuid variant; /* or sku */
	const char *sku;
	const char *currency;
	int64_t amount;
	int64_t compare_at_amount; /* 0: none */
};

struct bulk_in {
	const char *error_policy; /* NULL: all */
	struct field_list prices; /* struct bulk_row */
};

struct schedule_in {
	const char *currency;
	int64_t amount;
	int64_t compare_at_amount;
	int64_t starts_at;
	int64_t ends_at;
};

extern const struct resource prices_in_resource;
extern const struct resource prices_resource;
extern const struct resource price_bulk_in_resource;
extern const struct resource price_bulk_resource;
extern const struct resource price_schedule_resource;
extern const struct resource price_history_resource;
extern const struct listing price_schedule_listing;
extern const struct listing price_history_listing;

/* The variant named in the path; 404 when there is none. */
async bool price_variant_read(struct request *req, struct uuid *variant);
/* Locks the product of a variant; 404 when either is gone. */
async bool price_product_lock(struct work *w, const struct uuid *variant,
			      struct uuid *product);

/* Handlers, by file. */
async bool prices_show(struct request *req);
async bool prices_replace(struct request *req);
async bool price_history(struct request *req);
async bool price_bulk(struct request *req);
async bool price_schedule_list(struct request *req);
async bool price_schedule_create(struct request *req);
async bool price_schedule_show(struct request *req);
async bool price_schedule_update(struct request *req);
async bool price_schedule_delete(struct request *req);

#endif
