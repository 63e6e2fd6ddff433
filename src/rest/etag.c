/* etag.c - entity tags: of the bytes for public answers, of the version for
 * what is edited (RFC 9110 sections 8.8.3, 13.1). Never waits. */
#include "dispatch.h"

#include <stdio.h>
#include <string.h>

static const struct fault_kind precondition_failed = {
	412, "precondition_failed",
	"The object was changed by someone else: its version is another."};
static const struct fault_kind precondition_required = {
	428, "precondition_required",
	"Send the object's ETag in If-Match, so that no change is lost."};

static uint64_t mix(uint64_t hash)
{
	hash ^= hash >> 33;
	hash *= UINT64_C(0xff51afd7ed558ccd);
	hash ^= hash >> 33;
	hash *= UINT64_C(0xc4ceb9fe1a85ec53);
	return hash ^ hash >> 33;
}

/* Two lanes of multiply and rotate, 16 bytes a step: a page of 20 products
 * costs under 2 us, where SHA-256 would cost as much as writing it did. The
 * tag tells our own answers apart; nobody gains by making two alike. */
void etag_of(const void *bytes, size_t length, char etag[ETAG_SIZE])
{
	const unsigned char *p = bytes;
	uint64_t a = UINT64_C(0x9e3779b97f4a7c15) ^ length;
	uint64_t b = UINT64_C(0xc2b2ae3d27d4eb4f) + length;
	uint64_t word[2];

	for (; length > 0; length -= length < 16 ? length : 16) {
		memset(word, 0, sizeof(word));
		memcpy(word, p, length < 16 ? length : 16);
		a = (a ^ word[0]) * UINT64_C(0x87c37b91114253d5);
		b = (b ^ word[1]) * UINT64_C(0x4cf5ad432745937f);
		a = (a << 31 | a >> 33) + b;
		b = (b << 27 | b >> 37) ^ a;
		p += 16;
	}
	a = mix(a + b);
	b = mix(b ^ a);
	snprintf(etag, ETAG_SIZE, "\"%016llx%016llx\"", (unsigned long long)a,
		 (unsigned long long)b);
}

bool etag_is_listed(const char *list, const char *etag, bool is_weak)
{
	size_t length = strlen(etag);

	for (;;) {
		bool has_mark;
		size_t entry;

		list += strspn(list, ", \t");
		if (*list == '\0')
			return false;
		if (*list == '*')
			return true;
		has_mark = strncmp(list, "W/", 2) == 0;
		list += has_mark ? 2 : 0;
		if (*list != '"')
			return false;
		entry = 1 + strcspn(list + 1, "\"");
		if (list[entry] == '\0')
			return false;
		entry++;
		if (entry == length && memcmp(list, etag, length) == 0 &&
		    (is_weak || !has_mark))
			return true;
		list += entry;
	}
}

bool etag_is_known(const struct request *req, const char *etag)
{
	const char *given = http_header(&req->http, "if-none-match");

	return given != NULL && etag_is_listed(given, etag, true);
}

static bool has_own_etag(const struct request *req)
{
	const struct http_call *call = &req->http;

	for (size_t i = 0; i < call->answer_header_count; i++)
		if (req->route->cache == CACHE_STATIC &&
		    strcmp(call->answer_headers[i].name, "ETag") == 0)
			return true;
	return false;
}

static void header_remove(struct http_call *call, const char *name)
{
	size_t kept = 0;

	for (size_t i = 0; i < call->answer_header_count; i++) {
		if (strcmp(call->answer_headers[i].name, name) != 0)
			call->answer_headers[kept++] = call->answer_headers[i];
	}
	call->answer_header_count = kept;
}

void etag_finish(struct request *req)
{
	struct http_call *call = &req->http;
	const char *given = http_header(call, "if-none-match");
	char etag[ETAG_SIZE];

	if (req->route == NULL || req->route->cache == CACHE_PRIVATE ||
	    req->route->method != METHOD_GET || call->status != 200 ||
	    has_own_etag(req))
		return;
	/* The version says when it was edited, the bytes also what else is
	 * shown of it: stock, the names of its categories. */
	header_remove(call, "ETag");
	etag_of(call->answer.bytes, call->answer.length, etag);
	http_answer_header(call, "ETag", etag);
	if (given != NULL && etag_is_listed(given, etag, true))
		call->status = 304;
}

bool check_version(struct request *req, int64_t version)
{
	const char *given = http_header(&req->http, "if-match");
	char etag[24];

	if (given == NULL)
		return !req->route->needs_version ||
		       refuse(&req->http.work, &precondition_required, NULL);
	/* As reply_row writes it. */
	snprintf(etag, sizeof(etag), "\"v%lld\"", (long long)version);
	return etag_is_listed(given, etag, false) ||
	       refuse(&req->http.work, &precondition_failed, NULL);
}
