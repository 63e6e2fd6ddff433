/* search_choices.c - the facets that a query string chooses. */
#include "search.h"

#include <stdlib.h>
#include <string.h>

#include <rest/request.h>

static bool add(struct request *req, struct search_choices *choices,
		const char *code, const char *sign, const char *value)
{
	if (choices->count == CHOICES_MAX)
		return refuse(&req->http.work, &fault_invalid,
			      "At most %d values of facets can be chosen.",
			      CHOICES_MAX);
	choices->codes[choices->count] = code;
	choices->signs[choices->count] = sign;
	choices->values[choices->count++] = value;
	return true;
}

/* Alternatives of one group. */
static bool add_each(struct request *req, struct search_choices *choices,
		     const char *code, const struct filter_given *given)
{
	for (size_t i = 0; i < given->count; i++) {
		if (!add(req, choices, code, "=", given->values[i]))
			return false;
	}
	return true;
}

/* A plain number, as PostgreSQL takes it too. */
static bool is_number(const char *value)
{
	size_t digits;

	value += *value == '-';
	digits = strspn(value, "0123456789");
	if (digits == 0 || digits > 15)
		return false;
	value += digits;
	if (*value == '\0')
		return true;
	digits = strspn(value + 1, "0123456789");
	return *value == '.' && digits > 0 && digits <= 15 &&
	       value[1 + digits] == '\0';
}

static bool add_bound(struct request *req, struct search_choices *choices,
		      const char *code, const char *sign,
		      const struct filter_given *given)
{
	const char *value = given->values[given->count - 1];

	if (!is_number(value))
		return refuse_parameter(&req->http.work, given->name,
					"Enter a number.");
	return add(req, choices, code, sign, value);
}

/* The name without its lookup; NULL when it ends otherwise. */
static const char *without(struct request *req, const char *name,
			   const char *lookup)
{
	size_t length = strlen(name);
	size_t tail = strlen(lookup);

	if (length <= tail || strcmp(name + length - tail, lookup) != 0)
		return NULL;
	return arena_copy(&req->http.work.arena, name, length - tail);
}

/* attr.colour=navy, attr.colour__in=navy,red, attr.weight__gte=5. */
static bool add_attribute(struct request *req, struct search_choices *choices,
			  const struct filter_given *given)
{
	const char *code;

	if ((code = without(req, given->name, "__gte")) != NULL)
		return add_bound(req, choices, code, ">", given);
	if ((code = without(req, given->name, "__lte")) != NULL)
		return add_bound(req, choices, code, "<", given);
	if ((code = without(req, given->name, "__in")) != NULL)
		return add_each(req, choices, code, given);
	/* One value may hold a comma. */
	return add(req, choices, given->name, "=",
		   query_text(req, given->name));
}

/* The names that are not attributes' own. */
static bool add_named(struct request *req, struct search_choices *choices,
		      const char *code)
{
	const char *many =
		arena_format(&req->http.work.arena, "%s__in", code);
	const char *value = query_text(req, code);
	struct filter_given given = {0};
	size_t place = 0;

	if (value != NULL && *value != '\0' &&
	    !add(req, choices, code, "=", value))
		return false;
	while (query_given(req, many, &place, &given)) {
		if (*given.rest == '\0' &&
		    !add_each(req, choices, code, &given))
			return false;
	}
	return req->http.work.fault.kind == NULL;
}

bool search_choices_read(struct request *req, struct search_choices *choices)
{
	struct filter_given given = {0};
	size_t place = 0;

	choices->count = 0;
	if (!add_named(req, choices, "category") ||
	    !add_named(req, choices, "brand"))
		return false;
	while (query_given(req, "attr.", &place, &given)) {
		if (!add_attribute(req, choices, &given))
			return false;
	}
	return req->http.work.fault.kind == NULL;
}
