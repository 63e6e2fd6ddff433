/* passkey_device.h - an authenticator in software, and the browser around it:
 * makes passkeys and signs with them, rightly, or wrongly as it is told. */
#ifndef TESTS_API_PASSKEY_DEVICE_H
#define TESTS_API_PASSKEY_DEVICE_H

#include "shop.h"

enum { ES256 = -7, EDDSA = -8, RS256 = -257 };

struct passkey {
	int algorithm;
	void *key; /* an EVP_PKEY */
	uint8_t id[32];
	uint32_t count;	    /* of the next signature; 0: does not count */
	const char *handle; /* base64url, as the shop gave it */
};

/* What an honest browser does, unless a member says otherwise. */
struct ceremony {
	const char *challenge; /* of the options; needed */
	const char *origin;    /* NULL: the shop's */
	const char *rp_id;     /* NULL: the shop's */
	const char *type;      /* NULL: that of the ceremony */
	int flags;	       /* 0: user present and verified */
	const char *handle;    /* of an assertion; NULL: the passkey's, "": none */
	const char *extra;     /* members before the last brace of the answer */
	bool attests_itself;   /* packed, signed by the new key */
	bool hides_its_model;  /* as most do that sync */
};
enum { PRESENT = 1, VERIFIED = 4, ELIGIBLE = 8, BACKED_UP = 16 };

/* The shop of tests that need no other. */
const char *passkey_origin(void);

struct passkey a_passkey(int algorithm);
/* RegistrationResponseJSON and AuthenticationResponseJSON. */
const char *made_by(struct passkey *passkey, const struct ceremony *ceremony);
const char *signed_by(struct passkey *passkey,
		      const struct ceremony *ceremony);

/* Bytes as base64url. */
const char *base64url(const void *bytes, size_t length);

#endif
