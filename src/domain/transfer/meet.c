/* meet.c - a product or a SKU that the file has had before is told of, by what
 * the database keeps of the import: memory does not grow with the file. */
#include "transfer.h"

#include <search.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/db.h>

#include <queries.h>

struct key {
	char hash[65];
	int64_t line;
};

struct keys {
	void *tree;
	const char **hashes;
	int64_t *lines;
	size_t count;
};

static int key_compare(const void *a, const void *b)
{
	return strcmp(((const struct key *)a)->hash,
		      ((const struct key *)b)->hash);
}

static void key_keep(void *key)
{
	(void)key; /* the arena's */
}

/* As import_known makes it, too. */
static void key_hash(struct work *w, char kind, const char *text, char hash[65])
{
	const char *whole = arena_format(&w->arena, "%c%s", kind, text);
	uint8_t bytes[32];

	sha256(whole, strlen(whole), bytes);
	hex_encode(bytes, sizeof(bytes), hash);
}

/* Keys of the item: its own, then its SKUs. */
static struct key *keys_of(struct work *w, const struct import_item *item)
{
	struct key *keys = arena_array(&w->arena, struct key,
				       item->variant_count + 1);

	key_hash(w, 'p', item->key, keys[0].hash);
	for (size_t i = 0; i < item->variant_count; i++)
		key_hash(w, 's', item->variants[i].sku, keys[i + 1].hash);
	for (size_t i = 0; i <= item->variant_count; i++)
		keys[i].line = item->line;
	return keys;
}

static struct key *met(const struct keys *keys, const struct key *key)
{
	struct key **found = tfind(key, &keys->tree, key_compare);

	return found == NULL || (*found)->line == key->line ? NULL : *found;
}

static size_t count_keys(const struct import_batch *batch)
{
	size_t count = 0;

	for (size_t i = 0; i < batch->count; i++)
		if (batch->items[i].fate != IMPORT_REFUSE)
			count += batch->items[i].variant_count + 1;
	return count;
}

static void keys_init(struct work *w, struct keys *keys, size_t count)
{
	*keys = (struct keys){
		.hashes = arena_array(&w->arena, const char *, count),
		.lines = arena_array(&w->arena, int64_t, count)};
}

static void keys_add(struct work *w, struct keys *keys,
		     const struct import_item *item)
{
	struct key *own = keys_of(w, item);

	for (size_t i = 0; i <= item->variant_count; i++) {
		keys->hashes[keys->count] = own[i].hash;
		keys->lines[keys->count++] = own[i].line;
	}
}

static void refuse_item(struct work *w, struct import_item *item,
			const struct key *first, bool is_sku)
{
	item->at_line = 0;
	item_refuse(item, is_sku ? "sku" : "product",
		    arena_format(&w->arena, "the same as on line %lld",
				 (long long)first->line));
}

static void sieve(struct work *w, struct import_batch *batch,
		  struct keys *keys)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct import_item *item = &batch->items[i];
		const struct key *first = NULL;
		bool is_sku = item->variant_count == 1 &&
			      strcmp(item->key, item->variants[0].sku) == 0;
		struct key *own;

		if (item->fate == IMPORT_REFUSE)
			continue;
		own = keys_of(w, item);
		for (size_t k = 0; k <= item->variant_count && first == NULL; k++) {
			first = met(keys, &own[k]);
			is_sku = is_sku || k > 0;
		}
		if (first != NULL) {
			refuse_item(w, item, first, is_sku);
			continue;
		}
		for (size_t k = 0; k <= item->variant_count; k++)
			tsearch(&own[k], &keys->tree, key_compare);
	}
}

async bool batch_meet(struct work *w, struct import_batch *batch)
{
	struct keys keys;
	struct rows rows;

	keys_init(w, &keys, count_keys(batch));
	for (size_t i = 0; i < batch->count; i++)
		if (batch->items[i].fate != IMPORT_REFUSE)
			keys_add(w, &keys, &batch->items[i]);
	if (keys.count == 0)
		return true;
	if (!db_query(w, &q_import_keys_met,
		      params(p_uuid(&batch->run->id),
			     p_texts(&w->arena, keys.hashes, keys.count)),
		      &rows))
		return false;
	for (int i = 0; i < rows.count; i++) {
		struct key *key = arena_new(&w->arena, struct key);

		memcpy(key->hash, row_text(&rows, i, 0), 64);
		key->line = row_int(&rows, i, 1);
		tsearch(key, &keys.tree, key_compare);
	}
	sieve(w, batch, &keys);
	tdestroy(keys.tree, key_keep);
	return true;
}

async bool batch_met(struct work *w, struct import_batch *batch)
{
	struct keys keys;

	keys_init(w, &keys, count_keys(batch));
	for (size_t i = 0; i < batch->count; i++)
		if (batch->items[i].fate != IMPORT_REFUSE)
			keys_add(w, &keys, &batch->items[i]);
	return keys.count == 0 ||
	       db_query(w, &q_import_keys_add,
			params(p_uuid(&batch->run->id),
			       p_texts(&w->arena, keys.hashes, keys.count),
			       p_ints(&w->arena, keys.lines, keys.count)),
			NULL);
}
