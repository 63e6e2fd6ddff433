/* volley.h - thousands of requests over a few kept connections, each judged
 * by what it may be answered. What is wrong is printed; the test fails at the
 * end of the volley, so that one run shows all there is. */
#ifndef TESTS_API_VOLLEY_H
#define TESTS_API_VOLLEY_H

#include "shop.h"

struct shot {
	const char *operation; /* for the report */
	const char *what;      /* what is hostile about it */
	const char *method;
	const char *path;
	struct caller caller;
	const char *type; /* Content-Type; NULL: application/json */
	const char *body; /* NULL: none */
	size_t length;	  /* of the body; 0: up to its NUL */
	/* "404", "401 403", "4xx"; NULL: anything but a failure of ours */
	const char *want;
	const char *key; /* the body of the refusal must have this member */
};

struct target;
/* The right request, to be spoilt. */
struct shot shot_at(const struct target *target, const char *what);
/* Copies what it needs; judged at once or later. */
void fire(const struct shot *shot);
/* Waits for all answers; fails the test when any was wrong. */
void volley_end(void);
/* How many were sent since the program began. */
size_t volley_count(void);
/* Is it a refusal as the API words them? NULL, or what is wrong. */
const char *refusal_flaw(const struct answer *answer);

/* A line with a checksum of each table that tells of business. Throws no
 * request; what runs by itself (jobs, outbox, mails) is left out. */
const char *digest(void);
/* Fails the test, naming the tables that differ. */
void assert_unchanged(const char *before, const char *what);

#endif
