/* query_string.c - the part behind "?", decoded once; DRF's links of it. */
#include "query_string.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The bytes of one UTF-8 sequence at the start; 0 when it is broken. */
static size_t sequence(const unsigned char *at, size_t left)
{
	size_t size = at[0] < 0x80   ? 1
		      : at[0] < 0xE0 ? 2
		      : at[0] < 0xF0 ? 3
				     : 4;
	unsigned low = 0x80;
	unsigned high = 0xBF;

	if (size == 1)
		return 1;
	if (at[0] < 0xC2 || at[0] > 0xF4 || left < size)
		return 0;
	if (at[0] == 0xE0)
		low = 0xA0;
	if (at[0] == 0xED)
		high = 0x9F;
	if (at[0] == 0xF0)
		low = 0x90;
	if (at[0] == 0xF4)
		high = 0x8F;
	if (at[1] < low || at[1] > high)
		return 0;
	for (size_t i = 2; i < size; i++) {
		if ((at[i] & 0xC0) != 0x80)
			return 0;
	}
	return size;
}

/* Percent and plus taken away; an incomplete %X stands as it is. */
static size_t unquote(const char *from, size_t length, char *to)
{
	size_t used = 0;

	for (size_t i = 0; i < length; i++) {
		bool is_code = from[i] == '%' && length - i > 2 &&
			       hex_digit(from[i + 1]) >= 0 &&
			       hex_digit(from[i + 2]) >= 0;

		if (is_code) {
			to[used++] = (char)(hex_digit(from[i + 1]) << 4 |
					    hex_digit(from[i + 2]));
			i += 2;
			continue;
		}
		to[used++] = from[i] == '+' ? ' ' : from[i];
	}
	return used;
}

/* Decoded text in which whatever is no UTF-8, and NUL, is U+FFFD. */
static const char *decode(struct arena *arena, const char *from, size_t length,
			  bool *has_nul)
{
	char *plain = arena_alloc(arena, length + 1);
	size_t used = unquote(from, length, plain);
	struct text text;

	text_init(&text, arena, 0);
	for (size_t i = 0; i < used;) {
		size_t size = sequence((unsigned char *)plain + i, used - i);

		if (size > 0 && plain[i] != '\0') {
			if (text.bytes != NULL)
				text_add_bytes(&text, plain + i, size);
			i += size;
			continue;
		}
		*has_nul = *has_nul || plain[i] == '\0';
		if (text.bytes == NULL)
			text_add_bytes(&text, plain, i);
		text_add(&text, REPLACEMENT);
		i++;
	}
	return text.bytes != NULL ? text.bytes : plain;
}

/* Stable: pairs lie in one array in the order they came. */
static int compare(const void *left, const void *right)
{
	const struct query_pair *const *a = left;
	const struct query_pair *const *b = right;
	int order = strcmp((*a)->name, (*b)->name);

	return order != 0 ? order : (*a > *b) - (*a < *b);
}

static void sort(struct arena *arena, struct query_string *query)
{
	const struct query_pair **order =
		arena_array(arena, const struct query_pair *, query->count);
	struct query_pair *sorted =
		arena_array(arena, struct query_pair, query->count);

	for (size_t i = 0; i < query->count; i++)
		order[i] = &query->pairs[i];
	qsort(order, query->count, sizeof(*order), compare);
	for (size_t i = 0; i < query->count; i++)
		sorted[i] = *order[i];
	query->pairs = sorted;
}

static void read_pair(struct arena *arena, const char *at, size_t length,
		      struct query_pair *pair)
{
	const char *equals = memchr(at, '=', length);
	size_t name = equals != NULL ? (size_t)(equals - at) : length;
	bool nul_in_name = false;

	pair->name = decode(arena, at, name, &nul_in_name);
	pair->value = equals == NULL ? ""
				     : decode(arena, equals + 1,
					      length - name - 1,
					      &pair->has_nul);
}

static size_t count_pairs(const char *at)
{
	size_t count = 1;

	for (; *at != '\0'; at++)
		count += *at == '&';
	return count;
}

const struct query_string *query_parse(struct request *req)
{
	struct arena *arena = &req->http.work.arena;
	const char *at = req->http.query != NULL ? req->http.query : "";
	struct query_pair *pairs;
	size_t most;

	if (req->query != NULL)
		return req->query;
	req->query = arena_new(arena, struct query_string);
	if (*at == '\0')
		return req->query;
	most = count_pairs(at);
	if (most > QUERY_PAIRS_MAX)
		most = QUERY_PAIRS_MAX;
	pairs = arena_array(arena, struct query_pair, most);
	while (*at != '\0') {
		size_t length = strcspn(at, "&");

		req->query->is_cut = req->query->count == most && length > 0;
		if (req->query->is_cut)
			break;
		if (length > 0)
			read_pair(arena, at, length,
				  &pairs[req->query->count++]);
		at += length + (at[length] == '&');
	}
	req->query->pairs = pairs;
	if (req->query->count > 1)
		sort(arena, req->query);
	return req->query;
}

/* By halves: a table may have hundreds of filters. */
static size_t first_of(const struct query_string *query, const char *name)
{
	size_t low = 0;
	size_t high = query->count;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (strcmp(query->pairs[middle].name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct query_pair *query_all(const struct query_string *query,
				   const char *name, size_t *count)
{
	size_t first = first_of(query, name);

	*count = 0;
	while (first + *count < query->count &&
	       strcmp(query->pairs[first + *count].name, name) == 0)
		(*count)++;
	return *count > 0 ? query->pairs + first : NULL;
}

const struct query_pair *query_last(const struct query_string *query,
				    const char *name)
{
	size_t count;
	const struct query_pair *first = query_all(query, name, &count);

	return first != NULL ? first + count - 1 : NULL;
}

const char *query_text(struct request *req, const char *name)
{
	const struct query_pair *pair = query_last(query_parse(req), name);

	return pair != NULL ? pair->value : NULL;
}

static bool is_safe(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') ||
	       (c >= 'a' && c <= 'z') || c == '_' || c == '.' || c == '-' ||
	       c == '~';
}

/* Python's quote_plus(). */
static void quote(struct text *text, const char *value)
{
	static const char digits[] = "0123456789ABCDEF";

	for (; *value != '\0'; value++) {
		unsigned char c = (unsigned char)*value;
		char code[3] = {'%', digits[c >> 4], digits[c & 15]};

		if (is_safe(*value) || c == ' ')
			text_add_char(text, c == ' ' ? '+' : *value);
		else
			text_add_bytes(text, code, sizeof(code));
	}
}

static void add_pair(struct text *text, const char *name, const char *value)
{
	text_add_char(text, '&');
	quote(text, name);
	text_add_char(text, '=');
	quote(text, value);
}

/* The changes whose place is here: before the parameter of that name, or at
 * the end. Returns how many are behind us. */
static size_t add_changes(struct text *text, const struct query_change *changes,
			  size_t count, const char *before)
{
	size_t done = 0;

	while (done < count &&
	       (before == NULL || strcmp(changes[done].name, before) <= 0)) {
		if (changes[done].value != NULL)
			add_pair(text, changes[done].name, changes[done].value);
		done++;
	}
	return done;
}

void query_encode(struct text *text, const struct query_string *query,
		  const struct query_change *changes, size_t count)
{
	size_t start = text->length;
	size_t done = 0;

	for (size_t i = 0; i < query->count; i++) {
		const struct query_pair *pair = &query->pairs[i];

		done += add_changes(text, changes + done, count - done,
				    pair->name);
		if (done == 0 || strcmp(changes[done - 1].name, pair->name) != 0)
			add_pair(text, pair->name, pair->value);
	}
	add_changes(text, changes + done, count - done, NULL);
	if (text->length > start)
		text->bytes[start] = '?';
}
