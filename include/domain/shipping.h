/* domain/shipping.h - zones, methods and tables of rates (features 4, rows
 * 33, 34, 96). */
#ifndef DOMAIN_SHIPPING_H
#define DOMAIN_SHIPPING_H

#include <rest/room.h>

/*
 * Routes carts/{id}/shipping-rates/, carts/{id}/shipping-method/ and
 * admin/shipping-*. The chosen rate and its amount as quoted are pinned on the
 * cart; struct cart tells whether they still fit its goods and address.
 */
extern const struct room shipping_room;

#endif
