/* option.c - what can be chosen of a product, and every choice there is.
 * Never waits. */
#include "products.h"

#include <ctype.h>
#include <string.h>

#include <domain/catalog.h>
#include <platform/json.h>

enum { VALUE_MAX = 100 };

/* The place of the first text that stands twice, or is too long; else count. */
static size_t first_bad(const struct field_list *values)
{
	const char *const *texts = values->items;

	for (size_t i = 0; i < values->count; i++) {
		if (strlen(texts[i]) > VALUE_MAX)
			return i;
		for (size_t k = 0; k < i; k++)
			if (strcmp(texts[i], texts[k]) == 0)
				return i;
	}
	return values->count;
}

static bool option_check(struct work *w, const char *field,
			 const struct option_input *options, size_t i)
{
	size_t bad = first_bad(&options[i].values);

	if (bad < options[i].values.count)
		return refuse_field(w,
				    arena_format(&w->arena, "%s.%zu.values.%zu",
						 field, i, bad),
				    "This value stands here twice, or has more "
				    "than 100 bytes.");
	for (size_t k = 0; k < i; k++)
		if (strcmp(options[i].name, options[k].name) == 0)
			return refuse_field(w,
					    arena_format(&w->arena,
							 "%s.%zu.name", field, i),
					    "There is an option of this name "
					    "already.");
	return true;
}

bool options_check(struct work *w, const char *field,
		   const struct option_input *options, size_t count)
{
	bool is_fine = true;

	for (size_t i = 0; i < count; i++)
		is_fine = option_check(w, field, options, i) && is_fine;
	return is_fine;
}

const char *options_json(struct arena *arena,
			 const struct option_input *options, size_t count)
{
	struct text text;
	struct out out;

	text_init(&text, arena, 0);
	out_init(&out, &text);
	out_array(&out);
	for (size_t i = 0; i < count; i++) {
		const char *const *values = options[i].values.items;

		out_object(&out);
		out_key(&out, "name");
		out_text(&out, options[i].name);
		out_key(&out, "values");
		out_array(&out);
		for (size_t k = 0; k < options[i].values.count; k++)
			out_text(&out, values[k]);
		out_array_end(&out);
		out_object_end(&out);
	}
	out_array_end(&out);
	return text.bytes;
}

static const struct json_t *parse(struct arena *arena, const char *json)
{
	return json_read_quietly(arena, json, strlen(json));
}

static const char *option_name(const struct json_t *options, size_t i)
{
	return json_text_at(json_item(options, i), "name", "");
}

static const struct json_t *option_values(const struct json_t *options, size_t i)
{
	return json_at(json_item(options, i), "values");
}

static bool has_value(const struct json_t *values, const char *value)
{
	for (size_t i = 0; i < json_count(values); i++)
		if (strcmp(json_text(json_item(values, i)), value) == 0)
			return true;
	return false;
}

/* "options", or "variants.2.options". Names of options are a client's: they
 * go into the sentence, not into the path. */
bool options_choice_check(struct work *w, const char *field,
			  const char *options, const char *choice)
{
	const struct json_t *list = parse(&w->arena, options);
	const struct json_t *chosen = parse(&w->arena, choice);
	size_t count = json_count(list);
	bool is_fine = true;

	for (size_t i = 0; i < count; i++) {
		const char *name = option_name(list, i);
		const char *value = json_text(json_member(chosen, name));

		if (value == NULL)
			is_fine = refuse_field(w, field,
					       "Choose a value for %s.", name);
		else if (!has_value(option_values(list, i), value))
			is_fine = refuse_field(w, field,
					       "\"%s\" is not a value of %s.",
					       value, name);
	}
	if (is_fine && json_count(chosen) > count)
		return refuse_field(w, field,
				    "The product has %zu options and no other.",
				    count);
	return is_fine;
}

/* The choice whose number in the matrix it is, the last option fastest. */
static const char *choice_of(struct arena *arena, const struct json_t *options,
			     size_t number)
{
	size_t count = json_count(options);
	size_t places[OPTIONS_MAX];
	struct text text;
	struct out out;

	for (size_t i = count; i-- > 0;) {
		size_t values = json_count(option_values(options, i));

		places[i] = number % values;
		number /= values;
	}
	text_init(&text, arena, 0);
	out_init(&out, &text);
	out_object(&out);
	for (size_t i = 0; i < count; i++) {
		const char *name = option_name(options, i);

		if (out.needs_comma)
			text_add_char(&text, ',');
		text_add_json(&text, name, strlen(name));
		text_add_char(&text, ':');
		out.needs_comma = false;
		out_text(&out, json_text(json_item(option_values(options, i),
						   places[i])));
	}
	out_object_end(&out);
	return text.bytes;
}

const char *options_first(struct arena *arena, const char *options)
{
	return choice_of(arena, parse(arena, options), 0);
}

size_t options_names(struct arena *arena, const char *options,
		     const char *const **names)
{
	const struct json_t *list = parse(arena, options);
	size_t count = json_count(list);
	const char **made = arena_array(arena, const char *, count);

	for (size_t i = 0; i < count; i++)
		made[i] = option_name(list, i);
	*names = made;
	return count;
}

size_t options_matrix(struct arena *arena, const char *options,
		      const char *const **choices)
{
	const struct json_t *list = parse(arena, options);
	size_t count = json_count(list) == 0 ? 0 : 1;
	const char **made;

	for (size_t i = 0; i < json_count(list); i++) {
		count *= json_count(option_values(list, i));
		if (count > VARIANTS_MAX)
			return 0;
	}
	made = arena_array(arena, const char *, count);
	for (size_t i = 0; i < count; i++)
		made[i] = choice_of(arena, list, i);
	*choices = made;
	return count;
}

/* What stands for {name}: its value, or the stem for {product}; NULL: nothing
 * does. */
static const char *meant(struct arena *arena, const char *name, size_t length,
			 const char *stem, const struct json_t *choice)
{
	const char *copy = arena_copy(arena, name, length);

	if (strcmp(copy, "product") == 0)
		return stem;
	return json_text(json_member(choice, copy));
}

static void add_plain(struct text *text, const char *value)
{
	char slug[SLUG_MAX];

	slug_make(value, slug);
	for (const char *c = slug; *c != '\0'; c++)
		text_add_char(text, (char)toupper((unsigned char)*c));
}

const char *options_sku(struct arena *arena, const char *pattern,
			const char *stem, const char *choice)
{
	const struct json_t *chosen = parse(arena, choice);
	struct text text;

	text_init(&text, arena, 0);
	while (*pattern != '\0') {
		const char *end = *pattern == '{' ? strchr(pattern, '}') : NULL;
		const char *value = NULL;

		if (end != NULL)
			value = meant(arena, pattern + 1,
				      (size_t)(end - pattern) - 1, stem, chosen);
		if (value != NULL) {
			add_plain(&text, value);
			pattern = end + 1;
		} else {
			text_add_char(&text, *pattern++);
		}
	}
	return text.length == 0 ? "" : text.bytes;
}
