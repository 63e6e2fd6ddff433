/* reset_http.c - a forgotten password, and the mail that proves an address
 * once more. What is answered tells nothing of who has an account. */
#include "passwords.h"

#include <queries.h>

#include <platform/json.h>
#include <platform/text.h>

/* One statement, whoever has the address: the job finds out. Asked for again
 * while the job has not yet run, it is one mail. */
static async bool ask_for(struct request *req, const char *job,
			  const char *answer)
{
	struct work *w = &req->http.work;
	struct email_body in;
	struct text payload;
	struct out out;

	if (!read_body(req, &in))
		return false;
	text_init(&payload, &w->arena, 256);
	out_init(&out, &payload);
	out_object(&out);
	out_key(&out, "email");
	out_text(&out, in.email);
	out_object_end(&out);
	return job_add(w, job, payload.bytes, NULL,
		       arena_format(&w->arena, "%s:%s", job, in.email), 0) &&
	       reply_detail(req, 200, answer);
}

async bool password_forgotten(struct request *req)
{
	return ask_for(req, "account.reset_mail",
		       "Password reset e-mail has been sent.");
}

async bool verification_again(struct request *req)
{
	return ask_for(req, "account.verification_mail", "ok");
}

/* Columns of password_reset_show. */
enum { ID, EMAIL, FIRST_NAME, LAST_NAME, IS_STAFF };

struct resetting {
	struct param token_hash;
	const char *hash;
};

static bool refuse_token(struct work *w)
{
	return refuse_field(w, "token", "Invalid value");
}

static async bool reset_step(struct work *w, void *argument)
{
	const struct resetting *r = argument;
	struct mail_facts facts = {0};
	struct uuid account;
	struct rows rows;

	if (!db_query(w, &q_password_reset_use,
		      params(r->token_hash, p_text(r->hash)), &rows))
		return false;
	if (rows.count == 0)
		return refuse_token(w); /* another was faster */
	account = row_uuid(&rows, 0, ID);
	facts.email = row_text(&rows, 0, EMAIL);
	facts.first_name = row_text(&rows, 0, FIRST_NAME);
	return sessions_end(w, &account, NULL, "password") &&
	       event_emit(w, "account.password_changed", "account", &account,
			  mail_facts_json(w, &facts));
}

static async bool reset_checked(struct request *req,
				const struct password_reset *in,
				const struct rows *shown, struct resetting *r)
{
	struct work *w = &req->http.work;
	struct password_owner owner = {row_text(shown, 0, EMAIL),
				       row_text(shown, 0, FIRST_NAME),
				       row_text(shown, 0, LAST_NAME)};
	struct uuid account = row_uuid(shown, 0, ID);

	return password_is_good(w,
				in->repeated ? "new_password1" : "new_password",
				in->new_password, &owner) &&
	       password_hash(w, in->new_password, &r->hash) &&
	       (!row_bool(shown, 0, IS_STAFF) || audit_person(req, &account)) &&
	       db_transact(w, reset_step, r);
}

/* A bad password leaves the token as it was: it is used up at the end. */
async bool password_reset(struct request *req)
{
	struct work *w = &req->http.work;
	uint8_t hash[SECRET_HASH_SIZE];
	struct password_reset in;
	struct resetting r;
	struct rows shown;

	if (!read_body(req, &in))
		return false;
	secret_hash(in.token, hash);
	r.token_hash = p_bytes(&w->arena, hash, sizeof(hash));
	if (!db_query(w, &q_password_reset_show, params(r.token_hash), &shown))
		return false;
	if (shown.count == 0)
		return refuse_token(w);
	return reset_checked(req, &in, &shown, &r) &&
	       reply_detail(req, 200, "Password has been reset with the new "
				      "password.");
}
