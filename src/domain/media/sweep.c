/* sweep.c - files and pictures that nobody needs any more go; what was left
 * behind goes on. */
#include "media.h"

#include <platform/config.h>
#include <platform/json.h>
#include <platform/log.h>
#include <platform/storage.h>
#include <queries.h>

/* A file is there before its row, and a row may be rolled back. */
enum { ORPHAN_SECONDS = 24 * 3600, BATCHES_MAX = 600 };

async bool remove_add(struct work *w, const char *json_names)
{
	return job_add(w, "media.remove", json_names, NULL, NULL, 0);
}

static async bool remove_all(struct work *w, enum storage_area area,
			     const struct json_t *names)
{
	for (size_t i = 0; i < json_count(names); i++) {
		const char *name = json_text(json_item(names, i));

		if (name != NULL && storage_name_is_sound(name) &&
		    !storage_remove(w, area, name))
			return false;
	}
	return true;
}

async enum job_verdict remove_run(struct work *w, const struct json_t *payload)
{
	return remove_all(w, STORAGE_PRIVATE, json_member(payload, "private")) &&
			       remove_all(w, STORAGE_PUBLIC,
					  json_member(payload, "public"))
		       ? JOB_DONE
		       : JOB_RETRY;
}

/* Those of the list that no row has. */
static async bool remove_orphans(struct work *w, enum storage_area area,
				 const struct storage_list *list)
{
	struct uuid *owners = arena_array(&w->arena, struct uuid, list->count);
	struct rows rows;

	for (size_t i = 0; i < list->count; i++)
		owners[i] = storage_name_owner(list->names[i]);
	if (!db_query(w, &q_media_orphans,
		      params(p_texts(&w->arena, list->names, list->count),
			     p_uuids(&w->arena, owners, list->count)), &rows))
		return false;
	for (int i = 0; i < rows.count; i++) {
		log_line(LOG_INFO_LINE, "a file without a picture is removed",
			 "name", row_text(&rows, i, 0), NULL);
		if (!storage_remove(w, area, row_text(&rows, i, 0)))
			return false;
	}
	return true;
}

static async bool sweep_area(struct work *w, enum storage_area area)
{
	struct storage_list *list = arena_new(&w->arena, struct storage_list);

	for (int i = 0; i < BATCHES_MAX; i++) {
		if (!storage_list(w, area, ORPHAN_SECONDS, list))
			return false;
		if (list->count > 0 && !remove_orphans(w, area, list))
			return false;
		if (list->cursor[0] == '\0')
			break;
	}
	return true;
}

async bool sweep_files(struct work *w)
{
	return sweep_area(w, STORAGE_PRIVATE) && sweep_area(w, STORAGE_PUBLIC);
}

static async bool remove_unused(struct work *w, void *argument)
{
	struct rows rows;

	(void)argument;
	if (!db_query(w, &q_media_unused,
		      params(p_int(config->media_unused_days)), &rows))
		return false;
	for (int i = 0; i < rows.count; i++)
		if (!remove_add(w, row_text(&rows, i, 0)))
			return false;
	return true;
}

async bool sweep_unused(struct work *w)
{
	return config->media_unused_days == 0 ||
	       db_transact(w, remove_unused, NULL);
}

/* Their jobs were lost, or died with a storage that is back now. */
async bool sweep_waiting(struct work *w)
{
	struct rows rows;

	if (!db_query(w, &q_media_waiting, no_params, &rows))
		return false;
	for (int i = 0; i < rows.count; i++) {
		struct uuid id = row_uuid(&rows, i, 0);

		if (!render_add(w, &id))
			return false;
	}
	return true;
}

/* ---- where the renditions are found ---- */

async bool place_follow(struct work *w)
{
	const char *wanted = *config->media_base_url != '\0'
				     ? config->media_base_url
				     : "/media/";
	struct rows rows;

	do {
		if (!db_query(w, &q_media_follow, params(p_text(wanted)), &rows))
			return false;
	} while (row_int(&rows, 0, 0) > 0);
	return true;
}
