/* domain/feeds.h - the catalogue for machines: changes, product feeds, redirects. */
#ifndef DOMAIN_FEEDS_H
#define DOMAIN_FEEDS_H

#include <rest/room.h>

extern const struct room feeds_room;

#endif
