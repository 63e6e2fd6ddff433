/* account_http.c - registration, and the room's routes. */
#include "accounts.h"

#include <platform/clock.h>
#include <platform/fiber.h>
#include <queries.h>

/* A free address has two rows more written than one that is taken: 0.2 ms, which
 * enough tries would tell from the noise. So an answer waits for the next whole
 * step after its request began, and then for the tick of the loop, which knows
 * nothing of either (reliability S14). */
static async void wait_for_step(int64_t began)
{
	enum { STEP = 50 * MILLISECOND };

	fiber_sleep(STEP - (clock_monotonic() - began) % STEP);
}

/* One answer, whether the address is free or taken. By either name: clients of
 * dj-rest-auth send the password twice, and are told of it by that name. */
static async bool account_registration(struct request *req)
{
	struct work *w = &req->http.work;
	int64_t began = clock_monotonic();
	struct registration in;
	struct password_owner owner;
	struct newcomer newcomer = {.registration = &in};

	if (!read_body(req, &in))
		return false;
	owner = (struct password_owner){in.email, in.first_name, in.last_name};
	if (!password_is_good(w, in.repeated ? "password1" : "password",
			      in.password, &owner) ||
	    !password_hash(w, in.password, &newcomer.hash))
		return false;
	if (!account_register(w, &newcomer))
		return false;
	wait_for_step(began);
	return reply_detail(req, 201, "Verification e-mail sent.");
}

static async bool account_email_proof(struct request *req)
{
	struct work *w = &req->http.work;
	struct email_key in;
	bool is_known;

	if (!read_body(req, &in) ||
	    !account_verify_email(w, in.key, &is_known))
		return false;
	return is_known ? reply_detail(req, 200, "ok")
			: refuse(w, &fault_not_found, NULL);
}

static const struct route routes[] = {
	{.method = METHOD_POST, .path = "/api/v1/auth/register/",
	 .handler = account_registration, .access = ACCESS_PUBLIC,
	 .body = &registration_resource, .answer = &detail_resource,
	 .status = 201, .throttle = THROTTLE_REGISTER, .budget = 4,
	 .name = "auth_register",
	 .summary = "Makes an account and mails a link to verify the address; "
		    "the answer does not tell whether it was taken."},
	{.method = METHOD_POST, .path = "/api/v1/auth/registration/",
	 .handler = account_registration, .access = ACCESS_PUBLIC,
	 .body = &registration_twice_resource, .answer = &detail_resource,
	 .status = 201, .throttle = THROTTLE_REGISTER, .budget = 4,
	 .name = "auth_registration",
	 .summary = "The same, as clients of dj-rest-auth ask for it."},
	{.method = METHOD_POST, .path = "/api/v1/auth/verify-email/",
	 .handler = account_email_proof, .access = ACCESS_PUBLIC,
	 .body = &email_key_resource, .answer = &detail_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 1, .name = "auth_verify_email",
	 .summary = "Proves an e-mail address with the key from its mail."},
	{.method = METHOD_POST,
	 .path = "/api/v1/auth/registration/verify-email/",
	 .handler = account_email_proof, .access = ACCESS_PUBLIC,
	 .body = &email_key_resource, .answer = &detail_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 1,
	 .name = "auth_registration_verify_email",
	 .summary = "The same, as clients of dj-rest-auth ask for it."},
	{.method = METHOD_POST, .path = "/api/v1/auth/token/",
	 .handler = token_obtain, .access = ACCESS_PUBLIC,
	 .body = &credentials_resource, .answer = &token_pair_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 3, .name = "auth_token",
	 .summary = "Logs in: an access and a refresh token."},
	{.method = METHOD_POST, .path = "/api/v1/auth/login/",
	 .handler = login_by_cookie, .access = ACCESS_PUBLIC,
	 .body = &credentials_resource, .answer = &login_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 3, .name = "auth_login",
	 .summary = "Logs a browser in: its tokens are cookies, and writes ask "
		    "for the header X-CSRFToken."},
	{.method = METHOD_POST, .path = "/api/v1/auth/token/refresh/",
	 .handler = token_refresh, .access = ACCESS_PUBLIC,
	 .body = &refreshing_resource, .answer = &token_pair_resource,
	 .own_credentials = READS_REFRESH_COOKIE, .budget = 5, .name = "auth_token_refresh",
	 .summary = "Exchanges a refresh token for the next pair; one that is "
		    "used twice ends the session."},
	{.method = METHOD_POST, .path = "/api/v1/auth/token/verify/",
	 .handler = token_check, .access = ACCESS_PUBLIC,
	 .body = &token_resource, .budget = 1, .name = "auth_token_verify",
	 .summary = "Says whether a token would be accepted."},
	{.method = METHOD_POST, .path = "/api/v1/auth/token/blacklist/",
	 .handler = token_blacklist, .access = ACCESS_PUBLIC,
	 .body = &refresh_resource, .budget = 1,
	 .name = "auth_token_blacklist",
	 .summary = "Logs out: ends the session of a refresh token."},
	{.method = METHOD_POST, .path = "/api/v1/auth/token/revoke/",
	 .handler = token_blacklist, .access = ACCESS_PUBLIC,
	 .body = &refresh_resource, .budget = 1,
	 .name = "auth_token_revoke",
	 .summary = "The same as token/blacklist/, by another name."},
	{0},
};

static const struct periodic periodics[] = {
	{"accounts.prune", INT64_C(3600000), session_prune},
	{0},
};

static const struct invariant invariants[] = {
	{"T1", "A refresh token's successor is of the same session.",
	 &q_session_of_two_families},
	{0},
};

const struct room accounts_room = {
	.name = "accounts",
	.routes = routes,
	.periodics = periodics,
	.invariants = invariants,
};
