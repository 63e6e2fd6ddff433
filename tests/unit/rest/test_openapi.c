/* test_openapi.c - the tables are checked, and the document says what they
 * say. */
#include "../test.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <platform/json.h>
#include <rest/listing.h>
#include <rest/service.h>

#include "../../../src/rest/dispatch.h"

static bool handler(struct request *req)
{
	return reply_nothing(req);
}

struct thing {
	const char *name;
	int64_t price;
};
static const struct field fields[] = {
	{.name = "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
	 .offset = offsetof(struct thing, name), .help = "Its name."},
	{.name = "price", .type = FIELD_MONEY,
	 .offset = offsetof(struct thing, price), .help = "Its price."},
	{0},
};
static const struct resource thing = {.name = "Thing",
				      .size = sizeof(struct thing),
				      .fields = fields,
				      .help = "A thing."};

static const struct query page = {
	.name = "things",
	.text = "SELECT 1 AS name, 2 AS total_count WHERE true [[filters]] "
		"ORDER BY [[order]] [[page]]",
	.kind = QUERY_PAGE};
static const struct query flat = {
	.name = "things_flat", .text = "SELECT 1", .kind = QUERY_MANY};
static const struct ordering orderings[] = {{"name", "name"}, {0}};
static const struct listing listing = {.query = &page,
				       .orderings = orderings,
				       .order = "name",
				       .tie_break = "id",
				       .more_help = "attr.{code}."};
static const struct listing broken_listing = {.query = &flat};

static const struct query_parameter asked[] = {
	{"colour", "string", "Of this colour."},
	{0},
};

#define GOOD .handler = handler, .access = ACCESS_PUBLIC, .summary = "It."

static const struct route good[] = {
	{GOOD, .method = METHOD_GET, .path = "/api/v1/things/",
	 .answer = &thing, .listing = &listing, .name = "thing_list",
	 .query = asked, .may_move = true, .may_expire = true,
	 .cache = CACHE_PUBLIC},
	{.handler = handler, .method = METHOD_POST, .path = "/api/v1/auth/again/",
	 .access = ACCESS_PUBLIC, .summary = "Again.", .name = "again",
	 .own_credentials = READS_REFRESH_COOKIE | READS_BEARER},
	{.handler = handler, .method = METHOD_POST, .path = "/api/v1/grave/",
	 .access = ACCESS_STAFF, .summary = "Is grave.", .name = "grave",
	 .needs_step_up = true},
	{.handler = handler, .method = METHOD_POST, .path = "/api/v1/spared/",
	 .access = ACCESS_STAFF, .summary = "Is grave, for people.",
	 .name = "spared", .needs_step_up = true, .spares_keys = true},
	{.handler = handler, .method = METHOD_POST, .path = "/api/v1/things/",
	 .access = ACCESS_STAFF, .permission = PERMISSION_CATALOG_WRITE,
	 .summary = "Makes one.", .body = &thing, .answer = &thing,
	 .status = 201, .may_repeat = true,
	 .idempotency = IDEMPOTENCY_REQUIRED,
	 .name = "thing_create"},
	{.handler = handler, .method = METHOD_PATCH,
	 .path = "/api/v1/things/{id}/", .access = ACCESS_CUSTOMER,
	 .summary = "Edits one.", .body = &thing, .answer = &thing,
	 .needs_version = true, .name = "thing_update"},
	{.handler = handler, .method = METHOD_DELETE,
	 .path = "/api/v1/carts/{id}/items/{item_id}/", .access = ACCESS_TOKEN,
	 .summary = "Takes one out.", .status = 204, .name = "item_delete"},
	{GOOD, .method = METHOD_GET, .path = "/hidden/", .is_hidden = true,
	 .name = "hidden"},
	{0},
};
static const struct room good_room = {.name = "good", .routes = good};
static const struct room *const good_rooms[] = {&good_room, &rest_room, NULL};

/* Whether the tables pass with this route in them; quietly. */
static bool passes(struct route route)
{
	const struct route routes[] = {route, {0}};
	const struct room room = {.name = "bad", .routes = routes};
	const struct room *const all[] = {&good_room, &room, NULL};
	int kept = dup(2);
	bool is_sound;

	assert_non_null(freopen("/dev/null", "w", stderr));
	is_sound = rest_start(all);
	fflush(stderr);
	dup2(kept, 2);
	close(kept);
	return is_sound;
}

#define FINE GOOD, .method = METHOD_GET, .path = "/api/v1/x/", \
	     .answer = &thing, .name = "x"

static void sound_tables_pass(void **state)
{
	(void)state;
	assert_true(rest_start(good_rooms));
	assert_true(passes((struct route){FINE}));
}

static void a_promise_has_a_name_of_its_own(void **state)
{
	static const struct invariant one[] = {{"Z1", "It holds.", &flat}, {0}};
	static const struct invariant two[] = {{"Z2", "It holds.", &flat},
					       {"Z1", "So does it.", &flat},
					       {0}};
	static const struct room first = {.name = "first", .invariants = one};
	static const struct room second = {.name = "second", .invariants = two};
	static const struct room *const rivals[] = {&good_room, &first, &second,
						    NULL};
	static const struct room *const friends[] = {&good_room, &first, NULL};

	(void)state;
	assert_true(rest_start(friends));
	assert_false(rest_start(rivals));
	assert_true(rest_start(good_rooms));
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverride-init"
#ifdef __clang__
#pragma clang diagnostic ignored "-Winitializer-overrides"
#endif
static void what_is_missing_in_a_route_stops_the_start(void **state)
{
	(void)state;
	assert_false(passes((struct route){FINE, .access = 0}));
	assert_false(passes((struct route){FINE, .name = NULL}));
	assert_false(passes((struct route){FINE, .name = ""}));
	assert_false(passes((struct route){FINE, .summary = NULL}));
	assert_false(passes((struct route){FINE, .handler = NULL}));
	assert_false(passes((struct route){FINE, .answer = NULL}));
	assert_false(passes((struct route){FINE, .path = "x/"}));
	assert_false(passes((struct route){FINE, .path = "/{a"}));
	assert_false(passes((struct route){FINE, .access = ACCESS_STAFF,
					   .permission = PERMISSIONS}));
}

static void what_contradicts_itself_stops_the_start(void **state)
{
	(void)state;
	assert_false(passes((struct route){FINE, .name = "thing_list"}));
	assert_false(passes((struct route){FINE, .path = "/api/v1/things/"}));
	assert_false(passes(
		(struct route){FINE, .path = "/api/v1/things/{slug}/"}));
	assert_false(passes((struct route){FINE, .body = &thing}));
	assert_false(passes((struct route){
		FINE, .idempotency = IDEMPOTENCY_ACCEPTED}));
	assert_false(passes((struct route){FINE, .access = ACCESS_CUSTOMER,
					   .cache = CACHE_PUBLIC}));
	assert_false(passes((struct route){FINE, .access = ACCESS_STAFF,
					   .spares_keys = true}));
	assert_false(passes((struct route){FINE, .access = ACCESS_CUSTOMER,
					   .needs_step_up = true,
					   .spares_keys = true}));
	assert_false(passes((struct route){FINE, .access = ACCESS_STAFF,
					   .needs_step_up = true,
					   .is_for_people = true,
					   .spares_keys = true}));
	assert_false(passes((struct route){FINE, .method = METHOD_HEAD}));
	assert_false(passes((struct route){FINE, .method = METHOD_OPTIONS}));
	assert_false(passes((struct route){FINE, .listing = &broken_listing}));
	assert_false(passes((struct route){
		FINE, .body_max = UINT32_C(128) * 1024 * 1024}));
}
#pragma GCC diagnostic pop

struct document {
	struct arena arena;
	const struct json_t *root;
};

static int read_document(void **state)
{
	static struct document document;
	struct text text;

	document = (struct document){0};
	assert_true(rest_start(good_rooms));
	text_init(&text, &document.arena, 1024);
	openapi_write(&text, good_rooms);
	document.root = json_read_quietly(&document.arena, text.bytes,
					  text.length);
	assert_non_null(document.root);
	*state = &document;
	return 0;
}

static int drop_document(void **state)
{
	struct document *document = *state;

	arena_finish(&document->arena);
	return 0;
}

static const struct json_t *operation(struct document *document,
				      const char *path, const char *method)
{
	return json_member(json_member(json_member(document->root, "paths"),
				       path),
			   method);
}

static void each_route_is_an_operation(void **state)
{
	struct document *d = *state;

	assert_string_equal(json_text_at(d->root, "openapi", ""), "3.1.0");
	for (const struct route *route = good; route->path; route++) {
		const char *method = route->method == METHOD_GET ? "get"
				     : route->method == METHOD_POST
					     ? "post"
				     : route->method == METHOD_PATCH
					     ? "patch"
					     : "delete";
		const struct json_t *node = operation(d, route->path, method);

		if (route->is_hidden) {
			assert_null(node);
			continue;
		}
		assert_string_equal(json_text_at(node, "operationId", ""),
				    route->name);
		assert_string_equal(json_text_at(node, "summary", ""),
				    route->summary);
	}
	assert_non_null(operation(d, "/healthz/", "get"));
}

static bool has_parameter(const struct json_t *node, const char *name,
			  bool is_required)
{
	const struct json_t *list = json_member(node, "parameters");

	for (size_t i = 0; i < json_count(list); i++) {
		const struct json_t *p = json_item(list, i);

		if (strcmp(json_text_at(p, "name", ""), name) == 0)
			return json_bool_at(p, "required", false) ==
			       is_required;
	}
	return false;
}

static void parameters_follow_the_row(void **state)
{
	struct document *d = *state;
	const struct json_t *list = operation(d, "/api/v1/things/", "get");
	const struct json_t *make = operation(d, "/api/v1/things/", "post");
	const struct json_t *edit =
		operation(d, "/api/v1/things/{id}/", "patch");
	const struct json_t *drop = operation(
		d, "/api/v1/carts/{id}/items/{item_id}/", "delete");

	assert_true(has_parameter(list, "page", false));
	assert_true(has_parameter(list, "colour", false));
	assert_true(has_parameter(list, "filters", false));
	assert_true(has_parameter(list, "If-None-Match", false));
	assert_true(has_parameter(make, "Idempotency-Key", true));
	assert_false(has_parameter(make, "If-Match", true));
	assert_true(has_parameter(edit, "If-Match", true));
	assert_true(has_parameter(edit, "id", true));
	assert_true(has_parameter(drop, "item_id", true));
}

static void answers_and_security_follow_the_row(void **state)
{
	struct document *d = *state;
	const struct json_t *list = operation(d, "/api/v1/things/", "get");
	const struct json_t *make = operation(d, "/api/v1/things/", "post");
	const struct json_t *drop = operation(
		d, "/api/v1/carts/{id}/items/{item_id}/", "delete");

	assert_string_equal(
		json_text_at(json_member(json_member(json_member(json_member(
					json_member(list, "responses"), "200"),
				"content"), "application/json"), "schema"),
			     "$ref", ""),
		"#/components/schemas/PaginatedThingList");
	assert_non_null(json_at(list, "responses.304"));
	assert_non_null(json_at(make, "responses.201"));
	assert_non_null(json_at(make, "responses.200"));
	assert_null(json_at(make, "responses.301"));
	assert_non_null(json_at(list, "responses.301"));
	assert_null(json_at(list, "responses.201"));
	assert_non_null(json_at(make, "responses.422"));
	assert_null(json_at(list, "responses.422"));
	assert_non_null(json_at(list, "responses.410"));
	assert_null(json_at(make, "responses.410"));
	assert_non_null(json_at(drop, "responses.204"));
	assert_null(json_at(drop, "responses.204.content"));
}

/* The schemes of each alternative: "jwtAuth apiKey cookieAuth+csrfToken". */
static bool add_scheme(const char *key, const struct json_t *value,
		       void *argument)
{
	struct text *text = argument;

	(void)value;
	if (text->length > 0 && text->bytes[text->length - 1] != ' ')
		text_add_char(text, '+');
	text_add(text, key);
	return true;
}

static const char *security(struct document *d, const char *path,
			    const char *method)
{
	const struct json_t *list =
		json_member(operation(d, path, method), "security");
	struct text text;

	text_init(&text, &d->arena, 100);
	for (size_t i = 0; i < json_count(list); i++) {
		if (i > 0)
			text_add_char(&text, ' ');
		if (!json_at(d->root, "components.securitySchemes.cookieAuth") ||
		    !json_each(json_item(list, i), add_scheme, &text))
			return "";
	}
	return text.bytes;
}

static void each_operation_lists_what_it_takes(void **state)
{
	struct document *d = *state;

	assert_string_equal(security(d, "/api/v1/things/", "get"),
			    " jwtAuth apiKey cookieAuth");
	assert_string_equal(security(d, "/api/v1/things/", "post"),
			    "jwtAuth apiKey cookieAuth+csrfToken");
	assert_string_equal(security(d, "/api/v1/things/{id}/", "patch"),
			    "jwtAuth cookieAuth+csrfToken");
	assert_string_equal(
		security(d, "/api/v1/carts/{id}/items/{item_id}/", "delete"),
		"cartToken jwtAuth cookieAuth+csrfToken");
	assert_string_equal(security(d, "/api/v1/auth/again/", "post"),
			    " refreshCookie+csrfToken jwtAuth");
	assert_string_equal(security(d, "/api/v1/grave/", "post"),
			    "jwtAuth cookieAuth+csrfToken");
	assert_string_equal(security(d, "/api/v1/spared/", "post"),
			    "jwtAuth apiKey cookieAuth+csrfToken");
}

static bool reference_resolves(const char *key, const struct json_t *value,
			       void *argument);

static void references_resolve(const struct json_t *node,
			       const struct json_t *root)
{
	for (size_t i = 0; json_kind(node) == JSON_KIND_LIST &&
			   i < json_count(node); i++)
		references_resolve(json_item(node, i), root);
	if (json_kind(node) == JSON_KIND_OBJECT)
		json_each(node, reference_resolves, (void *)(uintptr_t)root);
}

static bool reference_resolves(const char *key, const struct json_t *value,
			       void *argument)
{
	char kind[40] = "";
	char name[80] = "";

	if (strcmp(key, "$ref") != 0) {
		references_resolve(value, argument);
		return true;
	}
	assert_int_equal(sscanf(json_text(value), "#/components/%39[a-z]/%79s",
				kind, name), 2);
	if (json_member(json_member(json_member(argument, "components"), kind),
			name) == NULL)
		fail_msg("%s leads nowhere", json_text(value));
	return true;
}

static void no_reference_leads_nowhere(void **state)
{
	struct document *d = *state;

	references_resolve(d->root, d->root);
	assert_non_null(json_at(d->root, "components.schemas.PatchedThing"));
}

enum { MANY = 700 };

/* Each with a resource and a tag of its own: nothing is left out. */
static void a_document_has_room_for_every_schema_and_tag(void **state)
{
	static struct route routes[MANY + 1];
	static struct resource resources[MANY];
	static const struct room room = {.name = "many", .routes = routes};
	static const struct room *const all[] = {&room, NULL};
	struct document d = {0};
	struct text text;

	(void)state;
	for (size_t i = 0; i < MANY; i++) {
		resources[i] = thing;
		resources[i].name = arena_format(&d.arena, "Thing%zu", i);
		routes[i] = (struct route){GOOD, .method = METHOD_GET,
					   .answer = &resources[i]};
		routes[i].path = arena_format(&d.arena, "/api/v1/t%zu/", i);
		routes[i].name = arena_format(&d.arena, "thing_%zu", i);
	}
	text_init(&text, &d.arena, 1024);
	openapi_write(&text, all);
	d.root = json_read_quietly(&d.arena, text.bytes, text.length);
	references_resolve(d.root, d.root);
	for (size_t i = 0; i < MANY; i++)
		assert_non_null(json_at(
			d.root, arena_format(&d.arena,
					     "components.schemas.Thing%zu", i)));
	assert_int_equal(json_count(json_member(d.root, "tags")), MANY);
	arena_finish(&d.arena);
}

static void the_page_shows_every_route_and_asks_nobody(void **state)
{
	struct document *d = *state;
	struct text text;

	text_init(&text, &d->arena, 1024);
	docs_page_write(&text, good_rooms);
	for (const struct route *route = good; route->path; route++)
		assert_true((strstr(text.bytes, route->path) != NULL) !=
			    route->is_hidden);
	assert_non_null(strstr(text.bytes, "id=\"status-409\""));
	assert_null(strstr(text.bytes, "http:"));
	assert_null(strstr(text.bytes, "https:"));
	assert_null(strstr(text.bytes, "<script"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sound_tables_pass),
		cmocka_unit_test(a_promise_has_a_name_of_its_own),
		cmocka_unit_test(what_is_missing_in_a_route_stops_the_start),
		cmocka_unit_test(what_contradicts_itself_stops_the_start),
		cmocka_unit_test_setup_teardown(each_route_is_an_operation,
						read_document, drop_document),
		cmocka_unit_test_setup_teardown(parameters_follow_the_row,
						read_document, drop_document),
		cmocka_unit_test_setup_teardown(
			answers_and_security_follow_the_row, read_document,
			drop_document),
		cmocka_unit_test_setup_teardown(
			each_operation_lists_what_it_takes, read_document,
			drop_document),
		cmocka_unit_test(a_document_has_room_for_every_schema_and_tag),
		cmocka_unit_test_setup_teardown(no_reference_leads_nowhere,
						read_document, drop_document),
		cmocka_unit_test_setup_teardown(
			the_page_shows_every_route_and_asks_nobody,
			read_document, drop_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
