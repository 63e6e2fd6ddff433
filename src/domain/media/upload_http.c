/* upload_http.c - a picture comes: looked at, kept, and put in line for its
 * renditions. The same bytes are the same picture. */
#include "media.h"

#include <string.h>

#include <platform/auth.h>
#include <platform/images.h>
#include <platform/offload.h>
#include <platform/storage.h>
#include <queries.h>

static const struct fault_kind no_picture = {
	400, "media_type_unknown",
	"Only JPEG, PNG, WebP and GIF pictures are taken."};
static const struct fault_kind mismatch = {
	400, "media_type_mismatch", "It is not of the type that was declared."};
static const struct fault_kind broken = {
	400, "media_broken", "The picture is cut off or broken."};
static const struct fault_kind too_large = {
	400, "media_too_large", "The picture has too many pixels."};
static const struct fault_kind too_long = {
	400, "media_too_long", "The animation has too many frames."};

static const struct fault_kind *const flaws[] = {
	[IMAGE_NO_PICTURE] = &no_picture, [IMAGE_BROKEN] = &broken,
	[IMAGE_TOO_WIDE] = &too_large,	  [IMAGE_TOO_LARGE] = &too_large,
	[IMAGE_TOO_LONG] = &too_long,
};

/* One upload on its way. */
struct arrival {
	struct upload upload;
	struct image_head head;
	uint8_t hash[32];
	struct uuid id;
	char name[STORAGE_NAME_SIZE];
	bool is_new;
};

static bool judge(struct work *w, struct arrival *arrival)
{
	const struct upload *upload = &arrival->upload;
	enum image_flaw flaw = image_look(upload->bytes, upload->length,
					  &arrival->head);

	if (flaw == IMAGE_NO_PICTURE || arrival->head.format == IMAGE_UNKNOWN)
		return refuse(w, &no_picture, NULL);
	if (*upload->type != '\0' &&
	    image_format_of(upload->type) != arrival->head.format)
		return refuse(w, &mismatch, "It was declared as %.60s, and is "
			      "%s.", upload->type,
			      image_type(arrival->head.format));
	return flaw == IMAGE_SOUND || refuse(w, flaws[flaw], NULL);
}

static void hash_it(void *argument)
{
	struct arrival *arrival = argument;

	sha256(arrival->upload.bytes, arrival->upload.length, arrival->hash);
}

/* Whether the bytes are here already: then id is theirs. */
static async bool find(struct work *w, struct arrival *arrival, bool *needs_file)
{
	struct rows rows;

	if (!db_query(w, &q_media_by_hash,
		      params(p_bytes(&w->arena, arrival->hash, 32)), &rows))
		return false;
	arrival->is_new = rows.count == 0;
	arrival->id = arrival->is_new ? uuid_make() : row_uuid(&rows, 0, 0);
	*needs_file = arrival->is_new ||
		      strcmp(row_text(&rows, 0, 1), "refused") == 0;
	storage_name(&arrival->id, arrival->hash,
		     image_suffix(arrival->head.format), arrival->name);
	return true;
}

static async bool insert(struct work *w, struct arrival *arrival)
{
	const struct image_head *head = &arrival->head;
	struct rows rows;

	if (!db_query(w, &q_media_insert,
		      params(p_uuid(&arrival->id),
			     p_bytes(&w->arena, arrival->hash, 32),
			     p_text(image_type(head->format)),
			     p_int((int64_t)arrival->upload.length),
			     p_int(head->width), p_int(head->height),
			     p_text(arrival->upload.alt),
			     p_text(arrival->name)), &rows))
		return false;
	arrival->is_new = rows.count == 1;
	return !arrival->is_new || render_add(w, &arrival->id);
}

/* A picture that is known: perhaps tried again, perhaps given its text. */
static async bool renew(struct work *w, struct arrival *arrival)
{
	struct rows rows;

	return db_query(w, &q_media_again,
			params(p_uuid(&arrival->id), p_text(arrival->name),
			       p_text(arrival->upload.alt)), &rows) &&
	       (rows.count == 0 ||
		strcmp(row_text(&rows, 0, 0), "processing") != 0 ||
		render_add(w, &arrival->id));
}

static async bool note(struct work *w, void *argument)
{
	struct arrival *arrival = argument;

	return arrival->is_new ? insert(w, arrival) : renew(w, arrival);
}

/* Another upload of the same bytes was quicker: its picture is the answer. */
static async bool give_way(struct work *w, struct arrival *arrival)
{
	bool needs_file;

	return storage_remove(w, STORAGE_PRIVATE, arrival->name) &&
	       find(w, arrival, &needs_file);
}

async bool media_upload(struct request *req)
{
	struct work *w = &req->http.work;
	struct arrival arrival = {0};
	bool needs_file;
	bool was_new;

	if (!upload_read(req, &arrival.upload) || !judge(w, &arrival))
		return false;
	offload(hash_it, &arrival);
	if (!find(w, &arrival, &needs_file))
		return false;
	if (needs_file &&
	    !storage_put(w, STORAGE_PRIVATE, arrival.name,
			 image_type(arrival.head.format), arrival.upload.bytes,
			 arrival.upload.length))
		return false;
	was_new = arrival.is_new;
	if (!db_transact(w, note, &arrival))
		return false;
	if (was_new && !arrival.is_new && !give_way(w, &arrival))
		return false;
	jobs_wake();
	return media_answer(req, arrival.is_new ? 201 : 200, &arrival.id);
}
