/* place.c - categories of a batch, by their path; each asked for once. */
#include "transfer.h"

#include <search.h>
#include <string.h>

#include <domain/catalog.h>
#include <platform/db.h>

#include <queries.h>

enum { KNOWN_MAX = 20000 }; /* paths that are remembered */

struct known {
	const char *path;
	struct uuid id;
};

static int known_compare(const void *a, const void *b)
{
	return strcmp(((const struct known *)a)->path,
		      ((const struct known *)b)->path);
}

static void known_keep(void *known)
{
	(void)known; /* the arena's */
}

void categories_forget(struct import_run *run)
{
	tdestroy(run->categories, known_keep);
	run->categories = NULL;
	run->category_count = 0;
	arena_finish(&run->category_arena);
}

static void remember(struct import_run *run, const char *path,
		     const struct uuid *id)
{
	struct known *known;

	if (run->category_count == KNOWN_MAX)
		categories_forget(run);
	known = arena_new(&run->category_arena, struct known);
	known->path = arena_text(&run->category_arena, path);
	known->id = *id;
	tsearch(known, &run->categories, known_compare);
	run->category_count++;
}

/* What is asked for in one transaction. */
struct search {
	struct import_item *item;
	bool may_make;
	struct uuid id;
};

/* *id: of the step's parent, then of the step; nil when there is none. */
static async bool take_step(struct work *w, const char *name, bool may_make,
			    struct uuid *id)
{
	struct uuid made = uuid_make();
	char slug[SLUG_MAX];
	struct rows rows;

	if (!db_query(w, &q_import_category_find,
		      params(p_uuid(id), p_text(name)), &rows))
		return false;
	if (rows.count == 0 && !may_make) {
		*id = (struct uuid){{0}};
		return true;
	}
	slug_make(name, slug);
	if (rows.count == 0 &&
	    !db_query(w, &q_import_category,
		      params(p_uuid(id), p_text(name), p_text(slug),
			     p_uuid(&made)),
		      &rows))
		return false;
	*id = row_uuid(&rows, 0, 0);
	return true;
}

/* From the root down; each made if it is not there. A dry run makes none. */
static async bool find_path(struct work *w, void *argument)
{
	struct search *search = argument;

	search->id = (struct uuid){{0}};
	if (search->may_make &&
	    !db_query(w, &q_category_tree_lock, no_params, NULL))
		return false;
	for (size_t i = 0; i < search->item->category_count; i++) {
		if (!take_step(w, search->item->categories[i], search->may_make,
			       &search->id))
			return false;
		if (uuid_is_nil(&search->id))
			break;
	}
	return true;
}

static const char *path_of(struct work *w, const struct import_item *item)
{
	struct text text;

	text_init(&text, &w->arena, 128);
	for (size_t i = 0; i < item->category_count; i++)
		text_format(&text, "%s\x1f", item->categories[i]);
	return text.bytes;
}

static async bool place_item(struct work *w, struct import_run *run,
			     struct import_item *item)
{
	struct search search = {.item = item, .may_make = !run->is_dry_run};
	struct known wanted = {.path = path_of(w, item)};
	struct known **found = tfind(&wanted, &run->categories, known_compare);

	if (found != NULL) {
		item->category = (*found)->id;
		return true;
	}
	if (!db_transact(w, find_path, &search))
		return false;
	item->category = search.id;
	remember(run, wanted.path, &search.id);
	return true;
}

async bool batch_place(struct work *w, struct import_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct import_item *item = &batch->items[i];

		if (item->fate != IMPORT_REFUSE && item->category_count > 0 &&
		    !place_item(w, batch->run, item))
			return false;
	}
	return true;
}
