/* dispatch.h - the steps between a request and its answer, as the files of
 * this room see each other. */
#ifndef REST_DISPATCH_H
#define REST_DISPATCH_H

#include <stdbool.h>
#include <stddef.h>

#include <platform/auth.h>
#include <platform/cache.h>
#include <rest/request.h>
#include <rest/room.h>

#include "router.h"

/* The most that any route may take as a body. */
enum { REST_BODY_MAX = 100 * 1024 * 1024 }; /* as config's body_max */

/* ---- process.c ---- */
/* The rooms and their router: made by rest_start, not changed after it. */
const struct room *const *rest_rooms(void);
struct router *rest_router(void);
/* The OpenAPI document and the page, made before the workers are forked. */
const struct text *rest_schema(void);
const struct text *rest_docs(void);

/* ---- peer.c: who the client is, behind proxies that we trust ---- */
/* Sets client_address, scheme, http.host, the request's id. */
void peer_read(struct request *req);
/* Whether the address stands in the list: addresses and networks
 * (10.0.0.0/8), comma separated. */
bool address_is_listed(const char *address, const char *list);
bool peer_is_loopback(const struct request *req);
/* 400 unless config->allowed_hosts has the host. */
bool host_check(struct request *req);

/* ---- negotiate.c: Accept, Content-Type, Content-Encoding, lengths ---- */
/* Sets wants_problem at once, so that every fault is written as asked. */
void negotiate_faults(struct request *req);
bool negotiate_answer(struct request *req); /* 406, ?format= 404 */
bool negotiate_body(struct request *req);   /* 415, 413 */
size_t request_body_max(struct request *req);

/* ---- permit.c: authentication and the route's rule ---- */
bool authenticate(struct request *req); /* 401 for a bad token */
bool permit(struct request *req);	/* 401, 403 */
bool route_allows(const struct route *route, const struct principal *who);
/* Whether an API key gets in where its scopes, or nobody's, are asked for. */
bool route_takes_keys(const struct route *route);
/* Whether it matters who asks: a bad token is 401 then. */
bool route_reads_credentials(const struct route *route);

/* After admit: 401 when a token that nobody could vouch for is void. */
async bool identity_prove(struct request *req);

/* ---- standing.c: tokens that are void before their end ---- */
void standing_start(void);
enum standing {
	STANDING_GOOD,
	STANDING_FALLEN,
	STANDING_UNSURE /* ask standing_prove on a fiber */
};
enum standing standing_of(const struct claims *claims);
/* False only for a fault. */
async bool standing_prove(struct request *req, bool *stands);
/* Whether what has fallen in the last second is known. */
bool standing_is_sure(void);
/* Tokens of this account with a lower epoch, or of this session, are void. */
void standing_note(const struct uuid *id, uint32_t epoch);

/* ---- audit.c ---- */
/* Before the handler: writes down what staff or a key are about to do, or to
 * read of others, and names them to the database for what they change. */
async bool audit_open(struct request *req);

/* ---- throttle.c ---- */
bool throttle_start(void);
bool throttle_check(struct request *req); /* 429 */
/* The same of a caller who is not known yet: by address. */
bool throttle_unmet(struct request *req);

/* ---- cors.c ---- */
/* Writes the headers of an allowed origin; true when this was a preflight,
 * which it has answered. */
bool cors_preflight(struct request *req);
/* Whether it is in the comma separated list, byte by byte. */
bool origin_is_listed(const char *origin, const char *list);

/* ---- stream.c ---- */
/* After a handler has failed whose answer has begun to leave. */
void stream_fault(struct request *req);

/* ---- render.c ---- */
/* The answer that w->fault asks for; throws away what was begun. */
void fault_answer(struct request *req);
/* Forgets what the handler has written and said so far. */
void answer_reset(struct request *req);
/* Headers that every answer has: before the handler, and after it. */
void headers_begin(struct request *req);
void headers_finish(struct request *req);
const char *cache_control(const struct request *req);
/* X-Statements, for developers. */
void header_statements(struct request *req);

/* ---- etag.c ---- */
/* ETag of the bytes, and 304 when the client has them. */
void etag_finish(struct request *req);
enum { ETAG_SIZE = 35 };
void etag_of(const void *bytes, size_t length, char etag[ETAG_SIZE]);
/* Whether the list of If-None-Match or If-Match has the tag; weak compare
 * takes W/"x" for "x". */
bool etag_is_listed(const char *list, const char *etag, bool is_weak);

/* ---- memory.c: public answers from memory ---- */
/* On the loop: true with the answer given. */
bool memory_answer(struct request *req);
/* Before the handler: true with the answer of another request. */
async bool memory_follow(struct request *req);
/* After it, whatever came of it: true when it is given as it was kept. */
bool memory_keep(struct request *req);
/* By Accept-Encoding; NULL for none. */
enum coding coding_wanted(const char *accept);

/* ---- options.c ---- */
void options_answer(struct request *req);

/* ---- idempotency.c ---- */
bool idempotency_check(struct request *req); /* 400, without waiting */
/* The handler, and around it what the route's idempotency asks. */
async bool idempotency_run(struct request *req);
async bool idempotency_purge(struct work *w);

/* ---- account.c: what is counted and logged of a request ---- */
void account_request(struct request *req);

/* ---- tables.c ---- */
bool tables_check(const struct room *const *list);

/* ---- openapi.c ---- */
/* The document into text, compact. */
void openapi_write(struct text *text, const struct room *const *list);
/* The values of "paths", for openapi.c. */
void openapi_paths_write(struct out *out, const struct room *const *list);

/* ---- docs_page.c ---- */
void docs_page_write(struct text *text, const struct room *const *list);

#endif
