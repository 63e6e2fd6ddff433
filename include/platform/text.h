/* platform/text.h - a growing text in an arena, and a JSON writer on it. */
#ifndef PLATFORM_TEXT_H
#define PLATFORM_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/arena.h>

/* Always NUL-terminated once anything was added; grows by doubling. */
struct text {
	struct arena *arena;
	char *bytes;
	size_t length;
	size_t room;
};

void text_init(struct text *text, struct arena *arena, size_t room);
/* Room for `more` bytes at the end; the caller fills and adds to length. */
char *text_grow(struct text *text, size_t more);
void text_add(struct text *text, const char *string);
void text_add_bytes(struct text *text, const char *bytes, size_t length);
void text_add_char(struct text *text, char c);
void text_add_int(struct text *text, int64_t number);
void text_format(struct text *text, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
/* The bytes as a JSON string with quotes, escaped as DRF does (UTF-8 stays,
 * U+2028 and U+2029 are escaped). */
void text_add_json(struct text *text, const char *bytes, size_t length);

/*
 * JSON out: commas are the writer's business. out_key() before each value of
 * an object; out_* values alone in arrays. Compact, as DRF writes.
 */
struct out {
	struct text *text;
	bool needs_comma;
};

void out_init(struct out *out, struct text *text);
void out_object(struct out *out);
void out_object_end(struct out *out);
void out_array(struct out *out);
void out_array_end(struct out *out);
void out_key(struct out *out, const char *key); /* a plain ASCII name */
void out_text(struct out *out, const char *string); /* NULL writes null */
void out_int(struct out *out, int64_t number);
void out_bool(struct out *out, bool is_true);
void out_null(struct out *out);
/* Bytes that are JSON already. */
void out_raw(struct out *out, const char *json, size_t length);

#endif
