/* test_forms.c - the forms of pages on a real PostgreSQL: limit and offset,
 * cursors, counts. */
#include "things.h"

#include <string.h>

static void limit_and_offset_page_as_drf_does(void **state)
{
	(void)state;
	assert_true(ask("limit=10&z=1", 45));
	is_json("count", "45");
	is_json("previous", "null");
	is_json("next", AT "?limit=10&offset=10&z=1\"");
	assert_true(ask("offset=10&limit=10", 45));
	is_json("previous", AT "?limit=10\"");
	is_json("next", AT "?limit=10&offset=20\"");
	is_json("results.0.number", "11");
	assert_true(ask("offset=5&limit=10", 45));
	is_json("previous", AT "?limit=10\"");
	assert_true(ask("offset=40", 45));
	is_json("previous", AT "?limit=20&offset=20\"");
	is_json("next", "null");
	is_json("results.5", "null");
	assert_int_equal(req.http.work.statements, 1);
}

static void bad_limits_and_offsets_mean_the_default(void **state)
{
	(void)state;
	assert_true(ask("limit=-5&offset=-1", 45));
	is_json("next", AT "?limit=20&offset=20\"");
	assert_true(ask("limit=abc&offset=abc", 45));
	is_json("results.0.number", "1");
	assert_true(ask("limit=0&offset=9", 45));
	is_json("results.19.number", "29");
	assert_true(ask("limit=1000000&limit=100", 45));
	is_json("results.44.number", "45");
	/* A page that is given says how. */
	assert_true(ask("page=2&limit=5", 45));
	is_json("results.0.number", "21");
}

static void an_offset_behind_the_end_is_empty_and_knows_the_count(void **state)
{
	(void)state;
	assert_true(ask("offset=60", 45));
	is_json("count", "45");
	is_json("results", "[]");
	is_json("next", "null");
	is_json("previous", AT "?limit=20&offset=40\"");
	assert_true(ask("offset=99999999999999999999", 45));
	is_json("count", "45");
	is_json("results", "[]");
	assert_int_equal(req.http.work.statements, 1);
}

static void a_page_far_behind_the_end_costs_only_the_count(void **state)
{
	(void)state;
	assert_false(ask("page=1000000000", 45));
	assert_int_equal(req.http.work.fault.kind->status, 404);
	assert_int_equal(req.http.work.statements, 1);
	assert_false(ask("page=1000000000&count=none", 45));
	assert_int_equal(req.http.work.statements, 1);
	/* And one that is there is still shown. */
	assert_true(ask("page=1001&page_size=20", 20010));
	is_json("results.0.number", "20001");
	is_json("count", "20010");
	assert_int_equal(req.http.work.statements, 2);
}

static void without_a_count_the_next_page_is_known_all_the_same(void **state)
{
	(void)state;
	assert_true(ask("count=none", 20));
	is_json("count", "null");
	is_json("next", "null");
	is_json("results.19.number", "20");
	assert_true(ask("count=none", 21));
	is_json("next", AT "?count=none&page=2\"");
	is_json("results.20", "null");
	assert_true(ask("count=none&limit=7&offset=7", 21));
	is_json("next", AT "?count=none&limit=7&offset=14\"");
	assert_true(ask("count=none&page=last", 21));
	is_json("count", "21");
	assert_true(ask("count=exact", 21));
	is_json("count", "21");
	refused("count=some", "{\"count\":[\"Select a valid choice. some is "
			      "not one of the available choices: exact, "
			      "none.\"]}");
}

/* Reads a whole list by one link; the numbers, one behind the other. */
static const char *walk(struct arena *arena, const char *query,
			const char *key, int64_t things)
{
	struct text text;

	text_init(&text, arena, 64);
	text_add(&text, "");
	for (int pages = 0; query != NULL && pages < 50; pages++) {
		const struct json_t *results;

		assert_true(ask(query, things));
		results = json_at(root(), "results");
		for (size_t i = 0; i < json_count(results); i++)
			text_format(&text, "%d ",
				    (int)json_int(json_member(
					    json_item(results, i), "number")));
		query = link_of(key);
	}
	return text.bytes;
}

static void cursors_lead_through_all_rows_once(void **state)
{
	struct arena arena = {0};

	(void)state;
	assert_string_equal(walk(&arena, "cursor=&page_size=3", "next", 10),
			    "1 2 3 4 5 6 7 8 9 10 ");
	assert_string_equal(walk(&arena, "cursor=&page_size=4&ordering=-third",
				 "next", 10),
			    "8 5 2 10 7 4 1 9 6 3 ");
	assert_string_equal(walk(&arena, "cursor&page_size=4&ordering=-made_at,"
				 "third", "next", 10),
			    "10 9 8 7 6 5 4 3 2 1 ");
	assert_string_equal(walk(&arena, "cursor=&page_size=5&number__gte=4",
				 "next", 8),
			    "4 5 6 7 8 ");
	assert_true(ask("cursor=", 0));
	assert_string_equal(req.http.answer.bytes,
			    "{\"next\":null,\"previous\":null,\"results\":[]}");
	arena_finish(&arena);
}

static void cursors_lead_back(void **state)
{
	(void)state;
	assert_true(ask("cursor=&page_size=4&ordering=-third", 10));
	assert_null(link_of("previous"));
	assert_true(ask(link_of("next"), 10));
	is_json("results.0.number", "7");
	assert_true(ask(link_of("next"), 10));
	is_json("results.0.number", "6");
	assert_null(link_of("next"));
	assert_true(ask(link_of("previous"), 10));
	is_json("results.0.number", "7");
	is_json("results.3.number", "9");
	assert_true(ask(link_of("previous"), 10));
	is_json("results.0.number", "8");
	is_json("results.3.number", "10");
	assert_null(link_of("previous"));
	assert_true(ask(link_of("next"), 10));
	is_json("results.0.number", "7");
}

static void no_cursor(const char *query)
{
	assert_false(ask(query, 45));
	assert_int_equal(req.http.work.fault.kind->status, 404);
	assert_string_equal(req.http.work.fault.kind->detail, "Invalid cursor");
	assert_int_equal(req.http.work.statements, 0);
}

static void a_cursor_that_is_not_ours_is_404(void **state)
{
	char query[512];

	(void)state;
	no_cursor("cursor=zzz");
	no_cursor("cursor=%00");
	no_cursor("cursor=cD0yMDI2");
	assert_true(ask("cursor=&page_size=4", 45));
	strcpy(query, link_of("next"));
	no_cursor(arena_format(&req.http.work.arena, "%s&ordering=name",
			       query));
	no_cursor(arena_format(&req.http.work.arena, "%s&ordering=-number",
			       query));
	*strchr(query, '&') = '\0';
	query[strlen(query) - 1] ^= 1;
	no_cursor(query);
	query[strlen(query) - 1] = '\0';
	no_cursor(query);
	refused("cursor=&ordering=lost",
		"{\"ordering\":[\"This order cannot be paged by cursor.\"]}");
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(limit_and_offset_page_as_drf_does),
		T(bad_limits_and_offsets_mean_the_default),
		T(an_offset_behind_the_end_is_empty_and_knows_the_count),
		T(a_page_far_behind_the_end_costs_only_the_count),
		T(without_a_count_the_next_page_is_known_all_the_same),
		T(cursors_lead_through_all_rows_once),
		T(cursors_lead_back),
		T(a_cursor_that_is_not_ours_is_404),
	};

	return cmocka_run_group_tests(tests, things_start, things_finish);
}
