/* passwords.h - what the files behind passwords_room share: the own sessions,
 * passwords and the e-mail address. */
#ifndef ACCOUNTS_PASSWORDS_H
#define ACCOUNTS_PASSWORDS_H

#include <stdbool.h>
#include <stdint.h>

#include <platform/jobs.h>
#include <rest/listing.h>

#include "accounts.h"

/* ---- password_wire.c ---- */

struct logout {
	const char *refresh; /* NULL: none was sent */
};
struct logout_all {
	bool keeps_current;
};
struct password_change {
	const char *old_password;
	const char *new_password;
	const char *repeated; /* of dj-rest-auth's clients; else NULL */
};
struct email_body {
	const char *email;
};
struct password_reset {
	const char *token;
	const char *new_password;
	const char *repeated; /* of dj-rest-auth's clients; else NULL */
};
struct secret_body {
	const char *token;
};
extern const struct resource logout_resource;
extern const struct resource logout_all_resource;
extern const struct resource password_change_resource;
extern const struct resource password_twice_resource;
extern const struct resource password_reset_resource;
extern const struct resource password_reset_twice_resource;
extern const struct resource forgotten_resource;
extern const struct resource new_email_resource;
extern const struct resource secret_resource;

/* ---- device_http.c ---- */

extern const struct listing session_listing;
extern const struct resource login_session_resource;
async bool session_index(struct request *req);
async bool session_remove(struct request *req);
async bool logout(struct request *req);
async bool logout_everywhere(struct request *req);

/* ---- password_http.c, reset_http.c ---- */

async bool password_change(struct request *req);
async bool password_forgotten(struct request *req);
async bool verification_again(struct request *req);
async bool password_reset(struct request *req);

/* ---- email_http.c ---- */

async bool email_change(struct request *req);
async bool email_confirm(struct request *req);
async bool email_cancel(struct request *req);

/* ---- secret_mail.c ---- */

/* The event's data: whom to write to, and where the secret is used: a path
 * that ends where the secret begins. secret NULL: none, then link is NULL. */
struct mail_facts {
	const char *email;
	const char *first_name;
	const char *other; /* another address that the mail speaks of, or NULL */
	const char *link;
	const struct mail_secret *secret;
	int64_t minutes; /* that the link is good for; 0: not told */
};
const char *mail_facts_json(struct work *w, const struct mail_facts *facts);

/* ---- reset_store.c ---- */

async enum job_verdict reset_mail_job(struct work *w,
				      const struct json_t *payload);
async enum job_verdict verification_mail_job(struct work *w,
					     const struct json_t *payload);

/* ---- session_ends.c ---- */

/* All sessions of the account but one (NULL: but none); in a transaction
 * that has changed the account before: the same order everywhere. */
async bool sessions_end(struct work *w, const struct uuid *account,
			const struct uuid *kept, const char *reason);

#endif
