/* members.h - members of the JSON objects that statements take. */
#ifndef MEMBERS_H
#define MEMBERS_H

#include <platform/text.h>
#include <platform/uuid.h>

/* NULL: no member. */
void put_text(struct out *out, const char *key, const char *value);
/* Bytes that are JSON already; NULL: no member. */
void put_json(struct out *out, const char *key, const char *json);
void put_int(struct out *out, const char *key, int64_t value);
void put_bool(struct out *out, const char *key, bool is_true);
/* The nil id is null. */
void put_uuid(struct out *out, const char *key, const struct uuid *uuid);

#endif
