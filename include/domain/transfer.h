/* domain/transfer.h - catalogues in and out as files. */
#ifndef DOMAIN_TRANSFER_H
#define DOMAIN_TRANSFER_H

#include <rest/room.h>

extern const struct room transfer_room;

#endif
