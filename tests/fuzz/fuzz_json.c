/* fuzz_json.c - the guard before jansson: no crash, no deep stack, and what
 * is let in is written so that it is let in again and stays the same. */
#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <platform/json.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct work w = {0};
	struct json_t *root;
	const char *once;
	const char *twice;

	/* A copy with an end: what the platform hands over has one too. */
	const char *text = arena_copy(&w.arena, data, size);

	if (json_read(&w, text, size, &root)) {
		once = json_write(&w.arena, root);
		assert(json_read(&w, once, strlen(once), &root));
		twice = json_write(&w.arena, root);
		assert(strcmp(once, twice) == 0);
		json_flaw(root, NULL);
	} else {
		assert(w.fault.kind == &fault_json);
	}
	work_finish(&w);
	return 0;
}
