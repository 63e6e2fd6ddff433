/* guard.h - what is checked before jansson sees a text. */
#ifndef PLATFORM_JSON_GUARD_H
#define PLATFORM_JSON_GUARD_H

#include <stdbool.h>
#include <stddef.h>

#include <platform/arena.h>

/* Nested no deeper than JSON_DEPTH_MAX: jansson recurses, fibers are small. */
bool guard_depth(const char *bytes, size_t length, size_t *offset);

/*
 * jansson refuses a lone surrogate (\ud800); DRF takes the text and blames the
 * field. So each becomes a mark of four noncharacters, which no text may hold
 * for interchange: U+FFFF, then U+FDD0 plus four bits, three times. Returns
 * bytes itself when there is none, as nearly always.
 */
const char *guard_surrogates(struct arena *arena, const char *bytes,
			     size_t *length);
/* The surrogate of the first mark in a text; 0 when there is none. */
unsigned guard_marked(const char *bytes, size_t length);

#endif
