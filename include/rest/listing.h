/* rest/listing.h - pages, filters, search and orderings of a list. */
#ifndef REST_LISTING_H
#define REST_LISTING_H

#include <stdbool.h>

#include <platform/db.h>
#include <rest/request.h>
#include <rest/resource.h>

enum filter_flag {
	FILTER_LIST = 1 << 0,  /* comma list or repeated: sql gets an array */
	FILTER_FREE = 1 << 1,  /* type TEXT without length check */
	FILTER_RANGE = 1 << 2, /* two values, "10,20": $?1 and $?2 */
	FILTER_DATE = 1 << 3,  /* type TIME: a date alone, $?::date */
	FILTER_YEAR = 1 << 4   /* type INTEGER: 1 to 9998 */
};
/* A flag: the condition stands in [[part:N]], too; N is 1 to FILTER_PARTS. */
#define FILTER_PART(n) ((unsigned)(n) << 8)
#define filter_part(filter) ((filter)->flags >> 8)
enum { FILTER_PARTS = 3 };

struct filter {
	const char *name; /* "price__gte"; NULL ends the table */
	enum field_type type; /* bad values: 400 keyed by name, form messages */
	unsigned flags;
	/* "e.price >= $?": $? becomes the parameter. A FIELD_TEXT filter whose
	 * name ends in contains, startswith or endswith gets its text with the
	 * wildcards of LIKE escaped: "p.name ILIKE $? || '%'". All lookups of
	 * one column in one line: <rest/lookups.h>. */
	const char *sql;
	const struct choice *choices;
	const char *help;
};

struct ordering {
	const char *name; /* "price"; NULL ends the table */
	const char *sql;  /* "e.price", never NULL in a row; "%s" in it stands
			   * for the direction, else it is appended: one with
			   * "%s" cannot be paged by cursor */
};

/*
 * Conditions on names that no table knows (attr.colour=red): the room's
 * function listing.more goes through what was given and adds what it
 * recognises. At most FILTER_MORE_MAX conditions, else 400.
 */
struct filter_sink;
enum { FILTER_MORE_MAX = 20 };

/* One parameter; given several times, all its values together. */
struct filter_given {
	const char *name;	   /* whole: "attr.colour__in" */
	const char *rest;	   /* behind the prefix: "colour__in" */
	const char *const *values; /* split at commas, stripped, none empty */
	size_t count;		   /* 1 to 100 */
};
/* The next parameter that begins with `prefix` and has a value, in order of
 * names; begin with *given all zero. False at the end, or when one is unsound
 * (a NUL, too many values), which is noted as 400 by itself. */
bool filter_next(struct filter_sink *sink, const char *prefix,
		 struct filter_given *given);
/* Adds AND (sql): $?1 is the first of params, $?2 the second ... sql is one of
 * few constants of the room and never holds what the client sent, because each
 * different text is a statement of its own. Texts and arrays are not copied.
 * False when there are too many. To refuse a value: refuse_parameter(). */
bool filter_add(struct filter_sink *sink, const char *sql,
		struct params params);

/* The same without a list, for parameters that become $1..$k: begin with
 * *place 0. False at the end, or after 400. */
bool query_given(struct request *req, const char *prefix, size_t *place,
		 struct filter_given *given);

enum listing_flag {
	/* cursor= pages by key: [[after]] and [[cursor]] are in the template. */
	LIST_CURSOR = 1 << 0,
	/* count=none leaves the count out: it stands in [[count]]...[[end]]. */
	LIST_COUNT_OPTIONAL = 1 << 1,
	/* The last row is no item: it has total_count, reach (how many of them
	 * pages can show) and the columns of `members`. With LIST_CURSOR a row
	 * more than the page is asked for, which tells whether one follows. */
	LIST_TAIL = 1 << 2,
	/* Members without a value are left out, not null. */
	LIST_SPARE = 1 << 3
};

/*
 * The query is a QUERY_PAGE template. Its fixed parameters are $1..$k; in it
 *   [[filters]]  becomes  AND (...) AND (...)   (may stand more than once)
 *   [[part:N]]   becomes  AND (...) of the filters of that part alone,
 *   [[apart]]    of those of no part
 *   [[order]]    becomes  a, b DESC, tie-break
 *   [[page]]     becomes  LIMIT $n OFFSET $m
 *   [[expand:member]] ... [[end]]  stays when that member is shown
 *                                  (rest/select.h)
 *   [[count]], ... AS total_count [[end]]  stays unless count=none
 *   [[after]]    becomes nothing or  AND (a, tie-break) > ($n, $m): a WHERE
 *                where the names of [[order]] are known
 *   [[cursor]]   becomes nothing or two more columns of the select list, with
 *                their comma in front; the names of [[order]] are known there
 * A column total_count holds the exact count of all rows (a scalar
 * subselect), so that a page costs one statement.
 *
 * Pages by page= and page_size=; by limit= and offset= (when page= is not
 * given), and by cursor= (empty for the first page) where it is declared; all
 * in DRF's envelopes. Past 10,000 rows the count is asked first, so that no
 * page behind the end is walked to.
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
	unsigned flags;		/* enum listing_flag */
	/* After the filters of the table; NULL: none. Returns false after it
	 * has refused. */
	bool (*more)(struct request *req, struct filter_sink *sink);
	const char *more_help; /* which names, for OpenAPI: "attr.{code} ..." */
	/* LIST_TAIL: what the envelope shows behind "results", NULL ended; the
	 * columns hold JSON, and NULL shows null. */
	const char *const *members;
	/* Makes JSON of what the last of the members says; NULL: it is JSON. May
	 * ask the database. Returns false after it has refused. */
	bool (*finish)(struct request *req, const char *told, const char **json);
};

/* Reads the page, search, ordering, the filters, fields= and expand=, sends one
 * statement, answers DRF's envelope by route->answer. `fixed` are $1..$k. */
async bool reply_page(struct request *req, const struct listing *listing,
		      struct params fixed);

/* Of a listing with LIST_TAIL, what its last row says: the last of *rows. The
 * query string is read as reply_page() does, 400 included. */
async bool page_tail(struct request *req, const struct listing *listing,
		     struct params fixed, struct rows *rows);

#endif
