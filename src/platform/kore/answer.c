/* answer.c - an answer as bytes: status line, fields, body in one block. */
#include "room.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
	FIXED_FIELDS = 256, /* what we add to the answer's own */
	DATE_SIZE = 32
};

static const struct {
	int status;
	const char *code;
	const char *detail;
} refusals[] = {
	{400, "malformed_request", "The request is malformed."},
	{408, "request_timeout", "The request took too long to arrive."},
	{413, "body_too_large", "The request body is too large."},
	{414, "uri_too_long", "The request target is too long."},
	{417, "expectation_failed", "Only 100-continue can be expected."},
	{431, "headers_too_large", "The request headers are too large."},
	{500, "error", "A server error occurred."},
	{501, "not_implemented", "This transfer coding is not supported."},
	{503, "unavailable", "Service temporarily unavailable, try again later."},
	{505, "version_not_supported", "Only HTTP/1.1 and HTTP/1.0 are spoken."},
};

const char *answer_code(int status)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].status == status)
			return refusals[i].code;
	return "error";
}

const char *answer_detail(int status)
{
	for (size_t i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++)
		if (refusals[i].status == status)
			return refusals[i].detail;
	return http_status_text(status);
}

/* RFC 9110 5.6.7, made once a second. */
static const char *date_text(void)
{
	static const char days[7][4] = {"Sun", "Mon", "Tue", "Wed",
					"Thu", "Fri", "Sat"};
	static const char months[12][4] = {"Jan", "Feb", "Mar", "Apr",
					   "May", "Jun", "Jul", "Aug",
					   "Sep", "Oct", "Nov", "Dec"};
	static char text[DATE_SIZE * 2];
	static time_t shown;
	time_t now = time(NULL);
	struct tm tm;

	if (now == shown || gmtime_r(&now, &tm) == NULL)
		return text;
	shown = now;
	snprintf(text, sizeof(text), "%s, %02d %s %04d %02d:%02d:%02d GMT",
		 days[tm.tm_wday], tm.tm_mday, months[tm.tm_mon],
		 tm.tm_year + 1900, tm.tm_hour, tm.tm_min, tm.tm_sec);
	return text;
}

static char *put(char *to, const char *text)
{
	return stpcpy(to, text);
}

static char *put_field(char *to, const char *name, const char *value)
{
	to = put(put(to, name), ": ");
	return put(put(to, value), "\r\n");
}

static char *put_number(char *to, size_t number)
{
	char digits[24];
	char *first = digits + sizeof(digits) - 1;

	*first = '\0';
	do {
		*--first = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	return put(to, first);
}

size_t answer_head_room(const struct http_call *call)
{
	size_t room = FIXED_FIELDS + DATE_SIZE;

	for (int i = 0; i < HTTP_READY_LINES; i++)
		room += call->ready.lines[i].length;
	if (call->content_type != NULL)
		room += strlen(call->content_type);
	for (size_t i = 0; i < call->answer_header_count; i++)
		room += strlen(call->answer_headers[i].name) +
			strlen(call->answer_headers[i].value) + 4;
	return room;
}

/* RFC 9110 8.6: none in 204; in 304 it could only mislead. */
static bool has_no_body(int status)
{
	return status == 204 || status == 304;
}

static char *put_ready(char *to, const struct http_ready *ready)
{
	for (int i = 0; i < HTTP_READY_LINES; i++) {
		if (ready->lines[i].length == 0)
			continue;
		memcpy(to, ready->lines[i].bytes, ready->lines[i].length);
		to += ready->lines[i].length;
	}
	return to;
}

static char *put_framing(char *to, const struct http_call *call,
			 enum framing framing)
{
	if (has_no_body(call->status) || framing == FRAMING_CLOSE)
		return to;
	if (framing == FRAMING_CHUNKED)
		return put_field(to, "Transfer-Encoding", "chunked");
	to = put_number(put(to, "Content-Length: "), call->answer.length);
	return put(to, "\r\n");
}

char *answer_put_head(char *to, const struct http_call *call,
		      enum framing framing, bool must_close)
{
	to = put_number(put(to, "HTTP/1.1 "), (size_t)call->status);
	to = put(put(to, " "), http_status_text(call->status));
	to = put_field(put(to, "\r\n"), "Date", date_text());
	if (call->content_type != NULL && call->ready.holder == NULL)
		to = put_field(to, "Content-Type", call->content_type);
	for (size_t i = 0; i < call->answer_header_count; i++)
		to = put_field(to, call->answer_headers[i].name,
			       call->answer_headers[i].value);
	if (call->ready.holder != NULL)
		to = put_ready(to, &call->ready);
	else
		to = put_framing(to, call, framing);
	if (must_close)
		to = put_field(to, "Connection", "close");
	return put(to, "\r\n");
}

char *answer_head(const struct http_call *call, enum framing framing,
		  bool must_close, size_t more, size_t *length)
{
	char *block = malloc(answer_head_room(call) + more);

	if (block == NULL)
		fatal("out of memory");
	*length = (size_t)(answer_put_head(block, call, framing, must_close) -
			   block);
	return block;
}

static int block_sent(struct netbuf *nb)
{
	free(nb->buf);
	return KORE_RESULT_OK;
}

/* One block, one send: copying a body costs less than a second call. */
void answer_send(struct connection *c, const struct http_call *call,
		 enum framing framing, bool must_close)
{
	bool shows_body = !call->head_only && !has_no_body(call->status);
	size_t body = shows_body ? call->answer.length : 0;
	size_t length;
	char *block;

	must_close |= call->must_close || (c->flags & CONN_CLOSE_EMPTY) != 0;
	block = answer_head(call, framing, must_close, body, &length);
	if (body > 0)
		memcpy(block + length, call->answer.bytes, body);
	net_send_stream(c, block, length + body, block_sent, NULL);
	if (must_close)
		c->flags |= CONN_CLOSE_EMPTY;
	else
		c->flags |= CONN_HTTP_NEXT;
}

void answer_refuse(struct connection *c, int status)
{
	char body[256];
	char head[512];
	int length;

	length = snprintf(body, sizeof(body),
			  "{\"detail\":\"%s\",\"code\":\"%s\"}",
			  answer_detail(status), answer_code(status));
	length = snprintf(head, sizeof(head),
			  "HTTP/1.1 %d %s\r\nDate: %s\r\n"
			  "Content-Type: application/json\r\n"
			  "Content-Length: %d\r\n%sConnection: close\r\n\r\n%s",
			  status, http_status_text(status), date_text(), length,
			  status == 503 ? "Retry-After: 1\r\n" : "", body);
	net_send_queue(c, head, (size_t)length);
}
