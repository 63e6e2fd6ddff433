/* cache.h - what the files of this room know of each other. */
#ifndef PLATFORM_CACHE_ROOM_H
#define PLATFORM_CACHE_ROOM_H

#include <platform/cache.h>

/* The bytes of a form that was made: lines, then the body. */
struct form {
	char *bytes; /* NULL: none */
	size_t lines;
	size_t body;
	bool is_tried;
};

/* One block: this, the key, the plain form's fields, lines and body. */
struct cached {
	unsigned references;
	bool is_stored;
	bool is_favoured; /* was asked for again: in the longer list */
	bool shows_one;
	bool shows_nothing;
	struct uuid subject;
	int64_t made;
	size_t size; /* with all forms */
	struct cache_key key;
	struct http_span fields;
	const char *content_type;
	struct form forms[CODINGS];
	char tags[CODINGS][CACHED_TAG_SIZE + 10]; /* "ETag: ...\r\n" */
	size_t tag_lengths[CODINGS];
	LIST_ENTRY(cached) in_bucket;
	LIST_ENTRY(cached) by_subject;
	TAILQ_ENTRY(cached) by_use;
};

/* answer.c: what one costs beside its bytes, for the bound. */
enum { CACHED_OVERHEAD = 32 };

/* store.c */
/* Forgets all and begins anew with that bound, in bytes; 0: off. */
void store_reset(size_t bytes_max);
uint64_t store_generation(void);
/* False when what it shows was dropped since that generation. */
bool store_put(struct cached *cached, uint64_t generation);
/* Its size has grown; may drop others, and it. */
void store_grown(struct cached *cached, size_t more);
bool key_is_same(const struct cache_key *a, const struct cache_key *b);
extern struct cache_stats cache_seen;

/* compress.c: at most room bytes to `to`; 0 when they do not suffice. */
size_t compress_to(enum coding coding, const struct http_span *from, char *to,
		   size_t room);

/* changes.c */
int64_t changes_begun(void); /* the last good poll; 0: none yet */

#endif
