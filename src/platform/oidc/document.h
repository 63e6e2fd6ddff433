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
struct document_ask {
	const char *url;
	enum document_need need;
	/* What is not good is not kept in the place of what is. */
	bool (*is_good)(const struct json_t *root, const char *issuer);
	const char *issuer;
};
/*
 * *root is in the arena. One fetch at a time for each URL, the others wait for
 * it. What is too old stays in use while no better can be had. False: 503.
 */
async bool document_get(struct work *w, const struct document_ask *ask,
			const struct json_t **root);

#endif
