/* price_bulk.c - many regular prices in one request. */
#include "pricing.h"

#include <stdlib.h>
#include <string.h>

#include <platform/json.h>

#include <queries.h>

enum { REFRESH_SLICE = 100 };

/* A request under way. Rows that are refused have errors; the others are
 * gathered in columns: row[i] is the place in the request. */
struct bulk {
	struct request *req;
	const struct bulk_row *rows;
	size_t count;
	const struct json_t *errors; /* a list with an object a row; or NULL */
	size_t good;
	size_t *row;
	struct uuid *variants;
	struct uuid *products;
	const char **currencies;
	int64_t *amounts;
	int64_t *compare_ats;
	bool *is_changed; /* by place in the request */
};

static const struct json_t *errors_of(const struct work *w)
{
	return w->fault.kind == &fault_fields
		       ? json_member(w->fault.body, "prices")
		       : NULL;
}

static bool is_refused(const struct json_t *errors, size_t row)
{
	return json_count(json_item(errors, row)) > 0;
}

static bool refuse_row(struct work *w, size_t row, const char *field,
		       const char *why)
{
	return refuse_field(w,
			    arena_format(&w->arena, "prices.%zu.%s", row, field),
			    "%s", why);
}

/* Whether all that is wrong so far is wrong with single rows. */
static bool only_rows_are_wrong(const struct work *w)
{
	return json_kind(json_item(errors_of(w), 0)) == JSON_KIND_OBJECT &&
	       json_count(w->fault.body) == 1;
}

static void columns_make(struct bulk *bulk)
{
	struct arena *arena = &bulk->req->http.work.arena;
	size_t count = bulk->count;

	bulk->row = arena_array(arena, size_t, count);
	bulk->variants = arena_array(arena, struct uuid, count);
	bulk->products = arena_array(arena, struct uuid, count);
	bulk->currencies = arena_array(arena, const char *, count);
	bulk->amounts = arena_array(arena, int64_t, count);
	bulk->compare_ats = arena_array(arena, int64_t, count);
	bulk->is_changed = arena_array(arena, bool, count);
}

/* Asks for the variants that the rows name; those that have errors name what
 * there is not. */
static async bool variants_find(struct bulk *bulk, struct rows *found)
{
	struct work *w = &bulk->req->http.work;
	const char **kinds = arena_array(&w->arena, const char *, bulk->count);
	const char **keys = arena_array(&w->arena, const char *, bulk->count);

	for (size_t i = 0; i < bulk->count; i++) {
		char *id = arena_alloc(&w->arena, UUID_TEXT_LENGTH + 1);

		uuid_format(&bulk->rows[i].variant, id);
		kinds[i] = bulk->rows[i].sku != NULL ? "sku" : "variant";
		keys[i] = bulk->rows[i].sku != NULL ? bulk->rows[i].sku : id;
	}
	return db_query(w, &q_price_bulk_find,
			params(p_texts(&w->arena, kinds, bulk->count),
			       p_texts(&w->arena, keys, bulk->count)),
			found);
}

static bool is_there(const struct bulk *bulk, const struct uuid *variant,
		     const char *currency)
{
	for (size_t i = 0; i < bulk->good; i++)
		if (uuid_equal(&bulk->variants[i], variant) &&
		    strcmp(bulk->currencies[i], currency) == 0)
			return true;
	return false;
}

static void row_take(struct bulk *bulk, size_t place, const struct rows *found)
{
	const struct bulk_row *row = &bulk->rows[place];
	size_t at = bulk->good++;

	bulk->row[at] = place;
	bulk->variants[at] = row_uuid(found, (int)place, 0);
	bulk->products[at] = row_uuid(found, (int)place, 1);
	bulk->currencies[at] = row->currency;
	bulk->amounts[at] = row->amount;
	bulk->compare_ats[at] = row->compare_at_amount;
}

/* Sorts the good rows from the others. */
static async bool rows_sort(struct bulk *bulk)
{
	struct work *w = &bulk->req->http.work;
	struct rows found;

	if (!variants_find(bulk, &found))
		return false;
	for (size_t i = 0; i < bulk->count; i++) {
		const char *field = bulk->rows[i].sku != NULL ? "sku" : "variant";
		struct uuid variant;

		if (is_refused(bulk->errors, i))
			continue;
		if (row_is_null(&found, (int)i, 0)) {
			refuse_row(w, i, field, "There is no such variant.");
			continue;
		}
		variant = row_uuid(&found, (int)i, 0);
		if (is_there(bulk, &variant, bulk->rows[i].currency))
			refuse_row(w, i, field,
				   "It is there twice with this currency.");
		else
			row_take(bulk, i, &found);
	}
	return true;
}

static int uuid_order(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(struct uuid));
}

/* The products of rows that changed something, each once. */
static size_t products_changed(const struct bulk *bulk, struct uuid *products)
{
	size_t count = 0;
	size_t kept = 0;

	for (size_t i = 0; i < bulk->good; i++)
		if (bulk->is_changed[bulk->row[i]])
			products[count++] = bulk->products[i];
	qsort(products, count, sizeof(*products), uuid_order);
	for (size_t i = 0; i < count; i++)
		if (kept == 0 || !uuid_equal(&products[kept - 1], &products[i]))
			products[kept++] = products[i];
	return kept;
}

static async bool refresh(struct work *w, const struct bulk *bulk)
{
	struct uuid *products = arena_array(&w->arena, struct uuid, bulk->good);
	size_t count = products_changed(bulk, products);

	for (size_t i = 0; i < count; i += REFRESH_SLICE) {
		size_t slice = count - i < REFRESH_SLICE ? count - i
							 : REFRESH_SLICE;

		if (!db_query(w, &q_price_refresh,
			      params(p_uuids(&w->arena, products + i, slice)),
			      NULL))
			return false;
	}
	return true;
}

static async bool write(struct work *w, void *argument)
{
	struct bulk *bulk = argument;
	struct rows rows;

	if (!db_query(w, &q_price_products_lock,
		      params(p_uuids(&w->arena, bulk->products, bulk->good)),
		      NULL) ||
	    !db_query(w, &q_price_bulk_set,
		      params(p_uuids(&w->arena, bulk->variants, bulk->good),
			     p_texts(&w->arena, bulk->currencies, bulk->good),
			     p_ints(&w->arena, bulk->amounts, bulk->good),
			     p_ints(&w->arena, bulk->compare_ats, bulk->good),
			     p_uuid(&bulk->req->who.account)),
		      &rows))
		return false;
	for (size_t i = 0; i < bulk->good; i++)
		bulk->is_changed[bulk->row[i]] = row_bool(&rows, (int)i, 0);
	return refresh(w, bulk);
}

static void write_count(struct out *out, const char *key, size_t number)
{
	out_key(out, key);
	out_int(out, (int64_t)number);
}

static void write_result(struct out *out, const struct bulk *bulk, size_t row)
{
	const struct json_t *errors = json_item(bulk->errors, row);
	const char *json;

	out_object(out);
	write_count(out, "row", row);
	out_key(out, "outcome");
	out_text(out, json_count(errors) > 0  ? "refused"
		      : bulk->is_changed[row] ? "changed"
					      : "same");
	out_key(out, "errors");
	if (json_count(errors) > 0) {
		json = json_write(&bulk->req->http.work.arena, errors);
		out_raw(out, json, strlen(json));
	} else {
		out_null(out);
	}
	out_object_end(out);
}

static bool answer(struct bulk *bulk)
{
	struct request *req = bulk->req;
	size_t changed = 0;
	struct out out;

	for (size_t i = 0; i < bulk->count; i++)
		changed += bulk->is_changed[i];
	text_init(&req->http.answer, &req->http.work.arena,
		  128 + 64 * bulk->count);
	out_init(&out, &req->http.answer);
	out_object(&out);
	write_count(&out, "changed", changed);
	write_count(&out, "same", bulk->good - changed);
	write_count(&out, "refused", bulk->count - bulk->good);
	out_key(&out, "results");
	out_array(&out);
	for (size_t i = 0; i < bulk->count; i++)
		write_result(&out, bulk, i);
	out_array_end(&out);
	out_object_end(&out);
	return reply(req, 200);
}

async bool price_bulk(struct request *req)
{
	struct work *w = &req->http.work;
	struct bulk bulk = {.req = req};
	struct bulk_in in;
	bool by_rows;

	if (!read_body(req, &in) && !only_rows_are_wrong(w))
		return false;
	by_rows = in.error_policy != NULL &&
		  strcmp(in.error_policy, "rows") == 0;
	bulk.rows = in.prices.items;
	bulk.count = in.prices.count;
	bulk.errors = errors_of(w);
	columns_make(&bulk);
	if (!rows_sort(&bulk) || (w->fault.kind != NULL && !by_rows))
		return false;
	bulk.errors = errors_of(w); /* its memory is the arena's */
	forgive(w);
	return (bulk.good == 0 || db_transact(w, write, &bulk)) &&
	       answer(&bulk);
}
