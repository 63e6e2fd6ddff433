/* form.c - application/x-www-form-urlencoded, with Stripe's brackets. */
#include "emulator.h"

#include <ctype.h>
#include <string.h>

enum { PAIRS_MAX = 200 };

static int digit(char c)
{
	if (isdigit((unsigned char)c))
		return c - '0';
	return isxdigit((unsigned char)c) ? tolower((unsigned char)c) - 'a' + 10 : -1;
}

static char *decode(struct arena *arena, const char *text, size_t length)
{
	char *plain = arena_alloc(arena, length + 1);
	char *to = plain;

	for (size_t i = 0; i < length; i++) {
		if (text[i] == '+') {
			*to++ = ' ';
		} else if (text[i] != '%') {
			*to++ = text[i];
		} else {
			if (length - i < 3)
				return NULL;
			if (digit(text[i + 1]) < 0 || digit(text[i + 2]) < 0)
				return NULL;
			*to++ = (char)(digit(text[i + 1]) << 4 | digit(text[i + 2]));
			i += 2;
		}
	}
	return plain;
}

bool form_parse(struct arena *arena, const char *text, struct form *form)
{
	*form = (struct form){
		.pairs = arena_array(arena, struct form_pair, PAIRS_MAX)};
	while (text != NULL && *text != '\0') {
		size_t length = strcspn(text, "&");
		const char *equals = memchr(text, '=', length);
		size_t key = equals == NULL ? length : (size_t)(equals - text);
		struct form_pair *pair = &form->pairs[form->count];

		if (length > 0) {
			if (form->count == PAIRS_MAX)
				return false;
			pair->key = decode(arena, text, key);
			pair->value = "";
			if (equals != NULL)
				pair->value = decode(arena, equals + 1,
						     length - key - 1);
			if (pair->key == NULL || pair->value == NULL)
				return false;
			form->count++;
		}
		text += length + (text[length] == '&');
	}
	return true;
}

const char *form_value(const struct form *form, const char *key)
{
	for (size_t i = form->count; i > 0; i--)
		if (strcmp(form->pairs[i - 1].key, key) == 0)
			return form->pairs[i - 1].value[0] == '\0'
				       ? NULL
				       : form->pairs[i - 1].value;
	return NULL;
}
