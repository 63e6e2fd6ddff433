/* answer.c - one answer as it will leave: header lines, body, and the forms
 * that were compressed. Counted, because it may be dropped while it is sent. */
#include "cache.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	COMPRESS_LEAST = 1024,	    /* bytes: below, the lines cost more */
	COMPRESS_MOST = 1024 * 1024 /* above, it would hold the loop */
};

static const struct {
	const char *name;
	const char *suffix; /* of the entity tag */
} codings[CODINGS] = {
	[CODING_PLAIN] = {"identity", ""},
	[CODING_GZIP] = {"gzip", ".gz"},
	[CODING_BROTLI] = {"br", ".br"},
};

const char *coding_name(enum coding coding)
{
	return codings[coding].name;
}

static void *memory(size_t size)
{
	void *bytes = malloc(size);

	assert(bytes != NULL);
	return bytes;
}

static char *put(char *to, struct http_span span)
{
	if (span.length > 0)
		memcpy(to, span.bytes, span.length);
	return to + span.length;
}

static size_t lines_write(char *to, size_t room, const char *content_type,
			  enum coding coding, size_t length)
{
	int n;

	if (coding == CODING_PLAIN)
		n = snprintf(to, room,
			     "Content-Type: %s\r\nContent-Length: %zu\r\n",
			     content_type, length);
	else
		n = snprintf(to, room,
			     "Content-Type: %s\r\nContent-Encoding: %s\r\n"
			     "Content-Length: %zu\r\n",
			     content_type, codings[coding].name, length);
	return (size_t)n;
}

enum { LINES_MOST = 128 }; /* beside the type */

static void tags_write(struct cached *cached, const char *tag)
{
	for (int i = 0; i < CODINGS; i++) {
		int length = snprintf(cached->tags[i], sizeof(cached->tags[i]),
				      "ETag: \"%s%s\"\r\n", tag,
				      codings[i].suffix);

		assert(length > 0 && (size_t)length < sizeof(cached->tags[i]));
		cached->tag_lengths[i] = (size_t)length;
	}
}

struct cached *cached_create(const struct cache_key *key,
			     const struct cache_draft *draft)
{
	size_t type = strlen(draft->content_type) + 1;
	size_t lines = LINES_MOST + type;
	size_t size = sizeof(struct cached) + key->length + type +
		      draft->fields.length + lines + draft->body.length;
	struct cached *cached = memory(size);
	struct form *plain = &cached->forms[CODING_PLAIN];
	char *at = (char *)(cached + 1);

	memset(cached, 0, sizeof(*cached));
	cached->references = 1;
	cached->size = size + CACHED_OVERHEAD;
	cached->made = clock_monotonic();
	cached->shows_one = draft->shows_one;
	cached->subject = draft->subject;
	cached->shows_nothing = draft->shows_one &&
				uuid_is_nil(&draft->subject);
	cached->key = *key;
	cached->key.bytes = at;
	at = put(at, (struct http_span){key->bytes, key->length});
	cached->content_type = at;
	at = put(at, (struct http_span){draft->content_type, type});
	cached->fields = (struct http_span){at, draft->fields.length};
	at = put(at, draft->fields);
	plain->bytes = at;
	plain->lines = lines_write(at, lines, draft->content_type,
				   CODING_PLAIN, draft->body.length);
	put(at + plain->lines, draft->body);
	plain->body = draft->body.length;
	tags_write(cached, draft->tag);
	return cached;
}

struct cached *cached_keep(struct cached *cached)
{
	cached->references++;
	return cached;
}

void cached_release(struct cached *cached)
{
	assert(cached->references > 0);
	if (--cached->references > 0)
		return;
	for (int i = CODING_PLAIN + 1; i < CODINGS; i++)
		free(cached->forms[i].bytes);
	free(cached);
}

static bool is_worth_it(const struct cached *cached, enum coding coding)
{
	size_t body = cached->forms[CODING_PLAIN].body;

	return cached->is_stored && !cached->forms[coding].is_tried &&
	       body >= COMPRESS_LEAST && body <= COMPRESS_MOST;
}

static void form_make(struct cached *cached, enum coding coding)
{
	const struct form *plain = &cached->forms[CODING_PLAIN];
	struct form *form = &cached->forms[coding];
	struct http_span from = {plain->bytes + plain->lines, plain->body};
	size_t lines = LINES_MOST + strlen(cached->content_type);
	char *bytes = memory(lines + from.length);
	char head[512];
	size_t length;

	form->is_tried = true;
	/* Smaller by an eighth at least. */
	length = compress_to(coding, &from, bytes + lines,
			     from.length - from.length / 8);
	if (length == 0 || lines > sizeof(head)) {
		free(bytes);
		return;
	}
	form->lines = lines_write(head, sizeof(head), cached->content_type,
				  coding, length);
	memmove(bytes + form->lines, bytes + lines, length);
	memcpy(bytes, head, form->lines);
	form->body = length;
	form->bytes = realloc(bytes, form->lines + length);
	assert(form->bytes != NULL);
	cache_seen.compressions++;
	store_grown(cached, form->lines + length + CACHED_OVERHEAD);
}

static void release(void *holder)
{
	cached_release(holder);
}

enum coding cached_ready(struct cached *cached, enum coding wanted,
			 bool is_short, struct http_ready *ready)
{
	const struct form *given;

	if (!is_short && wanted != CODING_PLAIN && is_worth_it(cached, wanted))
		form_make(cached, wanted);
	if (!is_short && cached->forms[wanted].bytes == NULL)
		wanted = CODING_PLAIN;
	*ready = (struct http_ready){
		.lines = {cached->fields,
			  {cached->tags[wanted], cached->tag_lengths[wanted]}},
		.holder = cached_keep(cached),
		.release = release,
	};
	given = &cached->forms[wanted];
	if (is_short)
		return wanted;
	ready->lines[2] = (struct http_span){given->bytes, given->lines};
	ready->body = (struct http_span){given->bytes + given->lines,
					 given->body};
	return wanted;
}

void cached_tag(const struct cached *cached, enum coding coding,
		char tag[CACHED_TAG_SIZE])
{
	static const char name[] = "ETag: ";
	size_t length = cached->tag_lengths[coding] - (sizeof(name) - 1) - 2;

	memcpy(tag, cached->tags[coding] + sizeof(name) - 1, length);
	tag[length] = '\0';
}
