/* reply_rows.c - a result is the answer: one row, or a bare array. */
#include <rest/request.h>

#include <assert.h>
#include <stdio.h>

#include <rest/schema.h>

#include "reply_rows.h"
#include "selection.h"

enum { ROW_ROOM = 1024 };

void answer_begins(struct request *req, size_t room)
{
	text_init(&req->http.answer, &req->http.work.arena, room);
	req->http.content_type = "application/json";
}

/* "v7" of column version. */
static void answer_etag(struct request *req, const struct rows *rows)
{
	int column = rows_column(rows, "version");
	char etag[32];

	if (column < 0 || row_is_null(rows, 0, column))
		return;
	snprintf(etag, sizeof(etag), "\"v%s\"", row_text(rows, 0, column));
	http_answer_header(&req->http, "ETag", etag);
}

bool reply_row_as(struct request *req, int status,
		  const struct resource *resource, const struct rows *rows)
{
	struct arena *arena = &req->http.work.arena;
	struct selection selection;

	if (rows->count == 0)
		return refuse(&req->http.work, &fault_not_found,
			      "No %s matches the given query.", resource->name);
	if (!selection_read(req, resource, &selection))
		return false;
	answer_begins(req, ROW_ROOM);
	row_write(row_writer(arena, resource, rows, &selection),
		  &req->http.answer, 0);
	answer_etag(req, rows);
	return reply(req, status);
}

bool reply_row(struct request *req, int status, const struct rows *rows)
{
	assert(req->route->answer != NULL);
	return reply_row_as(req, status, req->route->answer, rows);
}

void answer_rows(struct request *req, const struct rows *rows, int count,
		 bool is_reversed, const struct selection *selection)
{
	struct text *text = &req->http.answer;
	struct row_writer *writer =
		row_writer(&req->http.work.arena, req->route->answer, rows,
			   selection);

	text_add_char(text, '[');
	for (int i = 0; i < count; i++) {
		if (i > 0)
			text_add_char(text, ',');
		row_write(writer, text, is_reversed ? count - 1 - i : i);
	}
	text_add_char(text, ']');
}

bool reply_rows(struct request *req, int status, const struct rows *rows)
{
	struct selection selection;

	assert(req->route->answer != NULL);
	if (!selection_read(req, req->route->answer, &selection))
		return false;
	answer_begins(req, ROW_ROOM * ((size_t)rows->count / 4 + 1));
	answer_rows(req, rows, rows->count, false, &selection);
	return reply(req, status);
}
