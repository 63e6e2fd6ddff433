/* load.h - shoppers who buy without pause and write down what they were told,
 * and a watcher of /healthz/. Threads of their own; nothing here fails a test:
 * what was seen is asserted by who asks. */
#ifndef TESTS_FAULT_LOAD_H
#define TESTS_FAULT_LOAD_H

#include <stdbool.h>
#include <stdint.h>

/* What was acknowledged with 2xx. */
struct purchase {
	struct purchase *next;
	char cart[40];
	int quantity;	/* of its one line; 0: none was acknowledged */
	char order[40]; /* "": none was */
};

struct load {
	int64_t acknowledged; /* 2xx since load_start */
	int64_t last_at;      /* ms, of the latest one */
	int64_t refused;      /* 503 with Retry-After */
	int64_t cut;	      /* no answer at all */
	int64_t wrong;	      /* any other answer; the first is printed */
	int64_t slowest_ms;   /* of all answers since load_mark() */
	int64_t probes;	      /* of /healthz/ since load_mark() */
	int64_t probes_bad;
	int64_t slowest_probe_ms;
};

void load_start(int shoppers);
/* Begins the figures that are "since load_mark" anew. */
void load_mark(void);
struct load load_now(void);
/* Purchases begun are ended; then all threads. The journal, newest first. */
struct purchase *load_stop(void);
bool load_is_on(void);
/* Monotonic milliseconds. */
int64_t now_ms(void);
void sleep_ms(int64_t milliseconds);

#endif
