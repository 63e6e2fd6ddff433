/* listing_search.c - "search": terms and quoted phrases, each must match. */
#include "listing.h"

#include <string.h>

#include "unicode.h"

static bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* The end of a quoted run that starts here; NULL when it does not close. */
static const char *quoted_end(const char *at)
{
	char quote = *at;

	for (at++; *at != '\0' && *at != quote; at++) {
		if (*at == '\\' && at[1] != '\0')
			at++;
	}
	return *at == quote ? at + 1 : NULL;
}

/* Django's smart_split(): spaces inside quotes that close do not split. */
static const char *token_end(const char *at)
{
	while (*at != '\0' && !is_space(*at)) {
		const char *end = NULL;

		if (*at == '"' || *at == '\'')
			end = quoted_end(at);
		at = end != NULL ? end : at + 1;
	}
	return at;
}

struct terms {
	struct arena *arena;
	const char **list;
	size_t count;
};

static void add_term(struct terms *terms, const char *at, size_t length)
{
	at = unicode_strip(at, &length);
	if (length > 0 && terms->count < TERMS_MAX)
		terms->list[terms->count++] =
			arena_copy(terms->arena, at, length);
}

/* What stood in quotes, its escapes undone. */
static void add_phrase(struct terms *terms, const char *at, size_t length)
{
	char *phrase = arena_alloc(terms->arena, length);
	size_t used = 0;

	for (size_t i = 1; i + 1 < length; i++) {
		bool is_escape = at[i] == '\\' && i + 2 < length &&
				 (at[i + 1] == at[0] || at[i + 1] == '\\');

		i += is_escape;
		phrase[used++] = at[i];
	}
	if (used > 0 && terms->count < TERMS_MAX)
		terms->list[terms->count++] = phrase;
}

static void add_token(struct terms *terms, const char *at, size_t length)
{
	bool is_quoted;

	for (; length > 0 && *at == ','; length--)
		at++;
	while (length > 0 && at[length - 1] == ',')
		length--;
	is_quoted = length > 1 && (*at == '"' || *at == '\'') &&
		    at[length - 1] == *at;
	if (is_quoted) {
		add_phrase(terms, at, length);
		return;
	}
	while (length > 0) {
		const char *comma = memchr(at, ',', length);
		size_t part = comma != NULL ? (size_t)(comma - at) : length;

		add_term(terms, at, part);
		part += comma != NULL;
		at += part;
		length -= part;
	}
}

size_t search_split(struct arena *arena, const char *search,
		    const char *list[TERMS_MAX])
{
	struct terms terms = {.arena = arena, .list = list};

	while (*search != '\0') {
		const char *end;

		if (is_space(*search)) {
			search++;
			continue;
		}
		end = token_end(search);
		add_token(&terms, search, (size_t)(end - search));
		search = end;
	}
	return terms.count;
}

const char *like_pattern(struct arena *arena, const char *before,
			 const char *text, const char *after)
{
	struct text pattern;

	text_init(&pattern, arena, strlen(text) + 8);
	text_add(&pattern, before);
	for (; *text != '\0'; text++) {
		if (*text == '%' || *text == '_' || *text == '\\')
			text_add_char(&pattern, '\\');
		text_add_char(&pattern, *text);
	}
	text_add(&pattern, after);
	return pattern.bytes;
}

bool list_search(struct list_query *list)
{
	struct work *w = &list->req->http.work;
	const struct query_pair *pair = query_last(list->query, "search");
	const char *terms[TERMS_MAX];
	size_t count;

	if (pair == NULL || list->listing->search_sql == NULL)
		return true;
	if (pair->has_nul)
		return refuse_field(w, "search",
				    "Null characters are not allowed.");
	if (unicode_length(pair->value, strlen(pair->value)) > SEARCH_MAX)
		return refuse_field(w, "search",
				    "Ensure this field has no more than %d "
				    "characters.",
				    SEARCH_MAX);
	count = search_split(&w->arena, pair->value, terms);
	for (size_t i = 0; i < count; i++) {
		const char *term = like_pattern(&w->arena, "%", terms[i], "%");

		list_condition(list, list->listing->search_sql,
			       list_param(list, p_text(term)));
	}
	return true;
}
