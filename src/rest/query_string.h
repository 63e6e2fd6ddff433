/* query_string.h - the part behind "?", decoded once. */
#ifndef REST_QUERY_STRING_H
#define REST_QUERY_STRING_H

#include <stdbool.h>
#include <stddef.h>

#include <platform/text.h>
#include <rest/request.h>

enum { QUERY_PAIRS_MAX = 256 };

struct query_pair {
	const char *name;
	const char *value;
	bool has_nul; /* it came with one; here it is U+FFFD */
};

/* Sorted by name; equal names in the order they came. */
struct query_string {
	size_t count;
	const struct query_pair *pairs;
	bool is_cut; /* there were more than QUERY_PAIRS_MAX */
};

const struct query_string *query_parse(struct request *req);
/* The last of that name; NULL when absent. */
const struct query_pair *query_last(const struct query_string *query,
				    const char *name);
/* Those of that name: *count of them. */
const struct query_pair *query_all(const struct query_string *query,
				   const char *name, size_t *count);
/* One parameter of a link, in the place of what was there. */
struct query_change {
	const char *name;
	const char *value; /* NULL leaves it out */
};
/* As Python's urlencode(), with changes (sorted by name). Begins with "?"
 * unless nothing is left. */
void query_encode(struct text *text, const struct query_string *query,
		  const struct query_change *changes, size_t count);

#endif
