/* standing.c - which access tokens have become void before their end, known
 * to every worker within a second, without asking the database at each request.
 *
 * Whoever deactivates an account, changes its rights or ends a session writes
 * to standing_change in the same transaction (by triggers). Every worker asks
 * for what has become visible since its last look, as cache/changes.c does and
 * proves. While the last good look is too old to promise the second, a token
 * is looked up in the database when it is used. */
#include "keys.h"

#include <stdlib.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/config.h>
#include <platform/db.h>
#include <platform/fiber.h>
#include <platform/log.h>
#include <platform/loop.h>

#include <queries.h>

#include "dispatch.h"

enum {
	EVERY_MS = 200,
	TIMEOUT_MS = 600,
	SNAPSHOT_MAX = 16 * 1024, /* a longer one is not worth its way */
	STARTED_MAX = 64,
	ROOM_MIN = 1024, /* a power of two */
	SKEW_SECONDS = 5
};
#define FRESH (900 * MILLISECOND)

enum column { SNAPSHOT, STARTED, IS_ALL, FALLEN, KEYS };

/* Of an account or a session: tokens of a lower epoch are void. */
struct fallen {
	struct uuid id; /* nil: an empty place */
	uint32_t epoch;
	int64_t until; /* seconds since 1970; by then they have expired */
};

static struct {
	bool is_started;
	bool is_under_way;
	int64_t begun;	   /* clock_monotonic of the last good look; 0: none */
	int64_t all_until; /* too many have fallen: each is looked up */
	char snapshot[SNAPSHOT_MAX];
	char started[STARTED_MAX];
	struct fallen *places;
	size_t room, used;
} standing;

static struct fallen *place_of(struct fallen *places, size_t room,
			       const struct uuid *id)
{
	uint64_t hash;

	memcpy(&hash, id->bytes + 8, sizeof(hash)); /* random bits of a v7 */
	hash *= UINT64_C(0x9e3779b97f4a7c15);
	for (size_t i = hash >> 32;; i++) {
		struct fallen *place = &places[i & (room - 1)];

		if (uuid_is_nil(&place->id) || uuid_equal(&place->id, id))
			return place;
	}
}

/* Room for twice as many as are still of use; the others are left behind. */
static void make_room(int64_t now)
{
	struct fallen *places;
	size_t room = ROOM_MIN;
	size_t living = 0;

	for (size_t i = 0; i < standing.room; i++)
		living += standing.places[i].until >= now;
	while (room < 4 * (living + 1))
		room *= 2;
	places = calloc(room, sizeof(*places));
	if (places == NULL)
		abort();
	for (size_t i = 0; i < standing.room; i++)
		if (standing.places[i].until >= now)
			*place_of(places, room, &standing.places[i].id) =
				standing.places[i];
	free(standing.places);
	standing.places = places;
	standing.room = room;
	standing.used = living;
}

static int64_t now_seconds(void)
{
	return clock_wall() / SECOND;
}

/* The last moment at which a token given out by now may be accepted. */
static int64_t last_use(void)
{
	return now_seconds() + config->access_token_seconds + SKEW_SECONDS;
}

void standing_note(const struct uuid *id, uint32_t epoch)
{
	struct fallen *place;

	if (2 * (standing.used + 1) > standing.room)
		make_room(now_seconds());
	place = place_of(standing.places, standing.room, id);
	if (uuid_is_nil(&place->id)) {
		standing.used++;
		place->id = *id;
	}
	if (epoch > place->epoch)
		place->epoch = epoch;
	place->until = last_use();
}

/* "uuid epoch,uuid epoch" */
static void note_each(const char *list)
{
	char text[UUID_TEXT_LENGTH + 1];
	struct uuid id;

	while (strlen(list) > UUID_TEXT_LENGTH) {
		char *end;
		unsigned long epoch;

		memcpy(text, list, UUID_TEXT_LENGTH);
		text[UUID_TEXT_LENGTH] = '\0';
		epoch = strtoul(list + UUID_TEXT_LENGTH, &end, 10);
		if (uuid_parse(text, &id))
			standing_note(&id, (uint32_t)epoch);
		list = end + (*end == ',');
	}
}

/* "uuid,uuid": revoked, or changed in what they may do. */
static void forget_keys(const char *list)
{
	char text[UUID_TEXT_LENGTH + 1];
	struct uuid id;

	while (strlen(list) >= UUID_TEXT_LENGTH) {
		memcpy(text, list, UUID_TEXT_LENGTH);
		text[UUID_TEXT_LENGTH] = '\0';
		if (uuid_parse(text, &id))
			key_forget(&id);
		list += UUID_TEXT_LENGTH;
		list += *list == ',';
	}
}

static void take(const struct rows *rows, int64_t begun)
{
	const char *snapshot = row_text(rows, 0, SNAPSHOT);
	const char *started = row_text(rows, 0, STARTED);
	bool is_other = standing.started[0] != '\0' &&
			strcmp(started, standing.started) != 0;
	bool is_first = is_other || *standing.snapshot == '\0' ||
			row_bool(rows, 0, IS_ALL);

	/* The snapshots of a server that was started anew mean nothing to
	 * this one: the next look asks by time. */
	if (row_bool(rows, 0, IS_ALL))
		standing.all_until = last_use();
	else
		note_each(row_text(rows, 0, FALLEN));
	/* Keys have no end by which an old change is of no matter. */
	if (is_first)
		keys_forget();
	else
		forget_keys(row_text(rows, 0, KEYS));
	if (is_first || *row_text(rows, 0, KEYS))
		keys_load();
	standing.snapshot[0] = standing.started[0] = '\0';
	standing.begun = is_other ? 0 : begun;
	if (!is_other && strlen(snapshot) < SNAPSHOT_MAX &&
	    strlen(started) < STARTED_MAX) {
		strcpy(standing.snapshot, snapshot);
		strcpy(standing.started, started);
	}
}

static async void look(void *nothing)
{
	int64_t begun = clock_monotonic();
	struct work w = {.fiber = fiber_current(),
			 .deadline = begun + TIMEOUT_MS * MILLISECOND};
	const char *since = *standing.snapshot ? standing.snapshot : NULL;
	struct rows rows;

	(void)nothing;
	if (db_query(&w, &q_standing_look,
		     params(p_text(since),
			    p_int(config->access_token_seconds +
				  SKEW_SECONDS)),
		     &rows))
		take(&rows, begun);
	work_finish(&w);
	standing.is_under_way = false;
}

static void tick(void *nothing)
{
	(void)nothing;
	if (standing.is_under_way)
		return;
	standing.is_under_way = true;
	if (!fiber_start(look, NULL, NULL))
		standing.is_under_way = false;
}

void standing_start(void)
{
	standing.is_started = true;
	make_room(now_seconds());
	tick(NULL);
	loop_every(EVERY_MS, tick, NULL);
}

static bool has_fallen(const struct uuid *id, uint32_t epoch)
{
	return epoch < place_of(standing.places, standing.room, id)->epoch;
}

bool standing_is_sure(void)
{
	return !standing.is_started ||
	       (standing.begun != 0 &&
		clock_monotonic() - standing.begun <= FRESH);
}

enum standing standing_of(const struct claims *claims)
{
	if (!standing.is_started) /* nobody could have told us */
		return STANDING_GOOD;
	if (has_fallen(&claims->user, claims->epoch) ||
	    has_fallen(&claims->session, 0))
		return STANDING_FALLEN;
	if (!standing_is_sure() || now_seconds() < standing.all_until)
		return STANDING_UNSURE;
	return STANDING_GOOD;
}

async bool standing_prove(struct request *req, bool *stands)
{
	struct work *w = &req->http.work;
	const struct principal *who = &req->who;
	struct rows rows;

	if (!db_query(w, &q_standing_prove,
		      params(p_uuid(&who->account), p_int(who->epoch),
			     p_uuid(&who->session)),
		      &rows))
		return false;
	*stands = row_bool(&rows, 0, 0);
	return true;
}
