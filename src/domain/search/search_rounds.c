/* search_rounds.c - what is kept up with by rounds: what sells, documents that
 * an attribute's change left behind, how often words stand. */
#include "search.h"

#include <queries.h>

enum { BATCH = 500, BATCHES = 20, HEAT_BATCHES = 100 };

/* Batches, each a transaction, until one is not full. */
static async bool in_batches(struct work *w, const struct query *query,
			     int most)
{
	for (int i = 0; i < most; i++) {
		struct rows rows;

		if (!db_query(w, query, params(p_int(BATCH)), &rows))
			return false;
		if (row_int(&rows, 0, 0) < BATCH)
			break;
	}
	return true;
}

async bool search_popularity(struct work *w)
{
	return in_batches(w, &q_search_popularity, BATCHES);
}

async bool search_stale(struct work *w)
{
	return in_batches(w, &q_search_stale, BATCHES);
}

async bool search_counts(struct work *w)
{
	return db_query(w, &q_search_counts, no_params, NULL) &&
	       in_batches(w, &q_search_heat, HEAT_BATCHES);
}
