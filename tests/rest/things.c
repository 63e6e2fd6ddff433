/* things.c - a list of things: its tables, its template, and how it is asked. */
#include "things.h"

#include <stdlib.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/config.h>
#include <platform/json.h>
#include <rest/lookups.h>
#include <rest/select.h>

static const struct field kind_fields[] = {
	{.name = "slug", .type = FIELD_SLUG, .flags = FIELD_READ_ONLY},
	{.name = "name", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY},
	{0}};
static const struct resource kind = {.name = "Kind", .fields = kind_fields};
static const struct field fields[] = {
	{.name = "number", .type = FIELD_INTEGER, .flags = FIELD_READ_ONLY},
	{.name = "name", .type = FIELD_TEXT, .flags = FIELD_READ_ONLY},
	{.name = "price", .type = FIELD_MONEY, .flags = FIELD_READ_ONLY},
	{.name = "kind", .type = FIELD_OBJECT, .flags = FIELD_READ_ONLY,
	 .resource = &kind},
	{.name = "parts", .type = FIELD_LIST,
	 .flags = FIELD_READ_ONLY | FIELD_EXPAND, .resource = &kind},
	{.name = "slow", .type = FIELD_INTEGER,
	 .flags = FIELD_READ_ONLY | FIELD_EXPAND},
	{0}};
static const struct resource resource = {.name = "Thing", .fields = fields};

static const struct filter filters[] = {
	LOOKUPS_NUMBER("price", FIELD_MONEY, "t.price", "The price"),
	LOOKUPS_MIN_MAX("price", FIELD_MONEY, "t.price", "The price"),
	LOOKUPS_NUMBER("number", FIELD_INTEGER, "t.number", "The number"),
	LOOKUPS_TEXT("name", "t.name", "The name"),
	LOOKUPS_TIME("made_at", "t.made_at", "It"),
	LOOKUP_ISNULL("lost", "t.lost", "It"),
	{0}};
static const struct ordering orderings[] = {
	{"number", "t.number"},	      {"third", "t.number % 3"},
	{"name", "t.name"},	      {"made_at", "t.made_at"},
	{"lost", "t.lost %s NULLS LAST"}, {0}};
static const struct query page = {
	.name = "test_form",
	.kind = QUERY_PAGE,
	.text = "WITH t AS (SELECT n AS number, 'thing_' || n AS name, "
		"n * 100::bigint AS price, nullif(n % 2, 1) AS lost, "
		"timestamptz '2026-01-01 00:00+00' + n * interval '1 day' "
		"AS made_at FROM generate_series(1, $1::int) n) "
		"SELECT t.*, '{\"slug\" : \"k\", \"name\" : \"K, {]\\\"\"}'::json"
		" AS kind[[expand:parts]], '[{\"slug\": \"a\", \"name\": [1,{}"
		"]}, {\"name\": null, \"slug\": \"b\"}]'::jsonb AS parts"
		"[[end]][[expand:slow]], 1 / 0 AS slow[[end]]"
		"[[count]], (SELECT count(*) FROM t WHERE true[[filters]]) "
		"AS total_count[[end]][[cursor]] FROM t "
		"WHERE true[[filters]][[after]] ORDER BY [[order]] [[page]]",
};

/* odd=1, odd.x=1,2: a room's own. */
static bool more(struct request *request, struct filter_sink *sink)
{
	struct arena *arena = &request->http.work.arena;
	struct filter_given given = {0};

	while (filter_next(sink, "own.", &given)) {
		if (strcmp(given.rest, "no") == 0)
			return refuse_parameter(&request->http.work,
						given.name, "Enter another.");
		if (!filter_add(sink, "t.name = ANY ($?2) OR t.name = $?1",
				params(p_text(given.rest),
				       p_texts(arena, given.values,
					       given.count))))
			return false;
	}
	return true;
}

static const struct listing listing = {
	.query = &page,
	.filters = filters,
	.orderings = orderings,
	.order = "number",
	.tie_break = "t.number",
	.page_size = 20,
	.flags = LIST_CURSOR | LIST_COUNT_OPTIONAL,
	.more = more};
static const struct route route = {.answer = &resource, .listing = &listing};

struct request req;
static async bool serve(struct work *w, void *argument)
{
	const int64_t *things = argument;

	req.http.work.deadline = w->deadline;
	req.http.work.fiber = w->fiber;
	return reply_page(&req, &listing, params(p_int(*things)));
}

/* Whether it was answered; the answer is in req. */
bool ask(const char *query, int64_t things)
{
	struct work old = req.http.work;
	bool is_good;

	memset(&req, 0, sizeof(req));
	req.route = &route;
	req.http.host = "shop.example";
	req.http.path = "/api/v1/things/";
	req.http.query = query; /* may lie in the answer before */
	is_good = command_run(serve, &things);
	work_finish(&old);
	return is_good;
}

const struct json_t *root(void)
{
	const struct json_t *json =
		json_read_quietly(&req.http.work.arena, req.http.answer.bytes,
				  req.http.answer.length);

	assert_non_null(json);
	return json;
}

void is_json(const char *path, const char *json)
{
	assert_string_equal(json_write(&req.http.work.arena,
				       json_at(root(), path)),
			    json);
}

void refused(const char *query, const char *errors)
{
	struct work *w = &req.http.work;

	assert_false(ask(query, 45));
	assert_ptr_equal(w->fault.kind, &fault_fields);
	assert_string_equal(json_write(&w->arena, w->fault.body), errors);
	assert_int_equal(w->statements, 0);
}

int64_t counted(const char *query)
{
	if (!ask(query, 45)) {
		print_error("%s\n", query);
		fail();
	}
	return json_int(json_at(root(), "count"));
}

/* The query of a link of the answer; NULL when it is null. */
const char *link_of(const char *key)
{
	const char *link = json_text_at(root(), key, NULL);

	return link != NULL ? strchr(link, '?') + 1 : NULL;
}

int things_start(void **state)
{
	const char *url = getenv("SHOPD_DATABASE_URL");

	(void)state;
	return url != NULL && config_set("database_url", url) &&
			       config_set("currency", "EUR") &&
			       config_set("token_keys",
					  "a:0123456789abcdef0123456789abcdef"
					  "0123456789abcdef") &&
			       auth_parent_start()
		       ? 0
		       : -1;
}

int things_finish(void **state)
{
	(void)state;
	work_finish(&req.http.work);
	return 0;
}
