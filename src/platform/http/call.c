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

static const struct {
	int status;
	const char *text;
} reasons[] = {
	{200, "OK"},
	{201, "Created"},
	{202, "Accepted"},
	{204, "No Content"},
	{206, "Partial Content"},
	{301, "Moved Permanently"},
	{302, "Found"},
	{303, "See Other"},
	{304, "Not Modified"},
	{307, "Temporary Redirect"},
	{308, "Permanent Redirect"},
	{400, "Bad Request"},
	{401, "Unauthorized"},
	{402, "Payment Required"},
	{403, "Forbidden"},
	{404, "Not Found"},
	{405, "Method Not Allowed"},
	{406, "Not Acceptable"},
	{408, "Request Timeout"},
	{409, "Conflict"},
	{410, "Gone"},
	{411, "Length Required"},
	{412, "Precondition Failed"},
	{413, "Content Too Large"},
	{414, "URI Too Long"},
	{415, "Unsupported Media Type"},
	{416, "Range Not Satisfiable"},
	{417, "Expectation Failed"},
	{421, "Misdirected Request"},
	{422, "Unprocessable Content"},
	{423, "Locked"},
	{424, "Failed Dependency"},
	{425, "Too Early"},
	{426, "Upgrade Required"},
	{428, "Precondition Required"},
	{429, "Too Many Requests"},
	{431, "Request Header Fields Too Large"},
	{451, "Unavailable For Legal Reasons"},
	{500, "Internal Server Error"},
	{501, "Not Implemented"},
	{502, "Bad Gateway"},
	{503, "Service Unavailable"},
	{504, "Gateway Timeout"},
	{505, "HTTP Version Not Supported"},
};

const char *method_name(enum method method)
{
	return method < METHODS ? names[method] : "";
}

const char *http_header(const struct http_call *call, const char *name)
{
	for (size_t i = 0; i < call->header_count; i++)
		if (strcasecmp(call->headers[i].name, name) == 0)
			return call->headers[i].value;
	return NULL;
}

size_t http_header_count(const struct http_call *call, const char *name)
{
	size_t count = 0;

	for (size_t i = 0; i < call->header_count; i++)
		count += strcasecmp(call->headers[i].name, name) == 0;
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
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++)
		if (reasons[i].status == status)
			return reasons[i].text;
	return "";
}

async bool http_flush(struct http_call *call)
{
	call->is_stream = true;
	if (call->head_only || call->client_left || call->is_cut)
		return false;
	return call->flush == NULL || call->flush(call);
}
