/* idempotency.c - one effect for one key, and the same answer each time.
 * ACCEPTED and REQUIRED: the key, the effect and the answer commit together,
 * so a second request with the key waits at its row until the first is over.
 * PHASED: the key is claimed and the answer stored in statements of their
 * own, because the handler calls a provider between its transactions. */
#include "dispatch.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <platform/auth.h>
#include <platform/clock.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/log.h>
#include <queries.h>

enum {
	KEY_MAX = 255,
	FINAL_TIMEOUT_MS = 5000,
	PURGE_ROUNDS = 50,
	LEASE_SECONDS = 30,	/* as in idempotency_claim */
	RELEASE_PAUSE_MS = 100,
	WAIT_SECONDS = 5	/* for the answer of another attempt */
};

/* Columns of idempotency_claim; of idempotency_look less the first two. */
enum { IS_MINE, IS_SAME, IS_DONE, STATUS, HEADERS, BODY };
enum { LOOK_IS_DONE, LOOK_STATUS, LOOK_HEADERS, LOOK_BODY };

struct claim {
	struct request *req;
	const char *key;
	const char *principal;
	const char *route;
	uint8_t hash[32];
	struct uuid attempt;
	bool is_replayed;
};

static const struct fault_kind key_required = {
	400, "idempotency_key_required",
	"This request needs an Idempotency-Key header."};
static const struct fault_kind key_invalid = {
	400, "idempotency_key_invalid",
	"An Idempotency-Key has 1 to 255 printable ASCII characters."};
static const struct fault_kind mismatch = {
	422, "idempotency_mismatch",
	"This Idempotency-Key was used for another request."};
static const struct fault_kind in_progress = {
	409, "idempotency_in_progress",
	"A request with this Idempotency-Key is still being worked on."};

static bool key_is_sound(const char *key)
{
	size_t length = strlen(key);

	if (length == 0 || length > KEY_MAX)
		return false;
	for (; *key != '\0'; key++) {
		if (*key < 0x21 || *key > 0x7e)
			return false;
	}
	return true;
}

bool idempotency_check(struct request *req)
{
	struct work *w = &req->http.work;
	const char *key = http_header(&req->http, "idempotency-key");
	struct claim *claim;

	if (req->route->idempotency == IDEMPOTENCY_NONE)
		return true;
	if (key == NULL)
		return req->route->idempotency == IDEMPOTENCY_ACCEPTED ||
		       refuse(w, &key_required, NULL);
	if (!key_is_sound(key) ||
	    http_header_count(&req->http, "idempotency-key") > 1)
		return refuse(w, &key_invalid, NULL);
	claim = arena_new(&w->arena, struct claim);
	claim->req = req;
	claim->key = key;
	req->idempotency = claim;
	return true;
}

/* Whose key it is: nobody meets the key of someone else. */
static const char *principal_of(struct request *req)
{
	static const char *const secrets[] = {"x-cart-token", "x-order-token"};
	struct arena *arena = &req->http.work.arena;
	char text[2 * SECRET_HASH_SIZE + 1];
	uint8_t hash[SECRET_HASH_SIZE];

	if (req->who.is_known) {
		uuid_format(req->key ? &req->who.key : &req->who.account, text);
		return arena_format(arena, "%s %s", req->key ? "key" : "account", text);
	}
	for (size_t i = 0; i < sizeof(secrets) / sizeof(secrets[0]); i++) {
		if (!request_secret(req, secrets[i], hash))
			continue;
		hex_encode(hash, sizeof(hash), text);
		return arena_format(arena, "secret %s", text);
	}
	return arena_format(arena, "address %s", req->client_address);
}

static void claim_fill(struct claim *claim)
{
	struct http_call *call = &claim->req->http;
	struct arena *arena = &call->work.arena;

	claim->principal = principal_of(claim->req);
	claim->route = arena_format(arena, "%s %s?%s",
				    method_name(call->method), call->path,
				    call->query);
	sha256(call->body_length ? call->body : "", call->body_length,
	       claim->hash);
	claim->attempt = uuid_make();
}

const char *request_fingerprint(struct request *req)
{
	const struct claim *claim = req->idempotency;
	char text[2 * sizeof(claim->hash) + 1];
	uint8_t hash[sizeof(claim->hash)];
	const char *words;

	if (claim == NULL)
		return NULL;
	hex_encode(claim->hash, sizeof(claim->hash), text);
	words = arena_format(&req->http.work.arena, "%s\n%s\n%s\n%s",
			     claim->principal, claim->key, claim->route, text);
	sha256(words, strlen(words), hash);
	hex_encode(hash, sizeof(hash), text);
	return arena_text(&req->http.work.arena, text);
}

/* The headers that a handler sets and a replay must repeat. */
static const char *headers_text(struct request *req)
{
	struct http_call *call = &req->http;
	struct text text;

	text_init(&text, &call->work.arena, 128);
	text_add(&text, "");
	if (call->content_type != NULL)
		text_format(&text, "Content-Type: %s\n", call->content_type);
	for (size_t i = req->first_headers; i < call->answer_header_count; i++)
		text_format(&text, "%s: %s\n", call->answer_headers[i].name,
			    call->answer_headers[i].value);
	return text.bytes;
}

static void headers_restore(struct request *req, const char *lines)
{
	struct arena *arena = &req->http.work.arena;

	while (*lines != '\0') {
		size_t length = strcspn(lines, "\n");
		char *name = arena_copy(arena, lines, length);
		char *value = strstr(name, ": ");

		lines += length + (lines[length] == '\n');
		if (value == NULL)
			continue;
		*value = '\0';
		value += 2;
		if (strcmp(name, "Content-Type") == 0)
			req->http.content_type = value;
		else
			http_answer_header(&req->http, name, value);
	}
}

static void replay(struct claim *claim, const struct rows *rows, int status)
{
	struct request *req = claim->req;

	answer_reset(req);
	req->http.status = (int)row_int(rows, 0, status);
	headers_restore(req, row_text(rows, 0, status + 1));
	text_add_bytes(&req->http.answer, row_text(rows, 0, status + 2),
		       row_length(rows, 0, status + 2));
	http_answer_header(&req->http, "Idempotency-Replayed", "true");
	claim->is_replayed = true;
}

static bool refuse_in_progress(struct work *w)
{
	refuse(w, &in_progress, NULL);
	w->fault.retry_after = 1;
	return false;
}

static async bool claim_send(struct work *w, struct claim *claim,
			     struct rows *rows)
{
	return db_query(w, &q_idempotency_claim,
			params(p_text(claim->principal), p_text(claim->key),
			       p_text(claim->route),
			       p_bytes(&w->arena, claim->hash,
				       sizeof(claim->hash)),
			       p_uuid(&claim->attempt)),
			rows) &&
	       (row_bool(rows, 0, IS_SAME) || refuse(w, &mismatch, NULL));
}

static async bool answer_store(struct work *w, struct claim *claim)
{
	struct http_call *call = &claim->req->http;
	struct rows rows;
	bool has_body = call->answer.length > 0;

	if (!db_query(w, &q_idempotency_store,
		      params(p_text(claim->principal), p_text(claim->key),
			     p_uuid(&claim->attempt), p_int(call->status),
			     p_text(headers_text(claim->req)),
			     p_text(has_body ? call->answer.bytes : "")),
		      &rows))
		return false;
	if (rows.affected == 0)
		log_line(LOG_WARNING_LINE, "the lease of a key ran out", "path",
			 call->path, NULL);
	return true;
}

/* May run more than once (40001): each time from a clean answer. */
static async bool transact_step(struct work *w, void *argument)
{
	struct claim *claim = argument;
	struct request *req = claim->req;
	struct rows rows;

	answer_reset(req);
	req->given = 0;
	req->nulls = 0;
	if (!claim_send(w, claim, &rows))
		return false;
	if (!row_bool(&rows, 0, IS_MINE)) {
		/* Of another attempt, and committed: its row was locked until
		 * then. Unfinished means a phased one, or one that crashed. */
		if (!row_bool(&rows, 0, IS_DONE))
			return refuse_in_progress(w);
		replay(claim, &rows, STATUS);
		return true;
	}
	return req->route->handler(req) && answer_store(w, claim);
}

/* Time for the last statement, however late it has become: what was done must
 * be remembered. */
static void extend_deadline(struct work *w)
{
	int64_t least = clock_monotonic() + FINAL_TIMEOUT_MS * MILLISECOND;

	if (w->deadline < least)
		w->deadline = least;
}

/* A key that could not be given back in time for the answer. */
struct late {
	struct arena arena;
	struct claim claim; /* principal, key and attempt of it */
};

/* On a fiber of its own, until the database is back or the lease has ended. */
static async void release_until_done(void *argument)
{
	struct late *late = argument;
	struct work w = {.fiber = fiber_current(), .arena = late->arena};
	const struct claim *claim = &late->claim;
	int64_t end = clock_monotonic() + LEASE_SECONDS * SECOND;
	bool is_done = false;

	while (!is_done && clock_monotonic() < end) {
		w.deadline = clock_monotonic() + FINAL_TIMEOUT_MS * MILLISECOND;
		is_done = db_query(&w, &q_idempotency_release,
				   params(p_text(claim->principal),
					  p_text(claim->key),
					  p_uuid(&claim->attempt)),
				   NULL);
		forgive(&w);
		if (!is_done)
			fiber_sleep(RELEASE_PAUSE_MS * MILLISECOND);
	}
	arena_finish(&w.arena);
}

static void release_later(const struct claim *claim)
{
	struct arena arena = {0};
	struct late *late = arena_new(&arena, struct late);

	late->claim.principal = arena_text(&arena, claim->principal);
	late->claim.key = arena_text(&arena, claim->key);
	late->claim.attempt = claim->attempt;
	late->arena = arena;
	if (!fiber_start(release_until_done, NULL, late))
		arena_finish(&arena); /* the lease will end */
}

/* Gives the key back, keeping the fault that is the reason. Who is told that
 * the database is away does not wait for it a second time. */
static async void claim_release(struct work *w, struct claim *claim)
{
	struct fault fault = w->fault;

	if (fault.kind != NULL && fault.kind->status == 503) {
		release_later(claim);
		return;
	}
	w->fault = (struct fault){0};
	extend_deadline(w);
	if (!db_query(w, &q_idempotency_release,
		      params(p_text(claim->principal), p_text(claim->key),
			     p_uuid(&claim->attempt)),
		      NULL))
		log_line(LOG_WARNING_LINE, "a key waits for its lease to end",
			 "path", claim->req->http.path, NULL);
	w->fault = fault;
}

/* Another attempt has the key: its answer, if it comes in time. */
static async bool phased_wait(struct work *w, struct claim *claim)
{
	struct rows rows;
	int64_t pause = 50 * MILLISECOND;
	int64_t end = clock_monotonic() + WAIT_SECONDS * SECOND;

	if (end > w->deadline - SECOND)
		end = w->deadline - SECOND;
	while (clock_monotonic() + pause < end) {
		fiber_sleep(pause);
		if (!db_query(w, &q_idempotency_look,
			      params(p_text(claim->principal),
				     p_text(claim->key)),
			      &rows))
			return false;
		if (rows.count == 0)
			break; /* it failed and gave the key back */
		if (row_bool(&rows, 0, LOOK_IS_DONE)) {
			replay(claim, &rows, LOOK_STATUS);
			return true;
		}
		if (pause < 400 * MILLISECOND)
			pause *= 2;
	}
	return refuse_in_progress(w);
}

static async bool run_phased(struct work *w, struct claim *claim)
{
	struct request *req = claim->req;
	struct rows rows;

	if (!claim_send(w, claim, &rows))
		return false;
	if (row_bool(&rows, 0, IS_DONE)) {
		replay(claim, &rows, STATUS);
		return true;
	}
	if (!row_bool(&rows, 0, IS_MINE))
		return phased_wait(w, claim);
	if (!req->route->handler(req)) {
		claim_release(w, claim);
		return false;
	}
	extend_deadline(w);
	return answer_store(w, claim);
}

async bool idempotency_run(struct request *req)
{
	struct work *w = &req->http.work;
	struct claim *claim = req->idempotency;

	if (claim == NULL)
		return req->route->handler(req);
	claim_fill(claim);
	if (req->route->idempotency == IDEMPOTENCY_PHASED)
		return run_phased(w, claim);
	return db_transact(w, transact_step, claim);
}

async bool idempotency_purge(struct work *w)
{
	struct rows rows;

	for (int i = 0; i < PURGE_ROUNDS; i++) {
		if (!db_query(w, &q_idempotency_purge, no_params, &rows))
			return false;
		if (rows.affected < 1000)
			break;
	}
	return true;
}
