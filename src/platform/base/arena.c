/* arena.c - blocks that grow with the need and go all at once. */
#include <platform/arena.h>

#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BLOCK = 4096, LARGEST_BLOCK = 256 * 1024 };

struct arena_block {
	struct arena_block *next;
	size_t used;
	size_t size;
	_Alignas(max_align_t) unsigned char bytes[];
};

/* First blocks given back, for the next: malloc keeps no list of that size, and
 * every request takes one. Not under a sanitizer, which is to see each end. */
#ifdef SHOPD_SANITIZE
enum { SPARE_MAX = 0 };
#else
enum { SPARE_MAX = 64 };
#endif
static _Thread_local struct arena_block *spare;
static _Thread_local int spare_count;

struct arena_deferred {
	struct arena_deferred *next;
	void (*release)(void *);
	void *thing;
};

static struct arena_block *block_add(struct arena *arena, size_t least)
{
	size_t size = FIRST_BLOCK;
	struct arena_block *block;

	if (arena->blocks != NULL && arena->blocks->size < LARGEST_BLOCK)
		size = arena->blocks->size * 2;
	if (size < least)
		size = least;
	assert(size < SIZE_MAX - sizeof(*block));
	if (size == FIRST_BLOCK && spare != NULL) {
		block = spare;
		spare = block->next;
		spare_count--;
	} else {
		block = malloc(sizeof(*block) + size);
	}
	assert(block != NULL);
	block->used = 0;
	block->size = size;
	block->next = arena->blocks;
	arena->blocks = block;
	return block;
}

void *arena_raw(struct arena *arena, size_t size)
{
	const size_t align = _Alignof(max_align_t);
	struct arena_block *block = arena->blocks;
	size_t rounded;
	void *memory;

	assert(size < SIZE_MAX / 2);
	rounded = (size + align - 1) / align * align;
	if (block == NULL || block->size - block->used < rounded)
		block = block_add(arena, rounded);
	memory = block->bytes + block->used;
	block->used += rounded;
	arena->taken += rounded;
	return memory;
}

void *arena_alloc(struct arena *arena, size_t size)
{
	return memset(arena_raw(arena, size), 0, size);
}

char *arena_copy(struct arena *arena, const void *bytes, size_t length)
{
	char *copy = arena_raw(arena, length + 1);

	if (length > 0)
		memcpy(copy, bytes, length);
	copy[length] = '\0';
	return copy;
}

char *arena_text(struct arena *arena, const char *text)
{
	return text == NULL ? NULL : arena_copy(arena, text, strlen(text));
}

char *arena_vformat(struct arena *arena, const char *format, va_list list)
{
	va_list again;
	char *text;
	int length;

	va_copy(again, list);
	length = vsnprintf(NULL, 0, format, again);
	va_end(again);
	assert(length >= 0);
	text = arena_raw(arena, (size_t)length + 1);
	vsnprintf(text, (size_t)length + 1, format, list);
	return text;
}

char *arena_format(struct arena *arena, const char *format, ...)
{
	va_list list;
	char *text;

	va_start(list, format);
	text = arena_vformat(arena, format, list);
	va_end(list);
	return text;
}

void arena_defer(struct arena *arena, void (*release)(void *), void *thing)
{
	struct arena_deferred *deferred = arena_new(arena, struct arena_deferred);

	deferred->release = release;
	deferred->thing = thing;
	deferred->next = arena->deferred;
	arena->deferred = deferred;
}

static void block_release(struct arena_block *block)
{
	if (block->size != FIRST_BLOCK || spare_count >= SPARE_MAX) {
		free(block);
		return;
	}
	block->next = spare;
	spare = block;
	spare_count++;
}

void arena_finish(struct arena *arena)
{
	for (struct arena_deferred *d = arena->deferred; d != NULL; d = d->next)
		d->release(d->thing);
	while (arena->blocks != NULL) {
		struct arena_block *next = arena->blocks->next;

		block_release(arena->blocks);
		arena->blocks = next;
	}
	*arena = (struct arena){0};
}
