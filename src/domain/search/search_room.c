/* search_room.c - the routes of the room: finding products. */
#include <domain/search.h>

static const struct route routes[] = {
	{.path = NULL},
};

const struct room search_room = {
	.name = "search",
	.routes = routes,
};
