/* run.c - shopd import: a file on this machine, read to its end. */
#include "transfer.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <platform/clock.h>
#include <platform/db.h>
#include <platform/fiber.h>

#include <queries.h>

enum { BATCH = 500, WAIT_MAX = 120 /* seconds, of one batch */ };

/* An import under way. */
struct import {
	const struct import_options *options;
	const char *file;
	struct import_run run;
	struct reading reading;
	struct intake intake;
	struct lanes lanes;
	struct arena kept; /* what lives to the end */
	FILE *stream;
	int64_t bytes;	 /* of the file; 0: not known */
	int64_t started; /* clocks */
	int64_t shown;
	bool has_failed; /* and a sentence is on stderr */
};

/* A batch that is read, or written. */
struct slot {
	struct import *import;
	struct import_batch batch;
	struct work work;
	bool is_good;
	struct lane *lane;
};

static bool complain(const char *file, const char *why)
{
	fprintf(stderr, "shopd import: %s: %s\n", file, why);
	return false;
}

/* The fault in words. */
static bool complain_fault(const struct work *w)
{
	return complain("database",
			w->fault.detail[0] != '\0' ? w->fault.detail
			: w->fault.kind != NULL	   ? w->fault.kind->detail
						   : "failed");
}

static async bool open_file(struct work *w, struct import *import)
{
	struct stat stat;

	import->stream = strcmp(import->file, "-") == 0
				 ? stdin
				 : fopen(import->file, "rb");
	if (import->stream == NULL)
		return complain(import->file, strerror(errno));
	if (fstat(fileno(import->stream), &stat) == 0 && S_ISREG(stat.st_mode))
		import->bytes = stat.st_size;
	intake_file(&import->intake, &import->kept, import->stream);
	import->reading = (struct reading){
		.kept = &import->kept, .arena = &import->kept,
		.format = import->run.format, .intake = &import->intake};
	if (reading_begin(w, &import->reading))
		return true;
	if (import->reading.fault == NULL)
		return complain(import->file, "cannot be read");
	fprintf(stderr, "shopd import: %s: %s; is it %s?\n", import->file,
		import->reading.fault, import->run.format->name);
	return false;
}

static void tell(const struct import_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct import_item *item = &batch->items[i];

		if (item->fate == IMPORT_REFUSE)
			printf("line %" PRId64 ", %s: %s\n", item->refusal.line,
			       item->refusal.column, item->refusal.reason);
	}
}

static void show_progress(struct import *import, bool is_last)
{
	int64_t now = clock_monotonic();
	int64_t rows = import->run.summary.rows;
	double spent = (double)(now - import->started) / (double)SECOND;
	double part = import->bytes > 0 ? (double)import->run.position /
						  (double)import->bytes
					: 0;

	if (!import->options->shows_progress ||
	    (!is_last && now - import->shown < SECOND / 5))
		return;
	import->shown = now;
	fprintf(stderr, "\r%" PRId64 " rows, %.0f/s, %" PRId64 " refused", rows,
		spent > 0 ? (double)rows / spent : 0, import->run.summary.refused);
	if (part > 0 && part <= 1)
		fprintf(stderr, ", %.0f %%, %.0f s to go ", part * 100,
			spent / part - spent);
	fprintf(stderr, "%s", is_last ? "\n" : "  ");
}

static bool fail(struct import *import, const struct slot *slot, bool goes_on)
{
	if (import->has_failed)
		return false;
	import->has_failed = true;
	return goes_on ? complain_fault(&slot->work)
		       : complain(import->file, "the import was cancelled");
}

/* On a fiber of its own. */
static async void write_batch(void *argument)
{
	struct slot *slot = argument;
	bool goes_on = true;

	slot->work.fiber = fiber_current();
	lane_take_turn(slot->lane);
	slot->work.deadline = clock_monotonic() + WAIT_MAX * SECOND;
	slot->is_good = batch_write(&slot->work, &slot->batch, &goes_on);
	if (!slot->is_good || !goes_on)
		slot->is_good = fail(slot->import, slot, goes_on);
	lane_close(slot->lane);
}

/* False: the file cannot be read. *is_last: it has ended. */
static async bool read_batch(struct work *w, struct slot *slot, bool *is_last)
{
	struct import *import = slot->import;
	struct reading *reading = &import->reading;
	struct import_batch *batch = &slot->batch;

	slot->work = (struct work){.id = "command"};
	reading->arena = &slot->work.arena;
	*batch = (struct import_batch){
		.run = &import->run, .reading = reading, .retried = -1,
		.items = arena_array(reading->arena, struct import_item, BATCH)};
	while (batch->count < BATCH && !*is_last) {
		if (reading->format->next(w, reading, &batch->items[batch->count]))
			batch->count++;
		else
			*is_last = true;
	}
	batch->position = reading->has_ahead ? reading->ahead.place
					     : intake_place(&import->intake);
	batch->line = reading->has_ahead ? reading->ahead.line
					 : reading->csv.line;
	return !import->intake.has_failed ||
	       complain(import->file, "cannot be read");
}

static async bool start_writing(struct slot *slot, int64_t turn)
{
	struct import *import = slot->import;

	if (slot->batch.count == 0)
		return true;
	while (lanes_busy(&import->lanes) >= (size_t)import->options->lanes)
		lanes_wait(&import->lanes);
	if (import->has_failed)
		return false;
	lane_open(&slot->work, slot->lane, &slot->batch, turn);
	if (fiber_start(write_batch, NULL, slot))
		return true;
	lane_close(slot->lane);
	return complain("this machine", "no memory for a fiber");
}

/* What was refused is told in the order of the file. */
static async bool end_writing(struct slot *slot)
{
	struct import *import = slot->import;

	while (slot->lane->is_busy)
		lanes_wait(&import->lanes);
	if (slot->is_good)
		tell(&slot->batch);
	slot->batch.count = 0;
	work_finish(&slot->work);
	return slot->is_good;
}

/* A batch is read while those before it are written, in as many lanes as were
 * asked for; each has memory of its own, so that it does not grow with the
 * file. */
static async bool run(struct work *w, struct import *import)
{
	int64_t count = import->options->lanes + 1;
	struct slot *slots = arena_array(&import->kept, struct slot,
					 (size_t)count);
	bool is_last = false;
	bool done = true;
	int64_t turn = 0;

	for (int64_t i = 0; i < count; i++) {
		import->lanes.list[i].lanes = &import->lanes;
		slots[i] = (struct slot){.import = import, .is_good = true,
					 .lane = &import->lanes.list[i]};
	}
	for (; done && !is_last; turn++) {
		struct slot *slot = &slots[turn % count];

		done = end_writing(slot) && read_batch(w, slot, &is_last) &&
		       start_writing(slot, turn);
		if (!done)
			slot->batch.count = 0;
		show_progress(import, false);
	}
	for (int64_t i = 0; i < count; i++)
		done = end_writing(&slots[(turn + i) % count]) && done;
	show_progress(import, true);
	return done;
}

static async bool begin(struct work *w, struct import *import)
{
	const struct import_run *run = &import->run;

	return db_query(w, &q_import_insert,
			params(p_uuid(&run->id), p_text(run->format->name),
			       p_bool(run->is_dry_run),
			       p_int(run->default_stock), p_text("{}"),
			       p_text(import->file), p_bool(true), p_null()),
			NULL) ||
	       complain_fault(w);
}

static async bool end(struct work *w, struct import *import, bool is_done)
{
	forgive(w);
	w->deadline = clock_monotonic() + 10 * SECOND;
	return db_query(w, &q_import_end,
			params(p_uuid(&import->run.id),
			       p_text(is_done ? "done" : "failed"),
			       p_text(is_done ? "" : "the command failed")),
			NULL) &&
	       db_query(w, &q_import_keys_drop, params(p_uuid(&import->run.id)),
			NULL);
}

async bool transfer_import(struct work *w, const char *file,
			   const struct import_options *options,
			   struct import_summary *summary)
{
	struct import import = {
		.options = options, .file = file, .started = clock_monotonic(),
		.run = {.id = uuid_make(), .is_command = true, .retried = -1,
			.analyze_at = BATCH,
			.is_dry_run = options->is_dry_run, .line = 1,
			.default_stock = options->default_stock,
			.format = import_format_find(options->format)}};
	bool done;

	*summary = (struct import_summary){0};
	if (import.run.format == NULL)
		return complain(options->format, "is not a format");
	done = open_file(w, &import) && begin(w, &import);
	if (done) {
		done = run(w, &import);
		done = end(w, &import, done) && done;
	}
	*summary = import.run.summary;
	if (import.stream != NULL && import.stream != stdin)
		fclose(import.stream);
	reading_finish(&import.reading);
	categories_forget(&import.run);
	arena_finish(&import.kept);
	return done;
}
