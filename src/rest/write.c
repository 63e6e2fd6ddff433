/* write.c - rows as JSON by a resource: no jansson, no copy, columns looked up
 * once a result. */
#include <rest/schema.h>

#include <stdlib.h>
#include <string.h>

#include <platform/log.h>

#include "columns.h"
#include "validate.h"

struct column {
	const struct field *field;
	int number;
	const char *key; /* {"id": or ,"name": */
	size_t key_length;
};

struct row_writer {
	const struct rows *rows;
	size_t count;
	struct column *columns;
	int currency_column; /* -1: all money is the shop's */
	const struct currency *currency; /* of the row written last */
};

static int find_column(const struct resource *resource,
		       const struct field *field, const struct rows *rows)
{
	const char *name = field->column != NULL ? field->column : field->name;
	int number = rows_column(rows, name);

	if (number < 0) {
		log_line(LOG_ERROR_LINE, "a column is missing", "resource",
			 resource->name, "column", name, NULL);
		abort();
	}
	return number;
}

struct row_writer *row_writer(struct arena *arena,
			      const struct resource *resource,
			      const struct rows *rows)
{
	struct row_writer *writer = arena_new(arena, struct row_writer);
	size_t fields = 0;

	while (resource->fields[fields].name != NULL)
		fields++;
	writer->rows = rows;
	writer->columns = arena_array(arena, struct column, fields);
	for (size_t i = 0; i < fields; i++) {
		const struct field *field = &resource->fields[i];
		struct column *column = &writer->columns[writer->count];

		if ((field->flags & FIELD_WRITE_ONLY) != 0)
			continue;
		column->field = field;
		column->number = find_column(resource, field, rows);
		column->key = arena_format(arena, "%c\"%s\":",
					   writer->count == 0 ? '{' : ',',
					   field->name);
		column->key_length = strlen(column->key);
		writer->count++;
	}
	writer->currency_column = rows_column(rows, "currency");
	writer->currency = shop_currency();
	return writer;
}

static const struct currency *row_currency(struct row_writer *writer, int row)
{
	const struct currency *currency;
	const char *code;

	if (writer->currency_column < 0)
		return writer->currency;
	code = row_text(writer->rows, row, writer->currency_column);
	if (code == NULL)
		return shop_currency();
	if (strcmp(code, writer->currency->code) == 0)
		return writer->currency;
	currency = currency_find(code);
	if (currency == NULL)
		abort(); /* the schema lets only known ones in */
	writer->currency = currency;
	return currency;
}

static void write_cell(struct row_writer *writer, struct text *text,
		       const struct column *column, int row)
{
	const char *bytes = row_text(writer->rows, row, column->number);
	size_t length;

	if (bytes == NULL) {
		text_add_bytes(text, "null", 4);
		return;
	}
	length = row_length(writer->rows, row, column->number);
	switch (column->field->type) {
	case FIELD_INTEGER:
	case FIELD_OBJECT:
	case FIELD_LIST:
	case FIELD_TEXTS:
	case FIELD_MAP:
	case FIELD_DICT:
		text_add_bytes(text, bytes, length);
		break;
	case FIELD_BOOLEAN:
		text_add(text, *bytes == 't' ? "true" : "false");
		break;
	case FIELD_MONEY:
		cell_money(text, bytes, length, row_currency(writer, row));
		break;
	case FIELD_TIME:
		cell_time(text, bytes, length);
		break;
	default:
		cell_text(text, bytes, length);
	}
}

void row_write(struct row_writer *writer, struct text *text, int row)
{
	if (writer->count == 0)
		text_add_char(text, '{');
	for (size_t i = 0; i < writer->count; i++) {
		const struct column *column = &writer->columns[i];

		text_add_bytes(text, column->key, column->key_length);
		write_cell(writer, text, column, row);
	}
	text_add_char(text, '}');
}

void resource_write_row(struct out *out, const struct resource *resource,
			const struct rows *rows, int row)
{
	out_raw(out, "", 0); /* the comma, where one is due */
	row_write(row_writer(out->text->arena, resource, rows), out->text, row);
}
