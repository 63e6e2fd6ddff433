/* key_ring.c - reads a ring of keys from its setting. */
#include "key_ring.h"

#include <stdio.h>
#include <string.h>

static bool complain(const char *setting, const char *sentence)
{
	fprintf(stderr, "%s: %s.\n", setting, sentence);
	return false;
}

static bool is_kid(const char *text, size_t length)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";

	return length > 0 && length < RING_KID_SIZE &&
	       strspn(text, plain) >= length;
}

/* "kid:secret", length bytes of it. */
static bool entry_read(const char *setting, const char *text, size_t length,
		       struct ring_entry *entry)
{
	const char *colon = memchr(text, ':', length);
	size_t kid = colon ? (size_t)(colon - text) : 0;

	if (!is_kid(text, kid))
		return complain(setting,
				"must be kid:secret, comma separated; a kid "
				"has 1 to 32 letters, digits, - and _");
	memset(entry, 0, sizeof(*entry));
	memcpy(entry->kid, text, kid);
	entry->secret = colon + 1;
	entry->secret_length = length - kid - 1;
	return (entry->secret_length >= RING_SECRET_MIN &&
		entry->secret_length <= RING_SECRET_MAX) ||
	       complain(setting,
			"a secret must have from 32 to 512 characters");
}

bool ring_read(const char *setting, const char *text,
	       struct ring_entry entries[RING_KEYS_MAX], size_t *count)
{
	*count = 0;
	for (const char *at = text; at;) {
		const char *end = strchr(at, ',');
		size_t length = end ? (size_t)(end - at) : strlen(at);

		if (*count == RING_KEYS_MAX)
			return complain(setting, "has more than 8 keys");
		if (!entry_read(setting, at, length, &entries[*count]))
			return false;
		for (size_t i = 0; i < *count; i++)
			if (strcmp(entries[i].kid, entries[*count].kid) == 0)
				return complain(setting,
						"a kid stands there twice");
		++*count;
		at = end ? end + 1 : NULL;
	}
	return true;
}
