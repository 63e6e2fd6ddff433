/* test_hostile_requests.c - methods, paths, queries, headers, tokens and
 * members that nobody should send, to every operation of the document
 * (reliability S2, S5, S6). */
#include "operations.h"
#include "volley.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

/* ---- methods ---- */

static void visit_methods(const struct target *target)
{
	static const char *const methods[] = {
		"GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT",
		"PROPFIND", "get", "G", "FOOFOOFOOFOOFOOFOOFOO"};
	struct caller caller = {.bearer = target->owner.bearer, .key = ""};
	const char *allow = header_of(ask(0, "OPTIONS", target->path, &caller,
					  NULL),
				      "Allow");
	const char *before = digest();

	assert_non_null(allow);
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		struct shot shot = shot_at(target, methods[i]);

		if (strstr(allow, methods[i]) != NULL &&
		    strlen(methods[i]) > 1)
			continue;
		shot.method = methods[i];
		shot.body = NULL;
		shot.want = "405 400 501";
		fire(&shot);
		shot.caller = (struct caller){0};
		shot.want = "405 400 401 501";
		fire(&shot);
	}
	volley_end();
	assert_unchanged(before, target->operation->name);
}

static void other_methods_are_405(void **state)
{
	(void)state;
	each_target(visit_methods);
}

/* ---- paths and queries ---- */

static void visit_paths(const struct target *target)
{
	static const char *const ids[] = {
		NO_SUCH_ID, "abc", "0", "-1", "9223372036854775808",
		"00000000-0000-0000-0000-000000000000",
		"01A20430-3E93-744D-B2A0-9DAEC6967BD3",
		"{01a20430-3e93-744d-b2a0-9daec6967bd3}",
		"01a204303e93744db2a09daec6967bd3", "%00", "a%00b", "%",
		"%zz", "%ff", "%c0%af", "%2e%2e", "..", ".", "%2f", "..%2f..",
		"%0d%0aX-Evil:1", "' OR 1=1", "%27%20OR%201=1--", "%25s%25n",
		"a;b=c", "*", "%e2%80%ae", "null", "me"};
	static char *huge;
	const char *before;

	if (strchr(target->operation->template, '{') == NULL)
		return;
	if (huge == NULL)
		huge = repeated("a", 4096, "");
	before = digest();
	for (size_t i = 0; i <= sizeof(ids) / sizeof(ids[0]); i++) {
		const char *id = i < sizeof(ids) / sizeof(ids[0]) ? ids[i] : huge;
		struct shot shot = shot_at(target, "path");

		if (strchr(id, ' ') != NULL && strchr(id, '%') == NULL)
			continue; /* libcurl would not send it */
		shot.path = path_with(target->operation, id);
		shot.want = strcmp(shot.method, "GET") == 0 ? "4xx 301" : "4xx";
		fire(&shot);
		shot.caller.bearer = stranger();
		fire(&shot);
		shot.caller = (struct caller){.key = ""};
		fire(&shot);
	}
	volley_end();
	assert_unchanged(before, target->operation->name);
}

static void what_is_no_id_opens_nothing(void **state)
{
	(void)state;
	stranger();
	each_target(visit_paths);
}

static void visit_queries(const struct target *target)
{
	static const char *const texts[] = {
		"", "abc", "-1", "0", "1e9", "2147483648",
		"9223372036854775808", "NaN", "1.5", "%00", "a%00b", "%ff",
		"%c0%af", "%", "%zz", "%27%20OR%201=1--", "%25", "_%25_",
		"null", "true", "%5B%5D", "%e2%80%ae", "2026-13-45",
		"99999-01-01T00:00:00Z", "0000-00-00", "-price,-price,,",
		"price%3bDROP%20TABLE%20product", ",,,,", "%0d%0aa:b"};
	json_t *parameters = json_object_get(target->operation->description,
					     "parameters");
	json_t *parameter;
	size_t at;

	json_array_foreach(parameters, at, parameter) {
		const char *name = json_string_value(
			json_object_get(parameter, "name"));
		struct shot shot = shot_at(target, name);

		if (strcmp(json_string_value(json_object_get(parameter, "in")),
			   "query") != 0)
			continue;
		for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
			shot.path = fmt("%s?%s=%s", target->path, name, texts[i]);
			fire(&shot);
			shot.path = fmt("%s?%s=%s&%s=x&page=2", target->path, name,
					texts[i], name);
			fire(&shot);
		}
	}
}

static void odd_queries_are_never_our_failure(void **state)
{
	(void)state;
	each_target(visit_queries);
	volley_end();
}

static void visit_headers(const struct target *target)
{
	static const char *const headers[] = {
		"If-Match: ", "If-Match: *", "If-Match: \"\"", "If-Match: x",
		"If-Match: W/\"1\"", "If-Match: \"99999999999999999999\"",
		"If-Match: \"-1\"", "If-None-Match: \"", "Accept: text/html",
		"Accept: \xff", "Accept: */*;q=x", "Accept: ,,,;;;",
		"Accept-Language: \xff", "Authorization: ",
		"Authorization: Bearer", "Authorization: Basic YTpi",
		"Authorization: Bearer \xff", "Authorization: Negotiate x",
		"X-Cart-Token: \xff\xfe", "X-Order-Token: ' OR 1=1",
		"X-Forwarded-For: ' OR 1=1", "X-Forwarded-Proto: javascript",
		"X-Forwarded-Host: evil.example", "X-HTTP-Method-Override: DELETE",
		"Range: bytes=0-1", "Origin: null", "X-Request-Id: <a>\"'"};

	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++) {
		struct shot shot = shot_at(target, headers[i]);

		shot.caller.header = headers[i];
		if (strncmp(headers[i], "Authorization", 13) == 0)
			shot.caller.bearer = NULL;
		fire(&shot);
	}
	if (target->owner.key != NULL && target->body != NULL) {
		static const char *const keys[] = {"\xff\xfe", "a b", "\"q\"",
						   "' OR 1=1", "\xe2\x80\xae"};
		struct shot shot = shot_at(target, "key");

		for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
			shot.caller.key = keys[i];
			fire(&shot);
		}
		shot.caller.key = repeated("k", 256, "");
		fire(&shot);
	}
}

static void odd_headers_are_never_our_failure(void **state)
{
	(void)state;
	each_target(visit_headers);
	volley_end();
}

/* ---- tokens ---- */

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
			      "wxyz0123456789-_";

static const char *encoded(const unsigned char *bytes, size_t length)
{
	char *text = calloc(1, length * 2 + 4);
	size_t at = 0;

	for (size_t i = 0; i < length; i += 3) {
		unsigned word = (unsigned)bytes[i] << 16;

		word |= i + 1 < length ? (unsigned)bytes[i + 1] << 8 : 0;
		word |= i + 2 < length ? bytes[i + 2] : 0;
		text[at++] = letters[word >> 18];
		text[at++] = letters[(word >> 12) & 63];
		if (i + 1 < length)
			text[at++] = letters[(word >> 6) & 63];
		if (i + 2 < length)
			text[at++] = letters[word & 63];
	}
	return text;
}

static const char *decoded(const char *text, size_t length)
{
	char *bytes = calloc(1, length + 1);
	unsigned word = 0;
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		word = word << 6 | (unsigned)(strchr(letters, text[i]) - letters);
		if (i % 4 != 0)
			bytes[used++] = (char)(word >> (6 - i % 4 * 2));
	}
	return bytes;
}

/* Rightly signed with the shop's own key. */
static const char *signed_by(const EVP_MD *method, const char *head,
			     const char *payload)
{
	const char *key = strchr(getenv("SHOPD_TOKEN_KEYS"), ':') + 1;
	const char *text = fmt("%s.%s",
			       encoded((const unsigned char *)head, strlen(head)),
			       encoded((const unsigned char *)payload,
				       strlen(payload)));
	unsigned char mac[EVP_MAX_MD_SIZE];
	unsigned length;

	HMAC(method, key, (int)strcspn(key, ","), (const unsigned char *)text,
	     strlen(text), mac, &length);
	return fmt("%s.%s", text, encoded(mac, length));
}

#define HEAD "{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"JWT\"}"

/* The payload with one member changed; NULL takes it out. */
static const char *changed(const char *payload, const char *name, json_t *value)
{
	json_t *json = json_loads(payload, 0, NULL);

	if (value == NULL)
		json_object_del(json, name);
	else
		json_object_set_new(json, name, value);
	return json_dumps(json, JSON_COMPACT | JSON_SORT_KEYS);
}

enum { TOKENS_MAX = 64 };
static struct {
	const char *what;
	const char *text;
} tokens[TOKENS_MAX];
static size_t token_count;

static void token_add(const char *what, const char *text)
{
	assert_true(token_count < TOKENS_MAX);
	tokens[token_count].what = what;
	tokens[token_count++].text = text;
}

static void forge_heads(const char *payload)
{
	static const char *const heads[] = {
		"{\"alg\":\"none\",\"typ\":\"JWT\"}",
		"{\"alg\":\"None\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"RS256\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"ES256\",\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"other\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"../../dev/null\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"kid\":\"test\",\"typ\":\"JWS\"}",
		"{\"alg\":\"HS256\",\"crit\":[\"b64\"],\"kid\":\"test\","
		"\"typ\":\"JWT\"}",
		"{\"alg\":\"HS256\",\"jku\":\"http://127.0.0.1/k\","
		"\"kid\":\"test\",\"typ\":\"JWT\"}",
		"{}", "[]", "null", ""};

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		const char *text = signed_by(EVP_sha256(), heads[i], payload);

		token_add(heads[i], text);
		if (i < 2) /* and without a signature */
			token_add(heads[i], fmt("%.*s.", (int)(strrchr(text, '.') - text), text));
	}
	token_add("HS512", signed_by(EVP_sha512(),
				     "{\"alg\":\"HS512\",\"kid\":\"test\","
				     "\"typ\":\"JWT\"}",
				     payload));
	token_add("HS384", signed_by(EVP_sha384(), HEAD, payload));
}

static void forge_payloads(const char *payload)
{
	static const char *const parts[] = {"exp", "iat", "iss", "aud",
					    "token_type", "user_id"};
	json_int_t now = (json_int_t)time(NULL);

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		token_add(fmt("without %s", parts[i]),
			  signed_by(EVP_sha256(), HEAD,
				    changed(payload, parts[i], NULL)));
		token_add(fmt("%s is a word", parts[i]),
			  signed_by(EVP_sha256(), HEAD,
				    changed(payload, parts[i],
					    json_string("other"))));
	}
	token_add("expired", signed_by(EVP_sha256(), HEAD,
				       changed(payload, "exp",
					       json_integer(now - 5))));
	token_add("from the future", signed_by(EVP_sha256(), HEAD,
					       changed(payload, "iat",
						       json_integer(now + 500))));
	token_add("a list", signed_by(EVP_sha256(), HEAD, "[]"));
	token_add("nothing", signed_by(EVP_sha256(), HEAD, ""));
}

static void forge_shapes(const char *good, const char *payload)
{
	const char *body = strchr(good, '.') + 1;
	const char *mac = strrchr(good, '.') + 1;
	char *flipped = strdup(good);
	char *malleable = strdup(good);
	char *last = malleable + strlen(malleable) - 1;
	const char *raised = changed(payload, "perms", json_integer(INT32_MAX));

	flipped[mac - good] = flipped[mac - good] == 'A' ? 'B' : 'A';
	*last = letters[(strchr(letters, *last) - letters) ^ 1];
	token_add("one letter of the signature", flipped);
	token_add("unused bits of the signature", malleable);
	token_add("other rights", fmt("%.*s.%s.%s", (int)(body - good - 1), good,
				      encoded((const unsigned char *)raised,
					      strlen(raised)),
				      mac));
	token_add("cut", fmt("%.*s", (int)strlen(good) - 5, good));
	token_add("no signature", fmt("%.*s", (int)(mac - good), good));
	token_add("four parts", fmt("%s.%s", good, mac));
	token_add("padded", fmt("%s=", good));
	token_add("two parts", fmt("%.*s", (int)(mac - good - 1), good));
	token_add("a space within", fmt("%.9s %s", good, good + 9));
	token_add("twice", fmt("%s, %s", good, good));
	token_add("dots", "..");
	token_add("a word", "x");
	token_add("long", repeated("eyJhbGci", 900, ""));
	token_add("not ASCII", "\xc3\xa9.\xc3\xa9.\xc3\xa9");
}

static void visit_tokens(const struct target *target)
{
	const struct operation *o = target->operation;

	if (o->guard == FOR_GATEWAYS ||
	    (o->guard == FOR_ALL && strncmp(o->template, "/api/v1/auth/", 13) == 0))
		return;
	for (size_t i = 0; i < token_count; i++) {
		struct shot shot = shot_at(target, tokens[i].what);

		shot.caller.bearer = tokens[i].text;
		shot.want = "401";
		fire(&shot);
	}
}

static void a_token_that_is_not_ours_is_401_everywhere(void **state)
{
	const char *good = the_staff();
	const char *body = strchr(good, '.') + 1;
	const char *payload = decoded(body, strcspn(body, "."));
	const struct caller own = {
		.bearer = signed_by(EVP_sha256(), HEAD, payload)};

	(void)state;
	/* made as the shop makes them, it opens: so the others could */
	ask(200, "GET", "/api/v1/admin/orders/", &own, NULL);
	token_count = 0;
	forge_heads(payload);
	forge_payloads(payload);
	forge_shapes(good, payload);
	each_target(visit_tokens);
	volley_end();
}

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
		"account"};
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
	const char *staff = sql("SELECT count(*) FROM account WHERE is_staff "
				"OR permissions <> '{}'");

	(void)state;
	each_target(visit_forged);
	assert_int_equal(heeded, 0);
	assert_string_equal(sql("SELECT count(*) FROM account WHERE is_staff "
				"OR permissions <> '{}'"),
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
		cmocka_unit_test(other_methods_are_405),
		cmocka_unit_test(what_is_no_id_opens_nothing),
		cmocka_unit_test(odd_queries_are_never_our_failure),
		cmocka_unit_test(odd_headers_are_never_our_failure),
		cmocka_unit_test(a_token_that_is_not_ours_is_401_everywhere),
		cmocka_unit_test(members_that_are_not_asked_for_change_nothing),
		cmocka_unit_test(prices_and_totals_are_the_shops),
		cmocka_unit_test(quantities_have_their_bounds),
	};
	int failed = cmocka_run_group_tests(tests, NULL, NULL);

	printf("%zu hostile requests were sent\n", volley_count());
	return failed;
}
