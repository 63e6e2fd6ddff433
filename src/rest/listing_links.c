/* listing_links.c - this list's address with another page, as DRF writes it. */
#include "listing.h"

#include <inttypes.h>

static const char *number(struct list_query *list, int64_t value)
{
	return arena_format(&list->req->http.work.arena, "%" PRId64, value);
}

static void add_link(struct list_query *list,
		     const struct query_change *changes, size_t count)
{
	struct text *answer = &list->req->http.answer;
	struct text link;

	text_init(&link, answer->arena, 256);
	text_add(&link, absolute_url(list->req, list->req->http.path));
	query_encode(&link, list->query, changes, count);
	text_add_json(answer, link.bytes, link.length);
}

static bool begin(struct list_query *list, const char *key, bool is_there)
{
	text_add(&list->req->http.answer, key);
	if (!is_there)
		text_add(&list->req->http.answer, "null");
	return is_there;
}

/* Page 1 is left out. */
void link_page(struct list_query *list, const char *key, int64_t page,
	       bool is_there)
{
	const struct query_change change = {
		"page", page > 1 ? number(list, page) : NULL};

	if (begin(list, key, is_there))
		add_link(list, &change, 1);
}

/* The limit always stands there, offset 0 does not. */
void link_offset(struct list_query *list, const char *key, int64_t offset,
		 bool is_there)
{
	const struct query_change changes[] = {
		{"limit", number(list, list->size)},
		{"offset", offset > 0 ? number(list, offset) : NULL}};

	if (begin(list, key, is_there))
		add_link(list, changes, 2);
}

void link_cursor(struct list_query *list, const char *key, const char *cursor)
{
	const struct query_change change = {"cursor", cursor};

	if (begin(list, key, cursor != NULL))
		add_link(list, &change, 1);
}
