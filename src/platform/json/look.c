/* look.c - what a document holds. */
#include <platform/json.h>

#include <jansson.h>
#include <string.h>

#include "guard.h"

enum json_kind json_kind(const struct json_t *node)
{
	if (node == NULL)
		return JSON_KIND_ABSENT;
	switch (json_typeof(node)) {
	case JSON_OBJECT:
		return JSON_KIND_OBJECT;
	case JSON_ARRAY:
		return JSON_KIND_LIST;
	case JSON_STRING:
		return JSON_KIND_TEXT;
	case JSON_INTEGER:
		return JSON_KIND_INT;
	case JSON_REAL:
		return JSON_KIND_REAL;
	case JSON_TRUE:
	case JSON_FALSE:
		return JSON_KIND_BOOL;
	default:
		return JSON_KIND_NULL;
	}
}

const char *json_type_name(const struct json_t *node)
{
	static const char *const names[] = {
		[JSON_KIND_ABSENT] = "NoneType", [JSON_KIND_NULL] = "NoneType",
		[JSON_KIND_BOOL] = "bool",	 [JSON_KIND_INT] = "int",
		[JSON_KIND_REAL] = "float",	 [JSON_KIND_TEXT] = "str",
		[JSON_KIND_LIST] = "list",	 [JSON_KIND_OBJECT] = "dict",
	};

	return names[json_kind(node)];
}

const struct json_t *json_member(const struct json_t *object, const char *name)
{
	return json_object_get(object, name);
}

const struct json_t *json_item(const struct json_t *list, size_t index)
{
	return json_array_get(list, index);
}

/* One step: a member's name, or an index in a list. */
static const struct json_t *step(const struct json_t *node, const char *name)
{
	size_t index = 0;

	if (!json_is_array(node))
		return json_object_get(node, name);
	for (const char *c = name; *c != '\0'; c++) {
		if (*c < '0' || *c > '9' || index > 100000000)
			return NULL;
		index = index * 10 + (size_t)(*c - '0');
	}
	return *name == '\0' ? NULL : json_array_get(node, index);
}

const struct json_t *json_at(const struct json_t *root, const char *path)
{
	const struct json_t *node = root;

	while (node != NULL) {
		size_t length = strcspn(path, ".");
		char name[128];

		if (length >= sizeof(name))
			return NULL;
		memcpy(name, path, length);
		name[length] = '\0';
		node = step(node, name);
		if (path[length] == '\0')
			return node;
		path += length + 1;
	}
	return NULL;
}

size_t json_count(const struct json_t *list_or_object)
{
	return json_is_array(list_or_object) ? json_array_size(list_or_object)
					     : json_object_size(list_or_object);
}

bool json_each(const struct json_t *object,
	       bool (*visit)(const char *key, const struct json_t *value,
			     void *argument),
	       void *argument)
{
	json_t *own = (json_t *)(uintptr_t)object;
	const char *key;
	json_t *value;

	json_object_foreach(own, key, value) {
		if (!visit(key, value, argument))
			return false;
	}
	return true;
}

const char *json_text(const struct json_t *node)
{
	return json_string_value(node);
}

size_t json_length(const struct json_t *node)
{
	return json_string_length(node);
}

int64_t json_int(const struct json_t *node)
{
	return json_integer_value(node);
}

bool json_bool(const struct json_t *node)
{
	return json_is_true(node);
}

const char *json_text_at(const struct json_t *root, const char *path,
			 const char *fallback)
{
	const char *text = json_string_value(json_at(root, path));

	return text != NULL ? text : fallback;
}

int64_t json_int_at(const struct json_t *root, const char *path,
		    int64_t fallback)
{
	const struct json_t *node = json_at(root, path);

	return json_is_integer(node) ? json_integer_value(node) : fallback;
}

bool json_bool_at(const struct json_t *root, const char *path, bool fallback)
{
	const struct json_t *node = json_at(root, path);

	return json_is_boolean(node) ? json_is_true(node) : fallback;
}

static enum json_flaw text_flaw(const char *bytes, size_t length,
				unsigned *surrogate)
{
	unsigned code;

	if (memchr(bytes, '\0', length) != NULL)
		return JSON_NUL;
	code = guard_marked(bytes, length);
	if (code == 0)
		return JSON_SOUND;
	if (surrogate != NULL)
		*surrogate = code;
	return JSON_SURROGATE;
}

enum json_flaw json_flaw(const struct json_t *node, unsigned *surrogate)
{
	json_t *own = (json_t *)(uintptr_t)node;
	enum json_flaw flaw = JSON_SOUND;
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_string(node))
		return text_flaw(json_string_value(node),
				 json_string_length(node), surrogate);
	json_array_foreach(own, i, value) {
		flaw = json_flaw(value, surrogate);
		if (flaw != JSON_SOUND)
			return flaw;
	}
	json_object_foreach(own, key, value) {
		flaw = text_flaw(key, strlen(key), surrogate);
		if (flaw == JSON_SOUND)
			flaw = json_flaw(value, surrogate);
		if (flaw != JSON_SOUND)
			return flaw;
	}
	return JSON_SOUND;
}
