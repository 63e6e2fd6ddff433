/* attribute_choice.c - what can be chosen, and in what colour. Never waits. */
#include "types.h"

#include <ctype.h>
#include <string.h>

#include <platform/json.h>
#include <platform/text.h>

bool is_code(const char *text)
{
	if (!islower((unsigned char)*text) || strlen(text) > 50)
		return false;
	for (; *text != '\0'; text++) {
		if (!islower((unsigned char)*text) &&
		    !isdigit((unsigned char)*text) && *text != '_')
			return false;
	}
	return true;
}

/* "#001f3f", as CSS has it. */
static bool is_colour(const char *text)
{
	return strlen(text) == 7 && text[0] == '#' &&
	       strspn(text + 1, "0123456789abcdefABCDEF") == 6;
}

static bool blame(struct work *w, size_t i, const char *member,
		  const char *message)
{
	return refuse_field(w,
			    arena_format(&w->arena, "choices.%zu.%s", i, member),
			    "%s", message);
}

static bool check_colour(struct work *w, bool is_colourful, size_t i,
			 const struct choice_input *choice)
{
	bool is_given = choice->colour != NULL;

	if (is_given != is_colourful)
		return blame(w, i, "colour",
			     is_given ? "Only colours have one."
				      : "This field is required.");
	if (is_given && !is_colour(choice->colour))
		return blame(w, i, "colour",
			     "Enter a colour as #rrggbb, in hexadecimal.");
	return true;
}

bool choices_check(struct work *w, const char *kind,
		   const struct field_list *choices)
{
	const struct choice_input *list = choices->items;
	bool is_colourful = strcmp(kind, "colour") == 0;
	bool has_choices = is_colourful || strcmp(kind, "choice") == 0;
	bool is_good = true;

	if (!has_choices && choices->count > 0)
		return refuse_field(w, "choices",
				    "Only a choice or a colour has choices.");
	if (has_choices && choices->count == 0)
		return refuse_field(w, "choices", "This list may not be empty.");
	for (size_t i = 0; i < choices->count; i++) {
		is_good = check_colour(w, is_colourful, i, &list[i]) && is_good;
		for (size_t j = 0; j < i; j++) {
			if (strcmp(list[i].value, list[j].value) == 0)
				is_good = blame(w, i, "value",
						"This value stands here twice.");
		}
	}
	return is_good;
}

/* #001F3F and #001f3f are one. */
static const char *lower(struct work *w, const char *colour)
{
	char *copy = arena_text(&w->arena, colour);

	for (char *at = copy; *at != '\0'; at++)
		*at = (char)tolower((unsigned char)*at);
	return copy;
}

const char *choices_json(struct work *w, const struct field_list *choices)
{
	const struct choice_input *list = choices->items;
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 64 * (choices->count + 1));
	out_init(&out, &text);
	out_array(&out);
	for (size_t i = 0; i < choices->count; i++) {
		out_object(&out);
		out_key(&out, "value");
		out_text(&out, list[i].value);
		out_key(&out, "label");
		out_text(&out, list[i].label != NULL ? list[i].label
						     : list[i].value);
		if (list[i].colour != NULL) {
			out_key(&out, "colour");
			out_text(&out, lower(w, list[i].colour));
		}
		out_object_end(&out);
	}
	out_array_end(&out);
	return text.bytes;
}
