/* memory.c - Kore's mem.c and pool.c on calloc and free, for sanitizer builds:
 * its pools would hide every overflow and use after free. */
#include "kore_door.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static void *checked(void *memory)
{
	if (memory == NULL)
		fatal("out of memory");
	return memory;
}

void kore_mem_init(void)
{
}

void kore_mem_cleanup(void)
{
}

void *kore_malloc(size_t length)
{
	return checked(calloc(1, length > 0 ? length : 1));
}

void *kore_calloc(size_t count, size_t length)
{
	return checked(calloc(count, length));
}

void *kore_realloc(void *memory, size_t length)
{
	return checked(realloc(memory, length));
}

void kore_free(void *memory)
{
	free(memory);
}

char *kore_strdup(const char *text)
{
	return checked(strdup(text));
}

void kore_pool_init(struct kore_pool *pool, const char *name, size_t length,
		    size_t count)
{
	(void)name;
	(void)count;
	memset(pool, 0, sizeof(*pool));
	pool->elen = length;
}

void kore_pool_cleanup(struct kore_pool *pool)
{
	(void)pool;
}

void *kore_pool_get(struct kore_pool *pool)
{
	return kore_malloc(pool->elen);
}

void kore_pool_put(struct kore_pool *pool, void *memory)
{
	(void)pool;
	free(memory);
}

/* Kept from the start to the end, in places that LeakSanitizer does not scan
 * (read-only settings) or that Kore forgets when it exits. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:text_set\nleak:kore_runtime_getcall\n"
	       "leak:kore_log_init\nleak:kore_server_start\n";
}
