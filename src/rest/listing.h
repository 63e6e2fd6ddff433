/* listing.h - a list under construction: its text, its parameters, its page.
 * The door is <rest/listing.h>. */
#ifndef REST_LISTING_PARTS_H
#define REST_LISTING_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/text.h>
#include <rest/listing.h>

#include "query_string.h"

enum {
	PAGE_SIZE = 20,
	PAGE_SIZE_MAX = 100,
	FILTERS_MAX = 64,
	VALUES_MAX = 100, /* of one `in` filter */
	TERMS_MAX = 10,
	SEARCH_MAX = 200, /* code points */
	/* the fixed ones, filters, terms, limit and offset */
	PARAMS_MAX = 32 + FILTERS_MAX + TERMS_MAX + 2
};

struct list_query {
	struct request *req;
	const struct listing *listing;
	const struct query_string *query;
	struct param *params;
	size_t count;
	struct text filters; /* " AND (...)" of each that applies */
	struct text order;
	int64_t page; /* 0: the last one, not yet known */
	int64_t size;
};

/* Takes a parameter; its number in the statement. */
size_t list_param(struct list_query *list, struct param param);
/* Adds " AND (sql)", $? in it being parameter `number`. */
void list_condition(struct list_query *list, const char *sql, size_t number);
/* A text for LIKE: wildcards escaped, between `before` and `after`. */
const char *like_pattern(struct arena *arena, const char *before,
			 const char *text, const char *after);

/* Each returns false after it has refused. */
bool list_filters(struct list_query *list);
bool list_search(struct list_query *list);
void list_order(struct list_query *list);
/* page and page_size. */
bool list_page(struct list_query *list);
/* 404 "Invalid page."; always false. */
bool list_no_page(struct list_query *list);
/* The statement for its page; the last two parameters are limit and offset. */
const struct query *list_statement(struct list_query *list);

/* Python's search_smart_split(): at most TERMS_MAX terms. */
size_t search_split(struct arena *arena, const char *search,
		    const char *terms[TERMS_MAX]);

#endif
