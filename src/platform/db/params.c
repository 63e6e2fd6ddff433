/* params.c - values on their way to PostgreSQL, as text. */
#include <platform/db.h>

#include <stdio.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/text.h>

struct param p_text(const char *text)
{
	return (struct param){.text = text};
}

struct param p_null(void)
{
	return (struct param){0};
}

struct param p_int(int64_t number)
{
	struct param p = {.is_buffered = true};
	char digits[24];
	size_t at = sizeof(digits);
	uint64_t rest = number < 0 ? -(uint64_t)number : (uint64_t)number;

	digits[--at] = '\0';
	do {
		digits[--at] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest != 0);
	if (number < 0)
		digits[--at] = '-';
	memcpy(p.buffer, digits + at, sizeof(digits) - at);
	return p;
}

struct param p_bool(bool is_true)
{
	return (struct param){.text = is_true ? "t" : "f"};
}

struct param p_uuid(const struct uuid *uuid)
{
	struct param p = {0};

	if (uuid == NULL || uuid_is_nil(uuid))
		return p;
	p.is_buffered = true;
	uuid_format(uuid, p.buffer);
	return p;
}

struct param p_time(int64_t wall)
{
	struct param p = {.is_buffered = true};

	time_format(wall, p.buffer);
	return p;
}

struct param p_bytes(struct arena *arena, const void *bytes, size_t length)
{
	static const char digits[] = "0123456789abcdef";
	const unsigned char *in = bytes;
	char *hex;

	if (bytes == NULL)
		return p_null();
	hex = arena_alloc(arena, 2 * length + 3);
	hex[0] = '\\';
	hex[1] = 'x';
	for (size_t i = 0; i < length; i++) {
		hex[2 + 2 * i] = digits[in[i] >> 4];
		hex[3 + 2 * i] = digits[in[i] & 15];
	}
	return p_text(hex);
}

/* Quoted, so that NULL, commas, braces and the empty text are themselves. */
static void add_element(struct text *out, const char *text)
{
	if (text == NULL) {
		text_add(out, "NULL");
		return;
	}
	text_add_char(out, '"');
	for (; *text != '\0'; text++) {
		if (*text == '"' || *text == '\\')
			text_add_char(out, '\\');
		text_add_char(out, *text);
	}
	text_add_char(out, '"');
}

struct param p_texts(struct arena *arena, const char *const *texts,
		     size_t count)
{
	struct text out;

	text_init(&out, arena, 16 + 16 * count);
	text_add_char(&out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			text_add_char(&out, ',');
		add_element(&out, texts[i]);
	}
	text_add_char(&out, '}');
	return p_text(out.bytes);
}

struct param p_uuids(struct arena *arena, const struct uuid *uuids,
		     size_t count)
{
	struct text out;

	text_init(&out, arena, 3 + (UUID_TEXT_LENGTH + 1) * count);
	text_add_char(&out, '{');
	for (size_t i = 0; i < count; i++) {
		char text[UUID_TEXT_LENGTH + 1];

		uuid_format(&uuids[i], text);
		if (i > 0)
			text_add_char(&out, ',');
		text_add(&out, text);
	}
	text_add_char(&out, '}');
	return p_text(out.bytes);
}

struct param p_ints(struct arena *arena, const int64_t *numbers, size_t count)
{
	struct text out;

	text_init(&out, arena, 16 + 8 * count);
	text_add_char(&out, '{');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			text_add_char(&out, ',');
		text_add_int(&out, numbers[i]);
	}
	text_add_char(&out, '}');
	return p_text(out.bytes);
}
