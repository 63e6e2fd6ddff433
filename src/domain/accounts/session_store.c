/* session_store.c - refresh tokens: opened, rotated, ended.
 *
 * A successor is made from the token it replaces by a key of ours, so that a
 * client which lost the answer gets the very same one again for ten seconds,
 * though only its hash is stored (DESIGN 5). */
#include "accounts.h"

#include <string.h>

#include <queries.h>

#include <platform/config.h>
#include <platform/jobs.h>
#include <platform/log.h>
#include <platform/metrics.h>

enum { USER_AGENT_MAX = 300 };

static const char purpose[] = "refresh-successor";

static struct param hash_of(struct work *w, const char *token)
{
	uint8_t hash[SECRET_HASH_SIZE];

	secret_hash(token, hash);
	return p_bytes(&w->arena, hash, sizeof(hash));
}

void session_claims(const struct rows *rows, struct claims *claims)
{
	*claims = (struct claims){
		.user = row_uuid(rows, 0, 0),
		.is_staff = row_bool(rows, 0, 1),
		.permissions = permissions_parse(row_text(rows, 0, 2)),
		.epoch = (uint32_t)row_int(rows, 0, 3),
		.session = row_uuid(rows, 0, 4),
		.proved = row_int(rows, 0, 5),
		.second = row_int(rows, 0, 6),
	};
}

/* A header may hold any bytes; PostgreSQL takes text. */
struct origin origin_of(struct request *req)
{
	const char *agent = http_header(&req->http, "user-agent");
	size_t length = agent ? strnlen(agent, USER_AGENT_MAX) : 0;
	char *plain = arena_copy(&req->http.work.arena, agent ? agent : "",
				 length);

	for (char *at = plain; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	return (struct origin){req->client_address, plain};
}

static struct param epoch_of(const struct login_proof *proof)
{
	return proof->has_epoch ? p_int(proof->epoch) : p_null();
}

async bool session_open(struct work *w, const struct login_proof *proof,
			struct origin from, struct session *session,
			enum opening *opening)
{
	enum { LACKS_SECOND = 7, EMAIL, FIRST_NAME, LAST_NAME };
	struct rows rows;

	*opening = OPENING_NO_ACCOUNT;
	secret_make(session->refresh);
	if (!db_query(w, &q_session_open,
		      params(p_uuid(&proof->account), p_text(proof->method),
			     hash_of(w, session->refresh),
			     p_int(config->refresh_token_seconds),
			     p_text(from.address), p_text(from.user_agent),
			     p_bool(proof->is_second), epoch_of(proof),
			     p_text(proof->counted)),
		      &rows))
		return false;
	if (rows.count == 1 && row_bool(&rows, 0, LACKS_SECOND)) {
		*opening = OPENING_LACKS_SECOND;
	} else if (rows.count == 1 && !row_is_null(&rows, 0, 0)) {
		*opening = OPENING_DONE;
		session_claims(&rows, &session->claims);
		session->email = row_text(&rows, 0, EMAIL);
		session->first_name = row_text(&rows, 0, FIRST_NAME);
		session->last_name = row_text(&rows, 0, LAST_NAME);
	}
	return true;
}

async bool challenge_make(struct work *w, const struct login_proof *proof,
			  char secret[SECRET_TEXT_SIZE])
{
	secret_make(secret);
	return db_query(w, &q_login_challenge_insert,
			params(hash_of(w, secret), p_uuid(&proof->account),
			       p_text(proof->method), epoch_of(proof)),
			NULL);
}

/* The ring may have got a new first key since: tries each. */
static bool successor_again(const char *refresh, const char *wanted_hex,
			    char successor[SECRET_TEXT_SIZE])
{
	uint8_t wanted[SECRET_HASH_SIZE];
	uint8_t hash[SECRET_HASH_SIZE];

	if (!wanted_hex || !hex_decode(wanted_hex, wanted, sizeof(wanted)))
		return false;
	for (unsigned i = 0; secret_derive(purpose, refresh, i, successor);
	     i++) {
		secret_hash(successor, hash);
		if (bytes_equal(hash, wanted, sizeof(hash)))
			return true;
	}
	return false;
}

struct question {
	const char *refresh;
	struct session *session;
};

/* Somebody has a copy: everyone is out, and staff can see it. */
static async bool theft_report(struct work *w, const struct rows *rows)
{
	struct uuid account = row_uuid(rows, 0, 0);
	char text[UUID_TEXT_LENGTH + 1];

	uuid_format(&account, text);
	log_line(LOG_WARNING_LINE, "refresh token used twice", "account", text,
		 NULL);
	metric_add(metric_get(METRIC_COUNTER, "shopd_refresh_reuse_total", "",
			      "Used refresh tokens that came again."),
		   1);
	return event_emit(w, "account.refresh_reused", "account", &account,
			  arena_format(&w->arena, "{\"account_id\":\"%s\"}",
				       text));
}

/* Columns of session_fate behind the claims. */
enum fate_column {
	FATE_IS_ACTIVE = 7,
	FATE_IS_EXPIRED,
	FATE_IS_REVOKED,
	FATE_IS_USED,
	FATE_IS_LATELY_USED,
	FATE_SUCCESSOR,
	FATE_WAS_ENDED
};
static enum session_fate fate_of(const struct rows *rows,
				 const struct question *question)
{
	if (row_bool(rows, 0, FATE_IS_REVOKED))
		return SESSION_OVER;
	if (row_bool(rows, 0, FATE_IS_EXPIRED))
		return SESSION_UNKNOWN;
	if (!row_bool(rows, 0, FATE_IS_ACTIVE))
		return SESSION_NO_ACCOUNT;
	if (!row_bool(rows, 0, FATE_IS_LATELY_USED) ||
	    !successor_again(question->refresh,
			     row_text(rows, 0, FATE_SUCCESSOR),
			     question->session->refresh))
		return SESSION_OVER;
	session_claims(rows, &question->session->claims);
	return SESSION_GOES_ON;
}

/* True though the token is refused: the end of its family must be committed. */
static async bool fate_step(struct work *w, void *argument)
{
	struct question *question = argument;
	struct rows rows;

	question->session->fate = SESSION_UNKNOWN;
	if (!db_query(w, &q_session_fate,
		      params(hash_of(w, question->refresh)), &rows))
		return false;
	if (rows.count == 0)
		return true;
	question->session->fate = fate_of(&rows, question);
	return !row_bool(&rows, 0, FATE_WAS_ENDED) || theft_report(w, &rows);
}

async bool session_rotate(struct work *w, const char *refresh,
			  struct origin from, struct session *session)
{
	struct question question = {refresh, session};
	struct uuid id = uuid_make();
	struct rows rows;

	if (!secret_derive(purpose, refresh, 0, session->refresh))
		return refuse(w, &fault_internal, NULL);
	if (!db_query(w, &q_session_rotate,
		      params(hash_of(w, refresh),
			     hash_of(w, session->refresh), p_uuid(&id),
			     p_int(config->refresh_token_seconds),
			     p_text(from.address), p_text(from.user_agent)),
		      &rows))
		return false;
	if (rows.count == 0)
		return db_transact(w, fate_step, &question);
	session->fate = SESSION_GOES_ON;
	session_claims(&rows, &session->claims);
	return true;
}

static async bool ask_whether_over(struct work *w, const struct query *query,
				   const char *refresh, enum session_fate *fate)
{
	struct rows rows;

	if (!db_query(w, query, params(hash_of(w, refresh)), &rows))
		return false;
	*fate = rows.count == 0		  ? SESSION_UNKNOWN
		: row_bool(&rows, 0, 0) ? SESSION_OVER
					  : SESSION_GOES_ON;
	return true;
}

async bool session_close(struct work *w, const char *refresh,
			 enum session_fate *fate)
{
	return ask_whether_over(w, &q_session_close, refresh, fate);
}

async bool session_check(struct work *w, const char *refresh,
			 enum session_fate *fate)
{
	return ask_whether_over(w, &q_session_show, refresh, fate);
}

async bool session_prune(struct work *w)
{
	return db_query(w, &q_session_prune, no_params, NULL) &&
	       db_query(w, &q_session_token_prune, no_params, NULL) &&
	       db_query(w, &q_login_challenge_prune, no_params, NULL) &&
	       db_query(w, &q_standing_prune, no_params, NULL) &&
	       db_query(w, &q_account_login_try_prune, no_params, NULL) &&
	       db_query(w, &q_account_verification_prune, no_params, NULL);
}
