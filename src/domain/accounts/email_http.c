/* email_http.c - the e-mail address changes: the new one confirms it, the old
 * one may call it off. */
#include "passwords.h"

#include <queries.h>

enum { CHANGES_AN_HOUR = 5, CONFIRM_MINUTES = 24 * 60 };

static const struct fault_kind account_gone = {
	401, "user_inactive", "User is inactive"};
static const struct fault_kind too_often = {
	429, "throttled", "Request was throttled."};

struct changing {
	const struct uuid *account;
	const char *email; /* the new one */
	struct mail_secret confirm, cancel;
	struct rows rows;
};

/* Columns of email_change_make. */
enum { EMAIL, FIRST_NAME, DIFFERS, IS_ALLOWED, IS_TAKEN };

/* A mail to each end. A new address that somebody has is told of it, and gets
 * no link; the answer is the same, and so is what is done for it. */
static async bool tell_both(struct work *w, const struct changing *c)
{
	bool is_taken = row_bool(&c->rows, 0, IS_TAKEN);
	struct mail_facts to_new = {
		.email = c->email,
		.link = "/change-email/confirm/?token=",
		.secret = is_taken ? NULL : &c->confirm,
		.minutes = CONFIRM_MINUTES,
	};
	struct mail_facts to_old = {
		.email = row_text(&c->rows, 0, EMAIL),
		.first_name = row_text(&c->rows, 0, FIRST_NAME),
		.other = c->email,
		.link = "/change-email/cancel/?token=",
		.secret = &c->cancel,
	};

	return event_emit(w,
			  is_taken ? "account.register_existing"
				   : "account.email_change_requested",
			  "account", c->account, mail_facts_json(w, &to_new)) &&
	       event_emit(w, "account.email_change_noticed", "account",
			  c->account, mail_facts_json(w, &to_old));
}

static async bool change_step(struct work *w, void *argument)
{
	struct changing *c = argument;
	struct uuid id = uuid_make();
	struct rows locked;

	if (!db_query(w, &q_account_lock, params(p_uuid(c->account)), &locked))
		return false;
	if (locked.count == 0)
		return refuse(w, &account_gone, NULL);
	if (!db_query(w, &q_email_change_make,
		      params(p_uuid(c->account), p_text(c->email), p_uuid(&id),
			     mail_secret_hash(w, &c->confirm),
			     mail_secret_hash(w, &c->cancel),
			     p_int(CHANGES_AN_HOUR)),
		      &c->rows))
		return false;
	if (!row_bool(&c->rows, 0, DIFFERS))
		return refuse_field(w, "email",
				    "This is your e-mail address already.");
	return row_bool(&c->rows, 0, IS_ALLOWED) ? tell_both(w, c)
						 : refuse(w, &too_often, NULL);
}

async bool email_change(struct request *req)
{
	struct work *w = &req->http.work;
	struct changing c = {.account = &req->who.account};
	struct email_body in;

	if (!read_body(req, &in) ||
	    !mail_secret_make(w, "change-email", &c.confirm) ||
	    !mail_secret_make(w, "keep-email", &c.cancel))
		return false;
	c.email = in.email;
	return db_transact(w, change_step, &c) &&
	       reply_detail(req, 202, "A mail to the new address asks to "
				      "confirm it.");
}

/* ---- what the links do ---- */

struct using {
	struct param hash;
	bool was_changed; /* of a cancellation */
};

static async bool confirm_step(struct work *w, void *argument)
{
	const struct using *u = argument;
	struct mail_facts facts = {0};
	struct uuid account;
	struct rows rows;

	if (!db_query(w, &q_email_change_confirm, params(u->hash), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_not_found, NULL);
	account = row_uuid(&rows, 0, 0);
	facts.email = row_text(&rows, 0, 1); /* the old one */
	facts.first_name = row_text(&rows, 0, 2);
	return event_emit(w, "account.email_changed", "account", &account,
			  mail_facts_json(w, &facts));
}

/* Whoever asked for the change had the password or a session: all end, and
 * what was added since then is gone. */
static async bool cancel_step(struct work *w, void *argument)
{
	struct using *u = argument;
	struct uuid account;
	struct rows rows;

	if (!db_query(w, &q_email_change_cancel, params(u->hash), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_not_found, NULL);
	account = row_uuid(&rows, 0, 0);
	u->was_changed = row_bool(&rows, 0, 1);
	return db_query(w, &q_account_ways_forget,
			params(p_uuid(&account), p_time(row_time(&rows, 0, 2))),
			NULL) &&
	       sessions_end(w, &account, NULL, "email");
}

/* The link's bearer is who has the account: of staff it is audited. */
static async bool use(struct request *req, struct using *u,
		      async bool (*step)(struct work *, void *))
{
	struct work *w = &req->http.work;
	uint8_t hash[SECRET_HASH_SIZE];
	struct secret_body in;
	struct uuid account;
	struct rows rows;

	if (!read_body(req, &in))
		return false;
	secret_hash(in.token, hash);
	u->hash = p_bytes(&w->arena, hash, sizeof(hash));
	if (!db_query(w, &q_email_change_find, params(u->hash), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_not_found, NULL);
	account = row_uuid(&rows, 0, 0);
	if (row_bool(&rows, 0, 1) && !audit_person(req, &account))
		return false;
	if (db_transact(w, step, u))
		return true;
	if (!db_violates(w, "account_email_unique"))
		return false;
	forgive(w); /* taken by now; who reads that mailbox may know */
	return refuse(w, &account_exists, NULL);
}

async bool email_confirm(struct request *req)
{
	struct using u = {0};

	return use(req, &u, confirm_step) &&
	       reply_detail(req, 200, "The e-mail address was changed.");
}

async bool email_cancel(struct request *req)
{
	struct using u = {0};

	if (!use(req, &u, cancel_step))
		return false;
	return reply_detail(req, 200,
			    u.was_changed
				    ? "The e-mail address is the old one again; "
				      "every session has ended. Set a new "
				      "password."
				    : "The change was called off; every session "
				      "has ended.");
}
