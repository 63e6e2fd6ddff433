/* product_row.c - what staff send of products and variants, as the JSON that
 * statements take: only what was sent, in the database's words. Never waits. */
#include "members.h"
#include "products.h"

#include <string.h>

#include <domain/catalog.h>
#include <platform/clock.h>

static void put_time(struct out *out, const char *key, int64_t wall)
{
	char text[TIME_TEXT_SIZE];

	time_format(wall, text);
	out_key(out, key);
	out_text(out, wall == 0 ? NULL : text);
}

static void put_images(struct out *out, const struct field_list *images)
{
	const char *const *urls = images->items;

	out_key(out, "images");
	out_array(out);
	for (size_t i = 0; i < images->count; i++)
		out_text(out, urls[i]);
	out_array_end(out);
}

/* What may be null, and so is told when it was sent. */
static void put_nullables(struct out *out, const struct product_row *row)
{
	const struct product_input *in = &row->in;

	if (PRODUCT_SENT(in, category))
		put_uuid(out, "category_id", &row->category);
	if (PRODUCT_SENT(in, type))
		put_uuid(out, "product_type_id", &row->type);
	if (PRODUCT_SENT(in, publish_at))
		put_time(out, "publish_at", in->publish_at);
	if (PRODUCT_SENT(in, unpublish_at))
		put_time(out, "unpublish_at", in->unpublish_at);
}

static void put_slug(struct out *out, const struct product_row *row)
{
	char slug[SLUG_MAX];

	if (row->in.slug == NULL && row->is_new) {
		slug_make(row->in.name, slug);
		put_text(out, "slug", slug);
	} else {
		put_text(out, "slug", row->in.slug);
	}
	put_bool(out, "slug_is_made", row->in.slug == NULL);
}

void product_row_out(struct out *out, const struct product_row *row)
{
	const struct product_input *in = &row->in;

	out_object(out);
	put_uuid(out, "id", &row->id);
	put_slug(out, row);
	put_text(out, "name", in->name);
	put_text(out, "description", in->description);
	put_text(out, "brand", in->brand);
	put_text(out, "status", in->status);
	put_json(out, "attributes", in->attributes);
	if (PRODUCT_SENT(in, images))
		put_images(out, &in->images);
	if (PRODUCT_SENT(in, options))
		put_json(out, "options", row->options);
	put_nullables(out, row);
	put_text(out, "seo_title", in->seo_title);
	put_text(out, "seo_description", in->seo_description);
	put_json(out, "metadata", in->metadata);
	put_json(out, "private_metadata", in->private_metadata);
	out_object_end(out);
}

/* Numbers that were sent, some of them as null. */
static void put_numbers(struct out *out, const struct variant_input *in)
{
#define NUMBER(member) {#member, offsetof(struct variant_input, member)}
	static const struct {
		const char *name;
		size_t offset;
	} numbers[] = {
		NUMBER(price), NUMBER(compare_at_price), NUMBER(weight_grams),
		NUMBER(length_mm), NUMBER(width_mm), NUMBER(height_mm),
	};
#undef NUMBER

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		size_t offset = numbers[i].offset;

		if (!field_sent(&in->sent, offset))
			continue;
		out_key(out, numbers[i].name);
		if (field_sent_null(&in->sent, offset))
			out_null(out);
		else
			out_int(out, *(const int64_t *)(const void *)(
					     (const char *)in + offset));
	}
}

static void put_variant(struct out *out, const struct variant_input *in)
{
	put_text(out, "sku", in->sku);
	put_text(out, "barcode", in->barcode);
	put_json(out, "options", in->options);
	put_json(out, "attributes", in->attributes);
	put_numbers(out, in);
	if (VARIANT_SENT(in, is_active))
		put_bool(out, "is_active", in->is_active);
	put_json(out, "metadata", in->metadata);
	put_json(out, "private_metadata", in->private_metadata);
}

void variant_out(struct out *out, const struct variant_input *in,
		 const struct uuid *id, const struct uuid *product)
{
	bool is_new = product != NULL;

	out_object(out);
	put_uuid(out, "id", id);
	if (is_new)
		put_uuid(out, "product_id", product);
	put_variant(out, in);
	if (is_new || VARIANT_SENT(in, is_default)) {
		put_bool(out, "is_default", in->is_default);
	}
	if (is_new || VARIANT_SENT(in, position))
		put_int(out, "position", in->position);
	out_object_end(out);
}

/* The members of a product that mean its default variant. */
static void put_simple(struct out *out, const struct product_row *row)
{
	const struct product_input *in = &row->in;

	put_text(out, "sku", in->sku);
	if (PRODUCT_SENT(in, price))
		put_int(out, "price", in->price);
	if (PRODUCT_SENT(in, compare_at_price)) {
		out_key(out, "compare_at_price");
		if (field_sent_null(&in->sent, offsetof(struct product_input,
							compare_at_price)))
			out_null(out);
		else
			out_int(out, in->compare_at_price);
	}
	if (PRODUCT_SENT(in, weight_grams))
		put_int(out, "weight_grams", in->weight_grams);
}

static void out_simple(struct out *out, const struct product_row *row)
{
	out_object(out);
	put_uuid(out, "id", &row->variant);
	put_uuid(out, "product_id", &row->id);
	put_simple(out, row);
	if (row->is_new) {
		put_bool(out, "is_default", true);
		put_json(out, "options",
			 options_first(out->text->arena, row->options));
	}
	out_object_end(out);
}

static void out_given(struct out *out, const struct product_row *row)
{
	struct variant_input *list = row->in.variants.items;

	for (size_t i = 0; i < row->in.variants.count; i++)
		variant_out(out, &list[i], &row->variants[i], &row->id);
}

void product_variants_out(struct out *out, const struct product_row *row)
{
	if (row->is_new && row->in.variants.count > 0)
		out_given(out, row);
	else
		out_simple(out, row);
}
