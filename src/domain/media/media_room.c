/* media_room.c - the routes of the room: images of products. */
#include <domain/media.h>

static const struct route routes[] = {
	{.path = NULL},
};

const struct room media_room = {
	.name = "media",
	.routes = routes,
};
