/* ready.c - an answer that stands ready in memory, sent from where it lies. */
#include "room.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>

enum { HEAD_USUAL = 4096 }; /* a longer one is put together on the heap */

/* What the socket takes at once; the rest is queued. An error is met again,
 * and told, when that is sent. */
static size_t send_at_once(struct connection *c, struct iovec parts[2])
{
	struct msghdr message = {.msg_iov = parts, .msg_iovlen = 2};
	ssize_t sent;

	if (!TAILQ_EMPTY(&c->send_queue))
		return 0;
	if (parts[1].iov_len == 0) /* of 304: the kernel has less to read */
		sent = send(c->fd, parts[0].iov_base, parts[0].iov_len,
			    MSG_NOSIGNAL);
	else
		sent = sendmsg(c->fd, &message, MSG_NOSIGNAL);
	return sent > 0 ? (size_t)sent : 0;
}

static int body_sent(struct netbuf *nb)
{
	struct http_ready *ready = nb->extra;

	ready->release(ready->holder);
	free(ready);
	return KORE_RESULT_OK;
}

/* The reference goes along with what is left of the body. */
static void queue_body(struct connection *c, struct http_ready *ready,
		       size_t sent)
{
	struct http_ready *kept = malloc(sizeof(*kept));
	struct netbuf *nb;

	if (kept == NULL)
		fatal("out of memory");
	*kept = *ready;
	ready->release = NULL;
	net_send_stream(c, (void *)(uintptr_t)(kept->body.bytes + sent),
			kept->body.length - sent, body_sent, &nb);
	nb->extra = kept;
}

static void send_parts(struct connection *c, struct http_call *call,
		       char *head, size_t length)
{
	size_t body = call->head_only ? 0 : call->ready.body.length;
	struct iovec parts[2] = {
		{head, length},
		{(void *)(uintptr_t)call->ready.body.bytes, body},
	};
	size_t sent = send_at_once(c, parts);

	if (sent < length)
		net_send_queue(c, head + sent, length - sent);
	if (sent < length + body)
		queue_body(c, &call->ready, sent < length ? 0 : sent - length);
}

void answer_send_ready(struct connection *c, struct http_call *call,
		       bool must_close)
{
	char usual[HEAD_USUAL];
	char *head = usual;
	char *end;

	must_close |= call->must_close || (c->flags & CONN_CLOSE_EMPTY) != 0;
	if (answer_head_room(call) > sizeof(usual))
		head = malloc(answer_head_room(call));
	if (head == NULL)
		fatal("out of memory");
	end = answer_put_head(head, call, FRAMING_LENGTH, must_close);
	send_parts(c, call, head, (size_t)(end - head));
	if (head != usual)
		free(head);
	c->flags |= must_close ? CONN_CLOSE_EMPTY : CONN_HTTP_NEXT;
}
