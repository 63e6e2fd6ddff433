/* lane.h - the way to one peer: so many calls at once, the others in line, and
 * none while its breaker is open. */
#ifndef PLATFORM_CLIENT_LANE_H
#define PLATFORM_CLIENT_LANE_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/client.h>

struct lane;

/* Of that peer at that authority ("host:port"), made when it is new. */
struct lane *lane_find(const struct peer *peer, const char *authority);
/* Waits for a place. False: the line is too long, the deadline has passed, or
 * the breaker is open; error says which. True must be followed by
 * lane_leave. */
async bool lane_enter(struct lane *lane, int64_t deadline, char error[160]);

enum lane_news { LANE_GOOD, LANE_BAD, LANE_NOTHING };
/* What the call told about the peer. */
void lane_leave(struct lane *lane, enum lane_news news);
void lane_measure(const struct lane *lane, enum client_outcome outcome,
		  int64_t microseconds);
unsigned lanes_in_flight(void);

#endif
