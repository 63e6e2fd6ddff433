/* schema_list.c - the query parameters of a list, for OpenAPI 3.1. */
#include <rest/schema.h>

#include <stddef.h>

#include "listing.h"

static void write_text(struct out *out, const char *key, const char *text)
{
	out_key(out, key);
	out_text(out, text);
}

/* {"name":...,"in":"query","description":...,"schema": : left open. */
static void begin(struct out *out, const char *name, const char *help)
{
	out_object(out);
	write_text(out, "name", name);
	write_text(out, "in", "query");
	if (help != NULL)
		write_text(out, "description", help);
}

static void add(struct out *out, const char *name, const char *help,
		const char *type)
{
	begin(out, name, help);
	out_key(out, "schema");
	out_object(out);
	write_text(out, "type", type);
	out_object_end(out);
	out_object_end(out);
}

static void write_scalar(struct out *out, const struct filter *filter)
{
	out_object(out);
	switch (filter->type) {
	case FIELD_INTEGER:
		write_text(out, "type", "integer");
		break;
	case FIELD_BOOLEAN:
		write_text(out, "type", "boolean");
		break;
	case FIELD_UUID:
		write_text(out, "type", "string");
		write_text(out, "format", "uuid");
		break;
	case FIELD_MONEY:
		write_text(out, "type", "string");
		write_text(out, "format", "decimal");
		break;
	default:
		/* A time may be a date alone: no format for it. */
		write_text(out, "type", "string");
	}
	if (filter->type == FIELD_CHOICE && filter->choices != NULL) {
		out_key(out, "enum");
		out_array(out);
		for (const struct choice *choice = filter->choices;
		     choice->value != NULL; choice++)
			out_text(out, choice->value);
		out_array_end(out);
	}
	out_object_end(out);
}

/* Two values, no more and no less. */
static void write_pair_bounds(struct out *out)
{
	out_key(out, "minItems");
	out_int(out, 2);
	out_key(out, "maxItems");
	out_int(out, 2);
}

static void write_filter(struct out *out, const struct filter *filter)
{
	begin(out, filter->name, filter->help);
	if ((filter->flags & (FILTER_LIST | FILTER_RANGE)) == 0) {
		out_key(out, "schema");
		write_scalar(out, filter);
		out_object_end(out);
		return;
	}
	write_text(out, "style", "form");
	out_key(out, "explode");
	out_bool(out, false);
	out_key(out, "schema");
	out_object(out);
	write_text(out, "type", "array");
	if ((filter->flags & FILTER_RANGE) != 0)
		write_pair_bounds(out);
	out_key(out, "items");
	write_scalar(out, filter);
	out_object_end(out);
	out_object_end(out);
}

static const char *ordering_help(struct arena *arena,
				 const struct listing *listing)
{
	struct text text;

	text_init(&text, arena, 128);
	text_add(&text, "Comma list of fields to order by, - before one "
			"reverses it:");
	for (const struct ordering *ordering = listing->orderings;
	     ordering->name != NULL; ordering++)
		text_format(&text, " %s", ordering->name);
	if (listing->order != NULL)
		text_format(&text, ". Default: %s", listing->order);
	text_add_char(&text, '.');
	return text.bytes;
}

/* Parameters that only some lists take. */
static void write_forms(struct out *out, const struct listing *listing)
{
	if ((listing->flags & LIST_CURSOR) != 0)
		add(out, "cursor",
		    "Pages by cursor: empty for the first, then as the links "
		    "say; the answer has no count.",
		    "string");
	if ((listing->flags & LIST_COUNT_OPTIONAL) != 0)
		add(out, "count",
		    "exact, or none: then count is null and the page cheaper.",
		    "string");
}

/* Names that are known only at run time: an object of any members. */
static void write_more(struct out *out, const struct listing *listing)
{
	begin(out, "filters", listing->more_help);
	write_text(out, "style", "form");
	out_key(out, "explode");
	out_bool(out, true);
	out_key(out, "schema");
	out_object(out);
	write_text(out, "type", "object");
	out_key(out, "additionalProperties");
	out_object(out);
	write_text(out, "type", "string");
	out_object_end(out);
	out_object_end(out);
	out_object_end(out);
}

void listing_parameters_write(struct out *out, const struct listing *listing)
{
	const struct filter *filter = listing->filters;

	/* "last" is a page too, so it is no integer. */
	add(out, "page", "A page number within the list, or \"last\".",
	    "string");
	add(out, "page_size", "Number of results a page, up to 100.",
	    "integer");
	add(out, "limit",
	    "Number of results, up to 100: pages by limit and offset, unless "
	    "page is given.",
	    "integer");
	add(out, "offset", "How many results are skipped.", "integer");
	write_forms(out, listing);
	if (listing->search_sql != NULL)
		add(out, "search",
		    "Terms that must all match; \"a phrase\" stays together.",
		    "string");
	if (listing->orderings != NULL)
		add(out, "ordering", ordering_help(out->text->arena, listing),
		    "string");
	for (; filter != NULL && filter->name != NULL; filter++)
		write_filter(out, filter);
	if (listing->more_help != NULL)
		write_more(out, listing);
}

/* A comma list of members of the answer: those with that flag, or all. */
static void write_names(struct out *out, const struct resource *resource,
			const char *name, const char *help)
{
	bool is_expand = *name == 'e';

	begin(out, name, help);
	write_text(out, "style", "form");
	out_key(out, "explode");
	out_bool(out, false);
	out_key(out, "schema");
	out_object(out);
	write_text(out, "type", "array");
	out_key(out, "items");
	out_object(out);
	write_text(out, "type", "string");
	if (is_expand) {
		out_key(out, "enum");
		selection_names(out, resource, true);
	}
	out_object_end(out);
	out_object_end(out);
	out_object_end(out);
}

void selection_parameters_write(struct out *out,
				const struct resource *resource)
{
	write_names(out, resource, "fields",
		    "Only these members; nested ones by a dot, category.slug.");
	if (selection_can_expand(resource))
		write_names(out, resource, "expand", "These members, too.");
}
