/* test_lookups.c - all of DRF's lookups on a real PostgreSQL, those that a room
 * adds, and their bounds. */
#include "things.h"

static void numbers_have_all_lookups(void **state)
{
	(void)state;
	assert_int_equal(counted("price=10"), 1);
	assert_int_equal(counted("price__gte=10"), 36);
	assert_int_equal(counted("price__gt=10"), 35);
	assert_int_equal(counted("price__lte=10"), 10);
	assert_int_equal(counted("price__lt=10.00"), 9);
	assert_int_equal(counted("price__in=1,2&price__in=3,99"), 3);
	assert_int_equal(counted("price__range=10,20"), 11);
	assert_int_equal(counted("price__range=20,10"), 0);
	assert_int_equal(counted("min_price=40&max_price=41"), 2);
	assert_int_equal(counted("lost__isnull=true"), 23);
	assert_int_equal(counted("lost__isnull=False"), 22);
	/* Larger than its column's type. */
	assert_int_equal(counted("number=9007199254740991"), 0);
	assert_int_equal(counted("number__in=1,9007199254740991"), 1);
}

static void negative_bounds_of_prices_are_numbers_like_others(void **state)
{
	(void)state;
	assert_int_equal(counted("min_price=-5"), 45);
	assert_int_equal(counted("max_price=-0.01"), 0);
	assert_int_equal(counted("price__range=-10,10"), 10);
	refused("price__gte=-",
		"{\"price__gte\":[\"Enter a number.\"]}");
}

static void a_range_has_two_values(void **state)
{
	(void)state;
	refused("price__range=10",
		"{\"price__range\":[\"Range query expects two values.\"]}");
	refused("price__range=10,20,30",
		"{\"price__range\":[\"Range query expects two values.\"]}");
	refused("price__range=10,x",
		"{\"price__range\":[\"Enter a number.\"]}");
	refused("price__range=10,%00",
		"{\"price__range\":[\"Null characters are not allowed.\"]}");
	assert_int_equal(counted("price__range="), 45);
}

static void texts_have_all_lookups(void **state)
{
	(void)state;
	assert_int_equal(counted("name=thing_7"), 1);
	assert_int_equal(counted("name__in=thing_7,thing_8,x"), 2);
	assert_int_equal(counted("name__iexact=THING_7"), 1);
	assert_int_equal(counted("name__contains=ing_4"), 7);
	assert_int_equal(counted("name__contains=ING"), 0);
	assert_int_equal(counted("name__icontains=ING_4"), 7);
	assert_int_equal(counted("name__startswith=thing_1"), 11);
	assert_int_equal(counted("name__istartswith=THING_1"), 11);
	assert_int_equal(counted("name__endswith=_5"), 1);
	assert_int_equal(counted("name__iendswith=G_5"), 1);
	assert_int_equal(counted("name__contains=%25"), 0);
}

static void times_have_all_lookups(void **state)
{
	(void)state;
	assert_int_equal(counted("made_at=2026-01-02T00:00:00Z"), 1);
	assert_int_equal(counted("made_at__gte=2026-02-01"), 15);
	assert_int_equal(counted("made_at__gt=2026-02-01"), 14);
	assert_int_equal(counted("made_at__lte=2026-02-01"), 31);
	assert_int_equal(counted("made_at__lt=2026-02-01"), 30);
	assert_int_equal(counted("made_at__range=2026-01-05,2026-01-06"), 2);
	assert_int_equal(counted("made_at__date=2026-01-05"), 1);
	assert_int_equal(counted("made_at__year=2026"), 45);
	assert_int_equal(counted("made_at__year=1"), 0);
	assert_int_equal(counted("made_at__month=2"), 15);
	assert_int_equal(counted("made_at__month=99"), 0);
	refused("made_at__date=2026-02-30",
		"{\"made_at__date\":[\"Enter a valid date.\"]}");
	refused("made_at__year=0",
		"{\"made_at__year\":[\"Ensure this value is greater than or "
		"equal to 1.\"]}");
	refused("made_at__year=9999",
		"{\"made_at__year\":[\"Ensure this value is less than or "
		"equal to 9998.\"]}");
}

static void a_room_adds_conditions_of_its_own(void **state)
{
	(void)state;
	assert_int_equal(counted("own.thing_1=thing_2,thing_3&own.=&x=1"), 3);
	assert_int_equal(counted("own.x=thing_2&own.x=thing_3&price=2"), 1);
	assert_int_equal(counted("own.a=thing_2&own.b=thing_2"), 1);
	refused("own.no=1", "{\"own.no\":[\"Enter another.\"]}");
	refused("own..a=1&own.no=1", "{\"own.no\":[\"Enter another.\"]}");
	refused("own.b=%00",
		"{\"own.b\":[\"Null characters are not allowed.\"]}");
}

/* n parameters; each with another name when it ends in a number. */
static bool ask_many(int n, const char *name, bool is_numbered)
{
	struct arena arena = {0};
	struct text text;
	bool is_good;

	text_init(&text, &arena, 0);
	for (int i = 0; i < n; i++)
		text_format(&text, "%s%.0d=%d&", name, is_numbered ? i : 0, i);
	is_good = ask(text.bytes, 45);
	arena_finish(&arena);
	return is_good;
}

static void conditions_are_bounded(void **state)
{
	const struct fault *fault = &req.http.work.fault;

	(void)state;
	assert_true(ask_many(20, "own.a", true));
	assert_false(ask_many(21, "own.a", true));
	assert_ptr_equal(fault->kind, &fault_invalid);
	assert_int_equal(req.http.work.statements, 0);
	assert_true(ask_many(200, "unknown", true));
	assert_false(ask_many(10000, "unknown", true));
	assert_string_equal(fault->detail, "Too many query parameters.");
	assert_false(ask_many(101, "price__in", false));
	assert_ptr_equal(fault->kind, &fault_fields);
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(numbers_have_all_lookups),
		T(negative_bounds_of_prices_are_numbers_like_others),
		T(a_range_has_two_values),
		T(texts_have_all_lookups),
		T(times_have_all_lookups),
		T(a_room_adds_conditions_of_its_own),
		T(conditions_are_bounded),
	};

	return cmocka_run_group_tests(tests, things_start, things_finish);
}
