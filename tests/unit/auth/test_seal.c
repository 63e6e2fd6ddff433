/* test_seal.c - sealed secrets: what opens them, and that nothing else does. */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/config.h>

#define KEY "0123456789abcdefghijklmnopqrstuvwxyzABCD"
#define OLD_KEY "ABCDefghijklmnopqrstuvwxyz0123456789abcd"

static struct arena arena;
static const char secret[] = "twenty bytes of it..";
enum { LENGTH = sizeof(secret) - 1 };

static int start(void **state)
{
	(void)state;
	return !config_set("data_keys", "new:" KEY ",old:" OLD_KEY);
}

static int finish(void **state)
{
	(void)state;
	arena_finish(&arena);
	return 0;
}

static struct seal_context context_of(const char *purpose, uint8_t owner)
{
	struct seal_context context = {.purpose = purpose};

	memset(context.owner.bytes, owner, sizeof(context.owner.bytes));
	return context;
}

static bool opens_as(const struct seal_context *context, const char *sealed)
{
	char plain[LENGTH] = "";

	return data_unseal(&arena, context, sealed, plain, LENGTH) &&
	       memcmp(plain, secret, LENGTH) == 0;
}

static void what_was_sealed_opens(void **state)
{
	struct seal_context context = context_of("totp", 1);
	const char *a = data_seal(&arena, &context, secret, LENGTH);
	const char *b = data_seal(&arena, &context, secret, LENGTH);

	(void)state;
	assert_int_equal(strncmp(a, "v1.new.", 7), 0);
	assert_string_equal(data_seal_head(), "v1.new.");
	assert_string_not_equal(a, b);
	assert_null(strstr(a, secret));
	assert_true(opens_as(&context, a));
	assert_true(opens_as(&context, b));
}

static void another_purpose_or_owner_does_not_open_it(void **state)
{
	struct seal_context context = context_of("totp", 1);
	const char *sealed = data_seal(&arena, &context, secret, LENGTH);
	const struct seal_context others[] = {
		context_of("totp", 2), context_of("totP", 1),
		context_of("tot", 1), context_of("totp1", 1),
		context_of("", 1)};

	(void)state;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		assert_false(opens_as(&others[i], sealed));
	assert_true(opens_as(&context, sealed));
}

static void no_byte_can_be_changed(void **state)
{
	struct seal_context context = context_of("totp", 1);
	char *sealed = arena_text(&arena, data_seal(&arena, &context, secret,
						    LENGTH));

	(void)state;
	for (char *at = sealed; *at; at++) {
		char was = *at;

		for (int byte = 1; byte < 128; byte++) {
			*at = (char)byte;
			if (*at != was && opens_as(&context, sealed))
				fail_msg("opens with %c at %td", byte,
					 at - sealed);
		}
		*at = was;
	}
	assert_true(opens_as(&context, sealed));
}

static void no_part_and_no_more_of_it_opens(void **state)
{
	struct seal_context context = context_of("totp", 1);
	const char *sealed = data_seal(&arena, &context, secret, LENGTH);
	char plain[LENGTH + 1];

	(void)state;
	for (size_t i = 0; i < strlen(sealed); i++)
		assert_false(opens_as(&context,
				      arena_copy(&arena, sealed, i)));
	assert_false(opens_as(&context, arena_format(&arena, "%sA", sealed)));
	assert_false(opens_as(&context, arena_format(&arena, "%s=", sealed)));
	assert_false(data_unseal(&arena, &context, sealed, plain, LENGTH - 1));
	assert_false(data_unseal(&arena, &context, sealed, plain, LENGTH + 1));
}

static void every_key_of_the_ring_opens_and_the_first_seals(void **state)
{
	struct seal_context context = context_of("totp", 1);
	const char *sealed;
	const char *newer;

	(void)state;
	assert_true(config_set("data_keys", "old:" OLD_KEY));
	sealed = data_seal(&arena, &context, secret, LENGTH);
	assert_true(config_set("data_keys", "new:" KEY ",old:" OLD_KEY));
	assert_true(opens_as(&context, sealed));
	newer = data_seal(&arena, &context, secret, LENGTH);
	assert_int_equal(strncmp(newer, "v1.new.", 7), 0);
	assert_true(config_set("data_keys", "new:" KEY));
	assert_false(opens_as(&context, sealed));
	assert_true(opens_as(&context, newer));
	/* the right name, another secret */
	assert_true(config_set("data_keys", "old:" KEY));
	assert_false(opens_as(&context, sealed));
	start(state);
}

static void a_ring_that_is_malformed_seals_nothing(void **state)
{
	static const char *const rings[] = {
		"", "new", ":" KEY, "new:short", "a.b:" KEY,
		"new:" KEY ",new:" OLD_KEY, "new:" KEY ","};
	struct seal_context context = context_of("totp", 1);

	(void)state;
	for (size_t i = 0; i < sizeof(rings) / sizeof(*rings); i++) {
		assert_true(config_set("data_keys", rings[i]));
		assert_false(auth_parent_start());
		assert_null(data_seal(&arena, &context, secret, LENGTH));
		assert_null(data_seal_head());
	}
	start(state);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_sealed_opens),
		cmocka_unit_test(another_purpose_or_owner_does_not_open_it),
		cmocka_unit_test(no_byte_can_be_changed),
		cmocka_unit_test(no_part_and_no_more_of_it_opens),
		cmocka_unit_test(
			every_key_of_the_ring_opens_and_the_first_seals),
		cmocka_unit_test(a_ring_that_is_malformed_seals_nothing),
	};

	return cmocka_run_group_tests(tests, start, finish);
}
