/* json_cut.c - of a nested value only some members: "fields=category.slug".
 * The JSON is the database's own: sound, and compact. */
#include "selection.h"

#include <string.h>

struct cut {
	const struct selection *selection;
	size_t field;
	char *to;
};

static char *skip_text(char *at)
{
	for (at++; *at != '"'; at++)
		at += *at == '\\';
	return at + 1;
}

/* Behind the value that starts here. */
static char *skip_value(char *at)
{
	int depth = 0;

	if (*at == '"')
		return skip_text(at);
	if (*at != '{' && *at != '[') {
		while (*at != ',' && *at != ']' && *at != '}')
			at++;
		return at;
	}
	do {
		if (*at == '"') {
			at = skip_text(at);
			continue;
		}
		depth += *at == '{' || *at == '[';
		depth -= *at == '}' || *at == ']';
		at++;
	} while (depth > 0);
	return at;
}

static bool is_wanted(const struct cut *cut, const char *name, size_t length)
{
	const struct subname *subname = cut->selection->subnames;

	for (size_t i = 0; i < cut->selection->subname_count; i++, subname++) {
		if (subname->field == cut->field && subname->length == length &&
		    memcmp(subname->name, name, length) == 0)
			return true;
	}
	return false;
}

static void keep(struct cut *cut, const char *from, const char *end)
{
	memmove(cut->to, from, (size_t)(end - from));
	cut->to += end - from;
}

/* Members that are not wanted fall out. Returns the end of the object. */
static char *cut_object(struct cut *cut, char *at)
{
	bool is_first = true;

	*cut->to++ = *at++;
	while (*at != '}') {
		char *name_end = skip_text(at);
		char *end = skip_value(name_end + 1);

		if (is_wanted(cut, at + 1, (size_t)(name_end - at) - 2)) {
			if (!is_first)
				*cut->to++ = ',';
			is_first = false;
			keep(cut, at, end);
		}
		at = end + (*end == ',');
	}
	*cut->to++ = *at++;
	return at;
}

static void cut_list(struct cut *cut, char *at)
{
	*cut->to++ = *at++;
	while (*at != ']') {
		char *end = skip_value(at);

		if (*at == '{')
			cut_object(cut, at);
		else
			keep(cut, at, end);
		at = end;
		if (*at == ',')
			*cut->to++ = *at++;
	}
	*cut->to++ = ']';
}

char *json_cut(char *json, char *end, const struct selection *selection,
	       size_t field)
{
	struct cut cut = {selection, field, json};

	if (*json == '{')
		cut_object(&cut, json);
	else if (*json == '[')
		cut_list(&cut, json);
	else
		return end;
	return cut.to;
}
