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
	size_t count;
	const char *list[64];
};

static void tag_add(const struct route *route, void *argument)
{
	struct tags *tags = argument;
	const char *tag = route_tag(tags->out->text->arena, route);

	for (size_t i = 0; i < tags->count; i++) {
		if (strcmp(tags->list[i], tag) == 0)
			return;
	}
	if (tags->count == 64)
		return;
	tags->list[tags->count++] = tag;
	out_object(tags->out);
	openapi_text_member(tags->out, "name", tag);
	openapi_text_member(tags->out, "description",
			  arena_format(tags->out->text->arena,
				       "Everything under %s.", tag));
	out_object_end(tags->out);
}

void openapi_tags_write(struct out *out, const struct room *const *list)
{
	struct tags tags = {.out = out};

	out_key(out, "tags");
	out_array(out);
	routes_each(list, tag_add, &tags);
	out_array_end(out);
}

static void write_scheme(struct out *out, const char *name)
{
	out_object(out);
	if (name != NULL) {
		out_key(out, name);
		out_array(out);
		out_array_end(out);
	}
	out_object_end(out);
}

static void write_security(struct out *out, const struct route *route)
{
	out_key(out, "security");
	out_array(out);
	if (route->access == ACCESS_PUBLIC || route->access == ACCESS_GATEWAY)
		write_scheme(out, NULL);
	if (route->access == ACCESS_TOKEN)
		write_scheme(out, strstr(route->path, "/orders/")
					  ? "orderToken"
					  : "cartToken");
	if (route->access != ACCESS_GATEWAY)
		write_scheme(out, "jwtAuth");
	if (route->access == ACCESS_STAFF && !route->is_for_people &&
	    !route->needs_step_up)
		write_scheme(out, "apiKey");
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
