/* import_job.c - an import of staff, read from its parts by a job: some
 * seconds at a time, each batch a transaction that moves it on, so that
 * whoever takes over goes on where the last batch ended. */
#include "import_room.h"

#include <platform/clock.h>
#include <platform/db.h>
#include <platform/json.h>

#include <queries.h>

enum {
	BATCH = 200,
	SLICE = 8 /* seconds: then the queue's turn */
};

/* A slice under way. */
struct slice {
	struct import_run run;
	struct reading reading;
	struct intake intake;
	struct arena kept;
	bool goes_on;
	bool is_over;
};

enum { FORMAT, IS_DRY_RUN, DEFAULT_STOCK, MAPPING, POSITION, LINE, IS_RETRY,
       RETRIED };

/* False in *goes_on when there is nothing to do. */
static async bool load(struct work *w, const struct uuid *id,
		       struct slice *slice)
{
	struct import_run *run = &slice->run;
	struct rows rows;

	if (!db_query(w, &q_import_load, params(p_uuid(id)), &rows))
		return false;
	slice->goes_on = rows.count == 1;
	if (!slice->goes_on)
		return true;
	*run = (struct import_run){
		.id = *id, .keeps_rows = true, .analyze_at = BATCH,
		.format = import_format_find(row_text(&rows, 0, FORMAT)),
		.is_dry_run = row_bool(&rows, 0, IS_DRY_RUN),
		.is_retry = row_bool(&rows, 0, IS_RETRY),
		.default_stock = row_int(&rows, 0, DEFAULT_STOCK),
		.position = row_int(&rows, 0, POSITION),
		.line = row_int(&rows, 0, LINE),
		.retried = row_int(&rows, 0, RETRIED)};
	slice->reading = (struct reading){
		.kept = &slice->kept, .arena = &slice->kept,
		.format = run->format, .intake = &slice->intake,
		.mapping = arena_text(&slice->kept,
				      row_text(&rows, 0, MAPPING))};
	return run->format != NULL ||
	       refuse(w, &fault_internal, "the format is gone");
}

static async bool end(struct work *w, struct slice *slice, const char *failure)
{
	struct rows rows;

	slice->is_over = true;
	if (!db_query(w, &q_import_end,
		      params(p_uuid(&slice->run.id),
			     p_text(failure == NULL ? "done" : "failed"),
			     p_text(failure == NULL ? "" : failure)),
		      &rows))
		return false;
	/* what was met is asked for when refused rows are tried again */
	return rows.count == 0 || row_int(&rows, 0, 1) > 0 ||
	       db_query(w, &q_import_keys_drop, params(p_uuid(&slice->run.id)),
			NULL);
}

/* The heading, then to where the last batch ended. */
static async bool begin(struct work *w, struct slice *slice)
{
	struct import_run *run = &slice->run;

	intake_parts(&slice->intake, &slice->kept, &run->id, 0, -1);
	if (!reading_begin(w, &slice->reading))
		return slice->reading.fault != NULL &&
		       end(w, slice, slice->reading.fault);
	if (run->position == 0 || run->is_retry)
		return true;
	intake_parts(&slice->intake, &slice->kept, &run->id, run->position, -1);
	reading_resume(&slice->reading, &slice->intake, run->line);
	return true;
}

/* ---- batches of the file ---- */

static async bool read_batch(struct work *w, struct slice *slice,
			     struct import_batch *batch)
{
	struct reading *reading = &slice->reading;

	while (batch->count < BATCH &&
	       reading->format->next(w, reading, &batch->items[batch->count]))
		batch->count++;
	if (slice->intake.has_failed)
		return false;
	batch->position = reading->has_ahead ? reading->ahead.place
					     : intake_place(&slice->intake);
	batch->line = reading->has_ahead ? reading->ahead.line
					 : reading->csv.line;
	batch->retried = slice->run.retried;
	return true;
}

/* ---- batches of what was refused ---- */

/* One row of the file again. */
static async bool read_again(struct work *w, struct slice *slice,
			     const struct rows *rows, int row,
			     struct import_batch *batch)
{
	int64_t place = row_int(rows, row, 0);
	struct import_item *item = &batch->items[batch->count];

	intake_parts(&slice->intake, &slice->kept, &slice->run.id, place,
		     place + row_int(rows, row, 1));
	reading_resume(&slice->reading, &slice->intake, row_int(rows, row, 2));
	if (slice->reading.format->next(w, &slice->reading, item))
		batch->count++;
	batch->retried = place;
	return !slice->intake.has_failed;
}

static async bool read_refused(struct work *w, struct slice *slice,
			       struct import_batch *batch)
{
	struct rows rows;

	if (!db_query(w, &q_import_refused,
		      params(p_uuid(&slice->run.id), p_int(slice->run.retried)),
		      &rows))
		return false;
	batch->position = slice->run.position;
	batch->line = slice->run.line;
	for (int row = 0; row < rows.count; row++)
		if (!read_again(w, slice, &rows, row, batch))
			return false;
	return true;
}

/* ---- */

static async bool run_batch(struct work *w, struct slice *slice)
{
	struct arena outer = w->arena;
	struct import_batch batch = {.run = &slice->run,
				     .reading = &slice->reading};
	bool done;

	w->arena = (struct arena){0};
	slice->reading.arena = &w->arena;
	batch.items = arena_array(&w->arena, struct import_item, BATCH);
	done = slice->run.is_retry ? read_refused(w, slice, &batch)
				   : read_batch(w, slice, &batch);
	if (done && batch.count == 0)
		done = end(w, slice, NULL);
	else if (done)
		done = batch_write(w, &batch, &slice->goes_on);
	arena_finish(&w->arena);
	w->arena = outer;
	return done;
}

async bool import_queue(struct work *w, const struct uuid *import)
{
	char id[UUID_TEXT_LENGTH + 1];

	uuid_format(import, id);
	return job_add(w, "transfer.import",
		       arena_format(&w->arena, "{\"import\":\"%s\"}", id),
		       arena_format(&w->arena, "import:%s", id), NULL, 0);
}

static async bool run_slice(struct work *w, struct slice *slice)
{
	int64_t until = clock_monotonic() + SLICE * SECOND;

	if (!begin(w, slice))
		return false;
	while (slice->goes_on && !slice->is_over) {
		if (clock_monotonic() >= until)
			return import_queue(w, &slice->run.id);
		if (!run_batch(w, slice))
			return false;
	}
	return true;
}

async enum job_verdict import_job(struct work *w, const struct json_t *payload)
{
	struct slice slice = {.goes_on = false};
	struct uuid id;
	bool done;

	if (!uuid_parse(json_text_at(payload, "import", ""), &id))
		return JOB_DEAD;
	done = load(w, &id, &slice) && (!slice.goes_on || run_slice(w, &slice));
	reading_finish(&slice.reading);
	categories_forget(&slice.run);
	arena_finish(&slice.kept);
	return done ? JOB_DONE : JOB_RETRY;
}

async bool transfer_sweep(struct work *w)
{
	return db_query(w, &q_import_sweep_lost, no_params, NULL) &&
	       db_query(w, &q_import_sweep_parts, no_params, NULL) &&
	       db_query(w, &q_import_sweep_keys, no_params, NULL);
}
