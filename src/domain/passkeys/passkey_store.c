/* passkey_store.c - passkeys in the database: challenges used up, answers
 * judged, passkeys kept and removed. */
#include "passkeys.h"

#include <string.h>

#include <queries.h>

#include <domain/factors.h>
#include <platform/jobs.h>
#include <platform/log.h>
#include <platform/metrics.h>
#include <platform/text.h>

/* Whatever is wrong, so that nobody learns which passkeys there are. */
const struct fault_kind passkey_not_accepted = {
	401, "passkey_not_accepted", "The passkey was not accepted."};
static const struct fault_kind count_went_back = {
	401, "passkey_count_went_back",
	"There may be a copy of this passkey. Log in another way and remove it."};
static const struct fault_kind exists = {
	409, "passkey_exists", "This passkey is known already."};
static const struct fault_kind too_many = {
	409, "too_many_passkeys", "An account may have 20 passkeys."};
static const struct fault_kind last_way = {
	409, "last_way_to_log_in",
	"Without this passkey nobody could log in. Set a password first."};
static const struct fault_kind user_inactive = {
	401, "user_inactive", "User is inactive"};

struct param challenge_hash(struct work *w, const char *challenge)
{
	uint8_t hash[SECRET_HASH_SIZE];

	secret_hash(challenge, hash);
	return p_bytes(&w->arena, hash, sizeof(hash));
}

static bool refuse_answer(struct work *w, const char *why)
{
	log_line(LOG_INFO_LINE, "passkey not accepted", "why", why, NULL);
	return refuse(w, &passkey_not_accepted, NULL);
}

/* ---- what happened, for mails and for staff ---- */

/* {"account_id","email","first_name","passkey"} */
static async bool tell(struct work *w, const char *topic,
		       const struct uuid *account, const struct rows *owner,
		       const char *passkey)
{
	char id[UUID_TEXT_LENGTH + 1];
	struct text text;
	struct out out;

	uuid_format(account, id);
	text_init(&text, &w->arena, 256);
	out_init(&out, &text);
	out_object(&out);
	out_key(&out, "account_id");
	out_text(&out, id);
	out_key(&out, "email");
	out_text(&out, row_text(owner, 0, 0));
	out_key(&out, "first_name");
	out_text(&out, row_text(owner, 0, 1));
	out_key(&out, "passkey");
	out_text(&out, passkey);
	out_object_end(&out);
	return event_emit(w, topic, "account", account, text.bytes);
}

/* ---- an answer to a challenge ---- */

/* What stands in the row of the challenge and of the passkey that answers. */
struct found {
	struct rows rows;
	struct webauthn_assertion assertion;
};
enum { FOUND_ID, FOUND_ACCOUNT, FOUND_KEY, FOUND_ELIGIBLE, FOUND_HANDLE };

static bool read_parts(struct arena *arena, const struct assertion_input *in,
		       struct webauthn_assertion *assertion,
		       struct octets *id)
{
	const struct assertion_response *r = &in->response;

	return strcmp(in->id, in->raw_id) == 0 &&
	       octets_read(arena, in->id, id) &&
	       octets_read(arena, r->client_data, &assertion->client_data) &&
	       octets_read(arena, r->authenticator_data,
			   &assertion->authenticator_data) &&
	       octets_read(arena, r->signature, &assertion->signature);
}

static struct octets key_of(struct arena *arena, const struct rows *rows)
{
	size_t length = row_length(rows, 0, FOUND_KEY) / 2;
	uint8_t *bytes = arena_alloc(arena, length + 1);

	if (!hex_decode(row_text(rows, 0, FOUND_KEY), bytes, length))
		length = 0;
	return (struct octets){bytes, length};
}

/* Section 7.2, steps 5 and 6: the passkey is its account's. */
static bool is_the_owners(const struct question *question,
			  const struct rows *rows, const char *handle)
{
	if (!handle || !*handle)
		return !question->needs_handle;
	return strcmp(handle, row_text(rows, 0, FOUND_HANDLE)) == 0;
}

static bool judge(struct work *w, const struct question *question,
		  const struct assertion_input *in, struct found *found,
		  struct webauthn_facts *facts)
{
	struct webauthn_rules rules = {
		.rp_id = passkey_rp_id(&w->arena),
		.origins = passkey_origins(&w->arena),
		.challenge = webauthn_challenge(&w->arena,
						found->assertion.client_data),
		.needs_verified = question->needs_verified,
	};
	enum webauthn_flaw flaw;

	if (!is_the_owners(question, &found->rows, in->response.user_handle))
		return refuse_answer(w, "user handle");
	flaw = webauthn_assert(&w->arena, &rules,
			       key_of(&w->arena, &found->rows),
			       &found->assertion, facts);
	if (flaw != WEBAUTHN_SOUND)
		return refuse_answer(w, webauthn_flaw_text(flaw));
	return row_bool(&found->rows, 0, FOUND_ELIGIBLE) ==
			       facts->is_backup_eligible ||
	       refuse_answer(w, "backup eligibility");
}

static async bool suspect_step(struct work *w, void *argument)
{
	const struct shown *shown = argument;
	struct rows passkey;
	struct rows owner;

	if (!db_query(w, &q_passkey_suspect, params(p_uuid(&shown->passkey)),
		      &passkey) ||
	    !db_query(w, &q_passkey_lock_owner, params(p_uuid(&shown->account)),
		      &owner))
		return false;
	return passkey.count == 0 || owner.count == 0 ||
	       tell(w, "account.passkey_suspected", &shown->account, &owner,
		    row_text(&passkey, 0, 0));
}

/* Section 6.1.1: two devices sign with one key. */
static async bool report_copy(struct work *w, struct shown *shown)
{
	char account[UUID_TEXT_LENGTH + 1];

	uuid_format(&shown->account, account);
	log_line(LOG_WARNING_LINE, "passkey's count went back", "account",
		 account, NULL);
	metric_add(metric_get(METRIC_COUNTER, "shopd_passkey_copies_total", "",
			      "Passkeys whose count went back."),
		   1);
	return db_transact(w, suspect_step, shown) &&
	       refuse(w, &count_went_back, NULL);
}

static async bool find(struct work *w, const struct question *question,
		       const struct assertion_input *in, struct found *found)
{
	static const char *const purposes[] = {[PASSKEY_LOGIN] = "login",
					       [PASSKEY_STEP_UP] = "step_up"};
	const char *challenge;
	struct octets id;

	if (!read_parts(&w->arena, in, &found->assertion, &id))
		return refuse_answer(w, "base64url");
	challenge = webauthn_challenge(&w->arena, found->assertion.client_data);
	if (!challenge)
		return refuse_answer(w, "client data");
	if (!db_query(w, &q_passkey_take,
		      params(challenge_hash(w, challenge),
			     p_text(purposes[question->purpose]),
			     p_bytes(&w->arena, id.bytes, id.length),
			     p_uuid(&question->session)),
		      &found->rows))
		return false;
	if (found->rows.count == 0)
		return refuse_answer(w, "challenge unknown, late or used");
	return !row_is_null(&found->rows, 0, FOUND_ID) ||
	       refuse_answer(w, "credential unknown");
}

async bool passkey_judge(struct work *w, const struct question *question,
			 const struct assertion_input *in, struct shown *shown)
{
	struct webauthn_facts facts;
	struct found found;
	struct rows used;

	if (!find(w, question, in, &found) ||
	    !judge(w, question, in, &found, &facts))
		return false;
	shown->passkey = row_uuid(&found.rows, 0, FOUND_ID);
	shown->account = row_uuid(&found.rows, 0, FOUND_ACCOUNT);
	shown->is_verified = facts.is_verified;
	if (!db_query(w, &q_passkey_use,
		      params(p_uuid(&shown->passkey), p_int(facts.sign_count),
			     p_bool(facts.is_backed_up)),
		      &used))
		return false;
	return used.count == 1 || report_copy(w, shown);
}

/* ---- kept and removed ---- */

static async bool lock_owner(struct work *w, const struct uuid *account,
		       struct rows *owner)
{
	return db_query(w, &q_passkey_lock_owner, params(p_uuid(account)),
			owner) &&
	       (owner->count == 1 || refuse(w, &user_inactive, NULL));
}

static async bool insert(struct work *w, struct newcomer *newcomer)
{
	const struct webauthn_credential *made = newcomer->made;
	char aaguid[UUID_TEXT_LENGTH + 1];
	struct uuid model;

	memcpy(model.bytes, made->aaguid, sizeof(model.bytes));
	uuid_format(&model, aaguid); /* zero is a value here */
	return db_query(
		w, &q_passkey_insert,
		params(p_uuid(newcomer->account),
		       p_bytes(&w->arena, made->id.bytes, made->id.length),
		       p_bytes(&w->arena, made->key.bytes, made->key.length),
		       p_int(made->algorithm), p_text(aaguid),
		       p_text(newcomer->name),
		       p_texts(&w->arena, newcomer->transports,
			       newcomer->transport_count),
		       p_int(made->facts.sign_count),
		       p_bool(made->facts.is_backup_eligible),
		       p_bool(made->facts.is_backed_up), p_int(PASSKEYS_MAX),
		       p_bool(newcomer->is_second)),
		&newcomer->rows);
}

/* One that is no second factor is only another way to log in. */
static async bool make_factor(struct work *w, const struct newcomer *newcomer)
{
	const struct factor factor = {*newcomer->account, FACTOR_PASSKEY,
				      row_uuid(&newcomer->rows, 0, 0)};

	return !newcomer->is_second ||
	       factor_add(w, &factor, newcomer->session);
}

static async bool add_step(struct work *w, void *argument)
{
	struct newcomer *newcomer = argument;
	struct rows owner;

	if (!lock_owner(w, newcomer->account, &owner) || !insert(w, newcomer))
		return false;
	if (newcomer->rows.count == 0)
		return refuse(w, &too_many, NULL);
	return make_factor(w, newcomer) &&
	       tell(w, "account.passkey_added", newcomer->account, &owner,
		    newcomer->name);
}

async bool passkey_add(struct work *w, struct newcomer *newcomer)
{
	if (db_transact(w, add_step, newcomer))
		return true;
	if (!db_violates(w, "passkey_credential_unique"))
		return false;
	forgive(w);
	return refuse(w, &exists, NULL);
}

static async bool remove_step(struct work *w, void *argument)
{
	enum { NAME, IS_LAST };
	const struct leaver *leaver = argument;
	const struct factor factor = {leaver->account, FACTOR_PASSKEY,
				      leaver->passkey};
	struct rows owner;
	struct rows rows;

	if (!lock_owner(w, &leaver->account, &owner) ||
	    !db_query(w, &q_passkey_remove,
		      params(p_uuid(&leaver->passkey),
			     p_uuid(&leaver->account)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &fault_not_found, NULL);
	if (row_bool(&rows, 0, IS_LAST))
		return refuse(w, &last_way, NULL);
	return factor_remove(w, &factor) &&
	       tell(w, "account.passkey_removed", &leaver->account, &owner,
		    row_text(&rows, 0, NAME));
}

async bool passkey_remove(struct work *w, struct leaver *leaver)
{
	return db_transact(w, remove_step, leaver);
}

async bool passkey_prune(struct work *w)
{
	return db_query(w, &q_passkey_prune, no_params, NULL);
}
