/* search.h - what the files of this room know of one another. */
#ifndef SEARCH_H
#define SEARCH_H

#include <stdbool.h>
#include <stddef.h>

#include <domain/search.h>
#include <platform/arena.h>
#include <rest/listing.h>

enum {
	SEARCH_TEXT_MAX = 200, /* bytes of what is asked */
	SEARCH_WORDS_MAX = 16,
	CHOICES_MAX = 200 /* values of facets in one question */
};

/* What was typed, taken apart. */
struct search_terms {
	/* Two signs and a text, as search_asked() in the schema takes them:
	 * "+wred", "|wblue", "-wgreen", "+ppepper mill", "+lshi". */
	const char *list[SEARCH_WORDS_MAX];
	size_t count;
	bool has_positive; /* one that is not "-" */
	bool is_cut;	   /* there were more */
};

/*
 * Words, "phrases in quotes", -without, OR between two. A quote that does not
 * close, and signs without a word, count for nothing. The last word, if
 * nothing stands behind it, may go on ("l"). Pure; never fails.
 */
void search_terms_read(struct arena *arena, const char *text,
		       struct search_terms *terms);

/* Facets that were chosen, in three arrays side by side. */
struct search_choices {
	const char *codes[CHOICES_MAX];
	const char *signs[CHOICES_MAX]; /* "=", ">", "<" */
	const char *values[CHOICES_MAX];
	size_t count;
};
/* brand, brand__in, category, category__in, attr.CODE and its __in, __gte,
 * __lte; false after 400. */
bool search_choices_read(struct request *req, struct search_choices *choices);

extern const struct listing search_listing;
/* The same without counts of facets. */
extern const struct listing search_plain_listing;
/* With counts, when nothing is chosen and no filter has a part: they are
 * counted here, not by the database. */
extern const struct listing search_counted_listing;

enum {
	FACETS_SHOWN = 10, /* values of a group */
	FACET_GROUPS = 512,
	RATINGS = 4,	  /* from 1 star, from 2 ... */
	PRICE_STEPS = 12, /* 10, 25, 50, 100 ... 50,000 of the currency */
	FACET_GROUP_BITS = 22 /* of an id; the group stands above */
};

/* What hits have in common. */
struct facet_counts {
	int64_t factor; /* each counted hit stands for so many */
	size_t hits;
	/* The most frequent of each group, the next after the last. */
	struct facet_group_counts {
		size_t count;
		int64_t ids[FACETS_SHOWN];
		int64_t numbers[FACETS_SHOWN];
	} *groups[FACET_GROUPS];
	int64_t prices[PRICE_STEPS + 1]; /* below the first step, from it on.. */
	int64_t ratings[RATINGS + 1];	 /* [n]: at least n stars */
	int64_t stock[2];
};
/* Reads what search_counted in sql/queries says: "parts facets prices
 * ratings". `scale` is the currency's unit in its minor units. Pure. */
void facets_count(struct arena *arena, const char *told, int64_t scale,
		  struct facet_counts *counts);
/* The price from which on a step is; of -1 and below it, 0. */
int64_t facets_price_step(int step, int64_t scale);
/* The member "facets" of them: asks how they are called. */
async bool facets_show(struct request *req, const char *told,
		       const char **json);

/* Lists of products with filters, and what is counted beside them. */
extern const struct listing product_filtered_listing;
extern const struct listing product_facets_listing;
extern const struct listing product_ranged_listing;
/* The one column of listing that is filtered, when nothing else is but by the
 * category: "price", "rating" or "created_at"; else NULL. */
const char *product_filters_column(struct request *req);
/* Whether a filter of product_filtered_listing is given; *is_of_card when one
 * is that only what is shown can answer. */
bool product_filters_given(struct request *req, bool *is_of_card);

async bool product_list(struct request *req);
async bool product_search(struct request *req);

/* Rounds. */
async bool search_popularity(struct work *w);
async bool search_stale(struct work *w);
async bool search_counts(struct work *w);

#endif
