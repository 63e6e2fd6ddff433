/* csv.c - RFC 4180, as files in the wild have it. */
#include "csv.h"

#include <string.h>

void csv_open(struct csv *csv, struct intake *intake, struct arena *arena,
	      int64_t line)
{
	struct text room = csv->room;

	*csv = (struct csv){.intake = intake, .line = line > 0 ? line : 1,
			    .is_begun = intake_place(intake) > 0,
			    .room = room};
	if (csv->room.arena != arena)
		text_init(&csv->room, arena, 4096);
}

static async int get(struct work *w, struct csv *csv)
{
	int c = intake_get(w, csv->intake);

	if (c == '\n')
		csv->line++;
	return c;
}

static void unget(struct csv *csv, int c)
{
	if (c == '\n')
		csv->line--;
	intake_unget(csv->intake, c);
}

/* False: the file is of another encoding. */
static async bool skip_mark(struct work *w, struct csv *csv)
{
	int c = intake_get(w, csv->intake);

	csv->is_begun = true;
	if (c == 0xff || c == 0xfe)
		return false; /* UTF-16 begins so, UTF-8 never */
	if (c != 0xef) {
		intake_unget(csv->intake, c);
		return true;
	}
	return intake_get(w, csv->intake) == 0xbb &&
	       intake_get(w, csv->intake) == 0xbf;
}

static void keep(struct csv *csv, int c)
{
	if (csv->room.length < CSV_RECORD_MAX)
		text_add_char(&csv->room, (char)c);
}

/* Behind the opening quote; true at the closing one. */
static async bool read_quoted(struct work *w, struct csv *csv,
			      const char **fault)
{
	for (int c; (c = get(w, csv)) != INTAKE_END;) {
		if (c == '"') {
			c = get(w, csv);
			if (c != '"') {
				unget(csv, c);
				return true;
			}
		}
		if (c == '\0')
			*fault = "has a NUL byte";
		keep(csv, c);
	}
	return false;
}

/* One field, to the room; gives what ended it: ',', '\n' or the end. */
static async int read_field(struct work *w, struct csv *csv,
			    const char **fault)
{
	int c = get(w, csv);

	if (c == '"') {
		if (!read_quoted(w, csv, fault))
			*fault = "a quote is never closed";
		c = get(w, csv);
	}
	for (; c != INTAKE_END && c != ',' && c != '\n'; c = get(w, csv)) {
		if (c == '\r') {
			int next = get(w, csv);

			unget(csv, next);
			if (next == '\n' || next == INTAKE_END)
				continue;
		}
		if (c == '\0')
			*fault = "has a NUL byte";
		keep(csv, c);
	}
	if (csv->room.length >= CSV_RECORD_MAX)
		*fault = "is longer than a megabyte";
	return c;
}

/* The room's fields, each behind the NUL of the one before. */
static void share_out(struct csv *csv, struct arena *arena,
		      struct csv_record *record)
{
	char *copy = arena_copy(arena, csv->room.bytes, csv->room.length);

	record->fields = arena_array(arena, const char *, record->count);
	for (size_t i = 0; i < record->count; i++) {
		record->fields[i] = copy;
		copy += strlen(copy) + 1;
	}
}

/* Counts fields; what ended the record. */
static async int read_record(struct work *w, struct csv *csv,
			     struct csv_record *record)
{
	int end = ',';

	*record = (struct csv_record){.line = csv->line,
				      .place = intake_place(csv->intake)};
	csv->room.length = 0;
	while (end == ',') {
		const char *fault = NULL;

		end = read_field(w, csv, &fault);
		if (fault != NULL && record->fault == NULL) {
			record->fault = fault;
			record->flaw = record->count;
		}
		if (record->count == CSV_FIELDS_MAX)
			record->fault = "there are more than 512 columns";
		else
			record->count++;
		text_add_bytes(&csv->room, "", 1);
	}
	record->end = intake_place(csv->intake);
	return end;
}

async enum csv_verdict csv_next(struct work *w, struct csv *csv,
				struct arena *arena, struct csv_record *record)
{
	const char *encoding = NULL;
	int end;

	if (!csv->is_begun && !skip_mark(w, csv))
		encoding = "is UTF-16, or begins with what is not UTF-8; "
			   "save the file as UTF-8";
	do {
		end = read_record(w, csv, record);
	} while (record->count == 1 && csv->room.length == 1 &&
		 end != INTAKE_END);
	if (csv->intake->has_failed ||
	    (record->count == 1 && csv->room.length == 1 && encoding == NULL &&
	     record->fault == NULL))
		return CSV_END;
	if (encoding != NULL)
		record->fault = encoding;
	if (record->fault != NULL) {
		record->count = 0;
		return CSV_BROKEN;
	}
	share_out(csv, arena, record);
	return CSV_RECORD;
}

const char *csv_field(const struct csv_record *heading,
		      const struct csv_record *record, const char *name)
{
	for (size_t i = 0; i < heading->count; i++)
		if (strcmp(heading->fields[i], name) == 0)
			return i < record->count ? record->fields[i] : NULL;
	return NULL;
}
