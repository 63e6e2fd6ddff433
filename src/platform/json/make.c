/* make.c - documents of our own: field errors. */
#include <platform/json.h>

#include <assert.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

struct json_t *json_new_object(void)
{
	json_t *node = json_object();

	assert(node != NULL);
	return node;
}

struct json_t *json_new_list(void)
{
	json_t *node = json_array();

	assert(node != NULL);
	return node;
}

/* Every byte that is not ASCII becomes U+FFFD: only for a text that was found
 * to be no UTF-8. */
static json_t *new_repaired(const char *text)
{
	char *bytes = malloc(strlen(text) * 3 + 1);
	size_t length = 0;
	json_t *node;

	assert(bytes != NULL);
	for (; *text != '\0'; text++) {
		if ((unsigned char)*text < 0x80) {
			bytes[length++] = *text;
			continue;
		}
		memcpy(bytes + length, "\xEF\xBF\xBD", 3);
		length += 3;
	}
	node = json_stringn(bytes, length);
	free(bytes);
	return node;
}

struct json_t *json_new_text(const char *text)
{
	json_t *node = json_string(text);

	if (node == NULL)
		node = new_repaired(text);
	assert(node != NULL);
	return node;
}

void json_put(struct json_t *object, const char *key, struct json_t *value)
{
	json_t *repaired;

	if (json_object_set_new(object, key, json_incref(value)) != 0) {
		repaired = new_repaired(key);
		json_object_set_new(object, json_string_value(repaired),
				    json_incref(value));
		json_decref(repaired);
	}
	json_decref(value);
}

void json_push(struct json_t *list, struct json_t *value)
{
	int failed = json_array_append_new(list, value);

	assert(failed == 0);
}

struct json_t *json_open(struct json_t *object, const char *key)
{
	return json_object_get(object, key);
}

struct json_t *json_open_item(struct json_t *list, size_t index)
{
	return json_array_get(list, index);
}

void json_release(struct json_t *node)
{
	json_decref(node);
}

struct json_t *json_keep(const struct json_t *node)
{
	return json_incref((json_t *)(uintptr_t)node);
}
