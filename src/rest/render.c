/* render.c - faults as DRF bodies or RFC 9457, and the headers that every
 * answer has. Never waits. */
#include "dispatch.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <platform/config.h>
#include <platform/json.h>
#include <platform/log.h>

void answer_reset(struct request *req)
{
	struct http_call *call = &req->http;

	call->status = 0;
	call->content_type = NULL;
	call->answer.length = 0;
	call->is_stream = false;
	call->answer_header_count = req->first_headers;
}

/* What a client is told. Of our own failures nothing but that they were. */
static const char *public_detail(const struct fault *fault)
{
	if (fault->kind->status == 500 || fault->kind == &fault_unavailable ||
	    fault->detail[0] == '\0')
		return fault->kind->detail;
	return fault->detail;
}

/* The members of a JSON object, without its braces; "" when empty. */
static const char *members_of(struct request *req, const struct json_t *body,
			      size_t *length)
{
	const char *json;

	*length = 0;
	if (body == NULL)
		return "";
	json = json_write(&req->http.work.arena, body);
	if (strlen(json) <= 2)
		return "";
	*length = strlen(json) - 2;
	return json + 1;
}

static void write_more(struct request *req, struct out *out)
{
	const struct fault *fault = &req->http.work.fault;
	size_t length;
	const char *members = members_of(req, fault->body, &length);

	if (length > 0)
		out_raw(out, members, length);
}

static void write_plain(struct request *req)
{
	const struct fault *fault = &req->http.work.fault;
	struct out out;

	if (fault->kind == &fault_fields && fault->body != NULL) {
		text_add(&req->http.answer,
			 json_write(&req->http.work.arena, fault->body));
		return;
	}
	out_init(&out, &req->http.answer);
	out_object(&out);
	out_key(&out, "detail");
	out_text(&out, public_detail(fault));
	out_key(&out, "code");
	out_text(&out, fault->kind->code);
	write_more(req, &out);
	out_object_end(&out);
}

/* The type resolves to the documentation page, at the section of the status;
 * it differs by code (RFC 9457 section 3.1.1). */
static void write_problem(struct request *req)
{
	const struct fault *fault = &req->http.work.fault;
	struct out out;
	char type[120];

	snprintf(type, sizeof(type), "/api/docs/plain/?problem=%.60s#status-%d",
		 fault->kind->code, fault->kind->status);
	out_init(&out, &req->http.answer);
	out_object(&out);
	out_key(&out, "type");
	out_text(&out, type);
	out_key(&out, "title");
	out_text(&out, http_status_text(fault->kind->status));
	out_key(&out, "status");
	out_int(&out, fault->kind->status);
	out_key(&out, "detail");
	out_text(&out, public_detail(fault));
	out_key(&out, "code");
	out_text(&out, fault->kind->code);
	out_key(&out, "instance");
	out_text(&out, req->http.path);
	out_key(&out, "request_id");
	out_text(&out, req->http.work.id);
	if (fault->kind == &fault_fields && fault->body != NULL) {
		const char *json = json_write(&req->http.work.arena,
					      fault->body);

		out_key(&out, "errors");
		out_raw(&out, json, strlen(json));
	} else {
		write_more(req, &out);
	}
	out_object_end(&out);
}

static void write_retry(struct request *req, const struct fault *fault)
{
	int seconds = fault->retry_after;
	char text[16];

	if (seconds <= 0 && fault->kind->status == 503)
		seconds = 1;
	if (seconds <= 0)
		return;
	snprintf(text, sizeof(text), "%d", seconds);
	http_answer_header(&req->http, "Retry-After", text);
}

void fault_answer(struct request *req)
{
	struct work *w = &req->http.work;

	if (w->fault.kind == NULL)
		refuse(w, &fault_internal, "a handler failed without a fault");
	if (w->fault.kind->status >= 500) {
		log_context(w->id);
		log_line(w->fault.kind->status == 500 ? LOG_ERROR_LINE
						      : LOG_WARNING_LINE,
			 "request failed", "path", req->http.path, "code",
			 w->fault.kind->code, "detail", w->fault.detail, NULL);
	}
	answer_reset(req);
	req->http.status = w->fault.kind->status;
	if (req->wants_problem) {
		req->http.content_type = "application/problem+json";
		write_problem(req);
	} else {
		req->http.content_type = "application/json";
		write_plain(req);
	}
	if (w->fault.kind->status == 401)
		http_answer_header(&req->http, "WWW-Authenticate",
				   "Bearer realm=\"api\"");
	write_retry(req, &w->fault);
}

void headers_begin(struct request *req)
{
	struct http_call *call = &req->http;

	http_answer_fixed(call, "X-Request-Id", call->work.id);
	http_answer_fixed(call, "X-Content-Type-Options", "nosniff");
	http_answer_fixed(call, "Referrer-Policy", "same-origin");
	http_answer_fixed(call, "X-Frame-Options", "DENY");
	http_answer_fixed(call, "Vary", "Accept, Origin");
}

const char *cache_control(const struct request *req)
{
	int status = req->http.status;

	if (req->route == NULL ||
	    (status != 200 && status != 206 && status != 304) ||
	    req->route->method != METHOD_GET)
		return "private, no-store";
	switch (req->route->cache) {
	case CACHE_PUBLIC:
		return "public, max-age=0, must-revalidate";
	case CACHE_STATIC:
		return "public, max-age=31536000, immutable";
	case CACHE_PRIVATE:
	default:
		return "private, no-store";
	}
}

void header_statements(struct request *req)
{
	char text[16];

	if (config->is_production || req->route == NULL)
		return;
	if (req->http.work.statements == 0) {
		http_answer_fixed(&req->http, "X-Statements", "0");
		return;
	}
	snprintf(text, sizeof(text), "%u", req->http.work.statements);
	http_answer_header(&req->http, "X-Statements", text);
}

void headers_finish(struct request *req)
{
	struct http_call *call = &req->http;

	if (call->method == METHOD_HEAD)
		call->head_only = true;
	if (call->status == 204 || call->status == 304) {
		call->answer.length = 0;
		call->content_type = NULL;
	}
	http_answer_fixed(call, "Cache-Control", cache_control(req));
	header_statements(req);
}
