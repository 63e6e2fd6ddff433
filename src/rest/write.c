/* write.c - rows as JSON by a resource: no jansson, no copy, columns looked up
 * once a result. */
#include <rest/schema.h>

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <platform/log.h>

#include "columns.h"
#include "selection.h"
#include "validate.h"

enum { FIELDS_MAX = 64 };

struct cell {
	const char *bytes; /* NULL: SQL NULL */
	size_t length;
};

struct column {
	enum field_type type;
	int number;
	const char *key; /* {"id": or ,"name": */
	size_t key_length;
	size_t field;	/* its place in the table */
	bool is_cut;	/* only some members of a nested value */
};

struct row_writer {
	const struct rows *rows;
	size_t count;
	struct column *columns;
	size_t keys_length; /* of all keys */
	int currency_column; /* -1: all money is the shop's */
	const struct currency *currency; /* of the row written last */
	const struct selection *selection;
};

static int find_column(const struct resource *resource,
		       const struct field *field, const struct rows *rows)
{
	const char *name = field->column != NULL ? field->column : field->name;
	int number = rows_column(rows, name);

	if (number < 0) {
		log_line(LOG_ERROR_LINE, "a column is missing", "resource",
			 resource->name, "column", name, NULL);
		/* What a client asks for by name must not stop us. */
		if ((field->flags & FIELD_EXPAND) == 0)
			abort();
	}
	return number;
}

/* ,"name": */
static const char *make_key(struct arena *arena, char before, const char *name,
			    size_t *length)
{
	size_t named = strlen(name);
	char *key = arena_alloc(arena, named + 5);

	key[0] = before;
	key[1] = '"';
	memcpy(key + 2, name, named);
	memcpy(key + 2 + named, "\":", 2);
	*length = named + 4;
	return key;
}

static bool is_cut(const struct selection *selection, size_t field)
{
	for (size_t i = 0; i < selection->subname_count; i++) {
		if (selection->subnames[i].field == field)
			return true;
	}
	return false;
}

struct row_writer *row_writer(struct arena *arena,
			      const struct resource *resource,
			      const struct rows *rows,
			      const struct selection *selection)
{
	struct row_writer *writer = arena_new(arena, struct row_writer);
	size_t fields = 0;

	while (resource->fields[fields].name != NULL)
		fields++;
	assert(fields <= FIELDS_MAX);
	writer->rows = rows;
	writer->selection = selection;
	writer->columns = arena_array(arena, struct column, fields);
	for (size_t i = 0; i < fields; i++) {
		const struct field *field = &resource->fields[i];
		struct column *column = &writer->columns[writer->count];

		if ((selection->shown >> i & 1) == 0)
			continue;
		column->number = find_column(resource, field, rows);
		if (column->number < 0)
			continue;
		column->field = i;
		column->is_cut = is_cut(selection, i);
		column->type = field->type;
		column->key = make_key(arena, writer->count == 0 ? '{' : ',',
				       field->name, &column->key_length);
		writer->keys_length += column->key_length;
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

static char *add(char *at, const char *bytes, size_t length)
{
	memcpy(at, bytes, length);
	return at + length;
}

static char *write_json(const struct row_writer *writer,
			const struct column *column, const struct cell *cell,
			char *at)
{
	char *end = cell_json(at, cell->bytes, cell->length);

	return column->is_cut
		       ? json_cut(at, end, writer->selection, column->field)
		       : end;
}

/* The value at `at`; NULL when it is a text that must be escaped. */
static char *write_cell(struct row_writer *writer, const struct column *column,
			const struct cell *cell, int row, char *at)
{
	if (cell->bytes == NULL)
		return add(at, "null", 4);
	switch (column->type) {
	case FIELD_INTEGER:
		return add(at, cell->bytes, cell->length);
	case FIELD_OBJECT:
	case FIELD_LIST:
	case FIELD_TEXTS:
	case FIELD_MAP:
	case FIELD_DICT:
		return write_json(writer, column, cell, at);
	case FIELD_BOOLEAN:
		return *cell->bytes == 't' ? add(at, "true", 4)
					   : add(at, "false", 5);
	case FIELD_MONEY:
		return cell_money(at, cell->bytes, cell->length,
				  row_currency(writer, row));
	case FIELD_TIME:
		return cell_time(at, cell->bytes, cell->length);
	default:
		return cell_text(at, cell->bytes, cell->length);
	}
}

/* The cells of a row; returns the most bytes that they may become, as long as
 * nothing is escaped. */
static size_t take_row(const struct row_writer *writer, int row,
		       struct cell cells[FIELDS_MAX])
{
	size_t room = writer->keys_length + 2;

	for (size_t i = 0; i < writer->count; i++) {
		int number = writer->columns[i].number;

		cells[i].bytes = row_text(writer->rows, row, number);
		cells[i].length = row_length(writer->rows, row, number);
		room += cells[i].length + CELL_ROOM;
	}
	return room;
}

/* Room is asked for once a row, and again behind each escaped text. */
void row_write(struct row_writer *writer, struct text *text, int row)
{
	struct cell cells[FIELDS_MAX];
	size_t room = take_row(writer, row, cells);
	char *at = text_grow(text, room);

	for (size_t i = 0; i < writer->count; i++) {
		const struct column *column = &writer->columns[i];
		char *end;

		at = add(at, column->key, column->key_length);
		end = write_cell(writer, column, &cells[i], row, at);
		if (end == NULL) {
			text->length = (size_t)(at - text->bytes);
			text_add_json(text, cells[i].bytes, cells[i].length);
			end = text_grow(text, room);
		}
		at = end;
	}
	text->length = (size_t)(at - text->bytes);
	text_add(text, writer->count == 0 ? "{}" : "}");
}
