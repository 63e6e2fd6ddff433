/* breaker.c - closed, open, half open. */
#include "breaker.h"

#include <string.h>

#include <platform/clock.h>

#define FAILURES_IN_A_ROW 5
#define WINDOW (30 * SECOND)
#define PAUSE_FIRST (15 * SECOND)
#define PAUSE_MAX (300 * SECOND)

bool breaker_allows(struct breaker *breaker, int64_t now)
{
	if (breaker->open_until == 0)
		return true;
	if (now < breaker->open_until || breaker->is_probing)
		return false;
	breaker->is_probing = true;
	return true;
}

static void open_up(struct breaker *breaker, int64_t now)
{
	breaker->pause = breaker->pause == 0 ? PAUSE_FIRST : breaker->pause * 2;
	if (breaker->pause > PAUSE_MAX)
		breaker->pause = PAUSE_MAX;
	breaker->open_until = now + breaker->pause;
	breaker->is_probing = false;
}

/* More than half of the last twenty, all within the window. */
static bool is_mostly_bad(const struct breaker *breaker, int64_t now)
{
	int bad = 0;

	for (int i = 0; i < BREAKER_WINDOW; i++) {
		if (breaker->ring[i].at == 0 ||
		    breaker->ring[i].at < now - WINDOW)
			return false;
		bad += !breaker->ring[i].is_good;
	}
	return bad > BREAKER_WINDOW / 2;
}

void breaker_report(struct breaker *breaker, bool is_good, int64_t now)
{
	bool was_open = breaker->open_until != 0;

	if (was_open && is_good) {
		memset(breaker, 0, sizeof(*breaker));
		return;
	}
	breaker->in_a_row = is_good ? 0 : breaker->in_a_row + 1;
	breaker->ring[breaker->next].at = now;
	breaker->ring[breaker->next].is_good = is_good;
	breaker->next = (breaker->next + 1) % BREAKER_WINDOW;
	/* Calls that were out when it opened do not lengthen the pause. */
	if (was_open ? breaker->is_probing
		     : breaker->in_a_row >= FAILURES_IN_A_ROW ||
			       is_mostly_bad(breaker, now))
		open_up(breaker, now);
}

void breaker_forget(struct breaker *breaker)
{
	breaker->is_probing = false;
}
