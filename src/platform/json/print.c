/* print.c - a document becomes text again. */
#include <platform/json.h>

#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <platform/text.h>

enum { NUMBER_SIZE = 40 };

/* The shortest of 15, 16, 17 digits that reads back as the same number, in
 * the form of Python's repr: exponents from 1e16 on, ".0" on whole ones. */
static void print_real(double number, char text[NUMBER_SIZE])
{
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(text, NUMBER_SIZE, "%.*g", digits, number);
		if (strtod(text, NULL) == number)
			break;
	}
	if (strchr(text, 'e') != NULL && fabs(number) >= 1 &&
	    fabs(number) < 1e16)
		snprintf(text, NUMBER_SIZE, "%.0f", number);
	if (strpbrk(text, ".e") == NULL)
		memcpy(text + strlen(text), ".0", 3);
}

static void print_number(const json_t *node, char text[NUMBER_SIZE])
{
	if (json_is_integer(node))
		snprintf(text, NUMBER_SIZE, "%lld",
			 (long long)json_integer_value(node));
	else
		print_real(json_real_value(node), text);
}

const char *json_number_text(struct arena *arena, const struct json_t *node)
{
	char text[NUMBER_SIZE];

	if (!json_is_number(node))
		return NULL;
	print_number(node, text);
	return arena_text(arena, text);
}

static void print_node(struct text *text, const json_t *node);

static void print_list(struct text *text, const json_t *list)
{
	json_t *value;
	size_t i;

	text_add_char(text, '[');
	json_array_foreach(list, i, value) {
		if (i > 0)
			text_add_char(text, ',');
		print_node(text, value);
	}
	text_add_char(text, ']');
}

static void print_object(struct text *text, const json_t *object)
{
	json_t *own = (json_t *)(uintptr_t)object;
	bool is_first = true;
	const char *key;
	json_t *value;

	text_add_char(text, '{');
	json_object_foreach(own, key, value) {
		if (!is_first)
			text_add_char(text, ',');
		is_first = false;
		text_add_json(text, key, strlen(key));
		text_add_char(text, ':');
		print_node(text, value);
	}
	text_add_char(text, '}');
}

static void print_node(struct text *text, const json_t *node)
{
	char number[NUMBER_SIZE];

	switch (json_typeof(node)) {
	case JSON_OBJECT:
		print_object(text, node);
		break;
	case JSON_ARRAY:
		print_list(text, node);
		break;
	case JSON_STRING:
		text_add_json(text, json_string_value(node),
			      json_string_length(node));
		break;
	case JSON_INTEGER:
	case JSON_REAL:
		print_number(node, number);
		text_add(text, number);
		break;
	case JSON_NULL:
		text_add(text, "null");
		break;
	default:
		text_add(text, json_is_true(node) ? "true" : "false");
	}
}

const char *json_write(struct arena *arena, const struct json_t *node)
{
	struct text text;

	if (node == NULL)
		return "null";
	text_init(&text, arena, 256);
	print_node(&text, node);
	return text.bytes;
}
