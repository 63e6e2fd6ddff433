/* platform/uuid.h - RFC 9562 identifiers; ours are version 7. */
#ifndef PLATFORM_UUID_H
#define PLATFORM_UUID_H

#include <stdbool.h>
#include <stdint.h>

#define UUID_TEXT_LENGTH 36

struct uuid {
	uint8_t bytes[16];
};

/* Time-ordered: milliseconds, then random (RFC 9562 section 5.7). */
struct uuid uuid_make(void);
/* text has room for UUID_TEXT_LENGTH + 1 bytes. */
void uuid_format(const struct uuid *uuid, char *text);
/* 36 characters with dashes or 32 hex digits, any case, as DRF accepts. */
bool uuid_parse(const char *text, struct uuid *uuid);
bool uuid_is_nil(const struct uuid *uuid);
bool uuid_equal(const struct uuid *a, const struct uuid *b);

#endif
