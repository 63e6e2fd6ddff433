/* sitemap_http.c - the storefront's pages for search engines (sitemaps.org):
 * an index of parts, each with no more pages than the protocol allows. */
#include "feeds.h"

#include <string.h>

#include <queries.h>

enum { PART = 40000, BATCH = 1000 };
#define NAMESPACE "xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\""
#define XML_HEAD "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
#define XML_TYPE "application/xml; charset=utf-8"

/* The part that begins behind that product; NULL: from the first. */
static void add_part(struct request *req, const char *after)
{
	struct text *text = &req->http.answer;

	text_add(text, "<sitemap><loc>");
	feed_xml_add(text, absolute_url(req,
				   "/api/v1/feeds/sitemap-part.xml/"));
	if (after != NULL)
		text_format(text, "?after=%s", after);
	text_add(text, "</loc></sitemap>\n");
}

async bool sitemap_index(struct request *req)
{
	struct rows rows;

	if (!db_query(&req->http.work, &q_sitemap_parts, params(p_int(PART)),
		      &rows))
		return false;
	stream_begin(req, 200, XML_TYPE);
	text_add(&req->http.answer, XML_HEAD "<sitemapindex " NAMESPACE ">\n");
	add_part(req, NULL);
	for (int row = 0; row < rows.count; row++)
		add_part(req, row_text(&rows, row, 0));
	text_add(&req->http.answer, "</sitemapindex>\n");
	return true;
}

/* A page, and when it changed: a date alone will do. */
static void add_page(struct text *text, const char *base, const char *kind,
		     const struct rows *rows, int row)
{
	text_add(text, "<url><loc>");
	feed_xml_add(text, base);
	text_format(text, "/%s/", kind);
	feed_xml_add(text, row_text(rows, row, 1));
	text_format(text, "</loc><lastmod>%.10s</lastmod></url>\n",
		    row_text(rows, row, 2));
}

/* Categories and collections stand in the first part. */
static async bool add_places(struct request *req, const char *base)
{
	struct rows rows;

	if (!db_query(&req->http.work, &q_sitemap_places, no_params, &rows))
		return false;
	for (int row = 0; row < rows.count; row++)
		add_page(&req->http.answer, base, row_text(&rows, row, 0),
			 &rows, row);
	return true;
}

static async bool add_products(struct request *req, const char *base,
			       struct uuid *last, int *count)
{
	struct work *w = &req->http.work;
	struct work part;
	struct rows rows;
	bool is_done;

	work_part(w, &part);
	is_done = db_query(&part, &q_sitemap_batch,
			   params(p_key(last), p_int(BATCH)), &rows);
	*count = is_done ? rows.count : 0;
	for (int row = 0; row < *count; row++)
		add_page(&req->http.answer, base, "products", &rows, row);
	if (*count > 0)
		*last = row_uuid(&rows, *count - 1, 0);
	return work_part_end(w, &part, is_done);
}

async bool sitemap_stream(struct request *req)
{
	const char *after = query_text(req, "after");
	const char *base = storefront_url(req);
	struct uuid last = {{0}};
	int count = BATCH;

	if (after != NULL && !uuid_parse(after, &last))
		return refuse(&req->http.work, &fault_not_found, NULL);
	stream_begin(req, 200, XML_TYPE);
	text_add(&req->http.answer, XML_HEAD "<urlset " NAMESPACE ">\n");
	if (after == NULL && !add_places(req, base))
		return false;
	for (int pages = 0; pages < PART && count == BATCH; pages += count) {
		if (!stream_pass(req))
			return true;
		if (!add_products(req, base, &last, &count))
			return false;
	}
	text_add(&req->http.answer, "</urlset>\n");
	return true;
}
