/* range.h - which bytes of a file a Range header asks for (RFC 9110 14). */
#ifndef MEDIA_RANGE_H
#define MEDIA_RANGE_H

#include <stddef.h>

enum range_kind {
	RANGE_WHOLE, /* none, several, or malformed: all of it */
	RANGE_PART,
	RANGE_BEYOND /* 416 */
};
/* first and last, both included, when it is a part. */
enum range_kind range_read(const char *header, size_t size, size_t *first,
			   size_t *last);

#endif
