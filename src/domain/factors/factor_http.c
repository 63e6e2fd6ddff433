/* factor_http.c - the second half of a login, the step-up in the middle of a
 * session, and the room's routes. */
#include "factors.h"

#include <domain/accounts.h>
#include <platform/config.h>
#include <platform/text.h>
#include <queries.h>

/* One answer, whether the challenge or the code is wrong, used or over. */
static const struct fault_kind wrong_second = {
	401, "second_factor_invalid",
	"The code is wrong or was used, or the challenge is over: log in "
	"anew."};
const struct fault_kind wrong_proof = {
	400, "wrong_proof", "That is wrong, or was used before."};
static const struct fault_kind needs_second = {
	403, "second_factor_required",
	"This account has a second factor: show that, not the password."};
static const struct fault_kind user_inactive = {
	401, "user_inactive", "User is inactive"};

static async bool factors_retrieve(struct request *req)
{
	struct rows rows;

	return db_query(&req->http.work, &q_factors_show,
			params(p_uuid(&req->who.account),
			       p_bool(config->staff_second_factor)),
			&rows) &&
	       reply_row(req, 200, &rows);
}

/* The factor is used up before the challenge: of two that come with a code
 * and a recovery code at once, one gets in. */
static async bool mfa_verify(struct request *req)
{
	struct work *w = &req->http.work;
	struct login_proof proof = {.is_second = true};
	struct candidate who;
	struct verify_body in;
	bool is_right;

	if (!read_body(req, &in) || !try_by_challenge(w, in.challenge, &who))
		return false;
	if (!who.is_known)
		return refuse(w, &wrong_second, NULL);
	if (!factor_use(w, &who, &in.shown, &is_right))
		return false;
	if (!is_right)
		return refuse(w, &wrong_second, NULL);
	proof.account = who.account;
	if (!challenge_take(w, in.challenge, &who, &proof.method))
		return false;
	return proof.method != NULL ? login_answer(req, &proof)
				    : refuse(w, &wrong_second, NULL);
}

async bool step_up_answer(struct request *req, bool is_second)
{
	struct work *w = &req->http.work;
	struct claims claims;
	struct out out;

	if (!proof_note(w, &req->who, is_second, &claims))
		return false;
	out_init(&out, &req->http.answer);
	out_object(&out);
	out_key(&out, "access");
	out_text(&out, token_sign(&w->arena, &claims));
	out_object_end(&out);
	return reply(req, 200);
}

static async bool password_proof(struct work *w, const struct candidate *who,
				 const char *password, bool *is_right)
{
	bool is_stale;

	if (who->has_second)
		return refuse(w, &needs_second, NULL);
	return password_verify(w, who->hash, password, is_right, &is_stale) &&
	       (!*is_right || tries_forget(w, &who->account));
}

static async bool step_up(struct request *req)
{
	struct work *w = &req->http.work;
	struct candidate who;
	struct shown in;
	bool is_right;

	if (!read_body(req, &in) ||
	    !try_by_account(w, &req->who.account, &who))
		return false;
	if (!who.is_known)
		return refuse(w, &user_inactive, NULL);
	if (!(in.password ? password_proof(w, &who, in.password, &is_right)
			  : factor_use(w, &who, &in, &is_right)))
		return false;
	return is_right ? step_up_answer(req, in.password == NULL)
			: refuse(w, &wrong_proof, NULL);
}

static const struct route routes[] = {
	{.method = METHOD_GET, .path = "/api/v1/auth/mfa/",
	 .handler = factors_retrieve, .access = ACCESS_CUSTOMER,
	 .answer = &factors_resource, .budget = 1, .name = "auth_mfa_retrieve",
	 .summary = "What the account can show beside its password."},
	{.method = METHOD_POST, .path = "/api/v1/auth/mfa/totp/",
	 .handler = totp_enrol, .access = ACCESS_CUSTOMER,
	 .answer = &totp_begun_resource, .status = 201, .needs_step_up = true,
	 .budget = 1, .name = "auth_mfa_totp_create",
	 .summary = "Begins to enrol an authenticator app: its secret, for an "
		    "hour."},
	{.method = METHOD_POST, .path = "/api/v1/auth/mfa/totp/confirm/",
	 .handler = totp_prove, .access = ACCESS_CUSTOMER,
	 .body = &code_resource, .answer = &totp_confirmed_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 9,
	 .name = "auth_mfa_totp_confirm",
	 .summary = "Ends it with the app's first code: recovery codes, shown "
		    "once; the account's other sessions end."},
	{.method = METHOD_DELETE, .path = "/api/v1/auth/mfa/totp/",
	 .handler = totp_drop, .access = ACCESS_CUSTOMER, .status = 204,
	 .needs_step_up = true, .budget = 6, .name = "auth_mfa_totp_destroy",
	 .summary = "Removes the authenticator app; access tokens become void "
		    "when it was the last factor, refresh them."},
	{.method = METHOD_POST, .path = "/api/v1/auth/mfa/recovery-codes/",
	 .handler = recovery_codes_make, .access = ACCESS_CUSTOMER,
	 .answer = &recovery_codes_resource, .needs_step_up = true,
	 .budget = 5, .name = "auth_mfa_recovery_codes",
	 .summary = "Ten new recovery codes, shown once; the old are void."},
	{.method = METHOD_POST, .path = "/api/v1/auth/mfa/verify/",
	 .handler = mfa_verify, .access = ACCESS_PUBLIC,
	 .body = &verify_resource, .answer = &token_pair_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 7, .name = "auth_mfa_verify",
	 .summary = "The second half of a login: five tries a challenge, five "
		    "minutes."},
	{.method = METHOD_POST, .path = "/api/v1/auth/step-up/",
	 .handler = step_up, .access = ACCESS_CUSTOMER,
	 .body = &step_up_resource, .answer = &access_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 6, .name = "auth_step_up",
	 .summary = "Confirms who this is, before a refund, an export or a "
		    "change of rights."},
	{0},
};

static const struct periodic periodics[] = {
	{"factors.tidy", INT64_C(60000), factors_tidy},
	{0},
};

static const struct invariant invariants[] = {
	{"F1", "An account's second factors are what it says it has.",
	 &q_factors_at_odds},
	{0},
};

const struct room factors_room = {
	.name = "factors",
	.routes = routes,
	.periodics = periodics,
	.invariants = invariants,
};
