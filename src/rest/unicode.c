/* unicode.c - texts as Python sees them: code points, str.strip(). */
#include "unicode.h"

#include <stdbool.h>

int64_t unicode_length(const char *bytes, size_t length)
{
	int64_t count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)bytes[i] & 0xC0) != 0x80;
	return count;
}

static bool is_ascii_space(unsigned char c)
{
	return c == ' ' || (c >= 0x09 && c <= 0x0D) || (c >= 0x1C && c <= 0x1F);
}

static bool is_wide_space(unsigned code)
{
	return code == 0x85 || code == 0xA0 || code == 0x1680 ||
	       (code >= 0x2000 && code <= 0x200A) || code == 0x2028 ||
	       code == 0x2029 || code == 0x202F || code == 0x205F ||
	       code == 0x3000;
}

/* How many bytes of white space stand at the start; 0 for none. */
static size_t space_at(const unsigned char *at, size_t left)
{
	if (left == 0)
		return 0;
	if (at[0] < 0x80)
		return is_ascii_space(at[0]) ? 1 : 0;
	if (left >= 2 && (at[0] & 0xE0) == 0xC0)
		return is_wide_space((at[0] & 0x1Fu) << 6 | (at[1] & 0x3Fu))
			       ? 2
			       : 0;
	if (left >= 3 && (at[0] & 0xF0) == 0xE0)
		return is_wide_space((at[0] & 0x0Fu) << 12 |
				     (at[1] & 0x3Fu) << 6 | (at[2] & 0x3Fu))
			       ? 3
			       : 0;
	return 0;
}

/* The same at the end. */
static size_t space_before(const unsigned char *bytes, size_t length)
{
	for (size_t size = 1; size <= 3 && size <= length; size++) {
		if ((bytes[length - size] & 0xC0) != 0x80)
			return space_at(bytes + length - size, size);
	}
	return 0;
}

const char *unicode_strip(const char *bytes, size_t *length)
{
	const unsigned char *at = (const unsigned char *)bytes;
	size_t left = *length;
	size_t space;

	while ((space = space_at(at, left)) > 0) {
		at += space;
		left -= space;
	}
	while ((space = space_before(at, left)) > 0)
		left -= space;
	*length = left;
	return (const char *)at;
}
