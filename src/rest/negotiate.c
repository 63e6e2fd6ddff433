/* negotiate.c - what the client takes and what it sends (RFC 9110 sections
 * 12.5.1, 8.3, 8.4). Never waits. */
#include "keys.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <platform/config.h>

#include "dispatch.h"

static const struct fault_kind not_acceptable = {
	406, "not_acceptable",
	"Could not satisfy the request Accept header."};
static const struct fault_kind unsupported = {
	415, "unsupported_media_type", "Unsupported media type in request."};
static const struct fault_kind too_large = {
	413, "request_too_large", "Request body too large."};

/* One range of Accept. */
struct range {
	char type[64]; /* lower case, "application/json" */
	int quality;   /* thousandths */
};

static int quality_of(const char *parameters, size_t length)
{
	const char *end = parameters + length;

	for (const char *p = parameters; p < end; p++) {
		if (p[0] != ';')
			continue;
		p += 1 + strspn(p + 1, " \t");
		if (p + 1 < end && (p[0] == 'q' || p[0] == 'Q') && p[1] == '=')
			return (int)(strtod(p + 2, NULL) * 1000.0);
		p--;
	}
	return 1000;
}

static bool range_next(const char **list, struct range *range)
{
	const char *start = *list + strspn(*list, ", \t");
	size_t length = strcspn(start, ",");
	size_t type = strcspn(start, ",; \t");

	if (*start == '\0')
		return false;
	*list = start + length;
	if (type >= sizeof(range->type))
		type = 0;
	for (size_t i = 0; i < type; i++)
		range->type[i] = (char)(start[i] >= 'A' && start[i] <= 'Z'
						? start[i] + 32
						: start[i]);
	range->type[type] = '\0';
	range->quality = quality_of(start, length);
	return true;
}

/* The quality of the most specific range that takes the type; -1: none. */
static int accept_quality(const char *accept, const char *type,
			  const char *subtype)
{
	struct range range;
	int best = 0;
	int quality = -1;
	size_t length = strlen(type);

	while (range_next(&accept, &range)) {
		int rank = 0;

		if (strcmp(range.type, "*/*") == 0)
			rank = 1;
		else if (strncmp(range.type, type, length) == 0 &&
			 range.type[length] == '/')
			rank = strcmp(range.type + length + 1, "*") == 0 ? 2
			       : strcmp(range.type + length + 1, subtype) == 0
				       ? 3
				       : 0;
		if (rank > best) {
			best = rank;
			quality = range.quality;
		}
	}
	return quality;
}

static bool accept_allows(const char *accept, const char *type,
			  const char *subtype)
{
	return accept == NULL || *accept == '\0' ||
	       accept_quality(accept, type, subtype) > 0;
}

void negotiate_faults(struct request *req)
{
	const char *accept = http_header(&req->http, "accept");

	req->wants_problem = accept != NULL &&
			     strcasestr(accept, "problem+json") != NULL &&
			     accept_quality(accept, "application",
					    "problem+json") > 0;
}

/* ?format=json is fine, any other is 404, as DRF's format override has it. */
static bool format_is_known(struct request *req)
{
	const char *format;

	if (strstr(req->http.query, "format=") == NULL ||
	    (req->route != NULL && req->route->is_raw))
		return true;
	format = query_text(req, "format");
	return format == NULL || strcmp(format, "json") == 0 ||
	       refuse(&req->http.work, &fault_not_found, NULL);
}

bool negotiate_answer(struct request *req)
{
	const char *accept = http_header(&req->http, "accept");

	/* A page is a page: probes and browsers send what they like. */
	if (req->route != NULL &&
	    (req->route->is_hidden || req->route->content_type != NULL))
		return true;
	if (!req->wants_problem &&
	    !accept_allows(accept, "application", "json"))
		return refuse(&req->http.work, &not_acceptable, NULL);
	return format_is_known(req);
}

/* A route that takes raw bytes and has a table, too, takes JSON unless the
 * query says what the bytes are. */
static bool takes_any(struct request *req)
{
	return req->route->is_raw &&
	       (req->route->body == NULL || query_text(req, "format") != NULL);
}

/* A key that nobody has vouched for yet sends no large body: workers know all
 * keys but those that were made this very moment. */
static bool is_vouched_for(const struct request *req)
{
	return req->key == NULL || !req->key->is_unmet;
}

size_t request_body_max(struct request *req)
{
	int64_t most;

	if (!is_vouched_for(req))
		return (size_t)config->body_max;
	if (req->route != NULL && req->route->body_max_setting != 0) {
		memcpy(&most, (const char *)config + req->route->body_max_setting,
		       sizeof(most));
		return (size_t)most;
	}
	if (req->route != NULL && req->route->body_max != 0 &&
	    (!req->route->is_raw || takes_any(req)))
		return req->route->body_max;
	return (size_t)config->body_max;
}

static bool media_is_json(const char *type)
{
	size_t length = strcspn(type, "; \t");

	return length == 16 && strncasecmp(type, "application/json", 16) == 0;
}

/* What a header said, for a message: JSON takes no other bytes. */
static const char *shown(struct request *req, const char *value)
{
	char *copy = arena_text(&req->http.work.arena, value);

	for (char *c = copy; c != NULL && *c != '\0'; c++)
		if (*c < 0x20 || *c > 0x7e)
			*c = '?';
	return copy == NULL ? "" : copy;
}

bool negotiate_body(struct request *req)
{
	struct work *w = &req->http.work;
	const char *length = http_header(&req->http, "content-length");
	const char *coding = http_header(&req->http, "content-encoding");
	const char *type = http_header(&req->http, "content-type");
	enum method method = req->http.method;

	/* in chunks its length is known, and held to the limit, at its end */
	if (http_header(&req->http, "transfer-encoding") == NULL &&
	    (length == NULL || strtoull(length, NULL, 10) == 0))
		return true;
	if (length != NULL &&
	    strtoull(length, NULL, 10) > request_body_max(req))
		return refuse(w, &too_large, NULL);
	if (coding != NULL && strcasecmp(coding, "identity") != 0)
		return refuse(w, &unsupported,
			      "Unsupported content encoding \"%.80s\" in "
			      "request.", shown(req, coding));
	if (method == METHOD_GET || method == METHOD_HEAD ||
	    req->route == NULL || takes_any(req) ||
	    (method == METHOD_DELETE && req->route->body == NULL))
		return true;
	if (type != NULL && media_is_json(type))
		return true;
	return refuse(w, &unsupported,
		      "Unsupported media type \"%.120s\" in request.",
		      shown(req, type));
}
