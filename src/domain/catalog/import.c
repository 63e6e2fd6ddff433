/* import.c - drives an import: file to rows, rows to batches, and tells. */
#include "import.h"

#include <errno.h>
#include <inttypes.h>
#include <search.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <platform/clock.h>

enum { BATCH = 500, WAIT_MAX = 60 /* seconds, of one batch */ };

static const struct import_format *const formats[] = {&import_flipkart,
						      &import_csv};

/* An import under way. */
struct import {
	const struct import_options *options;
	const struct import_format *format;
	struct import_summary *summary;
	struct csv csv;
	struct csv_record heading;
	struct arena kept; /* what lives to the end: heading, keys */
	void *keys;	   /* tree of struct key: seen already, and where */
	int64_t shown;	   /* clock of the last progress line */
};

struct key {
	const char *text;
	int64_t line;
};

static int key_compare(const void *a, const void *b)
{
	return strcmp(((const struct key *)a)->text,
		      ((const struct key *)b)->text);
}

static void key_keep(void *key)
{
	(void)key; /* the arena's */
}

static bool complain(const char *file, const char *why)
{
	fprintf(stderr, "shopd import: %s: %s\n", file, why);
	return false;
}

static bool open_file(struct import *import, const char *file)
{
	import->csv = (struct csv){.file = fopen(file, "rb")};
	if (import->csv.file == NULL)
		return complain(file, strerror(errno));
	if (csv_next(&import->csv, &import->kept, &import->heading) != CSV_RECORD)
		return complain(file, "there is no line of column names");
	for (const char *const *name = import->format->columns; *name != NULL;
	     name++)
		if (csv_field(&import->heading, &import->heading, *name) == NULL) {
			fprintf(stderr, "shopd import: %s: there is no column "
					"\"%s\"; is it %s?\n",
				file, *name, import->format->name);
			return false;
		}
	return true;
}

static void tell(struct import *import, int64_t line,
		 const struct import_refusal *refusal)
{
	import->summary->refused++;
	printf("line %" PRId64 ", %s: %s\n", line, refusal->column,
	       refusal->reason);
}

/* The line where the key stood before; 0 when it is new. */
static int64_t seen_before(struct import *import, const char *text, int64_t line)
{
	struct key *key = arena_new(&import->kept, struct key);
	struct key **found;

	key->text = arena_text(&import->kept, text);
	key->line = line;
	found = tsearch(key, &import->keys, key_compare);
	return *found == key ? 0 : (*found)->line;
}

/* Reads the next row that can be sold into item; false at the file's end. */
static bool next_item(struct work *w, struct import *import,
		      struct import_item *item)
{
	enum csv_verdict verdict;
	struct csv_record record;
	int64_t first;

	while ((verdict = csv_next(&import->csv, &w->arena, &record)) != CSV_END) {
		*item = (struct import_item){.line = record.line};
		import->summary->rows++;
		if (verdict == CSV_BROKEN) {
			item->refusal = (struct import_refusal){"record",
								record.fault};
		} else if (import->format->read(&w->arena, &import->heading,
						&record, &item->row,
						&item->refusal)) {
			first = seen_before(import, item->row.source_key,
					    record.line);
			if (first == 0)
				return true;
			item->refusal = (struct import_refusal){
				import->format->source[0] == 'f' ? "pid" : "sku",
				arena_format(&w->arena,
					     "the same as on line %" PRId64, first)};
		}
		tell(import, item->line, &item->refusal);
	}
	return false;
}

static void count_up(struct import *import, const struct import_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct import_item *item = &batch->items[i];

		import->summary->created += item->fate == IMPORT_CREATE;
		import->summary->updated += item->fate == IMPORT_UPDATE;
		import->summary->unchanged += item->fate == IMPORT_SAME;
		if (item->fate == IMPORT_REFUSE)
			tell(import, item->line, &item->refusal);
	}
}

static void show_progress(struct import *import, bool is_last)
{
	int64_t now = clock_monotonic();

	if (!import->options->shows_progress ||
	    (!is_last && now - import->shown < SECOND / 5))
		return;
	import->shown = now;
	fprintf(stderr, "\r%" PRId64 " rows, %" PRId64 " refused%s",
		import->summary->rows, import->summary->refused,
		is_last ? "\n" : "");
}

/* One batch in an arena of its own, so that memory does not grow with the
 * file. *is_last: the file has ended. */
static async bool run_batch(struct work *w, struct import *import, bool *is_last)
{
	struct arena outer = w->arena;
	struct import_batch batch = {
		.format = import->format,
		.is_dry_run = import->options->is_dry_run,
		.default_stock = import->options->default_stock,
	};
	bool done;

	w->arena = (struct arena){0};
	w->deadline = clock_monotonic() + WAIT_MAX * SECOND;
	batch.items = arena_array(&w->arena, struct import_item, BATCH);
	*is_last = false;
	while (batch.count < BATCH && !*is_last) {
		if (next_item(w, import, &batch.items[batch.count]))
			batch.count++;
		else
			*is_last = true;
	}
	done = import_write(w, &batch);
	if (done)
		count_up(import, &batch);
	arena_finish(&w->arena);
	w->arena = outer;
	return done;
}

static async bool run(struct work *w, struct import *import)
{
	bool is_last = false;

	while (!is_last) {
		if (!run_batch(w, import, &is_last))
			return complain("database",
					w->fault.kind == NULL ? "failed"
							      : w->fault.kind->detail);
		show_progress(import, is_last);
	}
	return true;
}

async bool catalog_import(struct work *w, const char *file,
			  const struct import_options *options,
			  struct import_summary *summary)
{
	struct import import = {.options = options, .summary = summary};
	bool done;

	*summary = (struct import_summary){0};
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (strcmp(formats[i]->name, options->format) == 0)
			import.format = formats[i];
	if (import.format == NULL)
		return complain(options->format, "is not a format");
	done = open_file(&import, file) && run(w, &import);
	if (import.csv.file != NULL)
		fclose(import.csv.file);
	tdestroy(import.keys, key_keep);
	arena_finish(&import.kept);
	return done;
}
