/* operations.c - one right request for each operation of the document. */
#include "operations.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define ADDRESS                                                            \
	"{\"first_name\":\"Ada\",\"last_name\":\"Lovelace\",\"company\":\"\"," \
	"\"line1\":\"Unter den Linden 1\",\"line2\":\"\",\"city\":\"Berlin\"," \
	"\"region\":\"\",\"postal_code\":\"10117\",\"country\":\"DE\","        \
	"\"phone\":\"+49301234567\"}"
#define PRODUCT                                                           \
	"{\"name\":\"Thing $n\",\"slug\":\"thing-$n\",\"sku\":\"HOS-$n\","    \
	"\"price\":\"12.30\",\"compare_at_price\":\"15.00\",\"brand\":\"b\"," \
	"\"description\":\"d\",\"status\":\"draft\",\"category\":\"pens\","   \
	"\"weight_grams\":5,\"stock_on_hand\":3,"                            \
	"\"attributes\":{\"Colour\":\"red\"},\"images\":[]}"
#define CATEGORY                                                          \
	"{\"name\":\"Kind $n\",\"slug\":\"kind-$n\",\"description\":\"d\","   \
	"\"parent\":\"kitchen\",\"position\":1}"
#define PAY "\"gateway\":\"stripe\",\"payment_method\":\"pm_card_visa\"," \
	    "\"return_url\":\"https://shop.example/back\""

static struct operation table[] = {
	{"health", FOR_ALL, .status = 200},
	{"ready", FOR_ALL, .status = 200},
	{"version", FOR_ALL, .status = 200},
	{"auth_register", FOR_ALL, .status = 201,
	 .body = "{\"email\":\"r$n@example.com\",\"password\":\"lantern-quiet-47\","
		 "\"first_name\":\"A\",\"last_name\":\"B\"}"},
	{"auth_verify_email", FOR_ALL, .status = 404,
	 .body = "{\"key\":\"nothing\"}"},
	{"auth_token", FOR_ALL, .status = 200, .thing = "login",
	 .body = "{\"email\":\"$email\",\"password\":\"lantern-quiet-47\"}"},
	{"auth_token_refresh", FOR_ALL, .status = 200, .thing = "login",
	 .body = "{\"refresh\":\"$refresh\"}"},
	{"auth_token_verify", FOR_ALL, .status = 200, .thing = "login",
	 .body = "{\"token\":\"$access\"}"},
	{"auth_token_blacklist", FOR_ALL, .status = 200, .thing = "login",
	 .body = "{\"refresh\":\"$refresh\"}"},
	{"auth_token_revoke", FOR_ALL, .status = 200, .thing = "login",
	 .body = "{\"refresh\":\"$refresh\"}"},
	{"account_retrieve", FOR_CUSTOMERS, .status = 200},
	{"account_partial_update", FOR_CUSTOMERS, .status = 200,
	 .body = "{\"first_name\":\"A\",\"last_name\":\"B\",\"phone\":\"+491\"}"},
	{"product_list", FOR_ALL, .status = 200},
	{"product_retrieve", FOR_ALL, .status = 200, .thing = "shown product"},
	{"category_list", FOR_ALL, .status = 200},
	{"category_tree", FOR_ALL, .status = 200},
	{"category_retrieve", FOR_ALL, .status = 200, .thing = "category"},
	{"admin_product_list", FOR_STAFF, "catalog.read", 200},
	{"admin_product_create", FOR_STAFF, "catalog.write", 201, NULL, PRODUCT},
	{"admin_product_retrieve", FOR_STAFF, "catalog.read", 200, "product"},
	{"admin_product_update", FOR_STAFF, "catalog.write", 200, "product",
	 PRODUCT},
	{"admin_product_partial_update", FOR_STAFF, "catalog.write", 200,
	 "product", PRODUCT},
	{"admin_product_destroy", FOR_STAFF, "catalog.write", 204, "product"},
	{"admin_category_list", FOR_STAFF, "catalog.read", 200},
	{"admin_category_create", FOR_STAFF, "catalog.write", 201, NULL,
	 CATEGORY},
	{"admin_category_retrieve", FOR_STAFF, "catalog.read", 200, "category"},
	{"admin_category_update", FOR_STAFF, "catalog.write", 200, "category",
	 CATEGORY},
	{"admin_category_partial_update", FOR_STAFF, "catalog.write", 200,
	 "category", "{\"name\":\"Kind $n\",\"slug\":\"kind-$n\","
		     "\"description\":\"d\",\"position\":1}"},
	{"admin_category_move", FOR_STAFF, "catalog.write", 200, "category",
	 "{\"parent\":\"kitchen\"}"},
	{"admin_category_destroy", FOR_STAFF, "catalog.write", 204, "category"},
	{"stock_list", FOR_STAFF, "stock.read", 200},
	{"stock_adjust", FOR_STAFF, "stock.write", 201, "product",
	 "{\"sku\":\"$sku\",\"delta\":1,\"reason\":\"found\"}"},
	{"stock_movement_list", FOR_STAFF, "stock.read", 200},
	{"stock_reservation_list", FOR_STAFF, "stock.read", 200},
	{"cart_create", FOR_ALL, .status = 201,
	 .body = "{\"email\":\"b@example.com\",\"note\":\"n\",\"items\":"
		 "[{\"product\":\"enamel-teapot\",\"quantity\":1}]}"},
	{"cart_get", FOR_HOLDERS, NULL, 200, "cart"},
	{"cart_patch", FOR_HOLDERS, NULL, 200, "cart",
	 "{\"email\":\"b@example.com\",\"note\":\"n\"}"},
	{"cart_delete", FOR_HOLDERS, NULL, 204, "cart"},
	{"cart_items_add", FOR_HOLDERS, NULL, 201, "cart",
	 "{\"items\":[{\"product\":\"enamel-teapot\",\"quantity\":1}]}"},
	{"cart_item_patch", FOR_HOLDERS, NULL, 200, "cart", "{\"quantity\":2}"},
	{"cart_item_delete", FOR_HOLDERS, NULL, 200, "cart"},
	{"cart_shipping_address_put", FOR_HOLDERS, NULL, 200, "cart", ADDRESS},
	{"cart_billing_address_put", FOR_HOLDERS, NULL, 200, "cart", ADDRESS},
	{"cart_reserve", FOR_HOLDERS, NULL, 201, "cart"},
	{"cart_unreserve", FOR_HOLDERS, NULL, 204, "cart"},
	{"order_show", FOR_HOLDERS, NULL, 200, "order"},
	{"order_tracking", FOR_HOLDERS, NULL, 200, "order"},
	{"order_lookup", FOR_ALL, .status = 200,
	 .body = "{\"number\":\"none\",\"email\":\"b$n@example.com\"}"},
	{"account_order_list", FOR_CUSTOMERS, .status = 200},
	{"admin_order_list", FOR_STAFF, "orders.read", 200},
	{"admin_order_show", FOR_STAFF, "orders.read", 200, "order"},
	{"admin_order_update", FOR_STAFF, "orders.write", 200, "order",
	 "{\"note\":\"n\"}"},
	{"admin_refund_quote", FOR_STAFF, "payments.refund", 200, "order"},
	{"admin_refund_create", FOR_STAFF, "payments.refund", 201, "order",
	 "{\"amount\":\"0.10\",\"currency\":\"EUR\",\"reason\":\"r\"}"},
	{"shipping_rate_list", FOR_HOLDERS, NULL, 200, "cart"},
	{"cart_shipping_method_put", FOR_HOLDERS, NULL, 200, "cart",
	 "{\"rate\":\"$rate\"}"},
	{"shipping_zone_list", FOR_STAFF, "orders.read", 200},
	{"shipping_method_list", FOR_STAFF, "orders.read", 200},
	{"payment_method_list", FOR_HOLDERS, NULL, 200, "cart"},
	{"payment_session_create", FOR_HOLDERS, NULL, 201, "cart", "{" PAY "}"},
	{"payment_session_show", FOR_HOLDERS, NULL, 200, "session"},
	{"payment_session_confirm", FOR_HOLDERS, NULL, 200, "session",
	 "{\"payment_method\":\"pm_card_visa\","
	 "\"return_url\":\"https://shop.example/back\"}"},
	{"payment_session_delete", FOR_HOLDERS, NULL, 204, "session"},
	{"cart_complete", FOR_HOLDERS, NULL, 200, "cart",
	 "{\"expected_total\":\"$total\",\"currency\":\"EUR\"," PAY "}"},
	{"gateway_webhook", FOR_GATEWAYS, .status = 400, .thing = "gateway",
	 .body = "{\"id\":\"evt_1\",\"type\":\"payment_intent.succeeded\"}"},
	{"admin_payment_capture", FOR_STAFF, "payments.capture", 200, "order",
	 "{\"amount\":\"0.10\",\"currency\":\"EUR\"}"},
	{"admin_payment_void", FOR_STAFF, "payments.capture", 409, "order"},
	{"admin_order_cancel", FOR_STAFF, "orders.write", 200, "order",
	 "{\"reason\":\"r\"}"},
	{"account_order_cancel", FOR_CUSTOMERS, NULL, 200, "order",
	 "{\"reason\":\"r\"}"},
	{"admin_notification_list", FOR_STAFF, "orders.read", 200},
	{"admin_job_list", FOR_STAFF, "jobs.read", 200},
	{"admin_job_retrieve", FOR_STAFF, "jobs.read", 200, "job"},
	{"admin_job_retry", FOR_STAFF, "jobs.write", 409, "job"},
};
enum { OPERATIONS = sizeof(table) / sizeof(table[0]) };

/* ---- the document ---- */

/* Enough of what the carts are filled with. */
static void stock_up(void)
{
	const struct caller staff = {.bearer = the_staff(), .key = ""};

	ask(201, "POST", "/api/v1/admin/stock/adjustments/", &staff,
	    "{\"sku\":\"DEMO-003\",\"delta\":100000,\"reason\":\"many tests\"}");
}

static json_t *document(void)
{
	static json_t *json;

	if (json == NULL)
		json = ask(200, "GET", "/api/schema/", &nobody, NULL)->json;
	return json;
}

static enum guard guard_told(json_t *operation)
{
	const char *words = json_string_value(
		json_object_get(operation, "description"));
	json_t *security = json_object_get(operation, "security");

	if (words != NULL && strncmp(words, "For staff", 9) == 0)
		return FOR_STAFF;
	if (words != NULL && strncmp(words, "For the provider", 16) == 0)
		return FOR_GATEWAYS;
	if (words != NULL && strstr(words, "secret") != NULL)
		return FOR_HOLDERS;
	return json_array_size(security) == 0 ||
			       json_object_size(json_array_get(security, 0)) == 0
		       ? FOR_ALL
		       : FOR_CUSTOMERS;
}

static void found(const char *path, const char *method, json_t *description)
{
	const char *name = json_string_value(
		json_object_get(description, "operationId"));
	char *upper = strdup(method);

	for (char *c = upper; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	for (size_t i = 0; i < OPERATIONS; i++) {
		if (strcmp(table[i].name, name) != 0)
			continue;
		table[i].template = strdup(path);
		table[i].method = upper;
		table[i].description = description;
		if (table[i].guard != guard_told(description))
			fail_msg("%s has another guard in the document", name);
		return;
	}
	fail_msg("%s %s (%s) has no entry in tests/api/operations.c", upper,
		 path, name);
}

struct operation *operations(size_t *count)
{
	const char *path;
	const char *method;
	json_t *place;
	json_t *operation;

	*count = OPERATIONS;
	if (table[0].template != NULL)
		return table;
	stock_up();
	json_object_foreach(json_object_get(document(), "paths"), path, place)
		json_object_foreach(place, method, operation)
			found(path, method, operation);
	for (size_t i = 0; i < OPERATIONS; i++)
		if (table[i].template == NULL)
			fail_msg("%s is not in the document", table[i].name);
	return table;
}

json_t *schema_of(json_t *schema)
{
	const char *reference = json_string_value(
		json_object_get(schema, "$ref"));

	return reference == NULL
		       ? schema
		       : json_object_get(json_object_get(
						 json_object_get(document(),
								 "components"),
						 "schemas"),
					 strrchr(reference, '/') + 1);
}

json_t *body_schema(const struct operation *operation)
{
	json_t *node = json_object_get(operation->description, "requestBody");

	node = json_object_get(json_object_get(node, "content"),
			       "application/json");
	return schema_of(json_object_get(node, "schema"));
}

const char *path_with(const struct operation *operation, const char *value)
{
	const char *from = operation->template;
	size_t size = strlen(from) + 4 * strlen(value) + 1;
	char *path = malloc(size);
	char *to = path;

	while (*from != '\0') {
		if (*from == '{') {
			to = stpcpy(to, value);
			from = strchr(from, '}') + 1;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
	return path;
}

/* ---- things ---- */

/* What a $word or {value} stands for. */
struct words {
	const char *id, *second, *total, *rate, *email, *refresh, *access, *sku;
};

static const char *number(void)
{
	static unsigned count;

	return fmt("%d-%u", (int)getpid(), count++);
}

static void put_word(char *text, size_t size, const char *word,
		     const char *value)
{
	char *at;

	while (value != NULL && (at = strstr(text, word)) != NULL) {
		char *rest = strdup(at + strlen(word));

		snprintf(at, size - (size_t)(at - text), "%s%s", value, rest);
		free(rest);
	}
}

static const char *filled(const char *text, const struct words *words)
{
	enum { SIZE = 8192 };
	char *out = calloc(1, SIZE);

	snprintf(out, SIZE, "%s", text);
	put_word(out, SIZE, "$total", words->total);
	put_word(out, SIZE, "$rate", words->rate);
	put_word(out, SIZE, "$email", words->email);
	put_word(out, SIZE, "$refresh", words->refresh);
	put_word(out, SIZE, "$access", words->access);
	put_word(out, SIZE, "$sku", words->sku);
	put_word(out, SIZE, "$n", number());
	return out;
}

static const char *path_of(const struct operation *operation,
			   const struct words *words)
{
	enum { SIZE = 1024 };
	char *path = calloc(1, SIZE);
	char *open;

	snprintf(path, SIZE, "%s", operation->template);
	if ((open = strchr(path, '{')) != NULL) {
		char *rest = strdup(strchr(open, '}') + 1);

		snprintf(open, SIZE - (size_t)(open - path), "%s%s", words->id,
			 rest);
		free(rest);
	}
	if ((open = strchr(path, '{')) != NULL) {
		char *rest = strdup(strchr(open, '}') + 1);

		snprintf(open, SIZE - (size_t)(open - path), "%s%s",
			 words->second, rest);
		free(rest);
	}
	return path;
}

static struct cart make_cart(struct target *target, struct words *words)
{
	struct cart cart = a_cart_ready_to_pay(target->owner.bearer,
					       "enamel-teapot", 1);
	struct answer *answer = ask(200, "GET",
				    fmt("/api/v1/carts/%s/", cart.id),
				    &cart.caller, NULL);

	target->holder = (struct caller){.cart_token = cart.caller.cart_token,
					 .order_token = cart.caller.cart_token,
					 .key = ""};
	words->id = cart.id;
	words->second = text_at(answer, "items.0.id");
	words->total = cart.total;
	words->rate = text_at(answer, "shipping_method.rate");
	return cart;
}

static void make_session(struct target *target, struct words *words)
{
	struct cart cart = make_cart(target, words);

	words->second = text_at(
		ask(201, "POST", fmt("/api/v1/carts/%s/payment-sessions/", cart.id),
		    &cart.caller, "{\"gateway\":\"stripe\"}"),
		"id");
}

static void make_order(struct target *target, struct words *words)
{
	struct cart cart = make_cart(target, words);
	struct answer *answer;

	answer = askf(200, "POST", fmt("/api/v1/carts/%s/complete/", cart.id),
		      &cart.caller,
		      "{\"expected_total\":\"%s\",\"gateway\":\"stripe\","
		      "\"payment_method\":\"pm_card_visa\"}",
		      cart.total);
	words->id = text_at(answer, "id");
	words->second = sql("SELECT id FROM payment WHERE order_id = '%s'",
			    words->id);
}

static const char *owner_header(const struct answer *answer)
{
	return fmt("If-Match: %s", header_of(answer, "ETag"));
}

static void make_of_staff(struct target *target, struct words *words,
			  const char *path, const char *body)
{
	const struct caller staff = {.bearer = the_staff(), .key = ""};
	struct answer *answer = ask(201, "POST", path, &staff,
				    filled(body, words));

	words->id = text_at(answer, "id");
	target->owner.header = owner_header(answer);
	if (node_at(answer, "sku") != NULL)
		words->sku = text_at(answer, "sku");
}

static void make_login(struct words *words)
{
	struct answer *answer;

	words->email = fmt("l%s@example.com", number());
	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}",
	     words->email);
	answer = askf(200, "POST", "/api/v1/auth/token/", &nobody,
		      "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}",
		      words->email);
	words->refresh = text_at(answer, "refresh");
	words->access = text_at(answer, "access");
}

static void make_thing(struct target *target, struct words *words)
{
	const char *thing = target->operation->thing;

	if (strcmp(thing, "cart") == 0)
		make_cart(target, words);
	else if (strcmp(thing, "session") == 0)
		make_session(target, words);
	else if (strcmp(thing, "order") == 0)
		make_order(target, words);
	else if (strcmp(thing, "product") == 0)
		make_of_staff(target, words, "/api/v1/admin/products/", PRODUCT);
	else if (strcmp(thing, "category") == 0)
		make_of_staff(target, words, "/api/v1/admin/categories/",
			      CATEGORY);
	else if (strcmp(thing, "login") == 0)
		make_login(words);
	else if (strcmp(thing, "shown product") == 0)
		words->id = "enamel-teapot";
	else if (strcmp(thing, "gateway") == 0)
		words->id = "stripe";
	else if (strcmp(thing, "job") == 0)
		words->id = sql("SELECT id FROM job ORDER BY id LIMIT 1");
	else
		fail_msg("nobody makes a %s", thing);
}

/* Staff need an order's version to edit it. */
static void add_version(struct target *target, const struct words *words)
{
	if (target->operation->guard != FOR_STAFF ||
	    strcmp(target->operation->thing, "order") != 0)
		return;
	target->owner.header = owner_header(
		ask(200, "GET", fmt("/api/v1/admin/orders/%s/", words->id),
		    &target->owner, NULL));
}

struct target target_of(const struct operation *operation)
{
	static const char *customer;
	struct target target = {.operation = operation};
	struct words words = {0};

	if (customer == NULL)
		customer = a_customer();
	target.owner = (struct caller){.bearer = customer, .key = ""};
	if (operation->thing != NULL)
		make_thing(&target, &words);
	if (operation->guard == FOR_STAFF) {
		target.owner.bearer = the_staff();
		if (operation->thing != NULL)
			add_version(&target, &words);
	}
	target.path = path_of(operation, &words);
	target.body = operation->body ? filled(operation->body, &words) : NULL;
	return target;
}

const char *staff_without(const char *permission)
{
	static struct {
		const char *permission;
		const char *bearer;
	} known[32];
	size_t i = 0;
	const char *email;

	while (known[i].permission != NULL &&
	       strcmp(known[i].permission, permission) != 0)
		i++;
	if (known[i].permission != NULL)
		return known[i].bearer;
	email = fmt("w%s@example.com", number());
	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}", email);
	sql("UPDATE account SET is_staff = true, permissions = array_remove("
	    "(SELECT permissions FROM account WHERE email = "
	    "'staff@example.com'), '%s') WHERE email = '%s'",
	    permission, email);
	known[i].permission = permission;
	known[i].bearer = text_at(
		askf(200, "POST", "/api/v1/auth/token/", &nobody,
		     "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}",
		     email),
		"access");
	return known[i].bearer;
}

void each_target(void (*visit)(const struct target *target))
{
	size_t count;
	struct operation *all = operations(&count);

	for (size_t i = 0; i < count; i++) {
		struct target target = target_of(&all[i]);

		visit(&target);
	}
}

const char *stranger(void)
{
	static const char *bearer;

	if (bearer == NULL)
		bearer = a_customer();
	return bearer;
}

char *repeated(const char *text, size_t times, const char *end)
{
	size_t length = strlen(text);
	char *whole = malloc(length * times + strlen(end) + 1);

	for (size_t i = 0; i < times; i++)
		memcpy(whole + i * length, text, length);
	strcpy(whole + times * length, end);
	return whole;
}
