/* password_http.c - a password is changed by who knows it. */
#include "passwords.h"

#include <queries.h>

#include <platform/config.h>

enum { TRIES_AN_HOUR = 100 };

static const struct fault_kind session_over = {
	401, "token_not_valid", "Token is blacklisted"};
static const struct fault_kind too_many = {
	429, "throttled", "Request was throttled."};

/* Columns of password_ask. */
enum { EMAIL, FIRST_NAME, LAST_NAME, HASH, TRIES, SECONDS_LEFT };

struct changing {
	struct request *req;
	struct rows asked;
	const char *new_hash;
	struct session session;
};

static bool refuse_old(struct work *w)
{
	return refuse_field(w, "old_password",
			    "Your old password was entered incorrectly. Please "
			    "enter it again.");
}

/* An access token in the caller's hands is void, so a pair goes back. */
static async bool renew(struct work *w, struct changing *c)
{
	const struct principal *who = &c->req->who;
	struct param life = p_int(config->refresh_token_seconds);
	struct origin from = origin_of(c->req);
	uint8_t hash[SECRET_HASH_SIZE];
	struct rows rows;

	secret_make(c->session.refresh);
	secret_hash(c->session.refresh, hash);
	if (!db_query(w, &q_session_renew,
		      params(p_uuid(&who->session), p_uuid(&who->account), life,
			     p_text(from.address), p_text(from.user_agent)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &session_over, NULL);
	session_claims(&rows, &c->session.claims);
	return db_query(w, &q_session_reissue,
			params(p_uuid(&who->session), p_uuid(&who->account),
			       p_bytes(&w->arena, hash, sizeof(hash)), life),
			NULL);
}

static async bool change_step(struct work *w, void *argument)
{
	struct changing *c = argument;
	const struct principal *who = &c->req->who;
	struct mail_facts facts = {
		.email = row_text(&c->asked, 0, EMAIL),
		.first_name = row_text(&c->asked, 0, FIRST_NAME),
	};
	struct rows rows;

	if (!db_query(w, &q_password_change,
		      params(p_uuid(&who->account),
			     p_text(row_text(&c->asked, 0, HASH)),
			     p_text(c->new_hash)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse_old(w); /* it has just been changed */
	return sessions_end(w, &who->account, &who->session, "password") &&
	       renew(w, c) &&
	       event_emit(w, "account.password_changed", "account",
			  &who->account, mail_facts_json(w, &facts));
}

/* The try is counted before it is hashed. */
static async bool ask(struct work *w, struct changing *c)
{
	if (!db_query(w, &q_password_ask,
		      params(p_uuid(&c->req->who.account)), &c->asked))
		return false;
	if (c->asked.count == 0)
		return refuse(w, &session_over, NULL);
	if (row_int(&c->asked, 0, TRIES) <= TRIES_AN_HOUR)
		return true;
	refuse(w, &too_many, NULL);
	w->fault.retry_after = (int)row_int(&c->asked, 0, SECONDS_LEFT);
	return false;
}

static async bool prove(struct work *w, const struct changing *c,
			const char *old)
{
	bool matches;
	bool is_stale;

	return password_verify(w, row_text(&c->asked, 0, HASH), old, &matches,
			       &is_stale) &&
	       (matches || refuse_old(w));
}

/* By either name: dj-rest-auth's clients send the new one twice, and are told
 * of it by that name. */
async bool password_change(struct request *req)
{
	struct work *w = &req->http.work;
	struct changing c = {.req = req};
	struct password_change in;
	struct password_owner owner;

	if (!read_body(req, &in) || !ask(w, &c))
		return false;
	owner = (struct password_owner){row_text(&c.asked, 0, EMAIL),
					row_text(&c.asked, 0, FIRST_NAME),
					row_text(&c.asked, 0, LAST_NAME)};
	return password_is_good(w, in.repeated ? "new_password1"
					       : "new_password",
				in.new_password, &owner) &&
	       prove(w, &c, in.old_password) &&
	       password_hash(w, in.new_password, &c.new_hash) &&
	       db_transact(w, change_step, &c) &&
	       reply_pair(req, c.session.refresh, &c.session.claims);
}
