/* intake.c - windows on a file, on a text, on the parts of an import. */
#include "intake.h"

#include <string.h>

#include <platform/auth.h>
#include <platform/db.h>

#include <queries.h>

async int intake_refill(struct work *w, struct intake *intake)
{
	if (intake->more == NULL || intake->has_failed)
		return INTAKE_END;
	intake->has_failed = !intake->more(w, intake);
	if (intake->has_failed || intake->at == intake->end)
		return INTAKE_END;
	return *intake->at++;
}

static void window(struct intake *intake, size_t length)
{
	intake->at = intake->room;
	intake->end = intake->room + length;
	intake->read += (int64_t)length;
}

static async bool more_of_file(struct work *w, struct intake *intake)
{
	size_t length = fread(intake->room, 1, INTAKE_WINDOW, intake->file);

	if (length == 0 && ferror(intake->file))
		return refuse(w, &fault_unavailable, "the file cannot be read");
	window(intake, length);
	return true;
}

void intake_file(struct intake *intake, struct arena *arena, FILE *file)
{
	*intake = (struct intake){
		.file = file, .more = more_of_file, .last = -1,
		.room = arena_raw(arena, INTAKE_WINDOW)};
	window(intake, 0);
}

void intake_text(struct intake *intake, const char *bytes, size_t length)
{
	*intake = (struct intake){
		.at = (const unsigned char *)bytes,
		.end = (const unsigned char *)bytes + length,
		.read = (int64_t)length, .last = -1};
}

/* bytea comes as "\x" and two digits a byte. */
static bool decode(struct work *w, struct intake *intake,
		   const struct rows *rows)
{
	size_t length;

	if (rows->count == 0)
		return true;
	length = (row_length(rows, 0, 0) - 2) / 2;
	if (length > INTAKE_WINDOW ||
	    !hex_decode(row_text(rows, 0, 0) + 2, intake->room, length))
		return refuse(w, &fault_internal, "a part cannot be read");
	window(intake, length);
	return true;
}

/* In an arena of its own: a record may be as long as the file. */
static async bool more_of_parts(struct work *w, struct intake *intake)
{
	struct arena outer = w->arena;
	int64_t most = INTAKE_WINDOW;
	struct rows rows;
	bool done;

	if (intake->last >= 0 && intake->last - intake->read < most)
		most = intake->last - intake->read;
	window(intake, 0);
	if (most <= 0)
		return true;
	w->arena = (struct arena){0};
	done = db_query(w, &q_import_bytes,
			params(p_uuid(&intake->import), p_int(intake->read),
			       p_int(most)),
			&rows) &&
	       decode(w, intake, &rows);
	arena_finish(&w->arena);
	w->arena = outer;
	return done;
}

void intake_parts(struct intake *intake, struct arena *arena,
		  const struct uuid *import, int64_t from, int64_t to)
{
	unsigned char *room = intake->room != NULL
				      ? intake->room
				      : arena_raw(arena, INTAKE_WINDOW);

	*intake = (struct intake){
		.more = more_of_parts, .import = *import, .read = from,
		.last = to, .room = room};
	window(intake, 0);
}
