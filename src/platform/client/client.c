/* client.c - one HTTP call: built, let through, run, and judged. */
#include <platform/client.h>

#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <platform/clock.h>
#include <platform/text.h>

#include "address.h"
#include "lane.h"
#include "multi.h"

enum { HEADERS_MAX = 64, HEADER_BYTES_MAX = 65536, AUTHORITY_MAX = 280 };

struct call {
	const struct client_request *request;
	const struct peer *peer;
	struct client_answer *answer;
	struct arena *arena;
	struct transfer transfer;
	CURLU *url;
	struct curl_slist *list; /* request headers */
	struct text body;
	struct http_header headers[HEADERS_MAX]; /* of the answer */
	size_t header_count;
	size_t header_bytes;
	bool is_too_large;
	char authority[AUTHORITY_MAX];
};

static bool say(struct call *call, const char *why)
{
	snprintf(call->answer->error, sizeof(call->answer->error), "%.40s: %.110s",
		 call->peer->name, why);
	return false;
}

static bool is_one_line(const char *text)
{
	return strpbrk(text, "\r\n") == NULL;
}

/* Where a URL of a user's may lead, as far as its text tells. */
static bool foreign_is_fine(struct call *call, const char *scheme,
			    const char *port)
{
	char *user = NULL;

	curl_url_get(call->url, CURLUPART_USER, &user, 0);
	if (user != NULL) {
		curl_free(user);
		return say(call, "a URL with a user name is refused");
	}
	if (strcmp(scheme, "https") != 0)
		return say(call, "only https is allowed");
	if (strcmp(port, "443") != 0 && strcmp(port, "8443") != 0)
		return say(call, "only the ports 443 and 8443 are allowed");
	call->transfer.reach = REACH_PUBLIC;
	return true;
}

static bool url_is_fine(struct call *call, const char *scheme, const char *host,
			const char *port)
{
	snprintf(call->authority, sizeof(call->authority), "%s://%s:%s", scheme,
		 host, port);
	if (call->request->is_foreign)
		return foreign_is_fine(call, scheme, port);
	if (strcmp(scheme, "https") == 0)
		return true;
	if (strcmp(scheme, "http") != 0)
		return say(call, "neither http nor https");
	if (!host_is_loopback(host))
		return say(call, "http is for loopback only");
	call->transfer.reach = REACH_LOOPBACK;
	return true;
}

/* curl reads the URL once; what was checked is what is used. */
static bool read_url(struct call *call)
{
	char *scheme = NULL;
	char *host = NULL;
	char *port = NULL;
	bool is_fine;

	call->url = curl_url();
	is_fine = call->url != NULL && is_one_line(call->request->url) &&
		  curl_url_set(call->url, CURLUPART_URL, call->request->url,
			       0) == CURLUE_OK &&
		  curl_url_get(call->url, CURLUPART_SCHEME, &scheme, 0) ==
			  CURLUE_OK &&
		  curl_url_get(call->url, CURLUPART_HOST, &host, 0) ==
			  CURLUE_OK &&
		  curl_url_get(call->url, CURLUPART_PORT, &port,
			       CURLU_DEFAULT_PORT) == CURLUE_OK;
	is_fine = is_fine ? url_is_fine(call, scheme, host, port)
			  : say(call, "the URL cannot be read");
	curl_free(scheme);
	curl_free(host);
	curl_free(port);
	return is_fine;
}

static bool add_line(struct call *call, const char *line)
{
	struct curl_slist *list = curl_slist_append(call->list, line);

	if (list == NULL)
		return say(call, "out of memory");
	call->list = list;
	return true;
}

static bool add_header(struct call *call, const struct http_header *header)
{
	if (!is_one_line(header->name) || !is_one_line(header->value) ||
	    strpbrk(header->name, ": ") != NULL)
		return say(call, "a header has a line break");
	/* "Name;" is how curl is told to send an empty value. */
	return add_line(call, header->value[0] == '\0'
				      ? arena_format(call->arena, "%s;",
						     header->name)
				      : arena_format(call->arena, "%s: %s",
						     header->name,
						     header->value));
}

static bool has_header(const struct call *call, const char *name)
{
	for (size_t i = 0; i < call->request->header_count; i++)
		if (strcasecmp(call->request->headers[i].name, name) == 0)
			return true;
	return false;
}

static bool add_headers(struct call *call)
{
	for (size_t i = 0; i < call->request->header_count; i++)
		if (!add_header(call, &call->request->headers[i]))
			return false;
	/* curl signs every line of the list, those too that only tell it to send
	 * no such header: a signature over what is not sent is none. */
	if (call->request->sigv4 != NULL)
		return true;
	/* What curl would add by itself. */
	return add_line(call, "Expect:") &&
	       (has_header(call, "Content-Type") ||
		add_line(call, "Content-Type:")) &&
	       (has_header(call, "User-Agent") ||
		add_line(call, "User-Agent: shopd"));
}

static size_t on_body(char *bytes, size_t one, size_t length, void *argument)
{
	struct call *call = argument;

	(void)one;
	if (call->body.length + length > call->peer->answer_max) {
		call->is_too_large = true;
		return 0;
	}
	text_add_bytes(&call->body, bytes, length);
	return length;
}

static void keep_header(struct call *call, const char *line, size_t length)
{
	const char *colon = memchr(line, ':', length);
	const char *value;

	while (length > 0 && strchr("\r\n \t", line[length - 1]) != NULL)
		length--;
	if (colon == NULL || colon >= line + length ||
	    call->header_count == HEADERS_MAX)
		return;
	for (value = colon + 1; value < line + length; value++)
		if (*value != ' ' && *value != '\t')
			break;
	call->headers[call->header_count++] = (struct http_header){
		arena_copy(call->arena, line, (size_t)(colon - line)),
		arena_copy(call->arena, value,
			   (size_t)(line + length - value))};
}

static size_t on_header(char *line, size_t one, size_t length, void *argument)
{
	struct call *call = argument;

	(void)one;
	call->header_bytes += length;
	if (call->header_bytes > HEADER_BYTES_MAX) {
		call->is_too_large = true;
		return 0;
	}
	if (length >= 5 && memcmp(line, "HTTP/", 5) == 0)
		call->header_count = 0; /* what came was a 1xx */
	else
		keep_header(call, line, length);
	return length;
}

/* A lost connection that was kept from before makes curl send once more, and
 * so a POST twice: only where the peer can tell it is the same. */
static bool may_reuse(const struct call *call)
{
	return !call->request->is_foreign &&
	       (call->request->method == METHOD_GET ||
		call->request->method == METHOD_HEAD ||
		has_header(call, "Idempotency-Key"));
}

static void set_signature(const struct call *call)
{
	if (call->request->sigv4 == NULL)
		return;
	curl_easy_setopt(call->transfer.easy, CURLOPT_AWS_SIGV4,
			 call->request->sigv4);
	curl_easy_setopt(call->transfer.easy, CURLOPT_USERPWD,
			 call->request->sigv4_key);
	curl_easy_setopt(call->transfer.easy, CURLOPT_USERAGENT, "shopd");
}

static void set_body(const struct call *call)
{
	const struct client_request *request = call->request;
	CURL *easy = call->transfer.easy;

	if (request->method == METHOD_HEAD)
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	if (request->body != NULL || request->method == METHOD_POST ||
	    request->method == METHOD_PUT || request->method == METHOD_PATCH) {
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
				 (curl_off_t)request->body_length);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS,
				 request->body != NULL ? request->body : "");
	}
	if (request->method != METHOD_HEAD)
		curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST,
				 method_name(request->method));
}

static void set_options(struct call *call)
{
	CURL *easy = call->transfer.easy;

	curl_easy_setopt(easy, CURLOPT_CURLU, call->url);
	curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR,
			 call->transfer.reach == REACH_LOOPBACK ? "http"
								: "https");
	curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 0L);
	/* HTTP/1.1: with it "was anything sent?" has a plain answer. */
	curl_easy_setopt(easy, CURLOPT_HTTP_VERSION,
			 (long)CURL_HTTP_VERSION_1_1);
	curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 0L);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, call->list);
	curl_easy_setopt(easy, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(easy, CURLOPT_HEADERDATA, call);
	curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, on_body);
	curl_easy_setopt(easy, CURLOPT_WRITEDATA, call);
	curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT,
			 may_reuse(call) ? 0L : 1L);
	curl_easy_setopt(easy, CURLOPT_FORBID_REUSE,
			 call->request->is_foreign ? 1L : 0L);
	set_signature(call);
	set_body(call);
}

static void explain(struct call *call)
{
	const char *why = call->transfer.error;

	if (call->is_too_large)
		why = "the answer is too large";
	else if (call->transfer.is_refused)
		why = "the address is not allowed";
	else if (why[0] == '\0')
		why = curl_easy_strerror(call->transfer.result);
	say(call, why);
}

/* Fills the answer, and tells what the call says about the peer. */
static enum lane_news judge(struct call *call, int64_t microseconds)
{
	struct client_answer *answer = call->answer;
	long sent = 0;
	long status = 0;

	curl_easy_getinfo(call->transfer.easy, CURLINFO_REQUEST_SIZE, &sent);
	curl_easy_getinfo(call->transfer.easy, CURLINFO_RESPONSE_CODE, &status);
	if (call->transfer.result == CURLE_OK && status != 0) {
		answer->outcome = CLIENT_ANSWERED;
		answer->status = (int)status;
		answer->headers = call->headers;
		answer->header_count = call->header_count;
		answer->body = call->body.length > 0 ? call->body.bytes : "";
		answer->body_length = call->body.length;
		return status < 500 ? LANE_GOOD : LANE_BAD;
	}
	answer->outcome = sent > 0 ? CLIENT_AMBIGUOUS : CLIENT_NOT_SENT;
	explain(call);
	/* Who had no time for an answer learned nothing about the peer. */
	if (call->transfer.is_refused ||
	    (call->transfer.is_cut &&
	     microseconds < call->peer->connect_ms * MILLISECOND))
		return LANE_NOTHING;
	return LANE_BAD;
}

static async void call_out(struct work *w, struct call *call)
{
	int64_t started = clock_monotonic();
	int64_t total_ms = call->peer->total_ms;
	int64_t until = started + total_ms * MILLISECOND;
	struct lane *lane;
	enum lane_news news = LANE_NOTHING;

	if (!read_url(call) || !add_headers(call))
		return;
	lane = lane_find(call->peer, call->authority);
	if (w->deadline != 0 && w->deadline < until)
		until = w->deadline;
	if (!lane_enter(lane, until, call->answer->error)) {
		lane_measure(lane, CLIENT_NOT_SENT,
			     clock_monotonic() - started);
		return;
	}
	if (transfer_prepare(&call->transfer, call->peer->connect_ms,
			     total_ms)) {
		set_options(call);
		transfer_run(w, &call->transfer, total_ms);
		news = judge(call, clock_monotonic() - started);
	}
	lane_measure(lane, call->answer->outcome, clock_monotonic() - started);
	lane_leave(lane, news);
}

async void client_call(struct work *w, const struct peer *peer,
		       const struct client_request *request,
		       struct client_answer *answer)
{
	struct call *call = arena_new(&w->arena, struct call);

	assert(w->transaction == NULL);
	*answer = (struct client_answer){.outcome = CLIENT_NOT_SENT,
					 .body = ""};
	call->request = request;
	call->peer = peer;
	call->answer = answer;
	call->arena = &w->arena;
	text_init(&call->body, &w->arena, 0);
	call_out(w, call);
	curl_easy_cleanup(call->transfer.easy);
	curl_slist_free_all(call->list);
	curl_url_cleanup(call->url);
}

bool client_start(void)
{
	return multi_start();
}

unsigned client_in_flight(void)
{
	return lanes_in_flight();
}
