/* price_http.c - what a variant costs in every currency, as staff see and set
 * it, and what it did cost. */
#include "pricing.h"

#include <string.h>

#include <queries.h>

static const struct fault_kind no_variant = {
	404, "not_found", "No ProductVariant matches the given query."};
static const struct fault_kind is_scheduled = {
	409, "price_is_scheduled",
	"A currency with scheduled prices cannot go: delete them first."};

async bool price_variant_read(struct request *req, struct uuid *variant)
{
	struct work *w = &req->http.work;
	struct rows rows;

	return path_uuid(req, "id", variant) &&
	       db_query(w, &q_price_variant_find, params(p_uuid(variant)),
			&rows) &&
	       (rows.count > 0 || refuse(w, &no_variant, NULL));
}

async bool price_product_lock(struct work *w, const struct uuid *variant,
			      struct uuid *product)
{
	struct rows rows;

	if (!db_query(w, &q_price_variant_lock, params(p_uuid(variant)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_variant, NULL);
	*product = row_uuid(&rows, 0, 0);
	return true;
}

static async bool show(struct request *req, const struct uuid *variant)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_price_variant_show, params(p_uuid(variant)), &rows))
		return false;
	return rows.count > 0 ? reply_row(req, 200, &rows)
			      : refuse(w, &no_variant, NULL);
}

async bool prices_show(struct request *req)
{
	struct uuid variant;

	return path_uuid(req, "id", &variant) && show(req, &variant);
}

async bool price_history(struct request *req)
{
	struct uuid variant;

	return price_variant_read(req, &variant) &&
	       reply_page(req, &price_history_listing,
			  params(p_uuid(&variant)));
}

/* The set that is to stand, as parameters. */
struct replacement {
	struct request *req;
	struct uuid variant;
	struct param currencies;
	struct param amounts;
	struct param compare_ats;
};

/* Columns from rows; each currency once. */
static bool replacement_read(struct replacement *it, const struct prices_in *in)
{
	struct work *w = &it->req->http.work;
	const struct price_in *prices = in->prices.items;
	size_t count = in->prices.count;
	const char **currencies = arena_array(&w->arena, const char *, count);
	int64_t *amounts = arena_array(&w->arena, int64_t, count);
	int64_t *compare_ats = arena_array(&w->arena, int64_t, count);
	bool fine = true;

	for (size_t i = 0; i < count; i++) {
		currencies[i] = prices[i].currency;
		amounts[i] = prices[i].amount;
		compare_ats[i] = prices[i].compare_at_amount;
		for (size_t k = 0; k < i && fine; k++)
			if (strcmp(currencies[k], currencies[i]) == 0)
				fine = refuse_field(
					w,
					arena_format(&w->arena,
						     "prices.%zu.currency", i),
					"%s is there twice.", currencies[i]);
	}
	it->currencies = p_texts(&w->arena, currencies, count);
	it->amounts = p_ints(&w->arena, amounts, count);
	it->compare_ats = p_ints(&w->arena, compare_ats, count);
	return fine;
}

/* What stands is what staff have seen, and may be replaced. */
static async bool state_check(struct work *w, const struct replacement *it)
{
	struct rows rows;

	if (!db_query(w, &q_price_state,
		      params(p_uuid(&it->variant), it->currencies), &rows) ||
	    !check_version(it->req, row_int(&rows, 0, 0)))
		return false;
	return row_is_null(&rows, 0, 1) ||
	       refuse(w, &is_scheduled,
		      "%s has scheduled prices: delete them first.",
		      row_text(&rows, 0, 1));
}

static async bool replace(struct work *w, void *argument)
{
	const struct replacement *it = argument;
	struct uuid product;

	return price_product_lock(w, &it->variant, &product) &&
	       state_check(w, it) &&
	       db_query(w, &q_price_replace,
			params(p_uuid(&it->variant), it->currencies,
			       it->amounts, it->compare_ats,
			       p_uuid(&it->req->who.account)),
			NULL) &&
	       db_query(w, &q_price_refresh,
			params(p_uuids(&w->arena, &product, 1)), NULL);
}

async bool prices_replace(struct request *req)
{
	struct replacement it = {.req = req};
	struct prices_in in;

	return path_uuid(req, "id", &it.variant) && read_body(req, &in) &&
	       replacement_read(&it, &in) &&
	       db_transact(&req->http.work, replace, &it) &&
	       show(req, &it.variant);
}
