/* transfer.h - between the files of this room: formats, reading, batches. */
#ifndef TRANSFER_H
#define TRANSFER_H

#include <domain/transfer.h>
#include <platform/fiber.h>

#include "csv.h"
#include "item.h"
#include "lanes.h"

/* ---- reading ---- */

enum { READING_WANTS_MAX = 200 };

struct reading;

/* A format: what a file calls its columns, and what a row of it means. */
struct import_format {
	const char *name;
	const char *source; /* product.source: keys are unique in one */
	const char *const *columns; /* that must be there; NULL ended */
	bool is_lines; /* of JSON; else it is CSV with a heading */
	bool is_own;   /* products are also known by slug and SKU */
	/* After the heading; false with reading->fault. */
	bool (*begin)(struct reading *reading);
	/* The next product; a refused one has the fate. False at the end. */
	async bool (*next)(struct work *w, struct reading *reading,
			   struct import_item *item);
};
extern const struct import_format import_flipkart;
extern const struct import_format import_csv;
extern const struct import_format import_ndjson;
/* NULL: none of that name. */
const struct import_format *import_format_find(const char *name);

/* A file under way; lives as long as `kept`. */
struct reading {
	struct arena *kept;
	struct arena *arena; /* of the batch */
	const struct import_format *format;
	const char *mapping; /* JSON: their column -> ours */
	struct intake *intake;
	struct csv csv;
	struct csv_record heading;
	struct columns *columns; /* of columns.c */
	struct csv_record ahead; /* read, and not yet part of an item */
	struct arena ahead_arena;
	bool has_ahead;
	struct import_attribute wants[READING_WANTS_MAX];
	size_t want_count;
	const char *fault; /* why the file is none */
};

/* Reads the heading. False with reading->fault, or the intake's fault. */
async bool reading_begin(struct work *w, struct reading *reading);
/* Goes on behind the heading at that place, on that line; the intake stands
 * there. */
void reading_resume(struct reading *reading, struct intake *intake,
		    int64_t line);
void reading_finish(struct reading *reading);
/* The next row of a CSV file; false at its end. A row that cannot be read has
 * a fault and no fields. */
async bool reading_row(struct work *w, struct reading *reading,
		       struct arena *arena, struct csv_record *record);
/* An item of that row, refused if the row has a fault. */
void reading_item(const struct reading *reading,
		  const struct csv_record *record, struct import_item *item);
/* The next record, with item's line and place; refused when it is broken.
 * False at the end. */
async bool reading_record(struct work *w, struct reading *reading,
			  struct csv_record *record, struct import_item *item);
/* The file speaks of that attribute. */
void reading_wants(struct reading *reading,
		   const struct import_attribute *attribute);

/* Rows of the formats; pure. False: item is refused. */
bool flipkart_read(struct arena *arena, const struct csv_record *heading,
		   const struct csv_record *record, struct import_item *item);
bool ndjson_read(struct reading *reading, const char *line, size_t length,
		 struct import_item *item);

/* ---- batches ---- */

/* An import's row in the database, as far as a batch needs it. */
struct import_run {
	struct uuid id;
	const struct import_format *format;
	bool is_dry_run;
	bool is_command; /* whose statements may take longer */
	bool is_retry;
	bool keeps_rows; /* refused ones, to be tried again */
	int64_t default_stock;
	int64_t position, line; /* what is applied */
	int64_t retried;
	struct import_summary summary; /* of this process */
	size_t attributes_made; /* of the reading's wants */
	int64_t analyze_at;	/* so many created: the planner is told */
	/* Of paths to categories, so that each is asked for once. */
	struct arena category_arena;
	void *categories;
	size_t category_count;
};

struct import_batch {
	struct import_run *run;
	struct reading *reading;
	struct import_item *items;
	size_t count;
	/* the intake's, behind the last item; of a retry as they were */
	int64_t position, line, retried;
	struct lane *lane; /* beside others of the file; or NULL */
};

/* Decides the fate of each item by what the shop has, writes them in one
 * transaction (or none, in a dry run), and moves the import on. An item that
 * the database refuses alone is refused alone. *goes_on: false when the import
 * was cancelled, or another process goes on with it. */
async bool batch_write(struct work *w, struct import_batch *batch,
		       bool *goes_on);
/* Categories of the items, by cache; before the transaction. */
async bool batch_place(struct work *w, struct import_batch *batch);
void categories_forget(struct import_run *run);
/* Items whose key or SKU the file had before are refused. */
async bool batch_meet(struct work *w, struct import_batch *batch);
async bool batch_met(struct work *w, struct import_batch *batch);
/* Attributes judged by their kinds; refuses items. */
async bool batch_judge(struct work *w, struct import_batch *batch);
/* Writes those of one fate, in the open transaction. */
async bool batch_create(struct work *w, struct import_batch *batch);
async bool batch_update(struct work *w, struct import_batch *batch);

/* What was refused is kept for staff, and what is refused no more is not. */
async bool batch_keep_refused(struct work *w, struct import_batch *batch);

/* What the statements take, as JSON arrays; *count of items in it. */
const char *json_of_known(struct work *w, const struct import_batch *batch);
const char *json_of_products(struct work *w, const struct import_batch *batch,
			     enum import_fate fate, size_t *count);
const char *json_of_variants(struct work *w, const struct import_batch *batch,
			     enum import_fate fate);
const char *json_of_prices(struct work *w, const struct import_batch *batch,
			   enum import_fate fate, size_t *count);
const char *json_of_goods(struct work *w, const struct import_batch *batch);
const char *json_of_seals(struct work *w, const struct import_batch *batch);
const char *json_of_rows(struct work *w, const struct import_batch *batch,
			 size_t *count);
const char *json_of_wants(struct work *w, const struct reading *reading);

#endif
