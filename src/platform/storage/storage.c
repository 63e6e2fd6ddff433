/* storage.c - names, and which driver has the files. */
#include "storage.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include <platform/auth.h>
#include <platform/config.h>

enum { OWNER_DIGITS = 32, HASH_DIGITS = 16, DOT = OWNER_DIGITS + 1 + HASH_DIGITS };

static const char hex[] = "0123456789abcdef";

static const struct storage_driver *driver(void)
{
	return strcmp(config->media_storage, "s3") == 0 ? &s3_driver
							: &local_driver;
}

void storage_name(const struct uuid *owner, const uint8_t hash[32],
		  const char *suffix, char name[STORAGE_NAME_SIZE])
{
	hex_encode(owner->bytes, sizeof(owner->bytes), name);
	name[OWNER_DIGITS] = '-';
	hex_encode(hash, HASH_DIGITS / 2, name + OWNER_DIGITS + 1);
	snprintf(name + DOT, STORAGE_NAME_SIZE - DOT, ".%s", suffix);
	assert(storage_name_is_sound(name));
}

bool storage_name_is_sound(const char *name)
{
	size_t suffix;

	if (strspn(name, hex) != OWNER_DIGITS || name[OWNER_DIGITS] != '-' ||
	    strspn(name + OWNER_DIGITS + 1, hex) != HASH_DIGITS ||
	    name[DOT] != '.')
		return false;
	suffix = strspn(name + DOT + 1, "abcdefghijklmnopqrstuvwxyz");
	return suffix >= 3 && suffix <= 4 && name[DOT + 1 + suffix] == '\0';
}

struct uuid storage_name_owner(const char *name)
{
	char digits[OWNER_DIGITS + 1];
	struct uuid owner = {{0}};

	memcpy(digits, name, OWNER_DIGITS);
	digits[OWNER_DIGITS] = '\0';
	(void)hex_decode(digits, owner.bytes, sizeof(owner.bytes));
	return owner;
}

const char *storage_area_name(enum storage_area area)
{
	return area == STORAGE_PUBLIC ? "public" : "private";
}

void storage_list_add(struct work *w, struct storage_list *list,
		      const char *name, size_t length)
{
	const char *copy = arena_copy(&w->arena, name, length);

	if (list->count < STORAGE_LIST_MAX && storage_name_is_sound(copy))
		list->names[list->count++] = copy;
}

async bool storage_put(struct work *w, enum storage_area area,
		       const char *name, const char *type, const void *bytes,
		       size_t length)
{
	assert(w->transaction == NULL && storage_name_is_sound(name));
	return driver()->put_file(w, area, name, type, bytes, length);
}

async enum storage_finding storage_get(struct work *w, enum storage_area area,
				       const char *name, bool size_only,
				       struct storage_file *file)
{
	*file = (struct storage_file){0};
	if (!storage_name_is_sound(name))
		return STORAGE_MISSING;
	return driver()->get_file(w, area, name, size_only, file);
}

async bool storage_remove(struct work *w, enum storage_area area,
			  const char *name)
{
	assert(w->transaction == NULL && storage_name_is_sound(name));
	return driver()->remove_file(w, area, name);
}

async bool storage_list(struct work *w, enum storage_area area,
			int64_t older_than_seconds, struct storage_list *list)
{
	assert(w->transaction == NULL);
	list->count = 0;
	return driver()->list_files(w, area, older_than_seconds, list);
}
