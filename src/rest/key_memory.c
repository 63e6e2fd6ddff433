/* key_memory.c - the API keys that this worker knows, so that a request
 * asks no database for its key; and when they were used, written down at most
 * once a minute, apart from any request. Never waits but in its own fiber. */
#include "keys.h"

#include <stdlib.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/loop.h>
#include <queries.h>

#include "dispatch.h"

enum {
	SETS = 512, /* a power of two */
	WAYS = 4,
	NOTE_EVERY_MS = 1000,
	NOTE_MOST = 256, /* in one statement; the rest waits a second */
	TIMEOUT_MS = 2000
};
#define NOTE_AGAIN (60 * SECOND)
#define LOAD_AGAIN (200 * SECOND)
/* A change is told by standing_change; this is for the case that one was
 * missed for a reason nobody has thought of. */
#define KEEP_AT_MOST (300 * SECOND)

static struct {
	struct known_key places[SETS][WAYS];
	uint64_t generation;
	bool is_noting;
	bool is_loading;
	bool is_wanted; /* once more, when this load is over */
	int64_t loaded;
	struct uuid used[NOTE_MOST]; /* to be written down */
	size_t used_count;
} memory;

static struct known_key *set_of(const uint8_t hash[SECRET_HASH_SIZE])
{
	uint64_t place;

	memcpy(&place, hash, sizeof(place));
	return memory.places[place % SETS];
}

void key_used(const struct uuid *id)
{
	if (!memory.is_noting && memory.used_count < NOTE_MOST)
		memory.used[memory.used_count++] = *id;
}

static void empty(struct known_key *known)
{
	if (known->is_used && known->noted == 0)
		key_used(&known->id);
	free(known->networks);
	*known = (struct known_key){0};
}

static struct known_key *place_of(const uint8_t hash[SECRET_HASH_SIZE])
{
	struct known_key *set = set_of(hash);

	for (int i = 0; i < WAYS; i++)
		if (!uuid_is_nil(&set[i].id) &&
		    bytes_equal(set[i].hash, hash, SECRET_HASH_SIZE))
			return &set[i];
	return NULL;
}

struct known_key *key_find(const uint8_t hash[SECRET_HASH_SIZE])
{
	struct known_key *known = place_of(hash);

	if (known == NULL || !standing_is_sure() ||
	    known->until <= clock_wall() ||
	    clock_monotonic() - known->met > KEEP_AT_MOST)
		return NULL;
	return known;
}

uint64_t keys_generation(void)
{
	return memory.generation;
}

/* Its own place, else an empty one, else that of the one met first. */
void key_keep(const struct known_key *known)
{
	struct known_key *set = set_of(known->hash);
	struct known_key *place = place_of(known->hash);
	int64_t noted = place != NULL ? place->noted : 0;
	bool is_used = place != NULL && place->is_used;

	if (place == NULL) {
		place = &set[0];
		for (int i = 1; i < WAYS; i++)
			if (set[i].met < place->met)
				place = &set[i];
	}
	if (uuid_equal(&place->id, &known->id))
		place->is_used = false; /* it goes on in its place */
	empty(place);
	*place = *known;
	place->met = clock_monotonic();
	place->noted = noted;
	place->is_used |= is_used;
}

void key_forget(const struct uuid *id)
{
	memory.generation++;
	for (int i = 0; i < SETS; i++)
		for (int k = 0; k < WAYS; k++)
			if (uuid_equal(&memory.places[i][k].id, id))
				empty(&memory.places[i][k]);
}

void keys_forget(void)
{
	memory.generation++;
	for (int i = 0; i < SETS; i++)
		for (int k = 0; k < WAYS; k++)
			empty(&memory.places[i][k]);
}

static async void note(void *nothing)
{
	struct work w = {.fiber = fiber_current(),
			 .deadline = clock_monotonic() +
				     TIMEOUT_MS * MILLISECOND};

	(void)nothing;
	/* Lost when it fails: the next use tells it again. */
	(void)db_query(&w, &q_key_note_use,
		       params(p_uuids(&w.arena, memory.used,
				      memory.used_count)),
		       NULL);
	work_finish(&w);
	memory.is_noting = false;
	memory.used_count = 0;
}

static void gather(int64_t now, struct known_key *known)
{
	if (!known->is_used || memory.used_count == NOTE_MOST ||
	    (known->noted != 0 && now - known->noted < NOTE_AGAIN))
		return;
	known->is_used = false;
	known->noted = now;
	memory.used[memory.used_count++] = known->id;
}

void keys_load(void)
{
	memory.is_wanted = memory.is_loading;
	if (memory.is_loading)
		return;
	memory.is_loading = true;
	memory.loaded = clock_monotonic();
	if (!fiber_start(keys_meet_all, NULL, NULL))
		memory.is_loading = false;
}

void keys_loaded(void)
{
	memory.is_loading = false;
	if (memory.is_wanted)
		keys_load();
}

static void tick(void *nothing)
{
	int64_t now = clock_monotonic();

	(void)nothing;
	if (now - memory.loaded > LOAD_AGAIN)
		keys_load();
	if (memory.is_noting)
		return;
	for (int i = 0; i < SETS; i++)
		for (int k = 0; k < WAYS; k++)
			gather(now, &memory.places[i][k]);
	if (memory.used_count == 0)
		return;
	memory.is_noting = true;
	if (!fiber_start(note, NULL, NULL))
		memory.is_noting = false;
}

void keys_start(void)
{
	loop_every(NOTE_EVERY_MS, tick, NULL);
}
