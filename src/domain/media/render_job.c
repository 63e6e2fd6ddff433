/* render_job.c - the renditions of a picture, made once and kept. */
#include "media.h"

#include <string.h>

#include <platform/auth.h>
#include <platform/images.h>
#include <platform/json.h>
#include <platform/storage.h>
#include <queries.h>

enum { TRIES_MAX = 5, LINES = 2 };

/* One job. */
struct rendering {
	struct uuid id;
	const char *original; /* its name in the storage */
	struct storage_file file;
	struct image_set set;
	char reason[IMAGE_REASON_SIZE];
	const char *renditions; /* JSON */
};

/* Few at a time, whoever uploads how much: pictures are large, and shoppers
 * need the memory. */
async bool render_add(struct work *w, const struct uuid *id)
{
	struct arena *arena = &w->arena;
	char text[UUID_TEXT_LENGTH + 1];

	uuid_format(id, text);
	return job_add(w, "media.render",
		       arena_format(arena, "{\"media\":\"%s\"}", text),
		       arena_format(arena, "media:%d", id->bytes[15] % LINES),
		       arena_format(arena, "media:%s", text), 0);
}

static async bool note_refusal(struct work *w, void *argument)
{
	const struct rendering *r = argument;

	return db_query(w, &q_media_refuse,
			params(p_uuid(&r->id), p_text(r->reason)), NULL) &&
	       remove_add(w, arena_format(&w->arena,
					  "{\"private\":[\"%s\"],\"public\":[]}",
					  r->original));
}

static async bool note_set(struct work *w, void *argument)
{
	const struct rendering *r = argument;

	return db_query(w, &q_media_ready,
			params(p_uuid(&r->id), p_int(r->set.width),
			       p_int(r->set.height), p_text(r->renditions)),
			NULL) &&
	       db_query(w, &q_media_refresh_products, params(p_uuid(&r->id)),
			NULL);
}

static void write_rendition(struct out *out, const char *name,
			    const struct image_rendition *item)
{
	out_object(out);
	out_key(out, "key");
	out_text(out, name);
	out_key(out, "type");
	out_text(out, image_type(item->format));
	out_key(out, "width");
	out_int(out, item->width);
	out_key(out, "height");
	out_int(out, item->height);
	out_key(out, "bytes");
	out_int(out, (int64_t)item->length);
	out_object_end(out);
}

static async bool keep(struct work *w, struct rendering *r)
{
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 1024);
	out_init(&out, &text);
	out_array(&out);
	for (size_t i = 0; i < r->set.count; i++) {
		const struct image_rendition *item = &r->set.items[i];
		char name[STORAGE_NAME_SIZE];
		uint8_t hash[32];

		sha256(item->bytes, item->length, hash);
		storage_name(&r->id, hash, image_suffix(item->format), name);
		if (!storage_put(w, STORAGE_PUBLIC, name,
				 image_type(item->format), item->bytes,
				 item->length))
			return false;
		write_rendition(&out, name, item);
	}
	out_array_end(&out);
	r->renditions = text.bytes;
	return true;
}

static enum job_verdict verdict(bool is_done)
{
	return is_done ? JOB_DONE : JOB_RETRY;
}

static async enum job_verdict refuse_picture(struct work *w,
					     struct rendering *r)
{
	return verdict(db_transact(w, note_refusal, r));
}

/* Somebody ended the process: perhaps the kernel, for want of memory. What does
 * that again and again is not for us. */
static async enum job_verdict try_again(struct work *w, struct rendering *r)
{
	struct rows rows;

	if (!db_query(w, &q_media_tried, params(p_uuid(&r->id)), &rows))
		return JOB_RETRY;
	if (row_int(&rows, 0, 0) >= TRIES_MAX) {
		strcpy(r->reason, "It could not be decoded in several tries.");
		return refuse_picture(w, r);
	}
	refuse(w, &fault_unavailable, "The process that decodes was ended.");
	return JOB_RETRY;
}

static async enum job_verdict render(struct work *w, struct rendering *r)
{
	switch (image_render(w, r->file.bytes, r->file.length, &r->set,
			     r->reason)) {
	case IMAGE_MADE:
		return verdict(keep(w, r) && db_transact(w, note_set, r));
	case IMAGE_REFUSED:
		return refuse_picture(w, r);
	case IMAGE_KILLED:
		return try_again(w, r);
	case IMAGE_LATER:
	default:
		refuse(w, &fault_unavailable,
		       "Pictures cannot be decoded now.");
		return JOB_RETRY;
	}
}

async enum job_verdict render_run(struct work *w, const struct json_t *payload)
{
	struct rendering r = {0};
	struct rows rows;

	if (!uuid_parse(json_text_at(payload, "media", ""), &r.id))
		return JOB_DEAD;
	if (!db_query(w, &q_media_to_render, params(p_uuid(&r.id)), &rows))
		return JOB_RETRY;
	if (rows.count == 0 || strcmp(row_text(&rows, 0, 0), "processing") != 0)
		return JOB_DONE; /* gone, or done before */
	r.original = row_text(&rows, 0, 1);
	switch (storage_get(w, STORAGE_PRIVATE, r.original, false, &r.file)) {
	case STORAGE_FOUND:
		return render(w, &r);
	case STORAGE_MISSING:
		strcpy(r.reason, "Its file is lost: upload it again.");
		return refuse_picture(w, &r);
	case STORAGE_DOWN:
	default:
		return JOB_RETRY;
	}
}
