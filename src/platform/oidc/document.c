/* document.c - JSON that somebody publishes, fetched and kept, with one fetch
 * at a time for each. */
#include "document.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include <platform/clock.h>
#include <platform/fiber.h>
#include <platform/json.h>
#include <platform/oidc.h>

#include "ask.h"

enum {
	DOCUMENTS = 32, /* two for each provider, and some to spare */
	KEEP_LEAST = 5 * 60,
	KEEP_MOST = 24 * 60 * 60,
	AGAIN_SECONDS = 60 /* after a fetch that failed, or for a newer one */
};

struct queued {
	struct waiter waiter;
	TAILQ_ENTRY(queued) others;
};
/* Texts are malloc'ed and the worker's; nobody keeps them over a wait. */
struct document {
	char *url; /* NULL: free */
	char *text; /* NULL: never had */
	size_t length;
	int64_t expires; /* clock_monotonic() */
	int64_t renewed; /* when it was last fetched for want of something */
	unsigned users; /* fibers that look at it, over their waits */
	bool is_busy;
	bool was_renewed;
	TAILQ_HEAD(, queued) queue;
};
static struct document documents[DOCUMENTS];

int64_t oidc_keep_seconds(const char *cache_control)
{
	const char *at = cache_control;
	long seconds = 0;

	while (at && (at = strcasestr(at, "max-age=")) != NULL) {
		bool is_whole = at == cache_control ||
				strchr(", \t", at[-1]) != NULL;

		at += strlen("max-age=");
		if (is_whole && *at >= '0' && *at <= '9')
			seconds = strtol(at, NULL, 10);
	}
	if (cache_control && (strcasestr(cache_control, "no-store") ||
			      strcasestr(cache_control, "no-cache")))
		seconds = 0;
	return seconds < KEEP_LEAST  ? KEEP_LEAST
	       : seconds > KEEP_MOST ? KEEP_MOST
				     : seconds;
}

/* The place of that URL, or one made for it; NULL: all are in use. */
static struct document *document_find(const char *url)
{
	struct document *spare = NULL;

	for (size_t i = 0; i < DOCUMENTS; i++) {
		struct document *one = &documents[i];

		if (one->url && strcmp(one->url, url) == 0)
			return one;
		if (one->users == 0 &&
		    (!spare || (spare->url && (!one->url ||
					       one->expires < spare->expires))))
			spare = one;
	}
	if (!spare)
		return NULL;
	free(spare->url);
	free(spare->text);
	*spare = (struct document){.url = strdup(url)};
	TAILQ_INIT(&spare->queue);
	return spare->url ? spare : NULL;
}

static async bool document_lock(struct work *w, struct document *document)
{
	struct queued queued;

	while (document->is_busy) {
		waiter_init(&queued.waiter);
		TAILQ_INSERT_TAIL(&document->queue, &queued, others);
		if (!waiter_wait(&queued.waiter, w->deadline)) {
			TAILQ_REMOVE(&document->queue, &queued, others);
			return false;
		}
	}
	document->is_busy = true;
	return true;
}

static void document_unlock(struct document *document)
{
	struct queued *queued;

	document->is_busy = false;
	while ((queued = TAILQ_FIRST(&document->queue)) != NULL) {
		TAILQ_REMOVE(&document->queue, queued, others);
		waiter_done(&queued->waiter);
	}
}

static void document_keep(struct document *document,
			  const struct client_answer *answer)
{
	const char *cache_control = NULL;
	char *text = malloc(answer->body_length + 1);

	if (!text)
		abort();
	for (size_t i = 0; i < answer->header_count; i++)
		if (strcasecmp(answer->headers[i].name, "cache-control") == 0)
			cache_control = answer->headers[i].value;
	memcpy(text, answer->body, answer->body_length);
	text[answer->body_length] = '\0';
	free(document->text);
	document->text = text;
	document->length = answer->body_length;
	document->expires = clock_monotonic() +
			    oidc_keep_seconds(cache_control) * SECOND;
}

static async void document_fetch(struct work *w, struct document *document,
				 const struct document_ask *ask)
{
	struct client_request request = {
		.method = METHOD_GET,
		.url = document->url,
		.headers = (const struct http_header[]){
			{"Accept", "application/json"}},
		.header_count = 1,
	};
	const struct json_t *root = NULL;
	struct client_answer answer;

	oidc_send(w, &request, &answer);
	if (answer.outcome == CLIENT_ANSWERED && answer.status == 200)
		root = json_read_quietly(&w->arena, answer.body,
					 answer.body_length);
	if (root && ask->is_good(root, ask->issuer)) {
		document_keep(document, &answer);
		return;
	}
	oidc_complain(document->url, &answer);
	if (document->text)
		document->expires = clock_monotonic() + AGAIN_SECONDS * SECOND;
}

/* Looked at once more with the lock held: whoever had it may have done it. */
static bool must_fetch(const struct document *document, int64_t asked,
		       enum document_need need)
{
	int64_t now = clock_monotonic();

	if (!document->text || document->expires <= now)
		return true;
	if (need == DOCUMENT_ANY)
		return false;
	return !document->was_renewed ||
	       (document->renewed < asked &&
		now - document->renewed >= AGAIN_SECONDS * SECOND);
}

static async void document_renew(struct work *w, struct document *document,
				 const struct document_ask *ask)
{
	int64_t asked = clock_monotonic();

	if (!must_fetch(document, asked, ask->need) ||
	    !document_lock(w, document))
		return;
	if (must_fetch(document, asked, ask->need)) {
		if (ask->need == DOCUMENT_NEWER) {
			document->renewed = clock_monotonic();
			document->was_renewed = true;
		}
		document_fetch(w, document, ask);
	}
	document_unlock(document);
}

async bool document_get(struct work *w, const struct document_ask *ask,
			const struct json_t **root)
{
	struct document *document = document_find(ask->url);

	*root = NULL;
	if (document) {
		document->users++;
		document_renew(w, document, ask);
		document->users--;
		if (document->text)
			*root = json_read_quietly(&w->arena, document->text,
						  document->length);
	}
	return *root != NULL || oidc_refuse(w);
}
