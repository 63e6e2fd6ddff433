/* miss.c - what was sought and not found: noted, told to staff, forgotten. */
#include "language.h"

#include <stdlib.h>
#include <string.h>

#include <platform/log.h>

#include <queries.h>

enum { DAYS_MOST = 90, DAYS = 30 };

static const struct ordering orderings[] = {
	{"searches", "searches"},
	{"last_at", "last_at"},
	{"query", "query"},
	{0},
};
const struct listing miss_listing = {
	.query = &q_search_miss_list,
	.orderings = orderings,
	.search_sql = "(m.query ILIKE $?)",
	.order = "-searches",
	.tie_break = "query",
};

async bool search_miss_list(struct request *req)
{
	const char *given = query_text(req, "days");
	long days = DAYS;

	if (given != NULL && given[0] != '\0') {
		char *end;

		days = strtol(given, &end, 10);
		if (*end != '\0' || days < 1 || days > DAYS_MOST)
			return refuse_field(&req->http.work, "days",
					    "Enter a number from 1 to %d.",
					    DAYS_MOST);
	}
	return reply_page(req, &miss_listing, params(p_int(days)));
}

async void search_miss_note(struct work *w, const char *text)
{
	if (!db_query(w, &q_search_miss_note, params(p_text(text)), NULL)) {
		log_line(LOG_WARNING_LINE,
			 "a search without results was not noted", "why",
			 w->fault.detail, NULL);
		forgive(w);
	}
}

async bool search_misses_forget(struct work *w)
{
	return db_query(w, &q_search_miss_forget, no_params, NULL);
}
