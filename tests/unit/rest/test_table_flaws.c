/* test_table_flaws.c - a table with a mistake does not start. */
#include "../test.h"

#include <string.h>

#include <rest/schema.h>

struct input {
	const char *name;
	int64_t price;
};

static struct arena arena;

static int finish(void **state)
{
	(void)state;
	arena_finish(&arena);
	return 0;
}

/* The sentence for a body with these fields. */
static void flawed(const struct field *fields, const char *sentence)
{
	const struct resource resource = {.name = "Thing",
					  .size = sizeof(struct input),
					  .fields = fields};
	const char *flaw = resource_flaw(&arena, &resource, true);

	if (sentence == NULL) {
		assert_null(flaw);
		return;
	}
	assert_non_null(flaw);
	assert_string_equal(flaw, sentence);
}

#define FIELDS(...) ((const struct field[]){__VA_ARGS__, {0}})
#define NAME {.name = "name", .type = FIELD_TEXT}

static void a_sound_table_has_no_flaw(void **state)
{
	(void)state;
	flawed(FIELDS(NAME, {.name = "price", .type = FIELD_MONEY,
			     .offset = offsetof(struct input, price)}),
	       NULL);
}

static void a_field_must_fit_and_stand_alone(void **state)
{
	(void)state;
	flawed(FIELDS(NAME, NAME), "Thing.name stands there twice");
	flawed(FIELDS(NAME, {.name = "price", .type = FIELD_MONEY}),
	       "Thing.price fills a member that another field fills");
	flawed(FIELDS({.name = "tags", .type = FIELD_TEXTS, .offset = 8}),
	       "Thing.tags lies outside of the struct");
	flawed(FIELDS({.name = "x", .type = FIELD_OBJECT}),
	       "Thing.x is nested and names no resource");
	flawed(FIELDS({.name = "x", .type = FIELD_CHOICE}),
	       "Thing.x has no choices");
	flawed(FIELDS({.name = "x", .type = FIELD_PASSWORD}),
	       "Thing.x is a password that may be read");
	flawed(FIELDS({.name = "x", .type = FIELD_TEXT,
		       .flags = FIELD_READ_ONLY | FIELD_REQUIRED}),
	       "Thing.x is required and read-only");
}

static void a_resource_without_a_struct_is_no_body(void **state)
{
	static const struct field fields[] = {NAME, {0}};
	static const struct resource only_written = {.name = "Thing",
						     .fields = fields};

	(void)state;
	assert_string_equal(resource_flaw(&arena, &only_written, true),
			    "Thing has no struct to fill");
	assert_null(resource_flaw(&arena, &only_written, false));
}

static void a_listing_names_only_what_it_has(void **state)
{
	static const struct ordering orderings[] = {{"a", "x"}, {"b", "y"},
						    {0}};
	static const struct filter no_parameter[] = {
		{"f", FIELD_TEXT, 0, "true", NULL, NULL}, {0}};
	static const struct filter no_choices[] = {
		{"f", FIELD_CHOICE, 0, "x = $?", NULL, NULL}, {0}};
	struct listing listing = {.orderings = orderings, .order = "-b,a"};

	(void)state;
	assert_null(listing_flaw(&arena, &listing));
	listing.order = "a,c";
	assert_string_equal(listing_flaw(&arena, &listing),
			    "its default order is not in its table");
	listing.filters = no_parameter;
	assert_string_equal(listing_flaw(&arena, &listing),
			    "filter f uses no parameter");
	listing.filters = no_choices;
	assert_string_equal(listing_flaw(&arena, &listing),
			    "filter f has no choices");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_table_has_no_flaw),
		cmocka_unit_test(a_field_must_fit_and_stand_alone),
		cmocka_unit_test(a_resource_without_a_struct_is_no_body),
		cmocka_unit_test(a_listing_names_only_what_it_has),
	};

	return cmocka_run_group_tests(tests, NULL, finish);
}
