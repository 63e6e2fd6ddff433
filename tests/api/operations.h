/* operations.h - every operation of /api/schema/, who may call it, and a
 * right request for it on objects made for the purpose. A route without an
 * entry fails the tests that walk the document. */
#ifndef TESTS_API_OPERATIONS_H
#define TESTS_API_OPERATIONS_H

#include "shop.h"

enum guard {
	FOR_ALL,
	FOR_MEMBERS, /* any customer, on what is everybody's */
	FOR_CUSTOMERS,
	FOR_HOLDERS,
	FOR_STAFF,
	FOR_GATEWAYS
};

struct operation {
	const char *name; /* operationId */
	enum guard guard;
	const char *permission; /* of FOR_STAFF */
	int status;		/* of the right request */
	const char *thing;	/* what it is done to: "cart", "order", ... */
	const char *body;	/* with $words; NULL: none */

	/* from the document */
	const char *template; /* "/api/v1/carts/{id}/" */
	const char *method;
	json_t *description; /* of the operation */
};

/* An operation made ready: paths to an object of its owner. */
struct target {
	const struct operation *operation;
	const char *path;
	const char *body;
	struct caller owner;  /* the account it belongs to, or staff */
	struct caller holder; /* of its secret alone; FOR_HOLDERS */
};

/* All of them, `count` in number. Fails the test when the document and the
 * table differ, or the document tells another guard. */
struct operation *operations(size_t *count);
struct target target_of(const struct operation *operation);
/* The path with that text for each value. */
const char *path_with(const struct operation *operation, const char *value);
/* The schema of the body; NULL: it takes none. */
json_t *body_schema(const struct operation *operation);
/* Follows a $ref. */
json_t *schema_of(json_t *schema);
/* An account of staff with every permission but that one. */
const char *staff_without(const char *permission);
/* One with that permission and no other. */
const char *staff_with_only(const char *permission);
/* One with all of them, who logged in an hour ago. */
const char *staff_unproved(void);
/* Tokens that were good, of accounts and sessions that ended more than a
 * second ago; the list is ended by NULL. */
struct gone {
	const char *who;
	const char *bearer;
};
const struct gone *those_gone(void);
/* The first of them: one with all permissions, whose account is closed. */
const char *staff_dismissed(void);

/* Each operation, ready, in the document's order. */
void each_target(void (*visit)(const struct target *target));
/* A customer whom no target belongs to. */
const char *stranger(void);
/* text so many times, then end; lives until the program ends. */
char *repeated(const char *text, size_t times, const char *end);

#define NO_SUCH_ID "01a20430-3e93-744d-b2a0-9daec6967bd3"

#endif
