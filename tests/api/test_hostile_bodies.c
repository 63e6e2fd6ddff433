/* test_hostile_bodies.c - members that nobody asked for, to every operation of
 * the document; prices and quantities that are the shop's (reliability S5). */
#include "operations.h"
#include "volley.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- members that nobody asked for ---- */

static const char *const forged_names[] = {
	"id", "tenant_id", "role", "price", "total", "status", "state",
	"version", "created_at", "paid", "is_admin", "is_staff",
	"is_superuser", "permissions", "email_verified_at", "token_epoch",
	"account", "account_id", "cart_id", "secret_hash", "token", "subtotal",
	"tax_total", "shipping_total", "shipping_amount", "discount",
	"unit_price", "line_total", "currency", "amount", "captured",
	"refunded", "payment_status", "fulfilment_status", "number",
	"placed_at", "deleted_at", "lineage", "on_hand", "allocated",
	"expires_at", "client_secret", "__proto__", "constructor", ""};

static json_t *forged_value(const char *name, bool is_plausible)
{
	static const struct {
		const char *names;
		const char *json;
	} plausible[] = {
		{"is_admin is_staff is_superuser paid", "true"},
		{"price total subtotal tax_total shipping_total shipping_amount "
		 "unit_price line_total amount captured refunded discount",
		 "\"0.01\""},
		{"state", "\"placed\""},
		{"status", "\"captured\""},
		{"payment_status", "\"paid\""},
		{"fulfilment_status", "\"delivered\""},
		{"currency", "\"JPY\""},
		{"permissions", "[\"orders.write\"]"},
		{"version token_epoch on_hand allocated", "987654"},
		{"created_at placed_at deleted_at expires_at email_verified_at",
		 "\"2001-01-01T00:00:00Z\""},
	};

	for (size_t i = 0; is_plausible && i < sizeof(plausible) / sizeof(plausible[0]); i++)
		if (name[0] != '\0' && strstr(plausible[i].names, name) != NULL)
			return json_loads(plausible[i].json, JSON_DECODE_ANY, NULL);
	return json_string(is_plausible ? NO_SUCH_ID : "forged-by-the-client");
}

/* At every depth, but where the client may name what it likes. */
static void forge(json_t *schema, json_t *body, bool is_plausible)
{
	json_t *properties = json_object_get(schema, "properties");
	const char *name;
	json_t *property;

	if (!json_is_object(body) || properties == NULL)
		return;
	json_object_foreach(properties, name, property) {
		json_t *inner = schema_of(property);
		json_t *here = json_object_get(body, name);

		forge(inner, here, is_plausible);
		if (json_is_array(here))
			forge(schema_of(json_object_get(inner, "items")),
			      json_array_get(here, 0), is_plausible);
	}
	for (size_t i = 0; i < sizeof(forged_names) / sizeof(forged_names[0]); i++) {
		property = json_object_get(properties, forged_names[i]);
		if (property == NULL ||
		    json_is_true(json_object_get(property, "readOnly")))
			json_object_set_new(body, forged_names[i],
					    forged_value(forged_names[i],
							 is_plausible));
	}
	json_object_foreach(properties, name, property)
		if (json_is_true(json_object_get(property, "readOnly")))
			json_object_set_new(body, name,
					    forged_value(name, is_plausible));
}

/* What differs from one object to the next. */
static void forget_names(json_t *json)
{
	static const char *const names[] = {
		"id", "token", "created_at", "updated_at", "expires_at",
		"version", "sku", "slug", "name", "number", "email", "access",
		"refresh", "client_secret", "order", "payment", "variant",
		"product", "cart", "gateway_reference", "reference",
		"next_action", "placed_at", "breadcrumbs", "ancestors",
		"events", "happened_at", "stock_on_hand", "quantity_after",
		"on_hand", "available", "before", "after", "product_name", "code",
		"file", "moderated_at", "replied_at", "terms",
		"account", "pk", "username", "recovery_codes", "binding",
		"authorization_url", "state", "secret", "otpauth_uri",
		"challenge", "publicKey", "device_token", "key", "aaguid",
		"public_id", "overlap_until", "rotated_at",
		"last_login_at"};
	const char *key;
	json_t *value;
	void *next;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		json_object_del(json, names[i]);
	json_object_foreach_safe(json, next, key, value)
		forget_names(value);
	if (json_is_array(json))
		json_array_foreach(json, i, value)
			forget_names(value);
}

static struct answer *answer_to(const struct target *target, int forging)
{
	const struct operation *o = target->operation;
	json_t *body = json_loads(target->body, 0, NULL);
	struct answer *answer;

	if (forging > 0)
		forge(body_schema(o), body, forging == 2);
	answer = ask(o->status, o->method, target->path, &target->owner,
		     json_dumps(body, JSON_COMPACT));
	json_decref(body);
	forget_names(answer->json);
	return answer;
}

static unsigned heeded;

static void visit_forged(const struct target *target)
{
	const struct operation *o = target->operation;
	struct answer *plain;

	if (target->body == NULL || o->status >= 300 || o->guard == FOR_GATEWAYS)
		return;
	plain = answer_to(target, 0);
	for (int forging = 1; forging <= 2; forging++) {
		struct target other = target_of(o);
		struct answer *forged = answer_to(&other, forging);

		if (json_equal(plain->json, forged->json))
			continue;
		print_error("%s heeds forged members:\n%s\nnot\n%s\n",
			    o->name, json_dumps(forged->json, JSON_SORT_KEYS),
			    json_dumps(plain->json, JSON_SORT_KEYS));
		heeded++;
	}
}

static void members_that_are_not_asked_for_change_nothing(void **state)
{
	/* Some right requests make staff; none of them has a right. */
	const char *staff = sql("SELECT count(*) FROM account WHERE "
				"permissions <> '{}'");

	(void)state;
	each_target(visit_forged);
	assert_int_equal(heeded, 0);
	assert_string_equal(sql("SELECT count(*) FROM account WHERE "
				"permissions <> '{}'"),
			    staff);
	/* in no row of any table */
	assert_string_equal(
		sql("SELECT coalesce(string_agg(tablename, ' '), 'none') FROM pg_tables "
		    "WHERE schemaname = 'public' AND query_to_xml("
		    "'SELECT 1 FROM ' || tablename || ' x WHERE x::text LIKE "
		    "''%%forged-by-the-client%%'' LIMIT 1', false, false, '')"
		    "::text LIKE '%%<row>%%'"),
		"none");
}

/* ---- prices and quantities ---- */

static void prices_and_totals_are_the_shops(void **state)
{
	static const char *const bodies[] = {
		"{\"expected_total\":\"0\"}", "{\"expected_total\":\"0.01\"}",
		"{\"expected_total\":\"-44.80\"}",
		"{\"expected_total\":\"44.79\"}",
		"{\"expected_total\":\"4480\"}",
		"{\"expected_total\":\"4.48e1x\"}",
		"{\"expected_total\":\"44.801\"}",
		"{\"expected_total\":\"9007199254740991\"}",
		"{\"expected_total\":\"92233720368547758.08\"}",
		"{\"expected_total\":\"184467440737095560.96\"}",
		"{\"expected_total\":\"44.80\",\"currency\":\"USD\"}",
		"{\"expected_total\":\"4480\",\"currency\":\"JPY\"}",
		"{\"expected_total\":\"4.480\",\"currency\":\"KWD\"}",
		"{\"expected_total\":\"44.80\",\"currency\":\"XXX\"}",
		"{\"expected_total\":\"44.80\",\"currency\":\"eur\"}"};
	struct cart cart = a_cart_ready_to_pay(NULL, "enamel-teapot", 1);
	const char *path = fmt("/api/v1/carts/%s/complete/", cart.id);
	const char *before = digest();

	(void)state;
	assert_string_equal(cart.total, "44.80");
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++)
		fire(&(struct shot){.operation = "cart_complete",
				    .what = "another price",
				    .method = "POST",
				    .path = path,
				    .caller = cart.caller,
				    .body = bodies[i],
				    .want = "400 409"});
	volley_end();
	assert_unchanged(before, "another price");
}

static void quantities_have_their_bounds(void **state)
{
	static const char *const items[] = {
		"{\"product\":\"enamel-teapot\",\"quantity\":9999}",
		("{\"items\":[{\"product\":\"enamel-teapot\",\"quantity\":5000},"
		 "{\"product\":\"enamel-teapot\",\"quantity\":5000}]}"),
		"{\"product\":\"enamel-teapot\",\"quantity\":0}",
		"{\"product\":\"enamel-teapot\",\"quantity\":-1}",
		"{\"product\":\"enamel-teapot\",\"quantity\":1.5}",
		"{\"product\":\"enamel-teapot\",\"quantity\":4294967297}",
		"{\"product\":\"enamel-teapot\",\"quantity\":[1]}",
		"{\"product\":\"enamel-teapot\",\"quantity\":\"1e1\"}"};
	struct cart cart = a_cart_ready_to_pay(NULL, "enamel-teapot", 1);
	const char *before = digest();

	(void)state;
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++)
		fire(&(struct shot){
			.operation = "cart_items_add",
			.what = "quantity",
			.method = "POST",
			.path = fmt("/api/v1/carts/%s/items/", cart.id),
			.caller = cart.caller,
			.body = items[i],
			.want = "400 422"});
	volley_end();
	assert_unchanged(before, "a quantity");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(members_that_are_not_asked_for_change_nothing),
		cmocka_unit_test(prices_and_totals_are_the_shops),
		cmocka_unit_test(quantities_have_their_bounds),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	printf("%zu hostile requests were sent\n", volley_count());
	return failed;
}
