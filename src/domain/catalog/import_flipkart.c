/* import_flipkart.c - what a row of the public Flipkart sample means. Its
 * prices are rupees; its category path may end in the product's own name; its
 * specifications are the text of a Ruby hash, sometimes cut off. */
#include "import.h"

#include <ctype.h>
#include <string.h>

#include <platform/json.h>
#include <platform/money.h>
#include <platform/text.h>

#include "markup.h"

static const char *const columns[] = {
	"uniq_id", "product_name", "product_category_tree", "pid",
	"retail_price", "discounted_price", "image", "description", "brand",
	"product_specifications", NULL};

static bool refuse_row(struct import_refusal *refusal, const char *column,
		       const char *reason)
{
	refusal->column = column;
	refusal->reason = reason;
	return false;
}

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

	while (rest != NULL && count < IMPORT_CATEGORIES_MAX) {
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

static bool read_categories(struct arena *arena, const char *tree,
			    struct import_row *row)
{
	static const char *const other[] = {"Other"};
	const char **steps = arena_array(arena, const char *, IMPORT_CATEGORIES_MAX);
	struct json_t *json = json_read_quietly(arena, tree, strlen(tree));
	const char *path = json_text_at(json, "0", NULL);

	if (path == NULL)
		return false;
	path = markup_decode(arena, path);
	row->category_count = split_path(arena, path, steps);
	row->categories = steps;
	if (row->category_count > 0 &&
	    is_own_name(arena, steps[row->category_count - 1], row->name))
		row->category_count--;
	if (row->category_count == 0) {
		row->categories = other;
		row->category_count = 1;
	}
	return true;
}

/* Sold at the discounted price, if there is one; compared with the other. */
static bool read_prices(const char *retail, const char *discounted,
			struct import_row *row, struct import_refusal *refusal)
{
	const struct currency *rupee = currency_find("INR");
	int64_t full = 0;

	if (retail[0] != '\0' && money_parse(retail, rupee, &full) != MONEY_OK)
		return refuse_row(refusal, "retail_price", "is not an amount");
	row->price = full;
	if (discounted[0] != '\0' &&
	    money_parse(discounted, rupee, &row->price) != MONEY_OK)
		return refuse_row(refusal, "discounted_price", "is not an amount");
	if (retail[0] == '\0' && discounted[0] == '\0')
		return refuse_row(refusal, "retail_price",
				  "there is no price, so it cannot be sold");
	if (row->price <= 0)
		return refuse_row(refusal, "discounted_price",
				  "the price is not above zero");
	row->compare_at = full > row->price ? full : 0;
	row->currency = "INR";
	return true;
}

/* The URLs of the JSON list; one that is broken counts as none. */
static const char *read_images(struct arena *arena, const char *list)
{
	struct json_t *json = json_read_quietly(arena, list, strlen(list));
	struct text text;
	struct out out;

	text_init(&text, arena, 0);
	out_init(&out, &text);
	out_array(&out);
	for (size_t i = 0; i < json_count(json); i++) {
		const char *url = json_text(json_item(json, i));

		if (url != NULL && strlen(url) <= 2000 &&
		    (strncmp(url, "http://", 7) == 0 ||
		     strncmp(url, "https://", 8) == 0))
			out_text(&out, url);
	}
	out_array_end(&out);
	return text.bytes;
}

static bool read_names(struct arena *arena, const struct csv_record *heading,
		       const struct csv_record *record, struct import_row *row,
		       struct import_refusal *refusal)
{
	const char *key = csv_field(heading, record, "pid");

	if (key[0] == '\0')
		key = csv_field(heading, record, "uniq_id");
	if (key[0] == '\0' || strlen(key) > 100)
		return refuse_row(refusal, "pid", "is missing or too long");
	row->source_key = row->sku = key;
	row->name = markup_trim(markup_decode(
		arena, csv_field(heading, record, "product_name")));
	if (row->name[0] == '\0' || strlen(row->name) > 500)
		return refuse_row(refusal, "product_name",
				  "is missing or too long");
	row->brand = markup_trim(markup_decode(
		arena, csv_field(heading, record, "brand")));
	if (strlen(row->brand) > 100)
		return refuse_row(refusal, "brand", "is too long");
	row->description = markup_trim(markup_decode(
		arena, csv_field(heading, record, "description")));
	return true;
}

static bool read_row(struct arena *arena, const struct csv_record *heading,
		     const struct csv_record *record, struct import_row *row,
		     struct import_refusal *refusal)
{
	*row = (struct import_row){.stock = -1};
	for (size_t i = 0; columns[i] != NULL; i++) {
		const char *field = csv_field(heading, record, columns[i]);

		if (field == NULL)
			return refuse_row(refusal, columns[i],
					  "the row ends before this column");
		if (!utf8_is_valid(field))
			return refuse_row(refusal, columns[i], "is not UTF-8");
	}
	if (!read_names(arena, heading, record, row, refusal) ||
	    !read_prices(csv_field(heading, record, "retail_price"),
			 csv_field(heading, record, "discounted_price"), row,
			 refusal))
		return false;
	if (!read_categories(arena,
			     csv_field(heading, record, "product_category_tree"),
			     row))
		return refuse_row(refusal, "product_category_tree",
				  "is not a list with a path");
	row->images = read_images(arena, csv_field(heading, record, "image"));
	row->attributes = ruby_attributes(
		arena, csv_field(heading, record, "product_specifications"));
	return true;
}

const struct import_format import_flipkart = {
	.name = "flipkart",
	.source = "flipkart",
	.columns = columns,
	.read = read_row,
};
