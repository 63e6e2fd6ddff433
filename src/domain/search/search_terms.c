/* search_terms.c - what a shopper types, taken apart. Never fails: what has no
 * meaning is left out. */
#include "search.h"

#include <ctype.h>
#include <string.h>

struct reading {
	struct arena *arena;
	const char *at;
	struct search_terms *terms;
	bool is_or; /* OR stood before */
};

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Whether anything in it can be part of a word: a letter, a digit, or what is
 * not ASCII. */
static bool has_word(const char *at, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		unsigned char c = (unsigned char)at[i];

		if (c >= 0x80 || isalnum(c))
			return true;
	}
	return false;
}

static void add(struct reading *r, bool is_negative, char kind, const char *at,
		size_t length)
{
	struct search_terms *terms = r->terms;
	char sign = is_negative ? '-' : '+';
	struct text term;

	if (!has_word(at, length))
		return;
	if (terms->count == SEARCH_WORDS_MAX) {
		terms->is_cut = true;
		return;
	}
	if (!is_negative && r->is_or && terms->has_positive)
		sign = '|';
	r->is_or = false;
	terms->has_positive = terms->has_positive || !is_negative;
	text_init(&term, r->arena, length + 3);
	text_add_char(&term, sign);
	text_add_char(&term, kind);
	text_add_bytes(&term, at, length);
	terms->list[terms->count++] = term.bytes;
}

/* OR and AND, written large, join; so does a lone bar. */
static bool is_joint(struct reading *r, const char *at, size_t length)
{
	bool is_or = (length == 2 && memcmp(at, "OR", 2) == 0) ||
		     (length == 1 && *at == '|');

	r->is_or = r->is_or || is_or;
	return is_or || (length == 3 && memcmp(at, "AND", 3) == 0);
}

static void read_one(struct reading *r)
{
	bool is_negative = *r->at == '-';
	const char *close;
	size_t length = 0;

	r->at += is_negative;
	if (*r->at == '"' && (close = strchr(r->at + 1, '"')) != NULL) {
		add(r, is_negative, 'p', r->at + 1,
		    (size_t)(close - r->at - 1));
		r->at = close + 1;
		return;
	}
	while (r->at[length] != '\0' && !is_space(r->at[length]) &&
	       (length == 0 || r->at[length] != '"'))
		length++;
	if (is_negative || !is_joint(r, r->at, length))
		add(r, is_negative,
		    r->at[length] == '\0' && !is_negative ? 'l' : 'w', r->at,
		    length);
	r->at += length;
}

void search_terms_read(struct arena *arena, const char *text,
		       struct search_terms *terms)
{
	struct reading r = {.arena = arena, .at = text, .terms = terms};

	terms->count = 0;
	terms->has_positive = false;
	terms->is_cut = false;
	while (*r.at != '\0') {
		if (is_space(*r.at))
			r.at++;
		else
			read_one(&r);
	}
}
