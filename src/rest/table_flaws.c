/* table_flaws.c - what is wrong with a table of fields or of filters: a bug of
 * ours that a start tells, before a request meets it. */
#include <rest/schema.h>

#include <string.h>

#include <platform/money.h>
#include <platform/uuid.h>

#include "listing.h"
#include "validate.h"

/* What a field of that type fills. */
static size_t member_size(const struct field *field)
{
	switch (field->type) {
	case FIELD_INTEGER:
	case FIELD_MONEY:
	case FIELD_TIME:
		return sizeof(int64_t);
	case FIELD_BOOLEAN:
		return sizeof(bool);
	case FIELD_UUID:
		return sizeof(struct uuid);
	case FIELD_OBJECT:
		return field->resource != NULL ? field->resource->size : 0;
	case FIELD_LIST:
	case FIELD_TEXTS:
		return sizeof(struct field_list);
	default:
		return sizeof(const char *);
	}
}

static bool is_nested(const struct field *field)
{
	return field->type == FIELD_OBJECT || field->type == FIELD_LIST;
}

static bool shares_name(const struct resource *resource,
			const struct field *field)
{
	for (const struct field *f = resource->fields; f != field; f++) {
		if (strcmp(f->name, field->name) == 0)
			return true;
	}
	return false;
}

/* Two writable fields that fill the same bytes. */
static bool shares_member(const struct resource *resource,
			  const struct field *field)
{
	for (const struct field *f = resource->fields; f != field; f++) {
		if ((f->flags & FIELD_READ_ONLY) == 0 &&
		    f->offset < field->offset + member_size(field) &&
		    field->offset < f->offset + member_size(f))
			return true;
	}
	return false;
}

static const char *body_flaw(const struct resource *resource,
			     const struct field *field)
{
	if (is_nested(field) && field->resource == NULL)
		return "is nested and names no resource";
	if (is_nested(field) && field->resource->size == 0)
		return "is nested in a resource without a struct";
	if (field->type == FIELD_CHOICE && field->choices == NULL)
		return "has no choices";
	if (field->type == FIELD_MONEY && field->max > MONEY_MAX)
		return "takes more money than there is";
	if (field->offset + member_size(field) > resource->size)
		return "lies outside of the struct";
	if (shares_member(resource, field))
		return "fills a member that another field fills";
	return NULL;
}

static const char *expand_flaw(const struct field *field)
{
	const unsigned bad = FIELD_WRITE_ONLY | FIELD_REQUIRED;

	return (field->flags & FIELD_EXPAND) != 0 &&
			       ((field->flags & bad) != 0 ||
				(field->flags & FIELD_READ_ONLY) == 0)
		       ? "is to be expanded and not only read"
		       : NULL;
}

static const char *field_flaw(const struct resource *resource,
			      const struct field *field, bool is_body)
{
	const unsigned both = FIELD_READ_ONLY | FIELD_REQUIRED;

	if (field->type > FIELD_DICT)
		return "has no type";
	if (shares_name(resource, field))
		return "stands there twice";
	if ((field->flags & both) == both)
		return "is required and read-only";
	if (field->type == FIELD_PASSWORD &&
	    (field->flags & FIELD_WRITE_ONLY) == 0)
		return "is a password that may be read";
	if (expand_flaw(field) != NULL)
		return expand_flaw(field);
	return is_body && (field->flags & FIELD_READ_ONLY) == 0
		       ? body_flaw(resource, field)
		       : NULL;
}

const char *resource_flaw(struct arena *arena, const struct resource *resource,
			  bool is_body)
{
	size_t count = 0;

	if (resource->name == NULL)
		return "a resource has no name";
	if (is_body && resource->size == 0)
		return arena_format(arena, "%s has no struct to fill",
				    resource->name);
	for (const struct field *field = resource->fields; field->name != NULL;
	     field++) {
		const char *flaw = ++count > 64
					   ? "is one too many"
					   : field_flaw(resource, field,
							is_body);

		if (flaw != NULL)
			return arena_format(arena, "%s.%s %s", resource->name,
					    field->name, flaw);
		if (is_body && is_nested(field) &&
		    (field->flags & FIELD_READ_ONLY) == 0 &&
		    field->resource != resource)
			flaw = resource_flaw(arena, field->resource, true);
		if (flaw != NULL)
			return flaw;
	}
	return NULL;
}

static const char *filter_flaw(const struct filter *filter)
{
	bool is_range = (filter->flags & FILTER_RANGE) != 0;

	if (filter->sql == NULL || strstr(filter->sql, "$?") == NULL)
		return "uses no parameter";
	if (is_range != (strstr(filter->sql, "$?2") != NULL))
		return "is a range without two parameters, or the reverse";
	if (filter_part(filter) > FILTER_PARTS)
		return "is of a part that there is not";
	if (filter->type == FIELD_CHOICE && filter->choices == NULL)
		return "has no choices";
	if ((filter->flags & FILTER_LIST) != 0 &&
	    (filter->type == FIELD_BOOLEAN || filter->type == FIELD_TIME))
		return "is no list that we know";
	return NULL;
}

/* Each name of the default order must be in the table. */
static bool is_ordered(const struct listing *listing)
{
	const char *at = listing->order;

	while (at != NULL && *at != '\0') {
		const struct ordering *ordering = listing->orderings;
		size_t length;

		at += *at == '-';
		length = strcspn(at, ",");
		while (ordering != NULL && ordering->name != NULL &&
		       (strlen(ordering->name) != length ||
			memcmp(ordering->name, at, length) != 0))
			ordering++;
		if (ordering == NULL || ordering->name == NULL)
			return false;
		at += length + (at[length] == ',');
	}
	return true;
}

/* What its flags promise, its template must hold. */
static const char *marks_flaw(const struct listing *listing)
{
	const char *text = listing->query != NULL ? listing->query->text : NULL;

	if (text == NULL)
		return NULL;
	if ((listing->flags & LIST_COUNT_OPTIONAL) != 0 &&
	    strstr(text, "[[count]]") == NULL)
		return "its count is optional and its query has no [[count]]";
	if ((listing->flags & LIST_TAIL) != 0 &&
	    (listing->flags & LIST_CURSOR) == 0 &&
	    (listing->flags & LIST_COUNT_OPTIONAL) != 0)
		return "it has a tail without a count that tells what follows";
	if ((listing->flags & LIST_CURSOR) == 0)
		return NULL;
	if (listing->order == NULL || listing->tie_break == NULL)
		return "it pages by cursor without an order";
	return strstr(text, "[[after]]") == NULL ||
			       strstr(text, "[[cursor]]") == NULL
		       ? "it pages by cursor, its query lacks [[after]] or "
			 "[[cursor]]"
		       : NULL;
}

const char *listing_flaw(struct arena *arena, const struct listing *listing)
{
	const struct filter *filter = listing->filters;
	size_t count = 0;

	for (; filter != NULL && filter->name != NULL; filter++) {
		const char *flaw = ++count > FILTERS_MAX ? "is one too many"
							 : filter_flaw(filter);

		if (flaw != NULL)
			return arena_format(arena, "filter %s %s", filter->name,
					    flaw);
	}
	if (listing->search_sql != NULL &&
	    strstr(listing->search_sql, "$?") == NULL)
		return "its search uses no parameter";
	if (!is_ordered(listing))
		return "its default order is not in its table";
	return marks_flaw(listing);
}
