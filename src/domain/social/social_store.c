/* social_store.c - identities at providers in the database, and the rules of
 * which account one opens. */
#include "social.h"

#include <string.h>

#include <queries.h>

#include <domain/accounts.h>
#include <platform/clock.h>
#include <platform/config.h>
#include <platform/jobs.h>
#include <platform/text.h>

static const struct fault_kind bad_state = {
	400, "social_state_invalid",
	"This login was begun elsewhere, was finished already, or is too old. "
	"Begin again."};
static const struct fault_kind lacks_email = {
	400, "social_email_missing",
	"The provider told no e-mail address. Register with one, then link the "
	"provider to the account."};
static const struct fault_kind is_taken = {
	400, "social_account_exists",
	"An account has this e-mail address. Log in to it another way, then "
	"link the provider to it."};
static const struct fault_kind is_anothers = {
	409, "social_identity_taken",
	"This login belongs to another account. Unlink it there first."};
static const struct fault_kind is_last = {
	409, "social_last_login",
	"It is the only way to log in to this account. Set a password or link "
	"another provider first."};

static const struct fault_kind raced = {
	409, "conflict", "The same was done at the same moment. Try again."};

static struct param hash_of(struct work *w, const char *secret)
{
	uint8_t hash[SECRET_HASH_SIZE];

	secret_hash(secret, hash);
	return p_bytes(&w->arena, hash, sizeof(hash));
}

async bool social_attempt_save(struct work *w, const char *provider,
			       const struct social_attempt *attempt,
			       const struct uuid *account)
{
	char challenge[SECRET_TEXT_SIZE];

	pkce_challenge(attempt->verifier, challenge);
	return db_query(w, &q_social_attempt_insert,
			params(hash_of(w, attempt->state),
			       hash_of(w, attempt->binding), p_text(provider),
			       p_text(attempt->redirect_uri),
			       p_text(challenge), p_uuid(account),
			       p_int(SOCIAL_ATTEMPT_SECONDS)),
			NULL);
}

async bool social_attempt_take(struct work *w, const char *provider,
			       const struct uuid *account,
			       struct social_attempt *attempt)
{
	struct rows rows;

	if (!db_query(w, &q_social_attempt_take,
		      params(hash_of(w, attempt->state),
			     hash_of(w, attempt->binding), p_text(provider),
			     p_uuid(account)),
		      &rows))
		return false;
	if (rows.count == 0 ||
	    !social_attempt_recall(attempt, row_text(&rows, 0, 1)))
		return refuse(w, &bad_state, NULL);
	attempt->redirect_uri = row_text(&rows, 0, 0);
	return true;
}

/* The SHA-256 of what was signed: the same token with its signature written
 * another way is the same token. */
static struct param signed_hash(struct work *w, const char *token)
{
	const char *dot = strrchr(token, '.');
	uint8_t hash[32];

	sha256(token, dot ? (size_t)(dot - token) : strlen(token), hash);
	return p_bytes(&w->arena, hash, sizeof(hash));
}

static async bool spend(struct work *w, const struct social_entry *entry)
{
	enum { SKEW = 3600 }; /* more than any clock that accepts it */
	struct rows rows;

	if (!entry->spent)
		return true;
	return db_query(w, &q_social_spend,
			params(signed_hash(w, entry->spent),
			       p_time((entry->spent_expires + SKEW) * SECOND)),
			&rows) &&
	       (rows.count > 0 || refuse_value(w));
}

/* dj-rest-auth's sentence stands beside ours. */
static bool refuse_taken(struct work *w)
{
	return refuse_with(w, &is_taken, "non_field_errors",
			   "[\"User is already registered with this e-mail "
			   "address.\"]",
			   "%s", is_taken.detail);
}

/* Done by another at the same moment: once more from the beginning. */
static bool refuse_race(struct work *w, struct social_entry *entry)
{
	entry->is_raced = true;
	return refuse(w, &raced, NULL);
}

static async bool identity_add(struct work *w, struct social_entry *entry)
{
	const struct social_person *person = entry->person;
	struct rows rows;

	return db_query(w, &q_social_identity_insert,
			params(p_uuid(&entry->account),
			       p_text(entry->provider->name),
			       p_text(person->issuer), p_text(person->subject),
			       p_text(person->email),
			       p_bool(person->email_is_verified)),
			&rows) &&
	       (rows.count > 0 || refuse_race(w, entry));
}

/* What a mail about it needs. secret NULL: no address is to be proved. */
static async bool tell(struct work *w, const char *topic,
		       const struct social_entry *entry,
		       const struct mail_secret *secret)
{
	const struct social_person *person = entry->person;
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 512);
	out_init(&out, &text);
	out_object(&out);
	out_key(&out, "email");
	out_text(&out, person->email);
	out_key(&out, "provider");
	out_text(&out, entry->provider->label);
	if (secret) {
		out_key(&out, "first_name");
		out_text(&out, person->first_name);
		out_key(&out, "last_name");
		out_text(&out, person->last_name);
		mail_secret_put(w, &out, "/verify-email/?key=", secret);
	}
	out_object_end(&out);
	return event_emit(w, topic, "account", &entry->account, text.bytes);
}

/* Nobody has the address: an account, whose address is as proved as the
 * provider says. */
static async bool enter_new(struct work *w, struct social_entry *entry)
{
	const struct social_person *person = entry->person;
	struct mail_secret secret;
	struct rows rows;

	if (!mail_secret_make(w, "verify-email", &secret))
		return false;
	if (!db_query(w, &q_social_account_insert,
		      params(p_text(person->email), p_text(person->first_name),
			     p_text(person->last_name),
			     p_bool(person->email_is_verified),
			     mail_secret_hash(w, &secret)),
		      &rows)) {
		if (!db_violates(w, "account_email_plain"))
			return false;
		forgive(w);
		return refuse(w, &lacks_email, NULL);
	}
	if (rows.count == 0)
		return refuse_race(w, entry);
	entry->account = row_uuid(&rows, 0, 0);
	if (!identity_add(w, entry))
		return false;
	return person->email_is_verified
		       ? tell(w, "account.social_registered", entry, NULL)
		       : tell(w, "account.registered", entry, &secret);
}

/* Somebody has the address. It opens the account only when both have proved
 * that they read its mail; and never one of staff, whose rights are worth a
 * login and a link. */
static async bool enter_by_address(struct work *w, struct social_entry *entry)
{
	struct rows rows;

	if (!entry->person->email)
		return refuse(w, &lacks_email, NULL);
	if (!db_query(w, &q_social_account_find,
		      params(p_text(entry->person->email)), &rows))
		return false;
	if (rows.count == 0)
		return enter_new(w, entry);
	if (!entry->person->email_is_verified || !row_bool(&rows, 0, 1) ||
	    row_bool(&rows, 0, 2) || !row_bool(&rows, 0, 3))
		return refuse_taken(w);
	entry->account = row_uuid(&rows, 0, 0);
	return identity_add(w, entry) &&
	       tell(w, "account.social_linked", entry, NULL);
}

static async bool enter_step(struct work *w, void *argument)
{
	struct social_entry *entry = argument;
	const struct social_person *person = entry->person;
	struct rows rows;

	if (!spend(w, entry) ||
	    !db_query(w, &q_social_identity_enter,
		      params(p_text(person->issuer), p_text(person->subject),
			     p_text(person->email),
			     p_bool(person->email_is_verified)),
		      &rows))
		return false;
	if (rows.count == 0)
		return enter_by_address(w, entry);
	entry->account = row_uuid(&rows, 0, 0);
	return true;
}

async bool social_enter(struct work *w, struct social_entry *entry)
{
	bool is_done = db_transact(w, enter_step, entry);

	if (is_done || !entry->is_raced)
		return is_done;
	forgive(w);
	return db_transact(w, enter_step, entry);
}

static async bool tell_linked(struct work *w, const char *topic,
			      const struct uuid *account, const char *email,
			      const char *provider)
{
	struct text text;
	struct out out;

	text_init(&text, &w->arena, 256);
	out_init(&out, &text);
	out_object(&out);
	out_key(&out, "email");
	out_text(&out, email);
	out_key(&out, "provider");
	out_text(&out, provider);
	out_object_end(&out);
	return event_emit(w, topic, "account", account, text.bytes);
}

/* Columns of social_identity_link behind those that are shown. */
enum link_column { LINK_IS_OWN = 6, LINK_IS_NEW, LINK_EMAIL };

static async bool link_step(struct work *w, void *argument)
{
	struct social_link *link = argument;
	const struct social_person *person = link->person;

	if (!db_query(w, &q_social_identity_link,
		      params(p_uuid(&link->account),
			     p_text(link->provider->name),
			     p_text(person->issuer), p_text(person->subject),
			     p_text(person->email),
			     p_bool(person->email_is_verified)),
		      &link->rows))
		return false;
	if (link->rows.count == 0 || !row_bool(&link->rows, 0, LINK_IS_OWN))
		return refuse(w, &is_anothers, NULL);
	return !row_bool(&link->rows, 0, LINK_IS_NEW) ||
	       tell_linked(w, "account.social_linked", &link->account,
			   row_text(&link->rows, 0, LINK_EMAIL),
			   link->provider->label);
}

async bool social_link(struct work *w, struct social_link *link)
{
	return db_transact(w, link_step, link);
}

/* As people call it; one that is configured no more by its name alone. */
static const char *label_of(const char *name)
{
	struct social_provider provider;

	return social_provider_find(config, name, &provider) ? provider.label
							     : name;
}

struct unlinking {
	const struct uuid *account;
	const struct uuid *identity;
};

static async bool unlink_step(struct work *w, void *argument)
{
	const struct unlinking *unlinking = argument;
	struct params both = params(p_uuid(unlinking->account),
				    p_uuid(unlinking->identity));
	struct rows rows;

	if (!db_query(w, &q_social_account_lock,
		      params(p_uuid(unlinking->account)), NULL) ||
	    !db_query(w, &q_social_login_ways, both, &rows))
		return false;
	if (!row_bool(&rows, 0, 1))
		return refuse(w, &fault_not_found, NULL);
	if (row_int(&rows, 0, 0) < 2)
		return refuse(w, &is_last, NULL);
	return db_query(w, &q_social_identity_delete, both, &rows) &&
	       (rows.count > 0 || refuse(w, &fault_not_found, NULL)) &&
	       tell_linked(w, "account.social_unlinked", unlinking->account,
			   row_text(&rows, 0, 1),
			   label_of(row_text(&rows, 0, 0)));
}

async bool social_unlink(struct work *w, const struct uuid *account,
			 const struct uuid *identity)
{
	struct unlinking unlinking = {account, identity};

	return db_transact(w, unlink_step, &unlinking);
}

async bool social_prune(struct work *w)
{
	return db_query(w, &q_social_attempt_prune, no_params, NULL) &&
	       db_query(w, &q_social_spent_prune, no_params, NULL);
}
