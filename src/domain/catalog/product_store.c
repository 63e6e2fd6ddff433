/* product_store.c - rows of products are written: one or 500 by the same few
 * statements. */
#include "products.h"

#include <string.h>

#include <domain/inventory.h>
#include <platform/config.h>
#include <platform/jobs.h>
#include <platform/json.h>

#include <queries.h>

/* One of the statements' JSON arrays on its way. */
struct batch {
	struct text text;
	struct out out;
	size_t count;
};

static void batch_begin(struct batch *batch, struct work *w)
{
	text_init(&batch->text, &w->arena, 0);
	out_init(&batch->out, &batch->text);
	out_array(&batch->out);
	batch->count = 0;
}

static const char *batch_end(struct batch *batch)
{
	out_array_end(&batch->out);
	return batch->text.bytes;
}

static bool is_wanted(const struct product_row *row, bool is_new)
{
	return row->fault.kind == NULL && row->is_new == is_new;
}

/* Those that are made, or those that are changed, as JSON. */
static const char *products_json(struct work *w, const struct product_rows *rows,
				 bool is_new, size_t *count)
{
	struct batch batch;

	batch_begin(&batch, w);
	for (size_t i = 0; i < rows->count; i++) {
		if (!is_wanted(&rows->list[i], is_new))
			continue;
		product_row_out(&batch.out, &rows->list[i]);
		batch.count++;
	}
	*count = batch.count;
	return batch_end(&batch);
}

static bool touches_variant(const struct product_input *in)
{
	return PRODUCT_SENT(in, sku) || PRODUCT_SENT(in, price) ||
	       PRODUCT_SENT(in, compare_at_price) ||
	       PRODUCT_SENT(in, weight_grams);
}

static const char *variants_json(struct work *w, const struct product_rows *rows,
				 bool is_new, size_t *count)
{
	struct batch batch;

	batch_begin(&batch, w);
	for (size_t i = 0; i < rows->count; i++) {
		const struct product_row *row = &rows->list[i];

		if (!is_wanted(row, is_new) ||
		    !(is_new || touches_variant(&row->in)))
			continue;
		product_variants_out(&batch.out, row);
		batch.count++;
	}
	*count = batch.count;
	return batch_end(&batch);
}

/* Ids and units of the new variants. */
struct goods {
	struct uuid *variants;
	int64_t *units;
	size_t count;
};

static void add_goods(struct goods *goods, const struct product_row *row)
{
	const struct variant_input *list = row->in.variants.items;

	if (row->in.variants.count == 0) {
		goods->variants[goods->count] = row->variant;
		goods->units[goods->count++] = row->in.stock_on_hand;
	}
	for (size_t i = 0; i < row->in.variants.count; i++) {
		goods->variants[goods->count] = row->variants[i];
		goods->units[goods->count++] = list[i].stock_on_hand;
	}
}

static async bool stock_new(struct work *w, const struct product_rows *rows)
{
	struct goods goods = {0};
	size_t most = 0;

	for (size_t i = 0; i < rows->count; i++)
		most += 1 + rows->list[i].in.variants.count;
	goods.variants = arena_array(&w->arena, struct uuid, most);
	goods.units = arena_array(&w->arena, int64_t, most);
	for (size_t i = 0; i < rows->count; i++)
		if (is_wanted(&rows->list[i], true))
			add_goods(&goods, &rows->list[i]);
	return stock_receive(w, goods.variants, goods.units, goods.count,
			     "staff", NULL);
}

static async bool write_new(struct work *w, const struct product_rows *rows)
{
	size_t count;
	const char *products = products_json(w, rows, true, &count);
	const char *variants = variants_json(w, rows, true, &count);

	return count == 0 ||
	       (db_query(w, &q_product_rows_insert, params(p_text(products)),
			 NULL) &&
		db_query(w, &q_variant_rows_insert,
			 params(p_text(variants), p_text(config->currency),
				p_uuid(rows->actor)),
			 NULL) &&
		stock_new(w, rows));
}

static async bool write_old(struct work *w, const struct product_rows *rows)
{
	size_t touched;
	size_t count;
	const char *products = products_json(w, rows, false, &count);
	const char *variants = variants_json(w, rows, false, &touched);

	if (count == 0)
		return true;
	if (!db_query(w, &q_product_rows_update, params(p_text(products)), NULL))
		return false;
	return touched == 0 ||
	       (db_query(w, &q_variant_rows_update, params(p_text(variants)),
			 NULL) &&
		db_query(w, &q_variant_rows_price,
			 params(p_text(variants), p_text(config->currency),
				p_uuid(rows->actor)),
			 NULL));
}

/* Whether it may have come to lack what publishing demands. */
static bool is_doubtful(const struct product_row *row)
{
	const struct product_input *in = &row->in;
	const char *status = in->status != NULL ? in->status : row->status;

	return row->fault.kind == NULL && status != NULL &&
	       strcmp(status, "published") == 0 &&
	       (in->status != NULL || PRODUCT_SENT(in, attributes) ||
		PRODUCT_SENT(in, type));
}

static struct product_row *row_of(struct product_rows *rows,
				  const struct uuid *id)
{
	size_t i = 0;

	while (!uuid_equal(&rows->list[i].id, id))
		i++;
	return &rows->list[i];
}

/* {"status": ["It has no price."]} of each that lacks something. */
static void blame_lacks(struct work *w, struct product_rows *rows,
			const struct rows *lacks)
{
	for (int i = 0; i < lacks->count; i++) {
		struct uuid id = row_uuid(lacks, i, 0);
		const char *text = row_text(lacks, i, 1);
		const struct json_t *list = json_read_quietly(&w->arena, text,
							      strlen(text));

		for (size_t k = 0; k < json_count(list); k++)
			refuse_field(w, "status", "%s",
				     json_text(json_item(list, k)));
		product_row_blame(w, row_of(rows, &id));
	}
}

static async bool demand_publishable(struct work *w, struct product_rows *rows)
{
	struct uuid *ids = arena_array(&w->arena, struct uuid, rows->count);
	struct rows lacks;
	size_t count = 0;

	for (size_t i = 0; i < rows->count; i++)
		if (is_doubtful(&rows->list[i]))
			ids[count++] = rows->list[i].id;
	if (count == 0)
		return true;
	if (!db_query(w, &q_product_rows_lack,
		      params(p_uuids(&w->arena, ids, count)), &lacks))
		return false;
	blame_lacks(w, rows, &lacks);
	return lacks.count == 0 || refuse(w, &fault_fields, NULL);
}

async bool product_rows_write(struct work *w, struct product_rows *rows)
{
	return write_old(w, rows) && write_new(w, rows) &&
	       demand_publishable(w, rows);
}

static async bool tell(struct work *w, const struct uuid *ids,
		       const char *const *topics, size_t count)
{
	struct uuid *events = arena_array(&w->arena, struct uuid, count);

	if (count == 1)
		return event_emit(w, topics[0], "product", &ids[0], "{}");
	for (size_t i = 0; i < count; i++)
		events[i] = uuid_make();
	return db_query(w, &q_product_rows_tell,
			params(p_uuids(&w->arena, events, count),
			       p_uuids(&w->arena, ids, count),
			       p_texts(&w->arena, topics, count)),
			NULL);
}

async bool product_rows_announce(struct work *w, struct product_rows *rows)
{
	struct uuid *ids = arena_array(&w->arena, struct uuid, rows->count);
	const char **topics = arena_array(&w->arena, const char *, rows->count);
	size_t count = 0;

	for (size_t i = 0; i < rows->count; i++) {
		if (rows->list[i].fault.kind != NULL)
			continue;
		topics[count] = rows->list[i].is_new ? "product.created"
						     : "product.updated";
		ids[count++] = rows->list[i].id;
	}
	return count == 0 ||
	       (db_query(w, &q_listing_refresh,
			 params(p_uuids(&w->arena, ids, count)), NULL) &&
		tell(w, ids, topics, count));
}

bool product_explain(struct work *w)
{
	static const struct {
		const char *constraint, *field, *sentence;
	} known[] = {
		{"product_slug_key", "slug",
		 "product with this slug already exists."},
		{"variant_sku_key", "sku",
		 "product with this sku already exists."},
		{"variant_options_once", "options",
		 "Two variants of the product would have the same options."},
		{"variant_options_fit", "options",
		 "A variant still has a value that is missing here."},
		{"product_schedule", "unpublish_at",
		 "This must be later than publish_at."},
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (!db_violates(w, known[i].constraint))
			continue;
		forgive(w);
		return refuse_field(w, known[i].field, "%s", known[i].sentence);
	}
	return false;
}
