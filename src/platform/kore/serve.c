/* serve.c - from Kore's request to the service's call and back. */
#include "room.h"

#include <arpa/inet.h>
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/fiber.h>

#include "head.h"

static const struct http_service *service;
static unsigned live;

#ifdef SHOPD_SANITIZE
enum { SPARE_MAX = 0 };
#else
enum { SPARE_MAX = 64 };
#endif
static struct exchange *spare;
static int spare_count;

static int admit(struct http_request *req, const struct head *head,
		 size_t *body_max);
static void refuse_request(struct connection *c, int status);

void serve_start(const struct http_service *wanted)
{
	service = wanted;
	http_admit = admit;
	http_refuse = refuse_request;
}

unsigned serve_live(void)
{
	return live;
}

/* As arena.c has its first blocks. */
static struct exchange *exchange_create(void)
{
	struct exchange *exchange = spare;
	size_t size = sizeof(*exchange) + service->call_size;

	if (exchange != NULL) {
		spare = exchange->next;
		spare_count--;
	} else {
		exchange = malloc(size);
	}
	if (exchange == NULL)
		fatal("out of memory");
	live++;
	return memset(exchange, 0, size);
}

static void exchange_free(struct exchange *exchange)
{
	live--;
	if (spare_count >= SPARE_MAX) {
		free(exchange);
		return;
	}
	exchange->next = spare;
	spare = exchange;
	spare_count++;
}

static void exchange_release(struct exchange *exchange)
{
	struct http_call *call = exchange_call(exchange);

	if (service->finish != NULL)
		service->finish(call);
	stream_release(exchange);
	if (call->ready.release != NULL)
		call->ready.release(call->ready.holder);
	work_finish(&call->work);
	exchange_free(exchange);
}

/* The client has left, or the request is over. */
static void request_freed(struct http_request *req)
{
	struct exchange *exchange = req->hdlr_extra;

	if (exchange == NULL)
		return;
	req->hdlr_extra = NULL;
	exchange->req = NULL;
	exchange_call(exchange)->client_left = true;
	stream_client_left(exchange);
	/* A fiber that has begun runs to its end, and releases then. */
	if (!exchange->is_started || exchange->is_done)
		exchange_release(exchange);
}

/* The peer's address as text, kept with the connection. */
static const char *peer_text(struct connection *c)
{
	const void *address = &c->addr.ipv4.sin_addr;

	if (c->hdlr_extra != NULL)
		return c->hdlr_extra;
	if (c->family == AF_INET6)
		address = &c->addr.ipv6.sin6_addr;
	c->hdlr_extra = kore_malloc(INET6_ADDRSTRLEN);
	if (inet_ntop(c->family, address, c->hdlr_extra,
		      INET6_ADDRSTRLEN) == NULL)
		strcpy(c->hdlr_extra, "");
	return c->hdlr_extra;
}

static enum method method_of(const char *name)
{
	enum method method = METHOD_GET;

	while (method < METHODS && strcmp(method_name(method), name) != 0)
		method++;
	return method;
}

/* The head's strings are not copied: their buffer passes to the call. */
static void call_fill(struct http_call *call, struct http_request *req,
		      const struct head *head)
{
	struct arena *arena = &call->work.arena;
	struct http_header *headers;

	arena_defer(arena, kore_free, req->headers);
	req->headers = NULL;
	headers = arena_array(arena, struct http_header, head->count);
	for (size_t i = 0; i < head->count; i++) {
		headers[i].name = head->fields[i].name;
		headers[i].value = head->fields[i].value;
	}
	call->headers = headers;
	call->header_count = head->count;
	call->method = method_of(head->method);
	call->method_text = head->method;
	call->path = head->path;
	call->query = head->query;
	call->host = head->host;
	call->body = "";
	call->peer = arena_text(arena, peer_text(req->owner));
	call->head_only = call->method == METHOD_HEAD;
	call->flush = stream_flush;
	call->started = clock_monotonic();
	call->work.deadline = call->started +
			      config->request_timeout_ms * MILLISECOND;
	text_init(&call->answer, arena, 0);
}

static int admit(struct http_request *req, const struct head *head,
		 size_t *body_max)
{
	struct exchange *exchange;
	struct http_call *call;

	exchange = exchange_create();
	exchange->req = req;
	exchange->must_close = head->must_close;
	exchange->is_http_1_0 = head->minor == 0;
	req->hdlr_extra = exchange;
	req->onfree = request_freed;
	req->flags |= HTTP_REQUEST_RETAIN_EXTRA;
	call = exchange_call(exchange);
	call_fill(call, req, head);
	*body_max = service->body_max;
	if (service->admit != NULL)
		*body_max = service->admit(call);
	/* An announced body stays unread. */
	if (call->status != 0)
		exchange->must_close |= head->length > 0 || head->is_chunked;
	return call->status == 0;
}

/* Kore has refused: the head, or the body of a call already admitted. */
static void refuse_request(struct connection *c, int status)
{
	struct http_request *req = TAILQ_FIRST(&c->http_requests);
	struct exchange *exchange = req != NULL ? req->hdlr_extra : NULL;

	if (exchange != NULL && exchange_call(exchange)->status == 0)
		exchange_call(exchange)->status = status;
	answer_refuse(c, status);
}

static void body_take(struct http_call *call, struct http_request *req)
{
	size_t length;
	u_int8_t *bytes;

	if (req->http_body == NULL)
		return;
	bytes = kore_buf_release(req->http_body, &length);
	req->http_body = NULL;
	arena_defer(&call->work.arena, kore_free, bytes);
	call->body = (const char *)bytes;
	call->body_length = length;
}

static async void fiber_run(void *argument)
{
	struct http_call *call = exchange_call(argument);

	call->work.fiber = fiber_current();
	service->serve(call);
}

static void fiber_done(void *argument)
{
	struct exchange *exchange = argument;

	exchange->is_done = true;
	if (exchange->req != NULL)
		http_request_wakeup(exchange->req);
	else
		exchange_release(exchange);
}

static void answer_instead(struct http_call *call, int status)
{
	call->status = status;
	call->content_type = "application/json";
	call->answer.length = 0;
	text_format(&call->answer, "{\"detail\":\"%s\",\"code\":\"%s\"}",
		    answer_detail(status), answer_code(status));
}

/* False while its fiber waits. */
static bool exchange_run(struct exchange *exchange)
{
	struct http_call *call = exchange_call(exchange);

	if (exchange->is_started || call->status != 0)
		return exchange->is_done || !exchange->is_started;
	exchange->is_started = true;
	body_take(call, exchange->req);
	if (!fiber_start(fiber_run, fiber_done, exchange)) {
		answer_instead(call, 503);
		http_answer_header(call, "Retry-After", "1");
		exchange->is_done = true;
	}
	return exchange->is_done;
}

/* That of HEAD is told as GET's would be, and not how long. */
static enum framing framing_of(const struct exchange *exchange,
			       const struct http_call *call)
{
	if (!call->is_stream || !call->head_only)
		return FRAMING_LENGTH;
	return exchange->is_http_1_0 ? FRAMING_CLOSE : FRAMING_CHUNKED;
}

/* Kore's only handler; called again once the fiber is done. */
int serve_request(struct http_request *req)
{
	struct exchange *exchange = req->hdlr_extra;
	struct http_call *call = exchange_call(exchange);
	int result = KORE_RESULT_OK;
	bool must_close;

	if (!exchange_run(exchange)) {
		http_request_sleep(req);
		return KORE_RESULT_RETRY;
	}
	must_close = exchange->must_close || drain_is_on();
	if (call->status == 0)
		answer_instead(call, 500);
	if (exchange->stream != NULL)
		result = stream_end(exchange, must_close);
	else if (call->ready.holder != NULL)
		answer_send_ready(req->owner, call, must_close);
	else
		answer_send(req->owner, call, framing_of(exchange, call),
			    must_close);
	req->hdlr_extra = NULL;
	req->onfree = NULL;
	exchange_release(exchange);
	return result;
}
