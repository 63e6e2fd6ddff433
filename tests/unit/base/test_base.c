/* test_base.c - arena, text, JSON out, uuid, clock. */
#include "../test.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <platform/clock.h>
#include <platform/text.h>
#include <platform/uuid.h>
#include <platform/work.h>

static void count_up(void *counter)
{
	++*(int *)counter;
}

static void an_arena_gives_zeroed_memory_and_runs_what_was_deferred(void **state)
{
	struct arena arena = {0};
	int released = 0;

	(void)state;
	arena_defer(&arena, count_up, &released);
	for (size_t size = 0; size < 100000; size += 777) {
		unsigned char *memory = arena_alloc(&arena, size);

		for (size_t i = 0; i < size; i++)
			assert_int_equal(memory[i], 0);
		memset(memory, 0xff, size);
	}
	assert_int_equal(released, 0);
	arena_finish(&arena);
	assert_int_equal(released, 1);
	assert_null(arena.blocks);
}

static void json_is_escaped_as_drf_does(void **state)
{
	struct arena arena = {0};
	struct text text;
	static const char raw[] = "a\"\\\n\x01/\xc3\xa9\xe2\x80\xa8\xe2\x82\xac";

	(void)state;
	text_init(&text, &arena, 0);
	text_add_json(&text, raw, sizeof(raw) - 1);
	assert_string_equal(text.bytes,
			    "\"a\\\"\\\\\\n\\u0001/\xc3\xa9\\u2028\xe2\x82\xac\"");
	arena_finish(&arena);
}

static void commas_stand_between_values_and_nowhere_else(void **state)
{
	struct arena arena = {0};
	struct text text;
	struct out out;

	(void)state;
	text_init(&text, &arena, 0);
	out_init(&out, &text);
	out_object(&out);
	out_key(&out, "a");
	out_array(&out);
	out_int(&out, -1);
	out_int(&out, INT64_MIN);
	out_object(&out);
	out_object_end(&out);
	out_array_end(&out);
	out_key(&out, "b");
	out_text(&out, NULL);
	out_key(&out, "c");
	out_bool(&out, true);
	out_object_end(&out);
	assert_string_equal(text.bytes,
			    "{\"a\":[-1,-9223372036854775808,{}],"
			    "\"b\":null,\"c\":true}");
	arena_finish(&arena);
}

static void a_uuid_is_version_7_and_reads_back(void **state)
{
	struct uuid made = uuid_make();
	struct uuid read;
	char text[UUID_TEXT_LENGTH + 1];

	(void)state;
	uuid_format(&made, text);
	assert_int_equal(text[14], '7');
	assert_true(uuid_parse(text, &read));
	assert_true(uuid_equal(&made, &read));
	assert_true(uuid_parse("00112233445566778899AABBCCDDEEFF", &read));
	assert_false(uuid_parse("0011223344556677-8899AABBCCDDEEFF", &read));
	assert_false(uuid_parse("", &read));
	assert_false(uuid_parse(NULL, &read));
}

/* Randomness is fetched ahead; none of it may be handed out twice. */
static void no_uuid_comes_twice_not_even_in_a_child(void **state)
{
	enum { COUNT = 64 };
	struct uuid ids[3 * COUNT];
	int ends[2];

	(void)state;
	uuid_make();
	assert_int_equal(pipe(ends), 0);
	for (int child = 0; child < 2; child++) {
		if (fork() == 0) {
			for (int i = 0; i < COUNT; i++)
				ids[i] = uuid_make();
			_exit(write(ends[1], ids, sizeof(*ids) * COUNT) < 0);
		}
		assert_int_equal(read(ends[0], ids + child * COUNT,
				      sizeof(*ids) * COUNT),
				 sizeof(*ids) * COUNT);
		wait(NULL);
	}
	for (int i = 2 * COUNT; i < 3 * COUNT; i++)
		ids[i] = uuid_make();
	/* The last eight bytes are all random but for two bits. */
	for (int i = 0; i < 3 * COUNT; i++)
		for (int j = 0; j < i; j++)
			assert_memory_not_equal(ids[i].bytes + 8,
						ids[j].bytes + 8, 8);
	close(ends[0]);
	close(ends[1]);
}

static void a_time_is_written_and_read_as_drf_does(void **state)
{
	char text[TIME_TEXT_SIZE];
	int64_t wall;

	(void)state;
	assert_true(time_parse("2026-11-22T13:48:59.927737Z", &wall));
	time_format(wall, text);
	assert_string_equal(text, "2026-11-22T13:48:59.927737Z");
	assert_true(time_parse("2026-11-22T15:00:00+02:00", &wall));
	time_format(wall, text);
	assert_string_equal(text, "2026-11-22T13:00:00Z");
	assert_true(time_parse("2024-02-29", &wall));
	time_format(-1, text);
	assert_string_equal(text, "1969-12-31T23:59:59.999999Z");
	assert_false(time_parse("2026-02-29", &wall));
	assert_false(time_parse("2026-11-22T24:00:00Z", &wall));
	assert_false(time_parse("2026-11-22Tx", &wall));
	assert_false(time_parse("yesterday", &wall));
}

static void the_first_fault_is_the_one_that_counts(void **state)
{
	struct work w = {0};

	(void)state;
	assert_false(refuse(&w, &fault_forbidden, "first %d", 1));
	assert_false(refuse(&w, &fault_internal, NULL));
	assert_ptr_equal(w.fault.kind, &fault_forbidden);
	assert_string_equal(w.fault.detail, "first 1");
	work_finish(&w);
	assert_null(w.fault.kind);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_arena_gives_zeroed_memory_and_runs_what_was_deferred),
		cmocka_unit_test(json_is_escaped_as_drf_does),
		cmocka_unit_test(commas_stand_between_values_and_nowhere_else),
		cmocka_unit_test(a_uuid_is_version_7_and_reads_back),
		cmocka_unit_test(no_uuid_comes_twice_not_even_in_a_child),
		cmocka_unit_test(a_time_is_written_and_read_as_drf_does),
		cmocka_unit_test(the_first_fault_is_the_one_that_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
