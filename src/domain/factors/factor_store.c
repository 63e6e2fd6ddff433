/* factor_store.c - second factors in the database: tried, used, renewed. */
#include "factors.h"

#include <string.h>

#include <domain/accounts.h>
#include <platform/clock.h>
#include <platform/jobs.h>
#include <platform/log.h>
#include <queries.h>

enum { TRIES_AN_HOUR = 10 };

static const struct fault_kind too_many_tries = {
	429, "throttled", "Request was throttled."};
static const struct fault_kind user_inactive = {
	401, "user_inactive", "User is inactive"};

/* Columns of factor_try and challenge_try. */
enum {
	ACCOUNT,
	TRIES,
	SECONDS_LEFT,
	SEALED,
	LAST_STEP,
	IS_CONFIRMED,
	HAS_SECOND,
	PASSWORD_HASH
};

static bool refuse_tries(struct work *w, int64_t seconds)
{
	refuse(w, &too_many_tries,
	       "Request was throttled. Expected available in %lld second%s.",
	       (long long)seconds, seconds == 1 ? "" : "s");
	w->fault.retry_after = (int)seconds;
	return false;
}

static bool candidate_read(struct work *w, const struct rows *rows,
			   struct candidate *who)
{
	*who = (struct candidate){.is_known = rows->count == 1};
	if (!who->is_known)
		return true;
	if (row_int(rows, 0, TRIES) > TRIES_AN_HOUR)
		return refuse_tries(w, row_int(rows, 0, SECONDS_LEFT));
	who->account = row_uuid(rows, 0, ACCOUNT);
	who->sealed = row_text(rows, 0, SEALED);
	who->last_step = who->sealed ? row_int(rows, 0, LAST_STEP) : 0;
	who->is_confirmed = row_bool(rows, 0, IS_CONFIRMED);
	who->has_second = row_bool(rows, 0, HAS_SECOND);
	who->hash = row_text(rows, 0, PASSWORD_HASH);
	return true;
}

async bool try_by_account(struct work *w, const struct uuid *account,
			  struct candidate *who)
{
	struct rows rows;

	return db_query(w, &q_factor_try, params(p_uuid(account)), &rows) &&
	       candidate_read(w, &rows, who);
}

static struct param hash_of(struct work *w, const char *secret)
{
	uint8_t hash[SECRET_HASH_SIZE];

	secret_hash(secret, hash);
	return p_bytes(&w->arena, hash, sizeof(hash));
}

async bool try_by_challenge(struct work *w, const char *challenge,
			    struct candidate *who)
{
	struct rows rows;

	return db_query(w, &q_challenge_try, params(hash_of(w, challenge)),
			&rows) &&
	       candidate_read(w, &rows, who);
}

async bool tries_forget(struct work *w, const struct uuid *account)
{
	return db_query(w, &q_factor_try_forget, params(p_uuid(account)),
			NULL);
}

struct seal_context totp_seal(const struct uuid *account)
{
	return (struct seal_context){"totp", *account};
}

/* Its key is not in the ring any more, or somebody moved rows about. */
static bool refuse_seal(struct work *w, const struct uuid *account)
{
	char text[UUID_TEXT_LENGTH + 1];

	uuid_format(account, text);
	log_line(LOG_ERROR_LINE, "a second factor cannot be unsealed",
		 "account", text, NULL);
	return refuse(w, &fault_internal, NULL);
}

bool code_match(struct work *w, const struct candidate *who, const char *code,
		int64_t *step, bool *is_right)
{
	struct seal_context context = totp_seal(&who->account);
	uint8_t secret[TOTP_SECRET_SIZE];

	*is_right = false;
	if (who->sealed == NULL)
		return true;
	if (!data_unseal(&w->arena, &context, who->sealed, secret,
			 sizeof(secret)))
		return refuse_seal(w, &who->account);
	*is_right = totp_match(secret, code_plain(&w->arena, code),
			       clock_wall() / SECOND, who->last_step, step);
	return true;
}

static async bool code_use(struct work *w, const struct candidate *who,
			   const char *code, bool *is_right)
{
	struct rows rows;
	int64_t step;

	if (!code_match(w, who, code, &step, is_right))
		return false;
	*is_right = *is_right && who->is_confirmed;
	if (!*is_right)
		return true;
	if (!db_query(w, &q_totp_use,
		      params(p_uuid(&who->account), p_int(step)), &rows))
		return false;
	*is_right = rows.count == 1;
	return true;
}

async bool factor_event(struct work *w, const char *topic,
			const struct uuid *account)
{
	char text[UUID_TEXT_LENGTH + 1];

	uuid_format(account, text);
	return event_emit(w, topic, "account", account,
			  arena_format(&w->arena, "{\"account_id\":\"%s\"}",
				       text));
}

struct recovery {
	const struct uuid *account;
	const char *code;
	bool is_right;
};

static async bool recovery_step(struct work *w, void *argument)
{
	struct recovery *recovery = argument;
	const char *hash = recovery_code_hash(&w->arena, recovery->code);
	struct rows rows;

	if (!db_query(w, &q_recovery_code_use,
		      params(p_uuid(recovery->account), p_text(hash)), &rows))
		return false;
	recovery->is_right = rows.count == 1;
	return !recovery->is_right ||
	       factor_event(w, "account.recovery_code_used",
			    recovery->account);
}

async bool factor_use(struct work *w, const struct candidate *who,
		      const struct shown *shown, bool *is_right)
{
	struct recovery recovery = {&who->account, shown->recovery_code, false};

	if (shown->code != NULL)
		return code_use(w, who, shown->code, is_right);
	if (!db_transact(w, recovery_step, &recovery))
		return false;
	*is_right = recovery.is_right;
	return true;
}

async bool challenge_take(struct work *w, const char *challenge,
			  const struct candidate *who, const char **method)
{
	struct rows rows;

	if (!db_query(w, &q_challenge_take,
		      params(hash_of(w, challenge), p_uuid(&who->account)),
		      &rows))
		return false;
	*method = rows.count == 1 ? row_text(&rows, 0, 0) : NULL;
	return true;
}

async bool totp_begin(struct work *w, const struct uuid *account,
		      const uint8_t secret[TOTP_SECRET_SIZE],
		      const char **email)
{
	struct seal_context context = totp_seal(account);
	const char *sealed = data_seal(&w->arena, &context, secret,
				       TOTP_SECRET_SIZE);
	struct rows rows;

	if (sealed == NULL)
		return refuse(w, &fault_internal, NULL);
	if (!db_query(w, &q_totp_begin, params(p_uuid(account), p_text(sealed)),
		      &rows))
		return false;
	*email = rows.count == 1 ? row_text(&rows, 0, 0) : NULL;
	return true;
}

async bool factors_lock(struct work *w, const struct uuid *account,
			bool *has_second)
{
	struct rows rows;

	if (!db_query(w, &q_factor_lock, params(p_uuid(account)), &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &user_inactive, NULL);
	*has_second = row_bool(&rows, 0, 0);
	return true;
}

async bool recovery_codes_renew(struct work *w, const struct uuid *account,
				const char *codes[RECOVERY_CODES])
{
	const char *hashes[RECOVERY_CODES];

	for (size_t i = 0; i < RECOVERY_CODES; i++) {
		codes[i] = recovery_code_make(&w->arena);
		hashes[i] = recovery_code_hash(&w->arena, codes[i]);
	}
	return db_query(w, &q_recovery_codes_replace,
			params(p_uuid(account),
			       p_texts(&w->arena, hashes, RECOVERY_CODES)),
			NULL);
}

async bool proof_note(struct work *w, const struct principal *who,
		      bool is_second, struct claims *claims)
{
	struct rows rows;

	if (!db_query(w, &q_session_proof,
		      params(p_uuid(&who->session), p_uuid(&who->account),
			     p_bool(is_second)),
		      &rows))
		return false;
	if (rows.count == 0)
		return refuse(w, &user_inactive, NULL);
	*claims = (struct claims){
		.user = row_uuid(&rows, 0, 0),
		.is_staff = row_bool(&rows, 0, 1),
		.permissions = permissions_parse(row_text(&rows, 0, 2)),
		.epoch = (uint32_t)row_int(&rows, 0, 3),
		.session = row_uuid(&rows, 0, 4),
		.proved = row_int(&rows, 0, 5),
		.second = row_int(&rows, 0, 6),
	};
	return true;
}

/* ---- what every kind of factor shares ---- */

static const char *const kind_names[] = {
	[FACTOR_TOTP] = "totp",
	[FACTOR_PASSKEY] = "passkey",
};

async bool factor_add(struct work *w, const struct factor *factor,
		      const struct uuid *session)
{
	bool has_second;

	return factors_lock(w, &factor->account, &has_second) &&
	       db_query(w, &q_factor_add,
			params(p_uuid(&factor->account),
			       p_text(kind_names[factor->kind]),
			       p_uuid(&factor->object), p_uuid(session)),
			NULL);
}

async bool factor_remove(struct work *w, const struct factor *factor)
{
	return db_query(w, &q_factor_remove,
			params(p_uuid(&factor->account),
			       p_text(kind_names[factor->kind]),
			       p_uuid(&factor->object)),
			NULL);
}
