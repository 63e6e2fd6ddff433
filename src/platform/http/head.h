/* head.h - the head of a request, parsed strictly (RFC 9112). Pure: bytes in,
 * a struct or a status to refuse with out. Called by the patched Kore. */
#ifndef PLATFORM_HTTP_HEAD_H
#define PLATFORM_HTTP_HEAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HEAD_FIELDS = 100,  /* more are refused with 431 */
	HEAD_TARGET = 4096, /* bytes of path and query; longer is 414 */
	HEAD_HOST = 255,
	HEAD_MORE = -1, /* head_scan: not yet at its end */
	HEAD_DONE = 0
};

struct head_field {
	const char *name;
	const char *value;
};

/* Everything points into the bytes that were parsed. */
struct head {
	const char *method;
	const char *path;  /* raw; "*" of OPTIONS */
	const char *query; /* raw, without "?"; "" when none */
	const char *host;  /* of the Host line or an absolute target; "" in 1.0 */
	unsigned minor;	   /* 0 or 1 of HTTP/1.x */
	bool must_close;
	bool expects_continue;
	bool has_length;
	bool is_chunked;
	uint64_t length; /* Content-Length; 0 when none */
	size_t count;
	struct head_field fields[HEAD_FIELDS];
};

/*
 * Looks at the bytes that came since the last call: `*seen` is where that one
 * stopped, 0 at first. HEAD_DONE sets *end behind the empty line; a positive
 * result is the status to refuse with (RFC 9112 2.2: lines end in CR LF only,
 * no NUL, and nothing before the request line).
 */
int head_scan(const char *bytes, size_t length, size_t *seen, size_t *end);

/* Parses in place bytes[0..end) that head_scan has passed. HEAD_DONE, or the
 * status to refuse with; the connection is then to be closed. */
int head_parse(char *bytes, size_t end, struct head *head);

#endif
