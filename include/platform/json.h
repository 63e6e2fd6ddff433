/* platform/json.h - JSON in. The only door to jansson.
 * Refuses duplicate keys, depth over 32, numbers outside +-(2^53-1), invalid
 * UTF-8 and NUL (DESIGN 5). */
#ifndef PLATFORM_JSON_H
#define PLATFORM_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/work.h>

struct json_t;

enum json_kind {
	JSON_KIND_ABSENT, /* no such member */
	JSON_KIND_NULL,
	JSON_KIND_BOOL,
	JSON_KIND_INT,
	JSON_KIND_REAL,
	JSON_KIND_TEXT,
	JSON_KIND_LIST,
	JSON_KIND_OBJECT
};

/* The document lives as long as the work. On false the fault is 400
 * parse_error, "JSON parse error - ...". */
bool json_read(struct work *w, const char *bytes, size_t length,
	       struct json_t **root);
/* For data that is not a client's (a provider's answer): no fault, NULL. The
 * document is released with the arena. */
struct json_t *json_read_quietly(struct arena *arena, const char *bytes,
				 size_t length);

/* node may be NULL: absent. */
enum json_kind json_kind(const struct json_t *node);
/* "data.object.amount", "lines.0.sku"; NULL when absent. */
const struct json_t *json_at(const struct json_t *root, const char *path);
/* The member of that exact name. */
const struct json_t *json_member(const struct json_t *object, const char *name);
const struct json_t *json_item(const struct json_t *list, size_t index);
size_t json_count(const struct json_t *list_or_object);
/* Calls visit for each member in order of the text; stops at false. */
bool json_each(const struct json_t *object,
	       bool (*visit)(const char *key, const struct json_t *value,
			     void *argument),
	       void *argument);
/* Values with a fallback for absent or of another kind. */
const char *json_text_at(const struct json_t *root, const char *path,
			 const char *fallback);
int64_t json_int_at(const struct json_t *root, const char *path,
		    int64_t fallback);
bool json_bool_at(const struct json_t *root, const char *path, bool fallback);
/* NUL-terminated UTF-8; NULL unless it is a text. */
const char *json_text(const struct json_t *node);
int64_t json_int(const struct json_t *node);
/* A number as Python's repr writes it: "1.1", "100.0". */
const char *json_number_text(struct arena *arena, const struct json_t *node);
/* Compact, keys in order of insertion. */
const char *json_write(struct arena *arena, const struct json_t *node);

#endif
