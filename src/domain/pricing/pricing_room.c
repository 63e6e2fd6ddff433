/* pricing_room.c - the routes of the room: what things cost, and when. */
#include <domain/pricing.h>

static const struct route routes[] = {
	{.path = NULL},
};

const struct room pricing_room = {
	.name = "pricing",
	.routes = routes,
};
