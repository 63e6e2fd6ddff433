/* cbor.c - the CBOR of authenticators (RFC 8949), read strictly. Never
 * allocates; nothing is believed beyond the bytes that are there. */
#include "cbor.h"

#include <string.h>

enum {
	DEPTH_MAX = 4, /* CTAP2 section 8 */
	PAIRS_MAX = 32 /* no map here has as many; keys are compared in pairs */
};

static void pass(struct octets *from, size_t length)
{
	from->bytes += length;
	from->length -= length;
}

/* RFC 8949 4.2.1: as short as the number allows. */
static bool is_shortest(uint64_t number, size_t bytes)
{
	return bytes == 1 ? number >= 24
			  : number >> (8 * (bytes / 2)) != 0;
}

/* The first byte, and the number behind it. */
static bool read_head(struct octets *from, struct cbor_item *item)
{
	unsigned more;
	size_t bytes;

	if (from->length == 0)
		return false;
	item->kind = (enum cbor_kind)(from->bytes[0] >> 5);
	more = from->bytes[0] & 0x1f;
	pass(from, 1);
	item->number = more;
	if (item->kind == CBOR_SIMPLE)
		return more >= 20 && more <= 22; /* false, true, null */
	if (more < 24)
		return true;
	if (more > 27) /* reserved, or of indefinite length */
		return false;
	bytes = (size_t)1 << (more - 24);
	if (from->length < bytes)
		return false;
	item->number = 0;
	for (size_t i = 0; i < bytes; i++)
		item->number = item->number << 8 | from->bytes[i];
	pass(from, bytes);
	return is_shortest(item->number, bytes);
}

static bool read_item(struct octets *from, struct cbor_item *item,
		      unsigned depth);

static bool read_list(struct octets *from, uint64_t count, unsigned depth)
{
	struct cbor_item item;

	/* Each takes a byte at least. */
	if (depth > DEPTH_MAX || count > from->length)
		return false;
	while (count-- > 0)
		if (!read_item(from, &item, depth))
			return false;
	return true;
}

static bool is_among(const struct octets *keys, size_t count,
		     const struct octets *key)
{
	for (size_t i = 0; i < count; i++)
		if (keys[i].length == key->length &&
		    memcmp(keys[i].bytes, key->bytes, key->length) == 0)
			return true;
	return false;
}

/* Heads are the shortest, so that equal keys are equal bytes. */
static bool read_map(struct octets *from, uint64_t count, unsigned depth)
{
	struct octets keys[PAIRS_MAX];
	struct cbor_item item;

	if (depth > DEPTH_MAX || count > PAIRS_MAX)
		return false;
	for (size_t i = 0; i < count; i++) {
		keys[i] = *from;
		if (!read_item(from, &item, DEPTH_MAX) ||
		    item.kind == CBOR_LIST || item.kind == CBOR_MAP)
			return false;
		keys[i].length -= from->length;
		if (is_among(keys, i, &keys[i]) ||
		    !read_item(from, &item, depth))
			return false;
	}
	return true;
}

static bool read_item(struct octets *from, struct cbor_item *item,
		      unsigned depth)
{
	const uint8_t *begin;

	if (!read_head(from, item))
		return false;
	begin = from->bytes;
	switch (item->kind) {
	case CBOR_BYTES:
	case CBOR_TEXT:
		if (item->number > from->length)
			return false;
		pass(from, (size_t)item->number);
		break;
	case CBOR_LIST:
		if (!read_list(from, item->number, depth + 1))
			return false;
		break;
	case CBOR_MAP:
		if (!read_map(from, item->number, depth + 1))
			return false;
		break;
	case CBOR_TAG:
		return false;
	case CBOR_UNSIGNED:
	case CBOR_NEGATIVE:
	case CBOR_SIMPLE:
		break;
	}
	item->octets = (struct octets){begin, (size_t)(from->bytes - begin)};
	return true;
}

bool cbor_read(struct octets from, struct cbor_item *item, size_t *used)
{
	size_t length = from.length;

	if (!read_item(&from, item, 0))
		return false;
	*used = length - from.length;
	return true;
}

bool cbor_member(const struct cbor_item *map, const char *key,
		 struct cbor_item *value)
{
	struct octets from = map->octets;
	size_t length = strlen(key);

	if (map->kind != CBOR_MAP)
		return false;
	for (uint64_t i = 0; i < map->number; i++) {
		struct octets at = from;
		struct cbor_item ignored;

		if (!read_item(&from, &ignored, DEPTH_MAX) ||
		    !read_item(&from, value, 1))
			return false;
		if (at.length >= length && memcmp(at.bytes, key, length) == 0)
			return true;
	}
	return false;
}

bool cbor_member_of(const struct cbor_item *map, const char *key,
		    enum cbor_kind kind, struct cbor_item *value)
{
	return cbor_member(map, key, value) && value->kind == kind;
}
