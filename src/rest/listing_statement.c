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
		bool is_numbered = mark[2] >= '1' && mark[2] <= '9';
		size_t which = is_numbered ? (size_t)(mark[2] - '1') : 0;

		text_add_bytes(&list->filters, sql, (size_t)(mark - sql) + 1);
		text_add_int(&list->filters, (int64_t)(number + which));
		sql = mark + 2 + is_numbered;
	}
	text_add(&list->filters, sql);
	text_add_char(&list->filters, ')');
}

/* Rows behind the position, in the order in which they will come. */
static void put_after(struct text *text, const struct list_query *list)
{
	const struct position *at = &list->position;
	bool descends = list->first_descends != at->is_backward;

	if (at->is_given)
		text_format(text, " AND (%s, %s) %c ($%zu, $%zu)",
			    list->first_sql, list->listing->tie_break,
			    descends ? '<' : '>', at->first_param,
			    at->first_param + 1);
}

static void put_cursor(struct text *text, const struct list_query *list)
{
	if (list->form == FORM_CURSOR)
		text_format(text,
			    ", (%s)::text AS cursor_value, "
			    "(%s)::text AS cursor_key",
			    list->first_sql, list->listing->tie_break);
}

static void put_filters(struct text *text, const struct list_query *list)
{
	if (list->filters.length > 0)
		text_add_bytes(text, list->filters.bytes,
			       list->filters.length);
}

static void put_part(struct text *text, const struct list_query *list,
		     unsigned part)
{
	if (list->parts[part].length > 0)
		text_add_bytes(text, list->parts[part].bytes,
			       list->parts[part].length);
}

static void put_apart(struct text *text, const struct list_query *list)
{
	put_part(text, list, 0);
}

static void put_part_1(struct text *text, const struct list_query *list)
{
	put_part(text, list, 1);
}

static void put_part_2(struct text *text, const struct list_query *list)
{
	put_part(text, list, 2);
}

static void put_part_3(struct text *text, const struct list_query *list)
{
	put_part(text, list, 3);
}

static void put_order(struct text *text, const struct list_query *list)
{
	text_add_bytes(text, list->order.bytes, list->order.length);
}

static void put_page(struct text *text, const struct list_query *list)
{
	text_format(text, "LIMIT $%zu OFFSET $%zu", list->count - 1,
		    list->count);
}

static const struct {
	const char *mark;
	void (*put)(struct text *text, const struct list_query *list);
} marks[] = {
	{"[[filters]]", put_filters}, {"[[order]]", put_order},
	{"[[page]]", put_page},	      {"[[after]]", put_after},
	{"[[cursor]]", put_cursor},   {"[[apart]]", put_apart},
	{"[[part:1]]", put_part_1},   {"[[part:2]]", put_part_2},
	{"[[part:3]]", put_part_3},
};

static size_t put(struct text *text, const void *list, const char *mark)
{
	for (size_t i = 0; i < sizeof(marks) / sizeof(*marks); i++) {
		size_t length = strlen(marks[i].mark);

		if (strncmp(mark, marks[i].mark, length) == 0) {
			marks[i].put(text, list);
			return length;
		}
	}
	return 0;
}

const struct query *list_statement(struct list_query *list)
{
	const struct query *template = list->listing->query;
	struct text text;

	text_init(&text, &list->req->http.work.arena,
		  strlen(template->text) + list->filters.length * 8 +
			  list->order.length * 4 + 256);
	template_write(&text, template->text,
		       &(struct template_fill){
			       .resource = list->req->route != NULL
						   ? list->req->route->answer
						   : NULL,
			       .selection = &list->selection,
			       .counts = list->counts,
			       .put = put,
			       .context = list});
	return db_assembled(template->name, text.bytes, QUERY_MANY,
			    template->is_slow);
}
