/* accounts.h - what the files of this room share. */
#ifndef ACCOUNTS_ACCOUNTS_H
#define ACCOUNTS_ACCOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include <domain/accounts.h>
#include <platform/auth.h>
#include <platform/db.h>
#include <platform/uuid.h>
#include <platform/work.h>
#include <rest/request.h>
#include <rest/resource.h>

/* ---- account_wire.c ---- */

struct registration {
	const char *email;
	const char *password;
	const char *repeated; /* of dj-rest-auth's clients; else NULL */
	const char *first_name;
	const char *last_name;
};
struct credentials {
	const char *email;
	const char *username;
	const char *password;
};
struct email_key {
	const char *key;
};
struct refresh_body {
	const char *refresh;
};
struct token_body {
	const char *token;
};
extern const struct resource registration_resource;
extern const struct resource registration_twice_resource;
extern const struct resource credentials_resource;
extern const struct resource email_key_resource;
extern const struct resource refresh_resource;
extern const struct resource refreshing_resource;
extern const struct resource login_resource;
extern const struct resource token_resource;
extern const struct resource detail_resource;

/* ---- account.c ---- */

bool password_is_common(const char *password); /* common_passwords.c */

/* ---- account_store.c ---- */

/* A registration with all that goes into its transaction. */
struct newcomer {
	const struct registration *registration;
	const char *hash;
};
async bool account_register(struct work *w, struct newcomer *newcomer);
/* *is_known: the key was right. False only for a fault. */
async bool account_verify_email(struct work *w, const char *key,
				bool *is_known);

struct login {
	bool is_known; /* an account has that name */
	bool is_active;
	const char *hash; /* NULL: none */
	int64_t epoch;
	const char *counted; /* what the try was counted under */
	struct uuid account;
};
/* Counts the try; past a hundred an hour for that name it is 429. device: of
 * browser_device(); its tries are counted apart, so that strangers do not lock
 * the owner out. */
async bool account_by_login(struct work *w, const char *name,
			    const char *device, struct login *login);
async bool account_set_hash(struct work *w, const struct login *login,
			    const char *hash);

/* ---- session_store.c ---- */

enum session_fate {
	SESSION_GOES_ON, /* rotated, or the same successor once more */
	SESSION_UNKNOWN, /* never issued, or expired */
	SESSION_OVER,	 /* revoked, or used up: the family has ended */
	SESSION_NO_ACCOUNT
};
struct session {
	enum session_fate fate;
	struct claims claims;
	char refresh[SECRET_TEXT_SIZE];
	/* Of session_open() only: whose it is. */
	const char *email;
	const char *first_name;
	const char *last_name;
};
/* From where a session is used. */
struct origin {
	const char *address;
	const char *user_agent;
};
struct origin origin_of(struct request *req);
enum opening {
	OPENING_DONE,
	OPENING_LACKS_SECOND, /* the second factor must be shown first */
	OPENING_NO_ACCOUNT    /* there is none, or it is closed */
};
/* A session for who has proved to be that account. False only for a fault. */
async bool session_open(struct work *w, const struct login_proof *proof,
			struct origin from, struct session *session,
			enum opening *opening);
async bool session_rotate(struct work *w, const char *refresh,
			  struct origin from, struct session *session);
async bool session_close(struct work *w, const char *refresh,
			 enum session_fate *fate);
async bool session_check(struct work *w, const char *refresh,
			 enum session_fate *fate);
async bool session_prune(struct work *w);
/* A secret that stands for the first factor until the second is shown. */
async bool challenge_make(struct work *w, const struct login_proof *proof,
			  char secret[SECRET_TEXT_SIZE]);
/* Columns 0 to 6: id, is_staff, permissions, token_epoch, session, proved_at,
 * second_at. */
void session_claims(const struct rows *rows, struct claims *claims);

/* ---- session_http.c, account_http.c ---- */

/* 200 with {"refresh", "access"}; signs. */
bool reply_pair(struct request *req, const char *refresh, struct claims *claims);

async bool token_obtain(struct request *req);
async bool login_by_cookie(struct request *req);
async bool token_refresh(struct request *req);
async bool token_check(struct request *req);
async bool token_blacklist(struct request *req);

#endif
