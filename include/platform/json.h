/* platform/json.h - JSON in, and field errors. The only door to jansson.
 * Refuses duplicate keys, depth over 32, numbers outside +-(2^53-1) and
 * invalid UTF-8 (DESIGN 5). */
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

enum { JSON_DEPTH_MAX = 32 };

/*
 * The document lives as long as the work. On false the fault is 400
 * parse_error, "JSON parse error - ...". An escaped NUL and an escaped lone
 * surrogate are kept, because DRF blames the field and not the text: see
 * json_flaw(). Whoever stores a text of it asks that first.
 */
bool json_read(struct work *w, const char *bytes, size_t length,
	       struct json_t **root);
extern const struct fault_kind fault_json; /* 400 parse_error */
/* For data that is not a client's (a provider's answer): no fault, NULL. The
 * document is released with the arena; no text in it has a NUL. */
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
/* NUL-terminated UTF-8; NULL unless it is a text. With a NUL inside it ends
 * there: json_length() tells. */
const char *json_text(const struct json_t *node);
/* Bytes of a text, those behind a NUL too; 0 unless it is a text. */
size_t json_length(const struct json_t *node);
/* What PostgreSQL does not store and DRF refuses, in a text or anywhere in a
 * list or object, keys too. */
enum json_flaw { JSON_SOUND, JSON_NUL, JSON_SURROGATE };
/* surrogate, if not NULL, gets the first one: 0xD800 to 0xDFFF. */
enum json_flaw json_flaw(const struct json_t *node, unsigned *surrogate);
int64_t json_int(const struct json_t *node);
bool json_bool(const struct json_t *node);
/* A number as Python's repr writes it: "1.1", "100.0". */
const char *json_number_text(struct arena *arena, const struct json_t *node);
/* Python's name of its type: str int float bool list dict NoneType. */
const char *json_type_name(const struct json_t *node);
/* Compact, keys in order of insertion. */
const char *json_write(struct arena *arena, const struct json_t *node);

/*
 * Making one: each new_ gives a reference that the caller owns, put and push
 * take it over, release ends it (NULL is fine). Keys and texts are copied;
 * invalid UTF-8 in them is written as U+FFFD.
 */
struct json_t *json_new_object(void);
struct json_t *json_new_list(void);
struct json_t *json_new_text(const char *text);
void json_put(struct json_t *object, const char *key, struct json_t *value);
void json_push(struct json_t *list, struct json_t *value);
/* The member or item as one that may be changed; NULL when absent. Borrowed. */
struct json_t *json_open(struct json_t *object, const char *key);
struct json_t *json_open_item(struct json_t *list, size_t index);
void json_release(struct json_t *node);
/* One more reference to it, for put and push. */
struct json_t *json_keep(const struct json_t *node);

#endif
