/* flight.c - who asks for what another is asking already waits for that
 * answer: one query, however many came at once. */
#include "cache.h"

#include <platform/fiber.h>

struct cache_follower {
	struct waiter waiter;
	struct cached *answer; /* counted for the follower */
	LIST_ENTRY(cache_follower) others;
};

static LIST_HEAD(flights, cache_flight) flights = LIST_HEAD_INITIALIZER(flights);

static struct cache_flight *flight_find(const struct cache_key *key,
					int64_t now)
{
	struct cache_flight *flight = LIST_FIRST(&flights);

	/* The youngest stands first. */
	while (flight != NULL && !key_is_same(&flight->key, key))
		flight = LIST_NEXT(flight, others);
	/* An answer that was begun earlier may lack what has been committed
	 * for longer than we promise. */
	return flight != NULL && now - flight->begun < CACHE_FRESH ? flight
								   : NULL;
}

static async struct cached *wait_for(struct cache_flight *flight,
				     int64_t deadline)
{
	struct cache_follower follower = {.answer = NULL};

	cache_seen.followers++;
	waiter_init(&follower.waiter);
	LIST_INSERT_HEAD(&flight->followers, &follower, others);
	/* Done: the flight is over, and has taken it from its list. */
	if (!waiter_wait(&follower.waiter, deadline))
		LIST_REMOVE(&follower, others);
	return follower.answer;
}

async struct cached *cache_follow(const struct cache_key *key,
				  struct cache_flight *flight,
				  int64_t deadline)
{
	struct cache_flight *other = flight_find(key, clock_monotonic());
	struct cached *answer = NULL;

	if (other != NULL)
		answer = wait_for(other, deadline);
	if (answer != NULL)
		return answer;
	*flight = (struct cache_flight){
		.key = *key,
		.generation = store_generation(),
		.begun = clock_monotonic(),
		.followers = LIST_HEAD_INITIALIZER(flight->followers),
	};
	LIST_INSERT_HEAD(&flights, flight, others);
	return NULL;
}

void cache_flight_end(struct cache_flight *flight, struct cached *answer)
{
	struct cache_follower *follower;

	LIST_REMOVE(flight, others);
	while ((follower = LIST_FIRST(&flight->followers)) != NULL) {
		LIST_REMOVE(follower, others);
		if (answer != NULL)
			follower->answer = cached_keep(answer);
		waiter_done(&follower->waiter);
	}
	if (answer != NULL)
		(void)store_put(answer, flight->generation);
}
