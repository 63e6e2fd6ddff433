/* upload.h - pictures sent to the shop, and fetched from it. */
#ifndef TESTS_API_UPLOAD_H
#define TESTS_API_UPLOAD_H

#include "shop.h"

#include "../pictures/pictures.h"

#define MEDIA "/api/v1/admin/media/"

/* Bytes as they are, by staff; path "" is the uploads'. */
struct answer *send_bytes(int status, const char *path, const char *type,
			  const char *bytes, size_t length);
/* The picture as its own body. */
struct answer *upload(int status, const char *type, struct picture picture);
/* As a browser's form: alt NULL sends none. */
struct answer *upload_form(int status, const char *type, struct picture picture,
			   const char *alt);
/* Waits until it is no longer processing; the picture as it is then. */
struct answer *settled(const struct answer *uploaded);
/* Uploaded with that text, and ready. */
struct answer *a_ready_picture(int width, int height, const char *alt);
/* With the answer's ETag as If-Match. */
struct caller staff_with(const struct answer *answer);
struct caller by_staff(void);
/* Of the first rendition. */
const char *url_of(const struct answer *media);

#endif
