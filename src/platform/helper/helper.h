/* helper.h - what the parts of this room know of each other. */
#ifndef PLATFORM_HELPER_HELPER_H
#define PLATFORM_HELPER_HELPER_H

#include <platform/helper.h>

/* Beside it travel two descriptors: the errand's stream, and where to write
 * what became of it. */
struct helper_message {
	uint32_t magic;
	uint32_t errand;
};
enum { HELPER_MAGIC = 0x73686f70 };

enum { VERDICT_EXIT, VERDICT_SIGNAL, VERDICT_LATE };
struct helper_verdict {
	int32_t how;
	int32_t code; /* of exit, or the signal */
};

/* kinds.c */
extern const struct errand_kind *const errand_kinds[ERRANDS];

/* keeper.c: our ends of the lines, one a kind; -1 before helper_start. */
int helper_line(enum errand errand);

/* supervisor.c: takes errands from the lines until idle or all have gone;
 * returns the exit code. */
int supervise(const int lines[ERRANDS]);
enum { SUPERVISOR_IDLE = 0, SUPERVISOR_ALONE = 3 };

#endif
