/* label.h - a field's name for people. */
#ifndef REST_LABEL_H
#define REST_LABEL_H

#include <platform/arena.h>

/* "page_size" is "Page size", as DRF labels fields. */
const char *label_of(struct arena *arena, const char *name);

#endif
