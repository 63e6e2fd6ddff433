/* matrix.h - steps of the matrix: one operation, one kind of caller, what it
 * must be answered. */
#ifndef TESTS_API_MATRIX_H
#define TESTS_API_MATRIX_H

#include "operations.h"

/* The right request for it, by that caller, at that path. */
struct answer *sent(const struct target *target, const char *path,
		    const struct caller *caller);
/* One of the statuses in `want`, and a refusal as the API words them. */
void expect(const struct target *target, const char *who,
	    const struct answer *answer, const char *want);
/* The same with that code, on the object and on a missing one: both bodies
 * word for word, so that nobody learns what there is. */
void expect_refusal(const struct target *target, const char *who,
		    const struct caller *caller, const char *code);
/* 404 for both, after as many statements: somebody else's object is none. */
void expect_as_missing(const struct target *target, const char *who,
		       const struct caller *caller);

bool has_object(const struct target *target);
/* At this path. */
const char *missing_path(const struct target *target);
/* Whether the route looks at who asks at all. */
bool reads_credentials(const struct operation *operation);
/* As the document says. */
bool takes_keys(const struct operation *operation);
bool wants_proof(const struct operation *operation);

/*
 * Makes the target of each operation, some at a time; refuse() sends what must
 * be refused. Fails the test when that changed anything. prepare() may make
 * callers that the operation needs.
 */
void each_refused(void (*prepare)(const struct operation *operation),
		  void (*refuse)(const struct target *target));

#endif
