/* validate_list.c - lists, objects and dictionaries inside a body. */
#include "validate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* The complaint of a whole that is an object to DRF: under its own key. */
static bool complain_whole(struct check *check, const char *message)
{
	struct json_t *list = json_new_list();

	json_push(list, json_new_text(message));
	check->errors = json_new_object();
	json_put(check->errors, NON_FIELD, list);
	return false;
}

static const char *not_a_dictionary(struct check *check)
{
	return arena_format(&check->w->arena,
			    "Invalid data. Expected a dictionary, but got %s.",
			    json_type_name(check->value));
}

bool complain_dictionary(struct check *check)
{
	return complain_whole(check, not_a_dictionary(check));
}

bool validate_object(struct check *check, void *member)
{
	const struct resource *resource = check->field->resource;
	struct given given = {.currency = check->currency};

	if (json_kind(check->value) != JSON_KIND_OBJECT)
		return complain_dictionary(check);
	check->errors = read_object(check->w, resource, check->value, member,
				    &given);
	return check->errors == NULL;
}

/* What is wrong with how many there are; NULL: nothing. */
static const char *count_complaint(const struct check *check)
{
	int64_t count = (int64_t)json_count(check->value);
	int64_t least = field_least(check->field);
	int64_t most = field_most(check->field);

	if (count == 0 && (check->field->flags & FIELD_BLANK) == 0)
		return "This list may not be empty.";
	if (count > most)
		return arena_format(&check->w->arena,
				    "Ensure this field has no more than "
				    "%" PRId64 " elements.",
				    most);
	if (count < least)
		return arena_format(&check->w->arena,
				    "Ensure this field has at least %" PRId64
				    " elements.",
				    least);
	return NULL;
}

static const char *not_a_list(const struct check *check)
{
	return arena_format(&check->w->arena,
			    "Expected a list of items but got type \"%s\".",
			    json_type_name(check->value));
}

/* The errors of one item, or {}. */
static struct json_t *item_errors(struct check *list, size_t i, void *member)
{
	struct check item = {.w = list->w,
			     .field = list->field,
			     .value = json_item(list->value, i),
			     .currency = list->currency};

	if (json_kind(item.value) == JSON_KIND_NULL)
		complain(&item, MAY_NOT_BE_NULL);
	else
		validate_object(&item, member);
	return item.errors;
}

bool validate_list(struct check *check, void *member)
{
	struct field_list *result = member;
	size_t size = check->field->resource->size;
	bool is_good = true;
	const char *wrong;

	if (json_kind(check->value) != JSON_KIND_LIST)
		return complain_whole(check, not_a_list(check));
	wrong = count_complaint(check);
	if (wrong != NULL)
		return complain_whole(check, wrong);
	result->count = json_count(check->value);
	result->items = arena_alloc(&check->w->arena, result->count * size);
	check->errors = json_new_list();
	for (size_t i = 0; i < result->count; i++) {
		struct json_t *errors =
			item_errors(check, i, (char *)result->items + i * size);

		is_good = is_good && errors == NULL;
		json_push(check->errors,
			  errors != NULL ? errors : json_new_object());
	}
	if (is_good) {
		json_release(check->errors);
		check->errors = NULL;
	}
	return is_good;
}

/* One text of a list or dictionary; its errors go under `key`. */
static bool validate_element(struct check *whole, const char *key,
			     const struct json_t *value, const char **result)
{
	static const struct field element = {.type = FIELD_TEXT};
	struct check check = {.w = whole->w, .field = &element, .value = value};

	if (json_kind(value) == JSON_KIND_NULL)
		complain(&check, MAY_NOT_BE_NULL);
	else
		validate_text(&check, result);
	if (check.errors == NULL)
		return true;
	if (whole->errors == NULL)
		whole->errors = json_new_object();
	json_put(whole->errors, key, check.errors);
	return false;
}

bool validate_texts(struct check *check, void *member)
{
	struct field_list *result = member;
	const char *wrong;
	const char **texts;
	char key[24];

	if (json_kind(check->value) != JSON_KIND_LIST)
		return complain(check, "%s", not_a_list(check));
	wrong = count_complaint(check);
	if (wrong != NULL)
		return complain(check, "%s", wrong);
	result->count = json_count(check->value);
	texts = arena_array(&check->w->arena, const char *, result->count);
	result->items = texts;
	for (size_t i = 0; i < result->count; i++) {
		snprintf(key, sizeof(key), "%zu", i);
		validate_element(check, key, json_item(check->value, i),
				 &texts[i]);
	}
	return check->errors == NULL;
}

/* What PostgreSQL's jsonb cannot hold, anywhere in it. */
static bool check_dictionary(struct check *check)
{
	unsigned surrogate = 0;

	if (json_kind(check->value) != JSON_KIND_OBJECT)
		return complain(check,
				"Expected a dictionary of items but got type "
				"\"%s\".",
				json_type_name(check->value));
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

bool validate_map(struct check *check, void *member)
{
	const char **result = member;

	if (!check_dictionary(check))
		return false;
	*result = json_write(&check->w->arena, check->value);
	return true;
}

struct entries {
	struct check *check;
	struct json_t *made;
};

static bool add_entry(const char *key, const struct json_t *value,
		      void *argument)
{
	struct entries *entries = argument;
	const char *text = "";

	if (validate_element(entries->check, key, value, &text))
		json_put(entries->made, key, json_new_text(text));
	return true;
}

bool validate_dict(struct check *check, void *member)
{
	struct entries entries = {.check = check};
	const char **result = member;

	if (!check_dictionary(check))
		return false;
	if ((int64_t)json_count(check->value) > field_most(check->field))
		return complain(check, "%s", count_complaint(check));
	entries.made = json_new_object();
	json_each(check->value, add_entry, &entries);
	*result = json_write(&check->w->arena, entries.made);
	json_release(entries.made);
	return check->errors == NULL;
}
