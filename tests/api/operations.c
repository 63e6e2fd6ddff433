/* operations.c - the operations of the document, found and guarded. */
#include "operation_parts.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

/* ---- the document ---- */

/* Enough of what the carts are filled with. */
static void stock_up(void)
{
	const struct caller staff = {.bearer = the_staff(), .key = ""};

	ask(201, "POST", "/api/v1/admin/stock/adjustments/", &staff,
	    "{\"sku\":\"DEMO-003\",\"delta\":100000,\"reason\":\"many tests\"}");
}

static json_t *document(void)
{
	static json_t *json;

	if (json == NULL)
		json = ask(200, "GET", "/api/schema/", &nobody, NULL)->json;
	return json;
}

static enum guard guard_told(json_t *operation)
{
	const char *words = json_string_value(
		json_object_get(operation, "description"));
	json_t *security = json_object_get(operation, "security");

	if (words != NULL && strncmp(words, "For staff", 9) == 0)
		return FOR_STAFF;
	if (words != NULL && strncmp(words, "For the provider", 16) == 0)
		return FOR_GATEWAYS;
	if (words != NULL && strstr(words, "secret") != NULL)
		return FOR_HOLDERS;
	return json_array_size(security) == 0 ||
			       json_object_size(json_array_get(security, 0)) == 0
		       ? FOR_ALL
		       : FOR_CUSTOMERS;
}

static void found(const char *path, const char *method, json_t *description)
{
	const char *name = json_string_value(
		json_object_get(description, "operationId"));
	char *upper = strdup(method);

	for (char *c = upper; *c != '\0'; c++)
		*c = (char)toupper((unsigned char)*c);
	for (size_t i = 0; i < operation_count; i++) {
		if (strcmp(operation_rows[i].name, name) != 0)
			continue;
		operation_rows[i].template = strdup(path);
		operation_rows[i].method = upper;
		operation_rows[i].description = description;
		if (operation_rows[i].guard != guard_told(description) &&
		    (operation_rows[i].guard != FOR_MEMBERS ||
		     guard_told(description) != FOR_CUSTOMERS))
			fail_msg("%s has another guard in the document", name);
		return;
	}
	fail_msg("%s %s (%s) has no entry in tests/api/operation_rows.c", upper,
		 path, name);
}

struct operation *operations(size_t *count)
{
	const char *path;
	const char *method;
	json_t *place;
	json_t *operation;

	*count = operation_count;
	if (operation_rows[0].template != NULL)
		return operation_rows;
	stock_up();
	json_object_foreach(json_object_get(document(), "paths"), path, place)
		json_object_foreach(place, method, operation)
			found(path, method, operation);
	for (size_t i = 0; i < operation_count; i++)
		if (operation_rows[i].template == NULL)
			fail_msg("%s is not in the document", operation_rows[i].name);
	return operation_rows;
}

json_t *schema_of(json_t *schema)
{
	const char *reference = json_string_value(
		json_object_get(schema, "$ref"));

	return reference == NULL
		       ? schema
		       : json_object_get(json_object_get(
						 json_object_get(document(),
								 "components"),
						 "schemas"),
					 strrchr(reference, '/') + 1);
}

json_t *body_schema(const struct operation *operation)
{
	json_t *node = json_object_get(operation->description, "requestBody");

	node = json_object_get(json_object_get(node, "content"),
			       "application/json");
	return schema_of(json_object_get(node, "schema"));
}

const char *path_with(const struct operation *operation, const char *value)
{
	const char *from = operation->template;
	size_t size = strlen(from) + 4 * strlen(value) + 1;
	char *path = malloc(size);
	char *to = path;

	while (*from != '\0') {
		if (*from == '{') {
			to = stpcpy(to, value);
			from = strchr(from, '}') + 1;
		} else {
			*to++ = *from++;
		}
	}
	*to = '\0';
	return path;
}

#define ALL_PERMISSIONS                                                    \
	"(SELECT permissions FROM account WHERE email = 'staff@example.com')"

/* A fresh account with the permissions that the SQL gives, NULL: a customer;
 * its login. */
static struct answer *one_having(const char *permissions)
{
	const char *login =
		fmt("{\"email\":\"w%s@example.com\","
		    "\"password\":\"lantern-quiet-47\"}", fresh_number());

	ask(201, "POST", "/api/v1/auth/register/", &nobody, login);
	if (permissions != NULL)
		sql("UPDATE account SET is_staff = true, permissions = %s WHERE "
		    "email = '%s'::json ->> 'email'", permissions, login);
	return ask(200, "POST", "/api/v1/auth/token/", &nobody, login);
}

struct known {
	const char *permission;
	const char *bearer;
};
enum { KNOWN_MAX = 64 };

static const char *once_for(struct known *known, const char *permission,
			    const char *permissions)
{
	size_t i = 0;

	while (known[i].permission != NULL &&
	       strcmp(known[i].permission, permission) != 0)
		i++;
	if (known[i].permission == NULL) {
		assert_true(i + 1 < KNOWN_MAX);
		known[i] = (struct known){
			permission,
			text_at(one_having(permissions), "access")};
	}
	return known[i].bearer;
}

const char *staff_without(const char *permission)
{
	static struct known known[KNOWN_MAX];

	return once_for(known, permission,
			fmt("array_remove((SELECT permissions FROM account "
			    "WHERE email = 'staff@example.com'), '%s')",
			    permission));
}

const char *staff_with_only(const char *permission)
{
	static struct known known[KNOWN_MAX];

	return once_for(known, permission, fmt("ARRAY['%s']", permission));
}

const char *staff_unproved(void)
{
	static const char *bearer;
	struct answer *pair;

	if (bearer != NULL)
		return bearer;
	pair = one_having(ALL_PERMISSIONS);
	sql("UPDATE session SET proved_at = now() - interval '1 hour' WHERE id "
	    "= (SELECT family_id FROM refresh_token WHERE token_hash = "
	    "sha256('%s'))", text_at(pair, "refresh"));
	bearer = text_at(askf(200, "POST", "/api/v1/auth/token/refresh/",
			      &nobody, "{\"refresh\":\"%s\"}",
			      text_at(pair, "refresh")),
			 "access");
	return bearer;
}

/* The account or the session that the refresh token is of. */
#define OF_TOKEN                                                           \
	"(SELECT %s FROM refresh_token WHERE token_hash = sha256('%s'))"

const struct gone *those_gone(void)
{
	static struct gone gone[] = {
		{"staff dismissed", NULL},
		{"a customer whose account is closed", NULL},
		{"staff who have logged out", NULL},
		{NULL, NULL},
	};
	struct answer *pairs[3];

	if (gone[0].bearer != NULL)
		return gone;
	for (size_t i = 0; i < 3; i++) {
		pairs[i] = one_having(i == 1 ? NULL : ALL_PERMISSIONS);
		gone[i].bearer = text_at(pairs[i], "access");
	}
	for (size_t i = 0; i < 2; i++)
		sql("UPDATE account SET is_active = false WHERE id = " OF_TOKEN,
		    "account_id", text_at(pairs[i], "refresh"));
	sql("UPDATE session SET ended_at = now(), end_reason = 'logout' WHERE id "
	    "= " OF_TOKEN, "family_id", text_at(pairs[2], "refresh"));
	until_sql(10, "t", "SELECT max(at) < now() - interval '1.1 seconds' "
			   "FROM standing_change");
	return gone;
}

const char *staff_dismissed(void)
{
	return those_gone()->bearer;
}

void each_target(void (*visit)(const struct target *target))
{
	size_t count;
	struct operation *all = operations(&count);

	for (size_t i = 0; i < count; i++) {
		struct target target = target_of(&all[i]);

		visit(&target);
	}
}

const char *stranger(void)
{
	static const char *bearer;

	if (bearer == NULL)
		bearer = a_customer();
	return bearer;
}

char *repeated(const char *text, size_t times, const char *end)
{
	size_t length = strlen(text);
	char *whole = malloc(length * times + strlen(end) + 1);

	for (size_t i = 0; i < times; i++)
		memcpy(whole + i * length, text, length);
	strcpy(whole + times * length, end);
	return whole;
}
