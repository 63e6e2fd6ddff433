/* device_http.c - the own sessions: seen, ended one by one or all at once.
 * The texts of log-out are dj-rest-auth's (drf.md section 13). */
#include "passwords.h"

#include <string.h>
#include <strings.h>

#include <queries.h>

#include <rest/browser.h>

static const struct fault_kind nothing_ended = {
	401, "token_not_valid",
	"Refresh token was not included in request data."};
static const struct fault_kind is_over = {
	401, "token_not_valid", "Token is blacklisted"};

static const struct field session_fields[] = {
	{"id", FIELD_UUID, FIELD_READ_ONLY, .help = "Identifies the session."},
	{"device", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "What it was used with last: \"Firefox on Linux\"."},
	{"address", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "The network address that it was used from last."},
	{"method", FIELD_TEXT, FIELD_READ_ONLY,
	 .help = "How its owner logged in: password, passkey, google ..."},
	{"has_second_factor", FIELD_BOOLEAN, FIELD_READ_ONLY,
	 .help = "A second factor was shown."},
	{"created_at", FIELD_TIME, FIELD_READ_ONLY,
	 .help = "When its owner logged in."},
	{"seen_at", FIELD_TIME, FIELD_READ_ONLY,
	 .help = "When it was last prolonged."},
	{"expires_at", FIELD_TIME, FIELD_READ_ONLY,
	 .help = "When it ends unless it is prolonged."},
	{"is_current", FIELD_BOOLEAN, FIELD_READ_ONLY,
	 .help = "The one that asks."},
	{0},
};
const struct resource login_session_resource = {
	.name = "AccountSession",
	.fields = session_fields,
	.help = "A place where an account is logged in.",
};

static const struct ordering orderings[] = {
	{"seen_at", "s.seen_at"},
	{"created_at", "s.created_at"},
	{0},
};
const struct listing session_listing = {
	.query = &q_session_list,
	.orderings = orderings,
	.order = "-seen_at",
	.tie_break = "s.id",
};

async bool session_index(struct request *req)
{
	return reply_page(req, &session_listing,
			  params(p_uuid(&req->who.account),
				 p_uuid(&req->who.session)));
}

async bool session_remove(struct request *req)
{
	struct work *w = &req->http.work;
	struct rows rows;
	struct uuid id;

	if (!path_uuid(req, "id", &id) ||
	    !db_query(w, &q_session_end,
		      params(p_uuid(&id), p_uuid(&req->who.account)), &rows))
		return false;
	return rows.count ? reply_nothing(req)
			  : refuse(w, &fault_not_found, NULL);
}

/* Whose access token came along. The route is open, because an expired one
 * must not keep anybody from logging out. */
static bool bearer_of(struct request *req, struct claims *claims)
{
	const char *header = http_header(&req->http, "authorization");

	return header && strncasecmp(header, "bearer ", 7) == 0 &&
	       token_verify(header + 7 + strspn(header + 7, " "), claims) ==
		       TOKEN_VALID;
}

/* Whatever became of its session, the browser forgets it. */
static async bool logout_of_browser(struct request *req, const char *refresh)
{
	enum session_fate fate;

	if (!session_close(&req->http.work, refresh, &fate))
		return false;
	browser_forget(req);
	return reply_detail(req, 200, "Successfully logged out.");
}

static async bool end_bearers(struct request *req, bool *has_ended)
{
	struct claims claims;

	*has_ended = bearer_of(req, &claims);
	return !*has_ended ||
	       db_query(&req->http.work, &q_session_end,
			params(p_uuid(&claims.session), p_uuid(&claims.user)),
			NULL);
}

/* The session of the refresh token; without one that lives, the bearer's.
 * That it had ended already is no reason to complain. */
async bool logout(struct request *req)
{
	struct work *w = &req->http.work;
	enum session_fate fate = SESSION_UNKNOWN;
	struct logout in;
	bool is_given;
	bool has_ended;

	if (!read_body(req, &in))
		return false;
	if (!in.refresh || !*in.refresh) {
		if (!browser_refresh(req, &in.refresh))
			return false;
		if (in.refresh)
			return logout_of_browser(req, in.refresh);
	}
	is_given = in.refresh && *in.refresh;
	if (is_given && !session_close(w, in.refresh, &fate))
		return false;
	has_ended = fate == SESSION_GOES_ON;
	if (!has_ended && !end_bearers(req, &has_ended))
		return false;
	if (!has_ended)
		return refuse(w, is_given ? &is_over : &nothing_ended, NULL);
	return reply_detail(req, 200, "Successfully logged out.");
}

struct leaving {
	const struct principal *who;
	bool keeps_current;
};

/* The access token of a session that stays shall go on, too: then the epoch
 * is left alone, the others are void with their sessions. */
static async bool leave_step(struct work *w, void *argument)
{
	const struct leaving *leaving = argument;
	const struct uuid *account = &leaving->who->account;

	if (leaving->keeps_current)
		return sessions_end(w, account, &leaving->who->session,
				    "logout_all");
	return db_query(w, &q_account_raise_epoch, params(p_uuid(account)),
			NULL) &&
	       sessions_end(w, account, NULL, "logout_all");
}

async bool logout_everywhere(struct request *req)
{
	struct logout_all in;
	struct leaving leaving = {.who = &req->who};

	if (!read_body(req, &in))
		return false;
	leaving.keeps_current = in.keeps_current;
	if (!db_transact(&req->http.work, leave_step, &leaving))
		return false;
	if (browser_is_asked(req) && !in.keeps_current)
		browser_forget(req);
	return reply_detail(req, 200, "Successfully logged out.");
}
