/* columns.c - cells of a result as JSON values: the hot path of every list,
 * so bytes are copied and nothing is parsed. */
#include "columns.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#define EACH(byte) (UINT64_C(0x0101010101010101) * (byte))
#define TOP EACH(0x80)

/* The top bit of each byte that is zero (and maybe of ones above it). */
static uint64_t zero_bytes(uint64_t word)
{
	return (word - EACH(1)) & ~word & TOP;
}

/* Bytes that JSON or DRF escapes: controls, quote, backslash, and 0xE2 with
 * which U+2028 begins. Eight at a time. */
static bool is_plain(const char *bytes, size_t length)
{
	uint64_t word;
	uint64_t found;

	for (;; bytes += 8, length -= 8) {
		if (length < 8) {
			word = EACH(' ');
			memcpy(&word, bytes, length);
		} else {
			memcpy(&word, bytes, 8);
		}
		found = zero_bytes(word ^ EACH('"')) |
			zero_bytes(word ^ EACH('\\')) |
			zero_bytes(word ^ EACH(0xE2)) |
			((word - EACH(0x20)) & ~word & TOP);
		if (found != 0)
			return false;
		if (length <= 8)
			return true;
	}
}

char *cell_text(char *at, const char *bytes, size_t length)
{
	if (!is_plain(bytes, length))
		return NULL;
	*at++ = '"';
	memcpy(at, bytes, length);
	at += length;
	*at++ = '"';
	return at;
}

char *cell_money(char *at, const char *bytes, size_t length,
		 const struct currency *currency)
{
	size_t places = (size_t)currency->exponent;
	size_t whole;

	*at++ = '"';
	if (*bytes == '-') {
		*at++ = *bytes++;
		length--;
	}
	whole = length > places ? length - places : 0;
	if (whole == 0)
		*at++ = '0';
	memcpy(at, bytes, whole);
	at += whole;
	if (places > 0)
		*at++ = '.';
	for (size_t i = length - whole; i < places; i++)
		*at++ = '0';
	memcpy(at, bytes + whole, length - whole);
	at += length - whole;
	*at++ = '"';
	return at;
}

/* ".92" with six digits. */
static char *add_fraction(char *at, const char *bytes)
{
	int digits = 0;

	*at++ = *bytes++;
	for (; *bytes >= '0' && *bytes <= '9'; bytes++, digits++)
		*at++ = *bytes;
	for (; digits < 6; digits++)
		*at++ = '0';
	return at;
}

char *cell_time(char *at, const char *bytes, size_t length)
{
	/* A year past 9999, BC, infinity or a date alone: as it stands. */
	if (length < 19 || length > 32 || bytes[10] != ' ' || bytes[4] != '-')
		return cell_text(at, bytes, length);
	*at++ = '"';
	memcpy(at, bytes, 19);
	at[10] = 'T';
	at += 19;
	if (bytes[19] == '.')
		at = add_fraction(at, bytes + 19);
	*at++ = 'Z';
	*at++ = '"';
	return at;
}

/* PostgreSQL puts spaces between the tokens; the wire has none. */
char *cell_json(char *at, const char *bytes, size_t length)
{
	const char *end = bytes + length;

	while (bytes < end) {
		char c = *bytes++;

		if (c == ' ' || c == '\n')
			continue;
		*at++ = c;
		if (c != '"')
			continue;
		do {
			c = *at++ = *bytes++;
			if (c == '\\')
				*at++ = *bytes++;
		} while (c != '"' && bytes < end);
	}
	return at;
}
