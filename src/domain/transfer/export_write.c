/* export_write.c - a product as CSV rows, one a variant, or as a line of JSON:
 * as the import reads them. Pure. */
#include "import_room.h"

#include <string.h>

#include <platform/json.h>

static void add_text(struct text *text, const char *key, const char *value)
{
	text_format(text, "%s\"%s\":",
		    text->length > 0 && text->bytes[text->length - 1] == '{' ? "" : ",",
		    key);
	text_add_json(text, value, strlen(value));
}

static void add_raw(struct text *text, const char *key, const char *json)
{
	text_format(text, ",\"%s\":", key);
	text_add(text, json);
}

void export_line(struct arena *arena, const struct rows *rows, int row,
		 struct text *text)
{
	static const struct {
		const char *key;
		int column;
	} texts[] = {
		{"slug", EXPORT_SLUG}, {"name", EXPORT_NAME},
		{"description", EXPORT_DESCRIPTION}, {"brand", EXPORT_BRAND},
		{"status", EXPORT_STATUS}, {"publish_at", EXPORT_PUBLISH},
		{"unpublish_at", EXPORT_UNPUBLISH},
		{"seo_title", EXPORT_SEO_TITLE},
		{"seo_description", EXPORT_SEO_DESCRIPTION},
		{"product_type", EXPORT_TYPE},
	}, lists[] = {
		{"category", EXPORT_CATEGORY}, {"images", EXPORT_IMAGES},
		{"attributes", EXPORT_ATTRIBUTES}, {"metadata", EXPORT_METADATA},
		{"private_metadata", EXPORT_PRIVATE_METADATA},
		{"variants", EXPORT_VARIANTS},
	};

	(void)arena;
	text_add_char(text, '{');
	add_text(text, "product", row_text(rows, row, EXPORT_SLUG));
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!row_is_null(rows, row, texts[i].column))
			add_text(text, texts[i].key,
				 row_text(rows, row, texts[i].column));
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		if (!row_is_null(rows, row, lists[i].column))
			add_raw(text, lists[i].key,
				row_text(rows, row, lists[i].column));
	text_add(text, "}\n");
}

/* ---- CSV ---- */

static const struct {
	const char *column;
	int cell;
} product_columns[] = {
	{"slug", EXPORT_SLUG}, {"name", EXPORT_NAME},
	{"description", EXPORT_DESCRIPTION}, {"brand", EXPORT_BRAND},
	{"status", EXPORT_STATUS}, {"publish_at", EXPORT_PUBLISH},
	{"unpublish_at", EXPORT_UNPUBLISH}, {"seo_title", EXPORT_SEO_TITLE},
	{"seo_description", EXPORT_SEO_DESCRIPTION},
	{"product_type", EXPORT_TYPE}, {"metadata", EXPORT_METADATA},
	{"private_metadata", EXPORT_PRIVATE_METADATA},
};
static const struct {
	const char *column;
	const char *member;
} variant_columns[] = {
	{"sku", "sku"}, {"barcode", "barcode"},
	{"weight_grams", "weight_grams"}, {"length_mm", "length_mm"},
	{"width_mm", "width_mm"}, {"height_mm", "height_mm"},
	{"is_active", "is_active"}, {"stock", "stock"},
	{"variant_attributes", "attributes"}, {"variant_metadata", "metadata"},
	{"variant_private_metadata", "private_metadata"},
};
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

void export_heading(const struct export_run *run, struct text *text)
{
	text_add(text, "product");
	for (size_t i = 0; i < COUNT(product_columns); i++)
		text_format(text, ",%s", product_columns[i].column);
	text_add(text, ",category,images");
	for (size_t i = 0; i < run->attribute_count; i++)
		text_format(text, ",attr.%s:%s", run->attributes[i].code,
			    run->attributes[i].kind);
	text_add(text, ",attributes");
	for (size_t i = 0; i < COUNT(variant_columns); i++)
		text_format(text, ",%s", variant_columns[i].column);
	for (int i = 1; i <= ITEM_OPTIONS_MAX; i++)
		text_format(text, ",option%d_name,option%d_value", i, i);
	for (size_t i = 0; i < run->currency_count; i++)
		text_format(text, ",price.%s,compare_at_price.%s",
			    run->currencies[i], run->currencies[i]);
	text_add(text, "\r\n");
}

static void cell(struct text *text, const char *value)
{
	text_add_char(text, ',');
	cell_add(text, value == NULL ? "" : value);
}

/* A value of JSON as a cell: texts bare, what is empty as nothing. */
static void json_cell(struct arena *arena, struct text *text,
		      const struct json_t *node)
{
	switch (json_kind(node)) {
	case JSON_KIND_TEXT:
		cell(text, json_text(node));
		break;
	case JSON_KIND_BOOL:
		cell(text, json_bool(node) ? "true" : "false");
		break;
	case JSON_KIND_INT:
	case JSON_KIND_REAL:
		cell(text, json_number_text(arena, node));
		break;
	case JSON_KIND_LIST:
	case JSON_KIND_OBJECT:
		cell(text, json_count(node) == 0 ? "" : json_write(arena, node));
		break;
	case JSON_KIND_ABSENT:
	case JSON_KIND_NULL:
	default:
		cell(text, "");
	}
}

/* "A > B", or as JSON when a step would not come back as it is; the same for
 * images, with spaces. */
static void list_cell(struct arena *arena, struct text *text, const char *json,
		      const char *between)
{
	const char *breaks = strcmp(between, " ") == 0 ? " \n" : ">";
	const struct json_t *list = json_read_quietly(arena, json, strlen(json));
	bool is_plain = true;
	struct text joined;

	text_init(&joined, arena, 128);
	text_add(&joined, "");
	for (size_t i = 0; i < json_count(list); i++) {
		const char *step = json_text(json_item(list, i));

		if (step == NULL || *step == '\0' || *step == '[' ||
		    strpbrk(step, breaks) != NULL)
			is_plain = false;
		text_format(&joined, "%s%s",
			    i == 0 ? "" : between,
			    step == NULL ? "" : step);
	}
	cell(text, is_plain ? joined.bytes : json_write(arena, list));
}

/* The attributes that are no columns. */
static bool other_attribute(const char *code, const struct json_t *value,
			    void *argument)
{
	void **both = argument;
	const struct export_run *run = both[0];

	for (size_t i = 0; i < run->attribute_count; i++)
		if (strcmp(run->attributes[i].code, code) == 0)
			return true;
	json_put(both[1], code, json_keep(value));
	return true;
}

static void attribute_cells(struct arena *arena, const struct export_run *run,
			    const char *json, struct text *text)
{
	const struct json_t *all = json_read_quietly(arena, json, strlen(json));
	struct json_t *others = json_new_object();
	void *both[2];

	for (size_t i = 0; i < run->attribute_count; i++)
		json_cell(arena, text,
			  json_member(all, run->attributes[i].code));
	both[0] = (void *)run;
	both[1] = others;
	(void)json_each(all, other_attribute, both);
	json_cell(arena, text, others);
	json_release(others);
}

static void product_cells(struct arena *arena, const struct export_run *run,
			  const struct rows *rows, int row, struct text *text)
{
	for (size_t i = 0; i < COUNT(product_columns); i++) {
		const char *value = row_text(rows, row, product_columns[i].cell);

		cell(text, value != NULL && strcmp(value, "{}") == 0 ? "" : value);
	}
	list_cell(arena, text, row_text(rows, row, EXPORT_CATEGORY), " > ");
	list_cell(arena, text, row_text(rows, row, EXPORT_IMAGES), " ");
	attribute_cells(arena, run, row_text(rows, row, EXPORT_ATTRIBUTES), text);
}

/* What the first row of the product has said. */
static void no_product_cells(const struct export_run *run, struct text *text)
{
	size_t count = COUNT(product_columns) + 2 + run->attribute_count + 1;

	while (count-- > 0)
		text_add_char(text, ',');
}

struct options {
	struct text *text;
	size_t count;
};

static bool option_cells(const char *name, const struct json_t *value,
			 void *argument)
{
	struct options *options = argument;

	if (options->count++ < ITEM_OPTIONS_MAX) {
		cell(options->text, name);
		cell(options->text, json_text(value));
	}
	return true;
}

static void price_cells(struct arena *arena, const struct export_run *run,
			const struct json_t *prices, struct text *text)
{
	for (size_t i = 0; i < run->currency_count; i++) {
		const struct json_t *price = NULL;

		for (size_t k = 0; k < json_count(prices); k++)
			if (strcmp(json_text_at(json_item(prices, k), "currency", ""),
				   run->currencies[i]) == 0)
				price = json_item(prices, k);
		json_cell(arena, text, json_member(price, "amount"));
		json_cell(arena, text, json_member(price, "compare_at_amount"));
	}
}

static void variant_cells(struct arena *arena, const struct export_run *run,
			  const struct json_t *variant, struct text *text)
{
	struct options options = {.text = text};

	for (size_t i = 0; i < COUNT(variant_columns); i++)
		json_cell(arena, text,
			  json_member(variant, variant_columns[i].member));
	(void)json_each(json_member(variant, "options"), option_cells, &options);
	for (; options.count < ITEM_OPTIONS_MAX; options.count++)
		text_add(text, ",,");
	price_cells(arena, run, json_member(variant, "prices"), text);
}

void export_records(struct arena *arena, const struct export_run *run,
		    const struct rows *rows, int row, struct text *text)
{
	const char *json = row_text(rows, row, EXPORT_VARIANTS);
	const struct json_t *variants =
		json == NULL ? NULL : json_read_quietly(arena, json, strlen(json));

	for (size_t i = 0; i < json_count(variants); i++) {
		cell_add(text, row_text(rows, row, EXPORT_SLUG));
		if (i == 0)
			product_cells(arena, run, rows, row, text);
		else
			no_product_cells(run, text);
		variant_cells(arena, run, json_item(variants, i), text);
		text_add(text, "\r\n");
	}
}
