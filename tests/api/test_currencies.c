/* test_currencies.c - the shop in a second currency, from the list to the
 * order: yen have no digits after the point, dinars three. */
#include "priced.h"

#include <stdlib.h>
#include <string.h>

#define CARTS "/api/v1/carts/"
#define PRODUCTS "/api/v1/products/"
#define BERLIN \
	"{\"first_name\":\"Ada\",\"last_name\":\"L\",\"line1\":\"Weg 1\"," \
	"\"city\":\"Berlin\",\"postal_code\":\"10117\",\"country\":\"DE\"}"
#define THREE                                        \
	"[{\"currency\":\"EUR\",\"amount\":\"20.00\"}," \
	"{\"currency\":\"JPY\",\"amount\":\"3200\"},"   \
	"{\"currency\":\"KWD\",\"amount\":\"6.120\"}]"

/* Parcels in Germany cost that much in that currency, too. */
static void ship_in(const char *currency, int amount)
{
	sql("INSERT INTO shipping_rate (method_id, zone_id, currency, amount, "
	    "weight_from, weight_to, value_from, value_to) SELECT m.id, z.id, "
	    "'%s', %d, 0, 31500, 0, 9007199254740991 FROM shipping_method m, "
	    "shipping_zone z WHERE m.code = 'standard' AND z.name = 'Germany'",
	    currency, amount);
}

/* An empty cart in that currency; its secret goes to *holder. */
static const char *cart_in(const char *currency, struct caller *holder)
{
	struct answer *cart = askf(201, "POST", CARTS, &nobody,
				   "{\"currency\":\"%s\",\"email\":"
				   "\"buyer@example.com\"}", currency);

	*holder = (struct caller){.cart_token = text_at(cart, "token"),
				  .key = ""};
	return fmt(CARTS "%s/", text_at(cart, "id"));
}

static struct answer *put_in(int status, const char *cart,
			     const struct caller *holder,
			     const struct goods *goods)
{
	return askf(status, "POST", fmt("%sitems/", cart), holder,
		    "{\"variant\":\"%s\",\"quantity\":2}", goods->variant);
}

static struct answer *ready(const char *cart, const struct caller *holder)
{
	struct answer *rates;

	ask(200, "PUT", fmt("%sshipping-address/", cart), holder, BERLIN);
	rates = ask(200, "GET", fmt("%sshipping-rates/", cart), holder, NULL);
	assert_int_equal(json_array_size(rates->json), 1);
	return askf(200, "PUT", fmt("%sshipping-method/", cart), holder,
		    "{\"rate\":\"%s\"}", text_at(rates, "0.id"));
}

/* Bought and charged, in minor units of that currency. */
static struct answer *buy(const char *cart, const struct caller *holder,
			  const char *currency, const char *total,
			  const char *charged)
{
	struct answer *order = askf(
		200, "POST", fmt("%scomplete/", cart), holder,
		"{\"expected_total\":\"%s\",\"currency\":\"%s\",\"gateway\":"
		"\"stripe\",\"payment_method\":\"pm_card_visa\"}",
		total, currency);

	assert_string_equal(text_at(order, "total"), total);
	assert_string_equal(text_at(order, "currency"), currency);
	assert_string_equal(
		sql("SELECT currency || ' ' || captured FROM payment WHERE order_id "
		    "= '%s'", text_at(order, "id")),
		fmt("%s %s", currency, charged));
	return order;
}

static void yen_are_bought_with_without_a_point(void **state)
{
	struct goods goods = goods_at("20.00");
	struct caller holder;
	const char *cart = cart_in("JPY", &holder);
	struct answer *answer;

	(void)state;
	put_prices(200, &goods, THREE);
	ship_in("JPY", 800);
	answer = put_in(201, cart, &holder, &goods);
	assert_string_equal(text_at(answer, "items.0.unit_price"), "3200");
	assert_string_equal(text_at(answer, "subtotal"), "6400");
	answer = ready(cart, &holder);
	assert_string_equal(text_at(answer, "total"), "7200");
	assert_string_equal(text_at(answer, "tax_total"), "1150");
	answer = buy(cart, &holder, "JPY", "7200", "7200");
	assert_string_equal(text_at(answer, "lines.0.unit_price"), "3200");
}

static void dinars_are_bought_with_to_the_third_digit(void **state)
{
	struct goods goods = goods_at("20.00");
	struct caller holder;
	const char *cart = cart_in("KWD", &holder);
	struct answer *answer;

	(void)state;
	put_prices(200, &goods, THREE);
	ship_in("KWD", 1250);
	answer = put_in(201, cart, &holder, &goods);
	assert_string_equal(text_at(answer, "items.0.unit_price"), "6.120");
	answer = ready(cart, &holder);
	assert_string_equal(text_at(answer, "total"), "13.490");
	assert_string_equal(text_at(answer, "tax_total"), "2.154");
	buy(cart, &holder, "KWD", "13.490", "13490");
}

static void what_has_no_price_in_a_currency_is_not_sold_in_it(void **state)
{
	struct goods goods = goods_at("20.00");
	struct caller holder;
	const char *cart = cart_in("JPY", &holder);
	struct answer *answer = put_in(400, cart, &holder, &goods);

	(void)state;
	assert_string_equal(text_at(answer, "non_field_errors.0"),
			    fmt("Variant %s has no price in JPY.", goods.variant));
	put_prices(200, &goods, THREE);
	put_in(201, cart, &holder, &goods);
	put_prices(200, &goods, "[{\"currency\":\"EUR\",\"amount\":\"20.00\"}]");
	answer = ask(200, "GET", cart, &holder, NULL);
	assert_true(json_is_null(node_at(answer, "items.0.unit_price")));
	assert_int_equal(json_array_size(node_at(answer, "problems")), 1);
	ask(400, "POST", CARTS, &nobody, "{\"currency\":\"XXZ\"}");
}

static void a_cart_changes_its_currency_at_its_prices_or_not(void **state)
{
	struct goods goods = goods_at("20.00");
	struct caller holder;
	const char *cart = cart_in("EUR", &holder);
	struct answer *answer;

	(void)state;
	put_in(201, cart, &holder, &goods);
	ask(200, "PUT", fmt("%sshipping-address/", cart), &holder, BERLIN);
	answer = ask(200, "GET", fmt("%sshipping-rates/", cart), &holder, NULL);
	askf(200, "PUT", fmt("%sshipping-method/", cart), &holder,
	     "{\"rate\":\"%s\"}", text_at(answer, "0.id"));
	answer = ask(400, "PATCH", cart, &holder, "{\"currency\":\"KWD\"}");
	assert_string_equal(text_at(answer, "currency.0"),
			    fmt("%s has no price in KWD.", goods.sku));
	ask(400, "PATCH", cart, &holder, "{\"currency\":\"XXZ\"}");
	put_prices(200, &goods, THREE);
	answer = ask(200, "PATCH", cart, &holder, "{\"currency\":\"KWD\"}");
	assert_string_equal(text_at(answer, "currency"), "KWD");
	assert_string_equal(text_at(answer, "subtotal"), "12.240");
	assert_string_equal(text_at(answer, "total"), "12.240");
	assert_true(json_is_null(node_at(answer, "shipping_method")));
	assert_string_equal(text_at(answer, "missing.0"), "shipping_method");
	answer = ask(200, "PATCH", cart, &holder, "{\"note\":\"x\"}");
	assert_string_equal(text_at(answer, "currency"), "KWD");
}

static void a_list_is_in_the_currency_that_is_asked_for(void **state)
{
	struct goods cheap = goods_at("20.00");
	struct goods dear = goods_at("10.00");
	struct answer *page;

	(void)state;
	put_prices(200, &cheap, "[{\"currency\":\"EUR\",\"amount\":20},"
				"{\"currency\":\"BHD\",\"amount\":\"1.005\"}]");
	put_prices(200, &dear, "[{\"currency\":\"EUR\",\"amount\":10},"
			       "{\"currency\":\"BHD\",\"amount\":\"7.250\"}]");
	page = ask(200, "GET", PRODUCTS "?currency=BHD&ordering=price", &nobody,
		   NULL);
	assert_int_equal(int_at(page, "count"), 2);
	assert_string_equal(text_at(page, "results.0.slug"), cheap.slug);
	assert_string_equal(text_at(page, "results.0.price"), "1.005");
	assert_string_equal(text_at(page, "results.1.currency"), "BHD");
	/* bounds have the digits of that currency */
	page = ask(200, "GET", PRODUCTS "?currency=BHD&price__gte=1.006", &nobody,
		   NULL);
	assert_int_equal(int_at(page, "count"), 1);
	assert_string_equal(text_at(page, "results.0.slug"), dear.slug);
	ask(400, "GET", PRODUCTS "?price__gte=1.006", &nobody, NULL);
	ask(400, "GET", PRODUCTS "?currency=JPY&price__gte=1.5", &nobody, NULL);
	/* nobody sells in it; and there is none such */
	page = ask(200, "GET", PRODUCTS "?currency=NOK", &nobody, NULL);
	assert_int_equal(int_at(page, "count"), 0);
	page = ask(200, "GET", fmt(PRODUCTS "%s/?currency=NOK", dear.slug),
		   &nobody, NULL);
	assert_true(json_is_null(node_at(page, "price")));
	assert_string_equal(text_at(page, "currency"), "NOK");
	page = ask(400, "GET", PRODUCTS "?currency=XXZ", &nobody, NULL);
	assert_string_equal(text_at(page, "currency.0"),
			    "\"XXZ\" is not an ISO 4217 currency.");
	ask(400, "GET", fmt(PRODUCTS "%s/?currency=nok", dear.slug), &nobody, NULL);
	page = ask(200, "GET", PRODUCTS "?currency=", &nobody, NULL);
	assert_string_equal(text_at(page, "results.0.currency"), "EUR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(yen_are_bought_with_without_a_point),
		cmocka_unit_test(dinars_are_bought_with_to_the_third_digit),
		cmocka_unit_test(what_has_no_price_in_a_currency_is_not_sold_in_it),
		cmocka_unit_test(a_cart_changes_its_currency_at_its_prices_or_not),
		cmocka_unit_test(a_list_is_in_the_currency_that_is_asked_for),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
