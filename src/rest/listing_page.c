/* listing_page.c - which page: "page" and "page_size", "limit" and "offset",
 * "cursor"; and whether it is counted. */
#include "listing.h"

#include <string.h>

#include "unicode.h"
#include "validate.h"

/* No row of a real table lies behind it; keeps the offset from overflow. */
static const int64_t offset_max = INT64_C(1000000000000);

bool list_no_page(struct list_query *list)
{
	return refuse(&list->req->http.work, &fault_not_found, "Invalid page.");
}

static bool is_given(const struct list_query *list, const char *name)
{
	const struct query_pair *pair = query_last(list->query, name);

	return pair != NULL && *pair->value != '\0';
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

static void read_size(struct list_query *list, const char *name)
{
	int64_t size;

	list->size = list->listing->page_size > 0 ? list->listing->page_size
						  : PAGE_SIZE;
	if (read_number(list, name, &size) && size > 0)
		list->size = size > PAGE_SIZE_MAX ? PAGE_SIZE_MAX : size;
}

/* Bad values mean the default and 0. */
static bool read_offset(struct list_query *list)
{
	list->form = FORM_OFFSET;
	read_size(list, "limit");
	if (!read_number(list, "offset", &list->offset) || list->offset < 0)
		list->offset = 0;
	if (list->offset > offset_max)
		list->offset = offset_max;
	return true;
}

static bool read_page(struct list_query *list)
{
	const struct query_pair *page = query_last(list->query, "page");

	read_size(list, "page_size");
	if (page == NULL || *page->value == '\0')
		return true;
	if (strcmp(page->value, "last") == 0) {
		list->page = 0;
		return true;
	}
	if (!read_number(list, "page", &list->page) || list->page < 1 ||
	    list->page > offset_max / PAGE_SIZE_MAX)
		return list_no_page(list);
	list->offset = (list->page - 1) * list->size;
	return true;
}

/* count=none, of a list that allows it. */
static bool read_count(struct list_query *list)
{
	const struct query_pair *pair = query_last(list->query, "count");

	if ((list->listing->flags & LIST_COUNT_OPTIONAL) == 0 ||
	    pair == NULL || *pair->value == '\0' ||
	    strcmp(pair->value, "exact") == 0)
		return true;
	list->counts = false;
	return strcmp(pair->value, "none") == 0 ||
	       refuse_field(&list->req->http.work, "count",
			    "Select a valid choice. %s is not one of the "
			    "available choices: exact, none.",
			    pair->value);
}

bool list_page(struct list_query *list)
{
	list->page = 1;
	list->counts = true;
	if (!read_count(list))
		return false;
	if ((list->listing->flags & LIST_CURSOR) != 0 &&
	    query_last(list->query, "cursor") != NULL) {
		list->form = FORM_CURSOR;
		list->counts = false;
		read_size(list, "page_size");
		return true;
	}
	if (!is_given(list, "page") &&
	    (is_given(list, "limit") || is_given(list, "offset")))
		return read_offset(list);
	return read_page(list);
}
