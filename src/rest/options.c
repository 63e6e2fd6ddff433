/* options.c - what OPTIONS tells, in DRF's form. Never waits. */
#include "dispatch.h"

#include <ctype.h>
#include <string.h>

#include <rest/schema.h>

#include "selection.h"

/* The way that gives the view its name: GET if there is one. */
static const struct way *main_way(const struct place *place)
{
	if (place->ways[METHOD_GET].route != NULL)
		return &place->ways[METHOD_GET];
	for (int i = 0; i < METHODS; i++) {
		if (place->ways[i].route != NULL)
			return &place->ways[i];
	}
	return NULL;
}

/* "product_list" becomes "Product List". */
static const char *spaced_name(struct arena *arena, const char *name)
{
	char *text = arena_text(arena, name);
	bool is_first = true;

	for (char *p = text; *p != '\0'; p++) {
		if (is_first)
			*p = (char)toupper((unsigned char)*p);
		is_first = *p == '_';
		if (is_first)
			*p = ' ';
	}
	return text;
}

static void write_type(struct out *out, const char *key, const char *type)
{
	out_key(out, key);
	out_array(out);
	out_text(out, type);
	out_array_end(out);
}

/* Only what the caller may do. */
static bool has_action(const struct request *req, enum method method)
{
	const struct route *route = req->place->ways[method].route;

	return route != NULL && route->body != NULL &&
	       route_allows(route, &req->who);
}

static void write_actions(struct request *req, struct out *out)
{
	static const enum method methods[] = {METHOD_POST, METHOD_PUT,
					      METHOD_PATCH};
	bool is_open = false;

	for (int i = 0; i < 3; i++) {
		if (!has_action(req, methods[i]))
			continue;
		if (!is_open) {
			out_key(out, "actions");
			out_object(out);
		}
		is_open = true;
		out_key(out, method_name(methods[i]));
		metadata_write(out, req->place->ways[methods[i]].route->body);
	}
	if (is_open)
		out_object_end(out);
}

static void write_orderings(struct out *out, const struct listing *listing)
{
	const struct ordering *ordering = listing->orderings;

	out_key(out, "ordering");
	out_array(out);
	for (; ordering != NULL && ordering->name != NULL; ordering++)
		out_text(out, ordering->name);
	out_array_end(out);
}

static void write_filters(struct out *out, const struct listing *listing)
{
	const struct filter *filter = listing->filters;

	out_key(out, "filters");
	out_array(out);
	for (; filter != NULL && filter->name != NULL; filter++)
		out_text(out, filter->name);
	out_array_end(out);
}

/* What a GET takes behind "?". */
static void write_query(struct out *out, const struct route *route)
{
	if (route->method != METHOD_GET || route->answer == NULL)
		return;
	out_key(out, "query");
	out_object(out);
	out_key(out, "fields");
	selection_names(out, route->answer, false);
	if (selection_can_expand(route->answer)) {
		out_key(out, "expand");
		selection_names(out, route->answer, true);
	}
	if (route->listing != NULL) {
		write_orderings(out, route->listing);
		write_filters(out, route->listing);
	}
	out_object_end(out);
}

void options_answer(struct request *req)
{
	const struct way *way = main_way(req->place);
	struct out out;

	out_init(&out, &req->http.answer);
	out_object(&out);
	out_key(&out, "name");
	out_text(&out, spaced_name(&req->http.work.arena, way->route->name));
	out_key(&out, "description");
	out_text(&out, way->route->summary);
	write_type(&out, "renders", "application/json");
	write_type(&out, "parses", "application/json");
	write_query(&out, way->route);
	write_actions(req, &out);
	out_object_end(&out);
	reply(req, 200);
}
