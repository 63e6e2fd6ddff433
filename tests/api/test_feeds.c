/* test_feeds.c - the catalogue for machines: what has changed, product feeds,
 * sitemaps, old addresses. */
#include "shop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHANGES "/api/v1/catalog-changes/"
#define FEEDS "/api/v1/feeds/"
#define ADMIN "/api/v1/admin/products/"

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff()};
}

/* A published product; its admin answer. */
static struct answer *a_product(const char *name, const char *more)
{
	static unsigned number;
	const struct caller caller = staff();

	return askf(201, "POST", ADMIN, &caller,
		    "{\"name\":\"%s\",\"sku\":\"F-%d-%u\",\"price\":\"12.50\","
		    "\"status\":\"published\",\"category\":\"pens\","
		    "\"stock_on_hand\":3%s}",
		    name, (int)getpid(), number++, more);
}

/* Edits it by its id with the version it has. */
static void edit(const char *id, const char *body)
{
	struct caller caller = staff();
	const char *path = fmt(ADMIN "%s/", id);
	struct answer *answer = ask(200, "GET", path, &caller, NULL);

	caller.header = fmt("If-Match: %s", header_of(answer, "ETag"));
	ask(200, "PATCH", path, &caller, body);
}

static void remove_product(const char *id)
{
	struct caller caller = staff();
	const char *path = fmt(ADMIN "%s/", id);
	struct answer *answer = ask(200, "GET", path, &caller, NULL);

	caller.header = fmt("If-Match: %s", header_of(answer, "ETag"));
	ask(204, "DELETE", path, &caller, NULL);
}

/* What is committed is told once all that began before it has ended, and the
 * shop's own rounds come and go: waits until they have. */
static void until_decided(void)
{
	const char *next = sql("SELECT pg_snapshot_xmax(pg_current_snapshot())");

	until_sql(10, "t", fmt("SELECT pg_snapshot_xmin(pg_current_snapshot())"
			       " >= '%s'", next));
}

static const char *cursor_of_now(void)
{
	struct answer *answer;

	until_decided();
	answer = ask(200, "GET", CHANGES, &nobody, NULL);
	assert_true(bool_at(answer, "begins"));
	assert_int_equal(json_array_size(node_at(answer, "results")), 0);
	return text_at(answer, "next");
}

static struct answer *told_since(const char *cursor)
{
	return ask(200, "GET", fmt(CHANGES "?after=%s", cursor), &nobody, NULL);
}

static struct answer *since(const char *cursor)
{
	until_decided();
	return told_since(cursor);
}

/* What is told of that product; NULL: nothing. */
static json_t *change_of(const struct answer *answer, const char *id)
{
	json_t *results = node_at(answer, "results");
	json_t *change;
	size_t i;

	json_array_foreach(results, i, change)
	{
		const char *of = json_string_value(
			json_object_get(change, "id"));

		if (of != NULL && strcmp(of, id) == 0)
			return change;
	}
	return NULL;
}

static void a_change_is_told_once_with_the_newest_state(void **state)
{
	const char *id = text_at(a_product("Quill", ""), "id");
	const char *cursor = cursor_of_now();
	struct answer *answer;
	json_t *change;

	(void)state;
	edit(id, "{\"name\":\"Quill pen\"}");
	edit(id, "{\"name\":\"Goose quill\",\"price\":\"13.00\"}");
	answer = since(cursor);
	change = change_of(answer, id);
	assert_non_null(change);
	assert_string_equal(json_string_value(json_object_get(change, "type")),
			    "product");
	assert_true(json_is_false(json_object_get(change, "is_gone")));
	change = json_object_get(change, "product");
	assert_string_equal(json_string_value(json_object_get(change, "name")),
			    "Goose quill");
	assert_string_equal(json_string_value(json_object_get(change, "price")),
			    "13.00");
	/* Nobody can buy it for yen. */
	change = change_of(ask(200, "GET",
			       fmt(CHANGES "?currency=JPY&after=%s", cursor),
			       &nobody, NULL),
			   id);
	assert_true(json_is_true(json_object_get(change, "is_gone")));
	/* And not again. */
	answer = since(text_at(answer, "next"));
	assert_null(change_of(answer, id));
	assert_false(bool_at(answer, "has_more"));
}

static void a_card_is_the_one_of_the_lists(void **state)
{
	const char *cursor = cursor_of_now();
	const char *id = text_at(a_product("Listed", ""), "id");
	struct answer *list = ask(200, "GET",
				  "/api/v1/products/?category=pens&page_size=100",
				  &nobody, NULL);
	json_t *card = json_object_get(change_of(since(cursor), id), "product");
	json_t *listed;
	size_t i;

	(void)state;
	json_array_foreach(node_at(list, "results"), i, listed)
	{
		if (strcmp(json_string_value(json_object_get(listed, "id")),
			   id) == 0) {
			assert_true(json_equal(listed, card));
			return;
		}
	}
	fail_msg("it is not listed");
}

static void what_is_gone_leaves_a_tombstone(void **state)
{
	const char *gone = text_at(a_product("Gone", ""), "id");
	const char *hidden = text_at(a_product("Hidden", ""), "id");
	const char *cursor = cursor_of_now();
	struct answer *answer;

	(void)state;
	remove_product(gone);
	edit(hidden, "{\"status\":\"draft\"}");
	answer = since(cursor);
	assert_true(json_is_true(
		json_object_get(change_of(answer, gone), "is_gone")));
	assert_true(json_is_null(
		json_object_get(change_of(answer, gone), "product")));
	assert_true(json_is_true(
		json_object_get(change_of(answer, hidden), "is_gone")));
}

static void the_order_of_commits_hides_no_change(void **state)
{
	const char *id = text_at(a_product("Late", ""), "id");
	const char *cursor = cursor_of_now();
	struct answer *answer;
	FILE *late;

	(void)state;
	/* A transaction that began first and commits last. */
	late = popen("psql -qAtX \"$SHOPD_DATABASE_URL\" >/dev/null", "w");
	assert_non_null(late);
	fprintf(late,
		"BEGIN; INSERT INTO change_log (kind, object_id) "
		"VALUES ('product', '%s'); SELECT pg_sleep(1); COMMIT;\n",
		id);
	fflush(late);
	usleep(400000);
	edit(id, "{\"name\":\"Earlier\"}");
	answer = told_since(cursor);
	assert_null(change_of(answer, id)); /* it waits for the older one */
	assert_int_equal(pclose(late), 0);
	answer = since(text_at(answer, "next"));
	assert_non_null(change_of(answer, id));
}

static void pages_of_changes_lead_to_the_end(void **state)
{
	const char *cursor = cursor_of_now();
	struct answer *answer;
	int pages = 0;

	(void)state;
	sql("INSERT INTO change_log (kind, object_id) "
	    "SELECT 'product', uuid_v7() FROM generate_series(1, 1200)");
	sql("UPDATE category SET name = name");
	do {
		answer = since(cursor);
		cursor = text_at(answer, "next");
		pages++;
	} while (bool_at(answer, "has_more"));
	assert_int_equal(pages, 3);
	answer = since(cursor);
	assert_int_equal(json_array_size(node_at(answer, "results")), 0);
}

static void other_kinds_say_that_they_changed(void **state)
{
	const char *cursor = cursor_of_now();
	struct answer *answer;

	(void)state;
	sql("UPDATE category SET name = name WHERE slug = 'pens'");
	answer = since(cursor);
	assert_string_equal(text_at(answer, "results.0.type"), "category");
	assert_true(json_is_null(node_at(answer, "results.0.id")));
}

static void a_cursor_that_is_too_old_is_gone(void **state)
{
	const char *cursor = cursor_of_now();
	struct answer *answer;

	(void)state;
	sql("INSERT INTO change_log (kind, object_id) "
	    "VALUES ('product', uuid_v7())");
	sql("INSERT INTO change_horizon (xid, seq) "
	    "SELECT xid, seq FROM change_log ORDER BY xid DESC, seq DESC LIMIT 1 "
	    "ON CONFLICT (is_only) DO UPDATE SET xid = EXCLUDED.xid, "
	    "seq = EXCLUDED.seq");
	until_decided();
	answer = ask(410, "GET", fmt(CHANGES "?after=%s", cursor), &nobody,
		     NULL);
	assert_string_equal(text_at(answer, "code"), "cursor_expired");
	since(cursor_of_now());
	/* So is one of a database that was another. */
	answer = ask(410, "GET", CHANGES "?after=99999999999.0", &nobody, NULL);
	assert_string_equal(text_at(answer, "code"), "cursor_expired");
}

static void a_cursor_that_is_none_is_404(void **state)
{
	static const char *const cursors[] = {
		"zzz", "1", "1.", ".1", "1.2.3", "-1.2", "1.2%00", "1.-2",
		"9999999999999999999999.1", "1.9999999999999999999", "%2B1.2",
		NULL};

	(void)state;
	for (int i = 0; cursors[i] != NULL; i++) {
		struct answer *answer =
			ask(404, "GET", fmt(CHANGES "?after=%s", cursors[i]),
			    &nobody, NULL);

		assert_string_equal(text_at(answer, "detail"),
				    "Invalid cursor");
	}
	ask(400, "GET", CHANGES "?currency=zzz", &nobody, NULL);
}

static void a_feed_tells_what_is_for_sale(void **state)
{
	struct answer *product = a_product(
		"Ink & <b>pen</b>", ",\"compare_at_price\":\"15.00\"");
	const char *sku = text_at(product, "sku");
	struct answer *feed = ask(200, "GET", FEEDS "google.xml/", &nobody,
				  NULL);
	const char *item = strstr(feed->body, fmt("<g:id>%s</g:id>", sku));

	(void)state;
	assert_string_equal(header_of(feed, "Content-Type"),
			    "application/xml; charset=utf-8");
	assert_non_null(item);
	assert_non_null(strstr(item, "<g:title>Ink &amp; &lt;b&gt;pen"));
	assert_non_null(strstr(item, "<g:price>15.00 EUR</g:price>\n"
				     "<g:sale_price>12.50 EUR"));
	assert_non_null(strstr(item, "<g:availability>in_stock"));
	assert_non_null(strstr(item, fmt("/products/%s</g:link>",
					 text_at(product, "slug"))));
	assert_non_null(strstr(feed->body, "</channel>\n</rss>\n"));
	edit(text_at(product, "id"), "{\"status\":\"draft\"}");
	feed = ask(200, "GET", FEEDS "google.xml/", &nobody, NULL);
	assert_null(strstr(feed->body, fmt("<g:id>%s</g:id>", sku)));
}

/* Lines of a text. */
static int64_t lines_of(const char *text)
{
	int64_t lines = 0;

	for (; *text != '\0'; text++)
		lines += *text == '\n';
	return lines;
}

static void all_forms_tell_of_all_that_is_sold(void **state)
{
	const char *sold = sql(
		"SELECT count(*) FROM variant v JOIN card k USING (product_id) "
		"JOIN price pr ON pr.variant_id = v.id AND pr.currency = 'EUR' "
		"WHERE v.is_active AND v.deleted_at IS NULL");
	struct answer *feed = ask(200, "GET", FEEDS "products.ndjson/", &nobody,
				  NULL);

	(void)state;
	assert_string_equal(fmt("%d", (int)lines_of(feed->body)), sold);
	feed = ask(200, "GET", FEEDS "products.csv/?currency=EUR", &nobody,
		   NULL);
	assert_true(lines_of(feed->body) > strtol(sold, NULL, 10));
	assert_int_equal(strncmp(feed->body, "id,item_group_id,", 17), 0);
	feed = ask(200, "GET", FEEDS "products.ndjson/?currency=JPY", &nobody,
		   NULL);
	assert_int_equal(feed->length, 0);
	ask(200, "HEAD", FEEDS "google.xml/", &nobody, NULL);
	ask(400, "GET", FEEDS "google.xml/?currency=EURO", &nobody, NULL);
	ask(404, "GET", FEEDS "froogle.xml/", &nobody, NULL);
}

static void a_sitemap_names_every_page(void **state)
{
	struct answer *product = a_product("Mapped", "");
	struct answer *index = ask(200, "GET", FEEDS "sitemap.xml/", &nobody,
				   NULL);
	const char *part = strstr(index->body, "<loc>") + strlen("<loc>");
	struct answer *map = ask(200, "GET",
				 fmt("%.*s", (int)strcspn(part, "<"), part),
				 &nobody, NULL);

	(void)state;
	assert_non_null(strstr(map->body,
			       fmt("/products/%s</loc>",
				   text_at(product, "slug"))));
	assert_non_null(strstr(map->body, "/categories/pens</loc>"));
	map = ask(200, "GET", fmt(FEEDS "sitemap-part.xml/?after=%s",
				  text_at(product, "id")),
		  &nobody, NULL);
	assert_null(strstr(map->body, text_at(product, "slug")));
	ask(404, "GET", FEEDS "sitemap-part.xml/?after=zzz", &nobody, NULL);
}

static void old_addresses_lead_to_new_ones(void **state)
{
	struct answer *product = a_product("Renamed thing", "");
	const char *old = text_at(product, "slug");
	const char *new = fmt("new-%s", old);
	struct answer *list;

	(void)state;
	edit(text_at(product, "id"), fmt("{\"slug\":\"%s\"}", new));
	list = ask(200, "GET", fmt("/api/v1/redirects/?old_slug=%s", old),
		   &nobody, NULL);
	assert_int_equal(int_at(list, "count"), 1);
	assert_string_equal(text_at(list, "results.0.kind"), "product");
	assert_string_equal(text_at(list, "results.0.new_slug"), new);
	edit(text_at(product, "id"), "{\"status\":\"draft\"}");
	list = ask(200, "GET", fmt("/api/v1/redirects/?old_slug=%s", old),
		   &nobody, NULL);
	assert_true(json_is_null(node_at(list, "results.0.new_slug")));
	list = ask(200, "GET", "/api/v1/redirects/?cursor=&kind=product",
		   &nobody, NULL);
	assert_true(json_is_null(node_at(list, "previous")));
	ask(400, "GET", "/api/v1/redirects/?kind=order", &nobody, NULL);
}

#define T(name) cmocka_unit_test(name)
int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_change_is_told_once_with_the_newest_state),
		T(a_card_is_the_one_of_the_lists),
		T(what_is_gone_leaves_a_tombstone),
		T(the_order_of_commits_hides_no_change),
		T(pages_of_changes_lead_to_the_end),
		T(other_kinds_say_that_they_changed),
		T(a_cursor_that_is_too_old_is_gone),
		T(a_cursor_that_is_none_is_404),
		T(a_feed_tells_what_is_for_sale),
		T(all_forms_tell_of_all_that_is_sold),
		T(a_sitemap_names_every_page),
		T(old_addresses_lead_to_new_ones),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
