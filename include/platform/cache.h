/* platform/cache.h - complete answers kept in a worker's memory, what drops
 * them, and their compressed forms. docs/cache.md; DESIGN 7. */
#ifndef PLATFORM_CACHE_H
#define PLATFORM_CACHE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/queue.h>

#include <platform/clock.h>
#include <platform/http.h>
#include <platform/uuid.h>
#include <platform/work.h>

/* An answer leaves memory only while the last look at what has changed began
 * less than this ago. */
#define CACHE_FRESH (700 * MILLISECOND)

/* In each worker; reads config->cache_bytes. 0: there is no memory, and all
 * that follows finds and keeps nothing. */
void cache_start(void);
bool cache_is_on(void);
bool cache_is_fresh(int64_t now); /* clock_monotonic() */

/* ---- one answer, in all its forms ---- */

enum coding {
	CODING_PLAIN,
	CODING_GZIP,
	CODING_BROTLI,
	CODINGS
};
/* As in Content-Encoding; "identity" for none. */
const char *coding_name(enum coding coding);

/* What the maker knows of it; all is copied. */
struct cache_draft {
	struct http_span fields; /* header lines of 200 and 304, each with
				   * its CR LF; not ETag, not Content-* */
	const char *content_type;
	const char *tag; /* inside of the strong entity tag, at most 40 bytes */
	struct http_span body;
	bool shows_one;	     /* only a change of this object drops it; */
	struct uuid subject; /* of nil nothing does */
};

/* Counted: each cached that is returned is given back with cached_release. */
struct cached;

struct cache_key {
	const char *bytes;
	size_t length;
	uint64_t hash;
};
struct cache_key cache_key(const char *bytes, size_t length);

/* Belongs to nobody else yet. */
struct cached *cached_create(const struct cache_key *key,
			     const struct cache_draft *draft);
struct cached *cached_keep(struct cached *cached);
void cached_release(struct cached *cached);
/* A reference for *ready, of the form that is wanted if there is one, else
 * plain; is_short: for a 304. A form is made when it is first asked for, if it
 * is smaller, of what is stored only: an answer asked for once costs no more
 * than itself. Returns the form it gave. */
enum coding cached_ready(struct cached *cached, enum coding wanted,
			 bool is_short, struct http_ready *ready);
/* The entity tag of a form, with its quotes. */
enum { CACHED_TAG_SIZE = 48 };
void cached_tag(const struct cached *cached, enum coding coding,
		char tag[CACHED_TAG_SIZE]);

/* ---- the memory ---- */

/* Counted, or NULL. Not older than a minute, so that what changes by the
 * clock alone is seen, too. */
struct cached *cache_find(const struct cache_key *key, int64_t now);

/* ---- one query for many who ask the same ---- */

LIST_HEAD(cache_followers, cache_follower);
struct cache_flight {
	struct cache_key key;
	uint64_t generation; /* of the memory when it began */
	int64_t begun;
	struct cache_followers followers;
	LIST_ENTRY(cache_flight) others;
};

/*
 * Another asks the same and began less than CACHE_FRESH ago: waits for that
 * answer, and returns it, counted. NULL: the caller asks by itself; *flight,
 * which must stay where it is, is then listed until cache_flight_end. key's
 * bytes live as long as flight.
 */
async struct cached *cache_follow(const struct cache_key *key,
				  struct cache_flight *flight,
				  int64_t deadline);
/* Hands the answer to those who wait (NULL: they ask by themselves), and
 * keeps it in memory unless what it shows has changed since it was begun. */
void cache_flight_end(struct cache_flight *flight, struct cached *answer);

/* ---- what has changed ---- */

void cache_drop(const struct uuid *subject); /* and what shows everything */
void cache_drop_all(void);

/* ---- figures ---- */

struct cache_stats {
	size_t bytes, entries;
	uint64_t hits, misses, bypasses, followers;
	uint64_t evictions, drops, refusals, compressions, failed_polls;
	int64_t poll_age;    /* microseconds since the last good one began */
	int64_t largest_age; /* between a change and the poll that saw it */
};
void cache_stats(struct cache_stats *stats);
void cache_count_bypass(void);

#endif
