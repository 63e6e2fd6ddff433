/* reset_store.c - mails that anybody may ask for by an address: made by jobs,
 * so that the request is one and the same for an address that nobody has. */
#include "passwords.h"

#include <queries.h>

#include <platform/config.h>
#include <platform/json.h>

enum { MAILS_AN_HOUR = 5 };
/* Columns of password_reset_make and email_verification_make. */
enum { ID, EMAIL, FIRST_NAME };

struct asking {
	const char *email;
	bool is_reset;
};

static async bool reset_row(struct work *w, const struct asking *asking,
			    const struct mail_secret *secret, struct rows *rows)
{
	if (!asking->is_reset)
		return db_query(w, &q_email_verification_make,
				params(p_text(asking->email),
				       mail_secret_hash(w, secret),
				       p_int(MAILS_AN_HOUR)),
				rows);
	return db_query(w, &q_password_reset_make,
			params(p_text(asking->email),
			       mail_secret_hash(w, secret),
			       p_int(config->password_reset_seconds),
			       p_int(MAILS_AN_HOUR)),
			rows);
}

static async bool ask_step(struct work *w, void *argument)
{
	const struct asking *asking = argument;
	bool is_reset = asking->is_reset;
	struct mail_secret secret;
	struct mail_facts facts = {
		.link = is_reset ? "/reset-password/?token="
				 : "/verify-email/?key=",
		.secret = &secret,
		.minutes = is_reset ? config->password_reset_seconds / 60 : 0,
	};
	struct uuid account;
	struct rows rows;

	if (!mail_secret_make(w, is_reset ? "password-reset" : "verify-email",
			      &secret) ||
	    !reset_row(w, asking, &secret, &rows))
		return false;
	if (rows.count == 0)
		return true; /* nobody, or enough of them */
	account = row_uuid(&rows, 0, ID);
	facts.email = row_text(&rows, 0, EMAIL);
	facts.first_name = row_text(&rows, 0, FIRST_NAME);
	return event_emit(w,
			  is_reset ? "account.password_reset_requested"
				   : "account.verification_requested",
			  "account", &account, mail_facts_json(w, &facts));
}

async enum job_verdict reset_mail_job(struct work *w,
				      const struct json_t *payload)
{
	struct asking asking = {json_text_at(payload, "email", ""), true};

	return db_transact(w, ask_step, &asking) ? JOB_FORGET : JOB_RETRY;
}

async enum job_verdict verification_mail_job(struct work *w,
					     const struct json_t *payload)
{
	struct asking asking = {json_text_at(payload, "email", ""), false};

	return db_transact(w, ask_step, &asking) ? JOB_FORGET : JOB_RETRY;
}
