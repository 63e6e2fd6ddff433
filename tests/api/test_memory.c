/* test_memory.c - public answers from memory: who gets them, in which form,
 * when they are dropped, and what strangers cannot do with them. The suite
 * gives the shop 2 MiB a worker. */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <brotli/decode.h>
#include <zlib.h>

#define PRODUCTS "/api/v1/products/"
#define LIST PRODUCTS "?page_size=50"
#define DETAIL PRODUCTS "enamel-teapot/"

enum { BODY_MAX = 1 << 20, MEMORY = 2 * 2097152 };

static bool is_from_memory(const struct answer *answer)
{
	return strcmp(header_of(answer, "X-Statements"), "0") == 0;
}

/* The answer from memory: each worker has one of its own. */
static struct answer *from_memory(const char *path, const char *header)
{
	struct answer *answer = NULL;

	for (int i = 0; i < 40; i++) {
		answer = ask(0, "GET", path, &(struct caller){.header = header},
			     NULL);
		if (is_from_memory(answer))
			return answer;
	}
	fail_msg("%s never comes from memory", path);
	return answer;
}

/* On both workers, as good as sure. */
static void warm(const char *path)
{
	for (int i = 0; i < 24; i++)
		ask(200, "GET", path, &nobody, NULL);
}

static int64_t metric(const char *name)
{
	struct answer *answer = ask(200, "GET", "/metrics", &nobody, NULL);
	const char *line = strstr(answer->body, fmt("\n%s ", name));

	if (line == NULL)
		fail_msg("no metric %s", name);
	return atoll(strchr(line + 1, ' '));
}

/* Published once a second. */
static int64_t metric_later(const char *name)
{
	usleep(1300000);
	return metric(name);
}

static void rename_product(const char *slug, const char *name)
{
	struct caller caller = {.bearer = the_staff(), .key = ""};
	const char *path = fmt("/api/v1/admin/products/%s/",
			       sql("SELECT id FROM product WHERE slug = '%s'",
				   slug));
	struct answer *shown = ask(200, "GET", path, &caller, NULL);

	caller.header = fmt("If-Match: %s", header_of(shown, "ETag"));
	askf(200, "PATCH", path, &caller, "{\"name\":\"%s\"}", name);
}

static void what_was_asked_before_costs_no_statement(void **state)
{
	static const char *const paths[] = {
		LIST, DETAIL, "/api/v1/categories/", "/api/v1/categories/tree/",
		"/api/v1/categories/kitchen/", "/openapi.json"};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++) {
		struct answer *first = ask(200, "GET", paths[i], &nobody, NULL);
		struct answer *again = from_memory(paths[i], NULL);

		assert_string_equal(first->body, again->body);
		assert_string_equal(header_of(first, "ETag"),
				    header_of(again, "ETag"));
		assert_string_equal(header_of(again, "Cache-Control"),
				    "public, max-age=0, must-revalidate");
		assert_string_equal(header_of(again, "Vary"),
				    "Accept, Accept-Encoding, Origin");
		assert_string_not_equal(header_of(first, "X-Request-Id"),
					header_of(again, "X-Request-Id"));
	}
}

static void a_change_is_seen_within_a_second(void **state)
{
	(void)state;
	for (int round = 0; round < 3; round++) {
		const char *name = fmt("Teapot %d", round);

		warm(DETAIL);
		warm(LIST);
		rename_product("enamel-teapot", name);
		usleep(1000000);
		for (int i = 0; i < 12; i++) {
			assert_string_equal(text_at(ask(200, "GET", DETAIL,
							&nobody, NULL), "name"),
					    name);
			assert_non_null(strstr(ask(200, "GET", LIST, &nobody,
						   NULL)->body, name));
		}
	}
	assert_in_range(metric_later("shopd_cache_change_age_milliseconds"), 1,
			1000);
	assert_in_range(metric("shopd_cache_look_age_milliseconds"), 0, 700);
	assert_true(metric("shopd_cache_drops_total") > 0);
}

static void what_shows_one_product_stays_when_another_changes(void **state)
{
	(void)state;
	warm(DETAIL);
	warm(PRODUCTS "tool-pouch/");
	rename_product("tool-pouch", "Pouch");
	usleep(500000);
	for (int i = 0; i < 12; i++)
		assert_true(is_from_memory(
			ask(200, "GET", DETAIL, &nobody, NULL)));
	assert_string_equal(text_at(ask(200, "GET", PRODUCTS "tool-pouch/",
					&nobody, NULL), "name"), "Pouch");
}

/* What no handler of products follows up. */
static void stock_and_relations_are_changes_of_their_product(void **state)
{
	const char *const changes[] = {
		"UPDATE stock SET on_hand = allocated + reserved WHERE "
		"variant_id = (SELECT id FROM variant WHERE sku = 'DEMO-023')",
		"INSERT INTO product_relation (product_id, related_id, kind) "
		"SELECT a.id, b.id, 'related' FROM product a, product b WHERE "
		"a.slug = 'whetstone' AND b.slug = 'paring-knife'",
		"UPDATE category SET name = name || '!' WHERE slug = 'bags'",
	};

	(void)state;
	sql("UPDATE stock SET on_hand = allocated + reserved + 5 WHERE "
	    "variant_id = (SELECT id FROM variant WHERE sku = 'DEMO-023')");
	for (size_t i = 0; i < sizeof(changes) / sizeof(*changes); i++) {
		const char *last = sql("SELECT coalesce(max(seq), 0) "
				       "FROM change_log");

		sql("%s", changes[i]);
		assert_true(atoll(sql("SELECT count(*) FROM change_log "
				      "WHERE seq > %s", last)) > 0);
	}
}

static const char *unpacked(const struct answer *answer, const char *coding)
{
	char *to = calloc(1, BODY_MAX);
	size_t length = BODY_MAX;
	z_stream stream = {.next_in = (z_const Bytef *)(uintptr_t)answer->body,
			   .avail_in = (uInt)answer->length,
			   .next_out = (Bytef *)to,
			   .avail_out = BODY_MAX};

	assert_string_equal(header_of(answer, "Content-Encoding"), coding);
	if (strcmp(coding, "br") == 0) {
		assert_int_equal(BrotliDecoderDecompress(
					 answer->length,
					 (const uint8_t *)answer->body, &length,
					 (uint8_t *)to),
				 BROTLI_DECODER_RESULT_SUCCESS);
		return to;
	}
	assert_int_equal(inflateInit2(&stream, 15 + 16), Z_OK);
	assert_int_equal(inflate(&stream, Z_FINISH), Z_STREAM_END);
	inflateEnd(&stream);
	return to;
}

/* Until the worker that answers has made it. */
static struct answer *packed(const char *header)
{
	struct answer *answer = NULL;

	for (int i = 0; i < 60; i++) {
		answer = from_memory(LIST, header);
		if (header_of(answer, "Content-Encoding") != NULL)
			return answer;
	}
	fail_msg("%s is never heard", header);
	return answer;
}

static void packed_it_is_smaller_and_the_same(void **state)
{
	static const struct {
		const char *accept;
		const char *coding;
	} cases[] = {
		{"Accept-Encoding: gzip", "gzip"},
		{"Accept-Encoding: br", "br"},
		{"Accept-Encoding: gzip, deflate, br, zstd", "br"},
		{"Accept-Encoding: br;q=0.5, gzip;q=0.8", "gzip"},
		{"Accept-Encoding: *;q=0.1, gzip", "gzip"},
	};
	struct answer *plain = from_memory(LIST, NULL);

	(void)state;
	assert_null(header_of(plain, "Content-Encoding"));
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct answer *answer = packed(cases[i].accept);

		assert_string_equal(unpacked(answer, cases[i].coding),
				    plain->body);
		assert_true(answer->length < plain->length / 2);
		assert_string_not_equal(header_of(answer, "ETag"),
					header_of(plain, "ETag"));
		assert_null(strstr(header_of(answer, "ETag"), "W/"));
	}
	assert_null(header_of(from_memory(LIST, "Accept-Encoding: br;q=0"),
			      "Content-Encoding"));
}

static void who_has_it_in_any_form_is_not_sent_it_again(void **state)
{
	const char *plain = header_of(from_memory(LIST, NULL), "ETag");
	const char *gzip = header_of(packed("Accept-Encoding: gzip"), "ETag");
	const char *const tags[] = {plain, gzip, fmt("W/%s", plain),
				    fmt("\"other\", %s", gzip)};
	struct answer *answer;

	(void)state;
	for (size_t i = 0; i < sizeof(tags) / sizeof(*tags); i++) {
		answer = from_memory(LIST, fmt("If-None-Match: %s", tags[i]));
		assert_int_equal(answer->status, 304);
		assert_int_equal(answer->length, 0);
		assert_null(header_of(answer, "Content-Length"));
		assert_non_null(strstr(tags[i], header_of(answer, "ETag")));
		assert_non_null(header_of(answer, "Cache-Control"));
		assert_non_null(header_of(answer, "Vary"));
	}
	answer = from_memory(LIST, "If-None-Match: \"other\"");
	assert_int_equal(answer->status, 200);
}

static void head_tells_what_get_would(void **state)
{
	struct answer *get = from_memory(LIST, NULL);
	struct answer *head = ask(200, "HEAD", LIST, &nobody, NULL);

	(void)state;
	assert_int_equal(head->length, 0);
	assert_string_equal(header_of(head, "Content-Length"),
			    header_of(get, "Content-Length"));
	assert_string_equal(header_of(head, "ETag"), header_of(get, "ETag"));
}

static void who_says_who_they_are_is_answered_anew(void **state)
{
	const char *staff = the_staff();
	const struct caller callers[] = {
		{.bearer = staff}, {.cart_token = "x"}, {.order_token = "x"}};

	(void)state;
	warm(LIST);
	for (size_t i = 0; i < sizeof(callers) / sizeof(*callers); i++)
		for (int j = 0; j < 6; j++)
			assert_false(is_from_memory(
				ask(200, "GET", LIST, &callers[i], NULL)));
	ask(401, "GET", LIST, &(struct caller){.bearer = "wrong"}, NULL);
}

static void the_order_of_a_query_does_not_matter_unless_it_does(void **state)
{
	(void)state;
	warm(PRODUCTS "?page_size=3&ordering=price&page=2");
	for (int i = 0; i < 6; i++)
		assert_true(is_from_memory(
			ask(200, "GET",
			    PRODUCTS "?page=2&ordering=price&page_size=3",
			    &nobody, NULL)));
	/* Of two the last counts. */
	assert_int_equal(json_array_size(node_at(
				 from_memory(PRODUCTS "?page_size=2&page_size=3",
					     NULL), "results")), 3);
	assert_int_equal(json_array_size(node_at(
				 from_memory(PRODUCTS "?page_size=3&page_size=2",
					     NULL), "results")), 2);
	assert_int_equal(
		json_array_size(node_at(
			from_memory(PRODUCTS "?page_size=3&page%5Fsize=2", NULL),
			"results")), 2);
	assert_int_equal(
		json_array_size(node_at(
			from_memory(PRODUCTS "?page%5Fsize=2&page_size=3", NULL),
			"results")), 3);
}

static void links_name_the_host_that_was_asked(void **state)
{
	struct answer *one = from_memory(PRODUCTS "?page_size=2", NULL);
	struct answer *other = from_memory(PRODUCTS "?page_size=2",
					   "Host: other.example");

	(void)state;
	assert_null(strstr(text_at(one, "next"), "other.example"));
	assert_non_null(strstr(text_at(other, "next"), "http://other.example/"));
}

static void only_what_went_well_is_kept(void **state)
{
	(void)state;
	for (int i = 0; i < 8; i++) {
		assert_false(is_from_memory(ask(404, "GET", PRODUCTS "nothing/",
						&nobody, NULL)));
		ask(404, "GET", LIST "&page=1000000000", &nobody, NULL);
		ask(400, "GET", LIST "&price__gte=x", &nobody, NULL);
		ask(406, "GET", LIST,
		    &(struct caller){.header = "Accept: text/xml"}, NULL);
	}
}

static void a_flood_of_addresses_fills_no_more_than_the_bound(void **state)
{
	(void)state;
	warm(LIST);
	warm(LIST);
	for (int i = 0; i < 1500; i++)
		ask(200, "GET", fmt(LIST "&x=%d", i), &nobody, NULL);
	assert_in_range(metric_later("shopd_cache_bytes"), 1, MEMORY);
	assert_true(metric("shopd_cache_evictions_total") > 0);
	/* What others read is still there. */
	for (int i = 0; i < 6; i++)
		assert_true(is_from_memory(
			ask(200, "GET", LIST, &nobody, NULL)));
	ask(200, "GET", fmt(LIST "&x=%01500d", 1), &nobody, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_was_asked_before_costs_no_statement),
		cmocka_unit_test(a_change_is_seen_within_a_second),
		cmocka_unit_test(
			what_shows_one_product_stays_when_another_changes),
		cmocka_unit_test(
			stock_and_relations_are_changes_of_their_product),
		cmocka_unit_test(packed_it_is_smaller_and_the_same),
		cmocka_unit_test(who_has_it_in_any_form_is_not_sent_it_again),
		cmocka_unit_test(head_tells_what_get_would),
		cmocka_unit_test(who_says_who_they_are_is_answered_anew),
		cmocka_unit_test(
			the_order_of_a_query_does_not_matter_unless_it_does),
		cmocka_unit_test(links_name_the_host_that_was_asked),
		cmocka_unit_test(only_what_went_well_is_kept),
		cmocka_unit_test(
			a_flood_of_addresses_fills_no_more_than_the_bound),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
