/* platform/arena.h - memory that lives as long as one unit of work. */
#ifndef PLATFORM_ARENA_H
#define PLATFORM_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena_block;
struct arena_deferred;

/* All zero is an empty arena, ready for use. */
struct arena {
	struct arena_block *blocks;
	struct arena_deferred *deferred;
	size_t taken; /* bytes handed out, for the memory metric */
};

/* Zeroed memory aligned for anything; never NULL (out of memory dies). */
void *arena_alloc(struct arena *arena, size_t size);
/* The same with whatever was there: for bytes that are all written anyway. */
void *arena_raw(struct arena *arena, size_t size);
/* A NUL-terminated copy of `length` bytes. */
char *arena_copy(struct arena *arena, const void *bytes, size_t length);
/* A copy of a string; NULL stays NULL. */
char *arena_text(struct arena *arena, const char *text);
char *arena_format(struct arena *arena, const char *format, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vformat(struct arena *arena, const char *format, va_list list)
	__attribute__((format(printf, 2, 0)));
/* Calls release(thing) when the arena ends, last registered first. */
void arena_defer(struct arena *arena, void (*release)(void *), void *thing);
/* Runs what was deferred, frees all, leaves an empty arena. */
void arena_finish(struct arena *arena);

#define arena_new(arena, type) ((type *)arena_alloc((arena), sizeof(type)))
#define arena_array(arena, type, count) \
	((type *)arena_alloc((arena), sizeof(type) * (count)))

#endif
