/* product_admin.c - products as staff manage them. */
#include "catalog.h"

#include <string.h>

#include <domain/inventory.h>
#include <platform/config.h>
#include <platform/jobs.h>
#include <rest/listing.h>

#include <queries.h>

static const struct fault_kind no_product = {
	404, "not_found", "No Product matches the given query."};

async bool product_admin_list(struct request *req)
{
	return reply_page(req, &product_admin_listing, no_params);
}

/* Answers the product as it stands now. */
static async bool show(struct request *req, int status, const struct uuid *id)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_product_admin_show, params(p_uuid(id)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_product, NULL);
	return reply_row(req, status, &rows);
}

async bool product_admin_show(struct request *req)
{
	struct uuid id;

	return path_uuid(req, "id", &id) && show(req, 200, &id);
}

/* The URLs as a JSON array. */
static bool has_compare_at(struct request *req)
{
	return was_given(req, struct product_input, compare_at_price) &&
	       !was_null(req, struct product_input, compare_at_price);
}

static const char *images_json(struct work *w, const struct field_list *images)
{
	const char *const *urls = images->items;
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 0);
	out_init(&out, &text);
	out_array(&out);
	for (size_t i = 0; i < images->count; i++)
		out_text(&out, urls[i]);
	out_array_end(&out);
	return text.bytes;
}

/* A constraint of the database as a field error. */
static bool explain(struct work *w)
{
	if (db_violates(w, "product_slug_key")) {
		forgive(w);
		return refuse_field(w, "slug",
				    "product with this slug already exists.");
	}
	if (db_violates(w, "variant_sku_key")) {
		forgive(w);
		return refuse_field(w, "sku",
				    "product with this sku already exists.");
	}
	return false;
}

/* One handler's request and what it reads. */
struct edit {
	struct request *req;
	struct product_input input;
	struct uuid product;
	struct uuid variant;
	struct uuid category;
};

static async bool announce(struct work *w, const char *topic,
			   const struct uuid *product)
{
	return db_query(w, &q_listing_refresh,
			params(p_uuids(&w->arena, product, 1)), NULL) &&
	       event_emit(w, topic, "product", product, "{}");
}

static async bool create(struct work *w, void *argument)
{
	struct edit *edit = argument;
	const struct product_input *in = &edit->input;
	bool has_slug = in->slug != NULL;
	char slug[SLUG_MAX];

	if (!has_slug)
		slug_make(in->name, slug);
	return db_query(w, &q_product_insert,
			params(p_uuid(&edit->product),
			       p_text(has_slug ? in->slug : slug),
			       p_bool(!has_slug), p_text(in->name),
			       p_text(in->description == NULL ? "" : in->description),
			       p_text(in->brand == NULL ? "" : in->brand),
			       p_text(in->status == NULL ? "draft" : in->status),
			       p_uuid(&edit->category),
			       p_text(in->attributes == NULL ? "{}" : in->attributes),
			       p_text(images_json(w, &in->images))),
			NULL) &&
	       db_query(w, &q_variant_insert,
			params(p_uuid(&edit->variant), p_uuid(&edit->product),
			       p_text(in->sku), p_int(in->weight_grams),
			       p_text(config->currency), p_int(in->price),
			       has_compare_at(edit->req)
				       ? p_int(in->compare_at_price)
				       : p_null()),
			NULL) &&
	       stock_receive(w, &edit->variant, &in->stock_on_hand, 1, "staff",
			     &edit->product) &&
	       announce(w, "product.created", &edit->product);
}

async bool product_admin_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req};

	if (!read_body(req, &edit.input) ||
	    !category_find(w, "category", edit.input.category, &edit.category))
		return false;
	edit.product = uuid_make();
	edit.variant = uuid_make();
	if (!db_transact(w, create, &edit))
		return explain(w);
	return show(req, 201, &edit.product);
}

/* The text if it was sent; NULL keeps what is there. */
#define GIVEN_INT(member)                                            \
	(was_given(edit->req, struct product_input, member)          \
		 ? p_int(in->member)                                 \
		 : p_null())

static async bool write_product(struct work *w, const struct edit *edit)
{
	const struct product_input *in = &edit->input;
	bool images = was_given(edit->req, struct product_input, images);

	return db_query(w, &q_product_update,
			params(p_uuid(&edit->product), p_text(in->slug),
			       p_text(in->name), p_text(in->description),
			       p_text(in->brand), p_text(in->status),
			       p_text(in->attributes),
			       p_text(images ? images_json(w, &in->images) : NULL),
			       p_bool(was_given(edit->req, struct product_input,
						category)),
			       p_uuid(&edit->category)),
			NULL) &&
	       db_query(w, &q_variant_update,
			params(p_uuid(&edit->variant), p_text(in->sku),
			       GIVEN_INT(weight_grams)),
			NULL);
}

static async bool write_price(struct work *w, const struct edit *edit)
{
	const struct product_input *in = &edit->input;
	bool price = was_given(edit->req, struct product_input, price);
	bool compare = was_given(edit->req, struct product_input,
				 compare_at_price);
	bool null = was_null(edit->req, struct product_input, compare_at_price);

	if (!price && !compare)
		return true;
	return db_query(w, &q_price_update,
			params(p_uuid(&edit->variant), p_text(config->currency),
			       GIVEN_INT(price), p_bool(compare),
			       compare && !null ? p_int(in->compare_at_price)
						: p_null()),
			NULL);
}

/* Locks the product and compares the version that staff have seen. */
static async bool take(struct work *w, struct edit *edit)
{
	struct rows rows;

	if (!db_query(w, &q_product_lock, params(p_uuid(&edit->product)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &no_product, NULL);
	edit->variant = row_uuid(&rows, 0, 1);
	return check_version(edit->req, row_int(&rows, 0, 0));
}

static async bool update(struct work *w, void *argument)
{
	struct edit *edit = argument;

	return take(w, edit) && write_product(w, edit) &&
	       write_price(w, edit) &&
	       announce(w, "product.updated", &edit->product);
}

async bool product_admin_update(struct request *req)
{
	struct work *w = &req->http.work;
	struct edit edit = {.req = req};

	if (!path_uuid(req, "id", &edit.product) ||
	    !read_body(req, &edit.input) ||
	    !category_find(w, "category", edit.input.category, &edit.category))
		return false;
	if (!db_transact(w, update, &edit))
		return explain(w);
	return show(req, 200, &edit.product);
}

static async bool delete(struct work *w, void *argument)
{
	struct edit *edit = argument;

	return take(w, edit) &&
	       db_query(w, &q_product_delete, params(p_uuid(&edit->product)),
			NULL) &&
	       announce(w, "product.deleted", &edit->product);
}

async bool product_admin_delete(struct request *req)
{
	struct edit edit = {.req = req};

	return path_uuid(req, "id", &edit.product) &&
	       db_transact(&req->http.work, delete, &edit) &&
	       reply_nothing(req);
}
