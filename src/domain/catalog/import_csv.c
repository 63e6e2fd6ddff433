/* import_csv.c - shopd's own columns: sku, name, price, and if they are there
 * category ("A > B > C"), brand, description, compare_at_price, currency,
 * weight_grams, stock, images (URLs between spaces), attribute:NAME. */
#include "import.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <platform/config.h>
#include <platform/money.h>
#include <platform/text.h>

#include "markup.h"

static const char *const columns[] = {"sku", "name", "price", NULL};

/* The row being read. */
struct reader {
	struct arena *arena;
	const struct csv_record *heading;
	const struct csv_record *record;
	struct import_refusal *refusal;
};

static bool refuse_cell(const struct reader *reader, const char *column,
			const char *reason)
{
	reader->refusal->column = column;
	reader->refusal->reason = reason;
	return false;
}

/* Trimmed; "" when the column is not there. */
static char *cell(const struct reader *reader, const char *column)
{
	const char *field = csv_field(reader->heading, reader->record, column);

	return markup_trim(arena_text(reader->arena, field == NULL ? "" : field));
}

static bool read_text(const struct reader *reader, const char *column,
		      size_t max, const char **text)
{
	*text = cell(reader, column);
	return strlen(*text) <= max || refuse_cell(reader, column, "is too long");
}

static bool read_amount(const struct reader *reader, const char *column,
			const struct import_row *row, int64_t *amount)
{
	const char *text = cell(reader, column);

	if (text[0] == '\0')
		return true;
	if (money_parse(text, currency_find(row->currency), amount) != MONEY_OK)
		return refuse_cell(reader, column, "is not an amount");
	return *amount >= 0 || refuse_cell(reader, column, "is negative");
}

static bool read_number(const struct reader *reader, const char *column,
			int64_t max, int64_t *number)
{
	const char *text = cell(reader, column);
	char *end;
	long long value;

	if (text[0] == '\0')
		return true;
	errno = 0;
	value = strtoll(text, &end, 10);
	if (*end != '\0' || errno != 0 || value < 0 || value > max)
		return refuse_cell(reader, column, "is not a whole number in range");
	*number = value;
	return true;
}

static bool read_categories(const struct reader *reader, struct import_row *row)
{
	const char **steps = arena_array(reader->arena, const char *,
					 IMPORT_CATEGORIES_MAX);
	char *rest = cell(reader, "category");

	row->categories = steps;
	for (char *step; rest != NULL && (step = strsep(&rest, ">")) != NULL;) {
		step = markup_trim(step);
		if (step[0] == '\0')
			continue;
		if (row->category_count == IMPORT_CATEGORIES_MAX || strlen(step) > 200)
			return refuse_cell(reader, "category", "is too deep or too long");
		steps[row->category_count++] = step;
	}
	return true;
}

static const char *read_images(const struct reader *reader)
{
	char *rest = cell(reader, "images");
	struct text text;
	struct out out;

	text_init(&text, reader->arena, 0);
	out_init(&out, &text);
	out_array(&out);
	for (char *url; (url = strsep(&rest, " ")) != NULL;)
		if (strncmp(url, "http://", 7) == 0 ||
		    strncmp(url, "https://", 8) == 0)
			out_text(&out, url);
	out_array_end(&out);
	return text.bytes;
}

static const char *read_attributes(const struct reader *reader)
{
	static const char prefix[] = "attribute:";
	struct text text;
	struct out out;

	text_init(&text, reader->arena, 0);
	out_init(&out, &text);
	out_object(&out);
	for (size_t i = 0; i < reader->heading->count; i++) {
		const char *name = reader->heading->fields[i];
		const char *value;

		if (strncmp(name, prefix, sizeof(prefix) - 1) != 0)
			continue;
		value = cell(reader, name);
		name += sizeof(prefix) - 1;
		if (value[0] == '\0' || name[0] == '\0')
			continue;
		text_add(&text, out.needs_comma ? "," : "");
		text_add_json(&text, name, strlen(name));
		text_add_char(&text, ':');
		text_add_json(&text, value, strlen(value));
		out.needs_comma = true;
	}
	out_object_end(&out);
	return text.bytes;
}

static bool is_utf8(const struct reader *reader)
{
	for (size_t i = 0; i < reader->record->count; i++)
		if (!utf8_is_valid(reader->record->fields[i]))
			return refuse_cell(reader,
					   i < reader->heading->count
						   ? reader->heading->fields[i]
						   : "behind the last column",
					   "is not UTF-8");
	return true;
}

static bool read_row(struct arena *arena, const struct csv_record *heading,
		     const struct csv_record *record, struct import_row *row,
		     struct import_refusal *refusal)
{
	const struct reader reader = {arena, heading, record, refusal};

	*row = (struct import_row){.stock = -1, .price = -1};
	if (!is_utf8(&reader) || !read_text(&reader, "sku", 100, &row->sku) ||
	    !read_text(&reader, "name", 500, &row->name) ||
	    !read_text(&reader, "brand", 100, &row->brand) ||
	    !read_text(&reader, "description", 20000, &row->description))
		return false;
	row->source_key = row->sku;
	if (row->sku[0] == '\0')
		return refuse_cell(&reader, "sku", "is missing");
	if (row->name[0] == '\0')
		return refuse_cell(&reader, "name", "is missing");
	row->currency = cell(&reader, "currency");
	if (row->currency[0] == '\0')
		row->currency = config->currency;
	if (currency_find(row->currency) == NULL)
		return refuse_cell(&reader, "currency", "is not an ISO 4217 code");
	if (!read_amount(&reader, "price", row, &row->price) ||
	    !read_amount(&reader, "compare_at_price", row, &row->compare_at) ||
	    !read_number(&reader, "weight_grams", 100000000, &row->weight_grams) ||
	    !read_number(&reader, "stock", 1000000000, &row->stock) ||
	    !read_categories(&reader, row))
		return false;
	if (row->price < 0)
		return refuse_cell(&reader, "price",
				   "there is no price, so it cannot be sold");
	row->images = read_images(&reader);
	row->attributes = read_attributes(&reader);
	return true;
}

const struct import_format import_csv = {
	.name = "csv",
	.source = "csv",
	.columns = columns,
	.read = read_row,
};
