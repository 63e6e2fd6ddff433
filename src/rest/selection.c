/* selection.c - "fields=" and "expand=" become a set of a table's fields. */
#include "selection.h"

#include <assert.h>
#include <string.h>

#include <platform/log.h>
#include <rest/select.h>

#include "query_string.h"

enum { SUBNAMES_MAX = 64 };

bool selection_can_expand(const struct resource *resource)
{
	const struct field *field = resource->fields;

	while (field->name != NULL && (field->flags & FIELD_EXPAND) == 0)
		field++;
	return field->name != NULL;
}

void selection_names(struct out *out, const struct resource *resource,
		     bool only_expand)
{
	const struct field *field = resource->fields;

	out_array(out);
	for (; field->name != NULL; field++) {
		if (only_expand ? (field->flags & FIELD_EXPAND) != 0
				: (field->flags & FIELD_WRITE_ONLY) == 0)
			out_text(out, field->name);
	}
	out_array_end(out);
}

struct reading {
	struct request *req;
	const struct resource *resource;
	const char *parameter; /* "fields" or "expand" */
	struct selection *selection;
	struct subname *subnames;
	uint64_t whole; /* named without a dot */
};

static uint64_t bit(size_t field)
{
	return UINT64_C(1) << field;
}

void selection_default(const struct resource *resource,
		       struct selection *selection)
{
	const struct field *field = resource->fields;

	*selection = (struct selection){0};
	for (size_t i = 0; field[i].name != NULL; i++) {
		if ((field[i].flags & (FIELD_WRITE_ONLY | FIELD_EXPAND)) == 0)
			selection->shown |= bit(i);
	}
}

/* The place of that member; -1 when there is none that may be read. */
static int find(const struct resource *resource, const char *name,
		size_t length)
{
	const struct field *field = resource->fields;

	for (int i = 0; field[i].name != NULL; i++) {
		if (strlen(field[i].name) == length &&
		    memcmp(field[i].name, name, length) == 0)
			return (field[i].flags & FIELD_WRITE_ONLY) == 0 ? i
									: -1;
	}
	return -1;
}

bool selection_shows(const struct selection *selection,
		     const struct resource *resource, const char *name,
		     size_t length)
{
	int field = find(resource, name, length);

	if (field < 0)
		log_line(LOG_ERROR_LINE, "a section names no member",
			 "resource", resource->name, "section", name, NULL);
	assert(field >= 0);
	return (selection->shown & bit((size_t)field)) != 0;
}

static bool is_choice(const struct reading *reading, const struct field *field)
{
	return *reading->parameter == 'e'
		       ? (field->flags & FIELD_EXPAND) != 0
		       : (field->flags & FIELD_WRITE_ONLY) == 0;
}

static bool refuse_name(struct reading *reading, const char *name,
			size_t length)
{
	struct arena *arena = &reading->req->http.work.arena;
	const struct field *field = reading->resource->fields;
	struct text text;

	text_init(&text, arena, 256);
	for (; field->name != NULL; field++) {
		if (is_choice(reading, field))
			text_format(&text, "%s%s", text.length > 0 ? ", " : "",
				    field->name);
	}
	return refuse_field(&reading->req->http.work, reading->parameter,
			    "Select a valid choice. %s is not one of the "
			    "available choices: %s.",
			    arena_copy(arena, name, length),
			    text.length > 0 ? text.bytes : "none");
}

static bool has_members(enum field_type type)
{
	return type == FIELD_OBJECT || type == FIELD_LIST ||
	       type == FIELD_MAP || type == FIELD_DICT;
}

/* name.rest: false when the field has nothing of that name. */
static bool add_subname(struct reading *reading, size_t field,
			const char *name, size_t length)
{
	struct selection *selection = reading->selection;
	const struct field *whole = &reading->resource->fields[field];

	if (length == 0 || !has_members(whole->type) ||
	    selection->subname_count == SUBNAMES_MAX)
		return false;
	if (whole->resource != NULL && find(whole->resource, name, length) < 0)
		return false;
	reading->subnames[selection->subname_count++] =
		(struct subname){field, name, length};
	return true;
}

static bool add_name(struct reading *reading, const char *name, size_t length)
{
	const char *dot = *reading->parameter == 'f'
				  ? memchr(name, '.', length)
				  : NULL;
	size_t own = dot != NULL ? (size_t)(dot - name) : length;
	int field = find(reading->resource, name, own);

	if (field < 0 ||
	    !is_choice(reading, &reading->resource->fields[field]) ||
	    (dot != NULL && !add_subname(reading, (size_t)field, dot + 1,
					 length - own - 1)))
		return refuse_name(reading, name, length);
	reading->selection->shown |= bit((size_t)field);
	if (dot == NULL)
		reading->whole |= bit((size_t)field);
	return true;
}

/* Each name of each list; spaces around one do not count. */
static bool read_names(struct reading *reading, const struct query_pair *pairs,
		       size_t count, bool *has_any)
{
	for (size_t i = 0; i < count; i++) {
		const char *at = pairs[i].value;

		while (*at != '\0') {
			size_t step = strcspn(at, ",");
			size_t length = step;

			for (; length > 0 && *at == ' '; length--, step--)
				at++;
			while (length > 0 && at[length - 1] == ' ')
				length--;
			if (length > 0 && !*has_any &&
			    *reading->parameter == 'f')
				reading->selection->shown = 0;
			*has_any = *has_any || length > 0;
			if (length > 0 && !add_name(reading, at, length))
				return false;
			at += step + (at[step] == ',');
		}
	}
	return true;
}

static bool read_parameter(struct reading *reading,
			   const struct query_string *query)
{
	size_t count;
	const struct query_pair *pairs =
		query_all(query, reading->parameter, &count);
	bool has_any = false;

	return pairs == NULL || read_names(reading, pairs, count, &has_any);
}

/* A field that is also named whole is not cut. */
static void drop_cuts(struct reading *reading)
{
	struct selection *selection = reading->selection;
	size_t kept = 0;

	for (size_t i = 0; i < selection->subname_count; i++) {
		if ((reading->whole & bit(reading->subnames[i].field)) == 0)
			reading->subnames[kept++] = reading->subnames[i];
	}
	selection->subname_count = kept;
}

bool selection_read(struct request *req, const struct resource *resource,
		    struct selection *selection)
{
	const char *raw = req->http.query;
	struct reading reading = {.req = req,
				  .resource = resource,
				  .parameter = "fields",
				  .selection = selection};
	const struct query_string *query;

	selection_default(resource, selection);
	if (raw == NULL || *raw == '\0' || req->http.method > METHOD_HEAD)
		return true;
	query = query_parse(req);
	if (query_last(query, "fields") == NULL &&
	    query_last(query, "expand") == NULL)
		return true;
	reading.subnames = arena_array(&req->http.work.arena, struct subname,
				       SUBNAMES_MAX);
	selection->subnames = reading.subnames;
	if (!read_parameter(&reading, query))
		return false;
	reading.parameter = "expand";
	if (!read_parameter(&reading, query))
		return false;
	drop_cuts(&reading);
	return true;
}

async bool query_shown(struct request *req, const struct query *query,
		       struct params params, struct rows *rows)
{
	const struct resource *resource = req->route->answer;
	struct work *w = &req->http.work;
	struct selection selection;
	struct text text;

	assert(resource != NULL);
	if (!selection_read(req, resource, &selection))
		return false;
	text_init(&text, &w->arena, strlen(query->text) + 1);
	template_write(&text, query->text,
		       &(struct template_fill){.resource = resource,
					       .selection = &selection,
					       .counts = true});
	return db_query(w, db_assembled(query->name, text.bytes, query->kind,
					query->is_slow),
			params, rows);
}
