/* test_pages.c - whole pages from a real PostgreSQL: the envelope, its links,
 * its count, in one statement. */
#include "../unit/test.h"

#include <stdlib.h>
#include <string.h>

#include <platform/config.h>
#include <platform/json.h>
#include <rest/listing.h>

static const struct field fields[] = {
	{.name = "number", .type = FIELD_INTEGER},
	{.name = "name", .type = FIELD_TEXT},
	{.name = "price", .type = FIELD_MONEY},
	{.name = "made_at", .type = FIELD_TIME},
	{0}};
static const struct resource resource = {.name = "Thing", .fields = fields};

static const struct filter filters[] = {
	{"number__lte", FIELD_INTEGER, 0, "t.number <= $?", NULL, NULL},
	{"number__in", FIELD_INTEGER, FILTER_LIST, "t.number = ANY($?)", NULL,
	 NULL},
	{0}};
static const struct ordering orderings[] = {
	{"number", "t.number"}, {"name", "t.name"}, {0}};
/* 45 things, made on the spot; $1 is a fixed parameter. */
static const struct query page = {
	.name = "test_page",
	.kind = QUERY_PAGE,
	.text = "WITH t AS (SELECT n AS number, 'thing ' || n % 3 AS name, "
		"n * 100::bigint AS price, "
		"timestamptz '2026-01-01 00:00+00' AS made_at "
		"FROM generate_series(1, $1::int) n) "
		"SELECT t.*, (SELECT count(*) FROM t WHERE true[[filters]]) "
		"AS total_count FROM t WHERE true[[filters]] "
		"ORDER BY [[order]] [[page]]",
};
static const struct listing listing = {.query = &page,
				       .filters = filters,
				       .orderings = orderings,
				       .search_sql = "t.name LIKE $?",
				       .order = "number",
				       .tie_break = "t.number",
				       .page_size = 20};
static const struct route route = {.answer = &resource, .listing = &listing};

static struct request req;

struct asked {
	const char *query;
	int64_t things;
};

static async bool serve(struct work *w, void *argument)
{
	const struct asked *asked = argument;

	req.http.query = asked->query;
	req.http.work.deadline = w->deadline;
	req.http.work.fiber = w->fiber;
	return reply_page(&req, &listing, params(p_int(asked->things)));
}

/* Whether it was answered; the answer is in req. */
static bool ask(const char *query, int64_t things)
{
	struct asked asked = {query, things};

	work_finish(&req.http.work);
	memset(&req, 0, sizeof(req));
	req.route = &route;
	req.http.host = "shop.example";
	req.http.path = "/api/v1/things/";
	return command_run(serve, &asked);
}

static void is_json(const char *path, const char *json)
{
	struct arena *arena = &req.http.work.arena;
	const struct json_t *root = json_read_quietly(
		arena, req.http.answer.bytes, req.http.answer.length);

	assert_non_null(root);
	assert_string_equal(json_write(arena, json_at(root, path)), json);
}

#define BASE "http://shop.example/api/v1/things/"

static void the_first_page_has_no_previous(void **state)
{
	(void)state;
	assert_true(ask("", 45));
	assert_int_equal(req.http.status, 200);
	is_json("count", "45");
	is_json("previous", "null");
	is_json("next", "\"" BASE "?page=2\"");
	is_json("results.0",
		"{\"number\":1,\"name\":\"thing 1\",\"price\":\"1.00\","
		"\"made_at\":\"2026-01-01T00:00:00Z\"}");
	is_json("results.19.number", "20");
	is_json("results.20", "null");
	assert_int_equal(req.http.work.statements, 1);
}

static void links_lead_through_all_pages(void **state)
{
	(void)state;
	assert_true(ask("z=1&page=2&a=x,y", 45));
	is_json("previous", "\"" BASE "?a=x%2Cy&z=1\"");
	is_json("next", "\"" BASE "?a=x%2Cy&page=3&z=1\"");
	is_json("results.0.number", "21");
	assert_true(ask("page=3", 45));
	is_json("next", "null");
	is_json("previous", "\"" BASE "?page=2\"");
	is_json("results.4.number", "45");
	is_json("results.5", "null");
}

static void the_last_page_is_found_by_name(void **state)
{
	(void)state;
	assert_true(ask("page=last", 45));
	is_json("results.0.number", "41");
	is_json("previous", "\"" BASE "?page=2\"");
	assert_int_equal(req.http.work.statements, 2);
	assert_true(ask("page=last", 20));
	is_json("results.19.number", "20");
	is_json("previous", "null");
	assert_int_equal(req.http.work.statements, 1);
}

static void an_empty_list_has_a_first_page_only(void **state)
{
	(void)state;
	assert_true(ask("", 0));
	assert_string_equal(req.http.answer.bytes,
			    "{\"count\":0,\"next\":null,\"previous\":null,"
			    "\"results\":[]}");
	assert_true(ask("page=last", 0));
	assert_false(ask("page=2", 0));
	assert_int_equal(req.http.work.fault.kind->status, 404);
	assert_string_equal(req.http.work.fault.detail, "Invalid page.");
	assert_false(ask("page=4", 45));
	assert_false(ask("page=999999999999", 45));
}

static void filters_search_and_ordering_work_together(void **state)
{
	(void)state;
	assert_true(ask("number__lte=10&search=%22thing+1%22&ordering=-number",
			45));
	is_json("count", "4");
	is_json("results.0.number", "10");
	is_json("results.3.number", "1");
	assert_true(ask("number__in=3,5&number__in=7&page_size=2", 45));
	is_json("count", "3");
	is_json("next",
		"\"" BASE "?number__in=3%2C5&number__in=7&page=2"
		"&page_size=2\"");
	assert_true(ask("search=%25", 45));
	is_json("count", "0");
}

static void a_bad_filter_asks_nothing_of_the_database(void **state)
{
	struct work *w = &req.http.work;

	(void)state;
	assert_false(ask("number__lte=x", 45));
	assert_ptr_equal(w->fault.kind, &fault_fields);
	assert_string_equal(json_write(&w->arena, w->fault.body),
			    "{\"number__lte\":[\"Enter a number.\"]}");
	assert_int_equal(w->statements, 0);
}

static int start(void **state)
{
	const char *url = getenv("SHOPD_DATABASE_URL");

	(void)state;
	return url != NULL && config_set("database_url", url) &&
			       config_set("currency", "EUR")
		       ? 0
		       : -1;
}

static int finish(void **state)
{
	(void)state;
	work_finish(&req.http.work);
	return 0;
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_first_page_has_no_previous),
		T(links_lead_through_all_pages),
		T(the_last_page_is_found_by_name),
		T(an_empty_list_has_a_first_page_only),
		T(filters_search_and_ordering_work_together),
		T(a_bad_filter_asks_nothing_of_the_database),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
