/* guard.c - what is checked before jansson sees a text. */
#include "guard.h"

#include <string.h>

#include <platform/json.h>
#include <platform/text.h>

enum { MARK_LENGTH = 12, ESCAPE_LENGTH = 6 };

/* The index behind the string that starts at its quote. */
static size_t string_end(const char *bytes, size_t length, size_t i)
{
	for (i++; i < length && bytes[i] != '"'; i++) {
		if (bytes[i] == '\\')
			i++;
	}
	return i < length ? i + 1 : length;
}

bool guard_depth(const char *bytes, size_t length, size_t *offset)
{
	size_t depth = 0;
	size_t i = 0;

	while (i < length) {
		char c = bytes[i];

		if (c == '"') {
			i = string_end(bytes, length, i);
			continue;
		}
		if ((c == '[' || c == '{') && ++depth > JSON_DEPTH_MAX) {
			*offset = i;
			return false;
		}
		if ((c == ']' || c == '}') && depth > 0)
			depth--;
		i++;
	}
	return true;
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The code of the \uXXXX at i when it is a surrogate, else 0. */
static unsigned surrogate_at(const char *bytes, size_t length, size_t i)
{
	unsigned code = 0;

	if (length - i < ESCAPE_LENGTH || bytes[i] != '\\' ||
	    bytes[i + 1] != 'u')
		return 0;
	for (size_t k = 2; k < ESCAPE_LENGTH; k++) {
		int digit = hex_digit(bytes[i + k]);

		if (digit < 0)
			return 0;
		code = code << 4 | (unsigned)digit;
	}
	return code >= 0xD800 && code <= 0xDFFF ? code : 0;
}

static void add_mark(struct text *text, unsigned surrogate)
{
	text_add_bytes(text, "\xEF\xBF\xBF", 3);
	for (int shift = 8; shift >= 0; shift -= 4) {
		unsigned bits = surrogate >> shift & 0xF;

		text_add_bytes(text, "\xEF\xB7", 2);
		text_add_char(text, (char)(0x90 + bits));
	}
}

/* Copies one escape: a pair as it is, a lone surrogate as its mark. Returns
 * how many bytes it was. */
static size_t add_escape(struct text *text, const char *bytes, size_t length,
			 size_t i)
{
	unsigned code = surrogate_at(bytes, length, i);
	size_t size = code != 0 ? ESCAPE_LENGTH : 2;
	bool is_pair = code != 0 && code < 0xDC00 && length - i > size &&
		       surrogate_at(bytes, length, i + size) >= 0xDC00;

	if (is_pair)
		size += ESCAPE_LENGTH;
	if (size > length - i)
		size = length - i;
	if (code != 0 && !is_pair)
		add_mark(text, code);
	else
		text_add_bytes(text, bytes + i, size);
	return size;
}

const char *guard_surrogates(struct arena *arena, const char *bytes,
			     size_t *length)
{
	const char *found = memmem(bytes, *length, "\\u", 2);
	struct text text;
	size_t i;

	while (found != NULL) {
		i = (size_t)(found - bytes);
		if (surrogate_at(bytes, *length, i) != 0)
			break;
		found = memmem(found + 2, *length - i - 2, "\\u", 2);
	}
	if (found == NULL)
		return bytes;
	text_init(&text, arena, *length + MARK_LENGTH);
	for (i = 0; i < *length;) {
		if (bytes[i] == '\\') {
			i += add_escape(&text, bytes, *length, i);
			continue;
		}
		text_add_char(&text, bytes[i++]);
	}
	*length = text.length;
	return text.bytes;
}

unsigned guard_marked(const char *bytes, size_t length)
{
	const char *mark = memmem(bytes, length, "\xEF\xBF\xBF", 3);
	unsigned code = 0xD;

	if (mark == NULL ||
	    length - (size_t)(mark - bytes) < MARK_LENGTH)
		return 0;
	for (mark += 3; code <= 0xFFF; mark += 3) {
		unsigned last = (unsigned char)mark[2];

		if (memcmp(mark, "\xEF\xB7", 2) != 0 || last < 0x90 ||
		    last > 0x9F)
			return 0;
		code = code << 4 | (last - 0x90);
	}
	return code >= 0xD800 && code <= 0xDFFF ? code : 0;
}
