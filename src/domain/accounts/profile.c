/* profile.c - the form of what people say of themselves. Never waits. */
#include "profile.h"

#include <string.h>

#include <domain/accounts.h>

static bool is_letter(char c)
{
	return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool is_all(const char *text, size_t length, bool (*is)(char c))
{
	for (size_t i = 0; i < length; i++)
		if (!is(text[i]))
			return false;
	return true;
}

static bool is_either(char c)
{
	return is_letter(c) || is_digit(c);
}

static void lower(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] >= 'A' && text[i] <= 'Z')
			text[i] = (char)(text[i] - 'A' + 'a');
}

static void upper(char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		if (text[i] >= 'a' && text[i] <= 'z')
			text[i] = (char)(text[i] - 'a' + 'A');
}

/* Subtags, one after the other. */
struct tag {
	char *at;      /* the subtag */
	size_t length; /* 0: the end */
};

static void next(struct tag *tag)
{
	tag->at += tag->length;
	tag->at += *tag->at == '-';
	tag->length = strcspn(tag->at, "-");
}

static bool is_letters(const struct tag *tag, size_t least, size_t most)
{
	return tag->length >= least && tag->length <= most &&
	       is_all(tag->at, tag->length, is_letter);
}

static bool is_variant(const struct tag *tag)
{
	return is_all(tag->at, tag->length, is_either) && tag->length <= 8 &&
	       (tag->length >= 5 ||
		(tag->length == 4 && is_digit(tag->at[0])));
}

/* Whether it stood between begin and the tag before. The text is lower case
 * where it counts. */
static bool stood_before(const char *begin, const struct tag *tag)
{
	while (begin < tag->at) {
		size_t length = strcspn(begin, "-");

		if (length == tag->length &&
		    strncmp(begin, tag->at, length) == 0)
			return true;
		begin += length + 1;
	}
	return false;
}

static bool read_variants(struct tag *tag)
{
	const char *begin = tag->at;

	for (; tag->length > 0 && is_variant(tag); next(tag))
		if (stood_before(begin, tag))
			return false;
	return true;
}

/* What follows a singleton, each at least that long. */
static bool read_tail(struct tag *tag, size_t least)
{
	size_t count = 0;

	for (; tag->length >= least && tag->length <= 8 &&
	       is_all(tag->at, tag->length, is_either);
	     next(tag))
		count++;
	return count > 0;
}

static bool read_extensions(struct tag *tag)
{
	bool seen[256] = {false};

	while (tag->length == 1 && is_either(*tag->at) && *tag->at != 'x') {
		unsigned char singleton = (unsigned char)*tag->at;

		next(tag);
		if (seen[singleton] || !read_tail(tag, 2))
			return false;
		seen[singleton] = true;
	}
	return true;
}

static bool read_language(struct tag *tag)
{
	bool may_extend = tag->length <= 3;

	if (!is_letters(tag, 2, 8))
		return false;
	next(tag);
	for (int i = 0; may_extend && i < 3 && is_letters(tag, 3, 3); i++)
		next(tag);
	return true;
}

static void read_script_and_region(struct tag *tag)
{
	if (is_letters(tag, 4, 4)) {
		upper(tag->at, 1);
		next(tag);
	}
	if (is_letters(tag, 2, 2) ||
	    (tag->length == 3 && is_all(tag->at, 3, is_digit))) {
		upper(tag->at, tag->length);
		next(tag);
	}
}

static bool read_private(struct tag *tag)
{
	if (tag->length != 1 || *tag->at != 'x')
		return true;
	next(tag);
	return read_tail(tag, 1);
}

bool language_tag_form(char *text)
{
	size_t length = strlen(text);
	struct tag tag = {.at = text, .length = strcspn(text, "-")};

	if (length > LANGUAGE_TAG_MAX || length == 0 ||
	    text[length - 1] == '-')
		return false;
	lower(text, length);
	if (*text != 'x' || tag.length != 1) {
		if (!read_language(&tag))
			return false;
		read_script_and_region(&tag);
		if (!read_variants(&tag) || !read_extensions(&tag))
			return false;
	}
	return read_private(&tag) && *tag.at == '\0';
}

enum { PHONE_LEAST = 7, PHONE_MOST = 15 }; /* digits; the most by E.164 */

/* The digits behind the plus; what people put between them falls out. "(0)" is
 * dialled by some callers only, so nobody can tell the number. */
static bool phone_form(const char *text, char digits[PHONE_MOST + 1])
{
	size_t count = 0;

	if (*text != '+' || strstr(text, "(0)") != NULL)
		return false;
	for (text++; *text != '\0'; text++) {
		if (strchr(" -./()", *text) != NULL)
			continue;
		if (!is_digit(*text) || count == PHONE_MOST)
			return false;
		digits[count++] = *text;
	}
	digits[count] = '\0';
	return count >= PHONE_LEAST && digits[0] != '0';
}

bool phone_check(struct work *w, const char **phone)
{
	char digits[PHONE_MOST + 1];

	if (*phone == NULL || **phone == '\0')
		return true;
	if (!phone_form(*phone, digits))
		return refuse_field(w, "phone",
				    "Use the international form, as "
				    "+493012345678.");
	*phone = arena_format(&w->arena, "+%s", digits);
	return true;
}
