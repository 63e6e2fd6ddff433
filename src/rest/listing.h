/* listing.h - a list under construction: its text, its parameters, its page.
 * The door is <rest/listing.h>. */
#ifndef REST_LISTING_PARTS_H
#define REST_LISTING_PARTS_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/text.h>
#include <rest/listing.h>

#include "query_string.h"
#include "selection.h"

enum {
	PAGE_SIZE = 20,
	PAGE_SIZE_MAX = 100,
	FILTERS_MAX = 256, /* of a table */
	FILTERS_GIVEN_MAX = 64, /* of a request */
	VALUES_MAX = 100, /* of one `in` filter */
	TERMS_MAX = 10,
	SEARCH_MAX = 200, /* code points */
	MORE_PARAMS_MAX = FILTER_MORE_MAX * 4,
	OFFSET_DEEP = 10000, /* from here on the count is asked first */
	/* the fixed ones, filters (of two values at the most), terms, position,
	 * limit and offset */
	PARAMS_MAX = 32 + 2 * FILTERS_GIVEN_MAX + MORE_PARAMS_MAX + TERMS_MAX +
		     2 + 2
};

enum list_form { FORM_PAGE, FORM_OFFSET, FORM_CURSOR };

/* Where a page by cursor begins: behind the row with these two. */
struct position {
	bool is_given;
	bool is_backward; /* the page ends before that row */
	const char *value;
	const char *key;
	size_t first_param; /* of the two */
};

struct list_query {
	struct request *req;
	const struct listing *listing;
	const struct query_string *query;
	struct param *params;
	size_t count;
	struct text filters; /* " AND (...)" of each that applies */
	struct text parts[FILTER_PARTS + 1]; /* those of a part; [0]: of none */
	struct text order;
	enum list_form form;
	int64_t page; /* 0: the last one, not yet known */
	int64_t size;
	int64_t offset;
	bool counts; /* the total is asked for and told */
	struct selection selection;
	/* of FORM_CURSOR: what comes first in the order */
	struct position position;
	const char *first_sql;
	bool first_descends;
};

/* Takes a parameter; its number in the statement. */
size_t list_param(struct list_query *list, struct param param);
/* Adds " AND (sql)", $? in it being parameter `number`, $?2 the one after. */
void list_condition(struct list_query *list, const char *sql, size_t number);
/* A text for LIKE: wildcards escaped, between `before` and `after`. */
const char *like_pattern(struct arena *arena, const char *before,
			 const char *text, const char *after);

/* Each returns false after it has refused. */
bool list_filters(struct list_query *list);
bool list_more(struct list_query *list);
bool list_search(struct list_query *list);
/* page, page_size, limit, offset, count. */
bool list_page(struct list_query *list);
/* The order, and what cursor= says of it. */
bool list_order(struct list_query *list);
bool list_cursor(struct list_query *list);
/* 404 "Invalid page."; always false. */
bool list_no_page(struct list_query *list);
/* The statement for its page; the last two parameters are limit and offset. */
const struct query *list_statement(struct list_query *list);

/* The values of these pairs: those of a list, or the last; stripped, none
 * empty. False after a complaint about that name. */
bool filter_collect(struct request *req, const struct query_pair *pairs,
		    size_t count, bool is_list, struct filter_given *given);

/* ---- the links of the envelope ---- */

/* ,"next": and the address of another page, or null: each after its key. */
void link_page(struct list_query *list, const char *key, int64_t page,
	       bool is_there);
void link_offset(struct list_query *list, const char *key, int64_t offset,
		 bool is_there);
void link_cursor(struct list_query *list, const char *key, const char *cursor);
/* The cursor that begins behind that row, or ends before it. NULL, a bug that
 * is told in the log, when the row has no value there. */
const char *cursor_make(struct list_query *list, const struct rows *rows,
			int row, bool is_backward);

/* Python's search_smart_split(): at most TERMS_MAX terms. */
size_t search_split(struct arena *arena, const char *search,
		    const char *terms[TERMS_MAX]);

#endif
