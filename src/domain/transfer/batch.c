/* batch.c - one batch: what becomes of each item, and all of them written in
 * one transaction that moves the import on. */
#include "transfer.h"

#include <string.h>

#include <platform/db.h>
#include <platform/jobs.h>

#include <queries.h>

/* Ways out of the transaction that are no failures. */
static const struct fault_kind once_more = {
	409, "once_more", "An item was refused: the others are written anew."};
static const struct fault_kind dry_end = {
	409, "dry_run", "Nothing is to stay of this."};
static const struct fault_kind gone_on = {
	409, "gone_on", "The import is not where this batch begins."};

enum { KNOWN_ID, KNOWN_SAME, KNOWN_TAKEN_SKU, KNOWN_TAKEN_SLUG, KNOWN_TYPE,
       KNOWN_STATUS, KNOWN_OLD_TYPE };

static bool lacks_price(const struct import_item *item)
{
	for (size_t i = 0; i < item->variant_count; i++) {
		const struct import_variant *variant = &item->variants[i];

		if (variant->price_count == 0)
			return true;
		for (size_t j = 0; j < variant->price_count; j++)
			if (variant->prices[j].amount < 0)
				return true;
	}
	return false;
}

static void decide_new(struct import_item *item)
{
	item->fate = IMPORT_CREATE;
	item->product = uuid_make();
	if (item->name == NULL)
		item_refuse(item, "name", "is missing, and the product is new");
	else if (lacks_price(item))
		item_refuse(item, "price",
			    "there is no price, so it cannot be sold");
}

static void decide(struct work *w, struct import_item *item,
		   const struct rows *rows, int row)
{
	item->at_line = 0;
	item->is_changed = false;
	item->product_type = (struct uuid){{0}};
	if (!row_is_null(rows, row, KNOWN_TAKEN_SKU)) {
		item_refuse(item, "sku",
			    item->variant_count == 1
				    ? "another product has this SKU"
				    : arena_format(&w->arena,
						   "another product has the SKU %s",
						   row_text(rows, row, KNOWN_TAKEN_SKU)));
		return;
	}
	if (row_bool(rows, row, KNOWN_TAKEN_SLUG)) {
		item_refuse(item, "slug", "another product has this slug");
		return;
	}
	if (item->type != NULL && *item->type != '\0' &&
	    row_is_null(rows, row, KNOWN_TYPE)) {
		item_refuse(item, "product_type", "there is no such product type");
		return;
	}
	if (item->type != NULL && *item->type != '\0')
		item->product_type = row_uuid(rows, row, KNOWN_TYPE);
	else if (item->type == NULL && !row_is_null(rows, row, KNOWN_OLD_TYPE))
		item->product_type = row_uuid(rows, row, KNOWN_OLD_TYPE);
	if (row_is_null(rows, row, KNOWN_ID)) {
		decide_new(item);
		return;
	}
	item->product = row_uuid(rows, row, KNOWN_ID);
	item->fate = row_bool(rows, row, KNOWN_SAME) ? IMPORT_SAME
						     : IMPORT_UPDATE;
}

static async bool decide_all(struct work *w, struct import_batch *batch)
{
	const struct import_run *run = batch->run;
	struct rows rows;
	int row = 0;

	if (!db_query(w, &q_import_known,
		      params(p_text(json_of_known(w, batch)),
			     p_text(run->format->source),
			     p_bool(run->format->is_own), p_uuid(&run->id),
			     p_bool(run->is_dry_run)),
		      &rows))
		return false;
	for (size_t i = 0; i < batch->count; i++) {
		if (batch->items[i].fate == IMPORT_REFUSE)
			continue;
		if (row == rows.count)
			return refuse(w, &fault_internal, "a key came back short");
		decide(w, &batch->items[i], &rows, row++);
	}
	return row == rows.count ||
	       refuse(w, &fault_internal, "a key came back twice");
}

static async bool take(struct work *w, const struct import_batch *batch)
{
	const struct import_run *run = batch->run;
	struct rows rows;

	if (!db_query(w, batch->lane == NULL ? &q_import_take : &q_import_join,
		      batch->lane == NULL
			      ? params(p_uuid(&run->id), p_int(run->position),
				       p_int(run->retried))
			      : params(p_uuid(&run->id)),
		      &rows))
		return false;
	return rows.count == 1 || refuse(w, &gone_on, NULL);
}

/* Products written, for what follows from a change. */
static size_t written(const struct import_batch *batch, struct uuid *products)
{
	size_t count = 0;

	for (size_t i = 0; i < batch->count; i++) {
		const struct import_item *item = &batch->items[i];

		if (item->fate == IMPORT_CREATE ||
		    (item->fate == IMPORT_UPDATE && item->is_changed))
			products[count++] = item->product;
	}
	return count;
}

/* What may not be published as the file has it is refused, and the others
 * are written anew. Only a type demands more than has been checked. */
static async bool check_lacks(struct work *w, struct import_batch *batch)
{
	struct uuid *products = arena_array(&w->arena, struct uuid, batch->count);
	size_t count = 0;
	struct rows rows;

	for (size_t i = 0; i < batch->count; i++)
		if ((batch->items[i].fate == IMPORT_CREATE ||
		     batch->items[i].fate == IMPORT_UPDATE) &&
		    !uuid_is_nil(&batch->items[i].product_type))
			products[count++] = batch->items[i].product;
	if (count == 0)
		return true;
	if (!db_query(w, &q_import_lacks,
		      params(p_uuids(&w->arena, products, count)), &rows))
		return false;
	for (int row = 0; row < rows.count; row++) {
		struct uuid product = row_uuid(&rows, row, 0);

		for (size_t i = 0; i < batch->count; i++)
			if (uuid_equal(&batch->items[i].product, &product))
				item_refuse(&batch->items[i], "status",
					    arena_text(&w->arena,
						       row_text(&rows, row, 1)));
	}
	return rows.count == 0 || refuse(w, &once_more, NULL);
}

static async bool list_all(struct work *w, const struct import_batch *batch)
{
	struct uuid *products = arena_array(&w->arena, struct uuid, batch->count);
	size_t count = written(batch, products);
	struct uuid id = uuid_make();

	return count == 0 ||
	       (db_query(w, &q_listing_refresh,
			 params(p_uuids(&w->arena, products, count)), NULL) &&
		event_emit(w, "catalog.imported", "import", &id, "{}"));
}

static void count_up(const struct import_batch *batch,
		     struct import_summary *summary)
{
	for (size_t i = 0; i < batch->count; i++) {
		const struct import_item *item = &batch->items[i];

		summary->rows += item->records;
		summary->created += item->fate == IMPORT_CREATE;
		summary->updated += item->fate == IMPORT_UPDATE && item->is_changed;
		summary->unchanged += item->fate == IMPORT_SAME ||
				      (item->fate == IMPORT_UPDATE && !item->is_changed);
		summary->refused += item->fate == IMPORT_REFUSE;
	}
}

static async bool move_on(struct work *w, struct import_batch *batch)
{
	const struct import_run *run = batch->run;
	struct import_summary s = {0};
	struct rows rows;

	count_up(batch, &s);
	if (run->is_retry) { /* its rows were counted, all as refused */
		s.rows = 0;
		s.refused -= (int64_t)batch->count;
	}
	return batch_met(w, batch) && batch_keep_refused(w, batch) &&
	       db_query(w, &q_import_step,
			params(p_uuid(&run->id), p_int(batch->position),
			       p_int(batch->line), p_int(batch->retried),
			       p_int(s.rows), p_int(s.created), p_int(s.updated),
			       p_int(s.unchanged), p_int(s.refused)),
			&rows) &&
	       (rows.count == 1 || refuse(w, &gone_on, NULL));
}

/* Not in the batch's transaction, in which others would wait for them; like
 * categories they stay though nothing else of the batch does. */
static async bool make_wants(struct work *w, struct import_batch *batch)
{
	struct import_run *run = batch->run;
	size_t wants = batch->reading->want_count;
	struct param json;
	struct rows rows;

	if (run->is_dry_run || run->attributes_made == wants)
		return true;
	json = p_text(json_of_wants(w, batch->reading));
	if (!db_query(w, &q_import_attributes_lack, params(json), &rows))
		return false;
	if (row_int(&rows, 0, 0) > 0 &&
	    !db_query(w, &q_import_attributes, params(json), NULL))
		return false;
	run->attributes_made = wants;
	return true;
}

/* What the items became is settled before anything is locked. */
static async bool settle(struct work *w, struct import_batch *batch)
{
	return batch_meet(w, batch) && decide_all(w, batch) &&
	       (batch->lane == NULL || lane_decided(batch->lane) ||
		refuse(w, &once_more, NULL));
}

static async bool write_all(struct work *w, void *argument)
{
	struct import_batch *batch = argument;

	if (!take(w, batch) || !settle(w, batch) || !batch_judge(w, batch) ||
	    !batch_update(w, batch) || !batch_create(w, batch) ||
	    !check_lacks(w, batch))
		return false;
	if (batch->run->is_dry_run)
		return refuse(w, &dry_end, NULL);
	return list_all(w, batch) && move_on(w, batch);
}

static async bool write_dry(struct work *w, void *argument)
{
	return take(w, argument) && move_on(w, argument);
}

/* ---- when the database says no ---- */

static const struct {
	const char *constraint;
	const char *column;
	const char *reason;
} violations[] = {
	{"variant_sku_key", "sku", "another product has this SKU"},
	{"product_slug_key", "slug", "another product has this slug"},
	{"variant_options_once", "options",
	 "another variant of the product has these options"},
	{"variant_options_fit", "options",
	 "each variant of the product has each of its options"},
	{"product_schedule", "unpublish_at", "is not after publish_at"},
	{"attribute_code_check", "attr", "a code has a-z, 0-9 and _ only"},
};

static void blame(struct work *w, struct import_item *item)
{
	const char *column = "row";
	const char *reason = arena_format(&w->arena, "the database refuses it: %s",
					  w->fault.constraint);

	for (size_t i = 0; i < sizeof(violations) / sizeof(violations[0]); i++)
		if (db_violates(w, violations[i].constraint)) {
			column = violations[i].column;
			reason = violations[i].reason;
		}
	forgive(w);
	item->at_line = 0;
	item_refuse(item, column, reason);
}

/* One try; the batch stands, or the fault says why not. */
static async bool write_once(struct work *w, struct import_batch *batch)
{
	struct import_run *run = batch->run;

	if (batch->lane != NULL)
		lane_take_turn(batch->lane);
	if (!make_wants(w, batch) || !batch_place(w, batch))
		return false;
	if (!db_transact(w, write_all, batch)) {
		if (w->fault.kind != &dry_end)
			return false;
		forgive(w);
		if (!db_transact(w, write_dry, batch))
			return false;
	}
	count_up(batch, &run->summary);
	if (batch->position > run->position || batch->lane == NULL) {
		run->position = batch->position;
		run->line = batch->line;
	}
	run->retried = batch->retried;
	return true;
}

static async bool write_one(struct work *w, struct import_batch *batch)
{
	while (!write_once(w, batch)) {
		if (w->fault.kind == &once_more) {
			forgive(w);
		} else if (w->fault.kind == &db_violation &&
			   batch->items[0].fate != IMPORT_REFUSE) {
			categories_forget(batch->run);
			blame(w, &batch->items[0]);
		} else {
			return false;
		}
	}
	return true;
}

/* One by one, so that only who is at fault is refused. */
static async bool write_singly(struct work *w, const struct import_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++) {
		struct import_batch one = *batch;

		one.items = &batch->items[i];
		one.count = 1;
		if (i + 1 < batch->count && batch->run->is_retry) {
			one.retried = one.items->place;
		} else if (i + 1 < batch->count) {
			one.position = one.items->end;
			one.line = batch->items[i + 1].line;
		}
		if (!write_one(w, &one))
			return false;
	}
	return true;
}

/* Tables that grow by far have plans that were made when they were small. */
static async bool analyze(struct work *w, struct import_run *run)
{
	if (run->is_dry_run || run->summary.created < run->analyze_at)
		return true;
	run->analyze_at = run->summary.created * 4 + 400;
	if (!db_query(w, &q_import_analyze, no_params, NULL))
		forgive(w); /* autovacuum will */
	return true;
}

async bool batch_write(struct work *w, struct import_batch *batch,
		       bool *goes_on)
{
	bool done;

	*goes_on = true;
	while (!(done = write_once(w, batch)) && w->fault.kind == &once_more)
		forgive(w);
	if (!done && w->fault.kind == &db_violation) {
		forgive(w);
		categories_forget(batch->run);
		if (batch->lane != NULL)
			batch->lane->follows = true;
		done = write_singly(w, batch);
	}
	if (!done && w->fault.kind == &gone_on) {
		forgive(w);
		*goes_on = false;
		return true;
	}
	return done && analyze(w, batch->run);
}
