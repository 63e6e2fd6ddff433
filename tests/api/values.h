/* values.h - what nobody should send, and which of it a schema must refuse. */
#ifndef TESTS_API_VALUES_H
#define TESTS_API_VALUES_H

#include <stdbool.h>
#include <stddef.h>

#include <jansson.h>

/* A value as it would stand in a body. */
struct value {
	const char *name;
	const char *raw;
};
extern const struct value values[];
extern const size_t value_count;

/* By the words of the schema alone: no more than it says. */
bool value_is_refused(json_t *schema, size_t value);
/* It is no JSON that we read: the whole body is refused, whatever field. */
bool value_is_broken(size_t value);

/* A body with every field of the schema in turn replaced: `visit` gets the
 * body, the name of its top member, and the schema of the field replaced;
 * `raw` is what to put there, NULL to leave the field out. Only fields that
 * the right body has are reached in lists and nested objects. */
struct mutant {
	const char *body;
	const char *top;
	json_t *schema;
	const char *field; /* "items.0.quantity" */
	bool is_required;
	bool is_top;
};
void each_mutant(json_t *schema, const char *right_body, const char *raw,
		 void (*visit)(const struct mutant *mutant, void *argument),
		 void *argument);

#endif
