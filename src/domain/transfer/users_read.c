/* users_read.c - accounts out of CSV with a heading, or a JSON object a line. */
#include "users.h"

#include <string.h>
#include <strings.h>

#include <platform/json.h>

const char *const user_column_names[USER_COLUMNS] = {
	[USER_EMAIL] = "email",
	[USER_FIRST_NAME] = "first_name",
	[USER_LAST_NAME] = "last_name",
	[USER_PHONE] = "phone",
	[USER_PASSWORD] = "password",
	[USER_IS_ACTIVE] = "is_active",
	[USER_IS_VERIFIED] = "is_verified",
	[USER_IS_STAFF] = "is_staff",
	[USER_DATE_JOINED] = "date_joined",
	[USER_LAST_LOGIN] = "last_login",
};

static void flaw(struct user_row *row, const char *column, const char *reason)
{
	row->column = column;
	row->reason = reason;
}

async bool users_begin(struct work *w, struct user_reading *reading,
		       const char **fault)
{
	*fault = NULL;
	csv_open(&reading->csv, &reading->intake, reading->kept, 1);
	if (reading->is_ndjson)
		return true;
	if (csv_next(w, &reading->csv, reading->kept, &reading->heading) !=
	    CSV_RECORD)
		*fault = reading->heading.fault ? reading->heading.fault
						: "has no heading line";
	else if (csv_field(&reading->heading, &reading->heading, "email") ==
		 NULL)
		*fault = "has no column \"email\"";
	return *fault == NULL;
}

static async bool next_record(struct work *w, struct user_reading *reading,
			      struct arena *arena, struct user_row *row)
{
	struct csv_record record;
	enum csv_verdict verdict = csv_next(w, &reading->csv, arena, &record);

	*row = (struct user_row){.line = record.line};
	if (verdict == CSV_END)
		return false;
	if (verdict == CSV_BROKEN) {
		flaw(row,
		     record.flaw < reading->heading.count
			     ? reading->heading.fields[record.flaw]
			     : "row",
		     record.fault);
		return true;
	}
	if (record.count > reading->heading.count)
		flaw(row, "row", "has more columns than the heading");
	for (size_t i = 0; i < USER_COLUMNS; i++)
		row->cells[i] = csv_field(&reading->heading, &record,
					  user_column_names[i]);
	return true;
}

/* The next line that is not empty, to the room of the records; false at the
 * end. */
static async bool next_line(struct work *w, struct csv *csv,
			    struct user_row *row)
{
	int c = 0;

	while (c != INTAKE_END) {
		*row = (struct user_row){.line = csv->line++};
		csv->room.length = 0;
		while ((c = intake_get(w, csv->intake)) != INTAKE_END &&
		       c != '\n')
			if (c != '\r' && csv->room.length <= CSV_RECORD_MAX)
				text_add_char(&csv->room, (char)c);
		if (csv->room.length > 0)
			return !csv->intake->has_failed;
	}
	return false;
}

/* A member as a cell has it; NULL as one that is not there. */
static const char *cell_of(struct arena *arena, const struct json_t *node)
{
	switch (json_kind(node)) {
	case JSON_KIND_ABSENT:
	case JSON_KIND_NULL:
		return NULL;
	case JSON_KIND_TEXT:
		return json_text(node);
	case JSON_KIND_BOOL:
		return json_bool(node) ? "true" : "false";
	case JSON_KIND_INT:
	case JSON_KIND_REAL:
	case JSON_KIND_LIST:
	case JSON_KIND_OBJECT:
	default:
		return json_write(arena, node);
	}
}

static void read_object(struct user_reading *reading, struct arena *arena,
			struct user_row *row)
{
	const struct text *room = &reading->csv.room;
	const char *line = arena_copy(arena, room->bytes, room->length);
	size_t length = room->length;
	const struct json_t *root;

	if (row->line == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0) {
		line += 3;
		length -= 3;
	}
	if (length > CSV_RECORD_MAX) {
		flaw(row, "row", "is longer than a megabyte");
		return;
	}
	root = json_read_quietly(arena, line, length);
	if (json_kind(root) != JSON_KIND_OBJECT) {
		flaw(row, "row", "is no JSON object");
		return;
	}
	for (size_t i = 0; i < USER_COLUMNS; i++)
		row->cells[i] = cell_of(arena,
					json_member(root, user_column_names[i]));
}

async bool users_next(struct work *w, struct user_reading *reading,
		      struct arena *arena, struct user_row *row)
{
	if (!reading->is_ndjson)
		return next_record(w, reading, arena, row);
	if (!next_line(w, &reading->csv, row))
		return false;
	read_object(reading, arena, row);
	return true;
}
