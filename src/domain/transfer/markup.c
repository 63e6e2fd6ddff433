/* markup.c - character references, and the text of Ruby hashes. */
#include "markup.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <platform/text.h>

enum { NAME_MAX_BYTES = 100 };

static const struct {
	const char *name;
	const char *text;
} references[] = {
	{"amp;", "&"}, {"lt;", "<"}, {"gt;", ">"}, {"quot;", "\""},
	{"apos;", "'"}, {"nbsp;", " "}, {"reg;", "\xc2\xae"},
	{"deg;", "\xc2\xb0"}, {"trade;", "\xe2\x84\xa2"},
	{"ndash;", "\xe2\x80\x93"}, {"mdash;", "\xe2\x80\x94"},
	{"rsquo;", "\xe2\x80\x99"}, {"lsquo;", "\xe2\x80\x98"},
	{"rdquo;", "\xe2\x80\x9d"}, {"ldquo;", "\xe2\x80\x9c"},
	{"hellip;", "\xe2\x80\xa6"}, {"times;", "\xc3\x97"},
	{"eacute;", "\xc3\xa9"},
};

static void add_code_point(struct text *text, unsigned long code)
{
	if (code < 0x80) {
		text_add_char(text, (char)code);
	} else if (code < 0x800) {
		text_add_char(text, (char)(0xc0 | code >> 6));
		text_add_char(text, (char)(0x80 | (code & 0x3f)));
	} else if (code < 0x10000) {
		text_add_char(text, (char)(0xe0 | code >> 12));
		text_add_char(text, (char)(0x80 | (code >> 6 & 0x3f)));
		text_add_char(text, (char)(0x80 | (code & 0x3f)));
	} else {
		text_add_char(text, (char)(0xf0 | code >> 18));
		text_add_char(text, (char)(0x80 | (code >> 12 & 0x3f)));
		text_add_char(text, (char)(0x80 | (code >> 6 & 0x3f)));
		text_add_char(text, (char)(0x80 | (code & 0x3f)));
	}
}

/* Behind "&#"; how many bytes it took, 0 when it is no reference. */
static size_t add_numeric(struct text *text, const char *at)
{
	bool is_hex = *at == 'x' || *at == 'X';
	char *end;
	unsigned long code;

	if (at[is_hex] == '-' || at[is_hex] == '+' || at[is_hex] == ' ')
		return 0;
	code = strtoul(at + is_hex, &end, is_hex ? 16 : 10);
	if (end == at + is_hex || *end != ';' || code < 0x20 ||
	    code > 0x10ffff || (code >= 0xd800 && code <= 0xdfff))
		return 0;
	add_code_point(text, code);
	return (size_t)(end + 1 - at);
}

/* Behind "&". */
static size_t add_reference(struct text *text, const char *at)
{
	if (*at == '#') {
		size_t taken = add_numeric(text, at + 1);

		return taken == 0 ? 0 : taken + 1;
	}
	for (size_t i = 0; i < sizeof(references) / sizeof(references[0]); i++) {
		size_t length = strlen(references[i].name);

		if (strncmp(at, references[i].name, length) == 0) {
			text_add(text, references[i].text);
			return length;
		}
	}
	return 0;
}

char *markup_decode(struct arena *arena, const char *source)
{
	struct text text;

	text_init(&text, arena, strlen(source));
	text_add(&text, "");
	while (*source != '\0') {
		size_t plain = strcspn(source, "&");
		size_t taken;

		text_add_bytes(&text, source, plain);
		source += plain;
		if (*source == '\0')
			break;
		taken = add_reference(&text, source + 1);
		if (taken == 0)
			text_add_char(&text, '&');
		source += taken + 1;
	}
	return text.bytes;
}

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

char *markup_trim(char *text)
{
	size_t length;

	while (is_space(*text))
		text++;
	length = strlen(text);
	while (length > 0 && is_space(text[length - 1]))
		text[--length] = '\0';
	return text;
}

/* A string in quotes at *at, which is moved past it; NULL when it is none or
 * never ends. A row has dozens, so each takes no more room than it needs. */
static const char *ruby_string(struct arena *arena, const char **at)
{
	const char *end = *at;
	char *bytes;
	char *put;

	if (*end != '"')
		return NULL;
	for (end++; *end != '"'; end++) {
		if (*end == '\\' && end[1] != '\0')
			end++;
		if (*end == '\0')
			return NULL;
	}
	bytes = put = arena_raw(arena, (size_t)(end - *at));
	for (++*at; *at < end; ++*at) {
		if (**at == '\\')
			++*at;
		*put++ = **at;
	}
	*put = '\0';
	++*at;
	return markup_trim(strchr(bytes, '&') == NULL
				   ? bytes
				   : markup_decode(arena, bytes));
}

/* Between braces: "key"=>"...", "value"=>"...". Moves behind the brace. */
static bool ruby_pair(struct arena *arena, const char **at,
		      struct markup_pair *pair)
{
	*pair = (struct markup_pair){0};
	while (**at != '}') {
		const char *name;
		const char *value;

		while (**at == ' ' || **at == ',')
			++*at;
		name = ruby_string(arena, at);
		if (name == NULL || strncmp(*at, "=>", 2) != 0)
			return false;
		*at += 2;
		value = ruby_string(arena, at);
		if (value == NULL)
			return false;
		if (strcmp(name, "key") == 0)
			pair->name = value;
		if (strcmp(name, "value") == 0)
			pair->value = value;
	}
	++*at;
	return true;
}

/* A name is kept once: the first counts. */
static bool is_repeated(const struct markup_pair *pairs, size_t count,
			const char *name)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(pairs[i].name, name) == 0)
			return true;
	return false;
}

size_t markup_pairs(struct arena *arena, const char *ruby,
		    struct markup_pair pairs[MARKUP_PAIRS_MAX])
{
	const char *at = strstr(ruby, "{\"key\"=>");
	const char *lone = strstr(ruby, "{\"value\"=>");
	struct markup_pair pair;
	struct text other;
	size_t count = 0;

	if (at == NULL || (lone != NULL && lone < at))
		at = lone;
	text_init(&other, arena, 0);
	while (at != NULL && *at++ == '{' && ruby_pair(arena, &at, &pair)) {
		if (pair.value != NULL && pair.name == NULL)
			text_format(&other, "%s%s", other.length > 0 ? "; " : "",
				    pair.value);
		else if (pair.value != NULL && pair.name[0] != '\0' &&
			 count < MARKUP_PAIRS_MAX - 1 &&
			 strlen(pair.name) <= NAME_MAX_BYTES &&
			 !is_repeated(pairs, count, pair.name))
			pairs[count++] = pair;
		at += strspn(at, ", ");
	}
	if (other.length > 0 && !is_repeated(pairs, count, "Other"))
		pairs[count++] = (struct markup_pair){"Other", other.bytes};
	return count;
}

const char *markup_cut(struct arena *arena, const char *text, size_t most)
{
	const char *at = text;

	for (size_t count = 0; *at != '\0' && count < most; count++) {
		at++;
		while ((*at & 0xc0) == 0x80)
			at++;
	}
	return *at == '\0' ? text
			    : markup_trim(arena_copy(arena, text, (size_t)(at - text)));
}
