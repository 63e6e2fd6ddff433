/* batch_json.c - a batch as the statements take it: JSON arrays. Pure. */
#include "transfer.h"

#include <stdio.h>
#include <string.h>

#include <domain/catalog.h>

/* An array under construction. */
struct list {
	struct text text;
	bool needs_comma; /* inside the object at hand */
	size_t count;
};

static void list_begin(struct list *list, struct work *w)
{
	*list = (struct list){0};
	text_init(&list->text, &w->arena, 1024);
	text_add_char(&list->text, '[');
}

static const char *list_end(struct list *list)
{
	text_add_char(&list->text, ']');
	return list->text.bytes;
}

static void object(struct list *list)
{
	text_add(&list->text, list->count++ > 0 ? ",{" : "{");
	list->needs_comma = false;
}

static void object_end(struct list *list)
{
	text_add_char(&list->text, '}');
}

static void key(struct list *list, const char *name)
{
	text_add(&list->text, list->needs_comma ? ",\"" : "\"");
	text_add(&list->text, name);
	text_add(&list->text, "\":");
	list->needs_comma = true;
}

/* NULL: not said, so left out. */
static void put(struct list *list, const char *name, const char *value)
{
	if (value == NULL)
		return;
	key(list, name);
	text_add_json(&list->text, value, strlen(value));
}

static void put_raw(struct list *list, const char *name, const char *json)
{
	if (json == NULL)
		return;
	key(list, name);
	text_add(&list->text, json);
}

static void put_int(struct list *list, const char *name, int64_t value)
{
	key(list, name);
	text_add_int(&list->text, value);
}

static void put_bool(struct list *list, const char *name, bool value)
{
	key(list, name);
	text_add(&list->text, value ? "true" : "false");
}

static void put_uuid(struct list *list, const char *name,
		     const struct uuid *value)
{
	char text[UUID_TEXT_LENGTH + 1];

	uuid_format(value, text);
	put(list, name, uuid_is_nil(value) ? NULL : text);
}

static void put_members(struct list *list, const char *members)
{
	if (members == NULL || *members == '\0')
		return;
	text_add(&list->text, list->needs_comma ? "," : "");
	text_add(&list->text, members);
	list->needs_comma = true;
}

const char *json_of_known(struct work *w, const struct import_batch *batch)
{
	struct list list;

	list_begin(&list, w);
	for (size_t i = 0; i < batch->count; i++) {
		const struct import_item *item = &batch->items[i];

		if (item->fate == IMPORT_REFUSE)
			continue;
		object(&list);
		put_int(&list, "place", (int64_t)i);
		put(&list, "key", item->key);
		put(&list, "slug", item->slug);
		put(&list, "type", item->type);
		put(&list, "hash", item->hash);
		key(&list, "skus");
		for (size_t j = 0; j < item->variant_count; j++) {
			text_add_char(&list.text, j == 0 ? '[' : ',');
			text_add_json(&list.text, item->variants[j].sku,
				      strlen(item->variants[j].sku));
		}
		text_add(&list.text, item->variant_count == 0 ? "[]" : "]");
		object_end(&list);
	}
	return list_end(&list);
}

static void put_product(struct list *list, const struct import_item *item)
{
	put_uuid(list, "product", &item->product);
	put(list, "key", item->key);
	put(list, "name", item->name);
	put(list, "status", item->status);
	put_uuid(list, "category", &item->category);
	put_bool(list, "has_category", item->has_category);
	put_uuid(list, "product_type", &item->product_type);
	put_bool(list, "has_type", item->type != NULL);
	put_raw(list, "attributes", item->attributes);
	put_raw(list, "unset", item->unset);
	put_bool(list, "replaces", item->replaces);
	put_raw(list, "options", item->options);
	put(list, "hash", item->hash);
	put_members(list, item->members);
}

/* Of its name, when the product is new and the file does not say. */
static void put_slug(struct list *list, const struct import_batch *batch,
		     const struct import_item *item)
{
	char slug[SLUG_MAX + UUID_TEXT_LENGTH];
	char id[UUID_TEXT_LENGTH + 1];

	if (item->slug != NULL || item->fate != IMPORT_CREATE) {
		put(list, "slug", item->slug);
		return;
	}
	slug_make(item->name, slug);
	if (batch->lane != NULL && lane_is_slug_taken(batch->lane, slug)) {
		uuid_format(&item->product, id);
		snprintf(slug + strlen(slug), sizeof(id), "-%s",
			 id + UUID_TEXT_LENGTH - 8);
	}
	put(list, "slug", slug);
}

const char *json_of_products(struct work *w, const struct import_batch *batch,
			     enum import_fate fate, size_t *count)
{
	struct list list;

	list_begin(&list, w);
	for (size_t i = 0; i < batch->count; i++) {
		const struct import_item *item = &batch->items[i];

		if (item->fate != fate)
			continue;
		object(&list);
		put_int(&list, "place", (int64_t)i);
		put_slug(&list, batch, item);
		put_product(&list, item);
		object_end(&list);
	}
	*count = list.count;
	return list_end(&list);
}

const char *json_of_variants(struct work *w, const struct import_batch *batch,
			     enum import_fate fate)
{
	struct list list;

	list_begin(&list, w);
	for (size_t i = 0; i < batch->count; i++) {
		const struct import_item *item = &batch->items[i];

		for (size_t j = 0; item->fate == fate && j < item->variant_count; j++) {
			const struct import_variant *variant = &item->variants[j];

			object(&list);
			put_uuid(&list, "id", &variant->id);
			put_uuid(&list, "product", &item->product);
			put(&list, "sku", variant->sku);
			put(&list, "name", variant->name);
			put_int(&list, "position", (int64_t)j);
			put_raw(&list, "options", variant->options);
			put_raw(&list, "attributes", variant->attributes);
			put_members(&list, variant->members);
			object_end(&list);
		}
	}
	return list_end(&list);
}

static void put_prices(struct list *list, const struct import_variant *variant,
		       enum import_fate fate)
{
	for (size_t i = 0; i < variant->price_count; i++) {
		const struct import_price *price = &variant->prices[i];

		object(list);
		if (fate == IMPORT_CREATE)
			put_uuid(list, "variant", &variant->id);
		else
			put(list, "sku", variant->sku);
		put(list, "currency", price->currency);
		if (price->amount >= 0)
			put_int(list, "amount", price->amount);
		if (price->compare_at >= 0)
			put_int(list, "compare_at", price->compare_at);
		object_end(list);
	}
}

const char *json_of_prices(struct work *w, const struct import_batch *batch,
			   enum import_fate fate, size_t *count)
{
	struct list list;

	list_begin(&list, w);
	for (size_t i = 0; i < batch->count; i++)
		for (size_t j = 0; batch->items[i].fate == fate &&
				   j < batch->items[i].variant_count; j++)
			put_prices(&list, &batch->items[i].variants[j], fate);
	*count = list.count;
	return list_end(&list);
}

const char *json_of_goods(struct work *w, const struct import_batch *batch)
{
	struct list list;

	list_begin(&list, w);
	for (size_t i = 0; i < batch->count; i++) {
		const struct import_item *item = &batch->items[i];

		for (size_t j = 0; item->fate == IMPORT_UPDATE &&
				   j < item->variant_count; j++) {
			object(&list);
			put(&list, "sku", item->variants[j].sku);
			if (item->variants[j].stock >= 0)
				put_int(&list, "stock", item->variants[j].stock);
			object_end(&list);
		}
	}
	return list_end(&list);
}

const char *json_of_seals(struct work *w, const struct import_batch *batch)
{
	struct list list;

	list_begin(&list, w);
	for (size_t i = 0; i < batch->count; i++) {
		const struct import_item *item = &batch->items[i];

		if (item->fate != IMPORT_UPDATE)
			continue;
		object(&list);
		put_uuid(&list, "product", &item->product);
		put(&list, "key", item->key);
		put(&list, "hash", item->hash);
		object_end(&list);
	}
	return list_end(&list);
}

const char *json_of_rows(struct work *w, const struct import_batch *batch,
			 size_t *count)
{
	struct list list;

	list_begin(&list, w);
	for (size_t i = 0; i < batch->count; i++) {
		const struct import_item *item = &batch->items[i];

		if (item->fate != IMPORT_REFUSE)
			continue;
		object(&list);
		put_int(&list, "place", item->place);
		put_int(&list, "length", item->end - item->place);
		put_int(&list, "first_line", item->line);
		put_int(&list, "line", item->refusal.line);
		put(&list, "column_name", item->refusal.column);
		put(&list, "reason", item->refusal.reason);
		put(&list, "raw", item->raw == NULL ? "" : item->raw);
		object_end(&list);
	}
	*count = list.count;
	return list_end(&list);
}

const char *json_of_wants(struct work *w, const struct reading *reading)
{
	struct list list;

	list_begin(&list, w);
	for (size_t i = 0; i < reading->want_count; i++) {
		object(&list);
		put(&list, "code", reading->wants[i].code);
		put(&list, "name", reading->wants[i].name);
		put(&list, "kind", reading->wants[i].kind);
		object_end(&list);
	}
	return list_end(&list);
}
