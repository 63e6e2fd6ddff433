/* keys.h - API keys for tests. */
#ifndef TESTS_API_KEYS_H
#define TESTS_API_KEYS_H

#include "shop.h"

#define KEYS "/api/v1/admin/api-keys/"

struct api_key {
	const char *id;
	const char *text; /* the whole */
};
/* Made by the demo shop's staff. */
struct api_key a_key(const char *scopes_json);
/* With more members of its body: ",\"rate\":\"3/hour\"". */
struct api_key a_key_that(const char *scopes_json, const char *more);
/* With that permission alone, and with every other one; made once each. */
const char *key_with(const char *permission);
const char *key_without(const char *permission);
/* The text with the checksum that belongs to it. */
const char *mended(const char *text);

#endif
