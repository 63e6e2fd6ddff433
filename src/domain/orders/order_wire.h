/* order_wire.h - the resource tables of orders. */
#ifndef DOMAIN_ORDERS_ORDER_WIRE_H
#define DOMAIN_ORDERS_ORDER_WIRE_H

#include <domain/orders.h>

struct order_patch {
	const char *note;
};

struct order_lookup {
	const char *number;
	const char *email;
};

extern const struct resource order_lookup_resource;
extern const struct resource order_lookup_answer;
extern const struct resource order_tracking_resource;
extern const struct choice order_states[];
extern const struct choice payment_statuses[];
extern const struct choice fulfilment_statuses[];
extern const struct resource order_row_resource;
extern const struct resource admin_order_row_resource;

#endif
