/* key_ring.h - how a ring of keys is written: kid:secret[,kid:secret]. */
#ifndef AUTH_KEY_RING_H
#define AUTH_KEY_RING_H

#include <stdbool.h>
#include <stddef.h>

enum {
	RING_KEYS_MAX = 8,
	RING_KID_SIZE = 33,
	RING_SECRET_MIN = 32, /* RFC 7518 section 3.2, HS256 */
	RING_SECRET_MAX = 512
};

/* A key as it stands in the setting. */
struct ring_entry {
	char kid[RING_KID_SIZE];
	const char *secret; /* in the setting's text, not ended */
	size_t secret_length;
};

/* The setting's keys in order; no two have one kid. False with a sentence on
 * stderr that names the setting. */
bool ring_read(const char *setting, const char *text,
	       struct ring_entry entries[RING_KEYS_MAX], size_t *count);

#endif
