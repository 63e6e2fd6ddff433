/* product_list_http.c - the list of products: without filters from the index
 * of its place, with them through the documents. */
#include "search.h"

#include <string.h>
#include <strings.h>

#include <domain/catalog.h>
#include <rest/request.h>

/* What was asked, beside what the listing reads by itself. */
struct question {
	const char *search;
	struct search_terms terms;
	struct search_choices choices;
	const char *currency;
	struct param sku;
	struct param skus;
	bool has_skus;
	bool counts_facets;
};

/* The value of a parameter; NULL when it is absent or empty. */
static const char *given(struct request *req, const char *name)
{
	const char *value = query_text(req, name);

	return value != NULL && *value != '\0' ? value : NULL;
}

static bool is_true(const char *value)
{
	return value != NULL && (strcasecmp(value, "true") == 0 ||
				 strcmp(value, "1") == 0);
}

static bool read_search(struct request *req, struct question *question)
{
	struct work *w = &req->http.work;
	const char *text = given(req, "search");

	question->search = text != NULL ? text : "";
	if (strlen(question->search) > SEARCH_TEXT_MAX)
		return refuse_parameter(w, "search",
					"Ensure this field has no more than %d "
					"characters.",
					SEARCH_TEXT_MAX);
	search_terms_read(&w->arena, question->search, &question->terms);
	if (question->terms.is_cut)
		return refuse_parameter(w, "search",
					"Ensure this field has no more than %d "
					"words.",
					SEARCH_WORDS_MAX);
	if (question->search[strspn(question->search, " \t\r\n")] != '\0' &&
	    !question->terms.has_positive)
		return refuse_parameter(w, "search",
					"Enter a word to search for.");
	return true;
}

/* sku= is one, whatever is in it; sku__in= some. */
static bool read_skus(struct request *req, struct question *question)
{
	struct arena *arena = &req->http.work.arena;
	const char *sku = given(req, "sku");
	struct filter_given some = {0};
	size_t place = 0;

	question->sku = p_null();
	question->skus = p_null();
	question->has_skus = sku != NULL;
	if (sku != NULL)
		question->sku = p_texts(arena, &sku, 1);
	while (query_given(req, "sku__in", &place, &some)) {
		question->skus = p_texts(arena, some.values, some.count);
		question->has_skus = true;
	}
	return req->http.work.fault.kind == NULL;
}

static bool read_question(struct request *req, struct question *question)
{
	question->counts_facets = is_true(given(req, "facets"));
	return read_currency(req, &question->currency) &&
	       read_search(req, question) && read_skus(req, question) &&
	       search_choices_read(req, &question->choices);
}

/* Whether the one category that is chosen, if any, is all that documents are
 * asked for. */
static bool is_place_alone(struct request *req, const struct question *question)
{
	size_t places = given(req, "category") != NULL ? 1 : 0;

	return question->choices.count == places && question->terms.count == 0 &&
	       !question->has_skus && !question->counts_facets;
}

static bool is_by_name(struct request *req)
{
	const char *ordering = given(req, "ordering");

	return ordering != NULL && strstr(ordering, "name") != NULL;
}

/* From what is listed in the place, if that is the cheapest: without filters,
 * and with those that only cards can answer, of all products. */
static const struct listing *place_listing(struct request *req,
					   const struct question *question)
{
	bool is_whole = given(req, "category") == NULL &&
			given(req, "collection") == NULL;
	bool is_of_card;
	bool is_filtered = product_filters_given(req, &is_of_card);

	if (!is_place_alone(req, question))
		return NULL;
	if (!is_filtered)
		return is_by_name(req) ? &product_search_listing
				       : &product_listing;
	return is_whole && is_of_card ? &product_search_listing : NULL;
}

/* The same question to search/ counts what the hits have in common. */
static async bool count_facets(struct request *req,
			       const struct question *question,
			       const char **facets)
{
	struct arena *arena = &req->http.work.arena;
	const struct search_choices *choices = &question->choices;
	struct rows rows;

	*facets = NULL;
	if (!question->counts_facets)
		return true;
	if (!page_tail(req, &product_facets_listing,
		       params(p_text(question->search),
			      p_texts(arena, question->terms.list,
				      question->terms.count),
			      p_texts(arena, choices->codes, choices->count),
			      p_texts(arena, choices->signs, choices->count),
			      p_texts(arena, choices->values, choices->count),
			      p_text(question->currency), p_bool(false),
			      p_bool(true),
			      p_text(given(req, "price__range")),
			      p_text(given(req, "rating__gte")),
			      p_text(given(req, "in_stock"))),
		       &rows))
		return false;
	*facets = row_text(&rows, rows.count - 1, rows_column(&rows, "facets"));
	return true;
}

static async bool list_filtered(struct request *req,
				const struct question *question)
{
	struct arena *arena = &req->http.work.arena;
	const struct search_choices *choices = &question->choices;
	const char *page = given(req, "page");
	bool needs_all = is_by_name(req) ||
			 (page != NULL && strcmp(page, "last") == 0);
	const char *facets;

	if (!count_facets(req, question, &facets))
		return false;
	return reply_page(
		req, &product_filtered_listing,
		params(p_text(question->search),
		       p_texts(arena, question->terms.list,
			       question->terms.count),
		       p_texts(arena, choices->codes, choices->count),
		       p_texts(arena, choices->signs, choices->count),
		       p_texts(arena, choices->values, choices->count),
		       p_text(question->currency),
		       p_text(given(req, "category")),
		       p_text(given(req, "collection")), question->sku,
		       question->skus, p_bool(needs_all), p_text(facets)));
}

/* The order of the list, without its minus. */
static bool is_ordered_by(struct request *req, const char *column)
{
	const char *ordering = given(req, "ordering");

	if (ordering == NULL)
		ordering = "-created_at";
	return strcmp(ordering + (*ordering == '-'), column) == 0;
}

/* Of listing, if that and the place are all that is asked for. */
static const char *ranged_column(struct request *req,
				 const struct question *question)
{
	const char *page = given(req, "page");

	if (!is_place_alone(req, question) || is_by_name(req) ||
	    (page != NULL && strcmp(page, "last") == 0))
		return NULL;
	return product_filters_column(req);
}

static async bool list_ranged(struct request *req,
			      const struct question *question,
			      const char *column)
{
	struct arena *arena = &req->http.work.arena;
	const struct search_choices *choices = &question->choices;

	return reply_page(
		req, &product_ranged_listing,
		params(p_text(question->search),
		       p_texts(arena, question->terms.list,
			       question->terms.count),
		       p_texts(arena, choices->codes, choices->count),
		       p_texts(arena, choices->signs, choices->count),
		       p_texts(arena, choices->values, choices->count),
		       p_text(question->currency),
		       p_text(given(req, "category")),
		       p_text(given(req, "collection")),
		       p_bool(is_ordered_by(req, column))));
}

async bool product_list(struct request *req)
{
	struct question question;
	const struct listing *listing;
	const char *column;

	if (!read_question(req, &question))
		return false;
	column = ranged_column(req, &question);
	if (column != NULL)
		return list_ranged(req, &question, column);
	listing = place_listing(req, &question);
	if (listing == NULL)
		return list_filtered(req, &question);
	return reply_page(req, listing,
			  params(p_text(given(req, "category")),
				 p_text(question.currency),
				 p_text(given(req, "collection"))));
}
