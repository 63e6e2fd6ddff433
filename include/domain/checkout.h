/* domain/checkout.h - from a cart to an order that is paid (features 5.4).
 * Other rooms learn of it by its events: order.placed, order.canceled. */
#ifndef DOMAIN_CHECKOUT_H
#define DOMAIN_CHECKOUT_H

#include <rest/room.h>

extern const struct room checkout_room;

#endif
