/* rest/listing.h - pages, filters, search and orderings of a list. */
#ifndef REST_LISTING_H
#define REST_LISTING_H

#include <stdbool.h>

#include <platform/db.h>
#include <rest/request.h>
#include <rest/resource.h>

enum filter_flag {
	FILTER_LIST = 1 << 0, /* comma list or repeated: sql gets an array */
	FILTER_FREE = 1 << 1  /* type TEXT without length check */
};

struct filter {
	const char *name; /* "price__gte"; NULL ends the table */
	enum field_type type; /* bad values: 400 keyed by name, form messages */
	unsigned flags;
	/* "e.price >= $?": $? becomes the parameter. A FIELD_TEXT filter whose
	 * name ends in contains, startswith or endswith gets its text with the
	 * wildcards of LIKE escaped: "p.name ILIKE $? || '%'". */
	const char *sql;
	const struct choice *choices;
	const char *help;
};

struct ordering {
	const char *name; /* "price"; NULL ends the table */
	const char *sql;  /* "e.price" ; "%s" in it stands for the direction,
			   * else it is appended */
};

/*
 * The query is a QUERY_PAGE template. Its fixed parameters are $1..$k; in it
 *   [[filters]]  becomes  AND (...) AND (...)   (may stand more than once)
 *   [[order]]    becomes  a, b DESC, tie-break
 *   [[page]]     becomes  LIMIT $n OFFSET $m
 * A column total_count holds the exact count of all rows (a scalar
 * subselect), so that a page costs one statement.
 */
struct listing {
	const struct query *query;
	const struct filter *filters;
	const struct ordering *orderings;
	const char *search_sql; /* for one term, "(p.name ILIKE $? ...)", the
				 * term comes as %term%; NULL: no search */
	const char *order;	/* default, in ordering's names: "-created_at" */
	const char *tie_break;	/* "p.id" */
	int page_size;		/* default; 0: 20 */
};

/* Reads page, page_size, search, ordering and the filters, sends one
 * statement, answers DRF's envelope by route->answer. `fixed` are $1..$k. */
async bool reply_page(struct request *req, const struct listing *listing,
		      struct params fixed);

#endif
