/* test_idempotency.c - one effect for one key, on a real PostgreSQL: replays,
 * races, crashes, strangers. Run by tests/with-postgres. */
#include "../unit/test.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/log.h>
#include <rest/request.h>
#include <rest/service.h>

#include "../../src/rest/dispatch.h"

enum { RIVALS = 20 };

static struct {
	unsigned runs;	    /* of any handler */
	bool fails;	    /* the handler refuses after its effect */
	int64_t takes;	    /* microseconds that the handler needs */
} told;

static const struct fault_kind sold_out = {409, "insufficient_stock", "Gone."};

static async bool run(struct work *w, const char *sql, struct rows *rows)
{
	return db_query(w, db_assembled("test", sql, QUERY_MANY, false),
			no_params, rows);
}

/* The first cell of a statement, outside of any request. */
static int64_t number(const char *sql)
{
	struct work w = {.deadline = clock_monotonic() + 5 * SECOND};
	struct rows rows;
	int64_t value = -1;

	assert_true(run(&w, sql, &rows));
	if (rows.count > 0)
		value = row_int(&rows, 0, 0);
	work_finish(&w);
	return value;
}

static async bool sell(struct request *req)
{
	struct work *w = &req->http.work;
	struct rows rows;

	told.runs++;
	if (!run(w, "INSERT INTO effect DEFAULT VALUES RETURNING id", &rows))
		return false;
	if (told.takes > 0)
		fiber_sleep(told.takes);
	if (told.fails)
		return refuse(w, &sold_out, NULL);
	text_format(&req->http.answer,
		    "{\"sold\":%lld,\"name\":\"caf\xc3\xa9\"}",
		    (long long)row_int(&rows, 0, 0));
	http_answer_header(&req->http, "ETag", "\"1\"");
	return reply(req, 201);
}

#define SALE(method_, path_, key_, name_)                                  \
	{.method = method_, .path = path_, .handler = sell,                \
	 .access = ACCESS_PUBLIC, .idempotency = key_, .name = name_,      \
	 .summary = "Sells one."}

static const struct route routes[] = {
	SALE(METHOD_POST, "/api/v1/sales/", IDEMPOTENCY_REQUIRED, "sale"),
	SALE(METHOD_POST, "/api/v1/maybe/", IDEMPOTENCY_ACCEPTED, "maybe"),
	SALE(METHOD_PUT, "/api/v1/sales/", IDEMPOTENCY_REQUIRED, "put"),
	SALE(METHOD_POST, "/api/v1/phased/", IDEMPOTENCY_PHASED, "phased"),
	{0},
};
static const struct room test_room = {.name = "test", .routes = routes};
static const struct room *const all[] = {&test_room, NULL};

struct sale {
	struct request req; /* stays first */
	struct http_header headers[6];
	char length[24];
	bool is_over;
};

static struct sale *sale_make(const char *method, const char *path,
			      const char *key, const char *body)
{
	struct sale *sale = calloc(1, sizeof(*sale));
	struct http_call *call = &sale->req.http;

	call->method = strcmp(method, "PUT") == 0 ? METHOD_PUT : METHOD_POST;
	call->method_text = method;
	call->path = path;
	call->query = "";
	call->host = "shop.example";
	call->peer = "192.0.2.1";
	call->headers = sale->headers;
	call->body = body;
	call->body_length = strlen(body);
	call->started = clock_monotonic();
	snprintf(sale->length, sizeof(sale->length), "%zu", strlen(body));
	sale->headers[0] = (struct http_header){"Content-Type",
						"application/json"};
	sale->headers[1] = (struct http_header){"Content-Length", sale->length};
	sale->headers[2] = (struct http_header){"Idempotency-Key", key};
	call->header_count = key == NULL ? 2 : 3;
	return sale;
}

static void sale_header(struct sale *sale, const char *name, const char *value)
{
	sale->headers[sale->req.http.header_count++] =
		(struct http_header){name, value};
}

static void sale_run(void *argument)
{
	struct sale *sale = argument;
	struct http_call *call = &sale->req.http;

	call->work.fiber = fiber_current();
	rest_service.admit(call);
	if (call->status == 0)
		rest_service.serve(call);
	rest_service.finish(call);
	sale->is_over = true;
}

static void sale_free(struct sale *sale)
{
	work_finish(&sale->req.http.work);
	free(sale);
}

static struct sale *sold(const char *method, const char *path, const char *key,
			 const char *body)
{
	struct sale *sale = sale_make(method, path, key, body);

	sale_run(sale);
	return sale;
}

static const char *header_of(const struct sale *sale, const char *name)
{
	const struct http_call *call = &sale->req.http;

	for (size_t i = 0; i < call->answer_header_count; i++) {
		if (strcmp(call->answer_headers[i].name, name) == 0)
			return call->answer_headers[i].value;
	}
	return NULL;
}

/* Sends one and tells its status; the sale is over and freed. */
static int status_of(const char *method, const char *path, const char *key,
		     const char *body)
{
	struct sale *sale = sold(method, path, key, body);
	int status = sale->req.http.status;

	sale_free(sale);
	return status;
}

static const char *fresh_key(void)
{
	static char key[32];
	static int count;

	snprintf(key, sizeof(key), "key-%d", ++count);
	return key;
}

static int reset(void **state)
{
	(void)state;
	memset(&told, 0, sizeof(told));
	number("TRUNCATE effect, idempotency_key");
	return 0;
}

static void assert_same_answer(const struct sale *a, const struct sale *b)
{
	assert_int_equal(a->req.http.status, b->req.http.status);
	assert_int_equal(a->req.http.answer.length, b->req.http.answer.length);
	assert_memory_equal(a->req.http.answer.bytes, b->req.http.answer.bytes,
			    a->req.http.answer.length);
	assert_string_equal(a->req.http.content_type, b->req.http.content_type);
	assert_string_equal(header_of(a, "ETag"), header_of(b, "ETag"));
}

static void check_replay(const char *path)
{
	const char *key = fresh_key();
	struct sale *first = sold("POST", path, key, "{\"a\":1}");
	struct sale *again = sold("POST", path, key, "{\"a\":1}");

	assert_int_equal(first->req.http.status, 201);
	assert_null(header_of(first, "Idempotency-Replayed"));
	assert_same_answer(first, again);
	assert_string_equal(header_of(again, "Idempotency-Replayed"), "true");
	assert_int_equal(told.runs, 1);
	assert_int_equal(number("SELECT count(*) FROM effect"), 1);
	sale_free(first);
	sale_free(again);
}

static void the_second_answer_is_the_first_byte_for_byte(void **state)
{
	(void)state;
	check_replay("/api/v1/sales/");
	reset(NULL);
	check_replay("/api/v1/maybe/");
	reset(NULL);
	check_replay("/api/v1/phased/");
}

static void a_key_serves_one_request_only(void **state)
{
	static const char *const paths[] = {"/api/v1/sales/",
					    "/api/v1/phased/"};

	(void)state;
	for (int i = 0; i < 2; i++) {
		const char *key = fresh_key();
		struct sale *other;

		assert_int_equal(status_of("POST", paths[i], key, "{\"a\":1}"),
				 201);
		other = sold("POST", paths[i], key, "{\"a\":2}");
		assert_int_equal(other->req.http.status, 422);
		assert_non_null(strstr(other->req.http.answer.bytes,
				       "\"code\":\"idempotency_mismatch\""));
		sale_free(other);
		assert_int_equal(status_of("POST", "/api/v1/maybe/", key,
					   "{\"a\":1}"), 422);
		assert_int_equal(status_of("PUT", "/api/v1/sales/", key,
					   "{\"a\":1}"), 422);
	}
	assert_int_equal(number("SELECT count(*) FROM effect"), 2);
}

static void nobody_meets_the_key_of_another(void **state)
{
	struct sale *sale;
	char secret[SECRET_TEXT_SIZE];

	(void)state;
	assert_int_equal(status_of("POST", "/api/v1/sales/", "shared", "{}"),
			 201);
	sale = sale_make("POST", "/api/v1/sales/", "shared", "{}");
	sale->req.http.peer = "192.0.2.2";
	sale_run(sale);
	assert_null(header_of(sale, "Idempotency-Replayed"));
	sale_free(sale);
	for (int i = 0; i < 2; i++) {
		secret_make(secret);
		sale = sale_make("POST", "/api/v1/sales/", "shared", "{}");
		sale_header(sale, "X-Cart-Token", secret);
		sale_run(sale);
		assert_int_equal(sale->req.http.status, 201);
		assert_null(header_of(sale, "Idempotency-Replayed"));
		sale_free(sale);
	}
	assert_int_equal(number("SELECT count(*) FROM effect"), 4);
	/* The secret itself is nowhere. */
	assert_int_equal(number("SELECT count(*) FROM idempotency_key "
				"WHERE principal LIKE 'secret %'"), 2);
	assert_int_equal(number("SELECT max(length(principal)) "
				"FROM idempotency_key"), 71);
}

static void a_refusal_leaves_neither_effect_nor_key(void **state)
{
	const char *key = fresh_key();

	(void)state;
	told.fails = true;
	assert_int_equal(status_of("POST", "/api/v1/sales/", key, "{}"), 409);
	assert_int_equal(number("SELECT count(*) FROM effect"), 0);
	assert_int_equal(number("SELECT count(*) FROM idempotency_key"), 0);
	/* A phased one had its effect in a transaction of its own. */
	assert_int_equal(status_of("POST", "/api/v1/phased/", key, "{}"), 409);
	assert_int_equal(number("SELECT count(*) FROM idempotency_key"), 0);
	told.fails = false;
	assert_int_equal(status_of("POST", "/api/v1/phased/", key, "{}"), 201);
}

static void without_a_key_nothing_is_kept(void **state)
{
	(void)state;
	assert_int_equal(status_of("POST", "/api/v1/maybe/", NULL, "{}"), 201);
	assert_int_equal(status_of("POST", "/api/v1/maybe/", NULL, "{}"), 201);
	assert_int_equal(number("SELECT count(*) FROM effect"), 2);
	assert_int_equal(number("SELECT count(*) FROM idempotency_key"), 0);
}

static void check_race(const char *path, const char *key)
{
	struct sale *sales[RIVALS];
	const struct sale *first = NULL;
	int fresh = 0;
	bool is_over;

	told.takes = 100 * MILLISECOND;
	for (int i = 0; i < RIVALS; i++) {
		sales[i] = sale_make("POST", path, key, "{}");
		assert_true(fiber_start(sale_run, NULL, sales[i]));
	}
	do {
		fiber_sleep(20 * MILLISECOND);
		is_over = true;
		for (int i = 0; i < RIVALS; i++)
			is_over = is_over && sales[i]->is_over;
	} while (!is_over);
	assert_int_equal(told.runs, 1);
	assert_int_equal(number("SELECT count(*) FROM effect"), 1);
	for (int i = 0; i < RIVALS; i++) {
		if (header_of(sales[i], "Idempotency-Replayed") == NULL) {
			first = sales[i];
			fresh++;
		}
	}
	assert_int_equal(fresh, 1);
	for (int i = 0; i < RIVALS; i++)
		assert_same_answer(first, sales[i]);
	for (int i = 0; i < RIVALS; i++)
		sale_free(sales[i]);
}

static void of_many_at_once_one_has_an_effect(void **state)
{
	(void)state;
	check_race("/api/v1/sales/", fresh_key());
	reset(NULL);
	check_race("/api/v1/phased/", fresh_key());
}

static void a_live_claim_is_waited_for_then_409(void **state)
{
	struct sale *sale;

	(void)state;
	assert_int_equal(status_of("POST", "/api/v1/phased/", "live", "{}"),
			 201);
	number("UPDATE idempotency_key SET state = 'in_progress', "
	       "status = NULL, claim = gen_random_uuid()");
	sale = sold("POST", "/api/v1/phased/", "live", "{}");
	assert_int_equal(sale->req.http.status, 409);
	assert_non_null(strstr(sale->req.http.answer.bytes,
			       "\"code\":\"idempotency_in_progress\""));
	assert_string_equal(header_of(sale, "Retry-After"), "1");
	assert_int_equal(told.runs, 1);
	sale_free(sale);
}

static void a_crashed_claim_is_taken_over(void **state)
{
	(void)state;
	assert_int_equal(status_of("POST", "/api/v1/phased/", "dead", "{}"),
			 201);
	number("UPDATE idempotency_key SET state = 'in_progress', "
	       "status = NULL, claim = gen_random_uuid(), "
	       "lease_until = now() - interval '1 second'");
	/* Not by another request, though. */
	assert_int_equal(status_of("POST", "/api/v1/phased/", "dead", "{ }"),
			 422);
	assert_int_equal(status_of("POST", "/api/v1/phased/", "dead", "{}"),
			 201);
	assert_int_equal(told.runs, 2);
	assert_int_equal(number("SELECT count(*) FROM idempotency_key "
				"WHERE state = 'done'"), 1);
}

static void old_keys_are_swept(void **state)
{
	struct work w = {.deadline = clock_monotonic() + 5 * SECOND};

	(void)state;
	assert_int_equal(status_of("POST", "/api/v1/sales/", "young", "{}"),
			 201);
	number("INSERT INTO idempotency_key (principal, key, route, "
	       "request_hash, claim, lease_until, created_at) "
	       "SELECT 'p', 'k' || i, 'r', sha256('x'), gen_random_uuid(), "
	       "now(), now() - interval '73 hours' "
	       "FROM generate_series(1, 2500) i");
	assert_true(idempotency_purge(&w));
	assert_int_equal(number("SELECT count(*) FROM idempotency_key"), 1);
	work_finish(&w);
}

static void a_key_costs_two_statements(void **state)
{
	struct sale *sale = sold("POST", "/api/v1/sales/", "cost", "{}");

	(void)state;
	assert_in_range(sale->req.http.work.statements, 3, 5);
	sale_free(sale);
}

static bool run_all(struct work *w, void *argument)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(
			the_second_answer_is_the_first_byte_for_byte, reset),
		cmocka_unit_test_setup(a_key_serves_one_request_only, reset),
		cmocka_unit_test_setup(nobody_meets_the_key_of_another, reset),
		cmocka_unit_test_setup(a_refusal_leaves_neither_effect_nor_key,
				       reset),
		cmocka_unit_test_setup(without_a_key_nothing_is_kept, reset),
		cmocka_unit_test_setup(of_many_at_once_one_has_an_effect,
				       reset),
		cmocka_unit_test_setup(a_live_claim_is_waited_for_then_409,
				       reset),
		cmocka_unit_test_setup(a_crashed_claim_is_taken_over, reset),
		cmocka_unit_test_setup(old_keys_are_swept, reset),
		cmocka_unit_test_setup(a_key_costs_two_statements, reset),
	};

	(void)w;
	number("CREATE TABLE IF NOT EXISTS effect (id bigserial PRIMARY KEY)");
	*(int *)argument = cmocka_run_group_tests(tests, NULL, NULL);
	return true;
}

int main(void)
{
	int failed = -1;

	if (!config_load(NULL) ||
	    !config_set("token_keys",
			"a:0123456789abcdefghijklmnopqrstuvwxyzABCD") ||
	    !config_set("throttle_anon", "") ||
	    !config_set("request_timeout_ms", "3000") || !rest_start(all) ||
	    !rest_service.parent_start() || !db_migrate(config->database_url))
		return 2;
	log_level_set("error");
	return command_run(run_all, &failed) ? failed : 2;
}
