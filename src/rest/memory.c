/* memory.c - public answers from memory (docs/cache.md): what one is known
 * by, which form of it a client gets, and one query for many who ask the
 * same. The memory itself is platform/cache. */
#include "dispatch.h"

#include <string.h>
#include <strings.h>

#include <platform/cache.h>
#include <platform/clock.h>

enum {
	KEY_MAX = 1024, /* a longer address is not kept */
	PAIRS_MAX = 16	/* of a query that is put in order */
};

/* What a request that found nothing takes along to its handler. */
struct memory {
	struct cache_key key;
	struct cache_flight flight;
	bool shows_one;
	bool shows_more;
	struct uuid subject;
};

void answer_shows(struct request *req, const struct uuid *subject)
{
	static const struct uuid nothing;
	struct memory *memory = req->memory;

	if (memory == NULL)
		return;
	if (subject == NULL)
		subject = &nothing;
	memory->shows_more |= memory->shows_one &&
			      !uuid_equal(&memory->subject, subject);
	memory->shows_one = true;
	memory->subject = *subject;
}

/* ---- the key ---- */

struct pair {
	const char *text;
	size_t length; /* with its value */
	size_t name;
};

static bool comes_after(const struct pair *a, const struct pair *b)
{
	size_t shorter = a->name < b->name ? a->name : b->name;
	int order = memcmp(a->text, b->text, shorter);

	return order > 0 || (order == 0 && a->name > b->name);
}

/* Plain names only: two that are spelt otherwise could be the same, and then
 * the order of their values tells which one counts. */
static bool is_plain(const char *query)
{
	for (; *query != '\0'; query++)
		if (*query == '%' || (signed char)*query <= ' ')
			return false;
	return true;
}

/* The pairs by name, those of one name as they came; 0: too many. */
static size_t pairs_read(const char *query, struct pair pairs[PAIRS_MAX])
{
	size_t count = 0;

	while (*query != '\0') {
		struct pair pair = {query, strcspn(query, "&"), 0};
		size_t at = count;

		if (count == PAIRS_MAX)
			return 0;
		while (pair.name < pair.length && query[pair.name] != '=')
			pair.name++;
		for (; at > 0 && comes_after(&pairs[at - 1], &pair); at--)
			pairs[at] = pairs[at - 1];
		pairs[at] = pair;
		count++;
		query += pair.length + (query[pair.length] == '&');
	}
	return count;
}

struct key_text {
	char bytes[KEY_MAX];
	size_t length;
};

static bool key_add(struct key_text *key, const char *text, size_t length)
{
	if (length >= KEY_MAX - key->length)
		return false;
	memcpy(key->bytes + key->length, text, length);
	key->length += length;
	key->bytes[key->length++] = '\n'; /* stands in none of the parts */
	return true;
}

static bool key_add_query(struct key_text *key, const char *query)
{
	struct pair pairs[PAIRS_MAX];
	size_t count = 0;

	if (*query == '\0')
		return true;
	if (strchr(query, '&') != NULL && is_plain(query))
		count = pairs_read(query, pairs);
	if (count == 0)
		return key_add(key, query, strlen(query));
	for (size_t i = 0; i < count; i++)
		if (!key_add(key, pairs[i].text, pairs[i].length))
			return false;
	return true;
}

/* What decides the bytes: links are absolute, so scheme and host do, too. HEAD
 * is answered as GET; what the client accepts chooses a form, not an answer. */
static bool key_write(const struct request *req, struct key_text *key)
{
	const struct http_call *call = &req->http;
	const char *host = call->host != NULL ? call->host : "";

	key->length = 0;
	return key_add(key, req->scheme, strlen(req->scheme)) &&
	       key_add(key, host, strlen(host)) &&
	       key_add(key, call->path, strlen(call->path)) &&
	       key_add_query(key, call->query);
}

/* ---- which form ---- */

/* RFC 9110 12.4.2, in thousandths. */
static int quality_read(const char *parameters, const char *end)
{
	const char *q = parameters + strspn(parameters, "; \t");
	int quality;
	int unit = 100;

	if (q + 2 >= end || (*q != 'q' && *q != 'Q') || q[1] != '=')
		return 1000;
	if (q[2] != '0')
		return q[2] == '1' ? 1000 : 0;
	quality = 0;
	for (q += 3; q < end && unit > 0; q++) {
		if (*q >= '0' && *q <= '9') {
			quality += (*q - '0') * unit;
			unit /= 10;
		} else if (*q != '.') {
			break;
		}
	}
	return quality;
}

static bool is_word(const char *at, size_t length, const char *word)
{
	return strlen(word) == length && strncasecmp(at, word, length) == 0;
}

/* RFC 9110 12.5.3: q of each coding, 0 for what is not wanted. Plain is what
 * remains when nothing else is asked for. */
static void qualities_read(const char *accept, int quality[CODINGS])
{
	int others = -1;

	for (int i = 0; i < CODINGS; i++)
		quality[i] = -1;
	while (*(accept += strspn(accept, ", \t")) != '\0') {
		size_t length = strcspn(accept, ",; \t");
		const char *end = accept + strcspn(accept, ",");
		int q = quality_read(accept + length, end);

		if (is_word(accept, length, "*"))
			others = q;
		if (is_word(accept, length, "x-gzip"))
			quality[CODING_GZIP] = q;
		for (int i = 0; i < CODINGS; i++)
			if (is_word(accept, length, coding_name((enum coding)i)))
				quality[i] = q;
		accept = end;
	}
	for (int i = 0; i < CODINGS; i++)
		if (quality[i] < 0)
			quality[i] = i == CODING_PLAIN ? others == 0 ? 0 : 1
				     : others < 0      ? 0
						       : others;
}

enum coding coding_wanted(const char *accept)
{
	int quality[CODINGS];
	enum coding best = CODING_PLAIN;

	if (accept == NULL || *accept == '\0')
		return CODING_PLAIN;
	qualities_read(accept, quality);
	/* The smaller ones last: they win a tie. */
	for (enum coding i = CODING_GZIP; i < CODINGS; i++)
		if (quality[i] > 0 && quality[i] >= quality[best])
			best = i;
	return best;
}

/* Whether the client has a form of it: the one it would get first. */
static bool has_form(const struct cached *cached, const char *given,
		     enum coding *coding)
{
	enum coding wanted = *coding;
	char tag[CACHED_TAG_SIZE];

	for (int i = 0; i < CODINGS; i++) {
		*coding = (enum coding)(((int)wanted + i) % CODINGS);
		cached_tag(cached, *coding, tag);
		if (etag_is_listed(given, tag, true))
			return true;
	}
	*coding = wanted;
	return false;
}

/* ---- answering ---- */

static void give(struct request *req, struct cached *cached)
{
	struct http_call *call = &req->http;
	const char *given = http_header(call, "if-none-match");
	enum coding coding =
		coding_wanted(http_header(call, "accept-encoding"));
	bool is_short = given != NULL && has_form(cached, given, &coding);

	(void)cached_ready(cached, coding, is_short, &call->ready);
	call->answer_header_count = req->first_headers;
	call->status = is_short ? 304 : 200;
	header_statements(req);
}

static bool is_for_all(const struct request *req)
{
	return req->route != NULL && req->route->cache == CACHE_PUBLIC &&
	       req->route->method == METHOD_GET;
}

/* Who says who they are gets an answer of their own. */
static bool is_personal(const struct request *req)
{
	static const char *const names[] = {"authorization", "x-cart-token",
					    "x-order-token"};
	const struct http_call *call = &req->http;

	for (size_t i = 0; i < call->header_count; i++) {
		const char *name = call->headers[i].name;

		for (size_t j = 0; j < sizeof(names) / sizeof(*names); j++)
			if ((*name | 0x20) == names[j][0] &&
			    strcasecmp(name, names[j]) == 0)
				return true;
	}
	return false;
}

bool memory_answer(struct request *req)
{
	struct arena *arena = &req->http.work.arena;
	int64_t now = clock_monotonic();
	struct key_text text;
	struct cache_key key;
	struct cached *cached;

	if (!cache_is_on() || !is_for_all(req))
		return false;
	if (is_personal(req) || !cache_is_fresh(now) ||
	    !key_write(req, &text)) {
		cache_count_bypass();
		return false;
	}
	key = cache_key(text.bytes, text.length);
	cached = cache_find(&key, now);
	if (cached != NULL) {
		req->first_headers = req->http.answer_header_count;
		give(req, cached);
		cached_release(cached);
		return true;
	}
	req->memory = arena_new(arena, struct memory);
	req->memory->key = key;
	req->memory->key.bytes = arena_copy(arena, text.bytes, text.length);
	return false;
}

async bool memory_follow(struct request *req)
{
	struct memory *memory = req->memory;
	struct cached *cached;

	if (memory == NULL)
		return false;
	cached = cache_follow(&memory->key, &memory->flight,
			      req->http.work.deadline);
	if (cached == NULL)
		return false;
	req->memory = NULL;
	give(req, cached);
	cached_release(cached);
	return true;
}

/* What the handler has set; its version is no tag of the bytes. */
static struct http_span fields_of(struct request *req)
{
	struct http_call *call = &req->http;
	struct text text;

	text_init(&text, &call->work.arena, 128);
	for (size_t i = req->first_headers; i < call->answer_header_count; i++) {
		const struct http_header *header = &call->answer_headers[i];

		if (strcmp(header->name, "ETag") != 0)
			text_format(&text, "%s: %s\r\n", header->name,
				    header->value);
	}
	text_format(&text, "Cache-Control: %s\r\n", cache_control(req));
	return (struct http_span){text.bytes, text.length};
}

static struct cached *keep(struct request *req)
{
	const struct memory *memory = req->memory;
	const struct http_call *call = &req->http;
	char etag[ETAG_SIZE];

	etag_of(call->answer.bytes, call->answer.length, etag);
	etag[strlen(etag) - 1] = '\0'; /* without its quotes */
	return cached_create(
		&memory->key,
		&(struct cache_draft){
			.fields = fields_of(req),
			.content_type = call->content_type,
			.tag = etag + 1,
			.body = {call->answer.bytes, call->answer.length},
			.shows_one = memory->shows_one && !memory->shows_more,
			.subject = memory->subject,
		});
}

bool memory_keep(struct request *req)
{
	struct cached *cached = NULL;

	if (req->memory == NULL)
		return false;
	if (req->http.status == 200 && req->http.content_type != NULL &&
	    !req->http.is_stream && !req->http.head_left)
		cached = keep(req);
	if (cached != NULL)
		give(req, cached); /* plain: it is not stored yet */
	cache_flight_end(&req->memory->flight, cached);
	req->memory = NULL;
	if (cached == NULL)
		return false;
	cached_release(cached);
	return true;
}
