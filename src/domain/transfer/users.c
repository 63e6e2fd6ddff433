/* users.c - shopd import users: accounts of another shop, with the hashes of
 * their passwords, so that everybody logs in as before (docs/importing.md). */
#include "users.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <domain/audit.h>
#include <domain/transfer.h>
#include <platform/clock.h>
#include <platform/db.h>
#include <platform/uuid.h>

#include <queries.h>

enum { BATCH = 500, WAIT_MAX = 120 /* seconds, of one batch */ };

struct user_import {
	const struct user_import_options *options;
	struct import_summary *summary;
	struct user_reading reading;
	struct arena kept;
	struct uuid id; /* of the keys */
	FILE *stream;
	int64_t bytes; /* of the file; 0: not known */
	int64_t started, shown;
};

struct user_batch {
	struct user_import *import;
	struct user_row *rows;
	size_t count;
	struct rows fates; /* of those that are taken, in their order */
};

static bool complain(const char *what, const char *why)
{
	fprintf(stderr, "shopd import users: %s: %s\n", what, why);
	return false;
}

static bool complain_fault(const struct work *w)
{
	return complain("database",
			w->fault.detail[0] != '\0' ? w->fault.detail
			: w->fault.kind != NULL	   ? w->fault.kind->detail
						   : "failed");
}

static async bool open_file(struct work *w, struct user_import *import,
			    const char *file)
{
	struct stat stat;
	const char *fault;

	import->stream = strcmp(file, "-") == 0 ? stdin : fopen(file, "rb");
	if (import->stream == NULL)
		return complain(file, strerror(errno));
	if (fstat(fileno(import->stream), &stat) == 0 && S_ISREG(stat.st_mode))
		import->bytes = stat.st_size;
	intake_file(&import->reading.intake, &import->kept, import->stream);
	import->reading.kept = &import->kept;
	import->reading.is_ndjson = strcmp(import->options->format,
					   "ndjson") == 0;
	return users_begin(w, &import->reading, &fault) ||
	       complain(file, import->reading.intake.has_failed
				      ? "cannot be read"
				      : fault);
}

static void show_progress(struct user_import *import, bool is_last)
{
	const struct import_summary *summary = import->summary;
	int64_t now = clock_monotonic();
	double spent = (double)(now - import->started) / (double)SECOND;
	double part = import->bytes > 0
			      ? (double)intake_place(&import->reading.intake) /
					(double)import->bytes
			      : 0;

	if (!import->options->shows_progress ||
	    (!is_last && now - import->shown < SECOND / 5))
		return;
	import->shown = now;
	fprintf(stderr, "\r%" PRId64 " rows, %.0f/s, %" PRId64 " refused",
		summary->rows, spent > 0 ? (double)summary->rows / spent : 0,
		summary->refused);
	if (part > 0 && part <= 1)
		fprintf(stderr, ", %.0f %%, %.0f s to go ", part * 100,
			spent / part - spent);
	fprintf(stderr, "%s", is_last ? "\n" : "  ");
}

static void write_row(struct out *out, const struct user_row *row)
{
	static const struct {
		enum user_column column;
		const char *name;
	} texts[] = {
		{USER_EMAIL, "email"}, {USER_FIRST_NAME, "first_name"},
		{USER_LAST_NAME, "last_name"}, {USER_PHONE, "phone"},
		{USER_DATE_JOINED, "joined_at"}, {USER_LAST_LOGIN, "login_at"},
	};

	out_object(out);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		out_key(out, texts[i].name);
		out_text(out, row->cells[texts[i].column]);
	}
	out_key(out, "hash");
	out_text(out, row->hash);
	out_key(out, "is_active");
	out_bool(out, row->is_active);
	out_key(out, "is_verified");
	out_bool(out, row->is_verified);
	out_key(out, "is_staff");
	out_bool(out, row->is_staff);
	out_key(out, "line");
	out_int(out, row->line);
	out_object_end(out);
}

static const char *json_of(struct work *w, const struct user_batch *batch)
{
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 64 * 1024);
	out_init(&out, &text);
	out_array(&out);
	for (size_t i = 0; i < batch->count; i++)
		if (batch->rows[i].column == NULL)
			write_row(&out, &batch->rows[i]);
	out_array_end(&out);
	return text.bytes;
}

/* Addresses that this file has had: the later one is refused, for it may be
 * somebody else's account. Apart from what is written, which a dry run undoes.
 */
static async bool refuse_twins(struct work *w, struct user_batch *batch)
{
	const char **emails = arena_array(&w->arena, const char *, batch->count);
	int64_t *lines = arena_array(&w->arena, int64_t, batch->count);
	size_t count = 0;
	struct rows rows;

	for (size_t i = 0; i < batch->count; i++) {
		if (batch->rows[i].column != NULL)
			continue;
		emails[count] = batch->rows[i].cells[USER_EMAIL];
		lines[count++] = batch->rows[i].line;
	}
	if (!db_query(w, &q_import_users_meet,
		      params(p_uuid(&batch->import->id),
			     p_texts(&w->arena, emails, count),
			     p_ints(&w->arena, lines, count)),
		      &rows))
		return false;
	for (int at = 0; at < rows.count; at++)
		for (size_t i = 0; i < batch->count; i++)
			if (batch->rows[i].line == row_int(&rows, at, 0)) {
				batch->rows[i].column = "email";
				batch->rows[i].reason = "is in the file twice";
			}
	return true;
}

static const struct fault_kind only_tried = {409, "dry_run", "Undone."};

static async bool write_step(struct work *w, void *argument)
{
	struct user_batch *batch = argument;
	const struct user_import_options *options = batch->import->options;

	return db_query(w, &q_import_users_write,
			params(p_text(json_of(w, batch)),
			       p_bool(options->takes_staff)),
			&batch->fates) &&
	       (!options->is_dry_run || refuse(w, &only_tried, NULL));
}

static async bool write_batch(struct work *w, struct user_batch *batch)
{
	return refuse_twins(w, batch) &&
	       (db_transact(w, write_step, batch) ||
		w->fault.kind == &only_tried);
}

static void count_batch(const struct user_batch *batch)
{
	struct import_summary *summary = batch->import->summary;
	int64_t created = row_int(&batch->fates, 0, 0);
	int64_t updated = row_int(&batch->fates, 0, 1);
	int64_t refused = 0;

	for (size_t i = 0; i < batch->count; i++) {
		const struct user_row *row = &batch->rows[i];

		if (row->column == NULL)
			continue;
		refused++;
		printf("line %" PRId64 ", %s: %s\n", row->line, row->column,
		       row->reason);
	}
	summary->rows += (int64_t)batch->count;
	summary->created += created;
	summary->updated += updated;
	summary->refused += refused;
	summary->unchanged += (int64_t)batch->count - refused - created -
			      updated;
}

/* Read, judged and written; false with *is_last at the end of the file. */
static async bool run_batch(struct work *w, struct user_import *import,
			    bool *is_last)
{
	struct user_batch batch = {
		.import = import,
		.rows = arena_array(&w->arena, struct user_row, BATCH)};

	while (batch.count < BATCH && !*is_last) {
		struct user_row *row = &batch.rows[batch.count];

		*is_last = !users_next(w, &import->reading, &w->arena, row);
		if (*is_last)
			break;
		user_judge(row, &w->arena);
		batch.count++;
	}
	if (import->reading.intake.has_failed)
		return complain("the file", "cannot be read");
	if (batch.count == 0)
		return true;
	w->deadline = clock_monotonic() + WAIT_MAX * SECOND;
	if (!write_batch(w, &batch))
		return complain_fault(w);
	forgive(w);
	count_batch(&batch);
	show_progress(import, false);
	return true;
}

static async bool run(struct work *w, struct user_import *import)
{
	bool is_last = false;
	bool done = true;

	while (done && !is_last) {
		struct work part;

		work_part(w, &part);
		done = run_batch(&part, import, &is_last);
		done = work_part_end(w, &part, done);
	}
	show_progress(import, true);
	forgive(w);
	return db_query(w, &q_import_keys_drop, params(p_uuid(&import->id)),
			NULL) &&
	       done;
}

async bool transfer_import_users(struct work *w, const char *file,
				 const struct user_import_options *options,
				 struct import_summary *summary)
{
	struct user_import import = {.options = options,
				     .summary = summary,
				     .id = uuid_make(),
				     .started = clock_monotonic()};
	bool done;

	*summary = (struct import_summary){0};
	done = open_file(w, &import, file);
	if (done && !options->is_dry_run)
		done = audit_command(w, "user.import", file) ||
		       complain_fault(w);
	done = done && run(w, &import);
	if (import.stream != NULL && import.stream != stdin)
		fclose(import.stream);
	arena_finish(&import.kept);
	return done;
}
