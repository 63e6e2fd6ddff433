/* errors.c - field errors gathered in DRF's shape, and faults with members
 * of their own. */
#include <rest/request.h>

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include <platform/json.h>

#include "validate.h"

enum { INDEX_MAX = 1000, COMPONENT_SIZE = 64 };

const struct fault_kind fault_fields = {400, "invalid", "Invalid input."};

static void release(void *body)
{
	json_release(body);
}

static struct json_t *fault_body(struct work *w)
{
	if (w->fault.body == NULL) {
		w->fault.body = json_new_object();
		arena_defer(&w->arena, release, w->fault.body);
	}
	return w->fault.body;
}

/* The next component of a dotted name; NULL behind the last. */
static const char *next(const char *path, char component[COMPONENT_SIZE])
{
	size_t length = strcspn(path, ".");

	assert(length > 0 && length < COMPONENT_SIZE);
	memcpy(component, path, length);
	component[length] = '\0';
	return path[length] == '.' ? path + length + 1 : NULL;
}

/* The number that a name is; -1 when it is none. */
static int index_of(const char *component)
{
	int index = 0;

	if (*component == '\0')
		return -1;
	for (; *component != '\0'; component++) {
		if (*component < '0' || *component > '9' || index > INDEX_MAX)
			return -1;
		index = index * 10 + (*component - '0');
	}
	return index;
}

/* Is the rest of the path an item of a list, and something in it? */
static bool names_item(const char *rest)
{
	char component[COMPONENT_SIZE];

	return next(rest, component) != NULL && index_of(component) >= 0;
}

static struct json_t *open_item(struct json_t *list, int index)
{
	while (json_count(list) <= (size_t)index)
		json_push(list, json_new_object());
	return json_open_item(list, (size_t)index);
}

static struct json_t *open_child(struct json_t *node, const char *component,
				 const char *rest)
{
	struct json_t *child;

	if (json_kind(node) == JSON_KIND_LIST)
		return index_of(component) < 0
			       ? NULL
			       : open_item(node, index_of(component));
	child = json_open(node, component);
	if (child == NULL) {
		child = names_item(rest) ? json_new_list() : json_new_object();
		json_put(node, component, child);
	}
	return child;
}

static void push_message(struct json_t *node, const char *key,
			 const char *message)
{
	struct json_t *list = json_open(node, key);

	if (list == NULL) {
		list = json_new_list();
		json_put(node, key, list);
	}
	if (json_kind(list) == JSON_KIND_LIST)
		json_push(list, json_new_text(message));
}

/* Where an error stands already in another shape, that one is kept. */
static void add_message(struct json_t *body, const char *path,
			const char *message)
{
	char component[COMPONENT_SIZE];
	const char *rest = next(path, component);
	struct json_t *node = body;

	while (rest != NULL) {
		node = open_child(node, component, rest);
		if (node == NULL || (json_kind(node) == JSON_KIND_LIST &&
				     !names_item(rest)))
			return;
		rest = next(rest, component);
	}
	if (json_kind(node) == JSON_KIND_OBJECT)
		push_message(node, component, message);
}

bool refuse_field(struct work *w, const char *field, const char *format, ...)
{
	va_list list;
	char *message;

	if (w->fault.kind != NULL && w->fault.kind != &fault_fields)
		return false;
	refuse(w, &fault_fields, NULL);
	va_start(list, format);
	message = arena_vformat(&w->arena, format, list);
	va_end(list);
	add_message(fault_body(w), field == NULL ? NON_FIELD : field, message);
	return false;
}

bool refuse_parameter(struct work *w, const char *name, const char *format, ...)
{
	va_list list;
	char *message;

	if (w->fault.kind != NULL && w->fault.kind != &fault_fields)
		return false;
	refuse(w, &fault_fields, NULL);
	va_start(list, format);
	message = arena_vformat(&w->arena, format, list);
	va_end(list);
	push_message(fault_body(w), name, message);
	return false;
}

bool refuse_errors(struct work *w, struct json_t *errors)
{
	if (w->fault.kind == NULL) {
		refuse(w, &fault_fields, NULL);
		w->fault.body = errors;
	}
	arena_defer(&w->arena, release, errors);
	return false;
}

bool refuse_with(struct work *w, const struct fault_kind *kind,
		 const char *member, const char *json, const char *format, ...)
{
	const struct json_t *value;
	va_list list;

	if (w->fault.kind != NULL && w->fault.kind != kind)
		return false;
	value = json_read_quietly(&w->arena, json, strlen(json));
	assert(value != NULL);
	if (w->fault.kind == NULL) {
		va_start(list, format);
		refuse(w, kind, "%s", arena_vformat(&w->arena, format, list));
		va_end(list);
	}
	json_put(fault_body(w), member, json_keep(value));
	return false;
}
