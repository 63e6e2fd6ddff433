/* stream.c - an answer that leaves in pieces, as fast as the client reads it. */
#include "room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/fiber.h>
#include <platform/log.h>
#include <platform/loop.h>

enum {
	UNSENT_MAX = 256 * 1024,
	CHUNK_ROOM = 32, /* its size and line ends, and the last chunk's */
};

/* Lives as long as its exchange and the pieces that are on their way. */
struct stream {
	size_t unsent;
	size_t pieces;
	bool is_released;
	bool is_chunked;
	struct waiter *waiting;
};

static void stream_free(struct stream *stream)
{
	if (stream->is_released && stream->pieces == 0)
		free(stream);
}

/* The kernel has it, or the connection is gone. */
static int piece_sent(struct netbuf *nb)
{
	struct stream *stream = nb->extra;

	stream->unsent -= nb->b_len;
	stream->pieces--;
	free(nb->buf);
	if (stream->waiting != NULL)
		waiter_done(stream->waiting);
	stream_free(stream);
	return KORE_RESULT_OK;
}

static struct connection *client_of(const struct exchange *exchange)
{
	struct connection *c =
		exchange->req != NULL ? exchange->req->owner : NULL;

	return c != NULL && c->state != CONN_STATE_DISCONNECTING ? c : NULL;
}

static bool must_close(struct exchange *exchange, const struct connection *c)
{
	return exchange->must_close || drain_is_on() ||
	       exchange_call(exchange)->must_close ||
	       (c->flags & CONN_CLOSE_EMPTY) != 0;
}

static void begin(struct exchange *exchange)
{
	struct stream *stream = calloc(1, sizeof(*stream));

	if (stream == NULL)
		fatal("out of memory");
	stream->is_chunked = !exchange->is_http_1_0;
	exchange->stream = stream;
}

/* The chunk that the gathered bytes make; none when there are none. */
static char *put_chunk(char *to, const struct stream *stream,
		       const struct http_call *call)
{
	size_t length = call->answer.length;

	if (length == 0)
		return to;
	if (stream->is_chunked)
		to += sprintf(to, "%zx\r\n", length);
	memcpy(to, call->answer.bytes, length);
	to += length;
	return stream->is_chunked ? stpcpy(to, "\r\n") : to;
}

/* In one block: the head if it is due, a chunk, and at the end the last. */
static void send_piece(struct exchange *exchange, struct connection *c,
		       bool is_last)
{
	struct http_call *call = exchange_call(exchange);
	struct stream *stream = exchange->stream;
	size_t room = call->answer.length + CHUNK_ROOM;
	size_t head = 0;
	struct netbuf *nb;
	char *block;
	char *end;

	block = call->head_left
			? malloc(room)
			: answer_head(call,
				      stream->is_chunked ? FRAMING_CHUNKED
							 : FRAMING_CLOSE,
				      must_close(exchange, c), room, &head);
	if (block == NULL)
		fatal("out of memory");
	end = put_chunk(block + head, stream, call);
	if (is_last && stream->is_chunked)
		end = stpcpy(end, "0\r\n\r\n");
	net_send_stream(c, block, (size_t)(end - block), piece_sent, &nb);
	nb->extra = stream;
	stream->unsent += nb->b_len;
	stream->pieces++;
	call->head_left = true;
	call->sent += call->answer.length;
	call->answer.length = 0;
}

static int64_t patience(void)
{
	return config->request_timeout_ms * MILLISECOND;
}

/* Until there is room for more. Each piece that leaves gives the client
 * another while. */
static async bool wait_for_room(struct exchange *exchange)
{
	struct stream *stream = exchange->stream;
	struct waiter waiter;
	bool moves = true;

	while (moves && client_of(exchange) != NULL &&
	       stream->unsent > UNSENT_MAX) {
		waiter_init(&waiter);
		stream->waiting = &waiter;
		moves = waiter_wait(&waiter, clock_monotonic() + patience());
		stream->waiting = NULL;
	}
	if (!moves) {
		exchange_call(exchange)->is_cut = true;
		log_line(LOG_WARNING_LINE, "a client reads no further", NULL);
	}
	return moves && client_of(exchange) != NULL;
}

static void wake(void *waiter)
{
	waiter_done(waiter);
}

/* A client that reads as fast as we write must not keep the loop from the
 * others: they have their turn between two pieces. */
static async void let_others_run(void)
{
	struct waiter waiter;

	waiter_init(&waiter);
	loop_after(0, wake, &waiter);
	(void)waiter_wait(&waiter, INT64_MAX);
}

async bool stream_flush(struct http_call *call)
{
	struct exchange *exchange = exchange_of(call);
	struct connection *c = client_of(exchange);

	if (c == NULL)
		return false;
	if (exchange->stream == NULL)
		begin(exchange);
	if (call->answer.length > 0)
		send_piece(exchange, c, false);
	if (net_send_flush(c) == KORE_RESULT_ERROR) {
		kore_connection_disconnect(c);
		return false;
	}
	let_others_run();
	if (!wait_for_room(exchange))
		return false;
	call->work.deadline = clock_monotonic() + patience();
	return true;
}

/* A client of HTTP/1.0 takes a closed connection for the end: it gets a
 * reset. To others the last chunk is missing. */
static void cut(struct exchange *exchange, const struct connection *c)
{
	const struct linger at_once = {.l_onoff = 1, .l_linger = 0};

	if (!exchange->stream->is_chunked)
		(void)setsockopt(c->fd, SOL_SOCKET, SO_LINGER, &at_once,
				 sizeof(at_once));
}

int stream_end(struct exchange *exchange, bool closes)
{
	struct connection *c = exchange->req->owner;

	if (exchange_call(exchange)->is_cut) {
		cut(exchange, c);
		return KORE_RESULT_ERROR;
	}
	closes |= must_close(exchange, c) || !exchange->stream->is_chunked;
	send_piece(exchange, c, true);
	c->flags |= closes ? CONN_CLOSE_EMPTY : CONN_HTTP_NEXT;
	return KORE_RESULT_OK;
}

void stream_client_left(struct exchange *exchange)
{
	if (exchange->stream != NULL && exchange->stream->waiting != NULL)
		waiter_done(exchange->stream->waiting);
}

void stream_release(struct exchange *exchange)
{
	if (exchange->stream == NULL)
		return;
	exchange->stream->is_released = true;
	stream_free(exchange->stream);
}
