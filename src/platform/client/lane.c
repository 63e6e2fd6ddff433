/* lane.c - bulkhead, line and breaker of each peer, one set a worker. */
#include "lane.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/clock.h>
#include <platform/fiber.h>
#include <platform/log.h>
#include <platform/metrics.h>

#include "breaker.h"

#define LANES_MAX 256 /* user-given hosts must not fill the memory */
#define LINE_MAX 256  /* calls waiting for one peer */

struct waiting {
	struct waiter waiter;
	struct waiting *next;
	bool has_place; /* given by the one who left */
};

struct lane {
	struct lane *next; /* the last used is the first */
	const struct peer *peer;
	char *authority;
	struct breaker breaker;
	int in_flight;
	int in_line;
	struct waiting *first;
	struct waiting **last;
};

static struct lane *lanes;
static unsigned in_flight;

static struct lane *lane_new(const struct peer *peer, const char *authority)
{
	struct lane *lane = calloc(1, sizeof(*lane));

	if (lane == NULL || (lane->authority = strdup(authority)) == NULL)
		abort();
	lane->peer = peer;
	lane->last = &lane->first;
	return lane;
}

static void show_open(const struct lane *lane, int64_t change)
{
	char labels[120];

	snprintf(labels, sizeof(labels), "peer=\"%s\"", lane->peer->name);
	metric_add(metric_get(METRIC_GAUGE, "shopd_breakers_open", labels,
			      "Peers that are not asked for now."),
		   change);
}

/* The one unused for longest, if there are too many. */
static void forget_one(void)
{
	struct lane **oldest = NULL;
	unsigned count = 0;

	for (struct lane **at = &lanes; *at != NULL; at = &(*at)->next) {
		count++;
		if ((*at)->in_flight == 0 && (*at)->in_line == 0)
			oldest = at;
	}
	if (count > LANES_MAX && oldest != NULL) {
		struct lane *lane = *oldest;

		*oldest = lane->next;
		if (lane->breaker.open_until != 0)
			show_open(lane, -1);
		free(lane->authority);
		free(lane);
	}
}

struct lane *lane_find(const struct peer *peer, const char *authority)
{
	struct lane **at = &lanes;
	struct lane *lane;

	while (*at != NULL && (strcmp((*at)->peer->name, peer->name) != 0 ||
			       strcmp((*at)->authority, authority) != 0))
		at = &(*at)->next;
	lane = *at;
	if (lane == NULL) {
		forget_one();
		lane = lane_new(peer, authority);
	} else {
		*at = lane->next;
	}
	lane->next = lanes;
	lanes = lane;
	return lane;
}

static void line_remove(struct lane *lane, struct waiting *who)
{
	struct waiting **at = &lane->first;

	while (*at != NULL && *at != who)
		at = &(*at)->next;
	if (*at == NULL)
		return;
	*at = who->next;
	if (lane->last == &who->next)
		lane->last = at;
	lane->in_line--;
}

static async bool wait_in_line(struct lane *lane, int64_t deadline)
{
	struct waiting me = {0};

	waiter_init(&me.waiter);
	*lane->last = &me;
	lane->last = &me.next;
	lane->in_line++;
	(void)waiter_wait(&me.waiter, deadline);
	if (!me.has_place)
		line_remove(lane, &me);
	return me.has_place;
}

/* The place goes to the first in line, so in_flight stays. */
static void give_place(struct lane *lane)
{
	struct waiting *first = lane->first;

	if (first == NULL) {
		lane->in_flight--;
		in_flight--;
		return;
	}
	line_remove(lane, first);
	first->has_place = true;
	waiter_done(&first->waiter);
}

static async bool take_place(struct lane *lane, int64_t deadline)
{
	if (lane->in_flight >= lane->peer->in_flight_max)
		return lane->in_line < LINE_MAX && wait_in_line(lane, deadline);
	lane->in_flight++;
	in_flight++;
	return true;
}

async bool lane_enter(struct lane *lane, int64_t deadline, char error[160])
{
	if (!take_place(lane, deadline)) {
		snprintf(error, 160, "%s: too many calls at once",
			 lane->peer->name);
		return false;
	}
	if (!breaker_allows(&lane->breaker, clock_monotonic())) {
		snprintf(error, 160, "%s: does not answer, the breaker is open",
			 lane->peer->name);
		give_place(lane);
		return false;
	}
	return true;
}

static void report(struct lane *lane, bool is_good)
{
	bool was_open = lane->breaker.open_until != 0;
	bool is_open;

	breaker_report(&lane->breaker, is_good, clock_monotonic());
	is_open = lane->breaker.open_until != 0;
	if (is_open == was_open)
		return;
	log_line(is_open ? LOG_ERROR_LINE : LOG_INFO_LINE,
		 is_open ? "breaker opened" : "breaker closed", "peer",
		 lane->peer->name, "host", lane->authority, NULL);
	show_open(lane, is_open ? 1 : -1);
}

void lane_leave(struct lane *lane, enum lane_news news)
{
	assert(lane->in_flight > 0);
	if (news == LANE_NOTHING)
		breaker_forget(&lane->breaker);
	else
		report(lane, news == LANE_GOOD);
	give_place(lane);
}

void lane_measure(const struct lane *lane, enum client_outcome outcome,
		  int64_t microseconds)
{
	static const char *const names[] = {
		[CLIENT_ANSWERED] = "answered",
		[CLIENT_NOT_SENT] = "not_sent",
		[CLIENT_AMBIGUOUS] = "ambiguous",
	};
	char labels[160];

	snprintf(labels, sizeof(labels), "peer=\"%s\"", lane->peer->name);
	metric_observe(metric_get(METRIC_HISTOGRAM, "shopd_outgoing_seconds",
				  labels, "Time of a call to a peer."),
		       microseconds);
	snprintf(labels, sizeof(labels), "peer=\"%s\",outcome=\"%s\"",
		 lane->peer->name, names[outcome]);
	metric_add(metric_get(METRIC_COUNTER, "shopd_outgoing_total", labels,
			      "Calls to peers by how they ended."),
		   1);
}

unsigned lanes_in_flight(void)
{
	return in_flight;
}
