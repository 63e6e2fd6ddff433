/* lanes.h - batches of one import that are written at once, each over its own
 * connection, and what keeps the order of the file between them. */
#ifndef TRANSFER_LANES_H
#define TRANSFER_LANES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <domain/transfer.h>
#include <platform/work.h>

struct import_batch;

enum { LANES = IMPORT_LANES_MAX + 1 }; /* one of them is being read */

/*
 * Who is later in the file waits for who is earlier, never the other way
 * round: in one transaction's locks and in these waits together no circle can
 * arise, because who waits here has locked nothing yet.
 */
struct lane {
	struct lanes *lanes;
	const struct import_batch *batch;
	int64_t turn; /* of the batch in the file */
	/* Hashes, in order: of keys, SKUs and slugs that the file says, and
	 * of slugs that would be made of names. Two that are the same by
	 * chance cost a wait, or the end of an id at a slug. */
	uint64_t *names, *made;
	size_t name_count, made_count;
	bool is_busy;	 /* from lane_open to lane_close */
	bool is_decided; /* it is known which products it changes */
	bool follows;	 /* all that are earlier must be over first */
};

struct lane_wait;

struct lanes {
	struct lane list[LANES];
	struct lane_wait *waiting;
};

/* The batch is read and will be written; opened in the order of the file.
 * Memory comes from the work's arena. */
void lane_open(struct work *w, struct lane *lane, struct import_batch *batch,
	       int64_t turn);
/* It is written, or has failed. */
void lane_close(struct lane *lane);
/* Waits until any other lane has got on. */
async void lanes_wait(struct lanes *lanes);
size_t lanes_busy(const struct lanes *lanes);

/* Waits until nobody earlier has a product that the file calls the same. */
async void lane_take_turn(struct lane *lane);
/* The fates are decided. False: somebody earlier changes one of these products,
 * found by another name: roll back, take turns and decide anew. */
async bool lane_decided(struct lane *lane);
/* An earlier batch that is not over may take this slug. */
bool lane_is_slug_taken(const struct lane *lane, const char *slug);

#endif
