/* cell.c - one cell: whether it is UTF-8, and whether a spreadsheet would run
 * it. Pure. */
#include "csv.h"

#include <string.h>

/* How many bytes follow a first byte; -1 when it cannot be first. */
static int followers(unsigned char first)
{
	if (first < 0x80)
		return 0;
	if (first >= 0xc2 && first <= 0xdf)
		return 1;
	if (first >= 0xe0 && first <= 0xef)
		return 2;
	return first >= 0xf0 && first <= 0xf4 ? 3 : -1;
}

/* Overlong forms, surrogates, and what is behind U+10FFFF. */
static bool is_beyond(unsigned char first, unsigned char second)
{
	return (first == 0xe0 && second < 0xa0) ||
	       (first == 0xed && second > 0x9f) ||
	       (first == 0xf0 && second < 0x90) ||
	       (first == 0xf4 && second > 0x8f);
}

int64_t utf8_flaw(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at != '\0') {
		const unsigned char *begin = at;
		unsigned char first = *at++;
		int count = followers(first);

		if (count < 0 || (count > 0 && is_beyond(first, *at)))
			return (const char *)begin - text;
		for (; count > 0; count--)
			if ((*at++ & 0xc0) != 0x80)
				return (const char *)begin - text;
	}
	return -1;
}

/* "-5", "+1.50": a spreadsheet takes it for no more than it is. */
static bool is_number(const char *cell)
{
	size_t whole;

	cell += *cell == '-' || *cell == '+';
	whole = strspn(cell, "0123456789");
	cell += whole;
	if (whole > 0 && *cell == '.') {
		cell++;
		whole = strspn(cell, "0123456789");
		cell += whole;
	}
	return whole > 0 && *cell == '\0';
}

static bool begins_formula(const char *cell)
{
	cell += strspn(cell, "'");
	return *cell != '\0' && strchr("=+-@\t\r\n", *cell) != NULL;
}

bool cell_is_formula(const char *cell)
{
	return begins_formula(cell) && !is_number(cell);
}

const char *cell_undo(const char *cell)
{
	return *cell == '\'' && begins_formula(cell) ? cell + 1 : cell;
}

void cell_add(struct text *text, const char *cell)
{
	bool is_formula = cell_is_formula(cell);

	if (!is_formula && strpbrk(cell, ",\"\r\n") == NULL &&
	    *cell != ' ') {
		text_add(text, cell);
		return;
	}
	text_add_char(text, '"');
	if (is_formula)
		text_add_char(text, '\'');
	for (const char *quote; (quote = strchr(cell, '"')) != NULL;
	     cell = quote + 1) {
		text_add_bytes(text, cell, (size_t)(quote - cell) + 1);
		text_add_char(text, '"');
	}
	text_add(text, cell);
	text_add_char(text, '"');
}
