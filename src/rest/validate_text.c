/* validate_text.c - texts of every kind: DRF's CharField, EmailField,
 * URLField, SlugField, ChoiceField. */
#include "validate.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "unicode.h"

const char *plain_text(const struct json_t *value)
{
	const char *text = json_text(value);

	return text != NULL && strlen(text) == json_length(value) ? text : NULL;
}

/* str(value) of a text or a number; NULL for anything else. */
static const char *as_text(const struct check *check, size_t *length)
{
	enum json_kind kind = json_kind(check->value);
	const char *text;

	if (kind == JSON_KIND_TEXT) {
		*length = json_length(check->value);
		return json_text(check->value);
	}
	if (kind != JSON_KIND_INT && kind != JSON_KIND_REAL)
		return NULL;
	text = json_number_text(&check->w->arena, check->value);
	*length = strlen(text);
	return text;
}

static bool check_length(struct check *check, const char *text, size_t length)
{
	int64_t points = unicode_length(text, length);
	int64_t least = field_least(check->field);
	int64_t most = field_most(check->field);

	if (points > most)
		return complain(check,
				"Ensure this field has no more than %" PRId64
				" characters.",
				most);
	if (points < least)
		return complain(check,
				"Ensure this field has at least %" PRId64
				" characters.",
				least);
	return true;
}

/* What PostgreSQL does not store. */
static bool check_flaw(struct check *check)
{
	unsigned surrogate = 0;

	switch (json_flaw(check->value, &surrogate)) {
	case JSON_NUL:
		return complain(check, "Null characters are not allowed.");
	case JSON_SURROGATE:
		return complain(check,
				"Surrogate characters are not allowed: U+%X.",
				surrogate);
	default:
		return true;
	}
}

static bool check_form(struct check *check, const char *text)
{
	switch (check->field->type) {
	case FIELD_EMAIL:
		return is_email(text) ||
		       complain(check, "Enter a valid email address.");
	case FIELD_URL:
		return is_url(text) || complain(check, "Enter a valid URL.");
	case FIELD_SLUG:
		return is_slug(text) ||
		       complain(check, "Enter a valid \"slug\" consisting of "
				       "letters, numbers, underscores or "
				       "hyphens.");
	default:
		return true;
	}
}

static void lower(char *text)
{
	for (; *text != '\0'; text++) {
		if (*text >= 'A' && *text <= 'Z')
			*text = (char)(*text | 0x20);
	}
}

bool validate_text(struct check *check, void *member)
{
	const char **result = member;
	size_t length;
	const char *text = as_text(check, &length);
	bool is_good;
	char *copy;

	if (text == NULL)
		return complain(check, "Not a valid string.");
	if (check->field->type != FIELD_PASSWORD)
		text = unicode_strip(text, &length);
	if (length == 0) {
		*result = "";
		return (check->field->flags & FIELD_BLANK) != 0 ||
		       complain(check, "This field may not be blank.");
	}
	copy = arena_copy(&check->w->arena, text, length);
	/* All validators run and their messages add up. */
	is_good = check_length(check, text, length);
	is_good = check_flaw(check) && is_good;
	is_good = check_form(check, copy) && is_good;
	if (check->field->type == FIELD_EMAIL)
		lower(copy);
	*result = copy;
	return is_good;
}

/* str(value), for a message. */
static const char *said(const struct check *check)
{
	switch (json_kind(check->value)) {
	case JSON_KIND_TEXT:
		return json_text(check->value);
	case JSON_KIND_INT:
	case JSON_KIND_REAL:
		return json_number_text(&check->w->arena, check->value);
	case JSON_KIND_BOOL:
		return json_bool(check->value) ? "True" : "False";
	default:
		return json_write(&check->w->arena, check->value);
	}
}

bool validate_choice(struct check *check, void *member)
{
	const char **result = member;
	size_t length;
	const char *text = as_text(check, &length);

	if (text != NULL && length == 0 &&
	    (check->field->flags & FIELD_BLANK) != 0) {
		*result = "";
		return true;
	}
	for (const struct choice *choice = check->field->choices;
	     text != NULL && choice->value != NULL; choice++) {
		if (strlen(choice->value) == length &&
		    memcmp(choice->value, text, length) == 0) {
			*result = choice->value;
			return true;
		}
	}
	return complain(check, "\"%s\" is not a valid choice.", said(check));
}
