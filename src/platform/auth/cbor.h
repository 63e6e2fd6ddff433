/* cbor.h - the CBOR of authenticators (RFC 8949), read strictly. */
#ifndef AUTH_CBOR_H
#define AUTH_CBOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <platform/webauthn.h>

enum cbor_kind { /* the major types */
	CBOR_UNSIGNED,
	CBOR_NEGATIVE, /* -1 - number */
	CBOR_BYTES,
	CBOR_TEXT,
	CBOR_LIST,
	CBOR_MAP,
	CBOR_TAG,   /* refused */
	CBOR_SIMPLE /* false, true, null */
};

struct cbor_item {
	enum cbor_kind kind;
	uint64_t number;      /* the value; of lists and maps their count */
	struct octets octets; /* content of strings, members of the others */
};

/*
 * The item at the beginning of `from`, all of it; *used is its length. Only
 * what CTAP2's canonical form has: definite lengths, the shortest heads, no
 * tags, no floating point, at most 4 levels; no key comes twice. The order of
 * keys is not looked at: the outermost map is made by browsers.
 */
bool cbor_read(struct octets from, struct cbor_item *item, size_t *used);

/* The member of a map that cbor_read has let in, by its encoded key: a small
 * number is one byte (1 is "\x01", -1 "\x20"), a short text has one in front
 * ("\x63" "fmt"). */
bool cbor_member(const struct cbor_item *map, const char *key,
		 struct cbor_item *value);
/* The same, and it is of that kind. */
bool cbor_member_of(const struct cbor_item *map, const char *key,
		    enum cbor_kind kind, struct cbor_item *value);

#endif
