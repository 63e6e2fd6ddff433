/* router.h - from a path to what can be asked there. */
#ifndef REST_ROUTER_H
#define REST_ROUTER_H

#include <stdbool.h>
#include <stddef.h>

#include <platform/arena.h>
#include <rest/request.h>
#include <rest/room.h>
#include <rest/route.h>

struct metric;

enum { WAY_STATUSES = 16 };

/* A route in its place, and the series it is counted in (found once). */
struct way {
	const struct route *route; /* NULL: no such method here */
	const char *names[PATH_VALUES_MAX];
	struct metric *latency;
	struct {
		int status;
		struct metric *count;
	} statuses[WAY_STATUSES];
};

/* A node of the trie: what may follow, and what may be asked. */
struct place {
	const char *literal; /* NULL at the root and at a {value} */
	size_t length;
	struct place *next; /* sibling */
	struct place *children;
	struct place *value;
	bool is_end; /* some route ends here */
	bool has_slash; /* and is written with a slash at the end */
	struct way ways[METHODS]; /* HEAD and OPTIONS stay empty */
	char allow[56]; /* the value of Allow, in DRF's order */
};

struct router {
	struct arena *arena;
	struct place root;
	size_t route_count;
};

enum finding {
	FINDING_PLACE,
	FINDING_NOTHING,
	FINDING_MALFORMED /* a broken escape, a control byte, no UTF-8 */
};

struct found {
	struct place *place;
	bool lacks_slash;
	size_t value_count;
	const char *values[PATH_VALUES_MAX]; /* decoded once, in the arena */
};

void router_init(struct router *router, struct arena *arena);
/* False with a sentence in *why (in the arena) when the path is no template
 * or another route has this method and path. */
bool router_add(struct router *router, const struct route *route,
		const char **why);
enum finding router_find(struct router *router, struct arena *arena,
			 const char *path, struct found *found);
/* The way of a method; HEAD is GET's. NULL when there is none. */
struct way *place_way(const struct place *place, enum method method);

#endif
