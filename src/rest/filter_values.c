/* filter_values.c - the values of one parameter: as a form takes them. */
#include "listing.h"

#include <string.h>

#include "unicode.h"

struct collecting {
	struct work *w;
	const char *name;
	const char **values;
	size_t count;
};

/* Stripped as a form does; what is empty counts for nothing. */
static bool add_value(struct collecting *c, const char *at, size_t length)
{
	at = unicode_strip(at, &length);
	if (length == 0)
		return true;
	if (c->count == VALUES_MAX)
		return refuse_parameter(c->w, c->name,
					"Ensure this value has at most %d "
					"items.",
					VALUES_MAX);
	c->values[c->count++] = arena_copy(&c->w->arena, at, length);
	return true;
}

static bool split(struct collecting *c, const char *value)
{
	bool is_good = true;

	while (*value != '\0' && is_good) {
		size_t length = strcspn(value, ",");

		is_good = add_value(c, value, length);
		value += length + (value[length] == ',');
	}
	return is_good;
}

/* Commas in them, and each pair; VALUES_MAX at the most. */
static size_t room(const struct query_pair *pairs, size_t count)
{
	size_t values = count;

	for (size_t i = 0; i < count; i++) {
		const char *comma = strchr(pairs[i].value, ',');

		for (; comma != NULL; comma = strchr(comma + 1, ','))
			values++;
	}
	return values < VALUES_MAX ? values : VALUES_MAX;
}

bool filter_collect(struct request *req, const struct query_pair *pairs,
		    size_t count, bool is_list, struct filter_given *given)
{
	struct work *w = &req->http.work;
	struct collecting c = {.w = w, .name = pairs->name};

	c.values = arena_array(&w->arena, const char *, room(pairs, count));
	/* Lists take each of the pairs, others the last. */
	for (size_t i = is_list ? 0 : count - 1; i < count; i++) {
		const char *value = pairs[i].value;

		if (pairs[i].has_nul)
			return refuse_parameter(w, c.name,
						"Null characters are not allowed.");
		if (is_list ? !split(&c, value)
			    : !add_value(&c, value, strlen(value)))
			return false;
	}
	given->values = c.values;
	given->count = c.count;
	return true;
}
