/* openapi_operation.c - parameters, body and answers of one operation of the
 * OpenAPI document. Never waits. */
#include "dispatch.h"

#include <stdio.h>
#include <string.h>

#include <rest/schema.h>

#include "openapi.h"

void openapi_text_member(struct out *out, const char *key,
			      const char *value)
{
	out_key(out, key);
	out_text(out, value);
}

/* {"$ref":"#/components/<kind>/<name>"}. */
static void openapi_reference(struct out *out, const char *kind,
			      const char *name)
{
	out_object(out);
	openapi_text_member(out, "$ref",
			  arena_format(out->text->arena, "#/components/%s/%s",
				       kind, name));
	out_object_end(out);
}

void openapi_header_use(struct out *out, const char *header, const char *name)
{
	out_key(out, header);
	openapi_reference(out, "headers", name);
}

static bool is_guarded(const struct route *route)
{
	return route->access != ACCESS_PUBLIC &&
	       route->access != ACCESS_GATEWAY;
}

bool response_is_of_step_up(const struct error_response *response)
{
	return strcmp(response->name, "StepUpRequired") == 0;
}

bool route_may_answer(const struct route *route,
		      const struct error_response *response)
{
	bool is_write = route->method != METHOD_GET;
	bool is_api = strncmp(route->path, "/api/", 5) == 0;

	switch (response->status) {
	case 402:
		return route->idempotency == IDEMPOTENCY_PHASED;
	case 403:
		return is_api && response_is_of_step_up(response) ==
					 route->needs_step_up;
	case 404:
		return is_api;
	case 405:
		return false;
	case 409:
		return is_write && is_guarded(route);
	case 410:
		return route->may_expire;
	case 412:
	case 428:
		return route->needs_version;
	case 413:
	case 415:
		return is_write;
	case 422:
		return route->idempotency != IDEMPOTENCY_NONE;
	case 429:
		return route->throttle != THROTTLE_NONE;
	default:
		return true;
	}
}

/* ---- parameters ---- */

struct parameter {
	const char *name;
	const char *in;
	const char *type;
	const char *format; /* or NULL */
	bool is_required;
	const char *help;
};

static void write_parameter(struct out *out, const struct parameter *p)
{
	out_object(out);
	openapi_text_member(out, "name", p->name);
	openapi_text_member(out, "in", p->in);
	if (p->is_required) {
		out_key(out, "required");
		out_bool(out, true);
	}
	openapi_text_member(out, "description", p->help);
	out_key(out, "schema");
	out_object(out);
	openapi_text_member(out, "type", p->type);
	if (p->format != NULL)
		openapi_text_member(out, "format", p->format);
	if (strcmp(p->name, "Idempotency-Key") == 0) {
		out_key(out, "maxLength");
		out_int(out, 255);
	}
	out_object_end(out);
	out_object_end(out);
}

static bool is_id(const char *name)
{
	size_t length = strlen(name);

	return strcmp(name, "id") == 0 ||
	       (length > 3 && strcmp(name + length - 3, "_id") == 0);
}

static void write_path_parameters(struct out *out, const struct route *route)
{
	const char *path = route->path;
	/* The public may also name a thing by its slug. */
	bool may_be_slug = route->access == ACCESS_PUBLIC;

	while ((path = strchr(path, '{')) != NULL) {
		size_t length = strcspn(path + 1, "}");
		const char *name = arena_copy(out->text->arena, path + 1,
					      length);

		write_parameter(out,
				&(struct parameter){
					name, "path", "string",
					is_id(name) && !may_be_slug ? "uuid"
								    : NULL,
					true,
					arena_format(out->text->arena,
						     "The %s of the object.",
						     name)});
		path += length;
	}
}

static void write_header_parameters(struct out *out, const struct route *route)
{
	if (route->idempotency != IDEMPOTENCY_NONE)
		write_parameter(
			out,
			&(struct parameter){
				"Idempotency-Key", "header", "string", NULL,
				route->idempotency != IDEMPOTENCY_ACCEPTED,
				"One effect for one key; the answer is kept "
				"for 72 hours."});
	if (route->needs_version)
		write_parameter(
			out, &(struct parameter){
				     "If-Match", "header", "string", NULL, true,
				     "The ETag of the version to change."});
	if (route->cache == CACHE_PUBLIC)
		write_parameter(
			out,
			&(struct parameter){
				"If-None-Match", "header", "string", NULL,
				false, "ETags that the client has: 304 then."});
}

static void write_query_parameters(struct out *out,
				   const struct query_parameter *query)
{
	for (; query != NULL && query->name != NULL; query++)
		write_parameter(out, &(struct parameter){query->name, "query",
							 query->type, NULL,
							 false, query->help});
}

void openapi_parameters_write(struct out *out, const struct route *route)
{
	out_key(out, "parameters");
	out_array(out);
	write_path_parameters(out, route);
	write_query_parameters(out, route->query);
	if (route->listing != NULL)
		listing_parameters_write(out, route->listing);
	if (route->method == METHOD_GET && route->answer != NULL)
		selection_parameters_write(out, route->answer);
	write_header_parameters(out, route);
	out_array_end(out);
}

/* ---- body, answers, security ---- */

static bool needs_body(const struct route *route)
{
	if (route->method == METHOD_PATCH)
		return false;
	for (const struct field *f = route->body->fields; f->name; f++) {
		if (f->flags & FIELD_REQUIRED)
			return true;
	}
	return false;
}

/* Bytes of those media types; a form is an object. */
static void write_types(struct out *out, const char *types)
{
	while (*types != '\0') {
		size_t length = strcspn(types, ", ");
		bool is_form = strncmp(types, "multipart/", 10) == 0;

		out_key(out, arena_copy(out->text->arena, types, length));
		out_object(out);
		out_key(out, "schema");
		if (is_form)
			out_raw(out, "{\"type\":\"object\"}", 17);
		else
			out_raw(out, "{\"type\":\"string\"}", 17);
		out_object_end(out);
		types += length + strspn(types + length, ", ");
	}
}

void openapi_body_write(struct out *out, const struct route *route)
{
	if (route->body == NULL && !route->is_raw)
		return;
	out_key(out, "requestBody");
	out_object(out);
	out_key(out, "required");
	out_bool(out, route->body == NULL || needs_body(route));
	out_key(out, "content");
	out_object(out);
	if (route->consumes != NULL) {
		write_types(out, route->consumes);
		out_object_end(out);
		out_object_end(out);
		return;
	}
	out_key(out, "application/json");
	out_object(out);
	out_key(out, "schema");
	if (route->body != NULL)
		schema_reference(out, route->body,
				 route->method == METHOD_PATCH);
	else
		out_raw(out, "{\"type\":\"object\"}", 17);
	out_object_end(out);
	out_object_end(out);
	out_object_end(out);
}

/* A list without pages is a bare array; its route is named so. */
static bool is_bare_list(const struct route *route)
{
	size_t length = strlen(route->name);

	return route->listing == NULL &&
	       (route->is_array ||
		(length > 5 && strcmp(route->name + length - 5, "_list") == 0));
}

static void write_answer_schema(struct out *out, const struct route *route)
{
	if (route->answer == NULL) {
		out_raw(out, "{\"type\":\"object\"}", 17);
	} else if (route->listing != NULL) {
		openapi_reference(out, "schemas",
				arena_format(out->text->arena,
					     "Paginated%sList",
					     route->answer->name));
	} else if (is_bare_list(route)) {
		out_object(out);
		openapi_text_member(out, "type", "array");
		out_key(out, "items");
		schema_reference(out, route->answer, false);
		out_object_end(out);
	} else {
		schema_reference(out, route->answer, false);
	}
}

static void write_success_headers(struct out *out, const struct route *route)
{
	out_key(out, "headers");
	out_object(out);
	openapi_header_use(out, "X-Request-Id", "RequestId");
	openapi_header_use(out, "Allow", "Allow");
	if (route->cache == CACHE_PUBLIC)
		openapi_header_use(out, "ETag", "ETag");
	if (route->idempotency != IDEMPOTENCY_NONE)
		openapi_header_use(out, "Idempotency-Replayed", "Replayed");
	out_object_end(out);
}

/* One media type or several, and what is in it. */
static void write_contents(struct out *out, const struct route *route)
{
	const char *type = route->content_type != NULL ? route->content_type
						       : "application/json";

	while (*type != '\0') {
		size_t length = strcspn(type, ", ");

		out_key(out, arena_copy(out->text->arena, type, length));
		out_object(out);
		out_key(out, "schema");
		if (route->content_type == NULL)
			write_answer_schema(out, route);
		else
			out_raw(out, "{\"type\":\"string\"}", 17);
		out_object_end(out);
		type += length + strspn(type + length, ", ");
	}
}

static void write_success(struct out *out, const struct route *route,
			  int status)
{
	char key[12];

	snprintf(key, sizeof(key), "%d", status);
	out_key(out, key);
	out_object(out);
	openapi_text_member(out, "description", http_status_text(status));
	write_success_headers(out, route);
	if (status != 204) {
		out_key(out, "content");
		out_object(out);
		write_contents(out, route);
		out_object_end(out);
	}
	out_object_end(out);
}

static void write_moved(struct out *out)
{
	out_key(out, "301");
	out_object(out);
	openapi_text_member(out, "description",
			    "Its slug is another now: Location leads there.");
	out_object_end(out);
}

void openapi_answers_write(struct out *out, const struct route *route)
{
	char key[12];

	out_key(out, "responses");
	out_object(out);
	write_success(out, route, route->status == 0 ? 200 : route->status);
	if (route->may_repeat)
		write_success(out, route, 200);
	if (route->may_move)
		write_moved(out);
	if (route->cache == CACHE_PUBLIC) {
		out_key(out, "304");
		out_object(out);
		openapi_text_member(out, "description",
				  "The client's copy is the newest.");
		out_object_end(out);
	}
	for (const struct error_response *r = error_responses; r->status; r++) {
		if (!route_may_answer(route, r))
			continue;
		snprintf(key, sizeof(key), "%d", r->status);
		out_key(out, key);
		openapi_reference(out, "responses", r->name);
	}
	out_object_end(out);
}
