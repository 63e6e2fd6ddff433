/* reviews_room.c - the routes of the room: what customers say of products. */
#include <domain/reviews.h>

static const struct route routes[] = {
	{.path = NULL},
};

const struct room reviews_room = {
	.name = "reviews",
	.routes = routes,
};
