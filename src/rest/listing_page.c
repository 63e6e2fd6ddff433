/* listing_page.c - "page" and "page_size", as DRF takes them. */
#include "listing.h"

#include <string.h>

#include "unicode.h"
#include "validate.h"

/* No page of a real table lies behind it; keeps the offset from overflow. */
static const int64_t page_max = INT64_C(1000000000000);

bool list_no_page(struct list_query *list)
{
	return refuse(&list->req->http.work, &fault_not_found, "Invalid page.");
}

/* Python's int() of the last such parameter; false when there is none, or it
 * is no integer. */
static bool read_number(const struct list_query *list, const char *name,
			int64_t *number)
{
	const struct query_pair *pair = query_last(list->query, name);
	size_t length;
	const char *at;

	if (pair == NULL || strlen(pair->value) > NUMBER_TEXT_MAX)
		return false;
	length = strlen(pair->value);
	at = unicode_strip(pair->value, &length);
	at = arena_copy(&list->req->http.work.arena, at, length);
	return integer_parse(at, number);
}

bool list_page(struct list_query *list)
{
	const struct query_pair *page = query_last(list->query, "page");
	int64_t size;

	list->size = list->listing->page_size > 0 ? list->listing->page_size
						  : PAGE_SIZE;
	if (read_number(list, "page_size", &size) && size > 0)
		list->size = size > PAGE_SIZE_MAX ? PAGE_SIZE_MAX : size;
	list->page = 1;
	if (page == NULL || *page->value == '\0')
		return true;
	if (strcmp(page->value, "last") == 0) {
		list->page = 0;
		return true;
	}
	return (read_number(list, "page", &list->page) && list->page >= 1 &&
		list->page <= page_max) ||
	       list_no_page(list);
}
