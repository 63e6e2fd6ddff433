/* variant_admin.c - variants as staff manage them. The product is locked
 * before any of its variants, and its version tells that one has changed. */
#include "products.h"
#include "variants.h"

#include <string.h>

#include <domain/catalog.h>
#include <domain/inventory.h>
#include <platform/config.h>
#include <platform/jobs.h>

#include <queries.h>

static const struct fault_kind no_product = {
	404, "not_found", "No Product matches the given query."};
static const struct fault_kind no_variant = {
	404, "not_found", "No Variant matches the given query."};
static const struct fault_kind last_one = {
	409, "protected", "The last variant of a product stays with it."};
static const struct fault_kind too_many = {
	409, "too_many_variants", "A product has at most 500 variants."};

static async bool show(struct request *req, int status, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_variant_admin_show,
		      params(p_uuid(id), p_text(config->currency)), &rows))
		return false;
	return rows.count == 0 ? refuse(w, &no_variant, NULL)
			       : reply_row(req, status, &rows);
}

async bool variant_admin_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, 200, &id);
}

async bool variants_reply(struct request *req, int status,
			  const struct uuid *product)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_variant_admin_list,
		      params(p_uuid(product), p_text(config->currency)), &rows))
		return false;
	return rows.count == 0 ? refuse(w, &no_product, NULL)
			       : reply_rows(req, status, &rows);
}

async bool variant_admin_list(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && variants_reply(req, 200, &id);
}

bool variant_explain(struct work *w)
{
	if (db_violates(w, "variant_options_once")) {
		forgive(w);
		return refuse_field(w, "options",
				    "Another variant has these options.");
	}
	return product_explain(w);
}

/* Lists, feeds and the product's own version know of a change. */
async bool variants_announce(struct work *w, const struct uuid *product)
{
	return db_query(w, &q_variant_default_retire, params(p_uuid(product)),
			NULL) &&
	       db_query(w, &q_variant_default_find, params(p_uuid(product)),
			NULL) &&
	       db_query(w, &q_product_touch, params(p_uuid(product)), NULL) &&
	       db_query(w, &q_listing_refresh,
			params(p_uuids(&w->arena, product, 1)), NULL) &&
	       event_emit(w, "product.updated", "product", product, "{}");
}

async bool variant_product_lock(struct work *w, const struct uuid *id,
				struct variant_product *product)
{
	struct rows rows;

	product->id = *id;
	if (!db_query(w, &q_variant_product_lock,
		      params(p_uuid(id), p_text(config->currency)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_product, NULL);
	product->options = row_text(&rows, 0, 0);
	product->type = (struct uuid){{0}};
	if (!row_is_null(&rows, 0, 1))
		product->type = row_uuid(&rows, 0, 1);
	product->slug = row_text(&rows, 0, 2);
	product->count = row_int(&rows, 0, 3);
	product->next_position = row_int(&rows, 0, 4);
	product->weight_grams = row_int(&rows, 0, 5);
	product->has_price = !row_is_null(&rows, 0, 6);
	product->price = product->has_price ? row_int(&rows, 0, 6) : 0;
	return true;
}

struct edit {
	struct request *req;
	struct variant_input in;
	struct uuid id;
	struct variant_product product;
};

static const char *row_json(struct work *w, const struct edit *edit,
			    const struct uuid *product)
{
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 0);
	out_init(&out, &text);
	out_array(&out);
	variant_out(&out, &edit->in, &edit->id, product);
	out_array_end(&out);
	return text.bytes;
}

/* Both at once, so that all that is wrong is told. */
static async bool judge(struct work *w, struct edit *edit)
{
	struct variant_input *in = &edit->in;
	bool is_fine = in->options == NULL ||
		       options_choice_check(w, "options", edit->product.options,
					    in->options);

	return (in->attributes == NULL ||
		attributes_clean(w, "attributes", &edit->product.type,
				 &in->attributes)) &&
	       is_fine;
}

/* The one that is to be the default takes it from the one that is. */
static async bool leave_default(struct work *w, const struct edit *edit)
{
	return !edit->in.is_default ||
	       db_query(w, &q_variant_default_leave,
			params(p_uuid(&edit->product.id), p_uuid(&edit->id)),
			NULL);
}

static async bool create(struct work *w, void *argument)
{
	struct edit *edit = argument;
	struct variant_input *in = &edit->in;
	struct uuid product = edit->product.id;

	if (!variant_product_lock(w, &product, &edit->product))
		return false;
	if (edit->product.count >= VARIANTS_MAX)
		return refuse(w, &too_many, NULL);
	if (in->options == NULL)
		in->options = "{}";
	if (!VARIANT_SENT(in, position))
		in->position = edit->product.next_position;
	return judge(w, edit) && leave_default(w, edit) &&
	       db_query(w, &q_variant_rows_insert,
			params(p_text(row_json(w, edit, &product)),
			       p_text(config->currency),
			       p_uuid(&edit->req->who.account)),
			NULL) &&
	       stock_receive(w, &edit->id, &in->stock_on_hand, 1, "staff",
			     &product) &&
	       variants_announce(w, &product);
}

async bool variant_admin_create(struct request *req)
{
	struct edit edit = {.req = req, .id = uuid_make()};

	if (!path_uuid(req, "id", &edit.product.id) ||
	    !read_body(req, &edit.in))
		return false;
	if (!db_transact(&req->http.work, create, &edit))
		return variant_explain(&req->http.work);
	return show(req, 201, &edit.id);
}

/* Columns of variant_lock. */
enum { VERSION, PRODUCT, OPTIONS, TYPE, IS_DEFAULT, COUNT };

/* Locks the variant and compares the version that staff have seen. */
static async bool take(struct work *w, struct edit *edit, struct rows *rows)
{
	if (!db_query(w, &q_variant_lock, params(p_uuid(&edit->id)), rows))
		return false;
	if (rows->count == 0)
		return refuse(w, &no_variant, NULL);
	edit->product.id = row_uuid(rows, 0, PRODUCT);
	edit->product.options = row_text(rows, 0, OPTIONS);
	edit->product.type = (struct uuid){{0}};
	if (!row_is_null(rows, 0, TYPE))
		edit->product.type = row_uuid(rows, 0, TYPE);
	return check_version(edit->req, row_int(rows, 0, VERSION));
}

static async bool update(struct work *w, void *argument)
{
	struct edit *edit = argument;
	const struct variant_input *in = &edit->in;
	const char *json;
	struct rows rows;

	if (!take(w, edit, &rows))
		return false;
	if (VARIANT_SENT(in, is_default) && !in->is_default &&
	    row_bool(&rows, 0, IS_DEFAULT))
		return refuse_field(w, "is_default",
				    "Make another one the default one.");
	if (!judge(w, edit) || !leave_default(w, edit))
		return false;
	json = row_json(w, edit, NULL);
	return db_query(w, &q_variant_rows_update, params(p_text(json)), NULL) &&
	       db_query(w, &q_variant_rows_price,
			params(p_text(json), p_text(config->currency),
			       p_uuid(&edit->req->who.account)),
			NULL) &&
	       variants_announce(w, &edit->product.id);
}

async bool variant_admin_update(struct request *req)
{
	struct edit edit = {.req = req};

	if (!path_uuid(req, "id", &edit.id) || !read_body(req, &edit.in))
		return false;
	if (!db_transact(&req->http.work, update, &edit))
		return variant_explain(&req->http.work);
	return show(req, 200, &edit.id);
}

static async bool delete(struct work *w, void *argument)
{
	struct edit *edit = argument;
	struct rows rows;

	if (!take(w, edit, &rows))
		return false;
	if (row_int(&rows, 0, COUNT) < 2)
		return refuse(w, &last_one, NULL);
	return db_query(w, &q_variant_delete, params(p_uuid(&edit->id)), NULL) &&
	       variants_announce(w, &edit->product.id);
}

async bool variant_admin_delete(struct request *req)
{
	struct edit edit = {.req = req};

	return path_uuid(req, "id", &edit.id) &&
	       db_transact(&req->http.work, delete, &edit) &&
	       reply_nothing(req);
}
