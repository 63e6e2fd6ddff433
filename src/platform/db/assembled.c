/* assembled.c - queries put together at run time, one statement a shape. The
 * shapes that were asked for last are kept, as many as database_shapes says. */
#include "pool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/queue.h>

#include <platform/config.h>

struct shape {
	struct query query; /* first: a query is its shape */
	uint64_t hash;
	uint32_t statement; /* names it on the server, never used again */
	LIST_ENTRY(shape) in_bucket;
	TAILQ_ENTRY(shape) by_use;
};

enum { BUCKETS = 1024 }; /* a power of two */

LIST_HEAD(bucket, shape);
TAILQ_HEAD(use, shape);

/* Of the worker; the one that was asked for last stands first. */
static struct {
	struct bucket buckets[BUCKETS];
	struct use used;
	unsigned count;
	uint32_t statements; /* made so far */
} shapes = {.used = TAILQ_HEAD_INITIALIZER(shapes.used)};

static uint64_t hash_text(const char *text)
{
	uint64_t hash = UINT64_C(14695981039346656037); /* FNV-1a */

	for (; *text != '\0'; text++)
		hash = (hash ^ (unsigned char)*text) * UINT64_C(1099511628211);
	return hash;
}

/* Pages are reads by their nature; of others the text must look like it. */
static bool is_read(const char *text, enum query_kind kind)
{
	static const char *const writes[] = {"insert ", "update ", "delete ",
					     "merge "};

	if (kind == QUERY_PAGE)
		return true;
	for (size_t i = 0; i < sizeof(writes) / sizeof(writes[0]); i++)
		if (strcasestr(text, writes[i]) != NULL)
			return false;
	text += strspn(text, " \t\r\n");
	return strncasecmp(text, "select", 6) == 0 ||
	       strncasecmp(text, "with", 4) == 0;
}

static struct shape *shape_make(const char *name, const char *text)
{
	size_t name_size = strlen(name) + 1;
	size_t text_size = strlen(text) + 1;
	struct shape *shape = malloc(sizeof(*shape) + name_size + text_size);
	char *copy;

	if (shape == NULL)
		abort();
	copy = (char *)(shape + 1);
	memcpy(copy, name, name_size);
	memcpy(copy + name_size, text, text_size);
	*shape = (struct shape){
		.query = {.name = copy, .text = copy + name_size}};
	return shape;
}

uint32_t shape_statement(const struct query *query)
{
	const struct shape *shape = (const void *)query;

	return query->index < query_count ? query->index + 1
					  : shape->statement;
}

/* The longest unused makes room, and leaves its place to the next. Whoever
 * waits with it still needs its text, and sends it unprepared from now on: it
 * goes after as many others as fibers can wait at once. */
static unsigned shape_retire(void)
{
	enum { KEPT = 4096 };
	static struct shape *retired[KEPT];
	static unsigned next;
	struct shape **at = &retired[next++ % KEPT];
	struct shape *shape = TAILQ_LAST(&shapes.used, use);
	unsigned index = shape->query.index;

	TAILQ_REMOVE(&shapes.used, shape, by_use);
	LIST_REMOVE(shape, in_bucket);
	shape->query.index = UNPREPARED;
	free(*at);
	*at = shape;
	return index;
}

static unsigned place_find(void)
{
	size_t most = (size_t)config->database_shapes;

	if (shapes.count > 0 &&
	    (shapes.count >= most || shapes.count >= SHAPES_MAX))
		return shape_retire();
	return (unsigned)query_count + shapes.count++;
}

static struct shape *shape_find(const struct query *like, uint64_t hash)
{
	struct shape *shape = LIST_FIRST(&shapes.buckets[hash % BUCKETS]);

	for (; shape != NULL; shape = LIST_NEXT(shape, in_bucket))
		if (shape->hash == hash && shape->query.kind == like->kind &&
		    shape->query.is_slow == like->is_slow &&
		    strcmp(shape->query.text, like->text) == 0)
			return shape;
	return NULL;
}

const struct query *db_assembled(const char *name, const char *text,
				 enum query_kind kind, bool is_slow)
{
	const struct query like = {.text = text, .kind = kind,
				   .is_slow = is_slow};
	uint64_t hash = hash_text(text);
	struct shape *shape = shape_find(&like, hash);

	if (shape != NULL) {
		TAILQ_REMOVE(&shapes.used, shape, by_use);
		TAILQ_INSERT_HEAD(&shapes.used, shape, by_use);
		return &shape->query;
	}
	shape = shape_make(name, text);
	shape->hash = hash;
	shape->query.kind = kind;
	shape->query.is_slow = is_slow;
	shape->query.is_read_only = is_read(text, kind);
	shape->query.index = place_find();
	shape->statement = (uint32_t)query_count + ++shapes.statements;
	assert(shape->query.index < QUERIES_MAX);
	LIST_INSERT_HEAD(&shapes.buckets[hash % BUCKETS], shape, in_bucket);
	TAILQ_INSERT_HEAD(&shapes.used, shape, by_use);
	return &shape->query;
}
