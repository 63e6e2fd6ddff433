/* room.h - what the files of this room know of each other. */
#ifndef PLATFORM_KORE_ROOM_H
#define PLATFORM_KORE_ROOM_H

#include "kore_door.h"

#include <stdbool.h>
#include <stddef.h>

#include <platform/http.h>

/* A call and its request. Lives until the answer is out of our hands and the
 * fiber has returned, whichever is later. */
struct stream;

struct exchange {
	struct http_request *req; /* NULL once the client has left */
	struct exchange *next;	  /* of those that wait for a request */
	struct stream *stream;	  /* once a piece of the answer was sent */
	bool is_http_1_0;
	bool is_started;
	bool is_done;
	bool must_close;
	max_align_t call[]; /* service->call_size bytes */
};

static inline struct http_call *exchange_call(struct exchange *exchange)
{
	return (struct http_call *)(void *)exchange->call;
}

static inline struct exchange *exchange_of(struct http_call *call)
{
	return (struct exchange *)(void *)((char *)call -
					   offsetof(struct exchange, call));
}

/* serve.c */
void serve_start(const struct http_service *service);
int serve_request(struct http_request *req);
unsigned serve_live(void); /* exchanges not yet released */

/* stream.c */
/* Of http_call.flush. */
async bool stream_flush(struct http_call *call);
/* The end of an answer that was flushed; KORE_RESULT_ERROR cuts it off. */
int stream_end(struct exchange *exchange, bool must_close);
/* Whoever waits for the client waits no longer. */
void stream_client_left(struct exchange *exchange);
/* The exchange is over; pieces may still be on their way. */
void stream_release(struct exchange *exchange);

/* answer.c */
enum framing {
	FRAMING_LENGTH,
	FRAMING_CHUNKED, /* RFC 9112 7.1 */
	FRAMING_CLOSE	 /* to a client of HTTP/1.0 */
};
/* Status line and fields to `to`, which has that room; returns their end. */
size_t answer_head_room(const struct http_call *call);
char *answer_put_head(char *to, const struct http_call *call,
		      enum framing framing, bool must_close);
/* Status line and fields in a block of its own (malloc); *length of it. The
 * block has room for `more` bytes behind. */
char *answer_head(const struct http_call *call, enum framing framing,
		  bool must_close, size_t more, size_t *length);
/* Queues the answer and says how the connection goes on. */
void answer_send(struct connection *c, const struct http_call *call,
		 enum framing framing, bool must_close);
/* The same of an answer that stands ready. */
void answer_send_ready(struct connection *c, struct http_call *call,
		       bool must_close);
/* Queues a JSON answer to what never became a call. */
void answer_refuse(struct connection *c, int status);
const char *answer_code(int status);
const char *answer_detail(int status);

/* loop.c */
void loop_start(void);

/* drain.c */
bool drain_is_on(void);
void drain_run(const struct http_service *service);

/* sandbox.c */
void sandbox_install(void);

#endif
