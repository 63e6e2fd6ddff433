/* listing_more.c - conditions that a room adds for names it knows only at run
 * time: attr.colour=red. */
#include "listing.h"

#include <assert.h>
#include <string.h>

struct filter_sink {
	struct list_query *list;
	size_t next; /* of the pairs, in order of names */
	size_t conditions;
	size_t params;
	bool is_unsound;
};

static bool begins(const char *name, const char *prefix)
{
	return strncmp(name, prefix, strlen(prefix)) == 0;
}

/* One name with all its values; advances behind them. */
static bool take(struct request *req, size_t *place,
		 struct filter_given *given)
{
	const struct query_string *query = query_parse(req);
	const struct query_pair *first = &query->pairs[*place];
	size_t count = 1;

	while (*place + count < query->count &&
	       strcmp(first[count].name, first->name) == 0)
		count++;
	*place += count;
	given->name = first->name;
	return filter_collect(req, first, count, true, given);
}

bool query_given(struct request *req, const char *prefix, size_t *place,
		 struct filter_given *given)
{
	const struct query_string *query = query_parse(req);

	while (*place < query->count) {
		if (!begins(query->pairs[*place].name, prefix)) {
			++*place;
			continue;
		}
		if (!take(req, place, given))
			return false;
		given->rest = given->name + strlen(prefix);
		if (given->count > 0)
			return true;
	}
	return false;
}

bool filter_next(struct filter_sink *sink, const char *prefix,
		 struct filter_given *given)
{
	struct request *req = sink->list->req;

	if (given->name == NULL) /* from the start, for this prefix */
		sink->next = 0;
	if (sink->is_unsound)
		return false;
	if (query_given(req, prefix, &sink->next, given))
		return true;
	sink->is_unsound = req->http.work.fault.kind != NULL;
	return false;
}

bool filter_add(struct filter_sink *sink, const char *sql, struct params params)
{
	struct list_query *list = sink->list;

	sink->params += params.count;
	if (++sink->conditions > FILTER_MORE_MAX ||
	    sink->params > MORE_PARAMS_MAX)
		return refuse(&list->req->http.work, &fault_invalid,
			      "At most %d filters of this kind can be given.",
			      FILTER_MORE_MAX);
	for (size_t i = 0; i < params.count; i++)
		list_param(list, params.list[i]);
	list_condition(list, sql, list->count - params.count + 1);
	return true;
}

bool list_more(struct list_query *list)
{
	struct filter_sink sink = {.list = list};

	if (list->listing->more == NULL || list->query->count == 0)
		return true;
	return list->listing->more(list->req, &sink) && !sink.is_unsound &&
	       list->req->http.work.fault.kind == NULL;
}
