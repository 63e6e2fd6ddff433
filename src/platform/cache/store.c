/* store.c - the memory itself: a table of answers, bounded in bytes.
 *
 * Two lists say what goes first. What was asked for once waits in `new`; what
 * is asked for again moves to `favoured`, which may take four fifths. So a
 * flood of different addresses pushes out itself, not what others read. */
#include "cache.h"

#include <stdlib.h>
#include <string.h>
#include <assert.h>

#include <platform/auth.h>

#define AGE_MAX (60 * SECOND)

enum {
	BUCKET_BYTES = 4096, /* of the bound, for one bucket */
	BUCKETS_LEAST = 64,
	BUCKETS_MOST = 1 << 16,
	LARGEST_SHARE = 8, /* one answer takes at most this part of all */
	MARKS = 4096
};

LIST_HEAD(bucket, cached);
TAILQ_HEAD(use, cached);

static struct {
	size_t bytes_max;
	size_t bytes, favoured_bytes, entries;
	size_t bucket_count; /* a power of two */
	struct bucket *buckets;
	struct bucket *subjects; /* by what they show, as many */
	struct bucket general;	 /* that any change drops */
	struct bucket steady;	 /* that no change drops */
	struct use new, favoured; /* the longest unused last */
	uint64_t seed;
	/* When something was dropped, as a number that only grows. By what it
	 * was, hashed: two that share a place only refuse each other. */
	uint64_t generation;
	uint64_t any_dropped, all_dropped;
	uint64_t marks[MARKS];
} store;

struct cache_stats cache_seen;

static uint64_t mix(uint64_t hash)
{
	hash ^= hash >> 33;
	hash *= UINT64_C(0xff51afd7ed558ccd);
	hash ^= hash >> 33;
	hash *= UINT64_C(0xc4ceb9fe1a85ec53);
	return hash ^ hash >> 33;
}

/* Seeded, so that nobody can choose keys that share a bucket. */
static uint64_t hash_of(const char *bytes, size_t length)
{
	uint64_t hash = store.seed ^ length * UINT64_C(0x9e3779b97f4a7c15);
	uint64_t word;

	for (; length >= sizeof(word); length -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x87c37b91114253d5);
		hash ^= hash >> 29;
		bytes += sizeof(word);
	}
	word = 0;
	memcpy(&word, bytes, length);
	return mix((hash ^ word) * UINT64_C(0x4cf5ad432745937f));
}

struct cache_key cache_key(const char *bytes, size_t length)
{
	return (struct cache_key){bytes, length, hash_of(bytes, length)};
}

static uint64_t subject_hash(const struct uuid *subject)
{
	return hash_of((const char *)subject->bytes, sizeof(subject->bytes));
}

static struct bucket *bucket_of(const struct cache_key *key)
{
	return &store.buckets[key->hash & (store.bucket_count - 1)];
}

static struct bucket *subject_bucket(const struct cached *cached)
{
	if (!cached->shows_one)
		return &store.general;
	if (cached->shows_nothing)
		return &store.steady;
	return &store.subjects[subject_hash(&cached->subject) &
			       (store.bucket_count - 1)];
}

bool key_is_same(const struct cache_key *a, const struct cache_key *b)
{
	return a->hash == b->hash && a->length == b->length &&
	       memcmp(a->bytes, b->bytes, a->length) == 0;
}

static void take_out(struct cached *cached)
{
	LIST_REMOVE(cached, in_bucket);
	LIST_REMOVE(cached, by_subject);
	TAILQ_REMOVE(cached->is_favoured ? &store.favoured : &store.new,
		     cached, by_use);
	store.bytes -= cached->size;
	if (cached->is_favoured)
		store.favoured_bytes -= cached->size;
	store.entries--;
	cached->is_stored = false;
	cached->is_favoured = false;
	cached_release(cached);
}

static void buckets_make(size_t bytes_max)
{
	size_t count = BUCKETS_LEAST;

	while (count < BUCKETS_MOST && count < bytes_max / BUCKET_BYTES)
		count *= 2;
	store.buckets = calloc(count, sizeof(*store.buckets));
	store.subjects = calloc(count, sizeof(*store.subjects));
	assert(store.buckets != NULL && store.subjects != NULL);
	store.bucket_count = count;
}

void store_reset(size_t bytes_max)
{
	uint64_t generation = store.generation;

	if (store.buckets != NULL)
		cache_drop_all();
	free(store.buckets);
	free(store.subjects);
	memset(&store, 0, sizeof(store));
	memset(&cache_seen, 0, sizeof(cache_seen));
	TAILQ_INIT(&store.new);
	TAILQ_INIT(&store.favoured);
	store.generation = generation + 1;
	store.all_dropped = store.generation;
	store.bytes_max = bytes_max;
	random_bytes(&store.seed, sizeof(store.seed));
	if (bytes_max > 0)
		buckets_make(bytes_max);
}

bool cache_is_on(void)
{
	return store.bytes_max > 0;
}

uint64_t store_generation(void)
{
	return store.generation;
}

static void shrink(void)
{
	while (store.bytes > store.bytes_max) {
		struct cached *last = TAILQ_LAST(&store.new, use);

		if (last == NULL)
			last = TAILQ_LAST(&store.favoured, use);
		take_out(last);
		cache_seen.evictions++;
	}
}

/* What has not been asked for lately goes back among the new. */
static void favour_less(void)
{
	while (store.favoured_bytes > store.bytes_max / 5 * 4) {
		struct cached *last = TAILQ_LAST(&store.favoured, use);

		TAILQ_REMOVE(&store.favoured, last, by_use);
		store.favoured_bytes -= last->size;
		last->is_favoured = false;
		TAILQ_INSERT_HEAD(&store.new, last, by_use);
	}
}

static void was_used(struct cached *cached)
{
	if (cached == TAILQ_FIRST(&store.favoured))
		return;
	TAILQ_REMOVE(cached->is_favoured ? &store.favoured : &store.new,
		     cached, by_use);
	TAILQ_INSERT_HEAD(&store.favoured, cached, by_use);
	if (cached->is_favoured)
		return;
	cached->is_favoured = true;
	store.favoured_bytes += cached->size;
	favour_less();
}

static struct cached *look(const struct cache_key *key)
{
	struct cached *cached = LIST_FIRST(bucket_of(key));

	while (cached != NULL && !key_is_same(&cached->key, key))
		cached = LIST_NEXT(cached, in_bucket);
	return cached;
}

struct cached *cache_find(const struct cache_key *key, int64_t now)
{
	struct cached *cached = store.bytes_max > 0 ? look(key) : NULL;

	if (cached != NULL && now - cached->made > AGE_MAX) {
		take_out(cached);
		cached = NULL;
	}
	if (cached == NULL) {
		cache_seen.misses++;
		return NULL;
	}
	cache_seen.hits++;
	was_used(cached);
	return cached_keep(cached);
}

static bool was_dropped_since(const struct cached *cached, uint64_t generation)
{
	if (store.all_dropped > generation)
		return true;
	if (!cached->shows_one)
		return store.any_dropped > generation;
	return !cached->shows_nothing &&
	       store.marks[subject_hash(&cached->subject) % MARKS] >
		       generation;
}

bool store_put(struct cached *cached, uint64_t generation)
{
	struct cached *old;

	if (store.bytes_max == 0 || cached->is_stored ||
	    cached->size > store.bytes_max / LARGEST_SHARE)
		return false;
	if (was_dropped_since(cached, generation)) {
		cache_seen.refusals++;
		return false;
	}
	old = look(&cached->key);
	if (old != NULL)
		take_out(old);
	LIST_INSERT_HEAD(bucket_of(&cached->key), cached, in_bucket);
	LIST_INSERT_HEAD(subject_bucket(cached), cached, by_subject);
	TAILQ_INSERT_HEAD(&store.new, cached, by_use);
	store.bytes += cached->size;
	store.entries++;
	cached->is_stored = true;
	cached_keep(cached);
	shrink();
	return true;
}

void store_grown(struct cached *cached, size_t more)
{
	cached->size += more;
	store.bytes += more;
	if (cached->is_favoured)
		store.favoured_bytes += more;
	favour_less();
	shrink();
}

static void drop_list(struct bucket *list, const struct uuid *subject)
{
	struct cached *next;

	for (struct cached *c = LIST_FIRST(list); c != NULL; c = next) {
		next = LIST_NEXT(c, by_subject);
		if (subject != NULL && !uuid_equal(&c->subject, subject))
			continue;
		take_out(c);
		cache_seen.drops++;
	}
}

void cache_drop(const struct uuid *subject)
{
	uint64_t hash = subject_hash(subject);

	store.generation++;
	store.any_dropped = store.generation;
	store.marks[hash % MARKS] = store.generation;
	if (store.bytes_max == 0)
		return;
	drop_list(&store.general, NULL);
	drop_list(&store.subjects[hash & (store.bucket_count - 1)], subject);
}

void cache_drop_all(void)
{
	struct use *lists[] = {&store.new, &store.favoured};

	store.generation++;
	store.all_dropped = store.generation;
	for (int i = 0; i < 2; i++) {
		while (!TAILQ_EMPTY(lists[i])) {
			take_out(TAILQ_FIRST(lists[i]));
			cache_seen.drops++;
		}
	}
}

void cache_stats(struct cache_stats *stats)
{
	int64_t begun = changes_begun();

	*stats = cache_seen;
	stats->bytes = store.bytes;
	stats->entries = store.entries;
	stats->poll_age = begun == 0 ? 0 : clock_monotonic() - begun;
}

void cache_count_bypass(void)
{
	cache_seen.bypasses++;
}
