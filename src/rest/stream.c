/* stream.c - long answers, in pieces. */
#include "dispatch.h"

#include <platform/http.h>
#include <platform/log.h>

#include "reply_rows.h"

void stream_begin(struct request *req, int status, const char *content_type)
{
	answer_begins(req, HTTP_PIECE * 2);
	req->http.status = status;
	req->http.content_type = content_type;
	req->http.is_stream = true;
}

async bool stream_pass(struct request *req)
{
	struct http_call *call = &req->http;

	if (call->method == METHOD_HEAD || call->client_left)
		return false;
	if (call->answer.length < HTTP_PIECE)
		return true;
	if (!call->head_left)
		headers_finish(req);
	return http_flush(call);
}

void stream_fault(struct request *req)
{
	const struct fault *fault = &req->http.work.fault;

	if (fault->kind == NULL)
		return;
	log_context(req->http.work.id);
	log_line(LOG_ERROR_LINE, "an answer was cut", "path", req->http.path,
		 "code", fault->kind->code, "detail", fault->detail, NULL);
	req->http.is_cut = true;
}
