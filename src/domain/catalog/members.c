/* members.c - members of the JSON objects that statements take. Never waits. */
#include "members.h"

#include <string.h>

void put_text(struct out *out, const char *key, const char *value)
{
	if (value == NULL)
		return;
	out_key(out, key);
	out_text(out, value);
}

void put_json(struct out *out, const char *key, const char *json)
{
	if (json == NULL)
		return;
	out_key(out, key);
	out_raw(out, json, strlen(json));
}

void put_int(struct out *out, const char *key, int64_t value)
{
	out_key(out, key);
	out_int(out, value);
}

void put_bool(struct out *out, const char *key, bool is_true)
{
	out_key(out, key);
	out_bool(out, is_true);
}

void put_uuid(struct out *out, const char *key, const struct uuid *uuid)
{
	char text[UUID_TEXT_LENGTH + 1];

	uuid_format(uuid, text);
	out_key(out, key);
	out_text(out, uuid_is_nil(uuid) ? NULL : text);
}
