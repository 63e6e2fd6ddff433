/* cookie.h - single cookies, in and out (RFC 6265). */
#ifndef REST_COOKIE_H
#define REST_COOKIE_H

#include <stdbool.h>
#include <stdint.h>

struct request;

enum cookie { COOKIE_ACCESS, COOKIE_REFRESH, COOKIE_CSRF, COOKIE_DEVICE, COOKIES };

/* Its value; NULL: it was not sent. False: it was sent twice (400), which only
 * somebody who plants cookies from a neighbouring host brings about. */
bool cookie_read(struct request *req, enum cookie cookie, const char **value);
/* For `seconds`; 0 removes it. The value needs no quoting. */
void cookie_write(struct request *req, enum cookie cookie, const char *value,
		  int64_t seconds);

#endif
