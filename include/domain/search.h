/* domain/search.h - finding products. */
#ifndef DOMAIN_SEARCH_H
#define DOMAIN_SEARCH_H

#include <rest/room.h>

extern const struct room search_room;

#endif
