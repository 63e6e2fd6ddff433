/* passkey_http.c - the passkeys of who is logged in, and the room's routes. */
#include "passkeys.h"

#include <string.h>

#include <queries.h>

#include <domain/accounts.h>
#include <domain/factors.h>
#include <platform/log.h>
#include <rest/room.h>

static const struct fault_kind refused = {
	400, "passkey_refused", "This passkey cannot be added."};
static const struct fault_kind user_inactive = {
	401, "user_inactive", "User is inactive"};

static async bool passkey_add_options(struct request *req)
{
	struct work *w = &req->http.work;
	struct add_options options;
	char challenge[SECRET_TEXT_SIZE];
	uint8_t handle[32];
	struct rows rows;

	secret_make(challenge);
	random_bytes(handle, sizeof(handle));
	if (!db_query(w, &q_passkey_ask_add,
		      params(challenge_hash(w, challenge),
			     p_uuid(&req->who.account),
			     p_uuid(&req->who.session),
			     p_bytes(&w->arena, handle, sizeof(handle))),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &user_inactive, NULL);
	options = (struct add_options){
		.challenge = challenge,
		.handle = row_text(&rows, 0, 0),
		.email = row_text(&rows, 0, 1),
		.display_name = row_text(&rows, 0, 2),
		.excluded = row_text(&rows, 0, 3),
	};
	write_add_options(req, &options);
	return reply(req, 200);
}

static bool refuse_new(struct work *w, const char *why)
{
	log_line(LOG_INFO_LINE, "passkey not added", "why", why, NULL);
	return refuse(w, &refused, NULL);
}

/* The challenge was given to this session, and nobody has answered it. */
static async bool take_challenge(struct request *req, const char *challenge)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!challenge)
		return refuse_new(w, "client data");
	if (!db_query(w, &q_passkey_take_add,
		      params(challenge_hash(w, challenge),
			     p_uuid(&req->who.account),
			     p_uuid(&req->who.session)),
		      &rows))
		return false;
	return rows.count == 1 ||
	       refuse_new(w, "challenge unknown, late or used");
}

static async bool check_new(struct request *req,
			    const struct attestation_input *in,
			    struct webauthn_credential *made)
{
	struct work *w = &req->http.work;
	struct webauthn_rules rules = {
		.rp_id = passkey_rp_id(&w->arena),
		.origins = passkey_origins(&w->arena),
	};
	struct octets client_data;
	struct octets attestation;
	enum webauthn_flaw flaw;

	if (!octets_read(&w->arena, in->response.client_data, &client_data) ||
	    !octets_read(&w->arena, in->response.attestation, &attestation))
		return refuse_new(w, "base64url");
	rules.challenge = webauthn_challenge(&w->arena, client_data);
	if (!take_challenge(req, rules.challenge))
		return false;
	flaw = webauthn_register(&w->arena, &rules, client_data, attestation,
				 made);
	if (flaw != WEBAUTHN_SOUND)
		return refuse_new(w, webauthn_flaw_text(flaw));
	return (strcmp(in->id, in->raw_id) == 0 &&
		strcmp(in->id, octets_text(&w->arena, made->id)) == 0) ||
	       refuse_new(w, "id");
}

static async bool passkey_create(struct request *req)
{
	struct work *w = &req->http.work;
	struct attestation_input in;
	struct webauthn_credential made;
	struct newcomer newcomer = {.account = &req->who.account,
				    .made = &made};

	if (!read_body(req, &in) || !check_new(req, &in, &made))
		return false;
	newcomer.is_second = in.is_second || req->who.is_staff;
	newcomer.session = &req->who.session;
	newcomer.name = in.name && *in.name ? in.name : "Passkey";
	newcomer.transport_count = transports_known(
		&w->arena, &in.response.transports, &newcomer.transports);
	return passkey_add(w, &newcomer) &&
	       reply_row(req, 201, &newcomer.rows);
}

static async bool passkey_list(struct request *req)
{
	struct rows rows;

	return db_query(&req->http.work, &q_passkey_list,
			params(p_uuid(&req->who.account)), &rows) &&
	       reply_rows(req, 200, &rows);
}

static async bool passkey_change(struct request *req)
{
	struct passkey_name in;
	struct uuid id;
	struct rows rows;

	return path_uuid(req, "id", &id) && read_body(req, &in) &&
	       db_query(&req->http.work, &q_passkey_rename,
			params(p_uuid(&id), p_uuid(&req->who.account),
			       p_text(in.name)),
			&rows) &&
	       reply_row(req, 200, &rows);
}

static async bool passkey_destroy(struct request *req)
{
	struct leaver leaver = {.account = req->who.account};

	return path_uuid(req, "id", &leaver.passkey) &&
	       passkey_remove(&req->http.work, &leaver) && reply_nothing(req);
}

#define AUTH "/api/v1/auth/passkeys/"
#define OWN "/api/v1/account/passkeys/"

static const struct route routes[] = {
	{.method = METHOD_POST, .path = AUTH "options/",
	 .handler = passkey_login_options, .access = ACCESS_PUBLIC,
	 .body = &asked_login_resource, .answer = &login_options_resource,
	 .budget = 1, .name = "auth_passkeys_options",
	 .summary = "A challenge for navigator.credentials.get(); the same for "
		    "everybody, whether they have a passkey or not."},
	{.method = METHOD_POST, .path = AUTH "verify/",
	 .handler = passkey_login, .access = ACCESS_PUBLIC,
	 .body = &assertion_resource, .answer = &token_pair_resource,
	 .throttle = THROTTLE_LOGIN, .budget = 7,
	 .name = "auth_passkeys_verify",
	 .summary = "Logs in with a passkey. One that verified its user counts "
		    "as both factors; with the challenge of an answer "
		    "second_factor_required it is the second one."},
	{.method = METHOD_POST, .path = AUTH "step-up/options/",
	 .handler = passkey_step_up_options, .access = ACCESS_CUSTOMER,
	 .answer = &login_options_resource, .is_for_people = true, .budget = 1,
	 .name = "auth_passkeys_step_up_options",
	 .summary = "A challenge for a passkey of who is logged in."},
	{.method = METHOD_POST, .path = AUTH "step-up/",
	 .handler = passkey_step_up, .access = ACCESS_CUSTOMER,
	 .body = &assertion_resource, .answer = &access_resource,
	 .is_for_people = true, .throttle = THROTTLE_LOGIN, .budget = 7,
	 .name = "auth_passkeys_step_up",
	 .summary = "Confirms who is logged in by a passkey that verifies its "
		    "user; the answer is a new access token."},
	{.method = METHOD_POST, .path = OWN "options/",
	 .handler = passkey_add_options, .access = ACCESS_CUSTOMER,
	 .answer = &add_options_resource, .needs_step_up = true,
	 .is_for_people = true, .budget = 1,
	 .name = "account_passkeys_options",
	 .summary = "A challenge for navigator.credentials.create()."},
	{.method = METHOD_POST, .path = OWN, .handler = passkey_create,
	 .access = ACCESS_CUSTOMER, .body = &attestation_resource,
	 .answer = &passkey_resource, .status = 201, .is_for_people = true,
	 .budget = 8,
	 .name = "account_passkeys_create",
	 .summary = "Adds the passkey that was just made."},
	{.method = METHOD_GET, .path = OWN, .handler = passkey_list,
	 .access = ACCESS_CUSTOMER, .answer = &passkey_resource,
	 .is_for_people = true, .budget = 1, .name = "account_passkeys_list",
	 .summary = "The own passkeys, oldest first."},
	{.method = METHOD_PATCH, .path = OWN "{id}/",
	 .handler = passkey_change, .access = ACCESS_CUSTOMER,
	 .body = &passkey_resource, .answer = &passkey_resource,
	 .is_for_people = true, .budget = 1,
	 .name = "account_passkeys_partial_update",
	 .summary = "Renames a passkey."},
	{.method = METHOD_DELETE, .path = OWN "{id}/",
	 .handler = passkey_destroy, .access = ACCESS_CUSTOMER, .status = 204,
	 .needs_step_up = true, .is_for_people = true, .budget = 6,
	 .name = "account_passkeys_destroy",
	 .summary = "Removes a passkey, unless it is the last way to log in."},
	{0},
};

static const struct periodic periodics[] = {
	{"passkeys.prune", INT64_C(300000), passkey_prune},
	{0},
};

static const struct invariant invariants[] = {
	{"F2", "A passkey that is a second factor exists; nobody has over 20.",
	 &q_passkey_unsound},
	{0},
};

const struct room passkeys_room = {
	.name = "passkeys",
	.routes = routes,
	.periodics = periodics,
	.invariants = invariants,
};
