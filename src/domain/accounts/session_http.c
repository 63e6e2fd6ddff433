/* session_http.c - tokens: obtained, refreshed, checked, ended.
 * Texts and codes are simplejwt's (drf.md section 12). */
#include "accounts.h"

#include <string.h>

#include <platform/text.h>
#include <queries.h>
#include <rest/browser.h>

static const struct fault_kind no_account = {
	401, "no_active_account",
	"No active account found with the given credentials"};
static const struct fault_kind no_account_of_token = {
	401, "no_active_account",
	"No active account found for the given token."};
static const struct fault_kind not_valid = {
	401, "token_not_valid", "Token is invalid or expired"};

/* {"refresh":"..","access":".."}; of a browser that keeps cookies the first
 * is "", as dj-rest-auth has it. */
static void write_pair(struct request *req, struct out *out,
		       const char *refresh, struct claims *claims)
{
	const char *access = token_sign(&req->http.work.arena, claims);
	bool is_browser = browser_is_asked(req);

	if (is_browser)
		browser_keep(req, &(struct browser_session){claims->session,
							    access, refresh});
	out_init(out, &req->http.answer);
	out_object(out);
	out_key(out, "refresh");
	out_text(out, is_browser ? "" : refresh);
	out_key(out, "access");
	out_text(out, access);
}

bool reply_pair(struct request *req, const char *refresh, struct claims *claims)
{
	struct out out;

	write_pair(req, &out, refresh, claims);
	out_object_end(&out);
	return reply(req, 200);
}

static void write_user(struct out *out, const struct session *session)
{
	char id[UUID_TEXT_LENGTH + 1];

	uuid_format(&session->claims.user, id);
	out_key(out, "user");
	out_object(out);
	out_key(out, "pk");
	out_text(out, id);
	out_key(out, "username");
	out_text(out, session->email);
	out_key(out, "email");
	out_text(out, session->email);
	out_key(out, "first_name");
	out_text(out, session->first_name);
	out_key(out, "last_name");
	out_text(out, session->last_name);
	out_object_end(out);
}

static bool reply_session(struct request *req, struct session *session)
{
	struct out out;

	browser_know_device(req, session->email);
	write_pair(req, &out, session->refresh, &session->claims);
	if (browser_is_asked(req))
		write_user(&out, session);
	out_object_end(&out);
	return reply(req, 200);
}

static bool reply_empty(struct request *req)
{
	text_add(&req->http.answer, "{}");
	return reply(req, 200);
}

static const struct fault_kind lacks_second = {
	401, "second_factor_required",
	"A second factor is needed to log in."};

/* What stands for the first factor at auth/mfa/verify/. */
static async bool ask_for_second(struct request *req,
				 const struct login_proof *proof)
{
	struct work *w = &req->http.work;
	char secret[SECRET_TEXT_SIZE];

	if (!challenge_make(w, proof, secret))
		return false;
	return refuse_with(w, &lacks_second, "challenge",
			   arena_format(&w->arena, "\"%s\"", secret), "%s",
			   lacks_second.detail);
}

async bool login_answer(struct request *req, const struct login_proof *proof)
{
	struct work *w = &req->http.work;
	struct session session;
	enum opening opening;

	if (!browser_may_log_in(req) ||
	    !session_open(w, proof, origin_of(req), &session, &opening))
		return false;
	if (opening == OPENING_LACKS_SECOND)
		return ask_for_second(req, proof);
	if (opening != OPENING_DONE)
		return refuse(w, &no_account, NULL);
	/* When and from where staff came: before anything is given to them. */
	if (session.claims.is_staff && !audit_person(req, &session.claims.user))
		return false;
	return reply_session(req, &session);
}

/* The hash is from before our parameters, or from Django. */
static async bool rehash(struct work *w, const struct login *login,
			 const char *password)
{
	const char *hash;

	if (password_hash(w, password, &hash))
		return account_set_hash(w, login, hash);
	forgive(w); /* too busy: at the next login then */
	return true;
}

/* Nobody, a wrong password and a closed account cost and say the same. */
static async bool show_password(struct request *req, struct login *login,
				bool *is_right)
{
	struct work *w = &req->http.work;
	struct credentials in;
	const char *name;
	bool is_stale;

	*is_right = false;
	if (!browser_may_log_in(req) || !read_body(req, &in))
		return false;
	name = in.email ? in.email : in.username;
	if (!account_by_login(w, name, browser_device(req, name), login) ||
	    !password_verify(w, login->hash, in.password, is_right, &is_stale))
		return false;
	*is_right = *is_right && login->is_active;
	return !*is_right || !is_stale || rehash(w, login, in.password);
}

static async bool let_in(struct request *req, const struct login *login)
{
	return login_answer(req, &(struct login_proof){
					 .account = login->account,
					 .method = "password",
					 .has_epoch = true,
					 .epoch = login->epoch,
					 .counted = login->counted});
}

async bool token_obtain(struct request *req)
{
	struct login login;
	bool is_right;

	return show_password(req, &login, &is_right) &&
	       (is_right ? let_in(req, &login)
			 : refuse(&req->http.work, &no_account, NULL));
}

/* dj-rest-auth's log-in, whose refusal is a field error. */
async bool login_by_cookie(struct request *req)
{
	struct login login;
	bool is_right;

	browser_ask(req);
	return show_password(req, &login, &is_right) &&
	       (is_right ? let_in(req, &login)
			 : refuse_field(&req->http.work, NULL,
					"Unable to log in with provided "
					"credentials."));
}

static bool refuse_fate(struct work *w, enum session_fate fate)
{
	switch (fate) {
	case SESSION_OVER:
		return refuse(w, &not_valid, "Token is blacklisted");
	case SESSION_NO_ACCOUNT:
		return refuse(w, &no_account_of_token, NULL);
	case SESSION_UNKNOWN:
	case SESSION_GOES_ON:
		break;
	}
	return refuse(w, &not_valid, NULL);
}

/* Ours have no dots; an access token has two. */
static bool is_refresh(struct work *w, const char *token)
{
	struct claims claims;

	if (!strchr(token, '.'))
		return true;
	if (token_verify(token, &claims) == TOKEN_VALID)
		return refuse(w, &not_valid, "Token has wrong type");
	return refuse(w, &not_valid, NULL);
}

async bool token_refresh(struct request *req)
{
	struct work *w = &req->http.work;
	struct refresh_body in;
	struct session session;

	if (!read_body(req, &in) ||
	    (!in.refresh && !browser_refresh(req, &in.refresh)))
		return false;
	if (!in.refresh)
		return refuse_field(w, "refresh", "This field is required.");
	if (!is_refresh(w, in.refresh) ||
	    !session_rotate(w, in.refresh, origin_of(req), &session))
		return false;
	if (session.fate != SESSION_GOES_ON)
		return refuse_fate(w, session.fate);
	return reply_pair(req, session.refresh, &session.claims);
}

/* Another service that asks lets in whom we would: its session lives, its
 * account is open and may what it says. */
static async bool check_access(struct request *req, const char *token)
{
	struct work *w = &req->http.work;
	struct claims claims;
	struct rows rows;

	if (token_verify(token, &claims) != TOKEN_VALID)
		return refuse(w, &not_valid, NULL);
	if (!db_query(w, &q_standing_prove,
		      params(p_uuid(&claims.user), p_int(claims.epoch),
			     p_uuid(&claims.session)),
		      &rows))
		return false;
	return row_bool(&rows, 0, 0)
		       ? reply_empty(req)
		       : refuse(w, &not_valid, "Token is blacklisted");
}

async bool token_check(struct request *req)
{
	struct work *w = &req->http.work;
	enum session_fate fate;
	struct token_body in;

	if (!read_body(req, &in))
		return false;
	if (strchr(in.token, '.'))
		return check_access(req, in.token);
	if (!session_check(w, in.token, &fate))
		return false;
	if (fate == SESSION_OVER) /* 400 here, as simplejwt has it */
		return refuse_field(w, NULL, "Token is blacklisted");
	return fate == SESSION_GOES_ON ? reply_empty(req)
				       : refuse_fate(w, fate);
}

/* Log-out: the session ends, not only its newest token. */
async bool token_blacklist(struct request *req)
{
	struct work *w = &req->http.work;
	struct refresh_body in;
	enum session_fate fate;

	if (!read_body(req, &in) || !is_refresh(w, in.refresh) ||
	    !session_close(w, in.refresh, &fate))
		return false;
	return fate == SESSION_GOES_ON ? reply_empty(req)
				       : refuse_fate(w, fate);
}
