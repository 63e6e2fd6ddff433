/* test_stock.c - what an order does to the stock, and what arrives; on a real
 * PostgreSQL. Run by tests/with-postgres. */
#include "../unit/test.h"

#include <string.h>

#include <domain/inventory.h>
#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/json.h>
#include <platform/log.h>
#include <queries.h>

static struct work *work_begin(struct work *w)
{
	*w = (struct work){.deadline = clock_monotonic() + 5 * SECOND};
	return w;
}

static const char *ask(struct arena *arena, const char *sql)
{
	struct work w;
	struct rows rows;
	const char *text = NULL;

	assert_true(db_query(work_begin(&w),
			     db_assembled("test", sql, QUERY_MANY, false),
			     no_params, &rows));
	if (rows.count > 0)
		text = arena_text(arena, row_text(&rows, 0, 0));
	work_finish(&w);
	return text;
}

/* Goods, a cart that wants them and an order of it. */
struct sale {
	struct arena arena;
	struct uuid variant, cart, order;
	int64_t wanted;
};

static struct uuid ask_uuid(struct sale *sale, const char *sql)
{
	struct uuid uuid;

	assert_true(uuid_parse(ask(&sale->arena, sql), &uuid));
	return uuid;
}

static struct sale a_sale(int64_t in_stock, int64_t wanted)
{
	struct sale sale = {.wanted = wanted};
	struct work w;

	sale.variant = ask_uuid(&sale,
		"WITH p AS (INSERT INTO product (slug, name) VALUES "
		"(gen_random_uuid(), 'x') RETURNING id, slug) INSERT INTO "
		"variant (product_id, sku) SELECT id, slug FROM p RETURNING id");
	sale.cart = ask_uuid(&sale,
		"INSERT INTO cart (secret_hash, currency, expires_at) VALUES "
		"(sha256('x'), 'EUR', now() + '1 day') RETURNING id");
	ask(&sale.arena, arena_format(&sale.arena,
		"INSERT INTO cart_item (cart_id, variant_id, quantity) SELECT "
		"c.id, v.id, %lld FROM (SELECT id FROM cart ORDER BY id DESC "
		"LIMIT 1) c, (SELECT id FROM variant ORDER BY id DESC LIMIT 1) v "
		"RETURNING id", (long long)wanted));
	sale.order = ask_uuid(&sale,
		"WITH o AS (INSERT INTO orders (cart_id, secret_hash, email, "
		"currency, subtotal, shipping_total, tax_total, total, "
		"tax_is_inclusive, tax_rate_millionths, shipping_address, "
		"billing_address) SELECT id, secret_hash, 'a@b.de', 'EUR', 0, "
		"0, 0, 0, true, 0, '{}', '{}' FROM cart ORDER BY id DESC LIMIT "
		"1 RETURNING id, cart_id), l AS (INSERT INTO order_line "
		"(order_id, position, variant_id, sku, name, quantity, "
		"unit_price, total, tax) SELECT o.id, 1, i.variant_id, 'x', "
		"'x', i.quantity, 0, 0, 0 FROM o JOIN cart_item i USING "
		"(cart_id)) SELECT id FROM o");
	assert_true(stock_receive(work_begin(&w), &sale.variant, &in_stock, 1,
				  "import", NULL));
	work_finish(&w);
	return sale;
}

/* "on_hand allocated reserved deficit"; and the books are right. */
static void assert_stock(struct sale *sale, const char *expected)
{
	static const struct query *const breaks[] = {
		&q_stock_ledger_breaks, &q_stock_hold_breaks,
		&q_stock_promise_breaks};
	char id[UUID_TEXT_LENGTH + 1];
	struct work w;
	struct rows rows;

	uuid_format(&sale->variant, id);
	assert_string_equal(
		ask(&sale->arena,
		    arena_format(&sale->arena,
				 "SELECT on_hand || ' ' || allocated || ' ' || "
				 "reserved || ' ' || deficit FROM stock WHERE "
				 "variant_id = '%s'", id)),
		expected);
	for (size_t i = 0; i < 3; i++) {
		assert_true(db_query(work_begin(&w), breaks[i], no_params,
				     &rows));
		assert_int_equal(rows.count, 0);
		work_finish(&w);
	}
}

/* Calls a function of the door in a work of its own. */
#define DONE(call) \
	do { struct work w; work_begin(&w); assert_true(call); \
	     work_finish(&w); } while (0)
#define REFUSED(call, code_) \
	do { struct work w; work_begin(&w); assert_false(call); \
	     assert_string_equal(w.fault.kind->code, code_); \
	     work_finish(&w); } while (0)

static void an_order_takes_what_its_cart_held_and_gives_it_back(void **state)
{
	struct sale s = a_sale(10, 4);

	(void)state;
	DONE(stock_reserve(&w, &s.cart, NULL));
	DONE(stock_pin(&w, &s.cart));
	assert_stock(&s, "10 0 4 0");
	DONE(stock_allocate(&w, &s.order, &s.cart));
	assert_stock(&s, "10 4 0 0");
	REFUSED(stock_pin(&w, &s.cart), "insufficient_stock");
	DONE(stock_unallocate(&w, &s.order));
	DONE(stock_unallocate(&w, &s.order));
	assert_stock(&s, "10 0 0 0");
	arena_finish(&s.arena);
}

static void an_order_whose_hold_was_lost_takes_afresh_or_is_told(void **state)
{
	struct sale s = a_sale(5, 5);
	const int64_t four = 4;
	struct work told;

	(void)state;
	DONE(stock_allocate(&w, &s.order, &s.cart));
	assert_stock(&s, "5 5 0 0");
	DONE(stock_unallocate(&w, &s.order));
	DONE(stock_count(&w, &s.variant, &four, 1, "import", NULL));
	assert_stock(&s, "4 0 0 0");
	assert_false(stock_allocate(work_begin(&told), &s.order, &s.cart));
	assert_string_equal(told.fault.kind->code, "insufficient_stock");
	assert_int_equal(json_int_at(told.fault.body, "lines.0.available", -1), 4);
	assert_int_equal(json_int_at(told.fault.body, "lines.0.requested", -1), 5);
	work_finish(&told);
	assert_stock(&s, "4 0 0 0");
	arena_finish(&s.arena);
}

static void a_count_below_the_promised_is_a_deficit_until_goods_come(
	void **state)
{
	struct sale s = a_sale(5, 5);
	const int64_t three = 3, one = 1;

	(void)state;
	DONE(stock_allocate(&w, &s.order, &s.cart));
	DONE(stock_count(&w, &s.variant, &three, 1, "import", NULL));
	assert_stock(&s, "3 5 0 2");
	DONE(stock_receive(&w, &s.variant, &one, 1, "staff", NULL));
	assert_stock(&s, "4 5 0 1");
	DONE(stock_unallocate(&w, &s.order));
	assert_stock(&s, "4 0 0 0");
	arena_finish(&s.arena);
}

static void releasing_twice_is_releasing_once(void **state)
{
	struct sale s = a_sale(5, 2);

	(void)state;
	DONE(stock_reserve(&w, &s.cart, NULL));
	DONE(stock_pin(&w, &s.cart));
	DONE(stock_release(&w, &s.cart));
	DONE(stock_release(&w, &s.cart));
	assert_stock(&s, "5 0 0 0");
	arena_finish(&s.arena);
}

/* Sells while the product and its variant are locked as an edit locks them. */
static bool sell_beside(struct work *edit, void *argument)
{
	struct sale *sale = argument;
	char variant[UUID_TEXT_LENGTH + 1];
	struct rows rows;
	struct uuid product;

	assert_true(db_query(edit, &q_variant_lock,
			     params(p_uuid(&sale->variant)), &rows));
	assert_int_equal(rows.count, 1);
	product = row_uuid(&rows, 0, 1);
	assert_true(db_query(edit, &q_product_lock, params(p_uuid(&product)),
			     &rows));
	assert_int_equal(rows.count, 1);
	DONE(stock_reserve(&w, &sale->cart, NULL));
	uuid_format(&sale->variant, variant);
	assert_non_null(ask(&sale->arena, arena_format(&sale->arena,
		"INSERT INTO order_line (order_id, position, variant_id, sku, "
		"name, quantity, unit_price, total, tax) SELECT order_id, 2, "
		"variant_id, sku, name, 1, 0, 0, 0 FROM order_line WHERE "
		"variant_id = '%s' RETURNING id", variant)));
	return true;
}

static void what_staff_edit_is_sold_meanwhile(void **state)
{
	struct sale s = a_sale(5, 2);

	(void)state;
	ask(&s.arena, "UPDATE variant SET is_default = true");
	DONE(db_transact(&w, sell_beside, &s));
	assert_stock(&s, "5 0 2 0");
	arena_finish(&s.arena);
}

static bool run_all(struct work *w, void *failed)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			an_order_takes_what_its_cart_held_and_gives_it_back),
		cmocka_unit_test(
			an_order_whose_hold_was_lost_takes_afresh_or_is_told),
		cmocka_unit_test(
			a_count_below_the_promised_is_a_deficit_until_goods_come),
		cmocka_unit_test(releasing_twice_is_releasing_once),
		cmocka_unit_test(what_staff_edit_is_sold_meanwhile),
	};

	(void)w;
	*(int *)failed = cmocka_run_group_tests(tests, NULL, NULL);
	return true;
}

int main(void)
{
	int failed = -1;

	if (!config_load(NULL) || !db_migrate(config->database_url))
		return 2;
	log_level_set("error");
	return command_run(run_all, &failed) ? failed : 2;
}
