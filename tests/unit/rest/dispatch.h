/* dispatch.h - sends a request through the REST layer without a server: the
 * checks before the body, then the handler, as the server would. */
#ifndef TESTS_UNIT_REST_DISPATCH_H
#define TESTS_UNIT_REST_DISPATCH_H

#include "../test.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <platform/clock.h>
#include <rest/request.h>
#include <rest/service.h>

enum { SENT_HEADERS_MAX = 12 };

struct sent {
	struct request req; /* stays first */
	struct http_header headers[SENT_HEADERS_MAX];
	char target[512];
	bool is_finished;
};

/* The last answer; released by the next send(). */
static struct sent sent;

static void sent_release(void)
{
	if (sent.req.http.work.arena.blocks != NULL)
		work_finish(&sent.req.http.work);
	memset(&sent, 0, sizeof(sent));
}

static enum method sent_method(const char *name)
{
	enum method method = METHOD_GET;

	while (method < METHODS && strcmp(method_name(method), name) != 0)
		method++;
	return method;
}

static void sent_target(struct http_call *call, const char *target)
{
	char *mark;

	snprintf(sent.target, sizeof(sent.target), "%s", target);
	mark = strchr(sent.target, '?');
	call->path = sent.target;
	call->query = "";
	if (mark == NULL)
		return;
	*mark = '\0';
	call->query = mark + 1;
}

/*
 * headers: pairs of name and value, ended by NULL; may be NULL. body may be
 * NULL. Returns the status.
 */
static int send(const char *method, const char *target,
		const char *const *headers, const char *body)
{
	struct http_call *call = &sent.req.http;
	static char length[24];

	sent_release();
	call->method = sent_method(method);
	call->method_text = method;
	sent_target(call, target);
	call->host = "shop.example";
	call->peer = "192.0.2.7";
	call->headers = sent.headers;
	call->body = body == NULL ? "" : body;
	call->body_length = strlen(call->body);
	call->started = clock_monotonic();
	for (; headers != NULL && headers[0] != NULL; headers += 2) {
		if (strcmp(headers[0], "(peer)") == 0)
			call->peer = headers[1];
		else if (strcmp(headers[0], "(host)") == 0)
			call->host = headers[1];
		else
			sent.headers[call->header_count++] =
				(struct http_header){headers[0], headers[1]};
	}
	if (body != NULL) {
		snprintf(length, sizeof(length), "%zu", strlen(body));
		sent.headers[call->header_count++] =
			(struct http_header){"Content-Length", length};
	}
	rest_service.admit(call);
	if (call->status == 0)
		rest_service.serve(call);
	rest_service.finish(call);
	return call->status;
}

/* The value of that header of the answer, or NULL. */
static inline const char *answered(const char *name)
{
	const struct http_call *call = &sent.req.http;

	for (size_t i = 0; i < call->answer_header_count; i++) {
		if (strcasecmp(call->answer_headers[i].name, name) == 0)
			return call->answer_headers[i].value;
	}
	return NULL;
}

static inline const char *answer_body(void)
{
	return sent.req.http.answer.length == 0 ? ""
						: sent.req.http.answer.bytes;
}

#define assert_has(text, part)                                          \
	do {                                                            \
		if (strstr((text), (part)) == NULL)                     \
			fail_msg("\"%s\" is not in \"%s\"", (part), (text)); \
	} while (0)

#endif
