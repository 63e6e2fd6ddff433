/* test_store.c - answers in memory: what is found, what is dropped, what has
 * to make room, and the forms that they leave in. */
#include "../test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <brotli/decode.h>
#include <zlib.h>

#include "../../../src/platform/cache/cache.h"

enum { BOUND = 256 * 1024, PAGE = 2000 };

static char page[PAGE];

static struct cached *make(const char *name, const struct uuid *subject,
			   size_t length)
{
	struct cache_key key = cache_key(name, strlen(name));
	struct cache_draft draft = {
		.fields = {"X: y\r\n", 6},
		.content_type = "application/json",
		.tag = "abc",
		.body = {page, length},
		.shows_one = subject != NULL,
	};

	if (subject != NULL)
		draft.subject = *subject;
	return cached_create(&key, &draft);
}

static bool put_since(const char *name, const struct uuid *subject,
		      uint64_t generation)
{
	struct cached *cached = make(name, subject, PAGE);
	bool is_kept = store_put(cached, generation);

	cached_release(cached);
	return is_kept;
}

static void put(const char *name, const struct uuid *subject)
{
	assert_true(put_since(name, subject, store_generation()));
}

static bool has(const char *name)
{
	struct cache_key key = cache_key(name, strlen(name));
	struct cached *cached = cache_find(&key, clock_monotonic());

	if (cached != NULL)
		cached_release(cached);
	return cached != NULL;
}

static int start(void **state)
{
	(void)state;
	for (size_t i = 0; i < PAGE; i++)
		page[i] = "{\"name\":\"value\"},"[i * i % 17];
	store_reset(BOUND);
	return 0;
}

static int end(void **state)
{
	(void)state;
	clock_set(-1, -1);
	store_reset(0);
	return 0;
}

static void what_was_put_is_found_under_its_key_only(void **state)
{
	(void)state;
	put("a", NULL);
	assert_true(has("a"));
	assert_false(has("b"));
	assert_false(has("aa"));
	put("a", NULL); /* in the place of the first */
	assert_true(has("a"));
}

static void a_change_drops_its_product_and_what_shows_everything(void **state)
{
	struct uuid one = uuid_make();
	struct uuid other = uuid_make();
	static const struct uuid nothing;

	(void)state;
	put("one", &one);
	put("other", &other);
	put("list", NULL);
	put("fixed", &nothing);
	cache_drop(&one);
	assert_false(has("one"));
	assert_false(has("list"));
	assert_true(has("other"));
	assert_true(has("fixed"));
	cache_drop_all();
	assert_false(has("other"));
	assert_false(has("fixed"));
}

static void what_changed_while_it_was_made_is_not_kept(void **state)
{
	struct uuid one = uuid_make();
	struct uuid other = uuid_make();
	uint64_t before = store_generation();

	(void)state;
	cache_drop(&one);
	assert_false(put_since("one", &one, before));
	assert_false(put_since("list", NULL, before));
	assert_true(put_since("other", &other, before));
	assert_true(put_since("one", &one, store_generation()));
	cache_drop_all();
	assert_false(put_since("other", &other, before));
}

static void memory_stays_within_its_bound(void **state)
{
	struct cache_stats stats;
	char name[32];

	(void)state;
	for (int i = 0; i < 1000; i++) {
		snprintf(name, sizeof(name), "page %d", i);
		put(name, NULL);
		cache_stats(&stats);
		assert_in_range(stats.bytes, 1, BOUND);
	}
	assert_true(stats.evictions > 0);
	assert_in_range(stats.entries, BOUND / PAGE / 2, BOUND / PAGE);
	assert_true(has("page 999"));
	assert_false(has("page 0"));
}

static void a_flood_pushes_out_itself_and_not_what_is_read(void **state)
{
	char name[32];

	(void)state;
	put("read", NULL);
	assert_true(has("read"));
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "?x=%d", i);
		put(name, NULL);
	}
	assert_true(has("read"));
	/* Nor does one that asks for each of its own twice fill it all. */
	for (int i = 0; i < 5000; i++) {
		snprintf(name, sizeof(name), "?y=%d", i);
		put(name, NULL);
		assert_true(has(name));
	}
	put("new", NULL);
	assert_true(has("new"));
}

static void one_answer_takes_an_eighth_at_most(void **state)
{
	static char large[BOUND / 8];
	struct cache_key key = cache_key("large", 5);
	struct cached *cached = cached_create(
		&key, &(struct cache_draft){.content_type = "text/plain",
					    .tag = "x",
					    .body = {large, sizeof(large)}});

	(void)state;
	assert_false(store_put(cached, store_generation()));
	cached_release(cached);
}

static void nothing_is_older_than_a_minute(void **state)
{
	(void)state;
	clock_set(-1, 10 * SECOND);
	put("a", NULL);
	clock_set(-1, 70 * SECOND);
	assert_true(has("a"));
	clock_set(-1, 70 * SECOND + 1);
	assert_false(has("a"));
	clock_set(-1, -1);
}

static void a_dropped_answer_lives_as_long_as_it_is_sent(void **state)
{
	struct cache_key key = cache_key("a", 1);
	struct http_ready ready;
	struct cached *cached;

	(void)state;
	put("a", NULL);
	cached = cache_find(&key, clock_monotonic());
	(void)cached_ready(cached, CODING_PLAIN, false, &ready);
	cached_release(cached);
	cache_drop_all();
	assert_memory_equal(ready.body.bytes, page, PAGE);
	ready.release(ready.holder);
}

static void ungzip(const struct http_ready *ready, char *to)
{
	z_stream stream = {0};

	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	stream.next_in = (z_const Bytef *)(uintptr_t)ready->body.bytes;
	stream.avail_in = (uInt)ready->body.length;
	stream.next_out = (Bytef *)to;
	stream.avail_out = PAGE;
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	assert_int_equal(stream.total_out, PAGE);
	inflateEnd(&stream);
}

static void a_form_decodes_to_the_same_bytes(void **state)
{
	struct cache_key key = cache_key("a", 1);
	char decoded[PAGE];
	size_t length = PAGE;

	(void)state;
	put("a", NULL);
	for (enum coding i = CODING_GZIP; i < CODINGS; i++) {
		struct cached *cached = cache_find(&key, clock_monotonic());
		struct http_ready ready;

		assert_int_equal(cached_ready(cached, i, false, &ready), i);
		assert_true(ready.body.length < PAGE);
		memset(decoded, 0, sizeof(decoded));
		if (i == CODING_GZIP)
			ungzip(&ready, decoded);
		else
			assert_int_equal(
				BrotliDecoderDecompress(
					ready.body.length,
					(const uint8_t *)ready.body.bytes,
					&length, (uint8_t *)decoded),
				BROTLI_DECODER_RESULT_SUCCESS);
		assert_memory_equal(decoded, page, PAGE);
		ready.release(ready.holder);
		cached_release(cached);
	}
}

static void each_form_has_a_tag_of_its_own(void **state)
{
	struct cached *cached = make("a", NULL, PAGE);
	char tag[CACHED_TAG_SIZE];

	(void)state;
	cached_tag(cached, CODING_PLAIN, tag);
	assert_string_equal(tag, "\"abc\"");
	cached_tag(cached, CODING_GZIP, tag);
	assert_string_equal(tag, "\"abc.gz\"");
	cached_tag(cached, CODING_BROTLI, tag);
	assert_string_equal(tag, "\"abc.br\"");
	cached_release(cached);
}

static void what_is_small_or_not_kept_stays_plain(void **state)
{
	struct cached *small = make("small", NULL, 1000);
	struct cached *unkept = make("unkept", NULL, PAGE);
	struct http_ready ready;

	(void)state;
	assert_true(store_put(small, store_generation()));
	assert_int_equal(cached_ready(small, CODING_GZIP, false, &ready),
			 CODING_PLAIN);
	ready.release(ready.holder);
	assert_int_equal(cached_ready(unkept, CODING_GZIP, false, &ready),
			 CODING_PLAIN);
	ready.release(ready.holder);
	cached_release(small);
	cached_release(unkept);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(what_was_put_is_found_under_its_key_only, start, end),
		cmocka_unit_test_setup_teardown(a_change_drops_its_product_and_what_shows_everything, start, end),
		cmocka_unit_test_setup_teardown(what_changed_while_it_was_made_is_not_kept, start, end),
		cmocka_unit_test_setup_teardown(memory_stays_within_its_bound, start, end),
		cmocka_unit_test_setup_teardown(a_flood_pushes_out_itself_and_not_what_is_read, start, end),
		cmocka_unit_test_setup_teardown(one_answer_takes_an_eighth_at_most, start, end),
		cmocka_unit_test_setup_teardown(nothing_is_older_than_a_minute, start, end),
		cmocka_unit_test_setup_teardown(a_dropped_answer_lives_as_long_as_it_is_sent, start, end),
		cmocka_unit_test_setup_teardown(a_form_decodes_to_the_same_bytes, start, end),
		cmocka_unit_test_setup_teardown(each_form_has_a_tag_of_its_own, start, end),
		cmocka_unit_test_setup_teardown(what_is_small_or_not_kept_stays_plain, start, end),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
