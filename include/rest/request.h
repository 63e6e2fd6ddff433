/* rest/request.h - a request as a handler sees it, and how it answers. */
#ifndef REST_REQUEST_H
#define REST_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/db.h>
#include <platform/http.h>
#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/access.h>
#include <rest/resource.h>
#include <rest/route.h>

enum { PATH_VALUES_MAX = 4 };

struct path_value {
	const char *name; /* as in the route: "id" */
	const char *text; /* decoded once */
};

struct json_t;
struct key_call;
struct memory;
struct place;
struct way;

struct request {
	struct http_call http; /* stays first */
	const struct route *route;
	struct principal who;
	bool must_prove; /* who: by the database, before the handler */
	bool keeps_cookies; /* tokens go into cookies (rest/browser.h) */
	struct path_value values[PATH_VALUES_MAX];
	size_t value_count;
	uint64_t given; /* bit i: field i of the body resource was sent */
	uint64_t nulls; /* bit i: it was sent as null */
	const char *client_address; /* behind trusted proxies */
	void *idempotency;	     /* of rest/idempotency.c */
	struct query_string *query;  /* of rest/query_string.c; NULL: not yet */
	struct way *way;	     /* of rest/router.c: the route and what is
				      * counted of it; NULL before it is found */
	const struct place *place;   /* all that can be asked at this path */
	const char *scheme;	     /* as the client sees it */
	bool wants_problem;	     /* faults as RFC 9457 */
	int64_t listed;	     /* what reply_page() has counted; -1: not */
	size_t first_headers;	     /* answer headers set before the handler */
	struct key_call *key;	     /* of rest/key_auth.c; NULL: it came
				      * without an API key */
	struct memory *memory;	     /* of rest/memory.c; NULL: the answer is
				      * not for it */
};

/* ---- reading ---- */

/* From the path; 404 when it is no UUID. */
bool path_uuid(struct request *req, const char *name, struct uuid *uuid);
const char *path_text(const struct request *req, const char *name);
/* The last value of that query parameter, decoded; NULL when absent. A NUL in
 * it has become U+FFFD. */
const char *query_text(struct request *req, const char *name);
/*
 * Parses and validates the body by route->body into *input (zeroed first).
 * POST, PUT: required fields are required; PATCH: only what is given. On
 * false the fault is 400 with all field errors together, DRF's messages.
 */
bool read_body(struct request *req, void *input);
/* Whether the field that fills the member was sent (also as null). */
#define was_given(req, type, member) \
	field_was_given((req), offsetof(type, member))
#define was_null(req, type, member) field_was_null((req), offsetof(type, member))
bool field_was_given(const struct request *req, size_t offset);
bool field_was_null(const struct request *req, size_t offset);
/*
 * One object of a body that the handler walks itself, because its rows fail
 * one by one (bulk writes); faults as read_body. is_partial: nothing is
 * required, as in PATCH.
 */
bool read_item(struct work *w, const struct resource *resource,
	       const struct json_t *item, bool is_partial, void *input);
/* 400 invalid, of refuse_field and read_body: w->fault.body is the whole body
 * of the answer, without "detail". With any other kind the members of the
 * body stand beside "detail" and "code". */
extern const struct fault_kind fault_fields;
/*
 * Adds a field error, 400 in DRF's shape; field NULL is non_field_errors. A
 * dotted name nests: "address.country", "lines.1.sku" (item 1 of a list, {}
 * before it), "tags.1" (keyed by index). Always returns false; several may be
 * collected before the handler returns false. After a fault of another kind
 * it adds nothing.
 */
bool refuse_field(struct work *w, const char *field, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* The same keyed by a query parameter, whose name may be the client's: its
 * dots do not nest. */
bool refuse_parameter(struct work *w, const char *name, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/*
 * The same for each try of one request: who asks, with which Idempotency-Key,
 * for what. A PHASED route stores it with what it begins, because the key is
 * free again when a worker or the answer to a COMMIT is lost. NULL: no key.
 */
const char *request_fingerprint(struct request *req);
/* A text that stands as one more member beside "detail" (JSON). */
bool refuse_with(struct work *w, const struct fault_kind *kind,
		 const char *member, const char *json, const char *format, ...)
	__attribute__((format(printf, 5, 6)));
/* The secret in header `name` (X-Cart-Token); hash is zero when absent. */
bool request_secret(const struct request *req, const char *name,
		    uint8_t hash[32]);

/*
 * The caller has proved by a secret (of a mail) to be that member of staff:
 * what follows is audited as done by them. Before the transaction that does
 * it; one statement, not counted. False when it cannot be written down.
 */
async bool audit_person(struct request *req, const struct uuid *staff);

/* ---- answering: each returns true, for the end of a chain ---- */

/* The first row by route->answer: fields from columns of the same name. A
 * column named "version" becomes the ETag. No row: 404 "No Product matches the
 * given query.", and false. */
bool reply_row(struct request *req, int status, const struct rows *rows);
/* By another resource than the route's. */
bool reply_row_as(struct request *req, int status,
		  const struct resource *resource, const struct rows *rows);
/* All rows as a bare array. */
bool reply_rows(struct request *req, int status, const struct rows *rows);
/* A body of the handler's own making, JSON already in req->http.answer. */
bool reply(struct request *req, int status);
/* 204. */
bool reply_nothing(struct request *req);
/* {"detail": text} with that status. */
bool reply_detail(struct request *req, int status, const char *detail);

/* ---- a long answer, in pieces ---- */

/*
 * Says what the answer will be; more headers may follow until the first piece
 * leaves. Then write to req->http.answer (row_write, text_add...) and call
 * stream_pass() after every row or so; return true at the end. A fault before
 * the first piece has left is answered like any other; after it, the
 * connection is cut, so that the client sees that the answer is incomplete.
 *   stream_begin(req, 200, "text/csv; charset=utf-8");
 *   while (batch_load(...)) { ... if (!stream_pass(req)) return true; }
 *   return true;
 * Rows come in batches of some hundreds, by keyset, each in a work_part(), so
 * that memory stays the same however long the answer becomes.
 */
void stream_begin(struct request *req, int status, const char *content_type);
/* Sends what was gathered once it is worth it, waits while the client reads
 * slowly. False when nobody listens any more: return true then. */
async bool stream_pass(struct request *req);

/* If-Match against the version just loaded: 412 when it differs, 428 when
 * the route demands one and none came. */
bool check_version(struct request *req, int64_t version);

/*
 * For handlers of CACHE_PUBLIC routes: this answer depends on this product
 * only, so that it stays in memory until that one changes; NULL: on nothing
 * that changes. Without the call any change in the catalogue drops it. Such
 * an answer depends on the path, the query and what is committed, never on
 * who asks.
 */
void answer_shows(struct request *req, const struct uuid *product);
/* Whether If-None-Match names that tag: answer 304 then. For routes of
 * CACHE_STATIC, whose handler may set its own ETag. */
bool etag_is_known(const struct request *req, const char *etag);

/* Absolute: scheme and host as the client sees them. */
const char *absolute_url(struct request *req, const char *path);

#endif
