/* test_budget.c - how many statements a request takes: of the catalogue one
 * for a list, one or two for what has a name and for a search; of anything no
 * more than its route says. */
#include "operations.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINE_MAX_BYTES = 65536, PATIENCE = 200 };

/* The shop's log line that holds both, waited for: the log is written a
 * moment after the answer. NULL when none comes. */
static const char *log_line_with(const char *id, const char *what)
{
	static char line[LINE_MAX_BYTES];
	FILE *log = fopen(getenv("SHOP_LOG"), "r");

	assert_non_null(log);
	for (int wait = 0; wait < PATIENCE; wait++) {
		while (fgets(line, sizeof(line), log) != NULL) {
			if (strstr(line, id) != NULL &&
			    strstr(line, what) != NULL) {
				fclose(log);
				return line;
			}
		}
		clearerr(log);
		usleep(10000);
	}
	fclose(log);
	return NULL;
}

/* As the line of its request tells. */
static int statements_of(const struct answer *answer)
{
	const char *line = log_line_with(header_of(answer, "X-Request-Id"),
					 "\"message\":\"request\"");
	const char *count = line ? strstr(line, "\"statements\":\"") : NULL;

	if (count == NULL)
		fail_msg("no log line of %s", header_of(answer, "X-Request-Id"));
	return atoi(count + strlen("\"statements\":\""));
}

static bool is_catalogue(const struct operation *o)
{
	static const char *const roots[] = {
		"products/", "categories/", "collections/", "search/", "attributes/",
		"product-types/", "catalog-changes/", "redirects/"};

	if (strcmp(o->method, "GET") != 0 || o->guard != FOR_ALL ||
	    strncmp(o->template, "/api/v1/", 8) != 0)
		return false;
	for (size_t i = 0; i < sizeof(roots) / sizeof(*roots); i++)
		if (strncmp(o->template + 8, roots[i], strlen(roots[i])) == 0)
			return true;
	return false;
}

/* One object, or below one that must be found first; or a search. */
static bool may_take_two(const struct operation *o)
{
	return strchr(o->template, '{') != NULL ||
	       strncmp(o->template, "/api/v1/search/", 15) == 0;
}

static void a_list_takes_one_statement_a_detail_or_a_search_two(void **state)
{
	size_t count;
	struct operation *all = operations(&count);
	size_t asked = 0;
	int over = 0;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct target target;
		int most;
		int took;

		if (!is_catalogue(&all[i]))
			continue;
		target = target_of(&all[i]);
		took = statements_of(ask(all[i].status, "GET", target.path,
					 &target.owner, NULL));
		most = may_take_two(&all[i]) ? 2 : 1;
		asked++;
		print_message("%s: %d\n", all[i].name, took);
		if (took > most) {
			print_error("%s took %d statements, not %d\n",
				    all[i].name, took, most);
			over++;
		}
	}
	assert_int_equal(over, 0);
	assert_true(asked >= 10);
}

/* The same lists with all that they can be asked for. */
static void filters_and_expansions_take_no_further_statement(void **state)
{
	static const struct {
		const char *path;
		int most;
	} questions[] = {
		{"/api/v1/products/?category=kitchen&brand=Northwind"
		 "&price__gte=1&ordering=-price&page_size=5", 1},
		{"/api/v1/products/?search=mug&in_stock=true&ordering=name", 1},
		{"/api/v1/products/?expand=variants,breadcrumbs,description", 1},
		{"/api/v1/products/?page=1&page_size=100&currency=USD", 1},
		{"/api/v1/categories/?page_size=100&ordering=name", 1},
		{"/api/v1/search/?q=mug", 2},
		{"/api/v1/search/?q=mgu+stonware&category=kitchen", 2},
		{"/api/v1/search/?q=no-such-thing-at-all", 2},
		{"/api/v1/search/?price__range=1,100&ordering=price", 2},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(questions) / sizeof(*questions); i++) {
		int took = statements_of(
			ask(200, "GET", questions[i].path, &nobody, NULL));

		if (took > questions[i].most)
			fail_msg("%s took %d statements, not %d",
				 questions[i].path, took, questions[i].most);
		assert_true(took >= 1);
	}
}

/* The budget of each route, reads and writes, as the route table has it. */
static void no_right_request_is_over_its_routes_budget(void **state)
{
	static char line[LINE_MAX_BYTES];
	const struct answer *last;
	int over = 0;
	size_t count;
	struct operation *all = operations(&count);
	FILE *log;

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct target target = target_of(&all[i]);

		ask(all[i].status, all[i].method, target.path, &target.owner,
		    target.body);
	}
	ask(200, "GET", "/api/v1/admin/products/?page=last&page_size=1",
	    &(struct caller){.bearer = the_staff()}, NULL);
	last = ask(200, "GET", "/api/v1/products/", &nobody, NULL);
	statements_of(last);
	log = fopen(getenv("SHOP_LOG"), "r");
	assert_non_null(log);
	while (fgets(line, sizeof(line), log) != NULL) {
		if (strstr(line, "more statements than the route's budget")) {
			print_error("%s", line);
			over++;
		}
	}
	fclose(log);
	assert_int_equal(over, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_list_takes_one_statement_a_detail_or_a_search_two),
		cmocka_unit_test(filters_and_expansions_take_no_further_statement),
		cmocka_unit_test(no_right_request_is_over_its_routes_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
