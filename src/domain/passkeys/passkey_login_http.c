/* passkey_login_http.c - logging in with a passkey, as the only factor, as the
 * second one, and once more for a step-up. */
#include "passkeys.h"

#include <queries.h>

#include <domain/accounts.h>
#include <domain/factors.h>

/* Known or not, the answer to a stranger is the same: any passkey may come. */
async bool passkey_login_options(struct request *req)
{
	struct work *w = &req->http.work;
	struct asked_login in;
	char challenge[SECRET_TEXT_SIZE];
	struct rows rows;

	secret_make(challenge);
	if (!read_body(req, &in) ||
	    !db_query(w, &q_passkey_ask_login,
		      params(challenge_hash(w, challenge),
			     in.challenge ? challenge_hash(w, in.challenge)
					  : p_null()),
		      &rows))
		return false;
	write_login_options(req, challenge, row_text(&rows, 0, 0), "preferred");
	return reply(req, 200);
}

/* Who has shown a password and a passkey has shown two factors. */
static async bool end_login(struct request *req, const char *challenge,
			    const struct shown *shown)
{
	struct work *w = &req->http.work;
	struct rows rows;

	if (!db_query(w, &q_passkey_end_challenge,
		      params(challenge_hash(w, challenge),
			     p_uuid(&shown->account),
			     p_bool(shown->is_verified)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &passkey_not_accepted, NULL);
	return login_answer(req, &(struct login_proof){
					 .account = shown->account,
					 .method = row_text(&rows, 0, 0),
					 .is_second = true});
}

async bool passkey_login(struct request *req)
{
	struct question question = {.purpose = PASSKEY_LOGIN};
	struct assertion_input in;
	struct shown shown;

	if (!read_body(req, &in))
		return false;
	question.needs_handle = in.challenge == NULL;
	if (!passkey_judge(&req->http.work, &question, &in, &shown))
		return false;
	if (in.challenge)
		return end_login(req, in.challenge, &shown);
	return login_answer(req, &(struct login_proof){
					 .account = shown.account,
					 .method = "passkey",
					 .is_second = shown.is_verified});
}

async bool passkey_step_up_options(struct request *req)
{
	struct work *w = &req->http.work;
	char challenge[SECRET_TEXT_SIZE];
	struct rows rows;

	secret_make(challenge);
	if (!db_query(w, &q_passkey_ask_step_up,
		      params(challenge_hash(w, challenge),
			     p_uuid(&req->who.account),
			     p_uuid(&req->who.session)),
		      &rows))
		return false;
	write_login_options(req, challenge, row_text(&rows, 0, 0), "required");
	return reply(req, 200);
}

/* The session goes on; its newest token tells of the factor. */
async bool passkey_step_up(struct request *req)
{
	struct work *w = &req->http.work;
	struct question question = {
		.purpose = PASSKEY_STEP_UP,
		.session = req->who.session,
		.needs_verified = true,
	};
	struct assertion_input in;
	struct shown shown;

	if (!read_body(req, &in) ||
	    !passkey_judge(w, &question, &in, &shown))
		return false;
	if (!uuid_equal(&shown.account, &req->who.account))
		return refuse(w, &passkey_not_accepted, NULL);
	return step_up_answer(req, true);
}
