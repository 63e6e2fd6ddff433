/* feed_http.c - product feeds, in pieces: all that is for sale, in memory
 * that does not depend on how much that is. */
#include "feeds.h"

#include <assert.h>
#include <string.h>

#include <platform/config.h>
#include <platform/money.h>

#include <queries.h>

enum { BATCH = 500 };

/* The columns of feed_batch, in its order. */
enum {
	ID, IS_SOLD, SKU, ITEM_GROUP, IS_GROUPED, TITLE, DESCRIPTION, SLUG,
	IMAGE, BRAND, BARCODE, WEIGHT, AMOUNT, COMPARE_AT, CURRENCY, IN_STOCK,
	CATEGORY, COLOUR, SIZE
};

struct feed {
	struct request *req;
	const struct feed_format *format;
	const char *currency;
	const char *base; /* of links */
	struct uuid last; /* the variant that came last */
	bool is_over;
};

bool feed_currency(struct request *req, const char **currency)
{
	const char *given = query_text(req, "currency");

	*currency = config->currency;
	if (given == NULL || *given == '\0')
		return true;
	*currency = given;
	return currency_find(given) != NULL ||
	       refuse_field(&req->http.work, "currency",
			    "Select a valid choice. %.20s is not one of the "
			    "available choices.",
			    given);
}

const char *storefront_url(struct request *req)
{
	const char *url = config->storefront_url;
	size_t length;

	if (*url == '\0')
		url = config->public_url;
	if (*url == '\0')
		return absolute_url(req, "");
	length = strlen(url);
	while (length > 0 && url[length - 1] == '/')
		length--;
	return arena_copy(&req->http.work.arena, url, length);
}

/* The nil id is before all others, and not NULL. */
struct param p_key(const struct uuid *id)
{
	return uuid_is_nil(id) ? p_text("00000000-0000-0000-0000-000000000000")
			       : p_uuid(id);
}

/* NULL when there is nothing. */
static const char *text_at(const struct rows *rows, int row, int column)
{
	const char *text = row_text(rows, row, column);

	return text != NULL && *text != '\0' ? text : NULL;
}

static const char *amount_text(struct arena *arena, const struct rows *rows,
			       int row, int column)
{
	const char *code = row_text(rows, row, CURRENCY);
	const struct currency *currency = currency_find(code);
	char amount[MONEY_TEXT_SIZE];

	assert(currency != NULL);
	money_format(row_int(rows, row, column), currency, amount);
	return arena_format(arena, "%s %s", amount, code);
}

/* Google's price is the one before the reduction. */
static void prices(struct arena *arena, const struct rows *rows, int row,
		   struct feed_item *item)
{
	bool is_reduced = !row_is_null(rows, row, COMPARE_AT) &&
			  row_int(rows, row, COMPARE_AT) >
				  row_int(rows, row, AMOUNT);

	item->price = amount_text(arena, rows, row,
				  is_reduced ? COMPARE_AT : AMOUNT);
	if (is_reduced)
		item->sale_price = amount_text(arena, rows, row, AMOUNT);
}

/* A path of our own becomes an address. */
static const char *image_url(const struct feed *feed, struct arena *arena,
			     const char *image)
{
	if (image == NULL || *image != '/')
		return image;
	return arena_format(arena, "%s%s",
			    *config->public_url != '\0'
				    ? config->public_url
				    : absolute_url(feed->req, ""),
			    image);
}

static void add_item(const struct feed *feed, struct arena *arena,
		     const struct rows *rows, int row)
{
	const char *barcode = row_text(rows, row, BARCODE);
	struct feed_item item = {
		.id = row_text(rows, row, SKU),
		.title = row_text(rows, row, TITLE),
		.description = row_text(rows, row, DESCRIPTION),
		.image = image_url(feed, arena, text_at(rows, row, IMAGE)),
		.brand = text_at(rows, row, BRAND),
		.gtin = gtin_is_valid(barcode) ? barcode : NULL,
		.category = text_at(rows, row, CATEGORY),
		.colour = text_at(rows, row, COLOUR),
		.size = text_at(rows, row, SIZE),
		.in_stock = row_bool(rows, row, IN_STOCK),
	};

	if (row_bool(rows, row, IS_GROUPED))
		item.group = row_text(rows, row, ITEM_GROUP);
	item.link = arena_format(arena, "%s/products/%s%s%s", feed->base,
				 row_text(rows, row, SLUG),
				 item.group != NULL ? "?variant=" : "",
				 item.group != NULL ? row_text(rows, row, ID)
						    : "");
	if (row_int(rows, row, WEIGHT) > 0)
		item.weight = arena_format(arena, "%s g",
					   row_text(rows, row, WEIGHT));
	prices(arena, rows, row, &item);
	feed->format->item(&feed->req->http.answer, &item);
}

/* Some variants; their rows are gone when they are written. */
static async bool add_batch(struct feed *feed)
{
	struct work *w = &feed->req->http.work;
	struct work part;
	struct rows rows;
	bool is_done;

	work_part(w, &part);
	is_done = db_query(&part, &q_feed_batch,
			   params(p_key(&feed->last), p_text(feed->currency),
				  p_int(BATCH)),
			   &rows);
	for (int row = 0; is_done && row < rows.count; row++) {
		if (row_bool(&rows, row, IS_SOLD))
			add_item(feed, &part.arena, &rows, row);
	}
	if (is_done && rows.count > 0)
		feed->last = row_uuid(&rows, rows.count - 1, ID);
	feed->is_over = !is_done || rows.count < BATCH;
	return work_part_end(w, &part, is_done);
}

static async bool feed_stream(struct feed *feed)
{
	struct request *req = feed->req;

	stream_begin(req, 200, feed->format->content_type);
	feed->format->begin(&req->http.answer, config->shop_name, feed->base);
	while (!feed->is_over) {
		if (!stream_pass(req))
			return true;
		if (!add_batch(feed))
			return false;
	}
	feed->format->end(&req->http.answer);
	return true;
}

async bool feed_show(struct request *req)
{
	const char *slug = path_text(req, "slug");
	struct feed feed = {.req = req, .format = feed_formats};

	if (strcmp(slug, "sitemap.xml") == 0)
		return sitemap_index(req);
	if (strcmp(slug, "sitemap-part.xml") == 0)
		return sitemap_stream(req);
	while (feed.format->slug != NULL &&
	       strcmp(feed.format->slug, slug) != 0)
		feed.format++;
	if (feed.format->slug == NULL)
		return refuse(&req->http.work, &fault_not_found, NULL);
	feed.base = storefront_url(req);
	return feed_currency(req, &feed.currency) && feed_stream(&feed);
}
