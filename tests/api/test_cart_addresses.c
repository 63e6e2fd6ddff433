/* test_cart_addresses.c - a checkout takes the addresses that a customer has
 * saved, as they are at that moment. */
#include "shop.h"

#include <string.h>

#define ADDRESSES "/api/v1/account/addresses/"
#define STREET                                                           \
	"\"first_name\":\"Ada\",\"last_name\":\"L\",\"line1\":\"Weg 1\"," \
	"\"company\":\"Engines\""
#define BERLIN STREET ",\"city\":\"Berlin\",\"postal_code\":\"10117\","    \
		      "\"country\":\"DE\""

static const char *save(const struct caller *member, const char *more)
{
	return text_at(askf(201, "POST", ADDRESSES, member, "{" BERLIN "%s}",
			    more),
		       "id");
}

static struct answer *put(int status, const struct cart *cart,
			  const char *which, const char *address)
{
	return askf(status, "PUT",
		    fmt("/api/v1/carts/%s/%s-address/", cart->id, which),
		    &cart->caller, "{\"address_id\":%s}", address);
}

static const char *quoted(const char *text)
{
	return fmt("\"%s\"", text);
}

static void an_order_keeps_what_the_saved_address_was(void **state)
{
	struct caller member = {.bearer = a_customer(), .key = ""};
	struct cart cart = a_cart_ready_to_pay(member.bearer, NULL, 1);
	const char *id = save(&member, "");
	struct answer *answer = put(200, &cart, "shipping", quoted(id));
	const char *total = text_at(answer, "total");
	const char *order;

	(void)state;
	assert_string_equal(text_at(answer, "shipping_address.company"),
			    "Engines");
	put(200, &cart, "billing", quoted(id));
	ask(200, "PATCH", fmt(ADDRESSES "%s/", id), &member,
	    "{\"line1\":\"Weg 2\"}");
	order = text_at(askf(200, "POST",
			     fmt("/api/v1/carts/%s/complete/", cart.id),
			     &cart.caller,
			     "{\"expected_total\":\"%s\",\"gateway\":\"stripe\","
			     "\"payment_method\":\"pm_card_visa\"}", total),
			"id");
	ask(204, "DELETE", fmt(ADDRESSES "%s/", id), &member, NULL);
	answer = ask(200, "GET", fmt("/api/v1/orders/%s/", order), &member,
		     NULL);
	assert_string_equal(text_at(answer, "shipping_address.line1"), "Weg 1");
	assert_string_equal(text_at(answer, "billing_address.line1"), "Weg 1");
	assert_null(json_object_get(node_at(answer, "shipping_address"), "id"));
}

static void assert_unknown(const struct cart *cart, const char *which,
			   const char *id)
{
	assert_string_equal(
		put(400, cart, which, quoted(id))->body,
		fmt("{\"address_id\":[\"Invalid pk \\\"%s\\\" - object does not "
		    "exist.\"]}", id));
}

static void an_address_of_another_does_not_exist(void **state)
{
	struct caller other = {.bearer = a_customer()};
	struct caller member = {.bearer = a_customer()};
	struct cart mine = a_cart_ready_to_pay(member.bearer, NULL, 1);
	struct cart guests = a_cart_ready_to_pay(NULL, NULL, 1);
	const char *hers = save(&other, "");
	const char *gone = save(&member, "");

	(void)state;
	assert_unknown(&mine, "shipping", hers);
	assert_unknown(&mine, "billing", hers);
	assert_unknown(&guests, "shipping", hers);
	assert_unknown(&guests, "billing", hers);
	ask(204, "DELETE", fmt(ADDRESSES "%s/", gone), &member, NULL);
	assert_unknown(&mine, "shipping", gone);
	put(400, &mine, "shipping", "\"1\"");
	put(400, &mine, "shipping", "7");
	put(400, &mine, "shipping", "{}");
	put(400, &mine, "shipping", "null");
}

/* Whoever bears the token of a customer's cart does not get at what the
 * customer has saved. */
static void the_token_of_a_cart_opens_no_saved_address(void **state)
{
	struct caller member = {.bearer = a_customer()};
	struct cart cart = a_cart_ready_to_pay(member.bearer, NULL, 1);
	const char *id = save(&member, "");

	(void)state;
	cart.caller.bearer = NULL;
	assert_unknown(&cart, "shipping", id);
}

static void nothing_is_taken_that_was_not_asked_for(void **state)
{
	struct caller member = {.bearer = a_customer(), .key = ""};
	struct answer *answer;
	struct cart cart;

	(void)state;
	save(&member, ",\"is_default_shipping\":true,"
		      "\"is_default_billing\":true");
	answer = ask(201, "POST", "/api/v1/carts/", &member, "{}");
	assert_true(json_is_null(node_at(answer, "shipping_address")));
	cart = (struct cart){.id = text_at(answer, "id"), .caller = member};
	put(400, &cart, "shipping", "null");
	ask(400, "PUT", fmt("/api/v1/carts/%s/shipping-address/", cart.id),
	    &member, "{}");
}

static void an_address_is_given_in_one_way(void **state)
{
	struct caller member = {.bearer = a_customer(), .key = ""};
	struct cart cart = a_cart_ready_to_pay(member.bearer, NULL, 1);
	const char *id = save(&member, "");
	struct answer *answer;

	(void)state;
	answer = askf(400, "PUT",
		      fmt("/api/v1/carts/%s/billing-address/", cart.id),
		      &cart.caller, "{\"address_id\":\"%s\",\"phone\":\"1\"}",
		      id);
	assert_string_equal(text_at(answer, "address_id.0"),
			    "Give an address, or address_id.");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_order_keeps_what_the_saved_address_was),
		cmocka_unit_test(an_address_of_another_does_not_exist),
		cmocka_unit_test(the_token_of_a_cart_opens_no_saved_address),
		cmocka_unit_test(nothing_is_taken_that_was_not_asked_for),
		cmocka_unit_test(an_address_is_given_in_one_way),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
