/* lanes.c - who is earlier in the file goes first, where it matters. */
#include "lanes.h"

#include <stdlib.h>

#include <domain/catalog.h>
#include <platform/fiber.h>

#include "transfer.h"

/* On the stack of a fiber. */
struct lane_wait {
	struct waiter waiter;
	struct lane_wait *next;
};

static void queue_up(struct lanes *lanes, struct lane_wait *wait)
{
	waiter_init(&wait->waiter);
	wait->next = lanes->waiting;
	lanes->waiting = wait;
}

async void lanes_wait(struct lanes *lanes)
{
	struct lane_wait me;

	queue_up(lanes, &me);
	waiter_wait(&me.waiter, INT64_MAX);
}

static void wake(struct lanes *lanes)
{
	struct lane_wait *next;

	for (struct lane_wait *it = lanes->waiting; it != NULL; it = next) {
		next = it->next;
		waiter_done(&it->waiter);
	}
	lanes->waiting = NULL;
}

size_t lanes_busy(const struct lanes *lanes)
{
	size_t count = 0;

	for (size_t i = 0; i < LANES; i++)
		count += lanes->list[i].is_busy;
	return count;
}

/* ---- what the file calls its products ---- */

/* FNV-1a of a letter for the kind of name, and the name. */
static uint64_t hash(char kind, const char *name)
{
	uint64_t sum = (0xcbf29ce484222325u ^ (unsigned char)kind) *
		       0x100000001b3u;

	for (; *name != '\0'; name++)
		sum = (sum ^ (unsigned char)*name) * 0x100000001b3u;
	return sum;
}

static int compare(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a;
	uint64_t y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

static bool has(const uint64_t *list, size_t count, uint64_t sum)
{
	return count > 0 &&
	       bsearch(&sum, list, count, sizeof(sum), compare) != NULL;
}

static void add_names(struct lane *lane, const struct import_item *item)
{
	char slug[SLUG_MAX];

	lane->names[lane->name_count++] = hash('p', item->key);
	for (size_t i = 0; i < item->variant_count; i++)
		lane->names[lane->name_count++] =
			hash('s', item->variants[i].sku);
	if (item->slug != NULL) {
		lane->names[lane->name_count++] = hash('l', item->slug);
	} else if (item->name != NULL) {
		slug_make(item->name, slug);
		lane->made[lane->made_count++] = hash('l', slug);
	}
}

void lane_open(struct work *w, struct lane *lane, struct import_batch *batch,
	       int64_t turn)
{
	size_t room = 0;

	for (size_t i = 0; i < batch->count; i++)
		room += batch->items[i].variant_count + 2;
	lane->names = arena_array(&w->arena, uint64_t, room);
	lane->made = arena_array(&w->arena, uint64_t, batch->count);
	lane->name_count = lane->made_count = 0;
	for (size_t i = 0; i < batch->count; i++)
		if (batch->items[i].fate != IMPORT_REFUSE)
			add_names(lane, &batch->items[i]);
	qsort(lane->names, lane->name_count, sizeof(uint64_t), compare);
	qsort(lane->made, lane->made_count, sizeof(uint64_t), compare);
	lane->batch = batch;
	lane->turn = turn;
	lane->is_busy = true;
	lane->is_decided = lane->follows = false;
	batch->lane = lane;
}

void lane_close(struct lane *lane)
{
	lane->is_busy = false;
	wake(lane->lanes);
}

/* ---- taking turns ---- */

static bool shares_names(const struct lane *lane, const struct lane *other)
{
	for (size_t i = 0; i < lane->name_count; i++)
		if (has(other->names, other->name_count, lane->names[i]) ||
		    has(other->made, other->made_count, lane->names[i]))
			return true;
	return false;
}

/* Both change one product. */
static bool shares_products(const struct lane *lane, const struct lane *other)
{
	const struct import_batch *a = lane->batch;
	const struct import_batch *b = other->batch;

	for (size_t i = 0; i < a->count; i++) {
		if (a->items[i].fate != IMPORT_UPDATE)
			continue;
		for (size_t j = 0; j < b->count; j++)
			if (b->items[j].fate == IMPORT_UPDATE &&
			    uuid_equal(&a->items[i].product,
				       &b->items[j].product))
				return true;
	}
	return false;
}

/* Somebody earlier of whom that is so. */
static bool is_after(const struct lane *lane,
		     bool (*is_so)(const struct lane *, const struct lane *))
{
	const struct lanes *lanes = lane->lanes;

	for (size_t i = 0; i < LANES; i++) {
		const struct lane *other = &lanes->list[i];

		if (other->is_busy && other->turn < lane->turn &&
		    is_so(lane, other))
			return true;
	}
	return false;
}

static bool goes_first(const struct lane *lane, const struct lane *other)
{
	return lane->follows || shares_names(lane, other);
}

static bool is_undecided(const struct lane *lane, const struct lane *other)
{
	(void)lane;
	return !other->is_decided;
}

async void lane_take_turn(struct lane *lane)
{
	while (is_after(lane, goes_first))
		lanes_wait(lane->lanes);
}

static bool changes_any(const struct import_batch *batch)
{
	for (size_t i = 0; i < batch->count; i++)
		if (batch->items[i].fate == IMPORT_UPDATE)
			return true;
	return false;
}

async bool lane_decided(struct lane *lane)
{
	if (!lane->is_decided) {
		lane->is_decided = true;
		wake(lane->lanes);
	}
	if (!changes_any(lane->batch))
		return true;
	while (is_after(lane, is_undecided))
		lanes_wait(lane->lanes);
	lane->follows = lane->follows || is_after(lane, shares_products);
	return !is_after(lane, shares_products);
}

bool lane_is_slug_taken(const struct lane *lane, const char *slug)
{
	uint64_t sum = hash('l', slug);

	for (size_t i = 0; i < LANES; i++) {
		const struct lane *other = &lane->lanes->list[i];

		if (other->is_busy && other->turn < lane->turn &&
		    (has(other->names, other->name_count, sum) ||
		     has(other->made, other->made_count, sum)))
			return true;
	}
	return false;
}
