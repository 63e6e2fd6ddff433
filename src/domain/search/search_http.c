/* search_http.c - the search: one statement a page, facets and all. */
#include "search.h"

#include <string.h>
#include <strings.h>

#include <domain/catalog.h>
#include <rest/request.h>

#include "language.h"

/* The value of a parameter; NULL when it is absent or empty. */
static const char *given(struct request *req, const char *name)
{
	const char *value = query_text(req, name);

	return value != NULL && *value != '\0' ? value : NULL;
}

static bool is_false(const char *value)
{
	return value != NULL && (strcasecmp(value, "false") == 0 ||
				 strcmp(value, "0") == 0);
}

/* Whether a filter is given whose group counts without it. */
static bool has_parts(struct request *req)
{
	const struct filter *filter = search_listing.filters;

	for (; filter->name != NULL; filter++) {
		if (filter_part(filter) > 0 && given(req, filter->name) != NULL)
			return true;
	}
	return false;
}

/* Whether no other known order stands first. */
static bool is_by_relevance(struct request *req)
{
	const char *at = given(req, "ordering");

	while (at != NULL && *at != '\0') {
		const struct ordering *ordering = search_listing.orderings;
		size_t length;

		at += strspn(at, " -,");
		length = strcspn(at, " ,");
		for (; ordering->name != NULL; ordering++) {
			if (strlen(ordering->name) == length &&
			    memcmp(ordering->name, at, length) == 0)
				return strcmp(ordering->name, "relevance") == 0;
		}
		at += length;
	}
	return true;
}

static bool read_question(struct request *req, const char **question,
			  struct search_terms *terms)
{
	struct work *w = &req->http.work;

	*question = given(req, "q");
	if (*question == NULL)
		*question = "";
	if (strlen(*question) > SEARCH_TEXT_MAX)
		return refuse_parameter(w, "q",
					"Ensure this field has no more than %d "
					"characters.",
					SEARCH_TEXT_MAX);
	search_terms_read(&w->arena, *question, terms);
	if (terms->is_cut)
		return refuse_parameter(w, "q",
					"Ensure this field has no more than %d "
					"words.",
					SEARCH_WORDS_MAX);
	if (**question != '\0' && !terms->has_positive)
		return refuse_parameter(w, "q",
					"Enter a word to search for.");
	return true;
}

/* The same page by a statement that counts no facets. */
static async bool reply_plain(struct request *req, const char *question,
			      const struct search_terms *terms,
			      const struct search_choices *choices,
			      const char *currency)
{
	struct arena *arena = &req->http.work.arena;

	return reply_page(
		req, &search_plain_listing,
		params(p_text(question),
		       p_texts(arena, terms->list, terms->count),
		       p_texts(arena, choices->codes, choices->count),
		       p_texts(arena, choices->signs, choices->count),
		       p_texts(arena, choices->values, choices->count),
		       p_text(currency), p_bool(is_by_relevance(req))));
}

/* Nothing is chosen: what is counted is what is found. */
static async bool reply_unchosen(struct request *req, const char *question,
				 const struct search_terms *terms,
				 const char *currency)
{
	struct arena *arena = &req->http.work.arena;

	return reply_page(req, &search_counted_listing,
			  params(p_text(question),
				 p_texts(arena, terms->list, terms->count),
				 p_texts(arena, NULL, 0),
				 p_texts(arena, NULL, 0),
				 p_texts(arena, NULL, 0), p_text(currency),
				 p_bool(is_by_relevance(req))));
}

static async bool reply_counted(struct request *req, const char *question,
				const struct search_terms *terms,
				const struct search_choices *choices,
				const char *currency)
{
	struct arena *arena = &req->http.work.arena;

	return reply_page(
		req, &search_listing,
		params(p_text(question),
		       p_texts(arena, terms->list, terms->count),
		       p_texts(arena, choices->codes, choices->count),
		       p_texts(arena, choices->signs, choices->count),
		       p_texts(arena, choices->values, choices->count),
		       p_text(currency), p_bool(is_by_relevance(req)),
		       p_bool(choices->count > 0 || has_parts(req)),
		       p_text(given(req, "price__range")),
		       p_text(given(req, "rating__gte")),
		       p_text(given(req, "in_stock"))));
}

async bool product_search(struct request *req)
{
	struct search_choices choices;
	struct search_terms terms;
	const char *question;
	const char *currency;
	bool is_narrowed;
	bool is_answered;

	if (!read_question(req, &question, &terms) ||
	    !read_currency(req, &currency) ||
	    !search_choices_read(req, &choices))
		return false;
	is_narrowed = choices.count > 0 || has_parts(req);
	if (is_false(given(req, "facets")))
		is_answered = reply_plain(req, question, &terms, &choices,
					  currency);
	else if (!is_narrowed)
		is_answered = reply_unchosen(req, question, &terms, currency);
	else
		is_answered = reply_counted(req, question, &terms, &choices,
					    currency);
	/* What a filter took away the shop may well have. */
	if (is_answered && req->listed == 0 && *question != '\0' && !is_narrowed)
		search_miss_note(&req->http.work, question);
	return is_answered;
}
