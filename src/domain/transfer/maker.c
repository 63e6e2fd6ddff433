/* maker.c - an item is put together from cells. Pure. */
#include "item.h"

#include <stdlib.h>
#include <string.h>

#include <platform/auth.h>

#include "markup.h"

bool item_refuse(struct import_item *item, const char *column,
		 const char *reason)
{
	item->fate = IMPORT_REFUSE;
	item->refusal = (struct import_refusal){
		item->at_line > 0 ? item->at_line : item->line, column, reason};
	return false;
}

void maker_begin(struct maker *maker, struct arena *arena,
		 struct import_item *item)
{
	*maker = (struct maker){.arena = arena, .item = item};
	text_init(&maker->product, arena, 1024);
	text_init(&maker->set, arena, 0);
	text_init(&maker->unset, arena, 0);
	item->members = item->attributes = "";
}

/* What was said of the variant at hand becomes its own. */
static void close_variant(struct maker *maker)
{
	struct import_variant *variant = maker->at_hand;

	if (variant == NULL)
		return;
	variant->members = arena_copy(maker->arena, maker->variant.bytes,
				      maker->variant.length);
	if (maker->options_said > 0) {
		variant->options = arena_format(maker->arena, "{%s}",
						maker->options.bytes);
		variant->name = arena_text(maker->arena, maker->name.bytes);
	}
	maker->at_hand = NULL;
}

bool maker_variant(struct maker *maker, const char *sku)
{
	struct import_item *item = maker->item;
	struct import_variant *variant;

	close_variant(maker);
	if (item->variant_count == ITEM_VARIANTS_MAX)
		return item_refuse(item, "sku", "a product has at most 500 variants");
	if (item->variant_count == maker->variant_room) {
		maker->variant_room = maker->variant_room * 8 + 1;
		variant = arena_array(maker->arena, struct import_variant,
				      maker->variant_room);
		if (item->variant_count > 0)
			memcpy(variant, item->variants,
			       item->variant_count * sizeof(*variant));
		item->variants = variant;
	}
	variant = &item->variants[item->variant_count++];
	*variant = (struct import_variant){
		.sku = sku, .id = uuid_make(), .stock = -1, .members = ""};
	maker->at_hand = variant;
	maker->options_said = 0;
	text_init(&maker->variant, maker->arena, 128);
	text_init(&maker->options, maker->arena, 64);
	text_init(&maker->name, maker->arena, 64);
	text_add(&maker->variant, "");
	return true;
}

static bool option_place(struct maker *maker, const char *name, size_t *place)
{
	for (*place = 0; *place < maker->option_count; ++*place)
		if (strcmp(maker->option_names[*place], name) == 0)
			return true;
	if (maker->option_count == ITEM_OPTIONS_MAX)
		return item_refuse(maker->item, "options",
				   "a product has at most 5 options");
	maker->option_names[maker->option_count] = name;
	text_init(&maker->option_values[maker->option_count++], maker->arena, 64);
	return true;
}

bool maker_option(struct maker *maker, const char *name, const char *value)
{
	struct text literal;
	struct text *values;
	size_t place;

	if (*name == '\0' || *value == '\0')
		return item_refuse(maker->item, "options",
				   "an option has a name and a value");
	if (strlen(name) > 50 || strlen(value) > 100)
		return item_refuse(maker->item, "options", "is too long");
	if (!option_place(maker, name, &place))
		return false;
	text_init(&literal, maker->arena, 0);
	text_add_json(&literal, value, strlen(value));
	values = &maker->option_values[place];
	if (values->length == 0 || strstr(values->bytes, literal.bytes) == NULL) {
		text_add(values, values->length > 0 ? "," : "");
		text_add(values, literal.bytes);
	}
	text_add(&maker->options, maker->options_said > 0 ? "," : "");
	text_add_json(&maker->options, name, strlen(name));
	text_add_char(&maker->options, ':');
	text_add(&maker->options, literal.bytes);
	text_add(&maker->name, maker->options_said++ > 0 ? " / " : "");
	text_add(&maker->name, value);
	return true;
}

bool maker_attribute(struct maker *maker, const char *code, const char *text)
{
	struct text *list = *text == '\0' ? &maker->unset : &maker->set;

	text_add(list, list->length > 0 ? "," : "");
	text_add_json(list, code, strlen(code));
	if (*text == '\0')
		return true;
	text_add_char(list, ':');
	text_add_json(list, text, strlen(text));
	return true;
}

/* [{"name":"Size","values":["S","M"]}] */
static void end_options(struct maker *maker)
{
	struct text text;

	if (maker->option_count == 0)
		return;
	text_init(&text, maker->arena, 0);
	for (size_t i = 0; i < maker->option_count; i++) {
		const char *name = maker->option_names[i];

		text_add(&text, i == 0 ? "[{\"name\":" : ",{\"name\":");
		text_add_json(&text, name, strlen(name));
		text_format(&text, ",\"values\":[%s]}",
			    maker->option_values[i].bytes);
	}
	text_add_char(&text, ']');
	maker->item->options = text.bytes;
}

/* Those given one by one win over those given whole. */
static void end_attributes(struct maker *maker)
{
	const char *whole = maker->attributes == NULL ? "" : maker->attributes;
	const char *set = maker->set.length > 0 ? maker->set.bytes : "";

	maker->item->replaces = maker->attributes != NULL;
	maker->item->attributes = arena_format(
		maker->arena, "{%s%s%s}", whole,
		*whole != '\0' && *set != '\0' ? "," : "", set);
	maker->item->unset = arena_format(
		maker->arena, "[%s]",
		maker->unset.length > 0 ? maker->unset.bytes : "");
}

static bool check_variants(struct import_item *item)
{
	for (size_t i = 0; i < item->variant_count; i++) {
		const struct import_variant *a = &item->variants[i];

		for (size_t j = 0; j < i; j++) {
			const struct import_variant *b = &item->variants[j];

			if (strcmp(a->sku, b->sku) == 0)
				return item_refuse(item, "sku", "stands there twice");
			if ((a->options == NULL) != (b->options == NULL))
				return item_refuse(item, "options",
						   "each variant has each option");
			if (a->options == NULL || strcmp(a->options, b->options) == 0)
				return item_refuse(item, "options",
						   "two variants have the same options");
		}
	}
	return true;
}

static void seal(struct maker *maker)
{
	struct import_item *item = maker->item;
	struct arena scratch = {0};
	struct text text;
	uint8_t hash[32];

	text_init(&text, &scratch, 3072);
	text_format(&text, "%s|%s|%s|%s|%s|%s|%d%s%s|", item->key,
		    item->slug == NULL ? "" : item->slug,
		    item->name == NULL ? "" : item->name,
		    item->status == NULL ? "" : item->status,
		    item->type == NULL ? "-" : item->type,
		    item->options == NULL ? "" : item->options,
		    item->has_category, item->attributes, item->unset);
	for (size_t i = 0; i < item->category_count; i++)
		text_format(&text, "%s>", item->categories[i]);
	text_add(&text, item->members);
	for (size_t i = 0; i < item->variant_count; i++) {
		const struct import_variant *v = &item->variants[i];

		text_format(&text, "|%s|%s|%s|%s|%lld", v->sku, v->members,
			    v->options == NULL ? "" : v->options,
			    v->attributes == NULL ? "" : v->attributes,
			    (long long)v->stock);
		for (size_t j = 0; j < v->price_count; j++)
			text_format(&text, "|%s %lld %lld", v->prices[j].currency,
				    (long long)v->prices[j].amount,
				    (long long)v->prices[j].compare_at);
	}
	sha256(text.bytes, text.length, hash);
	hex_encode(hash, sizeof(hash), item->hash);
	arena_finish(&scratch);
}

bool maker_end(struct maker *maker)
{
	struct import_item *item = maker->item;

	close_variant(maker);
	if (maker->product.length > 0)
		item->members = maker->product.bytes;
	end_options(maker);
	end_attributes(maker);
	if (item->key == NULL || item->key[0] == '\0')
		return item_refuse(item, "sku", "is missing");
	if (!check_variants(item))
		return false;
	seal(maker);
	return true;
}
