/* columns.c - shopd's own CSV: a row a variant; rows that share a product key
 * and stand together are one product (docs/importing.md has the columns). */
#include "transfer.h"

#include <string.h>

#include <platform/money.h>

#include "markup.h"

enum { FIELDS_ROOM = 24, PRICES_ROOM = 32, ATTRIBUTES_ROOM = 200 };

static const char *const needed[] = {"sku", NULL};

/* Places of columns; -1: it is not there. */
struct columns {
	int product, slug, sku, name, status, category, type, currency, price,
		compare_at, stock, attributes, variant_attributes;
	int fields[FIELDS_ROOM];
	int option_name[ITEM_OPTIONS_MAX], option_value[ITEM_OPTIONS_MAX];
	struct {
		const char *currency, *amount_column, *compare_at_column;
		int amount, compare_at;
	} prices[PRICES_ROOM]; /* price.USD */
	size_t price_count;
	struct {
		const char *code;
		int place;
	} attribute[ATTRIBUTES_ROOM];
	size_t attribute_count;
};

static int place_of(const struct reading *reading, const char *name)
{
	for (size_t i = 0; i < reading->heading.count; i++)
		if (strcmp(reading->heading.fields[i], name) == 0)
			return (int)i;
	return -1;
}

static const char *behind(const char *name, const char *prefix)
{
	size_t length = strlen(prefix);

	return strncmp(name, prefix, length) == 0 && name[length] != '\0'
		       ? name + length
		       : NULL;
}

static bool find_price(struct reading *reading, int place)
{
	struct columns *columns = reading->columns;
	const char *column = reading->heading.fields[place];
	const char *currency = behind(column, "price.");
	size_t i = columns->price_count;

	if (currency == NULL)
		return true;
	if (currency_find(currency) == NULL || i == PRICES_ROOM) {
		reading->fault = arena_format(reading->kept,
					      "the column \"%s\" names no currency",
					      column);
		return false;
	}
	columns->prices[i].currency = currency;
	columns->prices[i].amount_column = column;
	columns->prices[i].amount = place;
	columns->prices[i].compare_at_column = arena_format(
		reading->kept, "compare_at_price.%s", currency);
	columns->prices[i].compare_at =
		place_of(reading, columns->prices[i].compare_at_column);
	columns->price_count++;
	return true;
}

/* "attr.width:number": the attribute is made if the shop has none. */
static void want(struct reading *reading, char *code)
{
	static const char *const kinds[] = {"number", "boolean", "date"};
	struct import_attribute attribute = {code, code, "text"};
	char *kind = strchr(code, ':');

	if (kind == NULL)
		return;
	*kind++ = '\0';
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i], kind) == 0)
			attribute.kind = kinds[i];
	reading_wants(reading, &attribute);
}

static void find_attribute(struct reading *reading, int place)
{
	struct columns *columns = reading->columns;
	const char *column = reading->heading.fields[place];
	const char *code = behind(column, "attr.");
	char *own;

	if (code == NULL)
		code = behind(column, "attribute:");
	if (code == NULL || columns->attribute_count == ATTRIBUTES_ROOM)
		return;
	own = arena_text(reading->kept, code);
	if (strncmp(column, "attr.", 5) == 0)
		want(reading, own);
	columns->attribute[columns->attribute_count].code = own;
	columns->attribute[columns->attribute_count++].place = place;
}

static bool find_columns(struct reading *reading)
{
	struct columns *columns = arena_new(reading->kept, struct columns);
	const struct {
		int *place;
		const char *name;
	} single[] = {
		{&columns->product, "product"}, {&columns->slug, "slug"},
		{&columns->sku, "sku"}, {&columns->name, "name"},
		{&columns->status, "status"}, {&columns->category, "category"},
		{&columns->type, "product_type"},
		{&columns->currency, "currency"}, {&columns->price, "price"},
		{&columns->compare_at, "compare_at_price"},
		{&columns->stock, "stock"},
		{&columns->attributes, "attributes"},
		{&columns->variant_attributes, "variant_attributes"},
	};

	reading->columns = columns;
	for (size_t i = 0; i < sizeof(single) / sizeof(single[0]); i++)
		*single[i].place = place_of(reading, single[i].name);
	for (size_t i = 0; transfer_fields[i].column != NULL; i++)
		columns->fields[i] = place_of(reading, transfer_fields[i].column);
	for (int i = 0; i < ITEM_OPTIONS_MAX; i++) {
		columns->option_name[i] = place_of(
			reading, arena_format(reading->kept, "option%d_name", i + 1));
		columns->option_value[i] = place_of(
			reading, arena_format(reading->kept, "option%d_value", i + 1));
	}
	for (size_t i = 0; i < reading->heading.count; i++) {
		if (!find_price(reading, (int)i))
			return false;
		find_attribute(reading, (int)i);
	}
	return true;
}

/* Trimmed, without the apostrophe against formulas; NULL when it is not
 * there. */
static const char *cell(const struct reading *reading,
			const struct csv_record *record, int place)
{
	if (place < 0)
		return NULL;
	if ((size_t)place >= record->count)
		return "";
	return cell_undo(markup_trim(
		arena_text(reading->arena, record->fields[place])));
}

static bool check_encoding(const struct reading *reading,
			   const struct csv_record *record,
			   struct import_item *item)
{
	for (size_t i = 0; i < record->count; i++) {
		int64_t flaw = utf8_flaw(record->fields[i]);

		if (flaw < 0)
			continue;
		return item_refuse(
			item,
			i < reading->heading.count ? reading->heading.fields[i]
						   : "row",
			arena_format(reading->arena,
				     "byte %lld (0x%02x) is not UTF-8; save the "
				     "file as UTF-8",
				     (long long)flaw + 1,
				     (unsigned)(unsigned char)record->fields[i][flaw]));
	}
	return true;
}

static bool read_prices(struct maker *maker, const struct reading *reading,
			const struct csv_record *record)
{
	const struct columns *columns = reading->columns;
	struct price_cells cells = {
		cell(reading, record, columns->currency),
		cell(reading, record, columns->price),
		cell(reading, record, columns->compare_at), "price",
		"compare_at_price"};

	if (!maker_price(maker, &cells))
		return false;
	for (size_t i = 0; i < columns->price_count; i++) {
		cells = (struct price_cells){
			columns->prices[i].currency,
			cell(reading, record, columns->prices[i].amount),
			cell(reading, record, columns->prices[i].compare_at),
			columns->prices[i].amount_column,
			columns->prices[i].compare_at_column};
		if (!maker_price(maker, &cells))
			return false;
	}
	return true;
}

static bool read_options(struct maker *maker, const struct reading *reading,
			 const struct csv_record *record)
{
	const struct columns *columns = reading->columns;

	for (size_t i = 0; i < ITEM_OPTIONS_MAX; i++) {
		const char *name = cell(reading, record, columns->option_name[i]);
		const char *value = cell(reading, record, columns->option_value[i]);

		name = name == NULL ? "" : name;
		value = value == NULL ? "" : value;
		if ((*name != '\0' || *value != '\0') &&
		    !maker_option(maker, name, value))
			return false;
	}
	return true;
}

static bool read_fields(struct maker *maker, const struct reading *reading,
			const struct csv_record *record, enum field_place place)
{
	for (size_t i = 0; transfer_fields[i].column != NULL; i++)
		if (transfer_fields[i].place == place &&
		    !maker_field(maker, &transfer_fields[i],
				 cell(reading, record,
				      reading->columns->fields[i])))
			return false;
	return true;
}

static bool read_variant(struct maker *maker, const struct reading *reading,
			 const struct csv_record *record)
{
	const struct columns *columns = reading->columns;
	const char *sku = cell(reading, record, columns->sku);

	maker->item->at_line = record->line;
	if (*sku == '\0')
		return item_refuse(maker->item, "sku", "is missing");
	if (strlen(sku) > 100)
		return item_refuse(maker->item, "sku", "is too long");
	return maker_variant(maker, sku) &&
	       read_options(maker, reading, record) &&
	       read_prices(maker, reading, record) &&
	       read_fields(maker, reading, record, OF_VARIANT) &&
	       maker_stock(maker, cell(reading, record, columns->stock)) &&
	       maker_variant_attributes(
		       maker, "variant_attributes",
		       cell(reading, record, columns->variant_attributes));
}

/* What the first of its rows says of the product. */
static bool read_product(struct maker *maker, const struct reading *reading,
			 const struct csv_record *record)
{
	const struct columns *columns = reading->columns;

	for (size_t i = 0; i < columns->attribute_count; i++) {
		const char *text = cell(reading, record,
					columns->attribute[i].place);

		if (text != NULL)
			maker_attribute(maker, columns->attribute[i].code, text);
	}
	return maker_slug(maker, cell(reading, record, columns->slug)) &&
	       maker_name(maker, "name", cell(reading, record, columns->name)) &&
	       maker_status(maker, cell(reading, record, columns->status)) &&
	       maker_type(maker, cell(reading, record, columns->type)) &&
	       maker_category(maker, cell(reading, record, columns->category)) &&
	       maker_attributes(maker,
				cell(reading, record, columns->attributes)) &&
	       read_fields(maker, reading, record, OF_PRODUCT);
}

/* The column `product`, else the slug, else the SKU. */
static const char *key_of(const struct reading *reading,
			  const struct csv_record *record)
{
	const struct columns *columns = reading->columns;
	const char *key = cell(reading, record, columns->product);

	if (key == NULL || *key == '\0')
		key = cell(reading, record, columns->slug);
	if (key == NULL || *key == '\0')
		key = cell(reading, record, columns->sku);
	return key;
}

/* The record that was read too far, now the batch's own. */
static void take_ahead(struct reading *reading, struct csv_record *record)
{
	const char **fields = arena_array(reading->arena, const char *,
					  reading->ahead.count);

	*record = reading->ahead;
	for (size_t i = 0; i < record->count; i++)
		fields[i] = arena_text(reading->arena, record->fields[i]);
	record->fields = fields;
	reading->has_ahead = false;
	arena_finish(&reading->ahead_arena);
}

/* One more row of the same product? Else it waits. */
static async bool next_of_same(struct work *w, struct reading *reading,
			       const char *key, struct csv_record *record)
{
	if (reading->columns->product < 0)
		return false;
	if (!reading_row(w, reading, &reading->ahead_arena, &reading->ahead))
		return false;
	reading->has_ahead = true;
	if (reading->ahead.fault != NULL ||
	    strcmp(key_of(reading, &reading->ahead), key) != 0)
		return false;
	take_ahead(reading, record);
	return true;
}

static async bool first_of_next(struct work *w, struct reading *reading,
				struct csv_record *record,
				struct import_item *item)
{
	if (!reading->has_ahead)
		return reading_record(w, reading, record, item);
	take_ahead(reading, record);
	reading_item(reading, record, item);
	return true;
}

static async bool columns_next(struct work *w, struct reading *reading,
			       struct import_item *item)
{
	struct csv_record record;
	struct maker maker;
	bool is_good;

	if (!first_of_next(w, reading, &record, item))
		return false;
	if (item->fate == IMPORT_REFUSE)
		return true;
	maker_begin(&maker, reading->arena, item);
	item->key = key_of(reading, &record);
	is_good = check_encoding(reading, &record, item) &&
		  (strlen(item->key) <= ITEM_KEY_MAX ||
		   item_refuse(item, "product", "is too long")) &&
		  read_product(&maker, reading, &record) &&
		  read_variant(&maker, reading, &record);
	while (*item->key != '\0' && next_of_same(w, reading, item->key, &record)) {
		item->records++;
		item->end = record.end;
		item->at_line = record.line;
		is_good = is_good && check_encoding(reading, &record, item) &&
			  read_variant(&maker, reading, &record);
	}
	if (is_good)
		maker_end(&maker);
	return true;
}

const struct import_format import_csv = {
	.name = "csv",
	.source = "csv",
	.columns = needed,
	.is_own = true,
	.begin = find_columns,
	.next = columns_next,
};
