/* metadata.c - a resource as DRF's OPTIONS metadata. */
#include <rest/schema.h>

#include <platform/money.h>

#include "label.h"
#include "validate.h"

/* DRF's names; UUIDs are strings, free JSON is a field. */
static const char *const types[] = {
	[FIELD_TEXT] = "string",      [FIELD_EMAIL] = "email",
	[FIELD_URL] = "url",	      [FIELD_SLUG] = "slug",
	[FIELD_PASSWORD] = "string",  [FIELD_CHOICE] = "choice",
	[FIELD_INTEGER] = "integer",  [FIELD_BOOLEAN] = "boolean",
	[FIELD_MONEY] = "decimal",    [FIELD_UUID] = "string",
	[FIELD_TIME] = "datetime",    [FIELD_OBJECT] = "nested object",
	[FIELD_LIST] = "field",	      [FIELD_TEXTS] = "list",
	[FIELD_MAP] = "field",	      [FIELD_DICT] = "nested object",
};

const char *label_of(struct arena *arena, const char *name)
{
	char *label = arena_text(arena, name);

	for (char *c = label; *c != '\0'; c++) {
		if (*c == '_')
			*c = ' ';
	}
	if (*label >= 'a' && *label <= 'z')
		*label = (char)(*label - 'a' + 'A');
	return label;
}

static void write_int(struct out *out, const char *key, int64_t number)
{
	out_key(out, key);
	out_int(out, number);
}

static void write_money_bounds(struct out *out, const struct field *field)
{
	const struct currency *currency = shop_currency();
	char text[MONEY_TEXT_SIZE];

	money_format(field_least(field), currency, text);
	out_key(out, "min_value");
	out_text(out, text);
	if (field_most(field) != MONEY_MAX) {
		money_format(field_most(field), currency, text);
		out_key(out, "max_value");
		out_text(out, text);
	}
	write_int(out, "max_digits", MONEY_DIGITS);
	write_int(out, "decimal_places", currency->exponent);
}

static void write_bounds(struct out *out, const struct field *field)
{
	switch (field->type) {
	case FIELD_MONEY:
		write_money_bounds(out, field);
		break;
	case FIELD_INTEGER:
		if (has_least(field))
			write_int(out, "min_value", field_least(field));
		if (field_most(field) != MONEY_MAX)
			write_int(out, "max_value", field_most(field));
		break;
	case FIELD_TEXT:
	case FIELD_EMAIL:
	case FIELD_URL:
	case FIELD_SLUG:
	case FIELD_PASSWORD:
	case FIELD_LIST:
	case FIELD_TEXTS:
		if (has_least(field))
			write_int(out, "min_length", field_least(field));
		write_int(out, "max_length", field_most(field));
		break;
	default:
		break;
	}
}

static void write_choices(struct out *out, const struct choice *choice)
{
	out_key(out, "choices");
	out_array(out);
	for (; choice->value != NULL; choice++) {
		out_object(out);
		out_key(out, "value");
		out_text(out, choice->value);
		out_key(out, "display_name");
		out_text(out, choice->label != NULL ? choice->label
						    : choice->value);
		out_object_end(out);
	}
	out_array_end(out);
}

/* {"type":...,"required":true,"read_only":false: left open. */
static void begin(struct out *out, const char *type, bool is_required,
		  bool is_read_only)
{
	out_object(out);
	out_key(out, "type");
	out_text(out, type);
	out_key(out, "required");
	out_bool(out, is_required);
	out_key(out, "read_only");
	out_bool(out, is_read_only);
}

/* What a list or a nested object holds. */
static void write_inside(struct out *out, const struct field *field)
{
	bool is_read_only = (field->flags & FIELD_READ_ONLY) != 0;

	if (field->type == FIELD_TEXTS || field->type == FIELD_DICT) {
		out_key(out, "child");
		begin(out, "string", true, is_read_only);
		write_int(out, "max_length", TEXT_MAX);
		out_object_end(out);
	} else if (field->resource != NULL && field->type == FIELD_LIST) {
		out_key(out, "child");
		begin(out, "nested object", true, is_read_only);
		out_key(out, "children");
		metadata_write(out, field->resource);
		out_object_end(out);
	} else if (field->resource != NULL) {
		out_key(out, "children");
		metadata_write(out, field->resource);
	}
}

static void write_field(struct out *out, const struct field *field)
{
	bool is_read_only = (field->flags & FIELD_READ_ONLY) != 0;

	begin(out, types[field->type],
	      (field->flags & FIELD_REQUIRED) != 0 && !is_read_only,
	      is_read_only);
	out_key(out, "label");
	out_text(out, label_of(out->text->arena, field->name));
	if (field->help != NULL) {
		out_key(out, "help_text");
		out_text(out, field->help);
	}
	if (!is_read_only)
		write_bounds(out, field);
	write_inside(out, field);
	if (field->type == FIELD_CHOICE && !is_read_only)
		write_choices(out, field->choices);
	out_object_end(out);
}

void metadata_write(struct out *out, const struct resource *resource)
{
	out_object(out);
	for (const struct field *field = resource->fields; field->name != NULL;
	     field++) {
		out_key(out, field->name);
		write_field(out, field);
	}
	out_object_end(out);
}
