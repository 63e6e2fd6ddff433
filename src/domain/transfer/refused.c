/* refused.c - what of a batch was refused, as staff will see it: with the
 * bytes that the file has there. */
#include "transfer.h"

#include <platform/auth.h>
#include <platform/db.h>

#include <queries.h>

enum { RAW_MAX = 1000 };

/* Text that the database takes: what is not UTF-8 becomes "?". */
static const char *readable(struct arena *arena, char *bytes, size_t length)
{
	int64_t flaw;

	for (size_t i = 0; i < length; i++)
		if (bytes[i] == '\0')
			bytes[i] = '?';
	while ((flaw = utf8_flaw(bytes)) >= 0)
		bytes[flaw] = '?';
	return arena_copy(arena, bytes, length);
}

static async bool fetch_raw(struct work *w, const struct import_batch *batch,
			    struct import_item *item)
{
	int64_t length = item->end - item->place;
	char bytes[RAW_MAX + 1];
	struct rows rows;
	size_t got;

	if (item->raw != NULL)
		return true;
	if (!db_query(w, &q_import_bytes,
		      params(p_uuid(&batch->run->id), p_int(item->place),
			     p_int(length < RAW_MAX ? length : RAW_MAX)),
		      &rows))
		return false;
	item->raw = "";
	if (rows.count == 0)
		return true;
	got = (row_length(&rows, 0, 0) - 2) / 2;
	if (got <= RAW_MAX && hex_decode(row_text(&rows, 0, 0) + 2, bytes, got)) {
		bytes[got] = '\0';
		item->raw = readable(&w->arena, bytes, got);
	}
	return true;
}

static async bool keep(struct work *w, struct import_batch *batch)
{
	const char *json;
	size_t count;

	for (size_t i = 0; i < batch->count; i++)
		if (batch->items[i].fate == IMPORT_REFUSE &&
		    !fetch_raw(w, batch, &batch->items[i]))
			return false;
	json = json_of_rows(w, batch, &count);
	return count == 0 ||
	       db_query(w, &q_import_rows_add,
			params(p_uuid(&batch->run->id), p_text(json)), NULL);
}

async bool batch_keep_refused(struct work *w, struct import_batch *batch)
{
	int64_t *places = arena_array(&w->arena, int64_t, batch->count);
	size_t count = 0;

	if (!batch->run->keeps_rows)
		return true;
	if (!keep(w, batch))
		return false;
	for (size_t i = 0; i < batch->count; i++)
		if (batch->items[i].fate != IMPORT_REFUSE)
			places[count++] = batch->items[i].place;
	return !batch->run->is_retry || count == 0 ||
	       db_query(w, &q_import_rows_drop,
			params(p_uuid(&batch->run->id),
			       p_ints(&w->arena, places, count)),
			NULL);
}
