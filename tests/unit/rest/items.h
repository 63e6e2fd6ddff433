/* items.h - a room of a few routes, and tokens to call them with. */
#ifndef TESTS_UNIT_REST_ITEMS_H
#define TESTS_UNIT_REST_ITEMS_H

#include "dispatch.h"

#include <platform/auth.h>
#include <platform/config.h>
#include <platform/log.h>
#include <rest/schema.h>

static const struct fault_kind out_of_stock = {
	409, "insufficient_stock", "There is not enough of it."};

static unsigned handled; /* how often any handler ran */

static bool show(struct request *req)
{
	handled++;
	text_format(&req->http.answer, "{\"id\":\"%s\"}", path_text(req, "id"));
	return reply(req, 200);
}

static bool list(struct request *req)
{
	handled++;
	text_add(&req->http.answer, "{\"count\":0,\"results\":[]}");
	return reply(req, 200);
}

static bool make(struct request *req)
{
	handled++;
	text_add(&req->http.answer, "half an answer");
	http_answer_header(&req->http, "Location", "/nowhere/");
	return refuse(&req->http.work, &out_of_stock, "Only %d left.", 3);
}

static bool fields(struct request *req)
{
	refuse_field(&req->http.work, "name", "This field is required.");
	return refuse_field(&req->http.work, "price", "A valid number.");
}

static bool more(struct request *req)
{
	return refuse_with(&req->http.work, &out_of_stock, "available", "3",
			   "Only 3 left.");
}

static bool crash(struct request *req)
{
	return refuse(&req->http.work, &fault_internal,
		      "relation \"secret\" does not exist");
}

static bool silent(struct request *req)
{
	(void)req;
	return true;
}

static bool edit(struct request *req)
{
	return check_version(req, 7) && reply_nothing(req);
}

static const struct field item_fields[] = {
	{.name = "name", .type = FIELD_TEXT, .flags = FIELD_REQUIRED,
	 .help = "Its name."},
	{0},
};
static const struct resource item = {
	.name = "Item", .size = sizeof(const char *), .fields = item_fields,
	.help = "A thing."};

#define BASE "/api/v1/"
static const struct route routes[] = {
	{.method = METHOD_GET, .path = BASE "items/", .handler = list,
	 .access = ACCESS_PUBLIC, .answer = &item, .cache = CACHE_PUBLIC,
	 .name = "item_list", .summary = "All."},
	{.method = METHOD_POST, .path = BASE "items/", .handler = make,
	 .access = ACCESS_STAFF, .permission = PERMISSION_CATALOG_WRITE,
	 .body = &item, .answer = &item, .name = "item_create",
	 .summary = "Make."},
	{.method = METHOD_GET, .path = BASE "items/{id}/", .handler = show,
	 .access = ACCESS_PUBLIC, .answer = &item, .name = "item_show",
	 .summary = "One."},
	{.method = METHOD_GET, .path = BASE "mine/", .handler = list,
	 .access = ACCESS_CUSTOMER, .answer = &item, .name = "mine_list",
	 .summary = "Mine."},
	{.method = METHOD_POST, .path = BASE "fields/", .handler = fields,
	 .access = ACCESS_PUBLIC, .name = "f", .summary = "F."},
	{.method = METHOD_POST, .path = BASE "more/", .handler = more,
	 .access = ACCESS_PUBLIC, .name = "m", .summary = "M."},
	{.method = METHOD_POST, .path = BASE "crash/", .handler = crash,
	 .access = ACCESS_PUBLIC, .name = "c", .summary = "C."},
	{.method = METHOD_POST, .path = BASE "silent/", .handler = silent,
	 .access = ACCESS_PUBLIC, .name = "s", .summary = "S."},
	{.method = METHOD_POST, .path = BASE "small/", .handler = make,
	 .access = ACCESS_PUBLIC, .body_max = 10, .name = "sm",
	 .summary = "Sm."},
	{.method = METHOD_POST, .path = BASE "paid/", .handler = make,
	 .access = ACCESS_PUBLIC, .idempotency = IDEMPOTENCY_REQUIRED,
	 .name = "p", .summary = "P."},
	{.method = METHOD_PATCH, .path = BASE "edit/", .handler = edit,
	 .access = ACCESS_PUBLIC, .needs_version = true, .name = "e",
	 .summary = "E."},
	{.method = METHOD_POST, .path = BASE "auth/token/refresh/",
	 .handler = silent, .access = ACCESS_PUBLIC, .name = "r",
	 .summary = "R."},
	{.method = METHOD_POST, .path = BASE "hook/", .handler = make,
	 .access = ACCESS_GATEWAY, .is_raw = true, .name = "h",
	 .summary = "H."},
	{0},
};
static const struct room test_room = {.name = "test", .routes = routes};
static const struct room *const all[] = {&test_room, NULL};

static char customer[600];
static char staff[600];
static char reader[600];

static void make_token(char *header, bool is_staff, uint32_t permissions)
{
	struct arena arena = {0};
	struct claims claims = {.user = uuid_make(),
				.is_staff = is_staff,
				.permissions = permissions,
				.second = is_staff};

	snprintf(header, 600, "Bearer %s", token_sign(&arena, &claims));
	arena_finish(&arena);
}

static int start(void **state)
{
	(void)state;
	assert_true(config_set("token_keys",
			       "a:0123456789abcdefghijklmnopqrstuvwxyzABCD"));
	assert_true(config_set("throttle_anon", ""));
	assert_true(config_set("throttle_user", ""));
	log_level_set("error");
	assert_true(config_set("cors_origins",
			       "https://a.example, https://b.example:8443"));
	assert_true(config_set("trusted_proxies", "10.0.0.0/8"));
	assert_true(rest_start(all));
	assert_true(rest_service.parent_start());
	make_token(customer, false, 0);
	make_token(staff, true, 1u << PERMISSION_CATALOG_WRITE);
	make_token(reader, true, 1u << PERMISSION_CATALOG_READ);
	return 0;
}

static int finish(void **state)
{
	(void)state;
	sent_release();
	return 0;
}

#define WITH(...) ((const char *const[]){__VA_ARGS__, NULL})
#define JSON "Content-Type", "application/json"

#endif
