/* platform/client.h - HTTP and SMTP to others, without holding the loop.
 * The only door to libcurl. */
#ifndef PLATFORM_CLIENT_H
#define PLATFORM_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/http.h>
#include <platform/work.h>

/* A peer with its own limits and breaker (providers section 10); a static
 * const of the room that calls it. */
struct peer {
	const char *name; /* "stripe"; label of its metrics */
	int connect_ms;
	int total_ms;
	int in_flight_max;
	size_t answer_max; /* bytes */
};

enum client_outcome {
	CLIENT_ANSWERED,   /* status is set; may be an error status */
	CLIENT_NOT_SENT,   /* refused, no connection, breaker open: nothing
			    * reached the peer */
	CLIENT_AMBIGUOUS   /* sent, no whole answer: may have had its effect */
};

struct client_request {
	enum method method;
	const char *url; /* http only to loopback, else https */
	const struct http_header *headers;
	size_t header_count;
	const char *body;
	size_t body_length;
	bool is_foreign; /* the URL was given by a user: refuse private and
			  * loopback addresses */
	/* Signed as AWS does (SigV4), unless NULL: "aws:amz:REGION:s3", and
	 * "KEY:SECRET". The header X-Amz-Content-Sha256 is the caller's. */
	const char *sigv4;
	const char *sigv4_key;
};
struct client_answer {
	enum client_outcome outcome;
	int status;
	const struct http_header *headers;
	size_t header_count;
	const char *body; /* NUL-terminated */
	size_t body_length;
	char error[160]; /* for the log, when not answered */
};
/* Always fills answer; never sets a fault. No transaction may be open. */
async void client_call(struct work *w, const struct peer *peer,
		       const struct client_request *request,
		       struct client_answer *answer);

struct mail {
	const char *message_id; /* without brackets; the same on each retry */
	const char *to;
	const char *subject; /* UTF-8 */
	const char *text;    /* UTF-8 plain */
	const char *html;    /* or NULL */
};
enum mail_outcome {
	MAIL_SENT,
	MAIL_RETRY,	/* 4xx, no connection, timeout */
	MAIL_REFUSED,	/* 5xx for this address: do not try again */
	MAIL_BROKEN	/* login or configuration: alert */
};
/* One recipient. CR, LF or NUL in an address or the subject is MAIL_REFUSED. */
async enum mail_outcome mail_send(struct work *w, const struct mail *mail,
				  char error[160]);

bool client_start(void); /* in each worker */
unsigned client_in_flight(void);

#endif
