/* assembled.c - queries put together at run time, one statement a shape. */
#include "pool.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define SLOTS (SHAPES_MAX * 2) /* open addressing, half full at most */

struct shape {
	struct query query; /* first: a query is its shape */
	uint64_t hash;
};

/* Shapes live as long as the worker: there are at most SHAPES_MAX. */
static struct shape *slots[SLOTS];
static unsigned shape_count;

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
	*shape = (struct shape){{.name = copy, .text = copy + name_size}, 0};
	return shape;
}

/* Past the limit a shape is kept for the one call and the next: sent
 * unprepared, its text must outlive the wait of its caller, so each of the
 * last few has a place of its own. */
static const struct query *one_off(const char *name, const char *text,
				   enum query_kind kind, bool is_slow)
{
	enum { KEPT = 4096 }; /* more than fibers can wait at once */
	static struct shape *last[KEPT];
	static unsigned next;
	struct shape **at = &last[next++ % KEPT];

	free(*at);
	*at = shape_make(name, text);
	(*at)->query.kind = kind;
	(*at)->query.is_slow = is_slow;
	(*at)->query.is_read_only = is_read(text, kind);
	(*at)->query.index = UNPREPARED;
	return &(*at)->query;
}

const struct query *db_assembled(const char *name, const char *text,
				 enum query_kind kind, bool is_slow)
{
	uint64_t hash = hash_text(text);
	size_t i = hash % SLOTS;
	struct query *query;

	for (; slots[i] != NULL; i = (i + 1) % SLOTS)
		if (slots[i]->hash == hash &&
		    slots[i]->query.kind == kind &&
		    slots[i]->query.is_slow == is_slow &&
		    strcmp(slots[i]->query.text, text) == 0)
			return &slots[i]->query;
	if (shape_count == SHAPES_MAX)
		return one_off(name, text, kind, is_slow);
	slots[i] = shape_make(name, text);
	slots[i]->hash = hash;
	query = &slots[i]->query;
	query->kind = kind;
	query->is_slow = is_slow;
	query->is_read_only = is_read(text, kind);
	query->index = (unsigned)query_count + shape_count++;
	assert(query->index < QUERIES_MAX);
	return query;
}
