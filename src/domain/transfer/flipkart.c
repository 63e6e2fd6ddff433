/* flipkart.c - what a row of the public Flipkart sample means. Its prices are
 * rupees; its category path may end in the product's own name; its
 * specifications are the text of a Ruby hash, sometimes cut off. Pure. */
#include "transfer.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include <platform/json.h>
#include <platform/money.h>

#include "markup.h"

static const char *const columns[] = {
	"uniq_id", "product_name", "product_category_tree", "pid",
	"retail_price", "discounted_price", "image", "description", "brand",
	"product_specifications", NULL};

/* What sellers call the same thing, and its attribute in the shop. */
static const struct {
	const char *name;
	struct import_attribute attribute;
} known[] = {
	{"Color", {"colour", "Colour", "text"}},
	{"Colour", {"colour", "Colour", "text"}},
	{"Material", {"material", "Material", "text"}},
	{"Outer Material", {"outer_material", "Outer material", "text"}},
	{"Sole Material", {"sole_material", "Sole material", "text"}},
	{"Fabric", {"fabric", "Fabric", "text"}},
	{"Size", {"size", "Size", "text"}},
	{"Ring Size", {"ring_size", "Ring size", "text"}},
	{"Type", {"type", "Type", "text"}},
	{"Ideal For", {"ideal_for", "Ideal for", "text"}},
	{"Occasion", {"occasion", "Occasion", "text"}},
	{"Pattern", {"pattern", "Pattern", "text"}},
	{"Sleeve", {"sleeve", "Sleeve", "text"}},
	{"Neck", {"neck", "Neck", "text"}},
	{"Closure", {"closure", "Closure", "text"}},
	{"Heel Height", {"heel_height", "Heel height", "text"}},
	{"Gemstone", {"gemstone", "Gemstone", "text"}},
	{"Dial Shape", {"dial_shape", "Dial shape", "text"}},
};
enum { KNOWN = sizeof(known) / sizeof(known[0]), VALUE_MAX = 255 };

/* How many bytes of step the whole of name matches, case and the number of
 * spaces apart; 0 when it does not. */
static size_t match(const char *step, const char *name)
{
	const char *at = step;

	while (*name != '\0') {
		if (tolower((unsigned char)*at) != tolower((unsigned char)*name))
			return 0;
		if (*name == ' ') {
			at += strspn(at, " ");
			name += strspn(name, " ");
		} else {
			at++;
			name++;
		}
	}
	return (size_t)(at - step);
}

/* The name itself, the name with "(Set of 2)" behind it, or as much of it as
 * stands before "..." is no category. */
static bool is_own_name(struct arena *arena, const char *step, const char *name)
{
	size_t length = strlen(step);
	size_t matched = match(step, name);
	char *begin;

	if (matched > 0) {
		step += matched + strspn(step + matched, " ");
		return *step == '\0' || *step == '(' ||
		       strncmp(step, "...", 3) == 0;
	}
	if (length <= 3 || strcmp(step + length - 3, "...") != 0)
		return false;
	begin = markup_trim(arena_copy(arena, step, length - 3));
	return begin[0] != '\0' && match(name, begin) > 0;
}

/* "A >> B >> C" taken apart; steps that are empty are left out. */
static size_t split_path(struct arena *arena, const char *path,
			 const char **steps)
{
	char *rest = arena_text(arena, path);
	size_t count = 0;

	while (rest != NULL && count < ITEM_CATEGORIES_MAX) {
		char *end = strstr(rest, ">>");
		char *step = rest;

		rest = end == NULL ? NULL : end + 2;
		if (end != NULL)
			*end = '\0';
		step = markup_trim(step);
		if (step[0] != '\0' && strlen(step) <= 200)
			steps[count++] = step;
	}
	return count;
}

static bool read_categories(struct maker *maker, const char *tree)
{
	static const char *const other[] = {"Other"};
	struct arena *arena = maker->arena;
	struct import_item *item = maker->item;
	const char **steps = arena_array(arena, const char *, ITEM_CATEGORIES_MAX);
	struct json_t *json = json_read_quietly(arena, tree, strlen(tree));
	const char *path = json_text_at(json, "0", NULL);

	if (path == NULL)
		return item_refuse(item, "product_category_tree",
				   "is not a list with a path");
	path = markup_decode(arena, path);
	item->has_category = true;
	item->category_count = split_path(arena, path, steps);
	item->categories = steps;
	if (item->category_count > 0 &&
	    is_own_name(arena, steps[item->category_count - 1], item->name))
		item->category_count--;
	if (item->category_count == 0) {
		item->categories = other;
		item->category_count = 1;
	}
	return true;
}

/* Sold at the discounted price, if there is one; compared with the other. */
static bool read_prices(struct maker *maker, const char *retail,
			const char *discounted)
{
	const struct currency *rupee = currency_find("INR");
	struct import_price *price = arena_new(maker->arena, struct import_price);
	int64_t full = 0;

	if (retail[0] != '\0' && money_parse(retail, rupee, &full) != MONEY_OK)
		return item_refuse(maker->item, "retail_price", "is not an amount");
	*price = (struct import_price){"INR", full, -1};
	if (discounted[0] != '\0' &&
	    money_parse(discounted, rupee, &price->amount) != MONEY_OK)
		return item_refuse(maker->item, "discounted_price", "is not an amount");
	if (retail[0] == '\0' && discounted[0] == '\0')
		return item_refuse(maker->item, "retail_price",
				   "there is no price, so it cannot be sold");
	if (price->amount <= 0)
		return item_refuse(maker->item, "discounted_price",
				   "the price is not above zero");
	if (full > price->amount)
		price->compare_at = full;
	maker->at_hand->prices = price;
	maker->at_hand->price_count = 1;
	return true;
}

/* The URLs of the JSON list; one that is broken counts as none. */
static void read_images(struct maker *maker, const char *list)
{
	struct json_t *json = json_read_quietly(maker->arena, list, strlen(list));
	struct out out;

	text_add(&maker->product, ",\"images\":");
	out_init(&out, &maker->product);
	out_array(&out);
	for (size_t i = 0; i < json_count(json); i++) {
		const char *url = json_text(json_item(json, i));

		if (url != NULL && strlen(url) <= 2000 &&
		    (strncmp(url, "http://", 7) == 0 ||
		     strncmp(url, "https://", 8) == 0))
			out_text(&out, url);
	}
	out_array_end(&out);
}

/* Under the shop's code where it is known, else under its own name. */
static void read_attributes(struct maker *maker, const char *ruby)
{
	struct markup_pair *pairs = arena_array(maker->arena, struct markup_pair,
						MARKUP_PAIRS_MAX);
	size_t count = markup_pairs(maker->arena, ruby, pairs);
	struct text *set = &maker->set;

	maker->attributes = "";
	for (size_t i = 0; i < count; i++) {
		const char *name = pairs[i].name;
		const char *value = markup_cut(maker->arena, pairs[i].value,
					       VALUE_MAX);

		for (size_t k = 0; k < KNOWN; k++)
			if (strcasecmp(known[k].name, name) == 0)
				name = known[k].attribute.code;
		for (size_t k = 0; k < i; k++)
			if (strcmp(pairs[k].name, name) == 0)
				value = "";
		pairs[i].name = name;
		if (value[0] == '\0')
			continue;
		text_add(set, set->length > 0 ? "," : "");
		text_add_json(set, name, strlen(name));
		text_add_char(set, ':');
		text_add_json(set, value, strlen(value));
	}
}

static void add_member(struct maker *maker, const char *name, const char *text)
{
	text_format(&maker->product, "%s\"%s\":",
		    maker->product.length > 0 ? "," : "", name);
	text_add_json(&maker->product, text, strlen(text));
}

static char *decoded(struct maker *maker, const struct csv_record *heading,
		     const struct csv_record *record, const char *column)
{
	return markup_trim(markup_decode(maker->arena,
					 csv_field(heading, record, column)));
}

static bool read_names(struct maker *maker, const struct csv_record *heading,
		       const struct csv_record *record)
{
	struct import_item *item = maker->item;
	const char *key = csv_field(heading, record, "pid");
	const char *brand;

	if (key[0] == '\0')
		key = csv_field(heading, record, "uniq_id");
	if (key[0] == '\0' || strlen(key) > 100)
		return item_refuse(item, "pid", "is missing or too long");
	item->key = key;
	item->name = decoded(maker, heading, record, "product_name");
	if (item->name[0] == '\0' || strlen(item->name) > 500)
		return item_refuse(item, "product_name",
				   "is missing or too long");
	brand = decoded(maker, heading, record, "brand");
	if (strlen(brand) > 100)
		return item_refuse(item, "brand", "is too long");
	add_member(maker, "brand", brand);
	add_member(maker, "description",
		   decoded(maker, heading, record, "description"));
	return maker_variant(maker, key);
}

static bool is_whole(struct import_item *item, const struct csv_record *heading,
		     const struct csv_record *record)
{
	for (size_t i = 0; columns[i] != NULL; i++) {
		const char *field = csv_field(heading, record, columns[i]);

		if (field == NULL)
			return item_refuse(item, columns[i],
					   "the row ends before this column");
		if (utf8_flaw(field) >= 0)
			return item_refuse(item, columns[i],
					   "is not UTF-8; save the file as UTF-8");
	}
	return true;
}

bool flipkart_read(struct arena *arena, const struct csv_record *heading,
		   const struct csv_record *record, struct import_item *item)
{
	struct maker maker;

	maker_begin(&maker, arena, item);
	if (!is_whole(item, heading, record) ||
	    !read_names(&maker, heading, record) ||
	    !read_prices(&maker, csv_field(heading, record, "retail_price"),
			 csv_field(heading, record, "discounted_price")) ||
	    !read_categories(&maker,
			     csv_field(heading, record, "product_category_tree")))
		return false;
	read_images(&maker, csv_field(heading, record, "image"));
	read_attributes(&maker,
			csv_field(heading, record, "product_specifications"));
	return maker_end(&maker);
}

static async bool flipkart_next(struct work *w, struct reading *reading,
				struct import_item *item)
{
	struct csv_record record;

	if (!reading_record(w, reading, &record, item))
		return false;
	if (item->fate != IMPORT_REFUSE)
		flipkart_read(reading->arena, &reading->heading, &record, item);
	return true;
}

static bool flipkart_begin(struct reading *reading)
{
	for (size_t i = 0; i < KNOWN; i++)
		reading_wants(reading, &known[i].attribute);
	return true;
}

const struct import_format import_flipkart = {
	.name = "flipkart",
	.source = "flipkart",
	.columns = columns,
	.begin = flipkart_begin,
	.next = flipkart_next,
};
