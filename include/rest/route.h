/* rest/route.h - the table of what can be asked (DESIGN 4). */
#ifndef REST_ROUTE_H
#define REST_ROUTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/http.h>
#include <platform/work.h>
#include <rest/access.h>
#include <rest/resource.h>

struct request;
struct listing;

enum idempotency {
	IDEMPOTENCY_NONE,
	/* Key accepted (or demanded: 400 without): the key, the handler's whole
	 * effect and the answer stand in one transaction. */
	IDEMPOTENCY_ACCEPTED,
	IDEMPOTENCY_REQUIRED,
	/* Demanded; the handler calls a provider and is repeatable by itself:
	 * the key is claimed before and the answer stored after, no
	 * transaction is open around it. */
	IDEMPOTENCY_PHASED
};

enum cache_policy {
	CACHE_PRIVATE, /* Cache-Control: private, no-store */
	CACHE_PUBLIC,  /* public GET: ETag of the bytes, 304 */
	CACHE_STATIC   /* immutable assets */
};

enum throttle_scope {
	THROTTLE_DEFAULT, /* anon by address, user by account */
	THROTTLE_LOGIN,
	THROTTLE_REGISTER,
	THROTTLE_NONE
};

/* What the handler of an open route under auth/ reads by itself, for OpenAPI. */
enum own_credential {
	READS_REFRESH_COOKIE = 1 << 0, /* browser_refresh() */
	READS_BEARER = 1 << 1
};

/* What a handler reads of the query string by itself (query_text): OpenAPI
 * tells it; lists, filters, fields= and expand= tell of themselves. */
struct query_parameter {
	const char *name; /* NULL ends the table */
	const char *type; /* of JSON Schema: "string", "boolean", "integer" */
	const char *help;
};

struct route {
	enum method method;
	const char *path; /* "/api/v1/carts/{id}/items/"; NULL ends the table */
	async bool (*handler)(struct request *req);
	enum access access;
	enum permission permission; /* of ACCESS_STAFF */
	const struct resource *body;   /* NULL: takes none */
	const struct resource *answer; /* of 2xx; NULL: none or free */
	const struct listing *listing; /* a paged list of `answer` */
	const struct query_parameter *query; /* NULL: none */
	int status;		       /* of success, for OpenAPI; 0: 200 */
	enum idempotency idempotency;
	bool needs_version; /* If-Match required: 428 without */
	bool needs_step_up; /* a factor shown lately: 403 step_up_required */
	bool spares_keys; /* of needs_step_up: an API key is not asked for one */
	bool is_for_people; /* of ACCESS_STAFF: an API key gets 403 */
	unsigned own_credentials; /* enum own_credential */
	bool shows_personal; /* personal data of others: each read is audited */
	enum cache_policy cache;
	enum throttle_scope throttle;
	unsigned budget;   /* statements at the most; tests assert it. One more
			    * for ?page=last */
	uint32_t body_max; /* bytes; 0: config's */
	bool is_raw;	   /* body is not JSON for us (webhooks): no 415 */
	/* Of is_raw, for OpenAPI: media types, comma separated; NULL: JSON. */
	const char *consumes;
	/* The setting that is body_max, by offsetof(struct config, ...); 0:
	 * none. An int64_t. */
	size_t body_max_setting;
	bool is_hidden;	   /* not in OpenAPI (docs page, root) */
	const char *name;    /* "product_list": operationId, metric */
	const char *summary; /* a sentence */
	/* Of an answer that is not JSON: "text/csv", or several, "text/csv,
	 * application/xml". Any Accept is then served, no ?format= is read. */
	const char *content_type;
	bool may_expire; /* a cursor of long ago: 410 */
	bool may_move; /* a thing whose slug was changed: 301 */
	/* What is there already is answered by 200 instead of `status`. */
	bool may_repeat;
	bool is_array; /* answers a bare array of `answer`; a name that ends in
			* _list says so too, unless there is a listing */
};

#endif
