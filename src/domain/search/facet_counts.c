/* facet_counts.c - counting what hits have in common: the database sends the
 * facets of each, which is a tenth of the work of counting them there. */
#include "search.h"

#include <stdlib.h>
#include <string.h>

enum { TABLE_FIRST = 4096 }; /* a power of two */

/* How often each id was seen: open addressing, at most half full. */
struct table {
	struct arena *arena;
	struct slot {
		int64_t id; /* 0: free */
		int64_t number;
	} *slots;
	size_t size;
	size_t used;
};

static struct slot *slot_of(const struct table *table, int64_t id)
{
	size_t at = (size_t)((uint64_t)id * UINT64_C(0x9E3779B97F4A7C15) >> 32);

	for (;; at++) {
		struct slot *slot = &table->slots[at & (table->size - 1)];

		if (slot->id == id || slot->id == 0)
			return slot;
	}
}

static void table_make(struct table *table, size_t size)
{
	table->size = size;
	table->slots = arena_array(table->arena, struct slot, size);
}

static void table_double(struct table *table)
{
	struct slot *old = table->slots;
	size_t size = table->size;

	table_make(table, 2 * size);
	for (size_t i = 0; i < size; i++) {
		if (old[i].id != 0)
			*slot_of(table, old[i].id) = old[i];
	}
}

static void see(struct table *table, int64_t id)
{
	struct slot *slot = slot_of(table, id);

	if (slot->id == 0) {
		if (2 * table->used >= table->size) {
			table_double(table);
			slot = slot_of(table, id);
		}
		slot->id = id;
		table->used++;
	}
	slot->number++;
}

/* The next number; *at stands behind it. */
static int64_t number_at(const char **at)
{
	int64_t number = 0;

	while (**at >= '0' && **at <= '9')
		number = number * 10 + (*(*at)++ - '0');
	return number;
}

/* The same by eight digits at once, for there are ten thousand of them: the
 * bytes behind the last digit are shifted out, then neighbours are added up,
 * digits to pairs, to fours, to eight. Little-endian; 8 bytes can be read. */
static int64_t eight_at(const char **at)
{
	uint64_t bytes;
	uint64_t others;
	unsigned digits;

	memcpy(&bytes, *at, sizeof(bytes));
	bytes ^= UINT64_C(0x3030303030303030);
	/* A byte above 9 has one of the high four bits set by this. */
	others = (bytes | (bytes + UINT64_C(0x0606060606060606))) &
		 UINT64_C(0xf0f0f0f0f0f0f0f0);
	digits = others ? (unsigned)__builtin_ctzll(others) / 8 : 8;
	*at += digits;
	if (digits == 0)
		return 0;
	bytes <<= 8 * (8 - digits);
	bytes = (bytes * 10 + (bytes >> 8)) & UINT64_C(0x00ff00ff00ff00ff);
	bytes = (bytes * 100 + (bytes >> 16)) & UINT64_C(0x0000ffff0000ffff);
	return (int64_t)((bytes * 10000 + (bytes >> 32)) & 0xffffffff);
}

/* An id has nine digits at the most. */
static int64_t id_at(const char **at, const char *end)
{
	int64_t id;

	if (end - *at < 8)
		return number_at(at);
	id = eight_at(at);
	while (**at >= '0' && **at <= '9')
		id = id * 10 + (*(*at)++ - '0');
	return id;
}

/* Arrays side by side, "{1,2}{}{3}", to the next space; how many arrays. */
static size_t read_facets(struct table *table, const char **at)
{
	const char *end = *at + strlen(*at);
	size_t hits = 0;

	for (; **at != '\0' && **at != ' '; ) {
		if (**at >= '0' && **at <= '9') {
			see(table, id_at(at, end));
			continue;
		}
		hits += **at == '{';
		(*at)++;
	}
	return hits;
}

int64_t facets_price_step(int step, int64_t scale)
{
	static const int64_t tenths[] = {100, 250, 500};
	int64_t at = 0;

	if (step >= 0) {
		at = tenths[step % 3] * scale / 10;
		for (int i = 0; i < step / 3; i++)
			at *= 10;
	}
	return at;
}

static void read_prices(struct facet_counts *counts, const char **at,
			int64_t scale)
{
	int64_t from[PRICE_STEPS];

	for (int i = 0; i < PRICE_STEPS; i++)
		from[i] = facets_price_step(i, scale);
	while (**at >= '0' && **at <= '9') {
		int64_t price = number_at(at);
		size_t step = 0;

		while (step < PRICE_STEPS && price >= from[step])
			step++;
		counts->prices[step] += counts->factor;
		*at += **at == ',';
	}
}

static void read_ratings(struct facet_counts *counts, const char **at)
{
	while (**at >= '0' && **at <= '9') {
		int64_t both = number_at(at);

		counts->stock[both % 2] += counts->factor;
		for (int64_t n = 1; n <= RATINGS && both / 2 >= n * 100; n++)
			counts->ratings[n] += counts->factor;
		*at += **at == ',';
	}
}

/* In its place among the most frequent of its group, if it is one of them. */
static void place(struct arena *arena, struct facet_counts *counts,
		  const struct slot *slot)
{
	size_t which = (size_t)(slot->id >> FACET_GROUP_BITS) % FACET_GROUPS;
	struct facet_group_counts *group = counts->groups[which];
	int64_t number = slot->number * counts->factor;
	size_t at;

	if (group == NULL) {
		group = arena_new(arena, struct facet_group_counts);
		group->count = 0;
		counts->groups[which] = group;
	}
	at = group->count;
	while (at > 0 && (group->numbers[at - 1] < number ||
			  (group->numbers[at - 1] == number &&
			   group->ids[at - 1] > slot->id)))
		at--;
	if (at == FACETS_SHOWN)
		return;
	if (group->count < FACETS_SHOWN)
		group->count++;
	memmove(&group->ids[at + 1], &group->ids[at],
		(group->count - at - 1) * sizeof(*group->ids));
	memmove(&group->numbers[at + 1], &group->numbers[at],
		(group->count - at - 1) * sizeof(*group->numbers));
	group->ids[at] = slot->id;
	group->numbers[at] = number;
}

void facets_count(struct arena *arena, const char *told, int64_t scale,
		  struct facet_counts *counts)
{
	struct table table = {.arena = arena};
	int64_t parts = number_at(&told);

	memset(counts, 0, sizeof(*counts));
	counts->factor = parts > 0 ? 256 / parts : 1;
	table_make(&table, TABLE_FIRST);
	told += *told == ' ';
	counts->hits = read_facets(&table, &told);
	told += *told == ' ';
	read_prices(counts, &told, scale);
	told += *told == ' ';
	read_ratings(counts, &told);
	for (size_t i = 0; i < table.size; i++) {
		if (table.slots[i].id != 0)
			place(arena, counts, &table.slots[i]);
	}
}
