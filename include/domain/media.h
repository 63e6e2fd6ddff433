/* domain/media.h - images of products. */
#ifndef DOMAIN_MEDIA_H
#define DOMAIN_MEDIA_H

#include <rest/room.h>

extern const struct room media_room;

#endif
