/* test_order.c - how an order may move, and how payments add up. */
#include "../test.h"

#include <string.h>

#include <domain/orders.h>
#include <platform/json.h>

static void a_placed_order_is_never_pending_again(void **state)
{
	struct work w = {0};
	enum order_state order = ORDER_PLACED;

	(void)state;
	assert_false(order_advance(&w, &order, ORDER_PENDING));
	assert_string_equal(w.fault.kind->code, "order_wrong_state");
	assert_int_equal(w.fault.kind->status, 409);
	assert_int_equal(order, ORDER_PLACED);
	work_finish(&w);
}

static void a_refusal_lists_what_is_allowed(void **state)
{
	struct work w = {0};
	enum order_state order = ORDER_PLACED;
	const struct json_t *allowed;

	(void)state;
	assert_false(order_advance(&w, &order, ORDER_EXPIRED));
	allowed = json_member(w.fault.body, "allowed");
	assert_int_equal(json_count(allowed), 2);
	assert_string_equal(json_text(json_item(allowed, 0)), "completed");
	assert_string_equal(json_text(json_item(allowed, 1)), "canceled");
	work_finish(&w);
}

static void the_graph_is_exactly_this_one(void **state)
{
	static const char graph[ORDER_STATES][ORDER_STATES + 1] = {
		[ORDER_PENDING] = ".x..x",
		[ORDER_PLACED] = "..xx.",
		[ORDER_COMPLETED] = ".....",
		[ORDER_CANCELED] = ".....",
		[ORDER_EXPIRED] = "xx...",
	};

	(void)state;
	for (enum order_state from = 0; from < ORDER_STATES; from++)
		for (enum order_state to = 0; to < ORDER_STATES; to++)
			assert_int_equal(order_may(from, to),
					 graph[from][to] == 'x');
}

static void every_state_is_found_by_its_name(void **state)
{
	(void)state;
	for (enum order_state s = 0; s < ORDER_STATES; s++)
		assert_int_equal(order_state_find(order_state_name(s)), s);
}

static void the_payment_status_follows_the_sums(void **state)
{
	static const struct {
		struct order_sums sums;
		const char *status;
	} cases[] = {
		{{.total = 100}, "none"},
		{{.total = 100, .authorized = 100}, "authorized"},
		{{.total = 100, .captured = 99}, "partially_paid"},
		{{.total = 100, .captured = 100}, "paid"},
		{{.total = 100, .captured = 101}, "overpaid"},
		{{.total = 100, .captured = 100, .refunded = 1},
		 "partially_refunded"},
		{{.total = 100, .captured = 100, .refunded = 100}, "refunded"},
		{{.total = 100, .captured = 40, .refunded = 40}, "refunded"},
		{{.total = 100, .was_voided = true}, "voided"},
		{{.total = 100, .was_voided = true, .authorized = 100},
		 "authorized"},
		{{.total = 0}, "paid"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(order_payment_status(&cases[i].sums),
				    cases[i].status);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_placed_order_is_never_pending_again),
		cmocka_unit_test(a_refusal_lists_what_is_allowed),
		cmocka_unit_test(the_graph_is_exactly_this_one),
		cmocka_unit_test(every_state_is_found_by_its_name),
		cmocka_unit_test(the_payment_status_follows_the_sums),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
