/* compress.c - gzip and Brotli, whole bodies at once. The only door to zlib
 * and libbrotli. */
#include "cache.h"

#include <assert.h>
#include <brotli/encode.h>
#include <zlib.h>

/* On the loop, for pages that live a minute at most: the steps behind these
 * cost three times as much for a twentieth of the bytes. */
enum {
	GZIP_LEVEL = 5,
	BROTLI_QUALITY = 5,
	GZIP_WINDOW = 15 + 16, /* with gzip's header */
	GZIP_MEMORY = 8
};

static size_t gzip_to(const struct http_span *from, char *to, size_t room)
{
	static z_stream stream; /* a quarter of a MiB, made once */
	static bool is_made;
	int result;

	if (!is_made) {
		result = deflateInit2(&stream, GZIP_LEVEL, Z_DEFLATED,
				      GZIP_WINDOW, GZIP_MEMORY,
				      Z_DEFAULT_STRATEGY);
		assert(result == Z_OK);
		is_made = true;
	} else {
		deflateReset(&stream);
	}
	stream.next_in = (z_const Bytef *)(uintptr_t)from->bytes;
	stream.avail_in = (uInt)from->length;
	stream.next_out = (Bytef *)to;
	stream.avail_out = (uInt)room;
	result = deflate(&stream, Z_FINISH);
	return result == Z_STREAM_END ? room - stream.avail_out : 0;
}

static size_t brotli_to(const struct http_span *from, char *to, size_t room)
{
	int window = BROTLI_MIN_WINDOW_BITS;
	size_t length = room;

	while (window < BROTLI_DEFAULT_WINDOW &&
	       ((size_t)1 << window) < from->length)
		window++;
	if (!BrotliEncoderCompress(BROTLI_QUALITY, window, BROTLI_MODE_TEXT,
				   from->length, (const uint8_t *)from->bytes,
				   &length, (uint8_t *)to))
		return 0;
	return length;
}

size_t compress_to(enum coding coding, const struct http_span *from, char *to,
		   size_t room)
{
	return coding == CODING_GZIP ? gzip_to(from, to, room)
				     : brotli_to(from, to, room);
}
