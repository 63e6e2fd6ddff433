/* product_judge.c - rows of products by the state that they meet: what they
 * name is there, nobody else has it, their options fit. */
#include "members.h"
#include "products.h"

#include <string.h>

#include <domain/catalog.h>

#include <queries.h>

/* Columns of product_rows_known. */
enum { VERSION, STATUS, OPTIONS, TYPE, VARIANT, CATEGORY, TYPE_FOUND,
       SLUG_TAKEN, IS_TWICE, SKU_TAKEN, ATTRIBUTES };

static const struct fault_kind no_product = {
	404, "not_found", "No Product matches the given query."};
static const struct fault_kind changed = {
	412, "precondition_failed",
	"The object was changed by someone else: its version is another."};

static void put_sku(struct out *out, const struct uuid *id, const char *sku)
{
	if (sku == NULL)
		return;
	out_object(out);
	if (!uuid_is_nil(id))
		put_uuid(out, "id", id);
	put_text(out, "sku", sku);
	out_object_end(out);
}

/* What the row names; nothing of one that is refused already. */
static void put_names(struct out *out, const struct product_row *row)
{
	const struct variant_input *list = row->in.variants.items;

	out_object(out);
	put_uuid(out, "id", &row->id);
	if (row->fault.kind != NULL) {
		out_object_end(out);
		return;
	}
	put_text(out, "slug", row->in.slug);
	put_text(out, "category", row->in.category);
	put_text(out, "type", row->in.type);
	out_key(out, "variants");
	out_array(out);
	put_sku(out, &row->variant, row->in.sku);
	for (size_t i = 0; row->is_new && i < row->in.variants.count; i++)
		put_sku(out, &row->variants[i], list[i].sku);
	out_array_end(out);
	out_object_end(out);
}

static const char *names_json(struct work *w, const struct product_rows *rows)
{
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 0);
	out_init(&out, &text);
	out_array(&out);
	for (size_t i = 0; i < rows->count; i++)
		put_names(&out, &rows->list[i]);
	out_array_end(&out);
	return text.bytes;
}

/* ---- rules of one row: each adds field errors ---- */

static bool demand_version(struct work *w, const struct product_row *row)
{
	if (row->is_new)
		return true;
	if (row->version == 0)
		return refuse(w, &no_product, NULL);
	return row->in.version == 0 || row->in.version == row->version ||
	       refuse(w, &changed, NULL);
}

static bool demand_named(struct work *w, const struct product_row *row,
			 const struct rows *known, int i)
{
	const struct product_input *in = &row->in;
	bool is_fine = true;

	if (in->category != NULL && row_is_null(known, i, CATEGORY))
		is_fine = refuse_field(w, "category",
				       "Object with slug=%s does not exist.",
				       in->category);
	if (in->type != NULL && row_is_null(known, i, TYPE_FOUND))
		is_fine = refuse_field(w, "type",
				       "Object with code=%s does not exist.",
				       in->type);
	return is_fine;
}

/* The field of the variant that has the SKU. */
static const char *sku_field(struct work *w, const struct product_row *row,
			     const char *sku)
{
	const struct variant_input *list = row->in.variants.items;

	for (size_t i = 0; i < row->in.variants.count; i++)
		if (strcmp(list[i].sku, sku) == 0)
			return arena_format(&w->arena, "variants.%zu.sku", i);
	return "sku";
}

static bool demand_free(struct work *w, const struct product_row *row,
			const struct rows *known, int i)
{
	bool is_fine = true;

	if (row_bool(known, i, IS_TWICE))
		is_fine = refuse_field(w, "id", "Another row has this id.");
	if (row_bool(known, i, SLUG_TAKEN))
		is_fine = refuse_field(w, "slug",
				       "product with this slug already exists.");
	if (!row_is_null(known, i, SKU_TAKEN))
		is_fine = refuse_field(
			w, sku_field(w, row, row_text(known, i, SKU_TAKEN)),
			"product with this sku already exists.");
	return is_fine;
}

/* A new variant without options means the first of each. */
static bool demand_choices(struct work *w, struct product_row *row)
{
	struct variant_input *list = row->in.variants.items;
	bool is_fine = true;

	for (size_t i = 0; i < row->in.variants.count; i++) {
		if (list[i].options == NULL)
			list[i].options = "{}";
		is_fine = options_choice_check(
				  w,
				  arena_format(&w->arena,
					       "variants.%zu.options", i),
				  row->options, list[i].options) &&
			  is_fine;
	}
	return is_fine;
}

/* Exactly one is the default; without a word of theirs it is the first. */
static bool demand_one_default(struct work *w, struct product_row *row)
{
	struct variant_input *list = row->in.variants.items;
	size_t count = row->in.variants.count;
	size_t defaults = 0;

	for (size_t i = 0; i < count; i++) {
		defaults += list[i].is_default;
		if (!VARIANT_SENT(&list[i], position))
			list[i].position = (int64_t)i;
	}
	if (defaults > 1)
		return refuse_field(w, "variants",
				    "Only one variant can be the default one.");
	if (defaults == 0 && count > 0)
		list[0].is_default = true;
	return true;
}

static bool demand_options(struct work *w, struct product_row *row)
{
	const struct product_input *in = &row->in;
	const struct option_input *options = in->options.items;
	bool has_choices;

	if (PRODUCT_SENT(in, options)) {
		row->options = options_json(&w->arena, options,
					    in->options.count);
		if (!options_check(w, "options", options, in->options.count))
			return false;
	} else if (row->options == NULL) {
		row->options = "[]";
	}
	if (!row->is_new)
		return true;
	has_choices = demand_choices(w, row);
	return demand_one_default(w, row) && has_choices;
}

static void take_facts(struct product_row *row, const struct rows *known, int i)
{
	if (!row->is_new && !row_is_null(known, i, VERSION)) {
		row->version = row_int(known, i, VERSION);
		row->status = row_text(known, i, STATUS);
		row->options = row_text(known, i, OPTIONS);
		row->variant = row_uuid(known, i, VARIANT);
	}
	if (!row_is_null(known, i, CATEGORY))
		row->category = row_uuid(known, i, CATEGORY);
	if (!PRODUCT_SENT(&row->in, type) || row->in.type != NULL)
		if (!row_is_null(known, i, TYPE))
			row->type = row_uuid(known, i, TYPE);
}

static bool judge(struct work *w, struct product_row *row,
		  const struct rows *known, int i)
{
	bool is_named;
	bool is_free;

	if (!demand_version(w, row))
		return false;
	if (!row->is_new && PRODUCT_SENT(&row->in, variants))
		return refuse_field(w, "variants",
				    "Variants that are there are changed at "
				    "admin/variants/{id}/.");
	/* All complaints together. */
	is_named = demand_named(w, row, known, i);
	is_free = demand_free(w, row, known, i);
	return demand_options(w, row) && is_named && is_free;
}

/* The attributes of one type, kept from row to row. */
struct known_set {
	bool is_loaded;
	struct uuid type;
	struct attribute_set set;
};

static async bool load_set(struct work *w, const struct uuid *type,
			   struct known_set *known)
{
	if (known->is_loaded && uuid_equal(&known->type, type))
		return true;
	known->is_loaded = attribute_set_load(w, type, &known->set);
	known->type = *type;
	return known->is_loaded;
}

static bool judge_variants(struct work *w, struct product_row *row,
			   const struct attribute_set *set)
{
	struct variant_input *list = row->in.variants.items;
	bool is_fine = true;

	for (size_t i = 0; i < row->in.variants.count; i++) {
		const char *field = arena_format(
			&w->arena, "variants.%zu.attributes", i);

		if (list[i].attributes != NULL)
			is_fine = attributes_judge(w, field, set,
						   list[i].attributes,
						   &list[i].attributes) &&
				  is_fine;
	}
	return is_fine;
}

/* Attributes of a row that is fine so far. A type that is new is asked about
 * the attributes that are there, too. */
static async bool judge_attributes(struct work *w, struct product_row *row,
				   const char *stored, struct known_set *known)
{
	struct product_input *in = &row->in;
	const char *json = in->attributes;
	bool is_fine;

	if (json == NULL && PRODUCT_SENT(in, type))
		json = stored;
	if (json == NULL && in->variants.count == 0)
		return true;
	if (!load_set(w, &row->type, known))
		return false;
	is_fine = json == NULL ||
		  attributes_judge(w, "attributes", &known->set, json, &json);
	if (in->attributes != NULL)
		in->attributes = json;
	return judge_variants(w, row, &known->set) && is_fine;
}

/* Who names no variants names the one. */
bool product_row_begin(struct work *w, struct product_row *row)
{
	const struct product_input *in = &row->in;

	row->is_new = true;
	row->id = uuid_make();
	row->variant = uuid_make();
	row->variants = arena_array(&w->arena, struct uuid,
				    in->variants.count);
	for (size_t i = 0; i < in->variants.count; i++)
		row->variants[i] = uuid_make();
	if (PRODUCT_SENT(in, variants)) {
		if (PRODUCT_SENT(in, sku) || PRODUCT_SENT(in, price))
			return refuse_field(w, "variants",
					    "Give sku and price, or variants.");
		return true;
	}
	if (!PRODUCT_SENT(in, sku))
		refuse_field(w, "sku", "This field is required.");
	if (!PRODUCT_SENT(in, price))
		refuse_field(w, "price", "This field is required.");
	return w->fault.kind == NULL;
}

void product_row_blame(struct work *w, struct product_row *row)
{
	row->fault = w->fault;
	forgive(w);
}

/* Whether the fault is the row's own. */
static bool is_theirs(const struct work *w)
{
	int status = w->fault.kind->status;

	return status == 400 || status == 404 || status == 412;
}

/* Those that are to be changed, in the order of their ids. */
static async bool lock_old(struct work *w, const struct product_rows *rows)
{
	struct uuid *ids = arena_array(&w->arena, struct uuid, rows->count);
	size_t count = 0;

	for (size_t i = 0; i < rows->count; i++)
		if (!rows->list[i].is_new)
			ids[count++] = rows->list[i].id;
	return count == 0 || db_query(w, &q_product_rows_lock,
				      params(p_uuids(&w->arena, ids, count)),
				      NULL);
}

async bool product_rows_judge(struct work *w, struct product_rows *rows)
{
	struct known_set set = {0};
	struct rows known;

	if (!lock_old(w, rows) ||
	    !db_query(w, &q_product_rows_known,
		      params(p_text(names_json(w, rows))), &known))
		return false;
	for (size_t i = 0; i < rows->count; i++) {
		struct product_row *row = &rows->list[i];

		if (row->fault.kind != NULL)
			continue;
		take_facts(row, &known, (int)i);
		if (judge(w, row, &known, (int)i) &&
		    judge_attributes(w, row,
				     row_text(&known, (int)i, ATTRIBUTES), &set))
			continue;
		if (!is_theirs(w))
			return false;
		product_row_blame(w, row);
	}
	return true;
}
