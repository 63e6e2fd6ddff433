/* rest/room.h - what a room of the domain brings along; main.c lists them. */
#ifndef REST_ROOM_H
#define REST_ROOM_H

#include <platform/db.h>
#include <platform/jobs.h>
#include <rest/route.h>

/* A statement that counts what must not be; proven by `shopd doctor`. */
struct invariant {
	const char *name;  /* "I1"; NULL ends the table */
	const char *promise; /* a sentence */
	const struct query *query; /* rows: what breaks it; none is healthy.
				    * Column 0 is a text that names it. */
};

struct room {
	const char *name;
	const struct route *routes;
	const struct job_kind *jobs;
	const struct subscription *subscriptions;
	const struct periodic *periodics;
	const struct invariant *invariants;
};
extern const struct room *const rooms[]; /* NULL ended; in src/rooms.c */

#endif
