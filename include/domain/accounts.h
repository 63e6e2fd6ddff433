/* domain/accounts.h - who has an account, and how one is made. */
#ifndef DOMAIN_ACCOUNTS_H
#define DOMAIN_ACCOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include <domain/addresses.h>
#include <platform/auth.h>
#include <platform/db.h>
#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/request.h>
#include <rest/room.h>

struct out;

struct account_new {
	const char *email;    /* any case; a valid address */
	const char *password; /* in clear, of any strength */
	const char *first_name; /* NULL is "" */
	const char *last_name;
	bool is_staff;
	uint32_t permissions; /* bit set of enum permission; only of staff */
};

/*
 * An account whose address counts as verified, for `shopd user create` and
 * the demo shop. One with that address: account_exists, and *id is left
 * alone. Waits for the password's hash and one statement.
 */
async bool account_create(struct work *w, const struct account_new *new,
			  struct uuid *id);
extern const struct fault_kind account_exists; /* 409 account_exists */

/*
 * Django's four validators (drf.md section 13): similar to the address or a
 * name, shorter than 8 characters, common, only digits. Each that fails adds
 * its sentence to field `field`; false when any did. Never waits. Names may
 * be NULL.
 */
struct password_owner {
	const char *email;
	const char *first_name;
	const char *last_name;
};
bool password_is_good(struct work *w, const char *field, const char *password,
		      const struct password_owner *owner);

/* Who has shown that the account is theirs, and how. */
struct login_proof {
	struct uuid account;
	const char *method; /* of the first factor: "password", "passkey",
			     * "google"; letters, digits, - and _ */
	bool is_second;	    /* a second factor was shown, too */
	/* Of a password: the account's token_epoch when its hash was read, so
	 * that nobody gets in by one that is changed meanwhile. */
	bool has_epoch;
	int64_t epoch;
	const char *counted; /* what its try was counted under; NULL: not */
};
/*
 * Ends a login: opens a session and answers 200 with its pair of tokens. 401
 * second_factor_required, with a "challenge" for auth/mfa/verify/, when the
 * account has a second factor and none was shown; 401 no_active_account when
 * it is closed. Two statements.
 */
async bool login_answer(struct request *req, const struct login_proof *proof);
extern const struct resource token_pair_resource; /* what it answers */

/*
 * A secret for a mail. The event that asks for the mail holds what the secret
 * follows from by a key of ours, not the secret: who can read the database
 * cannot use it. The mail's writer makes it again (notifications/secret.c).
 */
struct mail_secret {
	struct uuid seed;
	uint8_t hash[SECRET_HASH_SIZE]; /* what is stored */
};
/* purpose: as in the mail's template. False, with a fault, when there is no
 * key. */
bool mail_secret_make(struct work *w, const char *purpose,
		      struct mail_secret *secret);
struct param mail_secret_hash(struct work *w, const struct mail_secret *secret);
/* Into the open object of an event's data. path: where the secret is used; it
 * ends where the secret begins. */
void mail_secret_put(struct work *w, struct out *out, const char *path,
		     const struct mail_secret *secret);

/* "catalog.read,orders.write" as bits; names we no longer know are left out.
 * "all" is every one, for the command. */
uint32_t permissions_parse(const char *names);

/* A telephone number in any usual writing becomes that of E.164,
 * "+493012345678", in the arena; NULL and "" stay. False: 400 on "phone".
 * Never waits. */
bool phone_check(struct work *w, const char **phone);

/* What the account has saved under that id. None of its own, or account nil:
 * 400 on "address_id", as DRF tells of a missing key. One statement. */
async bool saved_address_load(struct work *w, const struct uuid *account,
			      const struct uuid *id, struct address *address);

extern const struct room accounts_room;
extern const struct room profile_room; /* settings, addresses, preferences */

#endif
