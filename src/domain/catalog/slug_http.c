/* slug_http.c - who asks for an old slug is sent to the new one. */
#include "catalog.h"

#include <ctype.h>

#include <queries.h>

async bool slug_moved(struct request *req, const char *kind, const char *before,
		      const char *after)
{
	struct work *w = &req->http.work;
	const char *query = req->http.query;
	const char *slug;
	struct rows rows;

	if (!db_query(w, &q_slug_now,
		      params(p_text(kind), p_text(path_text(req, "id"))), &rows))
		return false;
	slug = row_text(&rows, 0, 0);
	if (slug == NULL)
		return refuse(w, &fault_not_found,
			      "No %c%s matches the given query.",
			      toupper(kind[0]), kind + 1);
	http_answer_header(&req->http, "Location",
			   arena_format(&w->arena, "%s%s/%s%s%s", before, slug,
					after, *query ? "?" : "", query));
	reply_nothing(req);
	req->http.status = 301;
	return true;
}
