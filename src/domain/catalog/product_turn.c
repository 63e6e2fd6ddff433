/* product_turn.c - products whose time to be shown or hidden has come. */
#include "products.h"

#include <queries.h>

enum { BATCH = 200, ROUNDS = 200 };

struct turn {
	int64_t count; /* out: of boundaries that have passed */
};

static async bool step(struct work *w, void *argument)
{
	struct turn *turn = argument;
	struct rows rows;

	if (!db_query(w, &q_product_turn, params(p_int(BATCH)), &rows))
		return false;
	turn->count = row_int(&rows, 0, 0);
	return true;
}

async bool product_turn_due(struct work *w)
{
	for (int i = 0; i < ROUNDS; i++) {
		struct turn turn = {0};

		if (!db_transact(w, step, &turn))
			return false;
		if (turn.count < BATCH)
			break;
	}
	return true;
}
