/* export.c - products leave, some hundreds at a time, by the key. */
#include "import_room.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/db.h>

#include <queries.h>

static async bool load_attributes(struct work *w, struct export_run *run)
{
	struct import_attribute *attributes;
	struct rows rows;

	if (!db_query(w, &q_export_attributes, no_params, &rows))
		return false;
	attributes = arena_array(&w->arena, struct import_attribute,
				 (size_t)rows.count);
	for (int i = 0; i < rows.count; i++)
		attributes[i] = (struct import_attribute){
			row_text(&rows, i, 0), row_text(&rows, i, 1),
			row_text(&rows, i, 2)};
	run->attributes = attributes;
	run->attribute_count = (size_t)rows.count;
	return true;
}

static async bool load_currencies(struct work *w, struct export_run *run)
{
	const char **currencies = arena_array(&w->arena, const char *,
					      EXPORT_CURRENCIES_MAX);
	struct rows rows;

	if (!db_query(w, &q_export_currencies, no_params, &rows))
		return false;
	for (int i = 0; i < rows.count && i < EXPORT_CURRENCIES_MAX; i++)
		currencies[run->currency_count++] = row_text(&rows, i, 0);
	run->currencies = currencies;
	return true;
}

/* What products further down speak of. */
static void attribute_lines(const struct export_run *run, struct text *text)
{
	for (size_t i = 0; i < run->attribute_count; i++) {
		const struct import_attribute *attribute = &run->attributes[i];

		text_add(text, "{\"attribute\":{\"code\":");
		text_add_json(text, attribute->code, strlen(attribute->code));
		text_add(text, ",\"name\":");
		text_add_json(text, attribute->name, strlen(attribute->name));
		text_format(text, ",\"kind\":\"%s\"}}\n", attribute->kind);
	}
}

async bool export_begin(struct work *w, struct export_run *run,
			struct text *text)
{
	if (!load_attributes(w, run) || !load_currencies(w, run))
		return false;
	if (run->is_csv)
		export_heading(run, text);
	else
		attribute_lines(run, text);
	return true;
}

async bool export_next(struct work *w, struct export_run *run,
		       struct text *text)
{
	static const char first[] = "00000000-0000-0000-0000-000000000000";
	struct work part;
	struct rows rows;
	bool done;

	work_part(w, &part);
	done = db_query(&part, &q_export_batch,
			params(uuid_is_nil(&run->last) ? p_text(first)
						       : p_uuid(&run->last),
			       p_text(run->status), p_uuid(&run->category),
			       p_int(EXPORT_BATCH)),
			&rows);
	for (int row = 0; done && row < rows.count; row++) {
		if (run->is_csv)
			export_records(&part.arena, run, &rows, row, text);
		else
			export_line(&part.arena, &rows, row, text);
	}
	if (done && rows.count > 0)
		run->last = row_uuid(&rows, rows.count - 1, EXPORT_ID);
	if (done)
		run->count += rows.count;
	run->is_over = !done || rows.count < EXPORT_BATCH;
	return work_part_end(w, &part, done);
}

/* ---- the command ---- */

static bool complain(const char *what, const char *why)
{
	fprintf(stderr, "shopd export: %s: %s\n", what, why);
	return false;
}

static void show_progress(const struct export_run *run, int64_t started,
			  bool is_last)
{
	double spent = (double)(clock_monotonic() - started) / (double)SECOND;

	fprintf(stderr, "\r%" PRId64 " products, %.0f/s%s", run->count,
		spent > 0 ? (double)run->count / spent : 0, is_last ? "\n" : "  ");
}

static bool write_out(struct text *text, FILE *to)
{
	if (text->length > 0 &&
	    fwrite(text->bytes, 1, text->length, to) != text->length)
		return complain("writing", strerror(errno));
	text->length = 0;
	return true;
}

static async bool find_category(struct work *w, const char *slug,
				struct uuid *id)
{
	struct rows rows;

	if (slug == NULL)
		return true;
	if (!db_query(w, &q_category_id_by_slug, params(p_text(slug)), &rows))
		return complain("database", w->fault.kind->detail);
	if (rows.count == 0)
		return complain(slug, "there is no such category");
	*id = row_uuid(&rows, 0, 0);
	return true;
}

async bool transfer_export(struct work *w, FILE *to,
			   const struct export_options *options, int64_t *count)
{
	struct export_run run = {
		.is_csv = strcmp(options->format, "csv") == 0,
		.status = options->status == NULL ? "" : options->status};
	int64_t started = clock_monotonic();
	struct text text;
	bool done;

	text_init(&text, &w->arena, 1024 * 1024);
	w->deadline = started + 60 * SECOND;
	if (!find_category(w, options->category, &run.category))
		return false;
	done = export_begin(w, &run, &text) && write_out(&text, to);
	while (done && !run.is_over) {
		w->deadline = clock_monotonic() + 60 * SECOND;
		done = export_next(w, &run, &text) && write_out(&text, to);
		if (options->shows_progress)
			show_progress(&run, started, run.is_over);
	}
	*count = run.count;
	if (!done && w->fault.kind != NULL)
		complain("database", w->fault.kind->detail);
	return done && (fflush(to) == 0 || complain("writing", strerror(errno)));
}
