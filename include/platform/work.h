/* platform/work.h - one unit of work: a request, a job, a command. */
#ifndef PLATFORM_WORK_H
#define PLATFORM_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/arena.h>

/* Marks every function that may wait; .ci/checks/async sees that only such
 * functions call such functions. */
#define async

struct json_t;
struct fiber;
struct db_transaction;

/* A kind of failure: a static const of the room that refuses. */
struct fault_kind {
	int status;	    /* HTTP */
	const char *code;   /* stable, for programs */
	const char *detail; /* for people, DRF's "detail" */
};

struct fault {
	const struct fault_kind *kind; /* NULL: none */
	char detail[240];	       /* overrides kind->detail unless empty */
	char constraint[64];	       /* of kind db_violation: which */
	int retry_after;	       /* seconds, 0 for none */
	struct json_t *body;	       /* field errors, or more members;
					* freed with the arena */
};

struct work {
	struct arena arena;
	struct fault fault;
	struct fiber *fiber;		    /* the one that runs it */
	int64_t deadline;		    /* clock_monotonic() */
	struct db_transaction *transaction; /* open, or NULL */
	unsigned statements;		    /* sent so far, for the budget */
	char id[40];			    /* request or job id, for the log */
	const char *actor; /* who is audited, as audit_begin() takes it: its
			    * changes are logged with their transaction;
			    * NULL: nobody */
};

/* Keeps the first fault; always returns false. format NULL or "" takes the
 * kind's own detail. */
bool refuse(struct work *w, const struct fault_kind *kind, const char *format,
	    ...) __attribute__((format(printf, 3, 4)));
/* Forgets the fault, when the caller found another way. */
void forgive(struct work *w);
/* Frees the arena and the fault. */
void work_finish(struct work *w);

/*
 * A part of a work, with memory of its own: what comes in batches, each of
 * which is gone before the next one comes. In between only `part` asks the
 * database; what is to stay is made in the arena of w.
 */
void work_part(struct work *w, struct work *part);
/* Frees the part's memory; its fault, without members of its body, becomes
 * that of w. Returns `done`. */
bool work_part_end(struct work *w, struct work *part, bool done);

/* Kinds that every room needs. */
extern const struct fault_kind fault_internal;	   /* 500 error */
extern const struct fault_kind fault_unavailable;  /* 503 unavailable */
extern const struct fault_kind fault_not_found;	   /* 404 not_found */
extern const struct fault_kind fault_invalid;	   /* 400 invalid */
extern const struct fault_kind fault_forbidden;	   /* 403 permission_denied */

#endif
