/* things.c - an object of its own for each operation that needs one. */
#include "things.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *fresh_number(void)
{
	static unsigned count;

	return fmt("%d-%u", (int)getpid(), count++);
}

/* The same for what takes letters, digits and _ alone. */
static const char *fresh_code(void)
{
	char *code = (char *)(uintptr_t)fmt("c%s", fresh_number());

	*strchr(code, '-') = '_';
	return code;
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
	put_word(out, SIZE, "$challenge", words->challenge);
	put_word(out, SIZE, "$totp", words->totp);
	put_word(out, SIZE, "$code", fresh_code());
	put_word(out, SIZE, "$secret", words->secret);
	put_word(out, SIZE, "$n", fresh_number());
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

void make_of_staff(struct target *target, struct words *words,
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

static void take_provider(struct target *target, struct words *words)
{
	(void)target;
	words->id = "facebook"; /* of tests/with-shop */
}

static void make_social_identity(struct target *target, struct words *words)
{
	struct answer *answer = ask(200, "GET", "/api/v1/account/",
				    &target->owner, NULL);

	words->id = sql("INSERT INTO social_identity (account_id, provider, "
			"issuer, subject) VALUES ('%s', 'facebook', 'https://"
			"www.facebook.com', '%s') RETURNING id",
			text_at(answer, "id"), fresh_number());
}

void make_login(struct target *target, struct words *words)
{
	struct answer *answer;

	(void)target;
	words->email = fmt("l%s@example.com", fresh_number());
	askf(201, "POST", "/api/v1/auth/register/", &nobody,
	     "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}",
	     words->email);
	answer = askf(200, "POST", "/api/v1/auth/token/", &nobody,
		      "{\"email\":\"%s\",\"password\":\"lantern-quiet-47\"}",
		      words->email);
	words->refresh = text_at(answer, "refresh");
	words->access = text_at(answer, "access");
}

/* ---- what each thing is made by ---- */

static void make_product(struct target *target, struct words *words)
{
	make_of_staff(target, words, "/api/v1/admin/products/", PRODUCT);
}

static void make_chosen(struct target *target, struct words *words)
{
	make_of_staff(target, words, "/api/v1/admin/products/", CHOSEN);
}

static void make_variant(struct target *target, struct words *words)
{
	make_chosen(target, words);
	words->id = sql("SELECT id FROM variant WHERE product_id = '%s' "
			"ORDER BY position DESC LIMIT 1",
			words->id);
	target->owner.header = "If-Match: \"v1\"";
}

static void make_category(struct target *target, struct words *words)
{
	make_of_staff(target, words, "/api/v1/admin/categories/", CATEGORY);
}

static void make_attribute(struct target *target, struct words *words)
{
	make_of_staff(target, words, "/api/v1/admin/attributes/", ATTRIBUTE);
}

static void make_type(struct target *target, struct words *words)
{
	make_of_staff(target, words, "/api/v1/admin/product-types/", TYPE);
}

/* Of a product of its own; the version is that of its prices. */
static void make_price(struct target *target, struct words *words)
{
	const struct caller staff = {.bearer = the_staff()};

	make_product(target, words);
	words->id = sql("SELECT id FROM variant WHERE product_id = '%s'",
			words->id);
	target->owner.header = owner_header(
		ask(200, "GET", fmt("/api/v1/admin/variants/%s/prices/", words->id),
		    &staff, NULL));
}

static void make_price_schedule(struct target *target, struct words *words)
{
	make_price(target, words);
	make_of_staff(target, words,
		      fmt("/api/v1/admin/variants/%s/price-schedules/",
			  words->id),
		      PRICE_SCHEDULE);
}

static void make_collection(struct target *target, struct words *words)
{
	make_of_staff(target, words, "/api/v1/admin/collections/", COLLECTION);
}

static void make_any_cart(struct target *target, struct words *words)
{
	make_cart(target, words);
}

static void take_job(struct target *target, struct words *words)
{
	(void)target;
	words->id = sql("SELECT id FROM job ORDER BY id LIMIT 1");
}

static void take_audit_entry(struct target *target, struct words *words)
{
	const struct caller staff = {.bearer = the_staff()};

	(void)target;
	ask(404, "POST", "/api/v1/admin/jobs/0/retry/", &staff, NULL);
	words->id = sql("SELECT id FROM audit_log ORDER BY id LIMIT 1");
}

static void take_shown_product(struct target *target, struct words *words)
{
	(void)target;
	words->id = "enamel-teapot";
}

static void take_feed(struct target *target, struct words *words)
{
	(void)target;
	words->id = "google.xml";
}

static void take_gateway(struct target *target, struct words *words)
{
	(void)target;
	words->id = "stripe";
}

/* One whose file nobody asks for. */
static void make_media(struct target *target, struct words *words)
{
	words->id = sql("INSERT INTO media (sha256, content_type, bytes, width, "
			"height, state, refusal, storage_key) SELECT "
			"sha256(uuid_send(gen_random_uuid())), 'image/png', 1, "
			"1, 1, 'refused', 'r', replace(uuid_v7()::text, '-', '') "
			"|| '-0123456789abcdef.png' RETURNING id");
	target->owner.header = "If-Match: \"v1\"";
}

/* With a part, so that it can start: a file of no row. */
static void make_import(struct target *target, struct words *words)
{
	(void)target;
	words->id = sql("WITH i AS (INSERT INTO import (format, is_dry_run) VALUES "
			"('csv', true) RETURNING id) INSERT INTO import_part "
			"(import_id, number, bytes, checksum) SELECT id, 1, 'sku', "
			"sha256('sku') FROM i RETURNING import_id");
	words->second = "1";
}

static void make_export(struct target *target, struct words *words)
{
	(void)target;
	words->id = sql("INSERT INTO export (format, products) VALUES ('csv', 0) "
			"RETURNING id");
}

/* Published, so that it can be reviewed. */
static void make_new_product(struct target *target, struct words *words)
{
	make_product(target, words);
	words->id = sql("WITH p AS (UPDATE product SET status = 'published' "
			"WHERE id = '%s' RETURNING id) SELECT id FROM p",
			words->id);
	sql("SELECT listing_refresh(ARRAY['%s'::uuid])", words->id);
	target->owner.header = NULL;
}

static void make_own_review(struct target *target, struct words *words)
{
	const struct caller author = target->owner;

	make_new_product(target, words);
	words->id = text_at(
		ask(201, "POST",
		    fmt("/api/v1/products/%s/reviews/", words->id), &author,
		    "{\"rating\":3,\"body\":\"as it is\"}"),
		"id");
}

/* Of somebody else, and accepted. */
static void make_review(struct target *target, struct words *words)
{
	const struct caller owner = target->owner;

	target->owner.bearer = a_customer();
	make_own_review(target, words);
	sql("UPDATE review SET state = 'accepted' WHERE id = '%s'", words->id);
	target->owner = owner;
}

static void make_synonym(struct target *target, struct words *words)
{
	make_of_staff(target, words, "/api/v1/admin/search/synonyms/", SYNONYM);
}

static const struct maker makers[] = {
	{"product with options", make_chosen},
	{"variant", make_variant},
	{"cart", make_any_cart},
	{"session", make_session},
	{"order", make_order},
	{"product", make_product},
	{"category", make_category},
	{"attribute", make_attribute},
	{"collection", make_collection},
	{"product type", make_type},
	{"login", make_login},
	{"provider", take_provider},
	{"social identity", make_social_identity},
	{"price", make_price},
	{"price schedule", make_price_schedule},
	{"shown product", take_shown_product},
	{"gateway", take_gateway},
	{"feed", take_feed},
	{"job", take_job},
	{"audit entry", take_audit_entry},
	{"synonym", make_synonym},
	{"media", make_media},
	{"import", make_import},
	{"export", make_export},
	{"new product", make_new_product},
	{"own review", make_own_review},
	{"review", make_review},
	{NULL, NULL},
};

static const struct maker *maker_of(const struct maker *list, const char *thing)
{
	while (list->thing != NULL && strcmp(list->thing, thing) != 0)
		list++;
	return list->thing != NULL ? list : NULL;
}

static void make_thing(struct target *target, struct words *words)
{
	const char *thing = target->operation->thing;
	const struct maker *maker = maker_of(makers, thing);

	if (maker == NULL)
		maker = maker_of(people_makers, thing);
	if (maker == NULL)
		fail_msg("nobody makes a %s", thing);
	else
		maker->make(target, words);
}

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
