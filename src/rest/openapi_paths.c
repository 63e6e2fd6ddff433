/* openapi_paths.c - the paths of the OpenAPI document, one operation for each
 * route. Never waits. */
#include "dispatch.h"

#include <string.h>

#include "openapi.h"

/* The first segment behind /api/v1/, "system" for the rest. */
static const char *route_tag(struct arena *arena, const struct route *route)
{
	const char *start = route->path + strlen("/api/v1/");

	if (strncmp(route->path, "/api/v1/", 8) != 0 || *start == '\0')
		return "system";
	return arena_copy(arena, start, strcspn(start, "/"));
}

struct tags {
	struct out *out;
	const struct room *const *list;
	const char *tag; /* the one that is looked at */
	const struct route *first; /* that has it */
};

static void find_tag(const struct route *route, void *argument)
{
	struct tags *tags = argument;

	if (tags->first == NULL &&
	    strcmp(route_tag(tags->out->text->arena, route), tags->tag) == 0)
		tags->first = route;
}

static void tag_add(const struct route *route, void *argument)
{
	struct tags *tags = argument;
	struct arena *arena = tags->out->text->arena;

	tags->tag = route_tag(arena, route);
	tags->first = NULL;
	routes_each(tags->list, find_tag, tags);
	if (tags->first != route)
		return;
	out_object(tags->out);
	openapi_text_member(tags->out, "name", tags->tag);
	openapi_text_member(tags->out, "description",
			    arena_format(arena, "Everything under %s.",
					 tags->tag));
	out_object_end(tags->out);
}

void openapi_tags_write(struct out *out, const struct room *const *list)
{
	struct tags tags = {.out = out, .list = list};

	out_key(out, "tags");
	out_array(out);
	routes_each(list, tag_add, &tags);
	out_array_end(out);
}

/* ---- security: one of these, each of one scheme or of two ---- */

static void write_name(struct out *out, const char *name)
{
	if (name == NULL)
		return;
	out_key(out, name);
	out_array(out);
	out_array_end(out);
}

static void write_schemes(struct out *out, const char *name, const char *also)
{
	out_object(out);
	write_name(out, name);
	write_name(out, also);
	out_object_end(out);
}

static void write_bearers(struct out *out, const struct route *route)
{
	bool is_of_all = route->access == ACCESS_PUBLIC;

	if (!route_reads_credentials(route))
		return;
	write_schemes(out, "jwtAuth", NULL);
	if ((route->access == ACCESS_STAFF || is_of_all) &&
	    route_takes_keys(route))
		write_schemes(out, "apiKey", NULL);
	write_schemes(out, "cookieAuth",
		      route->method == METHOD_GET ? NULL : "csrfToken");
}

static void write_security(struct out *out, const struct route *route)
{
	out_key(out, "security");
	out_array(out);
	if (route->access == ACCESS_PUBLIC || route->access == ACCESS_GATEWAY)
		write_schemes(out, NULL, NULL);
	if (route->access == ACCESS_TOKEN)
		write_schemes(out, strstr(route->path, "/orders/")
					   ? "orderToken"
					   : "cartToken",
			      NULL);
	if (route->own_credentials & READS_REFRESH_COOKIE)
		write_schemes(out, "refreshCookie", "csrfToken");
	if (route->own_credentials & READS_BEARER)
		write_schemes(out, "jwtAuth", NULL);
	write_bearers(out, route);
	out_array_end(out);
}

static const char *describe(struct arena *arena, const struct route *route)
{
	switch (route->access) {
	case ACCESS_STAFF:
		return arena_format(arena, "For staff with %s.",
				    permission_name(route->permission));
	case ACCESS_CUSTOMER:
		return "For whoever is logged in.";
	case ACCESS_TOKEN:
		return "For the bearer of the object's secret, or its owner.";
	case ACCESS_GATEWAY:
		return "For the provider: its signature over the raw body is "
		       "verified.";
	case ACCESS_PUBLIC:
	case ACCESS_NONE_GIVEN:
	default:
		return "For everyone.";
	}
}

static const char *method_key(struct arena *arena, enum method method)
{
	char *text = arena_text(arena, method_name(method));

	for (char *p = text; *p != '\0'; p++)
		*p = (char)(*p | 0x20);
	return text;
}

static void write_operation(struct out *out, const struct route *route)
{
	struct arena *arena = out->text->arena;

	out_key(out, method_key(arena, route->method));
	out_object(out);
	openapi_text_member(out, "operationId", route->name);
	openapi_text_member(out, "summary", route->summary);
	openapi_text_member(out, "description", describe(arena, route));
	out_key(out, "tags");
	out_array(out);
	out_text(out, route_tag(arena, route));
	out_array_end(out);
	openapi_parameters_write(out, route);
	openapi_body_write(out, route);
	openapi_answers_write(out, route);
	write_security(out, route);
	out_object_end(out);
}

struct paths {
	struct out *out;
	const struct room *const *list;
	const struct route *route; /* the one that is looked at */
	const struct route *first; /* of its path */
};

static void find_first(const struct route *route, void *argument)
{
	struct paths *paths = argument;

	if (paths->first == NULL &&
	    strcmp(route->path, paths->route->path) == 0)
		paths->first = route;
}

static void write_same_path(const struct route *route, void *argument)
{
	struct paths *paths = argument;

	if (strcmp(route->path, paths->route->path) == 0)
		write_operation(paths->out, route);
}

/* At the first route of a path, all of that path; whichever room they are
 * of. */
static void write_path(const struct route *route, void *argument)
{
	struct paths *paths = argument;

	paths->route = route;
	paths->first = NULL;
	routes_each(paths->list, find_first, paths);
	if (paths->first != route)
		return;
	out_key(paths->out, route->path);
	out_object(paths->out);
	routes_each(paths->list, write_same_path, paths);
	out_object_end(paths->out);
}

void openapi_paths_write(struct out *out, const struct room *const *list)
{
	struct paths paths = {.out = out, .list = list};

	routes_each(list, write_path, &paths);
}
