/* test_plans.c - the hot statements find their rows by key: on 20,000 of all,
 * none of them reads a table whole that grows with the shop. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <libpq-fe.h>

#include <platform/config.h>
#include <platform/db.h>
#include <queries.h>

#include "template.h"

#define SOURCE PLANS_SOURCE_DIR

static PGconn *pg;

static void run_file(const char *arguments)
{
	char command[1024];

	snprintf(command, sizeof(command),
		 "psql -X -q -v ON_ERROR_STOP=1 -v products=20000 -v first=1 "
		 "-v carts=20000 -d \"$SHOPD_DATABASE_URL\" -o /dev/null %s",
		 arguments);
	if (system(command) != 0)
		fail_msg("%s", command);
}

static void run(const char *sql)
{
	PGresult *result = PQexec(pg, sql);

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", sql, PQerrorMessage(pg));
	PQclear(result);
}

static int begin(void **state)
{
	(void)state;
	if (!config_load(NULL) || !db_migrate(config->database_url))
		return -1;
	run_file("-f " SOURCE "/sql/demo/010_shipping_tax.sql "
		 "-f " SOURCE "/sql/demo/020_catalog.sql "
		 "-f " SOURCE "/tests/bench/catalog.sql "
		 "-f " SOURCE "/tests/bench/carts.sql "
		 "-f " SOURCE "/tests/sql/shop.sql");
	pg = PQconnectdb(config->database_url);
	if (PQstatus(pg) != CONNECTION_OK)
		return -1;
	/* Afterwards, so that the tables stand as a running shop has them; the
	 * settings are those of the pool's quick connections. */
	run("VACUUM ANALYZE");
	run("SET plan_cache_mode = force_generic_plan");
	run("SET random_page_cost = 1.1");
	return 0;
}

static int finish(void **state)
{
	(void)state;
	PQfinish(pg);
	return 0;
}

/* A page's template as product_listing fills it. */
static const char *filled(const struct query *query, const char *order)
{
	static char text[65536];

	template_fill(query->text, order, "LIMIT $4 OFFSET $5", true, text,
		      sizeof(text));
	return text;
}

/* With all its sections, as an answer that shows every member has it. */
static const char *whole(const char *text)
{
	static char plain[16384];
	size_t used = 0;

	while (*text != '\0') {
		assert_true(used + 1 < sizeof(plain));
		if (strncmp(text, "[[", 2) == 0)
			text = strstr(text, "]]") + 2;
		else
			plain[used++] = *text++;
	}
	plain[used] = '\0';
	return plain;
}

/* The generic plan, which does not depend on the NULLs given here. */
static PGresult *explain(const char *text)
{
	char command[256] = "EXPLAIN EXECUTE hot";
	PGresult *result = PQprepare(pg, "hot", whole(text), 0, NULL);
	int count;

	if (PQresultStatus(result) != PGRES_COMMAND_OK)
		fail_msg("%s: %s", text, PQerrorMessage(pg));
	PQclear(result);
	result = PQdescribePrepared(pg, "hot");
	count = PQnparams(result);
	PQclear(result);
	for (int i = 0; i < count; i++)
		strcat(command, i == 0 ? "(NULL" : ", NULL");
	if (count > 0)
		strcat(command, ")");
	result = PQexec(pg, command);
	if (PQresultStatus(result) != PGRES_TUPLES_OK)
		fail_msg("%s: %s", command, PQerrorMessage(pg));
	run("DEALLOCATE hot");
	return result;
}

static bool grows(const char *table)
{
	static const char *const growing[] = {
		"product", "listing", "card", "search_document", "search_word", "variant", "price", "stock",
		"stock_movement", "reservation", "cart", "cart_item", "orders",
		"order_line", "order_event", "payment", "payment_event",
		"idempotency_key", "change_log", "slug_redirect"};
	size_t length = strcspn(table, " ");

	for (size_t i = 0; i < sizeof(growing) / sizeof(*growing); i++)
		if (strlen(growing[i]) == length &&
		    strncmp(growing[i], table, length) == 0)
			return true;
	return false;
}

static unsigned whole_reads(const char *name, const char *text)
{
	PGresult *plan = explain(text);
	unsigned found = 0;

	for (int i = 0; i < PQntuples(plan); i++) {
		const char *line = PQgetvalue(plan, i, 0);
		const char *scan = strstr(line, "Seq Scan on ");

		if (scan != NULL && grows(scan + 12)) {
			print_error("%s: %s\n", name, line);
			found++;
		}
	}
	PQclear(plan);
	return found;
}

static void a_page_of_a_category_is_cut_from_an_index(void **state)
{
	static const char *const orders[] = {
		"l.price, l.product_id", "l.created_at DESC, l.product_id",
		"l.popularity DESC, l.product_id",
		"l.rating DESC, l.product_id"};

	(void)state;
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
		const char *text = filled(&q_product_list, orders[i]);
		PGresult *plan = explain(text);

		assert_int_equal(whole_reads("product_list", text), 0);
		for (int row = 0; row < PQntuples(plan); row++) {
			const char *line = PQgetvalue(plan, row, 0);

			/* No category is sorted: only the page itself. */
			assert_null(strstr(line, "Bitmap Heap Scan on listing"));
			assert_null(strstr(line, "Hash"));
		}
		PQclear(plan);
	}
}

/* In every order, the index of words or that of the order is read. */
static void a_search_reads_by_its_index(void **state)
{
	static const char *const orders[] = {
		"h.distance, h.product_id", "h.price DESC, h.product_id DESC",
		"h.created_at DESC, h.product_id"};
	static char text[65536];

	(void)state;
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
		template_fill(q_search_page.text, orders[i],
			      "LIMIT $12 OFFSET $13", true, text, sizeof(text));
		assert_int_equal(whole_reads("search_page", text), 0);
		template_fill(q_search_plain.text, orders[i],
			      "LIMIT $8 OFFSET $9", true, text, sizeof(text));
		assert_int_equal(whole_reads("search_plain", text), 0);
		template_fill(q_search_counted.text, orders[i],
			      "LIMIT $8 OFFSET $9", true, text, sizeof(text));
		assert_int_equal(whole_reads("search_counted", text), 0);
	}
}

/* As many as the price lets through are counted; their cards are not read. */
static void a_filtered_list_reads_the_cards_of_its_page_alone(void **state)
{
	const char *text = filled(&q_product_search, "l.price, l.product_id");
	PGresult *plan = explain(text);
	unsigned cards = 0;

	(void)state;
	for (int row = 0; row < PQntuples(plan); row++)
		cards += strstr(PQgetvalue(plan, row, 0), " on card") != NULL;
	PQclear(plan);
	assert_int_equal(cards, 1);
	assert_int_equal(whole_reads("product_search", text), 0);
}

/* So does a list with filters, whichever way it goes. */
static void a_filtered_list_reads_by_its_index(void **state)
{
	static const char *const orders[] = {
		"h.price, h.product_id", "h.created_at DESC, h.product_id DESC",
		"h.popularity DESC, h.product_id DESC",
		"h.rating DESC, h.product_id DESC"};
	static char text[65536];

	(void)state;
	for (size_t i = 0; i < sizeof(orders) / sizeof(*orders); i++) {
		template_fill(q_product_filtered.text, orders[i],
			      "LIMIT $13 OFFSET $14", true, text, sizeof(text));
		assert_int_equal(whole_reads("product_filtered", text), 0);
	}
}

static void hot_statements_read_by_key(void **state)
{
	static const struct query *const hot[] = {
		&q_product_show, &q_product_variants_show, &q_cart_show, &q_cart_show_any, &q_cart_add,
		&q_cart_add_why, &q_cart_variants, &q_cart_lock,
		&q_cart_insert, &q_cart_edit,
		&q_cart_item_set, &q_cart_move, &q_stock_reserve,
		&q_stock_release, &q_stock_allocate, &q_checkout_prepare,
		&q_checkout_current, &q_payment_load, &q_payment_lock,
		&q_payment_settle, &q_order_show, &q_idempotency_claim,
		&q_idempotency_look, &q_idempotency_store, &q_change_look,
		&q_changes_since, &q_feed_batch, &q_sitemap_batch};
	unsigned found = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(hot) / sizeof(*hot); i++)
		found += whole_reads(hot[i]->name, filled(hot[i], ""));
	assert_int_equal(found, 0);
}

static void reservations_are_read_by_key_even_when_there_are_none(void **state)
{
	(void)state;
	run("DELETE FROM reservation");
	run("VACUUM ANALYZE reservation");
	assert_int_equal(whole_reads("cart_show", q_cart_show.text), 0);
	assert_int_equal(whole_reads("cart_add", q_cart_add.text), 0);
	assert_int_equal(whole_reads("stock_reserve", q_stock_reserve.text), 0);
}

/* What the other tests rest on. */
static void a_statement_that_reads_all_is_seen(void **state)
{
	(void)state;
	assert_int_equal(whole_reads("(expected)",
				     "SELECT * FROM cart c WHERE note = $1"),
			 1);
	assert_int_equal(whole_reads("all", "SELECT * FROM tax_rate"), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_page_of_a_category_is_cut_from_an_index),
		cmocka_unit_test(a_search_reads_by_its_index),
		cmocka_unit_test(a_filtered_list_reads_by_its_index),
		cmocka_unit_test(a_filtered_list_reads_the_cards_of_its_page_alone),
		cmocka_unit_test(hot_statements_read_by_key),
		cmocka_unit_test(reservations_are_read_by_key_even_when_there_are_none),
		cmocka_unit_test(a_statement_that_reads_all_is_seen),
	};

	return cmocka_run_group_tests(tests, begin, finish);
}
