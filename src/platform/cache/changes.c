/* changes.c - what has been committed since the last look, and the proof that
 * no answer leaves memory that is older than it may be.
 *
 * Whoever changes what the public sees inserts rows into change_log in the
 * same transaction. Every worker asks for those that have become visible:
 * whose transaction the snapshot of the last look did not hold. Numbers from a
 * sequence could not tell, as they are not given in the order of the commits;
 * a snapshot tells exactly.
 *
 * Promised: what leaves memory at a time t holds every change that was
 * committed before t - CACHE_FRESH. Let b be when the last good look began
 * (our clock, before it was sent); nothing leaves memory unless t - b is less
 * than CACHE_FRESH. So it must hold each change C committed before b.
 *  - The answer was made from statements sent after its flight began, at m.
 *    If C was committed before those statements' snapshots, the answer has it.
 *  - Else C was committed after m, and before b. The look of b has a snapshot
 *    later than C: it, or an earlier look, was the first to see C. That
 *    look's snapshot is later than C, thus than m, so its result came in
 *    after m, too; and it came in before t, since looks come one by one and
 *    the one of b is done. When it came in
 *     . the answer was in memory already: it was dropped, or
 *     . it was not: the drop was marked with a generation later than the
 *       flight's, and store_put refuses the answer.
 * Nothing here asks that the loop is in time, that a message arrives or that
 * the connection holds: whatever is late or lost makes b old, and then memory
 * is passed by. Who follows another's flight gets an answer whose statements
 * were sent less than CACHE_FRESH before it came: the same promise.
 *
 * A look that fails loses nothing, for the next compares with the same
 * snapshot. But the snapshots of another server (a standby promoted, a backup
 * restored) mean nothing to us: when the time at which it was started differs,
 * everything is dropped. */
#include "cache.h"

#include <string.h>

#include <platform/config.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/log.h>
#include <platform/loop.h>

#include <queries.h>

enum {
	EVERY_MS = 150,
	TIMEOUT_MS = 600,
	SNAPSHOT_MAX = 64 * 1024, /* a longer one is not worth its way */
	STARTED_MAX = 64
};

enum column { SNAPSHOT, STARTED, IS_ALL, COUNT, IDS, AGE };

static struct {
	bool is_under_way;
	int64_t begun; /* of the last good one; 0: none */
	char snapshot[SNAPSHOT_MAX]; /* "" : none */
	char started[STARTED_MAX];
} look;

int64_t changes_begun(void)
{
	return look.begun;
}

bool cache_is_fresh(int64_t now)
{
	return look.begun != 0 && now - look.begun < CACHE_FRESH;
}

static void drop_each(const char *ids)
{
	char text[UUID_TEXT_LENGTH + 1];
	struct uuid id;

	for (; strlen(ids) >= UUID_TEXT_LENGTH; ids += UUID_TEXT_LENGTH) {
		memcpy(text, ids, UUID_TEXT_LENGTH);
		text[UUID_TEXT_LENGTH] = '\0';
		if (uuid_parse(text, &id))
			cache_drop(&id);
	}
}

static void take(const struct rows *rows, int64_t begun)
{
	const char *snapshot = row_text(rows, 0, SNAPSHOT);
	const char *started = row_text(rows, 0, STARTED);
	int64_t age = row_int(rows, 0, AGE);

	if (strcmp(started, look.started) != 0 || look.snapshot[0] == '\0' ||
	    row_bool(rows, 0, IS_ALL))
		cache_drop_all();
	else if (row_int(rows, 0, COUNT) > 0)
		drop_each(row_text(rows, 0, IDS));
	if (look.snapshot[0] != '\0' && age > cache_seen.largest_age)
		cache_seen.largest_age = age;
	look.begun = begun;
	look.snapshot[0] = '\0';
	if (strlen(snapshot) < SNAPSHOT_MAX && strlen(started) < STARTED_MAX) {
		strcpy(look.snapshot, snapshot);
		strcpy(look.started, started);
	}
}

static async void run(void *nothing)
{
	int64_t begun = clock_monotonic();
	struct work w = {.fiber = fiber_current(),
			 .deadline = begun + TIMEOUT_MS * MILLISECOND};
	struct rows rows;
	const char *since = look.snapshot[0] != '\0' ? look.snapshot : NULL;

	(void)nothing;
	if (db_query(&w, &q_change_look, params(p_text(since)), &rows))
		take(&rows, begun);
	else
		cache_seen.failed_polls++;
	work_finish(&w);
	look.is_under_way = false;
}

static void tick(void *nothing)
{
	(void)nothing;
	if (look.is_under_way)
		return;
	look.is_under_way = true;
	if (!fiber_start(run, NULL, NULL))
		look.is_under_way = false;
}

static void changes_start(void)
{
	look.begun = 0;
	look.snapshot[0] = '\0';
	look.started[0] = '\0';
	tick(NULL);
	loop_every(EVERY_MS, tick, NULL);
}

void cache_start(void)
{
	store_reset((size_t)config->cache_bytes);
	if (cache_is_on())
		changes_start();
}
