/* reading.c - a file becomes items: heading, records, and where each stands. */
#include "transfer.h"

#include <stdlib.h>
#include <string.h>

#include <platform/json.h>

static const struct import_format *const formats[] = {
	&import_csv, &import_ndjson, &import_flipkart};
enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

const char *const import_format_names[] = {"csv", "ndjson", "flipkart", NULL};

const struct import_format *import_format_find(const char *name)
{
	for (size_t i = 0; i < FORMATS; i++)
		if (strcmp(formats[i]->name, name) == 0)
			return formats[i];
	return NULL;
}

void reading_wants(struct reading *reading,
		   const struct import_attribute *attribute)
{
	for (size_t i = 0; i < reading->want_count; i++)
		if (strcmp(reading->wants[i].code, attribute->code) == 0)
			return;
	if (reading->want_count < READING_WANTS_MAX)
		reading->wants[reading->want_count++] = *attribute;
}

/* The heading in our words. */
static void apply_mapping(struct reading *reading)
{
	const char *json = reading->mapping == NULL ? "{}" : reading->mapping;
	const struct json_t *mapping = json_read_quietly(reading->kept, json,
							 strlen(json));

	for (size_t i = 0; i < reading->heading.count; i++) {
		const char *ours = json_text(
			json_member(mapping, reading->heading.fields[i]));

		if (ours != NULL)
			reading->heading.fields[i] = ours;
	}
}

static bool complain(struct reading *reading, const char *before,
		     const char *word, const char *behind)
{
	reading->fault = arena_format(reading->kept, "%s%s%s", before, word,
				      behind);
	return false;
}

/* What the file calls its columns; nothing of it is guessed. */
static bool check_names(struct reading *reading)
{
	const struct csv_record *heading = &reading->heading;

	for (size_t i = 0; i < heading->count; i++) {
		const char *name = heading->fields[i];

		if (utf8_flaw(name) >= 0)
			return complain(reading, "the column names are not UTF-8; ",
					"save the file as UTF-8", "");
		if (strchr(name, '\r') != NULL)
			return complain(reading, "the lines end in CR alone; ",
					"save the file with LF or CR LF", "");
	}
	if (heading->count == 1 && strchr(heading->fields[0], ';') != NULL)
		return complain(reading, "there is one column; ",
				"separate them by commas", "");
	return true;
}

/* Of two of one name nobody knows which is meant. */
static bool check_twins(struct reading *reading)
{
	const struct csv_record *heading = &reading->heading;

	for (size_t i = 0; i < heading->count; i++)
		for (size_t j = i + 1; j < heading->count; j++)
			if (*heading->fields[i] != '\0' &&
			    strcmp(heading->fields[i], heading->fields[j]) == 0)
				return complain(reading, "the column \"",
						heading->fields[i],
						"\" stands there twice");
	return true;
}

static async bool read_heading(struct work *w, struct reading *reading)
{
	enum csv_verdict verdict = csv_next(w, &reading->csv, reading->kept,
					    &reading->heading);

	if (reading->intake->has_failed)
		return false;
	if (verdict == CSV_BROKEN)
		return complain(reading, "the line of column names ",
				reading->heading.fault, "");
	if (verdict == CSV_END)
		return complain(reading, "there is no line of column names",
				"", "");
	if (!check_names(reading))
		return false;
	apply_mapping(reading);
	if (!check_twins(reading))
		return false;
	for (const char *const *name = reading->format->columns; *name != NULL;
	     name++)
		if (csv_field(&reading->heading, &reading->heading, *name) == NULL)
			return complain(reading, "there is no column \"", *name,
					"\"");
	return true;
}

async bool reading_begin(struct work *w, struct reading *reading)
{
	csv_open(&reading->csv, reading->intake, reading->kept, 1);
	return (reading->format->is_lines || read_heading(w, reading)) &&
	       (reading->format->begin == NULL ||
		reading->format->begin(reading));
}

void reading_resume(struct reading *reading, struct intake *intake,
		    int64_t line)
{
	reading->intake = intake;
	reading->has_ahead = false;
	arena_finish(&reading->ahead_arena);
	csv_open(&reading->csv, intake, reading->kept, line);
	reading->csv.is_begun = intake_place(intake) > 0;
}

void reading_finish(struct reading *reading)
{
	arena_finish(&reading->ahead_arena);
}

/* The name of the column at fault. */
static const char *flaw_of(const struct reading *reading,
			   const struct csv_record *record)
{
	return record->flaw < reading->heading.count
		       ? reading->heading.fields[record->flaw]
		       : "row";
}

/* Cells behind the last column, as of a comma without quotes. */
static bool has_stray_cells(const struct reading *reading,
			    const struct csv_record *record)
{
	for (size_t i = reading->heading.count; i < record->count; i++)
		if (*record->fields[i] != '\0')
			return true;
	return false;
}

async bool reading_row(struct work *w, struct reading *reading,
		       struct arena *arena, struct csv_record *record)
{
	enum csv_verdict verdict = csv_next(w, &reading->csv, arena, record);

	if (verdict == CSV_RECORD && has_stray_cells(reading, record)) {
		record->fault = "has more cells than there are columns";
		record->flaw = reading->heading.count;
		record->count = 0;
	}
	return verdict != CSV_END;
}

void reading_item(const struct reading *reading,
		  const struct csv_record *record, struct import_item *item)
{
	*item = (struct import_item){
		.line = record->line, .place = record->place,
		.end = record->end, .records = 1,
		.members = "", .attributes = "{}", .unset = "[]"};
	if (record->fault != NULL)
		item_refuse(item, flaw_of(reading, record), record->fault);
}

async bool reading_record(struct work *w, struct reading *reading,
			  struct csv_record *record, struct import_item *item)
{
	if (!reading_row(w, reading, reading->arena, record))
		return false;
	reading_item(reading, record, item);
	return true;
}
