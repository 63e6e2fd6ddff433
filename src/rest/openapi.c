/* openapi.c - the OpenAPI 3.1 document made from the tables: what stands
 * around the paths. Never waits. */
#include "dispatch.h"

#include <rest/service.h>

#include <string.h>

#include <rest/schema.h>

#include "openapi.h"

/* ---- the schemas that routes use, each once ---- */

enum schema_form { SCHEMA_PLAIN, SCHEMA_PATCHED, SCHEMA_PAGE };

struct schema_use {
	const struct resource *resource;
	enum schema_form form;
	struct schema_use *next;
};

struct schema_set {
	struct arena *arena;
	enum schema_form form; /* of what is added now */
	const struct resource *skipped;
	struct schema_use *first;
	struct schema_use **end;
};

static void schema_add(const struct resource *resource, void *argument)
{
	struct schema_set *set = argument;
	struct schema_use *use = set->first;

	if (resource == set->skipped)
		return;
	while (use != NULL && (use->form != set->form ||
			       strcmp(use->resource->name, resource->name) != 0))
		use = use->next;
	if (use != NULL)
		return;
	use = arena_new(set->arena, struct schema_use);
	*use = (struct schema_use){resource, set->form, NULL};
	*set->end = use;
	set->end = &use->next;
}

static void schemas_of_route(const struct route *route, void *argument)
{
	struct schema_set *set = argument;

	set->form = SCHEMA_PLAIN;
	if (route->answer != NULL)
		schema_each(route->answer, schema_add, set);
	/* Of a PATCH the body itself is patched, what is nested is whole. */
	if (route->method == METHOD_PATCH)
		set->skipped = route->body;
	if (route->body != NULL)
		schema_each(route->body, schema_add, set);
	set->skipped = NULL;
	if (route->body != NULL && route->method == METHOD_PATCH) {
		set->form = SCHEMA_PATCHED;
		schema_add(route->body, set);
	}
	if (route->listing != NULL) {
		set->form = SCHEMA_PAGE;
		schema_add(route->answer, set);
	}
}

void routes_each(const struct room *const *list,
		 void (*visit)(const struct route *route, void *argument),
		 void *argument)
{
	for (; *list != NULL; list++) {
		const struct route *route = (*list)->routes;

		for (; route != NULL && route->path != NULL; route++) {
			if (!route->is_hidden)
				visit(route, argument);
		}
	}
}

static void write_error_schemas(struct out *out)
{
	static const char json[] =
		"\"Error\":{\"type\":\"object\",\"description\":\"What went "
		"wrong.\",\"required\":[\"detail\",\"code\"],\"properties\":{"
		"\"detail\":{\"type\":\"string\",\"description\":\"For "
		"people.\"},\"code\":{\"type\":\"string\",\"description\":\""
		"For programs: stable.\"}}},"
		"\"FieldErrors\":{\"type\":\"object\",\"description\":\"The "
		"messages of each field, those of the whole under "
		"non_field_errors. Nested objects and lists nest; a body that "
		"is no JSON has detail and code instead.\","
		"\"additionalProperties\":true},"
		"\"Problem\":{\"type\":\"object\",\"description\":\"RFC 9457, "
		"for Accept: application/problem+json.\",\"required\":["
		"\"type\",\"title\",\"status\",\"detail\",\"code\"],"
		"\"properties\":{\"type\":{\"type\":\"string\",\"format\":"
		"\"uri-reference\"},\"title\":{\"type\":\"string\"},"
		"\"status\":{\"type\":\"integer\"},\"detail\":{\"type\":"
		"\"string\"},\"code\":{\"type\":\"string\"},\"instance\":{"
		"\"type\":\"string\",\"format\":\"uri-reference\"},"
		"\"request_id\":{\"type\":\"string\"},\"errors\":{\"type\":"
		"\"object\",\"additionalProperties\":true}}}";

	out_raw(out, json, sizeof(json) - 1);
}

static void write_schemas(struct out *out, const struct room *const *list)
{
	struct arena *arena = out->text->arena;
	struct schema_set set = {.arena = arena, .end = &set.first};

	routes_each(list, schemas_of_route, &set);
	out_key(out, "schemas");
	out_object(out);
	write_error_schemas(out);
	for (const struct schema_use *use = set.first; use; use = use->next) {
		const struct resource *resource = use->resource;
		bool is_patch = use->form == SCHEMA_PATCHED;

		if (use->form == SCHEMA_PAGE) {
			out_key(out, arena_format(arena, "Paginated%sList",
						  resource->name));
			schema_page_write(out, resource);
			continue;
		}
		out_key(out, schema_name(arena, resource, is_patch));
		schema_write(out, resource, is_patch);
	}
	out_object_end(out);
}

/* ---- responses, headers, security ---- */

const struct error_response error_responses[] = {
	{400, "BadRequest", "FieldErrors",
	 "The body, a parameter or a header is not valid."},
	{401, "Unauthorized", "Error",
	 "No credentials, or a token that is not valid any more."},
	{402, "PaymentRequired", "Error", "The payment was declined."},
	{403, "Forbidden", "Error", "The caller may not do this."},
	{403, "StepUpRequired", "Error",
	 "The caller may not do this, or (step_up_required) must confirm who "
	 "they are first, at /api/v1/auth/step-up/."},
	{404, "NotFound", "Error",
	 "There is no such object, or it is someone else's."},
	{405, "MethodNotAllowed", "Error", "See the Allow header."},
	{406, "NotAcceptable", "Error", "Answers are application/json."},
	{409, "Conflict", "Error",
	 "The state of the object, the stock or a rival request forbids it."},
	{410, "Gone", "Error",
	 "The cursor is too old: read everything anew."},
	{412, "PreconditionFailed", "Error",
	 "If-Match names another version than the object's."},
	{413, "RequestTooLarge", "Error", "The body is over the limit."},
	{415, "UnsupportedMediaType", "Error", "Bodies are application/json."},
	{422, "Unprocessable", "Error",
	 "The Idempotency-Key was used for another request."},
	{428, "PreconditionRequired", "Error", "If-Match is missing."},
	{429, "TooManyRequests", "Error", "Wait for Retry-After seconds."},
	{500, "InternalError", "Error", "A failure of the shop."},
	{503, "Unavailable", "Error",
	 "Overloaded, or a part is down: try again after Retry-After."},
	{0},
};

static void write_media(struct out *out, const char *type, const char *schema)
{
	out_key(out, type);
	out_object(out);
	out_key(out, "schema");
	out_object(out);
	openapi_text_member(out, "$ref",
			  arena_format(out->text->arena,
				       "#/components/schemas/%s", schema));
	out_object_end(out);
	out_object_end(out);
}

static void write_error_headers(struct out *out, int status)
{
	out_key(out, "headers");
	out_object(out);
	openapi_header_use(out, "X-Request-Id", "RequestId");
	if (status == 429 || status == 503)
		openapi_header_use(out, "Retry-After", "RetryAfter");
	if (status == 401)
		openapi_header_use(out, "WWW-Authenticate", "Authenticate");
	if (status == 405)
		openapi_header_use(out, "Allow", "Allow");
	out_object_end(out);
}

struct response_use {
	const struct error_response *response;
	bool is_used;
};

static void look_for_use(const struct route *route, void *argument)
{
	struct response_use *use = argument;

	use->is_used |= route_may_answer(route, use->response);
}

static void write_responses(struct out *out, const struct room *const *list)
{
	out_key(out, "responses");
	out_object(out);
	for (const struct error_response *r = error_responses; r->status; r++) {
		struct response_use use = {r, false};

		routes_each(list, look_for_use, &use);
		if (!use.is_used)
			continue;
		out_key(out, r->name);
		out_object(out);
		openapi_text_member(out, "description", r->description);
		write_error_headers(out, r->status);
		out_key(out, "content");
		out_object(out);
		write_media(out, "application/json", r->schema);
		write_media(out, "application/problem+json", "Problem");
		out_object_end(out);
		out_object_end(out);
	}
	out_object_end(out);
}

static const struct {
	const char *name;
	const char *type;
	const char *description;
} headers[] = {
	{"RequestId", "string", "The id of this request in the shop's logs."},
	{"RetryAfter", "integer", "Seconds to wait."},
	{"Allow", "string", "The methods that this path has."},
	{"ETag", "string", "For If-None-Match, or for If-Match when edited."},
	{"Authenticate", "string", "Bearer realm=\"api\"."},
	{"Replayed", "string",
	 "\"true\": the stored answer of an earlier request with this key."},
};

static void write_headers(struct out *out)
{
	out_key(out, "headers");
	out_object(out);
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		out_key(out, headers[i].name);
		out_object(out);
		openapi_text_member(out, "description", headers[i].description);
		out_key(out, "schema");
		out_object(out);
		openapi_text_member(out, "type", headers[i].type);
		out_object_end(out);
		out_object_end(out);
	}
	out_object_end(out);
}

static void write_security(struct out *out)
{
	static const char json[] =
		"{\"jwtAuth\":{\"type\":\"http\",\"scheme\":\"bearer\","
		"\"bearerFormat\":\"JWT\",\"description\":\"An access token "
		"of /api/v1/auth/token/.\"},"
		"\"apiKey\":{\"type\":\"http\",\"scheme\":\"bearer\","
		"\"bearerFormat\":\"sk_live_... or sk_test_...\","
		"\"description\":\"A key of an integrator with the scope, as "
		"Bearer or as Api-Key.\"},"
		"\"cookieAuth\":{\"type\":\"apiKey\",\"in\":\"cookie\","
		"\"name\":\"__Host-shopd-access\",\"description\":\"The access "
		"token of a browser that has logged in at /api/v1/auth/login/ "
		"(shopd-access where there is no TLS). Whatever writes needs "
		"the csrfToken too, and a page of the shop's own.\"},"
		"\"refreshCookie\":{\"type\":\"apiKey\",\"in\":\"cookie\","
		"\"name\":\"__Host-shopd-refresh\",\"description\":\"Its refresh "
		"token (shopd-refresh where there is no TLS).\"},"
		"\"csrfToken\":{\"type\":\"apiKey\",\"in\":\"header\","
		"\"name\":\"X-CSRFToken\",\"description\":\"What the cookie "
		"csrftoken says.\"},"
		"\"cartToken\":{\"type\":\"apiKey\",\"in\":\"header\","
		"\"name\":\"X-Cart-Token\",\"description\":\"The secret that "
		"came with the cart.\"},"
		"\"orderToken\":{\"type\":\"apiKey\",\"in\":\"header\","
		"\"name\":\"X-Order-Token\",\"description\":\"The secret "
		"that came with the order.\"}}";

	out_key(out, "securitySchemes");
	out_raw(out, json, sizeof(json) - 1);
}

static void write_info(struct out *out)
{
	out_key(out, "info");
	out_object(out);
	openapi_text_member(out, "title", "shopd");
	openapi_text_member(out, "version", SHOPD_VERSION);
	openapi_text_member(out, "summary", "A shop behind one JSON REST API.");
	openapi_text_member(
		out, "description",
		"The wire of a Django REST Framework shop. Money is a decimal "
		"string beside its currency, times are ISO 8601 in UTC, ids "
		"are UUIDs. Errors have a stable code beside their detail.");
	out_key(out, "license");
	out_object(out);
	openapi_text_member(out, "name", "MIT");
	openapi_text_member(out, "identifier", "MIT");
	out_object_end(out);
	out_object_end(out);
	out_key(out, "servers");
	out_array(out);
	out_object(out);
	openapi_text_member(out, "url", "/");
	openapi_text_member(out, "description", "This shop.");
	out_object_end(out);
	out_array_end(out);
}

void openapi_write(struct text *text, const struct room *const *list)
{
	struct out out;

	out_init(&out, text);
	out_object(&out);
	openapi_text_member(&out, "openapi", "3.1.0");
	write_info(&out);
	openapi_tags_write(&out, list);
	out_key(&out, "paths");
	out_object(&out);
	openapi_paths_write(&out, list);
	out_object_end(&out);
	out_key(&out, "components");
	out_object(&out);
	write_schemas(&out, list);
	write_responses(&out, list);
	write_headers(&out);
	write_security(&out);
	out_object_end(&out);
	out_object_end(&out);
}
