/* chunk.h - the chunked coding of a body (RFC 9112 7.1), decoded strictly as
 * it arrives. Pure. Called by the patched Kore. */
#ifndef PLATFORM_HTTP_CHUNK_H
#define PLATFORM_HTTP_CHUNK_H

#include <stddef.h>
#include <stdint.h>

/* All zero is the start of a body. */
struct chunk {
	int state;
	unsigned digits; /* of the size being read */
	unsigned extra;	 /* bytes of extensions and trailers so far */
	uint64_t left;	 /* of the data of this chunk */
};

enum {
	CHUNK_MORE = -1, /* all taken, the body goes on */
	CHUNK_DATA = -2, /* data and data_length are set; call again */
	CHUNK_DONE = 0	 /* the body is over; *bytes is behind it */
};

struct chunk_input {
	const char *bytes; /* moved forward */
	size_t length;	   /* shrinks with it */
	const char *data;
	size_t data_length;
};

/* A positive result is the status to refuse with. Extensions and trailers
 * are read and dropped, 4 KiB of them at the most. */
int chunk_take(struct chunk *chunk, struct chunk_input *input);

#endif
