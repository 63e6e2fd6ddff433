/* variant_generate.c - the variants that a product's options allow and that it
 * does not have yet. */
#include "members.h"
#include "products.h"
#include "variants.h"

#include <string.h>

#include <domain/inventory.h>
#include <platform/config.h>

#include <queries.h>

struct generation {
	struct request *req;
	struct generate_input in;
	struct variant_product product;
	const char *const *choices; /* all there are */
	size_t choice_count;
	const char *pattern;
	struct uuid *made; /* ids of the new ones */
	int64_t *units;
	size_t count;
};

/* "{product}-{Size}-{Colour}". */
static const char *default_pattern(struct arena *arena, const char *options)
{
	const char *const *names;
	size_t count = options_names(arena, options, &names);
	struct text text;

	text_init(&text, arena, 0);
	text_add(&text, "{product}");
	for (size_t i = 0; i < count; i++)
		text_format(&text, "-{%s}", names[i]);
	return text.bytes;
}

static const char *choices_json(struct work *w, const struct generation *it)
{
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 0);
	out_init(&out, &text);
	out_array(&out);
	for (size_t i = 0; i < it->choice_count; i++)
		out_raw(&out, it->choices[i], strlen(it->choices[i]));
	out_array_end(&out);
	return text.bytes;
}

/* Priced as the request says, else as the default variant is. */
static void put_price(struct out *out, const struct generation *it)
{
	const struct field_given *sent = &it->in.sent;
	size_t price = offsetof(struct generate_input, price);

	if (field_sent(sent, price) && !field_sent_null(sent, price))
		put_int(out, "price", it->in.price);
	else if (!field_sent(sent, price) && it->product.has_price)
		put_int(out, "price", it->product.price);
}

static void put_one(struct out *out, const struct generation *it,
		    const char *choice, const struct uuid *id)
{
	const struct variant_product *product = &it->product;

	out_object(out);
	put_uuid(out, "id", id);
	put_uuid(out, "product_id", &product->id);
	put_text(out, "sku", options_sku(out->text->arena, it->pattern,
					 product->slug, choice));
	put_json(out, "options", choice);
	put_int(out, "position", product->next_position + (int64_t)it->count);
	put_int(out, "weight_grams", product->weight_grams);
	put_price(out, it);
	out_object_end(out);
}

/* Those whose places the rows tell, as the statement takes them. */
static const char *rows_json(struct work *w, struct generation *it,
			     const struct rows *missing)
{
	struct text text;
	struct out out;

	it->count = 0;
	it->made = arena_array(&w->arena, struct uuid, (size_t)missing->count);
	it->units = arena_array(&w->arena, int64_t, (size_t)missing->count);
	text_init(&text, &w->arena, 0);
	out_init(&out, &text);
	out_array(&out);
	for (int i = 0; i < missing->count; i++) {
		int64_t place = row_int(missing, i, 0) - 1;

		it->made[it->count] = uuid_make();
		put_one(&out, it, it->choices[place], &it->made[it->count]);
		it->units[it->count++] = it->in.stock_on_hand;
	}
	out_array_end(&out);
	return text.bytes;
}

static bool count_choices(struct work *w, struct generation *it)
{
	it->choice_count = options_matrix(&w->arena, it->product.options,
					  &it->choices);
	if (it->choice_count == 0)
		return refuse_field(w, NULL,
				    "The product has no options, or more than "
				    "%d combinations of them.",
				    VARIANTS_MAX);
	it->pattern = it->in.sku != NULL
			      ? it->in.sku
			      : default_pattern(&w->arena, it->product.options);
	return true;
}

static async bool generate(struct work *w, void *argument)
{
	struct generation *it = argument;
	struct uuid id = it->product.id;
	struct rows missing;

	if (!variant_product_lock(w, &id, &it->product) ||
	    !count_choices(w, it) ||
	    !db_query(w, &q_variant_missing,
		      params(p_uuid(&id), p_text(choices_json(w, it))),
		      &missing))
		return false;
	if (missing.count == 0)
		return true;
	return db_query(w, &q_variant_rows_insert,
			params(p_text(rows_json(w, it, &missing)),
			       p_text(config->currency),
			       p_uuid(&it->req->who.account)),
			NULL) &&
	       stock_receive(w, it->made, it->units, it->count, "staff", &id) &&
	       variants_announce(w, &id);
}

static bool explain(struct work *w)
{
	if (!db_violates(w, "variant_sku_key") &&
	    !db_violates(w, "variant_sku_check"))
		return variant_explain(w);
	forgive(w);
	return refuse_field(w, "sku",
			    "The pattern gives a SKU twice, one that is there "
			    "already, or one that is too long.");
}

async bool variant_admin_generate(struct request *req)
{
	struct generation it = {.req = req};

	if (!path_uuid(req, "id", &it.product.id) || !read_body(req, &it.in))
		return false;
	if (!db_transact(&req->http.work, generate, &it))
		return explain(&req->http.work);
	return variants_reply(req, 201, &it.product.id);
}
