/* rooms.c - the list of all rooms, in the order of their dependence. */
#include <rest/room.h>

#define ROOM(name) extern const struct room name##_room;
#define ROOMS                                                          \
	ROOM(rest)                                                     \
	ROOM(addresses)                                                \
	ROOM(accounts)                                                 \
	ROOM(passwords)                                                \
	ROOM(profile)                                                  \
	ROOM(audit)                                                    \
	ROOM(factors)                                                  \
	ROOM(passkeys)                                                 \
	ROOM(social)                                                   \
	ROOM(staff)                                                    \
	ROOM(keys)                                                     \
	ROOM(media)                                                    \
	ROOM(pricing)                                                  \
	ROOM(catalog)                                                  \
	ROOM(products)                                                 \
	ROOM(attributes)                                               \
	ROOM(collections)                                              \
	ROOM(inventory)                                                \
	ROOM(search)                                                   \
	ROOM(transfer)                                                 \
	ROOM(feeds)                                                    \
	ROOM(cart)                                                     \
	ROOM(orders)                                                   \
	ROOM(payments)                                                 \
	ROOM(shipping)                                                 \
	ROOM(reviews)                                                  \
	ROOM(checkout)                                                 \
	ROOM(notifications)                                            \
	ROOM(operations)                                               \
	ROOM(privacy)
ROOMS
#undef ROOM
#define ROOM(name) &name##_room,

const struct room *const rooms[] = {ROOMS NULL};
