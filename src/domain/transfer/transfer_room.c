/* transfer_room.c - the routes of the room: catalogues in and out as files. */
#include <domain/transfer.h>

static const struct route routes[] = {
	{.path = NULL},
};

const struct room transfer_room = {
	.name = "transfer",
	.routes = routes,
};
