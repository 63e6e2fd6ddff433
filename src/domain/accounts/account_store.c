/* account_store.c - accounts in the database. */
#include "passwords.h"

#include <queries.h>

const struct fault_kind account_exists = {
	409, "account_exists", "An account with this e-mail address exists."};

/* Whether an account has the name or not: it must not tell. */
static const struct fault_kind too_many_tries = {
	429, "throttled", "Request was throttled."};
enum { LOGIN_TRIES_AN_HOUR = 100, DEVICE_TRIES_AN_HOUR = 20 };

static struct param permission_names(struct arena *arena, uint32_t permissions)
{
	const char *names[PERMISSIONS];
	size_t count = 0;

	for (unsigned i = 0; i < PERMISSIONS; i++)
		if (permissions & (UINT32_C(1) << i))
			names[count++] = permission_name((enum permission)i);
	return p_texts(arena, names, count);
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

/* What the constraint that said no means. */
static bool refuse_insert(struct work *w)
{
	bool is_taken = db_violates(w, "account_email_unique");

	if (!is_taken && !db_violates(w, "account_email_plain"))
		return false;
	forgive(w);
	return is_taken ? refuse(w, &account_exists, NULL)
			: refuse(w, &fault_invalid,
				 "Enter a valid email address.");
}

async bool account_create(struct work *w, const struct account_new *new,
			  struct uuid *id)
{
	uint32_t permissions = new->is_staff ? new->permissions : 0;
	const char *hash;
	struct rows rows;

	if (!password_hash(w, new->password, &hash))
		return false;
	if (!db_query(w, &q_account_insert,
		      params(p_text(new->email), p_text(hash),
			     p_text(or_empty(new->first_name)),
			     p_text(or_empty(new->last_name)),
			     p_bool(new->is_staff),
			     permission_names(&w->arena, permissions)),
		      &rows))
		return refuse_insert(w);
	*id = row_uuid(&rows, 0, 0);
	return true;
}

/* What the mail needs. Of an address that is taken: no secret, no name that
 * was just typed by whoever tried. */
static const char *mail_data(struct work *w, const struct registration *in,
			     const struct mail_secret *secret)
{
	struct mail_facts facts = {.email = in->email};

	if (secret) {
		facts.first_name = or_empty(in->first_name);
		facts.link = "/verify-email/?key=";
		facts.secret = secret;
	}
	return mail_facts_json(w, &facts);
}

/* Registering is a way to have mail sent to somebody. */
enum { MAILS_AN_HOUR = 5 };

/* As many statements for an address that is taken as for a free one: the
 * answer's time must not tell (reliability S14). */
static async bool register_step(struct work *w, void *argument)
{
	const struct newcomer *newcomer = argument;
	const struct registration *in = newcomer->registration;
	struct mail_secret secret;
	struct rows rows;
	struct uuid id;
	bool is_new;

	if (!mail_secret_make(w, "verify-email", &secret) ||
	    !db_query(w, &q_account_register,
		      params(p_text(in->email), p_text(newcomer->hash),
			     p_text(or_empty(in->first_name)),
			     p_text(or_empty(in->last_name)),
			     mail_secret_hash(w, &secret)),
		      &rows))
		return false;
	if (rows.count == 0)
		return true; /* taken this very moment, by a twin of ours */
	id = row_uuid(&rows, 0, 0);
	is_new = row_bool(&rows, 0, 1);
	if (row_int(&rows, 0, 2) > MAILS_AN_HOUR)
		return true;
	return event_emit(w,
			  is_new ? "account.registered"
				 : "account.register_existing",
			  "account", &id,
			  mail_data(w, in, is_new ? &secret : NULL));
}

async bool account_register(struct work *w, struct newcomer *newcomer)
{
	return db_transact(w, register_step, newcomer);
}

async bool account_verify_email(struct work *w, const char *key, bool *is_known)
{
	uint8_t hash[SECRET_HASH_SIZE];
	struct rows rows;

	secret_hash(key, hash);
	if (!db_query(w, &q_account_verify_email,
		      params(p_bytes(&w->arena, hash, sizeof(hash))), &rows))
		return false;
	*is_known = rows.count == 1;
	return true;
}

static bool refuse_tries(struct work *w, int64_t seconds)
{
	refuse(w, &too_many_tries,
	       "Request was throttled. Expected available in %lld second%s.",
	       (long long)seconds, seconds == 1 ? "" : "s");
	w->fault.retry_after = (int)seconds;
	return false;
}

async bool account_by_login(struct work *w, const char *name,
			    const char *device, struct login *login)
{
	struct rows rows;

	*login = (struct login){0};
	/* No name is in capitals where it is counted. */
	if (device)
		login->counted = arena_format(&w->arena, "Device %s", device);
	if (!db_query(w, &q_account_by_login,
		      params(p_text(name), p_text(login->counted)), &rows))
		return false;
	if (row_int(&rows, 0, 3) >
	    (device ? DEVICE_TRIES_AN_HOUR : LOGIN_TRIES_AN_HOUR))
		return refuse_tries(w, row_int(&rows, 0, 4));
	if (row_is_null(&rows, 0, 0))
		return true;
	login->is_known = true;
	login->account = row_uuid(&rows, 0, 0);
	login->hash = row_text(&rows, 0, 1);
	login->is_active = row_bool(&rows, 0, 2);
	login->epoch = row_int(&rows, 0, 5);
	if (!device)
		login->counted = row_text(&rows, 0, 6);
	return true;
}

async bool account_set_hash(struct work *w, const struct login *login,
			    const char *hash)
{
	return db_query(w, &q_account_set_hash,
			params(p_uuid(&login->account),
			       p_text(login->hash), p_text(hash)),
			NULL);
}
