/* multipart.h - a form with files as browsers send it (RFC 7578), read
 * strictly. Pure: everything points into the body. */
#ifndef MEDIA_MULTIPART_H
#define MEDIA_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>

enum { MULTIPART_WORD = 128, MULTIPART_BOUNDARY = 70 };

struct multipart_part {
	char name[MULTIPART_WORD];
	char type[MULTIPART_WORD]; /* "" when none was told */
	bool is_file;		   /* it has a file name, which nobody reads */
	const char *bytes;
	size_t length;
};
struct multipart {
	char mark[MULTIPART_BOUNDARY + 5]; /* CR LF -- boundary */
	const char *at;
	const char *end;
	bool is_over;
};

/* False when the media type is no multipart/form-data with a boundary, or the
 * body does not begin with it. */
bool multipart_begin(struct multipart *form, const char *content_type,
		     const char *body, size_t length);
/* The next part. False at the end, which sets is_over, or when the form is
 * malformed, which does not. */
bool multipart_next(struct multipart *form, struct multipart_part *part);

/* "image/png" of "image/png; charset=x", lower case; false when it is too long
 * or no media type. */
bool media_type_read(const char *header, char type[MULTIPART_WORD]);
bool text_is_utf8(const char *bytes, size_t length);

#endif
