/* test_customers.c - customers as staff see, mend and close them. */
#include "shop.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define CUSTOMERS "/api/v1/admin/customers/"

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff()};
}

struct customer {
	struct caller caller;
	const char *id, *email;
};

static struct customer fresh(void)
{
	struct customer customer = {.caller = {.bearer = a_customer(), .key = ""}};
	struct answer *answer =
		ask(200, "GET", "/api/v1/account/", &customer.caller, NULL);

	customer.id = text_at(answer, "id");
	customer.email = text_at(answer, "email");
	return customer;
}

static struct answer *patch(int status, const struct customer *customer,
			    const char *body)
{
	struct caller caller = staff();

	caller.header = fmt("If-Match: \"v%s\"",
			    sql("SELECT version FROM account WHERE id = '%s'",
				customer->id));
	return ask(status, "PATCH", fmt(CUSTOMERS "%s/", customer->id), &caller,
		   body);
}

static struct answer *shown(const struct customer *customer)
{
	const struct caller caller = staff();

	return ask(200, "GET", fmt(CUSTOMERS "%s/", customer->id), &caller, NULL);
}

static void a_customer_is_found_by_address_name_and_number(void **state)
{
	static const char *const searches[] = {
		"quirrenbach", "IGNAZ+quir", "4930555"};
	struct customer customer = fresh();
	const struct caller caller = staff();

	(void)state;
	patch(200, &customer,
	      "{\"first_name\":\"Ignaz\",\"last_name\":\"Quirrenbach\","
	      "\"phone\":\"+4930555\"}");
	for (size_t i = 0; i < sizeof(searches) / sizeof(searches[0]); i++)
		assert_string_equal(
			text_at(ask(200, "GET",
				    fmt(CUSTOMERS "?search=%s", searches[i]),
				    &caller, NULL),
				"results.0.id"),
			customer.id);
	assert_string_equal(
		text_at(ask(200, "GET", fmt(CUSTOMERS "?email=%s", customer.email),
			    &caller, NULL),
			"results.0.id"),
		customer.id);
	assert_int_equal(int_at(ask(200, "GET", CUSTOMERS "?search=%25", &caller,
				    NULL), "count"),
			 0);
}

static void pages_by_cursor_show_each_customer_once(void **state)
{
	const struct caller caller = staff();
	const char *path = CUSTOMERS "?cursor=&page_size=2&count=none";
	const char *last = "";
	int count = 0;

	(void)state;
	for (int i = 0; i < 3; i++)
		fresh();
	while (path != NULL && count < 1000) {
		struct answer *page = ask(200, "GET", path, &caller, NULL);
		json_t *next = node_at(page, "next");

		for (size_t i = 0; i < json_array_size(node_at(page, "results"));
		     i++, count++) {
			const char *id = text_at(page, fmt("results.%zu.id", i));

			assert_string_not_equal(id, last);
			last = id;
		}
		path = json_is_string(next)
			       ? strstr(json_string_value(next), "/api/")
			       : NULL;
	}
	assert_string_equal(fmt("%d", count),
			    sql("SELECT count(*) FROM account WHERE NOT is_staff"));
}

static void orders_are_counted_and_added_up(void **state)
{
	struct customer customer = fresh();
	struct cart cart = a_cart_ready_to_pay(customer.caller.bearer,
					       "enamel-teapot", 1);
	struct answer *answer;

	(void)state;
	askf(200, "POST", fmt("/api/v1/carts/%s/complete/", cart.id),
	     &cart.caller,
	     "{\"expected_total\":\"%s\",\"gateway\":\"stripe\","
	     "\"payment_method\":\"pm_card_visa\"}", cart.total);
	answer = shown(&customer);
	assert_int_equal(int_at(answer, "order_count"), 1);
	assert_int_equal(int_at(answer, "order_totals.0.orders"), 1);
	assert_string_equal(text_at(answer, "order_totals.0.total"), cart.total);
	assert_int_equal(int_at(answer, "session_count"), 1);
	assert_null(strstr(answer->body, "argon2"));
}

static void a_read_is_in_the_audit_log(void **state)
{
	struct customer customer = fresh();
	struct answer *answer = shown(&customer);

	(void)state;
	assert_string_equal(sql("SELECT kind || ' ' || action FROM audit_log WHERE "
				"request_id = '%s'",
				header_of(answer, "X-Request-Id")),
			    "read admin_customer_retrieve");
}

/* Eight connections: both workers are asked. */
static void until_refused(const struct caller *caller)
{
	int counts[600];
	int tries = 0;

	do {
		memset(counts, 0, sizeof(counts));
		ask_at_once(8, "GET", "/api/v1/account/", caller, NULL, counts);
		usleep(20000);
	} while (counts[401] < 8 && ++tries < 75);
	assert_int_equal(counts[401], 8);
}

static void a_closed_customer_is_refused_by_every_worker(void **state)
{
	struct customer customer = fresh();

	(void)state;
	assert_false(bool_at(patch(200, &customer, "{\"is_active\":false}"),
			     "is_active"));
	until_refused(&customer.caller);
	askf(401, "POST", "/api/v1/auth/token/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}",
	     customer.email);
	assert_int_equal(int_at(shown(&customer), "session_count"), 0);
	patch(200, &customer, "{\"is_active\":true}");
	askf(200, "POST", "/api/v1/auth/token/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}",
	     customer.email);
}

static void sessions_are_ended_and_counted(void **state)
{
	struct customer customer = fresh();
	const struct caller caller = staff();
	const char *path = fmt(CUSTOMERS "%s/sessions/end/", customer.id);

	(void)state;
	askf(200, "POST", "/api/v1/auth/token/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}",
	     customer.email);
	assert_int_equal(int_at(ask(200, "POST", path, &caller, NULL), "ended"), 2);
	assert_int_equal(int_at(ask(200, "POST", path, &caller, NULL), "ended"), 0);
	until_refused(&customer.caller);
}

/* Or who may mend customers could close an owner's account. */
static void staff_are_no_customers(void **state)
{
	const struct caller caller = staff();
	const char *id = sql("SELECT id FROM account WHERE email = "
			     "'staff@example.com'");
	struct caller versed = caller;

	(void)state;
	versed.header = fmt("If-Match: \"v%s\"",
			    sql("SELECT version FROM account WHERE id = '%s'", id));
	ask(404, "GET", fmt(CUSTOMERS "%s/", id), &caller, NULL);
	ask(404, "PATCH", fmt(CUSTOMERS "%s/", id), &versed,
	    "{\"is_active\":false}");
	ask(404, "POST", fmt(CUSTOMERS "%s/sessions/end/", id), &caller, NULL);
	ask(404, "POST", fmt(CUSTOMERS "%s/notes/", id), &caller,
	    "{\"body\":\"b\"}");
	ask(404, "GET", fmt(CUSTOMERS "%s/notes/", id), &caller, NULL);
}

static void notes_stay_with_their_customer(void **state)
{
	struct customer customer = fresh();
	struct customer other = fresh();
	const struct caller caller = staff();
	const char *path = fmt(CUSTOMERS "%s/notes/", customer.id);
	struct answer *note = ask(201, "POST", path, &caller,
				  "{\"body\":\"calls on Mondays\"}");

	(void)state;
	assert_string_equal(text_at(note, "author"), "staff@example.com");
	assert_int_equal(int_at(ask(200, "GET", path, &caller, NULL), "count"), 1);
	assert_int_equal(int_at(ask(200, "GET", fmt(CUSTOMERS "%s/notes/",
						    other.id),
				    &caller, NULL), "count"),
			 0);
	ask(404, "DELETE", fmt(CUSTOMERS "%s/notes/%s/", other.id,
			       text_at(note, "id")),
	    &caller, NULL);
	ask(204, "DELETE", fmt("%s%s/", path, text_at(note, "id")), &caller, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_customer_is_found_by_address_name_and_number),
		cmocka_unit_test(pages_by_cursor_show_each_customer_once),
		cmocka_unit_test(orders_are_counted_and_added_up),
		cmocka_unit_test(a_read_is_in_the_audit_log),
		cmocka_unit_test(a_closed_customer_is_refused_by_every_worker),
		cmocka_unit_test(sessions_are_ended_and_counted),
		cmocka_unit_test(staff_are_no_customers),
		cmocka_unit_test(notes_stay_with_their_customer),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
