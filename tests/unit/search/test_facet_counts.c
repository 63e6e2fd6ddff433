/* test_facet_counts.c - what hits have in common is counted from what the
 * database sends of them. */
#include "../test.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "../../../src/domain/search/search.h"

static struct arena arena;
static struct facet_counts counts;

enum { BRAND = 2 << FACET_GROUP_BITS, COLOUR = 3 << FACET_GROUP_BITS };

static void facets_are_counted_by_group(void **state)
{
	char told[256];

	(void)state;
	snprintf(told, sizeof(told), "256 {%d,%d}{}{%d,%d} 1,2,3 0,0,0",
		 BRAND + 7, COLOUR + 1, BRAND + 7, COLOUR + 9);
	facets_count(&arena, told, 100, &counts);
	assert_int_equal(counts.hits, 3);
	assert_int_equal(counts.factor, 1);
	assert_int_equal(counts.groups[2]->count, 1);
	assert_int_equal(counts.groups[2]->ids[0], BRAND + 7);
	assert_int_equal(counts.groups[2]->numbers[0], 2);
	assert_int_equal(counts.groups[3]->count, 2);
	assert_int_equal(counts.groups[3]->ids[0], COLOUR + 1);
	assert_null(counts.groups[1]);
}

static void the_ten_most_frequent_are_kept_the_first_of_equals(void **state)
{
	static char told[1 << 20];
	size_t length = (size_t)sprintf(told, "2 ");

	(void)state;
	/* 5,000 once each, and 20 of them 20 to 1 times more. */
	for (int i = 1; i <= 5000; i++)
		length += (size_t)sprintf(told + length, "{%d}", BRAND + i);
	for (int i = 1; i <= 20; i++)
		for (int k = i; k <= 20; k++)
			length += (size_t)sprintf(told + length, "{%d}",
						  BRAND + 100 + (i + 1) / 2);
	sprintf(told + length, "  ");
	facets_count(&arena, told, 100, &counts);
	assert_int_equal(counts.factor, 128);
	assert_int_equal(counts.groups[2]->count, FACETS_SHOWN);
	for (int i = 0; i < FACETS_SHOWN; i++) {
		assert_int_equal(counts.groups[2]->ids[i], BRAND + 101 + i);
		assert_int_equal(counts.groups[2]->numbers[i],
				 (39 - 4 * i + 1) * 128);
	}
	facets_count(&arena, "256 {8388610}{8388609} 1,1 0,0", 100, &counts);
	assert_int_equal(counts.groups[2]->ids[0], BRAND + 1);
}

static void prices_fall_into_steps_of_the_currency(void **state)
{
	(void)state;
	facets_count(&arena, "256 {}{}{}{}{} 0,999,1000,2499,5000000 0,0,0,0,0",
		     100, &counts);
	assert_int_equal(counts.prices[0], 2);
	assert_int_equal(counts.prices[1], 2);
	assert_int_equal(counts.prices[PRICE_STEPS], 1);
	assert_int_equal(facets_price_step(-1, 100), 0);
	assert_int_equal(facets_price_step(0, 1), 10);
	assert_int_equal(facets_price_step(1, 1000), 25000);
	assert_int_equal(facets_price_step(11, 1), 50000);
}

static void stars_are_at_least_and_stock_is_beside_them(void **state)
{
	(void)state;
	facets_count(&arena, "256 {}{}{}{} 1,1,1,1 0,801,799,201", 100, &counts);
	assert_int_equal(counts.ratings[4], 1);
	assert_int_equal(counts.ratings[3], 2);
	assert_int_equal(counts.ratings[1], 3);
	assert_int_equal(counts.stock[1], 3);
	assert_int_equal(counts.stock[0], 1);
}

/* Eight digits are read at once; the last of all is near the text's end. */
static void ids_of_any_length_are_read_whole(void **state)
{
	char told[128];

	(void)state;
	for (int64_t id = 1; id < INT32_MAX; id = id * 3 + 1) {
		size_t group = (size_t)(id >> FACET_GROUP_BITS) % FACET_GROUPS;

		snprintf(told, sizeof(told),
			 "256 {%" PRId64 ",%" PRId64 "}{%" PRId64 "}", id, id,
			 id);
		facets_count(&arena, told, 100, &counts);
		assert_int_equal(counts.groups[group]->ids[0], id);
		assert_int_equal(counts.groups[group]->numbers[0], 3);
		assert_int_equal(counts.groups[group]->count, 1);
	}
}

static void of_no_hits_there_is_nothing(void **state)
{
	(void)state;
	facets_count(&arena, "256   ", 100, &counts);
	assert_int_equal(counts.hits, 0);
	for (size_t i = 0; i < FACET_GROUPS; i++)
		assert_null(counts.groups[i]);
}

static int finish(void **state)
{
	(void)state;
	arena_finish(&arena);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(facets_are_counted_by_group),
		cmocka_unit_test(
			the_ten_most_frequent_are_kept_the_first_of_equals),
		cmocka_unit_test(prices_fall_into_steps_of_the_currency),
		cmocka_unit_test(stars_are_at_least_and_stock_is_beside_them),
		cmocka_unit_test(ids_of_any_length_are_read_whole),
		cmocka_unit_test(of_no_hits_there_is_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, finish);
}
