/* attach_http.c - which pictures a product shows, in which order. */
#include "media.h"

#include <string.h>

#include <queries.h>

static const struct fault_kind no_product = {
	404, "not_found", "No Product matches the given query."};

static async bool show(struct request *req, const struct uuid *product)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_product_media_show, params(p_uuid(product)), &rows))
		return false;
	return rows.count == 0 ? refuse(w, &no_product, NULL)
			       : reply_row(req, 200, &rows);
}

async bool product_media_show(struct request *req)
{
	struct uuid product;

	return path_uuid(req, "id", &product) && show(req, &product);
}

/* One handler's request and what it reads. */
struct change {
	struct request *req;
	struct product_media_input input;
	struct uuid product;
	size_t count;
	struct uuid *media;
	const char **variants; /* "" for the product itself */
};

static bool has_twice(const struct change *change, size_t at)
{
	for (size_t i = 0; i < at; i++)
		if (uuid_equal(&change->media[i], &change->media[at]))
			return true;
	return false;
}

/* The list as two arrays; each picture stands in it once. */
static bool lay_out(struct work *w, struct change *change)
{
	const struct attached_input *items = change->input.items.items;
	bool is_fine = true;

	change->count = change->input.items.count;
	change->media = arena_array(&w->arena, struct uuid, change->count);
	change->variants = arena_array(&w->arena, const char *, change->count);
	for (size_t i = 0; i < change->count; i++) {
		char *variant = arena_alloc(&w->arena, UUID_TEXT_LENGTH + 1);

		change->media[i] = items[i].media;
		if (!uuid_is_nil(&items[i].variant))
			uuid_format(&items[i].variant, variant);
		change->variants[i] = variant;
		if (has_twice(change, i))
			is_fine = refuse_field(
				w, arena_format(&w->arena, "items.%zu.media", i),
				"It stands in the list already.");
	}
	return is_fine;
}

static async bool take(struct work *w, struct change *change,
		       bool *is_published)
{
	struct rows rows;

	if (!db_query(w, &q_product_media_lock,
		      params(p_uuid(&change->product)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_product, NULL);
	*is_published = strcmp(row_text(&rows, 0, 1), "published") == 0;
	return check_version(change->req, row_int(&rows, 0, 0));
}

#define LISTS                                                              \
	params(p_uuid(&change->product),                                   \
	       p_uuids(&w->arena, change->media, change->count),           \
	       p_texts(&w->arena, change->variants, change->count))

static async bool check_items(struct work *w, const struct change *change)
{
	struct rows rows;
	bool is_media;

	if (!db_query(w, &q_product_media_flaw, LISTS, &rows))
		return false;
	if (rows.count == 0)
		return true;
	is_media = row_bool(&rows, 0, 1);
	return refuse_field(
		w,
		arena_format(&w->arena, "items.%lld.%s",
			     (long long)row_int(&rows, 0, 0),
			     is_media ? "media" : "variant"),
		"%s", is_media ? "There is no such picture, or it was refused."
			       : "The product has no such variant.");
}

/* The text is asked for last: whoever takes it away meanwhile waits for us, or
 * we have waited. */
static async bool replace(struct work *w, void *argument)
{
	struct change *change = argument;
	struct param product = p_uuid(&change->product);
	bool is_published = false;
	struct rows rows;

	if (!take(w, change, &is_published) || !check_items(w, change) ||
	    !db_query(w, &q_product_media_clear, params(product), NULL) ||
	    !db_query(w, &q_product_media_insert, LISTS, NULL) ||
	    !db_query(w, &q_product_media_changed, params(product), &rows))
		return false;
	if (is_published && row_bool(&rows, 0, 0))
		return refuse(w, &alt_required, NULL);
	return db_query(w, &q_product_media_refresh, params(product), NULL) &&
	       event_emit(w, "product.updated", "product", &change->product,
			  "{}");
}

async bool product_media_put(struct request *req)
{
	struct work *w = &req->http.work;
	struct change change = {.req = req};

	return path_uuid(req, "id", &change.product) &&
	       read_body(req, &change.input) &&
	       lay_out(w, &change) &&
	       db_transact(w, replace, &change) &&
	       show(req, &change.product);
}
