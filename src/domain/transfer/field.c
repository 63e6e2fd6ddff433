/* field.c - cells of our own formats: what each may hold. Pure. */
#include "item.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/json.h>
#include <platform/money.h>

#include "markup.h"

const struct transfer_field transfer_fields[] = {
	{"description", "description", OF_PRODUCT, OF_TEXT, 20000},
	{"brand", "brand", OF_PRODUCT, OF_TEXT, 100},
	{"images", "images", OF_PRODUCT, OF_URLS, 2000},
	{"publish_at", "publish_at", OF_PRODUCT, OF_TIME, 0},
	{"unpublish_at", "unpublish_at", OF_PRODUCT, OF_TIME, 0},
	{"seo_title", "seo_title", OF_PRODUCT, OF_TEXT, 200},
	{"seo_description", "seo_description", OF_PRODUCT, OF_TEXT, 500},
	{"metadata", "metadata", OF_PRODUCT, OF_MAP, 0},
	{"private_metadata", "private_metadata", OF_PRODUCT, OF_MAP, 0},
	{"barcode", "barcode", OF_VARIANT, OF_TEXT, 50},
	{"weight_grams", "weight_grams", OF_VARIANT, OF_NUMBER, 100000000},
	{"length_mm", "length_mm", OF_VARIANT, OF_NUMBER, 100000000},
	{"width_mm", "width_mm", OF_VARIANT, OF_NUMBER, 100000000},
	{"height_mm", "height_mm", OF_VARIANT, OF_NUMBER, 100000000},
	{"is_active", "is_active", OF_VARIANT, OF_FLAG, 0},
	{"variant_metadata", "metadata", OF_VARIANT, OF_MAP, 0},
	{"variant_private_metadata", "private_metadata", OF_VARIANT, OF_MAP, 0},
	{NULL, NULL, OF_PRODUCT, OF_TEXT, 0},
};

static size_t letters(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xc0) != 0x80;
	return count;
}

/* The reason why not; NULL when the value was added. */
static const char *add_text(const struct transfer_field *field,
			    const char *text, struct text *out)
{
	if (letters(text) > (size_t)field->max)
		return "is too long";
	text_add_json(out, text, strlen(text));
	return NULL;
}

static const char *add_time(const char *text, struct text *out)
{
	char shown[TIME_TEXT_SIZE] = "";
	int64_t wall;

	if (*text != '\0' && !time_parse(text, &wall))
		return "is not a time such as 2026-11-22T13:48:59Z";
	if (*text != '\0')
		time_format(wall, shown);
	text_add_json(out, shown, strlen(shown));
	return NULL;
}

static bool read_whole(const char *text, int64_t max, int64_t *number)
{
	char *end;

	if (strspn(text, "0123456789") != strlen(text) || *text == '\0')
		return false;
	errno = 0;
	*number = strtoll(text, &end, 10);
	return errno == 0 && *number <= max;
}

static const char *add_number(const struct transfer_field *field,
			      const char *text, struct text *out)
{
	int64_t number;

	if (!read_whole(text, field->max, &number))
		return "is not a whole number in range";
	text_add_int(out, number);
	return NULL;
}

static const char *add_flag(const char *text, struct text *out)
{
	static const char *const truths[] = {"true", "1", "yes", "TRUE"};
	static const char *const lies[] = {"false", "0", "no", "FALSE"};

	for (size_t i = 0; i < sizeof(truths) / sizeof(truths[0]); i++)
		if (strcmp(text, truths[i]) == 0 || strcmp(text, lies[i]) == 0) {
			text_add(out, strcmp(text, truths[i]) == 0 ? "true" : "false");
			return NULL;
		}
	return "is neither true nor false";
}

static const char *add_map(struct arena *arena, const char *text,
			   struct text *out)
{
	const struct json_t *map = json_read_quietly(arena, text, strlen(text));

	if (json_kind(map) != JSON_KIND_OBJECT)
		return "is not a JSON object";
	text_add(out, json_write(arena, map));
	return NULL;
}

static const char *add_url(const char *url, struct out *out, int64_t max)
{
	if (url == NULL || (strncmp(url, "http://", 7) != 0 &&
			    strncmp(url, "https://", 8) != 0 && *url != '/'))
		return "is no URL";
	if (strlen(url) > (size_t)max)
		return "is too long";
	out_text(out, url);
	return NULL;
}

/* With spaces between them, or a JSON list. */
static const char *add_urls(struct arena *arena, const char *text,
			    struct text *bytes, int64_t max)
{
	const struct json_t *list = NULL;
	const char *wrong = NULL;
	struct out out;

	if (*text == '[')
		list = json_read_quietly(arena, text, strlen(text));
	out_init(&out, bytes);
	out_array(&out);
	for (size_t i = 0; i < json_count(list) && wrong == NULL; i++)
		wrong = add_url(json_text(json_item(list, i)), &out, max);
	for (char *rest = arena_text(arena, text), *url;
	     *text != '[' && wrong == NULL && (url = strsep(&rest, " \n")) != NULL;)
		if (*url != '\0')
			wrong = add_url(url, &out, max);
	out_array_end(&out);
	return *text == '[' && json_kind(list) != JSON_KIND_LIST
		       ? "is no JSON list"
		       : wrong;
}

static const char *add_value(struct maker *maker,
			     const struct transfer_field *field,
			     const char *text, struct text *out)
{
	switch (field->kind) {
	case OF_TEXT:
		return add_text(field, text, out);
	case OF_TIME:
		return add_time(text, out);
	case OF_NUMBER:
		return add_number(field, text, out);
	case OF_FLAG:
		return add_flag(text, out);
	case OF_MAP:
		return add_map(maker->arena, text, out);
	case OF_URLS:
	default:
		return add_urls(maker->arena, text, out, field->max);
	}
}

bool maker_field(struct maker *maker, const struct transfer_field *field,
		 const char *text)
{
	struct text *out = field->place == OF_PRODUCT ? &maker->product
						      : &maker->variant;
	const char *wrong;

	if (text == NULL ||
	    (*text == '\0' && field->kind != OF_TEXT && field->kind != OF_TIME &&
	     field->kind != OF_URLS))
		return true;
	text_format(out, "%s\"%s\":", out->length > 0 ? "," : "", field->member);
	wrong = add_value(maker, field, text, out);
	return wrong == NULL || item_refuse(maker->item, field->column, wrong);
}

bool maker_name(struct maker *maker, const char *column, const char *text)
{
	if (text == NULL)
		return true;
	if (*text == '\0')
		return item_refuse(maker->item, column, "is missing");
	if (letters(text) > 500)
		return item_refuse(maker->item, column, "is too long");
	maker->item->name = text;
	return true;
}

bool maker_slug(struct maker *maker, const char *text)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyz0123456789-_"
		"ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (text == NULL || *text == '\0')
		return true;
	if (strspn(text, allowed) != strlen(text) || strlen(text) >= 100)
		return item_refuse(maker->item, "slug",
				   "has letters, digits, - and _ only, at most 99");
	maker->item->slug = text;
	return true;
}

bool maker_status(struct maker *maker, const char *text)
{
	static const char *const states[] = {"draft", "published", "archived"};

	if (text == NULL || *text == '\0')
		return true;
	for (size_t i = 0; i < sizeof(states) / sizeof(states[0]); i++)
		if (strcmp(states[i], text) == 0) {
			maker->item->status = states[i];
			return true;
		}
	return item_refuse(maker->item, "status",
			   "is not draft, published or archived");
}

bool maker_type(struct maker *maker, const char *text)
{
	maker->item->type = text;
	return true;
}

static bool add_step(struct maker *maker, const char **steps, const char *step)
{
	struct import_item *item = maker->item;

	if (step == NULL || *step == '\0')
		return true;
	if (item->category_count == ITEM_CATEGORIES_MAX || letters(step) > 200)
		return item_refuse(item, "category", "is too deep or too long");
	steps[item->category_count++] = step;
	return true;
}

bool maker_category(struct maker *maker, const char *text)
{
	const char **steps = arena_array(maker->arena, const char *,
					 ITEM_CATEGORIES_MAX);
	const struct json_t *list = NULL;
	char *rest;

	if (text == NULL)
		return true;
	maker->item->has_category = true;
	maker->item->categories = steps;
	if (*text == '[') {
		list = json_read_quietly(maker->arena, text, strlen(text));
		if (json_kind(list) != JSON_KIND_LIST)
			return item_refuse(maker->item, "category", "is no JSON list");
		for (size_t i = 0; i < json_count(list); i++)
			if (!add_step(maker, steps, json_text(json_item(list, i))))
				return false;
		return true;
	}
	rest = arena_text(maker->arena, text);
	for (char *step; rest != NULL && (step = strsep(&rest, ">")) != NULL;)
		if (!add_step(maker, steps, markup_trim(step)))
			return false;
	return true;
}

bool maker_stock(struct maker *maker, const char *text)
{
	if (text == NULL || *text == '\0')
		return true;
	return read_whole(text, 1000000000, &maker->at_hand->stock) ||
	       item_refuse(maker->item, "stock",
			   "is not a whole number in range");
}

static bool read_amount(struct maker *maker, const char *column,
			const char *text, const struct currency *currency,
			int64_t *amount)
{
	if (text == NULL || *text == '\0')
		return true;
	if (money_parse(text, currency, amount) != MONEY_OK)
		return item_refuse(maker->item, column, "is not an amount");
	return *amount >= 0 || item_refuse(maker->item, column, "is negative");
}

bool maker_price(struct maker *maker, const struct price_cells *cells)
{
	struct import_variant *variant = maker->at_hand;
	const struct currency *currency;
	struct import_price price = {.amount = -1, .compare_at = -1};

	if ((cells->amount == NULL || *cells->amount == '\0') &&
	    (cells->compare_at == NULL || *cells->compare_at == '\0'))
		return true;
	currency = currency_find(cells->currency == NULL ||
						 *cells->currency == '\0'
					 ? config->currency
					 : cells->currency);
	if (currency == NULL)
		return item_refuse(maker->item, "currency",
				   "is not an ISO 4217 code");
	memcpy(price.currency, currency->code, sizeof(price.currency));
	if (!read_amount(maker, cells->amount_column, cells->amount, currency,
			 &price.amount) ||
	    !read_amount(maker, cells->compare_at_column, cells->compare_at,
			 currency, &price.compare_at))
		return false;
	if (variant->prices == NULL)
		variant->prices = arena_array(maker->arena, struct import_price,
					      ITEM_PRICES_MAX);
	for (size_t i = 0; i < variant->price_count; i++)
		if (strcmp(variant->prices[i].currency, price.currency) == 0)
			return item_refuse(maker->item, cells->amount_column,
					   "there are two prices in one currency");
	if (variant->price_count == ITEM_PRICES_MAX)
		return item_refuse(maker->item, cells->amount_column,
				   "there are too many prices");
	variant->prices[variant->price_count++] = price;
	return true;
}

/* An object's members without its braces. */
static const char *inside(struct arena *arena, const struct json_t *object)
{
	const char *json = json_write(arena, object);

	return arena_copy(arena, json + 1, strlen(json) - 2);
}

bool maker_attributes(struct maker *maker, const char *json)
{
	const struct json_t *object;

	if (json == NULL)
		return true;
	if (*json == '\0')
		json = "{}";
	object = json_read_quietly(maker->arena, json, strlen(json));
	if (json_kind(object) != JSON_KIND_OBJECT)
		return item_refuse(maker->item, "attributes",
				   "is not a JSON object");
	maker->attributes = inside(maker->arena, object);
	return true;
}

bool maker_variant_attributes(struct maker *maker, const char *column,
			      const char *json)
{
	const struct json_t *object;

	if (json == NULL || *json == '\0')
		return true;
	object = json_read_quietly(maker->arena, json, strlen(json));
	if (json_kind(object) != JSON_KIND_OBJECT)
		return item_refuse(maker->item, column, "is not a JSON object");
	maker->at_hand->attributes = json_write(maker->arena, object);
	return true;
}
