/* test_claims.c - guest orders become those of the account whose verified
 * address they bear. */
#include "shop.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ORDERS "/api/v1/account/orders/"
#define CLAIM "/api/v1/account/orders/claim/"
#define VERIFY "/api/v1/auth/verify-email/"

static const char *an_email(void)
{
	static unsigned number;

	return fmt("g%d-%u@example.org", (int)getpid(), number++);
}

/* Of an account that was made just now, and not verified. */
static struct caller an_account(const char *email)
{
	struct answer *answer;

	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}", email);
	answer = askf(200, "POST", "/api/v1/auth/token/", &nobody,
		      "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}",
		      email);
	return (struct caller){.bearer = text_at(answer, "access")};
}

/* The key of its mail, as if that had been read. */
static const char *key_for(const char *email)
{
	const char *key = fmt("key-%s", email);

	sql("INSERT INTO email_verification SELECT sha256('%s'), id, now() + "
	    "interval '1 hour' FROM account WHERE email = '%s'", key, email);
	return fmt("{\"key\":\"%s\"}", key);
}

struct purchase {
	struct cart cart;
	const char *path; /* of its completion */
	const char *body;
};

static struct purchase a_purchase(const char *email)
{
	struct purchase it = {.cart = a_cart_ready_to_pay(NULL, NULL, 1)};

	askf(200, "PATCH", fmt("/api/v1/carts/%s/", it.cart.id), &it.cart.caller,
	     "{\"email\":\"%s\"}", email);
	it.path = fmt("/api/v1/carts/%s/complete/", it.cart.id);
	it.body = fmt("{\"expected_total\":\"%s\",\"gateway\":\"stripe\","
		      "\"payment_method\":\"pm_card_visa\"}", it.cart.total);
	return it;
}

static const char *a_guest_order(const char *email)
{
	struct purchase it = a_purchase(email);

	return text_at(ask(200, "POST", it.path, &it.cart.caller, it.body), "id");
}

static int64_t orders_of(const struct caller *member)
{
	return int_at(ask(200, "GET", ORDERS, member, NULL), "count");
}

static int64_t claimed_by(const struct caller *member)
{
	return int_at(ask(200, "POST", CLAIM, member, NULL), "claimed");
}

static void guest_orders_are_there_once_the_address_is_verified(void **state)
{
	const char *email = an_email();
	const char *order = a_guest_order(email);
	struct caller member = an_account(email);
	const char *key = key_for(email);

	(void)state;
	a_guest_order(fmt("x%s", email));
	assert_int_equal(orders_of(&member), 0);
	ask(200, "POST", VERIFY, &nobody, key);
	assert_int_equal(orders_of(&member), 1);
	ask(200, "GET", fmt("/api/v1/orders/%s/", order), &member, NULL);
	ask(200, "POST", VERIFY, &nobody, key);
	assert_int_equal(claimed_by(&member), 0);
	assert_string_equal(sql("SELECT count(*) || ' ' || bool_and(e.actor_id = "
				"o.account_id)::text FROM order_event e JOIN "
				"orders o ON o.id = e.order_id WHERE e.kind = "
				"'order.claimed' AND o.id = '%s'", order),
			    "1 true");
}

static void an_unverified_address_claims_nothing(void **state)
{
	const char *email = an_email();
	struct caller member;

	(void)state;
	a_guest_order(email);
	member = an_account(email);
	assert_string_equal(text_at(ask(403, "POST", CLAIM, &member, NULL),
				    "code"),
			    "email_not_verified");
	assert_int_equal(orders_of(&member), 0);
	assert_string_equal(sql("SELECT count(*) FROM orders WHERE email = '%s' "
				"AND account_id IS NOT NULL", email), "0");
}

static void what_belongs_to_an_account_is_not_claimed_by_another(void **state)
{
	const char *email = an_email();
	struct caller buyer = {.bearer = a_customer(), .key = ""};
	struct cart cart = a_cart_ready_to_pay(buyer.bearer, NULL, 1);
	struct caller member;

	(void)state;
	askf(200, "PATCH", fmt("/api/v1/carts/%s/", cart.id), &cart.caller,
	     "{\"email\":\"%s\"}", email);
	askf(200, "POST", fmt("/api/v1/carts/%s/complete/", cart.id),
	     &cart.caller,
	     "{\"expected_total\":\"%s\",\"gateway\":\"stripe\","
	     "\"payment_method\":\"pm_card_visa\"}", cart.total);
	member = an_account(email);
	ask(200, "POST", VERIFY, &nobody, key_for(email));
	assert_int_equal(claimed_by(&member), 0);
	assert_int_equal(orders_of(&member), 0);
	assert_int_equal(orders_of(&buyer), 1);
}

static void an_order_of_later_is_claimed_when_asked_for(void **state)
{
	const char *email = an_email();
	struct caller member = an_account(email);
	int counts[600] = {0};

	(void)state;
	ask(200, "POST", VERIFY, &nobody, key_for(email));
	a_guest_order(email);
	a_guest_order(email);
	ask_at_once(6, "POST", CLAIM, &member, NULL, counts);
	assert_int_equal(counts[200], 6);
	assert_int_equal(orders_of(&member), 2);
	assert_string_equal(sql("SELECT count(*) FROM order_event e JOIN orders "
				"o ON o.id = e.order_id WHERE o.email = '%s' AND "
				"e.kind = 'order.claimed'", email), "2");
}

/* Whichever is first, the order is whole, and claimed once at the latest when
 * it is asked for. */
static void an_order_placed_while_the_address_is_verified_is_not_lost(void **state)
{
	(void)state;
	for (int round = 0; round < 6; round++) {
		const char *email = an_email();
		struct caller member = an_account(email);
		struct purchase it = a_purchase(email);
		struct request_line both[] = {
			{"POST", it.path, it.cart.caller, it.body, {0}},
			{"POST", VERIFY, nobody, key_for(email), {0}},
			{"POST", CLAIM, member, NULL, {0}},
		};

		ask_all(both, 3);
		assert_int_equal(both[0].answer.status, 200);
		assert_int_equal(both[1].answer.status, 200);
		ask(200, "POST", CLAIM, &member, NULL);
		assert_int_equal(orders_of(&member), 1);
		assert_string_equal(
			sql("SELECT count(*) FROM order_event e JOIN orders o "
			    "ON o.id = e.order_id WHERE o.email = '%s' AND "
			    "e.kind = 'order.claimed'", email),
			"1");
	}
}

static void a_changed_address_claims_by_the_new_one(void **state)
{
	const char *before = an_email();
	const char *after = an_email();
	struct caller member = an_account(before);

	(void)state;
	ask(200, "POST", VERIFY, &nobody, key_for(before));
	a_guest_order(after);
	sql("UPDATE account SET email = '%s', email_verified_at = NULL WHERE "
	    "email = '%s'", after, before);
	assert_int_equal(orders_of(&member), 0);
	sql("UPDATE account SET email_verified_at = now() WHERE email = '%s'",
	    after);
	assert_int_equal(orders_of(&member), 1);
}

/* Whoever writes an address beside the way of a mail to it has not proved it. */
static void a_changed_address_that_nobody_proved_claims_nothing(void **state)
{
	const char *before = an_email();
	const char *after = an_email();
	struct caller member = an_account(before);

	(void)state;
	ask(200, "POST", VERIFY, &nobody, key_for(before));
	a_guest_order(after);
	sql("UPDATE account SET email = '%s' WHERE email = '%s'", after, before);
	ask(403, "POST", CLAIM, &member, NULL);
	assert_int_equal(orders_of(&member), 0);
	ask(200, "POST", VERIFY, &nobody, key_for(after));
	assert_int_equal(orders_of(&member), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			guest_orders_are_there_once_the_address_is_verified),
		cmocka_unit_test(an_unverified_address_claims_nothing),
		cmocka_unit_test(
			what_belongs_to_an_account_is_not_claimed_by_another),
		cmocka_unit_test(an_order_of_later_is_claimed_when_asked_for),
		cmocka_unit_test(
			an_order_placed_while_the_address_is_verified_is_not_lost),
		cmocka_unit_test(a_changed_address_claims_by_the_new_one),
		cmocka_unit_test(
			a_changed_address_that_nobody_proved_claims_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
