/* test_router.c - what is found at which path. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "../../../src/rest/router.h"

static const struct route routes[] = {
	{.method = METHOD_GET, .path = "/api/v1/products/"},
	{.method = METHOD_POST, .path = "/api/v1/products/"},
	{.method = METHOD_GET, .path = "/api/v1/products/{slug}/"},
	{.method = METHOD_PATCH, .path = "/api/v1/products/{id}/"},
	{.method = METHOD_GET, .path = "/api/v1/products/featured/"},
	{.method = METHOD_GET, .path = "/api/v1/products/{id}/reviews/"},
	{.method = METHOD_DELETE, .path = "/api/v1/carts/{id}/items/{item}/"},
	{.method = METHOD_GET, .path = "/metrics"},
	{.path = NULL},
};

struct fixture {
	struct arena arena;
	struct router router;
	struct found found;
};

static int set_up(void **state)
{
	static struct fixture fixture;
	const char *why;

	fixture = (struct fixture){0};
	router_init(&fixture.router, &fixture.arena);
	for (const struct route *route = routes; route->path; route++)
		assert_true(router_add(&fixture.router, route, &why));
	*state = &fixture;
	return 0;
}

static int tear_down(void **state)
{
	struct fixture *fixture = *state;

	arena_finish(&fixture->arena);
	return 0;
}

static enum finding find(struct fixture *f, const char *path)
{
	return router_find(&f->router, &f->arena, path, &f->found);
}

static void a_literal_wins_over_a_value(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(find(f, "/api/v1/products/featured/"), FINDING_PLACE);
	assert_int_equal(f->found.value_count, 0);
	assert_string_equal(place_way(f->found.place, METHOD_GET)->route->path,
			    "/api/v1/products/featured/");
}

static void a_literal_that_leads_nowhere_becomes_a_value(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(find(f, "/api/v1/products/featured/reviews/"),
			 FINDING_PLACE);
	assert_int_equal(f->found.value_count, 1);
	assert_string_equal(f->found.values[0], "featured");
}

static void a_value_has_the_name_its_route_gave_it(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(find(f, "/api/v1/products/shoe/"), FINDING_PLACE);
	assert_string_equal(
		place_way(f->found.place, METHOD_GET)->names[0], "slug");
	assert_string_equal(
		place_way(f->found.place, METHOD_PATCH)->names[0], "id");
}

static void values_are_decoded_once(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(find(f, "/api/v1/products/a%20b%2541/"),
			 FINDING_PLACE);
	assert_string_equal(f->found.values[0], "a b%41");
	assert_int_equal(find(f, "/api/v1/products/caf%C3%A9/"), FINDING_PLACE);
	assert_string_equal(f->found.values[0], "caf\xc3\xa9");
}

static void what_is_no_clean_text_is_malformed(void **state)
{
	static const char *const bad[] = {
		"/api/v1/products/%00/",  "/api/v1/products/a%00b/",
		"/api/v1/products/%zz/",  "/api/v1/products/%4/",
		"/api/v1/products/%/",	  "/api/v1/products/%0a/",
		"/api/v1/products/%7f/",  "/api/v1/products/%2f/",
		"/api/v1/products/%ff/",  "/api/v1/products/%c0%af/",
		"/api/v1/products/%ed%a0%80/", "products/",
		"/api/v1/products/%f4%90%80%80/", "",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(find(f, bad[i]), FINDING_MALFORMED);
}

static void dots_and_empty_segments_lead_nowhere(void **state)
{
	static const char *const bad[] = {
		"/api/v1/products/../",	    "/api/v1/products/./",
		"/api/v1/products/%2e%2e/", "/api/v1/products/%2E/",
		"//api/v1/products/",	    "/api/v1//products/",
		"/api/v1/products//",	    "/api/v1/products/a//",
		"/api/v1/",		    "/",
		"/api/v1/%70roducts/",	    "/API/v1/products/",
		"/api/v1/products/a/b/c/",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(find(f, bad[i]), FINDING_NOTHING);
}

static void the_missing_slash_is_noticed(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(find(f, "/api/v1/products"), FINDING_PLACE);
	assert_true(f->found.lacks_slash);
	assert_int_equal(find(f, "/api/v1/products/"), FINDING_PLACE);
	assert_false(f->found.lacks_slash);
	assert_int_equal(find(f, "/metrics"), FINDING_PLACE);
	assert_false(f->found.lacks_slash);
}

static void allow_stands_in_the_order_of_drf(void **state)
{
	struct fixture *f = *state;

	find(f, "/api/v1/products/");
	assert_string_equal(f->found.place->allow, "GET, POST, HEAD, OPTIONS");
	find(f, "/api/v1/products/x/");
	assert_string_equal(f->found.place->allow, "GET, PATCH, HEAD, OPTIONS");
	find(f, "/api/v1/carts/1/items/2/");
	assert_string_equal(f->found.place->allow, "DELETE, OPTIONS");
	assert_string_equal(f->found.values[0], "1");
	assert_string_equal(f->found.values[1], "2");
}

static void head_is_get_and_others_are_not_there(void **state)
{
	struct fixture *f = *state;

	find(f, "/api/v1/products/");
	assert_ptr_equal(place_way(f->found.place, METHOD_HEAD),
			 place_way(f->found.place, METHOD_GET));
	assert_null(place_way(f->found.place, METHOD_DELETE));
	assert_null(place_way(f->found.place, METHOD_OTHER));
	find(f, "/api/v1/carts/1/items/2/");
	assert_null(place_way(f->found.place, METHOD_HEAD));
}

static void a_route_is_not_taken_twice(void **state)
{
	static const struct route again = {.method = METHOD_GET,
					   .path = "/api/v1/products/{other}/"};
	static const struct route bare = {.method = METHOD_PUT,
					  .path = "/api/v1/products"};
	struct fixture *f = *state;
	const char *why;

	assert_false(router_add(&f->router, &again, &why));
	assert_string_equal(why, "another route has this method and path");
	assert_false(router_add(&f->router, &bare, &why));
}

static void a_path_that_is_no_template_is_refused(void **state)
{
	static const char *const bad[] = {
		"products/", "/a//b/", "/{}/", "/{id/", "/a b/", "/A/",
		"/{a}/{b}/{c}/{d}/{e}/", "/x{id}/",
	};
	struct fixture *f = *state;
	const char *why;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct route route = {.method = METHOD_GET, .path = bad[i]};

		assert_false(router_add(&f->router, &route, &why));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_literal_wins_over_a_value,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_literal_that_leads_nowhere_becomes_a_value, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(
			a_value_has_the_name_its_route_gave_it, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(values_are_decoded_once, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(
			what_is_no_clean_text_is_malformed, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			dots_and_empty_segments_lead_nowhere, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(the_missing_slash_is_noticed,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			allow_stands_in_the_order_of_drf, set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			head_is_get_and_others_are_not_there, set_up,
			tear_down),
		cmocka_unit_test_setup_teardown(a_route_is_not_taken_twice,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(
			a_path_that_is_no_template_is_refused, set_up,
			tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
