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

void cell_text(struct text *text, const char *bytes, size_t length)
{
	char *at;

	if (!is_plain(bytes, length)) {
		text_add_json(text, bytes, length);
		return;
	}
	at = text_grow(text, length + 2);
	at[0] = '"';
	memcpy(at + 1, bytes, length);
	at[length + 1] = '"';
	text->length += length + 2;
}

void cell_money(struct text *text, const char *bytes, size_t length,
		const struct currency *currency)
{
	size_t places = (size_t)currency->exponent;
	bool is_negative = *bytes == '-';
	char *at = text_grow(text, length + places + 8);
	char *start = at;
	size_t whole;

	*at++ = '"';
	if (is_negative) {
		*at++ = '-';
		bytes++;
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
	text->length += (size_t)(at - start);
}

void cell_time(struct text *text, const char *bytes, size_t length)
{
	char *at = text_grow(text, 40);
	char *start = at;
	size_t i = 19;

	/* A year past 9999, BC, infinity or a date alone: as it stands. */
	if (length < 19 || length > 32 || bytes[10] != ' ' || bytes[4] != '-') {
		cell_text(text, bytes, length);
		return;
	}
	*at++ = '"';
	memcpy(at, bytes, 19);
	at[10] = 'T';
	at += 19;
	if (i < length && bytes[i] == '.') {
		int digits = 0;

		*at++ = bytes[i++];
		for (; i < length && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
			*at++ = bytes[i];
			digits++;
		}
		for (; digits < 6; digits++)
			*at++ = '0';
	}
	*at++ = 'Z';
	*at++ = '"';
	text->length += (size_t)(at - start);
}
