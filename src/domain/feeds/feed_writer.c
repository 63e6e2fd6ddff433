/* feed_writer.c - product feeds as marketplaces read them: Google Merchant's
 * RSS 2.0, CSV and NDJSON with the same attributes. Pure. */
#include "feeds.h"

#include <stddef.h>
#include <string.h>

/* ---- values ---- */

/* The bytes of the character here that XML 1.0 takes (2.2); 0: it does not.
 * What comes from the database is sound UTF-8. */
static size_t xml_char(const unsigned char *at)
{
	if (at[0] < 0x20)
		return at[0] == '\t' || at[0] == '\n' || at[0] == '\r';
	if (at[0] < 0x80)
		return at[0] != 0x7F;
	if (at[0] < 0xE0)
		return 2;
	if (at[0] < 0xF0) /* U+FFFE and U+FFFF are none */
		return at[0] == 0xEF && at[1] == 0xBF && at[2] >= 0xBE ? 0 : 3;
	return 4;
}

static const char *xml_escape(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&apos;";
	default:
		return NULL;
	}
}

void feed_xml_add(struct text *text, const char *value)
{
	while (*value != '\0') {
		size_t length = xml_char((const unsigned char *)value);
		const char *escaped = xml_escape(*value);

		if (escaped != NULL)
			text_add(text, escaped);
		else
			text_add_bytes(text, value, length);
		if (length > 0) {
			value += length;
			continue;
		}
		/* One that is not taken: all its bytes. */
		for (value++; (*value & 0xC0) == 0x80; value++)
			;
	}
}

void feed_csv_add(struct text *text, const char *value)
{
	bool is_formula = *value != '\0' && strchr("=+-@\t\r", *value) != NULL;
	bool is_quoted = is_formula || strpbrk(value, ",\"\r\n") != NULL;

	if (is_quoted)
		text_add_char(text, '"');
	if (is_formula)
		text_add_char(text, '\'');
	for (; *value != '\0'; value++) {
		if (*value == '"')
			text_add_char(text, '"');
		text_add_char(text, *value);
	}
	if (is_quoted)
		text_add_char(text, '"');
}

/* Weights 3 and 1 from the right; the sum is a multiple of ten. */
bool gtin_is_valid(const char *gtin)
{
	size_t length = strlen(gtin);
	unsigned sum = 0;

	if ((length != 8 && length != 12 && length != 13 && length != 14) ||
	    strspn(gtin, "0123456789") != length)
		return false;
	for (size_t i = 0; i < length; i++) {
		unsigned digit = (unsigned)(gtin[length - 1 - i] - '0');

		sum += digit * (i % 2 == 0 ? 1 : 3);
	}
	return sum % 10 == 0;
}

/* ---- attributes: the same in each format ---- */

enum { ATTRIBUTES = 16 };

static const char *const names[ATTRIBUTES] = {
	"id", "item_group_id", "title", "description", "link", "image_link",
	"availability", "condition", "price", "sale_price", "brand", "gtin",
	"identifier_exists", "product_type", "color", "size",
};

static void values_of(const struct feed_item *item,
		      const char *values[ATTRIBUTES])
{
	const char *list[ATTRIBUTES] = {
		item->id, item->group, item->title, item->description,
		item->link, item->image,
		item->in_stock ? "in_stock" : "out_of_stock", "new",
		item->price, item->sale_price, item->brand, item->gtin,
		/* neither a brand nor a GTIN: Google wants to be told so */
		item->brand == NULL && item->gtin == NULL ? "no" : NULL,
		item->category, item->colour, item->size,
	};

	memcpy(values, list, sizeof(list));
}

/* ---- Google Merchant: RSS 2.0 ---- */

static void element(struct text *text, const char *name, const char *value)
{
	text_format(text, "<%s>", name);
	feed_xml_add(text, value);
	text_format(text, "</%s>\n", name);
}

static void google_begin(struct text *text, const char *shop, const char *link)
{
	text_add(text, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		       "<rss version=\"2.0\" "
		       "xmlns:g=\"http://base.google.com/ns/1.0\">\n"
		       "<channel>\n");
	element(text, "title", shop);
	element(text, "link", link);
	element(text, "description", shop);
}

static void google_item(struct text *text, const struct feed_item *item)
{
	const char *values[ATTRIBUTES];
	char name[40] = "g:";

	values_of(item, values);
	text_add(text, "<item>\n");
	for (size_t i = 0; i < ATTRIBUTES; i++) {
		if (values[i] == NULL)
			continue;
		strcpy(name + 2, names[i]);
		element(text, name, values[i]);
	}
	if (item->weight != NULL)
		element(text, "g:shipping_weight", item->weight);
	text_add(text, "</item>\n");
}

static void google_end(struct text *text)
{
	text_add(text, "</channel>\n</rss>\n");
}

/* ---- CSV, with a heading ---- */

static void csv_line(struct text *text, const char *const values[ATTRIBUTES],
		     const char *weight)
{
	for (size_t i = 0; i < ATTRIBUTES; i++) {
		if (values[i] != NULL)
			feed_csv_add(text, values[i]);
		text_add_char(text, ',');
	}
	if (weight != NULL)
		feed_csv_add(text, weight);
	text_add(text, "\r\n");
}

static void csv_begin(struct text *text, const char *shop, const char *link)
{
	(void)shop;
	(void)link;
	csv_line(text, names, "shipping_weight");
}

static void csv_item(struct text *text, const struct feed_item *item)
{
	const char *values[ATTRIBUTES];

	values_of(item, values);
	csv_line(text, values, item->weight);
}

/* ---- NDJSON: an object a line ---- */

static void json_item(struct text *text, const struct feed_item *item)
{
	const char *values[ATTRIBUTES];
	struct out out;

	values_of(item, values);
	out_init(&out, text);
	out_object(&out);
	for (size_t i = 0; i < ATTRIBUTES; i++) {
		if (values[i] == NULL)
			continue;
		out_key(&out, names[i]);
		out_text(&out, values[i]);
	}
	if (item->weight != NULL) {
		out_key(&out, "shipping_weight");
		out_text(&out, item->weight);
	}
	out_object_end(&out);
	text_add_char(text, '\n');
}

static void json_begin(struct text *text, const char *shop, const char *link)
{
	(void)text;
	(void)shop;
	(void)link;
}

static void nothing(struct text *text)
{
	(void)text;
}

const struct feed_format feed_formats[] = {
	{"google.xml", "application/xml; charset=utf-8", google_begin,
	 google_item, google_end},
	{"products.csv", "text/csv; charset=utf-8", csv_begin, csv_item,
	 nothing},
	{"products.ndjson", "application/x-ndjson; charset=utf-8", json_begin,
	 json_item, nothing},
	{0},
};
