/* schema.c - a resource as JSON Schema, for OpenAPI 3.1. */
#include <rest/schema.h>

#include <stdio.h>

#include <platform/money.h>

#include "label.h"
#include "validate.h"

/* No "format" where "" is accepted: it would be refused by validators. */
static const struct {
	const char *type;
	const char *format;
} types[] = {
	[FIELD_TEXT] = {"string", NULL},
	[FIELD_EMAIL] = {"string", "email"},
	[FIELD_URL] = {"string", "uri"},
	[FIELD_SLUG] = {"string", NULL},
	[FIELD_PASSWORD] = {"string", "password"},
	[FIELD_CHOICE] = {"string", NULL},
	[FIELD_INTEGER] = {"integer", NULL},
	[FIELD_BOOLEAN] = {"boolean", NULL},
	[FIELD_MONEY] = {"string", "decimal"},
	[FIELD_UUID] = {"string", "uuid"},
	[FIELD_TIME] = {"string", "date-time"},
	[FIELD_OBJECT] = {"object", NULL},
	[FIELD_LIST] = {"array", NULL},
	[FIELD_TEXTS] = {"array", NULL},
	[FIELD_MAP] = {"object", NULL},
	[FIELD_DICT] = {"object", NULL},
};

static void write_text(struct out *out, const char *key, const char *text)
{
	out_key(out, key);
	out_text(out, text);
}

static void write_int(struct out *out, const char *key, int64_t number)
{
	out_key(out, key);
	out_int(out, number);
}

const char *schema_name(struct arena *arena, const struct resource *resource,
			bool is_patch)
{
	return is_patch ? arena_format(arena, "Patched%s", resource->name)
			: resource->name;
}

void schema_reference(struct out *out, const struct resource *resource,
		      bool is_patch)
{
	struct arena *arena = out->text->arena;

	out_object(out);
	write_text(out, "$ref",
		   arena_format(arena, "#/components/schemas/%s",
				schema_name(arena, resource, is_patch)));
	out_object_end(out);
}

/* "string", or ["string","null"]. */
static void write_type(struct out *out, const char *type, unsigned flags)
{
	out_key(out, "type");
	if ((flags & FIELD_NULLABLE) == 0) {
		out_text(out, type);
		return;
	}
	out_array(out);
	out_text(out, type);
	out_text(out, "null");
	out_array_end(out);
}

static void write_enum(struct out *out, const struct field *field)
{
	out_key(out, "enum");
	out_array(out);
	for (const struct choice *choice = field->choices;
	     choice != NULL && choice->value != NULL; choice++)
		out_text(out, choice->value);
	if ((field->flags & FIELD_BLANK) != 0)
		out_text(out, "");
	if ((field->flags & FIELD_NULLABLE) != 0)
		out_null(out);
	out_array_end(out);
}

static void write_lengths(struct out *out, const struct field *field)
{
	if ((field->flags & FIELD_READ_ONLY) != 0)
		return;
	if ((field->flags & FIELD_BLANK) == 0)
		write_int(out, "minLength",
			  field->min > 0 ? field->min : 1);
	write_int(out, "maxLength", field_most(field));
	if (field->type == FIELD_SLUG)
		write_text(out, "pattern", "^[-a-zA-Z0-9_]*$");
}

static void write_money(struct out *out, const struct field *field)
{
	bool may_be_negative = field_least(field) < 0 ||
			       (field->flags & FIELD_READ_ONLY) != 0;

	write_text(out, "pattern",
		   may_be_negative
			   ? "^-?\\d{1,15}(?:\\.\\d{1,4})?$"
			   : "^\\d{1,15}(?:\\.\\d{1,4})?$");
}

static void write_items(struct out *out, const struct field *field)
{
	if ((field->flags & FIELD_READ_ONLY) == 0) {
		if ((field->flags & FIELD_BLANK) == 0)
			write_int(out, "minItems",
				  field->min > 0 ? field->min : 1);
		write_int(out, "maxItems", field_most(field));
	}
	out_key(out, "items");
	if (field->type == FIELD_LIST && field->resource != NULL) {
		schema_reference(out, field->resource, false);
		return;
	}
	out_object(out);
	if (field->type == FIELD_TEXTS)
		write_text(out, "type", "string");
	out_object_end(out);
}

/* What the type adds. */
static void write_details(struct out *out, const struct field *field)
{
	bool is_blank = (field->flags & FIELD_BLANK) != 0;

	if (types[field->type].format != NULL && !is_blank)
		write_text(out, "format", types[field->type].format);
	switch (field->type) {
	case FIELD_TEXT:
	case FIELD_EMAIL:
	case FIELD_URL:
	case FIELD_SLUG:
	case FIELD_PASSWORD:
		write_lengths(out, field);
		break;
	case FIELD_CHOICE:
		write_enum(out, field);
		break;
	case FIELD_INTEGER:
		if ((field->flags & FIELD_READ_ONLY) != 0)
			break;
		write_int(out, "minimum", field_least(field));
		write_int(out, "maximum", field_most(field));
		break;
	case FIELD_MONEY:
		write_money(out, field);
		break;
	case FIELD_LIST:
	case FIELD_TEXTS:
		write_items(out, field);
		break;
	case FIELD_DICT:
		out_key(out, "additionalProperties");
		out_object(out);
		write_text(out, "type", "string");
		out_object_end(out);
		break;
	default:
		break;
	}
}

/* A nested object: a reference, or null beside it. */
static void write_nested(struct out *out, const struct field *field)
{
	out_key(out, (field->flags & FIELD_NULLABLE) != 0 ? "anyOf" : "allOf");
	out_array(out);
	schema_reference(out, field->resource, false);
	if ((field->flags & FIELD_NULLABLE) != 0) {
		out_object(out);
		write_text(out, "type", "null");
		out_object_end(out);
	}
	out_array_end(out);
}

static void write_property(struct out *out, const struct field *field)
{
	out_key(out, field->name);
	out_object(out);
	if (field->type == FIELD_OBJECT && field->resource != NULL) {
		write_nested(out, field);
	} else {
		write_type(out, types[field->type].type, field->flags);
		write_details(out, field);
	}
	if ((field->flags & FIELD_READ_ONLY) != 0) {
		out_key(out, "readOnly");
		out_bool(out, true);
	}
	if ((field->flags & FIELD_WRITE_ONLY) != 0) {
		out_key(out, "writeOnly");
		out_bool(out, true);
	}
	write_text(out, "title", label_of(out->text->arena, field->name));
	if (field->help != NULL)
		write_text(out, "description", field->help);
	out_object_end(out);
}

/* What every answer holds, and every whole body must. */
static bool is_required(const struct resource *resource,
			const struct field *field)
{
	if ((field->flags & FIELD_EXPAND) != 0)
		return false;
	return resource->size == 0 ||
	       (field->flags & (FIELD_REQUIRED | FIELD_READ_ONLY)) != 0;
}

static void write_required(struct out *out, const struct resource *resource)
{
	bool is_open = false;

	for (const struct field *field = resource->fields; field->name != NULL;
	     field++) {
		if (!is_required(resource, field))
			continue;
		if (!is_open) {
			out_key(out, "required");
			out_array(out);
			is_open = true;
		}
		out_text(out, field->name);
	}
	if (is_open)
		out_array_end(out);
}

void schema_write(struct out *out, const struct resource *resource,
		  bool is_patch)
{
	out_object(out);
	write_text(out, "type", "object");
	if (resource->help != NULL)
		write_text(out, "description", resource->help);
	out_key(out, "properties");
	out_object(out);
	for (const struct field *field = resource->fields; field->name != NULL;
	     field++)
		write_property(out, field);
	out_object_end(out);
	if (!is_patch)
		write_required(out, resource);
	out_object_end(out);
}

static void write_link(struct out *out, const char *name)
{
	out_key(out, name);
	out_object(out);
	write_type(out, "string", FIELD_NULLABLE);
	write_text(out, "format", "uri");
	out_object_end(out);
}

void schema_page_write(struct out *out, const struct resource *resource)
{
	static const char required[] =
		"[\"count\",\"next\",\"previous\",\"results\"]";
	static const char count[] = "{\"type\":\"integer\",\"minimum\":0}";

	out_object(out);
	write_text(out, "type", "object");
	out_key(out, "properties");
	out_object(out);
	out_key(out, "count");
	out_raw(out, count, sizeof(count) - 1);
	write_link(out, "next");
	write_link(out, "previous");
	out_key(out, "results");
	out_object(out);
	write_text(out, "type", "array");
	out_key(out, "items");
	schema_reference(out, resource, false);
	out_object_end(out);
	out_object_end(out);
	out_key(out, "required");
	out_raw(out, required, sizeof(required) - 1);
	out_object_end(out);
}

void schema_each(const struct resource *resource,
		 void (*visit)(const struct resource *resource, void *argument),
		 void *argument)
{
	for (const struct field *field = resource->fields; field->name != NULL;
	     field++) {
		/* A tree of categories names itself. */
		if (field->resource != NULL && field->resource != resource)
			schema_each(field->resource, visit, argument);
	}
	visit(resource, argument);
}
