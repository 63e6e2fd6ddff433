/* feeds_room.c - the routes of the room: the catalogue for machines: changes, product feeds, redirects. */
#include <domain/feeds.h>

static const struct route routes[] = {
	{.path = NULL},
};

const struct room feeds_room = {
	.name = "feeds",
	.routes = routes,
};
