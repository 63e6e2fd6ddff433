/* domain/reviews.h - what customers say of products. */
#ifndef DOMAIN_REVIEWS_H
#define DOMAIN_REVIEWS_H

#include <rest/room.h>

extern const struct room reviews_room;

#endif
