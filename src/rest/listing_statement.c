/* listing_statement.c - a page template becomes a statement; the same shape
 * always gives the same text, so that it is prepared once. */
#include "listing.h"

#include <assert.h>
#include <string.h>

size_t list_param(struct list_query *list, struct param param)
{
	assert(list->count < PARAMS_MAX);
	list->params[list->count++] = param;
	return list->count;
}

void list_condition(struct list_query *list, const char *sql, size_t number)
{
	const char *mark;

	text_add(&list->filters, " AND (");
	while ((mark = strstr(sql, "$?")) != NULL) {
		text_add_bytes(&list->filters, sql, (size_t)(mark - sql) + 1);
		text_add_int(&list->filters, (int64_t)number);
		sql = mark + 2;
	}
	text_add(&list->filters, sql);
	text_add_char(&list->filters, ')');
}

/* What stands for a mark of the template; returns its length, 0 for none. */
static size_t add_part(struct text *text, const struct list_query *list,
		       const char *mark)
{
	if (strncmp(mark, "[[filters]]", 11) == 0) {
		if (list->filters.length > 0)
			text_add_bytes(text, list->filters.bytes,
				       list->filters.length);
		return 11;
	}
	if (strncmp(mark, "[[order]]", 9) == 0) {
		text_add_bytes(text, list->order.bytes, list->order.length);
		return 9;
	}
	if (strncmp(mark, "[[page]]", 8) == 0) {
		text_format(text, "LIMIT $%zu OFFSET $%zu", list->count - 1,
			    list->count);
		return 8;
	}
	return 0;
}

const struct query *list_statement(struct list_query *list)
{
	const struct query *template = list->listing->query;
	const char *at = template->text;
	const char *mark;
	struct text text;

	text_init(&text, &list->req->http.work.arena,
		  strlen(at) + list->filters.length * 2 + list->order.length +
			  64);
	while ((mark = strstr(at, "[[")) != NULL) {
		size_t length;

		text_add_bytes(&text, at, (size_t)(mark - at));
		length = add_part(&text, list, mark);
		if (length == 0) /* an array's subscript, say */
			text_add_bytes(&text, mark, length = 2);
		at = mark + length;
	}
	text_add(&text, at);
	return db_assembled(template->name, text.bytes, QUERY_MANY,
			    template->is_slow);
}
