/* fuzz_router.c - any path: what is found is decoded, clean and in place. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/rest/router.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const struct route routes[] = {
	{.method = METHOD_GET, .path = "/a/"},
	{.method = METHOD_POST, .path = "/a/{id}/"},
	{.method = METHOD_GET, .path = "/a/b/"},
	{.method = METHOD_GET, .path = "/a/{id}/c/{item}/"},
	{.method = METHOD_DELETE, .path = "/a/b/c/{x}/{y}/{z}/"},
	{.method = METHOD_GET, .path = "/m"},
	{.path = NULL},
};

static struct router *make_router(void)
{
	static struct arena arena;
	static struct router router;
	const char *why;

	if (router.arena != NULL)
		return &router;
	router_init(&router, &arena);
	for (const struct route *route = routes; route->path; route++) {
		if (!router_add(&router, route, &why))
			abort();
	}
	return &router;
}

static void check_value(const char *value)
{
	assert(strcmp(value, ".") != 0 && strcmp(value, "..") != 0);
	assert(*value != '\0' && strchr(value, '/') == NULL);
	for (; *value != '\0'; value++)
		assert((unsigned char)*value >= 0x20 && *value != 0x7f);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena arena = {0};
	struct found found;
	char *path = arena_copy(&arena, data, size);

	if (router_find(make_router(), &arena, path, &found) ==
	    FINDING_PLACE) {
		assert(found.place->is_end && found.place->allow[0] != '\0');
		for (size_t i = 0; i < found.value_count; i++)
			check_value(found.values[i]);
	} else {
		assert(found.place == NULL);
	}
	arena_finish(&arena);
	return 0;
}
