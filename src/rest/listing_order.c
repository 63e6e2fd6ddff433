/* listing_order.c - "ordering": names from the table, never anything else. */
#include "listing.h"

#include <assert.h>
#include <string.h>

enum { ORDERINGS_MAX = 8 };

struct term {
	const struct ordering *ordering;
	bool is_descending;
};

static const struct ordering *find(const struct listing *listing,
				   const char *name, size_t length)
{
	const struct ordering *ordering = listing->orderings;

	for (; ordering != NULL && ordering->name != NULL; ordering++) {
		if (strlen(ordering->name) == length &&
		    memcmp(ordering->name, name, length) == 0)
			return ordering;
	}
	return NULL;
}

static bool is_taken(const struct term *terms, size_t count,
		     const struct ordering *ordering)
{
	for (size_t i = 0; i < count; i++) {
		if (terms[i].ordering == ordering)
			return true;
	}
	return false;
}

/* The known names of a comma list, each once: so the shapes stay few. */
static size_t read_terms(const struct listing *listing, const char *list,
			 struct term terms[ORDERINGS_MAX])
{
	size_t count = 0;

	while (*list != '\0' && count < ORDERINGS_MAX) {
		size_t length = strcspn(list, ",");
		const char *next = list + length + (list[length] == ',');
		const struct ordering *ordering;
		struct term *term = &terms[count];

		for (; length > 0 && *list == ' '; length--)
			list++;
		while (length > 0 && list[length - 1] == ' ')
			length--;
		term->is_descending = length > 0 && *list == '-';
		list += term->is_descending;
		length -= term->is_descending;
		ordering = find(listing, list, length);
		if (ordering != NULL && !is_taken(terms, count, ordering)) {
			term->ordering = ordering;
			count++;
		}
		list = next;
	}
	return count;
}

static void add_term(struct text *order, const struct term *term)
{
	const char *direction = term->is_descending ? " DESC" : "";
	const char *sql = term->ordering->sql;
	const char *mark = strstr(sql, "%s");

	if (order->length > 0)
		text_add(order, ", ");
	if (mark == NULL) {
		text_add(order, sql);
		text_add(order, direction);
		return;
	}
	text_add_bytes(order, sql, (size_t)(mark - sql));
	text_add(order, term->is_descending ? "DESC" : "ASC");
	text_add(order, mark + 2);
}

/* The terms of the order that was asked for, else of the default. */
static size_t asked_terms(const struct list_query *list,
			  struct term terms[ORDERINGS_MAX])
{
	const struct listing *listing = list->listing;
	const struct query_pair *pair = query_last(list->query, "ordering");
	size_t count = 0;

	if (pair != NULL)
		count = read_terms(listing, pair->value, terms);
	if (count == 0 && listing->order != NULL) {
		count = read_terms(listing, listing->order, terms);
		assert(count > 0); /* the default names what is not there */
	}
	return count;
}

/* By cursor only the first counts, the tie-break decides the rest; read
 * backwards when the page lies before the cursor. */
static void order_by_cursor(struct list_query *list, struct term *term)
{
	list->first_descends = term->is_descending;
	if (strstr(term->ordering->sql, "%s") == NULL)
		list->first_sql = term->ordering->sql;
}

bool list_order(struct list_query *list)
{
	const struct listing *listing = list->listing;
	struct term terms[ORDERINGS_MAX];
	bool is_descending = false;
	size_t count = asked_terms(list, terms);

	if (list->form == FORM_CURSOR && count > 0) {
		count = 1;
		order_by_cursor(list, &terms[0]);
	}
	if (list->form == FORM_CURSOR && !list_cursor(list))
		return false;
	for (size_t i = 0; i < count; i++) {
		terms[i].is_descending ^= list->position.is_backward;
		add_term(&list->order, &terms[i]);
		is_descending = terms[i].is_descending;
	}
	if (listing->tie_break != NULL) {
		if (count > 0)
			text_add(&list->order, ", ");
		text_add(&list->order, listing->tie_break);
		/* In the same direction, so that one index serves both. */
		if (is_descending)
			text_add(&list->order, " DESC");
	}
	assert(list->order.length > 0);
	return true;
}
