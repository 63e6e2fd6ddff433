/* stock_wire.h - what staff sees and corrects of the stock. */
#ifndef DOMAIN_STOCK_WIRE_H
#define DOMAIN_STOCK_WIRE_H

#include <platform/uuid.h>
#include <rest/listing.h>
#include <rest/resource.h>

/* Either set with from_quantity, or delta. */
struct adjustment_in {
	struct uuid variant;
	const char *sku;
	int64_t set;
	int64_t from_quantity;
	int64_t delta;
	const char *reason;
};
extern const struct resource adjustment_in;
extern const struct resource stock_resource;
extern const struct resource movement_resource;
extern const struct resource reservation_resource;

extern const struct listing stock_listing;
extern const struct listing movement_listing;
extern const struct listing reservation_listing;

#endif
