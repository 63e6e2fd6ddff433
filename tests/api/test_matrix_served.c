/* test_matrix_served.c - whom every operation serves, and whom OPTIONS tells
 * that it would; that no route is left out of the matrix. */
#include "matrix.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The right ones get in, each with an object of their own. */
static void the_right_ones_are_served(void **state)
{
	size_t count;
	struct operation *all = operations(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct target target = target_of(&all[i]);
		const char *want = fmt("%d", all[i].status);
		struct caller anyone = {.key = ""};

		if (all[i].guard == FOR_ALL) {
			expect(&target, "nobody",
			       sent(&target, target.path, &anyone), want);
			target = target_of(&all[i]);
			target.owner.bearer = stranger();
		}
		expect(&target, "its owner",
		       sent(&target, target.path, &target.owner), want);
		if (all[i].guard == FOR_STAFF) {
			target = target_of(&all[i]);
			target.owner.bearer =
				staff_with_only(all[i].permission);
			expect(&target, "staff with that alone",
			       sent(&target, target.path, &target.owner), want);
		}
		if (all[i].guard != FOR_HOLDERS)
			continue;
		target = target_of(&all[i]);
		expect(&target, "its holder",
		       sent(&target, target.path, &target.holder), want);
	}
}

/* ---- OPTIONS ---- */

enum { NOBODY, CUSTOMER, LACKS_IT, HAS_IT_ALONE, HAS_ALL, DISMISSED, KINDS };

static const char *bearer_of(int kind, const char *permission)
{
	switch (kind) {
	case CUSTOMER:
		return stranger();
	case LACKS_IT:
		return permission ? staff_without(permission) : the_staff();
	case HAS_IT_ALONE:
		return permission ? staff_with_only(permission) : the_staff();
	case HAS_ALL:
		return the_staff();
	case DISMISSED:
		return staff_dismissed();
	default:
		return NULL;
	}
}

static bool may(const struct operation *o, int kind, const char *permission)
{
	bool is_it = permission != NULL && o->permission != NULL &&
		     strcmp(o->permission, permission) == 0;

	switch (o->guard) {
	case FOR_STAFF:
		return kind == HAS_ALL ||
		       (kind == HAS_IT_ALONE && (is_it || permission == NULL)) ||
		       (kind == LACKS_IT && !is_it);
	case FOR_CUSTOMERS:
	case FOR_MEMBERS:
		return kind != NOBODY;
	case FOR_ALL:
	case FOR_HOLDERS:
	case FOR_GATEWAYS:
	default:
		return true;
	}
}

/* Whoever may do something at a place is told what can be done there. */
static const char *options_wanted(const struct operation *all, size_t count,
				  const struct operation *here, int kind)
{
	if (kind == DISMISSED)
		return "401";
	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].template, here->template) == 0 &&
		    may(&all[i], kind, here->permission))
			return "200";
	return kind == NOBODY ? "401" : "403";
}

static bool is_same(const char *a, const char *b)
{
	return a == b || (a != NULL && b != NULL && strcmp(a, b) == 0);
}

/* The same place, asked by the same kinds. */
static bool was_asked(const struct operation *all, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (is_same(all[k].template, all[i].template) &&
		    is_same(all[k].permission, all[i].permission))
			return true;
	return false;
}

static void options_tell_those_who_may_do_something(void **state)
{
	size_t count;
	struct operation *all = operations(&count);

	(void)state;
	for (size_t i = 0; i < count; i++) {
		struct target target;
		const char *nowhere = path_with(&all[i], NO_SUCH_ID);

		if (all[i].guard == FOR_GATEWAYS || was_asked(all, i))
			continue;
		target = target_of(&all[i]);
		for (int kind = 0; kind < KINDS; kind++) {
			const struct caller caller = {
				.bearer = bearer_of(kind, all[i].permission)};
			const char *want =
				options_wanted(all, count, &all[i], kind);
			struct answer *own = ask(0, "OPTIONS", target.path,
						 &caller, NULL);
			struct answer *missing = ask(0, "OPTIONS", nowhere,
						     &caller, NULL);

			expect(&target, fmt("OPTIONS by kind %d", kind), own,
			       want);
			expect(&target, "OPTIONS, missing", missing, want);
			assert_string_equal(own->body, missing->body);
		}
	}
}

/* ---- the table of routes ---- */

static bool is_operation(const char *name)
{
	size_t count;
	const struct operation *all = operations(&count);

	for (size_t i = 0; i < count; i++)
		if (strcmp(all[i].name, name) == 0)
			return true;
	return false;
}

/* Pages for people, files, figures. */
static bool is_known_to_be_hidden(const char *name)
{
	static const char *const hidden[] = {
		"metrics", "schema", "schema_json", "docs", "docs_plain",
		"docs_asset", "media_file", "api_root"};

	for (size_t i = 0; i < sizeof(hidden) / sizeof(*hidden); i++)
		if (strcmp(hidden[i], name) == 0)
			return true;
	return false;
}

static void what_the_document_does_not_show_is_for_everyone(void **state)
{
	FILE *pipe = popen(fmt("%s routes", getenv("SHOPD")), "r");
	char line[400];
	size_t seen = 0;

	(void)state;
	assert_non_null(pipe);
	while (fgets(line, sizeof(line), pipe) != NULL) {
		char access[40];
		char name[100];

		assert_int_equal(sscanf(line, "%*s %*s %39s %*s %*s %*s %*s %99s",
					access, name), 2);
		if (seen++ == 0 || is_operation(name))
			continue; /* the heading */
		if (!is_known_to_be_hidden(name) || strcmp(access, "public") != 0)
			fail_msg("%s is not in the document: %s", name, line);
	}
	assert_int_equal(pclose(pipe), 0);
	assert_true(seen > 200);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_right_ones_are_served),
		cmocka_unit_test(options_tell_those_who_may_do_something),
		cmocka_unit_test(
			what_the_document_does_not_show_is_for_everyone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
