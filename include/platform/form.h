/* platform/form.h - names and values as forms and queries have them. */
#ifndef PLATFORM_FORM_H
#define PLATFORM_FORM_H

#include <platform/text.h>

/* Percent-encodes all but unreserved characters (RFC 3986 section 2.3). */
void form_encode(struct text *text, const char *value);
/* "name=value", after "&" unless the text is empty or ends in "?" or "&". A
 * NULL value is left out. */
void form_add(struct text *form, const char *name, const char *value);

#endif
