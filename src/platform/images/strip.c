/* strip.c - a WebP without what its writer says of it: libvips 8.14 writes the
 * picture's EXIF (place, camera, names) and profile even when told not to. */
#include "images.h"

#include <string.h>

enum { HEAD = 12, CHUNK = 8, FLAGS = 8 };
/* Of VP8X: profile, EXIF, XMP (RFC 9649 2.7). */
enum { TELLING = 0x20 | 0x08 | 0x04 };

static size_t chunk_length(const uint8_t *chunk, size_t left)
{
	size_t length = (size_t)chunk[4] | (size_t)chunk[5] << 8 |
			(size_t)chunk[6] << 16 | (size_t)chunk[7] << 24;

	length += CHUNK + (length & 1);
	return length < left ? length : left;
}

static bool is_telling(const uint8_t *chunk)
{
	return memcmp(chunk, "EXIF", 4) == 0 || memcmp(chunk, "XMP ", 4) == 0 ||
	       memcmp(chunk, "ICCP", 4) == 0;
}

size_t webp_strip(uint8_t *bytes, size_t length)
{
	size_t kept = HEAD;
	size_t at = HEAD;

	while (at + CHUNK <= length) {
		size_t step = chunk_length(bytes + at, length - at);
		bool is_dropped = is_telling(bytes + at);

		if (memcmp(bytes + at, "VP8X", 4) == 0 && step > FLAGS)
			bytes[at + FLAGS] &= (uint8_t)~TELLING;
		if (!is_dropped) {
			memmove(bytes + kept, bytes + at, step);
			kept += step;
		}
		at += step;
	}
	for (int i = 0; i < 4; i++)
		bytes[4 + i] = (uint8_t)((kept - CHUNK) >> 8 * i);
	return kept;
}
