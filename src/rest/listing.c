/* listing.c - DRF's page-number envelope, one statement a page. */
#include "listing.h"

#include <assert.h>
#include <string.h>

#include <platform/http.h>

#include "reply_rows.h"

/* The rows of one page, and how many there are in all. */
static async bool fetch(struct list_query *list, int64_t page,
			struct rows *rows, int64_t *total)
{
	int column;

	list->params[list->count - 2] = p_int(list->size);
	list->params[list->count - 1] = p_int((page - 1) * list->size);
	if (!db_query(&list->req->http.work, list_statement(list),
		      (struct params){list->count, list->params}, rows))
		return false;
	*total = 0;
	if (rows->count == 0)
		return page == 1 || list_no_page(list);
	column = rows_column(rows, "total_count");
	assert(column >= 0);
	*total = row_int(rows, 0, column);
	return true;
}

/* page=last costs a second statement unless there is only one page. */
static async bool fetch_last(struct list_query *list, struct rows *rows,
			     int64_t *total)
{
	list->page = 1;
	if (!fetch(list, 1, rows, total))
		return false;
	if (*total <= list->size)
		return true;
	list->page = (*total + list->size - 1) / list->size;
	return fetch(list, list->page, rows, total);
}

/* This list's address with another page; 1 is left out. */
static void add_link(struct list_query *list, const char *key, int64_t page,
		     bool is_there)
{
	struct text *answer = &list->req->http.answer;
	struct text link;

	text_add(answer, key);
	if (!is_there) {
		text_add(answer, "null");
		return;
	}
	text_init(&link, answer->arena, 256);
	text_add(&link, absolute_url(list->req, list->req->http.path));
	query_encode(&link, list->query, page > 1 ? page : 0);
	text_add_json(answer, link.bytes, link.length);
}

static bool answer(struct list_query *list, const struct rows *rows,
		   int64_t total)
{
	struct request *req = list->req;

	answer_begins(req, 16384);
	text_add(&req->http.answer, "{\"count\":");
	text_add_int(&req->http.answer, total);
	add_link(list, ",\"next\":", list->page + 1,
		 list->page * list->size < total);
	add_link(list, ",\"previous\":", list->page - 1, list->page > 1);
	text_add(&req->http.answer, ",\"results\":");
	answer_rows(req, rows);
	text_add_char(&req->http.answer, '}');
	return reply(req, 200);
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

async bool reply_page(struct request *req, const struct listing *listing,
		      struct params fixed)
{
	struct list_query list = {.req = req, .listing = listing};
	struct rows rows;
	int64_t total;

	begin(&list, fixed);
	if (list.query->is_cut)
		return refuse(&req->http.work, &fault_invalid,
			      "Too many query parameters.");
	if (!list_filters(&list) || !list_search(&list) || !list_page(&list))
		return false;
	list_order(&list);
	list_param(&list, p_null()); /* limit */
	list_param(&list, p_null()); /* offset */
	return (list.page == 0 ? fetch_last(&list, &rows, &total)
			       : fetch(&list, list.page, &rows, &total)) &&
	       answer(&list, &rows, total);
}
