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
static bool take(struct filter_sink *sink, struct filter_given *given)
{
	const struct query_string *query = sink->list->query;
	const struct query_pair *first = &query->pairs[sink->next];
	size_t count = 1;

	while (sink->next + count < query->count &&
	       strcmp(first[count].name, first->name) == 0)
		count++;
	sink->next += count;
	given->name = first->name;
	if (filter_collect(sink->list->req, first, count, true, given))
		return given->count > 0;
	sink->is_unsound = true;
	return false;
}

bool filter_next(struct filter_sink *sink, const char *prefix,
		 struct filter_given *given)
{
	const struct query_string *query = sink->list->query;

	if (given->name == NULL) /* from the start, for this prefix */
		sink->next = 0;
	for (; sink->next < query->count && !sink->is_unsound;) {
		if (!begins(query->pairs[sink->next].name, prefix)) {
			sink->next++;
			continue;
		}
		if (take(sink, given)) {
			given->rest = given->name + strlen(prefix);
			return true;
		}
	}
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
