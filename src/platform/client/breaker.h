/* breaker.h - stops asking a peer that does not answer (providers 10).
 * Pure: the time is given. */
#ifndef PLATFORM_CLIENT_BREAKER_H
#define PLATFORM_CLIENT_BREAKER_H

#include <stdbool.h>
#include <stdint.h>

enum { BREAKER_WINDOW = 20 };

/* All zero is closed. Times are clock_monotonic(). */
struct breaker {
	int in_a_row; /* failures since the last success */
	unsigned next; /* place in the ring */
	struct {
		int64_t at; /* 0: none yet */
		bool is_good;
	} ring[BREAKER_WINDOW];
	int64_t open_until; /* 0: closed */
	int64_t pause;	    /* of the last opening */
	bool is_probing;    /* one call is out to see whether it is back */
};

/* Whether a call may go now. True when half open makes this call the probe:
 * it must end in breaker_report or breaker_forget. */
bool breaker_allows(struct breaker *breaker, int64_t now);
/* is_good: the peer answered; a decline is an answer, 5xx is none. */
void breaker_report(struct breaker *breaker, bool is_good, int64_t now);
/* The call told nothing about the peer. */
void breaker_forget(struct breaker *breaker);

#endif
