/* keys.c - API keys for tests. */
#include "keys.h"

#include <string.h>

struct api_key a_key_that(const char *scopes_json, const char *more)
{
	const struct caller staff = {.bearer = the_staff()};
	struct answer *made =
		askf(201, "POST", KEYS, &staff,
		     "{\"name\":\"of a test\",\"scopes\":%s%s}", scopes_json,
		     more);

	return (struct api_key){text_at(made, "id"), text_at(made, "key")};
}

struct api_key a_key(const char *scopes_json)
{
	return a_key_that(scopes_json, "");
}

struct one_made {
	const char *permission;
	const char *text;
};

/* Of each test program few, so that a list will do. */
static const char **remembered(struct one_made list[64], const char *permission)
{
	size_t i = 0;

	while (list[i].permission != NULL &&
	       strcmp(list[i].permission, permission) != 0)
		i++;
	assert_true(i < 63);
	list[i].permission = permission;
	return &list[i].text;
}

const char *key_with(const char *permission)
{
	static struct one_made made[64];
	const char **text = remembered(made, permission);

	if (*text == NULL)
		*text = a_key(fmt("[\"%s\"]", permission)).text;
	return *text;
}

/* Whatever the staff of the tests has, less that. */
const char *key_without(const char *permission)
{
	static struct one_made made[64];
	const char **text = remembered(made, permission);

	if (*text == NULL)
		*text = a_key(sql("SELECT to_json(array_remove(permissions, '%s')) "
				  "FROM account WHERE email = 'staff@example.com'",
				  permission))
				.text;
	return *text;
}

const char *mended(const char *text)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz";
	char sum[7] = "";
	uint32_t crc = UINT32_MAX;
	size_t length = strlen(text) - 6;

	for (size_t i = 0; i < length * 8; i++) {
		if (i % 8 == 0)
			crc ^= (unsigned char)text[i / 8];
		crc = (crc >> 1) ^ (crc & 1 ? 0xedb88320 : 0);
	}
	crc = ~crc;
	for (int i = 5; i >= 0; i--) {
		sum[i] = digits[crc % 62];
		crc /= 62;
	}
	return fmt("%.*s%s", (int)length, text, sum);
}
