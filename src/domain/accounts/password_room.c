/* password_room.c - the routes of sessions, passwords and the e-mail address. */
#include "passwords.h"

#include <queries.h>

#include <rest/room.h>

extern const struct room passwords_room;

static const struct route routes[] = {
	{.method = METHOD_GET, .path = "/api/v1/account/sessions/",
	 .handler = session_index, .access = ACCESS_CUSTOMER,
	 .answer = &login_session_resource, .listing = &session_listing, .budget = 2,
	 .name = "account_session_list",
	 .summary = "Where the account is logged in."},
	{.method = METHOD_DELETE, .path = "/api/v1/account/sessions/{id}/",
	 .handler = session_remove, .access = ACCESS_CUSTOMER, .status = 204,
	 .budget = 1, .name = "account_session_destroy",
	 .summary = "Ends one session of the account, the own one too."},
	{.method = METHOD_POST, .path = "/api/v1/auth/logout/",
	 .handler = logout, .access = ACCESS_PUBLIC, .body = &logout_resource,
	 .answer = &detail_resource,
	 .own_credentials = READS_REFRESH_COOKIE | READS_BEARER,
	 .budget = 2, .name = "auth_logout",
	 .summary = "Ends the session of the access token, or of the refresh "
		    "token in the body."},
	{.method = METHOD_POST, .path = "/api/v1/auth/logout/all/",
	 .handler = logout_everywhere, .access = ACCESS_CUSTOMER,
	 .body = &logout_all_resource, .answer = &detail_resource, .budget = 2,
	 .name = "auth_logout_all",
	 .summary = "Ends all sessions of the account, or all others."},
	{.method = METHOD_POST, .path = "/api/v1/account/change-password/",
	 .handler = password_change, .access = ACCESS_CUSTOMER,
	 .body = &password_change_resource, .answer = &token_pair_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 6,
	 .name = "account_change_password",
	 .summary = "Changes the password, ends all other sessions and answers "
		    "with new tokens for this one."},
	{.method = METHOD_POST, .path = "/api/v1/auth/password/change/",
	 .handler = password_change, .access = ACCESS_CUSTOMER,
	 .body = &password_twice_resource, .answer = &token_pair_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 6,
	 .name = "auth_password_change",
	 .summary = "The same, as clients of dj-rest-auth ask for it."},
	{.method = METHOD_POST, .path = "/api/v1/auth/password-reset/",
	 .handler = password_forgotten, .access = ACCESS_PUBLIC,
	 .body = &forgotten_resource, .answer = &detail_resource,
	 .throttle = THROTTLE_REGISTER, .budget = 1,
	 .name = "auth_password_reset",
	 .summary = "Mails a link to set a new password; the answer does not "
		    "tell whether anybody has the address."},
	{.method = METHOD_POST, .path = "/api/v1/auth/password-reset/confirm/",
	 .handler = password_reset, .access = ACCESS_PUBLIC,
	 .body = &password_reset_resource, .answer = &detail_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 4,
	 .name = "auth_password_reset_confirm",
	 .summary = "Sets a new password by the token of such a mail, once; "
		    "all sessions end."},
	{.method = METHOD_POST, .path = "/api/v1/auth/password/reset/",
	 .handler = password_forgotten, .access = ACCESS_PUBLIC,
	 .body = &forgotten_resource, .answer = &detail_resource,
	 .throttle = THROTTLE_REGISTER, .budget = 1,
	 .name = "auth_password_forgotten",
	 .summary = "password-reset/, as clients of dj-rest-auth ask for it."},
	{.method = METHOD_POST, .path = "/api/v1/auth/password/reset/confirm/",
	 .handler = password_reset, .access = ACCESS_PUBLIC,
	 .body = &password_reset_twice_resource, .answer = &detail_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 4,
	 .name = "auth_password_forgotten_confirm",
	 .summary = "password-reset/confirm/, as clients of dj-rest-auth ask for "
		    "it."},
	{.method = METHOD_POST, .path = "/api/v1/auth/registration/resend-email/",
	 .handler = verification_again, .access = ACCESS_PUBLIC,
	 .body = &forgotten_resource, .answer = &detail_resource,
	 .throttle = THROTTLE_REGISTER, .budget = 1,
	 .name = "auth_registration_resend_email",
	 .summary = "resend-verification/, as clients of dj-rest-auth ask for "
		    "it."},
	{.method = METHOD_POST, .path = "/api/v1/auth/resend-verification/",
	 .handler = verification_again, .access = ACCESS_PUBLIC,
	 .body = &forgotten_resource, .answer = &detail_resource,
	 .throttle = THROTTLE_REGISTER, .budget = 1,
	 .name = "auth_resend_verification",
	 .summary = "Mails another link to verify the address; the answer does "
		    "not tell whether there is an account."},
	{.method = METHOD_POST, .path = "/api/v1/account/change-email/",
	 .handler = email_change, .access = ACCESS_CUSTOMER,
	 .needs_step_up = true, .body = &new_email_resource,
	 .answer = &detail_resource, .status = 202, .budget = 4,
	 .name = "account_change_email",
	 .summary = "Mails a link to confirm it to the new address, and one to "
		    "call it off to the old one."},
	{.method = METHOD_POST, .path = "/api/v1/account/change-email/confirm/",
	 .handler = email_confirm, .access = ACCESS_PUBLIC,
	 .body = &secret_resource, .answer = &detail_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 3,
	 .name = "account_change_email_confirm",
	 .summary = "Changes the address by the token of the mail to the new "
		    "one; sessions go on."},
	{.method = METHOD_POST, .path = "/api/v1/account/change-email/cancel/",
	 .handler = email_cancel, .access = ACCESS_PUBLIC,
	 .body = &secret_resource, .answer = &detail_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 4,
	 .name = "account_change_email_cancel",
	 .summary = "Calls a change of the address off by the token of the mail "
		    "to the old one, for seven days; all sessions end."},
	{0},
};

static const struct job_kind jobs[] = {
	{"account.reset_mail", reset_mail_job, 0, 3600, 10000},
	{"account.verification_mail", verification_mail_job, 0, 3600, 10000},
	{0},
};

static async bool prune(struct work *w)
{
	return db_query(w, &q_password_reset_prune, no_params, NULL) &&
	       db_query(w, &q_email_change_prune, no_params, NULL);
}

static const struct periodic periodics[] = {
	{"passwords.prune", INT64_C(3600000), prune},
	{0},
};

static const struct invariant invariants[] = {
	{"A2", "A session that has ended has no living refresh token.",
	 &q_session_ended_alive},
	{0},
};

const struct room passwords_room = {
	.name = "passwords",
	.routes = routes,
	.jobs = jobs,
	.periodics = periodics,
	.invariants = invariants,
};
