/* platform/helper.h - errands that a worker must not run itself, done in
 * processes of their own: what its sandbox forbids (to write files), and what
 * must not share its memory (to decode a picture). A crash, a hang or a bomb
 * there ends one errand and nothing else. */
#ifndef PLATFORM_HELPER_H
#define PLATFORM_HELPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/text.h>
#include <platform/work.h>

enum errand {
	ERRAND_FILES,	/* of platform/storage */
	ERRAND_PICTURE, /* of platform/images */
	ERRANDS
};

/* What is done there; a const of the room that asks for it (helper/kinds.c
 * lists them). */
struct errand_kind {
	const char *name;	   /* of the process, 15 characters */
	int64_t (*at_once)(void);  /* so many run at the same time */
	int64_t (*seconds)(void);  /* then it is ended */
	/* In the process that forks the others, before the first of its kind:
	 * loads libraries once. NULL: nothing to do. */
	void (*prepare)(void);
	/* In the process of the errand: reads what was sent from `fd` up to its
	 * end, writes the answer to it. Returns the exit code: 0 for good,
	 * ERRAND_LATER when it could not even begin, others as if it had
	 * crashed. */
	int (*run)(int fd);
};
enum { ERRAND_LATER = 75 };

enum helper_outcome {
	HELPER_DONE,	/* the answer is whole */
	HELPER_BUSY,	/* no place in the line, or no time left: later */
	HELPER_LOST,	/* the helper itself has gone: later */
	HELPER_KILLED,	/* somebody else ended the errand's process: later */
	HELPER_LATE,	/* it took longer than its kind may */
	HELPER_CRASHED, /* it ended by a signal of its own making, or badly */
	HELPER_TOO_MUCH /* the answer is longer than answer_max */
};

struct helper_piece {
	const void *bytes;
	size_t length;
};
struct helper_ask {
	enum errand errand;
	struct helper_piece pieces[2]; /* sent one after the other */
	size_t answer_max;	       /* bytes */
};

/* Starts the keeper, which starts the rest when the first errand comes: before
 * the server forks its workers. In a command the first helper_call does it.
 * False with a sentence on stderr. */
bool helper_start(void);
/*
 * One errand; the answer, made by a process that may have been taken over, is
 * to be distrusted. Sets no fault. answer->bytes lives in the work's arena.
 */
async enum helper_outcome helper_call(struct work *w,
				      const struct helper_ask *ask,
				      struct text *answer);
const char *helper_outcome_name(enum helper_outcome outcome);

/* For the errands: the whole of fd, NULL when it is longer than `most` or
 * cannot be read. The caller frees it. */
void *errand_read(int fd, size_t most, size_t *length);
bool errand_write(int fd, const void *bytes, size_t length);

#endif
