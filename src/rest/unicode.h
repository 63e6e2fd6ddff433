/* unicode.h - texts as Python sees them: code points, str.strip(). */
#ifndef REST_UNICODE_H
#define REST_UNICODE_H

#include <stddef.h>
#include <stdint.h>

/* Code points of valid UTF-8. */
int64_t unicode_length(const char *bytes, size_t length);
/* Moves the start and shortens the length as Python's str.strip() does. */
const char *unicode_strip(const char *bytes, size_t *length);

#endif
