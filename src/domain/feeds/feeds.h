/* feeds.h - the parts of the room. */
#ifndef FEEDS_FEEDS_H
#define FEEDS_FEEDS_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/text.h>
#include <rest/listing.h>
#include <rest/request.h>

/* A variant as marketplaces want it; texts that are missing are NULL. */
struct feed_item {
	const char *id; /* the SKU */
	const char *group; /* the product's id, when it has several variants */
	const char *title;
	const char *description;
	const char *link;
	const char *image;
	const char *price;	/* "19.99 EUR", without the reduction */
	const char *sale_price; /* when it is reduced */
	const char *brand;
	const char *gtin;
	const char *category; /* "Home > Kitchen" */
	const char *colour;
	const char *size;
	const char *weight; /* "250 g" */
	bool in_stock;
};

/* How a feed is written; all pure. */
struct feed_format {
	const char *slug; /* "google.xml"; NULL ends the table */
	const char *content_type;
	void (*begin)(struct text *text, const char *shop, const char *link);
	void (*item)(struct text *text, const struct feed_item *item);
	void (*end)(struct text *text);
};
extern const struct feed_format feed_formats[];

/* As the content of an element or attribute; what XML 1.0 forbids is gone. */
void feed_xml_add(struct text *text, const char *value);
/* RFC 4180. A text that a spreadsheet would take for a formula gets an
 * apostrophe in front. */
void feed_csv_add(struct text *text, const char *value);
/* A GTIN of 8, 12, 13 or 14 digits with its right check digit. */
bool gtin_is_valid(const char *text);

/* The storefront's address without a slash at its end. */
const char *storefront_url(struct request *req);
/* An id that others come after: nil is before all. */
struct param p_key(const struct uuid *id);
/* The currency asked for, else the shop's; 400. */
bool feed_currency(struct request *req, const char **currency);

async bool feed_show(struct request *req);
async bool sitemap_stream(struct request *req);
async bool sitemap_index(struct request *req);
async bool changes_list(struct request *req);
async bool changes_prune(struct work *w);
async bool redirect_list(struct request *req);

extern const struct resource changes_resource;
extern const struct resource redirect_resource;
extern const struct listing redirect_listing;

#endif
