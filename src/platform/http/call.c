/* call.c - what a handler asks of a call, without any server. */
#include <platform/http.h>

#include <assert.h>
#include <string.h>
#include <strings.h>

static const char *const names[METHODS] = {
	[METHOD_GET] = "GET",
	[METHOD_HEAD] = "HEAD",
	[METHOD_POST] = "POST",
	[METHOD_PUT] = "PUT",
	[METHOD_PATCH] = "PATCH",
	[METHOD_DELETE] = "DELETE",
	[METHOD_OPTIONS] = "OPTIONS",
};

enum {
	STATUS_FIRST = 200,
	STATUSES = 400
};

#define REASON(status) [(status) - STATUS_FIRST]

static const char *const reasons[STATUSES] = {
	REASON(200) = "OK",
	REASON(201) = "Created",
	REASON(202) = "Accepted",
	REASON(204) = "No Content",
	REASON(206) = "Partial Content",
	REASON(301) = "Moved Permanently",
	REASON(302) = "Found",
	REASON(303) = "See Other",
	REASON(304) = "Not Modified",
	REASON(307) = "Temporary Redirect",
	REASON(308) = "Permanent Redirect",
	REASON(400) = "Bad Request",
	REASON(401) = "Unauthorized",
	REASON(402) = "Payment Required",
	REASON(403) = "Forbidden",
	REASON(404) = "Not Found",
	REASON(405) = "Method Not Allowed",
	REASON(406) = "Not Acceptable",
	REASON(408) = "Request Timeout",
	REASON(409) = "Conflict",
	REASON(410) = "Gone",
	REASON(411) = "Length Required",
	REASON(412) = "Precondition Failed",
	REASON(413) = "Content Too Large",
	REASON(414) = "URI Too Long",
	REASON(415) = "Unsupported Media Type",
	REASON(416) = "Range Not Satisfiable",
	REASON(417) = "Expectation Failed",
	REASON(421) = "Misdirected Request",
	REASON(422) = "Unprocessable Content",
	REASON(423) = "Locked",
	REASON(424) = "Failed Dependency",
	REASON(425) = "Too Early",
	REASON(426) = "Upgrade Required",
	REASON(428) = "Precondition Required",
	REASON(429) = "Too Many Requests",
	REASON(431) = "Request Header Fields Too Large",
	REASON(451) = "Unavailable For Legal Reasons",
	REASON(500) = "Internal Server Error",
	REASON(501) = "Not Implemented",
	REASON(502) = "Bad Gateway",
	REASON(503) = "Service Unavailable",
	REASON(504) = "Gateway Timeout",
	REASON(505) = "HTTP Version Not Supported",
};

const char *method_name(enum method method)
{
	return method < METHODS ? names[method] : "";
}

/* The first letter tells most apart without a call. */
static bool is_named(const struct http_header *header, const char *name)
{
	return ((header->name[0] ^ name[0]) & ~0x20) == 0 &&
	       strcasecmp(header->name, name) == 0;
}

const char *http_header(const struct http_call *call, const char *name)
{
	for (size_t i = 0; i < call->header_count; i++)
		if (is_named(&call->headers[i], name))
			return call->headers[i].value;
	return NULL;
}

size_t http_header_count(const struct http_call *call, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < call->header_count; i++)
		count += is_named(&call->headers[i], name);
	return count;
}

void http_answer_header(struct http_call *call, const char *name,
			const char *value)
{
	struct http_header *header;

	assert(call->answer_header_count < HTTP_ANSWER_HEADERS);
	assert(strpbrk(name, "\r\n: ") == NULL);
	assert(strpbrk(value, "\r\n") == NULL);
	header = &call->answer_headers[call->answer_header_count++];
	header->name = arena_text(&call->work.arena, name);
	header->value = arena_text(&call->work.arena, value);
}

void http_answer_fixed(struct http_call *call, const char *name,
		       const char *value)
{
	struct http_header *header;

	assert(call->answer_header_count < HTTP_ANSWER_HEADERS);
	header = &call->answer_headers[call->answer_header_count++];
	header->name = name;
	header->value = value;
}

size_t http_answer_length(const struct http_call *call)
{
	return call->ready.holder != NULL ? call->ready.body.length
					  : call->answer.length;
}

const char *http_status_text(int status)
{
	const char *text = NULL;

	if (status >= STATUS_FIRST && status < STATUS_FIRST + STATUSES)
		text = reasons[status - STATUS_FIRST];
	return text != NULL ? text : "";
}

async bool http_flush(struct http_call *call)
{
	call->is_stream = true;
	if (call->head_only || call->client_left || call->is_cut)
		return false;
	return call->flush == NULL || call->flush(call);
}
