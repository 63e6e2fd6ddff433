/* import_store.c - a batch of an import becomes products, in one transaction
 * and a handful of statements, however many rows it has. */
#include "import.h"

#include <string.h>

#include <domain/inventory.h>
#include <platform/auth.h>
#include <platform/db.h>
#include <platform/jobs.h>
#include <platform/text.h>

#include <queries.h>

static void member_text(struct out *out, const char *key, const char *value)
{
	out_key(out, key);
	out_text(out, value);
}

static void member_uuid(struct out *out, const char *key,
			const struct uuid *value)
{
	char text[UUID_TEXT_LENGTH + 1];

	uuid_format(value, text);
	out_key(out, key);
	if (uuid_is_nil(value))
		out_null(out);
	else
		out_text(out, text);
}

static void member_int(struct out *out, const char *key, int64_t value)
{
	out_key(out, key);
	out_int(out, value);
}

static void member_raw(struct out *out, const char *key, const char *json)
{
	out_key(out, key);
	out_raw(out, json, strlen(json));
}

/* All that the row says, for the statements and for the hash. */
static void write_row(struct out *out, const struct import_row *row)
{
	char slug[SLUG_MAX];

	slug_make(row->name, slug);
	member_text(out, "source_key", row->source_key);
	member_text(out, "sku", row->sku);
	member_text(out, "slug", slug);
	member_text(out, "name", row->name);
	member_text(out, "description", row->description);
	member_text(out, "brand", row->brand);
	member_int(out, "price", row->price);
	member_int(out, "compare_at", row->compare_at);
	member_text(out, "currency", row->currency);
	member_raw(out, "attributes", row->attributes);
	member_raw(out, "images", row->images);
	member_int(out, "weight_grams", row->weight_grams);
}

static void hash_item(struct work *w, struct import_item *item)
{
	struct text text;
	struct out out;
	uint8_t hash[32];

	text_init(&text, &w->arena, 0);
	out_init(&out, &text);
	out_object(&out);
	write_row(&out, &item->row);
	out_key(&out, "path");
	out_array(&out);
	for (size_t i = 0; i < item->row.category_count; i++)
		out_text(&out, item->row.categories[i]);
	out_array_end(&out);
	member_int(&out, "stock", item->row.stock);
	out_object_end(&out);
	sha256(text.bytes, text.length, hash);
	hex_encode(hash, sizeof(hash), item->hash);
}

/* The items of one fate as the JSON array that a statement takes. */
static const char *items_json(struct work *w, const struct import_batch *batch,
			      enum import_fate fate, size_t *count)
{
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 0);
	out_init(&out, &text);
	out_array(&out);
	*count = 0;
	for (size_t i = 0; i < batch->count; i++) {
		const struct import_item *item = &batch->items[i];

		if (item->fate != fate)
			continue;
		out_object(&out);
		member_int(&out, "place", (int64_t)i);
		member_uuid(&out, "product", &item->product);
		member_uuid(&out, "variant", &item->variant);
		member_uuid(&out, "category", &item->category);
		member_text(&out, "hash", item->hash);
		write_row(&out, &item->row);
		out_object_end(&out);
		++*count;
	}
	out_array_end(&out);
	return text.bytes;
}

/* Only what decides: key, SKU and hash. */
static const char *keys_json(struct work *w, const struct import_batch *batch)
{
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 0);
	out_init(&out, &text);
	out_array(&out);
	for (size_t i = 0; i < batch->count; i++) {
		out_object(&out);
		member_int(&out, "place", (int64_t)i);
		member_text(&out, "source_key", batch->items[i].row.source_key);
		member_text(&out, "sku", batch->items[i].row.sku);
		member_text(&out, "hash", batch->items[i].hash);
		out_object_end(&out);
	}
	out_array_end(&out);
	return text.bytes;
}

static void decide(struct import_item *item, const struct rows *rows, int row)
{
	if (row_bool(rows, row, 3)) {
		item->fate = IMPORT_REFUSE;
		item->refusal = (struct import_refusal){
			"sku", "another product has this SKU"};
	} else if (row_is_null(rows, row, 0)) {
		item->fate = IMPORT_CREATE;
		item->product = uuid_make();
		item->variant = uuid_make();
	} else {
		item->fate = row_bool(rows, row, 2) ? IMPORT_SAME : IMPORT_UPDATE;
		item->product = row_uuid(rows, row, 0);
		item->variant = row_uuid(rows, row, 1);
	}
}

static async bool decide_all(struct work *w, struct import_batch *batch)
{
	struct rows rows;

	if (!db_query(w, &q_import_known,
		      params(p_text(keys_json(w, batch)),
			     p_text(batch->format->source)),
		      &rows))
		return false;
	if (rows.count != (int)batch->count)
		return refuse(w, &fault_internal, "a key came back twice");
	for (size_t i = 0; i < batch->count; i++)
		decide(&batch->items[i], &rows, (int)i);
	return true;
}

/* From the root down; each made if it is not there. */
static async bool place_item(struct work *w, struct import_item *item)
{
	struct uuid parent = {{0}};

	for (size_t i = 0; i < item->row.category_count; i++) {
		const char *name = item->row.categories[i];
		struct uuid id = uuid_make();
		char slug[SLUG_MAX];
		struct rows rows;

		slug_make(name, slug);
		if (!db_query(w, &q_import_category,
			      params(p_uuid(&parent), p_text(name), p_text(slug),
				     p_uuid(&id)),
			      &rows))
			return false;
		parent = row_uuid(&rows, 0, 0);
	}
	item->category = parent;
	return true;
}

static bool is_same_path(const struct import_row *a, const struct import_row *b)
{
	if (a->category_count != b->category_count)
		return false;
	for (size_t i = 0; i < a->category_count; i++)
		if (strcmp(a->categories[i], b->categories[i]) != 0)
			return false;
	return true;
}

/* A path that an earlier item of the batch has is not asked for again. */
static async bool place_all(struct work *w, struct import_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct import_item *item = &batch->items[i];
		size_t earlier = 0;

		if (item->fate != IMPORT_CREATE && item->fate != IMPORT_UPDATE)
			continue;
		while (earlier < i &&
		       (batch->items[earlier].fate == IMPORT_SAME ||
			batch->items[earlier].fate == IMPORT_REFUSE ||
			!is_same_path(&batch->items[earlier].row, &item->row)))
			earlier++;
		if (earlier < i)
			item->category = batch->items[earlier].category;
		else if (!place_item(w, item))
			return false;
	}
	return true;
}

/* New goods arrive; goods known already are counted, where the file says. */
static async bool stock_all(struct work *w, const struct import_batch *batch,
			    enum import_fate fate)
{
	struct uuid *variants = arena_array(&w->arena, struct uuid, batch->count);
	int64_t *units = arena_array(&w->arena, int64_t, batch->count);
	size_t count = 0;

	for (size_t i = 0; i < batch->count; i++) {
		const struct import_item *item = &batch->items[i];

		if (item->fate != fate ||
		    (fate == IMPORT_UPDATE && item->row.stock < 0))
			continue;
		variants[count] = item->variant;
		units[count++] = item->row.stock >= 0 ? item->row.stock
						      : batch->default_stock;
	}
	if (count == 0)
		return true;
	return fate == IMPORT_CREATE
		       ? stock_receive(w, variants, units, count, "import", NULL)
		       : stock_count(w, variants, units, count, "import", NULL);
}

static async bool list_all(struct work *w, const struct import_batch *batch)
{
	struct uuid *products = arena_array(&w->arena, struct uuid, batch->count);
	struct uuid id = uuid_make();
	size_t count = 0;

	for (size_t i = 0; i < batch->count; i++)
		if (batch->items[i].fate == IMPORT_CREATE ||
		    batch->items[i].fate == IMPORT_UPDATE)
			products[count++] = batch->items[i].product;
	return count == 0 ||
	       (db_query(w, &q_listing_refresh,
			 params(p_uuids(&w->arena, products, count)), NULL) &&
		event_emit(w, "catalog.imported", "import", &id, "{}"));
}

static async bool write_all(struct work *w, void *argument)
{
	struct import_batch *batch = argument;
	size_t created;
	size_t updated;
	const char *json;

	if (!db_query(w, &q_category_tree_lock, no_params, NULL) ||
	    !decide_all(w, batch))
		return false;
	if (batch->is_dry_run)
		return true;
	if (!place_all(w, batch))
		return false;
	json = items_json(w, batch, IMPORT_CREATE, &created);
	if (created > 0 &&
	    (!db_query(w, &q_import_create,
		       params(p_text(json), p_text(batch->format->source)), NULL) ||
	     !stock_all(w, batch, IMPORT_CREATE)))
		return false;
	json = items_json(w, batch, IMPORT_UPDATE, &updated);
	if (updated > 0 &&
	    (!db_query(w, &q_import_update, params(p_text(json)), NULL) ||
	     !stock_all(w, batch, IMPORT_UPDATE)))
		return false;
	return list_all(w, batch);
}

async bool import_write(struct work *w, struct import_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		hash_item(w, &batch->items[i]);
	return batch->count == 0 || db_transact(w, write_all, batch);
}
