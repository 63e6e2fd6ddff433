/* test_cart_rules.c - addresses by country, and what a chosen shipping rate
 * is worth. */
#include "../test.h"

#include <stdio.h>
#include <string.h>

#include <domain/addresses.h>
#include <domain/cart.h>
#include <platform/json.h>
#include <rest/request.h>

#include "../../../src/domain/cart/cart_store.h"
#include "../../../src/domain/addresses/countries.h"

/* One that there is, where one is needed. */
static const char *region_of(const char *country)
{
	static const char *const regions[][2] = {
		{"AU", "NSW"}, {"BR", "sp"}, {"CA", "CA-ON"}, {"CN", "Guangdong"},
		{"IN", "KA"}, {"JP", "Tokyo"}, {"MX", "CMX"}, {"US", "california"},
	};

	for (size_t i = 0; i < sizeof(regions) / sizeof(regions[0]); i++)
		if (strcmp(regions[i][0], country) == 0)
			return regions[i][1];
	return "X";
}

static struct address an_address(const char *country, const char *postal_code)
{
	return (struct address){
		.first_name = "Ada", .last_name = "Lovelace",
		.line1 = "Weg 1", .city = "Berlin",
		.region = region_of(country),
		.country = country, .postal_code = postal_code};
}

static bool is_taken(const char *country, const char *postal_code)
{
	struct address address = an_address(country, postal_code);
	struct work w = {0};
	bool taken = address_check(&w, &address);

	assert_true(taken == (w.fault.kind == NULL));
	work_finish(&w);
	return taken;
}

static void only_codes_of_iso_3166_are_countries(void **state)
{
	(void)state;
	assert_true(country_is_known("DE"));
	assert_true(country_is_known("AD"));
	assert_true(country_is_known("ZW"));
	assert_true(country_is_known("XK") == false);
	assert_false(country_is_known("UK"));
	assert_false(country_is_known("EU"));
	assert_false(country_is_known("de"));
	assert_false(country_is_known(""));
	assert_false(country_is_known("D"));
	assert_false(country_is_known("DEU"));
	assert_false(country_is_known("ED")); /* across two codes */
}

static void there_are_249_countries(void **state)
{
	char code[3] = "";
	int count = 0;

	(void)state;
	for (code[0] = 'A'; code[0] <= 'Z'; code[0]++)
		for (code[1] = 'A'; code[1] <= 'Z'; code[1]++)
			count += country_is_known(code);
	assert_int_equal(count, 249);
}

static void postal_codes_have_the_form_of_their_country(void **state)
{
	(void)state;
	assert_true(is_taken("DE", "10117"));
	assert_false(is_taken("DE", "1011"));
	assert_false(is_taken("DE", "101177"));
	assert_false(is_taken("DE", "1011A"));
	assert_false(is_taken("DE", ""));
	assert_true(is_taken("AT", "1010"));
	assert_true(is_taken("US", "94103"));
	assert_true(is_taken("US", "94103-1234"));
	assert_false(is_taken("US", "94103-"));
	assert_true(is_taken("GB", "SW1A 1AA"));
	assert_true(is_taken("GB", "m1 1ae"));
	assert_false(is_taken("GB", "12345"));
	assert_true(is_taken("CA", "K1A 0B1"));
	assert_true(is_taken("NL", "1012 AB"));
	assert_true(is_taken("PL", "00-950"));
	assert_false(is_taken("PL", "00950"));
	assert_true(is_taken("IE", "")); /* nothing is known, nothing demanded */
	assert_false(is_taken("XX", "1"));
}

static void some_countries_need_a_region(void **state)
{
	struct address address = an_address("US", "94103");
	struct work w = {0};

	(void)state;
	address.region = "";
	assert_false(address_check(&w, &address));
	assert_non_null(json_at(w.fault.body, "region"));
	forgive(&w);
	address.region = "Ontario";
	assert_false(address_check(&w, &address));
	assert_non_null(json_at(w.fault.body, "region"));
	forgive(&w);
	address.country = "DE";
	assert_true(address_check(&w, &address));
	work_finish(&w);
}

static void each_part_of_a_country_is_known_by_code_and_by_name(void **state)
{
	static const struct {
		const char *country;
		int count;
	} all[] = {{"AU", 8}, {"BR", 27}, {"CA", 13}, {"CN", 31}, {"ES", 52},
		   {"IN", 36}, {"IT", 106}, {"JP", 47}, {"MX", 32}, {"US", 60}};

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		const struct subdivisions *of = subdivisions_find(all[i].country);
		struct subdivision one = {.code = NULL};
		int count = 0;
		char text[100];

		for (; subdivision_next(of, &one); count++) {
			snprintf(text, sizeof(text), "%.*s",
				 (int)one.code_length, one.code);
			assert_true(subdivision_is_known(of, text));
			snprintf(text, sizeof(text), "%.*s",
				 (int)one.name_length, one.name);
			assert_true(subdivision_is_known(of, text));
			assert_true(one.code_length <= 3 && one.name_length > 2);
		}
		assert_int_equal(count, all[i].count);
		assert_false(subdivision_is_known(of, ""));
		assert_false(subdivision_is_known(of, "|"));
		assert_false(subdivision_is_known(of, "U"));
		assert_false(subdivision_is_known(of, "XX-01"));
	}
	assert_null(subdivisions_find("DE"));
}

static void an_address_is_one_json_object_with_every_member(void **state)
{
	struct address address = an_address("DE", "10117");
	struct work w = {0};
	const struct json_t *json;
	const char *text;

	(void)state;
	address.line1 = "\"Weg\" 1\\";
	text = address_json(&w.arena, &address);
	json = json_read_quietly(&w.arena, text, strlen(text));
	assert_int_equal(json_count(json), 10);
	assert_string_equal(json_text_at(json, "line1", NULL), "\"Weg\" 1\\");
	assert_string_equal(json_text_at(json, "company", NULL), "");
	work_finish(&w);
}

/* 2 x 10.00, 500 g each, 19 % inside; 4.90 up to 50.00 and 2 kg. */
static struct cart_line lines[1];
static struct cart a_cart(int64_t quantity)
{
	lines[0] = (struct cart_line){.quantity = quantity, .unit_price = 1000,
				      .weight_grams = 500};
	return (struct cart){.tax = {190000, true}, .line_count = 1,
			     .lines = lines};
}
static const struct shipping_choice choice = {
	.is_chosen = true, .is_in_zone = true, .method = "Standard",
	.amount = 490, .weight_to = 2000, .value_to = 5000};

static void a_rate_counts_while_goods_are_within_its_bands(void **state)
{
	struct work w = {0};
	struct cart cart = a_cart(3);

	(void)state;
	assert_true(cart_add_up(&w, &cart, &choice));
	assert_int_equal(cart.sum.total, 3490);
	assert_int_equal(cart.sum.shipping_tax, 78);
	assert_int_equal(cart.weight_grams, 1500);
	assert_false(cart.shipping_outdated);
	cart = a_cart(4); /* 2 kg: past the band, its end is exclusive */
	assert_true(cart_add_up(&w, &cart, &choice));
	assert_int_equal(cart.sum.total, 4000);
	assert_int_equal(cart.sum.shipping_tax, 0);
	assert_true(cart.shipping_outdated);
	assert_string_equal(cart.shipping_method, "");
	work_finish(&w);
}

static void a_rate_of_another_zone_is_outdated(void **state)
{
	struct shipping_choice foreign = choice;
	struct cart cart = a_cart(1);
	struct work w = {0};

	(void)state;
	foreign.is_in_zone = false;
	assert_true(cart_add_up(&w, &cart, &foreign));
	assert_true(cart.shipping_outdated);
	assert_int_equal(cart.sum.total, 1000);
	foreign.is_chosen = false;
	assert_true(cart_add_up(&w, &cart, &foreign));
	assert_false(cart.shipping_outdated);
	work_finish(&w);
}

static void checkout_is_refused_with_all_that_is_missing(void **state)
{
	struct cart cart = a_cart(1);
	struct work w = {0};

	(void)state;
	assert_true(cart_add_up(&w, &cart, &choice));
	cart.email = "a@b.de";
	cart.shipping_address = cart.billing_address = "{}";
	assert_true(cart_demand_ready(&w, &cart));
	cart.email = "";
	lines[0].problem = CART_LINE_SHORT;
	lines[0].sku = "S";
	assert_false(cart_demand_ready(&w, &cart));
	assert_string_equal(w.fault.kind->code, "cart_not_ready");
	assert_string_equal(json_text_at(w.fault.body, "problems.0.code", ""),
			    "email_required");
	assert_string_equal(json_text_at(w.fault.body, "problems.1.code", ""),
			    "insufficient_stock");
	work_finish(&w);
}

static void only_an_active_cart_may_change(void **state)
{
	struct cart cart = {.state = CART_FROZEN};
	struct work w = {0};

	(void)state;
	assert_false(cart_demand_active(&w, &cart));
	assert_string_equal(w.fault.kind->code, "cart_frozen");
	forgive(&w);
	cart.state = CART_ORDERED;
	assert_false(cart_demand_active(&w, &cart));
	assert_string_equal(w.fault.kind->code, "cart_ordered");
	forgive(&w);
	cart.state = CART_ACTIVE;
	assert_true(cart_demand_active(&w, &cart));
	work_finish(&w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_codes_of_iso_3166_are_countries),
		cmocka_unit_test(there_are_249_countries),
		cmocka_unit_test(postal_codes_have_the_form_of_their_country),
		cmocka_unit_test(some_countries_need_a_region),
		cmocka_unit_test(
			each_part_of_a_country_is_known_by_code_and_by_name),
		cmocka_unit_test(an_address_is_one_json_object_with_every_member),
		cmocka_unit_test(a_rate_counts_while_goods_are_within_its_bands),
		cmocka_unit_test(a_rate_of_another_zone_is_outdated),
		cmocka_unit_test(checkout_is_refused_with_all_that_is_missing),
		cmocka_unit_test(only_an_active_cart_may_change),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
