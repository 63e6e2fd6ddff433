/* cose.h - the public keys of authenticators (RFC 9053) and what they sign. */
#ifndef AUTH_COSE_H
#define AUTH_COSE_H

#include <stdbool.h>

#include "cbor.h"

enum { COSE_ES256 = -7, COSE_EDDSA = -8, COSE_RS256 = -257 };

struct cose_key {
	int algorithm;
	struct octets a; /* ES256: x; EdDSA: the key; RS256: the modulus */
	struct octets b; /* ES256: y; RS256: the exponent */
};

/* False unless it is a key of one of our algorithms, with its parameters and
 * no others, and a point on its curve. Points into the map. */
bool cose_key_read(const struct cbor_item *map, struct cose_key *key);
/* Whether that is the key's signature over the message. */
bool cose_verify(const struct cose_key *key, struct octets message,
		 struct octets signature);

#endif
