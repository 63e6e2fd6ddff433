/* domain/accounts.h - who has an account, and how one is made. */
#ifndef DOMAIN_ACCOUNTS_H
#define DOMAIN_ACCOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/request.h>
#include <rest/room.h>

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

/* "catalog.read,orders.write" as bits; names we no longer know are left out.
 * "all" is every one, for the command. */
uint32_t permissions_parse(const char *names);

extern const struct room accounts_room;
extern const struct room profile_room; /* settings, addresses, preferences */

#endif
