/* ndjson.c - a product with its variants a line, as a JSON object; a line
 * {"attribute": {...}} tells of an attribute that products further down have. */
#include "transfer.h"

#include <string.h>

#include <platform/json.h>

/* A value as a cell has it: texts as they are, null as "", the rest as JSON;
 * NULL when it is not there. */
static const char *cell(struct arena *arena, const struct json_t *object,
			const char *name)
{
	const struct json_t *node = json_member(object, name);

	switch (json_kind(node)) {
	case JSON_KIND_ABSENT:
		return NULL;
	case JSON_KIND_NULL:
		return "";
	case JSON_KIND_TEXT:
		return json_text(node);
	case JSON_KIND_BOOL:
		return json_bool(node) ? "true" : "false";
	case JSON_KIND_INT:
	case JSON_KIND_REAL:
		return json_number_text(arena, node);
	case JSON_KIND_LIST:
	case JSON_KIND_OBJECT:
	default:
		return json_write(arena, node);
	}
}

static bool read_fields(struct maker *maker, const struct json_t *object,
			enum field_place place)
{
	for (size_t i = 0; transfer_fields[i].column != NULL; i++) {
		struct transfer_field field = transfer_fields[i];

		field.column = field.member;
		if (field.place == place &&
		    !maker_field(maker, &field,
				 cell(maker->arena, object, field.member)))
			return false;
	}
	return true;
}

static bool read_price(struct maker *maker, const struct json_t *object,
		       const char *amount, const char *compare_at)
{
	struct price_cells cells = {
		cell(maker->arena, object, "currency"),
		cell(maker->arena, object, amount),
		cell(maker->arena, object, compare_at), amount, compare_at};

	return maker_price(maker, &cells);
}

static bool read_prices(struct maker *maker, const struct json_t *variant)
{
	const struct json_t *list = json_member(variant, "prices");

	if (!read_price(maker, variant, "price", "compare_at_price"))
		return false;
	if (list != NULL && json_kind(list) != JSON_KIND_LIST)
		return item_refuse(maker->item, "prices", "is not a list");
	for (size_t i = 0; i < json_count(list); i++)
		if (!read_price(maker, json_item(list, i), "amount",
				"compare_at_amount"))
			return false;
	return true;
}

static bool read_option(const char *name, const struct json_t *value,
			void *argument)
{
	struct maker *maker = argument;
	const char *text = json_text(value);

	return maker_option(maker, name, text == NULL ? "" : text);
}

static bool read_options(struct maker *maker, const struct json_t *variant)
{
	const struct json_t *options = json_member(variant, "options");

	if (options == NULL)
		return true;
	if (json_kind(options) != JSON_KIND_OBJECT)
		return item_refuse(maker->item, "options", "is not an object");
	return json_each(options, read_option, maker);
}

static bool read_variant(struct maker *maker, const struct json_t *variant,
			 bool is_alone)
{
	const char *sku = cell(maker->arena, variant, "sku");

	if (sku == NULL || *sku == '\0')
		return item_refuse(maker->item, "sku", "is missing");
	if (strlen(sku) > 100)
		return item_refuse(maker->item, "sku", "is too long");
	if (!maker_variant(maker, sku) || !read_prices(maker, variant) ||
	    !maker_stock(maker, cell(maker->arena, variant, "stock")))
		return false;
	if (is_alone) { /* its product's members are not its own */
		for (size_t i = 0; transfer_fields[i].column != NULL; i++)
			if (transfer_fields[i].place == OF_VARIANT &&
			    transfer_fields[i].kind != OF_MAP &&
			    !maker_field(maker, &transfer_fields[i],
					 cell(maker->arena, variant,
					      transfer_fields[i].member)))
				return false;
		return true;
	}
	return read_options(maker, variant) &&
	       read_fields(maker, variant, OF_VARIANT) &&
	       maker_variant_attributes(
		       maker, "attributes",
		       cell(maker->arena, variant, "attributes"));
}

static bool read_variants(struct maker *maker, const struct json_t *product)
{
	const struct json_t *list = json_member(product, "variants");

	if (list == NULL)
		return read_variant(maker, product, true);
	if (json_kind(list) != JSON_KIND_LIST || json_count(list) == 0)
		return item_refuse(maker->item, "variants",
				   "is not a list of variants");
	for (size_t i = 0; i < json_count(list); i++) {
		if (json_kind(json_item(list, i)) != JSON_KIND_OBJECT)
			return item_refuse(maker->item, "variants",
					   "is not a list of objects");
		if (!read_variant(maker, json_item(list, i), false))
			return false;
	}
	return true;
}

/* "product", else the slug, else the first SKU. */
static const char *key_of(struct arena *arena, const struct json_t *product)
{
	const char *key = cell(arena, product, "product");

	if (key == NULL || *key == '\0')
		key = cell(arena, product, "slug");
	if (key == NULL || *key == '\0')
		key = cell(arena, product, "sku");
	if (key == NULL || *key == '\0')
		key = cell(arena,
			   json_item(json_member(product, "variants"), 0), "sku");
	return key == NULL ? "" : key;
}

static bool read_product(struct maker *maker, const struct json_t *product)
{
	struct arena *arena = maker->arena;

	maker->item->key = key_of(arena, product);
	return (strlen(maker->item->key) <= ITEM_KEY_MAX ||
		item_refuse(maker->item, "product", "is too long")) &&
	       maker_slug(maker, cell(arena, product, "slug")) &&
	       maker_name(maker, "name", cell(arena, product, "name")) &&
	       maker_status(maker, cell(arena, product, "status")) &&
	       maker_type(maker, cell(arena, product, "product_type")) &&
	       maker_category(maker, cell(arena, product, "category")) &&
	       maker_attributes(maker, cell(arena, product, "attributes")) &&
	       read_fields(maker, product, OF_PRODUCT) &&
	       read_variants(maker, product) && maker_end(maker);
}

bool ndjson_read(struct reading *reading, const char *line, size_t length,
		 struct import_item *item)
{
	const struct json_t *root = json_read_quietly(reading->arena, line,
						      length);
	struct maker maker;

	if (json_kind(root) != JSON_KIND_OBJECT)
		return item_refuse(item, "row",
				   utf8_flaw(line) >= 0
					   ? "is not UTF-8; save the file as UTF-8"
					   : "is no JSON object");
	maker_begin(&maker, reading->arena, item);
	return read_product(&maker, root);
}

static void read_attribute(struct reading *reading, const struct json_t *node)
{
	static const char *const kinds[] = {"text", "number", "boolean", "date"};
	struct import_attribute attribute = {
		arena_text(reading->kept, json_text_at(node, "code", "")),
		arena_text(reading->kept, json_text_at(node, "name", "")),
		"text"};

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i], json_text_at(node, "kind", "")) == 0)
			attribute.kind = kinds[i];
	if (attribute.name[0] == '\0')
		attribute.name = attribute.code;
	reading_wants(reading, &attribute);
}

/* The next line that is not empty, to the room; false at the end. */
static async bool next_line(struct work *w, struct csv *csv,
			    struct import_item *item)
{
	int c = 0;

	while (c != INTAKE_END) {
		*item = (struct import_item){
			.line = csv->line, .place = intake_place(csv->intake),
			.records = 1, .members = "", .attributes = "{}",
			.unset = "[]"};
		csv->room.length = 0;
		while ((c = intake_get(w, csv->intake)) != INTAKE_END && c != '\n')
			if (c != '\r' && csv->room.length <= CSV_RECORD_MAX)
				text_add_char(&csv->room, (char)c);
		csv->line++;
		item->end = intake_place(csv->intake);
		if (csv->room.length > 0)
			return !csv->intake->has_failed;
	}
	return false;
}

static async bool ndjson_next(struct work *w, struct reading *reading,
			      struct import_item *item)
{
	struct csv *csv = &reading->csv;
	const char *line;
	size_t length;

	while (next_line(w, csv, item)) {
		const struct json_t *told;

		length = csv->room.length;
		line = arena_copy(reading->arena, csv->room.bytes, length);
		if (item->place == 0 && strncmp(line, "\xef\xbb\xbf", 3) == 0) {
			line += 3;
			length -= 3;
		}
		if (length > CSV_RECORD_MAX) {
			item_refuse(item, "row", "is longer than a megabyte");
			return true;
		}
		if (strncmp(line, "{\"attribute\":", 13) != 0) {
			ndjson_read(reading, line, length, item);
			return true;
		}
		told = json_member(json_read_quietly(reading->arena, line, length),
				   "attribute");
		read_attribute(reading, told);
	}
	return false;
}

const struct import_format import_ndjson = {
	.name = "ndjson",
	.source = "csv",
	.is_lines = true,
	.is_own = true,
	.next = ndjson_next,
};
