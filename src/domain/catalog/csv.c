/* csv.c - RFC 4180, as files in the wild have it. */
#include "csv.h"

#include <string.h>

#include <platform/text.h>

static int get(struct csv *csv)
{
	int c = getc(csv->file);

	if (c == '\n')
		csv->line++;
	return c;
}

static void unget(struct csv *csv, int c)
{
	if (c == EOF)
		return;
	ungetc(c, csv->file);
	if (c == '\n')
		csv->line--;
}

static void skip_mark(struct csv *csv)
{
	static const int mark[] = {0xef, 0xbb, 0xbf};

	csv->is_begun = true;
	csv->line = 1;
	for (size_t i = 0; i < 3; i++) {
		int c = getc(csv->file);

		if (c != mark[i]) {
			unget(csv, c); /* at most one: files begin with none or all */
			return;
		}
	}
}

/* Behind the opening quote; true at the closing one. */
static bool read_quoted(struct csv *csv, struct text *field)
{
	for (int c; (c = get(csv)) != EOF;) {
		if (c == '"') {
			c = get(csv);
			if (c != '"') {
				unget(csv, c);
				return true;
			}
		}
		if (field->length < CSV_RECORD_MAX)
			text_add_char(field, (char)c);
	}
	return false;
}

/* One field; *end is what ended it: ',', '\n' or EOF. */
static const char *read_field(struct csv *csv, struct arena *arena, int *end,
			      const char **fault)
{
	struct text field;
	int c = get(csv);

	text_init(&field, arena, 0);
	text_add(&field, "");
	if (c == '"') {
		if (!read_quoted(csv, &field))
			*fault = "a quote is never closed";
		c = get(csv);
	}
	for (; c != EOF && c != ',' && c != '\n'; c = get(csv)) {
		if (c == '\r') {
			int next = get(csv);

			unget(csv, next);
			if (next == '\n' || next == EOF)
				continue;
		}
		if (c == '\0')
			*fault = "a NUL byte";
		if (field.length < CSV_RECORD_MAX)
			text_add_char(&field, (char)c);
	}
	if (field.length >= CSV_RECORD_MAX)
		*fault = "a field is longer than a megabyte";
	*end = c;
	return field.bytes;
}

enum csv_verdict csv_next(struct csv *csv, struct arena *arena,
			  struct csv_record *record)
{
	const char **fields = arena_array(arena, const char *, CSV_FIELDS_MAX);
	int end;

	if (!csv->is_begun)
		skip_mark(csv);
	do {
		*record = (struct csv_record){.line = csv->line, .fields = fields};
		end = ',';
		while (end == ',') {
			const char *field = read_field(csv, arena, &end,
						       &record->fault);

			if (record->count == CSV_FIELDS_MAX)
				record->fault = "more than 256 columns";
			else
				fields[record->count++] = field;
		}
	} while (record->count == 1 && fields[0][0] == '\0' && end != EOF);
	if (record->count == 1 && fields[0][0] == '\0')
		return CSV_END;
	return record->fault == NULL ? CSV_RECORD : CSV_BROKEN;
}

const char *csv_field(const struct csv_record *heading,
		      const struct csv_record *record, const char *name)
{
	for (size_t i = 0; i < heading->count; i++)
		if (strcmp(heading->fields[i], name) == 0)
			return i < record->count ? record->fields[i] : NULL;
	return NULL;
}

/* How many bytes follow a first byte; -1 when it cannot be first. */
static int followers(unsigned char first)
{
	if (first < 0x80)
		return 0;
	if (first >= 0xc2 && first <= 0xdf)
		return 1;
	if (first >= 0xe0 && first <= 0xef)
		return 2;
	return first >= 0xf0 && first <= 0xf4 ? 3 : -1;
}

bool utf8_is_valid(const char *text)
{
	const unsigned char *at = (const unsigned char *)text;

	while (*at != '\0') {
		unsigned char first = *at++;
		int count = followers(first);

		if (count < 0)
			return false;
		if ((first == 0xe0 && *at < 0xa0) ||
		    (first == 0xed && *at > 0x9f) ||
		    (first == 0xf0 && *at < 0x90) ||
		    (first == 0xf4 && *at > 0x8f))
			return false;
		for (; count > 0; count--)
			if ((*at++ & 0xc0) != 0x80)
				return false;
	}
	return true;
}
