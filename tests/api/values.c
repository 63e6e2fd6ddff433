/* values.c - hostile values, and bodies with one of them in one place. */
#include "values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "operations.h"
#include "shop.h"

#define TEN(x) x x x x x x x x x x
#define LONG TEN(TEN(TEN("0123456789")))
#define DEEP TEN("[[[[[") "1" TEN("]]]]]")

const struct value values[] = {
	/* another type */
	{"null", "null"},
	{"number", "12345"},
	{"fraction", "1.5"},
	{"boolean", "true"},
	{"list", "[[]]"},
	{"object", "{\"a\":{}}"},
	{"word", "\"abc\""},
	/* another size */
	{"empty", "\"\""},
	{"blank", "\" \\t \""},
	{"long", "\"" LONG "\""},
	{"negative", "-1"},
	{"2^31", "2147483648"},
	{"-2^31-1", "-2147483649"},
	{"2^53-1", "9007199254740991"},
	{"digits", "\"99999999999999999999999999999\""},
	{"exponent", "\"1e400\""},
	{"not a number, as text", "\"NaN\""},
	{"infinity, as text", "\"-Infinity\""},
	/* words that mean something elsewhere */
	{"line separator", "\"a\xe2\x80\xa8" "b\xe2\x80\xa9\""},
	{"direction", "\"\xe2\x80\xae" "evil\""},
	{"combining", "\"Z\xcc\xb5\xcd\x97\xcd\x81\xcc\x92\""},
	{"beyond the first plane", "\"\xf0\x9f\x92\xa9\\ud83d\\udca9\""},
	{"mark of order", "\"\xef\xbb\xbf" "a\""},
	{"quotes", "\"' OR 1=1; --\""},
	{"markup", "\"<script>alert(1)</script>\""},
	{"directives", "\"%s%n%x%p\""},
	{"template", "\"${jndi:ldap://127.0.0.1/a}{{7*7}}\""},
	{"folders", "\"../../../../etc/passwd\""},
	{"line ends", "\"a\\r\\nSet-Cookie: a=b\""},
	{"id of nothing", "\"" NO_SUCH_ID "\""},
	/* no JSON that we read */
	{"deep", DEEP},
	{"2^53", "9007199254740992"},
	{"-2^53", "-9007199254740992"},
	{"2^63", "9223372036854775808"},
	{"1e999", "1e999"},
	{"-1e999", "-1e999"},
	{"NaN", "NaN"},
	{"Infinity", "-Infinity"},
	{"hex", "0x10"},
	{"octal", "0123"},
	{"plus", "+1"},
	{"half", ".5"},
	{"single quotes", "'a'"},
	{"NUL", "\"a\\u0000b\""},
	{"lone surrogate", "\"\\ud800\""},
	{"reversed surrogates", "\"\\udca9\\ud83d\""},
	{"invalid UTF-8", "\"\xff\""},
	{"overlong UTF-8", "\"\xc0\xaf\""},
	{"surrogate in UTF-8", "\"\xed\xa0\x80\""},
	{"beyond Unicode", "\"\xf4\x90\x80\x80\""},
	{"cut UTF-8", "\"\xe2\x80\""},
	{"raw line end", "\"a\nb\""},
	{"unknown escape", "\"\\x41\""},
	{"comment", "1/* one */"},
	{"trailing comma", "[1,]"},
	{"nothing", ""},
	{"duplicate key", "{\"a\":1,\"a\":2}"},
};
const size_t value_count = sizeof(values) / sizeof(values[0]);

static bool is(size_t value, const char *name)
{
	return strcmp(values[value].name, name) == 0;
}

static size_t first_broken(void)
{
	size_t i = 0;

	while (!is(i, "deep"))
		i++;
	return i;
}

bool value_is_broken(size_t value)
{
	return value >= first_broken();
}

static bool has_type(json_t *schema, const char *type)
{
	json_t *types = json_object_get(schema, "type");
	json_t *one;
	size_t i;

	if (json_is_string(types))
		return strcmp(json_string_value(types), type) == 0;
	json_array_foreach(types, i, one)
		if (strcmp(json_string_value(one), type) == 0)
			return true;
	return false;
}

static json_int_t bound(json_t *schema, const char *name, json_int_t other)
{
	json_t *number = json_object_get(schema, name);

	return json_is_integer(number) ? json_integer_value(number) : other;
}

/* Texts of a form of their own: a mail address, an id, one of a few. */
static bool has_form(json_t *schema)
{
	const char *format = json_string_value(json_object_get(schema, "format"));

	return json_object_get(schema, "enum") != NULL ||
	       (format != NULL && strcmp(format, "password") != 0);
}

static bool text_is_refused(json_t *schema, size_t value)
{
	const char *format = json_string_value(json_object_get(schema, "format"));
	const json_t *json = json_loads(values[value].raw, JSON_DECODE_ANY, NULL);
	bool is_decimal = format != NULL && strcmp(format, "decimal") == 0;
	json_int_t least = bound(schema, "minLength", 0);
	json_int_t most = bound(schema, "maxLength", 1 << 30);

	if (json_is_array(json) || json_is_object(json) || json_is_boolean(json))
		return true;
	/* DRF takes "" for the null of a decimal */
	if (is_decimal && has_type(schema, "null") &&
	    (is(value, "empty") || is(value, "blank")))
		return false;
	if (is_decimal)
		return is(value, "negative") || json_is_string(json);
	/* and a whole number for an id */
	if (format != NULL && strcmp(format, "uuid") == 0)
		return !is(value, "id of nothing") &&
		       !(json_is_integer(json) && !is(value, "negative"));
	if (!json_is_string(json))
		return has_form(schema);
	if (has_form(schema))
		return true;
	if (is(value, "empty") || is(value, "blank"))
		return least > 0 &&
		       (format == NULL || strcmp(format, "password") != 0 ||
			is(value, "empty"));
	return is(value, "long") && most < 10000;
}

static bool number_is_refused(json_t *schema, size_t value)
{
	const json_t *json = json_loads(values[value].raw, JSON_DECODE_ANY, NULL);
	json_int_t least = bound(schema, "minimum", INT64_MIN);
	json_int_t most = bound(schema, "maximum", INT64_MAX);

	if (json_is_integer(json))
		return json_integer_value(json) < least ||
		       json_integer_value(json) > most;
	return true;
}

bool value_is_refused(json_t *schema, size_t value)
{
	const json_t *json;

	if (value_is_broken(value))
		return true;
	if (is(value, "null"))
		return !has_type(schema, "null");
	json = json_loads(values[value].raw, JSON_DECODE_ANY, NULL);
	if (has_type(schema, "string"))
		return text_is_refused(schema, value);
	if (has_type(schema, "integer"))
		return number_is_refused(schema, value);
	if (has_type(schema, "boolean"))
		return json_is_array(json) || json_is_object(json) ||
		       json_is_string(json);
	if (has_type(schema, "object"))
		return !json_is_object(json) ||
		       json_object_get(schema, "additionalProperties") != NULL;
	return true; /* a list of texts or objects: "[[]]" is none either */
}

/* ---- bodies ---- */

#define PLACE "@@here@@"

struct walk {
	json_t *root;
	const char *raw;
	void (*visit)(const struct mutant *mutant, void *argument);
	void *argument;
	const char *top;
};

/* The root as text, what is said in the place where PLACE stands. */
static void visit_with(struct walk *walk, struct mutant *mutant)
{
	char *text = json_dumps(walk->root, JSON_COMPACT);
	char *place = strstr(text, "\"" PLACE "\"");

	mutant->top = walk->top;
	if (place == NULL) {
		mutant->body = text; /* left out */
	} else {
		*place = '\0';
		mutant->body = fmt("%s%s%s", text, walk->raw,
				   place + strlen(PLACE) + 2);
	}
	walk->visit(mutant, walk->argument);
	if (place != NULL)
		free((void *)mutant->body);
	free(text);
}

static bool is_among(json_t *required, const char *name)
{
	json_t *one;
	size_t i;

	json_array_foreach(required, i, one)
		if (strcmp(json_string_value(one), name) == 0)
			return true;
	return false;
}

static void walk_object(struct walk *walk, json_t *schema, json_t *object,
			const char *prefix);

static void walk_field(struct walk *walk, json_t *schema, json_t *object,
		       const char *name, const char *field)
{
	json_t *inner = schema_of(schema);
	json_t *here = json_incref(json_object_get(object, name));
	json_t *items = schema_of(json_object_get(inner, "items"));

	if (json_is_object(here) && json_object_get(inner, "properties") != NULL)
		walk_object(walk, inner, here, field);
	if (json_is_array(here) && json_array_size(here) > 0 &&
	    json_object_get(items, "properties") != NULL)
		walk_object(walk, items, json_array_get(here, 0),
			    fmt("%s.0", field));
	json_decref(here);
}

static void walk_object(struct walk *walk, json_t *schema, json_t *object,
			const char *prefix)
{
	json_t *properties = json_object_get(schema, "properties");
	const char *name;
	json_t *property;

	json_object_foreach(properties, name, property) {
		bool is_top = prefix[0] == '\0';
		const char *field = fmt("%s%s%s", prefix, is_top ? "" : ".", name);
		json_t *before = json_incref(json_object_get(object, name));
		struct mutant mutant = {
			.schema = schema_of(property),
			.field = field,
			.is_top = is_top,
			.is_required = is_among(
				json_object_get(schema, "required"), name)};

		if (is_top)
			walk->top = name;
		if (json_is_true(json_object_get(property, "readOnly"))) {
			json_decref(before);
			continue;
		}
		if (walk->raw != NULL)
			json_object_set_new(object, name, json_string(PLACE));
		else
			json_object_del(object, name);
		visit_with(walk, &mutant);
		if (before != NULL)
			json_object_set_new(object, name, before);
		else
			json_object_del(object, name);
		walk_field(walk, property, object, name, field);
	}
}

void each_mutant(json_t *schema, const char *right_body, const char *raw,
		 void (*visit)(const struct mutant *mutant, void *argument),
		 void *argument)
{
	struct walk walk = {.root = json_loads(right_body, 0, NULL),
			    .raw = raw, .visit = visit, .argument = argument};

	walk_object(&walk, schema, walk.root, "");
	json_decref(walk.root);
}
