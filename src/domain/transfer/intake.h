/* intake.h - the bytes of a file, a window at a time, wherever they come from. */
#ifndef TRANSFER_INTAKE_H
#define TRANSFER_INTAKE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <platform/arena.h>
#include <platform/uuid.h>
#include <platform/work.h>

enum { INTAKE_WINDOW = 128 * 1024, INTAKE_END = -1 };

struct intake {
	const unsigned char *at; /* the next byte */
	const unsigned char *end;
	int64_t read; /* bytes of the file up to `end` */
	bool has_failed; /* the fault is set; looks like the end */
	/* Puts what comes next between at and end; nothing: it is the end.
	 * False after a fault. */
	async bool (*more)(struct work *w, struct intake *intake);
	unsigned char *room; /* INTAKE_WINDOW bytes */
	FILE *file;
	struct uuid import; /* whose parts */
	int64_t last; /* where a slice of parts ends; -1: with the file */
};

/* Memory of its own comes from the arena. */
void intake_file(struct intake *intake, struct arena *arena, FILE *file);
/* A text that stays where it is. */
void intake_text(struct intake *intake, const char *bytes, size_t length);
/* The parts of an import, from that byte to that byte (-1: the last). An
 * intake that has a room goes on with it; else all of it is zero. */
void intake_parts(struct intake *intake, struct arena *arena,
		  const struct uuid *import, int64_t from, int64_t to);

/* The byte at `at`, or INTAKE_END: how the readers fetch theirs. */
async int intake_refill(struct work *w, struct intake *intake);
static inline async int intake_get(struct work *w, struct intake *intake)
{
	return intake->at < intake->end ? *intake->at++
					: intake_refill(w, intake);
}
/* Puts back what intake_get gave last. */
static inline void intake_unget(struct intake *intake, int c)
{
	if (c != INTAKE_END)
		intake->at--;
}
/* How many bytes of the file have been given. */
static inline int64_t intake_place(const struct intake *intake)
{
	return intake->read - (intake->end - intake->at);
}

#endif
