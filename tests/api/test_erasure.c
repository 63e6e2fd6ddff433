/* test_erasure.c - an erasure is asked for, waits, is called off; it is done
 * once and wholly, whatever goes on at the same time. */
#include "person.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WISHES "/api/v1/account/erasure-requests/"

static struct caller staff(void)
{
	return (struct caller){.bearer = the_staff(), .key = ""};
}

static struct caller of(const struct person *person)
{
	return (struct caller){.bearer = person->access, .key = ""};
}

static void erase(const struct person *person)
{
	const struct caller caller = staff();

	ask(204, "POST", fmt("/api/v1/admin/customers/%s/erase/", person->id),
	    &caller, NULL);
}

static const char *here(const struct person *person)
{
	return fmt("SELECT count(*) FROM account WHERE id = '%s'", person->id);
}

static const char *pay(const struct cart *cart)
{
	return fmt("{\"expected_total\":\"%s\",\"gateway\":\"stripe\","
		   "\"payment_method\":\"pm_card_visa\"}", cart->total);
}

static void it_waits_and_can_be_called_off(void **state)
{
	struct person person = a_person();
	const struct caller own = of(&person);
	struct answer *wish = ask(202, "POST", WISHES, &own, NULL);
	struct answer *again = ask(200, "POST", WISHES, &own, NULL);
	const char *path = fmt(WISHES "%s/", text_at(wish, "id"));

	(void)state;
	assert_string_equal(text_at(wish, "state"), "waiting");
	assert_string_equal(text_at(again, "id"), text_at(wish, "id"));
	assert_string_equal(sql("SELECT due_at - created_at FROM erasure_request "
				"WHERE account_id = '%s'", person.id),
			    "7 days");
	assert_int_equal(mails_to(person.email, "erasure_requested"), 1);
	ask(200, "GET", path, &own, NULL);
	ask(204, "DELETE", path, &own, NULL);
	ask(404, "DELETE", path, &own, NULL);
	assert_int_equal(int_at(ask(200, "GET", WISHES, &own, NULL), "count"), 0);
}

static void when_its_time_has_come_the_account_is_gone(void **state)
{
	struct person person = a_person();
	const struct caller own = of(&person);

	(void)state;
	ask(202, "POST", WISHES, &own, NULL);
	sql("UPDATE erasure_request SET due_at = now(), try_at = now() WHERE "
	    "account_id = '%s'", person.id);
	until_sql(60, "0", here(&person));
	assert_void_soon(person.access);
	refresh_with(401, person.refresh);
}

static void an_open_order_delays_it_and_that_is_told(void **state)
{
	struct person person = a_person();
	const struct caller own = of(&person);
	struct cart cart = a_cart_ready_to_pay(person.access, "enamel-teapot", 1);
	struct caller by_staff = staff();
	struct answer *wish;
	const char *order;

	(void)state;
	order = text_at(ask(200, "POST", fmt("/api/v1/carts/%s/complete/", cart.id),
			    &cart.caller, pay(&cart)), "id");
	erase(&person);
	until_sql(60, "1", fmt("SELECT count(*) FROM erasure_request WHERE "
			       "account_id = '%s' AND try_at > now()", person.id));
	wish = ask(200, "GET", WISHES, &own, NULL);
	assert_string_equal(text_at(wish, "results.0.state"), "delayed");
	assert_int_equal(int_at(wish, "results.0.open_orders"), 1);
	by_staff.header = fmt("If-Match: \"v%s\"",
			      sql("SELECT version FROM orders WHERE id = '%s'",
				  order));
	ask(200, "POST", fmt("/api/v1/admin/orders/%s/cancel/", order), &by_staff,
	    "{\"reason\":\"as the customer wished\"}");
	until_sql(60, "refunded", fmt("SELECT payment_status FROM orders WHERE id "
				      "= '%s'", order));
	sql("UPDATE erasure_request SET try_at = now() WHERE account_id = '%s'",
	    person.id);
	until_sql(60, "0", here(&person));
	assert_string_equal(sql("SELECT data FROM order_event WHERE order_id = '%s' "
				"AND kind = 'order.canceled'", order), "{}");
}

static void staff_are_not_erased(void **state)
{
	struct person person = a_person();
	const struct caller caller = staff();
	const struct caller own = {.bearer = the_staff(), .key = ""};

	(void)state;
	sql("UPDATE account SET is_staff = true WHERE id = '%s'", person.id);
	ask(404, "POST", fmt("/api/v1/admin/customers/%s/erase/", person.id),
	    &caller, NULL);
	assert_string_equal(text_at(ask(409, "POST", WISHES, &own, NULL), "code"),
			    "account_of_staff");
}

static void eight_jobs_erase_once(void **state)
{
	struct person person = a_person();

	(void)state;
	sql("WITH r AS (INSERT INTO erasure_request (account_id, due_at, try_at) "
	    "VALUES ('%s', now(), now())) INSERT INTO job (kind, payload) SELECT "
	    "'privacy.erase', jsonb_build_object('account', '%s') FROM "
	    "generate_series(1, 8)", person.id, person.id);
	until_sql(60, "0|0",
		  fmt("SELECT (SELECT count(*) FROM account WHERE id = '%s'), "
		      "(SELECT count(*) FROM job WHERE kind = 'privacy.erase' AND "
		      "state <> 'done' AND payload ->> 'account' = '%s')",
		      person.id, person.id));
	assert_string_equal(sql("SELECT count(*) FROM erasure_journal WHERE "
				"account_id = '%s'", person.id), "1");
}

/* The last table but one refuses: then the first ones are as they were. */
static void what_fails_halfway_changes_nothing_and_is_tried_again(void **state)
{
	struct person person = a_person();
	const struct caller own = of(&person);

	(void)state;
	askf(201, "POST", "/api/v1/products/enamel-teapot/reviews/", &own,
	     "{\"rating\":4,\"title\":\"t\",\"body\":\"b\",\"author\":\"%s\"}",
	     "Ada");
	sql("CREATE FUNCTION fail_once() RETURNS trigger LANGUAGE plpgsql AS $$ "
	    "BEGIN RAISE EXCEPTION 'not today'; END $$; CREATE TRIGGER fail_once "
	    "BEFORE DELETE ON account FOR EACH ROW WHEN (OLD.id = '%s') EXECUTE "
	    "FUNCTION fail_once()", person.id);
	erase(&person);
	until_sql(60, "t",
		  fmt("SELECT EXISTS (SELECT FROM job WHERE kind = 'privacy.erase' "
		      "AND payload ->> 'account' = '%s' AND last_error <> '')",
		      person.id));
	assert_string_equal(sql("SELECT author FROM review WHERE account_id = '%s'",
				person.id), "Ada");
	assert_string_equal(sql("SELECT count(*) FROM session WHERE account_id = "
				"'%s'", person.id), "1");
	sql("DROP TRIGGER fail_once ON account; DROP FUNCTION fail_once()");
	until_sql(120, "0", here(&person));
}

/* As after a restore: the journal is the one that was kept beside it. */
static void whom_a_backup_brings_back_is_erased_again(void **state)
{
	struct person person = a_person();
	struct person other = a_person();
	const char *shopd = getenv("SHOPD");

	(void)state;
	sql("INSERT INTO erasure_journal (account_id) VALUES ('%s')", person.id);
	assert_int_equal(system(fmt("'%s' privacy journal | grep -q '^%s '", shopd,
				    person.id)), 0);
	assert_int_not_equal(system(fmt("'%s' doctor >/dev/null 2>&1", shopd)), 0);
	assert_int_equal(system(fmt("'%s' privacy journal | '%s' privacy reapply",
				    shopd, shopd)), 0);
	until_sql(60, "0", here(&person));
	assert_string_equal(sql("%s", here(&other)), "1");
	assert_int_not_equal(system(fmt("echo nobody | '%s' privacy reapply "
					"2>/dev/null", shopd)), 0);
}

/* Either the order was first: then the account stays until it is closed; or
 * the erasure: then there is neither an account nor an order of it. */
static void a_checkout_at_the_same_moment_loses_or_wins_whole(void **state)
{
	(void)state;
	for (int i = 0; i < 4; i++) {
		struct person person = a_person();
		struct cart cart = a_cart_ready_to_pay(person.access,
						       "enamel-teapot", 1);
		struct request_line both[] = {
			{"POST", fmt("/api/v1/carts/%s/complete/", cart.id),
			 cart.caller, pay(&cart), {0}},
			{"POST", fmt("/api/v1/admin/customers/%s/erase/",
				     person.id), staff(), NULL, {0}},
		};

		ask_all(both, 2);
		assert_int_equal(both[1].answer.status, 204);
		until_sql(60, "t",
			  fmt("SELECT NOT EXISTS (SELECT FROM erasure_request WHERE "
			      "account_id = '%s' AND try_at <= now())",
			      person.id));
		if (both[0].answer.status == 200)
			assert_string_equal(sql("%s", here(&person)), "1");
		else
			until_sql(60, "0", here(&person));
		assert_string_equal(
			sql("SELECT count(*) FROM orders o WHERE o.cart_id = '%s' "
			    "AND o.account_id IS NULL AND o.email <> "
			    "'erased@erased.invalid'", cart.id), "0");
	}
}

static void what_is_old_enough_goes_by_itself(void **state)
{
	struct person person = a_person();

	(void)state;
	until_mailed();
	sql("UPDATE notification SET created_at = now() - interval '181 days' "
	    "WHERE recipient = '%s'", person.email);
	sql("UPDATE account SET created_at = now() - interval '181 days', "
	    "last_login_at = now() - interval '181 days' WHERE id = '%s'",
	    person.id);
	sql("INSERT INTO webhook_inbox (gateway, event_id, kind, body, "
	    "processed_at) VALUES ('stripe', 'evt_old', 'k', '{\"a\":1}', now() - "
	    "interval '31 days')");
	sql("INSERT INTO job (kind, payload, state, finished_at) VALUES ('old', "
	    "'{}', 'dead', now() - interval '91 days')");
	sql("UPDATE periodic SET next_at = now() WHERE name = "
	    "'privacy.retention'");
	until_sql(60, "0|0|{}|0",
		  fmt("SELECT (SELECT count(*) FROM notification WHERE recipient = "
		      "'%s'), (SELECT count(*) FROM job WHERE kind = 'old'), "
		      "(SELECT body FROM webhook_inbox WHERE event_id = 'evt_old'), "
		      "(SELECT count(*) FROM account WHERE id = '%s')",
		      person.email, person.id));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_waits_and_can_be_called_off),
		cmocka_unit_test(when_its_time_has_come_the_account_is_gone),
		cmocka_unit_test(an_open_order_delays_it_and_that_is_told),
		cmocka_unit_test(staff_are_not_erased),
		cmocka_unit_test(eight_jobs_erase_once),
		cmocka_unit_test(what_fails_halfway_changes_nothing_and_is_tried_again),
		cmocka_unit_test(a_checkout_at_the_same_moment_loses_or_wins_whole),
		cmocka_unit_test(whom_a_backup_brings_back_is_erased_again),
		cmocka_unit_test(what_is_old_enough_goes_by_itself),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
