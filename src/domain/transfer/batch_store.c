/* batch_store.c - products of a batch are made or brought up to date, each
 * with a few statements for all. */
#include "transfer.h"

#include <string.h>

#include <domain/inventory.h>
#include <platform/db.h>

#include <queries.h>

static size_t count_variants(const struct import_batch *batch,
			     enum import_fate fate)
{
	size_t count = 0;

	for (size_t i = 0; i < batch->count; i++)
		if (batch->items[i].fate == fate)
			count += batch->items[i].variant_count;
	return count;
}

/* Variants and what of them moves. */
struct goods {
	struct uuid *variants;
	int64_t *units;
	size_t count;
};

static void goods_init(struct work *w, struct goods *goods, size_t room)
{
	*goods = (struct goods){
		.variants = arena_array(&w->arena, struct uuid, room),
		.units = arena_array(&w->arena, int64_t, room)};
}

static void goods_add(struct goods *goods, const struct uuid *variant,
		      int64_t units)
{
	goods->variants[goods->count] = *variant;
	goods->units[goods->count++] = units;
}

static async bool receive(struct work *w, const struct import_batch *batch,
			  const struct goods *goods)
{
	return goods->count == 0 ||
	       stock_receive(w, goods->variants, goods->units, goods->count,
			     "import", &batch->run->id);
}

async bool batch_create(struct work *w, struct import_batch *batch)
{
	struct goods goods;
	size_t products;
	size_t prices;
	const char *product_json = json_of_products(w, batch, IMPORT_CREATE,
						    &products);
	const char *price_json = json_of_prices(w, batch, IMPORT_CREATE, &prices);

	if (products == 0)
		return true;
	if (!db_query(w, &q_import_create,
		      params(p_text(product_json),
			     p_text(json_of_variants(w, batch, IMPORT_CREATE)),
			     p_text(price_json),
			     p_text(batch->run->format->source)),
		      NULL))
		return false;
	goods_init(w, &goods, count_variants(batch, IMPORT_CREATE));
	for (size_t i = 0; i < batch->count; i++) {
		const struct import_item *item = &batch->items[i];

		for (size_t j = 0; item->fate == IMPORT_CREATE &&
				   j < item->variant_count; j++)
			goods_add(&goods, &item->variants[j].id,
				  item->variants[j].stock >= 0
					  ? item->variants[j].stock
					  : batch->run->default_stock);
	}
	return receive(w, batch, &goods);
}

/* ---- those that are known ---- */

static void mark(struct import_batch *batch, const struct uuid *product)
{
	for (size_t i = 0; i < batch->count; i++)
		if (batch->items[i].fate == IMPORT_UPDATE &&
		    uuid_equal(&batch->items[i].product, product))
			batch->items[i].is_changed = true;
}

static void mark_all(struct import_batch *batch, const struct rows *rows,
		     int column)
{
	for (int i = 0; i < rows->count; i++) {
		struct uuid product = row_uuid(rows, i, column);

		mark(batch, &product);
	}
}

/* In the order of their ids, as every writer of products takes them. */
static async bool lock(struct work *w, const struct import_batch *batch,
		       size_t count)
{
	struct uuid *ids = arena_array(&w->arena, struct uuid, count);
	size_t at = 0;

	for (size_t i = 0; i < batch->count; i++)
		if (batch->items[i].fate == IMPORT_UPDATE)
			ids[at++] = batch->items[i].product;
	return db_query(w, &q_import_lock,
			params(p_uuids(&w->arena, ids, count)), NULL);
}

enum { GOODS_VARIANT, GOODS_PRODUCT, GOODS_STOCK, GOODS_IS_NEW, GOODS_OTHER };

/* New goods arrive; goods known already are counted, where the file says. */
static async bool write_stock(struct work *w, struct import_batch *batch)
{
	struct goods fresh;
	struct goods counted;
	struct rows rows;

	if (!db_query(w, &q_import_goods,
		      params(p_text(json_of_goods(w, batch))), &rows))
		return false;
	goods_init(w, &fresh, (size_t)rows.count);
	goods_init(w, &counted, (size_t)rows.count);
	for (int i = 0; i < rows.count; i++) {
		struct uuid variant = row_uuid(&rows, i, GOODS_VARIANT);
		struct uuid product = row_uuid(&rows, i, GOODS_PRODUCT);
		bool is_said = !row_is_null(&rows, i, GOODS_STOCK);

		if (row_bool(&rows, i, GOODS_IS_NEW)) {
			goods_add(&fresh, &variant,
				  is_said ? row_int(&rows, i, GOODS_STOCK)
					  : batch->run->default_stock);
		} else if (row_bool(&rows, i, GOODS_OTHER)) {
			goods_add(&counted, &variant,
				  row_int(&rows, i, GOODS_STOCK));
			mark(batch, &product);
		}
	}
	return receive(w, batch, &fresh) &&
	       (counted.count == 0 ||
		stock_count(w, counted.variants, counted.units, counted.count,
			    "import", &batch->run->id));
}

static async bool write_prices(struct work *w, struct import_batch *batch)
{
	struct rows rows;
	size_t count;
	const char *json = json_of_prices(w, batch, IMPORT_UPDATE, &count);

	if (count == 0)
		return true;
	if (!db_query(w, &q_import_prices, params(p_text(json)), &rows))
		return false;
	mark_all(batch, &rows, 0);
	return true;
}

static async bool seal(struct work *w, struct import_batch *batch)
{
	struct uuid *changed = arena_array(&w->arena, struct uuid, batch->count);
	size_t count = 0;

	for (size_t i = 0; i < batch->count; i++)
		if (batch->items[i].fate == IMPORT_UPDATE &&
		    batch->items[i].is_changed)
			changed[count++] = batch->items[i].product;
	return db_query(w, &q_import_seal,
			params(p_text(json_of_seals(w, batch)),
			       p_uuids(&w->arena, changed, count),
			       p_text(batch->run->format->source)),
			NULL);
}

async bool batch_update(struct work *w, struct import_batch *batch)
{
	struct rows rows;
	size_t count;
	const char *json = json_of_products(w, batch, IMPORT_UPDATE, &count);

	if (count == 0)
		return true;
	if (!lock(w, batch, count) ||
	    !db_query(w, &q_import_update,
		      params(p_text(json),
			     p_text(json_of_variants(w, batch, IMPORT_UPDATE))),
		      &rows))
		return false;
	mark_all(batch, &rows, 0);
	return write_prices(w, batch) && write_stock(w, batch) && seal(w, batch);
}
