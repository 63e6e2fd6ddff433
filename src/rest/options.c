/* options.c - what OPTIONS tells, in DRF's form. Never waits. */
#include "dispatch.h"

#include <ctype.h>
#include <string.h>

#include <rest/schema.h>

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
	write_actions(req, &out);
	out_object_end(&out);
	reply(req, 200);
}
