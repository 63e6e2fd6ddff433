/* world.c - the sandbox's memory, its lock, its counter. */
#include "emulator.h"

#include <inttypes.h>
#include <pthread.h>

#include <platform/clock.h>

struct world world;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void world_lock(void)
{
	pthread_mutex_lock(&lock);
}

void world_unlock(void)
{
	pthread_mutex_unlock(&lock);
}

const char *world_id(const char *prefix)
{
	/* Unique over restarts too: a shop's database outlives the sandbox. */
	static int64_t born;

	if (born == 0)
		born = world_now();
	return arena_format(&world.arena, "%s_%" PRIx64 "Emu%06" PRIu64, prefix,
			    (uint64_t)born, ++world.counter);
}

int64_t world_now(void)
{
	return clock_wall() / SECOND;
}
