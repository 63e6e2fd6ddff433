/* document.h - JSON that somebody publishes, fetched and kept. */
#ifndef OIDC_DOCUMENT_H
#define OIDC_DOCUMENT_H

#include <stdbool.h>

#include <platform/work.h>

struct json_t;

/* Why it is asked for. */
enum document_need {
	DOCUMENT_ANY, /* what is kept will do, while it is fresh */
	DOCUMENT_NEWER /* what is kept lacks something: fetch it again, unless
			* that was done within a minute */
};
/*
 * *root is in the arena. One fetch at a time for each URL, the others wait for
 * it. An answer without the member `must_have` is none. What is too old stays
 * in use while no better can be had. False: 503.
 */
async bool document_get(struct work *w, const char *url, const char *must_have,
			enum document_need need, const struct json_t **root);

#endif
