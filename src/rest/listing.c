/* listing.c - DRF's envelopes: by page number, by limit and offset, and by
 * cursor; one statement a page. */
#include "listing.h"

#include <assert.h>
#include <string.h>

#include <platform/http.h>

#include "reply_rows.h"

/* What came back for a page. */
struct outcome {
	struct rows rows;
	int shown;     /* of the rows; there may be one more, that tells of it */
	bool has_more; /* behind these */
	int64_t total; /* when it is counted */
	int64_t reach; /* how many of them pages can show */
	const char *finished; /* the last member, if the listing makes it */
};

static async bool ask(struct list_query *list, int64_t limit, int64_t offset,
		      struct rows *rows)
{
	list->params[list->count - 2] = p_int(limit);
	list->params[list->count - 1] = p_int(offset);
	return db_query(&list->req->http.work, list_statement(list),
			(struct params){list->count, list->params}, rows);
}

static bool has_tail(const struct list_query *list)
{
	return (list->listing->flags & LIST_TAIL) != 0;
}

static int64_t total_of(const struct list_query *list, const struct rows *rows)
{
	int column;

	if (rows->count == 0)
		return 0;
	column = rows_column(rows, "total_count");
	assert(column >= 0);
	return row_int(rows, has_tail(list) ? rows->count - 1 : 0, column);
}

/* How many there are, from the first row. */
static async bool ask_total(struct list_query *list, int64_t *total)
{
	bool counts = list->counts;
	struct rows rows;

	list->counts = true;
	if (!ask(list, 1, 0, &rows))
		return false;
	list->counts = counts;
	*total = total_of(list, &rows);
	return true;
}

/* Nothing at this offset: 404 for a page, an empty list for an offset. */
static async bool nothing(struct list_query *list, struct outcome *got)
{
	if (list->form == FORM_PAGE)
		return list->offset == 0 || list_no_page(list);
	return list->offset == 0 || !list->counts || got->total > 0 ||
	       ask_total(list, &got->total);
}

/* A page behind the end is not walked to. */
static async bool lies_behind(struct list_query *list, struct outcome *got,
			      bool *is_behind)
{
	*is_behind = false;
	if (list->offset < OFFSET_DEEP)
		return true;
	if (!ask_total(list, &got->total))
		return false;
	*is_behind = list->offset >= got->total;
	return true;
}

/* What the last row says of all. */
static void read_tail(struct list_query *list, struct outcome *got)
{
	int column = rows_column(&got->rows, "reach");

	assert(column >= 0);
	got->total = total_of(list, &got->rows);
	got->reach = row_int(&got->rows, got->rows.count - 1, column);
}

/* The last row tells of all; the others are the page. Where cursors lead to
 * the end, one row more tells whether there are more: a count is perhaps an
 * estimate. */
static async bool fetch_tailed(struct list_query *list, struct outcome *got)
{
	int64_t more = (list->listing->flags & LIST_CURSOR) != 0 ? 1 : 0;

	if (more == 0 && list->offset >= OFFSET_DEEP)
		return list_no_page(list);
	if (!ask(list, list->size + more, list->offset, &got->rows))
		return false;
	assert(got->rows.count > 0);
	if (list->counts)
		read_tail(list, got);
	got->shown = got->rows.count - 1;
	got->has_more = more == 0 ? list->offset + list->size < got->reach
				  : got->shown > list->size;
	if (got->shown > list->size)
		got->shown = (int)list->size;
	return got->shown > 0 || list->offset == 0 ||
	       list->form != FORM_PAGE || list_no_page(list);
}

static async bool fetch(struct list_query *list, struct outcome *got)
{
	int64_t more = list->counts ? 0 : 1;
	bool is_behind;

	if (has_tail(list))
		return fetch_tailed(list, got);
	if (!lies_behind(list, got, &is_behind))
		return false;
	if (is_behind)
		return nothing(list, got);
	if (!ask(list, list->size + more, list->offset, &got->rows))
		return false;
	if (got->rows.count == 0)
		return nothing(list, got);
	got->shown = got->rows.count;
	got->has_more = got->shown > list->size;
	if (got->has_more)
		got->shown = (int)list->size;
	if (list->counts) {
		got->total = total_of(list, &got->rows);
		got->has_more = list->offset + list->size < got->total;
	}
	return true;
}

/* page=last costs a second statement unless there is only one page. */
static async bool fetch_last(struct list_query *list, struct outcome *got)
{
	list->page = 1;
	list->counts = true;
	if (!fetch(list, got))
		return false;
	if (has_tail(list) && got->total > got->reach)
		got->total = got->reach;
	if (got->total <= list->size)
		return true;
	list->page = (got->total + list->size - 1) / list->size;
	list->offset = (list->page - 1) * list->size;
	return fetch(list, got);
}

static void add_links(struct list_query *list, const struct outcome *got)
{
	int64_t back = list->offset - list->size;

	if (list->form == FORM_PAGE) {
		link_page(list, ",\"next\":", list->page + 1, got->has_more);
		link_page(list, ",\"previous\":", list->page - 1,
			  list->page > 1);
		return;
	}
	link_offset(list, ",\"next\":", list->offset + list->size,
		    got->has_more);
	link_offset(list, ",\"previous\":", back, list->offset > 0);
}

static void add_results(struct list_query *list, const struct outcome *got,
			bool is_reversed)
{
	text_add(&list->req->http.answer, ",\"results\":");
	if (got->shown == 0)
		text_add(&list->req->http.answer, "[]");
	else
		answer_rows(list->req, &got->rows, got->shown, is_reversed,
			    &list->selection);
}

/* What the last row says of a member. */
static const char *told(const struct outcome *got, const char *name)
{
	int column = rows_column(&got->rows, name);

	assert(column >= 0);
	return row_text(&got->rows, got->rows.count - 1, column);
}

static async bool finish(struct list_query *list, struct outcome *got)
{
	const struct listing *listing = list->listing;
	size_t last = 0;

	if (listing->finish == NULL)
		return true;
	while (listing->members[last + 1] != NULL)
		last++;
	return listing->finish(list->req, told(got, listing->members[last]),
			       &got->finished);
}

/* What the last row tells besides. */
static void add_members(struct list_query *list, const struct outcome *got)
{
	struct text *text = &list->req->http.answer;
	const char *const *name = list->listing->members;

	for (; name != NULL && *name != NULL; name++) {
		const char *json = name[1] == NULL && got->finished != NULL
					   ? got->finished
					   : told(got, *name);

		if (json == NULL && (list->listing->flags & LIST_SPARE) != 0)
			continue;
		text_format(text, ",\"%s\":", *name);
		text_add(text, json != NULL ? json : "null");
	}
}

static bool answer(struct list_query *list, const struct outcome *got)
{
	struct text *text = &list->req->http.answer;

	answer_begins(list->req, 16384);
	text_add(text, "{\"count\":");
	list->req->listed = list->counts ? got->total : -1;
	if (list->counts)
		text_add_int(text, got->total);
	else
		text_add(text, "null");
	add_links(list, got);
	add_results(list, got, false);
	add_members(list, got);
	text_add_char(text, '}');
	return reply(list->req, 200);
}

/* Going back, rows come last one first; and whence we came there is more. */
static bool answer_by_cursor(struct list_query *list,
			     const struct outcome *got)
{
	bool back = list->position.is_backward;
	bool has_next = back || got->has_more;
	bool has_previous = back ? got->has_more : list->position.is_given;
	int first = back ? got->shown - 1 : 0;
	int last = back ? 0 : got->shown - 1;
	const char *next = NULL;
	const char *previous = NULL;

	if (got->shown > 0 && has_next)
		next = cursor_make(list, &got->rows, last, false);
	if (got->shown > 0 && has_previous)
		previous = cursor_make(list, &got->rows, first, true);
	answer_begins(list->req, 16384);
	link_cursor(list, "{\"next\":", next);
	link_cursor(list, ",\"previous\":", previous);
	add_results(list, got, back);
	add_members(list, got);
	text_add_char(&list->req->http.answer, '}');
	return reply(list->req, 200);
}

static void begin(struct list_query *list, struct params fixed)
{
	struct arena *arena = &list->req->http.work.arena;

	list->params = arena_array(arena, struct param, PARAMS_MAX);
	list->query = query_parse(list->req);
	text_init(&list->filters, arena, 0);
	text_init(&list->order, arena, 0);
	for (size_t i = 0; i < fixed.count; i++)
		list_param(list, fixed.list[i]);
}

/* All that the query string says. */
static bool read_query(struct list_query *list)
{
	struct request *req = list->req;

	if (list->query->is_cut)
		return refuse(&req->http.work, &fault_invalid,
			      "Too many query parameters.");
	return selection_read(req, req->route->answer, &list->selection) &&
	       list_filters(list) && list_search(list) && list_more(list) &&
	       list_page(list) && list_order(list);
}

async bool reply_page(struct request *req, const struct listing *listing,
		      struct params fixed)
{
	struct list_query list = {.req = req, .listing = listing};
	struct outcome got = {0};

	begin(&list, fixed);
	if (!read_query(&list))
		return false;
	list_param(&list, p_null()); /* limit */
	list_param(&list, p_null()); /* offset */
	if (!(list.page == 0 ? fetch_last(&list, &got) : fetch(&list, &got)))
		return false;
	if (!finish(&list, &got))
		return false;
	return list.form == FORM_CURSOR ? answer_by_cursor(&list, &got)
					: answer(&list, &got);
}

async bool page_tail(struct request *req, const struct listing *listing,
		     struct params fixed, struct rows *rows)
{
	struct list_query list = {.req = req, .listing = listing};

	begin(&list, fixed);
	if (!read_query(&list))
		return false;
	list_param(&list, p_null()); /* limit */
	list_param(&list, p_null()); /* offset */
	return ask(&list, 1, 0, rows);
}
