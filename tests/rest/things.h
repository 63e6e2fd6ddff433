/* things.h - a list of things that a real PostgreSQL makes on the spot, and how
 * it is asked. */
#ifndef TESTS_REST_THINGS_H
#define TESTS_REST_THINGS_H

#include "../unit/test.h"

#include <stdint.h>

#include <platform/json.h>
#include <rest/listing.h>

#define AT "\"http://shop.example/api/v1/things/"

extern struct request req; /* with the last answer */

/* Whether it was answered, of a list of so many things. */
bool ask(const char *query, int64_t things);
/* What stands there in the answer. */
void is_json(const char *path, const char *json);
/* 400 with these errors, and nothing asked of the database. */
void refused(const char *query, const char *errors);
/* The count, of 45 things. */
int64_t counted(const char *query);
/* The query of a link of the answer; NULL when it is null. */
const char *link_of(const char *key);
const struct json_t *root(void);

int things_start(void **state);
int things_finish(void **state);

#endif
