/* cors.c - cross-origin requests from an exact list of origins, cookies
 * included; never a wildcard. Never waits. */
#include "dispatch.h"

#include <string.h>

#include <platform/config.h>

bool origin_is_listed(const char *origin, const char *list)
{
	size_t length = strlen(origin);

	while (list != NULL && *list != '\0') {
		size_t entry;

		list += strspn(list, ", \t");
		entry = strcspn(list, ", \t");
		if (entry == length && length > 0 &&
		    memcmp(list, origin, length) == 0)
			return true;
		list += entry;
	}
	return false;
}

static void allow_origin(struct request *req, const char *origin)
{
	struct http_call *call = &req->http;

	http_answer_header(call, "Access-Control-Allow-Origin", origin);
	http_answer_fixed(call, "Access-Control-Allow-Credentials", "true");
	http_answer_header(call, "Access-Control-Expose-Headers",
			   "Allow, ETag, Idempotency-Replayed, Location, "
			   "RateLimit-Limit, RateLimit-Remaining, "
			   "RateLimit-Reset, Retry-After, X-Device-Token, "
			   "X-Request-Id");
}

static void answer_preflight(struct request *req, bool is_allowed)
{
	struct http_call *call = &req->http;

	if (is_allowed) {
		http_answer_header(call, "Access-Control-Allow-Methods",
				   "DELETE, GET, OPTIONS, PATCH, POST, PUT");
		http_answer_header(call, "Access-Control-Allow-Headers",
				   "accept, authorization, content-type, "
				   "idempotency-key, if-match, if-none-match, "
				   "user-agent, x-cart-token, x-csrftoken, "
				   "x-device-token, x-order-token, "
				   "x-requested-with, x-session-mode");
		http_answer_header(call, "Access-Control-Max-Age", "86400");
	}
	call->status = 200;
}

bool cors_preflight(struct request *req)
{
	const char *origin = http_header(&req->http, "origin");
	bool is_allowed;

	if (origin == NULL)
		return false;
	is_allowed = http_header_count(&req->http, "origin") == 1 &&
		     origin_is_listed(origin, config->cors_origins);
	if (is_allowed)
		allow_origin(req, origin);
	if (req->http.method != METHOD_OPTIONS ||
	    http_header(&req->http, "access-control-request-method") == NULL)
		return false;
	answer_preflight(req, is_allowed);
	return true;
}
