/* totp_http.c - an authenticator app: enrolled, proved, dropped; and the
 * recovery codes that stand in for it. */
#include "factors.h"

#include <platform/config.h>
#include <platform/text.h>
#include <queries.h>

static const struct fault_kind is_enrolled = {
	409, "second_factor_enrolled",
	"An authenticator app is enrolled; remove it first."};
static const struct fault_kind is_not_begun = {
	409, "second_factor_not_begun",
	"No enrolment is open; begin at /api/v1/auth/mfa/totp/."};
static const struct fault_kind has_none = {
	409, "second_factor_missing",
	"The account has no second factor that recovery codes could replace."};

async bool totp_enrol(struct request *req)
{
	struct work *w = &req->http.work;
	char text[TOTP_SECRET_SIZE * 8 / 5 + 2];
	uint8_t secret[TOTP_SECRET_SIZE];
	const char *email;
	struct out out;

	random_bytes(secret, sizeof(secret));
	base32_encode(secret, sizeof(secret), text);
	if (!totp_begin(w, &req->who.account, secret, &email))
		return false;
	if (email == NULL)
		return refuse(w, &is_enrolled, NULL);
	out_init(&out, &req->http.answer);
	out_object(&out);
	out_key(&out, "secret");
	out_text(&out, text);
	out_key(&out, "uri");
	out_text(&out, totp_uri(&w->arena, config->shop_name, email, text));
	out_object_end(&out);
	return reply(req, 201);
}

struct enrolment {
	const struct principal *who;
	const char *sealed;
	int64_t step;
	const char *codes[RECOVERY_CODES];
	struct claims claims;
};

static struct factor totp_of(const struct uuid *account)
{
	return (struct factor){*account, FACTOR_TOTP, *account};
}

/* The account is locked first, as by whoever takes a factor away. */
static async bool enrolment_step(struct work *w, void *argument)
{
	struct enrolment *e = argument;
	const struct uuid *account = &e->who->account;
	struct factor factor = totp_of(account);
	struct rows rows;

	if (!factor_add(w, &factor, &e->who->session) ||
	    !db_query(w, &q_totp_confirm,
		      params(p_uuid(account), p_int(e->step),
			     p_text(e->sealed)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &is_not_begun, NULL);
	return recovery_codes_renew(w, account, e->codes) &&
	       proof_note(w, e->who, true, &e->claims) &&
	       factor_event(w, "account.second_factor_added", account);
}

static void write_codes(struct out *out, const char *codes[RECOVERY_CODES])
{
	out_key(out, "recovery_codes");
	out_array(out);
	for (size_t i = 0; i < RECOVERY_CODES; i++)
		out_text(out, codes[i]);
	out_array_end(out);
}

static bool reply_enrolment(struct request *req, struct enrolment *e)
{
	struct out out;

	out_init(&out, &req->http.answer);
	out_object(&out);
	write_codes(&out, e->codes);
	out_key(&out, "access");
	out_text(&out, token_sign(&req->http.work.arena, &e->claims));
	out_object_end(&out);
	return reply(req, 200);
}

async bool totp_prove(struct request *req)
{
	struct work *w = &req->http.work;
	struct enrolment e = {.who = &req->who};
	struct candidate who;
	struct code_body in;
	bool is_right;

	if (!read_body(req, &in) ||
	    !try_by_account(w, &req->who.account, &who))
		return false;
	if (who.is_confirmed)
		return refuse(w, &is_enrolled, NULL);
	if (who.sealed == NULL)
		return refuse(w, &is_not_begun, NULL);
	if (!code_match(w, &who, in.code, &e.step, &is_right))
		return false;
	if (!is_right)
		return refuse(w, &wrong_proof, NULL);
	e.sealed = who.sealed;
	return db_transact(w, enrolment_step, &e) && reply_enrolment(req, &e);
}

static async bool drop_step(struct work *w, void *argument)
{
	const struct uuid *account = argument;
	struct factor factor = totp_of(account);
	bool has_second;
	struct rows rows;

	if (!factors_lock(w, account, &has_second) ||
	    !db_query(w, &q_totp_remove, params(p_uuid(account)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_not_found, NULL);
	return factor_remove(w, &factor) &&
	       factor_event(w, "account.second_factor_removed", account);
}

async bool totp_drop(struct request *req)
{
	return db_transact(&req->http.work, drop_step, &req->who.account) &&
	       reply_nothing(req);
}

struct renewal {
	const struct uuid *account;
	const char *codes[RECOVERY_CODES];
};

static async bool renewal_step(struct work *w, void *argument)
{
	struct renewal *renewal = argument;
	bool has_second;

	if (!factors_lock(w, renewal->account, &has_second))
		return false;
	if (!has_second)
		return refuse(w, &has_none, NULL);
	return recovery_codes_renew(w, renewal->account, renewal->codes) &&
	       factor_event(w, "account.recovery_codes_renewed",
			    renewal->account);
}

async bool recovery_codes_make(struct request *req)
{
	struct renewal renewal = {.account = &req->who.account};
	struct out out;

	if (!db_transact(&req->http.work, renewal_step, &renewal))
		return false;
	out_init(&out, &req->http.answer);
	out_object(&out);
	write_codes(&out, renewal.codes);
	out_object_end(&out);
	return reply(req, 200);
}
