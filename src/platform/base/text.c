/* text.c - a text that grows by doubling. */
#include <platform/text.h>

#include <assert.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { LEAST_ROOM = 256 };

void text_init(struct text *text, struct arena *arena, size_t room)
{
	*text = (struct text){.arena = arena};
	if (room > 0)
		text_grow(text, room);
}

char *text_grow(struct text *text, size_t more)
{
	size_t room = text->room < LEAST_ROOM ? LEAST_ROOM : text->room;
	char *bytes;

	assert(more < SIZE_MAX / 4 && text->length < SIZE_MAX / 4);
	if (text->room - text->length > more)
		return text->bytes + text->length;
	while (room <= text->length + more)
		room *= 2;
	bytes = arena_raw(text->arena, room);
	if (text->length > 0)
		memcpy(bytes, text->bytes, text->length);
	bytes[text->length] = '\0';
	text->bytes = bytes;
	text->room = room;
	return text->bytes + text->length;
}

void text_add_bytes(struct text *text, const char *bytes, size_t length)
{
	char *end = text_grow(text, length);

	if (length > 0)
		memcpy(end, bytes, length);
	end[length] = '\0';
	text->length += length;
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_add_char(struct text *text, char c)
{
	text_add_bytes(text, &c, 1);
}

void text_add_int(struct text *text, int64_t number)
{
	char digits[24];
	char *at = digits + sizeof(digits);
	uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;

	do {
		*--at = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0);
	if (number < 0)
		*--at = '-';
	text_add_bytes(text, at, (size_t)(digits + sizeof(digits) - at));
}

void text_format(struct text *text, const char *format, ...)
{
	va_list list;
	va_list again;
	int length;

	va_start(list, format);
	va_copy(again, list);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	assert(length >= 0);
	text_grow(text, (size_t)length + 1);
	vsnprintf(text->bytes + text->length, (size_t)length + 1, format, list);
	text->length += (size_t)length;
	va_end(list);
}
