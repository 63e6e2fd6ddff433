/* platform/http.h - one HTTP request as received, and its answer. */
#ifndef PLATFORM_HTTP_H
#define PLATFORM_HTTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/text.h>
#include <platform/work.h>

enum method {
	METHOD_GET,
	METHOD_HEAD,
	METHOD_POST,
	METHOD_PUT,
	METHOD_PATCH,
	METHOD_DELETE,
	METHOD_OPTIONS,
	METHODS,
	METHOD_OTHER = METHODS /* any other token: answered 405 */
};
const char *method_name(enum method method);

struct http_header {
	const char *name; /* as received; compare without case */
	const char *value;
};

enum { HTTP_ANSWER_HEADERS = 32 };

struct http_span {
	const char *bytes;
	size_t length;
};

/* An answer that stands ready in memory: header lines, each with its CR LF,
 * Content-Type and Content-Length among them, and the body. It is sent from
 * where it lies, and released when that is done. */
enum { HTTP_READY_LINES = 3 };
struct http_ready {
	struct http_span lines[HTTP_READY_LINES];
	struct http_span body;
	void *holder; /* NULL: none */
	void (*release)(void *holder); /* NULL: someone else does it */
};

/* Everything pointed to lives as long as the call: the client may leave. */
struct http_call {
	struct work work; /* stays first */
	enum method method;
	const char *method_text;
	const char *path;  /* raw, never decoded, without the query */
	const char *query; /* raw, without "?"; "" when none */
	const char *host;
	const char *peer; /* numeric address of the TCP peer */
	const struct http_header *headers;
	size_t header_count;
	const char *body; /* NUL-terminated behind its length */
	size_t body_length;
	int64_t started; /* clock_monotonic */
	bool client_left;

	/* The answer. status 0: none yet. */
	int status;
	struct text answer; /* body; length 0 for none */
	const char *content_type; /* NULL: no such header */
	struct http_header answer_headers[HTTP_ANSWER_HEADERS];
	size_t answer_header_count;
	/* Instead of answer and content_type; with the headers above. */
	struct http_ready ready;
	bool head_only; /* send Content-Length of the body, but not the body */
	bool must_close;

	/* An answer in pieces: see http_flush(). */
	bool is_stream; /* set before the first flush; HEAD needs it, too */
	bool head_left; /* status and headers have left: they stand */
	bool is_cut;	/* it ends here, incomplete, and the client is to see it */
	uint64_t sent;	/* bytes of the body that have left */
	/* Of the server; NULL: there is none, all is gathered. */
	async bool (*flush)(struct http_call *call);
};

enum { HTTP_PIECE = 32 * 1024 }; /* what is worth a flush */
/*
 * A long answer (RFC 9112 7.1): what stands in call->answer leaves now, in
 * front of it, the first time, the head as it is; then answer is empty again.
 * In serve only. Waits while more than 256 KiB are on their way to the
 * client, and gives the work another request_timeout_ms. False when nobody
 * listens any more: the client has left, took nothing for request_timeout_ms,
 * or asked by HEAD. Then the rest need not be made; no fault is set.
 * The answer ends when serve returns, properly, or with is_cut by a connection
 * that breaks off. One that was never flushed goes out whole, with its length.
 */
async bool http_flush(struct http_call *call);

/* The value of the first header of that name, or NULL. */
const char *http_header(const struct http_call *call, const char *name);
size_t http_header_count(const struct http_call *call, const char *name);
/* value is copied; CR, LF, NUL in it are a bug and die. */
void http_answer_header(struct http_call *call, const char *name,
			const char *value);
/* The same for texts that live as long as the program, without a copy. */
void http_answer_fixed(struct http_call *call, const char *name,
		       const char *value);
/* Bytes of the body that the answer has, sent or not. */
size_t http_answer_length(const struct http_call *call);
const char *http_status_text(int status);

/* What serves the calls; one per process. */
struct http_service {
	size_t call_size; /* of a struct that begins with struct http_call */
	size_t body_max;  /* the most that any route takes */
	/*
	 * After the header block, before any body byte is taken, on the loop's
	 * stack: must not wait. Returns the most body bytes that this call may
	 * have. When it sets call->status the answer is sent without reading
	 * the body, and the connection closed if one was announced.
	 */
	size_t (*admit)(struct http_call *call);
	/* With the body, on a fiber; must set status. */
	async void (*serve)(struct http_call *call);
	/* After the answer was sent, or the client had left: metrics, log. */
	void (*finish)(struct http_call *call);
	/* In each worker, before its first request: open pools, start jobs. */
	bool (*worker_start)(void);
	/* While draining: nothing new is begun; true when all work has ended. */
	bool (*worker_drain)(void);
	/* In the parent, before the workers are forked. */
	bool (*parent_start)(void);
};

/* Runs until SIGTERM or SIGINT has drained all; returns the exit code. */
int server_run(const struct http_service *service);

#endif
