/* authenticator.h - an app that shows codes, and accounts that have one. */
#ifndef TESTS_API_AUTHENTICATOR_H
#define TESTS_API_AUTHENTICATOR_H

#include "shop.h"

#define MFA "/api/v1/auth/mfa/"
#define TOTP MFA "totp/"
#define VERIFY_SECOND MFA "verify/"
#define STEP_UP "/api/v1/auth/step-up/"
#define GOOD_PASSWORD "lantern-quiet-47"

/* What the app shows `steps` of thirty seconds from now. */
const char *code_shown(const char *secret, int steps);

struct member {
	const char *email;
	const char *access;
	const char *refresh;
	const char *secret;  /* of the app, base32; NULL: none is enrolled */
	json_t *codes;	     /* recovery codes */
};
/* A fresh account, logged in. */
struct member a_member(void);
/* With an app; its used step is forgotten, so that codes work at once. */
struct member a_protected_member(void);
void protect(struct member *member);
/* The n-th recovery code. */
const char *recovery_code(const struct member *member, size_t n);
/* As if no code had been shown, and none tried. */
void forget_codes(const char *email);
/* A login with the right password; the challenge that it ends with. */
const char *a_challenge(const char *email, const char *password);
struct answer *login_with(int status, const char *email, const char *password);
/* {"challenge", "code"} at auth/mfa/verify/. */
struct answer *show_code(int status, const char *challenge, const char *code);
struct caller with(const char *access);

#endif
