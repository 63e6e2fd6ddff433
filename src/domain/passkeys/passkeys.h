/* passkeys.h - what the files of this room share. */
#ifndef PASSKEYS_PASSKEYS_H
#define PASSKEYS_PASSKEYS_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/auth.h>
#include <platform/db.h>
#include <platform/uuid.h>
#include <platform/webauthn.h>
#include <platform/work.h>
#include <rest/request.h>
#include <rest/resource.h>

enum {
	PASSKEYS_MAX = 20, /* of one account */
	CHALLENGE_MILLISECONDS = 300000
};

/* ---- passkey_wire.c: WebAuthn Level 3, 5.1 (the toJSON() forms) ---- */

struct asked_login {
	const char *challenge; /* of a login that lacks its second factor */
};
struct assertion_response {
	const char *client_data;
	const char *authenticator_data;
	const char *signature;
	const char *user_handle;
};
struct assertion_input {
	const char *id;
	const char *raw_id;
	const char *type;
	struct assertion_response response;
	const char *challenge; /* as above; NULL: none */
};
struct attestation_response {
	const char *client_data;
	const char *attestation;
	struct field_list transports;
};
struct attestation_input {
	const char *id;
	const char *raw_id;
	const char *type;
	struct attestation_response response;
	const char *name;
	bool is_second; /* asked for after each password */
};
struct passkey_name {
	const char *name;
};
extern const struct resource asked_login_resource;
extern const struct resource assertion_resource;
extern const struct resource attestation_resource;
extern const struct resource login_options_resource;
extern const struct resource add_options_resource;
extern const struct resource passkey_resource;

/* ---- passkey.c ---- */

/* webauthn_rp_id and webauthn_origins, or what public_url says. */
const char *passkey_rp_id(struct arena *arena);
const char *passkey_origins(struct arena *arena);
/* allowed, excluded: JSON lists of descriptors. */
void write_login_options(struct request *req, const char *challenge,
			 const char *allowed, const char *verification);
struct add_options {
	const char *challenge;
	const char *handle;
	const char *email;
	const char *display_name;
	const char *excluded;
};
void write_add_options(struct request *req, const struct add_options *options);
/* The known ones of what a browser told, each once; in the arena. */
size_t transports_known(struct arena *arena, const struct field_list *told,
			const char *const **known);

/* ---- passkey_store.c ---- */

struct param challenge_hash(struct work *w, const char *challenge);

enum passkey_purpose { PASSKEY_LOGIN, PASSKEY_STEP_UP };

/* A passkey that has shown itself. */
struct shown {
	struct uuid passkey;
	struct uuid account;
	bool is_verified; /* its user, too */
};
struct question {
	enum passkey_purpose purpose;
	struct uuid session; /* of a step-up */
	bool needs_handle;   /* nobody has said whose passkey it should be */
	bool needs_verified;
};
/* Uses the challenge up; 401 passkey_not_accepted when anything is wrong, 401
 * passkey_count_went_back when it may be a copy. */
async bool passkey_judge(struct work *w, const struct question *question,
			 const struct assertion_input *in, struct shown *shown);
extern const struct fault_kind passkey_not_accepted;

/* A passkey about to be kept. */
struct newcomer {
	const struct uuid *account;
	const struct webauthn_credential *made;
	const char *name;
	const char *const *transports;
	size_t transport_count;
	bool is_second;
	const struct uuid *session; /* that adds it */
	struct rows rows; /* out */
};
async bool passkey_add(struct work *w, struct newcomer *newcomer);

struct leaver {
	struct uuid account;
	struct uuid passkey;
};
async bool passkey_remove(struct work *w, struct leaver *leaver);
async bool passkey_prune(struct work *w);

/* ---- handlers: passkey_http.c, passkey_login_http.c ---- */

async bool passkey_login_options(struct request *req);
async bool passkey_login(struct request *req);
async bool passkey_step_up_options(struct request *req);
async bool passkey_step_up(struct request *req);

#endif
