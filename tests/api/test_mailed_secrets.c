/* test_mailed_secrets.c - what a mail tells nobody but its reader: no table has
 * the secret of a link, nor an address that was typed and is nobody's. */
#include "person.h"

#include <string.h>

/* The tables that have the text in any column, "" when none has. */
static const char *tables_with(const char *text)
{
	return sql("SELECT coalesce(string_agg(relname, ','), '') FROM pg_class "
		   "WHERE relnamespace = 'public'::regnamespace AND relkind = "
		   "'r' AND query_to_xml(format('SELECT 1 FROM %%I t WHERE "
		   "t::text LIKE %%L LIMIT 1', relname, '%%%s%%'), false, true, "
		   "'')::text LIKE '%%<row%%'", text);
}

static void assert_nowhere(const char *secret)
{
	assert_int_equal(strlen(secret), 43);
	until_mailed();
	assert_string_equal(tables_with(secret), "");
}

static void the_search_finds_what_is_there(void **state)
{
	struct person person = a_person();

	(void)state;
	until_mailed();
	assert_non_null(strstr(tables_with(person.email), "account"));
	assert_non_null(strstr(tables_with(person.email), "notification"));
}

static void no_table_has_the_key_of_an_address(void **state)
{
	struct person person = a_person();

	(void)state;
	assert_nowhere(mailed_secret(person.email, "/verify-email/?key="));
	askf(200, "POST", "/api/v1/auth/resend-verification/", &nobody,
	     "{\"email\":\"%s\"}", person.email);
	assert_nowhere(mailed_secret(person.email, "/verify-email/?key="));
}

static void no_table_has_the_token_of_a_reset(void **state)
{
	struct person person = a_person();
	const char *token;

	(void)state;
	askf(200, "POST", "/api/v1/auth/password-reset/", &nobody,
	     "{\"email\":\"%s\"}", person.email);
	token = mailed_secret(person.email, "/reset-password/?token=");
	assert_nowhere(token);
	assert_string_equal(sql("SELECT count(*) FROM password_reset WHERE "
				"token_hash = sha256('%s')", token), "1");
	askf(200, "POST", "/api/v1/auth/password-reset/confirm/", &nobody,
	     "{\"token\":\"%s\",\"new_password\":\"an even better one\"}",
	     token);
	assert_nowhere(token);
	assert_string_equal(tables_with("an even better one"), "");
}

static void no_table_has_the_tokens_of_another_address(void **state)
{
	struct person person = a_person();
	const char *email = an_address();

	(void)state;
	askf(202, "POST", "/api/v1/account/change-email/",
	     &(struct caller){.bearer = person.access}, "{\"email\":\"%s\"}",
	     email);
	assert_nowhere(mailed_secret(email, "/change-email/confirm/?token="));
	assert_nowhere(
		mailed_secret(person.email, "/change-email/cancel/?token="));
}

static void no_table_has_the_token_of_an_invitation(void **state)
{
	const struct caller owner = {.bearer = the_staff()};
	const char *email = an_address();
	const char *token;

	(void)state;
	askf(201, "POST", "/api/v1/admin/staff/invitations/", &owner,
	     "{\"email\":\"%s\",\"roles\":[]}", email);
	token = mailed_secret(email, "/staff/accept/?token=");
	assert_nowhere(token);
	askf(201, "POST", "/api/v1/auth/invitations/accept/", &nobody,
	     "{\"token\":\"%s\",\"password\":\"lantern-quiet-47\"}", token);
	assert_nowhere(token);
}

static void no_table_has_the_token_of_an_order(void **state)
{
	struct cart cart = a_cart_ready_to_pay(NULL, NULL, 1);
	const char *email = an_address();
	struct answer *order;

	(void)state;
	askf(200, "PATCH", fmt("/api/v1/carts/%s/", cart.id), &cart.caller,
	     "{\"email\":\"%s\"}", email);
	order = askf(200, "POST", fmt("/api/v1/carts/%s/complete/", cart.id),
		     &cart.caller,
		     "{\"expected_total\":\"%s\","
		     "\"payment_method\":\"pm_card_visa\"}", cart.total);
	askf(200, "POST", "/api/v1/orders/lookup/", &nobody,
	     "{\"number\":\"%s\",\"email\":\"%s\"}", text_at(order, "number"),
	     email);
	assert_nowhere(mailed_secret(
		email, fmt("/orders/%s/?token=", text_at(order, "id"))));
}

static void an_address_that_is_nobodys_is_soon_forgotten(void **state)
{
	static const char *const paths[] = {
		"/api/v1/auth/password-reset/",
		"/api/v1/auth/resend-verification/"};
	const char *email = an_address();

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(*paths); i++)
		askf(200, "POST", paths[i], &nobody, "{\"email\":\"%s\"}",
		     email);
	askf(200, "POST", "/api/v1/orders/lookup/", &nobody,
	     "{\"number\":\"0\",\"email\":\"%s\"}", email);
	log_in(401, email, PERSON_PASSWORD);
	until_mailed();
	assert_string_equal(tables_with(email), "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_search_finds_what_is_there),
		cmocka_unit_test(no_table_has_the_key_of_an_address),
		cmocka_unit_test(no_table_has_the_token_of_a_reset),
		cmocka_unit_test(no_table_has_the_tokens_of_another_address),
		cmocka_unit_test(no_table_has_the_token_of_an_invitation),
		cmocka_unit_test(no_table_has_the_token_of_an_order),
		cmocka_unit_test(an_address_that_is_nobodys_is_soon_forgotten),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
