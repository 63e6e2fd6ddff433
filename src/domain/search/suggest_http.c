/* suggest_http.c - suggestions while typing. */
#include "language.h"

#include <string.h>

#include <queries.h>

#define NOTHING "{\"products\":[],\"categories\":[],\"brands\":[]}"
enum { TYPED_LEAST = 2, TYPED_MOST = 100, EACH = 6 };

/* The characters, not the bytes. */
static size_t length_of(const char *text)
{
	size_t count = 0;

	for (; *text != '\0'; text++)
		count += ((unsigned char)*text & 0xC0) != 0x80;
	return count;
}

/* With the wildcards of LIKE escaped. */
static const char *plain(struct arena *arena, const char *text)
{
	char *to = arena_raw(arena, 2 * strlen(text) + 1);
	char *at = to;

	for (; *text != '\0'; text++) {
		if (strchr("%_\\", *text) != NULL)
			*at++ = '\\';
		*at++ = *text;
	}
	*at = '\0';
	return to;
}

async bool search_suggest(struct request *req)
{
	struct work *w = &req->http.work;
	const char *typed = query_text(req, "q");
	struct rows rows;

	/* Of one letter there is nothing to say yet. */
	if (typed == NULL || length_of(typed) < TYPED_LEAST) {
		text_add(&req->http.answer, NOTHING);
		return reply(req, 200);
	}
	if (length_of(typed) > TYPED_MOST)
		return refuse_field(w, "q",
				    "Ensure this value has at most %d "
				    "characters (it has %zu).", TYPED_MOST,
				    length_of(typed));
	return db_query(w, &q_search_suggest,
			params(p_text(typed), p_text(plain(&w->arena, typed)),
			       p_int(EACH)),
			&rows) &&
	       reply_row(req, 200, &rows);
}
