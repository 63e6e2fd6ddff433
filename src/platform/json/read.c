/* read.c - a client's or a provider's text becomes a document. */
#include <platform/json.h>

#include <jansson.h>
#include <math.h>
#include <string.h>

#include <platform/money.h>

#include "guard.h"

const struct fault_kind fault_json = {400, "parse_error", "JSON parse error"};

/* jansson's hash gets its random seed from a file: before any worker is shut
 * in by its filter of system calls. */
__attribute__((constructor)) static void seed(void)
{
	json_object_seed(0);
}

static void release(void *root)
{
	json_decref(root);
}

/* As Python words it; jansson's echo of the input is left out. */
static bool refuse_at(struct work *w, const char *what, const char *bytes,
		      size_t offset)
{
	const char *line = bytes;
	size_t lines = 1;

	for (size_t i = 0; i < offset; i++) {
		if (bytes[i] == '\n') {
			lines++;
			line = bytes + i + 1;
		}
	}
	return refuse(w, &fault_json,
		      "JSON parse error - %s: line %zu column %zu (char %zu)",
		      what, lines, (size_t)(bytes + offset - line) + 1, offset);
}

static bool refuse_parse(struct work *w, const json_error_t *error,
			 const char *bytes, size_t length)
{
	char what[JSON_ERROR_TEXT_LENGTH];
	size_t offset = error->position > 0 ? (size_t)error->position : 0;
	char *near;

	memcpy(what, error->text, sizeof(what));
	near = strstr(what, " near '");
	if (near != NULL)
		*near = '\0';
	/* It may show bytes that are no UTF-8, which no answer may hold. */
	for (char *c = what; *c != '\0'; c++) {
		if ((unsigned char)*c < ' ' || (unsigned char)*c > '~')
			*c = '?';
	}
	return refuse_at(w, what, bytes, offset < length ? offset : length);
}

static bool is_exact(const json_t *node)
{
	const char *key;
	json_t *value;
	size_t i;

	switch (json_typeof(node)) {
	case JSON_INTEGER:
		return json_integer_value(node) <= MONEY_MAX &&
		       json_integer_value(node) >= -MONEY_MAX;
	case JSON_REAL:
		return fabs(json_real_value(node)) <= (double)MONEY_MAX;
	case JSON_ARRAY:
		json_array_foreach(node, i, value) {
			if (!is_exact(value))
				return false;
		}
		return true;
	case JSON_OBJECT:
		json_object_foreach((json_t *)(uintptr_t)node, key, value) {
			if (!is_exact(value))
				return false;
		}
		return true;
	default:
		return true;
	}
}

bool json_read(struct work *w, const char *bytes, size_t length,
	       struct json_t **root)
{
	json_error_t error;
	size_t offset;

	*root = NULL;
	if (!guard_depth(bytes, length, &offset))
		return refuse_at(w, "Nested too deep", bytes, offset);
	bytes = guard_surrogates(&w->arena, bytes, &length);
	*root = json_loadb(bytes, length,
			   JSON_REJECT_DUPLICATES | JSON_DECODE_ANY |
				   JSON_ALLOW_NUL,
			   &error);
	if (*root == NULL)
		return refuse_parse(w, &error, bytes, length);
	arena_defer(&w->arena, release, *root);
	return is_exact(*root) ||
	       refuse(w, &fault_json,
		      "JSON parse error - A number is outside "
		      "-9007199254740991 to 9007199254740991");
}

struct json_t *json_read_quietly(struct arena *arena, const char *bytes,
				 size_t length)
{
	json_t *root = NULL;
	size_t offset;

	if (guard_depth(bytes, length, &offset))
		root = json_loadb(bytes, length,
				  JSON_REJECT_DUPLICATES | JSON_DECODE_ANY,
				  NULL);
	if (root != NULL)
		arena_defer(arena, release, root);
	return root;
}
