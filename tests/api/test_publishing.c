/* test_publishing.c - when the public sees a product, under which slug, and
 * many of them at once. */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define PRODUCTS "/api/v1/products/"
#define ADMIN "/api/v1/admin/products/"
#define NO_ID "01a20430-3e93-744d-b2a0-9daec6967bd3"
#define BULK "/api/v1/admin/products/bulk/"

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff()};
}

static struct caller with_version(const struct answer *answer)
{
	struct caller caller = staff();

	caller.header = fmt("If-Match: %s", header_of(answer, "ETag"));
	return caller;
}

static const char *fresh(void)
{
	static unsigned number;

	return fmt("p%d-%u", (int)getpid(), number++);
}

static struct answer *a_product(const char *name, const char *more)
{
	const struct caller caller = staff();

	return askf(201, "POST", ADMIN, &caller,
		    "{\"name\":\"Thing\",\"slug\":\"%s\",\"sku\":\"%s\","
		    "\"price\":\"4.00\",\"status\":\"published\"%s}",
		    name, name, more);
}

static const char *seconds_from_now(int seconds)
{
	time_t at = time(NULL) + seconds;
	struct tm tm;
	char text[32];

	gmtime_r(&at, &tm);
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &tm);
	return fmt("%s", text);
}

static bool is_listed(const char *name)
{
	return strcmp(sql("SELECT count(*) FROM card WHERE slug = '%s'", name), "1") == 0;
}

static void a_product_comes_and_goes_at_its_time(void **state)
{
	const char *name = fresh();

	(void)state;
	a_product(name, fmt(",\"publish_at\":\"%s\",\"unpublish_at\":\"%s\"",
			    seconds_from_now(2), seconds_from_now(5)));
	ask(404, "GET", fmt(PRODUCTS "%s/", name), &nobody, NULL);
	assert_false(is_listed(name));
	until_sql(10, "1", fmt("SELECT count(*) FROM card WHERE slug = '%s'", name));
	ask(200, "GET", fmt(PRODUCTS "%s/", name), &nobody, NULL);
	until_sql(10, "0", fmt("SELECT count(*) FROM card WHERE slug = '%s'", name));
	until_sql(10, "0", fmt("SELECT count(*) FROM product_turn t JOIN product p ON "
			       "p.id = t.product_id WHERE p.slug = '%s'", name));
	ask(404, "GET", fmt(PRODUCTS "%s/", name), &nobody, NULL);
}

static void a_time_that_passed_while_nobody_looked_is_made_up_for(void **state)
{
	const char *name = fresh();

	(void)state;
	a_product(name, fmt(",\"publish_at\":\"%s\"", seconds_from_now(3600)));
	assert_false(is_listed(name));
	/* as a transaction that began before the time and ended after it */
	sql("SET session_replication_role = replica; UPDATE product SET publish_at = "
	    "now() - interval '1 day' WHERE slug = '%s'; UPDATE product_turn SET at = "
	    "now() - interval '1 day' WHERE product_id = (SELECT id FROM product WHERE "
	    "slug = '%s')", name, name);
	until_sql(10, "1", fmt("SELECT count(*) FROM card WHERE slug = '%s'", name));
}

static void a_schedule_that_ends_before_it_begins_is_refused(void **state)
{
	struct answer *made = a_product(fresh(), ",\"publish_at\":\"2031-01-01T00:00:00Z\"");
	const struct caller caller = staff();
	struct caller edit = with_version(made);
	struct answer *answer;

	(void)state;
	answer = ask(400, "PATCH", fmt(ADMIN "%s/", text_at(made, "id")), &edit,
		     "{\"unpublish_at\":\"2030-01-01T00:00:00Z\"}");
	assert_non_null(node_at(answer, "unpublish_at.0"));
	answer = askf(400, "POST", ADMIN, &caller,
		      "{\"name\":\"x\",\"sku\":\"%s\",\"price\":1,"
		      "\"publish_at\":\"2031-01-02T00:00:00Z\","
		      "\"unpublish_at\":\"2031-01-01T00:00:00Z\"}",
		      fresh());
	assert_non_null(node_at(answer, "unpublish_at.0"));
}

static void what_lacks_something_is_not_published(void **state)
{
	const struct caller caller = staff();
	const char *name = fresh();
	struct answer *made = askf(201, "POST", ADMIN, &caller,
				   "{\"name\":\"x\",\"slug\":\"%s\",\"variants\":"
				   "[{\"sku\":\"%s\"}]}", name, name);
	const char *path = fmt(ADMIN "%s/", text_at(made, "id"));
	struct caller edit = with_version(made);
	struct answer *answer;

	(void)state;
	assert_string_equal(text_at(made, "lacks.0"), "It has no price.");
	answer = ask(400, "PATCH", path, &edit, "{\"status\":\"published\"}");
	assert_string_equal(text_at(answer, "status.0"), "It has no price.");
	assert_string_equal(text_at(ask(200, "GET", path, &caller, NULL), "status"),
			    "draft");
	ask(200, "PATCH", path, &edit, "{\"status\":\"published\",\"price\":\"2.00\"}");
	ask(200, "GET", fmt(PRODUCTS "%s/", name), &nobody, NULL);
}

static void old_slugs_lead_on_until_somebody_has_them(void **state)
{
	const char *first = fresh();
	const char *second = fresh();
	const char *third = fresh();
	struct answer *made = a_product(first, "");
	const char *path = fmt(ADMIN "%s/", text_at(made, "id"));
	struct caller edit = with_version(made);
	struct answer *answer;

	(void)state;
	answer = askf(200, "PATCH", path, &edit, "{\"slug\":\"%s\"}", second);
	edit = with_version(answer);
	answer = ask(301, "GET", fmt(PRODUCTS "%s/?currency=EUR", first), &nobody, NULL);
	assert_string_equal(header_of(answer, "Location"),
			    fmt(PRODUCTS "%s/?currency=EUR", second));
	answer = ask(301, "GET", fmt(PRODUCTS "%s/variants/", first), &nobody, NULL);
	assert_string_equal(header_of(answer, "Location"),
			    fmt(PRODUCTS "%s/variants/", second));
	answer = askf(200, "PATCH", path, &edit, "{\"slug\":\"%s\"}", third);
	answer = ask(301, "GET", fmt(PRODUCTS "%s/", first), &nobody, NULL);
	assert_string_equal(header_of(answer, "Location"), fmt(PRODUCTS "%s/", third));
	made = askf(201, "POST", ADMIN, &(struct caller){.bearer = the_staff()},
		    "{\"name\":\"x\",\"slug\":\"%s\",\"sku\":\"%s-b\",\"price\":1,"
		    "\"status\":\"published\"}", first, first);
	ask(200, "GET", fmt(PRODUCTS "%s/", first), &nobody, NULL);
	edit = with_version(ask(200, "GET", path, &edit, NULL));
	ask(204, "DELETE", path, &edit, NULL);
	ask(404, "GET", fmt(PRODUCTS "%s/", second), &nobody, NULL);
}

static void a_deleted_product_comes_back_as_a_draft(void **state)
{
	const char *name = fresh();
	struct answer *made = a_product(name, ",\"brand\":\"b\"");
	const char *id = text_at(made, "id");
	const char *path = fmt(ADMIN "%s/", id);
	struct caller edit = with_version(made);
	struct answer *back;

	(void)state;
	ask(204, "DELETE", path, &edit, NULL);
	back = ask(200, "GET", fmt(ADMIN "?is_deleted=true&search=%s", name),
		   &edit, NULL);
	assert_string_equal(text_at(back, "results.0.slug"), name);
	back = ask(200, "POST", fmt("%srestore/", path), &edit, NULL);
	assert_string_equal(text_at(back, "slug"), name);
	assert_string_equal(text_at(back, "sku"), text_at(made, "sku"));
	assert_string_equal(text_at(back, "status"), "draft");
	ask(200, "POST", fmt("%srestore/", path), &edit, NULL);
	edit = with_version(back);
	ask(200, "PATCH", path, &edit, "{\"status\":\"published\"}");
	ask(200, "GET", fmt(PRODUCTS "%s/", name), &nobody, NULL);
	assert_string_equal(sql("SELECT count(*) FROM slug_redirect WHERE "
				"old_slug LIKE 'deleted-%%'"), "0");
}

static void what_others_took_meanwhile_stays_theirs(void **state)
{
	const char *name = fresh();
	struct answer *made = a_product(name, "");
	const char *path = fmt(ADMIN "%s/", text_at(made, "id"));
	struct caller edit = with_version(made);
	struct answer *rival;
	struct answer *back;

	(void)state;
	ask(204, "DELETE", path, &edit, NULL);
	rival = a_product(name, "");
	back = ask(409, "POST", fmt("%srestore/", path), &edit, NULL);
	assert_string_equal(text_at(back, "code"), "sku_taken");
	edit = with_version(rival);
	askf(200, "PATCH", fmt(ADMIN "%s/", text_at(rival, "id")), &edit,
	     "{\"sku\":\"%s-2\"}", name);
	back = ask(200, "POST", fmt("%srestore/", path), &edit, NULL);
	assert_string_equal(text_at(back, "sku"), text_at(made, "sku"));
	assert_string_not_equal(text_at(back, "slug"), name);
	ask(404, "POST", ADMIN "00000000-0000-7000-8000-000000000000/restore/",
	    &edit, NULL);
}

static void publishing_and_deleting_at_once_leave_nothing_half(void **state)
{
	const char *name = fresh();
	struct answer *made = a_product(name, ",\"brand\":\"b\"");
	const char *path = fmt(ADMIN "%s/", text_at(made, "id"));
	struct caller edit = with_version(made);
	struct request_line lines[6];

	(void)state;
	for (int i = 0; i < 6; i++)
		lines[i] = (struct request_line){
			i % 2 == 0 ? "DELETE" : "PATCH", path, edit,
			i % 2 == 0 ? NULL : "{\"status\":\"published\"}", {0}};
	ask_all(lines, 6);
	assert_true(strcmp(sql("SELECT count(*) FROM card k JOIN product p ON p.id = "
			       "k.product_id WHERE p.deleted_at IS NOT NULL"), "0") == 0);
}

/* ---- in bulk ---- */

static void good_rows_stand_beside_bad_ones(void **state)
{
	const struct caller caller = {.bearer = the_staff(), .key = ""};
	const char *name = fresh();
	struct answer *old = a_product(name, "");
	const char *id = text_at(old, "id");
	struct answer *answer;

	(void)state;
	answer = askf(200, "POST", BULK, &caller,
		      "{\"error_policy\":\"rows\",\"rows\":["
		      "{\"name\":\"A\",\"sku\":\"%s-a\",\"price\":\"1.00\"},"
		      "{\"name\":\"B\",\"sku\":\"%s\",\"price\":\"1.00\"},"
		      "{\"name\":\"C\",\"sku\":\"%s-c\",\"price\":\"-1\"},"
		      "{\"id\":\"%s\",\"version\":1,\"price\":\"9.00\"},"
		      "{\"id\":\"%s\",\"version\":1,\"brand\":\"x\"},"
		      "7,"
		      "{\"name\":\"D\",\"status\":\"published\","
		      "\"variants\":[{\"sku\":\"%s-d\"}]}]}",
		      name, name, name, id, NO_ID, name);
	assert_int_equal(int_at(answer, "results.0.status"), 201);
	assert_non_null(node_at(answer, "results.1.errors.sku.0"));
	assert_non_null(node_at(answer, "results.2.errors.price.0"));
	assert_int_equal(int_at(answer, "results.3.status"), 200);
	assert_int_equal(int_at(answer, "results.3.version"), 2);
	assert_int_equal(int_at(answer, "results.4.status"), 404);
	assert_int_equal(int_at(answer, "results.5.status"), 400);
	assert_string_equal(text_at(answer, "results.6.errors.status.0"),
			    "It has no price.");
	assert_int_equal(int_at(answer, "succeeded"), 2);
	assert_int_equal(int_at(answer, "failed"), 5);
	assert_string_equal(text_at(ask(200, "GET", fmt(PRODUCTS "%s/", name), &nobody, NULL),
				    "price"), "9.00");
	answer = askf(200, "POST", BULK, &caller,
		      "{\"error_policy\":\"rows\",\"rows\":["
		      "{\"id\":\"%s\",\"version\":1,\"price\":\"8.00\"}]}", id);
	assert_int_equal(int_at(answer, "results.0.status"), 412);
}

static void all_means_all_or_nothing(void **state)
{
	const struct caller caller = staff();
	const char *name = fresh();
	struct answer *answer;

	(void)state;
	answer = askf(400, "POST", BULK, &caller,
		      "{\"rows\":[{\"name\":\"A\",\"sku\":\"%s-a\",\"price\":\"1.00\"},"
		      "{\"name\":\"B\",\"sku\":\"%s-a\",\"price\":\"1.00\"},"
		      "{\"name\":\"C\",\"price\":\"1.00\"}]}", name, name);
	assert_non_null(node_at(answer, "rows.1.sku.0"));
	assert_string_equal(text_at(answer, "rows.2.sku.0"), "This field is required.");
	assert_string_equal(sql("SELECT count(*) FROM variant WHERE sku LIKE '%s%%'", name),
			    "0");
	ask(400, "POST", BULK, &caller, "{\"rows\":[]}");
	ask(400, "POST", BULK, &caller, "{\"rows\":7}");
	ask(400, "POST", BULK, &caller, "{}");
	ask(400, "POST", BULK, &caller, "{\"error_policy\":\"some\",\"rows\":[{}]}");
}

static void five_hundred_rows_take_less_than_two_seconds(void **state)
{
	enum { ROWS = 500 };
	const struct caller caller = staff();
	const char *name = fresh();
	char *body = malloc(ROWS * 200 + 100);
	struct timespec from;
	struct timespec to;
	char *at = body;
	struct answer *answer;

	(void)state;
	at += sprintf(at, "{\"error_policy\":\"rows\",\"rows\":[");
	for (int i = 0; i < ROWS; i++)
		at += sprintf(at, "%s{\"name\":\"Bulk %d\",\"sku\":\"%s-%d\",\"price\":\"1.00\","
				  "\"status\":\"published\",\"category\":\"pens\"}",
			      i == 0 ? "" : ",", i, name, i);
	strcpy(at, "]}");
	clock_gettime(CLOCK_MONOTONIC, &from);
	answer = ask(200, "POST", BULK, &caller, body);
	clock_gettime(CLOCK_MONOTONIC, &to);
	free(body);
	assert_int_equal(int_at(answer, "succeeded"), ROWS);
	print_message("500 rows in %ld ms\n",
		      (to.tv_sec - from.tv_sec) * 1000 +
			      (to.tv_nsec - from.tv_nsec) / 1000000);
	assert_string_equal(sql("SELECT count(*) FROM card WHERE sku LIKE '%s-%%'", name),
			    fmt("%d", ROWS));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_product_comes_and_goes_at_its_time),
		cmocka_unit_test(a_time_that_passed_while_nobody_looked_is_made_up_for),
		cmocka_unit_test(a_schedule_that_ends_before_it_begins_is_refused),
		cmocka_unit_test(what_lacks_something_is_not_published),
		cmocka_unit_test(old_slugs_lead_on_until_somebody_has_them),
		cmocka_unit_test(a_deleted_product_comes_back_as_a_draft),
		cmocka_unit_test(what_others_took_meanwhile_stays_theirs),
		cmocka_unit_test(publishing_and_deleting_at_once_leave_nothing_half),
		cmocka_unit_test(good_rows_stand_beside_bad_ones),
		cmocka_unit_test(all_means_all_or_nothing),
		cmocka_unit_test(five_hundred_rows_take_less_than_two_seconds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
